//! What can go wrong with the database, in sentences.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::ErrorCode;
use thiserror::Error;

/// A transaction that was not done. Nothing of it has changed anything.
#[derive(Clone, Debug, Error)]
pub enum Error {
    /// Too much is queued.
    #[error("the server has more to do than it can; try again in a moment")]
    Busy,
    /// The disk is full.
    #[error("the disk that holds the data folder is full; free some space")]
    DiskFull,
    /// The database cannot be written.
    #[error(
        "the data folder cannot be written; check its permissions and that the disk is not mounted read-only"
    )]
    ReadOnly,
    /// The disk does not take what is written.
    #[error(
        "the disk that holds the data folder does not take what is written: a quota may be used up, or the disk is failing"
    )]
    NotWritten,
    /// SQLite gave the whole group up.
    #[error("the database undid its changes by itself; most likely the disk is full or failing")]
    RolledBack,
    /// The transaction panicked, or the store was closed before it ran.
    #[error("the transaction did not finish")]
    Unfinished,
    /// A value in the database is not what the schema promises.
    #[error("the database holds a value that cannot be: {0}")]
    Corrupt(String),
    /// Anything else that SQLite says.
    #[error("database error: {0}")]
    Sqlite(Arc<rusqlite::Error>),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::SystemIoFailure) if is_writing(&error) => Self::NotWritten,
            _ => Self::Sqlite(Arc::new(error)),
        }
    }
}

/// Whether it was writing that the system refused; reading fails for other reasons.
fn is_writing(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi::{
        SQLITE_IOERR_DIR_FSYNC, SQLITE_IOERR_FSYNC, SQLITE_IOERR_SHMMAP, SQLITE_IOERR_SHMSIZE,
        SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE,
    };
    let code = error.sqlite_error().map(|error| error.extended_code);
    matches!(
        code,
        Some(
            SQLITE_IOERR_WRITE
                | SQLITE_IOERR_FSYNC
                | SQLITE_IOERR_DIR_FSYNC
                | SQLITE_IOERR_TRUNCATE
                | SQLITE_IOERR_SHMSIZE
                | SQLITE_IOERR_SHMMAP
        )
    )
}

/// Why a data folder's database cannot be used.
#[derive(Debug, Error)]
pub enum OpenError {
    /// There is no database.
    #[error(
        "{} is not a Scrutineer data folder (it has no scrutineer.db); make one with `scrutineer-server init`",
        .0.display()
    )]
    NotAFolder(PathBuf),
    /// There is a file, but not one of ours.
    #[error("{} is not a Scrutineer database; is this the right folder?", .0.display())]
    NotOurs(PathBuf),
    /// Ours, but its pages are not whole.
    #[error(
        "{} is damaged; keep it as it is, check the disk, and go on with a backup in its place", .0.display()
    )]
    Damaged(PathBuf),
    /// A newer program has written it.
    #[error(
        "{} was written by a newer version of Scrutineer (schema {found}; this program knows up to {known}); \
         install the newer version",
        path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema's number.
        found: i64,
        /// The newest that we know.
        known: i64,
    },
    /// Another server has it open.
    #[error("the data folder {} is in use by another server; stop that one first", .0.display())]
    InUse(PathBuf),
    /// There is a database already.
    #[error("{} already holds a Scrutineer database; choose another folder", .0.display())]
    Exists(PathBuf),
    /// Not writable.
    #[error("{} cannot be written; check its permissions and that the disk is not mounted read-only", .0.display())]
    ReadOnly(PathBuf),
    /// The disk is full.
    #[error("the disk that holds {} is full; free some space", .0.display())]
    DiskFull(PathBuf),
    /// A key file is not there, or does not hold a key.
    #[error("{} does not hold the key that belongs there; restore it from your copy", .0.display())]
    BadKey(PathBuf),
    /// Anything else about a file.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Anything else that SQLite says.
    #[error("{}: {source}", path.display())]
    Sqlite {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

impl OpenError {
    /// Says what SQLite said, with the file that it is about.
    pub(super) fn sqlite(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_path_buf();
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull(path),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::ReadOnly(path)
            }
            Some(ErrorCode::NotADatabase) => Self::NotOurs(path),
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged(path),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse(path),
            _ => Self::Sqlite { path, source },
        }
    }

    /// Says what the system said, with the file that it is about.
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly(path),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull(path),
            _ => Self::Io { path, source },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};
    use std::path::Path;

    use super::OpenError;

    #[test]
    fn a_full_or_read_only_disk_is_said_in_words() {
        for (kind, words) in [
            (ErrorKind::ReadOnlyFilesystem, "cannot be written"),
            (ErrorKind::PermissionDenied, "cannot be written"),
            (ErrorKind::StorageFull, "is full"),
            (ErrorKind::QuotaExceeded, "is full"),
            (ErrorKind::NotFound, "entity not found"),
        ] {
            let sentence = OpenError::io(Path::new("/data/x"), Error::from(kind)).to_string();
            assert!(sentence.contains(words) && sentence.contains("/data/x"), "{sentence}");
        }
        for (code, words) in [
            (rusqlite::ffi::SQLITE_FULL, "is full"),
            (rusqlite::ffi::SQLITE_READONLY, "cannot be written"),
            (rusqlite::ffi::SQLITE_CANTOPEN, "cannot be written"),
            (rusqlite::ffi::SQLITE_NOTADB, "not a Scrutineer database"),
            (rusqlite::ffi::SQLITE_CORRUPT, "is damaged"),
            (rusqlite::ffi::SQLITE_BUSY, "in use by another server"),
        ] {
            let error = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            let sentence = OpenError::sqlite(Path::new("/data/x"), error).to_string();
            assert!(sentence.contains(words) && sentence.contains("/data/x"), "{sentence}");
        }
    }
}
