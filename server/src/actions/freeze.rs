//! Freezing a ballot: who may vote, with which codes, under which rule, opened by whom is fixed, and the record begins.
//!
//! One person proposes it and an officer approves ([`super::proposals`]); a practice ballot is frozen at once.
//!
//! The work is done before the transaction, on what was read at one moment; the transaction checks that nothing of it has
//! changed. Keys are on disk before the transaction commits, since a frozen ballot without its keys is lost.

use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use scrutineer_api::audit;
use scrutineer_api::ballot::CodeWay;
use scrutineer_ballot::boxes::{self, BoxRoll, BoxesError};
use scrutineer_ballot::description::Officers;
use scrutineer_ballot::eligibility::EligibilityError;
use scrutineer_ballot::file::{BallotFile, BallotFileError, Codes, Tellers};
use scrutineer_ballot::proposal::{Announced, Board, Content, Freeze, Person, Question, Urn};
use scrutineer_ballot::roll::{FrozenRoll, RollEntry};
use scrutineer_ballot::setup::{BoxPlan, FixedBox, NewBox, SetupError, board_fingerprint, record_time};
use scrutineer_ballot::signature::{KeyFingerprint, KeyFingerprintError};
use scrutineer_protocol::ParseError;
use scrutineer_protocol::election::{Election, Uuid};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::trustee::{PrivateKey, ThresholdParameters};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::announced::{self, NotYet};
use super::ballot_deed::{self, BallotRefusal};
use super::draft;
use super::proposals::{Asked, ByTwo, Means, circumstances, propose};
use crate::app::{App, Settings};
use crate::auth::caller::Caller;
use crate::data_folder::{BallotKey, DataFolder, KeyKind};
use crate::domain::life::BallotDeed;
use crate::domain::two_people::{Decision, Deed, decide};
use crate::store::{
    AwaitedSetup, BallotId, BallotRow, BoardRow, CertificateKey, Error as StoreError, NewBoxRow, OpenError,
    Tx, WriteTx,
};

/// Why a ballot was not frozen.
#[derive(Debug, Error)]
pub enum FreezeError {
    /// Which ballot, may the caller, may it now?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// Its deadline is past by now.
    #[error("the ballot cannot be frozen: {0}; draft it again with another deadline")]
    File(#[from] BallotFileError),
    /// It was announced, and objections stand in the way.
    #[error(transparent)]
    Announced(NotYet),
    /// Nobody may vote, or a line of `[eligible]` matches nobody.
    #[error("the ballot cannot be frozen: {0}")]
    Eligibility(#[from] EligibilityError),
    /// Those who may vote cannot be divided into boxes.
    #[error("the ballot cannot be frozen: {0}")]
    Boxes(#[from] BoxesError),
    /// The board is gone.
    #[error("there is no board {0:?}")]
    NoSuchBoard(String),
    /// The board has no key yet.
    #[error(
        "the board {0:?} is still forming: every teller must complete `scrutineer tellers join` before a ballot can rest \
         on it"
    )]
    BoardForming(String),
    /// The registrar is gone.
    #[error(
        "the registrar whom the ballot file names, member {0}, is not on the roll; draft the ballot again with another one"
    )]
    NoSuchRegistrar(String),
    /// Too few officers could sign.
    #[error(
        "the certificate needs the signatures of {needed} officers, but only {have} have registered a key; each adds one \
         with `scrutineer keys add`"
    )]
    TooFewOfficers {
        /// Officers needed.
        needed: u32,
        /// Officers with a key.
        have: usize,
    },
    /// The box cannot be made.
    #[error("the ballot cannot be frozen: {0}")]
    Setup(#[from] SetupError),
    /// Something that it rests on changed meanwhile.
    #[error(
        "the roll, the officers' keys or the board were changed at this very moment; freeze the ballot again"
    )]
    Changed,
    /// A key cannot be kept.
    #[error("a key of the ballot cannot be kept: {0}")]
    Key(#[from] OpenError),
    /// A value that the server keeps does not read back.
    #[error("a value that the server keeps does not read back: {0}")]
    Kept(String),
    /// The work did not end.
    #[error("the work was interrupted")]
    Interrupted,
}

impl From<StoreError> for FreezeError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

impl From<NotYet> for FreezeError {
    fn from(error: NotYet) -> Self {
        match error {
            NotYet::Store(error) => error.into(),
            error => Self::Announced(error),
        }
    }
}

impl From<KeyFingerprintError> for FreezeError {
    fn from(error: KeyFingerprintError) -> Self {
        Self::Kept(error.to_string())
    }
}

impl From<ParseError> for FreezeError {
    fn from(error: ParseError) -> Self {
        Self::Kept(error.to_string())
    }
}

/// Freezes a practice ballot; proposes to freeze any other.
///
/// # Errors
/// See [`FreezeError`]; then it stays a draft.
pub async fn freeze(app: &App, caller: &Caller, id: String) -> Result<Asked<()>, FreezeError> {
    let (asker, means) = (caller.clone(), Means::of(app));
    let (basis, content, decision) = app
        .store
        .read("freeze: look", move |tx| {
            let basis = Basis::read(tx, &asker, &id)?;
            let content = basis.content(&means.settings, tx.now())?;
            let decision = decide(&basis.deed(), &circumstances(tx, &means, Some(&basis.ballot))?);
            Ok::<_, FreezeError>((basis, content, decision))
        })
        .await?;
    if decision == Decision::Propose {
        let (asker, means) = (caller.clone(), Means::of(app));
        let work = move |tx: &WriteTx<'_>| {
            propose(tx, &means, &asker, &basis.deed(), Some(basis.ballot.id), &content)
        };
        return Ok(Asked::Waits(app.store.write("propose freezing", work).await?));
    }
    let (frozen, caller) = (make(app, basis).await?, caller.clone());
    app.store.write("freeze ballot", move |tx| frozen.keep(tx, &caller, None)).await?;
    Ok(Asked::Done(()))
}

/// Does the work of freezing, all but keeping it.
pub(super) async fn make(app: &App, basis: Basis) -> Result<Frozen, FreezeError> {
    let maker = Maker {
        folder: app.folder.clone(),
        receipts: app.receipt_key.fingerprint().parse()?,
        officers_needed: app.settings.officers_needed,
        now: app.clock.now(),
        #[cfg(feature = "misbehave")]
        misbehave: app.settings.misbehave,
    };
    let mut rng = app.entropy.rng();
    let made = tokio::task::spawn_blocking(move || maker.make(basis, &mut rng));
    made.await.map_err(|_| FreezeError::Interrupted)?
}

/// What freezing rests on, as it was at one moment.
pub(super) struct Basis {
    ballot: BallotRow,
    file: BallotFile,
    roll: Vec<RollEntry>,
    officers: Vec<CertificateKey>,
    board: Option<BoardRow>,
    registrar: Option<Person>,
    announced: Option<Announced>,
}

impl Basis {
    pub(super) fn read(tx: &Tx<'_>, caller: &Caller, id: &str) -> Result<Self, FreezeError> {
        let (named, file, _) = ballot_deed::begin(tx, caller, id, BallotDeed::Freeze)?;
        announced::may_freeze(tx, &named.ballot, &file)?;
        let board = match &file.tellers {
            Tellers::Server => None,
            Tellers::Board(name) => {
                Some(tx.board(name)?.ok_or_else(|| FreezeError::NoSuchBoard(name.clone()))?)
            }
        };
        let registrar = match &file.registrar {
            None => None,
            Some(member_no) => Some(
                draft::named_registrar(tx, member_no)?
                    .ok_or_else(|| FreezeError::NoSuchRegistrar(member_no.to_string()))?,
            ),
        };
        let (roll, officers) = (tx.roll_entries()?, tx.officers_keys()?);
        let announced = tx.announcement(named.ballot.id)?;
        let announced = announced
            .map(|row| {
                let (filed, answered) = tx.roll_objection_counts(named.ballot.id)?;
                Ok::<_, StoreError>(Announced {
                    at: row.announced_at,
                    until: row.objections_until,
                    filed,
                    answered,
                })
            })
            .transpose()?;
        Ok(Self { ballot: named.ballot, file, roll, officers, board, registrar, announced })
    }

    fn is_same(&self, other: &Self) -> bool {
        let Self { ballot: _, file, roll, officers, board, registrar, announced } = other;
        self.file == *file
            && self.roll == *roll
            && self.officers == *officers
            && self.board == *board
            && self.registrar == *registrar
            && self.announced == *announced
    }

    fn deed(&self) -> Deed {
        Deed::FreezeBallot { ballot: self.ballot.uuid.to_string() }
    }

    /// What freezing would fix, if it can be done now.
    pub(super) fn content(&self, settings: &Settings, now: i64) -> Result<Content, FreezeError> {
        let file = &self.file;
        file.validate_at(now)?;
        let Officers { needed, keys } = self.officers(settings.officers_needed)?;
        let board = match (&file.tellers, self.board()?) {
            (Tellers::Board(name), Some(parameters)) => {
                Some(Board { name: name.clone(), fingerprint: board_fingerprint(&parameters)?.to_string() })
            }
            _ => None,
        };
        let included = file.eligible.select(&self.roll)?.included;
        let everybody = FrozenRoll::new(included.iter().copied().cloned()).map_err(BoxesError::from)?;
        let question = |question: &scrutineer_ballot::file::Question| Question {
            text: question.text.clone(),
            answers: question.answers.clone(),
            min: question.choose.min,
            max: question.choose.max,
            blank: question.blank,
            rule: question.rule.as_ref().map(|rule| rule.text().to_owned()),
        };
        Ok(Content::FreezeBallot(Box::new(Freeze {
            ballot: self.ballot.uuid.to_string(),
            title: file.title.clone(),
            description: file.description.clone(),
            questions: file.questions.iter().map(question).collect(),
            opens: self.ballot.opens_at,
            closes: self.ballot.closes_at,
            time_zone: file.time_zone.clone(),
            announced: self.announced.clone(),
            boxes: self.urns(included)?,
            codes: match file.codes {
                Codes::Server => "server",
                Codes::Registrar => "registrar",
            }
            .to_owned(),
            registrar: self.registrar.clone(),
            board,
            signatures: needed,
            signers: keys.iter().map(ToString::to_string).collect(),
            file_sha256: hex::encode(Sha256::digest(self.ballot.file_text())),
            roll_sha256: hex::encode(Sha256::digest(everybody.to_csv())),
        })))
    }

    fn urns(&self, included: Vec<&RollEntry>) -> Result<Vec<Urn>, FreezeError> {
        let rolls = boxes::divide(&self.file, included.into_iter().cloned())?;
        let sizes: Vec<u64> = rolls.iter().map(|one| count(one.roll.len())).collect();
        let spares = boxes::divide_spares(u64::from(self.file.spares), &sizes);
        let urns = rolls.into_iter().zip(sizes).zip(spares);
        Ok(urns.map(|((one, eligible), spares)| Urn { name: one.name, eligible, spares }).collect())
    }

    /// Who may sign the certificate: every officer who has a key, each with one, if there are enough of them; nobody for a
    /// practice ballot.
    fn officers(&self, setting: u32) -> Result<Officers, FreezeError> {
        if self.ballot.practice {
            return Ok(Officers::nobody());
        }
        let needed = self.file.officers.unwrap_or(setting);
        let have = self.officers.len();
        if have < usize::try_from(needed).unwrap_or(usize::MAX) {
            return Err(FreezeError::TooFewOfficers { needed, have });
        }
        let keys = self.officers.iter().map(|key| key.fingerprint.parse());
        Ok(Officers { needed, keys: keys.collect::<Result<_, _>>()? })
    }

    fn board(&self) -> Result<Option<ThresholdParameters>, FreezeError> {
        let Some(board) = &self.board else { return Ok(None) };
        let text = board.parameters.as_ref().ok_or_else(|| FreezeError::BoardForming(board.name.clone()))?;
        Ok(Some(ThresholdParameters::parse(text.as_bytes())?))
    }
}

/// Does the work.
struct Maker {
    folder: DataFolder,
    receipts: KeyFingerprint,
    officers_needed: u32,
    now: i64,
    #[cfg(feature = "misbehave")]
    misbehave: Option<crate::app::Misbehave>,
}

impl Maker {
    fn make(self, basis: Basis, rng: &mut ChaCha20Rng) -> Result<Frozen, FreezeError> {
        let officers = basis.officers(self.officers_needed)?;
        let board = basis.board()?;
        #[cfg(feature = "misbehave")]
        let board = super::misbehave::replace(self.misbehave, board, rng).map_err(SetupError::from)?;
        let selection = basis.file.eligible.select(&basis.roll)?;
        let rolls = boxes::divide(&basis.file, selection.included.into_iter().cloned())?;
        let sizes: Vec<u64> = rolls.iter().map(|one| count(one.roll.len())).collect();
        let of_ballot = u32::try_from(rolls.len()).unwrap_or(u32::MAX);
        let spares = boxes::divide_spares(u64::from(basis.file.spares), &sizes);
        let mut keys = KeyFiles { folder: self.folder, made: Vec::new() };
        let mut made = Vec::with_capacity(rolls.len());
        for (BoxRoll { name, roll }, spares) in rolls.into_iter().zip(spares) {
            let roll_salt = random(rng);
            let plan = BoxPlan {
                ballot: &basis.ballot.uuid,
                box_name: &name,
                file: &basis.file,
                boxes: of_ballot,
                eligible: count(roll.len()),
                spares,
                roll: HexHash::from_digest(roll.hash(&roll_salt)),
                board: board.as_ref(),
                officers: officers.clone(),
                receipts: self.receipts,
            };
            let urn = match basis.file.codes {
                Codes::Server => Made::Whole(plan.make(rng, |_| ())?),
                Codes::Registrar => Made::Fixed(plan.fix(rng)?),
            };
            let slots = roll.entries().iter().map(|_| random(rng)).collect();
            let election = urn.election().uuid();
            keys.made.push((election.clone(), KeyKind::Server));
            keys.folder.create_server_key(election, urn.server_key())?;
            made.push(MadeBox { name, roll, roll_salt, spares, urn, slots });
        }
        // Not the ballot's own name yet: somebody else may be freezing it at this moment.
        let first = made.first().ok_or(EligibilityError::Nobody)?.urn.election().uuid().clone();
        keys.made.push((first.clone(), KeyKind::Ballot));
        let ballot_key = keys.folder.create_ballot_key(&first, rng)?;
        let record_time = record_time(self.now);
        Ok(Frozen { basis, boxes: made, ballot_key, named: first, record_time, keys })
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn random<const N: usize>(rng: &mut impl Rng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// Key files of a ballot that is being frozen: destroyed again unless it is.
struct KeyFiles {
    folder: DataFolder,
    made: Vec<(Uuid, KeyKind)>,
}

impl Drop for KeyFiles {
    fn drop(&mut self) {
        for (uuid, kind) in &self.made {
            if let Err(error) = self.folder.destroy_key(uuid, *kind) {
                tracing::error!(%error, "a key that is not needed could not be destroyed");
            }
        }
    }
}

/// What was made of a box.
enum Made {
    /// With codes: its record begins now.
    Whole(NewBox),
    /// Without: its record begins when the registrar has made them.
    Fixed(FixedBox),
}

impl Made {
    const fn election(&self) -> &Election {
        match self {
            Self::Whole(NewBox { election, .. }) | Self::Fixed(FixedBox { election, .. }) => election,
        }
    }

    const fn server_key(&self) -> &PrivateKey {
        match self {
            Self::Whole(NewBox { server_key, .. }) | Self::Fixed(FixedBox { server_key, .. }) => server_key,
        }
    }
}

/// A box that is ready to be kept.
struct MadeBox {
    name: String,
    roll: FrozenRoll,
    roll_salt: [u8; 32],
    spares: u64,
    urn: Made,
    /// Random keys of the members' participation flags, in the roll's order.
    slots: Vec<[u8; 16]>,
}

impl MadeBox {
    fn keep(
        &self,
        tx: &WriteTx<'_>,
        ballot: BallotId,
        key: &BallotKey,
        record_time: u64,
    ) -> Result<(), StoreError> {
        let id = tx.add_box(&NewBoxRow {
            ballot,
            name: &self.name,
            election: self.urn.election().uuid(),
            spares: self.spares,
            roll_salt: self.roll_salt,
            record_time,
            roll: &self.roll,
        })?;
        let entries = self.roll.entries().iter();
        for (entry, slot) in entries.clone().zip(&self.slots) {
            tx.add_participation(id, slot, entry.no().as_str())?;
        }
        match &self.urn {
            Made::Whole(urn) => {
                let mut codes = urn.codes.iter();
                let mut bound = Vec::with_capacity(self.roll.len());
                for (entry, new) in entries.zip(codes.by_ref()) {
                    let member_no = entry.no().as_str();
                    bound.push((key.mac(member_no), &new.credential));
                    tx.put_code(id, member_no, &new.code.text(), CodeWay::Hand)?;
                }
                // In the order of the table: at random places, a million would write each page many times.
                bound.sort_unstable_by_key(|(mac, _)| *mac);
                for (mac, credential) in bound {
                    tx.bind(id, &mac, credential.bytes())?;
                }
                for spare in codes {
                    tx.add_spare(id, spare.credential.bytes(), Some(&spare.code.text()))?;
                }
                tx.append(id, &urn.setup)
            }
            Made::Fixed(FixedBox { election_text, trustees, .. }) => {
                let (election, trustees) = (election_text.clone(), trustees.to_text());
                tx.await_setup(id, &AwaitedSetup { election, trustees })
            }
        }
    }

    fn detail(&self) -> serde_json::Value {
        serde_json::json!({
            "box": self.name,
            "election": self.urn.election().uuid(),
            "election_hash": self.urn.election().fingerprint(),
            "eligible": self.roll.len(),
            "spares": self.spares,
        })
    }
}

/// A ballot that is ready to be kept as frozen.
pub(super) struct Frozen {
    basis: Basis,
    boxes: Vec<MadeBox>,
    ballot_key: BallotKey,
    /// The name of its file so far.
    named: Uuid,
    record_time: u64,
    keys: KeyFiles,
}

impl Frozen {
    /// Keeps it. Codes that were made go to whoever asked for it.
    pub(super) fn keep(
        mut self,
        tx: &WriteTx<'_>,
        caller: &Caller,
        by: Option<&ByTwo>,
    ) -> Result<(), FreezeError> {
        let ballot = &self.basis.ballot;
        let now = Basis::read(tx, caller, ballot.uuid.as_str())?;
        if !self.basis.is_same(&now) {
            return Err(FreezeError::Changed);
        }
        for one in &self.boxes {
            one.keep(tx, ballot.id, &self.ballot_key, self.record_time)?;
        }
        let board = self.basis.board.as_ref();
        tx.set_frozen(ballot.id, caller.session().member, board.map(|board| board.id))?;
        let detail = serde_json::json!({
            "ballot": ballot.uuid,
            "board": board.map(|board| &board.name),
            "boxes": self.boxes.iter().map(MadeBox::detail).collect::<Vec<_>>(),
        });
        tx.audit(&caller.actor(), audit::Deed::BallotFrozen, &ByTwo::note(by, &detail)?)?;
        // This transaction found a draft, so no other freezing of it has come about or will.
        self.keys.folder.name_ballot_key(&self.named, &ballot.uuid)?;
        // From here on only the commit can fail; then the files stay and `check` reports them.
        self.keys.made.clear();
        Ok(())
    }
}
