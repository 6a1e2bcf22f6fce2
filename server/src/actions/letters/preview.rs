//! What a run of letters would be, before anybody confirms it.

use std::str::FromStr;

use scrutineer_api::ballot::BallotState;
use scrutineer_api::letters::LettersPreview;
use scrutineer_api::role::Role;
use scrutineer_letters::Kind;

use super::compose::Composer;
use super::plan::{About, Plan};
use super::{LettersError, find};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::store::Tx;

/// Shows who would get letters of a kind now, and what they say. Without a ballot: letters with activation codes.
///
/// # Errors
/// See [`LettersError`].
pub async fn preview(
    app: &App,
    caller: &Caller,
    id: Option<String>,
    kind: String,
) -> Result<LettersPreview, LettersError> {
    let (kind, composer, caller) = (run_kind(&kind)?, Composer::of(app), caller.clone());
    app.store
        .read("letters: preview", move |tx| {
            let about = subject(tx, &caller, id.as_deref(), kind)?;
            Plan::of(tx, kind, about.as_ref())?.preview(tx, &composer, kind, about.as_ref())
        })
        .await
}

/// A kind that is sent in runs.
pub(super) fn run_kind(typed: &str) -> Result<Kind, LettersError> {
    let kind = Kind::from_str(typed)?;
    if kind.is_run() { Ok(kind) } else { Err(LettersError::NotARun(kind)) }
}

/// What a run is about, if it can be sent, or set for later, now.
pub(super) fn subject(
    tx: &Tx<'_>,
    caller: &Caller,
    id: Option<&str>,
    kind: Kind,
) -> Result<Option<About>, LettersError> {
    use BallotState::{Certified, Draft, Frozen, Open, Tallied};
    let Some(id) = id else {
        if kind != Kind::Activation {
            return Err(LettersError::WrongPlace(kind, "about a ballot: name it"));
        }
        if !caller.has(Role::Officer) {
            return Err(LettersError::OfficersOnly);
        }
        return Ok(None);
    };
    if kind == Kind::Activation {
        return Err(LettersError::WrongPlace(kind, "without a ballot"));
    }
    let about = find(tx, caller, id)?;
    let state = about.0.state;
    let (may, when) = match kind {
        Kind::Notice => (state == Frozen || (state == Draft && about.0.announced), "is announced or frozen"),
        Kind::Open => (state == Frozen, "is frozen: they are confirmed before it opens"),
        Kind::Reminder | Kind::ClosingSoon => (matches!(state, Frozen | Open), "is frozen or open"),
        _ => (matches!(state, Tallied | Certified), "has its result"),
    };
    if may { Ok(Some(about)) } else { Err(LettersError::NotNow { state, kind, when }) }
}
