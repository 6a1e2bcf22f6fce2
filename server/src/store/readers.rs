//! The threads of the store that read, each with its connection.
//!
//! Whoever asks must see every write that was answered before. So a snapshot may serve whatever was asked before it began, and
//! nothing that was asked later. When many ask at once, one snapshot serves many of them: beginning one costs as much as a read
//! of a few rows, for what the connection remembers of the database's pages has to be read again after every commit.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::connection;
use super::error::Error;
use super::tx::Tx;
use super::worker::join;
use crate::clock::Clock;

/// Runs in a snapshot, or is told why it cannot.
type Run = dyn FnOnce(Result<&Tx<'_>, Error>) + Send;

/// A queued read.
struct Job {
    name: &'static str,
    run: Box<Run>,
}

/// What was asked and not yet taken, in its order.
struct Queue {
    asked: Mutex<Asked>,
    more: Condvar,
    depth: usize,
}

#[derive(Default)]
struct Asked {
    waiting: VecDeque<Job>,
    /// How many were asked in all.
    count: u64,
    /// Threads that have nothing to do.
    idle: usize,
    ended: bool,
}

impl Asked {
    /// The next one, if it was among the first `count` that were asked.
    fn next_of(&mut self, count: u64) -> Option<Job> {
        let taken = self.count - u64::try_from(self.waiting.len()).unwrap_or(u64::MAX);
        if taken < count { self.waiting.pop_front() } else { None }
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, job: Job) -> Result<(), Job> {
        let mut asked = self.lock();
        if asked.waiting.len() >= self.depth {
            return Err(job);
        }
        asked.waiting.push_back(job);
        asked.count += 1;
        let wake = asked.idle > 0;
        drop(asked);
        if wake {
            self.more.notify_one();
        }
        Ok(())
    }

    /// Waits for the next one, and says how many were asked by now. None once the store is dropped and nothing waits.
    fn wait(&self) -> Option<(Job, u64)> {
        let mut asked = self.lock();
        loop {
            if let Some(job) = asked.waiting.pop_front() {
                return Some((job, asked.count));
            }
            if asked.ended {
                return None;
            }
            asked.idle += 1;
            asked = self.more.wait(asked).unwrap_or_else(PoisonError::into_inner);
            asked.idle -= 1;
        }
    }
}

/// A few threads that read, each with its connection.
pub(super) struct Readers {
    queue: Arc<Queue>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    pub(super) fn start(
        name: &str,
        connections: Vec<Connection>,
        clock: &Arc<dyn Clock>,
        depth: usize,
    ) -> io::Result<Self> {
        let queue = Arc::new(Queue { asked: Mutex::default(), more: Condvar::new(), depth });
        let mut readers = Self { queue, threads: Vec::with_capacity(connections.len()) };
        for connection in connections {
            let (queue, clock) = (Arc::clone(&readers.queue), Arc::clone(clock));
            let thread = std::thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || read_snapshots(&connection, &queue, &*clock))?;
            readers.threads.push(thread);
        }
        Ok(readers)
    }

    /// Queues a read. The receiver gets its outcome, or `Busy` at once.
    pub(super) fn queue<T, E, F>(&self, name: &'static str, work: F) -> oneshot::Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (done, outcome) = oneshot::channel();
        let run = move |tx: Result<&Tx<'_>, Error>| {
            let _ = done.send(tx.map_err(E::from).and_then(work));
        };
        if let Err(job) = self.queue.push(Job { name, run: Box::new(run) }) {
            (job.run)(Err(Error::Busy));
        }
        outcome
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.queue.lock().ended = true;
        self.queue.more.notify_all();
        self.threads.drain(..).for_each(|thread| join(Some(thread)));
    }
}

/// Until the store is dropped: takes what was asked, one snapshot for as much as may see the same.
fn read_snapshots(connection: &Connection, queue: &Queue, clock: &dyn Clock) {
    while let Some((first, asked_before)) = queue.wait() {
        let begun = connection::run(connection, "BEGIN DEFERRED").map_err(Error::from);
        let mut next = Some(first);
        while let Some(Job { name, run }) = next {
            let read = || match &begun {
                Ok(()) => run(Ok(&Tx::new(connection, clock.now()))),
                Err(error) => run(Err(error.clone())),
            };
            if catch_unwind(AssertUnwindSafe(read)).is_err() {
                tracing::error!(transaction = name, "a read panicked");
            }
            // Some errors end the transaction by themselves, and with it the snapshot.
            next = if connection.is_autocommit() { None } else { queue.lock().next_of(asked_before) };
        }
        if !connection.is_autocommit()
            && let Err(error) = connection::run(connection, "COMMIT")
        {
            tracing::error!(%error, "a snapshot was not let go");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};

    use rusqlite::Connection;
    use tokio::sync::oneshot::Receiver;

    use super::{Error, Readers, Tx};
    use crate::clock::FixedClock;
    use crate::store::connection::{open_for_reading, open_for_writing};

    struct Setting {
        _temp: tempfile::TempDir,
        writer: Connection,
        readers: Readers,
    }

    fn setting(depth: usize) -> Setting {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("small.db");
        std::fs::write(&path, "").unwrap();
        let writer = open_for_writing(&path).unwrap();
        writer.execute_batch("CREATE TABLE t (x INTEGER)").unwrap();
        let clock: Arc<dyn crate::clock::Clock> = Arc::new(FixedClock::new(0));
        let readers =
            Readers::start("reader", vec![open_for_reading(&path).unwrap()], &clock, depth).unwrap();
        Setting { _temp: temp, writer, readers }
    }

    fn count(readers: &Readers) -> Receiver<Result<i64, Error>> {
        readers.queue("count", |tx: &Tx<'_>| tx.value("SELECT count(*) FROM t", []))
    }

    /// Keeps the one reader busy until it is told to go on; it has begun when this returns.
    fn hold(readers: &Readers) -> (mpsc::Sender<()>, Receiver<Result<i64, Error>>) {
        let ((begun, has_begun), (go_on, wait)) = (mpsc::channel(), mpsc::channel::<()>());
        let held = readers.queue("held", move |tx| {
            begun.send(()).unwrap();
            wait.recv().unwrap();
            tx.value("SELECT count(*) FROM t", [])
        });
        has_begun.recv().unwrap();
        (go_on, held)
    }

    #[test]
    fn what_was_asked_after_a_write_sees_it_also_while_an_older_snapshot_is_read() {
        let Setting { writer, readers, .. } = &setting(100);
        // The held read has looked at nothing yet, but its snapshot may begin at any moment.
        let (go_on, held) = hold(readers);
        let before = count(readers);
        writer.execute_batch("INSERT INTO t VALUES (1)").unwrap();
        let after = count(readers);
        go_on.send(()).unwrap();
        assert!(held.blocking_recv().unwrap().is_ok());
        assert!(before.blocking_recv().unwrap().is_ok());
        assert_eq!(after.blocking_recv().unwrap().ok(), Some(1));
        for n in 2..20 {
            writer.execute_batch("INSERT INTO t VALUES (1)").unwrap();
            assert_eq!(count(readers).blocking_recv().unwrap().ok(), Some(n));
        }
    }

    #[test]
    fn what_was_asked_together_is_read_in_one_snapshot() {
        let Setting { writer, readers, .. } = &setting(100);
        let (go_on, _held) = hold(readers);
        let (begun, has_begun) = mpsc::channel();
        let (write, wait) = mpsc::channel::<()>();
        let first = readers.queue("first", move |tx| {
            let seen = tx.value("SELECT count(*) FROM t", []);
            begun.send(()).unwrap();
            wait.recv().unwrap();
            seen
        });
        let second = count(readers);
        go_on.send(()).unwrap();
        has_begun.recv().unwrap();
        writer.execute_batch("INSERT INTO t VALUES (1)").unwrap();
        let third = count(readers);
        write.send(()).unwrap();
        let seen =
            [first, second, third].map(|one: Receiver<Result<i64, Error>>| one.blocking_recv().unwrap().ok());
        assert_eq!(seen, [Some(0), Some(0), Some(1)]);
    }

    #[test]
    fn too_many_are_refused_at_once_and_a_panic_ends_its_own_read_alone() {
        let Setting { readers, .. } = &setting(2);
        let (go_on, held) = hold(readers);
        let panics = readers.queue("panics", |_| -> Result<i64, Error> { panic!("on purpose") });
        let fits = count(readers);
        assert!(matches!(count(readers).blocking_recv().unwrap(), Err(Error::Busy)));
        go_on.send(()).unwrap();
        assert!(held.blocking_recv().unwrap().is_ok());
        assert!(panics.blocking_recv().is_err(), "nobody answers");
        assert_eq!(fits.blocking_recv().unwrap().ok(), Some(0));
        assert_eq!(count(readers).blocking_recv().unwrap().ok(), Some(0));
    }

    #[test]
    fn what_waits_is_read_before_the_threads_end() {
        let Setting { readers, _temp, .. } = setting(100);
        let (go_on, held) = hold(&readers);
        let waits = count(&readers);
        go_on.send(()).unwrap();
        drop(readers);
        assert!(held.blocking_recv().unwrap().is_ok());
        assert_eq!(waits.blocking_recv().unwrap().ok(), Some(0));
    }
}
