//! Combining partial decryptions into the result (belenios-v1 section 13).

use super::decrypt::shaped;
use super::discrete_log::Logarithms;
use super::{DecryptionError, ElectionResult, EncryptedTally, LARGEST_TOTAL, PartialDecryption};
use crate::group::{EdwardsPoint, Point, Scalar, power_of_g};
use crate::hash::Base64Hash;
use crate::json::Weight;
use crate::trustee::{TrusteeItem, Trustees};
use curve25519_dalek::traits::VartimeMultiscalarMul;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Why the tally cannot be opened. Trustees go by their numbers in the flattened list, from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CombineError {
    /// A share of nobody's.
    #[error("there is a partial decryption of trustee {owner}, whom the election does not have")]
    UnknownOwner {
        /// The number.
        owner: usize,
    },
    /// The share of a trustee without whom nothing can be decrypted is not there.
    #[error("the partial decryption of trustee {owner} is missing, and nothing can be decrypted without it")]
    Missing {
        /// The trustee's number.
        owner: usize,
    },
    /// The share of a trustee without whom nothing can be decrypted is not valid.
    #[error("the partial decryption of trustee {owner} is not valid: {why}")]
    Invalid {
        /// The trustee's number.
        owner: usize,
        /// What is wrong with it.
        why: DecryptionError,
    },
    /// Fewer valid shares than the threshold.
    #[error("{needed} valid partial decryptions of one board are needed, there are {}{}",
        valid.len(), said_invalid(invalid))]
    TooFew {
        /// The threshold.
        needed: usize,
        /// Whose shares are valid.
        valid: Vec<usize>,
        /// Whose shares are not.
        invalid: Vec<usize>,
    },
}

impl CombineError {
    /// The numbers of the trustees whose shares are wrong or miss without leave.
    pub fn culprits(&self) -> Vec<usize> {
        match self {
            Self::UnknownOwner { owner } | Self::Missing { owner } | Self::Invalid { owner, .. } => {
                vec![*owner]
            }
            Self::TooFew { invalid, .. } => invalid.clone(),
        }
    }
}

fn said_invalid(invalid: &[usize]) -> String {
    if invalid.is_empty() {
        return String::new();
    }
    let numbers: Vec<String> = invalid.iter().map(usize::to_string).collect();
    format!("; not valid: of trustee {}", numbers.join(", "))
}

/// Why counts are not those of an opened tally. Questions and answers are numbered from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResultError {
    /// Another number of questions or answers than the tally has.
    #[error("the result does not have the shape of the tally")]
    Shape,
    /// The decrypted value is not `g^n` for any count that the election allows.
    #[error("answer {answer} of question {question} does not decrypt to a count up to {largest}")]
    NoCount {
        /// The question, from 1.
        question: usize,
        /// The answer in it, from 1.
        answer: usize,
        /// The total weight of the counted ballots.
        largest: u64,
    },
    /// The count that stands in the result is not the one that was decrypted.
    #[error("the count {count} of answer {answer} of question {question} is not what the tally decrypts to")]
    WrongCount {
        /// The question, from 1.
        question: usize,
        /// The answer in it, from 1.
        answer: usize,
        /// The count that was claimed.
        count: u64,
    },
    /// Weights beyond what can be searched.
    #[error("the total weight {0} is above {LARGEST_TOTAL}, the largest that can be counted")]
    TooLarge(u64),
}

/// A decrypted tally: `g^n` for each count `n`.
#[derive(Clone, Debug)]
pub struct Opened {
    plaintexts: Vec<Vec<EdwardsPoint>>,
    dropped: BTreeMap<usize, DecryptionError>,
}

/// Verifies the shares and combines them. Of a board (Pedersen item) invalid shares are dropped, and the
/// first valid ones by index are used, as many as its threshold says; a single trustee's share is
/// mandatory.
///
/// # Errors
/// Where a share has no owner, a single trustee's is missing or not valid, or a board has too few.
pub fn combine(
    election: &Base64Hash,
    tally: &EncryptedTally,
    trustees: &Trustees,
    shares: &BTreeMap<usize, PartialDecryption>,
) -> Result<Opened, CombineError> {
    if let Some(&owner) = shares.keys().find(|owner| trustees.member(**owner).is_none()) {
        return Err(CombineError::UnknownOwner { owner });
    }
    let mut plaintexts: Vec<EdwardsPoint> =
        tally.0.iter().flatten().map(|ciphertext| *ciphertext.beta.element()).collect();
    let mut dropped = BTreeMap::new();
    let mut divide_by = |share: &PartialDecryption, coefficient: Option<&Scalar>| {
        let factors: Vec<&Point> = share.decryption_factors.iter().flatten().collect();
        plaintexts.par_iter_mut().zip(factors).for_each(|(plaintext, factor)| {
            *plaintext -= match coefficient {
                None => *factor.element(),
                Some(lambda) => EdwardsPoint::vartime_multiscalar_mul([lambda], [factor.element()]),
            };
        });
    };
    let mut owner = 0;
    for item in trustees.items() {
        match item {
            TrusteeItem::Single(key) => {
                owner += 1;
                let share = shares.get(&owner).ok_or(CombineError::Missing { owner })?;
                share
                    .verify(election, tally, &key.public_key)
                    .map_err(|why| CombineError::Invalid { owner, why })?;
                divide_by(share, None);
            }
            TrusteeItem::Pedersen(board) => {
                let mut valid = Vec::new();
                let mut invalid = Vec::new();
                for (index, key) in (1..).zip(&board.verification_keys) {
                    owner += 1;
                    let Some(share) = shares.get(&owner) else { continue };
                    match share.verify(election, tally, &key.public_key) {
                        Ok(()) => valid.push((index, owner, share)),
                        Err(why) => {
                            invalid.push(owner);
                            dropped.insert(owner, why);
                        }
                    }
                }
                let needed = board.threshold;
                if valid.len() < needed {
                    let valid = valid.into_iter().map(|(_, owner, _)| owner).collect();
                    return Err(CombineError::TooFew { needed, valid, invalid });
                }
                valid.truncate(needed);
                let indices: Vec<usize> = valid.iter().map(|(index, ..)| *index).collect();
                for ((.., share), lambda) in valid.iter().zip(lagrange(&indices)) {
                    divide_by(share, Some(&lambda));
                }
            }
        }
    }
    Ok(Opened { plaintexts: shaped(tally, plaintexts), dropped })
}

/// The Lagrange coefficients at 0 for these indices: `product of m / (m - j)` over the other indices `m`.
/// The indices are distinct and positive (a repeated one gives coefficients 0).
pub fn lagrange(indices: &[usize]) -> Vec<Scalar> {
    let scalar = |index: usize| Scalar::from(index as u64);
    let coefficient = |(position, j): (usize, &usize)| {
        let others = indices.iter().enumerate().filter(|(other, _)| *other != position);
        let (numerator, denominator) =
            others.fold((Scalar::ONE, Scalar::ONE), |(numerator, denominator), (_, m)| {
                (numerator * scalar(*m), denominator * (scalar(*m) - scalar(*j)))
            });
        numerator * denominator.invert()
    };
    indices.iter().enumerate().map(coefficient).collect()
}

impl Opened {
    /// Shares of boards that were not valid and were left out, by the trustees' numbers.
    pub fn dropped(&self) -> &BTreeMap<usize, DecryptionError> {
        &self.dropped
    }

    /// `g^n` for each count `n`, by question and answer.
    pub fn plaintexts(&self) -> Vec<Vec<Point>> {
        self.plaintexts.iter().map(|question| crate::group::encode_all(question)).collect()
    }

    /// Finds the counts; none is above the total weight of the counted ballots.
    ///
    /// # Errors
    /// Where a value is not that of such a count, or the total weight is above [`LARGEST_TOTAL`].
    pub fn result(&self, total_weight: u64) -> Result<ElectionResult, ResultError> {
        let logarithms = Logarithms::new(total_weight).ok_or(ResultError::TooLarge(total_weight))?;
        // One table for all questions, and all their answers at once.
        let found = logarithms.find_all(&self.plaintexts.concat());
        let mut found = found.into_iter();
        let mut result = Vec::with_capacity(self.plaintexts.len());
        for (q, question) in self.plaintexts.iter().enumerate() {
            let found = found.by_ref().take(question.len()).enumerate();
            let counts = found.map(|(a, count)| {
                count.map(Weight).ok_or(ResultError::NoCount {
                    question: q + 1,
                    answer: a + 1,
                    largest: total_weight,
                })
            });
            result.push(counts.collect::<Result<_, _>>()?);
        }
        Ok(ElectionResult { result })
    }

    /// Checks counts that somebody claims, without a search.
    ///
    /// # Errors
    /// Where the shape differs, or a count is not what was decrypted or is above the total weight.
    pub fn verify(&self, claimed: &ElectionResult, total_weight: u64) -> Result<(), ResultError> {
        let same = claimed.result.len() == self.plaintexts.len()
            && claimed.result.iter().zip(&self.plaintexts).all(|(a, b)| a.len() == b.len());
        if !same {
            return Err(ResultError::Shape);
        }
        for (q, (counts, plaintexts)) in claimed.result.iter().zip(&self.plaintexts).enumerate() {
            for (a, (Weight(count), plaintext)) in counts.iter().zip(plaintexts).enumerate() {
                if *count > total_weight || power_of_g(&Scalar::from(*count)) != *plaintext {
                    return Err(ResultError::WrongCount { question: q + 1, answer: a + 1, count: *count });
                }
            }
        }
        Ok(())
    }
}
