//! Activation, sessions, one's own account.

use actix_web::web::Data;
use scrutineer_api::account::{Activated, Me, NewActivation, NewSession, Session, SessionKind};
use scrutineer_api::key::{Key, NewKey};
use scrutineer_api::secret::Secret;

use crate::actions::{activate, keys, sign_in};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::cookie::session_cookie;
use crate::http::extract::{From, Json};
use crate::http::problem::Problem;
use crate::http::reply::{Reply, created, done, ok};

pub(super) async fn activate(
    app: Data<App>,
    from: From,
    body: Json<NewActivation>,
) -> Result<Reply<Activated>, Problem> {
    Ok(created(activate::activate(&app, from.0, body.0).await?))
}

pub(super) async fn sign_in(
    app: Data<App>,
    from: From,
    body: Json<NewSession>,
) -> Result<Reply<Session>, Problem> {
    let (kind, secure) = (body.0.kind, app.settings.public_url.is_secure());
    let sign_in::SignedIn { token, mut session } = sign_in::sign_in(&app, from.0, body.0).await?;
    let cookie = match kind {
        SessionKind::Cookie => Some(session_cookie(secure, token.expose(), app.settings.sessions.total)),
        SessionKind::Bearer => {
            session.token = Some(Secret::new(token.expose().to_owned()));
            None
        }
    };
    Ok(created(session).with_cookie(cookie))
}

pub(super) async fn sign_out(app: Data<App>, caller: Caller) -> Result<Reply<()>, Problem> {
    sign_in::sign_out(&app, &caller).await?;
    let secure = app.settings.public_url.is_secure();
    let cookie = (caller.session().kind == SessionKind::Cookie).then(|| session_cookie(secure, "", 0));
    Ok(done().with_cookie(cookie))
}

pub(super) async fn me(app: Data<App>, caller: Caller) -> Result<Reply<Me>, Problem> {
    Ok(ok(keys::me(&app, &caller).await?))
}

pub(super) async fn add_key(
    app: Data<App>,
    caller: Caller,
    body: Json<NewKey>,
) -> Result<Reply<Key>, Problem> {
    Ok(created(keys::add(&app, &caller, body.0).await?))
}
