//! Ctrl-C and SIGTERM: the demo ends in order, and takes its server along.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::task::Poll;

use anyhow::{Result, ensure};
use tokio::signal::unix::{SignalKind, signal};

/// Whether somebody wants the demo to end.
pub(crate) struct Stop {
    asked: Arc<AtomicBool>,
    told: Receiver<()>,
}

impl Stop {
    /// Watches for signals from now on.
    pub(crate) fn watch() -> Self {
        let asked = Arc::new(AtomicBool::new(false));
        let (tell, told) = channel();
        let flag = Arc::clone(&asked);
        std::thread::spawn(move || {
            // Where signals cannot be watched they end the program, as they always did.
            if wait().is_ok() {
                flag.store(true, Ordering::SeqCst);
                let _ = tell.send(());
            }
        });
        Self { asked, told }
    }

    /// Whether a signal has come.
    pub(crate) fn asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// Ends what is going on, if a signal has come.
    ///
    /// # Errors
    /// One has.
    pub(crate) fn check(&self) -> Result<()> {
        ensure!(!self.asked(), "stopped");
        Ok(())
    }

    /// The same for other threads.
    pub(crate) fn flag(&self) -> &AtomicBool {
        &self.asked
    }

    /// Waits for a signal.
    pub(crate) fn wait(&self) {
        // An error means that signals cannot be watched: then nothing can be waited for.
        let _ = self.told.recv();
    }
}

fn wait() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut watched = [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?];
        poll_fn(|context| {
            let come = watched.iter_mut().any(|one| one.poll_recv(context).is_ready());
            if come { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        Ok(())
    })
}
