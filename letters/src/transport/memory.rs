//! Letters kept in memory, for tests: they can be made to be refused.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::{SendError, Transport};
use crate::outgoing::Outgoing;

/// What [`Memory`] does with a letter before it takes it.
type Judge = dyn Fn(&Outgoing) -> Result<(), SendError> + Send + Sync;

/// Takes letters into memory. Clones share what they have taken.
#[derive(Clone)]
pub struct Memory {
    taken: Arc<Mutex<Vec<Outgoing>>>,
    judge: Arc<Mutex<Box<Judge>>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { taken: Arc::default(), judge: Arc::new(Mutex::new(Box::new(|_| Ok(())))) }
    }
}

impl Memory {
    /// From now on every letter is taken only where this says so.
    pub fn judge(&self, judge: impl Fn(&Outgoing) -> Result<(), SendError> + Send + Sync + 'static) {
        *self.judge.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(judge);
    }

    /// All letters taken so far, in their order.
    #[must_use]
    pub fn taken(&self) -> Vec<Outgoing> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All letters taken so far, which are forgotten here.
    #[must_use]
    pub fn take(&self) -> Vec<Outgoing> {
        std::mem::take(&mut *self.taken.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Transport for Memory {
    fn send(&self, letter: &Outgoing) -> Result<(), SendError> {
        (self.judge.lock().unwrap_or_else(PoisonError::into_inner))(letter)?;
        // As a mail server would see it.
        letter.message().map_err(|error| SendError::Misconfigured(error.to_string()))?;
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).push(letter.clone());
        Ok(())
    }

    fn check(&self) -> Result<(), SendError> {
        Ok(())
    }

    fn describe(&self) -> String {
        "memory".to_owned()
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}
