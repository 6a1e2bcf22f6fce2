//! The count: tellers' shares, results, certificates and their signatures, objections, and who took part.

use actix_web::rt::{self, time};
use actix_web::web::{Data, Path};
use scrutineer_api::ballot::{BoxQuery, FrozenRoll, Participation};
use scrutineer_api::count::{
    Certificate, CertificateQuery, NewCorrection, NewDecryption, NewObjection, NewSignature,
    NewWarningAnswer, Objection, Objections, ResultWarnings, Results,
};

use crate::actions::{answer, certificate, decrypt, objections, participation, results, tally};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, Query};
use crate::http::problem::Problem;
use crate::http::reply::{Reply, accepted, created, done, ok};

/// With the last share that is needed, the reply comes when the result is there, or, where verifying so many votes takes longer
/// than anybody should wait for a reply, before that: then it is 202. The result comes about all the same, also if the teller goes
/// away.
pub(super) async fn decrypt(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<NewDecryption>,
) -> Result<Reply<()>, Problem> {
    let ballot = decrypt::take(&app, &caller, id.into_inner(), body.0).await?;
    let wait = app.settings.opening_wait;
    let opening = rt::spawn(async move {
        let opened = tally::open_if_ready(&app, ballot).await;
        if let Err(error) = &opened {
            // Perhaps nobody waits for it any more.
            tracing::error!(%error, ?ballot, "a count is not opened after its last share");
        }
        opened
    });
    match time::timeout(wait, opening).await {
        Ok(opened) => opened.map_err(|error| Problem::internal(&error))??,
        Err(_) => return Ok(accepted()),
    }
    Ok(done())
}

pub(super) async fn results(
    app: Data<App>,
    caller: Option<Caller>,
    id: Path<String>,
    query: Query<BoxQuery>,
) -> Result<Reply<Results>, Problem> {
    Ok(ok(results::results(&app, caller.as_ref(), id.into_inner(), query.0.box_name).await?))
}

pub(super) async fn certificate(
    app: Data<App>,
    caller: Option<Caller>,
    id: Path<String>,
    query: Query<CertificateQuery>,
) -> Result<Reply<Certificate>, Problem> {
    Ok(ok(certificate::certificate(&app, caller.as_ref(), id.into_inner(), query.0.number).await?))
}

pub(super) async fn correct(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<NewCorrection>,
) -> Result<Reply<Certificate>, Problem> {
    Ok(created(certificate::correct(&app, &caller, id.into_inner(), body.0).await?))
}

pub(super) async fn answer(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<NewWarningAnswer>,
) -> Result<Reply<ResultWarnings>, Problem> {
    Ok(ok(answer::answer(&app, &caller, id.into_inner(), body.0).await?))
}

pub(super) async fn objections(
    app: Data<App>,
    caller: Option<Caller>,
    id: Path<String>,
) -> Result<Reply<Objections>, Problem> {
    Ok(ok(objections::objections(&app, caller.as_ref(), id.into_inner()).await?))
}

pub(super) async fn object(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<NewObjection>,
) -> Result<Reply<Objection>, Problem> {
    Ok(created(objections::file(&app, &caller, id.into_inner(), body.0).await?))
}

pub(super) async fn sign(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<NewSignature>,
) -> Result<Reply<Certificate>, Problem> {
    Ok(created(certificate::sign(&app, &caller, id.into_inner(), body.0).await?))
}

pub(super) async fn participation(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    query: Query<BoxQuery>,
) -> Result<Reply<Participation>, Problem> {
    let (id, box_name) = (id.into_inner(), query.0.box_name);
    Ok(ok(participation::participation(&app, &caller, id, box_name).await?))
}

pub(super) async fn frozen_roll(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    query: Query<BoxQuery>,
) -> Result<Reply<FrozenRoll>, Problem> {
    let (id, box_name) = (id.into_inner(), query.0.box_name);
    Ok(ok(participation::frozen_roll(&app, &caller, id, box_name).await?))
}
