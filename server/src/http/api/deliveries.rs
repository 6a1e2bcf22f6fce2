//! How far letters and codes have come, and whose mail an employer may read.

use actix_web::web::{Data, Path};
use scrutineer_api::delivery::{
    DeliveriesNoted, Delivery, EmployerDomains, NewDeliveries, NewEmployerDomain, Unreached,
};

use crate::actions::{deliveries, employer_domains};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::reply::{Answer, Reply, answer, done, ok};

pub(super) async fn status(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
) -> Result<Reply<Delivery>, Problem> {
    Ok(ok(deliveries::status(&app, &caller, id.into_inner()).await?))
}

pub(super) async fn unreached(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
) -> Result<Reply<Unreached>, Problem> {
    Ok(ok(deliveries::unreached(&app, &caller, id.into_inner()).await?.1))
}

pub(super) async fn note(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<NewDeliveries>,
) -> Result<Reply<DeliveriesNoted>, Problem> {
    Ok(ok(deliveries::note(&app, &caller, id.into_inner(), body.0).await?))
}

pub(super) async fn domains(app: Data<App>) -> Result<Reply<EmployerDomains>, Problem> {
    Ok(ok(employer_domains::list(&app).await?))
}

pub(super) async fn add_domain(
    app: Data<App>,
    caller: Caller,
    body: Json<NewEmployerDomain>,
) -> Result<Reply<()>, Problem> {
    employer_domains::add(&app, &caller, &body.0.domain).await?;
    Ok(done())
}

pub(super) async fn remove_domain(
    app: Data<App>,
    caller: Caller,
    domain: Path<String>,
) -> Result<Reply<()>, Problem> {
    employer_domains::remove(&app, &caller, &domain).await?;
    Ok(done())
}

pub(super) async fn allow_employer_mail(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
) -> Result<Answer<()>, Problem> {
    Ok(answer(employer_domains::allow(&app, &caller, id.into_inner()).await?, |()| done()))
}
