//! The server as seen from the network: one gate that every request passes, then the handlers of
//! the API and of the pages.
//!
//! ```text
//! listen.rs, connection.rs: connections, and when they end
//! gate (gate.rs): request id -> proxy -> same origin -> authorization table, session -> handler -> problem, headers
//! api.rs, pages.rs: which handler answers which row of the authorization table
//! ```

pub mod api;
mod connection;
mod cookie;
mod extract;
mod gate;
mod listen;
mod openapi;
mod paced;
pub mod pages;
mod patience;
mod peer;
mod problem;
mod range;
mod reply;
mod same_origin;
mod streamed;
pub mod tls;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use actix_web::rt;
use tokio::sync::{Notify, oneshot};

use crate::actions::letters::worker::Worker;
use crate::actions::schedule::Schedule;
use crate::app::App;

pub use problem::Problem;

/// A server that listens.
pub struct Running {
    address: SocketAddr,
    stop: Arc<Notify>,
    thread: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Finishes the requests under way, writes what is queued, lets go of the data folder.
    ///
    /// # Errors
    /// What the network said while it ran.
    pub fn stop(self) -> io::Result<()> {
        self.stop.notify_one();
        self.wait()
    }

    /// Waits until the server has stopped.
    ///
    /// # Errors
    /// What the network said while it ran.
    pub fn wait(self) -> io::Result<()> {
        self.thread.join().unwrap_or_else(|_| Err(io::Error::other("the server ended by a panic")))
    }
}

/// Whether SIGINT and SIGTERM stop the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signals {
    /// They do; for the program.
    Stop,
    /// They are left alone; for tests.
    Ignore,
}

/// Whether the schedule runs: ballots open and close at their times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ticking {
    /// Every second; for the program.
    EverySecond,
    /// Only when a test says so.
    ByHand,
}

/// Starts serving on a thread of its own; returns when requests are answered. Whoever keeps the [`App`] keeps the server
/// from stopping.
///
/// # Errors
/// What the system says about the listener.
pub fn start(
    app: Arc<App>,
    listener: TcpListener,
    tls: Option<rustls::ServerConfig>,
    signals: Signals,
    ticking: Ticking,
) -> io::Result<Running> {
    let address = listener.local_addr()?;
    let closed = app.store.closed();
    let stop = Arc::new(Notify::new());
    let (started, ready) = oneshot::channel();
    let asked_to_stop = Arc::clone(&stop);
    let serve = move || {
        let schedule = match ticking {
            Ticking::EverySecond => Some(Schedule::start(Arc::clone(&app))?),
            Ticking::ByHand => None,
        };
        let letters = match ticking {
            Ticking::EverySecond if app.mailer.is_some() => Some(Worker::start(Arc::clone(&app))?),
            _ => None,
        };
        let ended = rt::System::new().block_on(async move {
            if signals == Signals::Stop {
                stop_on_signals(&asked_to_stop)?;
            }
            let server = listen::listen(app, listener, tls, asked_to_stop)?;
            let _ = started.send(());
            server.await
        });
        if let Some(schedule) = schedule {
            schedule.stop();
        }
        if let Some(letters) = letters {
            letters.stop();
        }
        // The library's workers let go of the `App` in their own time; the last one closes the database. Nothing is sent:
        // the channel's end is the message.
        if let Some(closed) = closed {
            let _ = closed.recv();
        }
        ended
    };
    let thread = std::thread::Builder::new().name("http".to_owned()).spawn(serve)?;
    let running = Running { address, stop, thread };
    match ready.blocking_recv() {
        Ok(()) => Ok(running),
        Err(_) => Err(running.wait().err().unwrap_or_else(|| io::Error::other("the server did not start"))),
    }
}

#[cfg(unix)]
fn stop_on_signals(stop: &Arc<Notify>) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        let (mut signal, stop) = (signal(kind)?, Arc::clone(stop));
        rt::spawn(async move {
            signal.recv().await;
            stop.notify_one();
        });
    }
    Ok(())
}

#[cfg(not(unix))]
fn stop_on_signals(stop: &Arc<Notify>) -> io::Result<()> {
    let stop = Arc::clone(stop);
    rt::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.notify_one();
        }
    });
    Ok(())
}
