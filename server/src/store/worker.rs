//! The thread of the store that writes, in groups.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::Store;
use super::connection;
use super::error::Error;
use super::groups::{self, Groups, Piece, Refused, WithoutRoom};
use super::renew;
use super::rewrite::{self, Rewritten};
use super::tx::WriteTx;
use crate::clock::Clock;

/// How long a group waits in all for those that are coming.
const LINGER: Duration = Duration::from_millis(5);

/// Tells the waiting caller how it ended, once the group is committed (or not).
type Answer = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// A write that has run in its savepoint.
struct Ran {
    /// Whether its changes are to stay.
    keep: bool,
    answer: Answer,
}

/// Runs in a transaction, or is told why it cannot.
type RunWrite = dyn FnOnce(Result<&WriteTx<'_>, Error>) -> Ran + Send;

/// A queued write.
struct WriteJob {
    name: &'static str,
    run: Box<RunWrite>,
}

/// Work on the database's files, outside of transactions.
#[derive(Debug)]
enum Upkeep {
    /// Write these tables anew.
    Renew(Vec<String>),
    /// Rewrite the whole file, then empty the log.
    Rewrite,
    /// The same, unless it would hold up a ballot or take too much memory.
    RewriteIfQuiet,
    /// Empty the log.
    EmptyLog,
}

/// What the writer does.
enum Work {
    Write(WriteJob),
    Upkeep(Upkeep, oneshot::Sender<Result<Rewritten, Error>>),
}

impl Piece for Work {
    fn ends_its_group(&self) -> bool {
        matches!(self, Self::Upkeep(..))
    }
}

/// Owns the writing connection.
pub(super) struct Writer {
    queue: Arc<Groups<Work>>,
    thread: Option<JoinHandle<()>>,
}

/// A write that is coming: until it is here, or this is dropped, others may wait for it a moment, so that one COMMIT makes all of
/// them durable.
pub struct Coming(groups::Coming<Work>);

impl Coming {
    /// Queues the write. The outcome is handed on after COMMIT, or [`Error::Busy`] at once. It is dropped if the work panics or the
    /// store is closed.
    pub fn write<T, E, F>(self, name: &'static str, work: F, then: impl FnOnce(Result<T, E>) + Send + 'static)
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        or_refuse(self.0.push(a_write(name, work, then)));
    }
}

impl Writer {
    pub(super) fn start(connection: Connection, clock: Arc<dyn Clock>, depth: usize) -> io::Result<Self> {
        Self::start_with(connection, clock, depth, LINGER)
    }

    fn start_with(
        connection: Connection,
        clock: Arc<dyn Clock>,
        depth: usize,
        linger: Duration,
    ) -> io::Result<Self> {
        let queue = Arc::new(Groups::new(depth, linger));
        let work = {
            let queue = Abandoned(Arc::clone(&queue));
            move || write_groups(connection, &queue.0, &*clock)
        };
        let thread = std::thread::Builder::new().name("store-writer".to_owned()).spawn(work)?;
        Ok(Self { queue, thread: Some(thread) })
    }

    /// Notes that a write is coming.
    pub(super) fn announce(&self) -> Coming {
        Coming(groups::Coming::to(&self.queue))
    }

    /// Queues a write. The receiver gets its outcome after COMMIT, or `Busy` at once.
    pub(super) fn queue<T, E, F>(&self, name: &'static str, work: F) -> oneshot::Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.queue_by(name, work, WithoutRoom::Refuse)
    }

    /// The same for a thread that can wait until there is room.
    pub(super) fn queue_waiting<T, E, F>(
        &self,
        name: &'static str,
        work: F,
    ) -> oneshot::Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.queue_by(name, work, WithoutRoom::Wait)
    }

    fn queue_by<T, E, F>(
        &self,
        name: &'static str,
        work: F,
        without_room: WithoutRoom,
    ) -> oneshot::Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (done, outcome) = oneshot::channel();
        // The caller may have gone away; what it asked for is done all the same.
        let write = a_write(name, work, |result| drop(done.send(result)));
        or_refuse(self.queue.push(write, without_room));
        outcome
    }

    /// Queues work on the database's files.
    fn upkeep(&self, what: Upkeep) -> oneshot::Receiver<Result<Rewritten, Error>> {
        let (done, outcome) = oneshot::channel();
        or_refuse(self.queue.push(Work::Upkeep(what, done), WithoutRoom::Refuse));
        outcome
    }
}

impl Store {
    /// Writes anew every table but those of records, without what was deleted and in an order that says nothing about when a
    /// row was written. Part of closing a ballot, after its transaction; the write-ahead log is to be emptied next. It takes as
    /// long as there are members, however many votes there are; other writes wait for one table at a time.
    ///
    /// # Errors
    /// The database's.
    pub async fn renew_tables(&self) -> Result<(), Error> {
        for tables in self.read("erase: tables", |tx| tx.to_renew()).await? {
            self.keep_up(Upkeep::Renew(tables)).await?;
        }
        Ok(())
    }

    /// Rewrites the whole database file, so that it has no room for what was deleted, and empties the write-ahead log. Not for
    /// a server that runs: it takes as long as the file is large, and memory for all of it.
    ///
    /// # Errors
    /// As [`Store::empty_log`].
    pub async fn rewrite(&self) -> Result<(), Error> {
        self.keep_up(Upkeep::Rewrite).await.map(drop)
    }

    /// [`Store::rewrite`] for a server that runs: not while a ballot is open, which would have to wait, nor where the file is larger
    /// than what should be held in memory. Writes wait meanwhile, some seconds.
    ///
    /// # Errors
    /// As [`Store::empty_log`].
    pub async fn rewrite_if_quiet(&self) -> Result<Rewritten, Error> {
        self.keep_up(Upkeep::RewriteIfQuiet).await
    }

    async fn keep_up(&self, what: Upkeep) -> Result<Rewritten, Error> {
        self.writer.upkeep(what).await.unwrap_or(Err(Error::Unfinished))
    }

    /// Empties the write-ahead log: what was deleted is in none of the database's files any more. Writes wait meanwhile, but
    /// not for long.
    ///
    /// # Errors
    /// [`Error::Busy`] if a reader or a backup held on to the log for five seconds; repeat it then.
    pub async fn empty_log(&self) -> Result<(), Error> {
        self.keep_up(Upkeep::EmptyLog).await.map(drop)
    }
}

impl Ran {
    fn answer_with(self, committed: Result<(), Error>) {
        (self.answer)(committed);
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.end();
        join(self.thread.take());
    }
}

/// However the writer ends: nobody may go on waiting for it.
struct Abandoned(Arc<Groups<Work>>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

fn a_write<T, E, F>(name: &'static str, work: F, then: impl FnOnce(Result<T, E>) + Send + 'static) -> Work
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    F: FnOnce(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
{
    let run = move |tx: Result<&WriteTx<'_>, Error>| {
        let result = tx.map_err(E::from).and_then(work);
        let keep = result.is_ok();
        let answer = move |committed: Result<(), Error>| {
            then(result.and_then(|value| committed.map(|()| value).map_err(E::from)));
        };
        Ran { keep, answer: Box::new(answer) }
    };
    Work::Write(WriteJob { name, run: Box::new(run) })
}

/// Tells whoever asked for what was not queued.
fn or_refuse(pushed: Result<(), Refused<Work>>) {
    let (work, reason) = match pushed {
        Ok(()) => return,
        Err(Refused::Full(work)) => (work, Error::Busy),
        Err(Refused::Ended(work)) => (work, Error::Unfinished),
    };
    match work {
        Work::Write(job) => (job.run)(Err(reason.clone())).answer_with(Err(reason)),
        // Whoever asked may have gone away.
        Work::Upkeep(_, done) => drop(done.send(Err(reason))),
    }
}

pub(super) fn join(thread: Option<JoinHandle<()>>) {
    if let Some(thread) = thread
        && thread.join().is_err()
    {
        tracing::error!("a thread of the store ended by a panic");
    }
}

/// Until the store is dropped: takes what is queued, runs it as one group, commits, answers.
fn write_groups(mut connection: Connection, queue: &Groups<Work>, clock: &dyn Clock) {
    while let Some(taken) = queue.take() {
        let (mut group, mut upkeep) = (Vec::with_capacity(taken.len()), None);
        for work in taken {
            match work {
                Work::Write(job) => group.push(job),
                Work::Upkeep(what, done) => upkeep = Some((what, done)),
            }
        }
        if !group.is_empty() {
            run_group(&mut connection, group, clock);
        }
        if let Some((what, done)) = upkeep {
            let _ = done.send(keep_up(&mut connection, what));
        }
    }
    // The last connection to close takes the write-ahead log into the database.
    if let Err((_, error)) = connection.close() {
        tracing::error!(%error, "the database did not close cleanly");
    }
}

fn keep_up(connection: &mut Connection, what: Upkeep) -> Result<Rewritten, Error> {
    // A disk that has no room for a second copy has room for emptying the log, which is the worse of what is left over.
    let rewritten = match what {
        Upkeep::Renew(tables) => match renew::renew(connection, &tables) {
            // The log is emptied when all of them are done.
            Ok(()) => return Ok(Rewritten::No),
            Err(error) => Err(error),
        },
        Upkeep::Rewrite => rewrite::rewrite(connection),
        Upkeep::RewriteIfQuiet => rewrite::rewrite_if_quiet(connection, rewrite::LARGEST),
        Upkeep::EmptyLog => Ok(Rewritten::No),
    };
    let blocked: bool = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    let rewritten = rewritten?;
    if blocked { Err(Error::Busy) } else { Ok(rewritten) }
}

fn run_group(connection: &mut Connection, group: Vec<WriteJob>, clock: &dyn Clock) {
    let mut answers = Vec::with_capacity(group.len());
    let committed = match connection.transaction_with_behavior(TransactionBehavior::Immediate) {
        Ok(transaction) => {
            let mut broken = None;
            for job in group {
                if let Some(reason) = &broken {
                    answers.push((job.run)(Err(Error::clone(reason))));
                    continue;
                }
                match run_one(&transaction, job, clock) {
                    Ok(Some(ran)) => answers.push(ran),
                    Ok(None) => {}
                    Err(error) => broken = Some(error),
                }
                // A full disk, for one, makes SQLite roll the whole transaction back by itself. What would run now
                // would run outside of it, so the group ends here, and nobody in it is told that it was done.
                if transaction.is_autocommit() {
                    broken.get_or_insert(Error::RolledBack);
                }
            }
            match broken {
                Some(reason) => Err(reason),
                None => transaction.commit().map_err(Error::from),
            }
        }
        Err(error) => {
            let error = Error::from(error);
            answers.extend(group.into_iter().map(|job| (job.run)(Err(error.clone()))));
            Err(error)
        }
    };
    if let Err(error) = &committed {
        tracing::error!(%error, jobs = answers.len(), "a group of writes was not committed");
    }
    for ran in answers {
        ran.answer_with(committed.clone());
    }
}

/// Runs one write in a savepoint of its own. `None` if it panicked: its caller learns it from the dropped channel.
fn run_one(transaction: &Connection, job: WriteJob, clock: &dyn Clock) -> Result<Option<Ran>, Error> {
    let WriteJob { name, run } = job;
    connection::run(transaction, "SAVEPOINT job")?;
    // After an automatic rollback there is no savepoint left, and this fails. However it fails, something of this write may be
    // left in the transaction: the group must not be committed.
    let roll_back = || connection::run(transaction, "ROLLBACK TO job").and_then(|()| release(transaction));
    let ran = catch_unwind(AssertUnwindSafe(|| run(Ok(&WriteTx::new(transaction, clock.now())))));
    match ran {
        Ok(ran) if ran.keep => match release(transaction) {
            Ok(()) => Ok(Some(ran)),
            Err(error) => {
                let rolled_back = roll_back();
                ran.answer_with(Err(error.into()));
                rolled_back?;
                Ok(None)
            }
        },
        Ok(ran) => match roll_back() {
            Ok(()) => Ok(Some(ran)),
            Err(error) => {
                let error = Error::from(error);
                ran.answer_with(Err(error.clone()));
                Err(error)
            }
        },
        Err(_) => {
            tracing::error!(transaction = name, "a write panicked; nothing of it stays");
            roll_back()?;
            Ok(None)
        }
    }
}

fn release(transaction: &Connection) -> rusqlite::Result<()> {
    connection::run(transaction, "RELEASE job")
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};
    use std::time::Duration;

    use rusqlite::Connection;

    use super::{Error, Upkeep, WriteTx, Writer, keep_up};
    use crate::clock::FixedClock;

    #[test]
    fn the_log_is_emptied_even_if_the_file_cannot_be_rewritten() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("small.db");
        let mut connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('secret');",
            )
            .unwrap();
        connection.pragma_update(None, "query_only", true).unwrap();
        let log = || std::fs::metadata(temp.path().join("small.db-wal")).unwrap().len();
        assert!(log() > 0);
        for what in [Upkeep::Renew(vec!["t".to_owned()]), Upkeep::Rewrite] {
            connection.pragma_update(None, "query_only", false).unwrap();
            connection.execute_batch("INSERT INTO t VALUES ('more')").unwrap();
            connection.pragma_update(None, "query_only", true).unwrap();
            assert!(log() > 0);
            assert!(keep_up(&mut connection, what).is_err());
            assert_eq!(log(), 0);
        }
        connection.pragma_update(None, "query_only", false).unwrap();
        assert!(keep_up(&mut connection, Upkeep::Renew(vec!["t".to_owned()])).is_ok());
    }

    #[test]
    fn a_write_that_cannot_be_taken_back_fails_its_group() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("small.db");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x INTEGER)").unwrap();
        let writer = Writer::start(connection, Arc::new(FixedClock::new(0)), 100).unwrap();
        let refused = writer.queue("refused", |tx| {
            tx.execute("INSERT INTO t VALUES (1)", [])?;
            // Nothing can go back to a savepoint that is gone.
            tx.execute("RELEASE job", [])?;
            Err::<(), _>(Error::Unfinished)
        });
        assert!(refused.blocking_recv().unwrap().is_err());
        drop(writer);
        let kept = Connection::open(&path).unwrap().query_row("SELECT count(*) FROM t", [], |row| row.get(0));
        assert_eq!(kept, Ok(0_i64));
    }

    #[test]
    fn a_write_waits_for_one_that_is_coming_and_for_nothing_else() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("small.db");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x INTEGER)").unwrap();
        let other = Connection::open(&path).unwrap();
        let an_hour = Duration::from_secs(3600);
        let writer = Writer::start_with(connection, Arc::new(FixedClock::new(0)), 100, an_hour).unwrap();
        let insert = |tx: &WriteTx<'_>| tx.execute("INSERT INTO t VALUES (1)", []);
        // Nobody is coming: it is durable at once.
        assert!(writer.queue("alone", insert).blocking_recv().unwrap().is_ok());
        let coming = writer.announce();
        let first = writer.queue("first", insert);
        let second = writer.queue("second", move |tx| {
            let durable: i64 = other.query_row("SELECT count(*) FROM t", [], |row| row.get(0))?;
            insert(tx).map(|_| durable)
        });
        drop(coming);
        let third = writer.queue("third", insert);
        assert!(first.blocking_recv().unwrap().is_ok());
        assert_eq!(second.blocking_recv().unwrap().ok(), Some(1), "the first is of the same group");
        assert!(third.blocking_recv().unwrap().is_ok());
    }

    #[test]
    fn a_full_disk_fails_its_group_and_nothing_of_it_stays() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("small.db");
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA max_page_count = 40; CREATE TABLE t (x BLOB);")
            .unwrap();
        let writer = Writer::start(connection, Arc::new(FixedClock::new(0)), 100).unwrap();
        let put = |bytes: i64| {
            writer.queue("put", move |tx| tx.execute("INSERT INTO t VALUES (zeroblob(?1))", [bytes]))
        };
        assert!(put(10).blocking_recv().unwrap().is_ok());
        let (go, wait) = mpsc::channel::<()>();
        let first = writer.queue("first", move |tx| {
            wait.recv().unwrap();
            tx.execute("INSERT INTO t VALUES (zeroblob(20))", [])
        });
        let (full, after) = (put(1_000_000), put(30));
        go.send(()).unwrap();
        let results = [first, full, after].map(|job| job.blocking_recv().unwrap());
        assert!(matches!(results[1], Err(Error::DiskFull | Error::RolledBack)), "{:?}", results[1]);
        drop(writer);
        let kept: i64 = Connection::open(&path)
            .unwrap()
            .query_row("SELECT count(*) FROM t", [], |row| row.get(0))
            .unwrap();
        let answered = 1 + results.iter().filter(|result| result.is_ok()).count();
        assert_eq!(usize::try_from(kept).unwrap(), answered, "what was answered is there, and nothing else");
    }
}
