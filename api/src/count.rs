//! The count: tellers' shares, results, certificate and its signatures.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
}
