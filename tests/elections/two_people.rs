//! Deeds that need two people, as two people do them.

use scrutineer_tests::union::ballot::{YES_NO, file};
use scrutineer_tests::union::{PASSWORD, codes, path};

use crate::{open_ballot, world};

#[test]
fn one_proposes_and_another_approves_what_is_shown() {
    let world = world(10);
    let [first, second] = world.officers();
    let id = world.draft(&file("server", &[YES_NO])).unwrap();
    let proposed = world.delegate().run(&["ballot", "freeze", &id]).yes().unwrap();
    assert_eq!(
        (proposed["state"].as_str(), proposed["kind"].as_str()),
        (Some("waiting"), Some("freeze_ballot"))
    );
    assert_eq!(proposed["ballot"], id.as_str());
    assert_eq!(proposed["content"]["boxes"][0]["eligible"], 10);
    let number = proposed["id"].to_string();
    // The one who asked cannot, nor can somebody without the role.
    for person in [world.delegate(), world.observer()] {
        assert_eq!(person.run(&["approve", &number]).refusal().unwrap(), "forbidden");
    }
    assert!(world.voters()[0].run(&["proposals"]).error().is_ok(), "members do not see them");
    assert_eq!(world.observer().run(&["proposals"]).yes().unwrap()["proposals"][0]["id"], proposed["id"]);
    assert_eq!(world.show(&id).unwrap()["state"], "draft");
    // Rejected, proposed again, approved.
    let reason = "Two more days";
    let rejected = first.run(&["reject", &number, "--reason", reason]).yes().unwrap();
    assert_eq!((rejected["state"].as_str(), rejected["reason"].as_str()), (Some("rejected"), Some(reason)));
    assert_eq!(second.run(&["approve", &number]).refusal().unwrap(), "conflict");
    world.freeze(&id).unwrap();
    assert_eq!(world.show(&id).unwrap()["state"], "frozen");
    // The codes are for the delegate, who asked.
    world.fetch_codes(&id).unwrap();
    // An officer proposes to cancel it and does not get around the other one.
    let cancel = first.run(&["ballot", "cancel", &id, "--reason", "Withdrawn"]).yes().unwrap();
    assert_eq!(first.run(&["approve", &cancel["id"].to_string()]).refusal().unwrap(), "forbidden");
    second.run(&["approve", &cancel["id"].to_string()]).yes().unwrap();
    assert_eq!(world.show(&id).unwrap()["state"], "cancelled");
}

#[test]
fn many_codes_are_replaced_by_two_people() {
    let world = world(10);
    let [first, second] = world.officers();
    let ballot = open_ballot(&world);
    let [one, two] = [0, 1].map(|i| world.voters()[i].member_no.clone());
    let words = ["desk", "reissue", &ballot.id, "--member", &one, "--member", &two];
    let proposed = first.run(&words).yes().unwrap();
    assert_eq!(proposed["kind"], "reissue_codes");
    let new = path(&world.file("new.csv"));
    assert!(world.delegate().run(&["codes", "fetch", &ballot.id, "--out", &new]).error().is_ok(), "none yet");
    second.run(&["approve", &proposed["id"].to_string()]).yes().unwrap();
    world.delegate().run(&["codes", "fetch", &ballot.id, "--out", &new]).yes().unwrap();
    let fetched = codes(&world.file("new.csv")).unwrap();
    assert_eq!(fetched.len(), 2);
    assert_ne!(fetched[&one], ballot.codes[&one]);
}

#[test]
fn an_officer_who_lost_the_password_gets_a_code_by_two_others() {
    let world = world(10);
    let [first, second] = world.officers();
    let observer = world.observer();
    let grant = first.run(&["role", "grant", "officer", "--member", &observer.member_no]);
    world.by_two(&grant).unwrap();
    let never = path(&world.file("never.csv"));
    let words = ["roll", "activation", "--member", &observer.member_no, "--out", &never];
    let proposed = first.run(&words).yes().unwrap();
    assert_eq!(proposed["kind"], "replace_password");
    let (number, out) = (proposed["id"].to_string(), path(&world.file("code.csv")));
    second.run(&["approve", &number, "--out", &out]).yes().unwrap();
    let code = &codes(&world.file("code.csv")).unwrap()[&observer.member_no];
    observer.activate(code, "another made up password").unwrap();
    assert!(observer.login(PASSWORD).is_err());
    assert_eq!(observer.run(&["proposals"]).yes().unwrap()["proposals"].as_array().unwrap().len(), 2);
}
