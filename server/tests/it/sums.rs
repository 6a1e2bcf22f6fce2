//! The sealed sums of open ballots: whatever happens while votes come in, they are the sum of the votes that count.

use std::collections::BTreeMap;

use proptest::prelude::*;
use scrutineer_protocol::ballot::{Ballot as Sealed, Selection};
use scrutineer_protocol::tally::{EncryptedTally, RunningTally};
use scrutineer_server::actions::tally;
use scrutineer_server::app::VoteLimits;
use scrutineer_server::store::{BallotId, BoxId, Error};
use scrutineer_server::sums::{Cast, choices_of};

use crate::union::{Ballot, Union, YES_NO, good, no, no_vote, yes};

/// Members on the roll.
const MEMBERS: usize = 5;

/// Something that happens while a ballot is open.
#[derive(Clone, Debug)]
enum Deed {
    /// A member casts a vote, the first or another: one of three.
    Cast(usize, u8),
    /// The schedule ticks.
    Tick,
    /// The server is stopped and started.
    Restart,
    /// The sums are forgotten, as by a restart, but casts go on being handed over to what begins anew.
    Forget,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        8 => (0..MEMBERS, 0..3u8).prop_map(|(member, answer)| Deed::Cast(member, answer)),
        2 => Just(Deed::Tick),
        1 => Just(Deed::Restart),
        1 => Just(Deed::Forget),
    ];
    proptest::collection::vec(deed, 8..24)
}

fn selection(answer: u8) -> Selection {
    match answer {
        0 => yes(),
        1 => no_vote(),
        _ => Selection::Blank,
    }
}

fn ids(union: &Union) -> (BallotId, BoxId) {
    union.world.inside(async |app| {
        let found = app.store.read("test", |tx| {
            let ballot = tx.ballots_in(scrutineer_api::ballot::BallotState::Open)?.remove(0);
            Ok::<_, Error>((ballot.id, tx.boxes_of(ballot.id)?.remove(0).id))
        });
        found.await.unwrap()
    })
}

fn shape(ballot: &Ballot) -> Vec<usize> {
    ballot.election.questions().iter().map(|question| question.ciphertexts()).collect()
}

/// The sum of the last vote of each.
fn fresh(ballot: &Ballot, counted: &BTreeMap<usize, String>) -> EncryptedTally {
    let mut tally = RunningTally::new(&shape(ballot));
    for vote in counted.values() {
        let choices = choices_of(&Sealed::parse(vote.as_bytes()).unwrap());
        tally.add(choices.iter().map(Vec::as_slice), 1).unwrap();
    }
    tally.encrypted()
}

/// What the server has added up, brought to where the record is.
fn kept(union: &Union, ballot: &Ballot, (id, the_box): (BallotId, BoxId)) -> EncryptedTally {
    union.world.inside(async |app| {
        tally::catch_up(app, id).await.unwrap();
        app.sums.of(the_box, &shape(ballot)).tally().encrypted()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 0, ..ProptestConfig::default() })]
    #[test]
    fn after_any_history_the_sums_are_those_of_the_votes_that_count(history in deeds(), look in any::<bool>()) {
        let limits = VoteLimits { replacements: 100, seconds_between: 0, ..VoteLimits::DEFAULT };
        let mut union = Union::with(MEMBERS, |settings| settings.votes = limits);
        let ballot = union.open(YES_NO);
        let ids = ids(&union);
        let mut counted = BTreeMap::new();
        for deed in history {
            match deed {
                Deed::Cast(member, answer) => {
                    let vote = union.seal(&ballot, &no(member), &selection(answer));
                    // After a restart the limits are the usual ones; whoever replaces a vote has waited.
                    union.world.clock.advance(60);
                    prop_assert_eq!(ballot.cast(&union.member(&no(member)), &vote).status, 201);
                    counted.insert(member, vote);
                }
                Deed::Tick => union.world.tick(),
                Deed::Restart => union.restart(),
                Deed::Forget => union.world.inside(async |app| app.sums.keep_only(&Default::default())),
            }
            if look {
                prop_assert_eq!(kept(&union, &ballot, ids), fresh(&ballot, &counted));
            }
        }
        prop_assert_eq!(kept(&union, &ballot, ids), fresh(&ballot, &counted));
        good(union.order(&ballot, "closing"));
        // The verifier adds the record up from its beginning and compares.
        prop_assert_eq!(union.verify(&ballot).votes, u64::try_from(counted.len()).unwrap());
    }
}

#[test]
fn a_cast_is_added_when_it_is_taken_and_a_replaced_one_by_the_schedule() {
    let mut union = Union::new(3);
    let ballot = union.open(YES_NO);
    let (_, the_box) = ids(&union);
    let height = |union: &Union| union.world.inside(async |app| app.sums.height(the_box));
    assert_eq!(height(&union), None);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    union.world.tick();
    assert_eq!(height(&union), Some(1));
    assert_eq!(union.vote(&ballot, &no(1), &yes()).status, 201);
    assert_eq!(height(&union), Some(2), "nothing was read for it");
    union.world.clock.advance(60);
    assert_eq!(union.vote(&ballot, &no(0), &no_vote()).status, 201);
    assert_eq!(union.vote(&ballot, &no(2), &yes()).status, 201);
    assert_eq!(height(&union), Some(2), "what the replaced vote had added lacks");
    union.world.tick();
    assert_eq!(height(&union), Some(4));
    // Once voting has ended nothing is kept any more.
    good(union.order(&ballot, "closing"));
    assert_eq!(union.verify(&ballot).votes, 3);
    union.world.tick();
    assert_eq!(height(&union), None);
}

#[test]
fn votes_that_come_between_the_last_look_and_the_end_are_in_the_sum() {
    let mut union = Union::new(4);
    let ballot = union.open(&YES_NO.replace("codes =", "record = \"public\"\ncodes ="));
    let (id, _) = ids(&union);
    for i in 0..3 {
        assert_eq!(union.vote(&ballot, &no(i), &yes()).status, 201);
    }
    union.world.inside(async |app| tally::catch_up(app, id).await.unwrap());
    union.world.clock.advance(60);
    // One is replaced twice, one comes new.
    assert_eq!(union.vote(&ballot, &no(0), &no_vote()).status, 201);
    assert_eq!(union.vote(&ballot, &no(3), &yes()).status, 201);
    union.world.clock.advance(60);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    union.world.inside(async |app| {
        let (elections, sums) = (app.elections.clone(), app.sums.clone());
        let closing = app.store.write("test", move |tx| {
            let the_box = tx.boxes_of(id)?.remove(0);
            tally::close_record(tx, &the_box, &elections, &sums)
        });
        closing.await.unwrap();
    });
    let report = union.verify(&ballot);
    assert_eq!((report.votes, report.replaced), (4, 2));
    assert!(report.encrypted_tally_event.is_some());
}

#[test]
fn what_is_handed_over_too_early_or_twice_changes_nothing() {
    let mut union = Union::new(3);
    let ballot = union.open(YES_NO);
    let (id, the_box) = ids(&union);
    union.world.inside(async |app| tally::catch_up(app, id).await.unwrap());
    let votes: Vec<_> = (0..3).map(|i| union.seal(&ballot, &no(i), &yes())).collect();
    let hand = |height: u64, vote: &str| {
        let choices = choices_of(&Sealed::parse(vote.as_bytes()).unwrap());
        union
            .world
            .inside(async |app| app.sums.take(the_box, Cast { height, replaces: None, choices }))
            .unwrap();
        union.world.inside(async |app| app.sums.height(the_box)).unwrap()
    };
    let heights =
        [(3, 2), (2, 1), (2, 1), (1, 0), (1, 0), (3, 2)].map(|(height, vote)| hand(height, &votes[vote]));
    assert_eq!(heights, [0, 0, 0, 3, 3, 3]);
    let sum = union.world.inside(async |app| app.sums.of(the_box, &shape(&ballot)).tally().clone());
    assert_eq!(sum.encrypted(), fresh(&ballot, &votes.into_iter().enumerate().collect()));
    assert_eq!(sum.ballots(), 3);
}

#[test]
fn tables_are_there_before_the_first_vote() {
    let mut union = Union::new(1);
    union.open(YES_NO);
    let (_, the_box) = ids(&union);
    union.restart();
    assert!(
        union.world.inside(async |app| app.elections.is_prepared(the_box)),
        "made when the server starts"
    );
}
