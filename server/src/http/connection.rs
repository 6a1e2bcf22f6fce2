//! Connections that end when their client makes no progress: a request's head that does not come, an answer that is not taken,
//! a connection on which nothing happens. The HTTP library limits the first head alone.
//! How long a client may take is in `patience.rs`.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::rt::net::{ActixStream, Ready, TcpStream};
use actix_web::rt::time::{Instant, Sleep, sleep_until};
use actix_web::web::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::patience::{Crowd, Patience, Served, after};
use crate::app::Timeouts;

/// Bytes that the system keeps for a client and has not sent: more stay in the server, where they are counted. What was sent
/// and not acknowledged comes on top, so that this does not make fast lines slow.
const NOT_SENT: u32 = 64 << 10;

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

    use super::super::patience::tests::{TIMEOUTS, begin};
    use super::super::patience::{Left, TooSlow};
    use super::{Answer, BodySize, BoxBody, Bytes, Connection, Crowd, MessageBody, Pin, SLICE, TcpStream};

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
        let mut answer = Answer::boxed(BoxBody::new(whole.clone()), patience.serve(Left::Bytes(0)));
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
}
