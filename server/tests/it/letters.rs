//! Letters from the deed to the mailbox, on a clock that the tests move and with a mail server in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use scrutineer_ballot::code::VotingCode;
use scrutineer_letters::{Mailer, Memory, Outgoing, SendError, Sender};
use scrutineer_server::app::Settings;
use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, START};
use crate::union::{Ballot, Union, YES_NO, good, no, yes};

const HOUR: i64 = 60 * 60;

/// A union whose server sends letters into memory.
pub(crate) fn with_mail(members: usize) -> (Union, Memory) {
    with_mail_and(members, |_| {})
}

pub(crate) fn with_mail_and(members: usize, change: impl FnOnce(&mut Settings)) -> (Union, Memory) {
    let memory = Memory::default();
    let mailer = mailer(&memory);
    let union = Union::with(members, |settings| {
        settings.mail = Some(mailer);
        change(settings);
    });
    (union, memory)
}

pub(crate) fn mailer(memory: &Memory) -> Mailer {
    let sender = Sender {
        name: Some("Test Union".to_owned()),
        address: "vote@union.example".parse().unwrap(),
        reply_to: None,
        return_path: None,
    };
    Mailer::new(Arc::new(memory.clone()), sender, "vote.union.example").with_limits(100_000, 4)
}

/// An officer sees a test letter arrive.
pub(crate) fn test_mail(union: &Union, memory: &Memory) {
    let officer = union.world.sign_in("300");
    good(officer.order("/api/v1/letters/tests"));
    union.world.mail_tick();
    let came = memory.take();
    let [letter] = came.as_slice() else { panic!("{} letters", came.len()) };
    assert_eq!(letter.to.as_str(), "olga@example.org");
    good(officer.post("/api/v1/letters/tests/confirmation", &json!({ "number": number_in(letter) })));
}

/// The six digits of a test letter.
pub(crate) fn number_in(letter: &Outgoing) -> String {
    let is_number = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    letter
        .rendered
        .text
        .split_whitespace()
        .map(|word| word.trim_matches('.'))
        .find(is_number)
        .unwrap()
        .to_owned()
}

/// Confirms letters with what their preview says.
#[track_caller]
pub(crate) fn confirm(client: &Client, ballot: &Ballot, kind: &str, more: &Value) -> Value {
    let path = format!("{}/letters/{kind}", ballot.path);
    let shown = good(client.get(&path)).json;
    let mut body = json!({ "recipients": shown["recipients"], "digest": shown["digest"] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    good(client.post(&path, &body)).json
}

/// The run with a number, as the list shows it.
pub(crate) fn run(union: &Union, number: &Value) -> Value {
    let runs =
        good(union.world.sign_in("300").get("/api/v1/letters")).json["runs"].as_array().unwrap().clone();
    runs.into_iter().find(|run| run["number"] == *number).unwrap()
}

/// The member numbers to which letters went, sorted.
pub(crate) fn to(letters: &[Outgoing]) -> Vec<String> {
    let mut to: Vec<_> =
        letters.iter().map(|letter| letter.to.as_str().split('@').next().unwrap().to_owned()).collect();
    to.sort();
    to
}

/// The voting code in the link of a letter.
pub(crate) fn code_in(letter: &Outgoing, ballot: &Ballot) -> Option<VotingCode> {
    let link = format!("/ballots/{}/vote#", ballot.id);
    let (_, after) = letter.rendered.text.split_once(&link)?;
    let code = after.split_whitespace().next().unwrap();
    assert!(letter.rendered.html.contains(&format!("{link}{code}")));
    Some(VotingCode::parse(code).unwrap())
}

/// Freezes a ballot, sends its codes by e-mail, opens it and lets the letters go.
pub(crate) fn opened_by_mail(union: &mut Union, memory: &Memory, file: &str) -> Ballot {
    let mut ballot = union.freeze_without_codes(file, false);
    test_mail(union, memory);
    confirm(&union.delegate, &ballot, "open", &json!({}));
    good(union.order(&ballot, "opening"));
    union.world.mail_tick();
    for letter in memory.take() {
        let member_no = to(std::slice::from_ref(&letter)).remove(0);
        ballot.codes.insert(member_no, code_in(&letter, &ballot).unwrap());
    }
    ballot
}

fn codes_kept(union: &Union) -> i64 {
    let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    database.query_row("SELECT count(*) FROM code", [], |row| row.get(0)).unwrap()
}

pub(crate) fn email_of(union: &Union, member_no: &str) -> (String, i64) {
    let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    let sql = "SELECT state, code FROM delivery WHERE member_no = ?1 AND channel = 'email'";
    database.query_row(sql, [member_no], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

#[test]
fn codes_go_by_email_when_the_ballot_opens_and_members_are_told_of_their_votes() {
    let (mut union, memory) = with_mail(6);
    let mut ballot = union.freeze_without_codes(YES_NO, false);
    let path = format!("{}/letters/open", ballot.path);

    let shown = good(union.delegate.get(&path)).json;
    assert_eq!(
        (&shown["recipients"], &shown["with_code"], &shown["at_most"]),
        (&json!(6), &json!(6), &json!(false))
    );
    assert_eq!(shown["by_language"], json!({ "en": 2, "es": 2, "pl": 2 }));
    assert!(shown["sample"]["text"].as_str().unwrap().contains("SAMP-LE"), "{shown}");
    let body = json!({ "recipients": 6, "digest": shown["digest"] });
    let reply = union.delegate.post(&path, &body);
    assert!(reply.is_problem(409, "conflict").text("detail").contains("letters test"), "{}", reply.body);
    test_mail(&union, &memory);
    union.delegate.post(&path, &json!({ "recipients": 5 })).is_problem(409, "conflict");
    union.delegate.post(&path, &json!({ "recipients": 6, "digest": "00" })).is_problem(409, "conflict");
    let at = json!({ "recipients": 6, "at": "2027-01-16T09:00:00" });
    union.delegate.post(&path, &at).is_problem(422, "invalid");
    assert_eq!(good(union.delegate.post(&path, &body)).json["state"], "waiting");
    union.delegate.post(&path, &body).is_problem(409, "conflict");

    // Nobody fetches them any more, and nothing leaves before it opens.
    union.delegate.get(&format!("{}/codes", ballot.path)).is_problem(409, "conflict");
    union.world.mail_tick();
    assert_eq!((memory.take().len(), codes_kept(&union)), (0, 6));
    assert_eq!(email_of(&union, &no(0)), ("queued".to_owned(), 1));
    good(union.order(&ballot, "opening"));
    union.world.mail_tick();
    let letters = memory.take();
    assert_eq!(to(&letters), (0..6).map(no).collect::<Vec<_>>());
    assert_eq!(codes_kept(&union), 0, "what a mail server has taken is erased here");
    assert_eq!(email_of(&union, &no(0)), ("sent".to_owned(), 1));
    for letter in &letters {
        let member_no = letter.to.as_str().split('@').next().unwrap().to_owned();
        ballot.codes.insert(member_no, code_in(letter, &ballot).unwrap());
    }
    union.world.mail_tick();
    assert_eq!((memory.take().len(), run(&union, &json!(1))["state"].clone()), (0, json!("done")));

    // One votes, another votes twice within the hour: one letter each, when the hour is over.
    for i in [0, 1] {
        assert_eq!(union.vote(&ballot, &no(i), &yes()).status, 201);
    }
    union.world.clock.advance(60);
    assert_eq!(union.vote(&ballot, &no(1), &yes()).status, 201);
    union.world.mail_tick();
    assert_eq!(memory.take().len(), 0, "a cast queues nothing");
    union.world.clock.advance(HOUR);
    union.world.mail_tick();
    let told = memory.take();
    assert_eq!(to(&told), [no(0), no(1)]);
    for letter in &told {
        assert!(!letter.rendered.text.contains("vote#"), "no code");
    }
    union.world.clock.advance(HOUR);
    union.world.mail_tick();
    assert_eq!(memory.take().len(), 0, "told once");
    union.member_again(&no(0));
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    union.world.clock.advance(HOUR);
    union.world.mail_tick();
    let replaced = memory.take();
    assert_eq!(to(&replaced), [no(0)]);
    assert_ne!(
        replaced[0].rendered.subject,
        told.iter().find(|one| one.to == replaced[0].to).unwrap().rendered.subject
    );
}

#[test]
fn five_wrong_numbers_end_a_test_letter() {
    let (union, memory) = with_mail(1);
    let officer = union.world.sign_in("300");
    let confirm =
        |number: &str| officer.post("/api/v1/letters/tests/confirmation", &json!({ "number": number }));
    confirm("123456").is_problem(409, "conflict");
    good(officer.order("/api/v1/letters/tests"));
    union.world.mail_tick();
    let number = number_in(&memory.take()[0]);
    let wrong = if number == "000000" { "000001" } else { "000000" };
    for left in (1..5).rev() {
        let reply = confirm(wrong);
        assert!(reply.is_problem(422, "invalid").text("detail").contains(&left.to_string()));
    }
    confirm(wrong).is_problem(409, "conflict");
    confirm(&number).is_problem(409, "conflict");
    good(officer.order("/api/v1/letters/tests"));
    union.world.mail_tick();
    let another = number_in(&memory.take()[0]);
    good(confirm(&format!(" {another} ")));
    confirm(&another).is_problem(409, "conflict");
}

#[test]
fn a_letter_that_is_not_taken_is_tried_again_as_the_same_letter_and_a_refused_code_is_handed_out() {
    let (mut union, memory) = with_mail(3);
    let ballot = union.freeze_without_codes(YES_NO, false);
    test_mail(&union, &memory);
    confirm(&union.delegate, &ballot, "open", &json!({}));
    good(union.order(&ballot, "opening"));
    let (later, never) = (no(0), no(1));
    let tried: Arc<std::sync::Mutex<Vec<String>>> = Arc::default();
    let (seen, busy) = (Arc::clone(&tried), Arc::new(AtomicBool::new(true)));
    let still = Arc::clone(&busy);
    memory.judge(move |letter| {
        let member_no = letter.to.as_str().split('@').next().unwrap();
        if member_no == later {
            seen.lock().unwrap().push(letter.id.to_string());
            if still.load(Ordering::SeqCst) {
                return Err(SendError::Later { status: "4.7.1".to_owned() });
            }
        }
        if member_no == never {
            return Err(SendError::Never { status: "5.1.1".to_owned() });
        }
        Ok(())
    });
    for _ in 0..3 {
        union.world.mail_tick();
    }
    assert_eq!((tried.lock().unwrap().len(), to(&memory.take())), (1, vec![no(2)]));
    union.world.clock.advance(59);
    union.world.mail_tick();
    assert_eq!(tried.lock().unwrap().len(), 1, "not before a minute");
    union.world.clock.advance(61);
    union.world.mail_tick();
    assert_eq!(tried.lock().unwrap().len(), 2);
    union.world.clock.advance(4 * 60);
    union.world.mail_tick();
    assert_eq!(tried.lock().unwrap().len(), 2, "then not before five");
    busy.store(false, Ordering::SeqCst);
    union.world.clock.advance(3 * 60);
    union.world.mail_tick();
    let came = memory.take();
    assert_eq!(to(&came), [no(0)]);
    let ids = tried.lock().unwrap().clone();
    assert!(ids.len() == 3 && ids.iter().all(|id| *id == came[0].id.to_string()), "{ids:?}");

    // The code that was refused is fetched by whoever froze the ballot, and no other.
    assert_eq!(email_of(&union, &no(1)), ("bounced".to_owned(), 1));
    let fetched = good(union.delegate.get(&format!("{}/codes", ballot.path))).json;
    let codes = fetched["codes"].as_array().unwrap();
    assert_eq!((codes.len(), &codes[0]["member_no"]), (1, &json!(no(1))));
    // And no other letter goes to that address.
    let shown = good(union.delegate.get(&format!("{}/letters/reminder", ballot.path))).json;
    assert_eq!((&shown["recipients"], &shown["bounced"]), (&json!(2), &json!(1)));
}

#[test]
fn a_letter_that_nobody_takes_is_given_up_after_two_days() {
    let (mut union, memory) = with_mail(2);
    let ballot = union.freeze_without_codes(YES_NO, false);
    test_mail(&union, &memory);
    confirm(&union.delegate, &ballot, "open", &json!({}));
    good(union.order(&ballot, "opening"));
    let first = no(0);
    memory.judge(move |letter| match letter.to.as_str().starts_with(&first) {
        true => Err(SendError::Later { status: "4.2.2".to_owned() }),
        false => Ok(()),
    });
    for _ in 0..50 {
        union.world.mail_tick();
        union.world.clock.advance(HOUR);
    }
    assert_eq!(email_of(&union, &no(0)), ("bounced".to_owned(), 1));
    assert_eq!(to(&memory.take()), [no(1)]);
    let run = run(&union, &json!(1));
    assert_eq!((&run["state"], &run["sent"], &run["bounced"]), (&json!("done"), &json!(1), &json!(1)));
}

#[test]
fn runs_go_in_stages_and_stop_by_themselves_when_too_many_come_back() {
    let (mut union, memory) = with_mail_and(60, |settings| settings.letters.stages = [20, 30]);
    let ballot = union.freeze(YES_NO);
    let path = ballot.path.clone();
    memory.judge(|letter| {
        let number: u64 = letter.to.as_str().split('@').next().unwrap().parse().unwrap();
        match number % 4 {
            0 => Err(SendError::Never { status: "5.1.1".to_owned() }),
            _ => Ok(()),
        }
    });
    let number = confirm(&union.delegate, &ballot, "notice", &json!({}))["number"].clone();
    let sent = |union: &Union| {
        let run = run(union, &number);
        (
            run["sent"].as_u64().unwrap() + run["bounced"].as_u64().unwrap(),
            run["state"].as_str().unwrap().to_owned(),
        )
    };
    union.world.mail_tick();
    assert_eq!(sent(&union), (20, "sending".to_owned()));
    union.world.mail_tick();
    let (tried, state) = sent(&union);
    let came_back = run(&union, &number)["bounced"].as_u64().unwrap();
    // Whether five of the twenty were among them is chance; the next stage of thirty has them.
    if came_back < 5 {
        assert_eq!((tried, state.as_str()), (20, "sending"), "there is time for letters to come back");
        union.world.clock.advance(10 * 60);
        union.world.mail_tick();
        union.world.mail_tick();
    }
    let stopped = run(&union, &number);
    assert_eq!(stopped["state"], "stopped", "{stopped}");
    assert!(stopped["note"].as_str().unwrap().contains("more than 5%"));
    union.world.clock.advance(10 * 60);
    union.world.mail_tick();
    assert_eq!(run(&union, &number)["sent"], stopped["sent"], "nothing more is sent");
    let order = |deed: &str| union.delegate.order(&format!("/api/v1/letters/runs/{number}/{deed}"));
    order("pause").is_problem(409, "conflict");
    assert_eq!(good(order("resumption")).json["state"], "sending");
    union.world.mail_tick();
    assert_ne!(run(&union, &number)["state"], "stopped", "what came back before was seen");
    assert_eq!(good(order("cancellation")).json["state"], "cancelled");
    order("resumption").is_problem(409, "conflict");
    let before = memory.take().len();
    union.world.clock.advance(HOUR);
    union.world.mail_tick();
    assert_eq!((memory.take().len(), before > 0), (0, true));
    union.world.sign_in("200").order("/api/v1/letters/runs/99/pause").is_problem(404, "not_found");
    assert!(path.contains("ballots"));
}

#[test]
fn a_wrong_password_stops_everything_says_so_and_does_not_try_on() {
    let (mut union, memory) = with_mail(3);
    let ballot = union.freeze(YES_NO);
    let tries = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counted = Arc::clone(&tries);
    memory.judge(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Err(SendError::Misconfigured("the mail server does not take the password".to_owned()))
    });
    confirm(&union.delegate, &ballot, "notice", &json!({}));
    for _ in 0..5 {
        union.world.mail_tick();
        union.world.clock.advance(60);
    }
    // Those that were on the threads at the same moment, and none after them.
    assert!((1..=4).contains(&tries.load(Ordering::SeqCst)));
    let list = good(union.delegate.get("/api/v1/letters")).json;
    assert_eq!(list["mail"]["fault"], "the mail server does not take the password");
    memory.judge(|_| Ok(()));
    union.world.clock.advance(15 * 60);
    union.world.mail_tick();
    assert_eq!(to(&memory.take()), [no(0), no(1), no(2)], "none is lost");
    let list = good(union.world.sign_in("200").get("/api/v1/letters")).json;
    assert_eq!(list["mail"]["fault"], Value::Null);
}

#[test]
fn cancelling_letters_with_codes_gives_the_codes_back() {
    let (mut union, memory) = with_mail(2);
    let ballot = union.freeze_without_codes(YES_NO, false);
    test_mail(&union, &memory);
    let number = confirm(&union.delegate, &ballot, "open", &json!({}))["number"].clone();
    good(union.delegate.order(&format!("/api/v1/letters/runs/{number}/cancellation")));
    let reply = union.order(&ballot, "opening");
    assert!(reply.is_problem(409, "conflict").text("detail").contains("codes fetch"));
    assert_eq!(
        good(union.delegate.get(&format!("{}/codes", ballot.path))).json["codes"].as_array().unwrap().len(),
        2
    );
    good(union.order(&ballot, "codes/confirmation"));
    // Those who have their codes in hand get letters without.
    confirm(&union.delegate, &ballot, "open", &json!({}));
    good(union.order(&ballot, "opening"));
    union.world.mail_tick();
    let letters = memory.take();
    assert_eq!(letters.len(), 2);
    assert!(letters.iter().all(|letter| code_in(letter, &ballot).is_none()));
}

#[test]
fn employers_addresses_get_no_codes() {
    let (mut union, memory) = with_mail(3);
    let ballot = union.freeze_without_codes(YES_NO, false);
    test_mail(&union, &memory);
    let officer = union.world.sign_in("300");
    good(officer.post("/api/v1/employer-domains", &json!({ "domain": "example.org" })));
    let shown = good(union.delegate.get(&format!("{}/letters/open", ballot.path))).json;
    assert_eq!(
        (&shown["with_code"], &shown["employer"], &shown["recipients"]),
        (&json!(0), &json!(3), &json!(3)),
        "everybody hears that it is open, nobody gets a code there"
    );
    confirm(&union.delegate, &ballot, "open", &json!({}));
    assert!(union.order(&ballot, "opening").is_problem(409, "conflict").text("detail").contains("codes"));
    assert_eq!(
        good(union.delegate.get(&format!("{}/codes", ballot.path))).json["codes"].as_array().unwrap().len(),
        3
    );
}

#[test]
fn reminders_go_to_those_who_have_not_voted_and_tell_nobody_how_many() {
    let (mut union, memory) = with_mail(5);
    let times = "opens = 2027-01-15T09:00:00\ncloses = 2027-01-20T09:00:00\n";
    let ballot = union.freeze(&format!("{times}{}", YES_NO.replace("America/Chicago", "UTC")));
    union.world.clock.set(START + HOUR);
    union.world.tick();
    union.delegate = union.world.sign_in("200");
    assert_eq!(good(union.delegate.get(&ballot.path)).json["state"], "open");
    for i in [1, 3] {
        assert_eq!(union.vote(&ballot, &no(i), &yes()).status, 201);
    }
    let path = format!("{}/letters/reminder", ballot.path);
    let shown = good(union.delegate.get(&path)).json;
    assert_eq!(
        (&shown["recipients"], &shown["at_most"]),
        (&json!(5), &json!(true)),
        "whoever has voted counts too"
    );
    let bad = |more: Value| {
        let mut body = json!({ "recipients": 5 });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let reply = union.delegate.post(&path, &body);
        assert_eq!(reply.status, 422, "{}", reply.body);
    };
    bad(json!({ "at": "2027-01-20T08:30:00" }));
    bad(json!({ "at": "2027-01-20T10:00:00" }));
    bad(json!({ "at": "2027-01-14T10:00:00" }));
    bad(json!({ "at": "tomorrow" }));
    bad(json!({ "at": "2027-01-17T10:00:00", "minutes_before_close": 90 }));
    let first = confirm(&union.delegate, &ballot, "reminder", &json!({}));
    bad(json!({ "at": "2027-01-15T20:00:00" }));
    union.world.mail_tick();
    assert_eq!(to(&memory.take()), [no(0), no(2), no(4)]);
    union.world.mail_tick();
    let shown = run(&union, &first["number"]);
    assert_eq!(
        (&shown["state"], &shown["sent"], &shown["recipients"]),
        (&json!("done"), &Value::Null, &json!(5))
    );
    assert_eq!(letters_kept(&union), 0, "sent and gone");

    confirm(&union.delegate, &ballot, "reminder", &json!({ "at": "2027-01-17T09:00:00" }));
    let third = confirm(&union.delegate, &ballot, "reminder", &json!({ "minutes_before_close": 120 }));
    let reply = union.delegate.post(&path, &json!({ "recipients": 5, "at": "2027-01-18T09:00:00" }));
    assert!(reply.is_problem(409, "conflict").text("detail").contains('3'));
    let soon = confirm(&union.delegate, &ballot, "closing_soon", &json!({ "minutes_before_close": 30 }));
    // The deadline moves, and with it what was set by it.
    let body = json!({ "until": "2027-01-21T09:00:00" });
    good(union.by_two(union.delegate.post(&format!("{}/extension", ballot.path), &body)));
    for (before, now) in [(&third, 120), (&soon, 30)] {
        let moved = run(&union, &before["number"])["at"].as_i64().unwrap();
        assert_eq!(moved - before["at"].as_i64().unwrap(), 24 * HOUR, "{now}");
    }
    good(union.delegate.order(&format!("/api/v1/letters/runs/{}/pause", third["number"])));
    union.world.clock.advance(2 * 24 * HOUR);
    union.world.mail_tick();
    assert_eq!(to(&memory.take()), [no(0), no(2), no(4)], "the second");
    union.world.clock.set(soon["at"].as_i64().unwrap() + 24 * HOUR);
    union.world.mail_tick();
    assert_eq!(to(&memory.take()), [no(0), no(2), no(4)], "that voting ends soon; the third is paused");
    union.world.clock.advance(HOUR);
    union.world.tick();
    let ended = run(&union, &third["number"]);
    assert_eq!((&ended["state"], &ended["note"]), (&json!("cancelled"), &json!("voting has ended")));
    assert_eq!(run(&union, &first["number"])["sent"], 0, "in whole tens, once voting has ended");
}

pub(crate) fn letters_kept(union: &Union) -> i64 {
    let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    let sql =
        "SELECT count(*) FROM letter WHERE kind IN ('reminder', 'closing_soon', 'recorded', 'replaced')";
    database.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn the_result_says_to_each_whether_a_vote_was_recorded() {
    let (mut union, memory) = with_mail(3);
    let ballot = opened_by_mail(&mut union, &memory, YES_NO);
    for i in [0, 1] {
        assert_eq!(union.vote(&ballot, &no(i), &yes()).status, 201);
    }
    let path = format!("{}/letters/result", ballot.path);
    union.delegate.get(&path).is_problem(409, "conflict");
    good(union.order(&ballot, "closing"));
    confirm(&union.delegate, &ballot, "result", &json!({}));
    union.world.mail_tick();
    let letters = memory.take();
    assert_eq!(to(&letters), [no(0), no(1), no(2)]);
    let text = |i: usize| {
        let letter = letters.iter().find(|letter| letter.to.as_str().starts_with(&no(i))).unwrap();
        letter.rendered.text.to_string()
    };
    // The three write in three languages; the outcome stands in each, and whether a vote was recorded differs.
    assert!(text(0).contains("A vote was recorded for you"), "{}", text(0));
    assert!(!text(0).contains("No vote was recorded"), "{}", text(0));
    assert_ne!(text(1), text(2));
    union.delegate.post(&path, &json!({ "recipients": 3 })).is_problem(409, "conflict");
}

#[test]
fn activation_codes_go_by_email_and_work_however_often_a_letter_is_tried() {
    let (union, memory) = with_mail(3);
    let officer = union.world.sign_in("300");
    union.delegate.get("/api/v1/letters/activation").is_problem(403, "forbidden");
    let shown = good(officer.get("/api/v1/letters/activation")).json;
    assert_eq!(shown["recipients"], 3, "officers and those who have a password are left out");
    memory.judge(|_| Err(SendError::Later { status: "4.3.2".to_owned() }));
    let body = json!({ "recipients": 3, "digest": shown["digest"] });
    good(officer.post("/api/v1/letters/activation", &body));
    union.world.mail_tick();
    memory.judge(|_| Ok(()));
    union.world.clock.advance(2 * 60);
    union.world.mail_tick();
    let letters = memory.take();
    assert_eq!(to(&letters), [no(0), no(1), no(2)]);
    let is_code = |word: &&str| word.len() == 19 && word.split('-').count() == 4;
    for letter in &letters {
        let code = letter.rendered.text.split_whitespace().find(is_code).unwrap();
        let member_no = letter.to.as_str().split('@').next().unwrap();
        let body = json!({ "member_no": member_no, "code": code, "password": PASSWORD });
        good(union.world.anyone().post("/api/v1/activations", &body));
    }
    officer.post("/api/v1/letters/activation", &body).is_problem(409, "conflict");
}

#[test]
fn without_mail_nothing_can_be_sent_and_everything_else_is_as_before() {
    let mut union = Union::new(1);
    let ballot = union.freeze(YES_NO);
    let officer = union.world.sign_in("300");
    good(officer.get(&format!("{}/letters/notice", ballot.path)));
    let reply = officer.post(&format!("{}/letters/notice", ballot.path), &json!({ "recipients": 1 }));
    assert!(reply.is_problem(409, "conflict").text("detail").contains("--mail"));
    officer.order("/api/v1/letters/tests").is_problem(409, "conflict");
    officer.get(&format!("{}/letters/recorded", ballot.path)).is_problem(422, "invalid");
    officer.get(&format!("{}/letters/birthday", ballot.path)).is_problem(404, "not_found");
    officer.get(&format!("{}/letters/activation", ballot.path)).is_problem(422, "invalid");
    assert_eq!(good(officer.get("/api/v1/letters")).json["mail"]["configured"], false);
    union.world.mail_tick();
}
