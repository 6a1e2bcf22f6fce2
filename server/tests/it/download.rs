//! Downloading a large record: whole, in parts, again after it broke off, slowly.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::{Connection, params};
use scrutineer_protocol::archive::{Kind, Reader, opening, record};
use scrutineer_protocol::event::SetupData;
use scrutineer_protocol::hash::HexHash;
use scrutineer_server::store::Error;

use crate::support::{Client, Reply};
use crate::union::{Ballot, Union, YES_NO, good};

/// Events that look like votes from outside.
const VOTES: i64 = 2500;
/// Bytes of a list of credentials that is read in several parts.
const LIST: usize = 1_200_000;

/// A ballot whose record is as long as that of a larger vote, and what its archive is.
fn large() -> (Union, Ballot, Vec<u8>) {
    begun_with(|body| [body(0), body(1), "x".repeat(LIST)])
}

/// The same with these instead of its election, its trustees and its credentials.
fn begun_with(data: impl FnOnce(&dyn Fn(i64) -> String) -> [String; 3]) -> (Union, Ballot, Vec<u8>) {
    let mut union = Union::new(1);
    let ballot = union.open(&YES_NO.replace("codes =", "record = \"public\"\ncodes ="));
    let path = union.world.files.folder.database();
    let database = Connection::open(path).unwrap();
    let time = Reader::new(&union.record(&ballot)[..]).unwrap().timestamp().unwrap();
    let body = |position: i64| -> String {
        let sql = "SELECT body FROM datum WHERE box_id = 1 AND height = 0 AND position = ?1";
        database.query_row(sql, [position], |row| row.get(0)).unwrap()
    };
    let mut setup = SetupData::parse(body(3).as_bytes()).unwrap();
    let [election, trustees, list] = data(&body);
    setup.election = HexHash::of(election.as_bytes());
    setup.trustees = HexHash::of(trustees.as_bytes());
    setup.credentials = HexHash::of(list.as_bytes());
    let data = [election, trustees, list, setup.to_text()];
    database.execute_batch("DROP TRIGGER datum_stays_as_written; BEGIN").unwrap();
    for (position, body) in data.iter().enumerate() {
        let sql = "UPDATE datum SET body = ?2 WHERE box_id = 1 AND height = 0 AND position = ?1";
        assert_eq!(database.execute(sql, params![i64::try_from(position).unwrap(), body]).unwrap(), 1);
    }
    let mut archive = opening(time);
    for body in &data {
        archive.extend(record(Kind::Data, body.as_bytes(), time).unwrap());
    }
    let sql = "SELECT body FROM event WHERE box_id = 1 AND height = 0";
    let event: String = database.query_row(sql, [], |row| row.get(0)).unwrap();
    archive.extend(record(Kind::Event, event.as_bytes(), time).unwrap());
    for height in 1..=VOTES {
        add(&database, height);
        for (kind, body) in [(Kind::Data, vote(height)), (Kind::Event, event_of(height))] {
            archive.extend(record(kind, body.as_bytes(), time).unwrap());
        }
    }
    database.execute_batch("COMMIT").unwrap();
    (union, ballot, archive)
}

fn vote(height: i64) -> String {
    format!("vote {height} {}", "v".repeat(usize::try_from(height * 37 % 900).unwrap()))
}

fn event_of(height: i64) -> String {
    format!("event {height}")
}

/// Puts so many events on a record of which there is nothing but the beginning.
pub(crate) fn lengthen(database: &Connection, events: i64) {
    database.execute_batch("BEGIN").unwrap();
    (1..=events).for_each(|height| add(database, height));
    database.execute_batch("COMMIT").unwrap();
}

fn add(database: &Connection, height: i64) {
    let datum = "INSERT INTO datum (place, box_id, height, position, body) VALUES (?1, 1, ?2, 0, ?3)";
    database.execute(datum, params![1 << 43 | height << 3, height, vote(height)]).unwrap();
    let event = "INSERT INTO event (box_id, height, kind, hash, body) VALUES (1, ?1, 'Ballot', ?2, ?3)";
    let body = event_of(height);
    let hash = *HexHash::of(body.as_bytes()).digest();
    database.execute(event, params![height, hash, body]).unwrap();
}

fn part(client: &Client, path: &str, range: &str) -> Reply {
    client.with("range", range).get(path)
}

#[test]
fn every_part_of_a_record_is_that_part() {
    let (union, ballot, archive) = large();
    let (anyone, path) = (union.world.anyone(), format!("{}/record", ballot.path));
    let length = archive.len();
    // The end first: nothing was measured before.
    let tail = part(&anyone, &path, "bytes=-1000");
    assert_eq!((tail.status, tail.body.as_bytes()), (206, &archive[length - 1000..]));
    let range = format!("bytes {}-{}/{length}", length - 1000, length - 1);
    assert_eq!((tail.header("content-range"), tail.header("content-length")), (range.as_str(), "1000"));
    let whole = good(anyone.get(&path));
    assert!(whole.body.as_bytes() == archive && whole.header("accept-ranges") == "bytes");
    assert_eq!(tail.header("etag"), whole.header("etag"));
    let mut from = 0;
    for (number, step) in [1, 511, 512, 1023, 1, 70_001, 300_000, 512, 1].into_iter().cycle().enumerate() {
        let to = (from + step).min(length);
        let reply = part(&anyone, &path, &format!("bytes={from}-{}", to - 1));
        assert_eq!(reply.status, 206);
        assert!(reply.body.as_bytes() == &archive[from..to], "part {number}: {from}-{to}");
        from = to;
        if from == length {
            break;
        }
    }
    let open_ended = part(&anyone, &path, &format!("bytes={}-", length - 5));
    assert_eq!((open_ended.status, open_ended.body.as_bytes()), (206, &archive[length - 5..]));
}

#[test]
fn parts_that_are_not_there_or_mean_nothing() {
    let mut union = Union::new(1);
    let ballot = union.open(&YES_NO.replace("codes =", "record = \"public\"\ncodes ="));
    let (anyone, path) = (union.world.anyone(), format!("{}/record", ballot.path));
    let whole = good(anyone.get(&path));
    let length = whole.body.len();
    for range in [format!("bytes={length}-"), "bytes=-0".to_owned(), "bytes=99999999999999999999-".to_owned()]
    {
        let refused = part(&anyone, &path, &range);
        refused.is_problem(416, "range_not_satisfiable");
        assert_eq!(refused.header("content-range"), format!("bytes */{length}"));
    }
    for range in ["bytes=2-1", "bytes=0-1,3-4", "lines=1-2", "bytes=x-", "bytes"] {
        let reply = part(&anyone, &path, range);
        assert_eq!(
            (reply.status, reply.body.len(), reply.header("content-range")),
            (200, length, ""),
            "{range}"
        );
    }
    let tag = whole.header("etag");
    assert_eq!(part(&anyone.with("if-range", tag), &path, "bytes=0-9").status, 206);
    assert_eq!(part(&anyone.with("if-range", "\"other\""), &path, "bytes=0-9").status, 200);
    assert_eq!(part(&anyone.with("if-none-match", tag), &path, "bytes=0-9").status, 304);
    // The head says how long it is and reads nothing of it.
    let head = anyone.with("range", "bytes=0-9").send("HEAD", &path, None, "");
    assert_eq!(
        (head.status, head.header("content-length"), head.body.as_str()),
        (200, length.to_string().as_str(), "")
    );
    assert_eq!((head.header("etag"), head.header("accept-ranges")), (tag, "bytes"));
}

#[test]
fn a_download_goes_on_where_it_broke_off_while_votes_come() {
    let (union, ballot, before) = large();
    let (anyone, path) = (union.world.anyone(), format!("{}/record", ballot.path));
    let first = part(&anyone, &path, "bytes=0-1999999");
    let database = Connection::open(union.world.files.folder.database()).unwrap();
    (VOTES + 1..VOTES + 1200).for_each(|height| add(&database, height));
    let asked = anyone.with("if-range", first.header("etag"));
    let other = part(&asked, &path, "bytes=2000000-");
    assert_eq!(other.status, 200, "what has grown is another thing");
    let rest = part(&anyone, &path, "bytes=2000000-");
    assert_eq!(rest.status, 206);
    let joined = [first.body.as_bytes(), rest.body.as_bytes()].concat();
    assert!(joined == other.body.as_bytes() && joined.starts_with(&before));
}

/// Whichever of the first data is read in several parts, its header has its own hash.
#[test]
fn each_of_the_first_data_has_its_own_hash() {
    let (union, ballot, archive) = begun_with(|_| ["e", "t", "c"].map(|letter| letter.repeat(LIST)));
    let whole = good(union.world.anyone().get(&format!("{}/record", ballot.path)));
    assert!(whole.body.as_bytes() == archive);
}

#[test]
fn a_length_is_added_up_once() {
    let (union, ballot, archive) = large();
    let (anyone, path) = (union.world.anyone(), format!("{}/record", ballot.path));
    let looks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looks);
    *union.world.meanwhile.lock().unwrap() = Some(Box::new(move |_, _| {
        counted.fetch_add(1, Ordering::SeqCst);
    }));
    let taken = || looks.swap(0, Ordering::SeqCst);
    // Whoever has it already need not hear how long it is.
    let tag = format!("\"{}\"", HexHash::of(event_of(VOTES).as_bytes()));
    assert_eq!(anyone.with("if-none-match", &tag).get(&path).status, 304);
    let without = taken();
    let head = || anyone.send("HEAD", &path, None, "").header("content-length").to_owned();
    // Marks for three times a thousand events, and what is after them.
    assert_eq!((head(), taken()), (archive.len().to_string(), without + 4));
    assert_eq!((head(), taken()), (archive.len().to_string(), without));
    assert_eq!(part(&anyone, &path, "bytes=-10").body.as_bytes(), &archive[archive.len() - 10..]);
    // Then only what has come since.
    let database = Connection::open(union.world.files.folder.database()).unwrap();
    let time = Reader::new(&archive[..]).unwrap().timestamp().unwrap();
    let (mut length, mut last) = (archive.len(), VOTES);
    for (votes, sums) in [(1, 1), (600, 2), (1, 1)] {
        taken();
        for height in last + 1..=last + votes {
            add(&database, height);
            let bodies = [(Kind::Data, vote(height)), (Kind::Event, event_of(height))];
            length += bodies
                .map(|(kind, body)| record(kind, body.as_bytes(), time).unwrap().len())
                .iter()
                .sum::<usize>();
        }
        last += votes;
        assert_eq!((head(), taken()), (length.to_string(), without + sums));
    }
    assert_eq!(good(anyone.get(&path)).body.len(), length);
}

/// However long the record and however slow the reader: every look at the database is short, and none lasts meanwhile.
#[test]
fn a_reader_who_does_not_read_holds_nothing() {
    let (union, ballot, archive) = large();
    good(union.world.anyone().get(&format!("{}/record", ballot.path)));
    let looks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looks);
    *union.world.meanwhile.lock().unwrap() = Some(Box::new(move |_, _| {
        counted.fetch_add(1, Ordering::SeqCst);
    }));
    // The last bytes take a look at who may see the record and few pieces, not the thousands of events before them.
    let path = format!("{}/record", ballot.path);
    let tail = part(&union.world.anyone(), &path, "bytes=-10");
    assert_eq!(tail.body.as_bytes(), &archive[archive.len() - 10..]);
    let few = looks.swap(0, Ordering::SeqCst);
    assert!(few < 12, "{few} looks at the database");

    let address = union.world.url.trim_start_matches("http://").to_owned();
    let mut slow: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = TcpStream::connect(&address).unwrap();
            write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
            let mut first = [0; 16];
            stream.read_exact(&mut first).unwrap();
            assert_eq!(&first, b"HTTP/1.1 200 OK\r");
            stream
        })
        .collect();
    // The write-ahead log can be emptied, which no reader's snapshot lets happen.
    union.world.inside(async |app| app.store.empty_log().await).unwrap();
    let written: Result<(), Error> =
        union.world.inside(async |app| app.store.write("test", |_| Ok(())).await);
    written.unwrap();
    // Whoever goes on reading gets all of it.
    let mut received = Vec::new();
    slow.pop().unwrap().read_to_end(&mut received).unwrap();
    assert!(received.ends_with(&archive));
}
