//! Refusals as pages: what an action or the gate says no with, in the reader's language.

use actix_web::http::header::{ALLOW, HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use scrutineer_api::problem::Code;

use super::faults::wait;
use super::local_path;
use super::reader::{Reader, lead_to};
use crate::app::App;
use crate::http::problem::Problem;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    reader: &'a Reader,
    title: String,
    text: String,
    id: String,
}

/// The page that says no. Whoever only has to sign in is led to where one can.
pub(in crate::http) fn respond(
    app: &App,
    request: &HttpRequest,
    problem: &Problem,
    id: &str,
) -> HttpResponse {
    let mut reader = Reader::of(app, request);
    if problem.code() == Code::NotSignedIn {
        let back = if request.method().is_safe() { local_path::checked(&reader.here) } else { None };
        return lead_to(&back.map_or_else(|| "/sign-in".to_owned(), |back| format!("/sign-in?next={back}")));
    }
    if !request.method().is_safe() {
        "/".clone_into(&mut reader.here);
    }
    // Where nobody was asked who they are, nothing is said of it.
    reader.offers_sign_in = false;
    let (title, text) = texts(problem.code());
    let mut text = reader.t.get(text);
    if let Some(seconds) = problem.wait() {
        text = format!("{text} {}", wait(reader.t, seconds));
    }
    let page = ProblemPage { reader: &reader, title: reader.t.get(title), text, id: id.to_owned() };
    let mut response =
        reader.page_with(problem.status(), &page).unwrap_or_else(|problem| problem.to_response(id));
    if let Some(seconds) = problem.wait() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Ok(methods) = HeaderValue::try_from(problem.methods().join(", "))
        && !methods.is_empty()
    {
        response.headers_mut().insert(ALLOW, methods);
    }
    response
}

/// Title and text for each kind of refusal.
const fn texts(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::NotFound => ("problem-not-found-title", "problem-not-found"),
        Code::Forbidden => ("problem-forbidden-title", "problem-forbidden"),
        Code::CrossSite | Code::NotThroughProxy => ("problem-cross-site-title", "problem-cross-site"),
        Code::MethodNotAllowed => ("problem-method-title", "problem-method"),
        Code::TooManyAttempts | Code::TooManyVotes => ("problem-wait-title", "problem-wait"),
        Code::SignInsBusy | Code::Busy => ("problem-busy-title", "problem-busy"),
        Code::Storage | Code::ClockWentBackwards => ("problem-storage-title", "problem-storage"),
        Code::Gone => ("problem-gone-title", "problem-gone"),
        Code::Conflict => ("problem-conflict-title", "problem-conflict"),
        Code::Internal => ("problem-internal-title", "problem-internal"),
        _ => ("problem-invalid-title", "problem-invalid"),
    }
}

#[cfg(test)]
mod tests {
    use scrutineer_api::problem::Code;

    use super::texts;
    use crate::i18n::{InWords as _, Language};

    #[test]
    fn every_refusal_has_its_words_in_every_language() {
        for code in Code::ALL {
            let (title, text) = texts(code);
            for language in Language::ALL {
                let (title, text) = (language.texts().get(title), language.texts().get(text));
                assert!(!title.ends_with('.') && text.ends_with('.'), "{code}: {title}: {text}");
            }
        }
    }
}
