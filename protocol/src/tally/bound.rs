//! The proofs that bind a partial decryption to its ciphertexts and factors (design section 6, "Shares";
//! belenios-v1 section 19.2 b). They stand beside the archive in `<uuid>.shares.json`, because version 1 of
//! the format has no place for them.

use super::decrypt::shaped;
use super::{DecryptionError, EncryptedTally, PartialDecryption};
use crate::ParseError;
use crate::group::Point;
use crate::hash::{Base64Hash, HexHash};
use crate::json;
use crate::proof::{Proof, equality};
use crate::trustee::{PrivateKey, Trustees};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The side file: for every partial decryption on the record, the bound proofs of its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharesFile {
    version: u32,
    /// The fingerprint of the election.
    pub election: Base64Hash,
    /// One for each owner, in ascending order of their numbers.
    pub shares: Vec<BoundShare>,
}

/// One owner's bound proofs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundShare {
    /// The trustee's number, from 1, through the flattened list of trustees.
    pub owner: usize,
    /// The hash of the record that holds the partial decryption.
    pub partial_decryption: HexHash,
    /// A proof for each ciphertext, in the shape of the tally.
    pub proofs: Vec<Vec<Proof>>,
}

/// Why a file of shares does not fit the record. Names the owner.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SharesError {
    /// A version other than 1.
    #[error("the file of shares has version {0}, only version 1 is known")]
    Version(u32),
    /// Made for another election.
    #[error("the file of shares belongs to another election")]
    Election,
    /// Not sorted by owner, or an owner stands twice.
    #[error("the share of trustee {owner} is out of order or stands twice in the file of shares")]
    Order {
        /// The trustee's number.
        owner: usize,
    },
    /// There is no trustee of this number.
    #[error("the file of shares names trustee {owner}, whom the election does not have")]
    UnknownOwner {
        /// The number.
        owner: usize,
    },
    /// A partial decryption stands on the record, but there is no bound proof for it.
    #[error("the partial decryption of trustee {owner} has no proofs in the file of shares")]
    Missing {
        /// The trustee's number.
        owner: usize,
    },
    /// The file has proofs, but the record has no such partial decryption.
    #[error("the file of shares speaks of a partial decryption of trustee {owner} that is not on the record")]
    NotOnRecord {
        /// The trustee's number.
        owner: usize,
    },
    /// A proof that does not hold, or the wrong number of them.
    #[error("the share of trustee {owner} does not hold: {why}")]
    Invalid {
        /// The trustee's number.
        owner: usize,
        /// What is wrong with it.
        why: DecryptionError,
    },
}

impl SharesError {
    /// The number of the trustee whose share is at fault, if it is one trustee's.
    pub fn owner(&self) -> Option<usize> {
        match self {
            Self::Version(_) | Self::Election => None,
            Self::Order { owner }
            | Self::UnknownOwner { owner }
            | Self::Missing { owner }
            | Self::NotOnRecord { owner }
            | Self::Invalid { owner, .. } => Some(*owner),
        }
    }
}

impl BoundShare {
    /// Proves every factor of `partial`, which `key` has made from `tally`.
    pub fn prove(
        owner: usize,
        election: &Base64Hash,
        tally: &EncryptedTally,
        partial: &PartialDecryption,
        key: &PrivateKey,
        rng: &mut impl CryptoRng,
    ) -> Self {
        let public = key.public_point();
        let alphas = tally.0.iter().flatten().map(|ciphertext| &ciphertext.alpha);
        let factors = partial.decryption_factors.iter().flatten();
        let statement = |(alpha, factor)| (prefix(election, &public, alpha, factor), alpha);
        let statements = alphas.zip(factors).map(statement).collect();
        let proofs = shaped(tally, equality::prove_all(statements, key.scalar(), rng));
        Self { owner, partial_decryption: HexHash::of(partial.to_text().as_bytes()), proofs }
    }

    /// Checks these proofs against the partial decryption of their owner, as a server does when it
    /// receives both.
    ///
    /// # Errors
    /// Where the owner does not exist, the partial decryption is another, or a proof does not hold.
    pub fn verify(
        &self,
        election: &Base64Hash,
        tally: &EncryptedTally,
        trustees: &Trustees,
        partial: &PartialDecryption,
    ) -> Result<(), SharesError> {
        let owner = self.owner;
        let member = trustees.member(owner).ok_or(SharesError::UnknownOwner { owner })?;
        if HexHash::of(partial.to_text().as_bytes()) != self.partial_decryption {
            return Err(SharesError::NotOnRecord { owner });
        }
        let key = &member.key.public_key;
        partial
            .check_proofs(tally, key, &self.proofs, |alpha, factor| prefix(election, key, alpha, factor))
            .map_err(|why| SharesError::Invalid { owner, why })
    }
}

impl SharesFile {
    /// The file of these shares, whatever order they come in.
    pub fn new(election: Base64Hash, mut shares: Vec<BoundShare>) -> Self {
        shares.sort_by_key(|share| share.owner);
        Self { version: 1, election, shares }
    }

    /// Reads the file's bytes.
    ///
    /// # Errors
    /// Where they are not the canonical form of such a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("file of shares", bytes)
    }

    /// The file's bytes.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }

    /// Checks that every partial decryption on the record has its bound proofs, that they hold, and that
    /// the file speaks of nothing else.
    ///
    /// # Errors
    /// With the first fault, in the order of the file.
    pub fn verify(
        &self,
        election: &Base64Hash,
        tally: &EncryptedTally,
        trustees: &Trustees,
        on_record: &BTreeMap<usize, PartialDecryption>,
    ) -> Result<(), SharesError> {
        if self.version != 1 {
            return Err(SharesError::Version(self.version));
        }
        if self.election != *election {
            return Err(SharesError::Election);
        }
        if let Some(pair) = self.shares.windows(2).find(|pair| pair[0].owner >= pair[1].owner) {
            return Err(SharesError::Order { owner: pair[1].owner });
        }
        let owners: BTreeSet<usize> = self.shares.iter().map(|share| share.owner).collect();
        if let Some(&owner) = on_record.keys().find(|owner| !owners.contains(owner)) {
            return Err(SharesError::Missing { owner });
        }
        for share in &self.shares {
            let owner = share.owner;
            if trustees.member(owner).is_none() {
                return Err(SharesError::UnknownOwner { owner });
            }
            let partial = on_record.get(&owner).ok_or(SharesError::NotOnRecord { owner })?;
            share.verify(election, tally, trustees, partial)?;
        }
        Ok(())
    }
}

fn prefix(election: &Base64Hash, key: &Point, alpha: &Point, factor: &Point) -> String {
    format!("scrutineer bound decryption|{election}|{key}|{alpha},{factor}|")
}
