//! Ballots: drafting to closing, codes, tellers' statements, and what people are shown.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use scrutineer_api::ballot::{
    Ballot, BallotId, Ballots, Cancellation, Extension, NewBallot, NewStatement, Reissue, Reissued,
};
use scrutineer_api::booth::{Booth, BoothQuery};

use crate::actions::codes::{BrokenOff, Fetched};
use crate::actions::{
    booth as booth_shows, cancel as cancelling, closing, codes, draft as drafting, extend as extending,
    freeze as freezing, opening, reissue as reissuing, show, statements,
};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, Query};
use crate::http::problem::Problem;
use crate::http::reply::{Answer, Reply, answer, created, done, ok};
use crate::http::streamed::{self, InPieces};
use crate::store::{StatementKind, Store};

pub(super) async fn list(app: Data<App>, caller: Option<Caller>) -> Result<Reply<Ballots>, Problem> {
    Ok(ok(show::list(&app, caller.as_ref()).await?))
}

pub(super) async fn one(
    app: Data<App>,
    caller: Option<Caller>,
    id: Path<String>,
) -> Result<Reply<Ballot>, Problem> {
    Ok(ok(show::one(&app, caller.as_ref(), id.into_inner()).await?))
}

pub(super) async fn booth(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    query: Query<BoothQuery>,
) -> Result<Reply<Booth>, Problem> {
    Ok(ok(booth_shows::booth(&app, &caller, id.into_inner(), &query.0.language).await?))
}

pub(super) async fn draft(
    app: Data<App>,
    caller: Caller,
    body: Json<NewBallot>,
) -> Result<Reply<BallotId>, Problem> {
    Ok(created(drafting::draft(&app, &caller, body.0).await?))
}

pub(super) async fn freeze(app: Data<App>, caller: Caller, id: Path<String>) -> Result<Answer<()>, Problem> {
    Ok(answer(freezing::freeze(&app, &caller, id.into_inner()).await?, |()| done()))
}

pub(super) async fn open(app: Data<App>, caller: Caller, id: Path<String>) -> Result<Answer<()>, Problem> {
    Ok(answer(opening::open(&app, &caller, id.into_inner()).await?, |()| done()))
}

pub(super) async fn close(app: Data<App>, caller: Caller, id: Path<String>) -> Result<Reply<()>, Problem> {
    closing::close(&app, &caller, id.into_inner()).await?;
    Ok(done())
}

pub(super) async fn extend(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<Extension>,
) -> Result<Answer<()>, Problem> {
    Ok(answer(extending::extend(&app, &caller, id.into_inner(), body.0.until).await?, |()| done()))
}

pub(super) async fn cancel(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<Cancellation>,
) -> Result<Answer<()>, Problem> {
    Ok(answer(cancelling::cancel(&app, &caller, id.into_inner(), body.0).await?, |()| done()))
}

pub(super) async fn fetch_codes(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let fetched = codes::fetch(&app, &caller, id.into_inner()).await?;
    Ok(streamed::json(app, fetched))
}

impl InPieces for Fetched {
    type Error = BrokenOff;

    async fn piece(self, store: &Store) -> Result<Option<(Vec<u8>, Self)>, BrokenOff> {
        self.piece(store).await
    }
}

pub(super) async fn confirm_codes(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
) -> Result<Reply<()>, Problem> {
    codes::confirm(&app, &caller, id.into_inner()).await?;
    Ok(done())
}

pub(super) async fn reissue(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<Reissue>,
) -> Result<Answer<Reissued>, Problem> {
    Ok(answer(reissuing::reissue(&app, &caller, id.into_inner(), body.0.member_nos).await?, ok))
}

pub(super) async fn state_check(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<NewStatement>,
) -> Result<Reply<()>, Problem> {
    statements::take(&app, &caller, id.into_inner(), StatementKind::Check, body.0).await?;
    Ok(done())
}

pub(super) async fn state_closing(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<NewStatement>,
) -> Result<Reply<()>, Problem> {
    statements::take(&app, &caller, id.into_inner(), StatementKind::Closing, body.0).await?;
    Ok(done())
}
