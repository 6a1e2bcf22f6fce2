//! Finds the box of a ballot that a command is about, and its election, which nobody has to take on trust.

use clap::Args;
use scrutineer_api::ballot::{Ballot, BallotBox};
use scrutineer_ballot::description::{self, CountOpener, DescriptionError, DescriptionLine};
use scrutineer_ballot::file::Codes;
use scrutineer_ballot::fingerprint::Fingerprint;
use scrutineer_ballot::practice;
use scrutineer_protocol::election::{Election, ElectionError};
use scrutineer_protocol::hash::HexHash;
use thiserror::Error;

use crate::client::{Client, Endpoint};
use crate::ids::BallotId;

/// The flag that names a box.
#[derive(Args, Clone, Debug)]
pub struct BoxFlag {
    /// Which box, where the ballot has several.
    #[arg(long = "box", value_name = "NAME")]
    name: Option<String>,
}

/// Why there is no box, or its election is not what it should be.
#[derive(Debug, Error)]
pub enum BoxError {
    /// Still a draft.
    #[error("the ballot is still a draft: it has no box before it is frozen")]
    Draft,
    /// None of this name.
    #[error("the ballot has no box {0:?}; it has: {1}")]
    Unknown(String, String),
    /// Somebody else's.
    #[error("you vote in the box {own:?}, not in {named:?}: leave --box out")]
    NotYours {
        /// The box that was named.
        named: String,
        /// The member's own.
        own: String,
    },
    /// Nobody's.
    #[error("you are not on the roll that was frozen for this ballot, so none of its boxes is yours")]
    NotOnRoll,
    /// The election cannot be read.
    #[error("the election that the server gives out cannot be used: {0}")]
    Election(#[from] ElectionError),
    /// The description line cannot be read.
    #[error("the election that the server gives out cannot be used: {0}")]
    Description(#[from] DescriptionError),
    /// It has no description line.
    #[error(
        "the election that the server gives out has no description line: it fixes no rule and no key for receipts"
    )]
    NoLine,
    /// It is another one than the ballot's page shows.
    #[error(
        "the election that the server gives out is not the one of this ballot: its {0} is another. Do not go on, and tell the election committee"
    )]
    Other(&'static str),
}

impl BoxFlag {
    /// The name, if one was given.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The boxes that are meant: the one named, else the one whose election was typed for the ballot, else all.
    ///
    /// # Errors
    /// There is none, or none of this name.
    pub fn of<'a>(&self, ballot: &'a Ballot, typed: &BallotId) -> Result<Vec<&'a BallotBox>, BoxError> {
        let boxes = ballot.boxes.as_slice();
        if boxes.is_empty() {
            return Err(BoxError::Draft);
        }
        if let Some(name) = &self.name {
            let named = boxes.iter().find(|urn| urn.name == *name);
            return named.map(|urn| vec![urn]).ok_or_else(|| BoxError::Unknown(name.clone(), names(boxes)));
        }
        let begins = |urn: &&BallotBox| urn.election.starts_with(typed.as_str());
        match boxes.iter().find(begins).filter(|_| !ballot.id.starts_with(typed.as_str())) {
            Some(urn) => Ok(vec![urn]),
            None => Ok(boxes.iter().collect()),
        }
    }

    /// The box in which whoever asked for this ballot votes.
    ///
    /// # Errors
    /// There is none, several of which none is theirs, or another one was named.
    pub fn own<'a>(&self, ballot: &'a Ballot, typed: &BallotId) -> Result<&'a BallotBox, BoxError> {
        let own = ballot.me.as_ref().and_then(|me| me.box_name.as_ref());
        let own = own.and_then(|own| ballot.boxes.iter().find(|urn| urn.name == *own));
        match (self.of(ballot, typed)?.as_slice(), own) {
            ([one], Some(own)) if one.name != own.name => {
                Err(BoxError::NotYours { named: one.name.clone(), own: own.name.clone() })
            }
            ([one], _) => Ok(one),
            (_, Some(own)) => Ok(own),
            (_, None) => Err(BoxError::NotOnRoll),
        }
    }
}

/// The closing fingerprint of a ballot's boxes, once all have one.
#[must_use]
pub fn closing_words(ballot: &Ballot) -> Option<Fingerprint> {
    let closing = |urn: &'_ BallotBox| HexHash::from_text(urn.closing_event.as_deref()?).ok();
    let closings: Option<Vec<_>> =
        ballot.boxes.iter().map(|urn| Some((urn.election.as_str(), closing(urn)?))).collect();
    Fingerprint::of_closings(closings?)
}

/// The most boxes that a sentence names.
const LISTED: usize = 12;

/// Boxes for a sentence.
fn names(boxes: &[BallotBox]) -> String {
    let mut names: Vec<String> = boxes.iter().take(LISTED).map(|urn| urn.name.clone()).collect();
    if boxes.len() > LISTED {
        names.push(format!("and {} others", boxes.len() - LISTED));
    }
    names.join(", ")
}

/// The election of a box with its description line.
pub struct BoxElection {
    /// The election.
    pub election: Election,
    /// Its description line.
    pub line: DescriptionLine,
}

/// Fetches the election of a box and checks that it is the one that the ballot's page shows.
///
/// # Errors
/// It cannot be fetched or read, or is another.
pub fn election(client: &Client, ballot: &Ballot, urn: &BallotBox) -> anyhow::Result<BoxElection> {
    let endpoint = Endpoint::new(&["ballots", &ballot.id, "election"]).query("box", &urn.name);
    let bytes = client.get(&endpoint)?.bytes()?;
    Ok(check(&bytes, ballot, urn)?)
}

/// Checks an election against the ballot's page.
///
/// # Errors
/// It cannot be read, or is another.
pub fn check(bytes: &[u8], ballot: &Ballot, urn: &BallotBox) -> Result<BoxElection, BoxError> {
    let election = Election::parse(bytes)?;
    let (text, line) = description::parse(election.description())?.ok_or(BoxError::NoLine)?;
    for (what, same) in [
        ("identifier", election.uuid().as_str() == urn.election),
        ("fingerprint", election.fingerprint().to_string() == urn.fingerprint),
        ("ballot", line.ballot.as_str() == ballot.id),
        ("box", line.box_name == urn.name),
        ("title", election.name() == practice::name(&ballot.title, &line.officers)),
        ("purpose (practice or not)", line.is_practice() == ballot.practice),
        ("description", text == ballot.description.as_deref().unwrap_or_default()),
        ("number of eligible members", line.eligible == urn.eligible),
        ("number of spare codes", line.spares == urn.spares),
        ("list of questions", same_questions(&election, &line, ballot)),
        ("way to open the count", matches!(line.tellers, CountOpener::Server) == ballot.board.is_none()),
        ("maker of codes", maker(line.codes) == ballot.codes),
        ("deadline", deadline_holds(line.closes, ballot.closes)),
        ("number of boxes", usize::try_from(line.boxes) == Ok(ballot.boxes.len())),
    ] {
        if !same {
            return Err(BoxError::Other(what));
        }
    }
    Ok(BoxElection { election, line })
}

fn maker(codes: Codes) -> &'static str {
    match codes {
        Codes::Server => "server",
        Codes::Registrar => "registrar",
    }
}

/// A deadline may be extended, never shortened, set or taken away later.
fn deadline_holds(fixed: Option<i64>, shown: Option<i64>) -> bool {
    match (fixed, shown) {
        (Some(fixed), Some(shown)) => fixed <= shown,
        (fixed, shown) => fixed == shown,
    }
}

fn same_questions(election: &Election, line: &DescriptionLine, ballot: &Ballot) -> bool {
    let asked = election.questions();
    asked.len() == ballot.questions.len()
        && line.rules.len() == asked.len()
        && asked.iter().zip(&line.rules).zip(&ballot.questions).all(|((asked, rule), shown)| {
            asked.text() == shown.text
                && asked.answers() == shown.answers
                && asked.allows_blank() == shown.blank
                && asked.choices() == (shown.min, shown.max)
                && *rule == shown.rule
        })
}
