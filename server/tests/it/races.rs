//! Things that happen at the same time.

use scrutineer_server::app::App;
use scrutineer_server::store::{Error as StoreError, ShareRow};
use serde_json::json;

use crate::union::{Union, YES_NO, good, no, with_board, yes};

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
    let clock = union.world.clock.clone();
    let next_second = move |app: &App, now| {
        clock.advance(1);
        app.high_water.note(now + 1);
    };
    *union.world.meanwhile.lock().unwrap() = Some(Box::new(next_second));
    for (client, vote) in &votes {
        assert_eq!(good(ballot.cast(client, vote)).status, 201);
        // Nor does the schedule take it for one.
        union.world.tick();
    }
    *union.world.meanwhile.lock().unwrap() = None;
    union.world.clock.advance(-1);
    ballot.cast(&votes[0].0, &votes[0].1).is_problem(503, "clock_went_backwards");
}

#[test]
fn a_share_that_comes_while_the_count_is_opened_is_not_published_beside_it() {
    let mut union = Union::new(4);
    let board = union.board(2, 3);
    let ballot = union.open_with(&board, &with_board());
    assert_eq!(union.vote(&ballot, &no(3), &yes()).status, 201);
    good(union.order(&ballot, "closing"));
    for teller in &board.tellers {
        good(union.state_closing(&ballot, teller));
    }
    good(union.decrypt(&ballot, &board.tellers[0]));
    let late = union.share(&ballot, &board.tellers[2]);
    let second = union.share(&ballot, &board.tellers[1]);
    let client = union.member(&board.tellers[1].member_no);

    // Taking the second share: session, look, share. Opening the count: look, the record, then the result.
    let id = ballot.id.clone();
    let (mut transactions, text) = (0, move |field: &str| late[field].as_str().unwrap().to_owned());
    let third = move |app: &App, _| {
        transactions += 1;
        if transactions == 5 {
            let row = ShareRow {
                owner: 4,
                partial_decryption: text("partial_decryption"),
                bound: text("bound_proofs"),
            };
            let id = id.clone();
            let taken = app.store.write_blocking("third share", move |tx| {
                let one = tx.boxes_of(tx.ballots_beginning(&id)?[0].ballot)?.remove(0);
                let before: Vec<_> = tx.shares(one.id)?.iter().map(|share| share.owner).collect();
                assert_eq!(before, [2, 3], "the count is being opened");
                tx.add_share(one.id, &row)
            });
            assert!(taken.unwrap_or_else(|error: StoreError| panic!("{error}")));
        }
    };
    *union.world.meanwhile.lock().unwrap() = Some(Box::new(third));
    good(client.post(&format!("{}/decryptions", ballot.path), &second));
    *union.world.meanwhile.lock().unwrap() = None;
    let report = union.verify(&ballot);
    assert!(report.complete);
    let shown = good(union.world.anyone().get(&ballot.path)).json;
    assert_eq!((&shown["state"], &shown["boxes"][0]["opened_by"]), (&json!("tallied"), &json!([1, 2])));
}
