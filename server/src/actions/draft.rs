//! Drafting a ballot from its file, and giving a draft another file.

use scrutineer_api::announcement::NewFile;
use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::{BallotId, NewBallot};
use scrutineer_ballot::file::{BallotFile, BallotFileError, Tellers};
use scrutineer_ballot::practice;
use scrutineer_ballot::proposal::Person;
use scrutineer_ballot::roll::MemberNo;
use scrutineer_ballot::setup::questions;
use scrutineer_protocol::ballot::Ballot as SealedVote;
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::question::QuestionError;
use thiserror::Error;

use super::ballot_deed::{self, BallotRefusal, may_run};
use super::cast::MAX_VOTE_BYTES;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::life::BallotDeed;
use crate::store::{Error as StoreError, NewBallotRow, Tx};

/// Why a ballot was not drafted.
#[derive(Debug, Error)]
pub enum DraftError {
    /// The file is not a ballot file.
    #[error("the ballot file was not taken: {0}")]
    File(#[from] BallotFileError),
    /// A board that does not exist.
    #[error("the ballot file was not taken: tellers names the board {name:?}, which does not exist; {there}")]
    NoSuchBoard {
        /// The name.
        name: String,
        /// Which ones there are.
        there: String,
    },
    /// A registrar who is not on the roll.
    #[error(
        "the ballot file was not taken: registrar names member {0}, who is not on the roll; the registrar signs in here, so \
         it must be a member"
    )]
    NoSuchRegistrar(String),
    /// A word that only the server puts there.
    #[error(
        "the ballot file was not taken: its title begins with \"practice:\"; leave the word out. Practice ballots are \
         drafted with --practice and then say so by themselves"
    )]
    Title,
    /// Nobody could vote.
    #[error(
        "the ballot file was not taken: with all these answers a sealed vote has {bytes} bytes, and at most {MAX_VOTE_BYTES} \
         are taken; ask fewer questions, or make several ballots of them"
    )]
    TooLarge {
        /// The length of the longest vote.
        bytes: usize,
    },
    /// A question that the record's format does not take.
    #[error("the ballot file was not taken: {0}")]
    Question(#[from] QuestionError),
    /// Members know the file.
    #[error(
        "this draft was announced to members, so its file stays as it is; cancel it and draft another ballot from the new file"
    )]
    Announced,
    /// Which ballot, may the caller, may it now?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// The file cannot be kept.
    #[error("the ballot file cannot be kept: {0}")]
    Json(#[from] serde_json::Error),
}

impl From<StoreError> for DraftError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

/// Keeps a ballot file as a draft.
///
/// # Errors
/// See [`DraftError`].
pub async fn draft(app: &App, caller: &Caller, asked: NewBallot) -> Result<BallotId, DraftError> {
    let (file, json) = checked(app, caller, &asked.file)?;
    let uuid = Uuid::random(&mut app.entropy.rng());
    let (actor, drafted_by) = (caller.actor(), caller.session().member);
    app.store
        .write("draft ballot", move |tx| {
            has_board(tx, &file)?;
            has_registrar(tx, &file)?;
            tx.add_ballot(&NewBallotRow {
                uuid: &uuid,
                file: &json,
                drafted_by,
                opens_at: file.opens,
                closes_at: file.closes,
                practice: asked.practice,
            })?;
            let mut detail = serde_json::json!({ "ballot": uuid, "title": file.title });
            if asked.practice {
                detail["practice"] = true.into();
            }
            tx.audit(&actor, Deed::BallotDrafted, &detail)?;
            Ok(BallotId { id: uuid.to_string() })
        })
        .await
}

/// Puts another file in the place of a draft's that was not announced.
///
/// # Errors
/// See [`DraftError`].
pub async fn replace(app: &App, caller: &Caller, id: String, asked: NewFile) -> Result<BallotId, DraftError> {
    let (file, json) = checked(app, caller, &asked.file)?;
    let caller = caller.clone();
    app.store
        .write("replace draft", move |tx| {
            let ballot = ballot_deed::begin(tx, &caller, &id, BallotDeed::Replace)?.0.ballot;
            if ballot.announced {
                return Err(DraftError::Announced);
            }
            has_board(tx, &file)?;
            has_registrar(tx, &file)?;
            tx.replace_draft(ballot.id, &json, file.opens, file.closes)?;
            let detail = serde_json::json!({ "ballot": ballot.uuid, "title": file.title });
            tx.audit(&caller.actor(), Deed::DraftReplaced, &detail)?;
            Ok(BallotId { id: ballot.uuid.to_string() })
        })
        .await
}

/// A ballot file that the caller may draft, and how it is kept.
fn checked(app: &App, caller: &Caller, text: &str) -> Result<(BallotFile, String), DraftError> {
    let file = BallotFile::parse(text)?;
    file.validate_at(app.clock.now())?;
    may_run(caller, &file)?;
    if practice::claims(&file.title) {
        return Err(DraftError::Title);
    }
    let bytes = SealedVote::most_bytes(&questions(&file)?);
    if bytes > MAX_VOTE_BYTES {
        return Err(DraftError::TooLarge { bytes });
    }
    let json = file.to_json()?;
    Ok((file, json))
}

/// Whether the registrar whom a file names is on the roll.
fn has_registrar(tx: &Tx<'_>, file: &BallotFile) -> Result<(), DraftError> {
    match &file.registrar {
        Some(member_no) if named_registrar(tx, member_no)?.is_none() => {
            Err(DraftError::NoSuchRegistrar(member_no.to_string()))
        }
        _ => Ok(()),
    }
}

/// The registrar whom a file names, as the roll has them; nobody if they are not on it.
pub(super) fn named_registrar(tx: &Tx<'_>, member_no: &MemberNo) -> Result<Option<Person>, StoreError> {
    let Some(member) = tx.member(member_no.as_str())? else { return Ok(None) };
    Ok(tx.roll_entry(member.id)?.map(|entry| Person {
        member_no: member.member_no,
        name: entry.name().to_owned(),
        unit: entry.unit().to_owned(),
    }))
}

/// Whether there is the board that a file names.
fn has_board(tx: &Tx<'_>, file: &BallotFile) -> Result<(), DraftError> {
    let Tellers::Board(name) = &file.tellers else { return Ok(()) };
    if tx.board(name)?.is_some() {
        return Ok(());
    }
    let boards: Vec<_> = tx.boards()?.iter().map(|board| format!("{:?}", board.name)).collect();
    let there = if boards.is_empty() {
        "there is none yet: an officer makes one with `scrutineer tellers create`".to_owned()
    } else {
        format!("there are {}", boards.join(", "))
    };
    Err(DraftError::NoSuchBoard { name: name.clone(), there })
}
