//! Importing the roll again: the file is the whole roll, and every difference is listed before it happens.

use std::collections::BTreeMap;

use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Client, ROLL, Reply, World};
use crate::union::{Union, YES_NO, good, no, yes};

const IMPORTS: &str = "/api/v1/roll/imports";
const HEADER: &str = "member_no,name,unit,standing,classification,email,phone,fact\n";

fn import(client: &Client, csv: &str) -> Value {
    good(client.post(IMPORTS, &json!({ "csv": csv }))).json
}

fn dry(client: &Client, csv: &str) -> Value {
    good(client.post(IMPORTS, &json!({ "csv": csv, "dry_run": true }))).json
}

fn log(client: &Client) -> Vec<Value> {
    good(client.get("/api/v1/audit?limit=500")).json["entries"].as_array().unwrap().clone()
}

#[test]
fn every_kind_of_difference_is_listed_then_done_then_there_is_none() {
    let world = World::start();
    let officer = world.officer();
    import(
        &officer,
        &format!(
            "{HEADER}1,First Officer,Office,good,,,,\n2,Łucja Żak,North,good,Clerk,l@example.org,1,Rosebud\n3,Same,North,good,,,,\n4,Leaves,South,good,,,,\n"
        ),
    );
    let next = format!(
        "{HEADER}1,First Officer,Office,good,,,,\n2,Łucja Nowak,South,lapsed,,n@example.org,2,Orchid\n3,Same,North,good,,,,\n5,\"Ann \"\"Q\"\", Jr\",West,good,,,,\n"
    );
    let list = dry(&officer, &next);
    let expected = json!({
        "added_members": [{ "member_no": "5", "name": "Ann \"Q\", Jr", "unit": "West" }],
        "changed_members": [{ "member_no": "2", "name": "Łucja Nowak", "changes": [
            { "field": "name", "from": "Łucja Żak", "to": "Łucja Nowak" },
            { "field": "unit", "from": "North", "to": "South" },
            { "field": "standing", "from": "good", "to": "lapsed" },
            { "field": "classification", "from": "Clerk", "to": "" },
            { "field": "email" }, { "field": "phone" }, { "field": "fact" },
        ] }],
        "gone_members": [{ "member_no": "4", "name": "Leaves", "unit": "South" }],
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&list[field], value);
    }
    let counts = |list: &Value| {
        ["added", "changed", "unchanged", "not_in_file"].map(|field| list[field].as_u64().unwrap())
    };
    assert_eq!(counts(&list), [1, 1, 2, 1]);
    assert_eq!(list["list_sha256"], hex::encode(Sha256::digest(expected.to_string())));

    let before = log(&officer).len();
    let bound = json!({ "csv": next, "list_sha256": list["list_sha256"] });
    let done = good(officer.post(IMPORTS, &bound)).json;
    assert_eq!((&done["dry_run"], &done["list_sha256"]), (&json!(false), &list["list_sha256"]));
    let entries = log(&officer);
    assert_eq!(entries.len(), before + 1);
    let detail = &entries[before]["detail"];
    assert_eq!(entries[before]["deed"], "roll_imported");
    assert_eq!(
        (&detail["added_members"], &detail["gone_members"]),
        (&json!(["5"]), &json!(["4"])),
        "{detail}"
    );
    let fields = ["name", "unit", "standing", "classification", "email", "phone", "fact"];
    assert_eq!(detail["changed_members"], json!([{ "member_no": "2", "fields": fields }]));
    assert_eq!(detail["list_sha256"], list["list_sha256"]);
    let written = detail.to_string();
    assert!(!written.contains("Nowak") && !written.contains("example.org") && !written.contains("Orchid"));

    // Once more: nothing is another, so nothing is written.
    assert_eq!(counts(&import(&officer, &next)), [0, 0, 4, 0]);
    assert_eq!(log(&officer).len(), before + 1);

    // Who comes back is new on the roll, with what is another than before.
    let back = import(&officer, &format!("{next}4,Leaves,West,good,,x@example.org,,\n"));
    assert_eq!(counts(&back), [1, 0, 4, 0]);
    let changes = json!([{ "field": "unit", "from": "South", "to": "West" }, { "field": "email" }]);
    assert_eq!(
        back["added_members"],
        json!([{ "member_no": "4", "name": "Leaves", "unit": "West", "returned": true, "changes": changes }])
    );
}

#[test]
fn a_list_that_no_longer_holds_is_not_imported() {
    let world = World::start();
    let officer = world.officer();
    let list = dry(&officer, ROLL);
    import(&officer, &ROLL.replace("Mia Member", "Mia Married"));
    let entries = log(&officer).len();
    let late = officer.post(IMPORTS, &json!({ "csv": ROLL, "list_sha256": list["list_sha256"] }));
    late.is_problem(409, "conflict");
    assert!(late.text("detail").contains("look at the new list"), "{}", late.body);
    let path = format!("{IMPORTS}?list_sha256={}", list["list_sha256"].as_str().unwrap());
    officer.send("POST", &path, Some("text/csv"), ROLL).is_problem(409, "conflict");
    assert_eq!(log(&officer).len(), entries);
    let now = dry(&officer, ROLL);
    assert_eq!(now["changed_members"][0]["changes"][0]["from"], "Mia Married");
    good(officer.post(IMPORTS, &json!({ "csv": ROLL, "list_sha256": now["list_sha256"] })));
}

#[test]
fn a_number_twice_is_refused_and_nothing_is_gone() {
    let world = World::start();
    let officer = world.officer();
    import(&officer, ROLL);
    let twice = "member_no,name,unit,standing\n100,Mia,North,good\n100,Mia,North,good\n";
    officer.post(IMPORTS, &json!({ "csv": twice })).is_problem(422, "roll_refused");
    assert_eq!(dry(&officer, ROLL)["unchanged"], 4);
}

#[test]
fn a_roll_that_names_nobody_of_before_is_imported_with_a_warning() {
    let world = World::start();
    let officer = world.officer();
    let numbered = |from: usize| {
        let rows: String = (from..from + 20).map(|n| format!("{n},Member {n},North,good,,,,\n")).collect();
        format!("{HEADER}{rows}")
    };
    import(&officer, &numbered(1000));
    let list = import(&officer, &numbered(2000));
    assert_eq!(
        (&list["added"], &list["not_in_file"], &list["unchanged"]),
        (&json!(20), &json!(20), &json!(0))
    );
    let warnings = list["warnings"].to_string();
    assert!(warnings.contains("leaves out 20 of the 20 members"), "{warnings}");
    // The officer is on no roll and an officer all the same.
    assert_eq!(good(officer.get("/api/v1/me")).json["roles"][0]["role"], "officer");
    let codes = good(officer.post("/api/v1/roll/activations", &json!({}))).json;
    let of = |code: &Value| code["member_no"].as_str().unwrap().starts_with('2');
    assert!(codes["codes"].as_array().unwrap().iter().all(of), "only members on the roll get codes unasked");
}

#[test]
fn who_is_gone_keeps_account_role_seat_and_frozen_ballots_and_is_on_no_new_one() {
    let mut union = Union::new(6);
    let board = union.board(2, 3);
    assert_eq!(board.tellers.len(), 3);
    let ballot = union.open(YES_NO);
    let officer = union.officers[0].0.clone();
    // The roll without the delegate and without the first two members, who are tellers.
    let rows: String =
        (2..6).map(|i| format!("{},Teacher {:02},School {},good,Teacher\n", no(i), 99 - i, i % 3)).collect();
    let csv = format!(
        "member_no,name,unit,standing,classification\n300,Olga Officer,Office,good,\n400,Obi Observer,Office,good,\n{rows}"
    );
    let list = import(&officer, &csv);
    let gone: BTreeMap<_, _> = list["gone_members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gone| (gone["member_no"].as_str().unwrap(), (&gone["roles"], &gone["boards"])))
        .collect();
    assert_eq!(gone.keys().copied().collect::<Vec<_>>(), ["1001", "1002", "200"]);
    assert_eq!(gone["200"].0, &json!(["delegate"]));
    assert_eq!(gone["1001"].1, &json!(["Election committee"]));
    let warnings = list["warnings"].to_string();
    assert!(warnings.contains("Dan Delegate (200)") && warnings.contains("stays delegate"), "{warnings}");
    assert!(warnings.contains("(1001)") && warnings.contains("teller's seat"), "{warnings}");
    // Votes in the ballot that was frozen before.
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    // Runs ballots; those to come are without the three.
    let next = union.freeze(YES_NO);
    let shown = good(union.delegate.get(&next.path)).json;
    assert_eq!(shown["boxes"][0]["eligible"], 4);
    assert!(!next.codes.contains_key(&no(0)) && next.codes.contains_key(&no(2)));
    let me = good(union.member(&no(0)).get(&next.path)).json;
    assert_eq!(me["me"]["eligible"], false);
    // Comes back.
    import(&officer, &format!("{csv}{},Teacher 99,School 0,good,Teacher\n", no(0)));
    let last = union.freeze(YES_NO);
    assert!(last.codes.contains_key(&no(0)) && !last.codes.contains_key(&no(1)));
    assert_eq!(good(union.delegate.get(&next.path)).json["boxes"][0]["eligible"], 4, "frozen stays frozen");
}

#[test]
fn a_unit_that_nobody_on_the_roll_has_can_get_no_delegate() {
    let world = World::start();
    let officer = world.officer();
    import(&officer, ROLL);
    import(&officer, &ROLL.replace("400,Obi Observer,South", "400,Obi Observer,North"));
    let reply =
        officer.post("/api/v1/roles", &json!({ "role": "delegate", "member_no": "200", "unit": "South" }));
    reply.is_problem(422, "invalid");
}

/// Whatever the rolls: after an import the roll is what the file says, and the counts add up.
#[test]
fn after_any_import_the_roll_is_the_file() {
    let world = World::start();
    let officer = world.officer();
    let member = (0..12_u8, 0..3_u8, 0..2_u8);
    let rolls = proptest::collection::vec((member, any::<bool>()), 1..12);
    let mut runner = TestRunner::new(Config::default());
    let mut before: BTreeMap<u8, (u8, u8)> = BTreeMap::new();
    let mut on_roll = 1;
    for _ in 0..24 {
        let roll = rolls.new_tree(&mut runner).unwrap().current();
        let members: BTreeMap<u8, (u8, u8)> =
            roll.into_iter().map(|((no, unit, name), _)| (no, (unit, name))).collect();
        let rows: String =
            members.iter().map(|(no, (unit, name))| format!("10{no},N{name},U{unit},good,,,,\n")).collect();
        let csv = format!("{HEADER}{rows}");
        let list = import(&officer, &csv);
        let count = |field: &str| usize::try_from(list[field].as_u64().unwrap()).unwrap();
        let changed =
            members.iter().filter(|(no, what)| before.get(no).is_some_and(|old| old != *what)).count();
        let added = members.keys().filter(|no| !before.contains_key(no)).count();
        assert_eq!((count("added"), count("changed")), (added, changed));
        assert_eq!(count("added") + count("changed") + count("unchanged"), members.len());
        assert_eq!(count("not_in_file") + count("changed") + count("unchanged"), on_roll);
        for list_name in ["added_members", "changed_members", "gone_members"] {
            let counted = list_name.replace("_members", "").replace("gone", "not_in_file");
            assert_eq!(list[list_name].as_array().unwrap().len(), count(&counted));
        }
        let again = dry(&officer, &csv);
        assert_eq!(again["unchanged"], members.len());
        assert_eq!(again["not_in_file"], 0);
        (before, on_roll) = (members.clone(), members.len());
    }
}

/// Nobody else may.
#[test]
fn only_officers_see_the_list() {
    let world = World::start();
    let all = world.everybody();
    let asked = json!({ "csv": ROLL, "dry_run": true });
    for client in [&all.member, &all.delegate, &all.observer] {
        client.post(IMPORTS, &asked).is_problem(403, "forbidden");
    }
    let reply: Reply = world.anyone().post(IMPORTS, &asked);
    reply.is_problem(401, "not_signed_in");
}

#[test]
fn a_long_list_comes_in_pieces_and_is_one_document() {
    let world = World::start();
    let officer = world.officer();
    let roll = |members: std::ops::Range<u32>, unit: &str| {
        let rows: String = members.map(|no| format!("{no:05},Member {no},{unit},good,,,,\n")).collect();
        format!("{HEADER}1,First Officer,Office,good,,,,\n{rows}")
    };
    // Whole pieces, and ones that are not.
    for (before, after, unit) in [(0..0, 0..2999, "A"), (0..2999, 0..3000, "A"), (0..3000, 1000..3001, "B")] {
        let csv = roll(after.clone(), unit);
        let list = dry(&officer, &csv);
        let length = |field: &str| u32::try_from(list[field].as_array().unwrap().len()).unwrap();
        let added = after.end - before.end.min(after.end);
        let changed = if unit == "B" { before.end - after.start } else { 0 };
        assert_eq!((length("added_members"), length("gone_members")), (added, after.start));
        assert!(length("changed_members") >= changed);
        let lists = json!({
            "added_members": list["added_members"],
            "changed_members": list["changed_members"],
            "gone_members": list["gone_members"],
        });
        assert_eq!(list["list_sha256"], hex::encode(Sha256::digest(lists.to_string())));
        assert_eq!(import(&officer, &csv)["list_sha256"], list["list_sha256"]);
        let again = dry(&officer, &csv);
        assert_eq!(again["unchanged"], json!(after.end - after.start + 1));
    }
}

#[test]
fn what_changes_after_the_comparison_is_compared_again() {
    let union = Union::new(3);
    let officer = union.officers[0].0.clone();
    let csv = "member_no,name,unit,standing,classification,email\n\
               200,Dan Delegate,Office,good,,dan@example.org\n\
               300,Olga Officer,Office,good,,olga@example.org\n\
               400,Obi Observer,Office,good,,obi@example.org\n\
               1001,A,North,good,Teacher,a@example.org\n\
               1002,B,North,good,Teacher,b@example.org\n\
               1,First Officer,Office,good,,first@example.org\n";
    import(&officer, csv);
    let mut reads = 0;
    *union.world.meanwhile.lock().unwrap() = Some(Box::new(move |app, _| {
        if std::thread::current().name().is_some_and(|name| name.contains("reader")) {
            // The comparison, for the session is looked up by another thread: what is queued now is done before the import.
            reads += 1;
            if reads == 1 {
                drop(app.store.write("test", |tx| {
                    let id = tx.member("1001")?.unwrap().id;
                    tx.set_email(id, "other@example.org")
                }));
            }
        }
    }));
    let imported = import(&officer, csv);
    *union.world.meanwhile.lock().unwrap() = None;
    assert_eq!(
        imported["changed_members"],
        json!([{ "member_no": "1001", "name": "A", "changes": [{ "field": "email" }] }])
    );
    assert_eq!(dry(&officer, csv)["changed"], 0);
}
