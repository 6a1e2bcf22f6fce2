//! Things that happen at the same time.

use std::sync::atomic::Ordering;

use serde_json::json;

use crate::union::{Union, YES_NO, good, no, yes};

#[test]
fn a_ballot_that_is_frozen_several_times_at_once_is_frozen_once_and_keeps_its_keys() {
    let union = Union::new(3);
    for _ in 0..5 {
        let reply = good(union.delegate.post("/api/v1/ballots", &json!({ "file": YES_NO })));
        let path = format!("/api/v1/ballots/{}", reply.text("id"));
        let freeze = || union.delegate.order(&format!("{path}/freezing"));
        let replies: Vec<_> = std::thread::scope(|scope| {
            let asked: Vec<_> = (0..4).map(|_| scope.spawn(freeze)).collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).collect()
        });
        let mut statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
        statuses.sort_unstable();
        assert_eq!(
            statuses,
            [204, 409, 409, 409],
            "{:?}",
            replies.iter().map(|r| &r.body).collect::<Vec<_>>()
        );
        good(union.delegate.get(&format!("{path}/codes")));
        good(union.delegate.order(&format!("{path}/codes/confirmation")));
        // Without its keys it would not be opened.
        good(union.delegate.order(&format!("{path}/opening")));
    }
    let keys = union.world.files.folder.key_files().unwrap();
    assert_eq!(keys.len(), 10, "two keys for each ballot and no others: {keys:?}");
}

#[test]
fn a_clock_that_goes_on_while_votes_come_in_is_not_taken_for_one_that_was_set_back() {
    let mut union = Union::new(3);
    let ballot = union.open(YES_NO);
    let votes: Vec<_> = (0..3).map(|i| (union.member(&no(i)), union.seal(&ballot, &no(i), &yes()))).collect();
    union.world.hurried.store(true, Ordering::SeqCst);
    for (client, vote) in &votes {
        assert_eq!(good(ballot.cast(client, vote)).status, 201);
        // Nor does the schedule take it for one.
        union.world.tick();
    }
    union.world.hurried.store(false, Ordering::SeqCst);
    union.world.clock.advance(-1);
    ballot.cast(&votes[0].0, &votes[0].1).is_problem(503, "clock_went_backwards");
}
