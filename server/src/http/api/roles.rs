//! Roles.

use actix_web::web::Data;
use scrutineer_api::role::{RoleHolder, RoleOf, Roles};

use crate::actions::roles;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, Query};
use crate::http::problem::Problem;
use crate::http::reply::{Answer, Reply, answer, created, done, ok};

pub(super) async fn list(app: Data<App>) -> Result<Reply<Roles>, Problem> {
    Ok(ok(roles::list(&app).await?))
}

pub(super) async fn grant(
    app: Data<App>,
    caller: Caller,
    body: Json<RoleOf>,
) -> Result<Answer<RoleHolder>, Problem> {
    Ok(answer(roles::grant(&app, &caller, body.0).await?, created))
}

pub(super) async fn revoke(
    app: Data<App>,
    caller: Caller,
    query: Query<RoleOf>,
) -> Result<Answer<()>, Problem> {
    Ok(answer(roles::revoke(&app, &caller, query.0).await?, |()| done()))
}
