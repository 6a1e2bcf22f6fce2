//! Looking a vote up with nothing but its tracker or the tracker's words.

use scrutineer_api::ballot::BallotState;
use scrutineer_ballot::fingerprint::Fingerprint;
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_server::actions::check_receipt::{Checked, check};

use crate::union::{Ballot, Union, YES_NO, good, no, yes};

fn hash(vote: &str) -> Base64Hash {
    Base64Hash::of(vote.as_bytes())
}

fn words(hash: &Base64Hash) -> String {
    Fingerprint::of_digest(hash.digest()).to_string()
}

/// What somebody who is not signed in finds.
fn found(union: &Union, typed: &str) -> Checked {
    union.world.inside(async |app| check(app, None, typed).await).unwrap()
}

fn cast(union: &mut Union, ballot: &Ballot, member: usize) -> Base64Hash {
    let vote = union.seal(ballot, &no(member), &yes());
    let client = union.member(&no(member));
    good(ballot.cast(&client, &vote));
    hash(&vote)
}

#[test]
fn a_vote_is_found_by_its_tracker_and_by_its_words_in_whatever_ballot_it_is() {
    let mut union = Union::with(3, |settings| settings.votes.seconds_between = 0);
    let (first, second) = (union.open(YES_NO), union.open(&YES_NO.replace("Work remotely", "Strike")));
    let replaced = cast(&mut union, &first, 0);
    let counted = cast(&mut union, &first, 0);
    let elsewhere = cast(&mut union, &second, 0);
    for ballot in [&first, &second] {
        good(union.order(ballot, "closing"));
    }
    for (hash, ballot, title, counts, height) in [
        (replaced, &first, "Work remotely only", false, 1),
        (counted, &first, "Work remotely only", true, 2),
        (elsewhere, &second, "Strike only", true, 1),
    ] {
        let (bare, words) = (hash.to_string(), words(&hash));
        for typed in [
            bare.clone(),
            format!("  {bare}\r\n"),
            format!("{}\n{} {}", &bare[..10], &bare[10..30], &bare[30..]),
            bare.replace('+', " "),
            words.clone(),
            words.to_uppercase().replace(' ', " - "),
            words.replace(' ', "\n"),
        ] {
            let (what, found) = match found(&union, &typed) {
                Checked::Counted(found) => (true, found),
                Checked::Replaced(found) => (false, found),
                other => panic!("{typed}: {other:?}"),
            };
            assert_eq!((what, found.height, &found.tracker), (counts, height, &bare), "{typed}");
            let about = found.ballot;
            assert_eq!(
                (&about.id, about.title.as_str(), about.state),
                (&ballot.id, title, BallotState::Tallied)
            );
            assert_eq!((about.contact.as_str(), about.practice), ("Election committee, 555-0100", false));
        }
    }
}

#[test]
fn what_is_no_tracker_is_named_so() {
    let union = Union::new(1);
    let good_one = hash("x").to_string();
    let twelve = words(&hash("x"));
    for typed in [
        "",
        " ",
        "hello",
        &good_one[1..],
        &format!("{good_one}="),
        &format!("{good_one}{good_one}"),
        &good_one.replace(&good_one[..1], "!"),
        &twelve[..twelve.rfind(' ').unwrap()],
        &format!("{twelve} abandon"),
        &twelve.replacen(&twelve[..2], "qq", 1),
        &"a ".repeat(10_000),
        &"é".repeat(43),
    ] {
        assert_eq!(found(&union, typed), Checked::NotATracker, "{typed}");
    }
}

#[test]
fn a_vote_that_is_not_found_is_said_with_where_it_may_be_and_whom_to_call() {
    let mut union = Union::new(2);
    let nothing = |found: Checked| match found {
        Checked::NotFound(unseen) => unseen,
        other => panic!("{other:?}"),
    };
    let unknown = hash("x").to_string();
    let none = nothing(found(&union, &unknown));
    assert_eq!((none.sign_in, none.steps, none.ballots.len()), (false, false, 0));
    // Neither drafts nor frozen ballots have votes.
    let frozen = union.freeze(YES_NO);
    assert!(nothing(found(&union, &unknown)).ballots.is_empty());
    good(union.order(&frozen, "opening"));
    let cast = cast(&mut union, &frozen, 0);
    for typed in [&unknown, &cast.to_string(), &words(&cast)] {
        let unseen = nothing(found(&union, typed));
        assert_eq!((unseen.sign_in, unseen.steps), (true, true));
        let [ballot] = &unseen.ballots[..] else { panic!("one ballot") };
        assert_eq!((&ballot.id, ballot.state), (&frozen.id, BallotState::Open));
        assert_eq!(ballot.contact, "Election committee, 555-0100");
    }
    good(union.order(&frozen, "closing"));
    let unseen = nothing(found(&union, &unknown));
    assert_eq!((unseen.sign_in, unseen.steps, unseen.ballots.len()), (false, false, 1));
    assert!(matches!(found(&union, &cast.to_string()), Checked::Counted(_)));
}

#[test]
fn a_public_record_shows_its_votes_at_once() {
    let mut union = Union::new(2);
    let ballot = union.open(&YES_NO.replace("codes =", "record = \"public\"\ncodes ="));
    let hash = cast(&mut union, &ballot, 0);
    assert!(matches!(found(&union, &hash.to_string()), Checked::Counted(_)));
    let Checked::NotFound(unseen) = found(&union, &words(&self::hash("x"))) else { panic!("found") };
    assert_eq!((unseen.sign_in, unseen.steps), (false, false));
}

#[test]
fn words_that_fit_several_votes_choose_none_of_them() {
    let mut union = Union::new(2);
    let ballot = union.open(&YES_NO.replace("codes =", "record = \"public\"\ncodes ="));
    let hash = cast(&mut union, &ballot, 0);
    let mut near = *hash.digest();
    near[31] ^= 1;
    let near = Base64Hash::from_digest(near);
    // Nobody can make such a vote; it is put there.
    let id = ballot.id.clone();
    union
        .world
        .inside(async |app| {
            app.store
                .write("a near miss", move |tx| {
                    let one = tx.boxes_of(tx.ballots_beginning(&id)?[0].ballot)?.remove(0);
                    tx.add_vote(one.id, &near, 1, None)
                })
                .await
        })
        .unwrap();
    assert_eq!(words(&hash), words(&near));
    assert_eq!(found(&union, &words(&hash)), Checked::Several);
    for one in [hash, near] {
        let Checked::Counted(found) = found(&union, &one.to_string()) else { panic!("not found") };
        assert_eq!(found.tracker, one.to_string());
    }
}
