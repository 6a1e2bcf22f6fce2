//! Connections that end when their client makes no progress: a request's head that does not come, an answer that is not taken,
//! a connection on which nothing happens. The HTTP library limits the first head alone.
//!
//! ```text
//! accepted ─> Head ──the gate──> Served ──the answer has been made──> Idle ──a byte──> Head ..
//! ```
//!
//! While something waits to be written, only whether the client takes any of it counts. Bodies have a limit of their own
//! (`extract.rs`), and what handlers do is not the client's fault.

use std::cell::Cell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
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

/// What a connection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// For a request, until then.
    Idle(Instant),
    /// For the rest of a head, until then.
    Head(Instant),
    /// For the server, or for a body.
    Served,
}

/// How long a connection may go on waiting for its client. One for each, on its worker's thread.
pub(super) struct Patience {
    timeouts: Timeouts,
    phase: Cell<Phase>,
    /// Until when the client has to take some of what waits for it, where something does.
    taking: Cell<Option<Instant>>,
}

impl Patience {
    fn new(timeouts: Timeouts, now: Instant) -> Self {
        let phase = Cell::new(Phase::Head(after(now, timeouts.head)));
        Self { timeouts, phase, taking: Cell::default() }
    }

    /// The connection is ready for requests: from now on there is time for the head of one.
    fn ready(&self, now: Instant) {
        self.phase.set(Phase::Head(after(now, self.timeouts.head)));
    }

    /// Bytes have come. Whether in time.
    fn arrived(&self, now: Instant) -> bool {
        match self.phase.get() {
            Phase::Idle(_) => self.ready(now),
            // Also whoever never lets the line rest.
            Phase::Head(until) => return now < until || self.taking.get().is_some(),
            Phase::Served => {}
        }
        true
    }

    /// The client has taken something.
    fn taken(&self, now: Instant) {
        self.taking.set(None);
        if matches!(self.phase.get(), Phase::Idle(_)) {
            self.phase.set(Phase::Idle(after(now, self.timeouts.idle)));
        }
    }

    /// Something waits to be written.
    fn waits(&self, now: Instant) {
        if self.taking.get().is_none() {
            self.taking.set(Some(after(now, self.timeouts.taking)));
        }
    }

    /// A request is served from now on, until what this returns is dropped.
    pub(super) fn serve(self: &Rc<Self>) -> Served {
        self.phase.set(Phase::Served);
        Served(Rc::clone(self))
    }

    /// When the connection ends unless something happens; none where it waits for the server.
    fn due(&self) -> Option<Instant> {
        self.taking.get().or_else(|| match self.phase.get() {
            Phase::Idle(until) | Phase::Head(until) => Some(until),
            Phase::Served => None,
        })
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
        patience.phase.set(Phase::Idle(after(Instant::now(), patience.timeouts.idle)));
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
    pub(super) fn new(stream: TcpStream, timeouts: Timeouts) -> Self {
        do_not_hoard(&stream);
        let patience = Patience::new(timeouts, Instant::now());
        let timer = Box::pin(sleep_until(patience.due().unwrap_or_else(Instant::now)));
        Self { stream, patience: Rc::new(patience), timer }
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
        let Some(due) = self.patience.due() else { return Ok(()) };
        if due < self.timer.deadline() {
            self.timer.as_mut().reset(due);
        }
        while self.timer.as_mut().poll(context).is_ready() {
            if Instant::now() >= due {
                return Err(too_slow());
            }
            self.timer.as_mut().reset(due);
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

fn too_slow() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the client was too slow")
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
        if buffer.filled().len() > before && !this.patience.arrived(Instant::now()) {
            return Poll::Ready(Err(too_slow()));
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
        Answer, BodySize, BoxBody, Bytes, Duration, Instant, MessageBody, Patience, Pin, Rc, SLICE, Timeouts,
    };

    const TIMEOUTS: Timeouts = Timeouts {
        head: Duration::from_secs(10),
        idle: Duration::from_secs(5),
        body: Duration::from_secs(60),
        taking: Duration::from_secs(100),
    };

    /// A connection, and times in seconds from its beginning.
    fn begin() -> (Rc<Patience>, impl Fn(u64) -> Instant) {
        let start = Instant::now();
        (Rc::new(Patience::new(TIMEOUTS, start)), move |seconds| start + Duration::from_secs(seconds))
    }

    #[actix_web::test]
    async fn an_answer_is_given_in_slices() {
        let (patience, _) = begin();
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
        assert_eq!(patience.due(), None);
        drop(answer);
        assert!(patience.due().is_some());
    }

    #[test]
    fn every_head_has_the_same_time() {
        let (patience, at) = begin();
        assert_eq!(patience.due(), Some(at(10)));
        patience.ready(at(3));
        for second in 4..13 {
            assert!(patience.arrived(at(second)));
            assert_eq!(patience.due(), Some(at(13)), "bytes give no time");
        }
        assert!(!patience.arrived(at(13)));
        let (patience, at) = begin();
        drop(patience.serve());
        patience.taken(at(20));
        assert_eq!(patience.due(), Some(at(25)), "an idle one");
        assert!(patience.arrived(at(24)), "the first byte of the next head");
        assert!(patience.arrived(at(33)));
        assert_eq!(patience.due(), Some(at(34)));
        assert!(!patience.arrived(at(34)));
    }

    #[test]
    fn nobody_waits_for_the_client_while_a_request_is_served() {
        let (patience, at) = begin();
        let served = patience.serve();
        assert_eq!(patience.due(), None);
        assert!(patience.arrived(at(1000)), "its body");
        patience.waits(at(1000));
        patience.waits(at(1050));
        assert_eq!(patience.due(), Some(at(1100)), "it takes nothing");
        patience.taken(at(1099));
        assert_eq!(patience.due(), None);
        drop(served);
        assert!(patience.due().is_some());
    }

    #[test]
    fn the_rest_of_an_answer_may_take_its_time() {
        let (patience, at) = begin();
        drop(patience.serve());
        for second in [10, 100, 190] {
            patience.waits(at(second));
            assert_eq!(patience.due(), Some(at(second + 100)));
            patience.taken(at(second + 80));
            assert_eq!(patience.due(), Some(at(second + 85)));
        }
        // Also of the one before, for whoever asks for the next already.
        patience.waits(at(300));
        assert!(patience.arrived(at(301)) && patience.arrived(at(350)));
        assert_eq!(patience.due(), Some(at(400)));
        patience.taken(at(390));
        assert!(!patience.arrived(at(391)), "then the head is late");
    }
}
