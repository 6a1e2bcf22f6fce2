//! The threads that check proofs: a pool of their own, as many as there are cores, behind a bounded queue. What cannot wait
//! is refused at once, so that a rush makes nobody wait longer than the queue is long, and nothing else slow.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use thiserror::Error;
use tokio::sync::{Mutex as Queue, OwnedMutexGuard, Semaphore, oneshot};

/// Why a piece of work was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProofsError {
    /// The queue is full.
    #[error("more votes arrive than can be checked; nothing was changed, try again in a moment")]
    Busy,
    /// It panicked.
    #[error("checking a vote failed")]
    Failed,
}

/// The pool.
pub struct Proofs {
    pool: ThreadPool,
    queue: Arc<Semaphore>,
    turns: Arc<Turns>,
}

/// Whoever has work under way or waits for it, by what stands for them.
#[derive(Default)]
struct Turns(Mutex<HashMap<[u8; 32], Arc<Queue<()>>>>);

/// Somebody's turn; the next one of the same asker begins when it is dropped.
struct Turn {
    turns: Arc<Turns>,
    whose: [u8; 32],
    held: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    async fn take(self: Arc<Self>, whose: [u8; 32]) -> Turn {
        let queue =
            Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(whose).or_default());
        let mut turn = Turn { turns: self, whose, held: None };
        turn.held = Some(queue.lock_owned().await);
        turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut queues = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.held.take());
        // Nobody else holds or waits for it.
        if queues.get(&self.whose).is_some_and(|queue| Arc::strong_count(queue) == 1) {
            queues.remove(&self.whose);
        }
    }
}

impl Proofs {
    /// A pool of so many threads, with room for so many pieces of work under way or waiting.
    ///
    /// # Errors
    /// The system gives no threads.
    pub fn new(threads: usize, room: usize) -> Result<Self, ThreadPoolBuildError> {
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads.max(1))
            .thread_name(|index| format!("proofs-{index}"))
            .build()?;
        Ok(Self { pool, queue: Arc::new(Semaphore::new(room)), turns: Arc::default() })
    }

    /// [`Proofs::run`] for one of many askers, each of whom has one piece of work in the queue at a time: the next waits
    /// outside of it, so that nobody can fill it alone.
    ///
    /// # Errors
    /// As [`Proofs::run`].
    pub async fn run_in_turn<T: Send + 'static>(
        &self,
        whose: [u8; 32],
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ProofsError> {
        let turn = Arc::clone(&self.turns).take(whose).await;
        // The turn goes with the work, for that goes on when the asker goes away.
        self.run_with(turn, work).await
    }

    /// [`Proofs::run_in_turn`] for work that does not end here: this is done once the work has its place in the queue, and `then` is called
    /// when that place is free again, to hand the outcome on: None if the work panicked.
    ///
    /// # Errors
    /// As [`Proofs::run`].
    pub async fn start_in_turn<C, T>(
        &self,
        whose: [u8; 32],
        context: C,
        work: impl FnOnce(&C) -> T + Send + 'static,
        then: impl FnOnce(C, Option<T>) + Send + 'static,
    ) -> Result<(), ProofsError>
    where
        C: Send + 'static,
    {
        let turn = Arc::clone(&self.turns).take(whose).await;
        self.start_with(turn, context, work, then)
    }

    /// Does a piece of work on the pool; the first to ask is the first to be served. If the asker goes away before it
    /// begins, it is not done.
    ///
    /// # Errors
    /// [`ProofsError::Busy`] at once if the queue is full.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ProofsError> {
        self.run_with((), work).await
    }

    /// Does a piece of the server's own work in between, which has no place in the queue and cannot be refused: to be asked
    /// for one after another.
    ///
    /// # Errors
    /// [`ProofsError::Failed`] if it panics.
    pub async fn run_aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ProofsError> {
        let (answer, outcome) = oneshot::channel();
        self.pool.spawn_fifo(move || match catch_unwind(AssertUnwindSafe(work)) {
            Ok(done) => drop(answer.send(done)),
            Err(_) => tracing::error!("adding votes up panicked"),
        });
        outcome.await.map_err(|_| ProofsError::Failed)
    }

    async fn run_with<T: Send + 'static>(
        &self,
        turn: impl Send + 'static,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ProofsError> {
        let (answer, outcome) = oneshot::channel();
        let work = |answer: &oneshot::Sender<T>| (!answer.is_closed()).then(work);
        self.start_with(turn, answer, work, |answer, done| {
            drop(done.flatten().map(|done| answer.send(done)))
        })?;
        outcome.await.map_err(|_| ProofsError::Failed)
    }

    /// Keeps the turn until the work's place in the queue is free again: whoever waits for a turn must find the place of
    /// the one before free, and not take a second. The context, which says to whom the outcome goes, outlives a panic for the
    /// same reason: nobody is to learn of it sooner.
    fn start_with<C, T>(
        &self,
        turn: impl Send + 'static,
        context: C,
        work: impl FnOnce(&C) -> T + Send + 'static,
        then: impl FnOnce(C, Option<T>) + Send + 'static,
    ) -> Result<(), ProofsError>
    where
        C: Send + 'static,
    {
        let place = Arc::clone(&self.queue).try_acquire_owned().map_err(|_| ProofsError::Busy)?;
        self.pool.spawn_fifo(move || {
            // A panic would end the process here; it ends this piece of work alone, and its asker learns it.
            let done = catch_unwind(AssertUnwindSafe(|| work(&context)));
            drop(place);
            drop(turn);
            if done.is_err() {
                tracing::error!("a check of proofs panicked");
            }
            then(context, done.ok());
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};

    use super::{Proofs, ProofsError};

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn what_finds_no_place_is_refused_at_once_and_places_come_back() {
        let proofs = Arc::new(Proofs::new(1, 2).unwrap());
        let (go_on, wait) = mpsc::channel::<()>();
        let held = move || wait.recv().is_ok();
        block_on(async {
            let first = proofs.run(held);
            let second = proofs.run(|| true);
            let mut both = Box::pin(async { futures(first, second).await });
            assert!(poll_once(&mut both).await.is_none());
            assert_eq!(proofs.run(|| ()).await, Err(ProofsError::Busy));
            go_on.send(()).unwrap();
            assert_eq!(both.await, (Ok(true), Ok(true)));
            assert_eq!(proofs.run(|| 5).await, Ok(5));
        });
    }

    async fn futures<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
        let (mut a, mut b) = (Box::pin(a), Box::pin(b));
        let (mut from_a, mut from_b) = (None, None);
        std::future::poll_fn(|context| {
            if from_a.is_none()
                && let std::task::Poll::Ready(value) = a.as_mut().poll(context)
            {
                from_a = Some(value);
            }
            if from_b.is_none()
                && let std::task::Poll::Ready(value) = b.as_mut().poll(context)
            {
                from_b = Some(value);
            }
            match (from_a.take(), from_b.take()) {
                (Some(a), Some(b)) => std::task::Poll::Ready((a, b)),
                (a, b) => {
                    (from_a, from_b) = (a, b);
                    std::task::Poll::Pending
                }
            }
        })
        .await
    }

    async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
        std::future::poll_fn(|context| {
            std::task::Poll::Ready(match std::pin::Pin::new(&mut *future).poll(context) {
                std::task::Poll::Ready(value) => Some(value),
                std::task::Poll::Pending => None,
            })
        })
        .await
    }

    #[test]
    fn nobody_has_more_than_one_place_in_the_queue() {
        let proofs = Arc::new(Proofs::new(1, 2).unwrap());
        let (go_on, wait) = mpsc::channel::<()>();
        block_on(async {
            let mut first = Box::pin(proofs.run_in_turn([1; 32], move || wait.recv().is_ok()));
            assert!(poll_once(&mut first).await.is_none());
            let mut more: Vec<_> = (0..5).map(|n| Box::pin(proofs.run_in_turn([1; 32], move || n))).collect();
            for one in &mut more {
                assert!(poll_once(one).await.is_none());
            }
            // One who has waited goes away, as people do.
            drop(more.remove(2));
            let mut other = Box::pin(proofs.run_in_turn([2; 32], || "other"));
            assert!(poll_once(&mut other).await.is_none());
            go_on.send(()).unwrap();
            assert_eq!((first.await, other.await), (Ok(true), Ok("other")));
            for (one, expected) in more.into_iter().zip([0, 1, 3, 4]) {
                assert_eq!(one.await, Ok(expected));
            }
            let refused = proofs.run_in_turn([3; 32], || panic!("on purpose")).await;
            assert_eq!(refused, Err::<(), _>(ProofsError::Failed));
            assert_eq!(proofs.run_in_turn([3; 32], || 5).await, Ok(5));
        });
        assert!(proofs.turns.0.lock().unwrap().is_empty(), "nobody is remembered");
    }

    #[test]
    fn whoever_has_the_next_turn_finds_the_place_of_the_one_before_free() {
        /// Says how many places are free when the turn passes on.
        struct Turn(Arc<tokio::sync::Semaphore>, mpsc::Sender<usize>);

        impl Drop for Turn {
            fn drop(&mut self) {
                self.1.send(self.0.available_permits()).unwrap();
            }
        }

        let proofs = Proofs::new(1, 1).unwrap();
        let (free, seen) = mpsc::channel();
        let turn = || Turn(Arc::clone(&proofs.queue), free.clone());
        assert_eq!(block_on(proofs.run_with(turn(), || 5)), Ok(5));
        assert_eq!(seen.recv(), Ok(1));
        let panics = || -> i32 { panic!("on purpose") };
        assert_eq!(block_on(proofs.run_with(turn(), panics)), Err(ProofsError::Failed));
        assert_eq!(seen.recv(), Ok(1));
    }

    #[test]
    fn a_panic_ends_its_own_work_alone() {
        let proofs = Proofs::new(1, 1).unwrap();
        block_on(async {
            for n in 0..100 {
                assert_eq!(proofs.run(|| panic!("on purpose")).await, Err::<(), _>(ProofsError::Failed));
                assert_eq!(proofs.run(move || n).await, Ok(n), "its place was free when it was told of");
            }
        });
    }

    #[test]
    fn work_aside_is_done_also_where_the_queue_has_no_place() {
        let proofs = Proofs::new(1, 0).unwrap();
        block_on(async {
            assert_eq!(proofs.run(|| 1).await, Err(ProofsError::Busy));
            assert_eq!(proofs.run_aside(|| 1).await, Ok(1));
            let failed = proofs.run_aside(|| -> i32 { panic!("on purpose") }).await;
            assert_eq!(failed, Err(ProofsError::Failed));
        });
    }
}
