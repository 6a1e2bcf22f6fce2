//! The encrypted sums while votes come in: a counted ballot is multiplied in when it is cast and taken out
//! when its voter replaces it, so that closing costs nothing. Computing anew gives the same tally, which is
//! how a verifier checks it.

use super::{EncryptedTally, SizedTally};
use crate::elgamal::{Ciphertext, Sum};
use crate::hash::HexHash;
use crate::json::Weight;

/// Why a ballot could not be added or taken out; the sums are as before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TallyError {
    /// Another number of questions or answers.
    #[error("the ballot does not have the questions and answers of this election")]
    Shape,
    /// Numbers beyond 2^64 - 1.
    #[error("the weights of this election add up to more than can be counted")]
    TooLarge,
    /// More taken out than was added.
    #[error("a ballot was to be taken out that was never counted")]
    NotCounted,
}

/// Encrypted sums, how many ballots they hold, and the sum of their weights.
#[derive(Clone, PartialEq, Eq)]
pub struct RunningTally {
    sums: Vec<Vec<Sum>>,
    ballots: u64,
    weight: u64,
}

impl RunningTally {
    /// No ballots. `shape` is the number of ciphertexts of each question.
    pub fn new(shape: &[usize]) -> Self {
        let sums = shape.iter().map(|answers| vec![Sum::default(); *answers]).collect();
        Self { sums, ballots: 0, weight: 0 }
    }

    /// Sums that were kept elsewhere, with what [`Self::ballots`] and [`Self::weight`] said.
    pub fn restore(tally: &EncryptedTally, ballots: u64, weight: u64) -> Self {
        let mut restored = Self::new(&tally.shape());
        for (sum, ciphertext) in restored.sums.iter_mut().flatten().zip(tally.0.iter().flatten()) {
            sum.add(ciphertext);
        }
        Self { ballots, weight, ..restored }
    }

    /// Adds a ballot: for each question its ciphertexts. The caller has verified it.
    ///
    /// # Errors
    /// Where the ballot has another shape, or the weights become too large.
    pub fn add<'a>(
        &mut self,
        choices: impl IntoIterator<Item = &'a [Ciphertext]>,
        weight: u64,
    ) -> Result<(), TallyError> {
        let choices = self.matching(choices)?;
        let ballots = self.ballots.checked_add(1).ok_or(TallyError::TooLarge)?;
        self.weight = self.weight.checked_add(weight).ok_or(TallyError::TooLarge)?;
        self.ballots = ballots;
        for (sum, ciphertext) in self.sums.iter_mut().flatten().zip(choices) {
            sum.add_weighted(ciphertext, weight);
        }
        Ok(())
    }

    /// Takes out a ballot that was added with this weight.
    ///
    /// # Errors
    /// Where the ballot has another shape, or fewer ballots or less weight were added.
    pub fn remove<'a>(
        &mut self,
        choices: impl IntoIterator<Item = &'a [Ciphertext]>,
        weight: u64,
    ) -> Result<(), TallyError> {
        let choices = self.matching(choices)?;
        let ballots = self.ballots.checked_sub(1).ok_or(TallyError::NotCounted)?;
        self.weight = self.weight.checked_sub(weight).ok_or(TallyError::NotCounted)?;
        self.ballots = ballots;
        for (sum, ciphertext) in self.sums.iter_mut().flatten().zip(choices) {
            sum.remove_weighted(ciphertext, weight);
        }
        Ok(())
    }

    /// Adds another tally of the same election: parts that were summed apart.
    ///
    /// # Errors
    /// Where it has another shape, or the weights become too large.
    pub fn merge(&mut self, other: &Self) -> Result<(), TallyError> {
        let lengths = |tally: &Self| tally.sums.iter().map(Vec::len).collect::<Vec<_>>();
        if lengths(self) != lengths(other) {
            return Err(TallyError::Shape);
        }
        let ballots = self.ballots.checked_add(other.ballots).ok_or(TallyError::TooLarge)?;
        self.weight = self.weight.checked_add(other.weight).ok_or(TallyError::TooLarge)?;
        self.ballots = ballots;
        for (sum, more) in self.sums.iter_mut().flatten().zip(other.sums.iter().flatten()) {
            sum.merge(more);
        }
        Ok(())
    }

    /// How many ballots are in.
    pub fn ballots(&self) -> u64 {
        self.ballots
    }

    /// The sum of their weights.
    pub fn weight(&self) -> u64 {
        self.weight
    }

    /// The encrypted tally as it goes on the record.
    pub fn encrypted(&self) -> EncryptedTally {
        EncryptedTally(
            self.sums.iter().map(|question| question.iter().map(Sum::ciphertext).collect()).collect(),
        )
    }

    /// The encrypted tally and the record that sizes it.
    pub fn finish(&self) -> (EncryptedTally, SizedTally) {
        let tally = self.encrypted();
        let sized = SizedTally {
            num_tallied: self.ballots,
            total_weight: Weight(self.weight),
            encrypted_tally: HexHash::of(tally.to_text().as_bytes()),
        };
        (tally, sized)
    }

    /// All ciphertexts of a ballot in order, if it has as many for each question as this tally.
    fn matching<'a>(
        &self,
        choices: impl IntoIterator<Item = &'a [Ciphertext]>,
    ) -> Result<Vec<&'a Ciphertext>, TallyError> {
        let choices: Vec<&[Ciphertext]> = choices.into_iter().collect();
        let same = choices.len() == self.sums.len()
            && choices.iter().zip(&self.sums).all(|(question, sums)| question.len() == sums.len());
        if !same {
            return Err(TallyError::Shape);
        }
        Ok(choices.into_iter().flatten().collect())
    }
}
