//! The certificate: the tellers' report that officers sign (design section 8).
//!
//! What is known goes in as [`Facts`]; what follows from it (totals, decisions, the plain sentences, local times) is worked
//! out by [`Certificate::new`] and never taken from anybody. A certificate whose numbers do not reconcile cannot be made.
//! Its bytes are RFC 8785 canonical JSON with whole numbers only, so that everybody who makes it from the same facts signs
//! the same bytes; [`Certificate::parse`] takes nothing that [`Certificate::new`] would not have made.

mod build;
mod delivery;
mod from_record;
mod particulars;
mod parts;
mod remarks;
mod statement;
#[cfg(test)]
mod tests;

pub use from_record::{
    BoxRecord, Difference, FromRecordError, IssuedBox, Issuer, IssuerBoard, TellerName, VoidWatch,
    check_against,
};

pub use delivery::{
    AnswerFacts, AnswerReport, DeliveryFacts, DeliveryReport, MAX_WARNING_ANSWER, UnknownWarning, Warning,
    Way, WayReport,
};
pub use particulars::{
    AuditHead, Correction, MAX_PAGE, MAX_REASON, NoticeFacts, NoticeReport, NoticeSent, ObjectionFacts,
    ObjectionReport, ObjectionsReport, Particulars, RollObjections, SentHow, TurnoutCell,
};
pub use parts::{
    AnswerCount, BallotReport, BoardReport, BoxReport, CodesReport, Moment, QuestionCount, QuestionReport,
    QuestionVotes, RecordReport, TellerReport, Tellers, VotesReport,
};

use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::hash::HexHash;
use scrutineer_rules::{CountError, DecideError, Rule};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::description::Officers;
use crate::file::{Choose, Codes};
use crate::reconcile::Mismatch;
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
    /// What is known beside the records.
    pub particulars: Particulars,
}

/// The ballot itself, with its times in seconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BallotFacts {
    /// The ballot's identifier, as on the description line.
    pub id: Uuid,
    /// What the ballot is called.
    pub title: String,
    /// The delegate's text below the title, as on the record, if there is any.
    pub description: Option<String>,
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
    number: u32,
    corrects: Option<Correction>,
    union: String,
    ballot: BallotReport,
    codes: Codes,
    tellers: Tellers,
    officers: Officers,
    receipts: KeyFingerprint,
    eligible: u64,
    cast: u64,
    questions: Vec<QuestionReport>,
    turnout: Vec<TurnoutCell>,
    boxes: Vec<BoxReport>,
    remarks: Vec<String>,
    delivery: Option<DeliveryReport>,
    notice: Option<NoticeReport>,
    objections: ObjectionsReport,
    audit: Option<AuditHead>,
    keep_days: u32,
    page: Option<String>,
    setting: Vec<String>,
    statement: String,
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

    /// The facts that it was made from: with other [`Particulars`] they make the certificate again.
    ///
    /// # Errors
    /// None for a certificate that was read or made; a rule's text is parsed again.
    pub fn facts(&self) -> Result<Facts, CertificateError> {
        build::facts(self)
    }

    /// SHA-256 of the document's bytes: by it a correction names what it corrects.
    ///
    /// # Errors
    /// As [`Self::to_bytes`].
    pub fn sha256(&self) -> Result<HexHash, CertificateError> {
        Ok(HexHash::of(&self.to_bytes()?))
    }

    /// Which certificate of the ballot it is, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The certificate that it corrects.
    pub fn corrects(&self) -> Option<&Correction> {
        self.corrects.as_ref()
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

    /// Turnout by unit, small units together; empty where no part can be shown.
    pub fn turnout(&self) -> &[TurnoutCell] {
        &self.turnout
    }

    /// The boxes.
    pub fn boxes(&self) -> &[BoxReport] {
        &self.boxes
    }

    /// What a reader must know of the boxes: those whose result can show how people voted.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// How far voting codes came, and what could have changed an outcome; none where nothing was delivered (a rehearsal).
    pub fn delivery(&self) -> Option<&DeliveryReport> {
        self.delivery.as_ref()
    }

    /// The same in plain sentences.
    pub fn delivery_sentences(&self) -> Vec<String> {
        statement::delivery_sentences(self)
    }

    /// How the ballot was announced, if it was.
    pub fn notice(&self) -> Option<&NoticeReport> {
        self.notice.as_ref()
    }

    /// Observers' objections to the result.
    pub fn objections(&self) -> &ObjectionsReport {
        &self.objections
    }

    /// The head of the audit log when it was made.
    pub fn audit(&self) -> Option<AuditHead> {
        self.audit
    }

    /// Days for which the ballot's papers are kept.
    pub fn keep_days(&self) -> u32 {
        self.keep_days
    }

    /// The address of its public page.
    pub fn page(&self) -> Option<&str> {
        self.page.as_deref()
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
