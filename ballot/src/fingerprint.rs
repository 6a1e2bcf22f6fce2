//! Fingerprints that people compare over the telephone: twelve words for a SHA-256 digest.
//!
//! The words come from one fixed list of 2,048, the English word list of BIP-39 (its file `english.txt` has the SHA-256
//! `2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda`, which a test checks). The digest's first 132 bits,
//! most significant first, are cut into twelve numbers of eleven bits; each is a word's place in the list. There is no
//! checksum: unlike a wallet's phrase, these words hide nothing and are only ever compared. 132 bits leave a forger who
//! looks for a second board with the same words no chance.

use std::fmt;

use bip39::Language;
use scrutineer_protocol::hash::HexHash;
use subtle::ConstantTimeEq;
use thiserror::Error;

/// Number of words in a fingerprint.
pub const WORDS: usize = 12;

/// The first 132 bits of a SHA-256 digest, shown as twelve words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u16; WORDS]);

/// Why typed words cannot be compared, or differ.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FingerprintError {
    /// Not twelve words.
    #[error("A fingerprint has 12 words; {0} were typed.")]
    Count(usize),
    /// A word that is not in the list.
    #[error("Word {place} ({word:?}) is not one of the fingerprint's words; you may have mistyped it.")]
    Word {
        /// Which word, from 1.
        place: usize,
        /// The word as typed.
        word: String,
    },
    /// All words are in the list, but they belong to something else.
    #[error(
        "The fingerprint differs. Do not go on: ask again for the words, over a channel you trust; if they stay \
         different, somebody is between you."
    )]
    Differs,
}

impl Fingerprint {
    /// The closing fingerprint of a ballot: of the event that holds the sealed count, or, where there are several boxes, of
    /// all those events together, so that tellers compare twelve words and not twelve a box. Each is given with its election;
    /// what is hashed is one line `election event` a box, sorted.
    pub fn of_closings<'a>(closings: impl IntoIterator<Item = (&'a str, HexHash)>) -> Option<Self> {
        let closings: Vec<_> = closings.into_iter().collect();
        match closings[..] {
            [] => None,
            [(_, event)] => Some(Self::of_digest(event.digest())),
            _ => {
                let mut lines: Vec<_> =
                    closings.iter().map(|(uuid, event)| format!("{uuid} {event}\n")).collect();
                lines.sort_unstable();
                Some(Self::of_digest(HexHash::of(lines.concat().as_bytes()).digest()))
            }
        }
    }

    /// The fingerprint of a SHA-256 digest.
    pub fn of_digest(digest: &[u8; 32]) -> Self {
        let mut words = [0; WORDS];
        for (i, word) in words.iter_mut().enumerate() {
            for bit in i * 11..(i + 1) * 11 {
                let byte = digest.get(bit / 8).copied().unwrap_or(0);
                *word = *word << 1 | u16::from(byte >> (7 - bit % 8) & 1);
            }
        }
        Self(words)
    }

    /// Reads words as typed: case and the kind and number of blanks, dashes and commas between them do not matter.
    ///
    /// # Errors
    /// Not twelve words, or one that is not in the list.
    pub fn parse(text: &str) -> Result<Self, FingerprintError> {
        let typed: Vec<&str> = text
            .split(|c: char| {
                c.is_whitespace() || c == ',' || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{feff}')
            })
            .filter(|word| !word.is_empty())
            .collect();
        if typed.len() != WORDS {
            return Err(FingerprintError::Count(typed.len()));
        }
        let mut words = [0; WORDS];
        for (i, (slot, word)) in words.iter_mut().zip(typed).enumerate() {
            let unknown = || FingerprintError::Word { place: i + 1, word: word.chars().take(40).collect() };
            *slot = Language::English.find_word(&word.to_lowercase()).ok_or_else(unknown)?;
        }
        Ok(Self(words))
    }

    /// Compares with the words that somebody else read out, in constant time.
    ///
    /// # Errors
    /// They differ.
    pub fn compare(&self, heard: &Self) -> Result<(), FingerprintError> {
        if bool::from(self.0.ct_eq(&heard.0)) { Ok(()) } else { Err(FingerprintError::Differs) }
    }

    /// The first and the last digest with this fingerprint: all between them have it, and no other.
    pub fn digests(&self) -> ([u8; 32], [u8; 32]) {
        let (mut first, mut last) = ([0; 32], [0xff; 32]);
        for bit in 0..WORDS * 11 {
            let word = self.0.get(bit / 11).copied().unwrap_or(0);
            let (byte, mask) = (bit / 8, 0x80 >> (bit % 8));
            if word >> (10 - bit % 11) & 1 == 1 {
                first[byte] |= mask;
            } else {
                last[byte] &= !mask;
            }
        }
        (first, last)
    }

    /// The words in order.
    pub fn words(&self) -> [&'static str; WORDS] {
        self.0.map(|i| Language::English.word_list().get(usize::from(i)).copied().unwrap_or_default())
    }
}

/// The words with one blank between them.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_closings_of_all_boxes_have_one_fingerprint() {
        let [a, b] = [HexHash::of(b"a"), HexHash::of(b"b")];
        assert_eq!(Fingerprint::of_closings([]), None);
        assert_eq!(Fingerprint::of_closings([("Box1", a)]), Some(Fingerprint::of_digest(a.digest())));
        let both = HexHash::of(format!("Box1 {a}\nBox2 {b}\n").as_bytes());
        for order in [[("Box1", a), ("Box2", b)], [("Box2", b), ("Box1", a)]] {
            assert_eq!(Fingerprint::of_closings(order), Some(Fingerprint::of_digest(both.digest())));
        }
        assert_ne!(
            Fingerprint::of_closings([("Box1", b), ("Box2", a)]),
            Some(Fingerprint::of_digest(both.digest()))
        );
    }

    #[test]
    fn the_list_is_the_fixed_one() {
        let mut hash = Sha256::new();
        for word in Language::English.word_list() {
            hash.update(word);
            hash.update(b"\n");
        }
        let hash: [u8; 32] = hash.finalize().into();
        assert_eq!(hex::encode(hash), "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
    }

    #[test]
    fn known_digests_give_known_words() {
        assert_eq!(Fingerprint::of_digest(&[0; 32]).to_string(), ["abandon"; 12].join(" "));
        assert_eq!(Fingerprint::of_digest(&[255; 32]).to_string(), ["zoo"; 12].join(" "));
        // 0x80 0x10 0x02...: bits 0, 11 and 22 are set, so each of the first three words is number 1024.
        let mut digest = [0; 32];
        digest[..3].copy_from_slice(&[0x80, 0x10, 0x02]);
        let words = Fingerprint::of_digest(&digest).words();
        assert_eq!(words[..4], ["length", "length", "length", "abandon"]);
        // Bit 131 is the last that counts.
        let mut digest = [0; 32];
        digest[16] = 0x10;
        assert_eq!(Fingerprint::of_digest(&digest).words()[11], "ability");
        digest[16] = 0x08;
        assert_eq!(Fingerprint::of_digest(&digest).words()[11], "abandon");
    }

    #[test]
    fn words_are_read_as_people_type_them() {
        let shown = Fingerprint::of_digest(&Sha256::digest(b"board").into());
        let words = shown.words();
        for typed in [
            words.join("  "),
            words.join("-").to_uppercase(),
            format!("\u{feff} {}\r\n", words.join(" \u{2013} ")),
            words.join(", "),
            words.join("\n"),
        ] {
            assert_eq!(Fingerprint::parse(&typed).unwrap().compare(&shown), Ok(()), "{typed}");
        }
    }

    #[test]
    fn wrong_words_are_named_and_other_words_are_refused() {
        let shown = Fingerprint::of_digest(&[0; 32]);
        assert_eq!(Fingerprint::parse("abandon zoo"), Err(FingerprintError::Count(2)));
        assert_eq!(Fingerprint::parse(""), Err(FingerprintError::Count(0)));
        let typed = format!("{} abandonn", ["abandon"; 11].join(" "));
        let error = Fingerprint::parse(&typed).unwrap_err();
        assert_eq!(error, FingerprintError::Word { place: 12, word: "abandonn".to_owned() });
        let heard = Fingerprint::parse(&format!("{} ability", ["abandon"; 11].join(" "))).unwrap();
        assert_eq!(shown.compare(&heard), Err(FingerprintError::Differs));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn words_read_back_and_follow_the_first_132_bits(digest: [u8; 32], bit in 0usize..256) {
            let fingerprint = Fingerprint::of_digest(&digest);
            prop_assert_eq!(Fingerprint::parse(&fingerprint.to_string()), Ok(fingerprint));
            let mut other = digest;
            other[bit / 8] ^= 0x80 >> (bit % 8);
            prop_assert_eq!(Fingerprint::of_digest(&other) == fingerprint, bit >= 132);
            let (first, last) = fingerprint.digests();
            prop_assert!(first <= digest && digest <= last);
            prop_assert_eq!((first..=last).contains(&other), bit >= 132);
            prop_assert_eq!((Fingerprint::of_digest(&first), Fingerprint::of_digest(&last)), (fingerprint, fingerprint));
        }
    }
}
