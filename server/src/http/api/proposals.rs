//! Deeds that need two people: what waits, and the second person's word.

use actix_web::web::{Data, Path};
use scrutineer_api::proposal::{Approval, Approved, Proposal, Proposals, Rejection};

use crate::actions::proposals;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::reply::{Reply, ok};

/// A number that no proposal has stands for what is no number at all.
fn number(text: &str) -> i64 {
    text.parse().unwrap_or(0)
}

pub(super) async fn list(app: Data<App>, caller: Caller) -> Result<Reply<Proposals>, Problem> {
    Ok(ok(proposals::list(&app, &caller).await?))
}

pub(super) async fn one(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
) -> Result<Reply<Proposal>, Problem> {
    Ok(ok(proposals::one(&app, &caller, number(&id)).await?))
}

pub(super) async fn approve(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<Approval>,
) -> Result<Reply<Approved>, Problem> {
    Ok(ok(proposals::approve(&app, &caller, number(&id), body.0.digest).await?))
}

pub(super) async fn reject(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<Rejection>,
) -> Result<Reply<Proposal>, Problem> {
    Ok(ok(proposals::reject(&app, &caller, number(&id), &body.0.reason).await?))
}
