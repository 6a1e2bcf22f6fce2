//! Casting, testing, and what became of a vote.

use actix_web::HttpRequest;
use actix_web::http::header::IF_NONE_MATCH;
use actix_web::web::{Data, Path};
use scrutineer_api::problem::Code;
use scrutineer_api::vote::{EIGHTHS, NewTest, Receipt, TrackerQuery, VoteStatus};
use scrutineer_protocol::ballot::Eighths;

use crate::actions::cast::{self, Cast, Sent};
use crate::actions::record::{self, Asked};
use crate::actions::test_vote;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, Query, Raw};
use crate::http::problem::Problem;
use crate::http::reply::{Reply, created, done, ok};

/// The body is the sealed vote itself, byte for byte. With `If-None-Match: *` (RFC 9110, section 13.1.2) it is taken only if
/// no other vote of the member stands. With the eighths of its points in a header it takes less to check.
pub(super) async fn cast(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
    body: Raw,
) -> Result<Reply<Receipt>, Problem> {
    body.expect("application/json")?;
    let text = String::from_utf8(body.bytes.into())
        .map_err(|_| Problem::new(Code::Malformed, "this is not a sealed vote: it is not text"))?;
    let only_first = request.headers().get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == b"*");
    // What cannot be read helps no more than nothing, and no vote is lost over it.
    let eighths =
        request.headers().get(EIGHTHS).and_then(|value| Eighths::from_text(value.to_str().ok()?).ok());
    let sent = Sent { id: &id, text, eighths: eighths.unwrap_or_default(), only_first };
    Ok(match cast::cast(&app, &caller, sent).await? {
        Cast::New(receipt) => created(receipt),
        Cast::Again(receipt) => ok(receipt),
    })
}

pub(super) async fn test(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    body: Json<NewTest>,
) -> Result<Reply<()>, Problem> {
    test_vote::refuse(&app, &caller, id.into_inner(), &body.0.tracker).await?;
    Ok(done())
}

pub(super) async fn status(
    app: Data<App>,
    caller: Option<Caller>,
    id: Path<String>,
    query: Query<TrackerQuery>,
) -> Result<Reply<VoteStatus>, Problem> {
    became(&app, caller.as_ref(), id, query.0).await
}

/// The same, with the tracker in the body: for whoever asks about a vote of their own.
pub(super) async fn ask(
    app: Data<App>,
    caller: Option<Caller>,
    id: Path<String>,
    body: Json<TrackerQuery>,
) -> Result<Reply<VoteStatus>, Problem> {
    became(&app, caller.as_ref(), id, body.0).await
}

async fn became(
    app: &App,
    caller: Option<&Caller>,
    id: Path<String>,
    TrackerQuery { tracker }: TrackerQuery,
) -> Result<Reply<VoteStatus>, Problem> {
    let asked = Asked { caller, id: id.into_inner(), box_name: None };
    Ok(ok(record::status(app, asked, tracker).await?))
}
