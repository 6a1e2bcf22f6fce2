//! The server is killed (SIGKILL) in the middle of voting, again and again: nothing that was acknowledged is lost.
//!
//! `SCRUTINEER_KILLS=100` kills it so many times instead of ten.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests")]

mod record;
mod voters;

use std::collections::HashMap;

use rand_core::Rng;
use scrutineer_cli::entropy;
use scrutineer_tests::person::offline;
use scrutineer_tests::union::ballot::{YES_NO, file};
use scrutineer_tests::union::path;
use scrutineer_tests::world::World;
use serde_json::json;

use crate::record::Record;
use crate::voters::{Attempt, Crowd};

/// How often the server is killed if nobody says.
const KILLS: usize = 10;
/// Members who vote at the same time.
const VOTERS: usize = 6;
/// Most receipts that the server gives between two kills; how many is drawn by lot.
const MOST_BETWEEN: u64 = 24;

#[test]
fn what_was_acknowledged_survives_being_killed() {
    let kills =
        std::env::var_os("SCRUTINEER_KILLS").map_or(KILLS, |text| text.to_str().unwrap().parse().unwrap());
    let mut world = World::settled(env!("CARGO_BIN_EXE_e2e-server"), 10, &[]).unwrap();
    let url = world.running().unwrap().url().to_owned();
    // Followed live, so that the whole record can be looked at while people vote.
    let ballot =
        world.bring_to_open(&format!("record = \"public\"\n{}", file("server", &[YES_NO])), &[]).unwrap();
    let mut crowd = Crowd::gather(&url, &ballot, world.people().get(..VOTERS).unwrap());
    let mut rng = entropy::system();

    for _ in 0..kills {
        let receipts = 1 + rng.next_u64() % MOST_BETWEEN;
        crowd.vote_until_killed(receipts, || world.kill().unwrap());
        world.start_again(&url).unwrap();
        let record = Record::download(&url, &ballot.id);
        record.is_chained();
        for attempt in crowd.attempts() {
            if let Some(receipt) = &attempt.receipt {
                record.holds(receipt);
            }
        }
    }
    // Voting goes on; whoever had no answer may leave it at that.
    crowd.vote_once_more();
    world.close(&ballot.id).unwrap();
    for officer in world.officers() {
        world.certify(officer, &ballot.id).yes().unwrap();
    }
    let record = Record::download(&url, &ballot.id);
    let (answered, unanswered): (Vec<&Attempt>, Vec<&Attempt>) =
        crowd.attempts().partition(|attempt| attempt.receipt.is_some());
    println!(
        "killed {kills} times: all {} acknowledged votes are on the record, and {} of {} that got no answer",
        answered.len(),
        unanswered.iter().filter(|attempt| record.has(&attempt.tracker)).count(),
        unanswered.len(),
    );
    let mut yes = 0;
    for attempts in crowd.by_member() {
        let counted = counted(attempts, &record);
        let last_answered = attempts.iter().rposition(|attempt| attempt.receipt.is_some());
        assert!(Some(counted) >= last_answered, "the last acknowledged vote, or one that was sent after it");
        yes += u64::from(attempts.get(counted).unwrap().yes);
    }
    let (file, certificate) = world.download(&ballot.id, "survived").unwrap();
    let verified = offline(&["verify", &path(&file), "--certificate", &path(&certificate)]).yes().unwrap();
    assert_eq!(verified["votes"], json!(VOTERS));
    assert_eq!(verified["counts"][0]["answers"][0]["votes"], json!(yes));
    assert!(world.program().output(["check", "--data", &path(&world.data())]).unwrap().status.success());
}

/// Which of a member's votes counts: the one that stands last on the record.
fn counted(attempts: &[Attempt], record: &Record) -> usize {
    let heights: HashMap<&str, u64> = record.heights();
    let on_record = |attempt: &Attempt| heights.get(attempt.tracker.as_str()).copied();
    let latest = (0..attempts.len()).filter(|index| on_record(&attempts[*index]).is_some());
    latest.max_by_key(|index| on_record(&attempts[*index])).unwrap()
}
