//! Many clients at once, as cheap as they can be: requests that were written before, over connections that stay open, all
//! driven by one thread. Were every client a thread, the kernel would change threads twice for every reply, and count that, and waking them,
//! as the server's time.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use scrutineer_tests::clock::Stopwatch;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

/// Clients that cast at the same time.
pub(crate) const CLIENTS: usize = 64;
/// From one look at a page to the next.
const PAUSE: Duration = Duration::from_millis(2);
/// Header fields that a reply may have.
const MAX_FIELDS: usize = 32;

/// A connection.
struct Client {
    stream: TcpStream,
    reply: Vec<u8>,
}

impl Client {
    /// Connects to the server at `host:port`.
    async fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| address.to_owned())?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, reply: Vec::new() })
    }

    /// Sends a request, and takes the reply whole; its status.
    async fn ask(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await?;
        self.reply.clear();
        loop {
            ensure!(self.stream.read_buf(&mut self.reply).await? > 0, "the server hung up");
            if let Some(status) = status(&self.reply)? {
                return Ok(status);
            }
        }
    }
}

/// The status of a reply, once it is there whole.
fn status(reply: &[u8]) -> Result<Option<u16>> {
    let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
    let mut head = httparse::Response::new(&mut fields);
    let httparse::Status::Complete(size) = head.parse(reply)? else { return Ok(None) };
    let length = head.headers.iter().find(|field| field.name.eq_ignore_ascii_case("content-length"));
    let length = length.context("a reply that does not say how long it is")?;
    let length: usize = std::str::from_utf8(length.value)?.parse()?;
    Ok(head.code.filter(|_| reply.len() >= size + length))
}

fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_io().build()?)
}

/// Sends all requests, by [`CLIENTS`] clients at once, each of which sends the next as soon as it has its reply. How long that
/// took by the clock.
///
/// # Errors
/// A request is not answered with `expected`.
pub(crate) fn all(address: &str, requests: &[Vec<u8>], expected: u16) -> Result<Duration> {
    runtime()?.block_on(async {
        let mut clients = try_join_all((0..CLIENTS).map(|_| Client::connect(address))).await?;
        let next = Cell::new(0);
        let clock = Stopwatch::start();
        try_join_all(clients.iter_mut().map(|client| async {
            while let Some(request) = requests.get(next.replace(next.get() + 1)) {
                let status = client.ask(request).await?;
                ensure!(status == expected, "answered with {status} where {expected} was expected");
            }
            anyhow::Ok(())
        }))
        .await?;
        Ok(clock.elapsed())
    })
}

/// Looks at a page again and again until told to stop, at least `least` times; how long each took.
///
/// # Errors
/// The page is not there.
pub(crate) fn probe(address: &str, request: &[u8], least: usize, stop: &AtomicBool) -> Result<Vec<Duration>> {
    let runtime = runtime()?;
    let (mut client, mut times) = (runtime.block_on(Client::connect(address))?, Vec::new());
    while times.len() < least || !stop.load(Ordering::Relaxed) {
        let clock = Stopwatch::start();
        let status = runtime.block_on(client.ask(request))?;
        times.push(clock.elapsed());
        ensure!(status == 200, "the page answers {status}");
        pause();
    }
    Ok(times)
}

#[expect(clippy::disallowed_methods, reason = "a person looks at a page now and then, not all the time")]
fn pause() {
    std::thread::sleep(PAUSE);
}

/// The time under which so many of a hundred stay.
pub(crate) fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    let index = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(index).copied().unwrap_or_default()
}
