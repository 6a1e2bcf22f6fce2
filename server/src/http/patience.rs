//! How long a connection may go on waiting for its client, and how much may be read of it now.
//!
//! ```text
//! accepted ─> Head ──the gate──> Served ──the answer has been made──> Idle ──a byte──> Head ..
//! ```
//!
//! While something waits to be written, only whether the client takes any of it counts. Bodies have a limit of their own
//! (`extract.rs`), and what handlers do is not the client's fault. Nothing is read (`paced.rs`) that would only wait in memory:
//! while a request is served no more than its body, and that when somebody wants it; while something waits to be written, nothing.

use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::task::{Context, Waker};
use std::time::Duration;

use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use actix_web::rt::time::Instant;

use crate::app::Timeouts;

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
    /// Bytes that may be handed on before the next request begins to be served: its head's, and of the body before what nobody
    /// reads.
    allowed: Cell<usize>,
    /// Whether the request's body comes in pieces and nobody has read it to its end.
    leftover: Cell<bool>,
    /// What is still to come of the body that is waited for, where one is.
    body: Cell<Option<Left>>,
    /// To be woken when there is room for more of what comes.
    held_up: Cell<Option<Waker>>,
}

/// How much of a body is still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Not more than so many bytes.
    Bytes(usize),
    /// Nobody knows.
    Unknown,
}

impl Left {
    /// All of a request's body.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        if headers.contains_key(TRANSFER_ENCODING) {
            return Self::Unknown;
        }
        let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        Self::Bytes(length.unwrap_or(0))
    }
}

/// The most bytes of a head. Browsers send a kilobyte or two; the library would pile up four times as many.
const MOST_HEAD: usize = 32 << 10;
/// Bytes that the library is given at once of what it may take for requests: of the shortest there are, forty.
const HEADS: usize = 1 << 10;
/// Bytes that it is given at once of a body.
const BODY: usize = 16 << 10;

/// The time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooSlow;

impl From<TooSlow> for io::Error {
    fn from(_: TooSlow) -> Self {
        Self::new(io::ErrorKind::TimedOut, "the client was too slow")
    }
}

/// The head is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLong;

impl From<TooLong> for io::Error {
    fn from(_: TooLong) -> Self {
        Self::new(io::ErrorKind::InvalidData, "the head of the request was too long")
    }
}

impl Patience {
    pub(super) fn new(timeouts: Timeouts, crowd: Rc<Crowd>, now: Instant) -> Self {
        crowd.here.set(crowd.here.get().saturating_add(1));
        Self {
            timeouts,
            crowd,
            phase: Cell::new(Phase::Head(now)),
            taking: Cell::default(),
            came: Cell::default(),
            allowed: Cell::new(MOST_HEAD),
            leftover: Cell::default(),
            body: Cell::default(),
            held_up: Cell::default(),
        }
    }

    /// The connection is ready for requests: from now on there is time for the head of one.
    pub(super) fn ready(&self, now: Instant) {
        self.phase.set(Phase::Head(now));
    }

    /// So many bytes have come: also whoever never lets the line rest may be too slow.
    pub(super) fn arrived(&self, bytes: usize, now: Instant) -> Result<(), TooSlow> {
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
    ///
    /// # Errors
    /// They are more than a head may have, and no request has begun to be served.
    pub(super) fn handed_on(&self, bytes: usize) -> Result<(), TooLong> {
        if let Some(Left::Bytes(left)) = self.body.get() {
            self.body.set(Some(Left::Bytes(left.saturating_sub(bytes))));
        }
        match self.phase.get() {
            Phase::Served => return Ok(()),
            Phase::Idle(_) if bytes > 0 => self.ready(Instant::now()),
            Phase::Idle(_) | Phase::Head(_) => {}
        }
        self.allowed.set(self.allowed.get().checked_sub(bytes).ok_or(TooLong)?);
        Ok(())
    }

    /// The body of the request that is served is waited for from now on, until what this returns is dropped: so many bytes at
    /// most, where that is known.
    pub(super) fn wait_for_body(self: &Rc<Self>, bytes: Option<usize>) -> Body {
        self.body.set(Some(bytes.map_or(Left::Unknown, Left::Bytes)));
        self.go_on();
        Body(Rc::clone(self))
    }

    /// The client has taken something.
    pub(super) fn taken(&self, now: Instant) {
        self.taking.set(None);
        if matches!(self.phase.get(), Phase::Idle(_)) {
            self.phase.set(Phase::Idle(now));
        }
        self.go_on();
    }

    /// Something waits to be written.
    pub(super) fn waits(&self, now: Instant) {
        if self.taking.get().is_none() {
            self.taking.set(Some(now));
        }
    }

    /// Whether the request's body came in pieces and was not read to its end. Then no other may come on the connection: where the
    /// one ends and the head of the next begins is not known here.
    pub(super) fn is_last(&self) -> bool {
        self.leftover.get()
    }

    /// Whether the last request has been served.
    pub(super) fn is_over(&self) -> bool {
        self.leftover.get() && self.phase.get() != Phase::Served
    }

    /// A request with such a body is served from now on, until what this returns is dropped.
    pub(super) fn serve(self: &Rc<Self>, body: Left) -> Served {
        self.phase.set(Phase::Served);
        // What nobody reads of a body whose length is known, the library throws away, and ends the connection.
        let unread = if let Left::Bytes(bytes) = body { bytes } else { 0 };
        self.allowed.set(MOST_HEAD.saturating_add(unread));
        self.leftover.set(body == Left::Unknown);
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
    pub(super) fn next(&self, now: Instant) -> Result<Option<Instant>, TooSlow> {
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
pub(super) fn after(now: Instant, time: Duration) -> Instant {
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

impl Body {
    /// It has come, to its end.
    pub(super) fn has_ended(self) {
        self.0.allowed.set(MOST_HEAD);
        self.0.leftover.set(false);
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.0.body.set(None);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::{Crowd, Duration, Instant, Left, MOST_HEAD, Patience, Rc, Timeouts, TooLong, TooSlow};

    pub(in super::super) const TIMEOUTS: Timeouts = Timeouts {
        head: Duration::from_secs(10),
        idle: Duration::from_secs(5),
        body: Duration::from_secs(60),
        taking: Duration::from_secs(100),
        hurry: Duration::from_secs(3),
    };

    /// A connection where there is room for so many, and times in seconds from its beginning.
    pub(in super::super) fn begin(room: usize) -> (Rc<Patience>, impl Fn(u64) -> Instant) {
        let start = Instant::now();
        let patience = Patience::new(TIMEOUTS, Crowd::new(room), start);
        (Rc::new(patience), move |seconds| start + Duration::from_secs(seconds))
    }

    /// Until which second nothing has to happen, as seen from one.
    fn time(patience: &Patience, at: &impl Fn(u64) -> Instant, from: u64) -> u64 {
        (from..1000).find(|second| patience.next(at(*second)).is_err()).unwrap()
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
        drop(patience.serve(Left::Bytes(0)));
        patience.taken(at(20));
        assert_eq!(time(&patience, &at, 20), 25, "an idle one");
        patience.arrived(1, at(24)).unwrap();
        patience.arrived(1, at(33)).unwrap();
        assert_eq!(patience.arrived(1, at(34)), Err(TooSlow));
    }

    #[test]
    fn nobody_waits_for_the_client_while_a_request_is_served() {
        let (patience, at) = begin(100);
        let served = patience.serve(Left::Bytes(0));
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
        drop(patience.serve(Left::Bytes(0)));
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
    fn a_head_is_so_long_and_no_longer_each_time() {
        let (patience, _) = begin(100);
        for _ in 0..2 {
            assert_eq!(patience.handed_on(MOST_HEAD - 1), Ok(()));
            assert_eq!(patience.handed_on(1), Ok(()));
            for body in [Left::Bytes(10 * MOST_HEAD), Left::Unknown] {
                let served = patience.serve(body);
                let body = patience.wait_for_body(Some(10 * MOST_HEAD));
                assert_eq!(patience.handed_on(10 * MOST_HEAD), Ok(()), "a body is no head");
                body.has_ended();
                drop(served);
                assert!(!patience.is_last() && !patience.is_over());
            }
        }
        assert_eq!(patience.handed_on(MOST_HEAD), Ok(()));
        assert_eq!(patience.handed_on(1), Err(TooLong));
        // A body that nobody read is thrown away, and no more than that.
        drop(patience.serve(Left::Bytes(1000)));
        assert_eq!(patience.handed_on(MOST_HEAD + 1000), Ok(()));
        assert_eq!(patience.handed_on(1), Err(TooLong));
    }

    #[test]
    fn how_long_a_body_is_stands_in_the_head() {
        let of = |headers: &[(&'static str, &'static str)]| {
            let header = |(name, value): &(&'static str, &'static str)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            };
            Left::of(&headers.iter().map(header).collect())
        };
        assert_eq!(of(&[]), Left::Bytes(0));
        assert_eq!(of(&[("content-length", "12")]), Left::Bytes(12));
        assert_eq!(of(&[("content-length", "x")]), Left::Bytes(0));
        assert_eq!(of(&[("transfer-encoding", "chunked")]), Left::Unknown);
    }

    #[test]
    fn a_request_is_the_last_one_where_nobody_reads_the_end_of_its_body() {
        let (patience, _) = begin(100);
        let served = patience.serve(Left::Unknown);
        assert!(patience.is_last() && !patience.is_over(), "its answer is still to be given");
        drop(patience.wait_for_body(None));
        drop(served);
        assert!(patience.is_over());
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
