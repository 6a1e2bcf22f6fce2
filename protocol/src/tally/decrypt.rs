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
        let mut decryption_factors = Vec::with_capacity(tally.0.len());
        let mut decryption_proofs = Vec::with_capacity(tally.0.len());
        for question in &tally.0 {
            let alphas = question.iter().map(|ciphertext| &ciphertext.alpha);
            decryption_factors
                .push(alphas.clone().map(|alpha| Point::new(alpha.element() * key.scalar())).collect());
            decryption_proofs
                .push(alphas.map(|alpha| equality::prove(&prefix, alpha, key.scalar(), rng)).collect());
        }
        Self { decryption_factors, decryption_proofs }
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
        prefix: impl Fn(&Point, &Point) -> String,
    ) -> Result<(), DecryptionError> {
        let shape = tally.shape();
        let has_shape = |lengths: Vec<usize>| lengths == shape;
        if !has_shape(self.decryption_factors.iter().map(Vec::len).collect())
            || !has_shape(proofs.iter().map(Vec::len).collect())
        {
            return Err(DecryptionError::Shape);
        }
        for (q, ((question, factors), proofs)) in
            tally.0.iter().zip(&self.decryption_factors).zip(proofs).enumerate()
        {
            for (a, ((ciphertext, factor), proof)) in question.iter().zip(factors).zip(proofs).enumerate() {
                let alpha = &ciphertext.alpha;
                let mut checks = Checks::default();
                equality::add(&mut checks, "the proof", prefix(alpha, factor), key, alpha, factor, proof);
                checks.finish().map_err(|_| DecryptionError::Proof { question: q + 1, answer: a + 1 })?;
            }
        }
        Ok(())
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

fn prefix(election: &Base64Hash, key: &Point) -> String {
    format!("decrypt|{election}|{key}|")
}
