//! Checking a receipt: one field, for a tracker or its twelve words. The form is sent as a form, never as a query, so that no
//! tracker stands in a log or in a history.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use scrutineer_api::ballot::BallotState;
use serde::Deserialize;

use super::assets::Asset;
use super::faults::Faults;
use super::reader::Reader;
use crate::actions::check_receipt::{self, BallotRef, Checked, Found, Unseen};
use crate::app::App;
use crate::http::extract::Form;
use crate::http::problem::Problem;
use crate::i18n::Texts;

/// So many ballots are named where a vote was not found.
const ASKED: usize = 5;

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage<'a> {
    reader: &'a Reader,
    typed: String,
    faults: Faults,
    answer: Option<Answer>,
}

/// What became of a vote, in words.
struct Answer {
    /// `good`, `bad` or `info`.
    kind: &'static str,
    /// The word that says it all.
    word: String,
    text: String,
    /// What else there is to say.
    more: Vec<String>,
    found: Option<Found>,
    /// Ballots whose people may be asked.
    ask: Vec<BallotRef>,
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    tracker: String,
}

/// The page.
pub(super) async fn show(reader: Reader) -> Result<HttpResponse, Problem> {
    page(reader, StatusCode::OK, String::new(), Faults::none(), None)
}

fn page(
    mut reader: Reader,
    status: StatusCode,
    typed: String,
    faults: Faults,
    answer: Option<Answer>,
) -> Result<HttpResponse, Problem> {
    reader.script = Some(Asset::check());
    reader.practice =
        answer.as_ref().and_then(|answer| answer.found.as_ref()).is_some_and(|found| found.ballot.practice);
    reader.page_with(status, &CheckPage { reader: &reader, typed, faults, answer })
}

/// Looks a vote up.
pub(super) async fn check(app: Data<App>, reader: Reader, sent: Form<Sent>) -> Result<HttpResponse, Problem> {
    let (t, typed) = (reader.t, sent.0.tracker);
    let wrong = |reader, typed, text| {
        let faults = Faults::one("tracker", text);
        page(reader, StatusCode::UNPROCESSABLE_ENTITY, typed, faults, None)
    };
    if typed.trim().is_empty() {
        return wrong(reader, typed, t.get("check-missing"));
    }
    let answer = match check_receipt::check(&app, reader.caller.as_ref(), &typed).await? {
        Checked::NotATracker => return wrong(reader, typed, t.get("check-not-a-tracker")),
        Checked::Several => return wrong(reader, typed, t.get("check-several")),
        Checked::Counted(found) => counted(t, found),
        Checked::Replaced(found) => replaced(t, found),
        Checked::NotFound(unseen) => not_found(t, unseen),
    };
    page(reader, StatusCode::OK, String::new(), Faults::none(), Some(answer))
}

fn counted(t: &Texts, found: Found) -> Answer {
    let text = match found.ballot.state {
        BallotState::Open => t.get("check-counted-so-far"),
        BallotState::Cancelled => t.get("check-counted-cancelled"),
        _ => t.get("check-counted"),
    };
    let (word, more) = (t.get("check-counted-word"), Vec::new());
    Answer { kind: "good", word, text, more, found: Some(found), ask: Vec::new() }
}

fn replaced(t: &Texts, found: Found) -> Answer {
    let (word, text) = (t.get("check-replaced-word"), t.get("check-replaced"));
    let more = vec![t.with("check-replaced-call", &[("contact", (&found.ballot.contact).into())])];
    Answer { kind: "info", word, text, more, found: Some(found), ask: Vec::new() }
}

fn not_found(t: &Texts, unseen: Unseen) -> Answer {
    let (word, text) = (t.get("check-not-found-word"), t.get("check-not-found"));
    // While it may yet be found there is nothing to be alarmed about.
    let kind = if unseen.sign_in || unseen.steps { "info" } else { "bad" };
    let mut more = Vec::new();
    if unseen.sign_in {
        more.push(t.get("check-not-found-sign-in"));
    } else if unseen.steps {
        more.push(t.get("check-not-found-steps"));
    }
    more.push(t.get("check-not-found-call"));
    let mut ask = unseen.ballots;
    ask.truncate(ASKED);
    Answer { kind, word, text, more, found: None, ask }
}
