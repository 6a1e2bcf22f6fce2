//! 256-bit numbers in decimal. Not secret-dependent in which numbers are written, but the time depends on
//! the value's size; texts of secrets are only made where a file or message format demands them.

use zeroize::Zeroizing;

/// The largest power of ten in a limb, and its exponent.
const CHUNK: u64 = 10_000_000_000_000_000_000;
const CHUNK_DIGITS: usize = 19;

/// The smaller powers of ten.
const POWERS: [u64; CHUNK_DIGITS] = {
    let mut powers = [1; CHUNK_DIGITS];
    let mut exponent = 1;
    while exponent < CHUNK_DIGITS {
        powers[exponent] = powers[exponent - 1] * 10;
        exponent += 1;
    }
    powers
};

/// Digits of 2^256.
const MAX_DIGITS: usize = 78;
/// Digits of as many limbs as these need.
const ROOM: usize = MAX_DIGITS.div_ceil(CHUNK_DIGITS) * CHUNK_DIGITS;

/// The decimal text of a 256-bit number, without leading zeros. It may be a secret's, so it is wiped when dropped.
pub(super) struct Decimal {
    digits: Zeroizing<[u8; ROOM]>,
    /// Where the first digit stands that is written.
    first: usize,
}

impl Decimal {
    /// The text of a little-endian number.
    pub(super) fn of(bytes: &[u8; 32]) -> Self {
        let mut limbs = Zeroizing::new([0u64; 4]);
        for (limb, chunk) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
            *limb = chunk.iter().rev().fold(0, |n, byte| (n << 8) | u64::from(*byte));
        }
        let mut digits = Zeroizing::new([b'0'; ROOM]);
        for chunk in digits.rchunks_exact_mut(CHUNK_DIGITS) {
            let mut rest: u128 = 0;
            for limb in limbs.iter_mut().rev().skip_while(|limb| **limb == 0) {
                let value = (rest << 64) | u128::from(*limb);
                let (quotient, remainder) = (value / u128::from(CHUNK), value % u128::from(CHUNK));
                *limb = low_half(quotient);
                rest = remainder;
            }
            write_digits(low_half(rest), chunk);
        }
        let first = digits.iter().position(|digit| *digit != b'0').unwrap_or(ROOM - 1);
        Self { digits, first }
    }

    /// The digits.
    pub(super) fn as_str(&self) -> &str {
        let digits = self.digits.get(self.first..).unwrap_or_default();
        std::str::from_utf8(digits).unwrap_or_default()
    }
}

/// Writes a number with leading zeros.
fn write_digits(mut number: u64, digits: &mut [u8]) {
    // Two at a time: each division waits for the one before.
    for pair in digits.rchunks_mut(2) {
        let mut two = u8::try_from(number % 100).unwrap_or_default();
        number /= 100;
        for digit in pair.iter_mut().rev() {
            *digit = b'0' + two % 10;
            two /= 10;
        }
    }
}

/// Reads a decimal text into a little-endian 256-bit number. `None` where it holds anything but digits, is
/// empty, has a leading zero (but for `0` itself) or is 2^256 or more.
pub(super) fn from_decimal(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    let canonical = !digits.is_empty()
        && digits.len() <= MAX_DIGITS
        && digits.iter().all(u8::is_ascii_digit)
        && (digits.len() == 1 || digits[0] != b'0');
    if !canonical {
        return None;
    }
    let mut limbs = [0u64; 4];
    for chunk in digits.chunks(CHUNK_DIGITS) {
        // So many digits fit into a limb: nothing wraps.
        let value = chunk.iter().fold(0u64, |value, digit| {
            value.wrapping_mul(10).wrapping_add(u64::from(digit.wrapping_sub(b'0')))
        });
        let scale = POWERS.get(chunk.len()).copied().unwrap_or(CHUNK);
        let mut carry = u128::from(value);
        for limb in &mut limbs {
            let sum = u128::from(*limb) * u128::from(scale) + carry;
            *limb = low_half(sum);
            carry = sum >> 64;
        }
        if carry != 0 {
            return None;
        }
    }
    let mut bytes = [0u8; 32];
    for (chunk, limb) in bytes.chunks_exact_mut(8).zip(limbs) {
        chunk.copy_from_slice(&limb.to_le_bytes());
    }
    Some(bytes)
}

#[expect(clippy::cast_possible_truncation, reason = "the low 64 bits are what is wanted")]
fn low_half(value: u128) -> u64 {
    value as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_numbers() {
        assert_eq!(Decimal::of(&[0; 32]).as_str(), "0");
        let all = [0xff; 32];
        let max = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        assert_eq!(Decimal::of(&all).as_str(), max);
        assert_eq!(from_decimal(max), Some(all));
        for bad in ["", "00", "01", "+1", "-1", " 1", "1 ", "1e3", "0x1", "１"] {
            assert_eq!(from_decimal(bad), None, "{bad:?}");
        }
        let over = "115792089237316195423570985008687907853269984665640564039457584007913129639936";
        assert_eq!(from_decimal(over), None);
        assert_eq!(from_decimal(&"9".repeat(79)), None);
    }

    proptest! {
        #[test]
        fn written_and_read(bytes: [u8; 32], zeros in 0usize..33) {
            let mut bytes = bytes;
            bytes[32 - zeros.min(32)..].fill(0);
            prop_assert_eq!(from_decimal(Decimal::of(&bytes).as_str()), Some(bytes));
        }
    }
}
