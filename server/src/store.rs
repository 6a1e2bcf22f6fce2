//! Everything that is kept: one SQLite database, one writer, a few readers.
//!
//! ```text
//! store.write("name", |tx| ..)   joins the next group; answered after its COMMIT is on disk
//! store.read("name", |tx| ..)    a consistent snapshot on a reader's connection
//! store.look("name", |tx| ..)    the same for a few rows: never behind a long read
//! ```
//!
//! A closure gets a [`WriteTx`] or a [`Tx`]. Reading functions are methods of `Tx`, writing ones of `WriteTx` (which can
//! do what `Tx` can); each table has a file here, and SQL stands nowhere else. If a closure returns an error, or panics,
//! nothing that it wrote stays, and the others in its group are not touched by it. Closures run on the store's threads:
//! they must not wait for anything, and nothing outside the database should be changed in them.
//!
//! The store knows no HTTP and makes no decisions; it says `None` or `false` and the actions decide.

mod accounts;
mod announcements;
mod audit;
mod backup;
mod ballots;
mod boards;
mod boxes;
mod certificates;
mod check;
mod clock_mark;
mod codes;
mod column;
mod connection;
mod contacts;
mod deliveries;
mod desk;
mod error;
mod filling;
mod groups;
mod ids;
mod installation;
mod keys;
mod letter_runs;
mod letters;
mod margin_answers;
mod marks;
mod migrate;
mod objections;
mod participation;
mod progress;
mod proposals;
mod purge;
mod readers;
mod recipients;
mod record;
mod registrar;
mod renew;
mod rewrite;
mod roles;
mod roll;
mod sessions;
mod shares;
mod statements;
#[cfg(debug_assertions)]
pub mod steps;
mod tx;
mod votes;
mod worker;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

pub use accounts::{Account, ActivationRow, MemberId, Named};
pub use announcements::{AnnouncementRow, AnswerRow, NoticeSentRow, RollObjectionRow};
pub use audit::{Actor, AuditRow, ChainBroken, Head, verify_chain};
pub use backup::{BackupError, backup};
pub use ballots::{BallotRow, IdMatch, NewBallotRow};
pub use boards::{BoardRow, CeremonyStep, TellerRow};
pub use boxes::BoxRow;
pub use certificates::{CertificateRow, SignatureRow};
pub use check::{Check, check};
pub use codes::{CodeRow, SpareRow};
pub use contacts::{ContactRow, RollContactRow};
pub use deliveries::{DeliveryRow, EmployerDomainRow, OutOfReach, UnreachedRow};
pub use desk::{CodePermitRow, CodeRequestRow, DeskRow, EmailChangeRow, ReachRow};
pub use error::{Error, OpenError};
pub use filling::NewBoxRow;
pub use ids::{BallotId, BoardId, BoxId};
pub use installation::Installation;
pub use keys::CertificateKey;
pub use letter_runs::{MailTestRow, NewRun, RunNumber, RunRow, RunState};
pub use letters::{LetterId, LetterRow, LetterState, NewLetter};
pub use margin_answers::MarginAnswerRow;
pub use marks::{Mark, MarkedVotes};
pub use objections::ObjectionRow;
pub use participation::ParticipantRow;
pub use proposals::{NewProposalRow, ProposalRow};
pub use purge::RowCount;
pub use recipients::{PersonRow, UntoldRow, VoterRow};
pub use record::{EventRow, Step};
pub use registrar::{AwaitedSetup, RegistrarTask};
pub use rewrite::Rewritten;
pub use roles::RoleRow;
pub use roll::{Added, Changed, ColumnChange, EMAIL, RollBasis, RollDifference, RollFile};
pub use sessions::{SessionLimits, SessionRow, TokenHash};
pub use shares::ShareRow;
pub use statements::{StatementKind, StatementRow};
pub use tx::{Tx, WriteTx};
pub use votes::{CastBinding, CredentialBytes, VoteRow, Voting};

use crate::clock::Clock;
use crate::data_folder::{DataFolder, Lock};
use readers::Readers;
pub use worker::Coming;
use worker::Writer;

/// How many writes may wait before another is refused as busy. At 15,000 a second this is a quarter of a second.
const WRITE_QUEUE: usize = 4096;
/// How many reads may wait before another is refused as busy.
const READ_QUEUE: usize = 4096;
/// Threads that read.
const READERS: usize = 3;

/// The database of a running server. Dropping it does what is queued, then closes the database.
pub struct Store {
    /// End before the writer, whose connection takes the write-ahead log into the database when it is the last to close.
    readers: Readers,
    /// One thread, which is never kept long.
    lookers: Readers,
    writer: Writer,
    /// Let go after the writer and the readers have ended.
    lock: Lock,
}

impl Store {
    /// Takes a data folder into use, opens its database, brings its schema up to date and starts the threads.
    ///
    /// # Errors
    /// See [`OpenError`]: each is a sentence for the operator.
    pub fn open(folder: &DataFolder, clock: &Arc<dyn Clock>) -> Result<Self, OpenError> {
        let path = folder.database();
        connection::must_exist(&path)?;
        let lock = folder.lock()?;
        let mut writer = connection::open_for_writing(&path)?;
        migrate::bring_up_to_date(&mut writer, &path)?;
        let reading = |threads| (0..threads).map(|_| connection::open_for_reading(&path)).collect();
        let (readers, looker): (Result<_, OpenError>, _) = (reading(READERS), reading(1));
        let fail = |source| OpenError::Io { path: path.clone(), source };
        Ok(Self {
            writer: Writer::start(writer, Arc::clone(clock), WRITE_QUEUE).map_err(fail)?,
            readers: Readers::start("store-reader", readers?, clock, READ_QUEUE).map_err(fail)?,
            lookers: Readers::start("store-looker", looker?, clock, READ_QUEUE).map_err(fail)?,
            lock,
        })
    }

    /// Disconnects when the database is closed and its folder free again; dropping an `App` is not always the last of it,
    /// for other threads may hold on to it a moment longer. It is given out once.
    pub(crate) fn closed(&self) -> Option<Receiver<()>> {
        self.lock.released()
    }

    /// Makes a new database with what `fill` writes into it; it appears under its name only when complete.
    ///
    /// # Errors
    /// As [`Store::open`], or what `fill` returns.
    pub fn create<E: From<OpenError> + From<Error>>(
        path: &Path,
        now: i64,
        fill: impl FnOnce(&WriteTx<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        migrate::create(path, now, fill)
    }

    /// Changes the database. The work is queued at once; the future is done when it is durable, or refused.
    ///
    /// `name` says in logs which transaction this was.
    ///
    /// # Errors
    /// What the closure returns, or [`Error`] if it could not be run or committed; then nothing has changed.
    pub fn write<T, E, F>(
        &self,
        name: &'static str,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        let answer = self.writer.queue(name, work);
        async move { answer.await.unwrap_or_else(|_| Err(Error::Unfinished.into())) }
    }

    /// Notes that a write is coming: those before it may wait for it a moment. To be dropped when it will not come.
    pub fn announce_write(&self) -> Coming {
        self.writer.announce()
    }

    /// [`Store::write`] for code that is not async; waits where too much is queued. Must not be called on an async runtime's
    /// thread.
    ///
    /// # Errors
    /// As [`Store::write`], but for [`Error::Busy`].
    pub fn write_blocking<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.writer
            .queue_waiting(name, work)
            .blocking_recv()
            .unwrap_or_else(|_| Err(Error::Unfinished.into()))
    }

    /// Reads the database as it was at one moment, with every write that has been answered.
    ///
    /// # Errors
    /// What the closure returns, or [`Error`] if it could not be run.
    pub fn read<T, E, F>(
        &self,
        name: &'static str,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let answer = self.readers.queue(name, work);
        async move { answer.await.unwrap_or_else(|_| Err(Error::Unfinished.into())) }
    }

    /// [`Store::read`] of a few rows that stand where they are looked for: it waits for no longer read. What every request and every
    /// vote needs is looked up so, by one thread: those that come together share a snapshot, and nobody wakes another thread for the
    /// next.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn look<T, E, F>(
        &self,
        name: &'static str,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let answer = self.lookers.queue(name, work);
        async move { answer.await.unwrap_or_else(|_| Err(Error::Unfinished.into())) }
    }

    /// [`Store::read`] for code that is not async. Must not be called on an async runtime's thread.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_blocking<T, E, F>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.readers.queue(name, work).blocking_recv().unwrap_or_else(|_| Err(Error::Unfinished.into()))
    }
}
