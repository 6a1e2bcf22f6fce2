//! Events and the state machine of a record.

use crate::data;
use scrutineer_protocol::archive::{Kind, Reader};
use scrutineer_protocol::event::{Event, EventError, EventKind, Phase, State, data_before};
use scrutineer_protocol::hash::HexHash;

const PHASES: [Phase; 8] = [
    Phase::Empty,
    Phase::Voting,
    Phase::Closed,
    Phase::Tallied,
    Phase::Shuffling,
    Phase::Shuffled,
    Phase::Decrypting,
    Phase::Done,
];

#[test]
fn the_drawing_is_the_program() {
    let text = include_str!("../../../docs/STATES.md");
    let (_, drawing) = text.split_once("```mermaid").expect("a drawing");
    let (drawing, _) = drawing.split_once("```").expect("its end");
    let mut drawn: Vec<String> = drawing
        .lines()
        .map(str::trim)
        .filter(|l| l.contains("-->") && !l.contains("[*]"))
        .map(str::to_owned)
        .collect();
    let mut programmed = Vec::new();
    for phase in PHASES {
        for kind in EventKind::ALL {
            let (plain, ranking) = (phase.after(kind, false), phase.after(kind, true));
            let arrow = |to: Phase| format!("{phase:?} --> {to:?}: {kind}");
            match (plain, ranking) {
                (None, None) => {}
                (Some(to), Some(also)) => {
                    assert_eq!(to, also);
                    programmed.push(arrow(to));
                }
                (Some(to), None) => programmed.push(arrow(to) + " (no ranking)"),
                (None, Some(to)) => programmed.push(arrow(to) + " (ranking)"),
            }
        }
    }
    drawn.sort();
    programmed.sort();
    assert_eq!(drawn, programmed);
}

#[test]
fn events_have_the_bytes_of_the_format() {
    let vectors = data::json("unit/archive.json");
    let mut state = State::start_with_shuffles();
    for text in vectors["events"].as_array().expect("a list") {
        let text = text.as_str().expect("a text");
        let event = Event::parse(text.as_bytes()).expect("an event");
        assert_eq!(event.to_text(), text);
        let made = state.append(event.kind, event.payload).expect("the order of the format");
        assert_eq!(made.text, text);
        assert_eq!(made.event, event);
    }
    assert_eq!(state.phase(), Phase::Done);
}

#[test]
fn other_forms_of_an_event_are_refused() {
    let good = r#"{"height":0,"type":"Setup","payload":"802187ab78bd5fd58161f66f861a26248b29749efd607cd8665d29a55c68432b"}"#;
    assert!(Event::parse(good.as_bytes()).is_ok());
    for bad in [
        good.replace(":0", ": 0"),
        good.replace(":0", ":00"),
        good.replace(":0", ":-1"),
        good.replace(":0", ":0.0"),
        good.replace(":0", ":\"0\""),
        good.replace("Setup", "setup"),
        good.replace("Setup", "Cast"),
        good.replace("802187ab", "802187AB"),
        good.replace("{\"height", "{\"parent\":null,\"height"),
        good.replace(",\"payload", ",\"extra\":1,\"payload"),
        good.replace(",\"payload", ",\"type\":\"Setup\",\"payload"),
        format!("{good}\n"),
        String::new(),
    ] {
        assert!(Event::parse(bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn real_records_follow_the_machine() {
    for name in data::SUPPORTED.into_iter().chain(data::UNSUPPORTED) {
        let ranking = data::SHUFFLED.contains(&name);
        let mut state = if ranking { State::start_with_shuffles() } else { State::start() };
        let mut data = 0;
        for record in Reader::new(data::election(name).as_slice()).expect("an archive") {
            let record = record.expect("a record");
            if record.kind == Kind::Data {
                data += 1;
                continue;
            }
            let event = Event::parse(&record.body).expect("an event");
            assert_eq!(data_before(event.kind).len(), data, "{name}: {}", event.kind);
            data = 0;
            state.apply(&event, record.hash).expect(name);
            let again = State::resume(event.kind, event.height, record.hash);
            assert_eq!((again.phase(), again.head()), (state.phase(), state.head()));
        }
        assert_eq!(state.phase(), Phase::Done, "{name}");
    }
}

fn voting() -> State {
    let mut state = State::start();
    state.append(EventKind::Setup, Some(HexHash::of(b"setup"))).expect("the first event");
    state.append(EventKind::Ballot, Some(HexHash::of(b"ballot"))).expect("a ballot");
    state
}

#[test]
fn an_event_must_continue_the_chain() {
    let mut state = voting();
    let before = state.clone();
    let right = state.clone().append(EventKind::Ballot, Some(HexHash::of(b"next"))).expect("a ballot").event;
    let mut refused = |event: Event| {
        let hash = HexHash::of(event.to_text().as_bytes());
        let error = state.apply(&event, hash).expect_err("refused");
        assert_eq!(state, before);
        error
    };
    let height = refused(Event { height: 3, ..right.clone() });
    assert_eq!(height, EventError::Height { expected: 2, found: 3 });
    assert!(height.breaks_chain());
    assert_eq!(refused(Event { parent: None, ..right.clone() }), EventError::Parent);
    assert_eq!(refused(Event { parent: Some(HexHash::of(b"other")), ..right.clone() }), EventError::Parent);
    assert_eq!(
        refused(Event { payload: None, ..right.clone() }),
        EventError::Payload { kind: EventKind::Ballot }
    );
    let end = Event { kind: EventKind::EndBallots, ..right.clone() };
    assert_eq!(refused(end), EventError::Payload { kind: EventKind::EndBallots });
    let order = refused(Event { kind: EventKind::Result, ..right });
    assert_eq!(order, EventError::Order { kind: EventKind::Result, phase: Phase::Voting });
    assert!(!order.breaks_chain());
}

#[test]
fn nothing_follows_the_result() {
    let mut state = voting();
    let payload = Some(HexHash::of(b"data"));
    state.append(EventKind::EndBallots, None).expect("the end");
    for kind in [EventKind::EncryptedTally, EventKind::PartialDecryption, EventKind::Result] {
        assert!(state.allows(kind));
        state.append(kind, payload).expect("the order");
    }
    for kind in EventKind::ALL {
        assert!(!state.allows(kind));
        let payload = payload.filter(|_| kind.has_payload());
        assert!(matches!(state.append(kind, payload), Err(EventError::Order { .. })));
    }
}
