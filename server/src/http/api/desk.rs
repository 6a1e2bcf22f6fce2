//! The desk.

use actix_web::web::{Data, Path};
use scrutineer_api::desk::{DeskFound, DeskMember, DeskSearch, EmailChange, NewEmail};

use crate::actions::desk::{change_email, find as finding, show as showing};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::reply::{Answer, Reply, answer, created, done, ok};

pub(super) async fn find(app: Data<App>, body: Json<DeskSearch>) -> Result<Reply<DeskFound>, Problem> {
    Ok(ok(finding::find(&app, &body.0.text).await?))
}

pub(super) async fn show(app: Data<App>, member_no: Path<String>) -> Result<Reply<DeskMember>, Problem> {
    Ok(ok(showing::show(&app, member_no.into_inner()).await?))
}

pub(super) async fn change_email(
    app: Data<App>,
    caller: Caller,
    member_no: Path<String>,
    body: Json<NewEmail>,
) -> Result<Answer<EmailChange>, Problem> {
    let asked = change_email::change(&app, &caller, member_no.into_inner(), &body.0.email).await?;
    Ok(answer(asked, created))
}

pub(super) async fn keep_email(
    app: Data<App>,
    caller: Caller,
    member_no: Path<String>,
) -> Result<Reply<()>, Problem> {
    change_email::cancel(&app, &caller, member_no.into_inner()).await?;
    Ok(done())
}
