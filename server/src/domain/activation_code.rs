//! Activation codes: what the union sends a member so that they can choose a password.
//!
//! 80 random bits as 16 digits of Crockford's Base32 (no I L O U) in four groups of four. Reading ignores case, blanks
//! and dashes and takes O as 0, I and L as 1. Only SHA-256 of the 16 digits is kept: 80 random bits need no salt and no
//! slow hash.

use std::fmt;

use rand_core::CryptoRng;
use scrutineer_api::secret::Secret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 16;

/// How long a code may be used, in seconds: 30 days.
pub const LIFETIME: i64 = 30 * 24 * 60 * 60;

/// A code as its 16 digits.
pub struct ActivationCode(Zeroizing<[u8; LENGTH]>);

/// The text is no activation code: probably mistyped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotACode;

impl fmt::Display for NotACode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an activation code has 16 letters and digits in four groups; you may have mistyped it")
    }
}

impl std::error::Error for NotACode {}

impl ActivationCode {
    /// Draws a new code.
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        rng.fill_bytes(&mut *bytes);
        Self::of_bytes(&bytes)
    }

    /// The code that these bytes make, of which each gives a digit.
    #[must_use]
    pub fn of_bytes(bytes: &[u8; LENGTH]) -> Self {
        Self(Zeroizing::new(bytes.map(|byte| DIGITS[usize::from(byte % 32)])))
    }

    /// Reads what a member typed.
    ///
    /// # Errors
    /// [`NotACode`] if it cannot be one.
    pub fn parse(text: &str) -> Result<Self, NotACode> {
        let mut digits = Zeroizing::new([0; LENGTH]);
        let mut places = digits.iter_mut();
        for letter in
            text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
        {
            let digit = match letter.to_ascii_uppercase() {
                'O' => b'0',
                'I' | 'L' => b'1',
                other => u8::try_from(other).map_err(|_| NotACode)?,
            };
            if !DIGITS.contains(&digit) {
                return Err(NotACode);
            }
            *places.next().ok_or(NotACode)? = digit;
        }
        if places.next().is_some() { Err(NotACode) } else { Ok(Self(digits)) }
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::new().chain_update("scrutineer activation|").chain_update(*self.0).finalize().into()
    }

    /// Whether this is the code that was kept as `hash`; takes the same time either way.
    #[must_use]
    pub fn fits(&self, hash: &[u8; 32]) -> bool {
        self.hash().ct_eq(hash).into()
    }

    /// The code as people see it.
    #[must_use]
    pub fn to_secret(&self) -> Secret {
        let mut text = String::with_capacity(LENGTH + 3);
        for (index, digit) in self.0.iter().enumerate() {
            if index > 0 && index % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(*digit));
        }
        Secret::new(text)
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::ActivationCode;

    #[test]
    fn codes_come_back_in_every_spelling_people_use() {
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        for _ in 0..200 {
            let code = ActivationCode::random(&mut rng);
            let text = code.to_secret().expose().to_owned();
            assert_eq!(text.len(), 19);
            for spelling in [
                text.clone(),
                text.to_lowercase(),
                text.replace('-', ""),
                format!(" {} ", text.replace('-', " ")),
                text.replace('0', "o").replace('1', "l"),
                text.replace('1', "I").replace('-', "\u{2013}"),
            ] {
                assert!(ActivationCode::parse(&spelling).unwrap().fits(&code.hash()), "{spelling}");
            }
        }
    }

    #[test]
    fn what_cannot_be_a_code_is_refused() {
        for text in
            ["", "0000-0000-0000-000", "0000-0000-0000-00000", "0000-0000-0000-000U", "0000-0000-0000-000é"]
        {
            assert!(ActivationCode::parse(text).is_err(), "{text}");
        }
        let other = ActivationCode::parse("0000-0000-0000-0001").unwrap();
        assert!(!ActivationCode::parse("0000-0000-0000-0000").unwrap().fits(&other.hash()));
    }
}
