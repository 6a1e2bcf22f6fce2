//! What a verification comes to.

use crate::election::Election;
use crate::error::shortened;
use crate::hash::HexHash;
use crate::question::Question;
use crate::tally::ElectionResult;
use crate::trustee::Trustees;
use serde::Serialize;

/// The names of the checks: stable, so that programs can look for them.
pub mod names {
    /// The file: headers, names, filling, an end where a record ends.
    pub const CONTAINER: &str = "container";
    /// Every event is canonical and continues the one before.
    pub const CHAIN: &str = "chain";
    /// What happened happened in an order that is allowed.
    pub const ORDER: &str = "order";
    /// Every event has exactly the data that it needs.
    pub const RECORDS: &str = "records";
    /// The election makes sense.
    pub const ELECTION: &str = "election";
    /// The trustees' keys, and the election's key made of them.
    pub const TRUSTEES: &str = "trustees";
    /// The list of public credentials.
    pub const CREDENTIALS: &str = "credentials";
    /// The credential authority's certificate for that list, where there is one.
    pub const CREDENTIALS_CERTIFICATE: &str = "credentials-certificate";
    /// Every ballot.
    pub const BALLOTS: &str = "ballots";
    /// The encrypted tally, computed again.
    pub const TALLY: &str = "tally";
    /// The trustees' partial decryptions.
    pub const DECRYPTIONS: &str = "decryptions";
    /// The result, computed again.
    pub const RESULT: &str = "result";
    /// The side file with the proofs that bind shares to what they open.
    pub const SHARES: &str = "shares";
    /// An older copy of the record is its beginning.
    pub const OLDER_COPY: &str = "older-copy";

    /// All of them, in the order in which they are reported.
    pub const ALL: [&str; 14] = [
        CONTAINER,
        CHAIN,
        ORDER,
        RECORDS,
        ELECTION,
        TRUSTEES,
        CREDENTIALS,
        CREDENTIALS_CERTIFICATE,
        BALLOTS,
        TALLY,
        DECRYPTIONS,
        RESULT,
        SHARES,
        OLDER_COPY,
    ];
}

/// What a check comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It holds.
    Ok,
    /// Something is odd that does not touch the result, or could not be checked.
    Warning,
    /// It does not hold.
    Fail,
}

/// A named check and its finding. A check that finds several things stands several times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// One of [`names`], or a caller's own.
    pub name: &'static str,
    /// What it comes to.
    pub level: Level,
    /// A sentence for people.
    pub detail: String,
}

/// The counts of one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QuestionCount {
    /// The question's text.
    pub question: String,
    /// Its answers, in order.
    pub answers: Vec<AnswerCount>,
    /// Blank votes, where the question allows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blank: Option<u64>,
}

/// The count of one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerCount {
    /// The answer's text.
    pub answer: String,
    /// How many chose it (the sum of their weights).
    pub votes: u64,
}

/// What a verification found, and what the record says. The numbers and the counts are worth something only if
/// [`Self::ok`] holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// Every check that was made, in the order of [`names::ALL`]; callers add their own.
    pub checks: Vec<Check>,
    /// Whether the record has its result; `false` where the election is still under way.
    pub complete: bool,
    /// The election, if it could be read.
    pub election: Option<Election>,
    /// The trustees, if they could be read.
    pub trustees: Option<Trustees>,
    /// Public credentials on the record.
    pub voters: u64,
    /// Distinct credentials with a counted ballot.
    pub votes: u64,
    /// Ballots that a later one of the same credential replaced.
    pub replaced: u64,
    /// The sum of the weights of the counted ballots; the same as `votes` where voters have no weights.
    pub weight: u64,
    /// Whether the list of credentials gives voters weights.
    pub weighted: bool,
    /// The counts, where the record has a result that verifies.
    pub counts: Option<Vec<QuestionCount>>,
    /// Height and hash of the last event.
    pub head: Option<(u64, HexHash)>,
    /// The hash of the EncryptedTally event: what tellers compare before they open a count.
    pub encrypted_tally_event: Option<HexHash>,
    /// The numbers of the trustees with a valid partial decryption on the record, in ascending order.
    pub decrypted_by: Vec<usize>,
}

impl Report {
    pub(super) fn new(findings: Findings) -> Self {
        Self {
            checks: findings.finish(),
            complete: false,
            election: None,
            trustees: None,
            voters: 0,
            votes: 0,
            replaced: 0,
            weight: 0,
            weighted: false,
            counts: None,
            head: None,
            encrypted_tally_event: None,
            decrypted_by: Vec::new(),
        }
    }

    /// Whether the record verifies: no check fails.
    pub fn ok(&self) -> bool {
        self.level() != Level::Fail
    }

    /// The worst level of all checks.
    pub fn level(&self) -> Level {
        self.checks.iter().map(|check| check.level).max().unwrap_or(Level::Fail)
    }
}

/// Gathers findings by check. Those of one check and level are counted, and the first of them kept: what is held does not
/// grow with a record that is wrong all over.
#[derive(Default)]
pub(super) struct Findings {
    found: Vec<Found>,
    passed: Vec<Check>,
}

/// The findings of one check and level.
struct Found {
    name: &'static str,
    level: Level,
    /// The first of them.
    details: Vec<String>,
    /// How many more there are.
    more: u64,
}

/// The most findings of one check that are told one by one.
const MOST_DETAILS: usize = 20;

impl Findings {
    pub(super) fn fail(&mut self, name: &'static str, detail: String) {
        self.add(name, Level::Fail, detail);
    }

    pub(super) fn warn(&mut self, name: &'static str, detail: String) {
        self.add(name, Level::Warning, detail);
    }

    fn add(&mut self, name: &'static str, level: Level, detail: String) {
        let detail = shortened(detail);
        match self.found.iter_mut().find(|found| found.name == name && found.level == level) {
            None => self.found.push(Found { name, level, details: vec![detail], more: 0 }),
            Some(found) if found.details.len() < MOST_DETAILS => found.details.push(detail),
            Some(found) => found.more += 1,
        }
    }

    /// The check was made to its end. Counts only if it found nothing that fails.
    pub(super) fn pass(&mut self, name: &'static str, detail: String) {
        self.passed.push(Check { name, level: Level::Ok, detail });
    }

    pub(super) fn has_failed(&self, name: &str) -> bool {
        self.found.iter().any(|found| found.name == name && found.level == Level::Fail)
    }

    pub(super) fn finish(mut self) -> Vec<Check> {
        let mut checks = Vec::new();
        for name in names::ALL {
            if !self.has_failed(name) {
                checks.extend(self.passed.iter().filter(|check| check.name == name).cloned());
            }
            for level in [Level::Fail, Level::Warning] {
                let found = self.found.iter_mut().find(|found| found.name == name && found.level == level);
                let Some(found) = found else { continue };
                let details = std::mem::take(&mut found.details).into_iter();
                checks.extend(details.map(|detail| Check { name, level, detail }));
                if found.more > 0 {
                    checks.push(Check {
                        name,
                        level,
                        detail: format!("and {} more of this kind", found.more),
                    });
                }
            }
        }
        checks
    }
}

/// A result with the texts of its questions. `None` where the shapes differ.
pub fn counts(election: &Election, result: &ElectionResult) -> Option<Vec<QuestionCount>> {
    let questions = election.questions();
    if questions.len() != result.result.len() {
        return None;
    }
    questions.iter().zip(&result.result).map(|(question, counts)| question_count(question, counts)).collect()
}

fn question_count(question: &Question, counts: &[crate::json::Weight]) -> Option<QuestionCount> {
    if counts.len() != question.ciphertexts() {
        return None;
    }
    let (blank, counts) = counts.split_at(usize::from(question.allows_blank()));
    let answers = question.answers().iter().zip(counts);
    Some(QuestionCount {
        question: question.text().to_owned(),
        answers: answers
            .map(|(answer, count)| AnswerCount { answer: answer.clone(), votes: count.0 })
            .collect(),
        blank: blank.first().map(|count| count.0),
    })
}

#[cfg(test)]
mod tests {
    use super::{Findings, Level, MOST_DETAILS, names};

    #[test]
    fn what_is_held_does_not_grow_with_what_is_wrong() {
        let mut findings = Findings::default();
        for i in 0..1_000_000 {
            findings.fail(names::BALLOTS, format!("vote {i}"));
        }
        findings.warn(names::BALLOTS, "odd".to_owned());
        findings.pass(names::BALLOTS, "all votes".to_owned());
        findings.pass(names::TALLY, "the sum".to_owned());
        assert!(findings.has_failed(names::BALLOTS) && !findings.has_failed(names::TALLY));
        let held: usize = findings.found.iter().map(|found| found.details.capacity()).sum();
        assert!(held <= 2 * MOST_DETAILS + 8, "{held} sentences are held");
        let told: Vec<_> = findings.finish().into_iter().map(|check| (check.level, check.detail)).collect();
        assert_eq!(told.len(), MOST_DETAILS + 3);
        assert_eq!(told[0], (Level::Fail, "vote 0".to_owned()));
        assert_eq!(told[MOST_DETAILS].1, "and 999980 more of this kind");
        assert_eq!(told[MOST_DETAILS + 1].1, "odd");
        assert_eq!(told[MOST_DETAILS + 2], (Level::Ok, "the sum".to_owned()));
    }
}
