//! How the errors of the desk become problem documents.

use scrutineer_api::problem::Code;

use super::Problem;
use crate::actions::desk::again::AgainError;
use crate::actions::desk::change_email::ChangeEmailError;
use crate::actions::desk::find::FindError;
use crate::actions::desk::no_code::NoCodeError;
use crate::actions::desk::show::DeskError;

impl From<FindError> for Problem {
    fn from(error: FindError) -> Self {
        let detail = error.to_string();
        match error {
            FindError::Nothing | FindError::TooLong => Self::new(Code::Invalid, detail),
            FindError::Store(error) => error.into(),
        }
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        let detail = error.to_string();
        match error {
            DeskError::NoSuchMember(_) => Self::new(Code::NotFound, detail),
            DeskError::Store(error) => error.into(),
        }
    }
}

impl From<ChangeEmailError> for Problem {
    fn from(error: ChangeEmailError) -> Self {
        let detail = error.to_string();
        match error {
            ChangeEmailError::NoSuchMember(_) => Self::new(Code::NotFound, detail),
            ChangeEmailError::Address(_) => Self::new(Code::Invalid, detail),
            ChangeEmailError::Same(_) | ChangeEmailError::NoneWaits(_) => Self::new(Code::Conflict, detail),
            ChangeEmailError::Store(error) => error.into(),
        }
    }
}

impl From<NoCodeError> for Problem {
    fn from(error: NoCodeError) -> Self {
        let detail = error.to_string();
        match error {
            NoCodeError::Id(error) => error.into(),
            NoCodeError::NotNow | NoCodeError::Ask(_) => Self::new(Code::Conflict, detail),
            NoCodeError::Wait(seconds) => Self::new(Code::TooManyAttempts, detail).retry_after(seconds),
            NoCodeError::Store(error) => error.into(),
        }
    }
}

impl From<AgainError> for Problem {
    fn from(error: AgainError) -> Self {
        let detail = error.to_string();
        match error {
            AgainError::Permit(_) => Self::new(Code::Invalid, detail),
            AgainError::NoCode(error) => error.into(),
            AgainError::WrongPermit => Self::new(Code::WrongCredentials, detail),
            AgainError::HasVoted(_) | AgainError::Ask(_) => Self::new(Code::Conflict, detail),
            AgainError::Wait(seconds) => Self::new(Code::TooManyAttempts, detail).retry_after(seconds),
            AgainError::Reissue(error) => error.into(),
        }
    }
}
