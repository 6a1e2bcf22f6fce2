//! What handlers take from a request: bodies and queries, read strictly, and who is asking.

use std::future::{Ready, ready};
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use scrutineer_api::problem::Code;
use scrutineer_api::size;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use super::patience::{Body, Patience};
use super::problem::Problem;
use crate::app::{App, Timeouts};
use crate::auth::caller::Caller;

/// The most bytes of a body where nothing else is said.
pub(super) const BODY_LIMIT: usize = 64 * 1024;

/// The most bytes of a body on a path; set where the path is registered.
#[derive(Clone, Copy, Debug)]
pub(super) struct BodyLimit(pub(super) usize);

/// A JSON body.
pub(super) struct Json<T>(pub(super) T);

/// A form as browsers send it.
pub(super) struct Form<T>(pub(super) T);

/// A query.
pub(super) struct Query<T>(pub(super) T);

/// A body as sent, and the content type that it was sent with, in lower case and without parameters.
pub(super) struct Raw {
    pub(super) bytes: Bytes,
    pub(super) content_type: String,
}

/// The address that the request came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct From(pub(super) IpAddr);

type Later<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

fn content_type(request: &HttpRequest) -> String {
    let header = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    header.and_then(|value| value.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase()
}

/// Bytes of a body that give it a second more.
const A_SECOND: u64 = 1024;
/// How often to look whether most places are taken meanwhile.
const LOOK: Duration = Duration::from_secs(1);

async fn read(
    payload: web::Payload,
    declared: Option<usize>,
    limit: usize,
    timeouts: Timeouts,
    patience: Option<Rc<Patience>>,
) -> Result<Bytes, Problem> {
    let too_large = || {
        let most = size::in_words(u64::try_from(limit).unwrap_or(u64::MAX));
        let detail = format!("the body of this request is longer than the {most} that are allowed here");
        Problem::new(Code::TooLarge, detail)
    };
    if declared.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let came = || patience.as_ref().map_or(0, |patience| patience.came());
    let wanted = patience.as_ref().map(|patience| patience.wait_for_body(declared));
    let (begun, before) = (Instant::now(), came());
    let mut body = pin!(payload.to_bytes_limited(limit));
    // Everybody has the longest time, unless most places are taken: then it has to come steadily.
    let time = || {
        let seconds = came().saturating_sub(before) / A_SECOND;
        let steady = timeouts.hurry.saturating_add(Duration::from_secs(seconds));
        let crowded = patience.as_ref().is_some_and(|patience| patience.is_crowded());
        if crowded { steady.min(timeouts.body) } else { timeouts.body }
    };
    loop {
        let next = time().min(begun.elapsed().saturating_add(LOOK));
        if let Ok(read) = timeout_at(begun + next, &mut body).await {
            return match read {
                Ok(Ok(bytes)) => {
                    wanted.into_iter().for_each(Body::has_ended);
                    Ok(bytes)
                }
                Ok(Err(_)) => {
                    Err(Problem::new(Code::Malformed, "the body of the request broke off; send it again"))
                }
                Err(_) => Err(too_large()),
            };
        }
        if begun.elapsed() >= time() {
            return Err(Problem::new(Code::TooSlow, "the body of the request did not arrive in time"));
        }
    }
}

impl FromRequest for Raw {
    type Error = Problem;
    type Future = Later<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let content_type = content_type(request);
        let limit = request.app_data::<BodyLimit>().map_or(BODY_LIMIT, |limit| limit.0);
        let app = request.app_data::<web::Data<App>>();
        let timeouts = app.map_or(Timeouts::DEFAULT, |app| app.settings.timeouts);
        let patience = request.conn_data::<Rc<Patience>>().cloned();
        let declared =
            request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        let payload = web::Payload::from_request(request, payload).into_inner();
        Box::pin(async move {
            let payload = payload.map_err(|error| Problem::internal(&error))?;
            Ok(Self { bytes: read(payload, declared, limit, timeouts, patience).await?, content_type })
        })
    }
}

impl Raw {
    /// Refuses another content type than this.
    pub(super) fn expect(&self, content_type: &str) -> Result<(), Problem> {
        if self.content_type == content_type {
            return Ok(());
        }
        let detail = format!("the body must be {content_type}, not {:?}", self.content_type);
        Err(Problem::new(Code::UnsupportedMediaType, detail))
    }

    /// The body as JSON of this type.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        self.expect("application/json")?;
        serde_json::from_slice(&self.bytes).map_err(|error| malformed(&error))
    }
}

/// Says where the JSON breaks off. What was there instead is not repeated: it may be a secret.
fn malformed(error: &serde_json::Error) -> Problem {
    let place = format!("line {}, column {}", error.line(), error.column());
    let text = error.to_string();
    let what = match error.classify() {
        serde_json::error::Category::Data if !text.starts_with("invalid") => text,
        serde_json::error::Category::Data => format!("a value of the wrong type or out of range at {place}"),
        _ => format!("it is not JSON at {place}"),
    };
    Problem::new(Code::Malformed, format!("the body cannot be read: {what}"))
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Later<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let raw = Raw::from_request(request, payload);
        Box::pin(async move { Ok(Self(raw.await?.json()?)) })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Problem;
    type Future = Later<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let raw = Raw::from_request(request, payload);
        Box::pin(async move {
            let raw = raw.await?;
            raw.expect("application/x-www-form-urlencoded")?;
            // What was sent instead is not repeated: it may be a secret.
            let unreadable = || Problem::new(Code::Malformed, "the form cannot be read; open its page again");
            let text = std::str::from_utf8(&raw.bytes).map_err(|_| unreadable())?;
            // Forms are written like queries.
            let form = web::Query::<T>::from_query(text).map_err(|_| unreadable())?;
            Ok(Self(form.into_inner()))
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let query = web::Query::<T>::from_query(request.query_string());
        ready(query.map(|query| Self(query.into_inner())).map_err(|error| {
            Problem::new(
                Code::Malformed,
                format!("the address cannot be read after its question mark: {error}"),
            )
        }))
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Self>().cloned();
        ready(
            caller
                .ok_or_else(|| Problem::internal(&"a handler asked for a caller on an operation for anyone")),
        )
    }
}

impl FromRequest for From {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let from = request.extensions().get::<Self>().copied();
        ready(from.ok_or_else(|| Problem::internal(&"the gate did not note the address")))
    }
}
