//! The certificate: the tellers' report that officers sign (design section 8).
//!
//! What is known goes in as [`Facts`]; what follows from it (totals, decisions, the plain sentences, local times) is worked
//! out by [`Certificate::new`] and never taken from anybody. A certificate whose numbers do not reconcile cannot be made.
//! Its bytes are RFC 8785 canonical JSON with whole numbers only, so that everybody who makes it from the same facts signs
//! the same bytes; [`Certificate::parse`] takes nothing that [`Certificate::new`] would not have made.

mod build;
mod from_record;
mod statement;
#[cfg(test)]
mod tests;

pub use from_record::{
    BoxRecord, Difference, FromRecordError, IssuedBox, Issuer, IssuerBoard, TellerName, VoidWatch,
    check_against,
};

use scrutineer_protocol::Point;
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::hash::{Base64Hash, HexHash};
use scrutineer_protocol::verify;
use scrutineer_rules::{CountError, DecideError, Rule, Verdict};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::description::Officers;
use crate::file::{Choose, Codes};
use crate::reconcile::Mismatch;
use crate::roll::MemberNo;
use crate::signature::KeyFingerprint;
use crate::zone::UnknownZone;

/// The version of the document that this program writes and reads.
pub const VERSION: u32 = 1;
/// Most bytes of a certificate.
pub const MAX_CERTIFICATE_BYTES: usize = 32 << 20;

/// Everything that a certificate is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The union's name.
    pub union: String,
    /// The ballot.
    pub ballot: BallotFacts,
    /// Who made the voting codes.
    pub codes: Codes,
    /// Who opened the count.
    pub tellers: Tellers,
    /// Who may sign, and how many must: as on the record's description line.
    pub officers: Officers,
    /// The key with which receipts were signed: as on the record's description line.
    pub receipts: KeyFingerprint,
    /// The questions in order.
    pub questions: Vec<QuestionFacts>,
    /// The boxes in order; at least one.
    pub boxes: Vec<BoxReport>,
}

/// The ballot itself, with its times in seconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BallotFacts {
    /// The ballot's identifier, as on the description line.
    pub id: Uuid,
    /// What the ballot is called.
    pub title: String,
    /// The time zone in which times are shown.
    pub time_zone: String,
    /// When voting opened.
    pub opened: i64,
    /// When voting closed.
    pub closed: i64,
    /// When the result was there.
    pub tallied: i64,
}

/// A question apart from its counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionFacts {
    /// The question.
    pub text: String,
    /// How many answers a member could choose.
    pub choose: Choose,
    /// The passage rule, if the question has one.
    pub rule: Option<Rule>,
}

/// The certificate as a document. Every field that follows from others is right, or the value could not exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    v: u32,
    union: String,
    ballot: BallotReport,
    codes: Codes,
    tellers: Tellers,
    officers: Officers,
    receipts: KeyFingerprint,
    eligible: u64,
    cast: u64,
    questions: Vec<QuestionReport>,
    boxes: Vec<BoxReport>,
    setting: Vec<String>,
    statement: String,
}

/// The ballot with its times for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BallotReport {
    /// The ballot's identifier.
    pub id: Uuid,
    /// What the ballot is called.
    pub title: String,
    /// The time zone of the local times, by its IANA name.
    pub time_zone: String,
    /// When voting opened.
    pub opened: Moment,
    /// When voting closed.
    pub closed: Moment,
    /// When the result was there.
    pub tallied: Moment,
}

/// One instant in both forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// Seconds since the epoch.
    pub seconds: i64,
    /// The same as RFC 3339 in the ballot's time zone.
    pub local: String,
}

/// Who opened the count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tellers {
    /// The server alone.
    Server,
    /// A board of tellers together with the server's key.
    Board(BoardReport),
}

/// A board of tellers and who of it opened this count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardReport {
    /// The board's name.
    pub name: String,
    /// The board's fingerprint, as on the description line.
    pub fingerprint: HexHash,
    /// The same as twelve words ([`crate::fingerprint`]).
    pub words: String,
    /// Tellers needed to open a count.
    pub threshold: u32,
    /// Tellers of the board.
    pub size: u32,
    /// Who opened this count, by seat.
    pub opened_by: Vec<TellerReport>,
}

/// One teller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TellerReport {
    /// The seat on the board, from 1.
    pub index: u32,
    /// The teller's member number.
    pub member_no: MemberNo,
    /// The teller's name.
    pub name: String,
}

/// A question with the counts of all boxes together and the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionReport {
    /// The question.
    pub question: String,
    /// How many answers a member could choose.
    pub choose: Choose,
    /// The votes for each answer, in the question's order.
    pub answers: Vec<AnswerCount>,
    /// Blank votes; left out where members could not abstain explicitly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<u64>,
    /// The passage rule applied to the counts; null where the question has none.
    pub decision: Option<Verdict>,
}

/// The votes for one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerCount {
    /// The answer.
    pub answer: String,
    /// Its votes.
    pub votes: u64,
}

/// One box: its record, its codes, its votes, its counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoxReport {
    /// The box's name, as on the description line.
    pub name: String,
    /// The record that the numbers come from.
    pub record: RecordReport,
    /// The voting codes.
    pub codes: CodesReport,
    /// The votes.
    pub votes: VotesReport,
    /// The counts of each question, in order.
    pub questions: Vec<QuestionCount>,
}

/// A record, by every hash that identifies it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordReport {
    /// The election's identifier.
    pub election: Uuid,
    /// The election's fingerprint.
    pub election_hash: Base64Hash,
    /// Height of the last event, the result.
    pub height: u64,
    /// Hash of the last event.
    pub last_event: HexHash,
    /// SHA-256 of the whole archive file.
    pub sha256: HexHash,
    /// Salted hash of the frozen roll, as on the description line.
    pub roll: HexHash,
    /// Credentials on the record.
    pub credentials: u64,
}

/// What became of the voting codes of a box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodesReport {
    /// Codes made.
    pub made: u64,
    /// Members who may vote in this box.
    pub eligible: u64,
    /// Codes made beyond one a member.
    pub spares: u64,
    /// Codes given to members.
    pub handed_out: u64,
    /// Codes given in the place of others.
    pub reissued: u64,
    /// Codes under which a vote counts.
    pub used: u64,
    /// Codes handed out under which no vote stands.
    pub unused: u64,
    /// Public credentials of the void codes, sorted by their text.
    pub void: Vec<Point>,
}

/// The votes of a box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VotesReport {
    /// Votes on the record, replaced ones included.
    pub on_record: u64,
    /// Votes that count.
    pub cast: u64,
    /// Votes that a later one replaced.
    pub replaced: u64,
    /// Members who are noted to have voted.
    pub participation: u64,
}

/// The counts of one question in one box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionCount {
    /// The question.
    pub question: String,
    /// The votes for each answer, in the question's order.
    pub answers: Vec<AnswerCount>,
    /// Blank votes; left out where members could not abstain explicitly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<u64>,
}

/// The counts as a verified record gives them.
impl From<verify::QuestionCount> for QuestionCount {
    fn from(count: verify::QuestionCount) -> Self {
        let answers = count.answers.into_iter();
        let answers = answers.map(|verify::AnswerCount { answer, votes }| AnswerCount { answer, votes });
        Self { question: count.question, answers: answers.collect(), blank: count.blank }
    }
}

/// Why a certificate cannot be made or taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// Too many bytes.
    #[error("the certificate is larger than {} MiB", MAX_CERTIFICATE_BYTES >> 20)]
    TooLarge,
    /// Not the document: malformed JSON, or a field that is missing, unknown, twice or of another type.
    #[error("the certificate cannot be read: {0}")]
    Json(String),
    /// The right document in another spelling than RFC 8785's.
    #[error("the certificate is not in canonical form (RFC 8785): its bytes were changed")]
    NotCanonical,
    /// A newer program wrote it.
    #[error("the certificate has version {0}; this program reads version {VERSION}")]
    Version(u32),
    /// A number that not every reader of JSON reads alike.
    #[error("the certificate contains {0}, which is not a whole number up to 2^53 - 1")]
    Number(String),
    /// The time zone.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    /// Something that no ballot can have, or that contradicts something else.
    #[error("the certificate makes no sense: {0}")]
    Contradiction(String),
    /// Sums that do not hold.
    #[error("the numbers of box {box_name:?} do not reconcile: {}", list(.mismatches))]
    Unreconciled {
        /// The box's name.
        box_name: String,
        /// Every equation that does not hold.
        mismatches: Vec<Mismatch>,
    },
    /// Counts to which no rule can be applied.
    #[error("question {question}: {error}")]
    Counts {
        /// The question, from 1.
        question: usize,
        /// What is wrong with them.
        error: CountError,
    },
    /// A rule that cannot be applied to the counts.
    #[error("question {question}: {error}")]
    Decide {
        /// The question, from 1.
        question: usize,
        /// Why.
        error: DecideError,
    },
    /// A field that follows from others has another value.
    #[error("the certificate's {0} is not what follows from its other fields")]
    NotDerived(&'static str),
}

fn list(mismatches: &[Mismatch]) -> String {
    mismatches.iter().map(Mismatch::to_string).collect::<Vec<_>>().join("; ")
}

impl Certificate {
    /// Makes the certificate: checks the sums of every box, adds the boxes up, applies the rules and writes the sentences.
    ///
    /// # Errors
    /// The numbers do not reconcile, or the facts contradict each other. Void codes under which a vote counts are for the
    /// caller to look for on the record; only their number without such votes can be certified.
    pub fn new(facts: Facts) -> Result<Self, CertificateError> {
        build::certificate(facts)
    }

    /// Reads a certificate, and accepts only bytes that [`Self::to_bytes`] would have written for facts that reconcile.
    ///
    /// # Errors
    /// Says what is wrong with it. Whether its facts are those of the record is for the verifier to see.
    pub fn parse(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::TooLarge);
        }
        let read: Self = serde_json::from_slice(bytes).map_err(|e| CertificateError::Json(e.to_string()))?;
        if read.v != VERSION {
            return Err(CertificateError::Version(read.v));
        }
        if read.to_bytes()? != bytes {
            return Err(CertificateError::NotCanonical);
        }
        build::check_derived(&read)
    }

    /// The document's bytes: RFC 8785 canonical JSON, without a line end. These are what officers sign.
    ///
    /// # Errors
    /// None that can happen with these types; serde does not know that.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CertificateError> {
        serde_json_canonicalizer::to_vec(self).map_err(|e| CertificateError::Json(e.to_string()))
    }

    /// The union's name.
    pub fn union(&self) -> &str {
        &self.union
    }

    /// The ballot.
    pub fn ballot(&self) -> &BallotReport {
        &self.ballot
    }

    /// Who made the voting codes.
    pub fn codes(&self) -> Codes {
        self.codes
    }

    /// Who opened the count.
    pub fn tellers(&self) -> &Tellers {
        &self.tellers
    }

    /// Who may sign, and how many must.
    pub fn officers(&self) -> &Officers {
        &self.officers
    }

    /// The key with which receipts were signed.
    pub fn receipts(&self) -> KeyFingerprint {
        self.receipts
    }

    /// Members who might vote, in all boxes together.
    pub fn eligible(&self) -> u64 {
        self.eligible
    }

    /// Votes that count, in all boxes together.
    pub fn cast(&self) -> u64 {
        self.cast
    }

    /// The questions with the counts of all boxes together and the decisions.
    pub fn questions(&self) -> &[QuestionReport] {
        &self.questions
    }

    /// The boxes.
    pub fn boxes(&self) -> &[BoxReport] {
        &self.boxes
    }

    /// Who has to be trusted, and for what, in plain sentences.
    pub fn setting(&self) -> &[String] {
        &self.setting
    }

    /// The whole certificate in plain words, several lines.
    pub fn statement(&self) -> &str {
        &self.statement
    }
}
