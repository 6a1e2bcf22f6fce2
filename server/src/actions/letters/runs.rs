//! Runs of letters: confirmed with the number that the preview showed, then paused, resumed or cancelled as need be.

use std::collections::HashMap;

use rand_core::Rng;
use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::BallotState;
use scrutineer_api::letters::{LetterRun, LetterRuns, MailStatus, NewLetters};
use scrutineer_api::role::Role;
use scrutineer_ballot::file::{BallotFile, Codes};
use scrutineer_letters::Kind;
use serde_json::json;

use super::compose::Composer;
use super::plan::{About, Plan, is_at_most};
use super::preview::{run_kind, subject};
use super::{LettersError, run_number};
use crate::actions::ballot_deed::may_run;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::activation_code::LIFETIME;
use crate::domain::delivery::{Channel, State as Delivery};
use crate::store::{
    BallotId, Error as StoreError, NewLetter, NewRun, RunNumber, RunRow, RunState, Tx, WriteTx,
};

const HOUR: i64 = 60 * 60;
/// For how long a confirmed test letter holds, in seconds.
pub(super) const TESTED_FOR: i64 = 7 * 24 * HOUR;
/// The most reminders of a ballot, besides the one that voting ends soon.
const MOST_REMINDERS: usize = 3;
/// The fewest seconds from one reminder to another.
const BETWEEN_REMINDERS: i64 = 12 * HOUR;
/// No reminder is sent so shortly before the deadline, in seconds.
pub(super) const LAST_HOUR: i64 = HOUR;

/// Confirms a run: its letters are queued, in the same transaction but for reminders, whose recipients are chosen when they
/// are due.
///
/// # Errors
/// See [`LettersError`]; then nothing is queued.
pub async fn send(
    app: &App,
    caller: &Caller,
    id: Option<String>,
    kind: String,
    asked: NewLetters,
) -> Result<LetterRun, LettersError> {
    if app.mailer.is_none() {
        return Err(LettersError::NoMail);
    }
    let kind = run_kind(&kind)?;
    if !is_at_most(kind) && (asked.at.is_some() || asked.minutes_before_close.is_some()) {
        return Err(LettersError::NoTime);
    }
    let (caller, composer, mut rng) = (caller.clone(), Composer::of(app), app.entropy.rng());
    app.store
        .write("letters: confirm", move |tx| {
            let about = subject(tx, &caller, id.as_deref(), kind)?;
            let ballot = about.as_ref().map(|(ballot, _)| ballot.id);
            if let Some((ballot, _)) =
                about.as_ref().filter(|_| matches!(kind, Kind::Open | Kind::Result | Kind::ClosingSoon))
            {
                refuse_another(tx, ballot.id, kind)?;
            }
            if matches!(kind, Kind::Notice | Kind::Activation) {
                refuse_unfinished(tx, ballot, kind)?;
            }
            if kind == Kind::Open && tx.mail_tested_at()?.is_none_or(|at| at + TESTED_FOR <= tx.now()) {
                return Err(LettersError::NotTested);
            }
            let time = match &about {
                Some(about) if is_at_most(kind) => Time::of(tx, about, kind, &asked)?,
                _ => Time::default(),
            };
            let plan = Plan::of(tx, kind, about.as_ref())?;
            let now = plan.number();
            if now != asked.recipients {
                return Err(LettersError::OtherNumber { confirmed: asked.recipients, now });
            }
            if now == 0 {
                return Err(LettersError::Nobody);
            }
            if let Some(digest) = &asked.digest
                && *digest != plan.preview(tx, &composer, kind, about.as_ref())?.digest
            {
                return Err(LettersError::OtherDigest);
            }
            let later = is_at_most(kind);
            let number = tx.add_run(&NewRun {
                ballot,
                kind,
                state: if later || kind == Kind::Open { RunState::Waiting } else { RunState::Sending },
                recipients: now,
                confirmed_by: caller.session().member,
                due_at: if kind == Kind::Open { None } else { Some(time.at.unwrap_or(tx.now())) },
                before_close: time.before_close,
            })?;
            if !later {
                queue(tx, &composer, &mut rng, (number, kind, ballot), &plan)?;
            }
            if let Some((ballot, file)) = about.as_ref().filter(|_| kind == Kind::Open)
                && file.codes == Codes::Server
                && tx.count_codes(ballot.id)? == (0, 0)
            {
                tx.set_codes_ready(ballot.id)?;
            }
            let mut detail = json!({ "run": number.get(), "kind": kind.as_str(), "recipients": now });
            if let Some((ballot, _)) = &about {
                detail["ballot"] = json!(ballot.uuid);
            }
            tx.audit(&caller.actor(), Deed::LettersConfirmed, &detail)?;
            shown(tx, number)
        })
        .await
}

fn refuse_another(tx: &Tx<'_>, ballot: BallotId, kind: Kind) -> Result<(), LettersError> {
    let stands = |run: &RunRow| run.kind == kind && run.state != RunState::Cancelled;
    match tx.runs_of(ballot)?.into_iter().find(stands) {
        Some(run) => Err(LettersError::Already { kind, run: run.number.get() }),
        None => Ok(()),
    }
}

/// Refuses to send once more what is being sent: whoever got no answer and asks again would write to everybody twice.
fn refuse_unfinished(tx: &Tx<'_>, ballot: Option<BallotId>, kind: Kind) -> Result<(), LettersError> {
    let under_way = |run: &RunRow| run.kind == kind && run.ballot == ballot && !run.state.is_over();
    match tx.runs()?.into_iter().find(under_way) {
        Some(run) => Err(LettersError::Unfinished { kind, run: run.number.get() }),
        None => Ok(()),
    }
}

/// When reminders are sent.
#[derive(Default)]
struct Time {
    at: Option<i64>,
    before_close: Option<i64>,
}

impl Time {
    /// Reads the time that was asked for, and refuses one that members should be spared.
    fn of(tx: &Tx<'_>, (ballot, file): &About, kind: Kind, asked: &NewLetters) -> Result<Self, LettersError> {
        let bad = |why: &str| Err(LettersError::BadTime(why.to_owned()));
        let time = match (&asked.at, asked.minutes_before_close, ballot.closes_at) {
            (Some(_), Some(_), _) => return Err(LettersError::TwoTimes),
            (_, Some(_), None) => {
                return bad("this ballot has no deadline before which letters could be sent");
            }
            (Some(at), None, _) => Self { at: Some(zone(file)?.instant(at)?), before_close: None },
            (None, Some(minutes), Some(closes)) => {
                let before = i64::from(minutes) * 60;
                Self { at: Some(closes - before), before_close: Some(before) }
            }
            (None, None, _) => Self { at: Some(tx.now()), before_close: None },
        };
        let at = time.at.unwrap_or(tx.now());
        if at < tx.now() {
            return bad("the time of the letters has passed");
        }
        let begins =
            if ballot.state == BallotState::Open { tx.now() } else { ballot.opens_at.unwrap_or(i64::MAX) };
        if at < begins {
            return bad(
                "the ballot is not open at that time; set the reminder for later, or send it when it is open",
            );
        }
        if ballot.closes_at.is_some_and(|closes| at >= closes) {
            return bad("voting will have ended at that time");
        }
        if kind != Kind::Reminder {
            return Ok(time);
        }
        if ballot.closes_at.is_some_and(|closes| at > closes - LAST_HOUR) {
            return bad("no reminder is sent in the last hour before the deadline");
        }
        let stand = |run: &RunRow| run.kind == Kind::Reminder && run.state != RunState::Cancelled;
        let others: Vec<_> = tx.runs_of(ballot.id)?.into_iter().filter(stand).collect();
        if others.len() >= MOST_REMINDERS {
            return Err(LettersError::EnoughReminders(others.len()));
        }
        if others.iter().filter_map(|run| run.due_at).any(|due| (due - at).abs() < BETWEEN_REMINDERS) {
            return bad("there are at least twelve hours from one reminder to another");
        }
        Ok(time)
    }
}

fn zone(file: &BallotFile) -> Result<scrutineer_ballot::zone::Zone, StoreError> {
    file.zone().map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Queues the letters of a run, held until their stage, with what belongs to them: codes that leave by e-mail, activation
/// codes, the ledger of delivery.
pub(super) fn queue(
    tx: &WriteTx<'_>,
    composer: &Composer,
    rng: &mut impl Rng,
    (run, kind, ballot): (RunNumber, Kind, Option<BallotId>),
    plan: &Plan,
) -> Result<(), StoreError> {
    for recipient in &plan.recipients {
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        tx.queue_letter(&NewLetter {
            id,
            run: Some(run),
            ballot,
            member: recipient.member,
            kind,
            address: &recipient.address,
            due_at: tx.now(),
            code: recipient.code.is_some(),
        })?;
        if kind == Kind::Activation {
            let hash = composer.key().activation(&id).hash();
            tx.put_activation(recipient.member, &hash, tx.now() + LIFETIME)?;
        }
        if let Some(one) = recipient.code {
            tx.mail_out_code(one, &recipient.member_no)?;
        }
        if let Some(ballot) = ballot {
            note(tx, kind, ballot, &recipient.member_no, Delivery::Queued, recipient.code.is_some())?;
        }
    }
    Ok(())
}

/// Notes in the ledger where a letter stands. Only of letters that bring members to the vote: others say nothing of delivery,
/// or more than the ledger may know.
pub(super) fn note(
    tx: &WriteTx<'_>,
    kind: Kind,
    ballot: BallotId,
    member_no: &str,
    state: Delivery,
    code: bool,
) -> Result<(), StoreError> {
    if matches!(kind, Kind::Notice | Kind::Open | Kind::NewCode) {
        tx.note_delivery(ballot, member_no, Channel::Email, state, code)?;
    }
    Ok(())
}

/// All runs that the caller may see, and how mail is doing.
///
/// # Errors
/// See [`LettersError`].
pub async fn list(app: &App, caller: &Caller) -> Result<LetterRuns, LettersError> {
    let caller = caller.clone();
    let (configured, fault, foreign) =
        (app.mailer.is_some(), app.outbox.fault(), app.outbox.foreign_bounces());
    app.store
        .read("letters: list", move |tx| {
            let mut may: HashMap<BallotId, bool> = HashMap::new();
            let mut runs = Vec::new();
            for run in tx.runs()? {
                let seen = match run.ballot {
                    None => caller.has(Role::Officer),
                    Some(id) => match may.get(&id) {
                        Some(seen) => *seen,
                        None => {
                            let seen = may_run(&caller, &tx.ballot(id)?.file()?).is_ok();
                            may.insert(id, seen);
                            seen
                        }
                    },
                };
                if seen {
                    runs.push(described(tx, run)?);
                }
            }
            let mail =
                MailStatus { configured, fault, tested_at: tx.mail_tested_at()?, foreign_bounces: foreign };
            Ok(LetterRuns { mail, runs })
        })
        .await
}

/// What somebody does with a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunDeed {
    /// Nothing more is sent until it is resumed.
    Pause,
    /// It goes on.
    Resume,
    /// Nothing more is ever sent.
    Cancel,
}

impl RunDeed {
    const fn done(self) -> &'static str {
        match self {
            Self::Pause => "paused",
            Self::Resume => "resumed",
            Self::Cancel => "cancelled",
        }
    }

    const fn deed(self) -> Deed {
        match self {
            Self::Pause => Deed::LettersPaused,
            Self::Resume => Deed::LettersResumed,
            Self::Cancel => Deed::LettersCancelled,
        }
    }
}

/// Pauses, resumes or cancels a run.
///
/// # Errors
/// See [`LettersError`].
pub async fn change(
    app: &App,
    caller: &Caller,
    number: String,
    deed: RunDeed,
) -> Result<LetterRun, LettersError> {
    let (number, caller) = (run_number(&number)?, caller.clone());
    app.store
        .write("letters: change run", move |tx| {
            let unknown = || LettersError::NoSuchRun(number.get().to_string());
            let run = tx.run(number)?.ok_or_else(unknown)?;
            match run.ballot {
                None if caller.has(Role::Officer) => {}
                None => return Err(LettersError::OfficersOnly),
                Some(id) => may_run(&caller, &tx.ballot(id)?.file()?)?,
            }
            let to = match (deed, run.state) {
                (RunDeed::Pause, RunState::Waiting | RunState::Sending) => RunState::Paused,
                (RunDeed::Resume, RunState::Paused | RunState::Stopped) => resumed(tx, &run)?,
                (RunDeed::Cancel, state) if !state.is_over() => RunState::Cancelled,
                (_, state) => {
                    let number = number.get();
                    return Err(LettersError::RunIs { number, state: in_words(state), deed: deed.done() });
                }
            };
            let note = (deed == RunDeed::Cancel).then_some("cancelled by hand");
            tx.set_run(number, to, note)?;
            match deed {
                RunDeed::Pause => {}
                RunDeed::Resume => tx.excuse_bounces(number)?,
                RunDeed::Cancel => cancel(tx, &run)?,
            }
            let mut detail = json!({ "run": number.get(), "kind": run.kind.as_str() });
            if let Some(id) = run.ballot {
                detail["ballot"] = json!(tx.ballot(id)?.uuid);
            }
            tx.audit(&caller.actor(), deed.deed(), &detail)?;
            shown(tx, number)
        })
        .await
}

/// Where a run goes on: one whose letters are not queued yet, or wait for the opening, waits on.
fn resumed(tx: &Tx<'_>, run: &RunRow) -> Result<RunState, StoreError> {
    let waits = match (run.kind, run.ballot) {
        (Kind::Open, Some(ballot)) => tx.ballot(ballot)?.state == BallotState::Frozen,
        (Kind::Reminder | Kind::ClosingSoon, _) => run.released_at.is_none() && !tx.run_waits(run.number)?,
        _ => false,
    };
    Ok(if waits { RunState::Waiting } else { RunState::Sending })
}

/// Ends the letters of a run; codes that were to leave with them are fetched and handed out again.
fn cancel(tx: &WriteTx<'_>, run: &RunRow) -> Result<(), StoreError> {
    tx.drop_letters_of_run(run.number, "the run was cancelled")?;
    let Some(ballot) = run.ballot.filter(|_| run.kind == Kind::Open) else { return Ok(()) };
    let back = tx.hand_out_codes(ballot)?;
    tx.unqueue_deliveries(ballot)?;
    if back > 0 && tx.ballot(ballot)?.state == BallotState::Frozen {
        tx.set_codes_waiting(ballot)?;
    }
    Ok(())
}

const fn in_words(state: RunState) -> &'static str {
    match state {
        RunState::Waiting => "waiting for its time",
        RunState::Sending => "being sent",
        RunState::Paused => "paused",
        RunState::Stopped => "stopped",
        RunState::Done => "done",
        RunState::Cancelled => "cancelled",
    }
}

fn shown(tx: &Tx<'_>, number: RunNumber) -> Result<LetterRun, LettersError> {
    let run = tx.run(number)?.ok_or_else(|| LettersError::NoSuchRun(number.get().to_string()))?;
    Ok(described(tx, run)?)
}

fn described(tx: &Tx<'_>, run: RunRow) -> Result<LetterRun, StoreError> {
    let ballot = run.ballot.map(|id| tx.ballot(id)).transpose()?;
    let title = ballot.as_ref().map(|ballot| ballot.file().map(|file| file.title)).transpose()?;
    // While voting is open, how many reminders went would say how many have voted.
    let ended = |state| !matches!(state, BallotState::Draft | BallotState::Frozen | BallotState::Open);
    let told = !is_at_most(run.kind) || ballot.as_ref().is_some_and(|ballot| ended(ballot.state));
    Ok(LetterRun {
        number: run.number.get(),
        kind: run.kind.to_string(),
        ballot: ballot.map(|ballot| ballot.uuid.to_string()),
        title,
        state: run.state.as_str().to_owned(),
        recipients: run.recipients,
        at_most: is_at_most(run.kind),
        at: run.due_at,
        confirmed_by: tx.person(run.confirmed_by)?.member_no,
        confirmed_at: run.confirmed_at,
        sent: told.then_some(run.sent),
        bounced: told.then_some(run.bounced),
        note: run.note,
    })
}
