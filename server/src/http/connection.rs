//! Connections that end when their client makes no progress: a request's head that does not come, an answer that is not taken,
//! a connection on which nothing happens. The HTTP library limits the first head alone.
//!
//! ```text
//! accepted ─> Head ──the gate──> Served ──the answer has been made──> Idle ──a byte──> Head ..
//! ```
//!
//! While something waits to be written, only whether the client takes any of it counts. Bodies have a limit of their own
//! (`extract.rs`), and what handlers do is not the client's fault. Nothing is read (`paced.rs`) that would only wait in memory:
//! while a request is served no more than its body, and that when somebody wants it; while something waits to be written, nothing.

use std::cell::Cell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::rt::net::{ActixStream, Ready, TcpStream};
use actix_web::rt::time::{Instant, Sleep, sleep_until};
use actix_web::web::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::app::Timeouts;

/// Bytes that the system keeps for a client and has not sent: more stay in the server, where they are counted. What was sent
/// and not acknowledged comes on top, so that this does not make fast lines slow.
const NOT_SENT: u32 = 64 << 10;

/// The connections of a worker.
pub(super) struct Crowd {
    here: Cell<usize>,
    /// From so many on there is no time to lose.
    many: usize,
}

impl Crowd {
    /// None so far, where there is room for so many.
    pub(super) fn new(room: usize) -> Rc<Self> {
        Rc::new(Self { here: Cell::new(0), many: room.saturating_sub(room / 4).max(1) })
    }

    fn is_many(&self) -> bool {
        self.here.get() >= self.many
    }
}

/// What a connection waits for, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// For a request.
    Idle(Instant),
    /// For the rest of a head.
    Head(Instant),
    /// For the server, or for a body.
    Served,
}

/// How long a connection may go on waiting for its client. One for each, on its worker's thread.
pub(super) struct Patience {
    timeouts: Timeouts,
    crowd: Rc<Crowd>,
    phase: Cell<Phase>,
    /// Since when the client takes nothing of what waits for it, where something does.
    taking: Cell<Option<Instant>>,
    /// Bytes that have come.
    came: Cell<u64>,
    /// What is still to come of the body that is waited for, where one is.
    body: Cell<Option<Left>>,
    /// To be woken when there is room for more of what comes.
    held_up: Cell<Option<Waker>>,
}

/// How much of a body is still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// Not more than so many bytes.
    Bytes(usize),
    /// Nobody knows.
    Unknown,
}

/// Bytes that the library is given at once of what it may take for requests: of the shortest there are, forty.
const HEADS: usize = 1 << 10;
/// Bytes that it is given at once of a body.
const BODY: usize = 16 << 10;

/// The time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TooSlow;

impl From<TooSlow> for io::Error {
    fn from(_: TooSlow) -> Self {
        Self::new(io::ErrorKind::TimedOut, "the client was too slow")
    }
}

impl Patience {
    fn new(timeouts: Timeouts, crowd: Rc<Crowd>, now: Instant) -> Self {
        crowd.here.set(crowd.here.get().saturating_add(1));
        Self {
            timeouts,
            crowd,
            phase: Cell::new(Phase::Head(now)),
            taking: Cell::default(),
            came: Cell::default(),
            body: Cell::default(),
            held_up: Cell::default(),
        }
    }

    /// The connection is ready for requests: from now on there is time for the head of one.
    fn ready(&self, now: Instant) {
        self.phase.set(Phase::Head(now));
    }

    /// So many bytes have come: also whoever never lets the line rest may be too slow.
    fn arrived(&self, bytes: usize, now: Instant) -> Result<(), TooSlow> {
        self.came.set(self.came.get().saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX)));
        if matches!(self.phase.get(), Phase::Idle(_)) {
            self.ready(now);
        }
        self.next(now).map(|_| ())
    }

    /// A connection that nobody reads or writes.
    #[cfg(test)]
    pub(super) fn begin(timeouts: Timeouts, crowd: &Rc<Crowd>) -> Self {
        Self::new(timeouts, Rc::clone(crowd), Instant::now())
    }

    /// Whether most places are taken.
    pub(super) fn is_crowded(&self) -> bool {
        self.crowd.is_many()
    }

    /// How many bytes have come so far.
    pub(super) fn came(&self) -> u64 {
        self.came.get()
    }

    /// How many bytes may be read now; where none may be, the task is woken when some may.
    pub(super) fn room(&self, context: &Context<'_>) -> Option<usize> {
        let room = self.has_room();
        if room.is_none() {
            self.held_up.set(Some(context.waker().clone()));
        }
        room
    }

    fn has_room(&self) -> Option<usize> {
        match (self.body.get(), self.phase.get(), self.taking.get()) {
            (Some(Left::Bytes(0)), ..) => None,
            (Some(Left::Bytes(left)), ..) => Some(left.min(BODY)),
            (Some(Left::Unknown), ..) | (None, Phase::Idle(_) | Phase::Head(_), None) => Some(HEADS),
            (None, Phase::Served, _) | (None, _, Some(_)) => None,
        }
    }

    /// Wakes the task where there was no room and is now.
    fn go_on(&self) {
        if self.has_room().is_some()
            && let Some(waker) = self.held_up.take()
        {
            waker.wake();
        }
    }

    /// So many bytes have been handed on: with TLS later than they arrived.
    pub(super) fn handed_on(&self, bytes: usize) {
        if let Some(Left::Bytes(left)) = self.body.get() {
            self.body.set(Some(Left::Bytes(left.saturating_sub(bytes))));
        }
        if bytes > 0 && matches!(self.phase.get(), Phase::Idle(_)) {
            self.ready(Instant::now());
        }
    }

    /// The body of the request that is served is waited for from now on, until what this returns is dropped: so many bytes at
    /// most, where that is known.
    pub(super) fn wait_for_body(self: &Rc<Self>, bytes: Option<usize>) -> Body {
        self.body.set(Some(bytes.map_or(Left::Unknown, Left::Bytes)));
        self.go_on();
        Body(Rc::clone(self))
    }

    /// The client has taken something.
    fn taken(&self, now: Instant) {
        self.taking.set(None);
        if matches!(self.phase.get(), Phase::Idle(_)) {
            self.phase.set(Phase::Idle(now));
        }
        self.go_on();
    }

    /// Something waits to be written.
    fn waits(&self, now: Instant) {
        if self.taking.get().is_none() {
            self.taking.set(Some(now));
        }
    }

    /// A request is served from now on, until what this returns is dropped.
    pub(super) fn serve(self: &Rc<Self>) -> Served {
        self.phase.set(Phase::Served);
        Served(Rc::clone(self))
    }

    /// Since when the connection waits for its client, how long it may, and how long where it has to hurry; none where it waits
    /// for the server.
    fn waiting(&self) -> Option<(Instant, Duration, Duration)> {
        let Timeouts { head, idle, taking, hurry, .. } = self.timeouts;
        let (since, time, hurry) = match (self.taking.get(), self.phase.get()) {
            (Some(since), _) => (since, taking, hurry.saturating_mul(5)),
            (None, Phase::Idle(since)) => (since, idle, hurry),
            (None, Phase::Head(since)) => (since, head, hurry),
            (None, Phase::Served) => return None,
        };
        // Looking again at once, over and over, is no use.
        Some((since, time, hurry.min(time).max(Duration::from_millis(1))))
    }

    /// When to look again, where nothing happens until then.
    fn next(&self, now: Instant) -> Result<Option<Instant>, TooSlow> {
        let Some((since, time, hurry)) = self.waiting() else { return Ok(None) };
        let (early, late) = (after(since, hurry), after(since, time));
        if now >= if self.crowd.is_many() { early } else { late } {
            return Err(TooSlow);
        }
        // It may become crowded meanwhile.
        Ok(Some(if now < early { early } else { after(now, hurry).min(late) }))
    }
}

impl Drop for Patience {
    fn drop(&mut self) {
        self.crowd.here.set(self.crowd.here.get().saturating_sub(1));
    }
}

/// A time that is too far away is the latest there is.
fn after(now: Instant, time: Duration) -> Instant {
    const LONG: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    now.checked_add(time.min(LONG)).unwrap_or(now)
}

/// A request is being served.
pub(super) struct Served(Rc<Patience>);

impl Drop for Served {
    fn drop(&mut self) {
        let Self(patience) = self;
        patience.phase.set(Phase::Idle(Instant::now()));
        patience.go_on();
    }
}

/// A body is being waited for.
pub(super) struct Body(Rc<Patience>);

impl Drop for Body {
    fn drop(&mut self) {
        self.0.body.set(None);
    }
}

/// An answer's body, in slices: the library copies what it is given at once, for every client that does not take it. When the
/// body is gone, the request has been served.
pub(super) struct Answer {
    body: BoxBody,
    /// What is still to be given of what came last.
    rest: Bytes,
    _served: Served,
}

/// Bytes that the library is given at once.
const SLICE: usize = 16 << 10;

impl Answer {
    pub(super) fn boxed(body: BoxBody, served: Served) -> BoxBody {
        BoxBody::new(Self { body, rest: Bytes::new(), _served: served })
    }
}

impl MessageBody for Answer {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.get_mut();
        if this.rest.is_empty() {
            match ready!(Pin::new(&mut this.body).poll_next(context)) {
                Some(Ok(bytes)) => this.rest = bytes,
                other => return Poll::Ready(other),
            }
        }
        let slice = this.rest.split_to(SLICE.min(this.rest.len()));
        Poll::Ready(Some(Ok(slice)))
    }
}

/// A connection, below TLS where there is any. Reading or writing fails when its time is over.
pub(super) struct Connection {
    stream: TcpStream,
    patience: Rc<Patience>,
    /// Goes off when time is over or earlier: setting it anew for each request would be work.
    timer: Pin<Box<Sleep>>,
}

impl Connection {
    /// Takes a connection that was just accepted.
    pub(super) fn new(stream: TcpStream, timeouts: Timeouts, crowd: &Rc<Crowd>) -> Self {
        do_not_hold_back(&stream);
        do_not_hoard(&stream);
        let now = Instant::now();
        let patience = Patience::new(timeouts, Rc::clone(crowd), now);
        Self { stream, patience: Rc::new(patience), timer: Box::pin(sleep_until(after(now, timeouts.hurry))) }
    }

    /// What the gate tells about requests. The connection is ready for them now.
    pub(super) fn open(&self) -> Rc<Patience> {
        self.patience.ready(Instant::now());
        Rc::clone(&self.patience)
    }

    /// The connection's other end.
    pub(super) fn peer(&self) -> Option<std::net::SocketAddr> {
        self.stream.peer_addr().ok()
    }

    /// Nothing can be done now: fails if that was so for too long, or sees to it that the task is woken then.
    fn wait(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        while let Some(next) = self.patience.next(Instant::now())? {
            if next < self.timer.deadline() || self.timer.is_elapsed() {
                self.timer.as_mut().reset(next);
            }
            if self.timer.as_mut().poll(context).is_pending() {
                break;
            }
        }
        Ok(())
    }

    /// What came of writing.
    fn written(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Ready(Ok(0) | Err(_)) => {}
            // Nothing to forget, mostly.
            Poll::Ready(Ok(_)) => self.patience.taken(Instant::now()),
            Poll::Pending => {
                self.patience.waits(Instant::now());
                self.wait(context)?;
            }
        }
        written
    }
}

/// The end of an answer goes out at once. The system would wait with it until the client has said that the beginning came, which
/// clients put off for forty milliseconds; with TLS, tickets for later sessions are the beginning.
fn do_not_hold_back(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the system holds small parts of answers back");
    }
}

/// Where the system takes much more than the line does, a client that takes a little now and then would seem to take nothing.
#[cfg(target_os = "linux")]
fn do_not_hoard(stream: &TcpStream) {
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_notsent_lowat(NOT_SENT) {
        tracing::debug!(%error, "the system does not limit what it keeps for a client");
    }
}

#[cfg(not(target_os = "linux"))]
fn do_not_hoard(_: &TcpStream) {}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        if read.is_pending() {
            this.wait(context)?;
            return Poll::Pending;
        }
        ready!(read)?;
        let came = buffer.filled().len().saturating_sub(before);
        if came > 0 {
            this.patience.arrived(came, Instant::now())?;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.written(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, bytes);
        this.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// The last that is done with a connection before its task rests: what has happened since it was read may have made its
    /// time shorter.
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_flush(context))?;
        Poll::Ready(this.wait(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

impl ActixStream for Connection {
    fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_read_ready(&self.stream, context)
    }

    fn poll_write_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_write_ready(&self.stream, context)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::{
        Answer, BodySize, BoxBody, Bytes, Connection, Crowd, Duration, Instant, MessageBody, Patience, Pin,
        Rc, SLICE, TcpStream, Timeouts, TooSlow,
    };

    const TIMEOUTS: Timeouts = Timeouts {
        head: Duration::from_secs(10),
        idle: Duration::from_secs(5),
        body: Duration::from_secs(60),
        taking: Duration::from_secs(100),
        hurry: Duration::from_secs(3),
    };

    /// A connection where there is room for so many, and times in seconds from its beginning.
    fn begin(room: usize) -> (Rc<Patience>, impl Fn(u64) -> Instant) {
        let start = Instant::now();
        let patience = Patience::new(TIMEOUTS, Crowd::new(room), start);
        (Rc::new(patience), move |seconds| start + Duration::from_secs(seconds))
    }

    /// Until which second nothing has to happen, as seen from one.
    fn time(patience: &Patience, at: &impl Fn(u64) -> Instant, from: u64) -> u64 {
        (from..1000).find(|second| patience.next(at(*second)).is_err()).unwrap()
    }

    #[actix_web::test]
    async fn the_system_sends_the_end_of_an_answer_at_once_and_keeps_little() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let _theirs = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (ours, _) = listener.accept().unwrap();
        ours.set_nonblocking(true).unwrap();
        let stream = TcpStream::from_std(ours).unwrap();
        let connection = Connection::new(stream, TIMEOUTS, &Crowd::new(1));
        assert!(connection.stream.nodelay().unwrap());
        #[cfg(target_os = "linux")]
        assert_eq!(socket2::SockRef::from(&connection.stream).tcp_notsent_lowat().unwrap(), super::NOT_SENT);
    }

    #[actix_web::test]
    async fn an_answer_is_given_in_slices() {
        let (patience, at) = begin(100);
        let whole: Bytes = (0..100_000u32).flat_map(u32::to_be_bytes).collect();
        let mut answer = Answer::boxed(BoxBody::new(whole.clone()), patience.serve());
        assert_eq!(answer.size(), BodySize::Sized(400_000));
        let mut came = Vec::new();
        while let Some(slice) = poll_fn(|context| Pin::new(&mut answer).poll_next(context)).await {
            let slice = slice.unwrap();
            assert!(slice.len() <= SLICE);
            came.extend_from_slice(&slice);
        }
        assert!(came == whole);
        assert_eq!(patience.next(at(900)), Ok(None));
        drop(answer);
        assert_eq!(patience.next(at(900)), Err(TooSlow));
    }

    #[test]
    fn every_head_has_the_same_time() {
        let (patience, at) = begin(100);
        assert_eq!(time(&patience, &at, 0), 10);
        patience.ready(at(3));
        for second in 4..13 {
            patience.arrived(1, at(second)).unwrap();
            assert_eq!(time(&patience, &at, second), 13, "bytes give no time");
        }
        assert_eq!(patience.arrived(1, at(13)), Err(TooSlow));
        assert_eq!(patience.came(), 10);
        let (patience, at) = begin(100);
        drop(patience.serve());
        patience.taken(at(20));
        assert_eq!(time(&patience, &at, 20), 25, "an idle one");
        patience.arrived(1, at(24)).unwrap();
        patience.arrived(1, at(33)).unwrap();
        assert_eq!(patience.arrived(1, at(34)), Err(TooSlow));
    }

    #[test]
    fn nobody_waits_for_the_client_while_a_request_is_served() {
        let (patience, at) = begin(100);
        let served = patience.serve();
        assert_eq!(patience.next(at(900)), Ok(None));
        patience.arrived(1, at(900)).unwrap();
        patience.waits(at(800));
        patience.waits(at(850));
        assert_eq!(time(&patience, &at, 800), 900, "it takes nothing");
        patience.taken(at(899));
        assert_eq!(patience.next(at(999)), Ok(None));
        drop(served);
        assert_eq!(patience.next(at(999)), Err(TooSlow));
    }

    #[test]
    fn the_rest_of_an_answer_may_take_its_time() {
        let (patience, at) = begin(100);
        drop(patience.serve());
        for second in [10, 100, 190] {
            patience.waits(at(second));
            assert_eq!(time(&patience, &at, second), second + 100);
            patience.taken(at(second + 80));
            assert_eq!(time(&patience, &at, second + 80), second + 85);
        }
        // Also of the one before, for whoever asks for the next already.
        patience.waits(at(300));
        patience.arrived(1, at(301)).unwrap();
        patience.arrived(1, at(350)).unwrap();
        assert_eq!(time(&patience, &at, 350), 400);
        patience.taken(at(390));
        assert_eq!(patience.arrived(1, at(391)), Err(TooSlow), "then the head is late");
    }

    #[test]
    fn where_it_is_crowded_everybody_has_to_hurry() {
        let (patience, at) = begin(4);
        let more = || Patience::new(TIMEOUTS, Rc::clone(&patience.crowd), at(0));
        let second = more();
        assert_eq!(time(&patience, &at, 0), 10);
        // It is looked at early, and now and then: it may have become crowded.
        assert_eq!(patience.next(at(1)), Ok(Some(at(3))));
        assert_eq!(patience.next(at(3)), Ok(Some(at(6))));
        assert_eq!(patience.next(at(8)), Ok(Some(at(10))));
        let third = more();
        assert_eq!((time(&patience, &at, 0), time(&third, &at, 0)), (3, 3));
        patience.waits(at(20));
        assert_eq!(time(&patience, &at, 20), 35);
        let served = third;
        drop(second);
        assert_eq!(time(&served, &at, 0), 10, "there is room again");
    }
}
