//! The page on which the voting booth runs: its script, and what stands there until it does.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use scrutineer_api::ballot::{Ballot, BallotState};
use scrutineer_api::problem::Code;

use super::assets::Asset;
use super::reader::{Reader, lead_to};
use super::sign_in::SignInForm;
use crate::actions::show;
use crate::app::App;
use crate::http::problem::Problem;

/// The longest identifier of a ballot, with room.
const LONGEST_ID: usize = 40;

#[derive(Template)]
#[template(path = "vote.html")]
struct VotePage<'a> {
    reader: &'a Reader,
    /// What was asked for.
    id: String,
    version: &'static str,
    /// The ballot; none where nobody is signed in, who is shown nothing of it.
    ballot: Option<Ballot>,
    form: SignInForm,
}

/// The page. It is there for whoever is not signed in too, with a form to sign in: a voting code that came by link would be
/// lost on the way to another page.
pub(super) async fn show(
    app: Data<App>,
    mut reader: Reader,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let typed = id.into_inner();
    if typed.len() > LONGEST_ID || !typed.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Problem::new(Code::NotFound, "there is no such ballot"));
    }
    let (id, ballot) = match &reader.caller {
        Some(caller) => {
            let ballot = show::one(&app, Some(caller), typed).await?;
            if ballot.state == BallotState::Draft && ballot.announcement.is_some() {
                return Ok(lead_to(&format!("/ballots/{}", ballot.id)));
            }
            reader.practice = ballot.practice;
            (ballot.id.clone(), Some(ballot))
        }
        None => (typed, None),
    };
    reader.script = Some(Asset::booth());
    #[cfg(feature = "misbehave")]
    {
        reader.script = Some(Asset::booth_of(app.settings.misbehave));
    }
    reader.offers_sign_in = false;
    let form = SignInForm::to(&format!("/ballots/{id}/vote"));
    let version = env!("CARGO_PKG_VERSION");
    reader.page(&VotePage { reader: &reader, id, version, ballot, form })
}
