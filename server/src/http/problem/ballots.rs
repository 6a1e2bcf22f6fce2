//! How the errors of boards and of a ballot's life become problem documents.

use scrutineer_api::problem::Code;

use super::{Problem, SOON};
use crate::actions::ballot_deed::BallotRefusal;
use crate::actions::ballot_id::IdError;
use crate::actions::booth::BoothError;
use crate::actions::cancel::CancelError;
use crate::actions::ceremony::CeremonyError;
use crate::actions::closing::ClosingError;
use crate::actions::codes::CodesError;
use crate::actions::create_board::BoardError;
use crate::actions::draft::DraftError;
use crate::actions::extend::ExtendError;
use crate::actions::freeze::FreezeError;
use crate::actions::opening::OpeningError;
use crate::actions::registrar::RegistrarRefusal;
use crate::actions::reissue::ReissueError;
use crate::actions::show::ShowError;
use crate::actions::statements::StatementError;

impl From<IdError> for Problem {
    fn from(error: IdError) -> Self {
        let detail = error.to_string();
        match error {
            IdError::TooShort(_) | IdError::Unknown(_) | IdError::NoSuchBox(..) => {
                Self::new(Code::NotFound, detail)
            }
            IdError::Purged(_) => Self::new(Code::Gone, detail),
            IdError::Ambiguous(..) | IdError::WhichBox(_) | IdError::NoBoxes | IdError::NoRecord => {
                Self::new(Code::Conflict, detail)
            }
            IdError::Store(error) => error.into(),
        }
    }
}

impl From<BallotRefusal> for Problem {
    fn from(error: BallotRefusal) -> Self {
        let detail = error.to_string();
        match error {
            BallotRefusal::Id(error) => error.into(),
            BallotRefusal::NotNow(_) => Self::new(Code::Conflict, detail),
            BallotRefusal::OtherUnits { .. } => Self::new(Code::Forbidden, detail),
            BallotRefusal::Store(error) => error.into(),
        }
    }
}

impl From<BoardError> for Problem {
    fn from(error: BoardError) -> Self {
        let detail = error.to_string();
        match error {
            BoardError::Name(_)
            | BoardError::Reserved
            | BoardError::Threshold(_)
            | BoardError::TooMany
            | BoardError::Twice(_)
            | BoardError::NoSuchMembers(_) => Self::new(Code::Invalid, detail),
            BoardError::Taken(_) => Self::new(Code::Conflict, detail),
            BoardError::Unknown(_) => Self::new(Code::NotFound, detail),
            BoardError::Store(error) => error.into(),
        }
    }
}

impl From<CeremonyError> for Problem {
    fn from(error: CeremonyError) -> Self {
        let detail = error.to_string();
        match error {
            CeremonyError::Board(error) => error.into(),
            CeremonyError::NotATeller(_) => Self::new(Code::Forbidden, detail),
            CeremonyError::Unreadable { .. }
            | CeremonyError::Refused { .. }
            | CeremonyError::OtherPolynomial => Self::new(Code::Invalid, detail),
            CeremonyError::TooEarly { .. } | CeremonyError::Taken(_) => Self::new(Code::Conflict, detail),
            CeremonyError::Busy => Self::new(Code::Busy, detail).retry_after(SOON),
            CeremonyError::Threshold(_) | CeremonyError::Broken(_) => Self::internal(&detail),
        }
    }
}

impl From<DraftError> for Problem {
    fn from(error: DraftError) -> Self {
        let detail = error.to_string();
        match error {
            DraftError::File(_)
            | DraftError::NoSuchBoard { .. }
            | DraftError::NoSuchRegistrar(_)
            | DraftError::Title
            | DraftError::TooLarge { .. }
            | DraftError::Question(_) => Self::new(Code::Invalid, detail),
            DraftError::Announced => Self::new(Code::Conflict, detail),
            DraftError::Ballot(error) => error.into(),
            DraftError::Json(_) => Self::internal(&detail),
        }
    }
}

impl From<FreezeError> for Problem {
    fn from(error: FreezeError) -> Self {
        let detail = error.to_string();
        match error {
            FreezeError::Ballot(error) => error.into(),
            FreezeError::Announced(error) => error.into(),
            FreezeError::File(_)
            | FreezeError::Eligibility(_)
            | FreezeError::Boxes(_)
            | FreezeError::NoSuchBoard(_)
            | FreezeError::NoSuchRegistrar(_)
            | FreezeError::BoardForming(_)
            | FreezeError::TooFewOfficers { .. }
            | FreezeError::Setup(_)
            | FreezeError::Changed => Self::new(Code::Conflict, detail),
            FreezeError::Key(_) => Self::storage(&detail),
            FreezeError::Kept(_) | FreezeError::Interrupted => Self::internal(&detail),
        }
    }
}

impl From<OpeningError> for Problem {
    fn from(error: OpeningError) -> Self {
        let detail = error.to_string();
        match error {
            OpeningError::Ballot(error) => error.into(),
            OpeningError::Lacks(_) | OpeningError::NotNeeded => Self::new(Code::Conflict, detail),
            OpeningError::Key(_) => Self::internal(&detail),
        }
    }
}

impl From<ClosingError> for Problem {
    fn from(error: ClosingError) -> Self {
        let detail = error.to_string();
        match error {
            ClosingError::Ballot(error) => error.into(),
            ClosingError::HasDeadline(_) => Self::new(Code::Conflict, detail),
            ClosingError::Tally(_) | ClosingError::File(_) => Self::internal(&detail),
        }
    }
}

impl From<ExtendError> for Problem {
    fn from(error: ExtendError) -> Self {
        let detail = error.to_string();
        match error {
            ExtendError::Ballot(error) => error.into(),
            ExtendError::Time(_) => Self::new(Code::Invalid, detail),
            ExtendError::NoDeadline | ExtendError::Past(_) | ExtendError::NotLater { .. } => {
                Self::new(Code::Conflict, detail)
            }
            ExtendError::File(_) => Self::internal(&detail),
        }
    }
}

impl From<CancelError> for Problem {
    fn from(error: CancelError) -> Self {
        let detail = error.to_string();
        match error {
            CancelError::Ballot(error) => error.into(),
            CancelError::Reason(_) | CancelError::TellersNotAsked | CancelError::NotTellers(_) => {
                Self::new(Code::Invalid, detail)
            }
            CancelError::CanBeOpened { .. } | CancelError::ServerCanOpen => Self::new(Code::Conflict, detail),
        }
    }
}

impl From<CodesError> for Problem {
    fn from(error: CodesError) -> Self {
        let detail = error.to_string();
        match error {
            CodesError::Ballot(error) => error.into(),
            CodesError::NotYours => Self::new(Code::Forbidden, detail),
            CodesError::None(_) | CodesError::NotFetched => Self::new(Code::Conflict, detail),
        }
    }
}

impl From<RegistrarRefusal> for Problem {
    fn from(error: RegistrarRefusal) -> Self {
        let detail = error.to_string();
        match error {
            RegistrarRefusal::Ballot(error) => error.into(),
            RegistrarRefusal::NotYours(_) => Self::new(Code::Forbidden, detail),
            RegistrarRefusal::ServersCodes | RegistrarRefusal::NotNow(_) | RegistrarRefusal::Others => {
                Self::new(Code::Conflict, detail)
            }
            RegistrarRefusal::Credentials(_) => Self::new(Code::Invalid, detail),
            RegistrarRefusal::Key(_) | RegistrarRefusal::Setup(_) | RegistrarRefusal::Interrupted => {
                Self::internal(&detail)
            }
        }
    }
}

impl From<ReissueError> for Problem {
    fn from(error: ReissueError) -> Self {
        let detail = error.to_string();
        match error {
            ReissueError::Ballot(error) => error.into(),
            ReissueError::NotOnRoll(_) => Self::new(Code::NotFound, detail),
            ReissueError::NotNow
            | ReissueError::HasVoted(_)
            | ReissueError::SomeVoted
            | ReissueError::NoSpares => Self::new(Code::Conflict, detail),
            ReissueError::Nobody | ReissueError::TooMany => Self::new(Code::Invalid, detail),
            ReissueError::Key(_) => Self::internal(&detail),
        }
    }
}

impl From<StatementError> for Problem {
    fn from(error: StatementError) -> Self {
        let detail = error.to_string();
        match error {
            StatementError::Id(error) => error.into(),
            StatementError::NotATeller => Self::new(Code::Forbidden, detail),
            StatementError::NoBoard | StatementError::NotNow(_) | StatementError::Differs { .. } => {
                Self::new(Code::Conflict, detail)
            }
            StatementError::Unreadable(_) | StatementError::Signature => Self::new(Code::Invalid, detail),
            StatementError::Board(_) => Self::internal(&detail),
            StatementError::Store(error) => error.into(),
        }
    }
}

impl From<BoothError> for Problem {
    fn from(error: BoothError) -> Self {
        let detail = error.to_string();
        match error {
            BoothError::Id(error) => error.into(),
            BoothError::Language(_) => Self::new(Code::Invalid, detail),
            BoothError::Store(error) => error.into(),
        }
    }
}

impl From<ShowError> for Problem {
    fn from(error: ShowError) -> Self {
        match error {
            ShowError::Id(error) => error.into(),
            ShowError::File(error) => Self::internal(&error),
            ShowError::Store(error) => error.into(),
        }
    }
}
