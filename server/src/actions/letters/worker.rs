//! Sends letters: a thread of its own that looks once a second what is due.
//!
//! A letter leaves before the transaction that says so. If the server is killed between the two, the letter is sent once more
//! under the same message id, and is never lost. Nobody else sends: the data folder is locked.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::BallotState;
use scrutineer_letters::{Kind, Mailer, Outgoing, Rendered, SendError, render};
use serde_json::json;
use tokio::sync::Notify;
use zeroize::Zeroizing;

use super::LettersError;
use super::compose::{Composed, Composer, Known, Ready};
use super::plan::Plan;
use super::runs::{LAST_HOUR, note, queue};
use super::{alarms, bounces};
use crate::app::{App, LetterLimits};
use crate::domain::delivery::State as Delivery;
use crate::store::{
    Actor, BoxId, Error as StoreError, LetterRow, LetterState, RunRow, RunState, Tx, WriteTx,
};

/// From one look to the next.
const TICK: Duration = Duration::from_secs(1);
/// Letters that are read and put into words together, for each connection.
const BATCH: usize = 8;
/// How many seconds pass before a letter that was not taken is tried again; the last of them again and again.
const BACK_OFF: [i64; 5] = [60, 5 * 60, 15 * 60, 60 * 60, 4 * 60 * 60];
/// How often a letter is tried before it is given up: after two days.
const MOST_TRIES: u64 = 16;
/// What stands where a letter's address is none.
const BAD_ADDRESS: &str = "5.1.3";
/// What stands where a letter could not be put into words.
const NO_WORDS: &str = "it could not be written; the server's log says why";
/// Why nothing is sent while what becomes of letters cannot be noted: they would be sent again and again.
const NOT_NOTED: &str = "what became of a letter could not be noted in the database: is the disk full?";

/// Does everything that is due. Faults are logged; what was not done is due again at the next tick.
pub async fn tick(app: &App) {
    let Some(mailer) = &app.mailer else { return };
    bounces::read(app, mailer).await;
    if app.high_water.watch().now(app.clock.now()).is_some() {
        move_runs_on(app).await;
        if app.outbox.hour_has_begun(app.clock.now()) {
            alarms::queue(app).await;
        }
    }
    send_due(app, mailer).await;
    if app.outbox.log_has_codes()
        && let Err(error) = app.store.empty_log().await
    {
        app.outbox.codes_were_erased();
        tracing::warn!(%error, "the write-ahead log was not emptied; it will be tried again");
    }
}

/// What a run needs now.
enum Step {
    /// Its time has come: its recipients are chosen and its letters queued.
    Queue,
    /// So many more letters may go.
    Release(u64),
    /// Too many came back.
    Stop,
    /// Nothing waits any more.
    Finish,
}

async fn move_runs_on(app: &App) {
    let limits = app.settings.letters;
    let due = match app.store.read("letters: look", move |tx| steps(tx, limits)).await {
        Ok(steps) => !steps.is_empty(),
        Err(error) => return tracing::error!(%error, "runs of letters could not be read"),
    };
    if !due {
        return;
    }
    let (composer, mut rng) = (Composer::of(app), app.entropy.rng());
    let moved = app
        .store
        .write("letters: move on", move |tx| {
            // One step may lead to another, such as queueing to the first stage; none of them comes twice.
            for _ in 0..3 {
                for (run, step) in steps(tx, limits)? {
                    match step {
                        Step::Queue => queue_reminders(tx, &composer, &mut rng, &run)?,
                        Step::Release(most) => {
                            let released = tx.release_letters(run.number, most)?;
                            tx.note_stage(run.number, released)?;
                        }
                        Step::Stop => stop(tx, &run, limits)?,
                        Step::Finish => tx.set_run(run.number, RunState::Done, None)?,
                    }
                }
            }
            Ok::<_, LettersError>(())
        })
        .await;
    if let Err(error) = moved {
        tracing::error!(%error, "runs of letters could not be moved on");
    }
}

fn steps(tx: &Tx<'_>, limits: LetterLimits) -> Result<Vec<(RunRow, Step)>, StoreError> {
    let mut steps = Vec::new();
    for run in tx.runs_in(RunState::Waiting)? {
        if run.due_at.is_some_and(|due| due <= tx.now()) {
            steps.push((run, Step::Queue));
        }
    }
    for run in tx.runs_in(RunState::Sending)? {
        let back = run.bounced.saturating_sub(run.excused);
        if back >= limits.least_bounces && back * 100 > limits.bounce_percent * run.sent {
            steps.push((run, Step::Stop));
        } else if tx.run_has(run.number, LetterState::Held)? {
            let rested = run.released_at.is_none_or(|at| at + limits.stage_pause <= tx.now());
            if rested && !tx.run_has_untried(run.number)? {
                let most = next_stage(run.released, limits);
                steps.push((run, Step::Release(most)));
            }
        } else if !tx.run_has(run.number, LetterState::Queued)? {
            steps.push((run, Step::Finish));
        }
    }
    Ok(steps)
}

/// How many letters the next stage lets go, after so many.
fn next_stage(released: u64, limits: LetterLimits) -> u64 {
    let mut all = 0;
    for stage in limits.stages {
        all += stage;
        if released < all {
            return all - released;
        }
    }
    u64::from(u32::MAX)
}

fn stop(tx: &WriteTx<'_>, run: &RunRow, limits: LetterLimits) -> Result<(), StoreError> {
    let percent = limits.bounce_percent;
    // How many reminders went is nobody's to know while voting is open.
    let why = if run.kind.is_transient() {
        format!(
            "more than {percent}% of the letters came back; look at the addresses, then resume or cancel it"
        )
    } else {
        format!(
            "{} letters came back of {} that were sent, more than {percent}%; look at the addresses, then resume or cancel it",
            run.bounced, run.sent
        )
    };
    tx.set_run(run.number, RunState::Stopped, Some(&why))?;
    let mut detail = json!({ "run": run.number.get(), "kind": run.kind.as_str() });
    if let Some(id) = run.ballot {
        detail["ballot"] = json!(tx.ballot(id)?.uuid);
    }
    tx.audit(&Actor::Server, Deed::LettersStopped, &detail)?;
    tracing::warn!(run = run.number.get(), "a run of letters stopped by itself, because too many came back");
    Ok(())
}

/// Queues the letters of a run whose time has come, to those who have not voted.
fn queue_reminders(
    tx: &WriteTx<'_>,
    composer: &Composer,
    rng: &mut impl rand_core::Rng,
    run: &RunRow,
) -> Result<(), LettersError> {
    let cancel = |why: &str| tx.set_run(run.number, RunState::Cancelled, Some(why));
    let Some(id) = run.ballot else { return Ok(cancel("it is about no ballot")?) };
    let ballot = tx.ballot(id)?;
    if ballot.state != BallotState::Open {
        return Ok(cancel("the ballot was not open when its time came")?);
    }
    let last = if run.kind == Kind::Reminder { LAST_HOUR } else { 0 };
    if ballot.closes_at.is_some_and(|closes| tx.now() > closes - last) {
        return Ok(cancel("its time came too shortly before the deadline")?);
    }
    let file = ballot.file()?;
    let plan = Plan::of_not_voted(tx, run.kind, &(ballot, file))?;
    queue(tx, composer, rng, (run.number, run.kind, Some(id)), &plan)?;
    tx.set_run(run.number, RunState::Sending, None)?;
    Ok(())
}

/// A letter on its way, and what has to be noted when it has left.
struct Claimed {
    row: LetterRow,
    member_no: String,
    outgoing: Outgoing,
    code: Option<(BoxId, Zeroizing<String>)>,
}

/// What becomes of a letter before it is tried.
enum Fate {
    Send(Box<Claimed>),
    Drop(LetterRow, &'static str),
    Refuse(LetterRow, String),
    Later(LetterRow),
    Withhold(LetterRow),
}

async fn send_due(app: &App, mailer: &Mailer) {
    loop {
        let now = app.clock.now();
        let connections = usize::try_from(mailer.connections()).unwrap_or(1).max(1);
        let most = app.outbox.allowance(now, mailer.per_minute()).min(connections * BATCH);
        if most == 0 || app.outbox.is_stopping() {
            return;
        }
        let (composer, for_reading) = (Composer::of(app), mailer.clone());
        let read =
            app.store.read("letters: due", move |tx| claim(tx, &composer, &for_reading, most, now)).await;
        let fates = match read {
            Ok(fates) => fates,
            Err(error) => return tracing::error!(%error, "letters that are due could not be read"),
        };
        if fates.is_empty() {
            return;
        }
        let mut claimed = Vec::new();
        for fate in fates {
            let noted = match fate {
                Fate::Send(letter) => {
                    claimed.push(*letter);
                    continue;
                }
                Fate::Drop(row, why) => {
                    app.store.write("letters: drop", move |tx| drop_letter(tx, &row, why)).await
                }
                Fate::Refuse(row, why) => {
                    app.store.write("letters: refuse", move |tx| refused(tx, &row, None, &why)).await
                }
                Fate::Withhold(row) => {
                    app.store.write("letters: withhold", move |tx| withhold(tx, &row)).await
                }
                Fate::Later(row) => {
                    app.store.write("letters: no words", move |tx| later(tx, &row, NO_WORDS)).await
                }
            };
            if !note_outcome(app, noted) {
                return;
            }
        }
        if !claimed.is_empty() && !send_all(app, mailer, claimed, connections) {
            return;
        }
    }
}

/// Reads letters that are due and puts them into words.
fn claim(
    tx: &Tx<'_>,
    composer: &Composer,
    mailer: &Mailer,
    most: usize,
    now: i64,
) -> Result<Vec<Fate>, LettersError> {
    let mut known = Known::default();
    let mut fates = Vec::new();
    for row in tx.letters_due(most)?.into_iter().take(most) {
        fates.push(match composed(tx, composer, &row, &mut known) {
            Ok(Words::Dropped(why)) => Fate::Drop(row, why),
            Ok(Words::BadAddress) => Fate::Refuse(row, BAD_ADDRESS.to_owned()),
            Ok(Words::EmployersAddress) => Fate::Withhold(row),
            Ok(Words::Ready(ready, rendered)) => {
                let Ready { about, language, to, code, .. } = *ready;
                let outgoing = mailer.outgoing(row.id, &to, language, rendered, now);
                Fate::Send(Box::new(Claimed { row, member_no: about.member_no, outgoing, code }))
            }
            // One letter that cannot be written must not keep the others.
            Err(error) => {
                tracing::error!(letter = hex::encode(row.id), %error, "a letter cannot be put into words");
                if row.attempts + 1 >= MOST_TRIES {
                    Fate::Refuse(row, NO_WORDS.to_owned())
                } else {
                    Fate::Later(row)
                }
            }
        });
    }
    Ok(fates)
}

/// What a letter is in words.
enum Words {
    Ready(Box<Ready>, Rendered),
    Dropped(&'static str),
    BadAddress,
    EmployersAddress,
}

fn composed(
    tx: &Tx<'_>,
    composer: &Composer,
    row: &LetterRow,
    known: &mut Known,
) -> Result<Words, LettersError> {
    Ok(match composer.compose(tx, row, known)? {
        Composed::Dropped(why) => Words::Dropped(why),
        Composed::BadAddress => Words::BadAddress,
        Composed::EmployersAddress => Words::EmployersAddress,
        Composed::Ready(ready) => {
            let rendered = render(&ready.letter, &ready.about, ready.language)?;
            Words::Ready(ready, rendered)
        }
    })
}

/// Sends letters on so many threads and notes what became of each. Whether it makes sense to go on with others.
fn send_all(app: &App, mailer: &Mailer, letters: Vec<Claimed>, threads: usize) -> bool {
    let threads = threads.min(letters.len());
    let letters = Mutex::new(letters.into_iter());
    // Whether a mail server has answered, and whether no letter can be sent at all.
    let (answered, faulty) = (AtomicBool::new(false), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !faulty.load(Ordering::Relaxed) && !app.outbox.is_stopping() {
                    let next = letters.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(letter) = next else { return };
                    app.outbox.tried(app.clock.now());
                    let sent = mailer.send(&letter.outgoing);
                    match &sent {
                        Err(SendError::Misconfigured(_)) => faulty.store(true, Ordering::Relaxed),
                        Err(SendError::Later { status })
                            if !status.starts_with(|c: char| c.is_ascii_digit()) => {}
                        _ => answered.store(true, Ordering::Relaxed),
                    }
                    if !after(app, letter, sent) {
                        faulty.store(true, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let answered = answered.load(Ordering::Relaxed);
    if answered && !faulty.load(Ordering::Relaxed) && app.outbox.works() {
        tracing::info!("letters are sent again");
    }
    if !answered && !faulty.load(Ordering::Relaxed) {
        app.outbox.unreachable(app.clock.now());
    }
    answered && !faulty.load(Ordering::Relaxed)
}

/// Notes what became of a letter. Whether that could be noted.
fn after(app: &App, letter: Claimed, sent: Result<(), SendError>) -> bool {
    let Claimed { row, member_no, code, .. } = letter;
    let store = &app.store;
    let noted = match sent {
        Ok(()) => {
            let has_code = code.is_some();
            let noted = store.write_blocking("letters: sent", move |tx| taken(tx, &row, &member_no, code));
            if has_code && noted.is_ok() {
                app.outbox.codes_were_erased();
            }
            noted
        }
        Err(SendError::Misconfigured(fault)) => {
            if app.outbox.failed(&fault, app.clock.now()) {
                tracing::error!(fault, "no letters can be sent until this is put right");
            }
            Ok(())
        }
        Err(SendError::Never { status }) => {
            store.write_blocking("letters: refused", move |tx| refused(tx, &row, Some(&member_no), &status))
        }
        Err(SendError::Later { status }) if row.attempts + 1 >= MOST_TRIES => {
            let status = format!("{status} (given up after two days)");
            store.write_blocking("letters: given up", move |tx| refused(tx, &row, Some(&member_no), &status))
        }
        Err(SendError::Later { status }) => {
            store.write_blocking("letters: later", move |tx| later(tx, &row, &status))
        }
    };
    note_outcome(app, noted)
}

fn later(tx: &WriteTx<'_>, row: &LetterRow, why: &str) -> Result<(), StoreError> {
    tx.letter_deferred(&row.id, why, tx.now() + back_off(row.attempts))
}

/// How long a letter waits that was tried so often before.
fn back_off(attempts: u64) -> i64 {
    let [.., last] = BACK_OFF;
    usize::try_from(attempts).ok().and_then(|step| BACK_OFF.get(step).copied()).unwrap_or(last)
}

fn taken(
    tx: &WriteTx<'_>,
    row: &LetterRow,
    member_no: &str,
    code: Option<(BoxId, Zeroizing<String>)>,
) -> Result<(), StoreError> {
    let noted = tx.letter_sent(row)?;
    // What was in the letter is not needed here any more, whatever became of its row.
    let mut has_code = false;
    if let Some((id, code)) = code {
        has_code = tx.erase_mailed_code(id, member_no, &code)?;
    }
    if let Some(ballot) = row.ballot.filter(|_| noted) {
        note(tx, row.kind, ballot, member_no, Delivery::Sent, has_code)?;
    }
    Ok(())
}

fn refused(
    tx: &WriteTx<'_>,
    row: &LetterRow,
    member_no: Option<&str>,
    status: &str,
) -> Result<(), StoreError> {
    let noted = tx.letter_refused(row, status)?;
    let Some(ballot) = row.ballot.filter(|_| noted) else { return Ok(()) };
    let member_no = match member_no {
        Some(member_no) => member_no.to_owned(),
        None => tx.person(row.member)?.member_no,
    };
    if row.code {
        // Nobody has the code: whoever fetches codes can hand it out.
        tx.hand_out_code(ballot, &member_no)?;
    }
    note(tx, row.kind, ballot, &member_no, Delivery::Bounced, row.code)
}

fn drop_letter(tx: &WriteTx<'_>, row: &LetterRow, why: &str) -> Result<(), StoreError> {
    tx.letter_dropped(row, why).map(|_| ())
}

/// Does not send a voting code to an employer's address: whoever fetches codes can hand it out.
fn withhold(tx: &WriteTx<'_>, row: &LetterRow) -> Result<(), StoreError> {
    if tx.letter_dropped(row, "the address is an employer's")?
        && let Some(ballot) = row.ballot
    {
        let member_no = tx.person(row.member)?.member_no;
        tx.hand_out_code(ballot, &member_no)?;
        tx.unqueue_delivery(ballot, &member_no)?;
    }
    Ok(())
}

/// Whether what became of a letter was noted; if not, nothing is sent for a while.
fn note_outcome(app: &App, noted: Result<(), StoreError>) -> bool {
    match noted {
        Ok(()) => return true,
        // Of a letter that was not tried; it is looked at again at the next tick.
        Err(StoreError::Busy) => {}
        Err(error) => {
            app.outbox.failed(NOT_NOTED, app.clock.now());
            tracing::error!(%error, "{NOT_NOTED}");
        }
    }
    false
}

/// The thread that ticks.
pub struct Worker {
    app: Arc<App>,
    stop: Arc<Notify>,
    thread: JoinHandle<()>,
}

impl Worker {
    /// Starts sending.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(app: Arc<App>) -> io::Result<Self> {
        let stop = Arc::new(Notify::new());
        let (asked_to_stop, ticking) = (Arc::clone(&stop), Arc::clone(&app));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let work = move || {
            runtime.block_on(async move {
                loop {
                    tick(&ticking).await;
                    let stopped = asked_to_stop.notified();
                    if tokio::time::timeout(TICK, stopped).await.is_ok() {
                        return;
                    }
                }
            });
        };
        let thread = std::thread::Builder::new().name("letters".to_owned()).spawn(work)?;
        Ok(Self { app, stop, thread })
    }

    /// Ends after the letters that are under way.
    pub fn stop(self) {
        self.app.outbox.stop();
        self.stop.notify_one();
        if self.thread.join().is_err() {
            tracing::error!("the worker that sends letters ended by a panic");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_TRIES, back_off, next_stage};
    use crate::app::LetterLimits;

    #[test]
    fn stages_are_twenty_two_hundred_and_the_rest() {
        let limits = LetterLimits::DEFAULT;
        assert_eq!(next_stage(0, limits), 20);
        assert_eq!(next_stage(20, limits), 200);
        assert!(next_stage(220, limits) > 1_000_000);
        assert_eq!(next_stage(7, limits), 13, "a stage that was cut short is completed");
    }

    #[test]
    fn a_letter_is_given_up_after_two_days() {
        let all: i64 = (0..MOST_TRIES - 1).map(back_off).sum();
        assert_eq!((back_off(0), back_off(3), back_off(900)), (60, 3600, 4 * 3600));
        assert!((44 * 3600..=48 * 3600).contains(&all), "{all}");
    }
}
