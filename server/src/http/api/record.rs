//! The record: its archive, its beginning, its head, the shares beside it.

use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::header::{
    ACCEPT_RANGES, AcceptEncoding, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_RANGE,
    CONTENT_TYPE, ContentType, ETAG, Encoding, EntityTag, Header, IfNoneMatch, VARY,
};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use scrutineer_api::ballot::BoxQuery;
use scrutineer_api::problem::Code;
use scrutineer_api::vote::Head;

use crate::actions::record::{self, Archive, Asked, Piece, Place as Position, RecordError};
use crate::actions::record_pieces::{self, PieceBytes};
use crate::actions::results;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::downloads::Place;
use crate::http::extract::{From, Query};
use crate::http::problem::Problem;
use crate::http::range::Wanted;
use crate::http::reply::{Reply, ok};
use crate::lengths::Begin;

/// What an archive is sent as.
pub(super) const ARCHIVE: &str = "application/octet-stream";

fn asked(caller: Option<&Caller>, id: Path<String>, query: Query<BoxQuery>) -> Asked<'_> {
    Asked { caller, id: id.into_inner(), box_name: query.0.box_name }
}

pub(super) async fn archive(
    app: Data<App>,
    caller: Option<Caller>,
    id: Path<String>,
    query: Query<BoxQuery>,
    From(from): From,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let archive = record::archive(&app, asked(caller.as_ref(), id, query)).await?;
    let tag = EntityTag::new_strong(archive.event.to_string());
    if let Ok(IfNoneMatch::Items(known)) = IfNoneMatch::parse(&request)
        && known.iter().any(|known| known.weak_eq(&tag))
    {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag.to_string())).finish());
    }
    let head = request.method() == Method::HEAD;
    let place = if head { None } else { Some(begin(&app, from, caller.is_some())?) };
    let bytes = archive.bytes(&app).await?;
    let name = format!("attachment; filename=\"{}.bel\"", archive.election);
    // Only what is read can be read in part.
    let wanted = if head { Wanted::Whole } else { Wanted::of(request.headers(), bytes, &tag) };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, ARCHIVE))
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((ETAG, tag.to_string()));
    let (first, last) = match wanted {
        Wanted::Whole => (0, bytes.saturating_sub(1)),
        Wanted::Part { first, last } => {
            answer.status(StatusCode::PARTIAL_CONTENT);
            answer.insert_header((CONTENT_RANGE, format!("bytes {first}-{last}/{bytes}")));
            (first, last)
        }
        Wanted::Nothing => {
            let detail =
                format!("the record has {bytes} bytes so far, and none of those that were asked for");
            return Err(Problem::new(Code::RangeNotSatisfiable, detail).of_length(bytes));
        }
    };
    let left = (last - first).saturating_add(1);
    let body = if head {
        ArchiveBody { app, archive, state: Sending::Done, skip: 0, left }
    } else {
        ArchiveBody::part(app, archive, first, left)
    };
    let body = BoxBody::new(Held { body, _place: place });
    answer.message_body(body).map_err(|error| Problem::internal(&error))
}

/// A place among the downloads for somebody at this address.
fn begin(app: &App, from: IpAddr, signed_in: bool) -> Result<Place, Problem> {
    app.downloads.begin(from, signed_in).ok_or_else(|| RecordError::Busy.into())
}

/// Kept for ever by whoever has it: nothing in it changes any more.
const FOR_EVER: &str = "max-age=31536000, immutable";
/// To be asked for anew each time.
const EACH_TIME: &str = "no-cache";

pub(super) async fn piece(
    app: Data<App>,
    caller: Option<Caller>,
    path: Path<(String, String)>,
    query: Query<BoxQuery>,
    From(address): From,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (id, number) = path.into_inner();
    let asked = Asked { caller: caller.as_ref(), id, box_name: query.0.box_name };
    let signed_in = caller.is_some();
    let piece = record_pieces::piece(&app, asked, number, || app.downloads.begin(address, signed_in)).await?;
    let gzip = matches!(piece.bytes, PieceBytes::Packed(_)) && takes_gzip(&request);
    // Other bytes have another tag.
    let tag = EntityTag::new_strong(format!("{}{}", piece.event, if gzip { "-gzip" } else { "" }));
    let who = if piece.everybodys { "public" } else { "private" };
    let long = if piece.complete { FOR_EVER } else { EACH_TIME };
    let known = matches!(IfNoneMatch::parse(&request), Ok(IfNoneMatch::Items(known))
        if known.iter().any(|known| known.weak_eq(&tag)));
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((ETAG, tag.to_string()))
        .insert_header((CACHE_CONTROL, format!("{who}, {long}")))
        .insert_header((VARY, "Accept-Encoding"));
    if known {
        return Ok(answer.finish());
    }
    answer.insert_header((CONTENT_TYPE, ARCHIVE));
    // Whoever takes it slowly keeps it in memory, whatever the server asks for meanwhile.
    let small = matches!(&piece.bytes, PieceBytes::Packed(packed) if packed.gzip.len() <= SMALL);
    let place = match piece.place {
        _ if small => None,
        None => Some(begin(&app, address, signed_in)?),
        held => held,
    };
    let body = match piece.bytes {
        PieceBytes::Packed(packed) if gzip => {
            answer.insert_header((CONTENT_ENCODING, "gzip"));
            BoxBody::new(Held { body: packed.gzip.clone(), _place: place })
        }
        PieceBytes::Packed(packed) => BoxBody::new(Held { body: packed.plain(), _place: place }),
        PieceBytes::Stored(archive, from, left) => {
            let mut body = ArchiveBody { app, archive, state: Sending::Done, skip: 0, left };
            body.state = body.read(Position::before(from));
            BoxBody::new(Held { body, _place: place })
        }
    };
    answer.message_body(body).map_err(|error| Problem::internal(&error))
}

/// Bytes of a piece that anybody may keep in memory.
const SMALL: usize = 64 << 10;

fn takes_gzip(request: &HttpRequest) -> bool {
    let accepted = AcceptEncoding::parse(request);
    let offered = [Encoding::gzip(), Encoding::identity()];
    accepted.is_ok_and(|accepted| accepted.negotiate(offered.iter()) == Some(Encoding::gzip()))
}

type Reading = Pin<Box<dyn Future<Output = Result<Option<Piece>, RecordError>> + Send>>;

/// How far an archive has been sent.
enum Sending {
    Opening,
    Reading(Reading),
    Done,
}

/// An archive on its way, or a part of one: it holds one piece at a time. If the database fails meanwhile, the connection ends before the
/// length that was announced, so that nobody takes what came for the whole.
struct ArchiveBody {
    app: Data<App>,
    archive: Archive,
    state: Sending,
    /// Bytes of what is read that are not sent, at its beginning.
    skip: u64,
    /// Bytes that are still to be sent.
    left: u64,
}

/// A body with its place among the downloads.
struct Held<B> {
    body: B,
    _place: Option<Place>,
}

impl<B: MessageBody + Unpin> MessageBody for Held<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_next(context)
    }
}

impl ArchiveBody {
    /// So many bytes from an offset on, within what the archive has.
    fn part(app: Data<App>, archive: Archive, offset: u64, left: u64) -> Self {
        let opening = u64::try_from(archive.opening().len()).unwrap_or(u64::MAX);
        let mut body = Self { app, archive, state: Sending::Opening, skip: offset, left };
        if let Some(offset) = offset.checked_sub(opening) {
            let Begin { event, skip } = body.app.lengths.begin(body.archive.box_id(), offset);
            body.skip = skip;
            body.state = body.read(Position::before(event));
        }
        body
    }

    /// Nothing is read before it is asked for.
    fn read(&self, from: Position) -> Sending {
        let app = self.app.clone();
        let piece = self.archive.piece(app.downloads.parts(), from, self.skip);
        Sending::Reading(Box::pin(
            async move { app.downloads.read(&app.store, "record: piece", piece).await },
        ))
    }

    /// What of these bytes is to be sent.
    fn cut(&mut self, bytes: Vec<u8>) -> Bytes {
        let bytes = Bytes::from(bytes);
        let length = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let from = length(self.skip).min(bytes.len());
        let to = from.saturating_add(length(self.left)).min(bytes.len());
        self.skip -= u64::try_from(from).unwrap_or_default();
        self.left -= u64::try_from(to - from).unwrap_or_default();
        bytes.slice(from..to)
    }
}

impl MessageBody for ArchiveBody {
    type Error = RecordError;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.left)
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, RecordError>>> {
        let this = self.get_mut();
        loop {
            let bytes = match &mut this.state {
                Sending::Opening => {
                    let opening = this.archive.opening();
                    let bytes = this.cut(opening);
                    this.state = this.read(Position::before(0));
                    bytes
                }
                Sending::Reading(piece) => match ready!(piece.as_mut().poll(context)) {
                    Ok(Some(Piece { bytes, next, spared })) => {
                        this.skip -= spared;
                        let bytes = this.cut(bytes);
                        this.state = this.read(next);
                        bytes
                    }
                    Ok(None) => {
                        this.state = Sending::Done;
                        continue;
                    }
                    Err(error) => {
                        this.state = Sending::Done;
                        tracing::error!(%error, "a record broke off while it was sent");
                        return Poll::Ready(Some(Err(error)));
                    }
                },
                Sending::Done => return Poll::Ready(None),
            };
            if this.left == 0 {
                this.state = Sending::Done;
            }
            if !bytes.is_empty() {
                return Poll::Ready(Some(Ok(bytes)));
            }
        }
    }
}

pub(super) async fn election(
    app: Data<App>,
    caller: Option<Caller>,
    id: Path<String>,
    query: Query<BoxQuery>,
) -> Result<HttpResponse, Problem> {
    let found = record::election(&app, asked(caller.as_ref(), id, query)).await?;
    let bytes = found.election.bytes().to_vec();
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(bytes))
}

pub(super) async fn shares(
    app: Data<App>,
    caller: Option<Caller>,
    id: Path<String>,
    query: Query<BoxQuery>,
) -> Result<HttpResponse, Problem> {
    let file = results::shares(&app, caller.as_ref(), id.into_inner(), query.0.box_name).await?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(file))
}

pub(super) async fn head(
    app: Data<App>,
    caller: Option<Caller>,
    id: Path<String>,
    query: Query<BoxQuery>,
) -> Result<Reply<Head>, Problem> {
    Ok(ok(record::head(&app, asked(caller.as_ref(), id, query)).await?))
}
