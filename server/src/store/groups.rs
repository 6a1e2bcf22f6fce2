//! What waits for the writer, and how it becomes groups.
//!
//! Where the disk is quick, hardly anything would wait while it syncs, and groups would be of one write; a COMMIT costs as much as
//! several writes. So a write may be announced, and a group waits a moment for those that were. The writer sleeps meanwhile: it is
//! woken when there are enough, or when none is coming any more, and not for each.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The largest group.
pub(super) const GROUP: usize = 512;
/// The largest group that waits for more. Of what a COMMIT costs, most is saved by then.
const ENOUGH: usize = 32;

/// What groups are made of.
pub(super) trait Piece {
    /// Whether nothing comes after it in its group.
    fn ends_its_group(&self) -> bool;
}

/// Why something was not queued, which is given back.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused<P> {
    /// Too much waits.
    Full(P),
    /// Nobody takes groups any more.
    Ended(P),
}

/// What whoever finds no room does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WithoutRoom {
    Refuse,
    Wait,
}

/// Whoever takes groups.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taker {
    /// At work, or about to look.
    Awake,
    /// Sleeps until there is something.
    Idle,
    /// Sleeps until there is enough.
    Lingering,
}

struct State<P> {
    waiting: VecDeque<P>,
    /// Announced and not yet here.
    coming: usize,
    taker: Taker,
    /// How many wait for room.
    without_room: usize,
    ended: bool,
}

impl<P: Piece> State<P> {
    /// Whether the group should wait for more.
    fn lacks(&self) -> bool {
        let open = !self.waiting.back().is_some_and(Piece::ends_its_group);
        !self.ended && open && self.coming > 0 && self.waiting.len() < ENOUGH
    }

    /// Whether the taker is to be woken, who is then taken to be awake.
    fn wakes(&mut self) -> bool {
        let wakes = match self.taker {
            Taker::Awake => false,
            Taker::Idle => self.ended || !self.waiting.is_empty(),
            Taker::Lingering => !self.lacks(),
        };
        if wakes {
            self.taker = Taker::Awake;
        }
        wakes
    }
}

/// A bounded queue that is taken from in groups, by one thread.
pub(super) struct Groups<P> {
    state: Mutex<State<P>>,
    more: Condvar,
    room: Condvar,
    depth: usize,
    linger: Duration,
}

impl<P: Piece> Groups<P> {
    /// One in which so many may wait, and whose groups wait so long in all for what is coming.
    pub(super) fn new(depth: usize, linger: Duration) -> Self {
        let (waiting, taker) = (VecDeque::new(), Taker::Awake);
        let state = State { waiting, coming: 0, taker, without_room: 0, ended: false };
        Self { state: Mutex::new(state), more: Condvar::new(), room: Condvar::new(), depth, linger }
    }

    fn lock(&self) -> MutexGuard<'_, State<P>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self, mut state: MutexGuard<'_, State<P>>) {
        let wakes = state.wakes();
        drop(state);
        if wakes {
            self.more.notify_one();
        }
    }

    /// Queues something.
    pub(super) fn push(&self, piece: P, without_room: WithoutRoom) -> Result<(), Refused<P>> {
        let mut state = self.lock();
        while !state.ended && without_room == WithoutRoom::Wait && state.waiting.len() >= self.depth {
            state.without_room += 1;
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.without_room -= 1;
        }
        let pushed = self.add(&mut state, piece);
        self.changed(state);
        pushed
    }

    fn add(&self, state: &mut State<P>, piece: P) -> Result<(), Refused<P>> {
        if state.ended {
            return Err(Refused::Ended(piece));
        }
        if state.waiting.len() >= self.depth {
            return Err(Refused::Full(piece));
        }
        state.waiting.push_back(piece);
        Ok(())
    }

    /// Waits for the next group. None once the queue has ended and nothing waits.
    pub(super) fn take(&self) -> Option<Vec<P>> {
        let mut state = self.lock();
        while state.waiting.is_empty() {
            if state.ended {
                return None;
            }
            state.taker = Taker::Idle;
            state = self.more.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let mut until = None;
        while state.lacks() {
            let now = Instant::now();
            let left = until.get_or_insert_with(|| now + self.linger).saturating_duration_since(now);
            if left.is_zero() {
                break;
            }
            state.taker = Taker::Lingering;
            (state, _) = self.more.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        }
        state.taker = Taker::Awake;
        let most = state.waiting.len().min(GROUP);
        let end = state.waiting.iter().take(most).position(Piece::ends_its_group);
        let group = state.waiting.drain(..end.map_or(most, |last| last + 1)).collect();
        let is_awaited = state.without_room > 0;
        drop(state);
        if is_awaited {
            self.room.notify_all();
        }
        Some(group)
    }

    /// Takes nothing more; what waits is still given out.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.ended = true;
        self.changed(state);
        self.room.notify_all();
    }

    /// Ends and forgets what waits: nobody will take it.
    pub(super) fn abandon(&self) {
        self.end();
        let waiting = std::mem::take(&mut self.lock().waiting);
        // Not while the lock is held: whoever is told of it may do what they like.
        drop(waiting);
    }
}

/// Something that is coming: until this is dropped, a group may wait for it a moment.
pub(super) struct Coming<P: Piece>(Option<Arc<Groups<P>>>);

impl<P: Piece> Coming<P> {
    /// Notes that something is coming.
    pub(super) fn to(groups: &Arc<Groups<P>>) -> Self {
        groups.lock().coming += 1;
        Self(Some(Arc::clone(groups)))
    }

    /// Here it is.
    pub(super) fn push(mut self, piece: P) -> Result<(), Refused<P>> {
        let Some(groups) = self.0.take() else { return Err(Refused::Ended(piece)) };
        let mut state = groups.lock();
        state.coming -= 1;
        let pushed = groups.add(&mut state, piece);
        groups.changed(state);
        pushed
    }
}

impl<P: Piece> Drop for Coming<P> {
    fn drop(&mut self) {
        if let Some(groups) = self.0.take() {
            let mut state = groups.lock();
            state.coming -= 1;
            groups.changed(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};
    use std::thread::JoinHandle;
    use std::time::Duration;

    use super::{Coming, ENOUGH, GROUP, Groups, Piece, Refused, WithoutRoom};

    const AN_HOUR: Duration = Duration::from_secs(3600);

    /// Negative ones end their group.
    impl Piece for i32 {
        fn ends_its_group(&self) -> bool {
            *self < 0
        }
    }

    fn groups(depth: usize, linger: Duration) -> Arc<Groups<i32>> {
        Arc::new(Groups::new(depth, linger))
    }

    fn push(groups: &Groups<i32>, piece: i32) -> Result<(), Refused<i32>> {
        groups.push(piece, WithoutRoom::Refuse)
    }

    /// Takes groups until the queue ends.
    fn taker(groups: &Arc<Groups<i32>>) -> (mpsc::Receiver<Vec<i32>>, JoinHandle<()>) {
        let (groups, (send, taken)) = (Arc::clone(groups), mpsc::channel());
        let take = move || {
            while let Some(group) = groups.take() {
                if send.send(group).is_err() {
                    break;
                }
            }
        };
        (taken, std::thread::spawn(take))
    }

    #[test]
    fn what_waits_is_one_group_up_to_what_ends_it_and_up_to_the_largest() {
        let groups = groups(2000, AN_HOUR);
        for piece in [1, 2, -3, 4] {
            push(&groups, piece).unwrap();
        }
        assert_eq!(groups.take(), Some(vec![1, 2, -3]));
        assert_eq!(groups.take(), Some(vec![4]));
        for piece in 0..1000 {
            push(&groups, piece).unwrap();
        }
        assert_eq!(groups.take().map(|group| group.len()), Some(GROUP));
        assert_eq!(groups.take().map(|group| group.len()), Some(1000 - GROUP));
    }

    #[test]
    fn a_group_waits_for_what_is_coming_and_for_no_more_than_is_enough() {
        let groups = groups(2000, AN_HOUR);
        let (taken, thread) = taker(&groups);
        let (one, other) = (Coming::to(&groups), Coming::to(&groups));
        push(&groups, 1).unwrap();
        one.push(2).unwrap();
        push(&groups, 3).unwrap();
        assert!(taken.try_recv().is_err(), "one is coming still");
        // It does not come after all.
        drop(other);
        assert_eq!(taken.recv().unwrap(), [1, 2, 3]);
        let coming = Coming::to(&groups);
        let enough: Vec<i32> = (0..).take(ENOUGH).collect();
        enough.iter().for_each(|piece| push(&groups, *piece).unwrap());
        assert_eq!(taken.recv().unwrap(), enough);
        push(&groups, -1).unwrap();
        assert_eq!(taken.recv().unwrap(), [-1], "what ends a group waits for nothing");
        push(&groups, 1).unwrap();
        groups.end();
        assert_eq!(taken.recv().unwrap(), [1], "nor does what is there at the end");
        assert_eq!(coming.push(2), Err(Refused::Ended(2)));
        thread.join().unwrap();
    }

    #[test]
    fn a_group_waits_no_longer_than_it_may() {
        let groups = groups(2000, Duration::from_millis(1));
        let _coming = Coming::to(&groups);
        push(&groups, 1).unwrap();
        assert_eq!(groups.take(), Some(vec![1]));
    }

    #[test]
    fn what_finds_no_room_is_refused_or_waits() {
        let groups = groups(2, AN_HOUR);
        push(&groups, 1).unwrap();
        push(&groups, 2).unwrap();
        assert_eq!(push(&groups, 3), Err(Refused::Full(3)));
        assert_eq!(Coming::to(&groups).push(3), Err(Refused::Full(3)));
        let waits = std::thread::spawn({
            let groups = Arc::clone(&groups);
            move || groups.push(4, WithoutRoom::Wait)
        });
        while groups.lock().without_room == 0 {
            std::thread::yield_now();
        }
        assert_eq!(groups.take(), Some(vec![1, 2]));
        assert_eq!(waits.join().unwrap(), Ok(()));
        assert_eq!(groups.take(), Some(vec![4]));
    }

    #[test]
    fn who_waits_for_room_learns_of_the_end() {
        let groups = groups(1, AN_HOUR);
        push(&groups, 1).unwrap();
        let waits = std::thread::spawn({
            let groups = Arc::clone(&groups);
            move || groups.push(2, WithoutRoom::Wait)
        });
        while groups.lock().without_room == 0 {
            std::thread::yield_now();
        }
        groups.abandon();
        assert_eq!(waits.join().unwrap(), Err(Refused::Ended(2)));
        assert_eq!(groups.take(), None);
    }
}
