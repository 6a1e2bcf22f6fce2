//! Ballots: drafting, freezing, opening, closing, and what people are shown of one.
//!
//! Deeds without particulars have no body: `POST /api/v1/ballots/{id}/freezing`, `…/opening`, `…/closing` and
//! `…/codes/confirmation`. Some replies are no JSON of ours but bytes that are hashed, unchanged:
//! `GET /api/v1/ballots/{id}/election` (the election object), `…/record` (the archive) and `…/shares` (the proofs that
//! stand beside it, once there are some; 404 before). Where a ballot has several boxes these take [`BoxQuery`]; a signed-in
//! member who names none gets the election of the own box.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::announcement::Announcement;
use crate::secret::Secret;

/// `POST /api/v1/ballots`: a draft.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBallot {
    /// The ballot file, TOML.
    pub file: String,
    /// A ballot for trying out: it looks real, says PRACTICE everywhere, and is never certified.
    #[serde(default)]
    pub practice: bool,
}

/// What creates a ballot answers with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct BallotId {
    /// The ballot's identifier; any unambiguous beginning of it will do in paths.
    pub id: String,
}

/// Where a ballot is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BallotState {
    /// Everything may change.
    Draft,
    /// Questions, rule, roll, board and credentials are fixed.
    Frozen,
    /// Members vote.
    Open,
    /// No more votes; the sealed count is on the record.
    Closed,
    /// The result is on the record.
    Tallied,
    /// Enough officers have signed.
    Certified,
    /// Ended without a result.
    Cancelled,
}

impl BallotState {
    /// All states, in the order of a ballot's life.
    pub const ALL: [Self; 7] = [
        Self::Draft,
        Self::Frozen,
        Self::Open,
        Self::Closed,
        Self::Tallied,
        Self::Certified,
        Self::Cancelled,
    ];

    /// The word, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Frozen => "frozen",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Tallied => "tallied",
            Self::Certified => "certified",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A ballot in a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct BallotSummary {
    /// The identifier.
    pub id: String,
    /// The title.
    pub title: String,
    /// Whether it is for trying out only; shown wherever the title is.
    pub practice: bool,
    /// Where it is in its life.
    pub state: BallotState,
    /// When voting begins, if that is scheduled.
    pub opens: Option<i64>,
    /// When voting ends, if that is scheduled.
    pub closes: Option<i64>,
}

/// `GET /api/v1/ballots`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Ballots {
    /// The newest first; drafts only for delegates and officers, announced ones for members too.
    pub ballots: Vec<BallotSummary>,
}

/// How many of some units have voted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct UnitTurnout {
    /// The units, sorted.
    pub units: Vec<String>,
    /// Members of them on the frozen roll.
    pub eligible: u64,
    /// Those who have voted.
    pub cast: u64,
}

/// A question as it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Question {
    /// The question.
    pub text: String,
    /// The answers, in order.
    pub answers: Vec<String>,
    /// The fewest answers that may be chosen.
    pub min: u32,
    /// The most answers that may be chosen.
    pub max: u32,
    /// Whether members may abstain explicitly.
    pub blank: bool,
    /// The passage rule as text.
    pub rule: Option<String>,
}

/// One urn of a ballot, from freezing on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct BallotBox {
    /// The box's name.
    pub name: String,
    /// Its Belenios election.
    pub election: String,
    /// The hash of its election object, Base64.
    pub fingerprint: String,
    /// Members who may vote in it.
    pub eligible: u64,
    /// Credentials for codes that must be re-issued.
    pub spares: u64,
    /// Height of the newest event of the record that the caller may see.
    pub height: u64,
    /// From closing on: the hash of the event that holds the sealed count, hex. Tellers compare its twelve words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub closing_event: Option<String>,
    /// Statements of tellers that they checked this box before opening, as texts of signed messages, by seat.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub checks: Vec<TellerStatement>,
    /// Statements of tellers which sealed count they see.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub closings: Vec<TellerStatement>,
    /// Seats whose shares are on the record.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub opened_by: Vec<u32>,
}

/// A statement that a teller signed with the ceremony key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct TellerStatement {
    /// The teller's seat on the board, from 1.
    pub index: u32,
    /// The signed message (belenios-v1 section 7.1), as text.
    pub statement: String,
}

/// `GET /api/v1/ballots/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Ballot {
    /// The identifier.
    pub id: String,
    /// The title.
    pub title: String,
    /// Whether it is for trying out only; shown wherever the title is.
    pub practice: bool,
    /// The delegate's text below the title, if any; may have several lines.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// Where it is in its life.
    pub state: BallotState,
    /// When voting begins, if that is scheduled.
    pub opens: Option<i64>,
    /// When voting ends, if that is scheduled.
    pub closes: Option<i64>,
    /// The time zone in which people see its times.
    pub time_zone: String,
    /// Whom to ask.
    pub contact: String,
    /// The board of tellers; none where the server alone holds the key.
    pub board: Option<String>,
    /// Who makes the voting codes: `server` or `registrar`.
    pub codes: String,
    /// The questions, in order.
    pub questions: Vec<Question>,
    /// What the trust in this ballot rests on, in sentences.
    pub setting: Vec<String>,
    /// Its boxes, from freezing on.
    pub boxes: Vec<BallotBox>,
    /// What has to happen before the next step, in sentences.
    pub waits_for: Vec<String>,
    /// Members who have voted, as of `cast_at`: while it is open a midnight in its zone, and none before the first number
    /// behind which enough members stand; exactly once it is closed.
    pub cast: Option<u64>,
    /// When `cast` and `turnout` were so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cast_at: Option<i64>,
    /// The same by unit, units together where a number would be about a few members; empty where that leaves one number.
    /// While voting is open for members who are signed in.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub turnout: Vec<UnitTurnout>,
    /// Why it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancelled_because: Option<String>,
    /// From announcing on, if it was announced as a draft.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub announcement: Option<Announcement>,
    /// Nothing of it is deleted before this time; known once it has ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub keep_until: Option<i64>,
    /// When all but its certificates was deleted, because its time of keeping was over.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub purged_at: Option<i64>,
    /// The caller's own part in it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub me: Option<MyPart>,
}

/// What the caller has to do with a ballot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct MyPart {
    /// Whether the caller is on its frozen roll.
    pub eligible: bool,
    /// Whether the caller has voted.
    pub voted: bool,
    /// The box in which the caller votes, where the ballot has several.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none", default)]
    pub box_name: Option<String>,
}

/// The query that names a box; needed only where a ballot has several.
#[derive(Clone, Debug, Default, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BoxQuery {
    /// The box's name.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none", default)]
    pub box_name: Option<String>,
}

/// `POST /api/v1/ballots/{id}/extension`.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The new deadline as people write it: a local time in the ballot's zone, or a time with an offset.
    pub until: String,
}

/// `POST /api/v1/ballots/{id}/cancellation`.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancellation {
    /// The public reason.
    pub reason: String,
    /// For a closed ballot: the tellers who can no longer open it, so that fewer than the threshold are left.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub lost_tellers: Vec<String>,
}

/// One voting code with whom it is for.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct MemberCode {
    /// The member's number.
    pub member_no: String,
    /// The member's name.
    pub name: String,
    /// The member's unit.
    pub unit: String,
    /// The voting code, 28 characters in groups of four.
    pub code: Secret,
}

/// `GET /api/v1/ballots/{id}/codes`: the codes that have not been confirmed yet, for the delegate who froze the ballot. Only
/// codes that were fetched can be confirmed; those that are made later (`POST …/reissues`) wait for the next time.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct MemberCodes {
    /// By member number.
    pub codes: Vec<MemberCode>,
}

/// `POST /api/v1/ballots/{id}/reissues`: voids members' codes and binds the members to spares. One member's at once, several
/// members' by two people.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reissue {
    /// The members' numbers.
    pub member_nos: Vec<String>,
}

/// By which way a new code gets to its member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeWay {
    /// In a letter to the e-mail address that was on the roll when it was frozen.
    Email,
    /// Through whoever asked for the ballot to be frozen, who fetches it and has it signed for.
    Hand,
    /// Through the registrar, who alone has it.
    Registrar,
}

impl CodeWay {
    /// The word for it, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Hand => "hand",
            Self::Registrar => "registrar",
        }
    }
}

/// What re-issuing answers with: the codes themselves are shown to nobody at the desk.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Reissued {
    /// Whose codes, by number.
    pub codes: Vec<ReissuedCode>,
}

/// A code that was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct ReissuedCode {
    /// The member's number.
    pub member_no: String,
    /// By which way the new one gets there.
    pub way: CodeWay,
}

/// `PUT /api/v1/ballots/{id}/checks` and `…/closings`: a teller's signed statement about a box.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStatement {
    /// The box; may be left out where the ballot has one.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none", default)]
    pub box_name: Option<String>,
    /// The signed message, as text.
    pub statement: String,
}

/// `GET /api/v1/ballots/{id}/roll`: for officers and observers, what the record's hash of the roll is over.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct FrozenRoll {
    /// The box.
    #[serde(rename = "box")]
    pub box_name: String,
    /// 32 bytes, hex.
    pub salt: String,
    /// The canonical CSV.
    pub csv: String,
}

/// `GET /api/v1/ballots/{id}/participation`: who voted, for officers and observers once the ballot is closed.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct Participation {
    /// Names of those who voted, sorted by name and member number.
    pub voted: Vec<Participant>,
    /// How many were eligible.
    pub eligible: u64,
}

/// A member who voted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, ToSchema)]
pub struct Participant {
    /// The name on the frozen roll.
    pub name: String,
    /// The member's number.
    pub member_no: String,
}
