//! What the server says about itself.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::{Bytes, Data};
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

/// Made once: whoever asks again and again takes no time and no memory for it.
static DOCUMENT: LazyLock<Result<Bytes, String>> =
    LazyLock::new(|| super::document().to_json().map(Bytes::from).map_err(|error| error.to_string()));

pub(super) async fn openapi() -> Result<HttpResponse, Problem> {
    let document = DOCUMENT.as_ref().map_err(|error| Problem::internal(error))?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(document.clone()))
}
