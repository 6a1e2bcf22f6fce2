//! The notice of a ballot: a page made for printing, for everybody once the ballot was announced.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use scrutineer_api::problem::Code;

use super::announced::moment;
use super::ballot::{Asked, asked};
use super::reader::Reader;
use crate::actions::show::{self, Shown};
use crate::app::App;
use crate::domain::qr::Qr;
use crate::domain::words;
use crate::http::problem::Problem;

#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage<'a> {
    reader: &'a Reader,
    id: String,
    title: String,
    /// Who announced it, and when.
    intro: String,
    /// The delegate's text, line by line.
    description: Vec<String>,
    /// Why it was cancelled, if it was.
    cancelled: Option<String>,
    questions: Vec<Asked>,
    /// Until when members may object.
    until: String,
    opens: String,
    closes: String,
    /// Who may vote.
    who: String,
    /// How many that were on the day of the announcement.
    then: String,
    /// How to object.
    how: String,
    /// Where the ballot's page is, in text and as a picture.
    address: String,
    qr: Qr,
}

/// The page.
pub(super) async fn show(
    app: Data<App>,
    mut reader: Reader,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let shown = show::announced(&app, id.into_inner()).await?;
    let Shown { ballot, file, announced, .. } = shown;
    let Some(announced) = announced else {
        return Err(Problem::new(Code::NotFound, "this ballot was not announced, so it has no notice"));
    };
    reader.practice = ballot.practice;
    let t = reader.t;
    let time = |seconds| words::time(t, &ballot.time_zone, seconds);
    let planned = |seconds: Option<i64>| seconds.map_or_else(|| t.get("notice-not-set"), time);
    let until = time(announced.row.objections_until);
    let address = format!("{}/ballots/{}", app.settings.public_url, ballot.id);
    let page = NoticePage {
        reader: &reader,
        intro: t.with(
            "notice-intro",
            &[
                ("union", (&reader.union).into()),
                ("time", moment(t, &ballot.time_zone, announced.row.announced_at).into()),
            ],
        ),
        description: file.description.iter().flat_map(|text| text.lines()).map(ToOwned::to_owned).collect(),
        cancelled: ballot.cancelled_because.clone(),
        questions: file.questions.iter().map(|question| asked(t, question)).collect(),
        opens: planned(ballot.opens),
        closes: planned(ballot.closes),
        // Nobody's own box, so that it is the same for all who print it.
        who: [vec![words::who(t, &file.eligible, None)], words::boxes(t, &file, &[], None)]
            .concat()
            .join(" "),
        then: t.with("notice-who-then", &[("n", announced.row.eligible.into())]),
        how: t.with(
            "notice-object-text",
            &[("time", until.as_str().into()), ("contact", (&ballot.contact).into())],
        ),
        until,
        qr: Qr::of(&address).ok_or_else(|| Problem::internal(&"an address that no QR code can hold"))?,
        address,
        id: ballot.id.clone(),
        title: ballot.title.clone(),
    };
    reader.page(&page)
}
