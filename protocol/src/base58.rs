//! The digits of Base58, in which UUIDs, credentials and seeds are written (belenios-v1 section 4).

use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

/// The digits, from 0 to 57: no 0, O, I or l.
pub const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Whether a text has only these digits.
pub fn is_base58(text: &str) -> bool {
    text.bytes().all(|byte| BASE58.contains(&byte))
}

/// `count` random digits, each equally likely.
pub(crate) fn random_base58(count: usize, rng: &mut impl CryptoRng) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(count));
    let mut byte = [0u8; 1];
    while text.len() < count {
        rng.fill_bytes(&mut byte);
        // 232 is the largest multiple of 58 in a byte: what lies above would favour the first digits.
        if byte[0] < 232 {
            text.push(char::from(BASE58[usize::from(byte[0] % 58)]));
        }
    }
    byte.zeroize();
    text
}
