//! What is handed on to the HTTP library of what comes, above TLS: a little at a time, and nothing that it could only pile up. It
//! takes apart all requests that it is given at once, and keeps each of them until the one before has been answered.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::rt::net::{ActixStream, Ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::patience::Patience;

/// A connection that is read no faster than its requests are served.
pub(super) struct Paced<T> {
    stream: T,
    patience: Rc<Patience>,
    /// Bytes that were handed on since the library last had to do with what it has.
    given: usize,
}

impl<T> Paced<T> {
    /// What the gate tells about requests that come on this connection.
    pub(super) fn new(stream: T, patience: Rc<Patience>) -> Self {
        Self { stream, patience, given: 0 }
    }

    pub(super) fn patience(&self) -> Rc<Patience> {
        Rc::clone(&self.patience)
    }
}

impl<T: AsyncRead + Unpin> Paced<T> {
    /// Throws away what comes until the other end hangs up, for which it has no more time than for a head. Where the connection is ended before,
    /// it may not hear its answer.
    fn wait_for_end(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut room = [0; 4 << 10];
        let mut thrown = ReadBuf::new(&mut room);
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut thrown))?;
        if thrown.filled().is_empty() {
            return Poll::Ready(Ok(()));
        }
        // Others have their turn meanwhile.
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Paced<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.patience.is_over() {
            return this.wait_for_end(context);
        }
        let Some(room) = this.patience.room(context) else {
            this.given = 0;
            return Poll::Pending;
        };
        let room = room.saturating_sub(this.given).min(buffer.remaining());
        if room == 0 {
            // Then it comes again.
            this.given = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let mut part = ReadBuf::new(buffer.initialize_unfilled_to(room));
        let read = Pin::new(&mut this.stream).poll_read(context, &mut part);
        if read.is_pending() {
            this.given = 0;
        }
        ready!(read)?;
        let came = part.filled().len();
        buffer.advance(came);
        this.given = this.given.saturating_add(came);
        this.patience.handed_on(came)?;
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Paced<T> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

impl<T: ActixStream> ActixStream for Paced<T> {
    fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        self.stream.poll_read_ready(context)
    }

    fn poll_write_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        self.stream.poll_write_ready(context)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::convert::Infallible;
    use std::future::{pending, poll_fn};
    use std::io::{ErrorKind, Write};
    use std::net::{SocketAddr, TcpListener};
    use std::pin::pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Wake, Waker};
    use std::time::Duration;

    use actix_http::{HttpService, KeepAlive, Request, Response};
    use actix_service::{Service, ServiceFactory, fn_service};
    use actix_web::body::BoxBody;
    use actix_web::rt::net::TcpStream;
    use tokio::time::sleep;

    use super::super::connection::{Answer, Connection};
    use super::super::patience::{Crowd, Left, Patience};
    use super::{AsyncRead, Context, Paced, Pin, Poll, Rc, ReadBuf};
    use crate::app::Timeouts;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost:a\r\n\r\n";

    /// Two ends of a connection of which little is on its way.
    fn ends() -> (TcpStream, std::net::TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (theirs, _) = listener.accept().unwrap();
        for end in [&ours, &theirs] {
            let socket = socket2::SockRef::from(end);
            socket.set_send_buffer_size(8 << 10).unwrap();
            socket.set_recv_buffer_size(8 << 10).unwrap();
            end.set_nonblocking(true).unwrap();
        }
        (TcpStream::from_std(theirs).unwrap(), ours)
    }

    /// What a connection was asked, and how it went.
    struct Seen {
        served: u32,
        polls: u64,
        came: u64,
    }

    /// Somebody asks as much as goes in without hearing any answer. The answers have so many bytes; none: they never come.
    async fn ask_on_and_on(answer: Option<usize>) -> Seen {
        let (theirs, ours) = ends();
        let crowd = Crowd::new(100);
        let connection = Connection::new(theirs, Timeouts::DEFAULT, &crowd);
        let patience = connection.open();
        let (served, polls) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let counted = Rc::clone(&served);
        let serve = move |request: Request| {
            let guard =
                request.conn_data::<Rc<Patience>>().map(|patience| patience.serve(Left::Bytes(0))).unwrap();
            counted.set(counted.get() + 1);
            async move {
                let Some(bytes) = answer else { return pending().await };
                let body = Answer::boxed(BoxBody::new(vec![b'a'; bytes]), guard);
                Ok::<_, Infallible>(Response::ok().set_body(body))
            }
        };
        let service = HttpService::build()
            .keep_alive(KeepAlive::Os)
            .client_request_timeout(Duration::ZERO)
            .on_connect_ext(|stream: &Paced<Connection>, data| {
                data.insert(stream.patience());
            })
            .h1(fn_service(serve));
        let service = service.new_service(()).await.unwrap();
        let none: Option<SocketAddr> = None;
        let mut serving = pin!(service.call((Paced::new(connection, Rc::clone(&patience)), none)));
        let counted = Rc::clone(&polls);
        let serving = poll_fn(move |context| {
            counted.set(counted.get() + 1);
            serving.as_mut().poll(context)
        });
        let asking = async {
            let mut full = 0;
            // For a while nothing goes in any more.
            while full < 30 {
                match (&ours).write(&REQUEST.repeat(500)) {
                    Ok(_) => full = 0,
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::WouldBlock);
                        full += 1;
                    }
                }
                sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            ended = serving => panic!("it ended: {:?}", ended.err()),
            () = asking => {}
        }
        Seen { served: served.get(), polls: polls.get(), came: patience.came() }
    }

    #[actix_web::test]
    async fn while_a_request_is_served_no_more_are_piled_up() {
        let Seen { served, polls, came } = ask_on_and_on(None).await;
        assert_eq!(served, 1);
        assert!(came <= 1024, "{came} bytes");
        assert!(polls < 1000, "it rests: {polls}");
    }

    #[actix_web::test]
    async fn while_an_answer_is_not_taken_no_more_is_read_and_the_task_rests() {
        for length in [0, 1, 300, 1 << 20] {
            let Seen { served, polls, came } = ask_on_and_on(Some(length)).await;
            // A kilobyte is read, answered, and so on until the line is full.
            assert!(
                came <= u64::from(served) * REQUEST.len() as u64 + 1024,
                "{length}: {came} bytes, {served}"
            );
            let needed = came / 300 + 1000;
            assert!(polls < needed, "{length}: it rests: {polls} for {came} bytes");
        }
    }

    #[derive(Default)]
    struct Woken(AtomicU32);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_task_that_rests_is_woken_once_there_is_room() {
        let patience = Rc::new(Patience::begin(Timeouts::DEFAULT, &Crowd::new(100)));
        let mut paced = Paced::new(&[7u8; 50_000][..], Rc::clone(&patience));
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        // What is handed on until the task rests, and how often it was woken so far.
        let mut read = || {
            let mut bytes = [0; 50_000];
            let mut buffer = ReadBuf::new(&mut bytes);
            let context = &mut Context::from_waker(&waker);
            while let Poll::Ready(read) = Pin::new(&mut paced).poll_read(context, &mut buffer) {
                read.unwrap();
            }
            (buffer.filled().len(), woken.0.load(Ordering::Relaxed))
        };
        assert_eq!(read(), (1024, 1));
        assert_eq!(read(), (1024, 2), "a little each time");
        let served = patience.serve(Left::Bytes(0));
        assert_eq!((read(), read()), ((0, 2), (0, 2)), "nobody wakes it");
        let body = patience.wait_for_body(Some(700));
        assert_eq!(read(), (700, 3), "what belongs to the body");
        assert_eq!(read(), (0, 3));
        drop(body);
        let body = patience.wait_for_body(Some(20_000));
        assert_eq!(read(), (16 << 10, 5));
        assert_eq!(read(), (20_000 - (16 << 10), 5));
        drop(body);
        let body = patience.wait_for_body(None);
        assert_eq!(read(), (1024, 7), "it may end at any time");
        drop(body);
        assert_eq!(read(), (0, 7));
        drop(served);
        assert_eq!(read(), (1024, 9), "woken, and to come again");
    }

    #[test]
    fn nothing_is_handed_on_after_the_last_request_and_no_head_that_is_too_long() {
        let waker = Waker::from(Arc::new(Woken::default()));
        let context = &mut Context::from_waker(&waker);
        let mut read = |paced: &mut Paced<&[u8]>| {
            let mut bytes = [0; 1000];
            let mut buffer = ReadBuf::new(&mut bytes);
            // A task that rests comes again.
            while Pin::new(&mut *paced).poll_read(context, &mut buffer)?.is_pending() {}
            Ok::<_, std::io::Error>(buffer.filled().len())
        };
        let patience = Rc::new(Patience::begin(Timeouts::DEFAULT, &Crowd::new(100)));
        let mut paced = Paced::new(&[7u8; 50_000][..], Rc::clone(&patience));
        assert_eq!(read(&mut paced).unwrap(), 1000);
        drop(patience.serve(Left::Unknown));
        assert_eq!(read(&mut paced).unwrap(), 0);
        let patience = Rc::new(Patience::begin(Timeouts::DEFAULT, &Crowd::new(100)));
        let mut paced = Paced::new(&[7u8; 50_000][..], Rc::clone(&patience));
        let refused = std::iter::repeat_with(|| read(&mut paced)).take(100).find_map(Result::err).unwrap();
        assert_eq!(refused.kind(), ErrorKind::InvalidData);
    }
}
