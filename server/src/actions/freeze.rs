//! Freezing a ballot: who may vote, with which codes, under which rule, opened by whom is fixed, and the record begins.
//!
//! One person proposes it and an officer approves ([`super::proposals`]); a practice ballot is frozen at once.
//!
//! The work is done before, in short transactions, and nobody sees anything of it (`freeze/filling.rs`); the last transaction checks
//! that nothing of what it rests on has changed, and shows it. Keys are on disk before that commits, since a frozen ballot without
//! its keys is lost. One ballot is frozen at a time.

mod filling;

use scrutineer_ballot::boxes::{self, BoxesError, Plan};
use scrutineer_ballot::description::Officers;
use scrutineer_ballot::eligibility::{Census, EligibilityError};
use scrutineer_ballot::file::{BallotFile, BallotFileError, Codes, Tellers};
use scrutineer_ballot::proposal::{Announced, Board, Content, Freeze, Person, Question, Urn};
use scrutineer_ballot::roll::RollDigest;
use scrutineer_ballot::setup::{SetupError, board_fingerprint};
use scrutineer_ballot::signature::KeyFingerprintError;
use scrutineer_protocol::ParseError;
use scrutineer_protocol::trustee::ThresholdParameters;
use sha2::{Digest, Sha256};
use thiserror::Error;

pub(super) use filling::{make, wipe, wipe_left};

use super::announced::{self, NotYet};
use super::ballot_deed::{self, BallotRefusal};
use super::draft;
use super::proposals::{Asked, Means, circumstances, propose};
use crate::app::{App, Settings};
use crate::auth::caller::Caller;
use crate::domain::life::BallotDeed;
use crate::domain::two_people::{Decision, Deed, decide};
use crate::store::{BallotRow, BoardRow, CertificateKey, Error as StoreError, OpenError, Tx, WriteTx};

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
            let content = basis.content(tx, &means.settings)?;
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
    let _alone = app.freezing.lock().await;
    let frozen = make(app, caller, basis).await;
    let kept = match frozen {
        Ok(frozen) => {
            let caller = caller.clone();
            app.store.write("freeze ballot", move |tx| frozen.keep(tx, &caller, None)).await
        }
        Err(error) => Err(error),
    };
    if kept.is_err() {
        wipe(app).await;
    }
    kept.map(Asked::Done)
}

/// What freezing rests on, as it was at one moment.
pub(super) struct Basis {
    ballot: BallotRow,
    file: BallotFile,
    /// How often the roll had changed.
    roll: i64,
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
        let (roll, officers) = (tx.roll_changes()?, tx.officers_keys()?);
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

    /// The boxes of those who may vote by the roll as it is in the transaction that read this, and the hash of all of them.
    fn counted(&self, tx: &Tx<'_>) -> Result<(Plan, [u8; 32]), FreezeError> {
        let (mut census, mut everybody) = (Census::of(&self.file.eligible), RollDigest::plain());
        tx.each_roll_entry(|entry| {
            if census.count(entry) {
                everybody.add(entry);
            }
        })?;
        Ok((boxes::plan(&self.file, &census.finish()?)?, everybody.finish()))
    }

    /// The boxes with their spare codes.
    fn urns(&self, plan: &Plan) -> Vec<Urn> {
        let sizes: Vec<u64> = plan.boxes().iter().map(|one| one.eligible).collect();
        let spares = boxes::divide_spares(u64::from(self.file.spares), &sizes);
        let urns = plan.boxes().iter().zip(spares);
        urns.map(|(one, spares)| Urn { name: one.name.clone(), eligible: one.eligible, spares }).collect()
    }

    /// What freezing would fix, if it can be done now. In the transaction that read this.
    pub(super) fn content(&self, tx: &Tx<'_>, settings: &Settings) -> Result<Content, FreezeError> {
        let file = &self.file;
        file.validate_at(tx.now())?;
        let Officers { needed, keys } = self.officers(settings.officers_needed)?;
        let board = match (&file.tellers, self.board()?) {
            (Tellers::Board(name), Some(parameters)) => {
                Some(Board { name: name.clone(), fingerprint: board_fingerprint(&parameters)?.to_string() })
            }
            _ => None,
        };
        let (plan, everybody) = self.counted(tx)?;
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
            boxes: self.urns(&plan),
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
            roll_sha256: hex::encode(everybody),
        })))
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
