//! Many people at once, as in the minute in which voting begins.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use serde_json::json;

use scrutineer_server::auth::password::Cost;

use crate::support::{Client, PASSWORD};
use crate::union::{Ballot, Union, YES_NO, good, no, no_vote, yes};

/// Signs everybody in at the same moment, from one address.
fn all_at_once(union: &Union, people: usize) -> Vec<u16> {
    let sign_in = |i: usize| {
        let body = json!({ "member_no": no(i), "password": PASSWORD, "kind": "bearer" });
        union.world.anyone().post("/api/v1/sessions", &body).status
    };
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..people).map(|i| scope.spawn(move || sign_in(i))).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    })
}

#[test]
fn a_whole_school_signs_in_at_the_same_moment() {
    let mut union = Union::with(12, |settings| settings.password_cost = Cost { memory: 4096, passes: 1 });
    for i in 0..12 {
        union.member(&no(i));
    }
    assert_eq!(all_at_once(&union, 12), [201; 12]);
}

#[test]
fn where_many_have_signed_in_a_few_who_mistype_do_not_keep_the_others_out() {
    let mut union = Union::new(12);
    for i in 0..12 {
        union.member(&no(i));
    }
    for i in 0..12 {
        let body = json!({ "member_no": no(i), "password": "mistyped it", "kind": "bearer" });
        assert_eq!(union.world.anyone().post("/api/v1/sessions", &body).status, 401, "{i}");
    }
    assert_eq!(all_at_once(&union, 3), [201; 3]);
}

/// What no honest program puts in the place of a point: all that has a small order, numbers that are too large, and small
/// numbers, of which half are no point of the curve.
fn false_points() -> Vec<String> {
    let number = |last: u8, most: u8, first: u8| {
        let mut bytes = [most; 32];
        (bytes[0], bytes[31]) = (last, first);
        hex::encode(bytes)
    };
    let mut points = vec![
        number(0x01, 0, 0),
        number(0x01, 0, 0x80),
        number(0x00, 0, 0),
        number(0x00, 0, 0x80),
        number(0xec, 0xff, 0x7f),
        number(0xec, 0xff, 0xff),
        number(0xed, 0xff, 0x7f),
        number(0xee, 0xff, 0x7f),
        number(0xff, 0xff, 0xff),
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05".to_owned(),
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85".to_owned(),
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a".to_owned(),
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa".to_owned(),
    ];
    points.extend((2..12).map(|small| number(small, 0, 0)));
    // Whichever end comes first.
    let turned = |point: &String| {
        let mut bytes = hex::decode(point).unwrap();
        bytes.reverse();
        hex::encode(bytes)
    };
    let turned: Vec<_> = points.iter().map(turned).collect();
    points.extend(turned);
    points
}

/// A vote with each of these in the place of one of its points.
fn with_points(vote: &str) -> Vec<String> {
    let replace = |mark: &str, point: &String| {
        let from = vote.find(mark).unwrap() + mark.len();
        format!("{}{point}{}", &vote[..from], &vote[from + 64..])
    };
    let marks = ["\"alpha\":\"", "\"beta\":\""];
    false_points().iter().flat_map(|point| marks.map(|mark| replace(mark, point))).collect()
}

/// Casts until there is room; how often there was none.
fn insist(ballot: &Ballot, member: &Client, vote: &str, status: u16) -> usize {
    for refused in 0.. {
        let reply = ballot.cast(member, vote);
        if reply.status == 503 {
            reply.is_problem(503, "busy");
            assert_eq!(reply.header("retry-after"), "2");
            continue;
        }
        assert_eq!(reply.status, status, "{}", reply.body);
        if status == 422 {
            reply.is_problem(422, "bad_vote");
        }
        return refused;
    }
    0
}

#[test]
fn votes_with_false_points_at_full_rate_are_refused_and_an_honest_one_is_taken() {
    const ROOM: usize = 2;
    let mut union = Union::with(5, |settings| settings.proofs_queue = ROOM);
    let ballot = union.open(YES_NO);
    let honest = (union.member(&no(0)), union.seal(&ballot, &no(0), &yes()));
    let hostile: Vec<(Client, Vec<String>)> = (1..5)
        .map(|i| (union.member(&no(i)), with_points(&union.seal(&ballot, &no(i), &no_vote()))))
        .collect();
    assert!(hostile.iter().all(|(_, votes)| votes.len() > 80));

    // While all places are taken nothing waits: each is told to come again, and none takes a place.
    let (release, held) = channel::<()>();
    let held = Arc::new(Mutex::new(held));
    let firsts: Vec<_> = hostile.iter().map(|(member, votes)| (member.clone(), votes[0].clone())).collect();
    let ballot = Arc::new(ballot);
    let asked = Arc::clone(&ballot);
    union.world.inside(async |app| {
        let hold = || {
            let held = Arc::clone(&held);
            app.proofs.run(move || held.lock().unwrap().recv().is_ok())
        };
        let (one, other, ()) = tokio::join!(hold(), hold(), async move {
            let all = tokio::task::spawn_blocking(move || {
                for (member, vote) in firsts.iter().cycle().take(40) {
                    asked.cast(member, vote).is_problem(503, "busy");
                }
            });
            all.await.unwrap();
            drop(release);
        });
        one.unwrap();
        other.unwrap();
    });

    std::thread::scope(|scope| {
        for (member, votes) in &hostile {
            let ballot = &ballot;
            scope.spawn(move || votes.iter().map(|vote| insist(ballot, member, vote, 422)).sum::<usize>());
        }
        scope.spawn(|| insist(&ballot, &honest.0, &honest.1, 201));
    });
    good(union.order(&ballot, "closing"));
    assert_eq!(union.verify(&ballot).votes, 1);
}
