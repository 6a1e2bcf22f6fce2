//! The list of trustees in an election's setup (belenios-v1 section 7), and the election key.

use super::pedersen::PedersenError;
use super::{ThresholdParameters, TrusteePublicKey};
use crate::ParseError;
use crate::group::{EdwardsPoint, Point};
use crate::json;
use crate::proof::ProofError;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::HashMap;
use std::fmt;

/// One entry of the list: `["Single", key]` or `["Pedersen", parameters]`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "an election has a handful of them")]
pub enum TrusteeItem {
    /// A trustee without whom nothing is decrypted.
    Single(TrusteePublicKey),
    /// Trustees of whom a number is enough.
    Pedersen(ThresholdParameters),
}

/// All trustees of an election. They are numbered from 1 through the list, a Pedersen item counting one
/// for each member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Trustees(Vec<TrusteeItem>);

/// One trustee, where she stands in the flattened list.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// Her number, from 1, as `owner` in records.
    pub owner: usize,
    /// The position of her item in the list, from 0.
    pub item: usize,
    /// In a Pedersen item her index there, from 1.
    pub index: Option<usize>,
    /// Her public key.
    pub key: &'a TrusteePublicKey,
}

/// Why a list of trustees is not valid. Trustees go by their numbers in the flattened list, from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrusteesError {
    /// Nobody could decrypt.
    #[error("the election has no trustees")]
    Empty,
    /// The proof of knowledge of a single trustee's private key does not hold.
    #[error("trustee {owner}: {why}")]
    Proof {
        /// The trustee's number.
        owner: usize,
        /// What does not hold.
        why: ProofError,
    },
    /// A single trustee has a signature, which only members of a board have.
    #[error("trustee {owner}: a single trustee's key carries no signature")]
    Signature {
        /// The trustee's number.
        owner: usize,
    },
    /// The key under which nothing is encrypted.
    #[error("trustee {owner}: the key is the neutral element, under which nothing is encrypted")]
    NeutralKey {
        /// The trustee's number.
        owner: usize,
    },
    /// A key that stands twice.
    #[error("trustees {first} and {second} have the same key")]
    SameKey {
        /// The number of the first.
        first: usize,
        /// The number of the second.
        second: usize,
    },
    /// A board's parameters are not valid.
    #[error("the board of trustees {} to {}: {why}", .first, .first + .size.saturating_sub(1))]
    Pedersen {
        /// The number of the board's first trustee.
        first: usize,
        /// How many trustees it has.
        size: usize,
        /// What is wrong; numbers trustees inside the board.
        why: PedersenError,
    },
    /// The product of all keys is the neutral element.
    #[error("the election key is the neutral element, under which nothing is encrypted")]
    NeutralElectionKey,
}

impl TrusteesError {
    /// The numbers of the trustees at fault, in the flattened list.
    pub fn culprits(&self) -> Vec<usize> {
        match self {
            Self::Empty | Self::NeutralElectionKey => Vec::new(),
            Self::Proof { owner, .. } | Self::Signature { owner } | Self::NeutralKey { owner } => {
                vec![*owner]
            }
            Self::SameKey { first, second } => vec![*first, *second],
            Self::Pedersen { first, why, .. } => {
                why.culprits().into_iter().map(|index| first + index - 1).collect()
            }
        }
    }
}

impl Trustees {
    /// The list of these single trustees, then these boards.
    pub fn new(singles: Vec<TrusteePublicKey>, boards: Vec<ThresholdParameters>) -> Self {
        let singles = singles.into_iter().map(TrusteeItem::Single);
        Self(singles.chain(boards.into_iter().map(TrusteeItem::Pedersen)).collect())
    }

    /// Reads the record's bytes.
    ///
    /// # Errors
    /// Where they are not the canonical form of a list of trustees. Whether the list is valid says
    /// [`Self::verify`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("trustees", bytes)
    }

    /// The record's bytes.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }

    /// The entries as they stand.
    pub fn items(&self) -> &[TrusteeItem] {
        &self.0
    }

    /// All trustees in order of their numbers.
    pub fn members(&self) -> impl Iterator<Item = Member<'_>> {
        let placed = self.0.iter().enumerate().flat_map(|(item, entry)| {
            let (keys, in_board) = match entry {
                TrusteeItem::Single(key) => (std::slice::from_ref(key), false),
                TrusteeItem::Pedersen(board) => (board.verification_keys.as_slice(), true),
            };
            (1..).zip(keys).map(move |(index, key)| (item, in_board.then_some(index), key))
        });
        (1..).zip(placed).map(|(owner, (item, index, key))| Member { owner, item, index, key })
    }

    /// The trustee of a number, from 1.
    pub fn member(&self, owner: usize) -> Option<Member<'_>> {
        self.members().nth(owner.checked_sub(1)?)
    }

    /// The election key: the product of [`Self::sub_keys`]. Worth something only if [`Self::verify`] found
    /// no fault.
    pub fn election_key(&self) -> Point {
        Point::new(self.sub_keys().iter().map(Point::element).sum::<EdwardsPoint>())
    }

    /// The keys of single trustees and the joint keys of boards, in the order of the list. Worth something
    /// only if [`Self::verify`] found no fault.
    pub fn sub_keys(&self) -> Vec<Point> {
        let key = |item: &TrusteeItem| match item {
            TrusteeItem::Single(key) => key.public_key,
            TrusteeItem::Pedersen(board) => board.joint_key(),
        };
        self.0.iter().map(key).collect()
    }

    /// Checks everything: proofs of knowledge, the boards' parameters, that no key is neutral or stands
    /// in two entries, and that the election key is not neutral.
    ///
    /// # Errors
    /// With the first fault; names the trustees.
    pub fn verify(&self) -> Result<(), TrusteesError> {
        if self.0.is_empty() {
            return Err(TrusteesError::Empty);
        }
        let mut next = 1;
        for item in &self.0 {
            let first = next;
            match item {
                TrusteeItem::Single(key) => {
                    next += 1;
                    verify_single(first, key)?;
                }
                TrusteeItem::Pedersen(board) => {
                    let size = board.verification_keys.len();
                    next += size;
                    board.verify().map_err(|why| TrusteesError::Pedersen { first, size, why })?;
                }
            }
        }
        // Within a board equal keys are checked by its parameters: where one trustee is enough, all have
        // the same.
        let mut seen: HashMap<Point, Member<'_>> = HashMap::new();
        for member in self.members() {
            if let Some(first) = seen.insert(member.key.public_key, member)
                && first.item != member.item
            {
                return Err(TrusteesError::SameKey { first: first.owner, second: member.owner });
            }
        }
        if self.election_key().is_neutral() {
            return Err(TrusteesError::NeutralElectionKey);
        }
        Ok(())
    }
}

fn verify_single(owner: usize, key: &TrusteePublicKey) -> Result<(), TrusteesError> {
    if key.signature.is_some() {
        return Err(TrusteesError::Signature { owner });
    }
    if key.public_key.is_neutral() {
        return Err(TrusteesError::NeutralKey { owner });
    }
    key.verify_pok().map_err(|why| TrusteesError::Proof { owner, why })
}

const SINGLE: &str = "Single";
const PEDERSEN: &str = "Pedersen";

impl Serialize for TrusteeItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Single(key) => (SINGLE, key).serialize(serializer),
            Self::Pedersen(board) => (PEDERSEN, board).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for TrusteeItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ItemVisitor)
    }
}

struct ItemVisitor;

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = TrusteeItem;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[\"Single\", key] or [\"Pedersen\", parameters]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<TrusteeItem, A::Error> {
        let kind: String = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
        let missing = || A::Error::invalid_length(1, &self);
        match kind.as_str() {
            SINGLE => Ok(TrusteeItem::Single(seq.next_element()?.ok_or_else(missing)?)),
            PEDERSEN => Ok(TrusteeItem::Pedersen(seq.next_element()?.ok_or_else(missing)?)),
            other => Err(A::Error::unknown_variant(other, &[SINGLE, PEDERSEN])),
        }
    }
}
