//! Choosing the language of the pages.

use actix_web::HttpResponse;
use actix_web::http::header::SET_COOKIE;
use actix_web::web::Data;
use scrutineer_api::problem::Code;
use serde::Deserialize;

use super::local_path;
use super::reader::{LANGUAGE_COOKIE, lead_to};
use crate::app::App;
use crate::http::extract::Form;
use crate::http::problem::Problem;
use crate::i18n::Language;

/// A year, in seconds.
const REMEMBERED: u32 = 31_536_000;

/// The form at the foot of every page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choice {
    language: String,
    #[serde(default)]
    next: String,
}

/// Remembers a language.
pub(super) async fn choose(app: Data<App>, form: Form<Choice>) -> Result<HttpResponse, Problem> {
    let chosen = Language::ALL.into_iter().find(|language| language.tag() == form.0.language);
    let chosen =
        chosen.ok_or_else(|| Problem::new(Code::Invalid, "the pages do not come in this language"))?;
    let secure = if app.settings.public_url.is_secure() { "; Secure" } else { "" };
    let cookie = format!(
        "{LANGUAGE_COOKIE}={}; Path=/; Max-Age={REMEMBERED}; HttpOnly; SameSite=Lax{secure}",
        chosen.tag()
    );
    let mut response = lead_to(local_path::checked(&form.0.next).unwrap_or("/"));
    if let Ok(value) = cookie.parse() {
        response.headers_mut().append(SET_COOKIE, value);
    }
    Ok(response)
}
