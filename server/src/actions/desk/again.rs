//! Getting another voting code oneself, with the permit that a letter brought to the address that was frozen.

use std::net::IpAddr;

use scrutineer_api::secret::Secret;
use thiserror::Error;

use super::super::proposals::Means;
use super::super::reissue::{self, ReissueError};
use super::super::sign_in::guess_key;
use super::no_code::{self, NoCodeError};
use super::way::{self, Way};
use crate::app::App;
use crate::auth::guesses::Wait;
use crate::domain::activation_code::{ActivationCode, NotACode};
use crate::store::{Error as StoreError, OpenError};

/// Why no other code was made.
#[derive(Debug, Error)]
pub enum AgainError {
    /// Mistyped.
    #[error(transparent)]
    Permit(#[from] NotACode),
    /// Which ballot, and is there a page for its codes?
    #[error(transparent)]
    NoCode(#[from] NoCodeError),
    /// Unknown member, another permit, or one that was used or has ended: on purpose the same answer.
    #[error(
        "member number and permit do not fit together, or the permit was used or is older than a day; ask for a new one"
    )]
    WrongPermit,
    /// A vote stands under the code.
    #[error(
        "a vote of yours is recorded already, so your code cannot be replaced any more; your vote counts. If you did not cast \
         it, call {0}"
    )]
    HasVoted(String),
    /// Only people can help.
    #[error("there are no more codes for this page; ask {0}")]
    Ask(String),
    /// Too many wrong tries.
    #[error("too many wrong attempts; try again in {0} seconds")]
    Wait(u64),
    /// Replacing did not go well.
    #[error(transparent)]
    Reissue(#[from] ReissueError),
}

impl From<Wait> for AgainError {
    fn from(Wait(seconds): Wait) -> Self {
        Self::Wait(seconds)
    }
}

impl From<StoreError> for AgainError {
    fn from(error: StoreError) -> Self {
        Self::NoCode(error.into())
    }
}

impl From<OpenError> for AgainError {
    fn from(error: OpenError) -> Self {
        Self::Reissue(error.into())
    }
}

/// What a member types.
pub struct Again {
    /// The ballot.
    pub ballot: String,
    /// The member's number.
    pub member_no: String,
    /// What the letter said.
    pub permit: Secret,
}

/// Voids the member's code and sends another to the address that was frozen.
///
/// There is no entry of the audit log: it is the member's own deed, mostly minutes before the vote, and the order of such
/// entries would be the order of votes. How many there were is noted when voting ends.
///
/// # Errors
/// See [`AgainError`].
pub async fn again(app: &App, from: IpAddr, asked: Again) -> Result<(), AgainError> {
    let Again { ballot, member_no, permit } = asked;
    let permit = ActivationCode::parse(permit.expose())?;
    let mut attempt = app.guesses.begin(&guess_key("permit", &member_no), from, app.clock.now())?;
    let (means, mut rng) = (Means::of(app), app.entropy.rng());
    let done = app
        .store
        .write("another code", move |tx| {
            let ballot = no_code::find(tx, means.settings.mail.is_some(), &ballot)?;
            let member_no = member_no.trim();
            let row = tx.reach(member_no)?.ok_or(AgainError::WrongPermit)?;
            let kept = tx.code_permit(ballot.id, row.id)?.filter(|kept| tx.now() < kept.expires_at);
            let hash = kept.and_then(|kept| kept.code_hash).ok_or(AgainError::WrongPermit)?;
            if !permit.fits(&hash) {
                return Err(AgainError::WrongPermit);
            }
            let (own, voted) = tx.box_of_member(ballot.id, member_no)?.ok_or(AgainError::WrongPermit)?;
            let contact = ballot.file()?.contact;
            if voted {
                return Err(AgainError::HasVoted(contact));
            }
            let by_letter = matches!(way::of(tx, &means, &ballot, member_no)?, Way::Email(_));
            if !by_letter || !no_code::spares_left(tx, &own)? {
                return Err(AgainError::Ask(contact));
            }
            let key = means.folder.ballot_key(&ballot.uuid)?;
            reissue::replace(tx, &means, &key, &ballot, member_no, &mut rng)?;
            tx.use_code_permit(ballot.id, row.id)?;
            tx.count_own_reissue(own.id)?;
            Ok(())
        })
        .await;
    match &done {
        Ok(()) | Err(AgainError::HasVoted(_) | AgainError::Ask(_)) => attempt.right(),
        Err(AgainError::WrongPermit) => {}
        Err(_) => attempt.not_made(),
    }
    done
}
