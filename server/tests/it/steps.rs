//! What members ask for costs the database the same however many members and votes there are.

use scrutineer_server::store::steps;
use serde_json::json;

use crate::support::PASSWORD;
use crate::union::{Union, YES_NO, good, no, no_vote, yes};

/// Members of the ballot.
const MEMBERS: usize = 250;
/// Those of them who vote.
const VOTERS: usize = 50;
/// The most steps of one statement: fewer than looking at each of the voters takes.
const MOST: i32 = 150;

#[test]
fn what_members_ask_for_takes_no_look_at_every_member_or_vote() {
    let mut union = Union::new(MEMBERS);
    let ballot = union.open(YES_NO);
    for voter in 0..VOTERS {
        assert_eq!(union.vote(&ballot, &no(voter), &yes()).status, 201);
    }
    let (anyone, file) = (union.world.anyone(), union.world.files.folder.database());
    let member = union.member(&no(VOTERS));
    let sign_in = json!({ "member_no": no(VOTERS), "password": PASSWORD, "kind": "cookie" });
    let cookie = anyone.post("/api/v1/sessions", &sign_in).header("set-cookie").to_owned();
    let browser = anyone.with("cookie", cookie.split(';').next().unwrap());
    drop(steps::taken(&file));

    let cast = union.vote(&ballot, &no(VOTERS), &yes());
    assert_eq!(cast.status, 201);
    let receipts = format!("{}/receipts?tracker={}", ballot.path, cast.text("tracker"));
    good(member.get(&receipts));
    good(member.get(&ballot.path));
    good(member.get("/api/v1/ballots"));
    let own = format!("/ballots/{}", ballot.id);
    for path in
        ["/".to_owned(), own.clone(), format!("{own}/record"), format!("{own}/vote"), "/check".to_owned()]
    {
        assert_eq!(browser.get(&path).status, 200, "{path}");
    }
    let taken = steps::taken(&file);
    assert!(taken.len() > 20, "{} statements", taken.len());
    let too_long: Vec<_> = taken.into_iter().filter(|(_, steps)| *steps > MOST).collect();
    assert!(too_long.is_empty(), "{too_long:#?}");

    // Such a look would be seen: a replaced vote is found by its credential, turnout takes all of them.
    union.world.clock.advance(61);
    assert_eq!(union.vote(&ballot, &no(VOTERS), &no_vote()).status, 201);
    let letters = format!(
        "INSERT INTO letter_run (number, ballot_id, kind, state, recipients, confirmed_by, confirmed_at)
              VALUES (1, 1, 'open', 'done', {MEMBERS}, 1, 0);
         INSERT INTO letter (id, run, ballot_id, member_id, kind, address, code, state, due_at, day)
              SELECT randomblob(16), 1, 1, id, 'open', 'a@example.org', 0, 'sent', 0, '2021-01-21' FROM member;"
    );
    rusqlite::Connection::open(&file).unwrap().execute_batch(&letters).unwrap();
    good(union.order(&ballot, "closing"));
    let taken = steps::taken(&file);
    assert!(taken.iter().any(|(sql, steps)| sql.contains("participation") && *steps > MOST));
    // Letters are what there are most of.
    let changes = ["DELETE FROM letter ", "UPDATE letter "];
    let of_letters: Vec<_> =
        taken.iter().filter(|(sql, _)| changes.iter().any(|begins| sql.starts_with(begins))).collect();
    assert_eq!(of_letters.len(), 5, "{of_letters:#?}");
    assert!(of_letters.iter().all(|(_, steps)| *steps <= MOST), "{of_letters:#?}");
}
