//! Letters to members: previews, runs of them, test letters.

use actix_web::web::{Data, Path};
use scrutineer_api::letters::{LetterRun, LetterRuns, LettersPreview, NewLetters, NewNumber, TestLetter};
use scrutineer_letters::Kind;

use crate::actions::letters::runs::{self, RunDeed};
use crate::actions::letters::{confirm_test, preview, send_test};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::reply::{Reply, created, done, ok};

pub(super) async fn list(app: Data<App>, caller: Caller) -> Result<Reply<LetterRuns>, Problem> {
    Ok(ok(runs::list(&app, &caller).await?))
}

pub(super) async fn look(
    app: Data<App>,
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<Reply<LettersPreview>, Problem> {
    let (id, kind) = path.into_inner();
    Ok(ok(preview::preview(&app, &caller, Some(id), kind).await?))
}

pub(super) async fn send(
    app: Data<App>,
    caller: Caller,
    path: Path<(String, String)>,
    body: Json<NewLetters>,
) -> Result<Reply<LetterRun>, Problem> {
    let (id, kind) = path.into_inner();
    Ok(created(runs::send(&app, &caller, Some(id), kind, body.0).await?))
}

pub(super) async fn look_at_activation(
    app: Data<App>,
    caller: Caller,
) -> Result<Reply<LettersPreview>, Problem> {
    Ok(ok(preview::preview(&app, &caller, None, Kind::Activation.to_string()).await?))
}

pub(super) async fn send_activation(
    app: Data<App>,
    caller: Caller,
    body: Json<NewLetters>,
) -> Result<Reply<LetterRun>, Problem> {
    Ok(created(runs::send(&app, &caller, None, Kind::Activation.to_string(), body.0).await?))
}

pub(super) async fn pause(
    app: Data<App>,
    caller: Caller,
    number: Path<String>,
) -> Result<Reply<LetterRun>, Problem> {
    Ok(ok(runs::change(&app, &caller, number.into_inner(), RunDeed::Pause).await?))
}

pub(super) async fn resume(
    app: Data<App>,
    caller: Caller,
    number: Path<String>,
) -> Result<Reply<LetterRun>, Problem> {
    Ok(ok(runs::change(&app, &caller, number.into_inner(), RunDeed::Resume).await?))
}

pub(super) async fn cancel(
    app: Data<App>,
    caller: Caller,
    number: Path<String>,
) -> Result<Reply<LetterRun>, Problem> {
    Ok(ok(runs::change(&app, &caller, number.into_inner(), RunDeed::Cancel).await?))
}

pub(super) async fn test(app: Data<App>, caller: Caller) -> Result<Reply<TestLetter>, Problem> {
    Ok(created(send_test(&app, &caller).await?))
}

pub(super) async fn confirm(
    app: Data<App>,
    caller: Caller,
    body: Json<NewNumber>,
) -> Result<Reply<()>, Problem> {
    confirm_test(&app, &caller, body.0.number.expose().to_owned()).await?;
    Ok(done())
}
