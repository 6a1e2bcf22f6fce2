//! The roll.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header::ContentType;
use actix_web::web::{Bytes, Data};
use scrutineer_api::roll::{ActivationCodes, NewActivationCodes, NewRollImport};
use scrutineer_ballot::roll::RollText;
use serde::Deserialize;

use crate::actions::{import_roll, roll};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, Query, Raw};
use crate::http::problem::Problem;
use crate::http::reply::{Answer, answer, created};
use crate::store::Error as StoreError;

/// For a `text/csv` body, which has no room for it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportQuery {
    #[serde(default)]
    dry_run: bool,
    list_sha256: Option<String>,
}

pub(super) async fn import(
    app: Data<App>,
    caller: Caller,
    query: Query<ImportQuery>,
    body: Raw,
) -> Result<HttpResponse, Problem> {
    let (asked, assumed) = if body.content_type == "text/csv" {
        let RollText { text, assumed } = RollText::decode(&body.bytes);
        let ImportQuery { dry_run, list_sha256 } = query.0;
        (NewRollImport { csv: text, dry_run, list_sha256 }, assumed)
    } else {
        let mut asked: NewRollImport = body.json()?;
        asked.dry_run |= query.0.dry_run;
        asked.list_sha256 = asked.list_sha256.or(query.0.list_sha256);
        (asked, None)
    };
    // It may have 64 MiB, and is there as text now.
    drop(body);
    let mut listed = import_roll::import(&app, caller.actor(), asked).await?;
    listed.warn_first(assumed);
    let body = ListedBody(Box::new(listed.pieces()?));
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(body))
}

/// What an import did, a piece at a time: the lists of a large union are not put together.
struct ListedBody(Box<dyn Iterator<Item = Result<Vec<u8>, StoreError>>>);

impl MessageBody for ListedBody {
    type Error = StoreError;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, StoreError>>> {
        Poll::Ready(self.get_mut().0.next().map(|piece| piece.map(Bytes::from)))
    }
}

pub(super) async fn issue_codes(
    app: Data<App>,
    caller: Caller,
    body: Json<NewActivationCodes>,
) -> Result<Answer<ActivationCodes>, Problem> {
    Ok(answer(roll::issue_codes(&app, &caller, body.0).await?, created))
}
