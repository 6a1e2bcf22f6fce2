//! What the server says about itself.

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::Data;
use scrutineer_api::about::{About, Health};

use crate::actions::about;
use crate::app::App;
use crate::http::problem::Problem;
use crate::http::reply::{Reply, ok};

pub(super) async fn about(app: Data<App>) -> Result<Reply<About>, Problem> {
    Ok(ok(about::about(&app)?))
}

pub(super) async fn health(app: Data<App>) -> Result<Reply<Health>, Problem> {
    Ok(ok(about::health(&app).await?))
}

pub(super) async fn openapi() -> Result<HttpResponse, Problem> {
    let document = super::document().to_json().map_err(|error| Problem::internal(&error))?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(document))
}
