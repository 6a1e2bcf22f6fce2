//! Correcting a member's e-mail address. It is in use after an hour, the old address is told at once, and while a ballot of
//! the member's is under way it takes two people (by a roll, one). Voting codes go to the address that was frozen, whatever is changed here.

use rand_core::Rng;
use scrutineer_api::audit;
use scrutineer_api::desk::EmailChange;
use scrutineer_ballot::proposal::{Content, Person};
use scrutineer_letters::{Address, Kind, NotAnAddress};
use thiserror::Error;

use super::super::proposals::{Asked, ByTwo, Means, circumstances, propose};
use super::show::waiting;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::two_people::{Decision, Deed, decide};
use crate::store::{Actor, Error as StoreError, Mark, NewLetter, ReachRow, Tx, WriteTx};

/// After so many seconds a new address is in use: time for whoever reads the old one to say no.
pub const WAIT: i64 = 60 * 60;
/// So many are taken into use in one go: a roll may have asked for as many as there are members.
const AT_ONCE: u32 = 1000;

/// Why an address was not changed.
#[derive(Debug, Error)]
pub enum ChangeEmailError {
    /// There is no such member.
    #[error("there is no member {0:?} on the roll; `scrutineer desk find` finds members by name")]
    NoSuchMember(String),
    /// What was typed is no address.
    #[error(transparent)]
    Address(#[from] NotAnAddress),
    /// It is the member's already.
    #[error("this is the address of member {0} already")]
    Same(String),
    /// Nothing waits.
    #[error(
        "no change of the address of member {0} waits; one that is in use is changed again like any other"
    )]
    NoneWaits(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Changes a member's address: at once or, while a ballot of theirs is under way, once a second officer agrees. Either way it
/// is in use an hour later.
///
/// # Errors
/// See [`ChangeEmailError`].
pub async fn change(
    app: &App,
    caller: &Caller,
    member_no: String,
    email: &str,
) -> Result<Asked<EmailChange>, ChangeEmailError> {
    let email = email.parse::<Address>()?.as_str().to_owned();
    let (caller, means, mut rng) = (caller.clone(), Means::of(app), app.entropy.rng());
    app.store
        .write("change email", move |tx| {
            let member_no = member_no.trim();
            let content = content(tx, member_no, &email)?;
            let mut at = circumstances(tx, &means, None)?;
            at.vote_under_way = tx.is_on_roll_of_a_vote(member_no)?;
            let deed = Deed::ChangeEmail { member_no: member_no.to_owned(), email: email.clone() };
            match decide(&deed, &at) {
                Decision::DoNow => {
                    let change = apply(tx, &means, &caller, member_no, &email, None, &mut rng)?;
                    Ok(Asked::Done(change))
                }
                Decision::Propose => Ok(Asked::Waits(propose(tx, &means, &caller, &deed, None, &content)?)),
            }
        })
        .await
}

fn member(tx: &Tx<'_>, member_no: &str) -> Result<ReachRow, ChangeEmailError> {
    tx.reach(member_no)?.ok_or_else(|| ChangeEmailError::NoSuchMember(member_no.to_owned()))
}

/// What the change would do, if it can be done now.
pub(in crate::actions) fn content(
    tx: &Tx<'_>,
    member_no: &str,
    email: &str,
) -> Result<Content, ChangeEmailError> {
    let ReachRow { entry, email: from, .. } = member(tx, member_no)?;
    if from.as_deref() == Some(email) {
        return Err(ChangeEmailError::Same(entry.member_no));
    }
    let member = Person { member_no: entry.member_no, name: entry.name, unit: entry.unit };
    Ok(Content::ChangeEmail { member, from, to: email.to_owned() })
}

/// Lets the change begin to wait, and tells the old address.
pub(in crate::actions) fn apply(
    tx: &WriteTx<'_>,
    means: &Means,
    caller: &Caller,
    member_no: &str,
    email: &str,
    by: Option<&ByTwo>,
    rng: &mut impl Rng,
) -> Result<EmailChange, ChangeEmailError> {
    let row = member(tx, member_no)?;
    begin(tx, means.settings.mail.is_some(), &caller.actor(), &row, email, by, rng)?;
    let change = tx.email_change(row.id)?;
    let change =
        change.ok_or_else(|| StoreError::Corrupt("a change of an address is not there".to_owned()))?;
    Ok(waiting(means, &row, change))
}

/// Lets the changes begin to wait that a roll asks for: of members with a ballot under way. A roll may also take an address
/// away; then it is empty.
///
/// # Errors
/// The database's.
pub(in crate::actions) fn asked_by_roll(
    tx: &WriteTx<'_>,
    mail: bool,
    actor: &Actor,
    addresses: &[(&str, &str)],
    rng: &mut impl Rng,
) -> Result<(), StoreError> {
    for (member_no, email) in addresses {
        let Some(row) = tx.reach(member_no)? else { continue };
        begin(tx, mail, actor, &row, email, None, rng)?;
    }
    Ok(())
}

/// Keeps the new address for an hour, in place of one that waits, and queues the letter to the old one.
fn begin(
    tx: &WriteTx<'_>,
    mail: bool,
    actor: &Actor,
    row: &ReachRow,
    email: &str,
    by: Option<&ByTwo>,
    rng: &mut impl Rng,
) -> Result<(), StoreError> {
    let due_at = tx.now() + WAIT;
    tx.put_email_change(row.id, email, &actor.to_string(), due_at)?;
    if mail && let Some(old) = row.email.as_deref().and_then(|old| old.parse::<Address>().ok()) {
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        tx.queue_letter(&NewLetter {
            id,
            run: None,
            ballot: None,
            member: row.id,
            kind: Kind::AddressChanged,
            address: old.as_str(),
            due_at: tx.now(),
            code: false,
        })?;
    }
    let detail = serde_json::json!({ "member_no": row.entry.member_no, "in_use_from": due_at });
    tx.audit(actor, audit::Deed::EmailChangeAsked, &ByTwo::note(by, &detail)?)
}

/// Takes back a change that is not in use yet.
///
/// # Errors
/// See [`ChangeEmailError`].
pub async fn cancel(app: &App, caller: &Caller, member_no: String) -> Result<(), ChangeEmailError> {
    let actor = caller.actor();
    app.store
        .write("cancel change of email", move |tx| {
            let row = member(tx, member_no.trim())?;
            if !tx.remove_email_change(row.id)? {
                return Err(ChangeEmailError::NoneWaits(row.entry.member_no));
            }
            let detail = serde_json::json!({ "member_no": row.entry.member_no });
            Ok(tx.audit(&actor, audit::Deed::EmailChangeEnded, &detail)?)
        })
        .await
}

/// Takes addresses into use whose hour is over. From then on letters go there, and votes of these members in ballots under
/// way count among those that somebody else might have cast.
///
/// # Errors
/// The database's.
pub(super) fn use_due(tx: &WriteTx<'_>) -> Result<(), StoreError> {
    for change in tx.email_changes_due(AT_ONCE)? {
        tx.set_email(change.member, &change.email)?;
        tx.remove_email_change(change.member)?;
        tx.mark_under_way(&change.member_no, Mark::Address)?;
        let detail = serde_json::json!({ "member_no": change.member_no });
        tx.audit(&Actor::Server, audit::Deed::EmailChanged, &detail)?;
    }
    Ok(())
}

/// Ends changes that wait where a newer roll gives the member another address: the newer word counts.
///
/// # Errors
/// The database's.
pub(in crate::actions) fn overtaken_by_roll(
    tx: &WriteTx<'_>,
    actor: &Actor,
    member_nos: &[&str],
) -> Result<(), StoreError> {
    for member_no in member_nos {
        let Some(row) = tx.reach(member_no)? else { continue };
        if tx.remove_email_change(row.id)? {
            let detail = serde_json::json!({ "member_no": row.entry.member_no });
            tx.audit(actor, audit::Deed::EmailChangeEnded, &detail)?;
        }
    }
    Ok(())
}
