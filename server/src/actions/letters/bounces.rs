//! What mail servers say of letters after they have taken them: notices of delivery status that `scrutineer-server bounce`,
//! or the mail system itself, puts into the folder `bounces` of the data folder.
//!
//! A notice counts only if it names a letter of ours by its message id, and the address to which that letter went. Letters
//! that say whether somebody voted are gone by then, so that nothing is kept of theirs.

use scrutineer_letters::bounce::{self, Action, Report};
use scrutineer_letters::{Address, Mailer};

use super::runs::note;
use crate::app::App;
use crate::data_folder::read_bounce;
use crate::domain::delivery::State as Delivery;
use crate::store::{Error as StoreError, WriteTx};

/// The most notices that are read in one go.
const MOST: usize = 64;

/// Reads the notices that have come, notes what they say and removes them. Faults are logged and tried again.
pub(super) async fn read(app: &App, mailer: &Mailer) {
    let files = match app.folder.waiting_bounces(MOST) {
        Ok(files) => files,
        Err(error) => return tracing::error!(%error, "the folder of bounces could not be read"),
    };
    for file in files {
        let bytes = match read_bounce(&file) {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::error!(%error, "a bounce could not be read");
                continue;
            }
        };
        let noted = match bounce::parse(&bytes, mailer.host()) {
            Ok(report) => app.store.write("letters: bounce", move |tx| note_report(tx, &report)).await,
            Err(_) => Ok(false),
        };
        match noted {
            Ok(true) => {}
            Ok(false) => app.outbox.foreign_bounce(),
            Err(error) => {
                tracing::error!(%error, "a bounce could not be noted; it will be tried again");
                continue;
            }
        }
        if let Err(error) = std::fs::remove_file(&file) {
            tracing::error!(%error, "a bounce could not be removed");
        }
    }
}

/// Notes what a notice says of the letter that it is about. Whether it is about one that is still known, and went to that
/// address.
fn note_report(tx: &WriteTx<'_>, report: &Report) -> Result<bool, StoreError> {
    let Some(letter) = tx.letter(&report.message_id.letter())? else { return Ok(false) };
    let Ok(address) = letter.address.parse::<Address>() else { return Ok(false) };
    if !report.is_about(&address) {
        return Ok(false);
    }
    let (news, state) = match report.action {
        // The mail server goes on.
        Action::Delayed => return Ok(true),
        Action::Failed => (tx.letter_reported(&letter, Some(&report.status))?, Delivery::Bounced),
        Action::Delivered => (tx.letter_reported(&letter, None)?, Delivery::Delivered),
    };
    if let Some(ballot) = letter.ballot.filter(|_| news) {
        let member_no = tx.person(letter.member)?.member_no;
        note(tx, letter.kind, ballot, &member_no, state, letter.code)?;
    }
    Ok(true)
}
