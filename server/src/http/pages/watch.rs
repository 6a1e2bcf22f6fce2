//! The pages of those who watch: a ballot with everything that may be known of it, who voted in it, and the union with the
//! log of all deeds. What the log says is English in every language, for it is what the server wrote.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Path};
use askama::Template;
use scrutineer_api::audit::AuditEntry;
use scrutineer_api::ballot::{BallotBox, BallotState};
use scrutineer_api::board::{Board, BoardState, TellerStep};
use scrutineer_api::problem::Code;
use serde::Deserialize;

use super::ballot::{UnitRow, cast, unit_rows};
use super::reader::Reader;
use super::status;
use crate::actions::watch::{self, Inside, MOST, WatchError, Watched};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::words;
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::i18n::Texts;
use crate::store::ProposalRow;

#[derive(Template)]
#[template(path = "watch.html")]
struct BallotPage<'a> {
    reader: &'a Reader,
    id: String,
    title: String,
    status: String,
    cancelled_because: Option<String>,
    waits_for: Vec<String>,
    cast: Option<String>,
    turnout: Vec<UnitRow>,
    tellers: Tellers,
    /// How many officers have signed, of how many.
    signed: Option<String>,
    signatures: Vec<Signature>,
    proposals: Vec<Waiting>,
    inside: Option<Seen>,
    frozen: bool,
    results: bool,
    certificate: Option<u32>,
    /// The server's public address, for commands.
    server: String,
}

/// The tellers of a ballot, and how far each is.
struct Tellers {
    /// In a sentence.
    needed: String,
    /// What the columns beside the names are.
    columns: Vec<String>,
    seats: Vec<Seat>,
}

/// A teller.
struct Seat {
    number: String,
    name: String,
    cells: Vec<String>,
}

/// A signature of a certificate.
struct Signature {
    member_no: String,
    key: String,
}

/// A proposal that waits for its second person.
struct Waiting {
    number: i64,
    /// What it would do, a word of the API with spaces.
    what: String,
    by: String,
    until: String,
}

/// What officers and observers see besides.
struct Seen {
    entries: Vec<Entry>,
    /// That the log says more.
    more: Option<String>,
    /// Names and numbers of those who voted, and how many in words.
    voted: Option<(String, Vec<(String, String)>)>,
}

/// An entry of the log.
struct Entry {
    number: i64,
    time: String,
    sentence: String,
}

impl From<&AuditEntry> for Entry {
    fn from(entry: &AuditEntry) -> Self {
        Self { number: entry.seq, time: entry.time(), sentence: entry.sentence() }
    }
}

/// A ballot.
pub(super) async fn ballot(
    app: Data<App>,
    mut reader: Reader,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let found = watch::ballot(&app, &caller, id.into_inner()).await?;
    let t = reader.t;
    let ballot = &found.shown.ballot;
    reader.practice = ballot.practice;
    let eligible = (!ballot.boxes.is_empty()).then(|| ballot.boxes.iter().map(|one| one.eligible).sum());
    let numbers = |needed: u64| {
        let signed = u64::try_from(found.signatures.len()).unwrap_or(u64::MAX);
        [("signed", signed.into()), ("needed", needed.into())]
    };
    let page = BallotPage {
        reader: &reader,
        id: ballot.id.clone(),
        title: ballot.title.clone(),
        status: status::sentence(t, &ballot.time_zone, (ballot.state, ballot.opens, ballot.closes)),
        cancelled_because: ballot.cancelled_because.clone(),
        waits_for: ballot.waits_for.clone(),
        cast: cast(t, ballot, eligible),
        turnout: unit_rows(t, ballot),
        tellers: tellers(t, &found),
        signed: found.needed.map(|needed| t.with("watch-signed", &numbers(needed))),
        signatures: found
            .signatures
            .iter()
            .map(|row| Signature { member_no: row.member_no.clone(), key: row.fingerprint.clone() })
            .collect(),
        proposals: found.proposals.iter().map(|row| waiting(t, &ballot.time_zone, row)).collect(),
        inside: found.inside.as_ref().map(|inside| seen(t, inside)),
        frozen: !ballot.boxes.is_empty(),
        results: matches!(ballot.state, BallotState::Tallied | BallotState::Certified),
        certificate: found.certificate,
        server: app.settings.public_url.to_string(),
    };
    reader.page(&page)
}

fn tellers(t: &Texts, found: &Watched) -> Tellers {
    let Some(board) = &found.board else {
        return Tellers { needed: t.get("watch-no-tellers"), columns: Vec::new(), seats: Vec::new() };
    };
    let ballot = &found.shown.ballot;
    let count = u64::try_from(board.tellers.len()).unwrap_or(u64::MAX);
    let needed = t.with(
        "watch-tellers-needed",
        &[
            ("board", board.name.as_str().into()),
            ("needed", u64::from(board.threshold).into()),
            ("tellers", count.into()),
        ],
    );
    if board.state == BoardState::Forming || ballot.boxes.is_empty() {
        return Tellers { needed, columns: vec![t.get("watch-ceremony")], seats: ceremony(t, board) };
    }
    let done = |of: &dyn Fn(&BallotBox) -> bool| {
        let all = ballot.boxes.len();
        match (ballot.boxes.iter().filter(|one| of(one)).count(), all) {
            (0, _) => t.get("watch-no"),
            (done, all) if done == all => t.get("watch-yes"),
            (done, all) => {
                let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
                t.with("watch-boxes", &[("done", number(done).into()), ("all", number(all).into())])
            }
        }
    };
    let seat = |teller: &scrutineer_api::board::Teller| Seat {
        number: t.number(u64::from(teller.index)),
        name: name(teller),
        cells: vec![
            done(&|one| one.checks.iter().any(|said| said.index == teller.index)),
            done(&|one| one.closings.iter().any(|said| said.index == teller.index)),
            done(&|one| one.opened_by.contains(&teller.index)),
        ],
    };
    Tellers {
        needed,
        columns: vec![t.get("watch-checked"), t.get("watch-stated"), t.get("watch-opened")],
        seats: board.tellers.iter().map(seat).collect(),
    }
}

/// How far each teller is in making the key.
fn ceremony(t: &Texts, board: &Board) -> Vec<Seat> {
    let steps = |step: TellerStep| -> u64 {
        match step {
            TellerStep::Invited => 0,
            TellerStep::Certificate => 1,
            TellerStep::Commitment => 2,
            TellerStep::Parts => 3,
            TellerStep::Key => 4,
        }
    };
    let seat = |teller: &scrutineer_api::board::Teller| Seat {
        number: t.number(u64::from(teller.index)),
        name: name(teller),
        cells: vec![t.with("watch-steps", &[("done", steps(teller.step).into())])],
    };
    board.tellers.iter().map(seat).collect()
}

fn name(teller: &scrutineer_api::board::Teller) -> String {
    format!("{} ({})", teller.name, teller.member_no)
}

fn waiting(t: &Texts, zone: &str, row: &ProposalRow) -> Waiting {
    Waiting {
        number: row.number,
        what: row.kind.as_str().replace('_', " "),
        by: format!("{} ({})", row.proposer_name, row.proposer_no),
        until: words::time(t, zone, row.expires_at),
    }
}

fn seen(t: &Texts, inside: &Inside) -> Seen {
    let voted = inside.voted.as_ref().map(|voted| {
        let count = u64::try_from(voted.len()).unwrap_or(u64::MAX);
        let names = voted.iter().map(|row| (row.name.clone(), row.member_no.clone())).collect();
        (t.with("watch-voted-count", &[("count", count.into())]), names)
    });
    Seen {
        entries: inside.entries.iter().map(Entry::from).collect(),
        more: inside.more.then(|| t.with("watch-log-more", &[("count", u64::from(MOST).into())])),
        voted,
    }
}

/// The list of who voted, as a file.
pub(super) async fn who_voted(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (id, voted) = watch::who_voted(&app, &caller, id.into_inner()).await?;
    let mut text = "member_no,name\r\n".to_owned();
    for row in voted {
        text.push_str(&format!("{},{}\r\n", field(&row.member_no), field(&row.name)));
    }
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"voted-{id}.csv\"")))
        .body(text))
}

/// A field of a CSV file (RFC 4180). One that a spreadsheet would take for a formula gets an apostrophe.
pub(super) fn field(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if text.contains(['"', ',', '\n', '\r']) || text.trim() != text {
        return format!("\"{guard}{}\"", text.replace('"', "\"\""));
    }
    format!("{guard}{text}")
}

#[derive(Template)]
#[template(path = "watch_all.html")]
struct UnionPage<'a> {
    reader: &'a Reader,
    ballots: Vec<Watchable>,
    forming: Vec<Forming>,
    proposals: Vec<Waiting>,
    entries: Vec<Entry>,
    head_seq: String,
    head_hash: String,
    page: u64,
    pages: u64,
}

/// A ballot in the list.
struct Watchable {
    id: String,
    title: String,
    practice: bool,
    status: String,
}

/// A board that makes its key.
struct Forming {
    name: String,
    /// The id of its heading.
    anchor: String,
    columns: Vec<String>,
    seats: Vec<Seat>,
}

/// The query of the page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default = "first")]
    page: u64,
}

const fn first() -> u64 {
    1
}

/// The union.
pub(super) async fn union(
    app: Data<App>,
    reader: Reader,
    caller: Caller,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let found = watch::union(&app, &caller, asked.0.page).await?;
    let t = reader.t;
    let ballots = found.ballots.ballots.into_iter().map(|one| Watchable {
        status: status::sentence(t, "UTC", (one.state, one.opens, one.closes)),
        id: one.id,
        title: one.title,
        practice: one.practice,
    });
    let forming = (1..).zip(&found.forming).map(|(number, board): (u32, _)| Forming {
        name: board.name.clone(),
        anchor: format!("board-{number}"),
        columns: vec![t.get("watch-ceremony")],
        seats: ceremony(t, board),
    });
    let page = UnionPage {
        reader: &reader,
        ballots: ballots.collect(),
        forming: forming.collect(),
        proposals: found.proposals.iter().map(|row| waiting(t, "UTC", row)).collect(),
        entries: found.entries.iter().map(Entry::from).collect(),
        head_seq: t.number(u64::try_from(found.head_seq).unwrap_or_default()),
        head_hash: found.head_hash,
        page: found.page,
        pages: found.pages,
    };
    reader.page(&page)
}

impl From<WatchError> for Problem {
    fn from(error: WatchError) -> Self {
        let detail = error.to_string();
        match error {
            WatchError::Id(error) => error.into(),
            WatchError::Refusal(error) => error.into(),
            WatchError::Show(error) => error.into(),
            WatchError::NoList => Self::new(Code::Conflict, detail),
            WatchError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(field("Ana Maria"), "Ana Maria");
        assert_eq!(field("Lopez, \"Ana\""), "\"Lopez, \"\"Ana\"\"\"");
        assert_eq!(field("=1+1"), "'=1+1");
        assert_eq!(field("@x,y"), "\"'@x,y\"");
    }
}
