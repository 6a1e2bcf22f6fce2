//! How the errors of the ledger of delivery become problem documents.

use scrutineer_api::problem::Code;

use super::Problem;
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
