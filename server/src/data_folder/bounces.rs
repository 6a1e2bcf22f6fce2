//! `bounces/`: letters that came back, as files that the running server reads and deletes. Whoever takes mail on this machine
//! puts them there with `scrutineer-server bounce`.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rand_core::CryptoRng;
use scrutineer_letters::bounce::LARGEST;
use thiserror::Error;

use super::{DataFolder, create_file, private, rename};
use crate::store::OpenError;

/// The most letters that may wait in the folder: as many as come back from a large union's worst list.
const MOST_WAITING: usize = 50_000;

/// How the files end that are complete.
const ENDING: &str = "eml";
/// How they end while they are written.
const UNFINISHED: &str = "part";
/// Whoever writes one has been killed if it is not complete after so many seconds.
const LONGEST_WRITE: i64 = 60 * 60;

/// Why a letter that came back was not kept.
#[derive(Debug, Error)]
pub enum BounceRefusal {
    /// The folder.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The letter cannot be read.
    #[error("the letter that came back cannot be read: {0}")]
    Read(io::Error),
    /// More than a notice has.
    #[error(
        "this is too large for a notice that a letter came back: {LARGEST} bytes at most; nothing was kept"
    )]
    TooLarge,
    /// Nothing.
    #[error("there is nothing in it; nothing was kept")]
    Empty,
    /// Nobody has read the others.
    #[error(
        "{} letters that came back are waiting already; is the server running, with --mail?",
        MOST_WAITING
    )]
    Full,
}

impl DataFolder {
    /// Where letters lie that came back.
    #[must_use]
    pub fn bounces(&self) -> PathBuf {
        self.path.join("bounces")
    }

    /// Keeps a letter that came back until the server reads it; it may be running meanwhile.
    ///
    /// # Errors
    /// [`BounceRefusal`], a sentence each.
    pub fn put_bounce(&self, letter: impl Read, rng: &mut impl CryptoRng) -> Result<PathBuf, BounceRefusal> {
        if !self.database().is_file() {
            return Err(OpenError::NotAFolder(self.path.clone()).into());
        }
        let folder = self.bounces();
        let io = |source| OpenError::io(&folder, source);
        if !folder.is_dir() {
            fs::create_dir_all(&folder).map_err(io)?;
            private(&folder, 0o700).map_err(io)?;
        }
        if fs::read_dir(&folder).map_err(io)?.count() >= MOST_WAITING {
            return Err(BounceRefusal::Full);
        }
        let mut bytes = Vec::new();
        let most = u64::try_from(LARGEST).unwrap_or(u64::MAX).saturating_add(1);
        letter.take(most).read_to_end(&mut bytes).map_err(BounceRefusal::Read)?;
        match bytes.len() {
            0 => return Err(BounceRefusal::Empty),
            length if length > LARGEST => return Err(BounceRefusal::TooLarge),
            _ => {}
        }
        let mut name = [0; 16];
        rng.fill_bytes(&mut name);
        let (unfinished, finished) = (
            folder.join(format!("{}.{UNFINISHED}", hex::encode(name))),
            folder.join(format!("{}.{ENDING}", hex::encode(name))),
        );
        let write = || -> io::Result<()> {
            create_file(&unfinished, false)?.write_all(&bytes)?;
            rename(&unfinished, &finished)
        };
        write().map_err(io)?;
        Ok(finished)
    }

    /// Up to `most` letters that came back, to be read with [`read_bounce`] and deleted; without those that are passed over.
    ///
    /// # Errors
    /// The system's. A folder that is not there has none.
    pub fn waiting_bounces(
        &self,
        most: usize,
        passed_over: impl Fn(&Path) -> bool,
    ) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(self.bounces()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut found = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == ENDING) && !passed_over(&path) {
                found.push(path);
                if found.len() == most {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Removes what whoever was killed while writing has left: not complete, and last written an hour ago or more. `now` is in
    /// seconds since the epoch.
    ///
    /// # Errors
    /// The system's. A folder that is not there has none.
    pub fn remove_unfinished_bounces(&self, now: i64) -> io::Result<()> {
        let entries = match fs::read_dir(self.bounces()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_none_or(|ending| ending != UNFINISHED) {
                continue;
            }
            // One that has just become complete is not there any more.
            let Ok(written) = fs::metadata(&path).and_then(|about| about.modified()) else { continue };
            let written = written.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
            if i64::try_from(written).is_ok_and(|written| now.saturating_sub(written) >= LONGEST_WRITE) {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }
}

/// The bytes of a letter that came back; one that is larger than any notice is cut just behind that, so that it is refused.
///
/// # Errors
/// The system's.
pub fn read_bounce(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(LARGEST).unwrap_or(u64::MAX).saturating_add(1);
    File::open(file)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, UNIX_EPOCH};

    use scrutineer_letters::bounce::LARGEST;

    use super::{BounceRefusal, DataFolder, read_bounce};
    use crate::entropy::Entropy;

    #[test]
    fn what_came_back_is_kept_privately_until_it_is_read() {
        let place = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(place.path());
        let mut rng = Entropy::seeded(1).rng();
        // Not in a folder that is none of ours.
        assert!(matches!(folder.put_bounce(&b"x"[..], &mut rng), Err(BounceRefusal::Open(_))));
        assert!(folder.waiting_bounces(10, |_| false).unwrap().is_empty());
        fs::write(folder.database(), "").unwrap();
        let first = folder.put_bounce(&b"first"[..], &mut rng).unwrap();
        folder.put_bounce(&b"second"[..], &mut rng).unwrap();
        assert_eq!(read_bounce(&first).unwrap(), b"first");
        #[cfg(unix)]
        for path in [&first, &folder.bounces()] {
            let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(path).unwrap());
            assert_eq!(mode & 0o077, 0, "{}", path.display());
        }
        // What is not complete is not read.
        fs::write(folder.bounces().join("x.part"), "half").unwrap();
        assert_eq!(folder.waiting_bounces(10, |_| false).unwrap().len(), 2);
        assert_eq!(folder.waiting_bounces(1, |_| false).unwrap().len(), 1);
        // What is passed over does not stand in the way of the rest.
        let others = folder.waiting_bounces(1, |path| path == first).unwrap();
        assert!(others.len() == 1 && others[0] != first);
    }

    #[test]
    fn what_a_killed_writer_left_is_removed_after_an_hour() {
        let place = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(place.path());
        folder.remove_unfinished_bounces(0).unwrap();
        fs::create_dir(folder.bounces()).unwrap();
        let path = |name: &str| folder.bounces().join(name);
        for (name, written) in [("old.part", 1000), ("new.part", 1001), ("old.eml", 1000)] {
            let file = fs::File::create(path(name)).unwrap();
            file.set_modified(UNIX_EPOCH + Duration::from_secs(written)).unwrap();
        }
        folder.remove_unfinished_bounces(1000 + 3599).unwrap();
        assert!(path("old.part").exists());
        folder.remove_unfinished_bounces(1000 + 3600).unwrap();
        assert!(!path("old.part").exists() && path("new.part").exists() && path("old.eml").exists());
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        let place = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(place.path());
        fs::write(folder.database(), "").unwrap();
        let mut rng = Entropy::seeded(1).rng();
        assert!(matches!(folder.put_bounce(&b""[..], &mut rng), Err(BounceRefusal::Empty)));
        let large = vec![b'x'; LARGEST + 1];
        assert!(matches!(folder.put_bounce(&large[..], &mut rng), Err(BounceRefusal::TooLarge)));
        assert!(folder.put_bounce(&large[1..], &mut rng).is_ok());
        assert_eq!(folder.waiting_bounces(10, |_| false).unwrap().len(), 1);
    }
}
