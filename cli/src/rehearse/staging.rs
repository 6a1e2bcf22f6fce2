//! Where a rehearsal is written: in a hidden folder beside its place, until everything is there and has been checked.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::files::FileError;

/// A folder that takes its contents when they are complete; before that, or if anything fails, nothing is left in it.
pub(super) struct Staging {
    out: PathBuf,
    /// Whether the folder was made for this.
    made: bool,
    hidden: Option<TempDir>,
}

impl Staging {
    /// Begins in a folder, which is made if need be.
    pub(super) fn begin(out: &Path) -> Result<Self, FileError> {
        let failed = |source| FileError::Write { path: out.to_owned(), source };
        let made = !out.is_dir();
        fs::create_dir_all(out).map_err(failed)?;
        let mut staging = Self { out: out.to_owned(), made, hidden: None };
        let hidden = tempfile::Builder::new().prefix(".scrutineer-").suffix(".part").tempdir_in(out);
        staging.hidden = Some(hidden.map_err(failed)?);
        Ok(staging)
    }

    /// Refuses where something has one of these names already.
    pub(super) fn refuse_existing(&self, names: &[&str]) -> Result<(), FileError> {
        let taken = names.iter().map(|name| self.out.join(name)).find(|path| path.symlink_metadata().is_ok());
        taken.map_or(Ok(()), |path| Err(FileError::Exists(path)))
    }

    /// Where a file lies until it is published.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.hidden.as_ref().map_or(self.out.as_path(), TempDir::path).join(name)
    }

    /// Begins a file.
    pub(super) fn create(&self, name: &str) -> Result<File, FileError> {
        let path = self.path(name);
        let file = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| File::create_new(&path));
        file.map_err(|source| FileError::Write { path, source })
    }

    /// Writes a whole file.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let mut file = self.create(name)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        written.map_err(|source| FileError::Write { path: self.path(name), source })
    }

    /// Puts everything in its place under these names; if one is taken by now, nothing.
    pub(super) fn publish(mut self, names: &[&str]) -> Result<(), FileError> {
        self.refuse_existing(names)?;
        for (i, name) in names.iter().enumerate() {
            if let Err(source) = fs::rename(self.path(name), self.out.join(name)) {
                for earlier in names.iter().take(i) {
                    // What cannot be taken back stays; the error tells that something went wrong.
                    let _ = fs::rename(self.out.join(earlier), self.path(earlier));
                }
                return Err(FileError::Write { path: self.out.join(name), source });
            }
        }
        self.made = false;
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        drop(self.hidden.take());
        if self.made {
            // Only an empty folder goes.
            let _: io::Result<()> = fs::remove_dir(&self.out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_what_was_not_published() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("new");
        let staging = Staging::begin(&out).unwrap();
        staging.write("certificate/a", b"1").unwrap();
        assert!(staging.path("certificate/a").is_file() && out.is_dir());
        drop(staging);
        assert!(!out.exists());

        fs::create_dir(&out).unwrap();
        drop(Staging::begin(&out).unwrap());
        assert!(out.is_dir(), "a folder that was there stays");
    }

    #[test]
    fn all_or_nothing_is_published_and_nothing_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let staging = Staging::begin(folder.path()).unwrap();
        staging.refuse_existing(&["a", "b"]).unwrap();
        staging.write("a", b"1").unwrap();
        staging.write("b/c", b"2").unwrap();
        staging.publish(&["a", "b"]).unwrap();
        assert_eq!(fs::read(folder.path().join("b/c")).unwrap(), b"2");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);

        let staging = Staging::begin(folder.path()).unwrap();
        staging.write("0", b"3").unwrap();
        staging.write("a", b"4").unwrap();
        assert!(matches!(staging.refuse_existing(&["0", "a"]), Err(FileError::Exists(_))));
        assert!(matches!(staging.publish(&["0", "a"]), Err(FileError::Exists(_))));
        assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"1");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);

        let staging = Staging::begin(folder.path()).unwrap();
        staging.write("0", b"5").unwrap();
        assert!(staging.publish(&["0", "missing"]).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_file_in_the_way_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let error = Staging::begin(&file).err().unwrap().to_string();
        assert!(error.contains("file cannot be written"), "{error}");
        assert!(file.is_file());
    }
}
