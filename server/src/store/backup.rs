//! A copy of the database, made while a server runs, read back before it gets its name.

use std::path::{Path, PathBuf};

use rusqlite::TransactionBehavior;
use rusqlite::backup::{Backup, StepResult};
use thiserror::Error as ThisError;

use super::check::{self, Check};
use super::connection;
use super::error::OpenError;
use super::migrate;
use crate::data_folder::{self, DataFolder};

/// Why there is no backup.
#[derive(Debug, ThisError)]
pub enum BackupError {
    /// The file is there already.
    #[error("{} is there already; a backup never replaces a file, choose another name", .0.display())]
    Exists(PathBuf),
    /// The database or the file cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The copy is not right.
    #[error(
        "the copy was read back and is not right ({0}); it was removed. Check the disk, then the data folder"
    )]
    NotRight(String),
    /// The database was kept locked.
    #[error("the database was locked all the time; try again")]
    Locked,
}

/// Copies the database of a folder, whether or not a server runs on it, to one new file that only its owner may read.
/// The copy is one moment's state; writing goes on meanwhile. It holds the database alone: the keys beside it never
/// change and are copied once, by hand, to another place.
///
/// A copy in which a ballot is frozen or open, or is being frozen, says so in its name, which is `out` with `.while-open` before its extension: it
/// holds voting codes with the members whose they are, or the bindings, and these say which sealed vote came from whom, also
/// when the votes come later. The name is given back.
///
/// # Errors
/// See [`BackupError`]; then there is no new file.
pub fn backup(folder: &DataFolder, out: &Path) -> Result<PathBuf, BackupError> {
    let refuse = |path: &Path| {
        if path.exists() { Err(BackupError::Exists(path.to_path_buf())) } else { Ok(()) }
    };
    refuse(out)?;
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    let unfinished = out.with_file_name(name);
    let make = || -> Result<PathBuf, BackupError> {
        copy(folder, &unfinished)?;
        let name = if read_back(&unfinished)? { while_open(out) } else { out.to_path_buf() };
        refuse(&name)?;
        data_folder::rename(&unfinished, &name).map_err(|source| OpenError::io(&name, source))?;
        Ok(name)
    };
    let made = make();
    if made.is_err() {
        // Best effort: the reason to report is the first one.
        let _ = std::fs::remove_file(&unfinished);
    }
    made
}

fn copy(folder: &DataFolder, to: &Path) -> Result<(), BackupError> {
    let path = folder.database();
    let from_fail = |source| OpenError::sqlite(&path, source);
    let to_fail = |source| OpenError::sqlite(to, source);
    let mut source = connection::open_for_reading(&path)?;
    migrate::known_version(&source, &path)?;
    data_folder::create_file(to, true).map_err(|source| OpenError::io(to, source))?;
    let mut target = connection::open_single_file(to)?;
    // Under a read transaction the writer goes on in the write-ahead log and the copy stays one moment's.
    let snapshot = source.transaction_with_behavior(TransactionBehavior::Deferred).map_err(from_fail)?;
    snapshot.query_row("SELECT count(*) FROM installation", [], |_| Ok(())).map_err(from_fail)?;
    let whole = Backup::new(&snapshot, &mut target).and_then(|backup| backup.step(-1)).map_err(to_fail)?;
    if whole != StepResult::Done {
        return Err(BackupError::Locked);
    }
    drop(snapshot);
    target.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(())).map_err(to_fail)?;
    target.close().map_err(|(_, source)| to_fail(source))?;
    Ok(())
}

/// `votes.db` becomes `votes.while-open.db`.
fn while_open(out: &Path) -> PathBuf {
    let mut name = out.file_stem().unwrap_or_default().to_owned();
    name.push(".while-open");
    if let Some(extension) = out.extension() {
        name.push(".");
        name.push(extension);
    }
    out.with_file_name(name)
}

/// Checks the copy and says whether a ballot is frozen or open in it.
fn read_back(copy: &Path) -> Result<bool, BackupError> {
    let database = connection::open_single_file(copy)?;
    let wrong: Vec<_> = check::database(&database, copy)?
        .into_iter()
        .filter(|check| !check.ok)
        .map(|Check { detail, .. }| detail)
        .collect();
    if !wrong.is_empty() {
        return Err(BackupError::NotRight(wrong.join("; ")));
    }
    let open = "SELECT EXISTS (SELECT 1 FROM ballot WHERE state IN ('frozen', 'open'))
                    OR EXISTS (SELECT 1 FROM box WHERE ballot_id IS NULL)";
    let open = database.query_row(open, [], |row| row.get(0));
    Ok(open.map_err(|source| OpenError::sqlite(copy, source))?)
}
