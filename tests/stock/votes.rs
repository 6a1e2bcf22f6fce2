//! Single votes, both ways, and a tally of votes that both made.

use std::fs;
use std::path::Path;

use scrutineer_ballot::file::BallotFile;
use scrutineer_ballot::roll::FrozenRoll;
use scrutineer_cli::rehearse::chance::Chance;
use scrutineer_cli::rehearse::opened::{Opened, Voters};
use scrutineer_cli::rehearse::people;
use scrutineer_protocol::archive::Writer;
use scrutineer_protocol::ballot::{Ballot, Selection};
use scrutineer_protocol::event::Entry;
use scrutineer_protocol::group::Encoding;
use scrutineer_protocol::tally::RunningTally;

use crate::tool;

const FILE: &str = r#"
title     = "Two questions"
time_zone = "UTC"
contact   = "Office"
tellers   = "Election committee"
[[question]]
text    = "Agreed?"
answers = ["Yes", "No"]
blank   = true
[[question]]
text    = "Which?"
answers = ["A", "B", "C"]
choose  = { min = 0, max = 2 }
"#;

/// A ballot that is open for the votes of six made-up members.
fn opened() -> Opened {
    let file = BallotFile::parse(FILE).expect("a ballot file");
    let members = people::members(6, &file.eligible, &[], &Chance::new(1, &[])).expect("members");
    Opened::new(file, Voters::Listed(FrozenRoll::new(members).expect("a roll")), 1, |_| ())
        .expect("an open ballot")
}

/// What a vote says, and the same as the stock tool reads it.
fn choices() -> [(Vec<Selection>, &'static str); 3] {
    [
        (vec![Selection::Answers(vec![0]), Selection::Answers(vec![1, 2])], "[[0,1,0],[0,1,1]]"),
        (vec![Selection::Blank, Selection::Answers(vec![])], "[[1,0,0],[0,0,0]]"),
        (vec![Selection::Answers(vec![1]), Selection::Answers(vec![0])], "[[0,0,1],[1,0,0]]"),
    ]
}

/// Has the stock tool seal a vote with the code at this place.
fn sealed_by_tool(folder: &Path, opened: &Opened, code: usize, choice: &str) -> Ballot {
    let credential = opened.boxes[0].new_box.codes[code].code.credential();
    fs::write(folder.join("credential"), credential.as_bytes()).expect("a file");
    fs::write(folder.join("choice"), choice).expect("a file");
    let args = ["election", "generate-ballot", "--privcred", "../credential", "--choice", "../choice"];
    let made = tool::ask(&folder.join("record"), &args, b"");
    let bytes = made.strip_suffix(b"\n").unwrap_or(&made);
    let ballot = Ballot::parse(bytes).expect("our reading of its vote");
    assert_eq!(ballot.to_text().as_bytes(), bytes);
    ballot
}

#[test]
fn votes_are_accepted_both_ways_and_add_up_alike() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("record");
    fs::create_dir(&record).expect("a folder");
    let opened = opened();
    let election = &opened.boxes[0].new_box.election;
    let path = record.join(format!("{}.bel", election.uuid()));
    let mut writer = Writer::new(Vec::new(), opened.record_time().expect("a time")).expect("a record");
    writer.entry(&opened.boxes[0].new_box.setup).expect("a setup");
    let setup = writer.finish().expect("a record");
    fs::write(&path, &setup).expect("a file");

    let mut tally = RunningTally::new(&[3, 3]);
    let mut state = opened.boxes[0].state();
    let mut writer = Writer::append(setup, opened.record_time().expect("a time"));
    let mut keep = |ballot: &Ballot| {
        tally.add(ballot.answers().iter().map(|answer| answer.ciphertexts()), 1).expect("a vote that fits");
        writer.entry(&Entry::ballot(&mut state, ballot.to_text()).expect("open")).expect("kept");
    };
    for (i, (selections, choice)) in choices().into_iter().enumerate() {
        let theirs = sealed_by_tool(folder.path(), &opened, 2 * i, choice);
        theirs.verify(election).expect("a valid vote");
        assert_eq!(Encoding::from(theirs.credential()), opened.boxes[0].new_box.codes[2 * i].credential);
        keep(&theirs);

        let key = opened.boxes[0].key(2 * i + 1).expect("a key");
        let mut rng = opened.boxes[0].chance.stream("vote", i);
        let ours = Ballot::seal(election, &key, &selections, &mut rng).expect("a vote");
        fs::write(folder.path().join("ballot"), ours.to_text()).expect("a file");
        tool::ask(&record, &["election", "verify-ballot", "--ballot", "../ballot"], b"");
        keep(&ours);
    }
    writer.entry(&Entry::end_ballots(&mut state).expect("open")).expect("kept");
    fs::write(&path, writer.finish().expect("a record")).expect("a file");
    let theirs = tool::ask(&record, &["election", "compute-encrypted-tally"], b"");
    let theirs = String::from_utf8(theirs).expect("UTF-8");
    let (sealed, sized) = tally.finish();
    assert_eq!(sized.num_tallied, 6);
    assert_eq!(theirs.trim_end(), format!("{}\n{}", sealed.to_text(), sized.to_text()));
}

#[test]
fn a_changed_vote_is_accepted_by_neither() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("record");
    fs::create_dir(&record).expect("a folder");
    let opened = opened();
    let election = &opened.boxes[0].new_box.election;
    let mut writer = Writer::new(Vec::new(), opened.record_time().expect("a time")).expect("a record");
    writer.entry(&opened.boxes[0].new_box.setup).expect("a setup");
    let path = record.join(format!("{}.bel", election.uuid()));
    fs::write(path, writer.finish().expect("a record")).expect("a file");
    let ballot = sealed_by_tool(folder.path(), &opened, 0, "[[0,1,0],[0,0,0]]").to_text();
    let place = ballot.find("\"response\":\"").expect("a proof") + 14;
    let digit = if ballot.as_bytes()[place] == b'1' { "2" } else { "1" };
    let changed = format!("{}{digit}{}", &ballot[..place], &ballot[place + 1..]);
    Ballot::parse(changed.as_bytes()).expect("the right form").verify(election).expect_err("a wrong proof");
    fs::write(folder.path().join("ballot"), changed).expect("a file");
    let output = tool::run(&record, &["election", "verify-ballot", "--ballot", "../ballot"], b"");
    assert!(!output.status.success());
}
