//! Whether an archive continues an older copy of itself.

use super::reader::read_up_to;
use std::io::{self, Read};

/// Why an archive does not continue an older copy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrefixError {
    /// They differ before the older one ends.
    #[error(
        "the older copy is not the beginning of this record: they differ from byte {offset} on, so what had been \
         recorded was changed"
    )]
    Differs {
        /// The first byte in which they differ.
        offset: u64,
    },
    /// The newer one is shorter.
    #[error("the older copy goes on after byte {offset}, where this record ends: something was taken away")]
    Shorter {
        /// The size of the newer one.
        offset: u64,
    },
    /// One of them cannot be read.
    #[error("the two copies could not be compared: {0}")]
    Io(#[from] io::Error),
}

/// Checks that `newer` begins with all the bytes of `older`: the record was only added to.
///
/// # Errors
/// Where it does not, with the place, or where one of them cannot be read.
pub fn is_prefix(mut older: impl Read, mut newer: impl Read) -> Result<(), PrefixError> {
    const CHUNK: usize = 1 << 16;
    let (mut old, mut new) = (vec![0; CHUNK], vec![0; CHUNK]);
    let mut offset = 0u64;
    loop {
        let wanted = read_up_to(&mut older, &mut old)?;
        if wanted == 0 {
            return Ok(());
        }
        let found = read_up_to(&mut newer, &mut new[..wanted])?;
        let pairs = old[..wanted].iter().zip(&new[..found]);
        if let Some(place) = pairs.into_iter().position(|(a, b)| a != b) {
            return Err(PrefixError::Differs { offset: offset + place as u64 });
        }
        offset += found as u64;
        if found < wanted {
            return Err(PrefixError::Shorter { offset });
        }
    }
}
