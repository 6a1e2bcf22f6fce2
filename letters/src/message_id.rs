//! Message ids: the same for a letter however often it is tried, so that mail programs show it once.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Between the letter's bytes and the host, so that our ids are told from others of the same host.
const MARK: &str = ".scrutineer@";

/// The `Message-ID` of a letter: `<hex.scrutineer@host>` (RFC 5322, section 3.6.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessageId {
    letter: [u8; 16],
    host: String,
}

/// The text is no message id of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is no message id of a letter of this program")]
pub struct NotAMessageId;

impl MessageId {
    /// The id of the letter with these bytes, from a server at this host. Of a host only what may stand in an id is kept.
    #[must_use]
    pub fn new(letter: [u8; 16], host: &str) -> Self {
        Self { letter, host: host_part(host) }
    }

    /// The letter's bytes.
    #[must_use]
    pub const fn letter(&self) -> [u8; 16] {
        self.letter
    }

    /// Whether a server at this host made it.
    #[must_use]
    pub fn is_from(&self, host: &str) -> bool {
        self.host == host_part(host)
    }
}

/// A host as it stands in ids: `[::1]` is no dot-atom.
fn host_part(host: &str) -> String {
    let mut part: String = host
        .to_ascii_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '-' })
        .collect();
    part = part.trim_matches(['.', '-']).to_owned();
    if part.is_empty() { "localhost".to_owned() } else { part }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}{MARK}{}>", hex::encode(self.letter), self.host)
    }
}

impl FromStr for MessageId {
    type Err = NotAMessageId;

    fn from_str(text: &str) -> Result<Self, NotAMessageId> {
        let text = text.trim();
        let text = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
        let (digits, host) = text.split_once(MARK).ok_or(NotAMessageId)?;
        let mut letter = [0; 16];
        hex::decode_to_slice(digits, &mut letter).map_err(|_| NotAMessageId)?;
        let id = Self::new(letter, host);
        // One spelling alone, so that what is parsed is what was written.
        if digits == hex::encode(letter) && id.host == host { Ok(id) } else { Err(NotAMessageId) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

    use super::{MessageId, NotAMessageId};

    #[test]
    fn is_written_and_read_in_one_way() {
        let id = MessageId::new([0xab; 16], "Vote.Example.org");
        let text = "<abababababababababababababababab.scrutineer@vote.example.org>";
        assert_eq!(id.to_string(), text);
        assert_eq!(text.parse(), Ok(id.clone()));
        assert_eq!(text.trim_matches(['<', '>']).parse(), Ok(id.clone()));
        assert!(id.is_from("vote.example.org") && !id.is_from("example.org"));
        for other in [
            "",
            "<abab.scrutineer@vote.example.org>",
            "<ABABABABABABABABABABABABABABABAB.scrutineer@vote.example.org>",
            "<abababababababababababababababab@vote.example.org>",
            "<abababababababababababababababab.scrutineer@vote.example.org> x",
            "<abababababababababababababababab.scrutineer@>",
        ] {
            assert_eq!(other.parse::<MessageId>(), Err(NotAMessageId), "{other}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_host_makes_an_id_that_reads(letter in any::<[u8; 16]>(), host in any::<String>()) {
            let id = MessageId::new(letter, &host);
            let text = id.to_string();
            prop_assert!(text.bytes().all(|b| b.is_ascii_graphic()));
            prop_assert_eq!(text.parse::<MessageId>(), Ok(id));
        }
    }
}
