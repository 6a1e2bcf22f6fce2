//! Files without a name until they are complete: whatever ends the program before that, nothing of them is left.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};
use rustix::io::Errno;

/// Begins a file that will lie in `folder` with these permissions, less those that the process's mask takes away. `None`
/// where the system has no such files.
///
/// # Errors
/// What the system says.
pub(super) fn begin(folder: &Path, permissions: u32) -> io::Result<Option<File>> {
    // How it gets its name.
    if !Path::new("/proc/self/fd").is_dir() {
        return Ok(None);
    }
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    match open(folder, flags, Mode::from_raw_mode(permissions)) {
        Ok(file) => Ok(Some(File::from(file))),
        // File systems, and kernels, that do not know it.
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Gives a file its name, if nothing has it.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`], or what the system says.
pub(super) fn name(file: &File, path: &Path) -> io::Result<()> {
    let unnamed = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    Ok(linkat(CWD, &unnamed, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}
