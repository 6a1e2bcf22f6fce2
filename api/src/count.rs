//! The count: tellers' shares, results, certificates and their signatures, observers' objections.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// `POST /api/v1/ballots/{id}/decryptions`: a teller's share of the count.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecryption {
    /// The box; may be left out where the ballot has one.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none", default)]
    pub box_name: Option<String>,
    /// The partial decryption (belenios-v1 section 12), as text.
    pub partial_decryption: String,
    /// The proofs that also bind ciphertexts and factors (an entry of the shares file), as text.
    pub bound_proofs: String,
}

/// The count of one question.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct QuestionCount {
    /// The question.
    pub question: String,
    /// Votes for each answer, in order.
    pub answers: Vec<AnswerCount>,
    /// Blank votes, where they are allowed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub blank: Option<u64>,
}

/// The count of one answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct AnswerCount {
    /// The answer.
    pub answer: String,
    /// Its votes.
    pub votes: u64,
}

/// `GET /api/v1/ballots/{id}/results`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, ToSchema)]
pub struct Results {
    /// The ballot.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The box, where one of several was asked for: its numbers stand here then.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none", default)]
    pub box_name: Option<String>,
    /// The counts, one a question; of all boxes together where the ballot has several.
    pub counts: Vec<QuestionCount>,
    /// Members on the frozen roll.
    pub eligible: u64,
    /// Members whose vote counted.
    pub cast: u64,
    /// The verdict of each question under its rule (as `decide --json` gives it); null where it has none, and for one of
    /// several boxes, which decides nothing by itself.
    #[schema(value_type = Vec<Object>)]
    pub decisions: Vec<Option<serde_json::Value>>,
    /// What each box came to, where the ballot has several.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub boxes: Vec<BoxResults>,
    /// The fewest votes that could have changed an outcome, as on the newest certificate; null where there is none.
    #[serde(default)]
    pub margin: Option<u64>,
    /// Numbers that could have changed an outcome, as on the newest certificate. Nobody signs it before officers have said
    /// something to each.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub warnings: Vec<ResultWarning>,
}

/// A number beside a result that could have changed it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct ResultWarning {
    /// Which: `unreached`, `reissued` or `changed`.
    pub warning: String,
    /// The number.
    pub number: u64,
    /// The margin beside it.
    pub margin: u64,
    /// What an officer says to it.
    pub answer: Option<WarningAnswer>,
}

/// What an officer says to a warning.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct WarningAnswer {
    /// The text, as on the certificate.
    pub text: String,
    /// The officer's number on the roll.
    pub by: String,
    /// The officer's name.
    pub name: String,
}

/// Answers a warning, or answers it anew.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWarningAnswer {
    /// Which warning.
    pub warning: String,
    /// What to say; it stands on the certificate.
    pub text: String,
}

/// The warnings beside a result.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct ResultWarnings {
    /// All that stand.
    pub warnings: Vec<ResultWarning>,
}

/// What one of several boxes came to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct BoxResults {
    /// The box's name.
    #[serde(rename = "box")]
    pub name: String,
    /// Its election.
    pub election: String,
    /// Members on its frozen roll.
    pub eligible: u64,
    /// Members whose vote counted in it.
    pub cast: u64,
    /// The counts, one a question.
    pub counts: Vec<QuestionCount>,
}

/// The query of `GET /api/v1/ballots/{id}/certificate`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CertificateQuery {
    /// Which of the ballot's certificates; left out: the newest that enough officers have signed, or else the newest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<u32>,
}

/// `GET /api/v1/ballots/{id}/certificate`: everything that the folder of a certificate holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Certificate {
    /// `certificate.json`, byte for byte.
    pub certificate: String,
    /// The signatures so far.
    pub signatures: Vec<CertificateSignature>,
    /// How many are needed.
    pub needed: u64,
    /// `allowed_signers`, for `ssh-keygen -Y verify`.
    pub allowed_signers: String,
    /// `shares.json`, byte for byte; of the first box where there are several.
    pub shares: String,
    /// Every box's file of shares, where the ballot has several.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub boxes: Vec<BoxShares>,
    /// Which of the ballot's certificates this is.
    #[serde(default = "first")]
    pub number: u32,
    /// All certificates of the ballot, by number: each but the first corrects the one before it.
    #[serde(default)]
    pub certificates: Vec<CertificateEntry>,
    /// Observers' objections to the result, by number; those that came after the certificate was signed included.
    #[serde(default)]
    pub objections: Vec<Objection>,
}

const fn first() -> u32 {
    1
}

/// One of a ballot's certificates.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct CertificateEntry {
    /// Its number, from 1.
    pub number: u32,
    /// When it was made, seconds since the epoch.
    pub made_at: i64,
    /// Why it corrects the one before it; null for the first.
    pub reason: Option<String>,
    /// How many officers have signed it.
    pub signatures: u64,
}

/// The file of shares that goes with the record of one of several boxes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct BoxShares {
    /// The box's election: the file is called `<election>.shares.json`.
    pub election: String,
    /// The file, byte for byte.
    pub shares: String,
}

/// One officer's signature.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct CertificateSignature {
    /// The officer's member number.
    pub member_no: String,
    /// OpenSSH fingerprint of the key.
    pub key: String,
    /// SSHSIG over the certificate's bytes, namespace `scrutineer-certificate`.
    pub signature: String,
}

/// `POST /api/v1/ballots/{id}/signatures`.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSignature {
    /// SSHSIG over the certificate's bytes, namespace `scrutineer-certificate`.
    pub signature: String,
    /// Which of the ballot's certificates was signed; left out: the newest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<u32>,
}

/// `POST /api/v1/ballots/{id}/corrections`: a new certificate that corrects the newest one.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCorrection {
    /// Why; it stands on the new certificate.
    pub reason: String,
}

/// `POST /api/v1/ballots/{id}/objections`: an observer objects to the result.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewObjection {
    /// The signed bytes: a first line that names the ballot and the last event of each record, an empty line, the
    /// objection.
    pub text: String,
    /// SSHSIG over them, namespace `scrutineer-objection`.
    pub signature: String,
}

/// An observer's objection to a result.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Objection {
    /// Its number in the ballot, from 1.
    pub number: u32,
    /// The observer's member number.
    pub member_no: String,
    /// The observer's name.
    pub name: String,
    /// OpenSSH fingerprint of the key that signed it.
    pub key: String,
    /// The key as one OpenSSH line.
    pub public_key: String,
    /// When it was filed, seconds since the epoch.
    pub filed_at: i64,
    /// The signed bytes.
    pub text: String,
    /// SSHSIG over them, namespace `scrutineer-objection`.
    pub signature: String,
}

/// `GET /api/v1/ballots/{id}/objections`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Objections {
    /// Observers may object before this time, seconds since the epoch.
    pub until: i64,
    /// What the first line of an objection must be.
    pub first_line: String,
    /// The objections, by number.
    pub objections: Vec<Objection>,
}
