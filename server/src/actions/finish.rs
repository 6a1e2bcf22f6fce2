//! What the end of voting leaves to be done after its transaction, because it is not in the database: destroying keys,
//! writing tables anew (store/renew.rs), rewriting the file (store/rewrite.rs), opening counts that nothing lacks for. Everything here can be repeated, and is when the
//! server starts and once a minute.
//!
//! The key file of a ballot's bindings is emptied first and removed last: while it is there, the tables have not been
//! written anew, or the write-ahead log has not been emptied since. Before that, it is noted that the file is to be rewritten, which may have to wait until no ballot is open.

use scrutineer_api::ballot::BallotState;
use scrutineer_protocol::election::Uuid;
use thiserror::Error;

use super::tally;
use crate::app::App;
use crate::data_folder::KeyKind;
use crate::store::{BallotId, BallotRow, Error as StoreError, OpenError, Rewritten};

/// Why something stays to be done.
#[derive(Debug, Error)]
pub enum FinishError {
    /// A key is not destroyed.
    #[error("a key could not be destroyed: {0}")]
    Key(#[from] OpenError),
    /// The tables are not written anew.
    #[error("what closing leaves in the database file could not be erased: {0}")]
    Store(#[from] StoreError),
    /// The file is not rewritten.
    #[error("the database file could not be rewritten: {0}")]
    Rewrite(#[source] StoreError),
    /// The count is not opened.
    #[error("the count could not be opened: {0}")]
    Count(#[from] tally::OpeningError),
}

/// Finishes everything that is left to be done. Faults are logged and tried again later.
pub async fn all(app: &App) {
    let ended = [BallotState::Closed, BallotState::Tallied, BallotState::Certified, BallotState::Cancelled];
    let keys = match app.folder.key_files() {
        Ok(keys) => keys,
        Err(error) => return log(&error.into()),
    };
    let found = app
        .store
        .read("finish: look", move |tx| {
            let mut ballots = Vec::new();
            for (uuid, _) in &keys {
                let matches = tx.ballots_beginning(uuid.as_str())?;
                ballots.extend(matches.iter().filter(|m| ended.contains(&m.state)).map(|m| m.ballot));
            }
            ballots.sort_unstable();
            ballots.dedup();
            Ok::<_, StoreError>(ballots)
        })
        .await;
    match found {
        Ok(ballots) => {
            for id in ballots {
                ballot(app, id).await;
            }
        }
        Err(error) => log(&error.into()),
    }
    if let Err(error) = rewrite(app).await {
        log(&error);
    }
}

/// Finishes what is left to be done about a ballot whose voting has ended. Faults are logged and tried again later; one does
/// not keep the others from being done.
pub(super) async fn ballot(app: &App, id: BallotId) {
    let done = async {
        let (ballot, elections) = look(app, id).await?;
        let erased = match erase(app, &ballot, &elections).await {
            Ok(()) => rewrite(app).await,
            failed => failed,
        };
        if let Err(error) = erased {
            log(&error);
        }
        if ballot.state == BallotState::Closed {
            tally::open_if_ready(app, id).await?;
        }
        Ok::<_, FinishError>(())
    };
    if let Err(error) = done.await {
        log(&error);
    }
}

fn log(error: &FinishError) {
    tracing::error!(%error, "what the end of voting leaves to be done is not done; it will be tried again");
}

/// A ballot and its boxes' elections: the names of its keys.
async fn look(app: &App, id: BallotId) -> Result<(BallotRow, Vec<Uuid>), StoreError> {
    app.store
        .read("finish: ballot", move |tx| {
            let boxes = tx.boxes_of(id)?;
            Ok((tx.ballot(id)?, boxes.into_iter().map(|one| one.election).collect()))
        })
        .await
}

/// Destroys the keys that the ballot no longer needs, and erases what else is left in the database file.
async fn erase(app: &App, ballot: &BallotRow, elections: &[Uuid]) -> Result<(), FinishError> {
    let state = ballot.state;
    if matches!(state, BallotState::Draft | BallotState::Frozen | BallotState::Open) {
        return Ok(());
    }
    let mut renewed = app.renewed.lock().await;
    let keys = app.folder.key_files()?;
    let is_there = |uuid: &Uuid, kind| keys.iter().any(|(other, k)| other == uuid && *k == kind);
    if state != BallotState::Closed {
        for election in elections.iter().filter(|election| is_there(election, KeyKind::Server)) {
            app.folder.destroy_key(election, KeyKind::Server)?;
        }
    }
    if is_there(&ballot.uuid, KeyKind::Ballot) {
        app.folder.empty_key(&ballot.uuid, KeyKind::Ballot)?;
        app.folder.note_rewrite_due()?;
        // A backup may hold on to the log for minutes; other ballots wait while tables are written, so that is not repeated.
        if !renewed.contains(&ballot.id) {
            app.store.renew_tables().await?;
            renewed.insert(ballot.id);
        }
        app.store.empty_log().await?;
        app.folder.destroy_key(&ballot.uuid, KeyKind::Ballot)?;
        renewed.remove(&ballot.id);
    }
    Ok(())
}

/// Rewrites the database file if that is due and holds nobody up.
async fn rewrite(app: &App) -> Result<(), FinishError> {
    if !app.folder.is_rewrite_due() {
        return Ok(());
    }
    match app.store.rewrite_if_quiet().await.map_err(FinishError::Rewrite)? {
        Rewritten::Yes => app.folder.note_rewritten()?,
        Rewritten::No => {}
        Rewritten::TooLarge => tracing::debug!(
            "the database file is too large to be rewritten while the server runs; `scrutineer-server purge --yes` does it"
        ),
    }
    Ok(())
}
