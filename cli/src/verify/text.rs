//! What people read of a verification.

use std::path::Path;

use scrutineer_ballot::fingerprint::Fingerprint;
use scrutineer_ballot::terms::Terms;
use scrutineer_protocol::verify::{Check, Level, QuestionCount, Report};
use scrutineer_rules::Verdict;

use super::Checked;
use super::certificate::Folder;
use super::together::Joint;
use crate::exit::Exit;

/// Counts are only told of a record that verifies.
pub(crate) fn counts(report: &Report) -> Option<&[QuestionCount]> {
    report.counts.as_deref().filter(|_| report.ok())
}

/// So are decisions, unless they are for all boxes of the ballot together.
pub(crate) fn decisions(checked: &Checked) -> Option<&[Option<Verdict>]> {
    let outcome = checked.outcome.as_ref().filter(|_| checked.report.ok())?;
    Some(outcome.decisions.as_slice()).filter(|decisions| !decisions.is_empty())
}

/// Whether no check fails.
pub(super) fn hold(checks: &[Check]) -> bool {
    checks.iter().all(|check| check.level != Level::Fail)
}

/// One record, with what was found of the certificate if its checks stand among the record's.
pub(super) fn lines(checked: &Checked, folder: Option<&Folder>) -> Vec<String> {
    let Checked { file, report, terms, .. } = checked;
    let mut lines = vec![heading("Record", file)];
    if let Some(folder) = folder {
        lines.push(heading("with the certificate in", folder.path()));
    }
    if let Some(election) = &report.election {
        lines.push(format!("  {} ({})", one_line(election.name()), election.uuid()));
    }
    push_checks(&mut lines, &report.checks);
    if report.election.is_some() {
        let Report { voters, votes, replaced, .. } = report;
        lines.push(format!(
            "  {voters} voting codes, {votes} votes counted, {replaced} replaced by a later vote"
        ));
    }
    lines.extend(terms.iter().flat_map(term_lines));
    let decisions = decisions(checked).unwrap_or_default();
    for (i, question) in counts(report).unwrap_or_default().iter().enumerate() {
        push_question(&mut lines, i + 1, question, decisions.get(i));
    }
    if let Some(terms) = terms {
        lines.push("  Who has to be trusted, and for what:".to_owned());
        lines.extend(terms.line.setting_sentences().iter().map(|sentence| format!("    {sentence}")));
    }
    lines.push(verdict(report, folder.is_some()).to_owned());
    if terms.as_ref().is_some_and(|terms| terms.line.is_practice()) {
        lines.push("This was a PRACTICE ballot.".to_owned());
    }
    lines
}

/// A record that verifies, among many.
pub(super) fn one_record(checked: &Checked) -> String {
    let Checked { file, report, terms, .. } = checked;
    let name = terms.as_ref().map(|terms| one_line(&terms.line.box_name)).unwrap_or_default();
    let level = if report.level() == Level::Warning { "warning" } else { "ok" };
    let result = if report.complete { "" } else { ", no result yet" };
    format!("  {level:<7}  {name}: {} votes counted{result}  ({})", report.votes, file.display())
}

/// All boxes of a ballot.
pub(super) fn together(joint: &Joint<'_>) -> Vec<String> {
    let title = joint.records.first().map(|one| one_line(one.election.name())).unwrap_or_default();
    let mut lines = vec![format!("{title}: {} of {} boxes", joint.records.len(), joint.of_ballot())];
    push_checks(&mut lines, &joint.checks);
    if let Some(together) = &joint.together {
        lines.push(format!("  {} of {} eligible members voted", together.cast, together.eligible));
        for (i, question) in together.counts.iter().enumerate() {
            push_question(&mut lines, i + 1, question, together.decisions.get(i));
        }
    }
    lines.push(String::new());
    lines
}

/// A certificate of several records.
pub(super) fn certificate(folder: &Folder, checks: &[Check]) -> Vec<String> {
    let mut lines = vec![heading("Certificate in", folder.path())];
    push_checks(&mut lines, checks);
    lines
}

fn heading(what: &str, path: &Path) -> String {
    format!("{what} {}", path.display())
}

fn push_checks(lines: &mut Vec<String>, checks: &[Check]) {
    let width = checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    for Check { name, level, detail } in checks {
        let level = match level {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Fail => "FAIL",
        };
        lines.push(format!("  {level:<7}  {name:<width$}  {}", one_line(detail)));
    }
}

fn term_lines(terms: &Terms) -> Vec<String> {
    let line = &terms.line;
    let mut lines =
        vec![format!("  {} members were eligible; {} codes were spares", line.eligible, line.spares)];
    if let Some(board) = terms.board {
        lines.push(format!(
            "  The count takes {} of {} tellers, whose board has the words: {}",
            board.threshold,
            board.size,
            Fingerprint::of_digest(board.fingerprint.digest())
        ));
    }
    lines
}

fn push_question(
    lines: &mut Vec<String>,
    number: usize,
    question: &QuestionCount,
    decision: Option<&Option<Verdict>>,
) {
    lines.push(format!("  Question {number}: {}", one_line(&question.question)));
    for answer in &question.answers {
        lines.push(format!("    {:>9}  {}", answer.votes, one_line(&answer.answer)));
    }
    if let Some(blank) = question.blank {
        lines.push(format!("    {blank:>9}  (blank)"));
    }
    match decision {
        None => {}
        Some(None) => lines.push("    No rule was fixed for this question.".to_owned()),
        Some(Some(verdict)) => {
            lines.extend(verdict.sentences().iter().map(|sentence| format!("    {}", one_line(sentence))));
        }
    }
}

fn verdict(report: &Report, certified: bool) -> &'static str {
    match (report.ok(), report.complete, report.level()) {
        (false, ..) if certified => "This record and its certificate do NOT verify.",
        (false, ..) => "This record does NOT verify.",
        (true, false, _) => "This record is right so far; it has no result yet.",
        (true, true, Level::Warning) if certified => {
            "This record and its certificate verify, with the warnings above."
        }
        (true, true, Level::Warning) => "This record verifies, with the warnings above.",
        (true, true, _) if certified => "This record and its certificate verify.",
        (true, true, _) => "This record verifies.",
    }
}

/// The last line of several records.
pub(super) fn summary(worst: Exit, records: usize, belong: bool, certificate: Option<bool>) -> String {
    match (worst, certificate) {
        (Exit::No, _) if !belong => {
            "These records do NOT verify together: see what is said of the boxes above.".to_owned()
        }
        (Exit::Yes, None) => format!("All {records} records verify."),
        (Exit::Yes, Some(_)) => format!("All {records} records and their certificate verify."),
        (Exit::No, Some(false)) => "The certificate does NOT hold for these records.".to_owned(),
        (Exit::No, _) => format!("Of {records} records not all verify."),
        (Exit::Error, _) => format!("Of {records} records not all could be checked."),
    }
}

/// A text from a record as it may be shown on a terminal: on one line, without characters that act instead of being seen.
pub(crate) fn one_line(text: &str) -> String {
    let acts = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
    };
    text.chars().map(|c| if acts(c) { ' ' } else { c }).collect()
}
