//! A server of one's own for every test, and a client that says what it wants in one line.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, Weak};

use scrutineer_server::actions::init::{NewInstallation, init};
use scrutineer_server::actions::{letters, schedule};
use scrutineer_server::app::{App, Settings};
use scrutineer_server::auth::password::Cost;
use scrutineer_server::clock::{Clock, FixedClock};
use scrutineer_server::data_folder::DataFolder;
use scrutineer_server::entropy::Entropy;
use scrutineer_server::http::{self, Running, Signals, Ticking};
use serde_json::{Value, json};
use tempfile::TempDir;

/// When every test begins.
pub(crate) const START: i64 = 1_800_000_000;
/// The password that tests choose.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A roll of four members beside the officer.
pub(crate) const ROLL: &str = "member_no,name,unit,standing,email\n\
    100,Mia Member,North,good,mia@example.org\n\
    200,Dan Delegate,North,good,dan@example.org\n\
    300,Olga Officer,Office,good,olga@example.org\n\
    400,Obi Observer,South,good,obi@example.org\n";

/// A data folder with its first officer.
pub(crate) struct Folder {
    /// Removed when the test ends.
    pub(crate) temp: TempDir,
    pub(crate) folder: DataFolder,
    pub(crate) officer_code: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(temp.path().join("data"));
        let asked = NewInstallation {
            union_name: "Test Union".into(),
            officer_no: "1".into(),
            name: "First Officer".into(),
            email: "first@example.org".into(),
        };
        let code = init(&folder, &asked, START, &mut Entropy::seeded(1).rng()).unwrap();
        Self { temp, folder, officer_code: code.expose().to_owned() }
    }
}

/// A running server.
pub(crate) struct World {
    pub(crate) files: Folder,
    pub(crate) clock: FixedClock,
    pub(crate) url: String,
    /// What happens while a transaction runs, right after it has asked for the time.
    pub(crate) meanwhile: Meanwhile,
    app: Weak<App>,
    running: Option<Running>,
    /// Every start has chance of its own.
    starts: u64,
}

/// Is told the insides of the server and what time the transaction was told. Never called within itself.
pub(crate) type Meanwhile = Arc<Mutex<Option<Box<dyn FnMut(&App, i64) + Send>>>>;

/// The clock that the tests move, with a place for things to happen at the same time as transactions.
struct TestClock {
    fixed: FixedClock,
    meanwhile: Meanwhile,
    app: Arc<OnceLock<Weak<App>>>,
}

impl Clock for TestClock {
    fn now(&self) -> i64 {
        let now = self.fixed.now();
        let in_a_transaction = std::thread::current().name().is_some_and(|name| name.starts_with("store"));
        if in_a_transaction
            && let Ok(mut meanwhile) = self.meanwhile.try_lock()
            && let Some(happen) = &mut *meanwhile
            && let Some(app) = self.app.get().and_then(Weak::upgrade)
        {
            happen(&app, now);
        }
        now
    }
}

impl World {
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    /// Starts with other settings.
    pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::begin(None, change)
    }

    /// Starts with TLS of its own, which [`Client`] does not speak.
    pub(crate) fn with_tls(change: impl FnOnce(&mut Settings)) -> Self {
        let file = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
        let tls = http::tls::config(&file("tls-cert.pem"), &file("tls-key.pem")).unwrap();
        Self::begin(Some(tls), change)
    }

    fn begin(tls: Option<rustls::ServerConfig>, change: impl FnOnce(&mut Settings)) -> Self {
        Self::on(Folder::new(), tls, change)
    }

    /// Starts on a data folder that is there.
    pub(crate) fn on(
        files: Folder,
        tls: Option<rustls::ServerConfig>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let clock = FixedClock::new(START);
        let meanwhile = Meanwhile::default();
        let (running, app, url) = serve(&files.folder, (&clock, &meanwhile), 0, tls, change);
        Self { files, clock, url, meanwhile, app, running: Some(running), starts: 1 }
    }

    /// Stops the server and starts another on the same folder.
    pub(crate) fn restart(&mut self) {
        self.stop();
        let (running, app, url) =
            serve(&self.files.folder, (&self.clock, &self.meanwhile), self.starts, None, |_| {});
        self.starts += 1;
        (self.running, self.app, self.url) = (Some(running), app, url);
    }

    /// Does something with the server's insides.
    pub(crate) fn inside<T>(&self, work: impl AsyncFnOnce(&App) -> T) -> T {
        let app = self.app.upgrade().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(work(&app))
    }

    /// Does what is due by the schedule.
    pub(crate) fn tick(&self) {
        self.inside(async |app| schedule::tick(app).await);
    }

    /// Sends what is due of letters.
    pub(crate) fn mail_tick(&self) {
        self.inside(async |app| letters::worker::tick(app).await);
    }

    pub(crate) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().unwrap();
        }
    }

    /// Nobody in particular.
    pub(crate) fn anyone(&self) -> Client {
        Client { url: self.url.clone(), headers: Vec::new() }
    }

    /// Chooses the password of a member by a code and signs them in.
    pub(crate) fn activate(&self, member_no: &str, code: &str) -> Client {
        let body = json!({ "member_no": member_no, "code": code, "password": PASSWORD });
        assert_eq!(self.anyone().post("/api/v1/activations", &body).status, 201);
        self.sign_in(member_no)
    }

    /// Signs a member in who has [`PASSWORD`].
    pub(crate) fn sign_in(&self, member_no: &str) -> Client {
        let body = json!({ "member_no": member_no, "password": PASSWORD, "kind": "bearer" });
        let reply = self.anyone().post("/api/v1/sessions", &body);
        assert_eq!(reply.status, 201, "{}", reply.body);
        self.anyone().with("authorization", &format!("Bearer {}", reply.text("token")))
    }

    /// The first officer, activated.
    pub(crate) fn officer(&self) -> Client {
        self.activate("1", &self.files.officer_code)
    }

    /// The first officer and everybody on [`ROLL`], activated and with the roles that their names say.
    pub(crate) fn everybody(&self) -> Everybody {
        let first = self.officer();
        assert_eq!(first.post("/api/v1/roll/imports", &json!({ "csv": ROLL })).status, 200);
        for (role, member_no) in [("delegate", "200"), ("officer", "300"), ("observer", "400")] {
            let reply = first.post("/api/v1/roles", &json!({ "role": role, "member_no": member_no }));
            assert_eq!(reply.status, 201, "{}", reply.body);
        }
        let codes = first.post("/api/v1/roll/activations", &json!({}));
        let codes = codes.json["codes"].as_array().unwrap().clone();
        let enter = |member_no: &str| {
            let code = codes.iter().find(|code| code["member_no"] == member_no).unwrap();
            self.activate(member_no, code["code"].as_str().unwrap())
        };
        Everybody {
            member: enter("100"),
            delegate: enter("200"),
            officer: enter("300"),
            observer: enter("400"),
            first,
        }
    }

    /// Wrong sign-ins from here no longer count.
    pub(crate) fn forget_address(&self) {
        self.clock.advance(15 * 60);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let stopped = running.stop();
            if !std::thread::panicking() {
                stopped.unwrap();
            }
        }
    }
}

/// Clients of the first officer and everybody on [`ROLL`].
pub(crate) struct Everybody {
    pub(crate) first: Client,
    pub(crate) member: Client,
    pub(crate) delegate: Client,
    pub(crate) officer: Client,
    pub(crate) observer: Client,
}

fn serve(
    folder: &DataFolder,
    (fixed, meanwhile): (&FixedClock, &Meanwhile),
    start: u64,
    tls: Option<rustls::ServerConfig>,
    change: impl FnOnce(&mut Settings),
) -> (Running, Weak<App>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut settings = Settings::new(url.parse().unwrap());
    settings.password_cost = Cost::LEAST;
    change(&mut settings);
    let slot = Arc::new(OnceLock::new());
    let clock = TestClock { fixed: fixed.clone(), meanwhile: Arc::clone(meanwhile), app: Arc::clone(&slot) };
    let app = App::open(folder.clone(), settings, Arc::new(clock), Entropy::seeded(2 + start)).unwrap();
    let app = Arc::new(app);
    let weak = Arc::downgrade(&app);
    slot.set(weak.clone()).unwrap();
    (http::start(app, listener, tls, Signals::Ignore, Ticking::ByHand).unwrap(), weak, url)
}

/// The reply of a deed that may take two people, after `officer` has approved it where it does.
pub(crate) fn by_two(reply: Reply, officer: &Client) -> Reply {
    if reply.status != 202 {
        return reply;
    }
    let path = format!("/api/v1/proposals/{}/approval", reply.json["id"]);
    officer.post(&path, &json!({ "digest": reply.text("digest") }))
}

/// Sends requests with the same headers.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) url: String,
    headers: Vec<(String, String)>,
}

/// A reply.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: String,
    /// `Null` if the body is no JSON.
    pub(crate) json: Value,
}

impl Reply {
    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// A text of the JSON body.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.json[field].as_str().unwrap_or_else(|| panic!("no {field} in {}", self.body))
    }

    /// Checks that it is a well-formed problem document of this code.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status, self.json["code"].as_str()), (status, Some(code)), "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.json["type"], format!("urn:scrutineer:problem:{code}"));
        assert_eq!(self.json["status"], status);
        assert_eq!(self.json["request_id"], self.header("x-request-id"));
        assert!(self.text("detail").ends_with(['.', '!', '?']) && !self.text("title").is_empty());
        self
    }
}

impl Client {
    /// The same with one header more.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send("GET", path, None, "")
    }

    pub(crate) fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, None, "")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, Some("application/json"), &body.to_string())
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Reply {
        self.send("PUT", path, Some("application/json"), &body.to_string())
    }

    /// Orders a deed that has no particulars.
    pub(crate) fn order(&self, path: &str) -> Reply {
        self.send("POST", path, None, "")
    }

    /// Says that a JSON body of so many bytes comes, and sends none: the status of the answer.
    pub(crate) fn announce(&self, method: &str, path: &str, bytes: u64) -> u16 {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {bytes}\r\n"
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut stream = TcpStream::connect(self.url.trim_start_matches("http://")).unwrap();
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        let mut reply = [0; 12];
        stream.read_exact(&mut reply).unwrap();
        std::str::from_utf8(&reply[9..]).unwrap().parse().unwrap()
    }

    /// Any request.
    pub(crate) fn send(&self, method: &str, path: &str, content_type: Option<&str>, body: &str) -> Reply {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        let agent = ureq::Agent::new_with_config(config);
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let request = request.body(body.to_owned()).unwrap();
        let mut reply = if content_type.is_some() {
            agent.run(request).unwrap()
        } else {
            agent.run(request.map(|_| ())).unwrap()
        };
        // What is compressed is no text; tests look at its headers alone.
        let body = String::from_utf8_lossy(&reply.body_mut().read_to_vec().unwrap()).into_owned();
        let json = serde_json::from_str(&body).unwrap_or_default();
        Reply { status: reply.status().as_u16(), headers: reply.headers().clone(), body, json }
    }
}
