//! Once an hour, members are told that a vote was recorded for them, or that theirs was replaced: whoever did not vote learns
//! that somebody else has. A cast itself writes nothing for it; how many votes a member has had letters about stands beside
//! how many there are, and goes when voting ends.

use std::collections::HashMap;

use rand_core::Rng;
use scrutineer_api::ballot::BallotState;
use scrutineer_letters::{Address, Kind};

use crate::app::App;
use crate::data_folder::BallotKey;
use crate::store::{BallotId, BallotRow, Error as StoreError, NewLetter, UntoldRow, VoterRow, WriteTx};

/// Queues the letters of the hour that has ended, of all ballots that are open, all due at once. Faults are logged; the next
/// hour makes up for it.
pub(super) async fn queue(app: &App) {
    let found = app
        .store
        .read("alarms: look", |tx| {
            let mut found = Vec::new();
            for ballot in tx.ballots_in(BallotState::Open)? {
                if tx.is_mailed(ballot.id)? && !tx.untold(ballot.id)?.is_empty() {
                    let voters = tx.voters(ballot.id)?;
                    found.push((ballot, voters));
                }
            }
            Ok::<_, StoreError>(found)
        })
        .await;
    let found = match found {
        Ok(found) => found,
        Err(error) => return tracing::error!(%error, "who has to be told of a vote could not be read"),
    };
    for (ballot, voters) in found {
        let key = match app.folder.ballot_key(&ballot.uuid) {
            Ok(key) => key,
            Err(error) => {
                tracing::error!(%error, "members cannot be told of their votes");
                continue;
            }
        };
        let (by_mac, mut rng) = (by_mac(&key, voters), app.entropy.rng());
        let queued = app.store.write("alarms: queue", move |tx| tell(tx, &ballot, &by_mac, &mut rng)).await;
        if let Err(error) = queued {
            tracing::error!(%error, "letters about votes could not be queued");
        }
    }
}

/// The members by what stands for them beside their votes: worked out here, so that casting does not wait for it.
fn by_mac(key: &BallotKey, voters: Vec<VoterRow>) -> HashMap<[u8; 32], VoterRow> {
    voters.into_iter().map(|voter| (key.mac(&voter.person.member_no), voter)).collect()
}

fn tell(
    tx: &WriteTx<'_>,
    ballot: &BallotRow,
    by_mac: &HashMap<[u8; 32], VoterRow>,
    rng: &mut impl Rng,
) -> Result<(), StoreError> {
    // It may have closed meanwhile; then nothing is left to tell.
    if tx.ballot(ballot.id)?.state != BallotState::Open {
        return Ok(());
    }
    for untold in tx.untold(ballot.id)? {
        if let Some(voter) = by_mac.get(&untold.mac) {
            write_to(tx, ballot.id, voter, &untold, rng)?;
        }
        tx.set_told(&untold)?;
    }
    Ok(())
}

/// Queues the letter to one member. Its id is random, and with it its place among the others.
fn write_to(
    tx: &WriteTx<'_>,
    ballot: BallotId,
    voter: &VoterRow,
    untold: &UntoldRow,
    rng: &mut impl Rng,
) -> Result<(), StoreError> {
    let person = tx.person(voter.person.member)?;
    let Ok(address) = person.email.as_deref().unwrap_or_default().parse::<Address>() else { return Ok(()) };
    let mut id = [0; 16];
    rng.fill_bytes(&mut id);
    tx.queue_letter(&NewLetter {
        id,
        run: None,
        ballot: Some(ballot),
        member: person.member,
        kind: if untold.told == 0 { Kind::Recorded } else { Kind::Replaced },
        address: address.as_str(),
        due_at: tx.now(),
        code: false,
    })
}
