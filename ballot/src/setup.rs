//! What freezing makes of one box: its election, its keys, its codes and the beginning of its record.
//!
//! Server and rehearsal go through here, so that a rehearsed record is made exactly as a real one.

use rand_core::CryptoRng;
use rayon::prelude::*;
use scrutineer_protocol::ParseError;
use scrutineer_protocol::Point;
use scrutineer_protocol::credential::{Credential, CredentialError, NewList, new_list};
use scrutineer_protocol::election::{Draft, Election, ElectionError, Uuid};
use scrutineer_protocol::event::{Entry, EventError, State};
use scrutineer_protocol::group::Encoding;
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::question::{Question, QuestionError};
use scrutineer_protocol::trustee::pedersen::{PedersenError, Threshold, ThresholdError};
use scrutineer_protocol::trustee::{PrivateKey, ThresholdParameters, Trustees};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::code::VotingCode;
use crate::description::{self, CountOpener, DescriptionError, DescriptionLine, Officers};
use crate::file::{self, BallotFile};
use crate::practice;
use crate::signature::KeyFingerprint;

/// Seconds of a day: a record's one time is a midnight (design section 4).
const DAY: i64 = 86_400;

/// What is known before a box is made.
pub struct BoxPlan<'a> {
    /// The ballot that the box belongs to.
    pub ballot: &'a Uuid,
    /// The box's name.
    pub box_name: &'a str,
    /// The ballot file.
    pub file: &'a BallotFile,
    /// Boxes of the ballot.
    pub boxes: u32,
    /// Members who may vote in this box.
    pub eligible: u64,
    /// Codes beyond one a member: this box's part of those that the file asks for ([`crate::boxes::divide_spares`]).
    pub spares: u64,
    /// The salted hash of the frozen roll.
    pub roll: HexHash,
    /// The board that opens the count together with the server; none where the server does alone.
    pub board: Option<&'a ThresholdParameters>,
    /// Who signs the certificate; [`Officers::nobody`] for a practice ballot, whose name then says so too.
    pub officers: Officers,
    /// The key that signs receipts.
    pub receipts: KeyFingerprint,
}

/// A voting code with the public credential that it is in this box: 48 bytes, for there may be a million.
pub struct NewCode {
    /// What the member gets.
    pub code: VotingCode,
    /// What stands on the record.
    pub credential: Encoding,
}

/// A box that is fixed but for its voting codes: its record begins when these are there.
pub struct FixedBox {
    /// Its election, as it stands on the record.
    pub election: Election,
    /// The election's bytes.
    pub election_text: String,
    /// The trustees: the server's key, then the board.
    pub trustees: Trustees,
    /// The server's own key of this box.
    ///
    /// # Security
    /// Together with k tellers' shares it opens single votes; it is destroyed when the result is there.
    pub server_key: PrivateKey,
}

/// A box that has just been made, codes and all.
pub struct NewBox {
    /// Its election, as it stands on the record.
    pub election: Election,
    /// The trustees: the server's key, then the board.
    pub trustees: Trustees,
    /// The server's own key of this box.
    ///
    /// # Security
    /// See [`FixedBox::server_key`].
    pub server_key: PrivateKey,
    /// One code for each eligible member, then the spares. The order says nothing about the record, whose
    /// list of credentials is sorted.
    pub codes: Vec<NewCode>,
    /// The record's first step.
    pub setup: Entry,
}

/// Why a box cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SetupError {
    /// The board's keys do not hold together.
    #[error("the board of tellers cannot be used: {0}")]
    Board(#[from] PedersenError),
    /// The board is not of a size that a ballot may rest on.
    #[error("the board of tellers cannot be used: {0}")]
    Threshold(#[from] ThresholdError),
    /// The description line cannot be written.
    #[error(transparent)]
    Description(#[from] DescriptionError),
    /// A question that the record's format does not take.
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// The election does not read back.
    #[error(transparent)]
    Election(#[from] ElectionError),
    /// A credential does not read back, or two are the same.
    #[error(transparent)]
    Credentials(#[from] CredentialError),
    /// A code is no credential.
    #[error(transparent)]
    Code(#[from] ParseError),
    /// The record does not begin.
    #[error(transparent)]
    Event(#[from] EventError),
}

impl BoxPlan<'_> {
    /// Makes the box with a new uuid, a new key of the server and new codes; `made` is told of every few thousand codes.
    ///
    /// # Errors
    /// Where the board cannot be used, or the ballot cannot be written in the record's format.
    pub fn make(&self, rng: &mut impl CryptoRng, made: impl FnMut(u64)) -> Result<NewBox, SetupError> {
        let FixedBox { election, election_text, trustees, server_key } = self.fix(rng)?;
        let codes = new_codes(election.uuid(), self.eligible.saturating_add(self.spares), rng, made)?;
        let credentials = new_list(codes.iter().map(|code| code.credential).collect())?;
        let setup = begin_record(&election_text, &trustees.to_text(), credentials)?;
        Ok(NewBox { election, trustees, server_key, codes, setup })
    }

    /// Makes the box with a new uuid and a new key of the server, but without codes: a registrar makes them elsewhere.
    ///
    /// # Errors
    /// As [`Self::make`].
    pub fn fix(&self, rng: &mut impl CryptoRng) -> Result<FixedBox, SetupError> {
        let uuid = Uuid::random(rng);
        let server_key = PrivateKey::generate(rng);
        let opener = self.check_board()?;
        let boards = self.board.cloned().into_iter().collect();
        let trustees = Trustees::new(vec![server_key.public_key(rng)], boards);
        let line = DescriptionLine {
            v: description::VERSION,
            ballot: self.ballot.clone(),
            box_name: self.box_name.to_owned(),
            eligible: self.eligible,
            spares: self.spares,
            roll: self.roll,
            rules: self.file.questions.iter().map(rule_text).collect(),
            tellers: opener,
            codes: self.file.codes,
            officers: self.officers.clone(),
            receipts: self.receipts,
            closes: self.file.closes,
            boxes: self.boxes,
        };
        let text = self.file.description.as_deref().unwrap_or_default();
        let description = description::compose(text, &line)?;
        let questions = questions(self.file)?;
        let name = practice::name(&self.file.title, &self.officers);
        let draft = Draft::new(uuid, name, description, trustees.election_key(), questions);
        let election_text = draft.to_text();
        let election = Election::parse(election_text.as_bytes())?;
        Ok(FixedBox { election, election_text, trustees, server_key })
    }

    fn check_board(&self) -> Result<CountOpener, SetupError> {
        let Some(board) = self.board else { return Ok(CountOpener::Server) };
        board_fingerprint(board).map(CountOpener::Board)
    }
}

/// The fingerprint of a board (design section 3), after checking that its key is made as it should be.
///
/// # Errors
/// See [`SetupError`].
pub fn board_fingerprint(board: &ThresholdParameters) -> Result<HexHash, SetupError> {
    board.verify()?;
    let certificates = board.certificates()?;
    let threshold = certificates.threshold();
    Threshold::for_board(threshold.needed(), threshold.size())?;
    Ok(HexHash::from_digest(certificates.fingerprint()))
}

/// Credentials of a list that are hashed together.
const HASHED_AT_ONCE: usize = 4096;
/// Codes that are made together, on all cores.
const BATCH: u64 = 4096;

/// Makes so many voting codes for a box; `made` is told of every few thousand.
///
/// # Errors
/// [`SetupError::Code`]; it does not happen with codes that are made here.
pub fn new_codes(
    uuid: &Uuid,
    number: u64,
    rng: &mut impl CryptoRng,
    mut made: impl FnMut(u64),
) -> Result<Vec<NewCode>, SetupError> {
    let mut codes = Vec::with_capacity(usize::try_from(number).unwrap_or_default());
    let mut left = number;
    while left > 0 {
        let batch = left.min(BATCH);
        let drawn: Vec<VotingCode> = (0..batch).map(|_| VotingCode::generate(rng)).collect();
        let with_credential = |code: VotingCode| {
            let credential = Encoding::from(&public_credential(&code, uuid)?);
            Ok::<_, ParseError>(NewCode { code, credential })
        };
        codes.extend(drawn.into_par_iter().map(with_credential).collect::<Result<Vec<_>, _>>()?);
        left -= batch;
        made(batch);
    }
    Ok(codes)
}

/// The first step of a box's record, from the bytes of its election, its trustees and its list of credentials.
///
/// # Errors
/// [`SetupError::Event`].
pub fn begin_record(election: &str, trustees: &str, credentials: String) -> Result<Entry, SetupError> {
    let (election, trustees) = (election.to_owned(), trustees.to_owned());
    Ok(Entry::setup(&mut State::start(), election, trustees, credentials)?)
}

/// The same from a list that is kept apart, at its place ([`Entry::CREDENTIALS`]), and need not be put together for it.
///
/// # Errors
/// [`SetupError::Event`].
pub fn begin_record_of(election: &str, trustees: &str, list: &NewList) -> Result<Entry, SetupError> {
    let mut hash = Sha256::new();
    list.pieces(HASHED_AT_ONCE).for_each(|piece| hash.update(piece));
    begin_record_hashed(election, trustees, HexHash::from_digest(hash.finalize().into()))
}

/// The same from the hash of the list.
///
/// # Errors
/// [`SetupError::Event`].
pub fn begin_record_hashed(election: &str, trustees: &str, list: HexHash) -> Result<Entry, SetupError> {
    let (election, trustees) = (election.to_owned(), trustees.to_owned());
    Ok(Entry::setup_of_list(&mut State::start(), election, trustees, list)?)
}

/// The public credential that a code is in one box.
///
/// # Errors
/// The code is no credential; that does not happen.
pub fn public_credential(code: &VotingCode, uuid: &Uuid) -> Result<Point, ParseError> {
    Ok(*Credential::from_text(&code.credential())?.derive(uuid).public())
}

fn rule_text(question: &file::Question) -> Option<String> {
    question.rule.as_ref().map(|rule| rule.text().to_owned())
}

/// The questions as they stand on the record.
///
/// # Errors
/// Where the record's format does not take one.
pub fn questions(file: &BallotFile) -> Result<Vec<Question>, QuestionError> {
    file.questions.iter().map(question).collect()
}

fn question(question: &file::Question) -> Result<Question, QuestionError> {
    Question::homomorphic(
        question.text.clone(),
        question.answers.clone(),
        question.blank,
        question.choose.min,
        question.choose.max,
    )
}

/// The one time on a record that is frozen at `now` (seconds since the epoch): the UTC midnight before, never before
/// the epoch.
#[must_use]
pub fn record_time(now: i64) -> u64 {
    u64::try_from(now - now.rem_euclid(DAY)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::record_time;

    #[test]
    fn a_record_names_its_day_only() {
        let noon = 1_611_230_400;
        assert_eq!(record_time(noon), 1_611_187_200);
        assert_eq!(record_time(1_611_187_200), 1_611_187_200);
        assert_eq!(record_time(1_611_187_199), 1_611_187_200 - 86_400);
        assert_eq!(record_time(-5), 0);
    }
}
