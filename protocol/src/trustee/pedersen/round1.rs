//! Round 1: certificates of the trustees' ceremony keys.

use super::{Fault, PedersenError, Threshold, blame, check_count};
use crate::ParseError;
use crate::group::{NAME, Point};
use crate::hash::{HexHash, sha256};
use crate::json;
use crate::trustee::pki::{Keys, PublicKeys, SignedMessage};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A trustee's ceremony keys and her place in the board, signed with the key inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Certificate(pub SignedMessage);

/// What a certificate's message says.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    context: Context,
    verification: Point,
    encryption: Point,
}

#[derive(PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Context {
    group: String,
    size: usize,
    threshold: usize,
    index: usize,
}

impl Context {
    fn new(threshold: Threshold, index: usize) -> Self {
        Self { group: NAME.to_owned(), size: threshold.size(), threshold: threshold.needed(), index }
    }
}

impl Certificate {
    /// The certificate of the trustee in place `index` (from 1).
    ///
    /// # Errors
    /// Where the board has no such place.
    pub fn new(
        keys: &Keys,
        threshold: Threshold,
        index: usize,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, PedersenError> {
        if index == 0 || index > threshold.size() {
            return Err(PedersenError::NoSuchTrustee { index, size: threshold.size() });
        }
        let PublicKeys { verification, encryption } = keys.public();
        let content = Content { context: Context::new(threshold, index), verification, encryption };
        Ok(Self(keys.sign(&json::to_text(&content), rng)))
    }

    /// Reads the certificate's canonical JSON.
    ///
    /// # Errors
    /// Where the bytes are anything else. Whether it is valid says [`Self::check`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        SignedMessage::parse(bytes).map(Self)
    }

    /// The canonical JSON.
    pub fn to_text(&self) -> String {
        self.0.to_text()
    }

    /// The name that the stock tool gives it: the hash of its message.
    pub fn id(&self) -> HexHash {
        HexHash::of(self.0.message.as_bytes())
    }

    /// Checks one certificate for place `index` of a board (from 1) and gives its keys.
    ///
    /// # Errors
    /// Where it was made for another place or board, or does not hold; names the trustee.
    pub fn check(&self, threshold: Threshold, index: usize) -> Result<PublicKeys, PedersenError> {
        self.check_content(threshold, index).map_err(blame(index))
    }

    fn check_content(&self, threshold: Threshold, index: usize) -> Result<PublicKeys, Fault> {
        let content: Content = json::parse("certificate", self.0.message.as_bytes())?;
        if content.context != Context::new(threshold, index) {
            return Err(Fault::Context);
        }
        let Content { verification, encryption, .. } = content;
        if verification.is_neutral() || encryption.is_neutral() {
            return Err(Fault::NeutralKey);
        }
        self.0.verify(&verification).map_err(|_| Fault::Signature("the certificate"))?;
        Ok(PublicKeys { verification, encryption })
    }
}

/// The certificates of a whole board, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificates {
    threshold: Threshold,
    list: Vec<Certificate>,
    keys: Vec<PublicKeys>,
}

impl Certificates {
    /// Checks everybody's certificates, in order of their indices.
    ///
    /// # Errors
    /// Where one is missing, was made for another place or board, does not hold, or shares a key with
    /// another.
    pub fn check(threshold: Threshold, list: Vec<Certificate>) -> Result<Self, PedersenError> {
        check_count("certificates", &list, threshold)?;
        let keys = (1..)
            .zip(&list)
            .map(|(index, certificate)| certificate.check(threshold, index))
            .collect::<Result<Vec<_>, _>>()?;
        let mut owners = HashMap::new();
        for (second, keys) in (1..).zip(&keys) {
            for key in [keys.verification, keys.encryption] {
                if let Some(first) = owners.insert(key, second) {
                    return Err(PedersenError::SharedKey { first, second });
                }
            }
        }
        Ok(Self { threshold, list, keys })
    }

    /// The board's `k` of `n`.
    pub fn threshold(&self) -> Threshold {
        self.threshold
    }

    /// The certificates, in order of their indices.
    pub fn list(&self) -> &[Certificate] {
        &self.list
    }

    /// The ceremony keys of the trustee of this index, from 1.
    ///
    /// # Errors
    /// Where there is no such trustee.
    pub fn keys_of(&self, index: usize) -> Result<&PublicKeys, PedersenError> {
        let keys = index.checked_sub(1).and_then(|position| self.keys.get(position));
        keys.ok_or(PedersenError::NoSuchTrustee { index, size: self.threshold.size() })
    }

    /// Everybody's ceremony keys with their indices, from 1.
    pub fn keys(&self) -> impl Iterator<Item = (usize, &PublicKeys)> {
        (1..).zip(&self.keys)
    }

    /// The index of the trustee who has these keys.
    ///
    /// # Errors
    /// Where none has.
    pub fn index_of(&self, keys: &Keys) -> Result<usize, PedersenError> {
        let own = keys.public();
        self.keys().find(|(_, keys)| **keys == own).map(|(index, _)| index).ok_or(PedersenError::NotMember)
    }

    /// The board's fingerprint: SHA-256 over the certificates' messages in order of their indices (design
    /// section 3). The messages are JSON objects, so it is plain where one ends.
    pub fn fingerprint(&self) -> [u8; 32] {
        sha256(
            self.list.iter().map(|certificate| certificate.0.message.as_str()).collect::<String>().as_bytes(),
        )
    }
}
