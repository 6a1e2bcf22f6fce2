//! `check-test`: what an observer finds out about a vote that the booth opened.

use scrutineer_ballot::test_file::VoteTest;
use scrutineer_cli::exit::Exit;
use scrutineer_protocol::ballot::{Ballot, Selection};
use scrutineer_protocol::credential::Credential;
use serde_json::json;

use crate::stub::{Ran, scrutineer};
use crate::world::World;

fn test_of(world: &mut World, vote: &[Selection]) -> VoteTest {
    let code = Credential::from_text(&world.made.codes[0].code.credential()).expect("a code");
    let key = code.derive(world.made.election.uuid());
    let sealed = Ballot::seal_openly(&world.made.election, &key, vote, &mut world.rng);
    let (vote, opening) = sealed.expect("a vote");
    VoteTest::new(&world.made.election, vote, opening).expect("one of ours")
}

fn check(bytes: &[u8], more: &[&str]) -> Ran {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("test.json");
    std::fs::write(&path, bytes).expect("a file");
    scrutineer(&[&["scrutineer", "check-test", &path.display().to_string()], more].concat(), "")
}

#[test]
fn a_true_test_says_what_was_sealed() {
    let mut world = World::new(None, &[]);
    let test = test_of(&mut world, &[Selection::Answers(vec![0, 2]), Selection::Answers(vec![1])]);
    let text = test.to_text();
    let ran = check(text.as_bytes(), &["--json"]);
    assert_eq!(ran.exit, Exit::Yes, "{ran:?}");
    assert_eq!(
        ran.json(),
        json!({
            "ok": true, "ballot": world.shown.id, "tracker": test.tracker,
            "election": {
                "uuid": world.made.election.uuid(), "name": "Work remotely only",
                "hash": world.made.election.fingerprint(),
            },
            "questions": [
                {"question": "Shall all members work remotely?", "answers": ["Yes", "1=1"], "blank": false},
                {"question": "Which offer?", "answers": ["Second"], "blank": false},
            ],
        })
    );
    let said = check(text.as_bytes(), &[]).stdout;
    let fingerprint = world.made.election.fingerprint().to_string();
    for part in
        [&test.tracker.to_string(), "    Yes\n    1=1\n", "    Second\n", "byte for byte", &fingerprint]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let blank = test_of(&mut world, &[Selection::Blank, Selection::Answers(vec![0])]).to_text();
    assert!(check(blank.as_bytes(), &[]).stdout.contains("    (blank)\n"));
    assert_eq!(
        check(blank.as_bytes(), &["--json"]).json()["questions"][0],
        json!({
            "question": "Shall all members work remotely?", "answers": [], "blank": true,
        })
    );
}

#[test]
fn an_answer_that_was_not_sealed_is_a_clean_no() {
    let mut world = World::new(None, &[]);
    let text = test_of(&mut world, &[Selection::Answers(vec![0]), Selection::Answers(vec![1])]).to_text();
    let changed = text.replacen("\"answers\":[[0,1,0,0],[0,1]]", "\"answers\":[[0,0,1,0],[0,1]]", 1);
    assert_ne!(changed, text);
    let ran = check(changed.as_bytes(), &["--json"]);
    assert_eq!(ran.exit, Exit::No, "{ran:?}");
    let document = ran.json();
    assert_eq!((&document["ok"], document.get("questions")), (&json!(false), None));
    assert!(document["reason"].as_str().is_some_and(|reason| reason.starts_with("question 1")), "{document}");
    let said = check(changed.as_bytes(), &[]);
    assert_eq!(said.exit, Exit::No);
    assert!(said.stdout.contains("does NOT say") && !said.stdout.contains("    No"), "{}", said.stdout);
}

#[test]
fn what_is_no_test_of_a_vote_is_an_error_that_names_the_file() {
    let huge = vec![b'x'; 100 << 20];
    for (bytes, part) in [
        (&b""[..], "cannot be read as the test of a vote"),
        (b"{}", "missing field"),
        (b"root:x:0:0:root:/root:/bin/bash\n", "cannot be read as the test of a vote"),
        (b"\xff\xfe", "cannot be read as the test of a vote"),
        (&huge, "larger than"),
    ] {
        let ran = check(bytes, &[]);
        assert_eq!(ran.exit, Exit::Error);
        assert!(ran.stderr.contains(part) && ran.stderr.contains("test.json"), "{}", ran.stderr);
        let document = check(bytes, &["--json"]).json();
        assert!(
            document["error"]["message"].as_str().is_some_and(|message| message.contains(part)),
            "{document}"
        );
    }
    for path in ["/nonexistent/test.json", "/etc/passwd", "/"] {
        let ran = scrutineer(&["scrutineer", "check-test", path], "");
        assert_eq!(ran.exit, Exit::Error, "{path}");
        assert!(ran.stderr.contains(path), "{}", ran.stderr);
    }
}
