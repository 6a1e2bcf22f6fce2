//! Drafts before they are frozen: another file, the preview, the announcement, its notices, objections to the roll.

use actix_web::web::{Data, Path};
use scrutineer_api::announcement::{
    Eligibility, NewAnnouncement, NewFile, NewText, NoticeSent, RollObjections,
};
use scrutineer_api::ballot::BallotId;
use scrutineer_api::problem::Code;

use crate::actions::{announce as announcing, draft as drafting, eligibility, roll_objections};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::reply::{Reply, done, ok};

pub(super) async fn replace(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<NewFile>,
) -> Result<Reply<BallotId>, Problem> {
    Ok(ok(drafting::replace(&app, &caller, id.into_inner(), body.0).await?))
}

pub(super) async fn preview(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
) -> Result<Reply<Eligibility>, Problem> {
    Ok(ok(eligibility::preview(&app, &caller, id.into_inner()).await?))
}

pub(super) async fn announce(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<NewAnnouncement>,
) -> Result<Reply<()>, Problem> {
    announcing::announce(&app, &caller, id.into_inner(), body.0).await?;
    Ok(done())
}

pub(super) async fn notice_sent(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<NoticeSent>,
) -> Result<Reply<()>, Problem> {
    announcing::notice_sent(&app, &caller, id.into_inner(), body.0).await?;
    Ok(done())
}

pub(super) async fn objections(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
) -> Result<Reply<RollObjections>, Problem> {
    Ok(ok(roll_objections::list(&app, &caller, id.into_inner()).await?))
}

pub(super) async fn object(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<NewText>,
) -> Result<Reply<()>, Problem> {
    roll_objections::file(&app, &caller, id.into_inner(), body.0.text).await?;
    Ok(done())
}

pub(super) async fn answer(
    app: Data<App>,
    caller: Caller,
    path: Path<(String, String)>,
    body: Json<NewText>,
) -> Result<Reply<()>, Problem> {
    let (id, number) = path.into_inner();
    let number = number.parse().map_err(|_| {
        let typed: String = number.chars().take(20).collect();
        Problem::new(Code::NotFound, format!("{typed:?} is not the number of an objection"))
    })?;
    roll_objections::answer(&app, &caller, id, number, body.0.text).await?;
    Ok(done())
}
