//! The mark that the database file is to be rewritten. It is a file and not a row, so that rewriting ends with nothing left to
//! be written.

use std::io::ErrorKind;
use std::path::PathBuf;

use super::{DataFolder, sync_folder, write_new};
use crate::store::OpenError;

impl DataFolder {
    fn rewrite_mark(&self) -> PathBuf {
        self.path.join("rewrite_due")
    }

    /// Notes, durably, that the database file is to be rewritten.
    ///
    /// # Errors
    /// What the system says.
    pub fn note_rewrite_due(&self) -> Result<(), OpenError> {
        match write_new(&self.rewrite_mark(), b"") {
            Err(OpenError::Io { source, .. }) if source.kind() == ErrorKind::AlreadyExists => Ok(()),
            noted => noted,
        }
    }

    /// Whether the database file is to be rewritten.
    #[must_use]
    pub fn is_rewrite_due(&self) -> bool {
        self.rewrite_mark().exists()
    }

    /// Notes, durably, that the database file was rewritten.
    ///
    /// # Errors
    /// What the system says.
    pub fn note_rewritten(&self) -> Result<(), OpenError> {
        let path = self.rewrite_mark();
        let removed = match std::fs::remove_file(&path) {
            Err(source) if source.kind() == ErrorKind::NotFound => Ok(()),
            removed => removed.and_then(|()| sync_folder(&path)),
        };
        removed.map_err(|source| OpenError::io(&path, source))
    }
}

#[cfg(test)]
mod tests {
    use crate::data_folder::DataFolder;

    #[test]
    fn what_is_due_is_due_until_it_is_done_however_often_it_is_noted() {
        let temp = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(temp.path());
        assert!(!folder.is_rewrite_due());
        for _ in 0..2 {
            folder.note_rewrite_due().unwrap();
            assert!(DataFolder::new(temp.path()).is_rewrite_due());
        }
        for _ in 0..2 {
            folder.note_rewritten().unwrap();
            assert!(!folder.is_rewrite_due());
        }
        assert!(DataFolder::new(temp.path().join("nowhere")).note_rewrite_due().is_err());
    }
}
