//! How actions' errors become problem documents (RFC 9457): one match for each kind of action, all here and in the files
//! below.

mod announced;
mod ballots;
mod deliveries;
mod desk;
mod letters;

mod votes;

use std::fmt;
use std::num::NonZeroU64;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ALLOW, CONTENT_RANGE, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{HttpResponse, ResponseError};
use scrutineer_api::problem::{Code, Problem as Document, RowProblem};

use crate::actions::about::AboutError;
use crate::actions::activate::ActivateError;
use crate::actions::deed::DeedError;
use crate::actions::import_roll::ImportError;
use crate::actions::keys::KeyError;
use crate::actions::proposals::ProposalError;
use crate::actions::roles::RoleError;
use crate::actions::roll::IssueError;
use crate::actions::sign_in::SignInError;
use crate::auth::password::PasswordError;
use crate::store::Error as StoreError;

/// Seconds after which a busy server may be asked again.
const SOON: u64 = 2;

/// A refusal: what a handler returns instead of a reply.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    detail: String,
    retry_after: Option<u64>,
    rows: Vec<RowProblem>,
    allow: Vec<&'static str>,
    /// How long the whole is, where a part was asked for that it does not have.
    length: Option<NonZeroU64>,
    /// For the server's log only.
    cause: Option<Box<str>>,
}

impl Problem {
    /// A refusal with a sentence for people.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let detail = sentence(detail.into());
        Self {
            code,
            detail,
            retry_after: None,
            rows: Vec::new(),
            allow: Vec::new(),
            length: None,
            cause: None,
        }
    }

    /// A fault of the server: people learn the request id, the log the cause.
    #[must_use]
    pub fn internal(cause: &dyn fmt::Display) -> Self {
        let detail =
            "This is a fault of the server, and it is in its log. Tell whoever runs it the request id.";
        Self { cause: Some(cause.to_string().into()), ..Self::new(Code::Internal, detail) }
    }

    /// The server cannot write: people learn that, the log the cause.
    fn storage(cause: &str) -> Self {
        let detail = "the server cannot write at this moment and nothing was changed; tell whoever runs it";
        Self { cause: Some(cause.into()), ..Self::new(Code::Storage, detail) }
    }

    /// Says when another try may be made, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Says which methods there are.
    #[must_use]
    pub(super) fn allow(mut self, methods: Vec<&'static str>) -> Self {
        self.allow = methods;
        self
    }

    /// Says how long the whole is of which a part was asked for.
    #[must_use]
    pub(super) const fn of_length(mut self, bytes: u64) -> Self {
        self.length = NonZeroU64::new(bytes);
        self
    }

    /// The stable word.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Seconds to wait before another try.
    pub(super) const fn wait(&self) -> Option<u64> {
        self.retry_after
    }

    /// Which methods there are, where it was the wrong one.
    pub(super) fn methods(&self) -> &[&'static str] {
        &self.allow
    }

    /// The cause, for the log.
    pub(super) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The status, as the HTTP library has it.
    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code.parts().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The whole reply.
    pub(super) fn to_response(&self, request_id: &str) -> HttpResponse<BoxBody> {
        let (status, title, word) = self.code.parts();
        let document = Document {
            kind: format!("urn:scrutineer:problem:{word}"),
            title: title.to_owned(),
            status,
            code: self.code,
            detail: self.detail.clone(),
            request_id: request_id.to_owned(),
            retry_after: self.retry_after,
            rows: self.rows.clone(),
        };
        let mut response = HttpResponse::build(self.status());
        response.insert_header((CONTENT_TYPE, HeaderValue::from_static("application/problem+json")));
        if let Some(seconds) = self.retry_after {
            response.insert_header((RETRY_AFTER, seconds));
        }
        if let Some(bytes) = self.length {
            response.insert_header((CONTENT_RANGE, format!("bytes */{bytes}")));
        }
        if !self.allow.is_empty() {
            response.insert_header((ALLOW, self.allow.join(", ")));
        }
        if self.code == Code::NotSignedIn {
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        response.body(serde_json::to_string(&document).unwrap_or_default())
    }
}

/// Begins with a capital and ends with a full stop, as people write.
fn sentence(text: String) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return text };
    let mut sentence: String = first.to_uppercase().chain(letters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    /// The gate makes the body: only it knows the request id.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let cause = error.to_string();
        match error {
            StoreError::Busy => Self::new(Code::Busy, cause).retry_after(SOON),
            StoreError::DiskFull | StoreError::ReadOnly | StoreError::NotWritten | StoreError::RolledBack => {
                Self::storage(&cause)
            }
            StoreError::Unfinished | StoreError::Corrupt(_) | StoreError::Sqlite(_) => Self::internal(&cause),
        }
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::new(Code::SignInsBusy, error.to_string()).retry_after(SOON),
            PasswordError::Failed => Self::internal(&error),
        }
    }
}

impl From<AboutError> for Problem {
    fn from(error: AboutError) -> Self {
        match error {
            AboutError::Key(error) => Self::internal(&error),
            AboutError::Store(error) => error.into(),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        let detail = error.to_string();
        match error {
            SignInError::WrongCredentials => Self::new(Code::WrongCredentials, detail),
            SignInError::Wait(seconds) => Self::new(Code::TooManyAttempts, detail).retry_after(seconds),
            SignInError::Password(error) => error.into(),
            SignInError::Store(error) => error.into(),
        }
    }
}

impl From<ActivateError> for Problem {
    fn from(error: ActivateError) -> Self {
        let detail = error.to_string();
        match error {
            ActivateError::Code(_) | ActivateError::NotAPassword(_) => Self::new(Code::Invalid, detail),
            ActivateError::WrongCredentials => Self::new(Code::WrongCredentials, detail),
            ActivateError::Wait(seconds) => Self::new(Code::TooManyAttempts, detail).retry_after(seconds),
            ActivateError::Password(error) => error.into(),
            ActivateError::Store(error) => error.into(),
        }
    }
}

impl From<DeedError> for Problem {
    fn from(error: DeedError) -> Self {
        let detail = error.to_string();
        match error {
            DeedError::NoSuchMember(_) | DeedError::NotHeld { .. } => Self::new(Code::NotFound, detail),
            DeedError::Held { .. } | DeedError::NotActivated(_) | DeedError::NeededFor { .. } => {
                Self::new(Code::Conflict, detail)
            }
            DeedError::TooFewOfficers { .. } => Self::new(Code::LastOfficer, detail),
            DeedError::Store(error) => error.into(),
        }
    }
}

impl From<RoleError> for Problem {
    fn from(error: RoleError) -> Self {
        let detail = error.to_string();
        match error {
            RoleError::UnitNotAllowed(_) | RoleError::NoSuchUnit(_) => Self::new(Code::Invalid, detail),
            RoleError::Deed(error) => error.into(),
        }
    }
}

impl From<ProposalError> for Problem {
    fn from(error: ProposalError) -> Self {
        let detail = error.to_string();
        match error {
            ProposalError::NoSuch(_) => Self::new(Code::NotFound, detail),
            ProposalError::Over { .. } | ProposalError::Ended { .. } | ProposalError::OtherDigest(_) => {
                Self::new(Code::Conflict, detail)
            }
            ProposalError::NotOfficer | ProposalError::SamePerson | ProposalError::NotYours => {
                Self::new(Code::Forbidden, detail)
            }
            ProposalError::Reason(_) => Self::new(Code::Invalid, detail),
            ProposalError::Freeze(error) => error.into(),
            ProposalError::Extend(error) => error.into(),
            ProposalError::Cancel(error) => error.into(),
            ProposalError::ChangeEmail(error) => error.into(),
            ProposalError::Reissue(error) => error.into(),
            ProposalError::Opening(error) => error.into(),
            ProposalError::Employer(error) => error.into(),
            ProposalError::Deed(error) => error.into(),
            ProposalError::Store(error) => error.into(),
        }
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        let detail = error.to_string();
        match error {
            KeyError::NotAKey | KeyError::Private | KeyError::Algorithm(_) => {
                Self::new(Code::Invalid, detail)
            }
            KeyError::SomebodyElses | KeyError::TooMany => Self::new(Code::Conflict, detail),
            KeyError::Store(error) => error.into(),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let detail = error.to_string();
        match error {
            ImportError::Rows(errors) => {
                let row = |row: scrutineer_ballot::roll::RowProblem| RowProblem {
                    line: row.line,
                    message: row.message,
                };
                let rows = errors.0.into_iter().map(row).collect();
                Self { rows, ..Self::new(Code::RollRefused, detail) }
            }
            ImportError::OtherList => Self::new(Code::Conflict, detail),
            ImportError::Interrupted => Self::internal(&detail),
            ImportError::Store(error) => error.into(),
        }
    }
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        let detail = error.to_string();
        match error {
            IssueError::NoSuchMembers(_) | IssueError::TooMany | IssueError::OfficerAmongOthers(_) => {
                Self::new(Code::Invalid, detail)
            }
            IssueError::Deed(error) => error.into(),
        }
    }
}
