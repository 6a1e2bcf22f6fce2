//! The roll and a draft before it is frozen, at the command line: imported again, previewed, announced, objected to, frozen.

use std::fs;

use scrutineer_tests::roll;
use scrutineer_tests::union::ballot::{YES_NO, file};
use scrutineer_tests::union::path;
use serde_json::json;

use crate::world;

#[test]
fn a_roll_is_imported_again_as_it_was_listed() {
    let world = world(12);
    let officer = world.first_officer();
    let (gone, stays) = world.roll.split_last().unwrap();
    let csv = roll::csv(stays).unwrap().replacen(stays[8].name(), "Zażółć Gęślą", 1);
    let file = world.file("roll-2.csv");
    fs::write(&file, format!("{csv}99999,\"Nowa, Ewa\",Łódź,good,\n")).unwrap();
    let list = officer.run(&["roll", "import", &path(&file), "--dry-run"]).yes().unwrap();
    assert_eq!((&list["added"], &list["changed"], &list["not_in_file"]), (&json!(1), &json!(1), &json!(1)));
    let change = json!([{ "field": "name", "from": stays[8].name(), "to": "Zażółć Gęślą" }]);
    assert_eq!(list["changed_members"][0]["changes"], change);
    assert_eq!(list["gone_members"][0]["member_no"], gone.no().as_str());
    // Without a terminal nobody is asked; with one, --yes answers.
    let done = officer.run(&["roll", "import", &path(&file)]).yes().unwrap();
    assert_eq!((&done["dry_run"], &done["list_sha256"]), (&json!(false), &list["list_sha256"]));
    let again = officer.run(&["roll", "import", &path(&file), "--yes"]).yes().unwrap();
    assert_eq!((&again["unchanged"], &again["not_in_file"]), (&json!(12), &json!(0)));
    let both = officer.run(&["roll", "import", &path(&file), "--yes", "--dry-run"]).error().unwrap();
    assert!(both.contains("cannot be used with"), "{both}");
    assert_eq!(world.delegate().run(&["roll", "import", &path(&file)]).refusal().unwrap(), "forbidden");
}

#[test]
fn a_draft_is_previewed_announced_objected_to_and_frozen() {
    let mut world = world(12);
    let member = world.voters()[0].clone();
    world.activate(&member).unwrap();
    let id = world.draft(&file("server", &[YES_NO]).replace("A question", "Not this")).unwrap();
    let text = file("server", &[YES_NO]);
    let toml = world.file("other.toml");
    let narrow = format!("{text}\n[eligible]\nunit = [\"Nowhere\"]\n");
    fs::write(&toml, &narrow).unwrap();
    let replaced = world.delegate().run(&["ballot", "draft", &path(&toml), "--replace", &id]).yes().unwrap();
    assert_eq!(replaced["id"], *id);
    let shown = world.delegate().run(&["ballot", "preview", &id]).no().unwrap();
    assert!(shown["problems"][0].as_str().unwrap().contains("\"Nowhere\""), "{shown}");
    fs::write(&toml, &text).unwrap();
    world.delegate().run(&["ballot", "draft", &path(&toml), "--replace", &id]).yes().unwrap();
    let shown = world.delegate().run(&["ballot", "preview", &id]).yes().unwrap();
    assert_eq!((&shown["members"], &shown["eligible"]), (&json!(12), &json!(12)));

    assert_eq!(member.run(&["ballot", "show", &id]).refusal().unwrap(), "not_found");
    let late = "2100-01-01T00:00:00";
    let announce =
        |until: &str| world.delegate().run(&["ballot", "announce", &id, "--objections-until", until]);
    assert_eq!(announce("yesterday").refusal().unwrap(), "invalid");
    announce(late).yes().unwrap();
    assert_eq!(announce(late).refusal().unwrap(), "conflict");
    let replace = world.delegate().run(&["ballot", "draft", &path(&toml), "--replace", &id]);
    assert_eq!(replace.refusal().unwrap(), "conflict");
    let shown = member.run(&["ballot", "show", &id]).yes().unwrap();
    assert_eq!(
        (&shown["title"], &shown["announcement"]["me"]["may_vote"]),
        (&json!("A question"), &json!(true))
    );
    assert_eq!(world.delegate().run(&["ballot", "freeze", &id]).refusal().unwrap(), "conflict");

    let today = shown["announcement"]["announced"].as_i64().unwrap();
    let today =
        scrutineer_ballot::zone::Zone::parse("America/Chicago").unwrap().rfc3339(today)[..10].to_owned();
    let sent = |how: &str| {
        let words = ["ballot", "notice-sent", &id, "--on", &today, "--copies", "12", "--how", how];
        world.delegate().run(&words)
    };
    assert!(sent("pigeon").error().unwrap().contains("mail, email, hand or posted"));
    let shown = sent("mail").yes().unwrap();
    assert_eq!(shown["announcement"]["notices"], json!([{ "on": today, "copies": 12, "how": "mail" }]));
    let none = world.observer().run(&["objections", "list", &id]).yes().unwrap();
    assert_eq!(none, json!({ "objections": [] }));
    let answer = world.file("answer.txt");
    fs::write(&answer, "Tak.").unwrap();
    let answers = |number: &str| {
        world.delegate().run(&["objections", "answer", &id, number, "--text-file", &path(&answer)])
    };
    assert_eq!(answers("1").refusal().unwrap(), "not_found");
    assert_eq!(member.run(&["objections", "list", &id]).refusal().unwrap(), "forbidden");

    let until = shown["announcement"]["objections_until"].as_i64().unwrap();
    world.pass_to(until).unwrap();
    for person in [world.delegate(), world.officers()[0], world.officers()[1]] {
        person.login(scrutineer_tests::union::PASSWORD).unwrap();
    }
    world.freeze(&id).unwrap();
    assert_eq!(world.show(&id).unwrap()["state"], "frozen");
}
