//! Choosing a password with an activation code, by a plain form.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::web::Data;
use askama::Template;
use scrutineer_api::account::{MIN_PASSWORD_CHARS, NewActivation};
use scrutineer_api::secret::Secret;
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::faults::{Faults, wait};
use super::local_path::{self, with_next};
use super::reader::{Reader, lead_to};
use super::sign_in::ACTIVATED;
use crate::actions::activate::{self as activation, ActivateError};
use crate::app::App;
use crate::auth::password::{NotAPassword, may_be_chosen};
use crate::domain::activation_code::ActivationCode;
use crate::http::extract::{Form, From, Query};
use crate::http::problem::Problem;
use crate::i18n::Texts;

#[derive(Template)]
#[template(path = "activate.html")]
struct ActivatePage<'a> {
    reader: &'a Reader,
    faults: Faults,
    member_no: String,
    /// Where signing in afterwards leads.
    next: &'a str,
    /// The fewest characters of a password.
    least: u64,
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    member_no: String,
    code: Secret,
    password: Secret,
    again: Secret,
    #[serde(default)]
    next: String,
}

/// `?next=/path`.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
}

/// The page.
pub(super) async fn show(mut reader: Reader, asked: Query<Asked>) -> Result<HttpResponse, Problem> {
    page(&mut reader, StatusCode::OK, Faults::none(), (String::new(), &asked.0.next))
}

fn page(
    reader: &mut Reader,
    status: StatusCode,
    faults: Faults,
    (member_no, next): (String, &str),
) -> Result<HttpResponse, Problem> {
    let next = local_path::checked(next).unwrap_or("/");
    reader.here = with_next("/activate", next);
    let least = u64::try_from(MIN_PASSWORD_CHARS).unwrap_or(u64::MAX);
    reader.page_with(status, &ActivatePage { reader, faults, member_no, next, least })
}

/// Sets a password, or says why not.
pub(super) async fn activate(
    app: Data<App>,
    from: From,
    mut reader: Reader,
    sent: Form<Sent>,
) -> Result<HttpResponse, Problem> {
    let t = reader.t;
    let faults = faults(t, &sent.0);
    let Sent { member_no, code, password, next, .. } = sent.0;
    if !faults.is_empty() {
        return page(&mut reader, StatusCode::UNPROCESSABLE_ENTITY, faults, (member_no, &next));
    }
    let asked = NewActivation { member_no: member_no.clone(), code, password };
    match activation::activate(&app, from.0, asked).await {
        Ok(_) => Ok(lead_to(&match local_path::checked(&next) {
            None | Some("/") => format!("/sign-in?done={ACTIVATED}"),
            Some(next) => format!("/sign-in?done={ACTIVATED}&next={next}"),
        })),
        Err(ActivateError::WrongCredentials) => {
            let faults = Faults::one("code", t.get("activate-wrong"));
            page(&mut reader, StatusCode::UNAUTHORIZED, faults, (member_no, &next))
        }
        Err(ActivateError::Wait(seconds)) => {
            let text = format!("{} {}", t.get("too-many-attempts"), wait(t, seconds));
            let faults = Faults::one("code", text);
            let mut response = page(&mut reader, StatusCode::TOO_MANY_REQUESTS, faults, (member_no, &next))?;
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// What is wrong in itself, before anything is compared with what the server knows.
fn faults(t: &Texts, sent: &Sent) -> Faults {
    let mut faults = Faults::none();
    if sent.member_no.trim().is_empty() {
        faults.add("member_no", t.get("member-no-missing"));
    }
    if sent.code.expose().trim().is_empty() {
        faults.add("code", t.get("activation-code-missing"));
    } else if ActivationCode::parse(sent.code.expose()).is_err() {
        faults.add("code", t.get("activation-code-mistyped"));
    }
    match may_be_chosen(&sent.password) {
        Err(NotAPassword::TooShort) => {
            let least = u64::try_from(MIN_PASSWORD_CHARS).unwrap_or(u64::MAX);
            faults.add("password", t.with("password-too-short", &[("least", least.into())]));
        }
        Err(NotAPassword::TooLong) => faults.add("password", t.get("password-too-long")),
        Ok(()) if !bool::from(sent.password.expose().as_bytes().ct_eq(sent.again.expose().as_bytes())) => {
            faults.add("again", t.get("passwords-differ"));
        }
        Ok(()) => {}
    }
    faults
}
