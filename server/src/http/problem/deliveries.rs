//! How the errors of the ledger of delivery, and of answers to what it warns of, become problem documents.

use scrutineer_api::problem::Code;

use super::Problem;
use crate::actions::answer::AnswerError;
use crate::actions::deliveries::DeliveryError;
use crate::actions::employer_domains::EmployerError;

impl From<DeliveryError> for Problem {
    fn from(error: DeliveryError) -> Self {
        let detail = error.to_string();
        match error {
            DeliveryError::Ballot(error) => error.into(),
            DeliveryError::NotYours | DeliveryError::OtherUnits { .. } => Self::new(Code::Forbidden, detail),
            DeliveryError::NotNow(_) | DeliveryError::Draft | DeliveryError::NoCode(_) => {
                Self::new(Code::Conflict, detail)
            }
            DeliveryError::Nobody
            | DeliveryError::TooMany
            | DeliveryError::Twice(_)
            | DeliveryError::NotOnRoll(_)
            | DeliveryError::OtherWay { .. } => Self::new(Code::Invalid, detail),
        }
    }
}

impl From<AnswerError> for Problem {
    fn from(error: AnswerError) -> Self {
        let detail = error.to_string();
        match error {
            AnswerError::Id(error) => error.into(),
            AnswerError::Certificate(error) => error.into(),
            AnswerError::Unknown(_) | AnswerError::Text(_) => Self::new(Code::Invalid, detail),
            AnswerError::NoSuch(_) | AnswerError::Signed(_) => Self::new(Code::Conflict, detail),
            AnswerError::Issue(_) => Self::internal(&detail),
            AnswerError::Store(error) => error.into(),
        }
    }
}

impl From<EmployerError> for Problem {
    fn from(error: EmployerError) -> Self {
        let detail = error.to_string();
        match error {
            EmployerError::Ballot(error) => error.into(),
            EmployerError::NoDomain(_) => Self::new(Code::Invalid, detail),
            EmployerError::NotMarked(_) => Self::new(Code::NotFound, detail),
            EmployerError::Marked(_)
            | EmployerError::UnderWay(..)
            | EmployerError::NotNow
            | EmployerError::Allowed => Self::new(Code::Conflict, detail),
        }
    }
}
