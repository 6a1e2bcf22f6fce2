//! The results of a ballot: the verdict first, then pictures, every number, the certificate. Nothing before the count.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use scrutineer_api::ballot::{Ballot, BallotState};
use scrutineer_api::count::{BoxResults, Certificate, QuestionCount, Results};
use scrutineer_api::role::Role;
use scrutineer_ballot::file::{BallotFile, Choose, Question};
use scrutineer_rules::Verdict;

use super::files;
use super::reader::Reader;
use super::warnings::Warnings;
use crate::actions::certificate::{self, CertificateError};
use crate::actions::results;
use crate::actions::show::{self, Shown};
use crate::app::App;
use crate::domain::pictures::{Counted, Figure, Row};
use crate::domain::words;
use crate::http::problem::Problem;
use crate::i18n::Texts;

#[derive(Template)]
#[template(path = "results.html")]
struct Page<'a> {
    reader: &'a Reader,
    id: String,
    title: String,
    contact: String,
    /// Why there is nothing to show yet, or ever.
    notes: Vec<String>,
    questions: Vec<Outcome>,
    certificate: Option<Signed>,
    warnings: Option<Warnings>,
    /// Whether the reader may answer warnings now.
    answers: bool,
}

/// What a question came to.
pub(super) struct Outcome {
    pub(super) question: String,
    pub(super) verdict: String,
    pub(super) conditions: Vec<String>,
    /// Further ones, where there are many: those that do not hold come before the others.
    pub(super) more: Vec<String>,
    pub(super) rule: Option<String>,
    figures: Vec<Figure>,
    pub(super) rows: Vec<Row>,
    /// Whether there are votes that choose no answer, so that those that do are worth a column.
    pub(super) blank: bool,
    /// Whether shares may add up to more than the whole.
    several: bool,
    /// What each box came to, where there are several.
    boxes: Vec<BoxRow>,
    answers: Vec<String>,
}

/// What a box came to.
struct BoxRow {
    name: String,
    election: String,
    eligible: String,
    cast: String,
    votes: Vec<String>,
    blank: Option<String>,
}

/// Conditions that are shown at once; a ballot may have one for each of hundreds of units.
const CONDITIONS: usize = 12;

/// How far a ballot is certified.
struct Signed {
    state: String,
    /// A correction that is being signed, and objections that are not on the certificate.
    notes: Vec<String>,
    signatures: Vec<String>,
    /// All that were filed, on the certificate or not.
    objections: Vec<String>,
    files: Vec<files::Named>,
    commands: Vec<String>,
}

/// The page.
pub(super) async fn show(
    app: Data<App>,
    mut reader: Reader,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let caller = reader.caller.as_ref();
    let Shown { ballot, file, board, .. } = show::whole(&app, caller, id.into_inner()).await?;
    reader.practice = ballot.practice;
    let t = reader.t;
    let mut page = Page {
        reader: &reader,
        id: ballot.id.clone(),
        title: ballot.title.clone(),
        contact: ballot.contact.clone(),
        notes: Vec::new(),
        questions: Vec::new(),
        certificate: None,
        warnings: None,
        answers: false,
    };
    if matches!(ballot.state, BallotState::Tallied | BallotState::Certified) {
        let found = results::results(&app, caller, ballot.id.clone(), None).await?;
        page.questions = outcomes(t, &file, &found)?;
        page.certificate = Some(certificate_of(t, &app, &reader, &ballot).await?);
        if let Some((newest, signed)) = certificate::newest(&app, caller, ballot.id.clone()).await? {
            page.warnings = Warnings::of(t, &newest);
            page.answers = !signed && caller.is_some_and(|caller| caller.has(Role::Officer));
        }
    } else {
        page.notes = notes(t, &ballot, board);
    }
    reader.page(&page)
}

pub(super) fn outcomes(t: &Texts, file: &BallotFile, found: &Results) -> Result<Vec<Outcome>, Problem> {
    let mut outcomes = Vec::new();
    let questions = file.questions.iter().zip(&found.counts).zip(&found.decisions);
    for (i, ((question, count), decision)) in questions.enumerate() {
        let verdict: Option<Verdict> = decision
            .clone()
            .map(serde_json::from_value)
            .transpose()
            .map_err(|error| Problem::internal(&error))?;
        let counted = Counted {
            question,
            count,
            cast: found.cast,
            eligible: found.eligible,
            verdict: verdict.as_ref(),
        };
        let all = verdict.as_ref().map(|verdict| conditions(t, question, count, verdict));
        let mut conditions = all.unwrap_or_default();
        let more = conditions.split_off(conditions.len().min(CONDITIONS));
        outcomes.push(Outcome {
            question: question.text.clone(),
            verdict: words::verdict(t, question, count, verdict.as_ref()),
            conditions,
            more,
            rule: verdict.as_ref().map(|verdict| verdict.rule.clone()),
            figures: counted.figures(t, i == 0),
            rows: counted.rows(t),
            blank: count.blank.is_some(),
            several: question.choose.max > Choose::ONE.max,
            boxes: found.boxes.iter().map(|one| box_row(t, one, i)).collect(),
            answers: question.answers.clone(),
        });
    }
    Ok(outcomes)
}

/// The conditions of a rule in sentences; where there are many, those that do not hold first.
fn conditions(t: &Texts, question: &Question, count: &QuestionCount, verdict: &Verdict) -> Vec<String> {
    let sentences = words::conditions(t, question, count, verdict);
    if sentences.len() <= CONDITIONS || sentences.len() != verdict.conditions.len() {
        return sentences;
    }
    let (mut failed, held): (Vec<_>, Vec<_>) =
        sentences.into_iter().zip(&verdict.conditions).partition(|(_, condition)| !condition.holds);
    failed.extend(held);
    failed.into_iter().map(|(sentence, _)| sentence).collect()
}

/// What a box came to in the question with this index.
fn box_row(t: &Texts, one: &BoxResults, index: usize) -> BoxRow {
    let count = one.counts.get(index);
    BoxRow {
        name: one.name.clone(),
        election: one.election.clone(),
        eligible: t.number(one.eligible),
        cast: t.number(one.cast),
        votes: count
            .map(|count| count.answers.iter().map(|one| t.number(one.votes)).collect())
            .unwrap_or_default(),
        blank: count.and_then(|count| count.blank).map(|blank| t.number(blank)),
    }
}

/// When there will be a result, or why there is none.
fn notes(t: &Texts, ballot: &Ballot, board: Option<(usize, usize)>) -> Vec<String> {
    let timed = |seconds: Option<i64>, with: &str, without: &str| match seconds {
        Some(seconds) => t.with(with, &[("time", words::time(t, &ballot.time_zone, seconds).into())]),
        None => t.get(without),
    };
    match ballot.state {
        BallotState::Draft | BallotState::Frozen => {
            vec![timed(ballot.opens, "results-frozen-opens", "results-frozen")]
        }
        BallotState::Open => vec![timed(ballot.closes, "results-open-closes", "results-open")],
        BallotState::Closed => {
            let mut notes = vec![timed(ballot.closes, "results-closed-at", "results-closed")];
            if let Some((needed, _)) = board {
                let opened = ballot.boxes.iter().map(|one| one.opened_by.len()).min().unwrap_or_default();
                let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
                let numbers = [("needed", number(needed).into()), ("opened", number(opened).into())];
                notes.push(t.with("results-closed-tellers", &numbers));
            }
            notes
        }
        BallotState::Cancelled => {
            let reason = ballot.cancelled_because.as_deref().unwrap_or_default();
            vec![t.with("results-cancelled", &[("reason", reason.into())])]
        }
        BallotState::Tallied | BallotState::Certified => Vec::new(),
    }
}

async fn certificate_of(t: &Texts, app: &App, reader: &Reader, ballot: &Ballot) -> Result<Signed, Problem> {
    let none = |state| Signed {
        state,
        notes: Vec::new(),
        signatures: Vec::new(),
        objections: Vec::new(),
        files: Vec::new(),
        commands: Vec::new(),
    };
    match certificate::certificate(app, reader.caller.as_ref(), ballot.id.clone(), None).await {
        Ok(found) => Ok(signed(t, &found, &ballot.time_zone)),
        Err(CertificateError::Practice) => Ok(none(t.get("results-certificate-practice"))),
        Err(CertificateError::Refused(reason)) => {
            Ok(none(t.with("results-certificate-none", &[("reason", reason.into())])))
        }
        Err(error) => Err(error.into()),
    }
}

/// How far a certificate is signed, in a sentence.
pub(super) fn signed_so_far(t: &Texts, found: &Certificate) -> String {
    let count = u64::try_from(found.signatures.len()).unwrap_or(u64::MAX);
    let numbers = [("signed", count.into()), ("needed", found.needed.into())];
    if count >= found.needed {
        t.with("results-certificate-complete", &numbers)
    } else {
        t.with("results-certificate-waits", &numbers)
    }
}

fn signed(t: &Texts, found: &Certificate, zone: &str) -> Signed {
    let state = signed_so_far(t, found);
    let signatures = found.signatures.iter().map(|one| {
        let args = [("member", (&one.member_no).into()), ("key", (&one.key).into())];
        t.with("results-signed-by", &args)
    });
    let objections = found.objections.iter().map(|one| {
        let args = [
            ("number", u64::from(one.number).into()),
            ("name", (&one.name).into()),
            ("member", (&one.member_no).into()),
            ("time", words::time(t, zone, one.filed_at).into()),
        ];
        t.with("certificate-objection", &args)
    });
    let commands = found.signatures.iter().map(|one| {
        let (no, file) = (quoted(&one.member_no), quoted(&files::signature_name(&one.member_no)));
        format!(
            "ssh-keygen -Y verify -f allowed_signers -I {no} -n scrutineer-certificate -s {file} < certificate.json"
        )
    });
    Signed {
        state,
        notes: notes_on(t, found),
        signatures: signatures.collect(),
        objections: objections.collect(),
        files: files::all(found),
        commands: commands.collect(),
    }
}

/// What has come since a certificate was fixed: a correction, objections.
pub(super) fn notes_on(t: &Texts, found: &Certificate) -> Vec<String> {
    let newest = found.certificates.last().filter(|newest| newest.number != found.number);
    let correcting = newest.map(|newest| {
        let numbers = [
            ("number", u64::from(newest.number).into()),
            ("signed", newest.signatures.into()),
            ("needed", found.needed.into()),
        ];
        t.with("certificate-correcting", &numbers)
    });
    let on_it = scrutineer_ballot::certificate::Certificate::parse(found.certificate.as_bytes());
    let on_it = on_it.map_or(0, |certificate| certificate.objections().filed.len());
    let late = found.objections.iter().skip(on_it).map(|objection| {
        t.with("certificate-objection-late", &[("number", u64::from(objection.number).into())])
    });
    correcting.into_iter().chain(late).collect()
}

/// A word as a shell takes it; member numbers have no quotation marks.
fn quoted(word: &str) -> String {
    if word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')) {
        word.to_owned()
    } else {
        format!("'{word}'")
    }
}
