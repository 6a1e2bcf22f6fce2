//! Problem documents (RFC 9457): how the server says no.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A stable word for each kind of refusal. Clients go by it; people read `detail`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request is not well formed: broken JSON, a field missing or unknown, a bad query.
    Malformed,
    /// Nobody is signed in, or the session has ended.
    NotSignedIn,
    /// Member number and password, or activation code, do not fit.
    WrongCredentials,
    /// Signed in, but without the role that this needs.
    Forbidden,
    /// A browser sent this from another site.
    CrossSite,
    /// The request did not come through the named proxy.
    NotThroughProxy,
    /// There is no such thing.
    NotFound,
    /// The thing is there, but not for this method.
    MethodNotAllowed,
    /// The state does not allow it now.
    Conflict,
    /// It was there, and was deleted when its time of keeping was over.
    Gone,
    /// It would leave the union without an officer who can sign in.
    LastOfficer,
    /// The body is longer than allowed here.
    TooLarge,
    /// The body did not arrive in time.
    TooSlow,
    /// A part was asked for that lies behind the end.
    RangeNotSatisfiable,
    /// The body has the wrong content type.
    UnsupportedMediaType,
    /// Well formed, but a value cannot be taken.
    Invalid,
    /// The roll file has errors; `rows` lists them all.
    RollRefused,
    /// Too many wrong sign-ins; `retry_after` says how long to wait.
    TooManyAttempts,
    /// Too many sign-ins at once; `retry_after` says how long to wait.
    SignInsBusy,
    /// The vote was made with a code that is somebody else's, or nobody's.
    NotYourCode,
    /// The vote was made with a code that was replaced by a newer one.
    CodeVoid,
    /// The ballot takes no votes: not yet, or no more.
    NotOpen,
    /// This very vote is on the record already, and a later one of the same member counts.
    AlreadyReplaced,
    /// It was to be taken only if the member had not voted (`If-None-Match: *`), and another vote of the member stands.
    VotedAlready,
    /// This very vote was tested, so what it says may be known: it is never taken. A new one must be sealed.
    VoteTested,
    /// The member has replaced the vote too often, or a moment ago, or tested too many; `retry_after` says if waiting helps.
    TooManyVotes,
    /// The vote cannot be counted: made for another ballot, changed on the way, or made wrong.
    BadVote,
    /// The server's clock was set back; no vote is taken until it is right.
    ClockWentBackwards,
    /// The server has more to do than it can; nothing was changed.
    Busy,
    /// The server cannot write: disk full or read-only. Nothing was changed.
    Storage,
    /// A fault of the server, in its log under the request id.
    Internal,
}

impl Code {
    /// All codes.
    pub const ALL: [Self; 31] = [
        Self::Malformed,
        Self::NotSignedIn,
        Self::WrongCredentials,
        Self::Forbidden,
        Self::CrossSite,
        Self::NotThroughProxy,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::Gone,
        Self::LastOfficer,
        Self::TooLarge,
        Self::TooSlow,
        Self::RangeNotSatisfiable,
        Self::UnsupportedMediaType,
        Self::Invalid,
        Self::RollRefused,
        Self::TooManyAttempts,
        Self::SignInsBusy,
        Self::NotYourCode,
        Self::CodeVoid,
        Self::NotOpen,
        Self::AlreadyReplaced,
        Self::VotedAlready,
        Self::VoteTested,
        Self::TooManyVotes,
        Self::BadVote,
        Self::ClockWentBackwards,
        Self::Busy,
        Self::Storage,
        Self::Internal,
    ];

    /// HTTP status, title (RFC 9457: the same for every problem of a kind) and stable word.
    #[must_use]
    pub const fn parts(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::Malformed => (400, "The request is not well formed", "malformed"),
            Self::NotSignedIn => (401, "Please sign in", "not_signed_in"),
            Self::WrongCredentials => (401, "These do not fit together", "wrong_credentials"),
            Self::Forbidden => (403, "You may not do this", "forbidden"),
            Self::CrossSite => (403, "This came from another site", "cross_site"),
            Self::NotThroughProxy => (403, "This did not come through the proxy", "not_through_proxy"),
            Self::NotFound => (404, "There is no such thing here", "not_found"),
            Self::MethodNotAllowed => (405, "This cannot be done with it", "method_not_allowed"),
            Self::Gone => (410, "This was deleted when its time was over", "gone"),
            Self::Conflict => (409, "Not possible as things stand", "conflict"),
            Self::LastOfficer => (409, "The union needs an officer", "last_officer"),
            Self::TooLarge => (413, "The request is too large", "too_large"),
            Self::RangeNotSatisfiable => (416, "There is no such part of it", "range_not_satisfiable"),
            Self::TooSlow => (408, "The request took too long", "too_slow"),
            Self::UnsupportedMediaType => {
                (415, "The content type is not understood", "unsupported_media_type")
            }
            Self::Invalid => (422, "A value cannot be taken", "invalid"),
            Self::RollRefused => (422, "The roll has errors", "roll_refused"),
            Self::TooManyAttempts => (429, "Too many wrong attempts", "too_many_attempts"),
            Self::SignInsBusy => (429, "Too many sign-ins at once", "sign_ins_busy"),
            Self::NotYourCode => (403, "This is not your code", "not_your_code"),
            Self::CodeVoid => (403, "This code is void", "code_void"),
            Self::NotOpen => (409, "No votes are taken now", "not_open"),
            Self::AlreadyReplaced => (409, "A later vote counts", "already_replaced"),
            Self::VotedAlready => (412, "You have voted", "voted_already"),
            Self::VoteTested => (409, "This vote was a test", "vote_tested"),
            Self::TooManyVotes => (429, "Too many votes", "too_many_votes"),
            Self::BadVote => (422, "The vote cannot be counted", "bad_vote"),
            Self::ClockWentBackwards => (503, "The server's clock is wrong", "clock_went_backwards"),
            Self::Busy => (503, "The server is busy", "busy"),
            Self::Storage => (503, "The server cannot write", "storage"),
            Self::Internal => (500, "Something went wrong here", "internal"),
        }
    }

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.parts().2
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The body of every refusal, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:scrutineer:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of problem, in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable word.
    pub code: Code,
    /// What, where and what to do, for people.
    pub detail: String,
    /// Which request; also in the server's log.
    pub request_id: String,
    /// Seconds to wait before another try.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after: Option<u64>,
    /// Every bad row of a refused file.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub rows: Vec<RowProblem>,
}

/// One bad row of a file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct RowProblem {
    /// Line of the file, from 1, the header being line 1; 0 where the file as a whole is meant.
    pub line: u64,
    /// What is wrong with it.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Code;

    #[test]
    fn words_are_unique_and_agree_with_json() {
        let words: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{code}\""));
        }
    }
}
