//! How the errors of letters become problem documents.

use scrutineer_api::problem::Code;

use super::Problem;
use crate::actions::letters::LettersError;

impl From<LettersError> for Problem {
    fn from(error: LettersError) -> Self {
        let detail = error.to_string();
        match error {
            LettersError::Ballot(error) => error.into(),
            LettersError::Kind(_) | LettersError::NoSuchRun(_) => Self::new(Code::NotFound, detail),
            LettersError::NotARun(_)
            | LettersError::WrongPlace(..)
            | LettersError::NoTime
            | LettersError::TwoTimes
            | LettersError::Time(_)
            | LettersError::BadTime(_)
            | LettersError::WrongNumber(_) => Self::new(Code::Invalid, detail),
            LettersError::OfficersOnly => Self::new(Code::Forbidden, detail),
            LettersError::NoMail
            | LettersError::NotNow { .. }
            | LettersError::Already { .. }
            | LettersError::Unfinished { .. }
            | LettersError::NotTested
            | LettersError::OtherNumber { .. }
            | LettersError::OtherDigest
            | LettersError::Nobody
            | LettersError::EnoughReminders(_)
            | LettersError::RunIs { .. }
            | LettersError::NoAddress
            | LettersError::BadAddress(_)
            | LettersError::NoTest
            | LettersError::TestEnded => Self::new(Code::Conflict, detail),
            LettersError::Render(_) | LettersError::Compose(_) => Self::internal(&detail),
        }
    }
}
