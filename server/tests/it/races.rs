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
        // Asked for several times at once it is one proposal, and approved several times at once it is done once.
        let ask = || good(union.delegate.order(&format!("{path}/freezing"))).json;
        let asked: Vec<_> = std::thread::scope(|scope| {
            let asked: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).collect()
        });
        assert!(asked.iter().all(|other| *other == asked[0]), "{asked:?}");
        let approval = format!("/api/v1/proposals/{}/approval", asked[0]["id"]);
        let freeze = || union.officers[1].0.post(&approval, &json!({ "digest": asked[0]["digest"] }));
        let replies: Vec<_> = std::thread::scope(|scope| {
            let asked: Vec<_> = (0..4).map(|_| scope.spawn(freeze)).collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).collect()
        });
        let mut statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
        statuses.sort_unstable();
        assert_eq!(
            statuses,
            [200, 409, 409, 409],
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

#[test]
fn every_vote_that_was_acknowledged_while_the_ballot_closed_is_counted() {
    let mut union = Union::new(24);
    let ballot = union.open(YES_NO);
    let votes: Vec<_> =
        (0..24).map(|i| (union.member(&no(i)), union.seal(&ballot, &no(i), &yes()))).collect();
    let statuses: Vec<_> = std::thread::scope(|scope| {
        let casts: Vec<_> =
            votes.iter().map(|(client, vote)| scope.spawn(|| ballot.cast(client, vote).status)).collect();
        // In the middle of them.
        while !casts[0].is_finished() {
            std::thread::yield_now();
        }
        good(union.order(&ballot, "closing"));
        casts.into_iter().map(|cast| cast.join().unwrap()).collect()
    });
    let taken = statuses.iter().filter(|status| **status == 201).count();
    // Not open any more, or not signed in any more: the closing ends the sessions of voters.
    assert!(statuses.iter().all(|status| [201, 401, 409].contains(status)), "{statuses:?}");
    let report = union.verify(&ballot);
    assert_eq!((report.complete, usize::try_from(report.votes)), (true, Ok(taken)));
    let shown = good(union.world.anyone().get(&ballot.path)).json;
    assert_eq!(shown["cast"], taken);
    good(union.world.anyone().get(&format!("{}/certificate", ballot.path)));
}

#[test]
fn a_code_that_is_replaced_while_its_member_votes_is_void_or_has_voted() {
    let mut union = Union::new(6);
    let ballot = union.open(&YES_NO.replace("spares = 2", "spares = 6"));
    let officer = union.officers[0].0.clone();
    let mut votes = 0;
    for i in 0..6 {
        let (client, vote) = (union.member(&no(i)), union.seal(&ballot, &no(i), &yes()));
        let body = json!({ "member_nos": [no(i)] });
        let (cast, reissued) = std::thread::scope(|scope| {
            let cast = scope.spawn(|| ballot.cast(&client, &vote).status);
            let reissued = officer.post(&format!("{}/reissues", ballot.path), &body).status;
            (cast.join().unwrap(), reissued)
        });
        assert!(matches!((cast, reissued), (201, 409) | (403, 200)), "{cast} {reissued}");
        votes += u64::from(cast == 201);
    }
    good(union.order(&ballot, "closing"));
    assert_eq!(union.verify(&ballot).votes, votes);
    let certificate = good(union.world.anyone().get(&format!("{}/certificate", ballot.path)));
    let certificate: serde_json::Value = serde_json::from_str(certificate.text("certificate")).unwrap();
    assert_eq!(certificate["boxes"][0]["codes"]["reissued"], 6 - votes);
}

#[test]
fn officers_who_sign_at_the_same_time_sign_once_each() {
    let mut union = Union::new(2);
    let ballot = union.open(YES_NO);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    good(union.order(&ballot, "closing"));
    let sign = |officer: usize| {
        let union = &union;
        let ballot = &ballot;
        move || union.certify(ballot, officer).status
    };
    let mut statuses: Vec<_> = std::thread::scope(|scope| {
        let signing: Vec<_> = [0, 0, 1, 1].map(|officer| scope.spawn(sign(officer))).into();
        signing.into_iter().map(|signing| signing.join().unwrap()).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 201, 409, 409]);
    let shown = good(union.world.anyone().get(&ballot.path)).json;
    assert_eq!(shown["state"], "certified");
    let signed = good(union.world.anyone().get(&format!("{}/certificate", ballot.path))).json;
    assert_eq!(signed["signatures"].as_array().unwrap().len(), 2);
}

#[test]
fn a_roll_that_is_imported_while_a_ballot_is_frozen_is_in_it_or_not() {
    let union = Union::new(3);
    for i in 0..4 {
        let reply = good(union.delegate.post("/api/v1/ballots", &json!({ "file": YES_NO })));
        let path = format!("/api/v1/ballots/{}", reply.text("id"));
        let csv =
            format!("member_no,name,unit,standing,classification\n{},New {i},X,good,Teacher\n", 5000 + i);
        let asked = good(union.delegate.order(&format!("{path}/freezing")));
        let frozen = std::thread::scope(|scope| {
            let frozen = scope.spawn(|| union.by_two(asked).status);
            good(union.officers[0].0.post("/api/v1/roll/imports", &json!({ "csv": csv })));
            frozen.join().unwrap()
        });
        let shown = good(union.delegate.get(&path)).json;
        match frozen {
            200 => {
                let roll = good(union.observer.get(&format!("{path}/roll"))).json;
                let members = roll["csv"].as_str().unwrap().lines().count() - 1;
                assert_eq!(shown["boxes"][0]["eligible"], members);
                assert!([3 + i, 4 + i].contains(&members));
            }
            409 => assert_eq!(shown["state"], "draft"),
            other => panic!("{other}"),
        }
    }
}
