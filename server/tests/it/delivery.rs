//! The ledger of delivery: who notes what, who sees what of it, and what it holds up.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use scrutineer_server::domain::delivery::{Channel, Entry, State};
use scrutineer_server::store::{BallotId, Error, Mark, MarkedVotes, WriteTx};
use serde_json::{Value, json};

use crate::support::Client;
use crate::union::{Ballot, Union, YES_NO, good, no, yes};

/// Does something in the store to a ballot.
fn in_store<T: Send + 'static>(
    union: &Union,
    ballot: &Ballot,
    work: impl FnOnce(&WriteTx<'_>, BallotId) -> Result<T, Error> + Send + 'static,
) -> T {
    let id = ballot.id.clone();
    union.world.inside(async |app| {
        let work = move |tx: &WriteTx<'_>| work(tx, tx.ballots_beginning(&id)?[0].ballot);
        app.store.write("test", work).await.unwrap()
    })
}

/// As if letters with codes had been confirmed for a ballot, to all who have an address.
fn with_open_run(union: &Union, ballot: &Ballot) {
    let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    database
        .execute(
            "INSERT INTO letter_run (ballot_id, kind, state, recipients, confirmed_by, confirmed_at)
             SELECT id, 'open', 'waiting', 1, drafted_by, 0 FROM ballot WHERE uuid = ?1",
            [&ballot.id],
        )
        .unwrap();
    database
        .execute(
            "INSERT INTO delivery (ballot_id, member_no, channel, state, code, day)
             SELECT b.id, c.member_no, 'email', 'queued', 1, '2027-01-15'
               FROM ballot b JOIN box x ON x.ballot_id = b.id JOIN contact c ON c.box_id = x.id
              WHERE b.uuid = ?1 AND c.email IS NOT NULL",
            [&ballot.id],
        )
        .unwrap();
}

/// Imports the roll of a union with so many members again, each with the address that `email` gives.
fn with_addresses(union: &Union, members: usize, email: impl Fn(usize) -> String) -> Value {
    let mut roll = "member_no,name,unit,standing,classification,email\n\
                    200,Dan Delegate,Office,good,,\n300,Olga Officer,Office,good,,\n400,Obi Observer,Office,good,,\n"
        .to_owned();
    for i in 0..members {
        let (number, name, unit) = (no(i), 99 - i % 100, i % 3);
        roll.push_str(&format!("{number},Teacher {name:02},School {unit},good,Teacher,{}\n", email(i)));
    }
    let officer = &union.officers[0].0;
    good(officer.post("/api/v1/roll/imports", &json!({ "csv": roll }))).json
}

fn status(client: &Client, ballot: &Ballot) -> Value {
    good(client.get(&format!("{}/delivery", ballot.path))).json
}

fn hand(members: &[String], state: &str) -> Value {
    let entry = |no: &String| json!({ "member_no": no, "state": state });
    json!({ "channel": "hand", "entries": members.iter().map(entry).collect::<Vec<_>>() })
}

/// A delegate for one unit, who is no teacher.
fn delegate_for(union: &mut Union, unit: &str) -> Client {
    let officer = union.officers[0].0.clone();
    good(officer.post("/api/v1/roles", &json!({ "role": "delegate", "member_no": no(0), "unit": unit })));
    union.member(&no(0));
    union.member_again(&no(0))
}

#[test]
fn codes_that_were_confirmed_are_printed_and_then_handed_over_by_delegates() {
    let mut union = Union::new(9);
    let ballot = union.freeze(YES_NO);
    let path = format!("{}/deliveries", ballot.path);
    let seen = status(&union.delegate, &ballot);
    let printed = json!([{ "channel": "hand", "state": "printed", "members": 9, "with_code": 9 }]);
    assert_eq!((&seen["whole"]["counts"], &seen["whole"]["unreached"]), (&printed, &json!(0)));
    assert_eq!(seen["units"][1]["unit"], "School 1");
    assert_eq!((&seen["units"][1]["eligible"], &seen["units"][1]["reached"]), (&json!(3), &json!(3)));
    let reply = good(union.delegate.post(&path, &hand(&[no(1), no(4)], "handed_over")));
    assert_eq!(reply.json, json!({ "noted": 2, "unchanged": 0 }));
    let again = good(union.delegate.post(&path, &hand(&[no(1), no(2)], "handed_over")));
    assert_eq!(again.json, json!({ "noted": 1, "unchanged": 1 }));
    // A mistake is taken back.
    assert_eq!(good(union.delegate.post(&path, &hand(&[no(2)], "printed"))).json["noted"], 1);
    let seen = status(&union.observer, &ballot);
    assert_eq!(
        seen["whole"]["counts"],
        json!([
            { "channel": "hand", "state": "printed", "members": 7, "with_code": 7 },
            { "channel": "hand", "state": "handed_over", "members": 2, "with_code": 2 },
        ])
    );
    // A delegate for a unit notes and sees that unit.
    let delegate = delegate_for(&mut union, "School 1");
    delegate.post(&path, &hand(&[no(4), no(5)], "handed_over")).is_problem(403, "forbidden");
    assert_eq!(good(delegate.post(&path, &hand(&[no(7)], "handed_over"))).json["noted"], 1);
    let seen = status(&delegate, &ballot);
    assert_eq!(seen["units"].as_array().unwrap().len(), 1);
    assert_eq!((&seen["all_units"], &seen["whole"]["eligible"]), (&json!(false), &json!(3)));
    // The log counts and names nobody.
    let audit = union.observer.get("/api/v1/audit?limit=500").json;
    let entries = audit["entries"].as_array().unwrap();
    let noted: Vec<_> = entries.iter().filter(|entry| entry["deed"] == "deliveries_noted").collect();
    let members: Vec<_> = noted.iter().map(|entry| entry["detail"]["members"].as_u64().unwrap()).collect();
    assert_eq!(members, [2, 1, 1]);
    assert!(noted.iter().all(|entry| entry["detail"].as_object().unwrap().len() == 4));
    assert!(entries.iter().any(|entry| entry["deed"] == "hand_overs_taken_back"));
}

#[test]
fn a_report_is_noted_whole_or_not_at_all() {
    let mut union = Union::new(3);
    let ballot = union.freeze(YES_NO);
    let path = format!("{}/deliveries", ballot.path);
    let officer = union.officers[0].0.clone();
    let post = |body: &Value| union.delegate.post(&path, body);
    post(&hand(&[], "handed_over")).is_problem(422, "invalid");
    post(&hand(&[no(0), "9999".to_owned()], "handed_over")).is_problem(422, "invalid");
    post(&hand(&[no(0), no(0)], "handed_over")).is_problem(422, "invalid");
    // Letters are noted by the registrar, whom this ballot does not have.
    let sent = json!({ "channel": "post", "entries": [{ "member_no": no(0), "state": "sent" }] });
    post(&sent).is_problem(403, "forbidden");
    officer.post(&path, &sent).is_problem(403, "forbidden");
    union.observer.post(&path, &hand(&[no(0)], "handed_over")).is_problem(403, "forbidden");
    union.member(&no(1)).post(&path, &hand(&[no(1)], "handed_over")).is_problem(403, "forbidden");
    // The code that was printed is void: the new one has not been fetched.
    good(officer.post(&format!("{}/reissues", ballot.path), &json!({ "member_nos": [no(1)] })));
    let refused = union.delegate.post(&path, &hand(&[no(0), no(1)], "handed_over"));
    assert!(refused.is_problem(409, "conflict").text("detail").contains("was replaced since: 1002"));
    assert_eq!(status(&officer, &ballot)["whole"]["unreached"], 1);
    assert_eq!(status(&officer, &ballot)["whole"]["counts"][0]["state"], "printed");
    good(union.delegate.get(&format!("{}/codes", ballot.path)));
    good(union.delegate.order(&format!("{}/codes/confirmation", ballot.path)));
    assert_eq!(status(&officer, &ballot)["whole"]["unreached"], 0);
    good(union.delegate.post(&path, &hand(&[no(0), no(1)], "handed_over")));
    // No more once the result is there.
    good(union.order(&ballot, "opening"));
    good(union.order(&ballot, "closing"));
    union.delegate.post(&path, &hand(&[no(2)], "handed_over")).is_problem(409, "conflict");
}

#[test]
fn only_officers_read_who_is_out_of_reach_and_why() {
    let mut union = Union::new(5);
    let officer = union.officers[0].0.clone();
    with_addresses(&union, 5, |i| match i {
        0 => String::new(),
        1 => "b@mail.works.example".to_owned(),
        i => format!("m{i}@home.example"),
    });
    good(officer.post("/api/v1/employer-domains", &json!({ "domain": "Works.Example" })));
    let id = good(union.delegate.post("/api/v1/ballots", &json!({ "file": YES_NO })));
    let path = format!("/api/v1/ballots/{}", id.text("id"));
    officer.get(&format!("{path}/delivery")).is_problem(409, "conflict");
    let ballot = union.freeze(YES_NO);
    with_open_run(&union, &ballot);
    in_store(&union, &ballot, |tx, ballot| {
        for i in 0..5 {
            tx.void_delivered(ballot, &no(i))?;
        }
        tx.note_delivery(ballot, &no(2), Channel::Email, State::Bounced, true)?;
        tx.note_delivery(ballot, &no(3), Channel::Email, State::Queued, true)?;
        tx.note_delivery(ballot, &no(4), Channel::Email, State::Sent, true)?;
        Ok(())
    });
    let names = good(officer.get(&format!("{}/delivery/unreached", ballot.path))).json;
    let why = |member: &Value| {
        (member["member_no"].as_str().unwrap().to_owned(), member["why"].as_str().unwrap().to_owned())
    };
    let mut found: Vec<_> = names["members"].as_array().unwrap().iter().map(why).collect();
    found.sort();
    let expected = [(0, "no_address"), (1, "employers_address"), (2, "bounced"), (3, "waiting")]
        .map(|(i, why)| (no(i), why.to_owned()));
    assert_eq!(found, expected);
    let whole = status(&union.observer, &ballot)["whole"].clone();
    let counted = ["eligible", "reached", "unreached", "out_of_reach", "employers_addresses"];
    assert_eq!(counted.map(|name| whole[name].as_u64().unwrap()), [5, 1, 4, 3, 1]);
    for other in [&union.delegate, &union.observer] {
        other.get(&format!("{}/delivery/unreached", ballot.path)).is_problem(403, "forbidden");
    }
}

#[test]
fn an_employers_domain_stays_marked_while_a_ballot_is_under_way_unless_two_people_allow_it() {
    let mut union = Union::new(3);
    let officer = union.officers[0].0.clone();
    let domains = "/api/v1/employer-domains";
    with_addresses(&union, 3, |i| format!("m{i}@works.example"));
    officer.post(domains, &json!({ "domain": "@works" })).is_problem(422, "invalid");
    good(officer.post(domains, &json!({ "domain": "works.example" })));
    officer.post(domains, &json!({ "domain": "WORKS.example." })).is_problem(409, "conflict");
    good(officer.post(domains, &json!({ "domain": "other.example" })));
    good(officer.delete(&format!("{domains}/other.example")));
    officer.delete(&format!("{domains}/other.example")).is_problem(404, "not_found");
    union.delegate.post(domains, &json!({ "domain": "a.example" })).is_problem(403, "forbidden");
    let listed = good(union.observer.get(domains)).json;
    assert_eq!(listed["domains"][0]["domain"], "works.example");
    assert_eq!(listed["domains"].as_array().unwrap().len(), 1);
    let ballot = union.freeze(YES_NO);
    officer.delete(&format!("{domains}/works.example")).is_problem(409, "conflict");
    let allow = format!("{}/employer-mail", ballot.path);
    union.delegate.order(&allow).is_problem(403, "forbidden");
    let waits = officer.order(&allow);
    assert_eq!((waits.status, &waits.json["content"]["members"]), (202, &json!(3)));
    assert!(!in_store(&union, &ballot, |tx, ballot| tx.employer_mail(ballot)));
    good(union.by_two(waits));
    assert!(in_store(&union, &ballot, |tx, ballot| tx.employer_mail(ballot)));
    officer.order(&allow).is_problem(409, "conflict");
    good(union.order(&ballot, "opening"));
    good(union.order(&ballot, "closing"));
    officer.order(&allow).is_problem(409, "conflict");
    good(officer.delete(&format!("{domains}/works.example")));
}

#[test]
fn a_ballot_with_many_out_of_reach_opens_by_two_people() {
    let mut union = Union::new(20);
    with_addresses(&union, 20, |i| if i < 2 { String::new() } else { format!("m{i}@home.example") });
    let ballot = union.freeze(YES_NO);
    // Codes that are handed out are the business of those who do it.
    in_store(&union, &ballot, |tx, ballot| (0..20).try_for_each(|i| tx.void_delivered(ballot, &no(i))));
    assert!(
        good(union.delegate.get(&ballot.path)).json["waits_for"][0]
            .as_str()
            .unwrap()
            .contains("is opened by")
    );
    with_open_run(&union, &ballot);
    let shown = good(union.delegate.get(&ballot.path)).json;
    let waits = shown["waits_for"][0].as_str().unwrap();
    assert!(waits.contains("2 of 20 members have no voting code") && waits.contains("only 5 %"), "{waits}");
    let proposed = union.order(&ballot, "opening");
    assert_eq!((proposed.status, &proposed.json["kind"]), (202, &json!("open_ballot")));
    assert_eq!(proposed.json["content"]["out_of_reach"], 2);
    assert_eq!(good(union.delegate.get(&ballot.path)).json["state"], "frozen");
    good(union.by_two(proposed));
    assert_eq!(good(union.delegate.get(&ballot.path)).json["state"], "open");
    let audit = union.observer.get("/api/v1/audit?limit=500").body;
    assert!(audit.contains("\"opening_allowed\"") && audit.contains("\"approved_by\":\"300\""), "{audit}");
}

#[test]
fn a_ballot_with_few_out_of_reach_opens_by_one() {
    let mut union = Union::new(20);
    with_addresses(&union, 20, |i| if i < 1 { String::new() } else { format!("m{i}@home.example") });
    let ballot = union.freeze(YES_NO);
    in_store(&union, &ballot, |tx, ballot| (0..20).try_for_each(|i| tx.void_delivered(ballot, &no(i))));
    with_open_run(&union, &ballot);
    assert_eq!(union.order(&ballot, "opening").status, 204);
}

#[test]
fn the_schedule_waits_for_two_people_and_then_opens_at_its_time() {
    let mut union = Union::new(4);
    with_addresses(&union, 4, |_| String::new());
    let file =
        YES_NO.replace("title =", "opens = 2027-01-15T12:00:00\ncloses = 2027-01-18T12:00:00\ntitle =");
    let opens = {
        let ballot = union.freeze(&file);
        in_store(&union, &ballot, |tx, ballot| (0..4).try_for_each(|i| tx.void_delivered(ballot, &no(i))));
        with_open_run(&union, &ballot);
        let shown = good(union.delegate.get(&ballot.path)).json;
        (ballot, shown["opens"].as_i64().unwrap())
    };
    let (ballot, opens) = opens;
    let state = |union: &Union| good(union.world.anyone().get(&ballot.path)).text("state").to_owned();
    // It takes two people before its time too, and opens only then.
    let proposed = union.order(&ballot, "opening");
    assert_eq!(proposed.status, 202);
    union.world.clock.set(opens + 1);
    union.world.tick();
    assert_eq!(state(&union), "frozen");
    union.delegate = union.world.sign_in("200");
    let proposed = union.order(&ballot, "opening");
    good(union.by_two(proposed));
    assert_eq!(state(&union), "open");
}

#[test]
fn whose_code_address_or_password_was_changed_under_way_is_counted_with_the_vote() {
    let mut union = Union::new(6);
    with_addresses(&union, 6, |i| format!("m{i}@home.example"));
    // A first password is none that was changed, and neither is one before.
    union.member(&no(5));
    let ballot = union.freeze(YES_NO);
    let officer = union.officers[0].0.clone();
    good(officer.post(&format!("{}/reissues", ballot.path), &json!({ "member_nos": [no(1)] })));
    good(union.delegate.get(&format!("{}/codes", ballot.path)));
    good(union.delegate.order(&format!("{}/codes/confirmation", ballot.path)));
    good(union.order(&ballot, "opening"));
    with_addresses(&union, 6, |i| format!("m{i}@{}.example", if i == 2 { "new" } else { "home" }));
    let marked_so = in_store(&union, &ballot, |tx, ballot| tx.is_marked(ballot, &no(2), Mark::Address));
    assert!(!marked_so, "the new address waits");
    // Left out of one roll, and back on the next with another address: that is a change too.
    with_addresses(&union, 5, |i| format!("m{i}@{}.example", if i == 2 { "new" } else { "home" }));
    with_addresses(&union, 6, |i| {
        format!("m{i}@{}.example", if [2, 5].contains(&i) { "new" } else { "home" })
    });
    union.world.clock.advance(3600);
    union.world.tick();
    let officer = union.world.sign_in("1");
    union.delegate = union.world.sign_in("200");
    union.member(&no(3));
    let codes = good(officer.post("/api/v1/roll/activations", &json!({ "members": [no(3)] }))).json;
    union.world.activate(&no(3), codes["codes"][0]["code"].as_str().unwrap());
    union.member_again(&no(3));
    let marked = in_store(&union, &ballot, |tx, ballot| {
        let mut marked = Vec::new();
        for i in 0..6 {
            for mark in [Mark::Reissued, Mark::Address, Mark::Password] {
                if tx.is_marked(ballot, &no(i), mark)? {
                    marked.push((i, mark));
                }
            }
        }
        Ok(marked)
    });
    assert_eq!(marked, [(1, Mark::Reissued), (2, Mark::Address), (3, Mark::Password), (5, Mark::Address)]);
    for i in [0, 3] {
        assert_eq!(union.vote(&ballot, &no(i), &yes()).status, 201);
    }
    let before = status(&officer, &ballot);
    good(union.order(&ballot, "closing"));
    let votes = in_store(&union, &ballot, |tx, ballot| tx.marked_votes(ballot));
    assert_eq!(votes, MarkedVotes { reissued: 0, changed: 1 });
    // What is shown of delivery says nothing of who has voted, before or after.
    assert_eq!(status(&officer, &ballot), before);
}

/// Something that happens to a member's letters, slips or code.
#[derive(Clone, Copy, Debug)]
enum Happens {
    Letter(Channel, State, bool),
    Reissue,
}

fn history() -> impl Strategy<Value = Vec<(usize, Happens)>> {
    let letter = (0..3_usize, 0..6_usize, any::<bool>())
        .prop_map(|(channel, state, code)| Happens::Letter(Channel::ALL[channel], State::ALL[state], code));
    prop::collection::vec((0..9_usize, prop_oneof![9 => letter, 1 => Just(Happens::Reissue)]), 1..80)
}

#[test]
fn the_ledger_adds_up_after_any_history_of_letters_slips_bounces_and_re_issues() {
    let mut union = Union::new(9);
    let ballot = union.freeze(YES_NO);
    let mut runner = TestRunner::new(ProptestConfig { cases: 24, ..ProptestConfig::default() });
    // One history goes on where the last one ended: all of them are one.
    let all = runner.run(&history(), |history| {
        in_store(&union, &ballot, move |tx, ballot| {
            for (member, happens) in history {
                match happens {
                    Happens::Letter(channel, state, code) => {
                        tx.note_delivery(ballot, &no(member), channel, state, code)?;
                    }
                    Happens::Reissue => tx.note_reissue(ballot, &no(member))?,
                }
            }
            let totals = tx.delivery_totals(ballot)?;
            let whole = totals.whole();
            let unreached = tx.unreached(ballot)?;
            let units: u64 = totals.units.values().map(|unit| unit.eligible).sum();
            assert_eq!((units, whole.reached + whole.unreached), (9, 9));
            assert_eq!(unreached.len() as u64, whole.unreached);
            assert_eq!(tx.out_of_reach(ballot)?.members, whole.out_of_reach);
            let rows = (0..9).map(|i| tx.delivery_of(ballot, &no(i))).collect::<Result<Vec<_>, _>>()?;
            for (i, rows) in rows.iter().enumerate() {
                let reached = rows.iter().any(|row| row.entry.reaches());
                assert_eq!(reached, !unreached.iter().any(|row| row.member_no == no(i)), "{i}: {rows:?}");
            }
            for channel in Channel::ALL {
                for state in State::ALL {
                    let is = |entry: &Entry| entry.state == state;
                    let here = rows.iter().flatten().filter(|row| row.channel == channel && is(&row.entry));
                    let (members, code): (Vec<_>, Vec<_>) =
                        (here.clone().collect(), here.filter(|row| row.entry.code).collect());
                    let counted =
                        whole.counts.iter().find(|count| (count.channel, count.state) == (channel, state));
                    let counted = counted.map_or((0, 0), |count| (count.members, count.with_code));
                    assert_eq!(counted, (members.len() as u64, code.len() as u64), "{channel} {state}");
                }
            }
            Ok(())
        });
        Ok(())
    });
    all.unwrap();
}
