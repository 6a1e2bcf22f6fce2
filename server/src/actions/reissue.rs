//! Re-issuing a voting code: the member is bound to a spare credential drawn at random, and the old code is void.

use rand_core::Rng;
use scrutineer_api::audit;
use scrutineer_api::ballot::BallotState;
use thiserror::Error;

use super::ballot_deed::BallotRefusal;
use super::ballot_id::{self, Drafts, IdError, Named};
use super::deed::{DeedError, perform};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::two_people::Deed;
use crate::store::{BoxRow, Error as StoreError, OpenError, SpareRow, Tx};

/// Why a code was not re-issued.
#[derive(Debug, Error)]
pub enum ReissueError {
    /// Which ballot?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// No codes yet, or no more.
    #[error("codes are re-issued only while a ballot is frozen or open")]
    NotNow,
    /// Not on the frozen roll.
    #[error("member {0} is not on the roll that was frozen for this ballot, so there is no code to re-issue")]
    NotOnRoll(String),
    /// A vote stands.
    #[error(
        "a vote stands under the code of member {0}, so the code cannot be replaced any more; the vote counts unless the \
         member replaces it with the same code"
    )]
    HasVoted(String),
    /// No spares.
    #[error("this ballot has no spare codes left")]
    NoSpares,
    /// The key of the bindings cannot be read.
    #[error("the key of the bindings cannot be read: {0}")]
    Key(#[from] OpenError),
    /// The deed itself.
    #[error(transparent)]
    Deed(#[from] DeedError),
}

impl From<StoreError> for ReissueError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

impl From<IdError> for ReissueError {
    fn from(error: IdError) -> Self {
        Self::Ballot(error.into())
    }
}

/// Voids a member's code and makes a spare one theirs; it goes to whoever froze the ballot, as the first ones did.
///
/// # Errors
/// See [`ReissueError`].
pub async fn reissue(app: &App, caller: &Caller, id: String, member_no: String) -> Result<(), ReissueError> {
    let member_no = member_no.trim().to_owned();
    let (asker, typed) = (caller.clone(), id);
    let named = app.store.read("reissue: look", move |tx| begin(tx, &asker, &typed)).await?;
    let mac = app.folder.ballot_key(&named.ballot.uuid)?.mac(&member_no);
    let (actor, mut rng, member) = (caller.actor(), app.entropy.rng(), member_no.clone());
    let done = app
        .store
        .write("reissue code", move |tx| {
            let ballot = tx.ballot(named.ballot.id)?;
            refuse_other_states(ballot.state)?;
            let mut bound = None;
            for one in tx.boxes_of(ballot.id)? {
                if let Some(binding) = tx.cast_binding(one.id, &mac)? {
                    bound = Some((one, binding.credential));
                }
            }
            let Some((one, old)) = bound else { return Err(ReissueError::NotOnRoll(member_no)) };
            // First, so that without spares nobody learns who has voted.
            let spare = draw(tx, &one, &mut rng)?;
            if tx.latest_vote(one.id, &old)?.is_some() {
                // Whoever asks for one member after another to learn who has voted does it in sight. The member is not
                // named, for the log must not say who has voted by when.
                tx.audit(
                    &actor,
                    audit::Deed::CodeReissueRefused,
                    &serde_json::json!({ "ballot": ballot.uuid }),
                )?;
                return Ok(Done::HasVoted);
            }
            tx.take_spare(one.id, &spare.credential)?;
            tx.rebind(one.id, &mac, &spare.credential)?;
            tx.add_void(one.id, &old)?;
            tx.put_code(one.id, &member_no, &spare.code)?;
            tx.count_reissue(one.id)?;
            perform(tx, &actor, &Deed::ReissueCode { ballot: ballot.uuid.to_string(), member_no })?;
            Ok(Done::Reissued)
        })
        .await?;
    match done {
        Done::Reissued => Ok(()),
        Done::HasVoted => Err(ReissueError::HasVoted(member)),
    }
}

/// How it ended, where something was written.
enum Done {
    Reissued,
    HasVoted,
}

fn begin(tx: &Tx<'_>, caller: &Caller, id: &str) -> Result<Named, ReissueError> {
    let named = ballot_id::find(tx, id, Drafts::to(Some(caller)))?;
    refuse_other_states(named.ballot.state)?;
    Ok(named)
}

const fn refuse_other_states(state: BallotState) -> Result<(), ReissueError> {
    match state {
        BallotState::Frozen | BallotState::Open => Ok(()),
        _ => Err(ReissueError::NotNow),
    }
}

/// Draws one of the spares that are left, each with the same chance.
fn draw(tx: &Tx<'_>, one: &BoxRow, rng: &mut impl Rng) -> Result<SpareRow, ReissueError> {
    let mut spares = tx.spares_of(one.id)?;
    let count = u64::try_from(spares.len()).unwrap_or(u64::MAX);
    if count == 0 {
        return Err(ReissueError::NoSpares);
    }
    // Numbers beyond the last multiple would favour the first spares.
    let beyond = u64::MAX - u64::MAX % count;
    let number = loop {
        let number = rng.next_u64();
        if number < beyond {
            break number % count;
        }
    };
    Ok(spares.swap_remove(usize::try_from(number).unwrap_or(0)))
}
