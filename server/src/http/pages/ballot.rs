//! A ballot's page: where it is in its life, what is asked and what it takes to pass, who may vote, what the trust rests on.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use scrutineer_api::ballot::{Ballot, BallotState, UnitTurnout};
use scrutineer_ballot::file::{BallotFile, Question};
use serde::Deserialize;

use super::announced::{self, Section, Typed};
use super::reader::Reader;
use super::status;
use crate::actions::show::{self, Shown};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::words::{self, Opener};
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::i18n::Texts;

#[derive(Template)]
#[template(path = "ballot.html")]
struct BallotPage<'a> {
    reader: &'a Reader,
    ballot: Ballot,
    /// The delegate's text, line by line.
    description: Vec<String>,
    status: String,
    /// When what was recorded of it was deleted.
    purged: Option<String>,
    part: Part,
    questions: Vec<Asked>,
    who: String,
    /// How it is counted, where that is worth saying: in several boxes, or in a small group.
    counted: Vec<String>,
    opens: Option<String>,
    closes: Option<String>,
    /// How many have voted, where that is shown.
    cast: Option<String>,
    turnout: Vec<UnitRow>,
    setting: Vec<String>,
    /// What stands around its announcement, if it was announced.
    section: Option<Section>,
}

/// A question with what it takes to pass.
pub(super) struct Asked {
    pub(super) text: String,
    pub(super) answers: Vec<String>,
    /// How many answers a member chooses.
    pub(super) choose: String,
    /// What it takes to pass, in sentences.
    pub(super) rule: Vec<String>,
    /// The rule as it was written.
    pub(super) rule_text: Option<String>,
}

/// What the reader has to do with the ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Votes are taken; who is asking is not known.
    SignIn,
    /// Votes are taken, and the reader has not voted.
    Vote,
    /// Votes are taken, and the reader has voted.
    VoteAgain,
    /// Voting has ended, and the reader has voted.
    Voted,
    /// Voting has ended, and the reader has not voted.
    NotVoted,
    /// The reader may not vote in it.
    NotEligible,
    /// Votes are not taken yet; the reader may vote then.
    Later,
    /// Nothing is said.
    None,
}

impl Part {
    fn of(ballot: &Ballot, signed_in: bool) -> Self {
        let Some(me) = &ballot.me else {
            let asks = ballot.state == BallotState::Open && !signed_in;
            return if asks { Self::SignIn } else { Self::None };
        };
        match (ballot.state, me.eligible, me.voted) {
            (BallotState::Draft | BallotState::Cancelled, ..) => Self::None,
            (BallotState::Frozen | BallotState::Open, false, _) => Self::NotEligible,
            (BallotState::Frozen, true, _) => Self::Later,
            (BallotState::Open, true, false) => Self::Vote,
            (BallotState::Open, true, true) => Self::VoteAgain,
            (_, true, true) => Self::Voted,
            (_, true, false) => Self::NotVoted,
            (_, false, _) => Self::None,
        }
    }
}

/// `?done=objection`.
#[derive(Deserialize)]
pub(super) struct Arrival {
    #[serde(default)]
    done: String,
}

/// The page.
pub(super) async fn show(
    app: Data<App>,
    reader: Reader,
    id: Path<String>,
    arrival: Query<Arrival>,
) -> Result<HttpResponse, Problem> {
    let sent = arrival.0.done == announced::SENT;
    page(&app, reader, id.into_inner(), StatusCode::OK, sent, Typed::default()).await
}

/// The identifier of a ballot of which somebody typed a beginning.
pub(super) async fn id_of(app: &App, caller: &Caller, typed: String) -> Result<String, Problem> {
    Ok(show::one(app, Some(caller), typed).await?.id)
}

/// The page, after an objection was sent or while one is typed.
pub(super) async fn page(
    app: &App,
    mut reader: Reader,
    id: String,
    status: StatusCode,
    sent: bool,
    typed: Typed,
) -> Result<HttpResponse, Problem> {
    let shown = show::whole(app, reader.caller.as_ref(), id).await?;
    reader.practice = shown.ballot.practice;
    let t = reader.t;
    let announced_status = announced::status_of(t, &shown);
    let Shown { ballot, file, board, announced } = shown;
    if announced.is_some() {
        // What a form was sent to is no page to come back to.
        reader.here = format!("/ballots/{}", ballot.id);
    }
    let time = |seconds| words::time(t, &ballot.time_zone, seconds);
    let frozen = !ballot.boxes.is_empty();
    let eligible = frozen.then(|| ballot.boxes.iter().map(|one| one.eligible).sum());
    let section = announced.map(|announced| Section::new(t, &ballot.time_zone, &announced, sent, typed));
    let page = BallotPage {
        reader: &reader,
        description: file.description.iter().flat_map(|text| text.lines()).map(ToOwned::to_owned).collect(),
        status: announced_status.unwrap_or_else(|| {
            status::sentence(t, &ballot.time_zone, (ballot.state, ballot.opens, ballot.closes))
        }),
        purged: ballot.purged_at.map(|at| t.with("ballot-purged", &[("time", time(at).into())])),
        part: Part::of(&ballot, reader.caller.is_some()),
        questions: file.questions.iter().map(|question| asked(t, question)).collect(),
        who: words::who(t, &file.eligible, eligible),
        counted: counted(t, &file, &ballot),
        opens: ballot.opens.map(time),
        closes: ballot.closes.map(time),
        cast: cast(t, &ballot, eligible),
        turnout: unit_rows(t, &ballot),
        setting: setting(t, &file, board, ballot.practice),
        section,
        ballot,
    };
    reader.page_with(status, &page)
}

/// What is said of the boxes.
pub(super) fn counted(t: &Texts, file: &BallotFile, ballot: &Ballot) -> Vec<String> {
    let sizes: Vec<words::Size<'_>> =
        ballot.boxes.iter().map(|one| (one.name.as_str(), one.eligible)).collect();
    let own = ballot.me.as_ref().and_then(|me| me.box_name.as_deref());
    words::boxes(t, file, &sizes, own)
}

/// A question as pages show it.
pub(super) fn asked(t: &Texts, question: &Question) -> Asked {
    let number = |number: u32| u64::from(number);
    let (least, most) = (number(question.choose.min), number(question.choose.max));
    let choose = match (least, most) {
        (1, 1) => t.get("choose-one"),
        (0, most) => t.with("choose-up-to", &[("most", most.into())]),
        (least, most) if least == most => t.with("choose-exactly", &[("most", most.into())]),
        (least, most) => t.with("choose-between", &[("least", least.into()), ("most", most.into())]),
    };
    let choose = if question.blank { format!("{choose} {}", t.get("choose-abstain")) } else { choose };
    Asked {
        text: question.text.clone(),
        answers: question.answers.clone(),
        choose,
        rule: words::rule(t, question),
        rule_text: question.rule.as_ref().map(|rule| rule.text().to_owned()),
    }
}

/// How many have voted: while voting is open as of a midnight, if that may be told, afterwards exactly.
pub(super) fn cast(t: &Texts, ballot: &Ballot, eligible: Option<u64>) -> Option<String> {
    let (Some((cast, at)), Some(eligible)) = (ballot.cast.zip(ballot.cast_at), eligible) else {
        return (ballot.state == BallotState::Open).then(|| t.get("cast-not-yet"));
    };
    let numbers = [("cast", cast.into()), ("eligible", eligible.into())];
    match ballot.state {
        BallotState::Open => {
            let time = words::time(t, &ballot.time_zone, at);
            Some(t.with("cast-so-far", &[&numbers[..], &[("time", time.into())]].concat()))
        }
        BallotState::Closed | BallotState::Tallied | BallotState::Certified => {
            Some(t.with("cast-in-all", &numbers))
        }
        BallotState::Draft | BallotState::Frozen | BallotState::Cancelled => None,
    }
}

/// A line of the table of turnout by unit.
pub(super) struct UnitRow {
    /// The units.
    pub(super) units: String,
    /// Members who have voted.
    pub(super) cast: String,
    /// Members who may vote.
    pub(super) eligible: String,
}

/// Turnout by unit, as far as it is told.
pub(super) fn unit_rows(t: &Texts, ballot: &Ballot) -> Vec<UnitRow> {
    let row = |told: &UnitTurnout| UnitRow {
        units: told.units.join(", "),
        cast: t.number(told.cast),
        eligible: t.number(told.eligible),
    };
    ballot.turnout.iter().map(row).collect()
}

fn setting(t: &Texts, file: &BallotFile, board: Option<(usize, usize)>, practice: bool) -> Vec<String> {
    words::setting(t, file, Opener::of(file, board), practice)
}
