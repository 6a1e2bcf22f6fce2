//! The first page: *my ballots*, or what there is to see without signing in.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
use scrutineer_api::ballot::BallotState;
use serde::Deserialize;

use super::announced;
use super::reader::Reader;
use super::status;
use crate::actions::home::{self, Listed};
use crate::app::App;
use crate::domain::words;
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::i18n::Texts;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    reader: &'a Reader,
    signed_out: bool,
    mine: Vec<Card>,
    others: Vec<Card>,
}

/// A ballot in a list.
struct Card {
    id: String,
    title: String,
    practice: bool,
    /// Where it is in its life, in a sentence.
    status: String,
    /// Of an announced draft: whether the reader may vote in it, and why not.
    prospect: Option<String>,
    /// That the reader has voted.
    voted: bool,
    /// Where the reader can go from here besides the ballot's page.
    way: Way,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// To vote.
    Vote,
    /// To vote once more.
    VoteAgain,
    /// To what it came to.
    Results,
    /// Nowhere else.
    Nowhere,
}

impl Card {
    fn new(t: &Texts, now: i64, listed: Listed) -> Self {
        let status = match listed.objections_until {
            Some(until) => announced::status(t, &listed.time_zone, until, now < until),
            None => status::sentence(t, &listed.time_zone, (listed.state, listed.opens, listed.closes)),
        };
        let prospect = listed.prospect.as_ref().map(|prospect| words::prospect(t, prospect));
        let voted = listed.me.as_ref().is_some_and(|me| me.voted);
        let eligible = listed.me.as_ref().is_some_and(|me| me.eligible);
        let way = match listed.state {
            BallotState::Open if eligible && voted => Way::VoteAgain,
            BallotState::Open if eligible => Way::Vote,
            BallotState::Tallied | BallotState::Certified => Way::Results,
            _ => Way::Nowhere,
        };
        Self { id: listed.id, title: listed.title, practice: listed.practice, status, prospect, voted, way }
    }
}

/// `?done=signed-out`.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    done: String,
}

/// The word after which the page says that nobody is signed in any more.
pub(super) const SIGNED_OUT: &str = "signed-out";

/// The page.
pub(super) async fn show(
    app: Data<App>,
    mut reader: Reader,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let home = home::home(&app, reader.caller.as_ref()).await?;
    let signed_out = asked.0.done == SIGNED_OUT && reader.caller.is_none();
    "/".clone_into(&mut reader.here);
    let now = app.clock.now();
    let cards = |listed: Vec<Listed>| listed.into_iter().map(|one| Card::new(reader.t, now, one)).collect();
    let (mine, others) = (cards(home.mine), cards(home.others));
    reader.page(&HomePage { reader: &reader, signed_out, mine, others })
}
