//! Voting codes: what a member types, what Belenios sees, and what lies between (design section 6).
//!
//! A code is 128 random bits. People see 28 characters in seven groups of four, the last two of them check digits, so
//! that a slip is noticed before anything is sent. The same bits written in 22 Base58 digits are the member's Belenios
//! credential, which stays in the member's program; only what is derived from it is ever public.

use rand_core::CryptoRng;
use scrutineer_protocol::base58::BASE58;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Digits of Crockford's Base32, in the order of their values: no I, L, O or U.
const BASE32: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Base32 digits that hold the number; the two check digits come after them.
const NUMBER_DIGITS: usize = 26;
/// All digits that people see.
const CODE_DIGITS: usize = 28;
/// Lengths of the groups of a Belenios credential.
const CREDENTIAL_GROUPS: [usize; 4] = [5, 6, 5, 6];
/// Most bytes of one line of a code file that are looked at.
const MAX_TYPED: usize = 256;

/// A member's secret for one ballot.
///
/// # Security
/// Whoever has it can, where the server does not bind members to codes, vote in the member's place. It is erased from
/// memory when dropped, has no `Debug`, and is compared in constant time. Texts made of it are erased as well.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct VotingCode(u128);

/// Why a text is not a voting code. No variant carries any part of a right code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CodeError {
    /// The number of characters is neither that of a code nor that of a credential in its groups.
    #[error(
        "You may have mistyped the voting code: it has {got} characters without blanks and dashes, not 28."
    )]
    Length {
        /// Characters counted.
        got: usize,
    },
    /// A character that no code contains.
    #[error("You may have mistyped the voting code: {0:?} does not occur in codes.")]
    Character(char),
    /// The check digits belong to another number.
    #[error("You may have mistyped the voting code: its last two characters do not fit the others.")]
    Check,
    /// The number is 2^128 or more.
    #[error("You may have mistyped the voting code: no code begins like this one.")]
    Range,
}

/// Why a code file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CodeFileError {
    /// A line is not a code.
    #[error("Line {line} of the code file: {error}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        error: CodeError,
    },
    /// There is no code at all.
    #[error("The code file is empty; it must hold one voting code a line.")]
    Empty,
}

impl VotingCode {
    /// Draws a new code: 128 bits.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; 16]);
        rng.fill_bytes(bytes.as_mut());
        Self(u128::from_be_bytes(*bytes))
    }

    /// Reads the 28 characters that people see. Case, blanks and dashes of any kind do not matter; O counts as 0, I and L
    /// as 1.
    ///
    /// # Errors
    /// The text is not a code; every sentence says that it may have been mistyped.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let digits = characters(text);
        if digits.len() != CODE_DIGITS {
            return Err(CodeError::Length { got: digits.len() });
        }
        let mut number: u128 = 0;
        let mut canonical = Zeroizing::new([0u8; CODE_DIGITS]);
        let mut overflow = false;
        for (i, c) in digits.iter().enumerate() {
            let digit = base32_digit(*c).ok_or(CodeError::Character(*c))?;
            if let Some(slot) = canonical.get_mut(i) {
                *slot = digit;
            }
            if i < NUMBER_DIGITS {
                overflow |= number >> 123 != 0;
                number = number << 5 | u128::from(base32_value(digit));
            }
        }
        let (body, check) = canonical.split_at(NUMBER_DIGITS);
        if !bool::from(check.ct_eq(&check_digits(body))) {
            return Err(CodeError::Check);
        }
        if overflow { Err(CodeError::Range) } else { Ok(Self(number)) }
    }

    /// Reads a code in either form: the 28 characters, or a Belenios credential in its four groups (`5-6-5-6` Base58
    /// digits with dashes, case kept).
    ///
    /// # Errors
    /// The text is neither; a credential has no check digits, so most slips in one cannot be noticed here.
    pub fn parse_any(text: &str) -> Result<Self, CodeError> {
        if is_credential_shape(text) { Self::parse_credential(text) } else { Self::parse(text) }
    }

    fn parse_credential(text: &str) -> Result<Self, CodeError> {
        let mut number: u128 = 0;
        for c in characters(text).iter() {
            let value = u8::try_from(*c).ok().and_then(|b| BASE58.iter().position(|d| *d == b));
            let value = value.and_then(|v| u128::try_from(v).ok()).ok_or(CodeError::Character(*c))?;
            number = number.checked_mul(58).and_then(|n| n.checked_add(value)).ok_or(CodeError::Range)?;
        }
        Ok(Self(number))
    }

    /// The 28 characters that people see, in groups of four.
    pub fn text(&self) -> Zeroizing<String> {
        let mut digits = Zeroizing::new([0u8; NUMBER_DIGITS]);
        let mut rest = Zeroizing::new(self.0);
        for slot in digits.iter_mut().rev() {
            *slot = base32(low_bits(*rest));
            *rest >>= 5;
        }
        let check = check_digits(digits.as_ref());
        let mut out = Zeroizing::new(String::with_capacity(CODE_DIGITS + 6));
        for (i, digit) in digits.iter().chain(&check).enumerate() {
            if i > 0 && i % 4 == 0 {
                out.push('-');
            }
            out.push(char::from(*digit));
        }
        out
    }

    /// The Belenios credential: 22 Base58 digits in groups of 5, 6, 5 and 6 (belenios-v1 section 8).
    pub fn credential(&self) -> Zeroizing<String> {
        let mut digits = Zeroizing::new([0u8; 22]);
        let mut rest = Zeroizing::new(self.0);
        for slot in digits.iter_mut().rev() {
            *slot = usize::try_from(*rest % 58).ok().and_then(|i| BASE58.get(i)).copied().unwrap_or(b'1');
            *rest /= 58;
        }
        let mut out = Zeroizing::new(String::with_capacity(25));
        let mut digits = digits.iter();
        for (i, length) in CREDENTIAL_GROUPS.into_iter().enumerate() {
            if i > 0 {
                out.push('-');
            }
            out.extend(digits.by_ref().take(length).map(|d| char::from(*d)));
        }
        out
    }
}

impl ConstantTimeEq for VotingCode {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl PartialEq for VotingCode {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for VotingCode {}

/// Reads a code file: one code a line in either form; empty lines and a byte order mark are passed over.
///
/// # Errors
/// The first line that is not a code, or no code at all.
pub fn parse_code_file(text: &str) -> Result<Vec<VotingCode>, CodeFileError> {
    let mut codes = Vec::new();
    for (line, typed) in (1..).zip(text.strip_prefix('\u{feff}').unwrap_or(text).lines()) {
        if !characters(typed).is_empty() {
            codes.push(VotingCode::parse_any(typed).map_err(|error| CodeFileError::Line { line, error })?);
        }
    }
    if codes.is_empty() { Err(CodeFileError::Empty) } else { Ok(codes) }
}

/// The characters of a typed text without blanks and dashes; cut off where it is too long to be a code.
fn characters(text: &str) -> Zeroizing<Vec<char>> {
    let mut out = Zeroizing::new(Vec::with_capacity(MAX_TYPED));
    out.extend(text.chars().filter(|c| !is_blank(*c) && !is_dash(*c)).take(MAX_TYPED));
    out
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// Hyphens, dashes and minus signs that keyboards, word processors and mail programs put for `-`.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '_' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}')
        || matches!(c, '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

/// Whether the text has the four dashed groups of a credential (whatever stands in them).
fn is_credential_shape(text: &str) -> bool {
    let mut groups = text.split(is_dash).map(|group| group.chars().filter(|c| !is_blank(*c)).count());
    CREDENTIAL_GROUPS.into_iter().all(|length| groups.next() == Some(length)) && groups.next().is_none()
}

/// The canonical Base32 digit for a typed character.
fn base32_digit(c: char) -> Option<u8> {
    let digit = match c.to_ascii_uppercase() {
        'O' => b'0',
        'I' | 'L' => b'1',
        c => u8::try_from(c).ok()?,
    };
    BASE32.contains(&digit).then_some(digit)
}

fn base32_value(digit: u8) -> u8 {
    BASE32.iter().position(|d| *d == digit).and_then(|v| u8::try_from(v).ok()).unwrap_or(0)
}

fn low_bits(number: u128) -> u8 {
    number.to_le_bytes()[0] & 31
}

fn base32(value: u8) -> u8 {
    BASE32.get(usize::from(value)).copied().unwrap_or(b'0')
}

/// Two digits with the first 10 bits of SHA-256(`scrutineer code|` ‖ the 26 digits).
fn check_digits(digits: &[u8]) -> [u8; 2] {
    let hash: [u8; 32] =
        Sha256::new().chain_update(b"scrutineer code|").chain_update(digits).finalize().into();
    let [first, second, ..] = hash;
    [base32(first >> 3), base32((first & 7) << 2 | second >> 6)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    const VECTORS: [(u128, &str, &str); 3] = [
        (0, "0000-0000-0000-0000-0000-0000-00NB", "11111-111111-11111-111111"),
        (u128::MAX, "7ZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ43", "YcVfx-kQb6JR-zqk5k-F2tNLv"),
        (
            0x0123_4567_89ab_cdef_0123_4567_89ab_cdef,
            "014D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB9",
            "199dn-6s7bZo-VpjzY-ciVNgN",
        ),
    ];

    fn is(code: Result<VotingCode, CodeError>, number: u128) -> bool {
        code.is_ok_and(|code| code == VotingCode(number))
    }

    fn error(code: Result<VotingCode, CodeError>) -> CodeError {
        code.err().unwrap()
    }

    #[test]
    fn vectors_of_the_design_hold_both_ways() {
        for (number, code, credential) in VECTORS {
            assert_eq!(*VotingCode(number).text(), code);
            assert_eq!(*VotingCode(number).credential(), credential);
            assert!(is(VotingCode::parse(code), number));
            assert!(is(VotingCode::parse_any(code), number));
            assert!(is(VotingCode::parse_any(credential), number));
        }
    }

    #[test]
    fn codes_are_read_as_people_write_them() {
        let number = VECTORS[2].0;
        for typed in [
            "014d2pf2dbsqqg28t5cy4tqkffb9",
            "  014d 2pf2 dbsq qg28 t5cy 4tqk ffb9\r\n",
            "O14D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB9",
            "oi4D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB9",
            "0L4d–2PF2—DBSQ‑QG28−T5CY‐4TQK－FFB9",
            "0l4d\u{a0}2PF2\u{202f}DBSQ\u{2009}QG28\tT5CY\u{200b}4TQK FFB9",
            "014D--2PF2 - DBSQ_QG28-T5CY-4TQK-FFB9-",
            "\u{feff}014D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB9",
            "01-4D2-PF2DBSQQG-28T5CY4-TQKFFB9",
        ] {
            assert!(is(VotingCode::parse(typed), number), "{typed:?}");
            assert!(is(VotingCode::parse_any(typed), number), "{typed:?}");
        }
        assert!(is(VotingCode::parse_any(" 199dn – 6s7bZo-VpjzY-ciVNgN\n"), number));
    }

    #[test]
    fn slips_are_named_before_anything_else() {
        assert_eq!(error(VotingCode::parse("014D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB8")), CodeError::Check);
        assert_eq!(
            error(VotingCode::parse("014D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB")),
            CodeError::Length { got: 27 }
        );
        assert_eq!(error(VotingCode::parse("")), CodeError::Length { got: 0 });
        assert_eq!(error(VotingCode::parse("U14D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB9")), CodeError::Character('U'));
        assert_eq!(error(VotingCode::parse("é14D-2PF2-DBSQ-QG28-T5CY-4TQK-FFB9")), CodeError::Character('é'));
        assert_eq!(error(VotingCode::parse(&"0".repeat(100_000))), CodeError::Length { got: MAX_TYPED });
        for e in [CodeError::Check, CodeError::Range, CodeError::Character('U'), CodeError::Length { got: 3 }]
        {
            assert!(e.to_string().starts_with("You may have mistyped the voting code"));
        }
    }

    #[test]
    fn numbers_beyond_128_bits_are_refused() {
        let body = b"80000000000000000000000000";
        let check = check_digits(body).map(char::from);
        let code = format!("{}{}{}", str::from_utf8(body).unwrap(), check[0], check[1]);
        assert_eq!(error(VotingCode::parse(&code)), CodeError::Range);
        // One more than 2^128 - 1, and the largest 22 digits.
        assert_eq!(error(VotingCode::parse_any("YcVfx-kQb6JR-zqk5k-F2tNLw")), CodeError::Range);
        assert_eq!(error(VotingCode::parse_any("zzzzz-zzzzzz-zzzzz-zzzzzz")), CodeError::Range);
    }

    #[test]
    fn credentials_are_read_only_in_their_groups_and_alphabet() {
        assert_eq!(error(VotingCode::parse_any("199dn6s7bZoVpjzYciVNgN")), CodeError::Length { got: 22 });
        assert_eq!(error(VotingCode::parse_any("199dn6-s7bZo-VpjzY-ciVNgN")), CodeError::Length { got: 22 });
        assert_eq!(error(VotingCode::parse_any("0O9dn-6s7bZo-VpjzY-ciVNgN")), CodeError::Character('0'));
        assert_eq!(error(VotingCode::parse_any("l99dn-6s7bZo-VpjzY-ciVNgN")), CodeError::Character('l'));
    }

    #[test]
    fn a_code_file_holds_one_code_a_line_in_either_form() {
        let file = format!("\u{feff}{}\r\n\n   \n{}\n", VECTORS[2].1, VECTORS[1].2);
        let codes = parse_code_file(&file).ok().unwrap();
        assert!(codes == [VotingCode(VECTORS[2].0), VotingCode(u128::MAX)]);
        assert_eq!(parse_code_file("\n \n").err(), Some(CodeFileError::Empty));
        let bad = parse_code_file(&format!("{}\n\nnot a code\n", VECTORS[0].1)).err().unwrap();
        assert_eq!(
            bad.to_string(),
            "Line 3 of the code file: You may have mistyped the voting code: it has 8 characters without blanks and \
             dashes, not 28."
        );
    }

    #[test]
    fn generated_codes_differ_and_use_all_bits() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let codes: Vec<_> = (0..64).map(|_| VotingCode::generate(&mut rng)).collect();
        assert_eq!(codes.iter().fold(0, |all, code| all | code.0), u128::MAX);
        assert_eq!(codes.iter().fold(u128::MAX, |all, code| all & code.0), 0);
    }

    /// Ten check bits let one slip in 1,024 pass; of 8,000 tried, 8 are expected and more than 30 all but impossible.
    #[test]
    fn one_wrong_or_two_swapped_characters_are_caught() {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let (mut tried, mut passed) = (0, 0);
        while tried < 8000 {
            let code = VotingCode::generate(&mut rng);
            let digits: Vec<u8> = code.text().bytes().filter(|b| *b != b'-').collect();
            for i in 0..CODE_DIGITS {
                let mut wrong = digits.clone();
                wrong[i] = base32((base32_value(wrong[i]) + 1 + low_bits(code.0 >> i) % 31) % 32);
                let mut swapped = digits.clone();
                swapped.swap(i, (i + 1) % CODE_DIGITS);
                for slip in [wrong, swapped].into_iter().filter(|slip| *slip != digits) {
                    tried += 1;
                    passed += u32::from(VotingCode::parse(str::from_utf8(&slip).unwrap()).is_ok());
                }
            }
        }
        assert!(passed <= 30, "{passed} of {tried} slips were not noticed");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn both_forms_read_back(number: u128) {
            let code = VotingCode(number);
            prop_assert!(is(VotingCode::parse(&code.text()), number));
            prop_assert!(is(VotingCode::parse_any(&code.text()), number));
            prop_assert!(is(VotingCode::parse_any(&code.credential()), number));
        }

        #[test]
        fn every_spelling_reads_back(number: u128, choices in prop::collection::vec(0u8..12, 28)) {
            let mut typed = String::new();
            for (c, choice) in VotingCode(number).text().chars().filter(|c| *c != '-').zip(choices) {
                typed.push(match (c, choice % 3) {
                    ('0', 1) => 'o',
                    ('0', 2) => 'O',
                    ('1', 1) => 'l',
                    ('1', 2) => 'I',
                    (c, 1) => c.to_ascii_lowercase(),
                    (c, _) => c,
                });
                typed.push_str(["", " ", "-", "\u{2013}"][usize::from(choice / 3)]);
            }
            prop_assert!(is(VotingCode::parse(&typed), number));
        }

        #[test]
        fn other_check_digits_are_always_refused(number: u128, a in 0u8..32, b in 0u8..32) {
            let text = VotingCode(number).text();
            let other = format!("{}{}{}", &text[..text.len() - 2], char::from(base32(a)), char::from(base32(b)));
            prop_assert_eq!(VotingCode::parse(&other).is_ok(), other == *text);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,60}") {
            if let Ok(code) = VotingCode::parse_any(&text) {
                prop_assert!(VotingCode::parse(&code.text()).is_ok());
            }
        }
    }
}
