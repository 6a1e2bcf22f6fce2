//! The JSON documents of `verify` (design section 8).

use std::path::Path;

use scrutineer_ballot::description::CountOpener;
use scrutineer_ballot::file::Codes;
use scrutineer_ballot::terms::Terms;
use scrutineer_protocol::election::Election;
use scrutineer_protocol::verify::{Check, QuestionCount};
use scrutineer_rules::Verdict;
use serde::Serialize;

use super::{Checked, text};
use crate::exit::Exit;
use crate::printer::sentence;

/// The document of one record.
#[derive(Serialize)]
pub(crate) struct Document<'a> {
    ok: bool,
    complete: bool,
    /// Null where it could not be read.
    election: Option<ElectionDocument<'a>>,
    voters: u64,
    votes: u64,
    replaced: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<&'a [QuestionCount]>,
    #[serde(flatten)]
    terms: Option<TermsDocument>,
    /// What `decide --json` prints, for each question; null where it has no rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    decisions: Option<&'a [Option<Verdict>]>,
    checks: &'a [Check],
}

#[derive(Serialize)]
struct ElectionDocument<'a> {
    uuid: &'a str,
    name: &'a str,
    hash: String,
}

/// What only a record of ours says, as on its description line.
#[derive(Serialize)]
struct TermsDocument {
    eligible: u64,
    spares: u64,
    tellers: CountOpener,
    codes: Codes,
}

impl From<&Terms> for TermsDocument {
    fn from(Terms { line, .. }: &Terms) -> Self {
        Self { eligible: line.eligible, spares: line.spares, tellers: line.tellers, codes: line.codes }
    }
}

impl<'a> Document<'a> {
    /// The document of what was found.
    pub(crate) fn new(checked: &'a Checked) -> Self {
        let report = &checked.report;
        let election = |election: &'a Election| ElectionDocument {
            uuid: election.uuid().as_str(),
            name: election.name(),
            hash: election.fingerprint().to_string(),
        };
        Self {
            ok: report.ok(),
            complete: report.complete,
            election: report.election.as_ref().map(election),
            voters: report.voters,
            votes: report.votes,
            replaced: report.replaced,
            counts: text::counts(report),
            terms: checked.terms.as_ref().map(TermsDocument::from),
            decisions: text::decisions(checked),
            checks: &report.checks,
        }
    }
}

/// The document of several records.
#[derive(Serialize)]
pub(super) struct Documents<'a> {
    ok: bool,
    records: Vec<RecordDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<CertificateDocument<'a>>,
}

#[derive(Serialize)]
struct RecordDocument<'a> {
    file: String,
    #[serde(flatten)]
    outcome: OutcomeDocument<'a>,
}

#[derive(Serialize)]
struct CertificateDocument<'a> {
    ok: bool,
    checks: &'a [Check],
}

#[derive(Serialize)]
#[serde(untagged)]
enum OutcomeDocument<'a> {
    Checked(Document<'a>),
    Failed { ok: bool, error: MessageDocument },
}

#[derive(Serialize)]
struct MessageDocument {
    message: String,
}

impl<'a> Documents<'a> {
    pub(super) fn new(
        worst: Exit,
        found: &'a [(&Path, anyhow::Result<Checked>)],
        certificate: Option<&'a [Check]>,
    ) -> Self {
        let record = |(file, checked): &'a (&Path, anyhow::Result<Checked>)| RecordDocument {
            file: file.display().to_string(),
            outcome: match checked {
                Ok(checked) => OutcomeDocument::Checked(Document::new(checked)),
                Err(error) => {
                    let error = MessageDocument { message: sentence(error) };
                    OutcomeDocument::Failed { ok: false, error }
                }
            },
        };
        Self {
            ok: worst == Exit::Yes,
            records: found.iter().map(record).collect(),
            certificate: certificate.map(|checks| CertificateDocument { ok: text::hold(checks), checks }),
        }
    }
}
