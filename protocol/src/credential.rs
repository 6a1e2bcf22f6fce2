//! Voters' credentials (belenios-v1 section 8): the secret that a voter keeps, the key that it derives for
//! one election, and the public list.

mod list;

use crate::ParseError;
use crate::base58::{BASE58, random_base58};
use crate::election::Uuid;
use crate::group::{Point, Scalar, power_of_g};
use crate::hash::sha256;
pub use list::{CredentialError, NewList, PublicCredentials, new_list};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Where the dashes of a credential stand: groups of 5, 6, 5 and 6 digits.
const DASHES: [usize; 3] = [5, 12, 18];
const LENGTH: usize = 25;

/// A voter's secret, `XXXXX-XXXXXX-XXXXX-XXXXXX` in Base58.
///
/// # Security
/// Who knows it can sign a ballot for its voter. Never logged, never sent.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Credential(String);

impl Credential {
    /// Reads a credential with its dashes.
    ///
    /// # Errors
    /// Where the text has another form.
    pub fn from_text(text: &str) -> Result<Self, ParseError> {
        let well_formed = text.len() == LENGTH
            && text
                .bytes()
                .enumerate()
                .all(|(i, byte)| if DASHES.contains(&i) { byte == b'-' } else { BASE58.contains(&byte) });
        if !well_formed {
            return Err(ParseError::new("credential", "must be 22 digits of Base58 in groups of 5-6-5-6"));
        }
        Ok(Self(text.to_owned()))
    }

    /// A new credential.
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let digits = random_base58(22, rng);
        let mut text = String::with_capacity(LENGTH);
        for digit in digits.chars() {
            if DASHES.contains(&text.len()) {
                text.push('-');
            }
            text.push(digit);
        }
        Self(text)
    }

    /// The text, with dashes.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The key that this credential is in one election.
    pub fn derive(&self, election: &Uuid) -> CredentialKey {
        // The 128 hexadecimal digits of two hashes, read as one number modulo q.
        let half = |index: u8| {
            let text = Zeroizing::new(format!("derive_credential|{election}|{index}|{}", self.0));
            Zeroizing::new(sha256(text.as_bytes()))
        };
        let mut wide = [0u8; 64];
        wide[..32].copy_from_slice(half(0).as_slice());
        wide[32..].copy_from_slice(half(1).as_slice());
        wide.reverse();
        let secret = Scalar::from_bytes_mod_order_wide(&wide);
        wide.zeroize();
        CredentialKey { public: Point::new(power_of_g(&secret)), secret }
    }
}

/// A credential's key pair in one election.
#[derive(ZeroizeOnDrop)]
pub struct CredentialKey {
    secret: Scalar,
    #[zeroize(skip)]
    public: Point,
}

impl CredentialKey {
    /// The public credential, as it stands on the list.
    pub fn public(&self) -> &Point {
        &self.public
    }

    pub(crate) fn secret(&self) -> &Scalar {
        &self.secret
    }
}
