//! Many clients at once, as cheap as they can be: requests that were written before, over connections that stay open.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use scrutineer_tests::clock::Stopwatch;

/// Clients that cast at the same time.
pub(crate) const CLIENTS: usize = 64;
/// From one look at a page to the next.
const PAUSE: Duration = Duration::from_millis(2);

/// A connection.
pub(crate) struct Client(BufReader<TcpStream>);

impl Client {
    /// Connects to the server at `host:port`.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).with_context(|| address.to_owned())?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends a request; the status of the reply, whose body is read to its end.
    ///
    /// # Errors
    /// The connection fails.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Result<u16> {
        self.0.get_mut().write_all(request)?;
        let (mut line, mut status, mut length) = (String::new(), None, 0);
        loop {
            line.clear();
            ensure!(self.0.read_line(&mut line)? > 0, "the server hung up");
            let text = line.trim_end();
            if text.is_empty() {
                break;
            }
            match status {
                None => status = text.split(' ').nth(1).and_then(|word| word.parse().ok()),
                Some(_) => {
                    let header = text.split_once(':');
                    if let Some((_, value)) =
                        header.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                    {
                        length = value.trim().parse()?;
                    }
                }
            }
        }
        std::io::copy(&mut (&mut self.0).take(length), &mut std::io::sink())?;
        status.context("a reply without a status")
    }
}

/// Sends all requests, by [`CLIENTS`] clients at once, each of which sends the next as soon as it has its reply. How long that
/// took by the clock.
///
/// # Errors
/// A request is not answered with `expected`.
pub(crate) fn all(address: &str, requests: &[Vec<u8>], expected: u16) -> Result<Duration> {
    let clients = (0..CLIENTS).map(|_| Client::connect(address)).collect::<Result<Vec<_>>>()?;
    let next = AtomicUsize::new(0);
    let clock = Stopwatch::start();
    let ended: Result<()> = std::thread::scope(|scope| {
        let work = |mut client: Client| -> Result<()> {
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                let status = client.ask(request)?;
                if status != expected {
                    bail!("answered with {status} where {expected} was expected");
                }
            }
            Ok(())
        };
        let under_way: Vec<_> = clients.into_iter().map(|client| scope.spawn(move || work(client))).collect();
        let mut ended = under_way.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended.try_for_each(|one| one.unwrap_or_else(|_| bail!("a client panicked")))
    });
    ended.map(|()| clock.elapsed())
}

/// Looks at a page again and again until told to stop, at least `least` times; how long each took.
///
/// # Errors
/// The page is not there.
pub(crate) fn probe(address: &str, request: &[u8], least: usize, stop: &AtomicBool) -> Result<Vec<Duration>> {
    let (mut client, mut times) = (Client::connect(address)?, Vec::new());
    while times.len() < least || !stop.load(Ordering::Relaxed) {
        let clock = Stopwatch::start();
        let status = client.ask(request)?;
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
