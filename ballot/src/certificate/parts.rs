//! The parts of a certificate that speak of the ballot, of who opened it, and of its boxes and counts.

use scrutineer_protocol::Point;
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::hash::{Base64Hash, HexHash};
use scrutineer_protocol::verify;
use scrutineer_rules::Verdict;
use serde::{Deserialize, Serialize};

use crate::file::Choose;
use crate::roll::MemberNo;
use crate::zone::Zone;

/// The ballot with its times for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BallotReport {
    /// The ballot's identifier.
    pub id: Uuid,
    /// What the ballot is called.
    pub title: String,
    /// The delegate's text below the title, as on the record; null where there is none.
    pub description: Option<String>,
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

impl Moment {
    pub(super) fn new(zone: &Zone, seconds: i64) -> Self {
        Self { seconds, local: zone.rfc3339(seconds) }
    }
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
    /// Who could vote on it and what came back.
    pub votes: QuestionVotes,
    /// The votes for each answer, in the question's order.
    pub answers: Vec<AnswerCount>,
    /// Blank votes; left out where members could not abstain explicitly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<u64>,
    /// The passage rule applied to the counts; null where the question has none.
    pub decision: Option<Verdict>,
    /// The passage rule in a sentence; null where the question has none.
    pub rule_in_words: Option<String>,
}

/// The numbers of one question as tellers and scrutineers report them: Robert's Rules speak of votes cast, illegal votes
/// and votes for each answer; British returns of members entitled to vote, papers distributed, returned, spoiled and valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionVotes {
    /// Members entitled to vote.
    pub eligible: u64,
    /// Voting codes given to members, those in the place of others included.
    pub codes_issued: u64,
    /// Votes received, replaced ones included.
    pub received: u64,
    /// Votes that a later one of the same member replaced.
    pub replaced: u64,
    /// Votes that count: received less replaced.
    pub cast: u64,
    /// Votes that count and choose nothing.
    pub blank: u64,
    /// Illegal or spoiled votes: always 0, a vote that does not fit its question is never taken.
    pub spoiled: u64,
    /// Votes that choose an answer: cast less blank and spoiled.
    pub valid: u64,
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
