//! The roll.

use actix_web::web::Data;
use scrutineer_api::roll::{ActivationCodes, NewActivationCodes, NewRollImport, RollImport};
use serde::Deserialize;

use crate::actions::roll;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, Query, Raw};
use crate::http::problem::Problem;
use crate::http::reply::{Reply, created, ok};

/// For a `text/csv` body, which has no room for it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportQuery {
    #[serde(default)]
    dry_run: bool,
}

pub(super) async fn import(
    app: Data<App>,
    caller: Caller,
    query: Query<ImportQuery>,
    body: Raw,
) -> Result<Reply<RollImport>, Problem> {
    let (csv, dry_run) = if body.content_type == "text/csv" {
        (body.bytes.to_vec(), query.0.dry_run)
    } else {
        let asked: NewRollImport = body.json()?;
        (asked.csv.into_bytes(), asked.dry_run || query.0.dry_run)
    };
    Ok(ok(roll::import(&app, caller.actor(), csv, dry_run).await?))
}

pub(super) async fn issue_codes(
    app: Data<App>,
    caller: Caller,
    body: Json<NewActivationCodes>,
) -> Result<Reply<ActivationCodes>, Problem> {
    Ok(created(roll::issue_codes(&app, caller.actor(), body.0).await?))
}
