//! Letters as `.eml` files in a folder: for trying things out, and for programs that take them from there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{SendError, Transport};
use crate::outgoing::Outgoing;

/// Writes letters into a folder, each as one file named by the letter's bytes: the same letter again is the same file.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Names a folder; it is made when the first letter comes.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn write(&self, name: &str, message: &[u8]) -> io::Result<()> {
        let (unfinished, finished) =
            (self.path.join(format!("{name}.part")), self.path.join(format!("{name}.eml")));
        let mut file = private(&unfinished)?;
        file.write_all(message)?;
        file.sync_all()?;
        fs::rename(unfinished, finished)?;
        File::open(&self.path)?.sync_all()
    }

    fn refuse(&self, error: &io::Error) -> SendError {
        SendError::Misconfigured(format!(
            "letters cannot be written into {}: {error}; make the folder writable, or name another in the mail configuration",
            self.path.display()
        ))
    }
}

impl Transport for Folder {
    fn send(&self, letter: &Outgoing) -> Result<(), SendError> {
        let message = letter.message().map_err(|error| SendError::Misconfigured(error.to_string()))?;
        self.check()?;
        self.write(&hex::encode(letter.id.letter()), &message).map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                SendError::Later { status: "no room".to_owned() }
            }
            _ => self.refuse(&error),
        })
    }

    fn check(&self) -> Result<(), SendError> {
        if self.path.is_dir() {
            return Ok(());
        }
        private_folder(&self.path).map_err(|error| self.refuse(&error))
    }

    fn describe(&self) -> String {
        format!("folder {}", self.path.display())
    }
}

fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
