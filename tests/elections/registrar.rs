//! Ballots whose codes a registrar makes at the command line, apart from the server.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use scrutineer_ballot::code::VotingCode;
use scrutineer_tests::person::{Person, offline};
use scrutineer_tests::union::ballot::{BOARD, Ballot, YES_NO, boxes_file, file};
use scrutineer_tests::union::{codes, path};
use scrutineer_tests::world::World;
use serde_json::{Value, json};

use crate::{PROGRAM, world};

/// A ballot file whose codes this member makes.
fn by_registrar(text: &str, registrar: &Person) -> String {
    let who = format!("codes = \"registrar\"\nregistrar = {:?}\nspares", registrar.member_no);
    text.replacen("spares", &who, 1)
}

/// A ballot of the registrar's, frozen.
fn frozen(world: &World, text: &str) -> String {
    let id = world.draft(text).unwrap();
    world.freeze(&id).unwrap();
    id
}

fn read(file: &Path) -> Value {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// The rows of a file of codes by column, in the order of the file.
fn rows(file: &Path) -> Vec<HashMap<String, String>> {
    csv::Reader::from_path(file).unwrap().into_deserialize().map(Result::unwrap).collect()
}

/// The members who vote in the test, one of them the registrar, all signed in.
fn registrar(world: &World) -> &Person {
    let registrar = world.voters().last().unwrap();
    world.activate(registrar).unwrap();
    registrar
}

/// Whether any file under a folder, or the log, has one of these texts.
fn holds(world: &World, texts: &[String]) -> bool {
    let (mut folders, mut files) = (vec![world.data()], vec![world.log()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    files.iter().any(|file| {
        let bytes = fs::read(file).unwrap();
        texts.iter().any(|text| holds(&bytes, text))
    })
}

#[test]
fn a_ballot_in_several_boxes_goes_from_the_registrar_to_the_certificate() {
    let world = World::with_board(PROGRAM, 14).unwrap();
    let registrar = registrar(&world);
    let units = world.units();
    let (north, others) = units.split_at(1);
    let text = boxes_file(BOARD, &[("=North", north), ("Others", others)], &[YES_NO]);
    let id = frozen(&world, &by_registrar(&text, registrar));
    let [one, two, three] = world.tellers();

    // Before the codes are there, everything waits for them and says so.
    let shown = world.show(&id).unwrap();
    let waits = format!("the registrar, member {}, must issue", registrar.member_no);
    assert!(shown["waits_for"][0].as_str().unwrap().contains(&waits), "{shown}");
    assert!(world.check(one, &id).error().unwrap().contains("has not issued the voting codes"));
    assert!(world.delegate().run(&["ballot", "open", &id]).error().unwrap().contains(&waits));
    let record = path(&world.file("too-early"));
    assert!(
        world.observer().run(&["record", &id, "-o", &record]).error().unwrap().contains("has not issued")
    );
    let watch = world.observer().monitor(&["--once"]);
    assert_eq!((watch.exit.code(), watch.alarms().len()), (0, 0), "{:?} {}", watch.lines, watch.err);
    assert_eq!(watch.found("waits").count(), 2, "{:?}", watch.lines);
    let fetched = world.delegate().run(&["codes", "fetch", &id, "--out", &path(&world.file("none.csv"))]);
    assert!(fetched.error().unwrap().contains("the server has none"));

    let out = world.file("codes.csv");
    for other in [world.delegate(), world.first_officer(), one] {
        let refused = other.run(&["codes", "issue", &id, "--out", &path(&out)]).refusal().unwrap();
        assert_eq!(refused, "forbidden");
    }
    assert!(!out.exists() && !world.file("codes.spares.json").exists());
    let made = registrar.run(&["codes", "issue", &id, "--out", &path(&out)]).yes().unwrap();
    assert_eq!((&made["codes"], &made["spares"], &made["uploaded"]), (&json!(14), &json!(3), &json!(true)));
    let rows = rows(&out);
    let first = &rows[0];
    assert_eq!((rows.len(), first.len()), (14, 13));
    let link = format!("{}/ballots/{id}/vote#{}", world.running().unwrap().url(), first["code"]);
    assert_eq!(first["link"], link);
    assert!(rows.iter().any(|row| row["box"] == "'=North") && rows.iter().any(|row| row["box"] == "Others"));
    #[cfg(unix)]
    for file in [&out, &world.file("codes.spares.json")] {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(file).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }

    // The same command again sends the same again.
    let again = registrar.run(&["codes", "issue", &id, "--out", &path(&out)]).yes().unwrap();
    assert_eq!(again, made);
    let other = registrar.run(&["codes", "issue", &id, "--out", &path(&world.file("other.csv"))]);
    assert!(other.error().unwrap().contains("issued already"));
    assert!(!world.file("other.csv").exists());

    let mut ballot = Ballot { id: id.clone(), codes: codes(&out).unwrap() };
    for teller in [one, two] {
        world.check(teller, &id).yes().unwrap();
    }
    world.open(&id).unwrap();
    let watch = world.observer().monitor(&["--once"]);
    assert_eq!((watch.exit.code(), watch.alarms().len()), (0, 0), "{:?} {}", watch.lines, watch.err);
    let people = world.people();
    for person in people.get(7..13).unwrap() {
        world.activate(person).unwrap();
    }

    // A code is lost: the desk replaces it, and the registrar alone finds the new one.
    let loser = &people[8];
    world.first_officer().run(&["desk", "reissue", &id, "--member", &loser.member_no]).yes().unwrap();
    let (spares, new) = (path(&world.file("codes.spares.json")), world.file("reissued.csv"));
    let reissue = ["codes", "reissue", &id, "--spares", &spares, "--out", &path(&new)];
    assert_eq!(world.delegate().run(&reissue).refusal().unwrap(), "forbidden");
    let found = registrar.run(&reissue).yes().unwrap();
    assert_eq!((&found["codes"], &found["confirmed"]), (&json!(1), &json!(1)));
    assert_eq!(registrar.run(&reissue).yes().unwrap()["codes"], 0);
    let lost = ballot.code(loser).unwrap().to_owned();
    assert_eq!(ballot.vote_with(loser, &lost, &["--answer", "1=Yes"]).refusal().unwrap(), "code_void");
    ballot.codes.extend(codes(&new).unwrap());

    for person in people {
        ballot.vote(person, &["--answer", "1=Yes"]).unwrap().yes().unwrap();
    }
    let mut known: Vec<String> = ballot.codes.values().cloned().chain([lost]).collect();
    for code in known.clone() {
        known.push(VotingCode::parse(&code).unwrap().credential().to_string());
        known.push(code.replace('-', ""));
    }
    assert!(!holds(&world, &known), "the server has never seen a code");
    world.close(&id).unwrap();
    world.decrypt(one, &id).no().unwrap();
    world.decrypt(three, &id).yes().unwrap();
    world.decrypt(one, &id).yes().unwrap();
    for officer in world.officers() {
        world.certify(officer, &id).yes().unwrap();
    }

    let (records, certificate) = (world.file("records"), path(&world.file("certificate")));
    let anyone = world.stranger();
    let written = anyone.run(&["record", &id, "-o", &path(&records)]).yes().unwrap();
    let written: Vec<String> = written["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["file"].as_str().unwrap().to_owned())
        .collect();
    anyone.run(&["certificate", &id, "-o", &certificate]).yes().unwrap();
    let written: Vec<&str> = written.iter().map(String::as_str).collect();
    let verified =
        offline(&[&["verify", "--certificate", &certificate], &written[..]].concat()).yes().unwrap();
    assert_eq!(verified["certificate"]["ok"], true);
    let document = read(&world.file("certificate").join("certificate.json"));
    assert_eq!(document["codes"], "registrar", "{document}");
    let watch = world.observer().monitor(&["--once"]);
    assert_eq!((watch.exit.code(), watch.alarms().len()), (0, 0), "{:?} {}", watch.lines, watch.err);
}

#[test]
fn codes_are_made_without_a_network_and_interrupted_runs_go_on() {
    let mut world = world(10);
    let registrar = registrar(&world).clone();
    let id = frozen(&world, &by_registrar(&file("server", &[YES_NO]), &registrar));
    let [request, out, public] = ["request.json", "codes.csv", "public.json"].map(|name| world.file(name));
    let (request_path, out_path, public_path) = (path(&request), path(&out), path(&public));
    registrar.run(&["codes", "request", &id, "--out", &request_path]).yes().unwrap();

    // No server anywhere.
    let url = world.running().unwrap().url().to_owned();
    world.stop().unwrap();
    let offline_issue =
        ["codes", "issue", "--request", &request_path, "--out", &out_path, "--public", &public_path];
    let made = offline(&offline_issue).yes().unwrap();
    assert_eq!(
        (&made["codes"], &made["uploaded"], &made["public"]),
        (&json!(10), &json!(false), &json!(public_path))
    );
    let (first, spares) = (fs::read(&out).unwrap(), world.file("codes.spares.json"));
    // Again, and after being interrupted before each file: the same codes, but for those that nobody had.
    assert_eq!(offline(&offline_issue).yes().unwrap(), made);
    fs::remove_file(&public).unwrap();
    assert_eq!(offline(&offline_issue).yes().unwrap(), made);
    assert_eq!(fs::read(&out).unwrap(), first);
    fs::remove_file(&out).unwrap();
    assert!(offline(&offline_issue).error().unwrap().contains("are not: choose other names"));
    fs::remove_file(&public).unwrap();
    let had = fs::read(&spares).unwrap();
    let made_again = offline(&offline_issue).yes().unwrap();
    assert_eq!(fs::read(&spares).unwrap(), had);
    let hidden = world.file("hidden");
    fs::rename(&spares, &hidden).unwrap();
    assert!(offline(&offline_issue).error().unwrap().contains("beside it is not"));
    fs::rename(&hidden, &spares).unwrap();

    // The public part has no code, and is all that goes over the network.
    let text = fs::read_to_string(&public).unwrap();
    assert!(codes(&out).unwrap().values().all(|code| !text.contains(code)));
    world.start_again(&url).unwrap();
    let bad = world.file("bad.json");
    let upload = |change: &dyn Fn(&mut Value)| {
        let mut part = read(&public);
        change(&mut part["credentials"]["boxes"][0]);
        fs::write(&bad, part.to_string()).unwrap();
        registrar.run(&["codes", "upload", &id, &path(&bad)]).error().unwrap()
    };
    let list = |one: &mut Value, name: &str| one[name].as_array().unwrap().clone();
    assert!(
        upload(&|one| one["members"] = json!(&list(one, "members")[1..]))
            .contains("needs the credentials of 10")
    );
    assert!(
        upload(&|one| one["spares"] = json!(&list(one, "spares")[1..])).contains("needs 3 spare credentials")
    );
    assert!(upload(&|one| one["spares"][0] = one["spares"][1].clone()).contains("is there twice"));
    let order_2 = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec";
    assert!(upload(&|one| one["spares"][0] = json!(order_2)).contains("prime-order subgroup"));
    let not_canonical = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffee";
    assert!(upload(&|one| one["spares"][0] = json!(not_canonical)).contains("cannot be taken"));
    let refused = world.delegate().run(&["codes", "upload", &id, &public_path]).refusal().unwrap();
    assert_eq!(refused, "forbidden");

    let handed_in = registrar.run(&["codes", "upload", &id, &public_path]).yes().unwrap();
    assert_eq!(handed_in["boxes"][0]["list_sha256"], made_again["boxes"][0]["list_sha256"]);
    // Twice, by either command; and never others.
    registrar.run(&["codes", "upload", &id, &public_path]).yes().unwrap();
    registrar.run(&["codes", "issue", &id, "--out", &out_path]).yes().unwrap();
    assert!(
        upload(&|one| {
            let (a, b) = (one["members"][0]["credential"].clone(), one["members"][1]["credential"].clone());
            (one["members"][0]["credential"], one["members"][1]["credential"]) = (b, a);
        })
        .contains("issued already")
    );
    world.open(&id).unwrap();
    let ballot = Ballot { id, codes: codes(&out).unwrap() };
    ballot.vote(world.first_officer(), &["--answer", "1=Yes"]).unwrap().yes().unwrap();
}

#[test]
fn a_request_that_does_not_fit_its_election_makes_no_codes() {
    let world = world(10);
    let registrar = registrar(&world).clone();
    let id = frozen(&world, &by_registrar(&file("server", &[YES_NO]), &registrar));
    let request = world.file("request.json");
    registrar.run(&["codes", "request", &id, "--out", &path(&request)]).yes().unwrap();
    let good = read(&request);
    let (out, public) = (path(&world.file("codes.csv")), path(&world.file("public.json")));
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut bad = good.clone();
        change(&mut bad);
        let file = world.file("bad.json");
        fs::write(&file, bad.to_string()).unwrap();
        offline(&["codes", "issue", "--request", &path(&file), "--out", &out, "--public", &public])
            .error()
            .unwrap()
    };
    /// What the refusal says, and what was changed.
    type Change = (&'static str, fn(&mut Value));
    let changes: [Change; 11] = [
        ("the list of members is another", |bad| bad["boxes"][0]["members"][3]["name"] = json!("Eve")),
        ("the list of members is another", |bad| bad["boxes"][0]["members"][3]["member_no"] = json!("9999")),
        ("the list of members is another", |bad| bad["boxes"][0]["roll_salt"] = json!("00".repeat(32))),
        ("the number of members is another", |bad| {
            bad["boxes"][0]["members"].as_array_mut().unwrap().pop();
        }),
        ("the ballot is another", |bad| bad["ballot"] = json!("AAAAAAAAAAAAAA")),
        ("the title is another", |bad| bad["title"] = json!("Something else")),
        ("the number of boxes is another", |bad| {
            let one = bad["boxes"][0].clone();
            bad["boxes"] = json!([one.clone(), one]);
        }),
        ("each once", |bad| bad["boxes"] = json!([])),
        ("cannot be used", |bad| bad["boxes"][0]["election"] = json!("{}")),
        ("where members reach it", |bad| bad["public_url"] = json!("http://vote.example.org")),
        ("is not a request for codes", |bad| *bad = json!({ "ballot": 7 })),
    ];
    for (says, change) in changes {
        let sentence = refused(&change);
        assert!(sentence.contains(says), "{says}: {sentence}");
    }
    assert!(!world.file("codes.csv").exists() && !world.file("codes.spares.json").exists());
}

#[test]
fn a_registrar_hands_out_nothing_that_does_not_fit_the_own_files() {
    let world = world(10);
    let registrar = registrar(&world).clone();
    let first = frozen(&world, &by_registrar(&file("server", &[YES_NO]), &registrar));
    let second = frozen(&world, &by_registrar(&file("server", &[YES_NO]), &registrar));
    for (id, name) in [(&first, "first.csv"), (&second, "second.csv")] {
        registrar.run(&["codes", "issue", id, "--out", &path(&world.file(name))]).yes().unwrap();
    }
    let member = &world.voters()[0].member_no;
    world.first_officer().run(&["desk", "reissue", &first, "--member", member]).yes().unwrap();
    let out = path(&world.file("new.csv"));
    let reissue = |spares: &str| {
        registrar.run(&["codes", "reissue", &first, "--spares", &path(&world.file(spares)), "--out", &out])
    };
    assert!(reissue("second.spares.json").error().unwrap().contains("none of the spare codes"));
    assert!(reissue("none.json").error().unwrap().contains("is not there"));
    assert!(reissue("first.csv").error().unwrap().contains("not a registrar's file"));
    // A member who is not on the registrar's own roll gets nothing, whoever asks.
    let mut own = read(&world.file("first.spares.json"));
    let members = own["boxes"][0]["members"].as_array_mut().unwrap();
    members.retain(|one| one["member_no"] != member.as_str());
    let file = world.file("changed.json");
    scrutineer_cli::files::write_new(&file, own.to_string().as_bytes(), scrutineer_cli::files::Access::Owner)
        .unwrap();
    assert!(reissue("changed.json").error().unwrap().contains("not on the roll"));
    assert!(!world.file("new.csv").exists());
    reissue("first.spares.json").yes().unwrap();
    assert_eq!(rows(&world.file("new.csv"))[0]["member_no"], *member);
}
