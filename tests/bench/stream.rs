//! The record as a download from a real server, beside reading the same bytes from a file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use scrutineer_protocol::archive::{Kind, Reader};
use scrutineer_protocol::event::{Entry, Event, EventKind};
use scrutineer_server::clock::{Clock, SystemClock};
use scrutineer_server::data_folder::DataFolder;
use scrutineer_server::store::{BoxId, Store, WriteTx};
use scrutineer_tests::clock::Stopwatch;
use scrutineer_tests::server::Program;
use scrutineer_tests::union::ballot::{YES_NO, file};
use scrutineer_tests::union::{LEAST_MEMBERS, Union};

use crate::measure::{memory, ratio};
use crate::report::{Row, Section, Target, Unit};
use crate::{Bench, SERVER, growth};

/// What is read at once.
const BUFFER: usize = 1 << 16;
/// Votes that are put onto the record in one transaction.
const BATCH: usize = 2000;
/// The least of so many runs counts.
const RUNS: usize = 3;

/// What a record of one size took.
struct Size {
    votes: u32,
    /// By the clock, once.
    download: Duration,
    /// The same bytes from a file.
    read: Duration,
    /// The server's processor time for each vote.
    server: Duration,
    /// The most memory that the server has held, in bytes.
    memory: u64,
}

/// Records of several sizes.
pub(crate) fn section(bench: &Bench) -> Result<Section> {
    let folder = tempfile::tempdir_in(bench.target())?;
    let program = Program::under_name(bench.program(), SERVER);
    let mut union = Union::settled(program, folder.path(), LEAST_MEMBERS, &[])?;
    let ballot = file("server", &[YES_NO]).replacen("spares", "record = \"public\"\nspares", 1);
    let ballot = union.bring_to_open(&ballot, &[])?;
    let sizes = growth::sizes(bench);
    let largest = *sizes.last().context("there are sizes")?;
    let mut votes = Votes::of(bench, largest)?;
    let mut measured = Vec::new();
    for size in sizes {
        union.stop()?;
        fill(&union, &mut votes, size, |_, _, _| Ok(()))?;
        union.start("127.0.0.1:0")?;
        measured.push(measure(&union, &ballot.id, size, largest)?);
    }
    rows(&measured)
}

fn rows(measured: &[Size]) -> Result<Section> {
    let [.., base, last] = measured else { anyhow::bail!("two sizes at least are compared") };
    let (large, small) = (growth::thousands(last.votes), growth::thousands(base.votes));
    #[expect(clippy::cast_precision_loss, reason = "bytes, shown as millions of them")]
    let megabytes = last.memory as f64 / 1e6;
    let rows = vec![
        Row::new(
            format!("downloading the record of {large} votes / reading its bytes from a file, by the clock"),
            ratio(last.download, last.read),
            Target::None,
            "the client runs on the same cores; the file is in memory by then",
        ),
        Row::new(
            format!("the server's processor time a vote, {large} votes / {small}"),
            ratio(last.server, base.server),
            Target::AtMost(1.1),
            "",
        ),
        Row::new(
            format!("the server's memory after downloads of {large} votes"),
            megabytes,
            Target::None,
            "the most that it held at a time, with what it holds at rest",
        )
        .counted_in(Unit::Megabytes),
    ];
    Ok(Section {
        title: "Downloading a record",
        about: "The votes of a rehearsed record were put onto the record of an open ballot that everybody may follow; then it is \
                downloaded as `scrutineer record` does."
            .to_owned(),
        rows,
    })
}

/// The votes of a record, one after the other.
pub(crate) struct Votes {
    reader: Reader<File>,
    taken: u32,
}

impl Votes {
    /// Those of a rehearsed record with so many.
    pub(crate) fn of(bench: &Bench, count: u32) -> Result<Self> {
        let file = File::open(&bench.records.of(count)?.file)?;
        Ok(Self { reader: Reader::new(file)?, taken: 0 })
    }

    /// Votes until so many were taken.
    fn until(&mut self, count: u32) -> Result<Vec<String>> {
        let (mut votes, mut last) = (Vec::new(), None);
        while self.taken < count {
            let record = self.reader.next_record()?.context("the record has fewer votes")?;
            if record.kind == Kind::Data {
                last = Some(record.body);
            } else if Event::parse(&record.body)?.kind == EventKind::Ballot {
                votes.push(String::from_utf8(last.take().context("a vote stands before its event")?)?);
                self.taken += 1;
            }
        }
        Ok(votes)
    }
}

/// Puts votes onto the record of the one ballot until there are so many, while the server is stopped, each with what `also` writes.
/// They are for another election: who downloads a record does not look at them, nor does who sends it.
pub(crate) fn fill(
    union: &Union,
    votes: &mut Votes,
    count: u32,
    also: impl Fn(&WriteTx<'_>, BoxId, &Entry) -> Result<()> + Clone + Send + 'static,
) -> Result<()> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = Store::open(&DataFolder::new(union.data()), &clock)?;
    while votes.taken < count {
        let step = u32::try_from(BATCH).unwrap_or(u32::MAX);
        let batch = votes.until(count.min(votes.taken.saturating_add(step)))?;
        let also = also.clone();
        store.write_blocking("made-up votes", move |tx| -> Result<()> {
            let ballot = tx.ballots()?.pop().context("there is a ballot")?;
            let the_box = tx.boxes_of(ballot.id)?.pop().context("it has a box")?;
            let mut state = tx.record_state(the_box.id)?;
            for vote in batch {
                let entry = Entry::ballot(&mut state, vote)?;
                tx.append(the_box.id, &entry)?;
                also(tx, the_box.id, &entry)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn measure(union: &Union, ballot: &str, votes: u32, largest: u32) -> Result<Size> {
    let server = union.running()?;
    let address = server.url().trim_start_matches("http://").trim_end_matches('/');
    let copy = union.file(&format!("{votes}.bel"));
    let (bytes, _) = download(address, ballot, &mut File::create(&copy)?)?;
    let (mut least_download, mut least_read) = (Duration::MAX, Duration::MAX);
    // Processor time is counted in hundredths of a second: small records are fetched until there is enough of it.
    let runs = usize::try_from(largest / votes)?.max(RUNS);
    let before = server.processor_time().context("processor times stand in /proc")?;
    for _ in 0..runs {
        let (again, time) = download(address, ballot, &mut io::sink())?;
        ensure!(again == bytes, "the record has changed");
        least_download = least_download.min(time);
    }
    let used = server.processor_time().context("the server runs")?.saturating_sub(before);
    for _ in 0..RUNS {
        least_read = least_read.min(read(&copy, bytes)?);
    }
    std::fs::remove_file(&copy)?;
    Ok(Size {
        votes,
        download: least_download,
        read: least_read,
        server: used / u32::try_from(runs)? / votes,
        memory: memory(server.id()).context("the server runs")?,
    })
}

/// Downloads the record; how many bytes came, and how long that took.
fn download(address: &str, ballot: &str, to: &mut impl Write) -> Result<(u64, Duration)> {
    let clock = Stopwatch::start();
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET /api/v1/ballots/{ballot}/record HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut stream = BufReader::with_capacity(BUFFER, stream);
    let (mut line, mut length) = (String::new(), None);
    stream.read_line(&mut line)?;
    ensure!(line.starts_with("HTTP/1.1 200 "), "the record is not given out: {}", line.trim());
    while !line.trim().is_empty() {
        line.clear();
        stream.read_line(&mut line)?;
        if let Some((_, value)) =
            line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        {
            length = Some(value.trim().parse()?);
        }
    }
    let bytes = pass_on(&mut stream, to)?;
    ensure!(length == Some(bytes), "{bytes} bytes came where {length:?} were announced");
    Ok((bytes, clock.elapsed()))
}

fn read(path: &Path, expected: u64) -> Result<Duration> {
    let clock = Stopwatch::start();
    let bytes = pass_on(&mut File::open(path)?, &mut io::sink())?;
    ensure!(bytes == expected, "the file has changed");
    Ok(clock.elapsed())
}

/// Reads to the end. Both ways go through the same buffer: the kernel could spare a file that.
fn pass_on(from: &mut impl Read, to: &mut impl Write) -> Result<u64> {
    let (mut buffer, mut bytes) = (vec![0; BUFFER], 0);
    loop {
        let count = from.read(&mut buffer)?;
        if count == 0 {
            return Ok(bytes);
        }
        to.write_all(buffer.get(..count).unwrap_or_default())?;
        bytes += u64::try_from(count)?;
    }
}
