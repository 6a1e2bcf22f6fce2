//! The audit log.

use actix_web::web::Data;
use scrutineer_api::audit::{AuditPage, AuditQuery};

use crate::actions::audit_log;
use crate::app::App;
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::http::reply::{Reply, ok};

pub(super) async fn page(app: Data<App>, query: Query<AuditQuery>) -> Result<Reply<AuditPage>, Problem> {
    Ok(ok(audit_log::page(&app, query.0).await?))
}
