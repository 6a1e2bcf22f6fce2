//! What mail servers say of letters after they have taken them: notices of delivery status that `scrutineer-server bounce`,
//! or the mail system itself, puts into the folder `bounces` of the data folder.
//!
//! A notice counts only if it names a letter of ours by its message id, and the address to which that letter went. Letters
//! that say whether somebody voted are gone by then, so that nothing is kept of theirs.
//!
//! What cannot be read, noted or removed is passed over for an hour: it keeps nothing else waiting and fills no log.

use std::fmt::Display;
use std::path::Path;

use scrutineer_letters::bounce::{self, Action, Report};
use scrutineer_letters::{Address, Mailer};

use super::runs::note;
use crate::app::App;
use crate::data_folder::read_bounce;
use crate::domain::delivery::State as Delivery;
use crate::store::{Error as StoreError, WriteTx};

/// The most notices that are read in one go.
const MOST: usize = 64;

/// Why a file stays where it is.
struct Trouble {
    what: &'static str,
    why: String,
}

impl Trouble {
    fn new(what: &'static str, why: &impl Display) -> Self {
        Self { what, why: why.to_string() }
    }
}

/// Reads the notices that have come, notes what they say and removes them. Faults are logged once for each look, and tried
/// again in an hour.
pub(super) async fn read(app: &App, mailer: &Mailer) {
    let now = app.clock.now();
    if app.outbox.sweep_is_due(now)
        && let Err(error) = app.folder.remove_unfinished_bounces(now)
    {
        tracing::warn!(%error, "what was left half written in the folder of bounces could not be removed");
    }
    let files = match app.folder.waiting_bounces(MOST, |file| app.outbox.is_passed_over(file, now)) {
        Ok(files) => files,
        Err(error) => return tracing::error!(%error, "the folder of bounces could not be read"),
    };
    let (mut first, mut troubles) = (None, 0_usize);
    for file in files {
        match take(app, mailer, &file).await {
            Ok(true) => {}
            // Counted once: when the file is gone.
            Ok(false) => app.outbox.foreign_bounce(),
            Err(trouble) => {
                troubles += 1;
                first.get_or_insert_with(|| (file.clone(), trouble));
                app.outbox.pass_over(file, now);
            }
        }
    }
    if let Some((file, Trouble { what, why })) = first {
        tracing::error!(
            troubles,
            first = %file.display(),
            error = why,
            "letters that came back stay in the folder and are tried again in an hour; the first {what}"
        );
    }
}

/// Notes what one file says, and removes it. Whether it was about a letter of ours.
async fn take(app: &App, mailer: &Mailer, file: &Path) -> Result<bool, Trouble> {
    let bytes = read_bounce(file).map_err(|error| Trouble::new("could not be read", &error))?;
    let noted = match bounce::parse(&bytes, mailer.host()) {
        Ok(report) => app.store.write("letters: bounce", move |tx| note_report(tx, &report)).await,
        Err(_) => Ok(false),
    };
    let ours = noted.map_err(|error: StoreError| Trouble::new("could not be noted", &error))?;
    std::fs::remove_file(file).map_err(|error| Trouble::new("could not be removed", &error))?;
    Ok(ours)
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
