//! The key of the codes that stand in letters and nowhere else: activation codes, permits, numbers of test letters.
//!
//! The server keeps their hashes only, and yet a letter that has to be tried again must say the same: so each is made from
//! the letter's id and this key. Without the key, letters that wait are dropped, since what they would say fits no hash.

use std::io;

use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{DataFolder, write_new};
use crate::domain::activation_code::ActivationCode;
use crate::store::{LetterId, OpenError};

/// The key.
pub struct LetterKey(Zeroizing<[u8; 32]>);

impl LetterKey {
    /// The activation code that a letter says.
    #[must_use]
    pub fn activation(&self, letter: &LetterId) -> ActivationCode {
        self.code(b"scrutineer letter activation|", letter)
    }

    /// The permit that a letter says, with which a member gets another voting code; it looks like an activation code.
    #[must_use]
    pub fn permit(&self, letter: &LetterId) -> ActivationCode {
        self.code(b"scrutineer letter permit|", letter)
    }

    /// The number that a test letter says: six digits.
    #[must_use]
    pub fn number(&self, letter: &LetterId) -> Zeroizing<String> {
        let bytes = self.bytes(b"scrutineer letter number|", letter);
        let [a, b, c, d, e, f, g, h, ..] = *bytes;
        let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]) % 1_000_000;
        Zeroizing::new(format!("{number:06}"))
    }

    /// What is kept of a test letter's number: SHA-256 of the letter's id and the number.
    #[must_use]
    pub fn number_hash(letter: &LetterId, number: &str) -> [u8; 32] {
        Sha256::new().chain_update(letter).chain_update(number).finalize().into()
    }

    fn code(&self, purpose: &[u8], letter: &LetterId) -> ActivationCode {
        let bytes = self.bytes(purpose, letter);
        let mut first = Zeroizing::new([0; 16]);
        first.iter_mut().zip(bytes.iter()).for_each(|(to, from)| *to = *from);
        ActivationCode::of_bytes(&first)
    }

    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    fn bytes(&self, purpose: &[u8], letter: &LetterId) -> Zeroizing<[u8; 32]> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.0).expect("HMAC takes a key of any length");
        mac.update(purpose);
        mac.update(letter);
        Zeroizing::new(mac.finalize().into_bytes().into())
    }
}

impl DataFolder {
    /// Reads the key of letters, and makes it where there is none yet.
    ///
    /// # Errors
    /// [`OpenError::BadKey`] if the file does not hold 32 bytes in hex, else what the system says.
    pub fn letter_key(&self, rng: &mut impl CryptoRng) -> Result<LetterKey, OpenError> {
        let path = self.path().join("letter_key");
        let mut key = Zeroizing::new([0; 32]);
        match std::fs::read(&path).map(Zeroizing::new) {
            Ok(text) => {
                hex::decode_to_slice(text.trim_ascii_end(), &mut *key)
                    .map_err(|_| OpenError::BadKey(path))?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                rng.fill_bytes(&mut *key);
                let text = Zeroizing::new(format!("{}\n", *Zeroizing::new(hex::encode(*key))));
                write_new(&path, text.as_bytes())?;
            }
            Err(source) => return Err(OpenError::io(&path, source)),
        }
        Ok(LetterKey(key))
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::{DataFolder, LetterKey};

    #[test]
    fn what_a_letter_says_is_the_same_whenever_it_is_asked_and_different_in_every_letter() {
        let (directory, mut rng) = (tempfile::tempdir().unwrap(), ChaCha20Rng::seed_from_u64(1));
        let folder = DataFolder::new(directory.path());
        let key = folder.letter_key(&mut rng).unwrap();
        let again = folder.letter_key(&mut rng).unwrap();
        let (one, other) = ([1; 16], [2; 16]);
        assert!(again.activation(&one).fits(&key.activation(&one).hash()));
        assert!(!key.activation(&other).fits(&key.activation(&one).hash()));
        assert!(!key.permit(&one).fits(&key.activation(&one).hash()), "each purpose has its own");
        let number = key.number(&one);
        assert_eq!((number.len(), &*again.number(&one)), (6, &*number));
        assert!(number.bytes().all(|digit| digit.is_ascii_digit()));
        assert_ne!(LetterKey::number_hash(&one, &number), LetterKey::number_hash(&other, &number));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(directory.path().join("letter_key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(directory.path().join("letter_key"), "12").unwrap();
        assert!(folder.letter_key(&mut rng).is_err());
    }
}
