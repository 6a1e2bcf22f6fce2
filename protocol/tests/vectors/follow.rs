//! Following a record as it grows, in pieces and from anywhere.

use crate::data;
use crate::verify::report;
use scrutineer_protocol::archive::{ArchiveError, Reader, Record, opening};
use scrutineer_protocol::event::{EventKind, Phase};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::verify::{FollowError, Followed, Follower, Step};

fn steps(bytes: &[u8]) -> Result<Vec<Step>, FollowError> {
    let mut reader = Reader::new(bytes)?;
    let mut steps = Vec::new();
    while let Some(step) = Step::next(&mut reader)? {
        steps.push(step);
    }
    Ok(steps)
}

fn follow(bytes: &[u8]) -> Result<Follower, FollowError> {
    let steps = steps(bytes)?;
    let (setup, rest) = steps.split_first().ok_or(ArchiveError::Empty)?;
    let mut follower = Follower::begin(setup)?;
    follower.take(rest)?;
    Ok(follower)
}

#[test]
fn records_are_followed_to_their_end() {
    for name in data::SUPPORTED {
        let bytes = data::election(name);
        let (follower, report) = (follow(&bytes).expect(name), report(&bytes).expect(name));
        assert_eq!((follower.head(), follower.phase()), (report.head, Phase::Done), "{name}");
        assert_eq!(follower.voters(), report.voters);
        assert_eq!(follower.election().uuid(), report.election.expect("an election").uuid());
        assert!(follower.trustees().is_some());
    }
    for name in data::UNSUPPORTED {
        assert!(matches!(follow(&data::election(name)), Err(FollowError::Unsupported(_))), "{name}");
    }
}

#[test]
fn a_record_is_followed_in_pieces_of_any_size_and_from_anywhere() {
    let bytes = data::election("e01-yesno");
    let steps = steps(&bytes).expect("steps");
    let (setup, rest) = steps.split_first().expect("a Setup");
    let mut whole = Follower::begin(setup).expect("a Setup");
    let followed = whole.take(rest).expect("a record");
    assert_eq!(followed.len(), rest.len());
    for size in [1, 2, 3, 7] {
        let mut follower = Follower::begin(setup).expect("a Setup");
        let pieces = rest.chunks(size).map(|piece| follower.take(piece).expect("a piece"));
        assert_eq!(pieces.collect::<Vec<_>>().concat(), followed);
        assert_eq!(follower.head(), whole.head());
    }
    let mut stands: Vec<(EventKind, u64, HexHash)> = vec![(EventKind::Setup, 0, setup.event.hash)];
    stands.extend(followed.iter().map(|Followed { kind, height, event, .. }| (*kind, *height, *event)));
    for (at, (kind, height, hash)) in stands.into_iter().enumerate() {
        let mut follower = Follower::resume(setup, kind, height, hash).expect("a Setup");
        assert_eq!(follower.take(&rest[at..]).expect("the rest"), followed[at..]);
        assert_eq!(follower.head(), whole.head());
        // What stands there already is not taken again.
        if let Some(before) = at.checked_sub(1) {
            let error = follower.take(&rest[before..at]).expect_err("an old step");
            assert!(matches!(error, FollowError::Chain { .. }), "{error}");
        }
    }
}

#[test]
fn a_step_that_does_not_hold_changes_nothing() {
    let bytes = data::election("e02-homomorphic");
    let steps = steps(&bytes).expect("steps");
    let (setup, rest) = steps.split_first().expect("a Setup");
    let mut follower = Follower::begin(setup).expect("a Setup");
    let before = follower.head();
    // Left out, exchanged, without its data, with another's.
    let refuse = |follower: &mut Follower, steps: &[Step]| follower.take(steps).expect_err("a fault");
    assert!(matches!(refuse(&mut follower, &rest[1..]), FollowError::Chain { height: 1, .. }));
    let mut exchanged = rest.to_vec();
    exchanged.swap(0, 1);
    assert!(matches!(refuse(&mut follower, &exchanged), FollowError::Chain { height: 1, .. }));
    let mut bare = rest.to_vec();
    bare[0].data.clear();
    assert!(matches!(refuse(&mut follower, &bare), FollowError::Data { height: 1, .. }));
    let mut other = rest.to_vec();
    other[0].data = rest[1].data.clone();
    assert!(matches!(refuse(&mut follower, &other), FollowError::Data { height: 1, .. }));
    assert_eq!(follower.head(), before);
    follower.take(rest).expect("the right ones");
}

/// The steps again, every event made anew, with other ballots in the place of these.
fn chained(steps: &[Step], change: impl Fn(usize, &Record) -> String) -> Vec<Step> {
    use scrutineer_protocol::event::{Event, State};
    let record = |body: String| {
        let body = body.into_bytes();
        Record { kind: scrutineer_protocol::archive::Kind::Data, hash: HexHash::of(&body), body, offset: 0 }
    };
    let mut state = State::start();
    let made = steps.iter().enumerate().map(|(at, step)| {
        let kind = Event::parse(&step.event.body).expect("an event").kind;
        let mut data = step.data.clone();
        if kind == EventKind::Ballot {
            data = vec![record(change(at, &data[0]))];
        }
        let event = state.append(kind, data.last().map(|last| last.hash)).expect("an event");
        Step { data, event: Record { kind: step.event.kind, ..record(event.text) } }
    });
    made.collect()
}

#[test]
fn a_vote_that_does_not_verify_is_named() {
    let bytes = data::election("e01-yesno");
    let steps = steps(&bytes).expect("steps");
    let text = |record: &Record| String::from_utf8(record.body.clone()).expect("JSON");
    let same = chained(&steps, |_, record| text(record));
    assert_eq!(same.last().map(|step| step.event.hash), steps.last().map(|step| step.event.hash));
    let mut follower = Follower::begin(&same[0]).expect("a Setup");
    let changed = chained(&steps, |at, record| {
        let text = text(record);
        if at < 2 { text } else { text.replacen("\"response\":\"1", "\"response\":\"2", 1) }
    });
    let error = follower.take(&changed[1..]).expect_err("votes that do not verify");
    assert!(matches!(error, FollowError::Ballot { height, .. } if height >= 2), "{error}");
    assert_eq!(follower.head().map(|head| head.0), Some(0));
}

#[test]
fn what_is_refused_while_following_does_not_verify_as_a_whole() {
    let mut followed = 0;
    for case in data::cases() {
        let whole = report(&case.bytes);
        match follow(&case.bytes) {
            Ok(follower) => {
                followed += 1;
                if let Ok(report) = whole {
                    assert_eq!(follower.head(), report.head, "{}", case.id);
                }
            }
            Err(error) => assert!(!whole.is_ok_and(|report| report.ok()), "{}: {error}", case.id),
        }
    }
    assert!(followed > 0);
}

#[test]
fn pieces_carry_one_time_and_are_read_to_the_end_of_a_step() {
    let bytes = data::open_election("e01-yesno");
    let whole = Reader::new(bytes.as_slice()).expect("an archive");
    let time = whole.timestamp().expect("a time");
    let piece = &bytes[opening(time).len()..];
    let count = |bytes: &[u8], time| {
        let mut reader = Reader::piece(bytes, time);
        let mut count = 0;
        while Step::next(&mut reader)?.is_some() {
            count += 1;
        }
        assert_eq!(reader.timestamp().is_some(), time.is_some() || count > 0);
        Ok::<usize, FollowError>(count)
    };
    let all = count(piece, None).expect("a piece");
    assert_eq!(count(piece, Some(time)).expect("a piece"), all);
    assert_eq!(count(b"", None).expect("nothing"), 0);
    let later = scrutineer_protocol::archive::Timestamp::new(time.seconds() + 1).expect("a time");
    let error = count(piece, Some(later)).expect_err("another time");
    assert!(matches!(error, FollowError::Archive(ArchiveError::Time { .. })));
    // Cut anywhere it is garbled, or fewer steps.
    for cut in (1..piece.len()).step_by(97) {
        match count(&piece[..cut], None) {
            Ok(some) => assert!(some < all),
            Err(error) => assert!(error.is_garbled(), "{error}"),
        }
    }
}
