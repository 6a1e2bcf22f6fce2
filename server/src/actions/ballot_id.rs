//! Which ballot somebody means: its identifier, the election of one of its boxes, or an unambiguous beginning of either.

use scrutineer_api::ballot::BallotState;
use scrutineer_api::role::Role;
use thiserror::Error;

use crate::auth::caller::Caller;
use crate::store::{BallotId, BallotRow, BoxId, BoxRow, Error as StoreError, Tx};

/// The most boxes that a sentence names.
const LISTED: usize = 12;
/// The fewest characters of a beginning.
const FEWEST: usize = 4;

/// Why it is not clear which ballot, or box, is meant.
#[derive(Debug, Error)]
pub enum IdError {
    /// Too little of it.
    #[error("{0:?} is too short to name a ballot; give at least its first {FEWEST} characters")]
    TooShort(String),
    /// None, or none that the caller may see.
    #[error("there is no ballot {0:?}; `scrutineer ballot list` shows those that there are")]
    Unknown(String),
    /// More than one.
    #[error("{0} ballots begin with {1:?}; give more of the identifier")]
    Ambiguous(usize, String),
    /// A box that the ballot does not have.
    #[error("this ballot has no box {0:?}; its boxes are {1}")]
    NoSuchBox(String, String),
    /// Several boxes and none named.
    #[error("this ballot has several boxes; say which one: {0}")]
    WhichBox(String),
    /// Its time of keeping is over.
    #[error(
        "the ballot {0:?} had to be kept until its time was over; then all of it was deleted but its certificate, which says \
         what it came to (`scrutineer certificate`)"
    )]
    Purged(String),
    /// Not frozen yet.
    #[error("this ballot is not frozen yet, so it has no record")]
    NoBoxes,
    /// Its codes are not there.
    #[error(
        "the registrar has not issued the voting codes of this ballot yet (`scrutineer codes issue`), and its record begins \
         with them"
    )]
    NoRecord,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which drafts somebody sees: delegates and officers all, members those that were announced to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drafts {
    /// They are there like other ballots.
    Seen,
    /// Those that were announced are there; the others do not exist.
    Announced,
    /// They do not exist.
    Hidden,
}

impl Drafts {
    /// What a caller, or nobody in particular, sees.
    #[must_use]
    pub fn to(caller: Option<&Caller>) -> Self {
        match caller {
            Some(caller) if caller.has(Role::Delegate) || caller.has(Role::Officer) => Self::Seen,
            Some(_) => Self::Announced,
            None => Self::Hidden,
        }
    }

    /// Whether a ballot in this state can be seen, which was announced or was not.
    #[must_use]
    pub const fn show(self, state: BallotState, announced: bool) -> bool {
        match (state, self) {
            (BallotState::Draft, Self::Hidden) => false,
            (BallotState::Draft, Self::Announced) => announced,
            _ => true,
        }
    }
}

/// The ballot that was meant.
#[derive(Clone, Debug)]
pub struct Named {
    /// The ballot.
    pub ballot: BallotRow,
    /// The box, where the identifier was its election.
    pub box_id: Option<BoxId>,
}

/// Finds the ballot that somebody means.
///
/// # Errors
/// See [`IdError`].
pub fn find(tx: &Tx<'_>, typed: &str, drafts: Drafts) -> Result<Named, IdError> {
    let typed = typed.trim();
    if typed.chars().count() < FEWEST {
        return Err(IdError::TooShort(typed.to_owned()));
    }
    // Most give all of it, which is nobody else's beginning: identifiers are of one length.
    if let Some(ballot) = tx.ballot_of(typed)?.filter(|found| drafts.show(found.state, found.announced)) {
        return Ok(Named { ballot, box_id: None });
    }
    let mut matches = tx.ballots_beginning(typed)?;
    matches.retain(|found| drafts.show(found.state, found.announced));
    let mut ballots: Vec<BallotId> = matches.iter().map(|found| found.ballot).collect();
    ballots.sort_unstable();
    ballots.dedup();
    match ballots[..] {
        [] => Err(IdError::Unknown(typed.chars().take(40).collect())),
        [id] => {
            let box_id = if let [only] = matches[..] { only.box_id } else { None };
            Ok(Named { ballot: tx.ballot(id)?, box_id })
        }
        _ => Err(IdError::Ambiguous(ballots.len(), typed.to_owned())),
    }
}

impl Named {
    /// Refuses where all but the certificates was deleted.
    ///
    /// # Errors
    /// [`IdError::Purged`].
    pub fn refuse_purged(&self) -> Result<(), IdError> {
        match self.ballot.purged_at {
            Some(_) => Err(IdError::Purged(self.ballot.file()?.title)),
            None => Ok(()),
        }
    }

    /// The box that is meant: the one that the identifier named, else the one with this name, else the only one.
    ///
    /// # Errors
    /// See [`IdError`].
    pub fn the_box(&self, tx: &Tx<'_>, name: Option<&str>) -> Result<BoxRow, IdError> {
        self.refuse_purged()?;
        let mut boxes = tx.boxes_of(self.ballot.id)?;
        let names = || names(&boxes);
        let place = match (name, self.box_id) {
            (Some(name), _) => {
                let place = boxes.iter().position(|b| b.name == name);
                place.ok_or_else(|| IdError::NoSuchBox(name.to_owned(), names()))?
            }
            (None, Some(id)) => boxes.iter().position(|b| b.id == id).ok_or(IdError::NoBoxes)?,
            (None, None) if boxes.len() == 1 => 0,
            (None, None) if boxes.is_empty() => return Err(IdError::NoBoxes),
            (None, None) => return Err(IdError::WhichBox(names())),
        };
        Ok(boxes.swap_remove(place))
    }
}

/// Boxes for a sentence.
fn names(boxes: &[BoxRow]) -> String {
    let mut names: Vec<_> = boxes.iter().take(LISTED).map(|one| format!("{:?}", one.name)).collect();
    if boxes.len() > LISTED {
        names.push(format!("and {} others", boxes.len() - LISTED));
    }
    names.join(", ")
}
