//! Boards of tellers and their ceremonies.

use actix_web::web::{Data, Path};
use scrutineer_api::board::{Board, Boards, CeremonyInbox, CeremonyMessage, NewBoard};

use crate::actions::{ceremony, create_board};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::reply::{Reply, created, ok};
use crate::store::CeremonyStep;

pub(super) async fn create(
    app: Data<App>,
    caller: Caller,
    body: Json<NewBoard>,
) -> Result<Reply<Board>, Problem> {
    Ok(created(create_board::create(&app, &caller, body.0).await?))
}

pub(super) async fn list(app: Data<App>, caller: Caller) -> Result<Reply<Boards>, Problem> {
    Ok(ok(create_board::list(&app, &caller).await?))
}

pub(super) async fn one(app: Data<App>, caller: Caller, name: Path<String>) -> Result<Reply<Board>, Problem> {
    Ok(ok(create_board::one(&app, &caller, name.into_inner()).await?))
}

pub(super) async fn inbox(
    app: Data<App>,
    caller: Caller,
    name: Path<String>,
) -> Result<Reply<CeremonyInbox>, Problem> {
    Ok(ok(ceremony::inbox(&app, &caller, name.into_inner()).await?))
}

async fn take(
    app: Data<App>,
    caller: Caller,
    name: Path<String>,
    body: Json<CeremonyMessage>,
    step: CeremonyStep,
) -> Result<Reply<Board>, Problem> {
    Ok(ok(ceremony::take(&app, &caller, name.into_inner(), step, body.0.message).await?))
}

pub(super) async fn certificate(
    app: Data<App>,
    caller: Caller,
    name: Path<String>,
    body: Json<CeremonyMessage>,
) -> Result<Reply<Board>, Problem> {
    take(app, caller, name, body, CeremonyStep::Certificate).await
}

pub(super) async fn commitment(
    app: Data<App>,
    caller: Caller,
    name: Path<String>,
    body: Json<CeremonyMessage>,
) -> Result<Reply<Board>, Problem> {
    take(app, caller, name, body, CeremonyStep::Commitment).await
}

pub(super) async fn parts(
    app: Data<App>,
    caller: Caller,
    name: Path<String>,
    body: Json<CeremonyMessage>,
) -> Result<Reply<Board>, Problem> {
    take(app, caller, name, body, CeremonyStep::Parts).await
}

pub(super) async fn key(
    app: Data<App>,
    caller: Caller,
    name: Path<String>,
    body: Json<CeremonyMessage>,
) -> Result<Reply<Board>, Problem> {
    take(app, caller, name, body, CeremonyStep::Key).await
}
