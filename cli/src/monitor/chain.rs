//! Events as a state file keeps them: their kinds and what they name, from which their hashes follow.

use base64ct::{Base64Unpadded, Encoding};
use scrutineer_protocol::event::{EventError, EventKind, State};
use scrutineer_protocol::hash::HexHash;
use thiserror::Error;

use super::state::Entry;

/// The most events on a line.
const MOST_EVENTS: usize = 256;

/// What events name, as a line holds it.
///
/// # Errors
/// [`ChainError::Names`] where the text is none.
fn names_of(kind: EventKind, text: &str) -> Result<Vec<Option<HexHash>>, ChainError> {
    if !kind.has_payload() {
        return if text.is_empty() { Ok(vec![None]) } else { Err(ChainError::Names) };
    }
    let bytes = Base64Unpadded::decode_vec(text).map_err(|_| ChainError::Names)?;
    let (digests, rest) = bytes.as_chunks::<32>();
    if digests.is_empty() || digests.len() > MOST_EVENTS || !rest.is_empty() {
        return Err(ChainError::Names);
    }
    Ok(digests.iter().map(|digest| Some(HexHash::from_digest(*digest))).collect())
}

/// Why lines of events do not make a chain.
#[derive(Debug, Error)]
pub enum ChainError {
    /// Not a list of names.
    #[error("its events name nothing that can be read")]
    Names,
    /// Not the next height.
    #[error("its events begin at height {found}, not at {expected}")]
    Height {
        /// The height that they must begin with.
        expected: u64,
        /// The one that they do.
        found: u64,
    },
    /// What may not follow.
    #[error(transparent)]
    Event(#[from] EventError),
}

/// An event of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// What has happened.
    pub kind: EventKind,
    /// Its height.
    pub height: u64,
    /// What it names.
    pub names: Option<HexHash>,
    /// Its hash.
    pub event: HexHash,
}

/// Computes the events of a line and their hashes, and goes on with the chain.
///
/// # Errors
/// They do not follow.
pub fn links(state: &mut State, from: u64, kind: EventKind, names: &str) -> Result<Vec<Link>, ChainError> {
    let expected = state.head().map_or(0, |(height, _)| height.saturating_add(1));
    if from != expected {
        return Err(ChainError::Height { expected, found: from });
    }
    let names = names_of(kind, names)?;
    let link = |names| {
        let event = state.append(kind, names)?;
        Ok(Link { kind, height: event.event.height, names, event: event.hash })
    };
    names.into_iter().map(link).collect()
}

/// Lines for events that follow one another.
pub fn lines_of(election: &str, events: &[Link]) -> Vec<Entry> {
    let joined = |one: &Link, next: &Link| one.kind == next.kind && one.kind.has_payload();
    let runs = events.chunk_by(joined).flat_map(|run| run.chunks(MOST_EVENTS));
    let line = |run: &[Link]| {
        let first = run.first()?;
        let names: Vec<u8> =
            run.iter().filter_map(|link| link.names).flat_map(|name| *name.digest()).collect();
        Some(Entry::Events {
            election: election.to_owned(),
            from: first.height,
            kind: first.kind,
            names: Base64Unpadded::encode_string(&names),
        })
    };
    runs.filter_map(line).collect()
}
