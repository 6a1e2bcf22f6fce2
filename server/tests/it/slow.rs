//! Clients that are slow, or more than the server has room for: they hold what they were given for a while, and nobody else up.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};
use scrutineer_server::app::{Settings, Timeouts};
use serde_json::json;
use socket2::{Domain, Socket, Type};

use crate::download::lengthen;
use crate::support::{PASSWORD, World};
use crate::union::{Union, YES_NO, no, yes};

fn connect(world: &World) -> TcpStream {
    TcpStream::connect(world.url.trim_start_matches("http://").trim_end_matches('/')).unwrap()
}

/// Short times; those that a test is not about stay long.
fn timeouts(change: impl FnOnce(&mut Timeouts)) -> impl FnOnce(&mut Settings) {
    const LONG: Duration = Duration::from_secs(600);
    let mut timeouts = Timeouts { head: LONG, idle: LONG, body: LONG, taking: LONG, hurry: LONG };
    change(&mut timeouts);
    move |settings| settings.timeouts = timeouts
}

const SHORT: Duration = Duration::from_millis(400);

/// A stream on which somebody may say something for a moment.
trait Line: Read + Write {
    /// The connection.
    fn socket(&self) -> &TcpStream;
}

impl Line for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

type Tls = StreamOwned<ClientConnection, TcpStream>;

impl Line for Tls {
    fn socket(&self) -> &TcpStream {
        &self.sock
    }
}

/// What comes within a moment; none where the other end has hung up.
fn hear(line: &mut impl Line) -> Option<Vec<u8>> {
    line.socket().set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let mut bytes = vec![0; 16 << 10];
    match line.read(&mut bytes) {
        Ok(0) => None,
        Ok(count) => Some(bytes[..count].to_vec()),
        Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => {
            Some(Vec::new())
        }
        Err(_) => None,
    }
}

/// Asks for something, and hears the answer to its end.
fn ask(line: &mut impl Line) {
    line.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        answer.extend(hear(line).unwrap());
    }
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
}

/// Says a request's head at once.
fn head(mut line: impl Line, head: &[u8]) -> impl Line {
    line.write_all(head).unwrap();
    line.flush().unwrap();
    line
}

/// Hears nothing until the other end hangs up.
fn is_cut_off(line: &mut impl Line) {
    for _ in 0..3000 {
        match hear(line) {
            Some(more) => assert!(more.is_empty(), "{}", String::from_utf8_lossy(&more)),
            None => return,
        }
    }
    panic!("a minute of nothing, and still there");
}

/// Sends these bytes one by one, then others, until the other end hangs up. What it said.
fn trickle(line: &mut impl Line, bytes: &[u8]) -> String {
    let mut said = Vec::new();
    for byte in bytes.iter().copied().chain(std::iter::repeat_n(b'a', 3000)) {
        if line.write_all(&[byte]).and_then(|()| line.flush()).is_err() {
            return String::from_utf8(said).unwrap();
        }
        match hear(line) {
            Some(more) => said.extend(more),
            None => return String::from_utf8(said).unwrap(),
        }
    }
    panic!("a minute of this is still listened to");
}

const HEAD: &[u8] = b"GET /health HTTP/1.1\r\nx-head: ";
const BODY: &[u8] = b"POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 16000\r\n\r\n";

#[test]
fn hundreds_who_never_finish_a_request_keep_nobody_out_for_long() {
    for first in [false, true] {
        let mut union = Union::with(2, |settings| {
            (settings.cores, settings.connections) = (1, 160);
            settings.timeouts.head = Duration::from_millis(1500);
            settings.timeouts.idle = Duration::from_millis(1500);
        });
        let ballot = union.open(YES_NO);
        let mut slow = Vec::new();
        for i in 0..240 {
            let mut stream = connect(&union.world);
            // Some ask for something before; not those for whom there is no place so far.
            if first && i < 100 {
                ask(&mut stream);
            }
            // The first byte of a request, some of one, or nothing at all.
            stream.write_all([&b"G"[..], b"POST /api/v1/sessions HTTP/1.1\r\nhost:", b""][i % 3]).unwrap();
            slow.push(stream);
        }
        assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201, "others have their turn");
        for mut stream in slow {
            // It comes to an end by itself; a reset is one too.
            let mut said = Vec::new();
            let _ = stream.read_to_end(&mut said);
            assert_eq!(String::from_utf8_lossy(&said), "");
        }
        assert_eq!(union.vote(&ballot, &no(1), &yes()).status, 201);
    }
}

#[test]
fn whoever_sends_a_head_byte_by_byte_is_cut_off_also_after_a_request() {
    let world = World::with(timeouts(|timeouts| timeouts.head = SHORT));
    assert_eq!(trickle(&mut connect(&world), HEAD), "");
    let mut later = connect(&world);
    for _ in 0..3 {
        ask(&mut later);
    }
    assert_eq!(trickle(&mut later, HEAD), "");
    // Empty lines before a request are bytes of it too.
    let mut lines = connect(&world);
    ask(&mut lines);
    assert_eq!(trickle(&mut lines, &b"\r\n".repeat(1000)), "");
    assert_eq!(world.anyone().get("/health").status, 200);
}

/// Asks with a head of so many bytes, and more. Whether it is answered.
fn is_answered_with_a_head_of(bytes: usize, mut line: impl Line) -> bool {
    ask(&mut line);
    let (start, end) = ("GET /health HTTP/1.1\r\nhost: x\r\nx-head: ", "\r\n\r\n");
    let head = [start, &"a".repeat(bytes - start.len() - end.len()), end].concat();
    // The other end may hang up before everything is sent.
    let _ = line.write_all(head.as_bytes()).and_then(|()| line.flush());
    for _ in 0..3000 {
        match hear(&mut line) {
            Some(said) if said.is_empty() => {}
            Some(said) => return said.starts_with(b"HTTP/1.1 200"),
            None => return false,
        }
    }
    panic!("a minute of nothing, and still there");
}

#[test]
fn a_head_has_32_kilobytes_at_most() {
    let (world, with_tls) = (World::start(), World::with_tls(|_| {}));
    for (bytes, is_answered) in [(1000, true), (32 << 10, true), (34 << 10, false), (1 << 20, false)] {
        assert_eq!(is_answered_with_a_head_of(bytes, connect(&world)), is_answered, "{bytes}");
        assert_eq!(is_answered_with_a_head_of(bytes, tls(&with_tls)), is_answered, "{bytes} with TLS");
    }
}

#[test]
fn whoever_sends_a_body_byte_by_byte_is_told_and_cut_off() {
    let world = World::with(timeouts(|timeouts| (timeouts.body, timeouts.head) = (SHORT, SHORT)));
    let said = trickle(&mut head(connect(&world), BODY), b"{");
    assert!(said.starts_with("HTTP/1.1 408") && said.contains("\"too_slow\""), "{said}");
    let mut later = connect(&world);
    ask(&mut later);
    assert!(trickle(&mut head(later, BODY), b"{").starts_with("HTTP/1.1 408"));
    // A body that nobody wants, in chunks without an end.
    let unwanted = b"POST /nothing HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nffffff\r\n";
    assert!(trickle(&mut head(connect(&world), unwanted), b"").starts_with("HTTP/1.1 404"));
}

#[test]
fn a_body_that_comes_slowly_but_steadily_is_waited_for() {
    let short = timeouts(|timeouts| timeouts.hurry = SHORT);
    let world = World::with(|settings| {
        (settings.cores, settings.connections) = (1, 8);
        short(settings);
    });
    let rest = [b' '; 15_999];
    let mut alone = head(connect(&world), BODY);
    alone.write_all(b" ").unwrap();
    for _ in 0..70 {
        assert_eq!(hear(&mut alone).as_deref(), Some(&b""[..]), "there is room: it has all the time");
    }
    alone.write_all(&rest).unwrap();
    assert!(!hear(&mut alone).unwrap().starts_with(b"HTTP/1.1 408"));
    let mut others: Vec<TcpStream> = (0..5).map(|_| connect(&world)).collect();
    let mut line = head(connect(&world), BODY);
    // For every kilobyte it has a second more.
    let mut said = Vec::new();
    for _ in 0..58 {
        others.iter_mut().for_each(ask);
        line.write_all(&[b' '; 250]).unwrap();
        said.extend(hear(&mut line).unwrap());
    }
    assert!(said.is_empty(), "{}", String::from_utf8_lossy(&said));
    line.write_all(&[b' '; 1500]).unwrap();
    while !said.ends_with(b"}") {
        said.extend(hear(&mut line).unwrap());
    }
    assert!(said.starts_with(b"HTTP/1.1 400"), "{}", String::from_utf8_lossy(&said));
    // Whoever sends a byte now and then has no time to lose.
    let mut slow = head(connect(&world), BODY);
    let mut said = Vec::new();
    for _ in 0..500 {
        others.iter_mut().for_each(ask);
        slow.write_all(b" ").unwrap();
        said = hear(&mut slow).unwrap();
        if !said.is_empty() {
            break;
        }
    }
    assert!(said.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&said));
}

#[test]
fn where_most_places_are_taken_whoever_waits_has_to_hurry() {
    let short = timeouts(|timeouts| timeouts.hurry = SHORT);
    let world = World::with(|settings| {
        (settings.cores, settings.connections) = (1, 40);
        short(settings);
    });
    let mut early: Vec<TcpStream> = (0..20).map(|_| connect(&world)).collect();
    for line in &mut early {
        ask(line);
    }
    for _ in 0..30 {
        assert_eq!(hear(&mut early[0]).as_deref(), Some(&b""[..]), "there is room");
    }
    let mut late: Vec<TcpStream> = (0..15).map(|_| connect(&world)).collect();
    for line in early.iter_mut().take(10).chain(&mut late) {
        line.write_all(b"G").unwrap();
    }
    // Until there is room again.
    let gone = |lines: &mut Vec<TcpStream>| {
        lines.iter_mut().filter_map(|line| hear(line).is_none().then_some(())).count()
    };
    let mut over = 0;
    for _ in 0..100 {
        over = gone(&mut early) + gone(&mut late);
        if over > 5 {
            break;
        }
    }
    assert!(over > 5, "{over} are over");
    ask(&mut connect(&world));
}

#[test]
fn a_connection_on_which_nothing_happens_ends_after_its_time_and_not_before() {
    let patient = World::with(timeouts(|timeouts| (timeouts.head, timeouts.taking) = (SHORT, SHORT)));
    let mut line = connect(&patient);
    ask(&mut line);
    for _ in 0..50 {
        assert_eq!(hear(&mut line).as_deref(), Some(&b""[..]), "idle, and left alone");
    }
    ask(&mut line);
    let brief = World::with(timeouts(|timeouts| timeouts.idle = SHORT));
    let mut line = connect(&brief);
    ask(&mut line);
    is_cut_off(&mut line);
}

/// A ballot and where its record is, which everybody may see, and which fills more than what the system keeps for a client.
fn long_ballot(change: impl FnOnce(&mut Settings)) -> (Union, String) {
    let mut union = Union::with(1, change);
    let file = YES_NO.replace("codes =", "record = \"public\"\ncodes =");
    let ballot = union.open(&file);
    let path = format!("{}/record", ballot.path);
    let database = Connection::open(union.world.files.folder.database()).unwrap();
    lengthen(&database, 1000);
    (union, path)
}

fn get(line: &mut impl Line, path: &str) {
    write!(line, "GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    line.flush().unwrap();
}

/// Little room for what comes.
fn narrow(world: &World) -> TcpStream {
    let address: SocketAddr = world.url.trim_start_matches("http://").parse().unwrap();
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(8 << 10).unwrap();
    socket.connect(&address.into()).unwrap();
    socket.into()
}

#[test]
fn whoever_does_not_take_an_answer_is_cut_off() {
    let (union, path) = long_ballot(timeouts(|timeouts| timeouts.taking = SHORT));
    let mut line = narrow(&union.world);
    ask(&mut line);
    get(&mut line, &path);
    // Asking on and on is no progress either.
    line.set_write_timeout(Some(Duration::from_secs(60))).unwrap();
    let cut_off = loop {
        if let Err(error) = line.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n") {
            break error.kind();
        }
    };
    assert!(matches!(cut_off, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{cut_off}");
    assert_eq!(union.world.anyone().get("/health").status, 200);
}

#[test]
fn whoever_takes_little_at_a_time_gets_all_of_it() {
    let (union, path) = long_ballot(timeouts(|timeouts| {
        (timeouts.taking, timeouts.idle, timeouts.head) = (Duration::from_secs(2), SHORT, SHORT);
    }));
    let whole = union.world.anyone().get(&path).body;
    let mut line = narrow(&union.world);
    get(&mut line, &path);
    // Somebody who never says anything.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut pause = TcpStream::connect(nobody.local_addr().unwrap()).unwrap();
    let mut came = Vec::new();
    while !came.ends_with(whole.as_bytes()) {
        came.extend(hear(&mut line).expect("no end before the end"));
        hear(&mut pause);
    }
}

#[derive(Debug)]
struct Anyone;

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider().signature_verification_algorithms.supported_schemes()
    }
}

fn tls(world: &World) -> Tls {
    tls_on(connect(world))
}

fn tls_on(stream: TcpStream) -> Tls {
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone))
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), stream)
}

#[test]
fn the_same_holds_with_tls() {
    let world = World::with_tls(timeouts(|timeouts| {
        (timeouts.head, timeouts.body) = (2 * SHORT, SHORT);
    }));
    // Shaking hands for ever: nothing at all, or the beginning of it byte by byte.
    let mut silent = connect(&world);
    is_cut_off(&mut silent);
    trickle(&mut connect(&world), &[22, 3, 1, 2, 0, 1, 0, 1, 252]);
    // A head that does not come, at first and later; a body.
    assert_eq!(trickle(&mut tls(&world), HEAD), "");
    let mut later = tls(&world);
    ask(&mut later);
    assert_eq!(trickle(&mut later, HEAD), "");
    let mut body = tls(&world);
    ask(&mut body);
    assert!(trickle(&mut head(body, BODY), b"{").starts_with("HTTP/1.1 408"));
    // One byte of TLS at a time within what TLS sends, which is no byte of a request so far.
    let mut torn = tls(&world);
    ask(&mut torn);
    trickle(&mut torn.sock, &[23, 3, 3, 64, 0]);
    // Shaking hands up to where it is the client's turn, and no further, or byte by byte.
    for more in [&[][..], &[20, 3, 3, 0, 1, 1, 23, 3, 3, 64, 0]] {
        let mut half = tls(&world);
        half.conn.write_tls(&mut half.sock).unwrap();
        half.sock.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        assert!(half.sock.read(&mut [0; 64]).unwrap() > 0, "the server's part");
        let mut half = half.sock;
        trickle_or_wait(&mut half, more);
    }
    let brief = World::with_tls(timeouts(|timeouts| timeouts.idle = SHORT));
    let mut idle = tls(&brief);
    ask(&mut idle);
    is_cut_off(&mut idle);
}

/// Sends these bytes one by one, then others; where there are none, nothing at all. The other end hangs up, whatever it says before.
fn trickle_or_wait(line: &mut TcpStream, bytes: &[u8]) {
    for byte in bytes.iter().copied().chain(std::iter::repeat_n(0, 3000)) {
        if !bytes.is_empty() && line.write_all(&[byte]).is_err() || hear(line).is_none() {
            return;
        }
    }
    panic!("a minute of this is still listened to");
}

#[test]
fn whoever_does_not_take_an_answer_is_cut_off_with_tls_too() {
    let world = World::with_tls(timeouts(|timeouts| timeouts.taking = SHORT));
    let mut line = tls_on(narrow(&world));
    ask(&mut line);
    line.sock.set_write_timeout(Some(Duration::from_secs(60))).unwrap();
    let cut_off = loop {
        let asked = line.write_all(b"GET /api/v1/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n");
        if let Err(error) = asked.and_then(|()| line.flush()) {
            break error.kind();
        }
    };
    assert!(matches!(cut_off, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{cut_off}");
    ask(&mut tls(&world));
}

/// Asks many things before the first answer is heard: all are answered, in turn.
fn ask_ahead(mut line: impl Line) {
    let mut asked = Vec::new();
    for i in 0..600 {
        let (path, long) = if i % 3 == 0 { ("health", 0) } else { ("nothing", 2 * i) };
        write!(asked, "GET /{path} HTTP/1.1\r\nhost: x\r\nx-long: {:long$}\r\n\r\n", "").unwrap();
    }
    let (mut heard, mut said) = (Vec::new(), 0);
    let statuses = |heard: &[u8]| -> Vec<String> {
        let text = String::from_utf8_lossy(heard);
        text.split("HTTP/1.1 ").skip(1).map(|answer| answer.chars().take(3).collect()).collect()
    };
    for _ in 0..3000 {
        if said < asked.len() {
            let some = (asked.len() - said).min(20_000);
            line.write_all(&asked[said..said + some]).and_then(|()| line.flush()).unwrap();
            said += some;
        }
        heard.extend(hear(&mut line).unwrap());
        if said == asked.len() && statuses(&heard).len() == 600 {
            break;
        }
    }
    let statuses = statuses(&heard);
    assert_eq!(statuses.len(), 600);
    for (i, status) in statuses.iter().enumerate() {
        assert_eq!(status, if i % 3 == 0 { "200" } else { "404" }, "{i}");
    }
}

#[test]
fn whoever_asks_ahead_is_answered_in_turn() {
    ask_ahead(connect(&World::with(|_| {})));
    ask_ahead(tls(&World::with_tls(|_| {})));
}

#[test]
fn who_finds_no_place_in_the_queue_of_sign_ins_is_told_when_to_come_again() {
    let mut union = Union::with(1, |settings| settings.sign_in_queue = 1);
    let signed_in = union.member(&no(0));
    let body = json!({ "member_no": no(0), "password": PASSWORD, "kind": "bearer" });
    assert_eq!(union.world.anyone().post("/api/v1/sessions", &body).status, 201);
    let full = World::with(|settings| settings.sign_in_queue = 0);
    let refused = full.anyone().post("/api/v1/sessions", &body);
    assert_eq!(refused.is_problem(429, "sign_ins_busy").header("retry-after"), "2");
    // Whoever is signed in needs no password any more, whatever they do.
    let ballot = union.open(YES_NO);
    let before = union.world.inside(async |app| app.passwords.hashed());
    assert_eq!(signed_in.get(&ballot.path).status, 200);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    assert_eq!(union.world.inside(async |app| app.passwords.hashed()), before);
}

/// A download that holds a place: it is not taken.
fn holding(union: &Union, path: &str) -> TcpStream {
    let mut line = narrow(&union.world);
    get(&mut line, path);
    let mut first = [0; 15];
    line.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    line
}

#[test]
fn too_many_downloads_are_told_to_come_again() {
    let mut union = Union::with(1, |settings| {
        settings.downloads.at_once = 3;
        // Pieces are read bit by bit, as those are that are too large for memory.
        settings.pieces_bytes = 0;
    });
    let ballot = union.open(&YES_NO.replace("codes =", "record = \"public\"\ncodes ="));
    let path = format!("{}/record", ballot.path);
    lengthen(&Connection::open(union.world.files.folder.database()).unwrap(), 3000);
    let mut downloads: Vec<TcpStream> = (0..3).map(|_| holding(&union, &path)).collect();
    let refused = union.world.anyone().get(&path);
    assert_eq!(refused.is_problem(503, "busy").header("retry-after"), "30");
    let part = union.world.anyone().with("range", "bytes=0-9").get(&path);
    part.is_problem(503, "busy");
    let piece = format!("{path}/pieces/0");
    union.world.anyone().get(&piece).is_problem(503, "busy");
    assert_eq!(union.world.anyone().send("HEAD", &path, None, "").status, 200, "it holds nothing");
    // Whoever goes makes room, and whoever goes on gets all of it.
    downloads.pop();
    while union.world.anyone().get(&path).status != 200 {}
    let mut rest = Vec::new();
    let mut line = downloads.pop().unwrap();
    while !rest.ends_with(b"event 3000") {
        rest.extend(hear(&mut line).expect("no end before the end"));
        // Blocks are filled up.
        while rest.last() == Some(&0) {
            rest.pop();
        }
    }
}

#[test]
fn a_piece_is_made_where_there_is_a_place_for_a_download_and_then_given_to_everybody() {
    let mut union = Union::with(1, |settings| settings.downloads.at_once = 1);
    let ballot = union.open(&YES_NO.replace("codes =", "record = \"public\"\ncodes ="));
    lengthen(&Connection::open(union.world.files.folder.database()).unwrap(), 3000);
    let path = format!("{}/record", ballot.path);
    let piece = |number: u32| union.world.anyone().get(&format!("{path}/pieces/{number}"));
    let first = piece(0);
    assert_eq!(first.status, 200);
    let download = holding(&union, &path);
    assert_eq!(piece(0).body, first.body, "it is there");
    for number in [1, 11] {
        assert_eq!(piece(number).is_problem(503, "busy").header("retry-after"), "30");
    }
    piece(12).is_problem(404, "not_found");
    drop(download);
    while piece(1).status != 200 {}
    assert_eq!(piece(11).status, 200, "making it has given its place back");
}
