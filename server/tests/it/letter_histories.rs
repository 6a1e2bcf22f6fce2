//! Letters in histories made by lot: mail servers that defer, refuse and break off, pauses, votes, reminders. Whatever happens,
//! nobody gets two letters for one, none is lost, and the ledger says what came.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use scrutineer_letters::SendError;
use serde_json::json;

use crate::letters::{confirm, test_mail, with_mail};
use crate::union::{YES_NO, good, no, yes};

const MEMBERS: usize = 4;

/// What may happen next.
#[derive(Clone, Debug)]
enum Event {
    /// The mail server does this with letters to one member from now on.
    Behave(usize, Behaviour),
    /// So many minutes pass, and letters are sent.
    Pass(i64),
    Vote(usize),
    Pause,
    Resume,
    Remind,
}

/// What a mail server does with a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Behaviour {
    Take,
    Defer,
    /// Takes the letter and breaks off before it says so.
    BreakOff,
    Refuse,
}

fn event() -> impl Strategy<Value = Event> {
    let member = 0..MEMBERS;
    let behaviour = prop_oneof![
        2 => Just(Behaviour::Take),
        2 => Just(Behaviour::Defer),
        1 => Just(Behaviour::BreakOff),
        1 => Just(Behaviour::Refuse),
    ];
    prop_oneof![
        3 => (member.clone(), behaviour).prop_map(|(who, how)| Event::Behave(who, how)),
        6 => prop_oneof![Just(0_i64), Just(1), Just(7), Just(61), Just(300)].prop_map(Event::Pass),
        3 => member.prop_map(Event::Vote),
        1 => Just(Event::Pause),
        1 => Just(Event::Resume),
        1 => Just(Event::Remind),
    ]
}

/// A letter as the mail server saw it: to whom, which, and whether it was taken in the end.
#[derive(Default)]
struct Seen {
    to: BTreeMap<String, usize>,
    subject: BTreeMap<String, String>,
    taken: BTreeSet<String>,
    refused: BTreeSet<String>,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 0, ..ProptestConfig::default() })]
    #[test]
    fn nobody_gets_two_letters_for_one_and_none_is_lost(events in prop::collection::vec(event(), 12..30)) {
        let (mut union, memory) = with_mail(MEMBERS);
        let ballot = union.freeze_without_codes(YES_NO, false);
        test_mail(&union, &memory);
        let run = confirm(&union.delegate, &ballot, "open", &json!({}))["number"].clone();
        let behaviours = Arc::new(Mutex::new([Behaviour::Take; MEMBERS]));
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let (rules, notes) = (Arc::clone(&behaviours), Arc::clone(&seen));
        memory.judge(move |letter| {
            let member: usize = letter.to.as_str().split('@').next().unwrap().parse().unwrap();
            let (member, id, mut seen) = (member - 1001, letter.id.to_string(), notes.lock().unwrap());
            seen.to.insert(id.clone(), member);
            let text = (letter.rendered.subject.clone(), letter.rendered.text.to_string());
            let before = seen.subject.insert(id.clone(), format!("{text:?}"));
            assert!(before.is_none_or(|before| before == format!("{text:?}")), "the same letter says the same");
            match rules.lock().unwrap()[member] {
                Behaviour::Take => {
                    assert!(seen.taken.insert(id.clone()), "a letter that was taken is not sent again");
                    Ok(())
                }
                Behaviour::Defer => Err(SendError::Later { status: "4.2.1".to_owned() }),
                Behaviour::BreakOff => Err(SendError::Later { status: "broken off".to_owned() }),
                Behaviour::Refuse => {
                    seen.refused.insert(id);
                    Err(SendError::Never { status: "5.1.1".to_owned() })
                }
            }
        });
        good(union.order(&ballot, "opening"));
        let (mut ballot, mut casts) = (ballot, BTreeMap::new());
        for event in events {
            match event {
                Event::Behave(who, how) => behaviours.lock().unwrap()[who] = how,
                Event::Pass(minutes) => {
                    union.world.clock.advance(minutes * 60);
                    union.world.mail_tick();
                }
                Event::Vote(who) => {
                    for letter in memory.taken() {
                        if let Some((_, code)) = letter.rendered.text.split_once("/vote#") {
                            let code = code.split_whitespace().next().unwrap();
                            let member_no = letter.to.as_str().split('@').next().unwrap().to_owned();
                            let code = scrutineer_ballot::code::VotingCode::parse(code).unwrap();
                            ballot.codes.insert(member_no, code);
                        }
                    }
                    if ballot.codes.contains_key(&no(who)) {
                        union.world.clock.advance(61);
                        union.member(&no(who));
                        union.member_again(&no(who));
                        prop_assert_eq!(union.vote(&ballot, &no(who), &yes()).status, 201);
                        *casts.entry(who).or_insert(0_usize) += 1;
                    }
                }
                Event::Pause | Event::Resume => {
                    let deed = if matches!(event, Event::Pause) { "pause" } else { "resumption" };
                    let officer = union.world.sign_in("300");
                    let status = officer.order(&format!("/api/v1/letters/runs/{run}/{deed}")).status;
                    prop_assert!(matches!(status, 200 | 409));
                }
                Event::Remind => {
                    let officer = union.world.sign_in("300");
                    let path = format!("{}/letters/reminder", ballot.path);
                    let shown = good(officer.get(&path)).json;
                    let status = officer.post(&path, &json!({ "recipients": shown["recipients"] })).status;
                    prop_assert!(matches!(status, 201 | 409 | 422));
                }
            }
        }
        // In the end every mail server works, and nothing is paused.
        *behaviours.lock().unwrap() = [Behaviour::Take; MEMBERS];
        let officer = union.world.sign_in("300");
        officer.order(&format!("/api/v1/letters/runs/{run}/resumption"));
        for _ in 0..8 {
            union.world.clock.advance(4 * 60 * 60);
            union.world.mail_tick();
        }
        let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
        let count = |sql: &str| -> i64 { database.query_row(sql, [], |row| row.get(0)).unwrap() };
        prop_assert_eq!(count("SELECT count(*) FROM letter WHERE state IN ('held', 'queued')"), 0);
        prop_assert_eq!(
            count("SELECT count(*) FROM letter WHERE kind IN ('reminder', 'closing_soon', 'recorded', 'replaced')"), 0
        );
        let seen = seen.lock().unwrap();
        for (id, member) in &seen.to {
            prop_assert!(
                seen.taken.contains(id) || seen.refused.contains(id) || seen.subject[id].is_empty() || {
                    // What was true no longer is not sent once more: a reminder to somebody who has voted since.
                    casts.contains_key(member)
                },
                "a letter to {} was lost", member
            );
        }
        for who in 0..MEMBERS {
            let with_code = |id: &&String| seen.to[*id] == who && seen.subject[*id].contains("/vote#");
            let ids: Vec<_> = seen.to.keys().filter(with_code).collect();
            prop_assert_eq!(ids.len(), 1, "one letter with a code to each");
            let sql = format!("SELECT state FROM delivery WHERE member_no = '{}' AND channel = 'email'", no(who));
            let state: String = database.query_row(&sql, [], |row| row.get(0)).unwrap();
            let taken = seen.taken.contains(ids[0]);
            prop_assert_eq!(state.as_str(), if taken { "sent" } else { "bounced" });
            let sql = format!("SELECT count(*) FROM code WHERE member_no = '{}'", no(who));
            prop_assert_eq!(count(&sql), i64::from(!taken), "a code is here as long as nobody has it");
        }
    }
}
