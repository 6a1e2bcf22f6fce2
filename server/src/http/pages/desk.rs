//! The desk's pages, for officers: finding a member, what is known of their letters, replacing a code in two steps, another
//! e-mail address. No code is ever on them, nor whether a member has voted, but where a code cannot be replaced for that.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use scrutineer_api::ballot::CodeWay;
use scrutineer_api::delivery::{Channel, DeliveryState};
use scrutineer_api::desk::{DeskBallot, DeskDelivery, DeskEntry, DeskMember};
use scrutineer_api::problem::Code;
use serde::Deserialize;

use super::faults::Faults;
use super::reader::{Reader, lead_to};
use crate::actions::desk::change_email::{self, ChangeEmailError};
use crate::actions::desk::find::{self as finding, FindError};
use crate::actions::desk::show as showing;
use crate::actions::proposals::Asked;
use crate::actions::reissue::{self as reissuing, ReissueError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::words;
use crate::http::extract::{Form, Query};
use crate::http::problem::Problem;
use crate::i18n::Texts;

#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage<'a> {
    reader: &'a Reader,
    typed: String,
    faults: Faults,
    found: Option<Found>,
}

/// What a search came to.
struct Found {
    /// How many, in a sentence.
    count: String,
    /// That not all are shown.
    more: Option<String>,
    members: Vec<Hit>,
}

/// A member who was found.
struct Hit {
    entry: DeskEntry,
    path: String,
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sought {
    text: String,
}

/// The page with the search.
pub(super) async fn show(reader: Reader) -> Result<HttpResponse, Problem> {
    desk(&reader, StatusCode::OK, String::new(), Faults::none(), None)
}

fn desk(
    reader: &Reader,
    status: StatusCode,
    typed: String,
    faults: Faults,
    found: Option<Found>,
) -> Result<HttpResponse, Problem> {
    reader.page_with(status, &DeskPage { reader, typed, faults, found })
}

/// Searches. The form is sent as a form, never as a query, so that no name stands in a log or in a history.
pub(super) async fn find(
    app: Data<App>,
    reader: Reader,
    sent: Form<Sought>,
) -> Result<HttpResponse, Problem> {
    let (t, typed) = (reader.t, sent.0.text);
    let wrong = |text| {
        let faults = Faults::one("text", text);
        desk(&reader, StatusCode::UNPROCESSABLE_ENTITY, typed.clone(), faults, None)
    };
    let found = match finding::find(&app, &typed).await {
        Ok(found) => found,
        Err(FindError::Nothing) => return wrong(t.get("desk-search-missing")),
        Err(FindError::TooLong) => return wrong(t.get("desk-search-too-long")),
        Err(error) => return Err(error.into()),
    };
    let shown = u64::try_from(found.members.len()).unwrap_or(u64::MAX);
    let count = match found.total {
        0 => t.get("desk-nobody"),
        total => t.with("desk-found", &[("total", total.into())]),
    };
    let more = (found.total > shown).then(|| t.with("desk-more", &[("shown", shown.into())]));
    let hit = |entry: DeskEntry| Hit { path: path_of(&entry.member_no), entry };
    let members = found.members.into_iter().map(hit).collect();
    desk(&reader, StatusCode::OK, typed, Faults::none(), Some(Found { count, more, members }))
}

/// The path of a member's page. Numbers may have signs that mean something else in a path.
fn path_of(member_no: &str) -> String {
    let mut path = "/desk/members/".to_owned();
    for byte in member_no.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

#[derive(Template)]
#[template(path = "desk_member.html")]
struct MemberPage<'a> {
    reader: &'a Reader,
    path: String,
    member: DeskMember,
    ballots: Vec<Part>,
    /// When another address is in use, in a sentence.
    waits: Option<String>,
    /// What went well before.
    good: Option<String>,
    typed: String,
    faults: Faults,
}

/// A ballot as the page shows it.
struct Part {
    ballot: DeskBallot,
    may_vote: Option<String>,
    letters: Vec<Letter>,
    /// Where a new code would go; none without spares.
    way: Option<String>,
}

/// Where letters stand on one way.
struct Letter {
    channel: String,
    state: String,
    code: bool,
}

/// `?done=changed&number=3`.
#[derive(Deserialize)]
pub(super) struct Arrival {
    #[serde(default)]
    done: String,
    #[serde(default)]
    number: i64,
}

/// A member.
pub(super) async fn member(
    app: Data<App>,
    reader: Reader,
    member_no: Path<String>,
    arrival: Query<Arrival>,
) -> Result<HttpResponse, Problem> {
    let good = said(reader.t, &arrival.0);
    member_page(&app, &reader, StatusCode::OK, member_no.into_inner(), good, String::new(), Faults::none())
        .await
}

/// What is said of the deed that led here.
fn said(t: &Texts, arrival: &Arrival) -> Option<String> {
    let reissued = |way| Some(t.with("desk-reissued", &[("way", way_in_words(t, way).into())]));
    match arrival.done.as_str() {
        "email" => reissued(CodeWay::Email),
        "hand" => reissued(CodeWay::Hand),
        "registrar" => reissued(CodeWay::Registrar),
        "proposed" => Some(t.with("desk-proposed", &[("number", arrival.number.to_string().into())])),
        "changed" => Some(t.get("desk-changed")),
        "cancelled" => Some(t.get("desk-cancelled")),
        _ => None,
    }
}

async fn member_page(
    app: &App,
    reader: &Reader,
    status: StatusCode,
    member_no: String,
    good: Option<String>,
    typed: String,
    faults: Faults,
) -> Result<HttpResponse, Problem> {
    let mut member = showing::show(app, member_no).await?;
    let t = reader.t;
    let waits = member.email_change.as_ref().map(|change| {
        let time = words::time(t, "UTC", change.due_at);
        let email = if change.email.is_empty() { "–" } else { &change.email };
        t.with("desk-change-waits", &[("time", time.into()), ("email", email.into())])
    });
    let ballots = std::mem::take(&mut member.ballots).into_iter().map(|ballot| part(t, ballot)).collect();
    let path = path_of(&member.member_no);
    reader.page_with(status, &MemberPage { reader, path, member, ballots, waits, good, typed, faults })
}

fn part(t: &Texts, ballot: DeskBallot) -> Part {
    let may_vote = ballot.may_vote.then(|| match &ballot.box_name {
        Some(name) => t.with("desk-may-vote-in", &[("box", name.into())]),
        None => t.get("desk-may-vote"),
    });
    let letters = ballot.deliveries.iter().map(|row| letter(t, row)).collect();
    let way = ballot.reissue.as_ref().map(|reissue| way_in_words(t, reissue.way));
    Part { ballot, may_vote, letters, way }
}

fn letter(t: &Texts, row: &DeskDelivery) -> Letter {
    let channel = match row.channel {
        Channel::Email => t.get("desk-channel-email"),
        Channel::Post => t.get("desk-channel-post"),
        Channel::Hand => t.get("desk-channel-hand"),
    };
    let day = [("day", row.day.as_str().into())];
    let state = match row.state {
        DeliveryState::Queued => t.with("desk-state-queued", &day),
        DeliveryState::Printed => t.with("desk-state-printed", &day),
        DeliveryState::Sent => t.with("desk-state-sent", &day),
        DeliveryState::Delivered => t.with("desk-state-delivered", &day),
        DeliveryState::HandedOver => t.with("desk-state-handed-over", &day),
        DeliveryState::Bounced => t.with("desk-state-bounced", &day),
    };
    Letter { channel, state, code: row.code }
}

fn way_in_words(t: &Texts, way: CodeWay) -> String {
    match way {
        CodeWay::Email => t.get("desk-way-email"),
        CodeWay::Hand => t.get("desk-way-hand"),
        CodeWay::Registrar => t.get("desk-way-registrar"),
    }
}

/// What the form for another address sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changed {
    email: String,
}

/// Changes an address.
pub(super) async fn change_email(
    app: Data<App>,
    reader: Reader,
    caller: Caller,
    member_no: Path<String>,
    sent: Form<Changed>,
) -> Result<HttpResponse, Problem> {
    let (t, member_no, typed) = (reader.t, member_no.into_inner(), sent.0.email);
    let (status, text) = match change_email::change(&app, &caller, member_no.clone(), &typed).await {
        Ok(asked) => return Ok(lead_back(&member_no, asked, |_| "changed")),
        Err(ChangeEmailError::Address(_)) => (StatusCode::UNPROCESSABLE_ENTITY, t.get("desk-change-wrong")),
        Err(ChangeEmailError::Same(_)) => (StatusCode::CONFLICT, t.get("desk-change-same")),
        Err(error) => return Err(error.into()),
    };
    member_page(&app, &reader, status, member_no, None, typed, Faults::one("email", text)).await
}

/// Back to the member's page, which says what came of it.
fn lead_back<T>(member_no: &str, asked: Asked<T>, word: impl FnOnce(T) -> &'static str) -> HttpResponse {
    let path = path_of(member_no.trim());
    lead_to(&match asked {
        Asked::Done(done) => format!("{path}?done={}", word(done)),
        Asked::Waits(proposal) => format!("{path}?done=proposed&number={}", proposal.id),
    })
}

/// Takes a change back.
pub(super) async fn keep_email(
    app: Data<App>,
    caller: Caller,
    member_no: Path<String>,
) -> Result<HttpResponse, Problem> {
    let member_no = member_no.into_inner();
    match change_email::cancel(&app, &caller, member_no.clone()).await {
        // Taken back twice, it is as it was wanted.
        Ok(()) | Err(ChangeEmailError::NoneWaits(_)) => {
            Ok(lead_to(&format!("{}?done=cancelled", path_of(member_no.trim()))))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "desk_reissue.html")]
struct ReissuePage<'a> {
    reader: &'a Reader,
    path: String,
    member: DeskMember,
    title: String,
    id: String,
    /// What would happen; none where no code can be replaced.
    what: Vec<String>,
    /// Why it was not done.
    refused: Option<String>,
}

/// The first step: whose code in which ballot, and what happens.
pub(super) async fn reissue_or_not(
    app: Data<App>,
    reader: Reader,
    asked: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (member_no, id) = asked.into_inner();
    reissue_page(&app, reader, StatusCode::OK, member_no, &id, None).await
}

async fn reissue_page(
    app: &App,
    mut reader: Reader,
    status: StatusCode,
    member_no: String,
    id: &str,
    refused: Option<String>,
) -> Result<HttpResponse, Problem> {
    let member = showing::show(app, member_no).await?;
    let t = reader.t;
    let ballot = member.ballots.iter().find(|ballot| ballot.id == id);
    let Some(ballot) = ballot.filter(|ballot| ballot.may_vote) else {
        return Err(Problem::new(Code::NotFound, "there is no such ballot of this member"));
    };
    reader.practice = ballot.practice;
    let mut what = Vec::new();
    let mut refused = refused;
    match &ballot.reissue {
        Some(reissue) if refused.is_none() => {
            what.push(t.get("desk-reissue-void"));
            what.push(format!("{} {}.", t.get("desk-new-code"), way_in_words(t, reissue.way)));
            what.push(t.with("desk-reissue-spares", &[("spares", reissue.spares.into())]));
            if reissue.two_people {
                what.push(t.get("desk-reissue-two"));
            }
            what.push(t.get("desk-reissue-sure"));
        }
        Some(_) => {}
        None => refused = refused.or_else(|| Some(t.get("desk-no-spares"))),
    }
    let (title, id, path) = (ballot.title.clone(), ballot.id.clone(), path_of(&member.member_no));
    reader.page_with(status, &ReissuePage { reader: &reader, path, member, title, id, what, refused })
}

/// The second step.
pub(super) async fn reissue(
    app: Data<App>,
    reader: Reader,
    caller: Caller,
    asked: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (member_no, id) = asked.into_inner();
    let refused = match reissuing::reissue(&app, &caller, id.clone(), vec![member_no.clone()]).await {
        Ok(asked) => {
            return Ok(lead_back(&member_no, asked, |reissued| {
                reissued.codes.first().map_or("", |code| code.way.as_str())
            }));
        }
        Err(ReissueError::HasVoted(_)) => reader.t.get("desk-reissue-voted"),
        Err(ReissueError::NotNow | ReissueError::NotOnRoll(_) | ReissueError::NoSpares) => {
            reader.t.get("desk-reissue-not-now")
        }
        Err(error) => return Err(error.into()),
    };
    reissue_page(&app, reader, StatusCode::CONFLICT, member_no, &id, Some(refused)).await
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn every_number_has_a_path_of_its_own() {
        for (number, path) in [
            ("1001", "/desk/members/1001"),
            ("A-17_b", "/desk/members/A-17_b"),
            ("7/1#2+3", "/desk/members/7%2F1%232%2B3"),
            ("..", "/desk/members/%2E%2E"),
        ] {
            assert_eq!(path_of(number), path);
        }
    }
}
