//! Drafts before they are frozen: preview, another file, announcement, notices, objections to the roll.

use serde_json::{Value, json};

use crate::support::{Client, Reply, START};
use crate::union::{Union, YES_NO, good, no};

/// START in the ballots' zone, Chicago, is the 15th of January 2027, 02:00.
const TODAY: &str = "2027-01-15";
const UNTIL: &str = "2027-01-18T18:00:00";
/// The same in seconds.
const UNTIL_SECONDS: i64 = START + 3 * 86_400 + 16 * 3600;

fn draft(union: &Union, file: &str) -> String {
    let made = good(union.delegate.post("/api/v1/ballots", &json!({ "file": file })));
    format!("/api/v1/ballots/{}", made.text("id"))
}

fn announce(client: &Client, path: &str, until: &str) -> Reply {
    client.post(&format!("{path}/announcement"), &json!({ "objections_until": until }))
}

fn announced(union: &Union, file: &str) -> String {
    let path = draft(union, file);
    good(announce(&union.delegate, &path, UNTIL));
    path
}

fn object(client: &Client, path: &str, text: &str) -> Reply {
    client.post(&format!("{path}/roll-objections"), &json!({ "text": text }))
}

fn answer(client: &Client, path: &str, number: u64, text: &str) -> Reply {
    client.post(&format!("{path}/roll-objections/{number}/answer"), &json!({ "text": text }))
}

fn log(client: &Client) -> Vec<Value> {
    good(client.get("/api/v1/audit?limit=500")).json["entries"].as_array().unwrap().clone()
}

fn freeze(union: &Union, path: &str) -> Reply {
    union.freezing(path)
}

/// Moves past the time for objections; sessions end meanwhile.
fn pass(union: &mut Union) {
    union.world.clock.advance(4 * 86_400);
    union.delegate = union.world.sign_in("200");
    union.observer = union.world.sign_in("400");
    union.officers[0].0 = union.world.sign_in("1");
    union.officers[1].0 = union.world.sign_in("300");
}

#[test]
fn a_preview_says_how_many_by_unit_and_who_is_left_out_and_why() {
    let mut union = Union::new(6);
    let file = YES_NO.replace("[eligible]", "[eligible]\nunit = [\"School 0\", \"School 1\"]");
    let path = draft(&union, &file);
    let shown = good(union.delegate.get(&format!("{path}/eligibility"))).json;
    // Six teachers in three schools, and three in the office without a classification; the first officer is in no file.
    assert_eq!((&shown["members"], &shown["eligible"]), (&json!(9), &json!(4)));
    assert_eq!(
        shown["units"],
        json!([
            { "unit": "Office", "members": 3, "eligible": 0 },
            { "unit": "School 0", "members": 2, "eligible": 2 },
            { "unit": "School 1", "members": 2, "eligible": 2 },
            { "unit": "School 2", "members": 2, "eligible": 0 },
        ])
    );
    let olga = shown["left_out"].as_array().unwrap().iter().find(|left| left["member_no"] == "300").unwrap();
    assert_eq!(olga["because"], json!(["has no classification", "unit is \"Office\""]));
    assert_eq!(
        shown["reasons"],
        json!([
            { "because": "has no classification", "members": 3 },
            { "because": "unit is \"Office\"", "members": 3 },
            { "because": "unit is \"School 2\"", "members": 2 },
        ])
    );
    assert!(shown.get("problems").is_none());
    // Officers too; who sees no drafts sees no preview, until it is announced.
    good(union.officers[1].0.get(&format!("{path}/eligibility")));
    union.observer.get(&format!("{path}/eligibility")).is_problem(404, "not_found");
    good(announce(&union.delegate, &path, UNTIL));
    good(union.observer.get(&format!("{path}/eligibility")));
    let member = union.member(&no(0));
    member.get(&format!("{path}/eligibility")).is_problem(403, "forbidden");
    let misspelt = draft(&union, &YES_NO.replace("[\"Teacher\"]", "[\"Teacher\", \"Techer\"]"));
    let shown = good(union.delegate.get(&format!("{misspelt}/eligibility"))).json;
    assert!(shown["problems"][0].as_str().unwrap().contains("\"Techer\""), "{shown}");
    assert_eq!(shown["eligible"], 6);
    let ballot = union.freeze(YES_NO);
    let fixed = union.delegate.get(&format!("{}/eligibility", ballot.path));
    assert!(fixed.is_problem(409, "conflict").text("detail").contains("was fixed when it was frozen"));
}

#[test]
fn a_preview_says_in_which_boxes_and_which_are_too_small() {
    let union = Union::new(45);
    let each = YES_NO.replace("Yes >= 60% of eligible", "each unit: Yes > half of valid");
    let shown = |file: &str| good(union.delegate.get(&format!("{}/eligibility", draft(&union, file)))).json;
    let small = shown(&each);
    assert!(small["problems"][0].as_str().unwrap().contains("\"School 0\" (15)"), "{small}");
    assert!(small.get("boxes").is_none());
    assert!(
        good(union.delegate.get(&format!("{}/eligibility", draft(&union, YES_NO))))
            .json
            .get("boxes")
            .is_none()
    );
    let boxes = "smallest_box = 15\n[boxes]\n\"North side\" = [\"School 0\", \"School 2\"]\n\n[eligible]";
    let merged = shown(&each.replace("[eligible]", boxes));
    assert_eq!(
        merged["boxes"],
        json!([{ "box": "North side", "eligible": 30 }, { "box": "School 1", "eligible": 15 }]),
        "{merged}"
    );
    assert!(merged.get("problems").is_none());
}

#[test]
fn a_draft_gets_another_file_until_it_is_announced() {
    let union = Union::new(2);
    let path = draft(&union, YES_NO);
    let put = |client: &Client, file: &str| client.put(&format!("{path}/file"), &json!({ "file": file }));
    let other = YES_NO
        .replace("Work remotely only\"", "Work from the moon\"")
        .replace("time_zone", "opens = 2027-02-01T09:00:00\ncloses = 2027-02-02T09:00:00\ntime_zone");
    good(put(&union.delegate, &other));
    let shown = good(union.delegate.get(&path)).json;
    assert_eq!(shown["title"], "Work from the moon");
    assert!(shown["opens"].is_i64() && shown["closes"].is_i64());
    let entry = log(&union.observer).pop().unwrap();
    assert_eq!(
        (&entry["deed"], &entry["detail"]["title"]),
        (&json!("draft_replaced"), &json!("Work from the moon"))
    );
    // What would be no draft takes no draft's place.
    for bad in ["title = 3", &YES_NO.replace("\"server\"\ncodes", "\"Nobody\"\ncodes")] {
        put(&union.delegate, bad).is_problem(422, "invalid");
    }
    put(&union.observer, &other).is_problem(403, "forbidden");
    good(announce(&union.delegate, &path, UNTIL));
    let late = put(&union.delegate, YES_NO);
    assert!(late.is_problem(409, "conflict").text("detail").contains("draft another ballot"));
    assert_eq!(good(union.delegate.get(&path)).json["title"], "Work from the moon");
}

#[test]
fn a_draft_is_announced_once_with_a_time_that_makes_sense() {
    let union = Union::new(3);
    let timed =
        YES_NO.replace("time_zone", "opens = 2027-01-20T09:00:00\ncloses = 2027-01-21T09:00:00\ntime_zone");
    let path = draft(&union, &timed);
    for (until, part) in [
        ("soon", "is not a date"),
        ("2027-01-15T01:59:59", "must end later than now"),
        ("2027-01-20T09:00:00", "before voting begins"),
        ("2027-03-14T02:30:00", "does not exist"),
    ] {
        let refused = announce(&union.delegate, &path, until);
        assert!(refused.is_problem(422, "invalid").text("detail").contains(part), "{}", refused.body);
    }
    announce(&union.observer, &path, UNTIL).is_problem(403, "forbidden");
    let entries = log(&union.observer).len();
    good(announce(&union.delegate, &path, UNTIL));
    let again = announce(&union.delegate, &path, "2027-01-19T18:00:00");
    assert!(again.is_problem(409, "conflict").text("detail").contains("announced already"));
    let entry = log(&union.observer).pop().unwrap();
    assert_eq!(log(&union.observer).len(), entries + 1);
    let ballot = path.rsplit('/').next().unwrap();
    let detail = json!({ "ballot": ballot, "objections_until": UNTIL_SECONDS, "eligible": 3 });
    assert_eq!((&entry["deed"], &entry["detail"]), (&json!("ballot_announced"), &detail));
    let shown = good(union.delegate.get(&path)).json;
    assert_eq!(shown["announcement"]["objections_until"], UNTIL_SECONDS);
    assert!(shown["waits_for"][0].as_str().unwrap().contains("members may object"), "{shown}");
    // Nobody could vote in it.
    let nobody = draft(&union, &YES_NO.replace("[\"Teacher\"]", "[\"Cook\"]"));
    announce(&union.delegate, &nobody, UNTIL).is_problem(409, "conflict");
    // Not a draft.
    let mut union = union;
    let frozen = union.freeze(YES_NO);
    announce(&union.delegate, &frozen.path, UNTIL).is_problem(409, "conflict");
}

#[test]
fn members_see_announced_drafts_and_no_others() {
    let mut union = Union::new(3);
    let (hidden, path) = (draft(&union, YES_NO), announced(&union, YES_NO));
    let (member, anyone) = (union.member(&no(0)), union.world.anyone());
    for reader in [&member, &union.observer] {
        let listed = good(reader.get("/api/v1/ballots")).json;
        assert_eq!(listed["ballots"].as_array().unwrap().len(), 1);
        reader.get(&hidden).is_problem(404, "not_found");
        good(reader.get(&path));
    }
    anyone.get(&path).is_problem(404, "not_found");
    assert_eq!(good(anyone.get("/api/v1/ballots")).json["ballots"], json!([]));
    let mine = |client: &Client| good(client.get(&path)).json["announcement"]["me"].clone();
    assert_eq!(mine(&member), json!({ "may_vote": true }));
    let because = json!({ "may_vote": false, "because": ["has no classification"] });
    assert_eq!(mine(&union.observer), because);
    // By the roll as it is now: the file without the first member, and with the observer as a teacher.
    let csv = "member_no,name,unit,standing,classification\n400,Obi Observer,Office,good,Teacher\n";
    good(union.officers[0].0.post("/api/v1/roll/imports", &json!({ "csv": csv })));
    assert_eq!(mine(&member), json!({ "may_vote": false, "because": ["not on the roll"] }));
    assert_eq!(mine(&union.observer), json!({ "may_vote": true }));
    assert_eq!(good(member.get(&path)).json["announcement"]["eligible"], 3, "as it was announced");
}

#[test]
fn objections_are_filed_until_the_day_one_at_a_time_and_answered() {
    let mut union = Union::new(3);
    let path = announced(&union, YES_NO);
    let (ana, bea) = (union.member(&no(0)), union.member(&no(1)));
    for bad in ["", "  \n ", &"ą".repeat(2001), "a\u{202e}b"] {
        object(&ana, &path, bad).is_problem(422, "invalid");
    }
    good(object(&ana, &path, &format!("{}\r\n<script>", "ą".repeat(1990))));
    let twice = object(&ana, &path, "Once more");
    assert!(twice.is_problem(409, "conflict").text("detail").contains("number 1"));
    good(object(&bea, &path, "Żółć"));
    object(&union.world.anyone(), &path, "Who am I?").is_problem(401, "not_signed_in");
    let list = |client: &Client| client.get(&format!("{path}/roll-objections"));
    for reader in [&union.delegate, &union.officers[1].0, &union.observer] {
        let all = good(list(reader)).json;
        let texts: Vec<_> = all["objections"].as_array().unwrap().iter().map(|one| &one["text"]).collect();
        assert_eq!(texts, [&json!(format!("{}\n<script>", "ą".repeat(1990))), &json!("Żółć")]);
        assert_eq!(all["objections"][1]["member_no"], no(1));
    }
    list(&ana).is_problem(403, "forbidden");
    // Nobody reads another's objection on the ballot.
    let shown = good(bea.get(&path)).json;
    assert_eq!(shown["announcement"]["my_objections"][0]["text"], "Żółć");
    assert_eq!(shown["announcement"]["my_objections"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&shown["announcement"]["objections"], &shown["announcement"]["answered"]),
        (&json!(2), &json!(0))
    );

    answer(&union.observer, &path, 1, "No").is_problem(403, "forbidden");
    answer(&union.delegate, &path, 9, "No").is_problem(404, "not_found");
    answer(&union.delegate, &path, 1, &"x".repeat(2001)).is_problem(422, "invalid");
    good(answer(&union.delegate, &path, 1, "You are on it, see <i>above</i>."));
    answer(&union.delegate, &path, 1, "Again").is_problem(409, "conflict");
    let shown = good(ana.get(&path)).json;
    assert_eq!(
        shown["announcement"]["my_objections"][0]["answer"]["text"],
        "You are on it, see <i>above</i>."
    );
    // Answered, so another one may follow.
    good(object(&ana, &path, "And my colleague?"));
    let entries = log(&union.observer);
    let ours: Vec<_> = entries
        .iter()
        .filter(|entry| entry["deed"].as_str().unwrap().starts_with("roll_objection"))
        .map(|entry| (entry["actor"].as_str().unwrap(), entry["detail"]["number"].as_u64().unwrap()))
        .collect();
    assert_eq!(ours, [("member:1001", 1), ("member:1002", 2), ("member:200", 1), ("member:1001", 3)]);
    let written = serde_json::to_string(&entries).unwrap();
    assert!(!written.contains("Żółć") && !written.contains("<i>above") && !written.contains("colleague"));

    let early = freeze(&union, &path);
    assert!(early.is_problem(409, "conflict").text("detail").contains("members may object until"));
    pass(&mut union);
    let ana = union.member_again(&no(0));
    let late = object(&ana, &path, "Too late");
    assert!(late.is_problem(409, "conflict").text("detail").contains("were taken until"));
    let open = freeze(&union, &path);
    let detail = open.is_problem(409, "conflict").text("detail").to_owned();
    assert!(detail.contains("number 2 of member 1002, number 3 of member 1001"), "{detail}");
    good(answer(&union.delegate, &path, 2, "Tak."));
    good(answer(&union.officers[0].0, &path, 3, "Tak."));
    good(freeze(&union, &path));
    answer(&union.delegate, &path, 2, "Nie.").is_problem(409, "conflict");
    let shown = good(union.delegate.get(&path)).json;
    assert_eq!(shown["state"], "frozen");
    assert_eq!(
        (&shown["announcement"]["objections"], &shown["announcement"]["answered"]),
        (&json!(3), &json!(3))
    );
    assert!(shown["announcement"].get("me").is_none(), "who may vote is fixed now");
}

#[test]
fn the_last_second_counts() {
    let mut union = Union::new(2);
    let path = announced(&union, YES_NO);
    let member = union.member(&no(0));
    drop(member);
    union.world.clock.advance(UNTIL_SECONDS - 1 - START);
    let member = union.member_again(&no(0));
    good(object(&member, &path, "Just in time"));
    union.delegate = union.world.sign_in("200");
    good(answer(&union.delegate, &path, 1, "It is."));
    assert!(freeze(&union, &path).is_problem(409, "conflict").text("detail").contains("until"));
    union.world.clock.advance(1);
    object(&member, &path, "Too late").is_problem(409, "conflict");
    good(freeze(&union, &path));
}

#[test]
fn who_is_on_no_roll_objects_just_to_that() {
    let mut union = Union::new(3);
    let gone = union.member(&no(0));
    let csv =
        format!("member_no,name,unit,standing,classification\n{},Teacher 98,School 1,good,Teacher\n", no(1));
    good(union.officers[0].0.post("/api/v1/roll/imports", &json!({ "csv": csv })));
    let path = announced(&union, YES_NO);
    assert_eq!(good(gone.get(&path)).json["announcement"]["me"]["because"], json!(["not on the roll"]));
    good(object(&gone, &path, "I paid my dues."));
    let all = good(union.observer.get(&format!("{path}/roll-objections"))).json;
    assert_eq!(all["objections"][0]["name"], "Teacher 99");
}

#[test]
fn only_what_was_announced_is_objected_to() {
    let mut union = Union::new(2);
    let hidden = draft(&union, YES_NO);
    let member = union.member(&no(0));
    object(&member, &hidden, "A rumour").is_problem(404, "not_found");
    union.delegate.get(&format!("{hidden}/roll-objections")).is_problem(409, "conflict");
    let frozen = union.freeze(YES_NO);
    object(&member, &frozen.path, "Late").is_problem(409, "conflict");
    let path = announced(&union, YES_NO);
    good(object(&member, &path, "Why?"));
    // Members know of it, so ending it takes two people; then there is nothing to object to.
    let cancelled = union.delegate.post(&format!("{path}/cancellation"), &json!({ "reason": "Not now" }));
    assert_eq!(cancelled.status, 202, "{}", cancelled.body);
    good(union.by_two(cancelled));
    let other = union.member(&no(1));
    object(&other, &path, "And now?").is_problem(409, "conflict");
    answer(&union.delegate, &path, 1, "Never mind").is_problem(409, "conflict");
}

#[test]
fn who_approves_freezing_sees_the_objections_of_that_moment() {
    let union = Union::new(2);
    let path = draft(&union, YES_NO);
    let proposal = good(union.delegate.order(&format!("{path}/freezing")));
    assert_eq!(proposal.status, 202);
    good(announce(&union.delegate, &path, UNTIL));
    let approved = union.by_two(proposal);
    assert!(
        approved.is_problem(409, "conflict").text("detail").contains("members may object until"),
        "{}",
        approved.body
    );
    assert_eq!(good(union.delegate.get(&path)).json["state"], "draft");
    // Nor does another file slip in under what was proposed.
    let path = draft(&union, YES_NO);
    let proposal = good(union.delegate.order(&format!("{path}/freezing")));
    let other = YES_NO.replace("remotely only?", "on the moon?");
    good(union.delegate.put(&format!("{path}/file"), &json!({ "file": other })));
    union.by_two(proposal).is_problem(409, "conflict");
    assert_eq!(good(union.delegate.get(&path)).json["state"], "draft");
}

#[test]
fn delegates_of_units_announce_and_answer_for_their_units_alone() {
    let mut union = Union::new(6);
    let officer = union.officers[0].0.clone();
    good(
        officer.post("/api/v1/roles", &json!({ "role": "delegate", "member_no": no(5), "unit": "School 0" })),
    );
    let local = union.member(&no(5));
    let everybody = draft(&union, YES_NO);
    announce(&local, &everybody, UNTIL).is_problem(403, "forbidden");
    local.get(&format!("{everybody}/eligibility")).is_problem(403, "forbidden");
    local.put(&format!("{everybody}/file"), &json!({ "file": YES_NO })).is_problem(403, "forbidden");
    good(announce(&union.delegate, &everybody, UNTIL));
    good(object(&local, &everybody, "Mine"));
    local.get(&format!("{everybody}/roll-objections")).is_problem(403, "forbidden");
    answer(&local, &everybody, 1, "Granted").is_problem(403, "forbidden");
    let notice = json!({ "on": TODAY, "copies": 1, "how": "hand" });
    local.post(&format!("{everybody}/notices"), &notice).is_problem(403, "forbidden");
    let own = YES_NO.replace("[eligible]", "[eligible]\nunit = [\"School 0\"]");
    let own = good(local.post("/api/v1/ballots", &json!({ "file": own }))).text("id").to_owned();
    let own = format!("/api/v1/ballots/{own}");
    good(local.get(&format!("{own}/eligibility")));
    good(announce(&local, &own, UNTIL));
    good(local.post(&format!("{own}/notices"), &notice));
}

#[test]
fn notices_are_noted_with_day_number_and_way() {
    let mut union = Union::new(2);
    let path = draft(&union, YES_NO);
    let note = |union: &Union, on: &str, copies: i64, how: &str| {
        let notice = json!({ "on": on, "copies": copies, "how": how });
        union.delegate.post(&format!("{path}/notices"), &notice)
    };
    note(&union, TODAY, 2, "mail").is_problem(409, "conflict");
    good(announce(&union.delegate, &path, UNTIL));
    for (on, copies, how) in [
        ("2027-02-30", 1, "mail"),
        ("15.1.2027", 1, "mail"),
        ("2027-1-15", 1, "mail"),
        ("2027-01-14", 1, "mail"),
        ("2027-01-16", 1, "mail"),
        (TODAY, 0, "mail"),
        (TODAY, 10_000_001, "mail"),
    ] {
        note(&union, on, copies, how).is_problem(422, "invalid");
    }
    note(&union, TODAY, -1, "mail").is_problem(400, "malformed");
    note(&union, TODAY, 1, "pigeon").is_problem(400, "malformed");
    good(note(&union, TODAY, 24_871, "mail"));
    good(note(&union, TODAY, 3, "posted"));
    let notices = json!([
        { "on": TODAY, "copies": 24_871, "how": "mail" }, { "on": TODAY, "copies": 3, "how": "posted" },
    ]);
    assert_eq!(good(union.observer.get(&path)).json["announcement"]["notices"], notices);
    let entry = log(&union.observer).pop().unwrap();
    assert_eq!((&entry["deed"], &entry["detail"]["number"]), (&json!("notice_sent"), &json!(2)));
    pass(&mut union);
    good(freeze(&union, &path));
    good(note(&union, "2027-01-18", 1, "hand"));
    assert_eq!(good(union.observer.get(&path)).json["announcement"]["notices"][2]["on"], "2027-01-18");
}
