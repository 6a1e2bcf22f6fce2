//! Votes of the booth on a record, for the stock tool.

use std::fs;

use scrutineer_ballot::file::BallotFile;
use scrutineer_ballot::roll::FrozenRoll;
use scrutineer_cli::rehearse::chance::Chance;
use scrutineer_cli::rehearse::opened::{Opened, Voters};
use scrutineer_cli::rehearse::people;
use scrutineer_protocol::archive::Writer;

use crate::booth::Booth;
use crate::{made_up, tool};

const FILE: &str = r#"
title     = "Three questions"
time_zone = "UTC"
contact   = "Office"
tellers   = "server"
[[question]]
text    = "Agreed?"
answers = ["Yes", "No"]
blank   = true
[[question]]
text    = "Which?"
answers = ["A", "B", "C", "D"]
choose  = { min = 0, max = 2 }
[[question]]
text    = "Who?"
answers = ["Ada", "Bo", "Chi"]
choose  = { min = 1, max = 3 }
blank   = true
"#;

#[test]
fn the_stock_tool_accepts_votes_of_the_booth() {
    are_accepted(&mut Booth::start());
}

#[cfg(feature = "browser")]
#[test]
fn the_stock_tool_accepts_votes_sealed_in_chromium() {
    are_accepted(&mut Booth::start_in_chromium());
}

/// Has votes sealed for an election on a record, and asks the tool about each.
fn are_accepted(booth: &mut Booth) {
    let file = BallotFile::parse(FILE).expect("a ballot file");
    let members = people::members(6, &file.eligible, &[], &Chance::new(1, &[])).expect("members");
    let opened = Opened::new(file, Voters::Listed(FrozenRoll::new(members).expect("a roll")), 1, |_| ())
        .expect("an open ballot");
    let election = &opened.boxes[0].new_box.election;
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("record");
    fs::create_dir(&record).expect("a folder");
    let mut writer = Writer::new(Vec::new(), opened.record_time().expect("a time")).expect("a record");
    writer.entry(&opened.boxes[0].new_box.setup).expect("a setup");
    let path = record.join(format!("{}.bel", election.uuid()));
    fs::write(path, writer.finish().expect("a record")).expect("a file");

    let mut rng = made_up::chance(21);
    for code in &opened.boxes[0].new_box.codes[..4] {
        let selections = made_up::any_choice(election, &mut rng);
        let sealed = booth.seal(election, &code.code.text(), &selections, &made_up::seed(&mut rng));
        fs::write(folder.path().join("ballot"), sealed.vote).expect("a file");
        tool::ask(&record, &["election", "verify-ballot", "--ballot", "../ballot"], b"");
    }
}
