//! How the errors of announcing, of previews and of objections to the roll become problem documents.

use scrutineer_api::problem::Code;

use super::Problem;
use crate::actions::announce::{AnnounceError, NoticeError};
use crate::actions::announced::NotYet;
use crate::actions::eligibility::PreviewError;
use crate::actions::roll_objections::ObjectionError;

impl From<PreviewError> for Problem {
    fn from(error: PreviewError) -> Self {
        let detail = error.to_string();
        match error {
            PreviewError::Ballot(error) => error.into(),
            PreviewError::Fixed(_) => Self::new(Code::Conflict, detail),
        }
    }
}

impl From<AnnounceError> for Problem {
    fn from(error: AnnounceError) -> Self {
        let detail = error.to_string();
        match error {
            AnnounceError::Ballot(error) => error.into(),
            AnnounceError::Time(_) | AnnounceError::Past(_) | AnnounceError::AfterVoting(_) => {
                Self::new(Code::Invalid, detail)
            }
            AnnounceError::Already(_) | AnnounceError::File(_) | AnnounceError::Eligibility(_) => {
                Self::new(Code::Conflict, detail)
            }
        }
    }
}

impl From<NotYet> for Problem {
    fn from(error: NotYet) -> Self {
        let detail = error.to_string();
        match error {
            NotYet::Objections(_) | NotYet::Unanswered(_) => Self::new(Code::Conflict, detail),
            NotYet::Store(error) => error.into(),
        }
    }
}

impl From<NoticeError> for Problem {
    fn from(error: NoticeError) -> Self {
        let detail = error.to_string();
        match error {
            NoticeError::Ballot(error) => error.into(),
            NoticeError::NotAnnounced | NoticeError::TooLate(_) => Self::new(Code::Conflict, detail),
            NoticeError::NotADay(_) | NoticeError::OtherDay { .. } | NoticeError::Copies => {
                Self::new(Code::Invalid, detail)
            }
            NoticeError::File(_) => Self::internal(&detail),
        }
    }
}

impl From<ObjectionError> for Problem {
    fn from(error: ObjectionError) -> Self {
        let detail = error.to_string();
        match error {
            ObjectionError::Ballot(error) => error.into(),
            ObjectionError::NotAnnounced
            | ObjectionError::Over(_)
            | ObjectionError::Fixed
            | ObjectionError::OneAtATime(_)
            | ObjectionError::Answered(_) => Self::new(Code::Conflict, detail),
            ObjectionError::Text(_) => Self::new(Code::Invalid, detail),
            ObjectionError::Unknown(_) => Self::new(Code::NotFound, detail),
        }
    }
}
