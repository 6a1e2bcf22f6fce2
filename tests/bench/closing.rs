//! Closing a ballot that really took its votes, and what comes after it: rewriting the database file.
//!
//! What closing takes whatever the size is measured with a union of a few members; the rest grows with members and votes. So what it
//! takes with 100,000 of both follows from two sizes. Another ballot, in which nobody is, stays open: while one is, the file is not
//! rewritten, which is measured by itself.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use rusqlite::Connection;
use scrutineer_tests::server::Program;
use scrutineer_tests::union::ballot::Ballot;
use scrutineer_tests::union::{LEAST_MEMBERS, Union};

use crate::cast::open_ballot;
use crate::measure::{Threads, worked};
use crate::report::{Row, Target};

/// Members and votes for which the time of closing is told.
const VOTES: f64 = 100_000.0;
/// How the writer of the server sets its connection, as far as rewriting depends on it.
const WRITER: &str = "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;";

/// Puts a second open ballot into the database of a server that is stopped: a copy of the first without boxes.
pub(crate) fn keep_another_open(union: &Union) -> Result<()> {
    let database = Connection::open(union.data().join("scrutineer.db"))?;
    Ok(database.execute_batch(
        "CREATE TEMP TABLE another AS SELECT * FROM ballot WHERE state = 'open';
         UPDATE another SET id = (SELECT max(id) + 1 FROM ballot), uuid = 'ZM9Q5QG2xbtcA9';
         INSERT INTO ballot SELECT * FROM another;",
    )?)
}

/// Closes a ballot in which all members have voted; the server is stopped then.
pub(crate) fn rows(program: &Program, folder: &Path, union: &mut Union, ballot: &Ballot) -> Result<Vec<Row>> {
    let members = union.roll.len();
    let whole = close(union, ballot)?;
    let fixed = {
        let (mut few, ballot) = open_ballot(program, folder, LEAST_MEMBERS)?;
        let listen = few.running()?.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
        few.stop()?;
        keep_another_open(&few)?;
        few.start(&listen)?;
        close(&few, &ballot)?
    };
    union.stop()?;
    let database = Connection::open(union.data().join("scrutineer.db"))?;
    database.execute_batch(WRITER)?;
    let (done, rewriting) = worked(|| database.execute_batch("VACUUM"));
    done?;
    #[expect(clippy::cast_precision_loss, reason = "thousands of members")]
    let times = VOTES / members as f64;
    let (whole, fixed) = (whole.as_secs_f64(), fixed.as_secs_f64());
    Ok(vec![
        Row::new(
            "closing a ballot with 100,000 votes, of the second of processor time that it may take",
            fixed + (whole - fixed).max(0.0) * times,
            Target::AtMost(1.0),
            format!(
                "from {members} members, who all voted and are signed in, and {LEAST_MEMBERS}, which took {:.0}% of that; everything \
                 but the comparison of the sum, which comes when the count is opened, and the next row",
                100.0 * fixed / whole
            ),
        ),
        Row::new(
            "rewriting the database file after that, once no ballot is open, of the same second",
            rewriting.as_secs_f64() * times,
            Target::None,
            "grows with the file, up to 512 MB; larger ones are not rewritten by a server that runs",
        ),
    ])
}

/// Processor time of the server until the ballot is closed and everything is erased.
fn close(union: &Union, ballot: &Ballot) -> Result<Duration> {
    let server = union.running()?.id();
    let before = Threads::of(server)?;
    union.close(&ballot.id)?;
    before.since(server)
}
