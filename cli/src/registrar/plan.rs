//! What the server says that codes are needed for, checked against the elections that it fixed: who is on the roll and how
//! many spares there are stands in each one's description line, whoever else says something.

use std::collections::HashSet;

use scrutineer_api::registrar::{RegistrarBox, RegistrarRequest, RollMember};
use scrutineer_ballot::description::{self, DescriptionError, DescriptionLine};
use scrutineer_ballot::file::Codes;
use scrutineer_ballot::fingerprint::Fingerprint;
use scrutineer_ballot::practice;
use scrutineer_ballot::registrar::Expected;
use scrutineer_ballot::roll::{EntryError, FrozenRoll, FrozenRollError, RollEntry};
use scrutineer_protocol::election::{Election, ElectionError, Uuid};
use scrutineer_protocol::hash::HexHash;
use thiserror::Error;

use crate::client::{Address, AddressError};

/// What codes are made for.
pub struct Plan {
    /// The ballot's identifier.
    pub ballot: String,
    /// Its title.
    pub title: String,
    /// What links to the booth begin with; the code follows.
    pub link: String,
    /// Whether the server says that codes are issued already.
    pub issued: bool,
    /// The boxes, in order.
    pub boxes: Vec<PlanBox>,
}

/// A box for which codes are made.
pub struct PlanBox {
    /// Its election.
    pub election: Uuid,
    /// Its name.
    pub name: String,
    /// The fingerprint of the election, as the page of its record shows it.
    pub fingerprint: Fingerprint,
    /// Spare codes.
    pub spares: u64,
    /// Everybody on the frozen roll.
    pub members: Vec<RollMember>,
}

/// Why no codes are made for what the server says.
#[derive(Debug, Error)]
pub enum PlanError {
    /// The election cannot be read.
    #[error("the election that the server gives out cannot be used: {0}")]
    Election(#[from] ElectionError),
    /// Its description line cannot be read.
    #[error("the election that the server gives out cannot be used: {0}")]
    Description(#[from] DescriptionError),
    /// No description line.
    #[error(
        "the election that the server gives out has no description line: it fixes neither roll nor setting"
    )]
    NoLine,
    /// The election says something else than the server.
    #[error(
        "what the server says of box {name:?} does not fit its election: the {what} is another. Make no codes, and tell the \
         election committee"
    )]
    Differs {
        /// The box.
        name: String,
        /// What differs.
        what: &'static str,
    },
    /// Two boxes are the same, or some are not there.
    #[error(
        "the server does not name all boxes of the ballot, each once. Make no codes, and tell the election committee"
    )]
    Boxes,
    /// A member who cannot be on a roll.
    #[error("the roll that the server gives out cannot be used: {0}")]
    Member(#[from] EntryError),
    /// No roll.
    #[error("the roll that the server gives out cannot be used: {0}")]
    Roll(#[from] FrozenRollError),
    /// No address that members could follow.
    #[error("the server does not say where members reach it: {0}")]
    Address(#[from] AddressError),
}

impl Plan {
    /// Checks what the server says.
    ///
    /// # Errors
    /// See [`PlanError`].
    pub fn check(request: RegistrarRequest) -> Result<Self, PlanError> {
        let RegistrarRequest { ballot, title, practice, public_url, issued, boxes, .. } = request;
        let address: Address = public_url.parse()?;
        let number = boxes.len();
        let mut plans = Vec::with_capacity(number);
        for one in boxes {
            let election = Election::parse(one.election.as_bytes())?;
            let (_, line) = description::parse(election.description())?.ok_or(PlanError::NoLine)?;
            for (what, same) in [
                ("ballot", line.ballot.as_str() == ballot),
                ("title", election.name() == practice::name(&title, &line.officers)),
                ("purpose (practice or not)", line.is_practice() == practice),
                ("maker of codes", line.codes == Codes::Registrar),
                ("number of boxes", usize::try_from(line.boxes) == Ok(number)),
                ("number of members", usize::try_from(line.eligible) == Ok(one.members.len())),
                ("list of members", is_roll(&line, &one)?),
            ] {
                if !same {
                    return Err(PlanError::Differs { name: line.box_name, what });
                }
            }
            plans.push(PlanBox {
                election: election.uuid().clone(),
                fingerprint: Fingerprint::of_digest(election.fingerprint().digest()),
                name: line.box_name,
                spares: line.spares,
                members: one.members,
            });
        }
        let elections: HashSet<_> = plans.iter().map(|one| one.election.clone()).collect();
        let names: HashSet<_> = plans.iter().map(|one| one.name.as_str()).collect();
        if plans.is_empty() || elections.len() != number || names.len() != number {
            return Err(PlanError::Boxes);
        }
        let link = format!("{address}/ballots/{ballot}/vote#");
        Ok(Self { ballot, title, link, issued, boxes: plans })
    }

    /// What the server needs.
    #[must_use]
    pub fn expected(&self) -> Vec<Expected> {
        let one = |one: &PlanBox| Expected {
            election: one.election.clone(),
            name: one.name.clone(),
            members: one.members.iter().map(|member| member.member_no.clone()).collect(),
            spares: one.spares,
        };
        self.boxes.iter().map(one).collect()
    }
}

/// Whether these are the members whose roll was frozen.
fn is_roll(line: &DescriptionLine, one: &RegistrarBox) -> Result<bool, PlanError> {
    let entry = |member: &RollMember| {
        let RollMember { member_no, name, unit, standing, classification, .. } = member;
        RollEntry::new(member_no, name, unit, standing, classification.as_deref().unwrap_or_default())
    };
    let entries = one.members.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    let roll = FrozenRoll::new(entries)?;
    let mut salt = [0; 32];
    let read = hex::decode_to_slice(&one.roll_salt, &mut salt);
    Ok(read.is_ok() && line.roll == HexHash::from_digest(roll.hash(&salt)))
}
