//! Codes that a registrar makes apart from the server.

use actix_web::web::{self, Data, Path};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use scrutineer_api::registrar::{Issued, NewCredentials, OwedCodes, ReissuesConfirmed};

use crate::actions::registrar::{self, BrokenOff, Request};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, Raw};
use crate::http::problem::Problem;
use crate::http::reply::{Reply, ok};
use crate::http::streamed::{self, InPieces};
use crate::store::Store;

pub(super) async fn request(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let request = registrar::request(&app, &caller, id.into_inner()).await?;
    Ok(streamed::json(app, request))
}

impl InPieces for Request {
    type Error = BrokenOff;

    async fn piece(self, store: &Store) -> Result<Option<(Vec<u8>, Self)>, BrokenOff> {
        self.piece(store).await
    }
}

/// The body is read only when it is the registrar who sends it, and apart from the threads that serve others: it is large.
pub(super) async fn issue(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<Reply<Issued>, Problem> {
    let id = id.into_inner();
    registrar::may(&app, &caller, id.clone()).await?;
    let body = Raw::from_request(&request, &mut payload.into_inner()).await?;
    let asked = web::block(move || body.json::<NewCredentials>()).await;
    let asked = asked.map_err(|error| Problem::internal(&error))??;
    Ok(ok(registrar::issue(&app, &caller, id, asked).await?))
}

pub(super) async fn reissued(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
) -> Result<Reply<OwedCodes>, Problem> {
    Ok(ok(registrar::reissued(&app, &caller, id.into_inner()).await?))
}

pub(super) async fn confirm_reissued(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<OwedCodes>,
) -> Result<Reply<ReissuesConfirmed>, Problem> {
    Ok(ok(registrar::confirm_reissued(&app, &caller, id.into_inner(), body.0).await?))
}
