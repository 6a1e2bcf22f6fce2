//! Downloads records: what breaks off goes on where it was, and a record that has grown meanwhile is no other record.

use std::io::{self, Write};
use std::time::Duration;

use indicatif::ProgressBar;

use crate::client::{Client, ClientError, Endpoint, MAX_RECORD, Part};

/// Bytes before the place where a download goes on that are asked for again: they show that it is the same record.
const OVERLAP: usize = 4096;
/// How often in a row a download may break off without a single new byte.
const TRIES: u32 = 5;
/// How long the first pause before another try is; each is twice as long as the one before.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause, whatever a server wants.
const MAX_PAUSE: Duration = Duration::from_secs(600);
/// The status of a part.
const PARTIAL: u16 = 206;

/// What a download is written to.
pub(crate) trait Target: Write {
    /// Forgets what was written: it begins anew.
    ///
    /// # Errors
    /// What the system says.
    fn restart(&mut self) -> io::Result<()>;
}

impl Target for Vec<u8> {
    fn restart(&mut self) -> io::Result<()> {
        self.clear();
        Ok(())
    }
}

/// Downloads a record and says how many bytes it has. Where the connection breaks, or the server wants to be left alone for some
/// time, goes on after the last byte that came; `wait` lets some time pass before that.
///
/// # Errors
/// The server says no, or the connection breaks again and again.
pub(crate) fn record(
    client: &Client,
    endpoint: &Endpoint,
    target: &mut impl Target,
    bar: &ProgressBar,
    wait: impl Fn(Duration),
) -> Result<u64, ClientError> {
    let mut received = Received { target, have: 0, tail: Vec::new(), again: Vec::new(), other: false };
    let (mut tries, mut pause, mut begun) = (0, PAUSE, false);
    loop {
        let before = received.have;
        let error = match attempt(client, endpoint, &mut received, bar) {
            Ok(Came::All) => return Ok(received.have),
            Ok(Came::Less { .. }) if received.have > before => {
                (tries, pause) = (0, PAUSE);
                continue;
            }
            Ok(Came::Less { total }) => {
                let why = format!("{} of {total} bytes came", received.have);
                ClientError::Interrupted { server: client.address().clone(), why }
            }
            Err(error) => error,
        };
        begun |= received.have > 0;
        // Who finds no place comes again, also at the beginning.
        let told = error.not_now().filter(|_| begun || error.code() == Some("busy"));
        // A server that took too long for the first byte may have added up how long the record is: now it knows.
        let again = matches!(error, ClientError::Late { .. }) || (error.is_lost() && begun);
        if told.is_none() && !again {
            return Err(error);
        }
        (tries, pause) =
            if received.have > before { (0, PAUSE) } else { (tries + 1, pause.saturating_mul(2)) };
        if tries == TRIES {
            return Err(error);
        }
        wait(told.unwrap_or_default().max(pause).min(MAX_PAUSE));
    }
}

/// How far an attempt came that nothing broke off.
enum Came {
    /// To the end.
    All,
    /// The server sent less than what was asked for.
    Less {
        /// How many bytes there are.
        total: u64,
    },
}

/// Asks for what lacks, or for everything where nothing fits what came before.
fn attempt<T: Target>(
    client: &Client,
    endpoint: &Endpoint,
    received: &mut Received<'_, T>,
    bar: &ProgressBar,
) -> Result<Came, ClientError> {
    if received.have > 0 {
        received.again.clone_from(&received.tail);
        let from = received.have - u64::try_from(received.tail.len()).unwrap_or_default();
        match client.get_record(endpoint, from) {
            Ok(reply) => match reply.part() {
                Some(Part { total, .. }) if total > MAX_RECORD => {
                    let server = client.address().clone();
                    return Err(ClientError::TooLarge { server, limit: MAX_RECORD });
                }
                Some(Part { first, total }) if first == from && total >= received.have => {
                    bar.set_length(total);
                    match reply.copy_to(received, |bytes| bar.set_position(from.saturating_add(bytes))) {
                        Err(ClientError::Write { .. }) if received.other => received.restart(client)?,
                        Err(error) => return Err(error),
                        Ok(_) if received.again.is_empty() && received.have == total => return Ok(Came::All),
                        Ok(_) => return Ok(Came::Less { total }),
                    }
                }
                // A server, or something before it, that sends the whole instead; or the record has become shorter.
                _ => received.restart(client)?,
            },
            Err(error) if error.code() == Some("range_not_satisfiable") => received.restart(client)?,
            Err(error) => return Err(error),
        }
    }
    let reply = client.get_record(endpoint, 0)?;
    if reply.status() == PARTIAL {
        let why = "it sends a part where the whole was asked for".to_owned();
        return Err(ClientError::NotOurs { server: client.address().clone(), why });
    }
    bar.set_length(reply.length().unwrap_or(0));
    reply.copy_to(received, |bytes| bar.set_position(bytes))?;
    Ok(Came::All)
}

/// What came so far.
struct Received<'a, T> {
    target: &'a mut T,
    have: u64,
    /// The last bytes of it.
    tail: Vec<u8>,
    /// Bytes that come again, and have to be the same.
    again: Vec<u8>,
    /// Whether they were not.
    other: bool,
}

impl<T: Target> Received<'_, T> {
    fn restart(&mut self, client: &Client) -> Result<(), ClientError> {
        self.target
            .restart()
            .map_err(|source| ClientError::Write { server: client.address().clone(), source })?;
        (self.have, self.other) = (0, false);
        self.tail.clear();
        self.again.clear();
        Ok(())
    }
}

impl<T: Target> Write for Received<'_, T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.again.is_empty() {
            let count = self.again.len().min(bytes.len());
            if self.again.get(..count) != bytes.get(..count) {
                self.other = true;
                return Err(io::Error::other("the record is another one than before"));
            }
            self.again.drain(..count);
            return Ok(count);
        }
        self.target.write_all(bytes)?;
        self.have = self.have.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.tail.extend_from_slice(bytes);
        self.tail.drain(..self.tail.len().saturating_sub(OVERLAP));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.target.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::io::Read;
    use std::net::{SocketAddr, TcpListener, TcpStream};
    use std::thread;

    use super::*;
    use crate::client::Address;

    /// A server that gives these answers, one a connection, and then closes it; and what was asked of it.
    fn stub(answers: Vec<Vec<u8>>) -> (Client, SocketAddr, thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let place = listener.local_addr().unwrap();
        let address: Address = format!("http://{place}").parse().unwrap();
        let serve = move || {
            let mut asked = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = Vec::new();
                let mut byte = [0];
                while !request.ends_with(b"\r\n\r\n") {
                    // Nobody asks any more.
                    let Ok(()) = stream.read_exact(&mut byte) else { return asked };
                    request.extend(byte);
                }
                asked.push(String::from_utf8(request).unwrap().to_lowercase());
                stream.write_all(&answer).unwrap();
            }
            asked
        };
        (Client::new(address, None).unwrap(), place, thread::spawn(serve))
    }

    /// An answer that promises so many bytes and sends these.
    fn answer(status: &str, promised: usize, sent: &[u8]) -> Vec<u8> {
        let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {promised}\r\n\r\n");
        [head.as_bytes(), sent].concat()
    }

    fn part(from: usize, whole: &[u8], sent: usize) -> Vec<u8> {
        let range =
            format!("206 Partial Content\r\nContent-Range: bytes {from}-{}/{}", whole.len() - 1, whole.len());
        answer(&range, whole.len() - from, &whole[from..from + sent])
    }

    /// A part that ends before what was asked for does.
    fn short(from: usize, to: usize, whole: &[u8]) -> Vec<u8> {
        let range = format!("206 Partial Content\r\nContent-Range: bytes {from}-{}/{}", to - 1, whole.len());
        answer(&range, to - from, &whole[from..to])
    }

    fn bytes(count: usize) -> Vec<u8> {
        (0..count).map(|n| u8::try_from(n * n % 251).unwrap()).collect()
    }

    /// Downloads; what came or why not, what was asked for, and how often there was a pause.
    fn download(answers: Vec<Vec<u8>>) -> (Result<Vec<u8>, ClientError>, Vec<Option<usize>>, u32) {
        let (client, place, server) = stub(answers);
        let (mut target, pauses) = (Vec::new(), Cell::new(0));
        let endpoint = Endpoint::new(&["ballots", "x", "record"]);
        let bar = ProgressBar::hidden();
        let done = record(&client, &endpoint, &mut target, &bar, |_| pauses.set(pauses.get() + 1));
        // It may wait for more.
        drop(TcpStream::connect(place));
        let asked = server.join().unwrap();
        let range = |request: &String| {
            let from = request.split_once("range: bytes=")?.1.split_once('-')?.0;
            Some(from.parse().unwrap())
        };
        let asked = asked.iter().map(range).collect();
        (
            done.map(|length| {
                assert_eq!(length, u64::try_from(target.len()).unwrap());
                target
            }),
            asked,
            pauses.get(),
        )
    }

    #[test]
    fn what_broke_off_goes_on_and_the_record_may_have_grown() {
        let (before, after) = (bytes(20_000), bytes(30_000));
        let answers = vec![
            answer("200 OK", before.len(), &before[..9000]),
            part(9000 - OVERLAP, &before, OVERLAP + 1000),
            part(10_000 - OVERLAP, &after, after.len() - 10_000 + OVERLAP),
        ];
        let (done, asked, pauses) = download(answers);
        assert!(done.unwrap() == after);
        assert_eq!(asked, [None, Some(9000 - OVERLAP), Some(10_000 - OVERLAP)]);
        assert_eq!(pauses, 2);
    }

    #[test]
    fn another_record_is_begun_anew() {
        let (one, other) = (bytes(20_000), vec![7; 15_000]);
        let broken = || answer("200 OK", one.len(), &one[..9000]);
        let whole = || answer("200 OK", other.len(), &other);
        let problem = r#"{"code":"range_not_satisfiable","detail":"no","title":"no","status":416,"type":"x","request_id":"1"}"#;
        let status = "416 Range Not Satisfiable\r\nContent-Type: application/problem+json";
        let none = answer(status, problem.len(), problem.as_bytes());
        for (answers, last) in [
            (vec![broken(), part(9000 - OVERLAP, &other, other.len() - 9000 + OVERLAP), whole()], None),
            (vec![broken(), none, whole()], None),
            // A part of another place, or none: taken for what it is, and not for what was asked for.
            (vec![broken(), part(17, &one, 2000), whole()], None),
            (vec![broken(), whole(), whole()], None),
        ] {
            let (done, asked, _) = download(answers);
            assert!(done.unwrap() == other);
            assert_eq!((asked.len(), asked[1], asked[2]), (3, Some(9000 - OVERLAP), last));
        }
    }

    #[test]
    fn a_part_is_not_taken_for_the_whole() {
        let one = bytes(30_000);
        let broken = || answer("200 OK", one.len(), &one[..9000]);
        // What sends less than it was asked for is asked again, and that at once.
        let answers = vec![
            broken(),
            short(9000 - OVERLAP, 15_000, &one),
            short(15_000 - OVERLAP, 29_999, &one),
            short(29_999 - OVERLAP, 30_000, &one),
        ];
        let (done, asked, pauses) = download(answers);
        assert!(done.unwrap() == one);
        assert_eq!((asked.len(), pauses), (4, 1));
        // What never sends more is given up.
        let mut answers = vec![broken()];
        answers.extend((0..TRIES).map(|_| short(9000 - OVERLAP, 9000, &one)));
        assert!(matches!(download(answers).0, Err(ClientError::Interrupted { .. })));
        // The record has become shorter: what it has is the same as before, and is not all that came.
        let less = &one[..8000];
        let answers =
            vec![broken(), part(9000 - OVERLAP, less, 8000 + OVERLAP - 9000), answer("200 OK", 8000, less)];
        assert!(download(answers).0.unwrap() == less);
        // A part where nothing came before.
        assert!(matches!(download(vec![short(0, 9000, &one)]).0, Err(ClientError::NotOurs { .. })));
    }

    #[test]
    fn a_server_that_wants_to_be_left_alone_is() {
        let one = bytes(20_000);
        let problem = r#"{"code":"busy","detail":"Later.","status":503,"retry_after":30,"request_id":"1"}"#;
        let busy = || {
            let status = "503 Service Unavailable\r\nContent-Type: application/problem+json";
            answer(status, problem.len(), problem.as_bytes())
        };
        let proxy = answer("502 Bad Gateway\r\nRetry-After: 7", 4, b"away");
        let answers = vec![
            answer("200 OK", one.len(), &one[..9000]),
            busy(),
            proxy,
            answer("429 Too Many Requests", 0, b""),
            part(9000 - OVERLAP, &one, 20_000 - 9000 + OVERLAP),
        ];
        let (client, place, server) = stub(answers);
        let (mut target, pauses) = (Vec::new(), RefCell::new(Vec::new()));
        let endpoint = Endpoint::new(&["ballots", "x", "record"]);
        let wait = |pause: Duration| pauses.borrow_mut().push(pause.as_secs());
        record(&client, &endpoint, &mut target, &ProgressBar::hidden(), wait).unwrap();
        drop(TcpStream::connect(place));
        assert_eq!(server.join().unwrap().len(), 5);
        assert!(target == one);
        assert_eq!(pauses.into_inner(), [1, 30, 7, 8]);
        // Also at the beginning, and not for ever.
        let (done, asked, pauses) = download(vec![busy(), busy(), answer("200 OK", one.len(), &one)]);
        assert!(done.unwrap() == one);
        assert_eq!((asked, pauses), (vec![None; 3], 2));
        let busy = (0..TRIES).map(|_| busy()).collect();
        assert_eq!(download(busy).0.unwrap_err().code(), Some("busy"));
    }

    #[test]
    fn a_line_on_which_nothing_comes_is_noticed() {
        let one = bytes(20_000);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address: Address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let answers = [
            Vec::new(),
            answer("200 OK", one.len(), &one[..9000]),
            part(9000 - OVERLAP, &one, 20_000 - 9000 + OVERLAP),
        ];
        let server = thread::spawn(move || {
            // They stay open.
            answers.map(|answer| {
                let (mut stream, _) = listener.accept().unwrap();
                stream.write_all(&answer).unwrap();
                stream
            })
        });
        let client = Client::new(address, None).unwrap().with_stall(Duration::from_millis(300));
        let (mut target, endpoint) = (Vec::new(), Endpoint::new(&["ballots", "x", "record"]));
        record(&client, &endpoint, &mut target, &ProgressBar::hidden(), |_| {}).unwrap();
        assert!(target == one);
        drop(server.join().unwrap());
    }

    #[test]
    fn it_is_given_up_in_the_end() {
        let one = bytes(20_000);
        let mut answers = vec![answer("200 OK", one.len(), &one[..9000])];
        answers.extend((0..TRIES).map(|_| part(9000 - OVERLAP, &one, OVERLAP)));
        let (done, asked, pauses) = download(answers);
        assert!(matches!(done, Err(ClientError::Interrupted { .. })));
        assert_eq!((asked.len(), pauses), (6, TRIES));
        // Where nothing came at all, nothing is tried again.
        let (done, asked, pauses) = download(vec![answer("200 OK", 10, b"")]);
        assert!(done.unwrap_err().is_lost());
        assert_eq!((asked, pauses), (vec![None], 0));
    }
}
