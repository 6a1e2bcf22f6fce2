//! What happens by itself: ballots open and close at their times, records and counts are shown a step further, the clock's mark
//! moves on. One tick a second while the server runs; each does what is due by the server's clock, whenever it comes.

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use scrutineer_api::ballot::BallotState;
use scrutineer_ballot::zone::Zone;
use tokio::sync::Notify;

use super::{closing, desk, finish, freeze, opening, proposals, tally};
use crate::app::App;
use crate::domain::turnout;
use crate::store::{BallotId, BallotRow, BoxId, Error as StoreError, Tx, WriteTx};

/// From one tick to the next.
const TICK: Duration = Duration::from_secs(1);
/// How long after midnight the count as of midnight may still be taken: later, it would say who voted in the morning.
const MIDNIGHT: i64 = 5 * 60;

/// What is due at one moment.
#[derive(Debug, Default)]
struct Due {
    open: Vec<BallotId>,
    close: Vec<BallotId>,
    /// The boxes that take votes, with the heights of their last ones.
    boxes: Vec<(BoxId, u64)>,
    shown: bool,
    clock: bool,
    proposals: bool,
    desk: bool,
}

/// Does everything that is due. Faults are logged; what was not done is due again at the next tick.
pub async fn tick(app: &App) {
    let watch = app.high_water.watch();
    let (now, step) = (app.clock.now(), app.settings.record_step);
    let clock_is_right = watch.now(now).is_some();
    let due = match app.store.read("schedule: look", move |tx| look(tx, step)).await {
        Ok(due) => due,
        Err(error) => return tracing::error!(%error, "the schedule could not be read"),
    };
    if clock_is_right {
        // By a clock that was set back no ballot opens or closes.
        for id in due.open {
            match opening::open_due(app, id).await {
                Ok(true) => tracing::info!("a ballot was opened by its schedule"),
                Ok(false) => {}
                Err(error) => tracing::error!(%error, "a ballot could not be opened by its schedule"),
            }
        }
        for id in due.close {
            match closing::close_due(app, id).await {
                Ok(()) => tracing::info!("a ballot was closed by its schedule"),
                Err(error) => tracing::error!(%error, "a ballot could not be closed by its schedule"),
            }
        }
        if due.proposals
            && let Err(error) = app.store.write("schedule: proposals", proposals::end_lapsed).await
        {
            tracing::error!(%error, "proposals whose time has passed could not be ended");
        }
        if due.desk {
            desk::tick(app).await;
        }
        if due.shown || due.clock {
            let moved = app.store.write("schedule: move on", move |tx| move_on(tx, step)).await;
            if let Err(error) = moved {
                tracing::error!(%error, "what is shown of open ballots could not be moved on");
            }
        }
    }
    if let Err(error) = tally::advance(app, &due.boxes).await {
        tracing::error!(%error, "the sealed sums of open ballots could not be brought up to date");
    }
    if now.rem_euclid(60) == 0 {
        finish::all(app).await;
        freeze::wipe_left(app).await;
    }
}

fn look(tx: &Tx<'_>, step: i64) -> Result<Due, StoreError> {
    let now = tx.now();
    let mut due = Due {
        clock: tx.clock_mark()? + 60 <= now,
        proposals: proposals::some_lapsed(tx)?,
        desk: tx.desk_is_due()?,
        ..Due::default()
    };
    for ballot in tx.ballots_in(BallotState::Frozen)? {
        if ballot.opens_at.is_some_and(|opens| opens <= now)
            && opening::lacks(tx, &ballot, &ballot.file()?)?.is_empty()
        {
            due.open.push(ballot.id);
        }
    }
    for ballot in tx.ballots_in(BallotState::Open)? {
        if ballot.closes_at.is_some_and(|closes| closes <= now) {
            due.close.push(ballot.id);
        }
        due.shown |= midnight_to_show(tx, &ballot)?.is_some();
        for one in tx.boxes_of(ballot.id)? {
            due.shown |= one.published_at + step <= now;
            due.boxes.push((one.id, tx.last_vote(one.id)?));
        }
    }
    Ok(due)
}

fn move_on(tx: &WriteTx<'_>, step: i64) -> Result<(), StoreError> {
    let now = tx.now();
    for ballot in tx.ballots_in(BallotState::Open)? {
        let boxes = tx.boxes_of(ballot.id)?;
        for one in boxes.iter().filter(|one| one.published_at + step <= now) {
            if let Some(head) = tx.record_head(one.id)? {
                tx.publish(one.id, head.height)?;
            }
        }
        if let Some(midnight) = midnight_to_show(tx, &ballot)? {
            let told = turnout::publish(&tx.turnout_by_unit(ballot.id)?, &tx.turnout_known(ballot.id)?);
            tx.tell_turnout(ballot.id, midnight, told.as_ref())?;
        }
    }
    tx.move_clock_mark()
}

/// The midnight as of which turnout has to be told now, if any.
fn midnight_to_show(tx: &Tx<'_>, ballot: &BallotRow) -> Result<Option<i64>, StoreError> {
    let zone = ballot.file()?.zone().map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let (now, decided) = (tx.now(), tx.turnout_decided_at(ballot.id)?);
    let is_due =
        |midnight: &i64| decided.is_none_or(|decided| *midnight > decided) && now - midnight < MIDNIGHT;
    Ok(last_midnight(&zone, now).filter(is_due))
}

/// The beginning of the day in a zone. Where clocks skip midnight or show it twice, there is none that day.
fn last_midnight(zone: &Zone, now: i64) -> Option<i64> {
    let today = zone.rfc3339(now);
    let (date, _) = today.split_once('T')?;
    zone.instant(&format!("{date}T00:00:00")).ok()
}

/// The thread that ticks.
pub struct Schedule {
    stop: Arc<Notify>,
    thread: JoinHandle<()>,
}

impl Schedule {
    /// Starts ticking, after finishing what an earlier run may have left to be done.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(app: Arc<App>) -> io::Result<Self> {
        let stop = Arc::new(Notify::new());
        let asked_to_stop = Arc::clone(&stop);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let work = move || {
            runtime.block_on(async move {
                finish::all(&app).await;
                freeze::wipe_left(&app).await;
                loop {
                    tick(&app).await;
                    let stopped = asked_to_stop.notified();
                    if tokio::time::timeout(TICK, stopped).await.is_ok() {
                        return;
                    }
                }
            });
        };
        let thread = std::thread::Builder::new().name("schedule".to_owned()).spawn(work)?;
        Ok(Self { stop, thread })
    }

    /// Ends after the tick that is under way.
    pub fn stop(self) {
        self.stop.notify_one();
        if self.thread.join().is_err() {
            tracing::error!("the schedule ended by a panic");
        }
    }
}

#[cfg(test)]
mod tests {
    use scrutineer_ballot::zone::Zone;

    use super::last_midnight;

    #[test]
    fn a_day_begins_at_midnight_in_its_zone() {
        let chicago = Zone::parse("America/Chicago").unwrap();
        let noon = chicago.instant("2021-01-21T12:00:00").unwrap();
        let midnight = chicago.instant("2021-01-21T00:00:00").unwrap();
        assert_eq!(last_midnight(&chicago, noon), Some(midnight));
        assert_eq!(last_midnight(&chicago, midnight), Some(midnight));
        assert_eq!(last_midnight(&chicago, midnight - 1), Some(midnight - 86_400));
        // On 8 September 2019 the clocks in Santiago went from 23:59 to 01:00.
        let santiago = Zone::parse("America/Santiago").unwrap();
        let noon = santiago.instant("2019-09-08T12:00:00").unwrap();
        assert_eq!(last_midnight(&santiago, noon), None);
    }
}
