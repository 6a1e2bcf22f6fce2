//! Session tokens: 32 random bytes, of which only the hash is kept.

use base64ct::{Base64UrlUnpadded, Encoding};
use rand_core::CryptoRng;
use scrutineer_api::secret::Secret;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::store::TokenHash;

const LENGTH: usize = 32;

/// Draws a token and says under which hash it is kept.
pub fn random(rng: &mut impl CryptoRng) -> (Secret, TokenHash) {
    let mut bytes = Zeroizing::new([0; LENGTH]);
    rng.fill_bytes(&mut *bytes);
    (Secret::new(Base64UrlUnpadded::encode_string(&*bytes)), hash(&bytes))
}

/// The hash of a token as a client sent it; `None` if it cannot be one.
#[must_use]
pub fn parse(text: &str) -> Option<TokenHash> {
    let mut bytes = Zeroizing::new([0; LENGTH]);
    let read = Base64UrlUnpadded::decode(text, &mut *bytes).ok()?;
    (read.len() == LENGTH).then(|| hash(&bytes))
}

fn hash(bytes: &[u8; LENGTH]) -> TokenHash {
    TokenHash(Sha256::new().chain_update("scrutineer session|").chain_update(bytes).finalize().into())
}

#[cfg(test)]
mod tests {
    use crate::entropy::Entropy;

    #[test]
    fn a_token_comes_back_and_nothing_else_does() {
        let (token, hash) = super::random(&mut Entropy::seeded(3).rng());
        assert_eq!(super::parse(token.expose()), Some(hash));
        for other in ["", "abc", &token.expose()[1..], &format!("{}A", token.expose()), "é"] {
            assert_ne!(super::parse(other), Some(hash), "{other}");
        }
    }
}
