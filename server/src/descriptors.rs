//! How many files and connections the system lets this process have open at once: by default often a thousand.

/// Files that the server has open beside connections: the database, keys, letters, and room.
pub(crate) const BESIDE_CONNECTIONS: u64 = 256;

/// Asks for so many. As many as it may have now, at most the limit that the system sets for good.
#[cfg(unix)]
#[must_use]
pub(crate) fn ask_for(wanted: u64) -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let current = current.unwrap_or(u64::MAX);
    let wanted = maximum.map_or(wanted, |most| wanted.min(most));
    let raised =
        wanted > current && setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }).is_ok();
    if raised { wanted } else { current }
}

/// The system sets no such limit.
#[cfg(not(unix))]
#[must_use]
pub(crate) fn ask_for(_wanted: u64) -> u64 {
    u64::MAX
}
