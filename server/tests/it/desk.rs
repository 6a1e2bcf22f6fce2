//! The desk, and members who ask for a code themselves.

mod addresses;
mod itself;
mod own;
mod races;

use std::sync::Arc;

use scrutineer_ballot::code::VotingCode;
use scrutineer_letters::{Mailer, Memory, Sender};
use scrutineer_server::actions::letters::worker;
use serde_json::{Value, json};

use crate::support::{Client, Reply};
use crate::union::{Ballot, Union, YES_NO, good, no};

/// The ballot of these tests, with spares for everybody.
pub(crate) fn file() -> String {
    YES_NO.replace("spares = 2", "spares = 8")
}

/// A union whose server sends mail, with what was sent. Everybody has an address, and member 1002 a fact.
pub(crate) fn with_mail(members: usize) -> (Union, Memory) {
    let memory = Memory::default();
    let transport = memory.clone();
    let union = Union::with(members, |settings| {
        let address = "vote@union.example".parse().unwrap();
        let sender = Sender { name: None, address, reply_to: None, return_path: None };
        settings.mail = Some(Mailer::new(Arc::new(transport), sender, "vote.union.example"));
    });
    import(&union, members, address);
    (union, memory)
}

/// The address of member `i` when nothing was changed.
pub(crate) fn address(i: usize) -> String {
    format!("m{}@home.example", no(i))
}

/// Imports the roll with these addresses.
fn import(union: &Union, members: usize, email: impl Fn(usize) -> String) -> Value {
    let mut roll = "member_no,name,unit,standing,classification,email,fact\n\
                    200,Dan Delegate,Office,good,,,\n300,Olga Officer,Office,good,,,\n400,Obi Observer,Office,good,,,\n"
        .to_owned();
    for i in 0..members {
        let (number, name, unit) = (no(i), 99 - i % 100, i % 3);
        let fact = if i == 1 { "Blue Bicycle" } else { "" };
        roll.push_str(&format!(
            "{number},Teacher {name:02},School {unit},good,Teacher,{},{fact}\n",
            email(i)
        ));
    }
    good(officer(union).post("/api/v1/roll/imports", &json!({ "csv": roll }))).json
}

/// Imports it, tells the old addresses, and lets the hour pass until the new ones are in use.
fn import_and_wait(union: &Union, memory: &Memory, members: usize, email: impl Fn(usize) -> String) {
    import(union, members, email);
    assert_eq!(sent(union, memory).len(), members, "each old address is told");
    union.world.clock.advance(3600);
    union.world.tick();
}

/// The first officer, signed in now: hours pass in these tests.
fn officer(union: &Union) -> Client {
    union.world.sign_in("1")
}

/// Sends what is due: the letters that left, by address, with their texts.
pub(crate) fn sent(union: &Union, memory: &Memory) -> Vec<(String, String)> {
    union.world.tick();
    union.world.inside(async |app| worker::tick(app).await);
    let letters = memory.take();
    letters.iter().map(|one| (one.to.as_str().to_owned(), one.rendered.text.to_string())).collect()
}

/// The voting code in the link of a letter.
fn code_in(letter: &str) -> VotingCode {
    let link = letter.split_whitespace().find(|word| word.contains("/vote#")).unwrap();
    VotingCode::parse(link.split_once('#').unwrap().1).unwrap()
}

/// The permit in a letter.
fn permit_in(letter: &str) -> String {
    let is_permit = |word: &&str| word.len() == 19 && word.matches('-').count() == 3;
    letter.split_whitespace().find(is_permit).unwrap_or_else(|| panic!("{letter}")).to_owned()
}

fn reissue(union: &Union, ballot: &Ballot, member_no: &str) -> Reply {
    officer(union).post(&format!("{}/reissues", ballot.path), &json!({ "member_nos": [member_no] }))
}

fn show(union: &Union, member_no: &str) -> Value {
    good(officer(union).get(&format!("/api/v1/desk/members/{member_no}"))).json
}

/// A number from the database.
fn count(union: &Union, sql: &str) -> i64 {
    let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    database.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Sends a form as a browser does.
pub(crate) fn no_code_form(client: &Client, path: &str, fields: &[(&str, &str)]) -> Reply {
    let encoded = |text: &str| {
        text.bytes()
            .map(|byte| match byte {
                byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect::<String>()
    };
    let body: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let client = client.with("origin", &client.url);
    client.send("POST", path, Some("application/x-www-form-urlencoded"), &body.join("&"))
}
