//! The JSON documents of `verify` (design section 8).

use std::path::Path;

use scrutineer_ballot::description::CountOpener;
use scrutineer_ballot::file::Codes;
use scrutineer_ballot::terms::Terms;
use scrutineer_protocol::election::Election;
use scrutineer_protocol::verify::{Check, QuestionCount};
use scrutineer_rules::Verdict;
use serde::Serialize;

use super::together::{Joint, Member};
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

/// A file, and what became of checking it.
pub(super) type Found<'a> = (&'a Path, Result<&'a Checked, &'a anyhow::Error>);

/// The document of several records.
#[derive(Serialize)]
pub(crate) struct Documents<'a> {
    ok: bool,
    /// The one ballot whose boxes all records are.
    #[serde(flatten)]
    ballot: Option<JointDocument<'a>>,
    records: Vec<RecordDocument<'a>>,
    /// Ballots of which there are records of several boxes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ballots: Vec<JointDocument<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<CertificateDocument<'a>>,
}

/// The boxes of one ballot together.
#[derive(Clone, Serialize)]
struct JointDocument<'a> {
    ballot: BallotDocument<'a>,
    complete: bool,
    voters: u64,
    votes: u64,
    replaced: u64,
    eligible: u64,
    spares: u64,
    tellers: Option<CountOpener>,
    codes: Option<Codes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<&'a [QuestionCount]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decisions: Option<&'a [Option<Verdict>]>,
    checks: &'a [Check],
}

#[derive(Clone, Serialize)]
struct BallotDocument<'a> {
    id: &'a str,
    name: &'a str,
    /// How many boxes it has.
    boxes: u32,
}

impl<'a> JointDocument<'a> {
    fn new(joint: &'a Joint<'a>) -> Self {
        let sum =
            |number: fn(&Member<'a>) -> u64| joint.records.iter().map(number).fold(0, u64::saturating_add);
        let first = joint.records.first();
        Self {
            ballot: BallotDocument {
                id: first.map_or("", |one| one.terms.line.ballot.as_str()),
                name: first.map_or("", |one| one.election.name()),
                boxes: joint.of_ballot(),
            },
            complete: joint.together.is_some(),
            voters: sum(|one| one.checked.report.voters),
            votes: sum(|one| one.checked.report.votes),
            replaced: sum(|one| one.checked.report.replaced),
            eligible: sum(|one| one.terms.line.eligible),
            spares: sum(|one| one.terms.line.spares),
            tellers: first.map(|one| one.terms.line.tellers),
            codes: first.map(|one| one.terms.line.codes),
            counts: joint.together.as_ref().map(|together| together.counts.as_slice()),
            decisions: joint.together.as_ref().map(|together| together.decisions.as_slice()),
            checks: &joint.checks,
        }
    }
}

#[derive(Serialize)]
struct RecordDocument<'a> {
    file: String,
    /// The box, where the ballot has several.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none")]
    box_name: Option<&'a str>,
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
        found: &[Found<'a>],
        joints: &'a [Joint<'a>],
        certificate: Option<&'a [Check]>,
    ) -> Self {
        let record = |(file, checked): &Found<'a>| RecordDocument {
            file: file.display().to_string(),
            box_name: checked.ok().and_then(box_name),
            outcome: match checked {
                Ok(checked) => OutcomeDocument::Checked(Document::new(checked)),
                Err(error) => {
                    let error = MessageDocument { message: sentence(error) };
                    OutcomeDocument::Failed { ok: false, error }
                }
            },
        };
        let ballot = match joints {
            [only] if only.records.len() == found.len() => Some(JointDocument::new(only)),
            _ => None,
        };
        Self {
            ok: worst == Exit::Yes,
            ballot,
            ballots: joints.iter().map(JointDocument::new).collect(),
            records: found.iter().map(record).collect(),
            certificate: certificate.map(|checks| CertificateDocument { ok: text::hold(checks), checks }),
        }
    }
}

/// The name of a box, where its ballot has several.
fn box_name(checked: &Checked) -> Option<&str> {
    checked
        .terms
        .as_ref()
        .map(|terms| &terms.line)
        .filter(|line| line.boxes > 1)
        .map(|line| line.box_name.as_str())
}
