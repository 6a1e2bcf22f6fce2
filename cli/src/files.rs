//! Files that commands read and write: never by halves, never over another file unasked, secrets for their owner alone.

#[cfg(target_os = "linux")]
mod unnamed;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use scrutineer_api::size;
use tempfile::{Builder, NamedTempFile};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::download::Target;

/// Who may read a file that a command writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Its owner alone: it holds secrets.
    Owner,
    /// Whoever the owner's settings let: it is public.
    Public,
}

impl Access {
    /// The most that others may have; the process's mask takes its part away.
    #[cfg(unix)]
    const fn permissions(self) -> u32 {
        match self {
            Self::Owner => 0o600,
            Self::Public => 0o666,
        }
    }
}

/// Why a file cannot be read or written.
#[derive(Debug, Error)]
pub enum FileError {
    /// What the system says about reading.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// What the system says about writing.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is a file of that name.
    #[error("{} is there already and is not overwritten: choose another name, or move it away first", .0.display())]
    Exists(PathBuf),
    /// Larger than anything of its kind.
    #[error("{} is larger than {}: is it the right file?", path.display(), size::in_words(*limit))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        limit: u64,
    },
    /// Not text.
    #[error("{} is not text in UTF-8: is it the right file?", .0.display())]
    NotText(PathBuf),
    /// A secret that is not kept as one.
    #[error(
        "{shown} holds secrets, but others can read it: run `chmod 600 {shown}`, and ask yourself who may have read it",
        shown = .0.display()
    )]
    Open(PathBuf),
}

/// Reads a file of at most `limit` bytes.
///
/// # Errors
/// What the system says, or that it is larger.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let failed = |source| FileError::Read { path: path.to_owned(), source };
    let too_large = || FileError::TooLarge { path: path.to_owned(), limit };
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.len() > limit {
        return Err(too_large());
    }
    // What is no file on a disk has no size, and a file may grow while it is read.
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Reads a text of at most `limit` bytes.
///
/// # Errors
/// As [`read`], or that it is not UTF-8.
pub fn read_text(path: &Path, limit: u64) -> Result<String, FileError> {
    String::from_utf8(read(path, limit)?).map_err(|_| FileError::NotText(path.to_owned()))
}

/// Reads a text that holds a secret; erased when dropped.
///
/// # Errors
/// As [`read_text`].
pub fn read_secret(path: &Path, limit: u64) -> Result<Zeroizing<String>, FileError> {
    let failed = |source| FileError::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    let too_large = || FileError::TooLarge { path: path.to_owned(), limit };
    if size > limit {
        return Err(too_large());
    }
    // Room for everything from the start, so that no copy is left behind by growing.
    let capacity = usize::try_from(limit).unwrap_or(usize::MAX).min(1 << 20);
    let mut bytes = Zeroizing::new(Vec::with_capacity(capacity));
    Read::by_ref(&mut file).take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(too_large());
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| FileError::NotText(path.to_owned()))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Reads a text that this program keeps secret in the profile's folder; refuses one that others can read. `None` where
/// there is no such file.
///
/// # Errors
/// As [`read_secret`], or that others can read it.
pub fn read_own(path: &Path, limit: u64) -> Result<Option<Zeroizing<String>>, FileError> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(FileError::Read { path: path.to_owned(), source }),
    };
    if open_to_others(&metadata) {
        return Err(FileError::Open(path.to_owned()));
    }
    read_secret(path, limit).map(Some)
}

/// Opens a file of secrets, to be read piece by piece; refuses one that others can read.
///
/// # Errors
/// What the system says, or that others can read it.
pub fn open_own(path: &Path) -> Result<File, FileError> {
    let failed = |source| FileError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    if open_to_others(&file.metadata().map_err(failed)?) {
        return Err(FileError::Open(path.to_owned()));
    }
    Ok(file)
}

/// Makes a folder, and those above it, for their owner alone. A folder that is there already is closed to others.
///
/// # Errors
/// What the system says.
pub fn private_folder(path: &Path) -> Result<(), FileError> {
    let failed = |source| FileError::Write { path: path.to_owned(), source };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(failed)?;
    close_to_others(path).map_err(failed)
}

/// A file that is being written where it will lie. It takes its name when it is complete and on the disk; before that, or
/// if anything fails, nothing is left of it.
pub struct NewFile {
    path: PathBuf,
    body: Body,
}

enum Body {
    /// A new file; not even a killed program leaves anything of it.
    #[cfg(target_os = "linux")]
    Unnamed(File),
    /// The same where the system has no such files.
    Named(NamedTempFile),
    /// A file that takes the place of an older one.
    Replaces(NamedTempFile),
}

impl Body {
    fn new(folder: &Path, access: Access) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if let Some(file) = unnamed::begin(folder, access.permissions())? {
            return Ok(Self::Unnamed(file));
        }
        named(folder, access).map(Self::Named)
    }

    fn file(&self) -> &File {
        match self {
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) => file,
            Self::Named(file) | Self::Replaces(file) => file.as_file(),
        }
    }
}

fn named(folder: &Path, access: Access) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".scrutineer-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(access.permissions()));
    #[cfg(not(unix))]
    let _ = access;
    builder.tempfile_in(folder)
}

impl NewFile {
    /// Begins a file that may not be there yet.
    ///
    /// # Errors
    /// That there is one, or what the system says.
    pub fn create(path: &Path, access: Access) -> Result<Self, FileError> {
        if path.symlink_metadata().is_ok() {
            return Err(FileError::Exists(path.to_owned()));
        }
        Self::begin(path, Body::new(folder_of(path), access))
    }

    /// Begins a file of this program's own that takes the place of an older one.
    ///
    /// # Errors
    /// What the system says.
    pub fn replace(path: &Path) -> Result<Self, FileError> {
        Self::begin(path, named(folder_of(path), Access::Owner).map(Body::Replaces))
    }

    fn begin(path: &Path, body: io::Result<Body>) -> Result<Self, FileError> {
        let path = path.to_owned();
        match body {
            Ok(body) => Ok(Self { path, body }),
            Err(source) => Err(FileError::Write { path, source }),
        }
    }

    /// What has been written, to be read from its beginning, without a name: it is gone when it is closed.
    ///
    /// # Errors
    /// What the system says.
    pub fn into_anonymous(self) -> Result<File, FileError> {
        let mut file = match self.body {
            #[cfg(target_os = "linux")]
            Body::Unnamed(file) => file,
            Body::Named(file) | Body::Replaces(file) => file.into_file(),
        };
        file.rewind().map_err(|source| FileError::Read { path: self.path, source })?;
        Ok(file)
    }

    /// Puts the file in its place, for good.
    ///
    /// # Errors
    /// That there is one by now, or what the system says.
    pub fn finish(self) -> Result<(), FileError> {
        let Self { path, body } = self;
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => FileError::Exists(path.clone()),
            _ => FileError::Write { path: path.clone(), source },
        };
        body.file().sync_all().map_err(failed)?;
        match body {
            #[cfg(target_os = "linux")]
            Body::Unnamed(file) => unnamed::name(&file, &path),
            Body::Named(file) => file.persist_noclobber(&path).map(drop).map_err(|error| error.error),
            Body::Replaces(file) => file.persist(&path).map(drop).map_err(|error| error.error),
        }
        .map_err(failed)?;
        sync_folder(folder_of(&path)).map_err(failed)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.body.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.body.file().flush()
    }
}

impl Target for NewFile {
    fn restart(&mut self) -> io::Result<()> {
        let mut file = self.body.file();
        file.set_len(0)?;
        file.rewind()
    }
}

impl Target for File {
    fn restart(&mut self) -> io::Result<()> {
        self.set_len(0)?;
        self.rewind()
    }
}

/// Writes a new file as a whole.
///
/// # Errors
/// That there is one of this name already, or what the system says.
pub fn write_new(path: &Path, bytes: &[u8], access: Access) -> Result<(), FileError> {
    fill(NewFile::create(path, access)?, bytes)
}

/// Writes a file of this program's own as a whole, in place of the one that is there.
///
/// # Errors
/// What the system says.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    fill(NewFile::replace(path)?, bytes)
}

/// Writes a file that was begun as a whole.
///
/// # Errors
/// As [`NewFile::finish`].
pub fn fill(mut file: NewFile, bytes: &[u8]) -> Result<(), FileError> {
    file.write_all(bytes).map_err(|source| FileError::Write { path: file.path.clone(), source })?;
    file.finish()
}

/// Takes a file away; one that is not there is no error.
///
/// # Errors
/// What the system says.
pub fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(FileError::Write { path: path.to_owned(), source }),
        Ok(()) => {
            sync_folder(folder_of(path)).map_err(|source| FileError::Write { path: path.to_owned(), source })
        }
    }
}

/// Holds a file as long as the value lives, so that two runs of the program do not write the same files.
///
/// # Errors
/// What the system says, [`io::ErrorKind::WouldBlock`] where another run holds it.
pub fn hold(path: &Path) -> Result<File, FileError> {
    let failed = |source| FileError::Write { path: path.to_owned(), source };
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(failed)?;
    file.try_lock().map_err(|error| {
        failed(match error {
            fs::TryLockError::WouldBlock => {
                io::Error::new(io::ErrorKind::WouldBlock, "another run of the program has it in use")
            }
            fs::TryLockError::Error(source) => source,
        })
    })?;
    Ok(file)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn open_to_others(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0
}

#[cfg(not(unix))]
fn open_to_others(_: &fs::Metadata) -> bool {
    false
}

#[cfg(unix)]
fn close_to_others(path: &Path) -> io::Result<()> {
    if open_to_others(&fs::metadata(path)?) {
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Puts a changed list of names on the disk.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
    }

    #[test]
    fn a_new_file_is_never_written_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codes.csv");
        write_new(&path, b"first", Access::Owner).unwrap();
        assert!(matches!(write_new(&path, b"second", Access::Owner), Err(FileError::Exists(_))));
        // One that appears while ours is being written stays as well.
        let late = folder.path().join("late.csv");
        let mut ours = NewFile::create(&late, Access::Owner).unwrap();
        ours.write_all(b"ours").unwrap();
        fs::write(&late, "theirs").unwrap();
        assert!(matches!(ours.finish(), Err(FileError::Exists(_))));
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(fs::read(&late).unwrap(), b"theirs");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left behind");
    }

    #[test]
    fn an_unfinished_file_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = NewFile::create(&folder.path().join("record.bel"), Access::Public).unwrap();
        file.write_all(b"half").unwrap();
        #[cfg(target_os = "linux")]
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "not even if the program is killed now");
        drop(file);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let nowhere = NewFile::create(&folder.path().join("none/record.bel"), Access::Public);
        let sentence = nowhere.err().unwrap().to_string();
        assert!(sentence.contains("none/record.bel cannot be written: No such file"), "{sentence}");
    }

    #[test]
    fn a_file_without_a_name_of_its_own_is_not_needed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("codes.csv");
        let begin = || NewFile {
            path: path.clone(),
            body: Body::Named(named(folder.path(), Access::Owner).unwrap()),
        };
        let (first, second) = (begin(), begin());
        fill(first, b"first").unwrap();
        assert!(matches!(fill(second, b"second"), Err(FileError::Exists(_))));
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left behind");
    }

    #[cfg(unix)]
    #[test]
    fn secrets_are_for_their_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let private = folder.path().join("a/b");
        private_folder(&private).unwrap();
        assert_eq!((mode(&private), mode(&folder.path().join("a"))), (0o700, 0o700));
        let path = private.join("session.json");
        write_new(&path, b"{}", Access::Owner).unwrap();
        replace(&path, b"{1}").unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(read_own(&path, 10).unwrap().unwrap().as_str(), "{1}");
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
        let refused = read_own(&path, 10).unwrap_err().to_string();
        assert!(refused.contains("chmod 600"), "{refused}");
        fs::set_permissions(&private, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        private_folder(&private).unwrap();
        assert_eq!(mode(&private), 0o700);
    }

    #[test]
    fn files_are_read_up_to_a_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read_text(&path, 5).unwrap(), "12345");
        assert_eq!(read_secret(&path, 5).unwrap().as_str(), "12345");
        assert!(matches!(read(&path, 4), Err(FileError::TooLarge { .. })));
        for (limit, words) in [(4, "4 bytes"), (64 << 20, "64 MiB")] {
            let error = FileError::TooLarge { path: "a.csv".into(), limit };
            assert_eq!(error.to_string(), format!("a.csv is larger than {words}: is it the right file?"));
        }
        assert!(matches!(read_secret(&path, 4), Err(FileError::TooLarge { .. })));
        fs::write(&path, [0xff]).unwrap();
        assert!(matches!(read_text(&path, 4), Err(FileError::NotText(_))));
        let missing = folder.path().join("none");
        assert!(read(&missing, 4).unwrap_err().to_string().contains("none cannot be read"));
        assert!(read_own(&missing, 4).unwrap().is_none());
        remove(&path).unwrap();
        remove(&path).unwrap();
    }

    #[test]
    fn a_file_is_held_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = hold(&path).unwrap();
        assert!(hold(&path).unwrap_err().to_string().contains("another run"));
        drop(held);
        hold(&path).unwrap();
    }
}
