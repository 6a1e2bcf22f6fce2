//! All that a request may touch.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use scrutineer_letters::Mailer;
use tokio::sync::Mutex;

use crate::auth::guesses::Guesses;
use crate::auth::password::{Cost, Passwords, QUEUE_PER_CORE};
use crate::clock::Clock;
use crate::data_folder::{DataFolder, FactKey, LetterKey, ReceiptKey};
use crate::downloads::{DownloadLimits, Downloads};
use crate::elections::Elections;
use crate::entropy::Entropy;
use crate::high_water::HighWater;
use crate::lengths::Lengths;
use crate::outbox::Outbox;
use crate::pieces::Pieces;
use crate::proofs::Proofs;
use crate::public_url::PublicUrl;
use crate::store::{BallotId, Error, Installation, OpenError, SessionLimits, Store};
use crate::sums::Sums;

/// What the operator, or a test, chooses.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach the server: for links, cookies and the check of `Origin`. Never taken from a request.
    pub public_url: PublicUrl,
    /// The proxy whose word on client addresses is taken, and through which alone others may come.
    pub behind_proxy: Option<IpNet>,
    /// What hashing a password costs.
    pub password_cost: Cost,
    /// Passwords hashed at once.
    pub cores: usize,
    /// Sign-ins that may wait for a core at once; more are told to come again.
    pub sign_in_queue: usize,
    /// Connections open at once; more wait in the system's queue.
    pub connections: usize,
    /// How long connections wait for their clients.
    pub timeouts: Timeouts,
    /// How many downloads of records there may be.
    pub downloads: DownloadLimits,
    /// When sessions end.
    pub sessions: SessionLimits,
    /// Officers who must sign a certificate where the ballot file does not say.
    pub officers_needed: u32,
    /// For how many seconds a proposal waits for its second person.
    pub proposal_lifetime: i64,
    /// Voting codes of a ballot that officers may re-issue one by one within a day, each alone.
    pub reissues_alone: u64,
    /// How often a member may replace a vote, or test one.
    pub votes: VoteLimits,
    /// Votes whose proofs may be checked or wait for it at once; more are told to come again.
    pub proofs_queue: usize,
    /// From one step to the next in which the record of an open ballot is shown, in seconds.
    pub record_step: i64,
    /// How long whoever hands in the last share waits for the result; it comes about also without them.
    pub opening_wait: Duration,
    /// The most bytes of records that are kept in memory, compressed, for those who follow them.
    pub pieces_bytes: usize,
    /// Members whose rows are written in one transaction where there may be a million of them: some hundredths of a second, for
    /// which other writes wait.
    pub rows_at_once: usize,
    /// Sends letters; without one none are sent, and codes are handed out as before.
    pub mail: Option<Mailer>,
    /// How runs of letters are let go, and when they stop by themselves.
    pub letters: LetterLimits,
    /// What a dishonest server would do: for the tests that show that it is caught.
    #[cfg(feature = "misbehave")]
    pub misbehave: Option<Misbehave>,
}

/// How often a member may replace a vote, or test one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoteLimits {
    /// How many times.
    pub replacements: u64,
    /// The fewest seconds from one vote to the next.
    pub seconds_between: i64,
    /// How many sealed votes may be tested instead of being cast.
    pub tests: u64,
}

impl VoteLimits {
    /// The limits of a server that is not told otherwise.
    pub const DEFAULT: Self = Self { replacements: 20, seconds_between: 60, tests: 50 };
}

/// How runs of letters are let go, and when they stop by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LetterLimits {
    /// Letters of the first stages of a run; the rest follows after them.
    pub stages: [u64; 2],
    /// The fewest seconds from one stage to the next, so that there is time for letters to come back.
    pub stage_pause: i64,
    /// A run stops by itself when more letters came back than this percentage of those sent,
    pub bounce_percent: u64,
    /// and at least so many.
    pub least_bounces: u64,
}

impl LetterLimits {
    /// The limits of a server that is not told otherwise.
    pub const DEFAULT: Self =
        Self { stages: [20, 200], stage_pause: 10 * 60, bounce_percent: 5, least_bounces: 5 };
}

/// How long connections wait for their clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the head of a request, from its first byte on; for the first byte of the first, and for the handshake of TLS.
    pub head: Duration,
    /// For the first byte of the next request.
    pub idle: Duration,
    /// For the body of a request: so long, and where most connections are taken only as long as it comes at a kilobyte a second
    /// after the time of `hurry`.
    pub body: Duration,
    /// For a client to take some of what is sent to it. Somebody at 1 kB a second takes something every few minutes where the
    /// other end tells that in large steps.
    pub taking: Duration,
    /// Instead of all others where most connections are taken; for taking some, five times as long.
    pub hurry: Duration,
}

impl Timeouts {
    /// Those of a server that is not told otherwise.
    pub const DEFAULT: Self = Self {
        head: Duration::from_secs(10),
        idle: Duration::from_secs(5),
        body: Duration::from_secs(60),
        taking: Duration::from_secs(600),
        hurry: Duration::from_secs(3),
    };
}

/// What a dishonest server does, in test builds.
#[cfg(feature = "misbehave")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Misbehave {
    /// Hands everybody but its owner another certificate of the first seat of every board.
    ReplaceCertificate,
    /// Freezes ballots with a board that it made up.
    ReplaceTrustees,
    /// Leaves the first vote of every record out, as if it had never been there.
    DropVote,
    /// Exchanges the first two votes of every record.
    ReorderVotes,
    /// Puts another vote in the place of the first of every record.
    RewriteVote,
    /// Shows members whose numbers end in an odd digit the first two votes of every record exchanged.
    TwoViews,
    /// Shows every record up to its first vote only.
    ShrinkRecord,
    /// Signs heads with a key of its own.
    WrongHeadKey,
    /// Hands out the booth's script with something added.
    ChangeBooth,
}

/// Votes that may wait for each core: at a millisecond each this is half a second.
const PROOFS_QUEUE: usize = 512;
/// Connections that a server has room for: some tens of kilobytes each.
pub const CONNECTIONS: usize = 8192;
impl Settings {
    /// The defaults for a server at this address.
    #[must_use]
    pub fn new(public_url: PublicUrl) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            proofs_queue: cores.saturating_mul(PROOFS_QUEUE),
            public_url,
            behind_proxy: None,
            password_cost: Cost::OWASP,
            sign_in_queue: cores.saturating_mul(QUEUE_PER_CORE),
            connections: CONNECTIONS,
            timeouts: Timeouts::DEFAULT,
            downloads: DownloadLimits::DEFAULT,
            cores,
            sessions: SessionLimits { idle: 30 * 60, total: 12 * 60 * 60 },
            officers_needed: 2,
            proposal_lifetime: 72 * 60 * 60,
            reissues_alone: 10,
            votes: VoteLimits::DEFAULT,
            record_step: 10 * 60,
            opening_wait: Duration::from_secs(20),
            pieces_bytes: 32 << 20,
            rows_at_once: 2000,
            mail: None,
            letters: LetterLimits::DEFAULT,
            #[cfg(feature = "misbehave")]
            misbehave: None,
        }
    }
}

/// A running server, whatever it is reached by.
pub struct App {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Entropy,
    /// What the operator chose.
    pub settings: Settings,
    /// Hashes passwords.
    pub passwords: Arc<Passwords>,
    /// Checks proofs.
    pub proofs: Arc<Proofs>,
    /// What never changes about boxes.
    pub elections: Arc<Elections>,
    /// The sealed sums of boxes that take votes.
    pub sums: Arc<Sums>,
    /// The downloads of records under way.
    pub downloads: Arc<Downloads>,
    /// Where the events of records begin in their archives.
    pub lengths: Lengths,
    /// Pieces of records, ready to be sent.
    pub pieces: Pieces,
    /// Held by whoever opens a count, so that no count is opened twice at the same time.
    pub counting: Mutex<()>,
    /// Held by whoever freezes a ballot: what is made of a million members is held once, and boxes that are nobody's while this is free
    /// were left by a freezing that broke off.
    pub freezing: Mutex<()>,
    /// Held by whoever confirms voting codes, so that what was confirmed is told once and as a whole.
    pub confirming: Mutex<()>,
    /// Held by whoever erases what closing leaves; the ballots for which the tables were written anew and the write-ahead log is
    /// still to be emptied.
    pub renewed: Mutex<BTreeSet<BallotId>>,
    /// Sends letters, where the operator has said how.
    pub mailer: Option<Mailer>,
    /// Counts wrong sign-ins.
    pub guesses: Guesses,
    /// Counts requests of people who have no voting code.
    pub code_requests: Guesses,
    /// How far the clock has come.
    pub high_water: Arc<HighWater>,
    /// Where the database and the keys lie.
    pub folder: DataFolder,
    /// Signs receipts.
    pub receipt_key: ReceiptKey,
    /// Hashes what only the member knows.
    pub fact_key: FactKey,
    /// Makes the codes that stand in letters and nowhere else.
    pub letter_key: Arc<LetterKey>,
    /// What the worker that sends letters remembers.
    pub outbox: Outbox,
    /// Whose server this is.
    pub installation: Installation,
}

impl App {
    /// Takes a data folder into use. Not to be called on an async runtime's thread.
    ///
    /// # Errors
    /// See [`OpenError`]: each is a sentence for the operator.
    pub fn open(
        folder: DataFolder,
        settings: Settings,
        clock: Arc<dyn Clock>,
        entropy: Entropy,
    ) -> Result<Self, OpenError> {
        let store = Store::open(&folder, &clock)?;
        let installation = store
            .read_blocking("open: installation", |tx| tx.installation())
            .map_err(|_: Error| OpenError::NotOurs(folder.database()))?;
        let clock_mark = store
            .read_blocking("open: clock mark", |tx| tx.clock_mark())
            .map_err(|_: Error| OpenError::NotOurs(folder.database()))?;
        // The first voters are not to wait for tables.
        let elections: Arc<Elections> = Arc::default();
        let warmed = Arc::clone(&elections);
        store
            .read_blocking("open: tables", move |tx| warmed.prepare_open(tx))
            .map_err(|error: Error| OpenError::io(&folder.database(), std::io::Error::other(error)))?;
        let proofs = Proofs::new(settings.cores, settings.proofs_queue)
            .map_err(|error| OpenError::io(folder.path(), std::io::Error::other(error)))?;
        Ok(Self {
            store,
            clock,
            passwords: Arc::new(Passwords::new(
                settings.password_cost,
                settings.cores,
                settings.sign_in_queue,
            )),
            high_water: Arc::new(HighWater::new(clock_mark)),
            proofs: Arc::new(proofs),
            elections,
            sums: Arc::default(),
            downloads: Arc::new(Downloads::new(settings.downloads)),
            lengths: Lengths::default(),
            pieces: Pieces::new(settings.pieces_bytes),
            counting: Mutex::default(),
            freezing: Mutex::default(),
            confirming: Mutex::default(),
            renewed: Mutex::default(),
            mailer: settings.mail.clone().map(|mailer| mailer.with_name(&installation.union_name)),
            settings,
            guesses: Guesses::default(),
            code_requests: Guesses::for_crowds(),
            receipt_key: folder.receipt_key()?,
            fact_key: folder.fact_key()?,
            letter_key: Arc::new(folder.letter_key(&mut entropy.rng())?),
            outbox: Outbox::default(),
            entropy,
            folder,
            installation,
        })
    }
}
