//! The ledger of delivery: what people note in it, and who is shown what of it.
//!
//! Runners note whom they handed a code, delegates for some units only for members of these units; the registrar notes
//! what was sent where a registrar made the codes. Nothing here knows who has voted.

use std::collections::{BTreeMap, BTreeSet};

use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::BallotState;
use scrutineer_api::delivery::{
    DeliveriesNoted, Delivery, DeliveryOfUnit, NewDeliveries, NewDelivery, Unreached, UnreachedMember,
};
use scrutineer_api::role::Role;
use scrutineer_ballot::file::{BallotFile, Codes};
use thiserror::Error;

use super::ballot_deed::BallotRefusal;
use super::ballot_id::{self, Drafts, IdError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::delivery::{self, Channel, State, Totals};
use crate::store::{BallotRow, Error as StoreError, Tx, WriteTx};

/// The most members of one report.
const MOST: usize = 50_000;
/// The most members that a refusal names.
const NAMED: usize = 10;

/// Why nothing was noted, or shown.
#[derive(Debug, Error)]
pub enum DeliveryError {
    /// Which ballot?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// Before codes are made, or when the result may be known.
    #[error(
        "what was handed over or sent is noted from freezing until the result is there, and this ballot {0}"
    )]
    NotNow(&'static str),
    /// A draft has no frozen roll.
    #[error("this ballot is a draft; the ledger of delivery begins when it is frozen")]
    Draft,
    /// Neither runs ballots nor is the registrar.
    #[error(
        "what was handed over is noted by delegates and officers, and whatever else was sent by the registrar of a ballot \
         whose codes a registrar makes"
    )]
    NotYours,
    /// Beyond a delegate's units.
    #[error(
        "you are a delegate for {own}, and these members are in other units: {members}; nothing was noted"
    )]
    OtherUnits {
        /// The caller's units.
        own: String,
        /// Numbers on the roll.
        members: String,
    },
    /// Nobody named.
    #[error("name at least one member")]
    Nobody,
    /// Too many.
    #[error("a report has at most {MOST} members; send it in parts")]
    TooMany,
    /// Named twice.
    #[error("member {0} is named twice; nothing was noted")]
    Twice(String),
    /// Not on the frozen roll.
    #[error("these are not on the roll that was frozen for this ballot: {0}; nothing was noted")]
    NotOnRoll(String),
    /// Not a state of this way.
    #[error("what goes by {channel} is never {state}; nothing was noted")]
    OtherWay {
        /// The way.
        channel: Channel,
        /// The state.
        state: State,
    },
    /// No code to hand over.
    #[error(
        "no voting code of these members was fetched to be handed over, or it was replaced since: {0}; nothing was noted"
    )]
    NoCode(String),
}

impl From<StoreError> for DeliveryError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

impl From<IdError> for DeliveryError {
    fn from(error: IdError) -> Self {
        Self::Ballot(error.into())
    }
}

/// Notes what was handed over or sent, all of it or nothing.
///
/// # Errors
/// See [`DeliveryError`].
pub async fn note(
    app: &App,
    caller: &Caller,
    id: String,
    report: NewDeliveries,
) -> Result<DeliveriesNoted, DeliveryError> {
    match report.entries.len() {
        0 => return Err(DeliveryError::Nobody),
        1..=MOST => {}
        _ => return Err(DeliveryError::TooMany),
    }
    let caller = caller.clone();
    app.store.write("note deliveries", move |tx| apply(tx, &caller, &id, &report)).await
}

fn apply(
    tx: &WriteTx<'_>,
    caller: &Caller,
    id: &str,
    report: &NewDeliveries,
) -> Result<DeliveriesNoted, DeliveryError> {
    let ballot = ballot_id::find(tx, id, Drafts::to(Some(caller)))?.ballot;
    match ballot.state {
        BallotState::Frozen | BallotState::Open | BallotState::Closed => {}
        state => return Err(DeliveryError::NotNow(crate::domain::life::is(state))),
    }
    let file = ballot.file()?;
    let channel = report.channel;
    let is_registrar = is_registrar(caller, &ballot, &file);
    let by_hand = |entry: &NewDelivery| {
        channel == Channel::Hand && matches!(entry.state, State::HandedOver | State::Printed)
    };
    let runs = caller.has(Role::Officer) || caller.has(Role::Delegate);
    let may = is_registrar || (runs && report.entries.iter().all(by_hand));
    if !may {
        return Err(DeliveryError::NotYours);
    }
    if let Some(wrong) = report.entries.iter().find(|entry| !delivery::is_on(channel, entry.state)) {
        return Err(DeliveryError::OtherWay { channel, state: wrong.state });
    }
    let units: BTreeMap<String, String> =
        tx.contacts_of(ballot.id)?.into_iter().map(|row| (row.member_no, row.unit)).collect();
    let entries = named_once(&report.entries, &units)?;
    if !is_registrar {
        refuse_other_units(caller, &entries, &units)?;
        refuse_without_code(tx, &ballot, &file, &entries)?;
    }
    // What went out to whoever the registrar owes another code is void.
    let owed: BTreeSet<_> = tx.registrar_tasks(ballot.id)?.into_iter().map(|task| task.member_no).collect();
    let mut noted: BTreeMap<State, u64> = BTreeMap::new();
    let mut done = DeliveriesNoted { noted: 0, unchanged: 0 };
    for (member_no, state) in &entries {
        if !owed.contains(member_no) && tx.note_delivery(ballot.id, member_no, channel, *state, true)? {
            done.noted += 1;
            *noted.entry(*state).or_default() += 1;
        } else {
            done.unchanged += 1;
        }
    }
    for (state, members) in noted {
        let taken_back = !is_registrar && state == State::Printed;
        let (deed, detail) = if taken_back {
            (Deed::HandOversTakenBack, serde_json::json!({ "ballot": ballot.uuid, "members": members }))
        } else {
            let detail = serde_json::json!({
                "ballot": ballot.uuid, "channel": channel, "state": state, "members": members,
            });
            (Deed::DeliveriesNoted, detail)
        };
        tx.audit(&caller.actor(), deed, &detail)?;
    }
    Ok(done)
}

/// Whether the caller is the registrar who has issued the codes of a ballot.
fn is_registrar(caller: &Caller, ballot: &BallotRow, file: &BallotFile) -> bool {
    let own = caller.session().member_no.as_str();
    file.codes == Codes::Registrar && ballot.registrar_no.as_deref() == Some(own)
}

/// The members of a report, each once and on the roll.
fn named_once(
    entries: &[NewDelivery],
    units: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, State>, DeliveryError> {
    let mut members = BTreeMap::new();
    for entry in entries {
        let member_no = entry.member_no.trim().to_owned();
        if members.insert(member_no.clone(), entry.state).is_some() {
            return Err(DeliveryError::Twice(member_no));
        }
    }
    let unknown = listed(members.keys().filter(|no| !units.contains_key(*no)));
    match unknown {
        Some(unknown) => Err(DeliveryError::NotOnRoll(unknown)),
        None => Ok(members),
    }
}

fn refuse_other_units(
    caller: &Caller,
    entries: &BTreeMap<String, State>,
    units: &BTreeMap<String, String>,
) -> Result<(), DeliveryError> {
    let is_others = |no: &&String| {
        !caller.has(Role::Officer) && !caller.is_delegate_for(units.get(*no).map(String::as_str))
    };
    let Some(members) = listed(entries.keys().filter(is_others)) else { return Ok(()) };
    let own: Vec<_> = caller.session().roles.iter().filter_map(|held| held.unit.clone()).collect();
    Err(DeliveryError::OtherUnits { own: own.join(", "), members })
}

/// Refuses where nobody can have handed over the code that the member has now. What a registrar made may never have been
/// noted as printed.
fn refuse_without_code(
    tx: &Tx<'_>,
    ballot: &BallotRow,
    file: &BallotFile,
    entries: &BTreeMap<String, State>,
) -> Result<(), DeliveryError> {
    let mut without = Vec::new();
    for (member_no, state) in entries {
        let rows = tx.delivery_of(ballot.id, member_no)?;
        let is = rows.iter().find(|row| row.channel == Channel::Hand).map(|row| row.entry);
        let may = match is {
            Some(entry) => entry.code,
            None => file.codes == Codes::Registrar && *state == State::HandedOver,
        };
        if !may {
            without.push(member_no);
        }
    }
    listed(without.into_iter()).map_or(Ok(()), |members| Err(DeliveryError::NoCode(members)))
}

/// The first members of some, for a sentence; `None` if there are none.
fn listed<'a>(members: impl Iterator<Item = &'a String>) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    let mut others = 0_usize;
    for member in members {
        if names.len() < NAMED { names.push(member) } else { others += 1 }
    }
    match (names.is_empty(), others) {
        (true, _) => None,
        (false, 0) => Some(names.join(", ")),
        (false, others) => Some(format!("{} and {others} others", names.join(", "))),
    }
}

/// How far delivery has come: for officers, observers and delegates for the whole union in all units, for other delegates in
/// theirs.
///
/// # Errors
/// See [`DeliveryError`].
pub async fn status(app: &App, caller: &Caller, id: String) -> Result<Delivery, DeliveryError> {
    let caller = caller.clone();
    app.store
        .read("delivery", move |tx| {
            let ballot = frozen(tx, &caller, &id)?;
            let file = ballot.file()?;
            let mut totals = tx.delivery_totals(ballot.id)?;
            let all_units = sees_all(&caller);
            totals.units.retain(|unit, _| all_units || caller.is_delegate_for(Some(unit)));
            Ok(Delivery {
                ballot: ballot.uuid.to_string(),
                title: file.title,
                all_units,
                whole: totals.whole(),
                units: by_unit(totals),
                unreachable_share: file.unreachable_share,
                open_unreached: tx.open_unreached(ballot.id)?,
                employer_mail: tx.employer_mail(ballot.id)?,
            })
        })
        .await
}

fn by_unit(totals: Totals) -> Vec<DeliveryOfUnit> {
    totals.units.into_iter().map(|(unit, delivery)| DeliveryOfUnit { unit, delivery }).collect()
}

/// Who is out of reach, by name, for officers.
///
/// # Errors
/// See [`DeliveryError`].
pub async fn unreached(app: &App, caller: &Caller, id: String) -> Result<(String, Unreached), DeliveryError> {
    let caller = caller.clone();
    app.store
        .read("unreached", move |tx| {
            let ballot = frozen(tx, &caller, &id)?;
            let members = tx.unreached(ballot.id)?.into_iter().map(|row| UnreachedMember {
                member_no: row.member_no,
                name: row.name,
                unit: row.unit,
                why: row.why,
            });
            Ok((ballot.uuid.to_string(), Unreached { members: members.collect() }))
        })
        .await
}

/// Whether somebody sees every unit.
fn sees_all(caller: &Caller) -> bool {
    caller.has(Role::Officer) || caller.has(Role::Observer) || caller.is_delegate_for(None)
}

fn frozen(tx: &Tx<'_>, caller: &Caller, id: &str) -> Result<BallotRow, DeliveryError> {
    let named = ballot_id::find(tx, id, Drafts::to(Some(caller)))?;
    named.refuse_purged()?;
    if tx.boxes_of(named.ballot.id)?.is_empty() {
        return Err(DeliveryError::Draft);
    }
    Ok(named.ballot)
}
