//! Ballots whose codes a registrar makes: the record begins when the public part is handed in, and no code is ever here.

use std::collections::BTreeMap;
use std::fs;

use scrutineer_api::registrar::{CredentialsOfBox, MemberCredential, NewCredentials, RegistrarRequest};
use scrutineer_ballot::code::VotingCode;
use scrutineer_ballot::description;
use scrutineer_ballot::setup::new_codes;
use scrutineer_protocol::election::Election;
use scrutineer_protocol::hash::HexHash;
use scrutineer_server::actions::registrar::{self, BrokenOff};
use scrutineer_server::auth::caller::Caller;
use scrutineer_server::store::Error as StoreError;
use serde_json::{Value, json};

use crate::support::{Client, Reply, START};
use crate::union::{Ballot, Union, YES_NO, good, no, with_board, yes};

/// Member 1001 makes the codes.
fn file() -> String {
    YES_NO.replace("codes = \"server\"", "codes = \"registrar\"\nregistrar = \"1001\"")
}

/// A ballot that is frozen; its path.
fn frozen(union: &Union, file: &str) -> String {
    let reply = good(union.delegate.post("/api/v1/ballots", &json!({ "file": file })));
    let path = format!("/api/v1/ballots/{}", reply.text("id"));
    good(union.freezing(&path));
    path
}

/// What a registrar's machine makes of a request.
struct Made {
    credentials: NewCredentials,
    codes: BTreeMap<String, VotingCode>,
    /// Spare codes with their public credentials.
    spares: Vec<(String, VotingCode)>,
}

fn asked(client: &Client, path: &str) -> RegistrarRequest {
    serde_json::from_str(&good(client.get(&format!("{path}/registrar"))).body).unwrap()
}

fn make(union: &mut Union, request: &RegistrarRequest) -> Made {
    let mut made = Made {
        credentials: NewCredentials { boxes: Vec::new() },
        codes: BTreeMap::new(),
        spares: Vec::new(),
    };
    for one in &request.boxes {
        let election = Election::parse(one.election.as_bytes()).unwrap();
        let (_, line) = description::parse(election.description()).unwrap().unwrap();
        let codes = new_codes(election.uuid(), line.eligible + line.spares, &mut union.rng, |_| ()).unwrap();
        let (members, spares) = codes.split_at(one.members.len());
        let text = |credential: &scrutineer_protocol::group::Encoding| credential.to_string();
        made.credentials.boxes.push(CredentialsOfBox {
            election: election.uuid().to_string(),
            members: one
                .members
                .iter()
                .zip(members)
                .map(|(member, code)| MemberCredential {
                    member_no: member.member_no.clone(),
                    credential: text(&code.credential),
                })
                .collect(),
            spares: spares.iter().map(|code| text(&code.credential)).collect(),
        });
        for (member, code) in one.members.iter().zip(members) {
            made.codes.insert(member.member_no.clone(), code.code.clone());
        }
        made.spares.extend(spares.iter().map(|code| (text(&code.credential), code.code.clone())));
    }
    made
}

fn hand_in(client: &Client, path: &str, credentials: &NewCredentials) -> Reply {
    client.put(&format!("{path}/registrar/credentials"), &serde_json::to_value(credentials).unwrap())
}

/// A frozen ballot whose codes are issued, with member 1001's client.
fn issued(union: &mut Union, file: &str) -> (Ballot, Client, Made) {
    let path = frozen(union, file);
    let registrar = union.member("1001");
    let request = asked(&registrar, &path);
    let made = make(union, &request);
    good(hand_in(&registrar, &path, &made.credentials));
    let election = Election::parse(request.boxes[0].election.as_bytes()).unwrap();
    let ballot = Ballot { id: request.ballot, path, election, codes: made.codes.clone() };
    (ballot, registrar, made)
}

fn events(union: &Union) -> Vec<Value> {
    let audit = union.observer.get("/api/v1/audit?limit=500").json;
    audit["entries"].as_array().unwrap().clone()
}

#[test]
fn the_record_begins_when_the_registrar_has_issued_the_codes() {
    let mut union = Union::new(4);
    let board = union.board(2, 3);
    let file = file().replace("tellers = \"server\"", "tellers = \"Election committee\"");
    assert_eq!(
        file,
        with_board().replace("codes = \"server\"", "codes = \"registrar\"\nregistrar = \"1001\"")
    );
    let path = frozen(&union, &file);
    let registrar = union.member("1001");

    // Everything that is fixed is shown; what waits says for what.
    let shown = good(union.delegate.get(&path)).json;
    assert_eq!((&shown["state"], &shown["codes"]), (&json!("frozen"), &json!("registrar")));
    assert_eq!((&shown["boxes"][0]["height"], &shown["boxes"][0]["eligible"]), (&json!(0), &json!(4)));
    assert_eq!(
        shown["waits_for"][0],
        "the registrar, member 1001, must issue the voting codes (`scrutineer codes issue`)"
    );
    let setting = shown["setting"][1].as_str().unwrap();
    assert!(setting.contains("made by a registrar outside of the server"), "{setting}");
    let waits = "he registrar has not issued the voting codes of this ballot yet";
    let statement =
        json!({ "statement": board.tellers[0].keys.sign_statement("check", "x", &mut union.rng).to_text() });
    let teller = union.member(&board.tellers[0].member_no.clone());
    for reply in [
        union.delegate.get(&format!("{path}/record")),
        union.delegate.get(&format!("{path}/record/pieces/0")),
        union.delegate.get(&format!("{path}/head")),
        union.delegate.get(&format!("{path}/election")),
        union.world.anyone().get(&format!("{path}/head")),
        union.delegate.get(&format!("{path}/receipts?tracker=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        teller.put(&format!("{path}/checks"), &statement),
        union.officers[0].0.post(&format!("{path}/reissues"), &json!({ "member_nos": ["1002"] })),
    ] {
        reply.is_problem(409, "conflict");
        assert!(reply.text("detail").contains(waits), "{}", reply.body);
    }
    let opening = union.delegate.order(&format!("{path}/opening"));
    opening.is_problem(409, "conflict");
    assert!(opening.text("detail").contains("the registrar, member 1001, must issue"), "{}", opening.body);
    for deed in ["codes", "codes/confirmation"] {
        let method = if deed == "codes" { "GET" } else { "POST" };
        let reply = union.delegate.send(method, &format!("{path}/{deed}"), None, "");
        reply.is_problem(409, "conflict");
        assert!(reply.text("detail").contains("the server has none"), "{}", reply.body);
    }
    // Pages and the booth show it as any frozen ballot.
    let id = path.rsplit('/').next().unwrap().to_owned();
    let pages =
        ["", "/record", "/vote"].map(|page| union.world.anyone().get(&format!("/ballots/{id}{page}")));
    assert_eq!(pages.map(|page| page.status), [200; 3]);
    assert_eq!(good(registrar.get(&format!("{path}/booth?language=en"))).json["state"], "frozen");

    let request = asked(&registrar, &path);
    let made = make(&mut union, &request);
    let reply = good(hand_in(&registrar, &path, &made.credentials));
    let election = Election::parse(request.boxes[0].election.as_bytes()).unwrap();
    let ballot = Ballot { id, path: path.clone(), election, codes: made.codes };
    assert_eq!(good(union.delegate.get(&format!("{path}/election"))).body, request.boxes[0].election);
    for teller in &board.tellers {
        good(union.state_check(&ballot, &board, teller));
    }
    good(union.order(&ballot, "opening"));
    for i in 0..3 {
        assert_eq!(union.vote(&ballot, &no(i), &yes()).status, 201);
    }
    // Another's code is useless here too.
    let stolen = ballot.seal(&ballot.key("1001"), &yes(), &mut union.rng);
    let thief = union.member("1004");
    assert_eq!(ballot.cast(&thief, &stolen).status, 403);
    good(union.order(&ballot, "closing"));
    for teller in &board.tellers[..2] {
        good(union.state_closing(&ballot, teller));
    }
    for teller in &board.tellers[..2] {
        good(union.decrypt(&ballot, teller));
    }
    let report = union.verify(&ballot);
    assert!(report.complete);
    let list = reply.json["boxes"][0]["list_sha256"].as_str().unwrap().to_owned();
    let entry = events(&union).into_iter().find(|entry| entry["deed"] == "codes_issued").unwrap();
    assert_eq!(entry["actor"], "member:1001");
    assert_eq!(entry["detail"]["boxes"][0]["list_sha256"], list);
    let answer =
        json!({ "warning": "unreached", "text": "The registrar has not said how the codes went out." });
    good(union.officers[0].0.post(&format!("{path}/answers"), &answer));
    for officer in 0..2 {
        good(union.certify(&ballot, officer));
    }
    let certificate = good(union.delegate.get(&format!("{path}/certificate"))).text("certificate").to_owned();
    assert!(certificate.contains("\"registrar\""), "{certificate}");
}

#[test]
fn only_the_registrar_issues_codes() {
    let mut union = Union::new(3);
    let path = frozen(&union, &file());
    let other = union.member("1002");
    let officer = union.officers[0].0.clone();
    let empty = json!({ "boxes": [] });
    for client in [&other, &officer, &union.delegate, &union.observer] {
        client.get(&format!("{path}/registrar")).is_problem(403, "forbidden");
        client.get(&format!("{path}/registrar/reissues")).is_problem(403, "forbidden");
        client.put(&format!("{path}/registrar/credentials"), &empty).is_problem(403, "forbidden");
        let confirmation =
            client.post(&format!("{path}/registrar/reissues/confirmation"), &json!({ "codes": [] }));
        confirmation.is_problem(403, "forbidden");
    }
    // Where none is named: who may run it, and from then on whoever has.
    let open_to_all = YES_NO.replace("codes = \"server\"", "codes = \"registrar\"");
    let path = frozen(&union, &open_to_all);
    other.get(&format!("{path}/registrar")).is_problem(403, "forbidden");
    let request = asked(&officer, &path);
    let made = make(&mut union, &request);
    good(hand_in(&union.delegate, &path, &made.credentials));
    officer.get(&format!("{path}/registrar")).is_problem(403, "forbidden");
    assert!(asked(&union.delegate, &path).issued);
    // And where the server makes them: nobody.
    let path = frozen(&union, YES_NO);
    union.delegate.get(&format!("{path}/registrar")).is_problem(409, "conflict");
    // A draft has no codes; whoever is not on the roll makes none.
    let draft =
        good(union.delegate.post("/api/v1/ballots", &json!({ "file": open_to_all }))).text("id").to_owned();
    let reply = officer.get(&format!("/api/v1/ballots/{draft}/registrar"));
    assert!(reply.is_problem(409, "conflict").text("detail").contains("draft"));
    let stranger = file().replace("1001", "9999");
    let reply = union.delegate.post("/api/v1/ballots", &json!({ "file": stranger }));
    assert!(reply.is_problem(422, "invalid").text("detail").contains("member 9999"), "{}", reply.body);
}

#[test]
fn what_codes_are_made_from_fits_the_record_and_says_how_to_reach_members() {
    let mut union = Union::new(3);
    let path = frozen(&union, &file());
    let registrar = union.member("1001");
    let request = asked(&registrar, &path);
    assert_eq!((request.title.as_str(), request.issued), ("Work remotely only", false));
    assert_eq!(request.public_url.trim_end_matches('/'), union.world.url);
    let one = &request.boxes[0];
    let election = Election::parse(one.election.as_bytes()).unwrap();
    let (_, line) = description::parse(election.description()).unwrap().unwrap();
    let entries = one.members.iter().map(|m| {
        let class = m.classification.as_deref().unwrap_or_default();
        scrutineer_ballot::roll::RollEntry::new(&m.member_no, &m.name, &m.unit, &m.standing, class).unwrap()
    });
    let roll = scrutineer_ballot::roll::FrozenRoll::new(entries).unwrap();
    let salt: [u8; 32] = hex::decode(&one.roll_salt).unwrap().try_into().unwrap();
    assert_eq!(line.roll, HexHash::from_digest(roll.hash(&salt)));
    assert_eq!((line.eligible, line.spares), (3, 2));
    let entry = events(&union).into_iter().find(|entry| entry["deed"] == "codes_requested").unwrap();
    assert_eq!((&entry["actor"], &entry["detail"]["members"]), (&json!("member:1001"), &json!(3)));
    // To which of the addresses no code may go is said too.
    assert!(request.employer_domains.is_empty());
    good(union.officers[0].0.post("/api/v1/employer-domains", &json!({ "domain": "works.example" })));
    assert_eq!(asked(&registrar, &path).employer_domains, ["works.example"]);
}

#[test]
fn what_codes_are_made_from_is_whole_in_pieces_of_any_size() {
    let boxes = "smallest_box = 1\n\n[boxes]\nNorth = [\"School 0\"]\nSouth = [\"School 1\"]\nEast = [\"School 2\"]\n\n[eligible]";
    let file = file().replace("[eligible]", boxes);
    for at_once in [1, 2, 3, 4] {
        let mut union = Union::with(9, |settings| settings.rows_at_once = at_once);
        let path = frozen(&union, &file);
        let request = asked(&union.member("1001"), &path);
        assert_eq!(request.boxes.len(), 3);
        for one in &request.boxes {
            let numbers: Vec<_> = one.members.iter().map(|member| member.member_no.as_str()).collect();
            assert!(numbers.len() == 3 && numbers.is_sorted(), "{at_once}: {numbers:?}");
            let election = Election::parse(one.election.as_bytes()).unwrap();
            let (_, line) = description::parse(election.description()).unwrap().unwrap();
            assert_eq!(line.eligible, 3);
        }
    }
}

#[test]
fn what_codes_are_made_from_breaks_off_where_somebody_is_not_there_any_more() {
    let union = Union::with(5, |settings| settings.rows_at_once = 2);
    let path = frozen(&union, &file());
    let id = path.rsplit('/').next().unwrap().to_owned();
    let database = union.world.files.folder.database();
    let broke_off = union.world.inside(async |app| {
        let (registrar, name) = app
            .store
            .read("registrar", |tx| {
                Ok::<_, StoreError>(tx.member("1001")?.map(|member| (member.id, member.name)))
            })
            .await
            .unwrap()
            .unwrap();
        let caller = Caller::absent(registrar, "1001".to_owned(), name, Vec::new());
        let request = registrar::request(app, &caller, id).await.unwrap();
        let (_, rest) = request.piece(&app.store).await.unwrap().unwrap();
        let changes = rusqlite::Connection::open(database).unwrap();
        changes
            .execute("DELETE FROM contact WHERE member_no = (SELECT max(member_no) FROM contact)", [])
            .unwrap();
        let (_, rest) = rest.piece(&app.store).await.unwrap().unwrap();
        matches!(rest.piece(&app.store).await, Err(BrokenOff::Ended))
    });
    assert!(broke_off);
}

#[test]
fn credentials_that_do_not_fit_are_refused_whole() {
    let mut union = Union::new(3);
    let path = frozen(&union, &file());
    let registrar = union.member("1001");
    let request = asked(&registrar, &path);
    let good_ones = make(&mut union, &request).credentials;
    let other = make(&mut union, &request).credentials;
    let low_order = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec".to_owned();
    let not_canonical = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffee".to_owned();
    type Change = fn(&mut CredentialsOfBox, String);
    let changes: [(&str, String, Change); 11] = [
        ("needs the credentials of 3 members", String::new(), |b, _| drop(b.members.pop())),
        ("needs 2 spare credentials, but there are 1", String::new(), |b, _| drop(b.spares.pop())),
        ("needs 2 spare credentials, but there are 3", other.boxes[0].spares[0].clone(), |b, p| {
            b.spares.push(p)
        }),
        ("is there twice", String::new(), |b, _| b.spares[1] = b.spares[0].clone()),
        ("is there twice", String::new(), |b, _| b.members[1].credential = b.members[0].credential.clone()),
        ("member \"1001\" is there twice", String::new(), |b, _| b.members[1].member_no = "1001".to_owned()),
        ("not on the roll that was frozen", String::new(), |b, _| b.members[1].member_no = "200".to_owned()),
        ("prime-order subgroup", low_order, |b, p| b.members[2].credential = p),
        ("cannot be taken", not_canonical, |b, p| b.spares[0] = p),
        ("lower-case", String::new(), |b, _| b.spares[0].make_ascii_uppercase()),
        ("none of this ballot's boxes", String::new(), |b, _| b.election = "AAAAAAAAAAAAAA".to_owned()),
    ];
    for (says, value, change) in changes {
        let mut bad = good_ones.clone();
        change(&mut bad.boxes[0], value);
        let reply = hand_in(&registrar, &path, &bad);
        let detail = reply.is_problem(422, "invalid").text("detail");
        assert!(detail.contains(says), "{says}: {detail}");
    }
    let no_box = hand_in(&registrar, &path, &NewCredentials { boxes: Vec::new() });
    no_box.is_problem(422, "invalid");
    let twice = NewCredentials { boxes: [good_ones.boxes.clone(), good_ones.boxes.clone()].concat() };
    hand_in(&registrar, &path, &twice).is_problem(422, "invalid");
    for body in ["", "{}", r#"{"boxes":[{"election":"x","members":[],"spares":[],"more":1}]}"#] {
        let url = format!("{path}/registrar/credentials");
        registrar.send("PUT", &url, Some("application/json"), body).is_problem(400, "malformed");
    }
    union.delegate.get(&format!("{path}/head")).is_problem(409, "conflict");
    assert!(events(&union).iter().all(|entry| entry["deed"] != "codes_issued"));
    good(hand_in(&registrar, &path, &good_ones));
}

#[test]
fn the_credentials_of_a_large_vote_are_read() {
    const MEMBER: usize = r#"{"member_no":"","credential":""},"#.len() + 32 + 64;
    let mut union = Union::new(2);
    let path = frozen(&union, &file());
    let registrar = union.member(&no(0));
    let request = asked(&registrar, &path);
    let made = make(&mut union, &request);
    let credentials = serde_json::to_string(&made.credentials).unwrap();
    // As long as those of 200,000 members with the longest numbers.
    let body = format!("{}{credentials}", " ".repeat(200_000 * MEMBER));
    let path = format!("{path}/registrar/credentials");
    good(registrar.send("PUT", &path, Some("application/json"), &body));
}

#[test]
fn more_than_any_vote_needs_is_refused_before_it_comes() {
    let mut union = Union::new(2);
    let path = format!("{}/registrar/credentials", frozen(&union, &file()));
    let registrar = union.member(&no(0));
    for bytes in [144 * 1024 * 1024 + 1, 1 << 40, u64::MAX] {
        assert_eq!(registrar.announce("PUT", &path, bytes), 413, "{bytes}");
    }
}

#[test]
fn the_same_again_changes_nothing_and_others_are_refused() {
    let mut union = Union::new(3);
    let (ballot, registrar, made) = issued(&mut union, &file());
    let head = good(union.delegate.get(&format!("{}/head", ballot.path))).json;
    let mut turned = made.credentials.clone();
    turned.boxes[0].members.reverse();
    turned.boxes[0].spares.reverse();
    for same in [&made.credentials, &turned] {
        assert_eq!(good(hand_in(&registrar, &ballot.path, same)).json["boxes"][0]["credentials"], 5);
    }
    // The same list, but another member's.
    let mut swapped = made.credentials.clone();
    let (first, second) = swapped.boxes[0].members.split_at_mut(1);
    std::mem::swap(&mut first[0].credential, &mut second[0].credential);
    let others = make(&mut union, &asked(&registrar, &ballot.path)).credentials;
    for other in [&swapped, &others] {
        let reply = hand_in(&registrar, &ballot.path, other);
        assert!(
            reply.is_problem(409, "conflict").text("detail").contains("issued already"),
            "{}",
            reply.body
        );
    }
    // Not even a restart, an open ballot or a re-issued code makes the same ones others.
    union.restart();
    let registrar = union.world.sign_in("1001");
    good(union.order(&ballot, "opening"));
    good(union.officers[0].0.post(&format!("{}/reissues", ballot.path), &json!({ "member_nos": ["1002"] })));
    good(hand_in(&registrar, &ballot.path, &made.credentials));
    assert_eq!(good(union.delegate.get(&format!("{}/head", ballot.path))).json["event"], head["event"]);
    let issued = events(&union).iter().filter(|entry| entry["deed"] == "codes_issued").count();
    assert_eq!(issued, 1);
    good(union.order(&ballot, "closing"));
    let registrar = union.world.sign_in("1001");
    hand_in(&registrar, &ballot.path, &made.credentials).is_problem(409, "conflict");
}

#[test]
fn a_roll_that_changes_after_freezing_does_not_matter() {
    let mut union = Union::new(3);
    let path = frozen(&union, &file());
    let registrar = union.member("1001");
    let before = asked(&registrar, &path);
    let roll = "member_no,name,unit,standing,classification\n200,Dan Delegate,Office,good,\n\
                300,Olga Officer,Office,good,\n400,Obi Observer,Office,good,\n1001,Another Name,Elsewhere,good,Teacher\n\
                1004,Somebody New,North,good,Teacher\n1,First Officer,Office,good,\n";
    good(union.officers[0].0.post("/api/v1/roll/imports", &json!({ "csv": roll })));
    assert_eq!(asked(&registrar, &path), before);
    let made = make(&mut union, &before);
    let mut with_new = made.credentials.clone();
    with_new.boxes[0].members[2].member_no = "1004".to_owned();
    let reply = hand_in(&registrar, &path, &with_new);
    assert!(reply.is_problem(422, "invalid").text("detail").contains("\"1004\" is not on the roll"));
    good(hand_in(&registrar, &path, &made.credentials));
}

#[test]
fn several_boxes_are_issued_together() {
    let mut union = Union::new(9);
    let boxes = "smallest_box = 1\n\n[boxes]\nNorth = [\"School 0\"]\nSouth = [\"School 1\"]\nEast = [\"School 2\"]\n\n[eligible]";
    let file = file().replace("[eligible]", boxes);
    let path = frozen(&union, &file);
    let registrar = union.member("1001");
    let request = asked(&registrar, &path);
    assert_eq!(request.boxes.len(), 3);
    let made = make(&mut union, &request);
    let mut some = made.credentials.clone();
    some.boxes.pop();
    assert!(
        hand_in(&registrar, &path, &some).is_problem(422, "invalid").text("detail").contains("all boxes")
    );
    // One credential in two boxes.
    let mut across = made.credentials.clone();
    across.boxes[1].members[0].credential = across.boxes[0].members[0].credential.clone();
    let reply = hand_in(&registrar, &path, &across);
    assert!(reply.is_problem(422, "invalid").text("detail").contains("in all boxes"), "{}", reply.body);
    // Members of another box.
    let mut moved = made.credentials.clone();
    let no = moved.boxes[1].members[0].member_no.clone();
    moved.boxes[0].members[0].member_no = no;
    hand_in(&registrar, &path, &moved).is_problem(422, "invalid");
    let mut turned = made.credentials.clone();
    turned.boxes.reverse();
    good(hand_in(&registrar, &path, &turned));
    good(union.delegate.order(&format!("{path}/opening")));
    for one in &request.boxes {
        let election = Election::parse(one.election.as_bytes()).unwrap();
        let id = election.uuid().to_string();
        let ballot =
            Ballot { path: format!("/api/v1/ballots/{id}"), id, election, codes: made.codes.clone() };
        for member in &one.members {
            assert_eq!(union.vote(&ballot, &member.member_no, &yes()).status, 201);
        }
    }
    good(union.delegate.order(&format!("{path}/closing")));
    for one in &request.boxes {
        let election = Election::parse(one.election.as_bytes()).unwrap();
        let id = election.uuid().to_string();
        let ballot = Ballot { path: format!("/api/v1/ballots/{id}"), id, election, codes: BTreeMap::new() };
        assert!(union.verify(&ballot).complete);
    }
}

#[test]
fn a_re_issued_code_is_handed_out_by_the_registrar() {
    let mut union = Union::new(4);
    let (mut ballot, registrar, made) = issued(&mut union, &file());
    good(union.order(&ballot, "opening"));
    let officer = union.officers[0].0.clone();
    let tasks = |client: &Client| good(client.get(&format!("{}/registrar/reissues", ballot.path))).json;
    let confirm = |codes: &Value| {
        let reply = good(registrar.post(&format!("{}/registrar/reissues/confirmation", ballot.path), codes));
        reply.json["confirmed"].as_u64().unwrap()
    };
    let reissue = |member_no: &str| {
        officer.post(&format!("{}/reissues", ballot.path), &json!({ "member_nos": [member_no] }))
    };
    assert_eq!(tasks(&registrar), json!({ "codes": [] }));
    good(reissue("1002"));
    let first = tasks(&registrar);
    assert_eq!(
        (first["codes"].as_array().unwrap().len(), &first["codes"][0]["member_no"]),
        (1, &json!("1002"))
    );
    // Replaced once more before the registrar had it: the first confirmation is for another code.
    good(reissue("1002"));
    let second = tasks(&registrar);
    assert_ne!(first["codes"][0]["credential"], second["codes"][0]["credential"]);
    assert_eq!(confirm(&first), 0);
    assert_eq!(tasks(&registrar), second);
    assert_eq!(confirm(&second), 1);
    assert_eq!((tasks(&registrar), confirm(&second)), (json!({ "codes": [] }), 0));
    reissue("1003").is_problem(409, "conflict");
    // The old code is void, the one that the registrar finds among the spares is not.
    assert_ne!(union.vote(&ballot, "1002", &yes()).status, 201);
    let credential = second["codes"][0]["credential"].as_str().unwrap();
    let (_, code) = made.spares.iter().find(|(public, _)| public == credential).unwrap();
    ballot.codes.insert("1002".to_owned(), code.clone());
    assert_eq!(union.vote(&ballot, "1002", &yes()).status, 201);
    let log = union.observer.get("/api/v1/audit?limit=500").body;
    assert!(log.contains("reissues_confirmed"));
    assert!(made.spares.iter().all(|(public, _)| !log.contains(public)));
    good(union.order(&ballot, "closing"));
    let registrar = union.world.sign_in("1001");
    registrar.get(&format!("{}/registrar/reissues", ballot.path)).is_problem(409, "conflict");
    let report = union.verify(&ballot);
    assert!(report.complete);
}

#[test]
fn the_registrar_says_how_codes_went_out() {
    let mut union = Union::new(4);
    let path = frozen(&union, &file());
    let registrar = union.member("1001");
    let note = |channel: &str, state: &str, member_nos: &[&str]| {
        let entries: Vec<_> =
            member_nos.iter().map(|no| json!({ "member_no": no, "state": state })).collect();
        registrar.post(&format!("{path}/deliveries"), &json!({ "channel": channel, "entries": entries }))
    };
    note("post", "sent", &["1001"]).is_problem(403, "forbidden");
    let made = make(&mut union, &asked(&registrar, &path));
    good(hand_in(&registrar, &path, &made.credentials));
    assert_eq!(good(note("post", "sent", &["1001", "1002"])).json["noted"], 2);
    assert_eq!(good(note("post", "sent", &["1001", "1003"])).json["noted"], 1);
    assert!(note("post", "sent", &["1004", "200"]).status >= 400);
    let unreached = |union: &Union| {
        let id = path.rsplit('/').next().unwrap().to_owned();
        union.world.inside(async |app| {
            let rows = app.store.read("test", move |tx| tx.unreached(tx.ballots_beginning(&id)?[0].ballot));
            rows.await.unwrap().into_iter().map(|row| row.member_no).collect::<Vec<_>>()
        })
    };
    assert_eq!(unreached(&union), ["1004"]);
    // Whose code was replaced has none until the registrar has the other.
    good(union.officers[0].0.post(&format!("{path}/reissues"), &json!({ "member_nos": ["1002"] })));
    assert_eq!(good(note("hand", "handed_over", &["1002", "1004"])).json["noted"], 1);
    assert_eq!(unreached(&union), ["1002"]);
    let tasks = good(registrar.get(&format!("{path}/registrar/reissues"))).json;
    good(registrar.post(&format!("{path}/registrar/reissues/confirmation"), &tasks));
    assert_eq!(good(note("hand", "handed_over", &["1002"])).json["noted"], 1);
    assert_eq!(unreached(&union), Vec::<String>::new());
}

#[test]
fn a_ballot_without_codes_can_be_cancelled_and_deleted() {
    let mut union = Union::new(3);
    let path = frozen(&union, &file().replace("[eligible]", "keep_days = 1\n[eligible]"));
    let reply = union.delegate.post(&format!("{path}/cancellation"), &json!({ "reason": "A slip" }));
    good(union.by_two(reply));
    let registrar = union.member("1001");
    registrar.get(&format!("{path}/registrar")).is_problem(409, "conflict");
    union.world.anyone().get(&format!("{path}/record")).is_problem(409, "conflict");
    let id = path.rsplit('/').next().unwrap();
    for page in ["", "/record"] {
        assert_eq!(union.world.anyone().get(&format!("/ballots/{id}{page}")).status, 200);
    }
    assert_eq!(union.world.anyone().get("/check").status, 200);
    assert_eq!(union.world.files.folder.key_files().unwrap(), []);
    union.world.clock.set(START + 2 * 24 * 3600);
    let purged = union.world.inside(async |app| {
        app.store.write("test", scrutineer_server::actions::keeping::purge).await.unwrap()
    });
    assert_eq!(purged.len(), 1);
}

#[test]
fn no_code_is_ever_in_the_data_folder() {
    let mut union = Union::new(4);
    let (mut ballot, registrar, made) = issued(&mut union, &file());
    good(union.order(&ballot, "opening"));
    assert_eq!(union.vote(&ballot, "1001", &yes()).status, 201);
    good(union.officers[0].0.post(&format!("{}/reissues", ballot.path), &json!({ "member_nos": ["1002"] })));
    let task = good(registrar.get(&format!("{}/registrar/reissues", ballot.path))).json;
    let credential = task["codes"][0]["credential"].as_str().unwrap();
    let (_, code) = made.spares.iter().find(|(public, _)| public == credential).unwrap();
    ballot.codes.insert("1002".to_owned(), code.clone());
    assert_eq!(union.vote(&ballot, "1002", &yes()).status, 201);
    let mut files = Vec::new();
    let mut folders = vec![union.world.files.folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(fs::read(path).unwrap()) }
        }
    }
    let holds = |text: &str| files.iter().any(|file| file.windows(text.len()).any(|w| w == text.as_bytes()));
    // What is there is found.
    assert!(holds("Work remotely only") && files.len() > 3);
    for code in made.codes.values().chain(made.spares.iter().map(|(_, code)| code)) {
        let text = code.text();
        for form in [text.as_str(), &text.replace('-', ""), &code.credential()] {
            assert!(!holds(form));
        }
    }
}
