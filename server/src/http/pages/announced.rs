//! What a ballot's page shows of an announced ballot: whether the reader may vote in it, and the form to object.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use scrutineer_api::ballot::BallotState;
use scrutineer_ballot::text::TextError;
use serde::Deserialize;

use super::ballot;
use super::faults::Faults;
use super::reader::{Reader, lead_to};
use crate::actions::announced::Announced;
use crate::actions::roll_objections::{self, MOST_TEXT, ObjectionError};
use crate::actions::show::Shown;
use crate::app::App;
use crate::domain::words;
use crate::http::extract::Form;
use crate::http::problem::Problem;
use crate::i18n::Texts;
use crate::store::RollObjectionRow;

/// The field's name, which is its `id` on the page.
const FIELD: &str = "text";

/// The word after which the page says that the objection is filed.
pub(super) const SENT: &str = "objection";

/// What the page shows.
pub(super) struct Section {
    /// Whether the reader may vote; of a draft.
    pub(super) prospect: Option<Outlook>,
    /// That the objection was filed just now.
    pub(super) sent: bool,
    /// Why the objection was not filed, where there is no form that could say it.
    pub(super) refused: Option<String>,
    /// The form; where objections are taken and none of the reader's waits for an answer.
    pub(super) form: Option<ObjectionForm>,
    /// The reader's objections.
    pub(super) mine: Vec<Mine>,
}

/// Whether the reader may vote, and why not.
pub(super) struct Outlook {
    pub(super) may: bool,
    pub(super) reasons: Vec<String>,
}

/// The form to object.
pub(super) struct ObjectionForm {
    /// Until when, as people write it.
    pub(super) until: String,
    /// The most characters.
    pub(super) most: u64,
    /// What was typed.
    pub(super) typed: String,
    pub(super) faults: Faults,
}

/// An objection of the reader's.
pub(super) struct Mine {
    pub(super) title: String,
    pub(super) text: Vec<String>,
    /// When it was answered, and what.
    pub(super) answer: Option<(String, Vec<String>)>,
}

/// What a reader typed, and what is wrong with it.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) text: String,
    pub(super) faults: Faults,
    pub(super) refused: Option<String>,
}

impl Section {
    pub(super) fn new(t: &Texts, zone: &str, announced: &Announced, sent: bool, typed: Typed) -> Self {
        let time = |seconds| words::time(t, zone, seconds);
        let waits = announced.mine.iter().any(|objection| objection.answer.is_none());
        // Nobody in particular sees no draft, so whoever sees this can file.
        let takes = announced.takes_objections && announced.prospect.is_some();
        let form = (takes && !waits).then(|| ObjectionForm {
            until: time(announced.row.objections_until),
            most: u64::try_from(MOST_TEXT).unwrap_or(u64::MAX),
            typed: typed.text,
            faults: typed.faults,
        });
        Self {
            prospect: announced
                .prospect
                .as_ref()
                .map(|prospect| Outlook { may: prospect.may(), reasons: words::reasons(t, prospect) }),
            sent: sent && waits,
            refused: typed.refused,
            form,
            mine: announced.mine.iter().map(|objection| mine(t, zone, objection)).collect(),
        }
    }

    /// What is wrong with what was typed.
    pub(super) fn faults(&self) -> Option<&Faults> {
        self.form.as_ref().map(|form| &form.faults).filter(|faults| !faults.is_empty())
    }
}

/// When something was done, to the minute.
pub(super) fn moment(t: &Texts, zone: &str, seconds: i64) -> String {
    words::time(t, zone, seconds - seconds.rem_euclid(60))
}

fn mine(t: &Texts, zone: &str, objection: &RollObjectionRow) -> Mine {
    let time = |seconds| moment(t, zone, seconds);
    let lines = |text: &str| text.lines().map(ToOwned::to_owned).collect();
    let about = [("number", objection.number.into()), ("time", time(objection.filed_at).into())];
    let answer = objection.answer.as_ref().map(|answer| {
        let when = t.with("objection-answer", &[("time", time(answer.at).into())]);
        (when, lines(&answer.text))
    });
    Mine { title: t.with("objection-mine", &about), text: lines(&objection.text), answer }
}

/// Where an announced draft is: how long members may object.
pub(super) fn status(t: &Texts, zone: &str, until: i64, takes_objections: bool) -> String {
    let time = [("time", words::time(t, zone, until).into())];
    if takes_objections { t.with("status-announced", &time) } else { t.with("status-announced-over", &time) }
}

/// The status of a shown ballot, where it is an announced draft.
pub(super) fn status_of(t: &Texts, shown: &Shown) -> Option<String> {
    let announced = shown.announced.as_ref().filter(|_| shown.ballot.state == BallotState::Draft)?;
    let until = announced.row.objections_until;
    Some(status(t, &shown.ballot.time_zone, until, announced.takes_objections))
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    text: String,
}

/// Files an objection; what cannot be taken is shown above the form again.
pub(super) async fn object(
    app: Data<App>,
    reader: Reader,
    id: Path<String>,
    sent: Form<Sent>,
) -> Result<HttpResponse, Problem> {
    let (id, text) = (id.into_inner(), sent.0.text);
    let Some(caller) = &reader.caller else {
        return Err(Problem::internal(&"an objection of nobody"));
    };
    let filed = roll_objections::file(&app, caller, id.clone(), text.clone()).await;
    let t = reader.t;
    let (status, typed) = match filed {
        Ok(_) => {
            let id = ballot::id_of(&app, caller, id).await?;
            return Ok(lead_to(&format!("/ballots/{id}?done={SENT}")));
        }
        Err(ObjectionError::Text(error)) => {
            let faults = Faults::one(FIELD, said(t, &error));
            (StatusCode::UNPROCESSABLE_ENTITY, Typed { text, faults, refused: None })
        }
        Err(ObjectionError::OneAtATime(number)) => {
            let refused = t.with("objection-open", &[("number", number.into())]);
            (StatusCode::CONFLICT, Typed { refused: Some(refused), ..Typed::default() })
        }
        Err(error) => return Err(error.into()),
    };
    ballot::page(&app, reader, id, status, false, typed).await
}

/// What is wrong with a text, in the reader's language.
fn said(t: &Texts, error: &TextError) -> String {
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    match error {
        TextError::Empty => t.get("objection-missing"),
        TextError::TooLong { length, limit } => {
            let numbers = [("length", number(*length).into()), ("most", number(*limit).into())];
            t.with("objection-too-long", &numbers)
        }
        TextError::LineBreak | TextError::Invisible(_) | TextError::Unreadable => {
            t.get("objection-unreadable")
        }
    }
}
