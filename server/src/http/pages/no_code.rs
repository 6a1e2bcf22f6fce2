//! The pages for members who have no code: asking for a permit, and using it. Nothing on them says whether there is such a
//! member, or what stands of them on the roll.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::web::Data;
use askama::Template;
use scrutineer_api::secret::Secret;
use serde::Deserialize;

use super::faults::{Faults, wait};
use super::reader::{Reader, lead_to};
use crate::actions::desk::again::{self, Again, AgainError};
use crate::actions::desk::no_code::{self, Choice, NoCode, NoCodeError, Offer};
use crate::app::App;
use crate::http::extract::{Form, From, Query};
use crate::http::problem::Problem;

#[derive(Template)]
#[template(path = "no_code.html")]
struct NoCodePage<'a> {
    reader: &'a Reader,
    /// With a permit, or for one.
    again: bool,
    /// Ballots whose codes are replaced here.
    ballots: Vec<Choice>,
    /// Ballots in which only people can help.
    ask: Vec<(String, String)>,
    asks_fact: bool,
    chosen: String,
    member_no: String,
    faults: Faults,
    /// What went well before.
    good: Option<String>,
    /// What cannot be done, with whom to ask.
    bad: Option<(String, String)>,
}

/// What was typed, and what is to be said of it.
#[derive(Default)]
struct Said {
    chosen: String,
    member_no: String,
    faults: Faults,
    good: Option<String>,
    bad: Option<(String, String)>,
}

/// `?ballot=ID&done=asked`.
#[derive(Deserialize)]
pub(super) struct Arrival {
    #[serde(default)]
    ballot: String,
    #[serde(default)]
    done: String,
}

/// What the form for a permit sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    ballot: String,
    member_no: String,
    #[serde(default = "nothing")]
    fact: Secret,
}

fn nothing() -> Secret {
    Secret::new(String::new())
}

/// What the form with a permit sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Permitted {
    #[serde(default)]
    ballot: String,
    member_no: String,
    permit: Secret,
}

async fn page(
    app: &App,
    mut reader: Reader,
    status: StatusCode,
    again: bool,
    said: Said,
) -> Result<HttpResponse, Problem> {
    let Offer { ballots, asks_fact } = no_code::offer(app).await?;
    let (by_page, by_people): (Vec<_>, Vec<_>) = ballots.into_iter().partition(|one| one.by_page);
    let ask = by_people.into_iter().map(|one| (one.title, one.contact)).collect();
    let Said { chosen, member_no, faults, good, bad } = said;
    reader.here = if again { "/no-code/again" } else { "/no-code" }.to_owned();
    if by_page.iter().any(|one| one.id == chosen) {
        reader.here.push_str(&format!("?ballot={chosen}"));
    }
    let page = NoCodePage {
        reader: &reader,
        again,
        ballots: by_page,
        ask,
        asks_fact: asks_fact && !again,
        chosen,
        member_no,
        faults,
        good,
        bad,
    };
    reader.page_with(status, &page)
}

/// The page on which a permit is asked for.
pub(super) async fn show(
    app: Data<App>,
    reader: Reader,
    arrival: Query<Arrival>,
) -> Result<HttpResponse, Problem> {
    let Arrival { ballot, done } = arrival.0;
    let good = (done == "asked").then(|| reader.t.get("no-code-asked"));
    page(&app, reader, StatusCode::OK, false, Said { chosen: ballot, good, ..Said::default() }).await
}

/// Asks for a permit. The answer is the same whatever was typed.
pub(super) async fn ask(
    app: Data<App>,
    from: From,
    reader: Reader,
    sent: Form<Asked>,
) -> Result<HttpResponse, Problem> {
    let Asked { ballot, member_no, fact } = sent.0;
    let t = reader.t;
    let mut said = Said { chosen: ballot.clone(), member_no: member_no.clone(), ..Said::default() };
    if ballot.is_empty() {
        said.faults.add("ballot", t.get("no-code-ballot-missing"));
    }
    if member_no.trim().is_empty() {
        said.faults.add("member_no", t.get("member-no-missing"));
    }
    if !said.faults.is_empty() {
        return page(&app, reader, StatusCode::UNPROCESSABLE_ENTITY, false, said).await;
    }
    match no_code::ask(&app, from.0, NoCode { ballot: ballot.clone(), member_no, fact }).await {
        Ok(()) => Ok(lead_to(&format!("/no-code?ballot={ballot}&done=asked"))),
        Err(error) => refused(&app, reader, false, said, error).await,
    }
}

/// What cannot be done for anybody.
async fn refused(
    app: &App,
    reader: Reader,
    again: bool,
    mut said: Said,
    error: NoCodeError,
) -> Result<HttpResponse, Problem> {
    let t = reader.t;
    match error {
        NoCodeError::Ask(contact) => {
            said.bad = Some((t.get("no-code-ask"), contact));
            page(app, reader, StatusCode::CONFLICT, again, said).await
        }
        NoCodeError::NotNow => {
            said.bad = Some((t.get("no-code-not-now"), String::new()));
            page(app, reader, StatusCode::CONFLICT, again, said).await
        }
        NoCodeError::Wait(seconds) => {
            let text = format!("{} {}", t.get("no-code-often"), wait(t, seconds));
            wait_a_little(app, reader, again, said, text, seconds).await
        }
        error => Err(error.into()),
    }
}

async fn wait_a_little(
    app: &App,
    reader: Reader,
    again: bool,
    mut said: Said,
    text: String,
    seconds: u64,
) -> Result<HttpResponse, Problem> {
    said.faults.add("member_no", text);
    let mut response = page(app, reader, StatusCode::TOO_MANY_REQUESTS, again, said).await?;
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    Ok(response)
}

/// The page on which a permit is used.
pub(super) async fn again(
    app: Data<App>,
    reader: Reader,
    arrival: Query<Arrival>,
) -> Result<HttpResponse, Problem> {
    let Arrival { ballot, done } = arrival.0;
    let good = (done == "replaced").then(|| reader.t.get("again-done"));
    page(&app, reader, StatusCode::OK, true, Said { chosen: ballot, good, ..Said::default() }).await
}

/// Uses a permit.
pub(super) async fn replace(
    app: Data<App>,
    from: From,
    reader: Reader,
    sent: Form<Permitted>,
) -> Result<HttpResponse, Problem> {
    let Permitted { ballot, member_no, permit } = sent.0;
    let t = reader.t;
    let mut said = Said { chosen: ballot.clone(), member_no: member_no.clone(), ..Said::default() };
    if ballot.is_empty() {
        said.faults.add("ballot", t.get("no-code-ballot-missing"));
    }
    if member_no.trim().is_empty() {
        said.faults.add("member_no", t.get("member-no-missing"));
    }
    if permit.expose().trim().is_empty() {
        said.faults.add("permit", t.get("again-permit-missing"));
    }
    if !said.faults.is_empty() {
        return page(&app, reader, StatusCode::UNPROCESSABLE_ENTITY, true, said).await;
    }
    match again::again(&app, from.0, Again { ballot: ballot.clone(), member_no, permit }).await {
        Ok(()) => Ok(lead_to(&format!("/no-code/again?ballot={ballot}&done=replaced"))),
        Err(AgainError::Permit(_)) => {
            said.faults.add("permit", t.get("again-permit-mistyped"));
            page(&app, reader, StatusCode::UNPROCESSABLE_ENTITY, true, said).await
        }
        Err(AgainError::WrongPermit) => {
            said.faults.add("permit", t.get("again-wrong"));
            page(&app, reader, StatusCode::UNAUTHORIZED, true, said).await
        }
        Err(AgainError::HasVoted(contact)) => {
            said.bad = Some((t.get("again-voted"), contact));
            page(&app, reader, StatusCode::CONFLICT, true, said).await
        }
        Err(AgainError::Ask(contact)) => {
            said.bad = Some((t.get("no-code-ask"), contact));
            page(&app, reader, StatusCode::CONFLICT, true, said).await
        }
        Err(AgainError::Wait(seconds)) => {
            let text = format!("{} {}", t.get("too-many-attempts"), wait(t, seconds));
            wait_a_little(&app, reader, true, said, text, seconds).await
        }
        Err(AgainError::NoCode(error)) => refused(&app, reader, true, said, error).await,
        Err(error) => Err(error.into()),
    }
}
