//! Deeds that need two people: who may be the second, what ends a proposal, and that nothing is done before.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::{Client, Reply};
use crate::union::{BOARD, Union, YES_NO, good, no, with_board, yes};

const PROPOSALS: &str = "/api/v1/proposals";
const HOUR: i64 = 60 * 60;

fn draft(union: &Union, file: &str) -> String {
    let reply = good(union.delegate.post("/api/v1/ballots", &json!({ "file": file })));
    format!("/api/v1/ballots/{}", reply.text("id"))
}

fn freezing(union: &Union, path: &str) -> Reply {
    let asked = union.delegate.order(&format!("{path}/freezing"));
    assert_eq!(asked.status, 202, "{}", asked.body);
    asked
}

fn approve(client: &Client, asked: &Reply) -> Reply {
    client.post(
        &format!("{PROPOSALS}/{}/approval", asked.json["id"]),
        &json!({ "digest": asked.text("digest") }),
    )
}

fn reject(client: &Client, asked: &Reply, reason: &str) -> Reply {
    client.post(&format!("{PROPOSALS}/{}/rejection", asked.json["id"]), &json!({ "reason": reason }))
}

fn state(union: &Union, path: &str) -> String {
    good(union.delegate.get(path)).text("state").to_owned()
}

/// What became of a proposal, and why.
fn became(union: &Union, asked: &Reply) -> (String, String) {
    let client = union.world.sign_in("300");
    let shown = good(client.get(&format!("{PROPOSALS}/{}", asked.json["id"])));
    (shown.text("state").to_owned(), shown.json["reason"].as_str().unwrap_or_default().to_owned())
}

/// The deeds of the log that are about proposals or begin with these words, in order.
fn deeds(union: &Union) -> Vec<(String, Value)> {
    let client = union.world.sign_in("400");
    let entries = good(client.get("/api/v1/audit?limit=500")).json["entries"].as_array().unwrap().clone();
    let deeds = entries.into_iter().map(|entry| (entry["deed"].as_str().unwrap().to_owned(), entry));
    deeds.collect()
}

fn words(union: &Union) -> Vec<String> {
    deeds(union).into_iter().map(|(deed, _)| deed).filter(|deed| deed.starts_with("proposal_")).collect()
}

fn database(union: &Union) -> Connection {
    Connection::open(union.world.files.folder.database()).unwrap()
}

#[test]
fn a_deed_is_done_when_another_officer_has_approved_what_it_shows_and_not_before() {
    let mut union = Union::new(3);
    let board = union.board(2, 3);
    let path = draft(&union, &with_board());
    let asked = freezing(&union, &path);
    let content = &asked.json["content"];
    assert_eq!((asked.text("kind"), asked.text("state")), ("freeze_ballot", "waiting"));
    assert_eq!(asked.text("ballot"), path.rsplit('/').next().unwrap());
    assert_eq!(asked.text("proposed_by"), "200");
    assert_eq!(content["boxes"], json!([{ "name": "all", "eligible": 3, "spares": 2 }]));
    assert_eq!(content["board"], json!({ "name": BOARD, "fingerprint": board.fingerprint }));
    assert_eq!(content["questions"][0]["rule"], "Yes >= 60% of eligible");
    assert_eq!(content["signers"].as_array().unwrap().len(), 2);
    let digest = scrutineer_ballot::proposal::digest(content).unwrap();
    assert_eq!(asked.text("digest"), hex::encode(digest));
    assert_eq!(state(&union, &path), "draft");

    let second = union.officers[1].0.clone();
    let done = good(approve(&second, &asked)).json["proposal"].clone();
    assert_eq!((&done["state"], &done["decided_by"]), (&json!("approved"), &json!("300")));
    assert_eq!(state(&union, &path), "frozen");
    // The codes go to whoever proposed it.
    second.get(&format!("{path}/codes")).is_problem(403, "forbidden");
    good(union.delegate.get(&format!("{path}/codes")));
    let log = deeds(&union);
    let last: Vec<_> =
        log.iter().rev().take(4).map(|(deed, entry)| (deed.as_str(), &entry["actor"])).collect();
    assert_eq!(
        last,
        [
            ("codes_fetched", &json!("member:200")),
            ("ballot_frozen", &json!("member:200")),
            ("proposal_approved", &json!("member:300")),
            ("proposal_made", &json!("member:200")),
        ]
    );
    let (_, frozen) = log.iter().find(|(deed, _)| deed == "ballot_frozen").unwrap();
    assert_eq!((&frozen["detail"]["proposal"], &frozen["detail"]["approved_by"]), (&json!(1), &json!("300")));
}

#[test]
fn one_person_is_never_two() {
    let union = Union::new(3);
    let path = draft(&union, YES_NO);
    let officer = union.officers[0].0.clone();
    // An officer proposes and cannot approve, whatever other role the officer holds.
    good(officer.post("/api/v1/roles", &json!({ "role": "delegate", "member_no": "1" })));
    let asked = officer.order(&format!("{path}/freezing"));
    assert_eq!(asked.status, 202);
    let same = approve(&officer, &asked);
    same.is_problem(403, "forbidden");
    assert!(same.text("detail").contains("another officer"), "{}", same.body);
    // Nor with a second session.
    approve(&union.world.sign_in("1"), &asked).is_problem(403, "forbidden");
    // Delegates, observers and members do not approve; members do not even see that there is something.
    for client in [&union.delegate, &union.observer] {
        approve(client, &asked).is_problem(403, "forbidden");
        assert_eq!(good(client.get(PROPOSALS)).json["proposals"].as_array().unwrap().len(), 1);
    }
    union.world.anyone().get(PROPOSALS).is_problem(401, "not_signed_in");
    assert_eq!(state(&union, &path), "draft");
    good(approve(&union.officers[1].0, &asked));
    assert_eq!(state(&union, &path), "frozen");
}

#[test]
fn a_proposal_is_decided_once() {
    let union = Union::new(3);
    let [one, two] = [0, 1].map(|i| union.officers[i].0.clone());
    let path = draft(&union, YES_NO);
    let asked = freezing(&union, &path);
    let wrong = json!({ "digest": "00".repeat(32) });
    let other = one.post(&format!("{PROPOSALS}/1/approval"), &wrong);
    assert!(other.is_problem(409, "conflict").text("detail").contains("look at it again"));
    one.post(&format!("{PROPOSALS}/1/approval"), &json!({})).is_problem(400, "malformed");
    one.post(&format!("{PROPOSALS}/7/approval"), &wrong).is_problem(404, "not_found");
    one.get(&format!("{PROPOSALS}/x")).is_problem(404, "not_found");
    reject(&one, &asked, " ").is_problem(422, "invalid");
    assert_eq!(reject(&one, &asked, "The rule is wrong").text("state"), "rejected");
    // Rejected is rejected, for everybody.
    let late = approve(&two, &asked);
    assert!(late.is_problem(409, "conflict").text("detail").contains("The rule is wrong"), "{}", late.body);
    reject(&two, &asked, "Me too").is_problem(409, "conflict");
    assert_eq!(state(&union, &path), "draft");
    // Proposed again it is another proposal; approved twice it is done once.
    let again = freezing(&union, &path);
    assert_eq!(again.json["id"], 2);
    good(approve(&one, &again));
    approve(&one, &again).is_problem(409, "conflict");
    approve(&two, &again).is_problem(409, "conflict");
    assert_eq!(words(&union), ["proposal_made", "proposal_rejected", "proposal_made", "proposal_approved"]);
}

#[test]
fn whoever_proposed_it_may_take_it_back_and_others_may_not() {
    let mut union = Union::new(3);
    let path = draft(&union, YES_NO);
    let asked = freezing(&union, &path);
    let number = no(0);
    let role = json!({ "role": "delegate", "member_no": number, "unit": "School 0" });
    good(union.officers[0].0.post("/api/v1/roles", &role));
    // A delegate of another unit does not know of it.
    let other = union.member(&number);
    assert_eq!(good(other.get(PROPOSALS)).json, json!({ "proposals": [] }));
    other.get(&format!("{PROPOSALS}/1")).is_problem(404, "not_found");
    reject(&other, &asked, "No").is_problem(404, "not_found");
    // One of the whole union does, and does not decide.
    let grant = json!({ "role": "delegate", "member_no": no(1) });
    good(union.officers[0].0.post("/api/v1/roles", &grant));
    let whole = union.member(&no(1));
    assert_eq!(good(whole.get(PROPOSALS)).json["proposals"][0]["id"], 1);
    reject(&whole, &asked, "No").is_problem(403, "forbidden");
    approve(&whole, &asked).is_problem(403, "forbidden");
    assert_eq!(reject(&union.delegate, &asked, "A slip").text("decided_by"), "200");
    assert_eq!(state(&union, &path), "draft");
}

#[test]
fn nobody_can_approve_after_three_days() {
    let mut union = Union::new(3);
    let path = draft(&union, YES_NO);
    let asked = freezing(&union, &path);
    assert_eq!(asked.json["expires_at"].as_i64().unwrap(), crate::support::START + 72 * HOUR);
    union.world.clock.advance(72 * HOUR - 1);
    union.delegate = union.world.sign_in("200");
    assert_eq!(freezing(&union, &path).json["id"], 1, "a second later it would be another one");
    union.world.clock.advance(1);
    let late = approve(&union.world.sign_in("300"), &asked);
    assert!(late.is_problem(409, "conflict").text("detail").contains("in time"), "{}", late.body);
    assert_eq!(became(&union, &asked).0, "expired");
    // The schedule ends what nobody looks at.
    union.delegate = union.world.sign_in("200");
    let again = freezing(&union, &path);
    union.world.clock.advance(72 * HOUR);
    union.world.tick();
    assert_eq!(became(&union, &again).0, "expired");
    let (_, entry) = deeds(&union).pop().unwrap();
    assert_eq!((&entry["deed"], &entry["actor"]), (&json!("proposal_expired"), &json!("server")));
    union.delegate = union.world.sign_in("200");
    assert_eq!(state(&union, &path), "draft");
}

#[test]
fn it_ends_when_its_ballot_moves_on() {
    let mut union = Union::new(3);
    let second = union.officers[1].0.clone();
    // Freezing, of a draft that is cancelled.
    let path = draft(&union, YES_NO);
    let asked = freezing(&union, &path);
    good(union.delegate.post(&format!("{path}/cancellation"), &json!({ "reason": "Not now" })));
    assert!(approve(&second, &asked).is_problem(409, "conflict").text("detail").contains("cancelled"));
    assert_eq!(became(&union, &asked).0, "expired");
    // Cancelling, of a ballot that is opened: it would cancel something else.
    let ballot = union.freeze(YES_NO);
    let cancel = json!({ "reason": "The offer was withdrawn" });
    let asked = union.delegate.post(&format!("{}/cancellation", ballot.path), &cancel);
    good(union.order(&ballot, "opening"));
    let late = approve(&second, &asked);
    assert!(late.is_problem(409, "conflict").text("detail").contains("was frozen, is open"), "{}", late.body);
    assert_eq!(became(&union, &asked).0, "overtaken");
    // Re-issuing, in a ballot that is closed.
    let two = json!({ "member_nos": [no(0), no(1)] });
    let asked = second.post(&format!("{}/reissues", ballot.path), &two);
    assert_eq!(asked.status, 202);
    good(union.order(&ballot, "closing"));
    union.world.tick();
    assert_eq!(became(&union, &asked).0, "expired");
}

#[test]
fn an_extension_ends_with_the_deadline_and_with_another_deadline() {
    let mut union = Union::new(3);
    let closes = "closes = 2027-01-15T12:00:00Z\n";
    let file = YES_NO.replace("time_zone = \"America/Chicago\"\n", "time_zone = \"UTC\"\n");
    let ballot = union.open(&format!("{}{file}", closes.replace('Z', "")));
    let set = good(union.delegate.get(&ballot.path)).json["closes"].as_i64().unwrap();
    let ask = |union: &Union, until: &str| {
        union.delegate.post(&format!("{}/extension", ballot.path), &json!({ "until": until }))
    };
    let first = ask(&union, "2027-01-16T12:00:00");
    let other = ask(&union, "2027-01-17T12:00:00");
    assert_eq!((first.status, other.status), (202, 202));
    assert_eq!(became(&union, &first), ("overtaken".to_owned(), "proposal 3 took its place".to_owned()));
    good(union.by_two(other));
    // What it would do begins at a deadline that is not there any more.
    let third = ask(&union, "2027-01-18T12:00:00");
    let database = database(&union);
    database.execute("UPDATE ballot SET closes_at = closes_at + 60", []).unwrap();
    assert_eq!(approve(&union.world.sign_in("300"), &third).status, 409);
    let (ended, why) = became(&union, &third);
    assert!(ended == "overtaken" && why.contains("Deadline now: was"), "{ended} {why}");
    let last = ask(&union, "2027-01-19T12:00:00");
    union.world.clock.set(set + 2 * 24 * HOUR + 60);
    assert_eq!(approve(&union.world.sign_in("300"), &last).status, 409);
    assert_eq!(became(&union, &last).0, "expired");
}

#[test]
fn it_is_overtaken_by_any_change_of_what_it_shows() {
    let mut union = Union::new(3);
    union.board(2, 3);
    let [first, second] = [0, 1].map(|i| union.officers[i].0.clone());
    let path = draft(&union, &with_board());
    let ended = |union: &Union, asked: &Reply, says: &str| {
        let late = approve(&second, asked);
        assert!(late.is_problem(409, "conflict").text("detail").contains(says), "{says}: {}", late.body);
        let (state, why) = became(union, asked);
        assert!(state == "overtaken" && why.contains(says), "{state} {why}");
    };
    // The roll.
    let asked = freezing(&union, &path);
    let database = database(&union);
    let member = "INSERT INTO member (member_no, name, unit, standing, classification)
                  VALUES ('9000', 'New', 'School 0', 'good', 'Teacher')";
    database.execute(member, []).unwrap();
    ended(&union, &asked, "was 3 may vote, 2 spare codes, is 4 may vote");
    // A name on it.
    let asked = freezing(&union, &path);
    database.execute("UPDATE member SET name = 'Newer' WHERE member_no = '9000'", []).unwrap();
    ended(&union, &asked, "Who may vote (SHA-256)");
    // A key.
    let asked = freezing(&union, &path);
    let key = ssh_key::PrivateKey::random(&mut union.rng, ssh_key::Algorithm::Ed25519).unwrap();
    let line = key.public_key().to_openssh().unwrap();
    union.world.clock.advance(1);
    good(first.post("/api/v1/me/keys", &json!({ "public_key": line })));
    ended(&union, &asked, "Keys that may sign");
    // The board.
    let asked = freezing(&union, &path);
    database.execute("UPDATE board SET parameters = NULL", []).unwrap();
    ended(&union, &asked, "still forming");
}

#[test]
fn it_is_overtaken_by_another_file() {
    let union = Union::new(3);
    let path = draft(&union, YES_NO);
    let asked = freezing(&union, &path);
    let change = "UPDATE ballot SET file = replace(file, 'work remotely', 'work at home')";
    assert_eq!(database(&union).execute(change, []).unwrap(), 1);
    let late = approve(&union.officers[1].0, &asked);
    let detail = late.is_problem(409, "conflict").text("detail").to_owned();
    assert!(detail.contains("Question 1: was") && detail.contains("Ballot file (SHA-256)"), "{detail}");
    // What was shown and is approved is the same, byte for byte.
    let again = freezing(&union, &path);
    assert_ne!(again.text("digest"), asked.text("digest"));
    let old = json!({ "digest": asked.text("digest") });
    let mixed = union.officers[1].0.post(&format!("{PROPOSALS}/{}/approval", again.json["id"]), &old);
    mixed.is_problem(409, "conflict");
    good(approve(&union.officers[1].0, &again));
}

#[test]
fn both_people_must_still_hold_their_roles() {
    let mut union = Union::new(3);
    let [first, second] = [0, 1].map(|i| union.officers[i].0.clone());
    // Who proposed it is a delegate no more.
    let path = draft(&union, YES_NO);
    let asked = freezing(&union, &path);
    assert_eq!(first.delete("/api/v1/roles?role=delegate&member_no=200").status, 204);
    let late = approve(&second, &asked);
    assert!(late.is_problem(409, "conflict").text("detail").contains("member 200"), "{}", late.body);
    assert_eq!(became(&union, &asked).0, "overtaken");
    // Of another unit only.
    good(first.post("/api/v1/roles", &json!({ "role": "delegate", "member_no": "200" })));
    let asked = freezing(&union, &path);
    assert_eq!(first.delete("/api/v1/roles?role=delegate&member_no=200").status, 204);
    let unit = json!({ "role": "delegate", "member_no": "200", "unit": "School 0" });
    good(first.post("/api/v1/roles", &unit));
    approve(&second, &asked).is_problem(409, "conflict");
    assert_eq!(became(&union, &asked).0, "overtaken");
    // Who would approve is an officer no more, in the session that is there.
    let third = union.member(&no(0));
    let grant = first.post("/api/v1/roles", &json!({ "role": "officer", "member_no": no(0) }));
    good(union.by_two(grant));
    good(first.post("/api/v1/roles", &json!({ "role": "delegate", "member_no": "200" })));
    let asked = freezing(&union, &path);
    let revoke = first.delete(&format!("/api/v1/roles?role=officer&member_no={}", no(0)));
    good(union.by_two(revoke));
    approve(&third, &asked).is_problem(403, "forbidden");
    assert_eq!(became(&union, &asked).0, "waiting");
    good(approve(&second, &asked));
}

#[test]
fn only_what_decides_nothing_takes_one_person() {
    let mut union = Union::new(3);
    // A draft that nobody was told of.
    let path = draft(&union, YES_NO);
    let cancel = json!({ "reason": "A slip" });
    assert_eq!(union.delegate.post(&format!("{path}/cancellation"), &cancel).status, 204);
    // An announced one.
    let path = draft(&union, YES_NO);
    let announce =
        "INSERT INTO announcement SELECT id, 1, drafted_by, 2, 3 FROM ballot WHERE state = 'draft'";
    database(&union).execute(announce, []).unwrap();
    let asked = union.delegate.post(&format!("{path}/cancellation"), &cancel);
    assert_eq!(asked.status, 202, "{}", asked.body);
    assert_eq!(state(&union, &path), "draft");
    good(union.by_two(asked));
    assert_eq!(state(&union, &path), "cancelled");
    // Practice.
    let ballot = union.freeze_as(YES_NO, true);
    assert_eq!(union.delegate.post(&format!("{}/cancellation", ballot.path), &cancel).status, 204);
    // An open one.
    let ballot = union.open(YES_NO);
    let asked = union.delegate.post(&format!("{}/cancellation", ballot.path), &cancel);
    assert_eq!(asked.status, 202);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201, "nothing was done yet");
}

#[test]
fn codes_are_replaced_in_bulk_by_two_people_and_one_by_one_only_a_few_a_day() {
    let mut union = Union::with(16, |settings| settings.reissues_alone = 3);
    let ballot = union.open(&YES_NO.replace("spares = 2", "spares = 20"));
    let path = format!("{}/reissues", ballot.path);
    let [first, second] = [0, 1].map(|i| union.officers[i].0.clone());
    let ask = |members: &[usize]| {
        let members: Vec<_> = members.iter().map(|i| no(*i)).collect();
        first.post(&path, &json!({ "member_nos": members }))
    };
    ask(&[]).is_problem(422, "invalid");
    let waiting = |union: &Union| {
        let codes = union.delegate.get(&format!("{}/codes", ballot.path));
        codes.json["codes"].as_array().map_or(0, Vec::len)
    };
    let asked = ask(&[0, 1, 1]);
    assert_eq!((asked.status, waiting(&union)), (202, 0));
    assert_eq!(asked.json["content"]["members"].as_array().unwrap().len(), 2);
    good(approve(&second, &asked));
    assert_eq!(waiting(&union), 2);
    // One by one, and the fourth of a day waits.
    for i in [2, 3, 4] {
        assert_eq!(ask(&[i]).status, 200);
    }
    let fourth = ask(&[5]);
    assert_eq!((fourth.status, waiting(&union)), (202, 5));
    good(approve(&second, &fourth));
    assert_eq!(waiting(&union), 6);
    // Who has voted keeps the code, and the log does not say who.
    let asked = ask(&[6, 7]);
    assert_eq!(union.vote(&ballot, &no(7), &yes()).status, 201);
    let refused = approve(&second, &asked);
    refused.is_problem(409, "conflict");
    assert!(!refused.body.contains(&no(7)), "{}", refused.body);
    assert_eq!((waiting(&union), became(&union, &asked).0.as_str()), (6, "overtaken"));
    // Nor can it be asked again and again who voted meanwhile.
    assert!(approve(&second, &asked).is_problem(409, "conflict").text("detail").contains("overtaken"));
    let log = deeds(&union);
    let (_, entry) = log.iter().rfind(|(deed, _)| deed == "code_reissue_refused").unwrap();
    assert_eq!(entry["detail"], json!({ "ballot": ballot.id }));
    ask(&[7, 8]).is_problem(409, "conflict");
    // A day later one person may again.
    union.world.clock.advance(24 * HOUR + 1);
    let first = union.world.sign_in("1");
    assert_eq!(first.post(&path, &json!({ "member_nos": [no(9)] })).status, 200);
}

#[test]
fn a_code_for_an_officers_account_takes_two_people() {
    let union = Union::new(2);
    let [first, second] = [0, 1].map(|i| union.officers[i].0.clone());
    let ask = |members: &[&str]| first.post("/api/v1/roll/activations", &json!({ "members": members }));
    assert_eq!(ask(&["200"]).status, 201, "a delegate's takes one");
    assert_eq!(ask(&["1"]).status, 201, "and one's own");
    ask(&["200", "300"]).is_problem(422, "invalid");
    let asked = ask(&["300"]);
    assert_eq!((asked.status, asked.text("kind")), (202, "replace_password"));
    assert_eq!(asked.json.get("codes"), None);
    // She whose account it is may approve; the code is hers alone to see.
    let done = good(approve(&second, &asked));
    let code = done.json["activation_code"]["code"].as_str().unwrap().to_owned();
    assert!(!good(second.get(PROPOSALS)).body.contains(&code));
    union.world.activate("300", &code);
    // An officer who has never signed in is an officer too.
    let database = database(&union);
    database
        .execute(
            "INSERT INTO role (member_id, role) SELECT id, 'officer' FROM member WHERE member_no = '1001'",
            [],
        )
        .unwrap();
    assert_eq!(ask(&["1001"]).status, 202);
    let all = good(first.post("/api/v1/roll/activations", &json!({})));
    let named: Vec<_> =
        all.json["codes"].as_array().unwrap().iter().map(|c| c["member_no"].clone()).collect();
    assert_eq!(named, [json!("1002")]);
}

#[test]
fn who_becomes_an_officer_must_be_somebody_who_signs_in() {
    let mut union = Union::new(3);
    let [first, second] = [0, 1].map(|i| union.officers[i].0.clone());
    let grant =
        |member_no: &str| first.post("/api/v1/roles", &json!({ "role": "officer", "member_no": member_no }));
    assert!(grant(&no(0)).is_problem(409, "conflict").text("detail").contains("password"));
    grant("300").is_problem(409, "conflict");
    union.member(&no(0));
    let asked = grant(&no(0));
    assert_eq!(asked.status, 202);
    // Whoever makes a code meanwhile could be the one who becomes an officer; so the proposal has ended.
    let code = |number: usize| {
        let codes = good(first.post("/api/v1/roll/activations", &json!({ "members": [no(number)] })));
        codes.json["codes"][0]["code"].clone()
    };
    code(0);
    assert!(approve(&second, &asked).is_problem(409, "conflict").text("detail").contains("a new password"));
    // One that was made before opens no officer's account afterwards, and ends the proposal when it is used before.
    let early = code(0);
    let use_it = |code: &Value| {
        let body = json!({ "member_no": no(0), "code": code, "password": "somebody else's words" });
        union.world.anyone().post("/api/v1/activations", &body)
    };
    good(approve(&second, &grant(&no(0))));
    use_it(&early).is_problem(401, "wrong_credentials");
    let revoke = first.delete(&format!("/api/v1/roles?role=officer&member_no={}", no(0)));
    good(approve(&second, &revoke));
    let early = code(0);
    let asked = grant(&no(0));
    assert_eq!(use_it(&early).status, 201);
    assert!(approve(&second, &asked).is_problem(409, "conflict").text("detail").contains("a new password"));
    // Asked anew, it says so: the second person has to ask who it is that signs in.
    let shown = grant(&no(0)).json["content"]["password_replaced"].clone();
    assert!(shown["code_by"].as_str().unwrap().starts_with("member:"), "{shown}");
    assert!(shown["at"].is_i64());
}

#[test]
fn officers_stay_as_long_as_a_ballot_needs_their_keys() {
    let mut union = Union::new(4);
    let [first, second] = [0, 1].map(|i| union.officers[i].0.clone());
    let ballot = union.open(YES_NO);
    // Officers who came later did not register keys in time.
    for i in 0..2 {
        union.member(&no(i));
        let grant = first.post("/api/v1/roles", &json!({ "role": "officer", "member_no": no(i) }));
        good(union.by_two(grant));
    }
    let revoke = "/api/v1/roles?role=officer&member_no=1";
    let third = union.member(&no(0));
    let refused = second.delete(revoke);
    assert!(
        refused.is_problem(409, "conflict").text("detail").contains("Work remotely only"),
        "{}",
        refused.body
    );
    // The later ones may go, by any two.
    let other = second.delete(&format!("/api/v1/roles?role=officer&member_no={}", no(1)));
    good(approve(&third, &other));
    assert_eq!(union.vote(&ballot, &no(2), &yes()).status, 201);
    good(union.order(&ballot, "closing"));
    second.delete(revoke).is_problem(409, "conflict");
    // Who has signed has done it.
    good(union.certify(&ballot, 0));
    let asked = second.delete(revoke);
    assert_eq!(asked.status, 202, "{}", asked.body);
    good(approve(&third, &asked));
    first.get("/api/v1/roles").is_problem(403, "forbidden");
    // What he had proposed, or would approve, is gone with the role.
    first.get(PROPOSALS).is_problem(403, "forbidden");
}
