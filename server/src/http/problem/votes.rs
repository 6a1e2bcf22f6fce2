//! Problems of votes, records, counts and certificates.

use scrutineer_api::problem::Code;

use super::{Problem, SOON};
use crate::actions::cast::CastError;
use crate::actions::certificate::CertificateError;
use crate::actions::check_receipt::CheckReceiptError;
use crate::actions::decrypt::DecryptError;
use crate::actions::issue::IssueError;
use crate::actions::objections::ObjectError;
use crate::actions::participation::ParticipationError;
use crate::actions::record::RecordError;
use crate::actions::results::ResultsError;
use crate::actions::tally::OpeningError;
use crate::actions::test_vote::TestError;
use crate::proofs::ProofsError;

/// Seconds after which a clock that was set back may be looked at again.
const CLOCK: u64 = 60;
/// Whoever finds too many downloads under way comes again after so many seconds.
const DOWNLOADS: u64 = 30;

impl From<ProofsError> for Problem {
    fn from(error: ProofsError) -> Self {
        match error {
            ProofsError::Busy => Self::new(Code::Busy, error.to_string()).retry_after(SOON),
            ProofsError::Failed => Self::internal(&error),
        }
    }
}

impl From<CastError> for Problem {
    fn from(error: CastError) -> Self {
        let detail = error.to_string();
        match error {
            CastError::Id(error) => error.into(),
            CastError::Malformed(_) => Self::new(Code::Malformed, detail),
            CastError::NotOpen(_) => Self::new(Code::NotOpen, detail),
            CastError::NotOnRoll => Self::new(Code::Forbidden, detail),
            CastError::NotYourCode => Self::new(Code::NotYourCode, detail),
            CastError::CodeVoid => Self::new(Code::CodeVoid, detail),
            CastError::Bad(_) | CastError::OtherBox(_) => Self::new(Code::BadVote, detail),
            CastError::Tested => Self::new(Code::VoteTested, detail),
            CastError::VotedAlready => Self::new(Code::VotedAlready, detail),
            CastError::AlreadyReplaced => Self::new(Code::AlreadyReplaced, detail),
            CastError::TooOften(_) => Self::new(Code::TooManyVotes, detail),
            CastError::TooSoon(seconds) => Self::new(Code::TooManyVotes, detail).retry_after(seconds),
            CastError::ClockWentBackwards => Self::new(Code::ClockWentBackwards, detail).retry_after(CLOCK),
            CastError::Proofs(error) => error.into(),
            CastError::Event(_) | CastError::Key(_) | CastError::Signature(_) => Self::internal(&detail),
            CastError::Store(error) => error.into(),
        }
    }
}

impl From<TestError> for Problem {
    fn from(error: TestError) -> Self {
        let detail = error.to_string();
        match error {
            TestError::Id(error) => error.into(),
            TestError::Tracker => Self::new(Code::Invalid, detail),
            TestError::NotOpen(_) => Self::new(Code::NotOpen, detail),
            TestError::NotOnRoll => Self::new(Code::Forbidden, detail),
            TestError::OnRecord => Self::new(Code::Conflict, detail),
            TestError::TooMany(_) => Self::new(Code::TooManyVotes, detail),
            TestError::ClockWentBackwards => Self::new(Code::ClockWentBackwards, detail).retry_after(CLOCK),
            TestError::Key(_) => Self::internal(&detail),
            TestError::Store(error) => error.into(),
        }
    }
}

impl From<CheckReceiptError> for Problem {
    fn from(error: CheckReceiptError) -> Self {
        match error {
            CheckReceiptError::Record(error) => error.into(),
            CheckReceiptError::Store(error) => error.into(),
        }
    }
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Self {
        let detail = error.to_string();
        match error {
            RecordError::Id(error) => error.into(),
            RecordError::SignIn => Self::new(Code::NotSignedIn, detail),
            RecordError::Tracker(_) => Self::new(Code::Invalid, detail),
            RecordError::NoPiece(_) => Self::new(Code::NotFound, detail),
            RecordError::Busy => Self::new(Code::Busy, detail).retry_after(DOWNLOADS),
            RecordError::Pack(_) | RecordError::Archive(_) | RecordError::Signature(_) => {
                Self::internal(&detail)
            }
            RecordError::Store(error) => error.into(),
        }
    }
}

impl From<OpeningError> for Problem {
    fn from(error: OpeningError) -> Self {
        match error {
            OpeningError::Store(error) => error.into(),
            error => Self::internal(&error),
        }
    }
}

impl From<DecryptError> for Problem {
    fn from(error: DecryptError) -> Self {
        let detail = error.to_string();
        match error {
            DecryptError::Id(error) => error.into(),
            DecryptError::NotATeller => Self::new(Code::Forbidden, detail),
            DecryptError::NotNow(_)
            | DecryptError::NoBoard
            | DecryptError::TooFewClosings { .. }
            | DecryptError::NoClosing => Self::new(Code::Conflict, detail),
            DecryptError::Text(_)
            | DecryptError::Owner { .. }
            | DecryptError::Share(_)
            | DecryptError::Bound(_) => Self::new(Code::Invalid, detail),
            DecryptError::Proofs(error) => error.into(),
            DecryptError::Count(error) => error.into(),
            DecryptError::Store(error) => error.into(),
        }
    }
}

impl From<ResultsError> for Problem {
    fn from(error: ResultsError) -> Self {
        let detail = error.to_string();
        match error {
            ResultsError::Id(error) => error.into(),
            ResultsError::NotYet(_) | ResultsError::Cancelled(_) => Self::new(Code::Conflict, detail),
            ResultsError::NoShares => Self::new(Code::NotFound, detail),
            ResultsError::Parse(_) | ResultsError::Outcome(_) | ResultsError::Certificate(_) => {
                Self::internal(&detail)
            }
            ResultsError::Store(error) => error.into(),
        }
    }
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Store(error) => error.into(),
            error => Self::internal(&error),
        }
    }
}

impl From<ObjectError> for Problem {
    fn from(error: ObjectError) -> Self {
        let detail = error.to_string();
        match error {
            ObjectError::Id(error) => error.into(),
            ObjectError::NotYet(_)
            | ObjectError::Practice
            | ObjectError::Late(_)
            | ObjectError::Filed(_)
            | ObjectError::OtherKey(_)
            | ObjectError::TooMany => Self::new(Code::Conflict, detail),
            ObjectError::Text(_) | ObjectError::Signature(_) => Self::new(Code::Invalid, detail),
            ObjectError::Issue(error) => error.into(),
            ObjectError::Store(error) => error.into(),
        }
    }
}

impl From<CertificateError> for Problem {
    fn from(error: CertificateError) -> Self {
        let detail = error.to_string();
        match error {
            CertificateError::Id(error) => error.into(),
            CertificateError::Unanswered(_)
            | CertificateError::NotYet(_)
            | CertificateError::Practice
            | CertificateError::Refused(_)
            | CertificateError::Waits(_)
            | CertificateError::Signed
            | CertificateError::Issue(IssueError::Unsigned) => Self::new(Code::Conflict, detail),
            CertificateError::NoSuchNumber(_) => Self::new(Code::NotFound, detail),
            CertificateError::Issue(error) => error.into(),
            CertificateError::Signature(_)
            | CertificateError::NotYourKey(_)
            | CertificateError::Reason(_) => Self::new(Code::Invalid, detail),
            CertificateError::Shares(error) => error.into(),
            CertificateError::Store(error) => error.into(),
        }
    }
}

impl From<ParticipationError> for Problem {
    fn from(error: ParticipationError) -> Self {
        let detail = error.to_string();
        match error {
            ParticipationError::Id(error) => error.into(),
            ParticipationError::NotYet(_) | ParticipationError::Cancelled => {
                Self::new(Code::Conflict, detail)
            }
            ParticipationError::Store(error) => error.into(),
        }
    }
}
