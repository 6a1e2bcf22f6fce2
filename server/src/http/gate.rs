//! The gate that every request passes, in and out. Nothing reaches a handler without a row in the authorization table.

use std::rc::Rc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue,
    REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::http::{ConnectionType, Method};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use rand_core::Rng;
use scrutineer_api::account::SessionKind;
use scrutineer_api::problem::Code;

use super::connection::Answer;
use super::cookie;
use super::extract::From;
use super::pages;
use super::patience::{Left, Patience};
use super::peer;
use super::problem::Problem;
use super::same_origin;
use crate::actions::sign_in;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::token;
use crate::authorization::{self, Found, Verdict, Who};
use crate::store::TokenHash;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// What every reply carries unless its handler says otherwise (OWASP, HTTP Headers Cheat Sheet).
const HEADERS: [(HeaderName, &str); 8] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    (OPENER_POLICY, "same-origin"),
    (RESOURCE_POLICY, "same-origin"),
    (PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=()"),
];

/// Passes one request in, and its reply out.
pub(super) async fn pass(
    app: Data<App>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let patience = request.conn_data::<Rc<Patience>>().cloned();
    let body = Left::of(request.headers());
    let served = patience.as_ref().map(|patience| patience.serve(body));
    let id = format!("{:016x}", app.entropy.rng().next_u64());
    let pattern = request.match_pattern();
    let method = request.method().clone();
    let is_page = authorization::is_page(request.path());
    let (request, answer) = match admit(&app, &request, pattern.as_deref()).await {
        Ok((from, caller)) => {
            request.extensions_mut().insert(from);
            if let Some(caller) = caller {
                request.extensions_mut().insert(caller);
            }
            next.call(request).await?.map_into_boxed_body().into_parts()
        }
        Err(problem) => request.error_response(problem).into_parts(),
    };
    let problem = match answer.error().and_then(|error| error.as_error::<Problem>()) {
        Some(problem) => Some(problem.clone()),
        None if answer.extensions().contains::<pages::reader::IsPage>() => None,
        None if answer.status().is_client_error() || answer.status().is_server_error() => {
            Some(Problem::internal(&format!("a reply {} without a problem", answer.status())))
        }
        None => None,
    };
    let mut answer = match &problem {
        Some(problem) if is_page => pages::problem::respond(&app, &request, problem, &id),
        Some(problem) => problem.to_response(&id),
        None => answer,
    };
    add_headers(answer.headers_mut(), &id, app.settings.public_url.is_secure());
    log(&id, method.as_str(), pattern.as_deref(), answer.status().as_u16(), problem.as_ref());
    if patience.is_some_and(|patience| patience.is_last()) {
        answer.head_mut().set_connection_type(ConnectionType::Close);
    }
    let answer = match served {
        Some(served) => answer.map_body(|_, body| Answer::boxed(body, served)),
        None => answer,
    };
    Ok(ServiceResponse::new(request, answer))
}

/// Decides whether the request may go on, and who is asking.
async fn admit(
    app: &App,
    request: &ServiceRequest,
    pattern: Option<&str>,
) -> Result<(From, Option<Caller>), Problem> {
    let settings = &app.settings;
    let peer = request.peer_addr().ok_or_else(|| Problem::internal(&"a connection without an address"))?;
    let from = peer::address(peer.ip(), request.headers(), settings.behind_proxy.as_ref());
    let from = from.ok_or_else(|| {
        let detail = format!("this server is reached at {}, through its proxy only", settings.public_url);
        Problem::new(Code::NotThroughProxy, detail)
    })?;
    // Whoever asks for the head of a page, or of what is downloaded in parts, may see it whole.
    let has_head = authorization::is_page(request.path()) || pattern == Some(RECORD);
    let method = if has_head && request.method() == Method::HEAD { "GET" } else { request.method().as_str() };
    let row = match authorization::find(method, pattern.unwrap_or_default()) {
        Found::Row(row) => row,
        Found::OtherMethods(methods) => {
            let detail = format!("here you can only {}", methods.join(", "));
            return Err(Problem::new(Code::MethodNotAllowed, detail).allow(methods));
        }
        Found::Nothing => {
            let detail = "there is nothing at this address; /api/v1/openapi.json lists what there is";
            return Err(Problem::new(Code::NotFound, detail));
        }
    };
    let changes = row.method != "GET" || row.path == CODES;
    if changes && !same_origin::is_ours(request.headers(), &settings.public_url) {
        let detail =
            format!("this came from another site; open {} itself and try again", settings.public_url);
        return Err(Problem::new(Code::CrossSite, detail));
    }
    let caller = match presented(request.headers(), cookie::cookie_name(settings.public_url.is_secure())) {
        Some((token, kind)) if row.who != Who::Anyone => sign_in::resolve(app, token, kind).await?,
        _ => None,
    };
    match row.who.admits(caller.as_ref()) {
        Verdict::May => Ok((From(from), caller)),
        Verdict::MustSignIn => {
            let detail = "please sign in: nobody is signed in here, or the session has ended";
            Err(Problem::new(Code::NotSignedIn, detail))
        }
        Verdict::MayNot => {
            let detail = format!("this is for {}", row.who.in_words());
            Err(Problem::new(Code::Forbidden, detail))
        }
    }
}

/// The token that came along, and how. A bearer token goes before a cookie.
fn presented(headers: &HeaderMap, cookie_name: &str) -> Option<(TokenHash, SessionKind)> {
    if let Some(value) = headers.get(AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        let token = scheme.eq_ignore_ascii_case("bearer").then(|| token::parse(token.trim()))??;
        return Some((token, SessionKind::Bearer));
    }
    Some((token::parse(cookie::find(headers, cookie_name)?)?, SessionKind::Cookie))
}

fn add_headers(headers: &mut HeaderMap, id: &str, secure: bool) {
    for (name, value) in HEADERS {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
}

/// Where voting codes are fetched: the only thing that is noted when it is read, and after which they can be erased.
const CODES: &str = "/api/v1/ballots/{id}/codes";

/// Where records are downloaded.
pub(super) const RECORD: &str = "/api/v1/ballots/{id}/record";

/// Where votes are cast.
pub(super) const VOTES: &str = "/api/v1/ballots/{id}/votes";

/// One line a request, on the level `debug`; faults of the server on `error`, here and nowhere else. Never who asked, from
/// where, or which path: only which kind of path. Of votes nothing but faults, for the log has times: beside the record it
/// would say when each vote came.
fn log(id: &str, method: &str, pattern: Option<&str>, status: u16, problem: Option<&Problem>) {
    let code = problem.map_or("", |problem| problem.code().as_str());
    match problem.and_then(Problem::cause) {
        Some(cause) => tracing::error!(id, method, pattern, status, code, cause, "request failed"),
        None if pattern == Some(VOTES) => {}
        None => tracing::debug!(id, method, pattern, status, code, "request"),
    }
}
