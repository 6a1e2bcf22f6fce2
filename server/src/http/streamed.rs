//! Answers that are put together a piece at a time, as they are sent. Where one breaks off, so does the connection: nobody takes what came
//! for the whole.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header::ContentType;
use actix_web::web::{Bytes, Data};

use crate::app::App;
use crate::store::Store;

/// A document of which a piece is made at a time.
pub(super) trait InPieces: Send + Sized + 'static {
    /// Why it broke off.
    type Error: Error + Send + 'static;

    /// The next piece, and what follows it; nothing behind the last.
    fn piece(
        self,
        store: &Store,
    ) -> impl Future<Output = Result<Option<(Vec<u8>, Self)>, Self::Error>> + Send;
}

/// The next piece, and what follows it.
type Next<E> = Pin<Box<dyn Future<Output = Result<Option<(Vec<u8>, Streamed<E>)>, E>> + Send>>;

/// What is still to come.
enum Streamed<E> {
    Next(Next<E>),
    Ended,
}

/// An answer with a JSON document that is made as it is sent.
pub(super) fn json<P: InPieces>(app: Data<App>, document: P) -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::json()).body(Streamed::of(app, document))
}

impl<E: Error + Send + 'static> Streamed<E> {
    fn of<P: InPieces<Error = E>>(app: Data<App>, document: P) -> Self {
        Self::Next(Box::pin(async move {
            let piece = document.piece(&app.store).await?;
            Ok(piece.map(|(bytes, rest)| (bytes, Self::of(app, rest))))
        }))
    }
}

impl<E: Error + Send + 'static> MessageBody for Streamed<E> {
    type Error = E;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, E>>> {
        let this = self.get_mut();
        let Self::Next(next) = this else { return Poll::Ready(None) };
        let (body, told) = match ready!(next.as_mut().poll(context)) {
            Ok(Some((bytes, rest))) => (rest, Some(Ok(Bytes::from(bytes)))),
            Ok(None) => (Self::Ended, None),
            Err(error) => {
                tracing::error!(%error, "an answer broke off");
                (Self::Ended, Some(Err(error)))
            }
        };
        *this = body;
        Poll::Ready(told)
    }
}
