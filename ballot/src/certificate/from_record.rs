//! Between a certificate and the records that it rests on: the facts that a record gives, and whether a certificate says
//! the same.
//!
//! [`Facts::from_records`] and [`check_against`] read a record through the same functions, so that what the server and a
//! rehearsal put on a certificate is what a verifier looks for there.

mod compare;
#[cfg(test)]
mod tests;
mod void;

pub use compare::{BoxRecord, Difference, check_against};
pub use void::VoidWatch;

use std::collections::{BTreeMap, BTreeSet};

use scrutineer_protocol::Point;
use scrutineer_protocol::election::Election;
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::verify::Report;
use scrutineer_rules::{Rule, RuleError};
use thiserror::Error;

use super::{
    AnswerCount, BallotFacts, BoardReport, BoxReport, CodesReport, Facts, Particulars, QuestionCount,
    QuestionFacts, RecordReport, TellerReport, Tellers, VotesReport,
};
use crate::description::DescriptionLine;
use crate::file::Choose;
use crate::fingerprint::Fingerprint;
use crate::outcome::{Outcome, differing};
use crate::roll::MemberNo;
use crate::terms::BoardOnRecord;

/// What the issuer of a certificate knows and no record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// The union's name.
    pub union: String,
    /// The time zone in which times are shown.
    pub time_zone: String,
    /// When voting opened, in seconds since the epoch.
    pub opened: i64,
    /// When voting closed, in seconds since the epoch.
    pub closed: i64,
    /// When the result was there, in seconds since the epoch.
    pub tallied: i64,
    /// Who the board of tellers is; none where the server opened the count alone.
    pub board: Option<IssuerBoard>,
    /// What may change until the certificate is signed.
    pub particulars: Particulars,
}

/// The names behind a board's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerBoard {
    /// The board's name.
    pub name: String,
    /// The tellers by their seats, from 1.
    pub tellers: BTreeMap<u32, TellerName>,
}

/// Who sits in a seat of a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TellerName {
    /// The teller's member number.
    pub member_no: MemberNo,
    /// The teller's name.
    pub name: String,
}

/// A box's record that was verified, with what its issuer knows of its codes.
#[derive(Debug, Clone)]
pub struct IssuedBox<'a> {
    /// What the verification of the record found.
    pub report: &'a Report,
    /// What the record comes to.
    pub outcome: &'a Outcome,
    /// SHA-256 of the archive's bytes.
    pub archive: HexHash,
    /// Codes given in the place of others.
    pub reissued: u64,
    /// Public credentials of the void codes, in any order. That none has a vote, [`VoidWatch`] sees.
    pub void: Vec<Point>,
    /// Members who are noted to have voted.
    pub participation: u64,
}

/// Why records and an issuer's knowledge make no facts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FromRecordError {
    /// There is nothing to certify.
    #[error("there is no record to certify")]
    NoBox,
    /// Two records are not boxes of one ballot.
    #[error(
        "the records of the boxes {first:?} and {second:?} do not belong to one ballot: their {what} differs"
    )]
    Disagree {
        /// The first box.
        first: String,
        /// The box that differs from it.
        second: String,
        /// In what.
        what: &'static str,
    },
    /// Not all boxes of the ballot.
    #[error(
        "the ballot is counted in {boxes} boxes, of which {have} are here; all of them are certified together"
    )]
    NotAll {
        /// Boxes of the ballot.
        boxes: u32,
        /// Boxes that are here.
        have: usize,
    },
    /// The record was not verified to its end.
    #[error("the record of the box {0:?} has no result")]
    NotComplete(String),
    /// The record of a practice ballot.
    #[error("this is the record of a practice ballot, which has no certificate")]
    Practice,
    /// The issuer names a board where the record has none, or the other way round.
    #[error(
        "the record and the certificate's issuer do not agree on whether a board of tellers opened the count"
    )]
    Board,
    /// A teller opened the count whom the issuer does not know.
    #[error("the teller in seat {0} opened the count, but has no name")]
    Teller(u32),
    /// A rule that cannot be read; the record's verification has read it.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

impl Facts {
    /// What certifies these records. One ballot's boxes come in their order.
    ///
    /// # Errors
    /// The records are not boxes of one ballot, or of one for practice, or the issuer does not know who opened the count.
    pub fn from_records(issuer: Issuer, boxes: &[IssuedBox<'_>]) -> Result<Self, FromRecordError> {
        let on_records: Vec<OnRecord<'_>> =
            boxes.iter().map(|one| OnRecord::read(one.report, one.outcome)).collect::<Result<_, _>>()?;
        let first = on_records.first().ok_or(FromRecordError::NoBox)?;
        on_records.iter().try_for_each(|other| first.same_ballot(other))?;
        let (of_ballot, have) = (first.line.boxes, on_records.len());
        if usize::try_from(of_ballot) != Ok(have) {
            return Err(FromRecordError::NotAll { boxes: of_ballot, have });
        }
        let tellers = match (first.board, &issuer.board) {
            (None, None) => Tellers::Server,
            (Some(board), Some(named)) => {
                let seats: BTreeSet<u32> = on_records.iter().flat_map(OnRecord::seats).collect();
                let opened_by = seats.into_iter().map(|index| {
                    let teller = named.tellers.get(&index).ok_or(FromRecordError::Teller(index))?;
                    let TellerName { member_no, name } = teller.clone();
                    Ok(TellerReport { index, member_no, name })
                });
                let opened_by = opened_by.collect::<Result<_, FromRecordError>>()?;
                Tellers::Board(board_report(board, named.name.clone(), opened_by))
            }
            _ => return Err(FromRecordError::Board),
        };
        let ballot = BallotFacts {
            id: first.line.ballot.clone(),
            title: first.election.name().to_owned(),
            description: first.description(),
            time_zone: issuer.time_zone,
            opened: issuer.opened,
            closed: issuer.closed,
            tallied: issuer.tallied,
        };
        let reports = on_records.iter().zip(boxes).map(|(record, one)| {
            let mut void = one.void.clone();
            void.sort_by_key(Point::to_text);
            record.box_report(one.archive, one.reissued, void, one.participation)
        });
        Ok(Self {
            union: issuer.union,
            ballot,
            codes: first.line.codes,
            tellers,
            officers: first.line.officers.clone(),
            receipts: first.line.receipts,
            questions: first.questions()?,
            boxes: reports.collect(),
            particulars: issuer.particulars,
        })
    }
}

fn board_report(board: BoardOnRecord, name: String, opened_by: Vec<TellerReport>) -> BoardReport {
    BoardReport {
        name,
        fingerprint: board.fingerprint,
        words: Fingerprint::of_digest(board.fingerprint.digest()).to_string(),
        threshold: board.threshold,
        size: board.size,
        opened_by,
    }
}

/// A verified record, as far as certificates speak of it.
struct OnRecord<'a> {
    report: &'a Report,
    election: &'a Election,
    line: &'a DescriptionLine,
    board: Option<BoardOnRecord>,
    outcome: &'a Outcome,
    head: (u64, HexHash),
}

impl<'a> OnRecord<'a> {
    fn read(report: &'a Report, outcome: &'a Outcome) -> Result<Self, FromRecordError> {
        let line = &outcome.line;
        if line.is_practice() {
            return Err(FromRecordError::Practice);
        }
        let (Some(election), Some(head)) = (&report.election, report.head) else {
            return Err(FromRecordError::NotComplete(line.box_name.clone()));
        };
        Ok(Self { report, election, line, board: outcome.board, outcome, head })
    }

    /// Checks that both are boxes of one ballot: what was fixed for all of them is the same.
    fn same_ballot(&self, other: &Self) -> Result<(), FromRecordError> {
        let differs = differing((self.election, self.line), (other.election, other.line));
        let board = (self.board != other.board).then_some("board of tellers");
        match differs.or(board) {
            None => Ok(()),
            Some(what) => {
                let (first, second) = (self.line.box_name.clone(), other.line.box_name.clone());
                Err(FromRecordError::Disagree { first, second, what })
            }
        }
    }

    /// The delegate's text, if there is any.
    fn description(&self) -> Option<String> {
        let (text, _) = self.election.description().rsplit_once('\n')?;
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The seats of the board whose shares are on the record.
    fn seats(&self) -> Vec<u32> {
        let Some(trustees) = &self.report.trustees else { return Vec::new() };
        let owners = self.report.decrypted_by.iter();
        owners.filter_map(|owner| u32::try_from(trustees.member(*owner)?.index?).ok()).collect()
    }

    fn questions(&self) -> Result<Vec<QuestionFacts>, FromRecordError> {
        let questions = self.election.questions().iter().zip(&self.line.rules);
        questions
            .map(|(question, rule)| {
                let (min, max) = question.choices();
                let rule = rule.as_deref().map(Rule::parse).transpose()?;
                Ok(QuestionFacts { text: question.text().to_owned(), choose: Choose { min, max }, rule })
            })
            .collect()
    }

    /// The box, of whose codes the issuer says the rest.
    fn box_report(&self, archive: HexHash, reissued: u64, void: Vec<Point>, participation: u64) -> BoxReport {
        let Self { report, election, line, outcome, head: (height, last_event), .. } = self;
        let record = RecordReport {
            election: election.uuid().clone(),
            election_hash: *election.fingerprint(),
            height: *height,
            last_event: *last_event,
            sha256: archive,
            roll: line.roll,
            credentials: report.voters,
        };
        // Sums that do not hold are found, and told, when the certificate is made.
        let handed_out = line.eligible.saturating_add(reissued);
        let void_codes = u64::try_from(void.len()).unwrap_or(u64::MAX);
        let codes = CodesReport {
            made: line.eligible.saturating_add(line.spares),
            eligible: line.eligible,
            spares: line.spares,
            handed_out,
            reissued,
            used: outcome.cast,
            unused: handed_out.saturating_sub(outcome.cast).saturating_sub(void_codes),
            void,
        };
        let votes = VotesReport {
            on_record: outcome.cast.saturating_add(report.replaced),
            cast: outcome.cast,
            replaced: report.replaced,
            participation,
        };
        let questions = outcome.counts.iter().map(|count| QuestionCount {
            question: count.question.clone(),
            answers: count
                .answers
                .iter()
                .map(|answer| AnswerCount { answer: answer.answer.clone(), votes: answer.votes })
                .collect(),
            blank: count.blank,
        });
        BoxReport { name: line.box_name.clone(), record, codes, votes, questions: questions.collect() }
    }
}
