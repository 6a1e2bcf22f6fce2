//! The roll.

use actix_web::web::Data;
use scrutineer_api::roll::{ActivationCodes, NewActivationCodes, NewRollImport, RollImport};
use scrutineer_ballot::roll::RollText;
use serde::Deserialize;

use crate::actions::{import_roll, roll};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, Query, Raw};
use crate::http::problem::Problem;
use crate::http::reply::{Answer, Reply, answer, created, ok};

/// For a `text/csv` body, which has no room for it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportQuery {
    #[serde(default)]
    dry_run: bool,
    list_sha256: Option<String>,
}

pub(super) async fn import(
    app: Data<App>,
    caller: Caller,
    query: Query<ImportQuery>,
    body: Raw,
) -> Result<Reply<RollImport>, Problem> {
    let (asked, assumed) = if body.content_type == "text/csv" {
        let RollText { text, assumed } = RollText::decode(&body.bytes);
        let ImportQuery { dry_run, list_sha256 } = query.0;
        (NewRollImport { csv: text, dry_run, list_sha256 }, assumed)
    } else {
        let mut asked: NewRollImport = body.json()?;
        asked.dry_run |= query.0.dry_run;
        asked.list_sha256 = asked.list_sha256.or(query.0.list_sha256);
        (asked, None)
    };
    let mut import = import_roll::import(&app, caller.actor(), asked).await?;
    import.warnings.splice(0..0, assumed);
    Ok(ok(import))
}

pub(super) async fn issue_codes(
    app: Data<App>,
    caller: Caller,
    body: Json<NewActivationCodes>,
) -> Result<Answer<ActivationCodes>, Problem> {
    Ok(answer(roll::issue_codes(&app, &caller, body.0).await?, created))
}
