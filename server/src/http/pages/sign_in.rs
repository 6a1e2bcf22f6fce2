//! Signing in and out, by plain forms.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER, SET_COOKIE};
use actix_web::web::Data;
use askama::Template;
use scrutineer_api::account::{NewSession, SessionKind};
use scrutineer_api::secret::Secret;
use serde::Deserialize;

use super::faults::{Faults, wait};
use super::home::SIGNED_OUT;
use super::local_path::{self, with_next};
use super::reader::{Reader, lead_to};
use crate::actions::sign_in::{self, SignInError, SignedIn};
use crate::app::App;
use crate::http::cookie::session_cookie;
use crate::http::extract::{Form, From, Query};
use crate::http::problem::Problem;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The form as it is shown: on its page, and where a ballot asks for it.
pub(super) struct SignInForm {
    /// Where it leads.
    pub(super) next: String,
    /// What was typed.
    pub(super) member_no: String,
    /// What is wrong with it.
    pub(super) faults: Faults,
}

impl SignInForm {
    /// An empty form that leads to a page.
    pub(super) fn to(next: &str) -> Self {
        let next = local_path::checked(next).unwrap_or("/").to_owned();
        Self { next, member_no: String::new(), faults: Faults::none() }
    }
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    reader: &'a Reader,
    form: SignInForm,
    /// What went well before.
    good: Option<String>,
}

/// `?next=/path&done=activated`.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    done: String,
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    member_no: String,
    password: Secret,
    #[serde(default)]
    next: String,
}

/// The page.
pub(super) async fn show(reader: Reader, asked: Query<Asked>) -> Result<HttpResponse, Problem> {
    let form = SignInForm::to(&asked.0.next);
    if reader.caller.is_some() {
        return Ok(lead_to(&form.next));
    }
    let good = (asked.0.done == ACTIVATED).then(|| reader.t.get("activated"));
    page(reader, StatusCode::OK, form, good)
}

/// The word after which the page says that a password was set.
pub(super) const ACTIVATED: &str = "activated";

fn page(
    mut reader: Reader,
    status: StatusCode,
    form: SignInForm,
    good: Option<String>,
) -> Result<HttpResponse, Problem> {
    reader.offers_sign_in = false;
    reader.here = with_next("/sign-in", &form.next);
    reader.page_with(status, &SignInPage { reader: &reader, form, good })
}

/// Signs in, or says why not.
pub(super) async fn sign_in(
    app: Data<App>,
    from: From,
    reader: Reader,
    sent: Form<Sent>,
) -> Result<HttpResponse, Problem> {
    let Sent { member_no, password, next } = sent.0;
    let mut form = SignInForm::to(&next);
    let t = reader.t;
    if member_no.trim().is_empty() {
        form.faults.add("member_no", t.get("member-no-missing"));
    }
    if password.expose().is_empty() {
        form.faults.add("password", t.get("password-missing"));
    }
    if !form.faults.is_empty() {
        form.member_no = member_no;
        return page(reader, StatusCode::UNPROCESSABLE_ENTITY, form, None);
    }
    let asked = NewSession { member_no: member_no.clone(), password, kind: SessionKind::Cookie };
    form.member_no = member_no;
    match sign_in::sign_in(&app, from.0, asked).await {
        Ok(SignedIn { token, .. }) => {
            let mut response = lead_to(&form.next);
            set_session_cookie(&app, &mut response, token.expose(), app.settings.sessions.total)?;
            Ok(response)
        }
        Err(SignInError::WrongCredentials) => {
            form.faults.add("member_no", t.get("sign-in-wrong"));
            page(reader, StatusCode::UNAUTHORIZED, form, None)
        }
        Err(SignInError::Wait(seconds)) => {
            form.faults.add("member_no", format!("{} {}", t.get("too-many-attempts"), wait(t, seconds)));
            let mut response = page(reader, StatusCode::TOO_MANY_REQUESTS, form, None)?;
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// Ends the session, if there is one, and has the browser forget what it kept.
pub(super) async fn sign_out(app: Data<App>, reader: Reader) -> Result<HttpResponse, Problem> {
    if let Some(caller) = &reader.caller {
        sign_in::sign_out(&app, caller).await?;
    }
    let mut response = lead_to(&format!("/?done={SIGNED_OUT}"));
    response.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\""));
    set_session_cookie(&app, &mut response, "", 0)?;
    Ok(response)
}

fn set_session_cookie(
    app: &App,
    response: &mut HttpResponse,
    value: &str,
    max_age: i64,
) -> Result<(), Problem> {
    let cookie = session_cookie(app.settings.public_url.is_secure(), value, max_age);
    let cookie = HeaderValue::from_str(&cookie).map_err(|error| Problem::internal(&error))?;
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(())
}
