//! What became of a vote, asked with nothing but what stands on its receipt: the tracker, or its twelve words. Looks through
//! every record as far as whoever asks may see it.

use scrutineer_api::ballot::BallotState;
use scrutineer_api::vote::VoteState;
use scrutineer_ballot::file::RecordAccess;
use scrutineer_ballot::fingerprint::Fingerprint;
use scrutineer_protocol::hash::Base64Hash;
use thiserror::Error;

use super::ballot_id::Drafts;
use super::record::{self, RecordError, Visible};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::store::{BallotRow, Error as StoreError, Tx};

/// The most characters of what was typed: twelve words with room.
const MOST_TYPED: usize = 500;
/// Characters of a tracker.
const TRACKER: usize = 43;

/// Why nothing can be said.
#[derive(Debug, Error)]
pub enum CheckReceiptError {
    /// A record cannot be looked at.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of a vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It is on the record and counts.
    Counted(Found),
    /// It is on the record; a later vote of the same member counts.
    Replaced(Found),
    /// The words fit several votes; the tracker itself tells them apart.
    Several,
    /// It is on no record that the caller may see.
    NotFound(Unseen),
    /// What was typed is neither a tracker nor twelve words.
    NotATracker,
}

/// A ballot, and whom to ask about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BallotRef {
    /// The ballot's identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether it is for practice.
    pub practice: bool,
    /// Where it is in its life.
    pub state: BallotState,
    /// Whom to ask.
    pub contact: String,
}

/// A vote that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// In which ballot.
    pub ballot: BallotRef,
    /// The whole tracker.
    pub tracker: String,
    /// Height of its event on the record.
    pub height: u64,
}

/// Where a vote that was not found might be all the same, and whom to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// Whether there are open ballots whose records only show themselves to people who are signed in, and nobody is.
    pub sign_in: bool,
    /// Whether there are open ballots whose records are shown in steps, so that a new vote appears only with the next.
    pub steps: bool,
    /// The ballots in which votes were or are cast, the newest first.
    pub ballots: Vec<BallotRef>,
}

/// Looks a vote up.
///
/// # Errors
/// See [`CheckReceiptError`].
pub async fn check(app: &App, caller: Option<&Caller>, typed: &str) -> Result<Checked, CheckReceiptError> {
    let Some(wanted) = Wanted::read(typed) else { return Ok(Checked::NotATracker) };
    let (drafts, signed_in) = (Drafts::to(caller), caller.is_some());
    app.store.read("check receipt", move |tx| look(tx, drafts, signed_in, &wanted)).await
}

/// The trackers that what was typed can mean: from one digest to another.
struct Wanted {
    from: [u8; 32],
    to: [u8; 32],
}

impl Wanted {
    fn read(typed: &str) -> Option<Self> {
        if typed.chars().take(MOST_TYPED + 1).count() > MOST_TYPED {
            return None;
        }
        // Whoever copies a tracker from a letter copies line ends along; who puts it into an address as it is gets its plus
        // signs read as blanks.
        let bare: String = typed.split_whitespace().collect();
        let plus = typed.trim().replace(' ', "+");
        let tracker = [bare, plus].into_iter().filter(|text| text.len() == TRACKER);
        if let Some(hash) = tracker.filter_map(|text| Base64Hash::from_text(&text).ok()).next() {
            return Some(Self { from: *hash.digest(), to: *hash.digest() });
        }
        let (from, to) = Fingerprint::parse(typed).ok()?.digests();
        Some(Self { from, to })
    }
}

fn look(tx: &Tx<'_>, drafts: Drafts, signed_in: bool, wanted: &Wanted) -> Result<Checked, CheckReceiptError> {
    let mut unseen = Unseen { sign_in: false, steps: false, ballots: Vec::new() };
    let mut found = Vec::new();
    for ballot in tx.ballots()? {
        let began = !matches!(ballot.state, BallotState::Draft | BallotState::Frozen);
        if !began || !drafts.show(ballot.state, ballot.announced) {
            continue;
        }
        let about = about(&ballot)?;
        if ballot.state == BallotState::Open && ballot.file()?.record != RecordAccess::Public {
            unseen.sign_in |= !signed_in;
            unseen.steps = true;
        }
        for the_box in tx.boxes_of(ballot.id)? {
            let visible = match record::visible(tx, &ballot, the_box, signed_in) {
                Ok(visible) => visible,
                Err(RecordError::SignIn) => continue,
                Err(error) => return Err(error.into()),
            };
            for tracker in tx.trackers_between(visible.the_box.id, (&wanted.from, &wanted.to), 2)? {
                found.extend(became(tx, &visible, &tracker, &about)?);
            }
        }
        unseen.ballots.push(about);
    }
    Ok(match (found.pop(), found.is_empty()) {
        (None, _) => Checked::NotFound(unseen),
        (Some(one), true) => one,
        (Some(_), false) => Checked::Several,
    })
}

/// What became of one vote, if it is to be seen.
fn became(
    tx: &Tx<'_>,
    visible: &Visible,
    tracker: &Base64Hash,
    about: &BallotRef,
) -> Result<Option<Checked>, StoreError> {
    let (state, height) = record::became(tx, visible, tracker)?;
    let Some(height) = height else { return Ok(None) };
    let found = Found { ballot: about.clone(), tracker: tracker.to_string(), height };
    Ok(match state {
        VoteState::Counted => Some(Checked::Counted(found)),
        VoteState::Replaced => Some(Checked::Replaced(found)),
        VoteState::NotFound => None,
    })
}

fn about(ballot: &BallotRow) -> Result<BallotRef, StoreError> {
    let file = ballot.file()?;
    Ok(BallotRef {
        id: ballot.uuid.to_string(),
        title: file.title,
        practice: ballot.practice,
        state: ballot.state,
        contact: file.contact,
    })
}
