//! One trustee's partial decryption: the factor `alpha^x` of every ciphertext, each with a proof that its
//! exponent is the trustee's key (belenios-v1 section 12).

use super::EncryptedTally;
use crate::ParseError;
use crate::group::Point;
use crate::hash::Base64Hash;
use crate::json;
use crate::proof::{Checks, Proof, equality};
use crate::trustee::PrivateKey;
use rand_core::CryptoRng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// A trustee's factors and their proofs, in the shape of the tally.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartialDecryption {
    /// `alpha^x` by question and answer.
    pub decryption_factors: Vec<Vec<Point>>,
    /// The proof of each.
    pub decryption_proofs: Vec<Vec<Proof>>,
}

/// Why a partial decryption is not valid. Questions and answers are numbered from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecryptionError {
    /// Another number of questions or answers than the tally has.
    #[error("its factors or proofs do not have the shape of the tally")]
    Shape,
    /// A proof that does not hold.
    #[error("the proof for answer {answer} of question {question} does not hold")]
    Proof {
        /// The question, from 1.
        question: usize,
        /// The answer (ciphertext) in it, from 1.
        answer: usize,
    },
}

impl PartialDecryption {
    /// Decrypts a tally in part, in constant time.
    ///
    /// # Security
    /// The caller has verified the whole archive, and knows that this key has not decrypted another tally
    /// of the same election: two tallies that differ by one ballot would open that ballot.
    pub fn decrypt(
        election: &Base64Hash,
        tally: &EncryptedTally,
        key: &PrivateKey,
        rng: &mut impl CryptoRng,
    ) -> Self {
        let prefix = prefix(election, &key.public_point());
        let alphas: Vec<&Point> = tally.0.iter().flatten().map(|ciphertext| &ciphertext.alpha).collect();
        let factor = |alpha: &&Point| Point::new(alpha.element() * key.scalar());
        let factors: Vec<Point> = alphas.par_iter().map(factor).collect();
        let statements = alphas.into_iter().map(|alpha| (prefix.clone(), alpha)).collect();
        let proofs = equality::prove_all(statements, key.scalar(), rng);
        Self { decryption_factors: shaped(tally, factors), decryption_proofs: shaped(tally, proofs) }
    }

    /// Checks that every factor was made with the private key of `key`.
    ///
    /// # Errors
    /// Where the shape is not the tally's, or a proof does not hold.
    pub fn verify(
        &self,
        election: &Base64Hash,
        tally: &EncryptedTally,
        key: &Point,
    ) -> Result<(), DecryptionError> {
        let prefix = prefix(election, key);
        self.check_proofs(tally, key, &self.decryption_proofs, |_, _| prefix.clone())
    }

    /// Checks proofs in the shape of the tally against these factors. `prefix` gives the challenge's prefix
    /// for an alpha and its factor.
    pub(super) fn check_proofs(
        &self,
        tally: &EncryptedTally,
        key: &Point,
        proofs: &[Vec<Proof>],
        prefix: impl Fn(&Point, &Point) -> String + Sync,
    ) -> Result<(), DecryptionError> {
        let shape = tally.shape();
        let has_shape = |lengths: Vec<usize>| lengths == shape;
        if !has_shape(self.decryption_factors.iter().map(Vec::len).collect())
            || !has_shape(proofs.iter().map(Vec::len).collect())
        {
            return Err(DecryptionError::Shape);
        }
        let questions = (1..).zip(&tally.0).zip(&self.decryption_factors).zip(proofs);
        let all = questions.flat_map(|(((question, ciphertexts), factors), proofs)| {
            let answers = (1..).zip(ciphertexts).zip(factors).zip(proofs);
            answers.map(move |(((answer, ciphertext), factor), proof)| {
                (question, answer, ciphertext, factor, proof)
            })
        });
        let all: Vec<_> = all.collect();
        let wrong = all.par_iter().find_map_first(|(question, answer, ciphertext, factor, proof)| {
            let alpha = &ciphertext.alpha;
            let mut checks = Checks::default();
            equality::add(&mut checks, "the proof", prefix(alpha, factor), key, alpha, factor, proof);
            let (question, answer) = (*question, *answer);
            checks.finish().is_err().then_some(DecryptionError::Proof { question, answer })
        });
        wrong.map_or(Ok(()), Err)
    }

    /// Reads the record's bytes.
    ///
    /// # Errors
    /// Where they are not the canonical form of a partial decryption of homomorphic questions.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("partial decryption", bytes)
    }

    /// The record's bytes.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }
}

/// What there is for every ciphertext, in the shape of the tally.
pub(super) fn shaped<T>(tally: &EncryptedTally, flat: Vec<T>) -> Vec<Vec<T>> {
    let mut flat = flat.into_iter();
    tally.0.iter().map(|question| flat.by_ref().take(question.len()).collect()).collect()
}

fn prefix(election: &Base64Hash, key: &Point) -> String {
    format!("decrypt|{election}|{key}|")
}
