//! Threshold keys: `n` trustees of whom `k` are enough (belenios-v1 section 7.2).
//!
//! The ceremony is data, in three rounds. Each function takes the trustee's [`Keys`](super::pki::Keys),
//! which follow from her seed and stay home, and what everybody has published so far, and gives what she
//! publishes next. Nothing else stays home: a trustee who has lost all but her seed goes on where she was.
//!
//! 1. [`Certificate::new`]: the trustee's ceremony keys. [`Certificates::check`] checks all of them and has
//!    the board's fingerprint, which people compare by voice before they go on.
//! 2. [`Commitment::new`]: the hash of what she is about to publish, and her polynomial sealed to herself.
//!    Once everybody's is there ([`Commitments::check`]), [`Polynomial::reveal`]: the commitments to the
//!    coefficients, and a share sealed to each trustee.
//! 3. [`Vinput::route`] is the server's part; [`Voutput::finish`] checks everybody's shares and gives the
//!    trustee's public key.
//!
//! [`ThresholdParameters`] puts it together for the record. Errors name the trustees at fault by their
//! indices in the board, from 1.

mod parameters;
mod polynomial;
mod round1;
mod round2;
mod round3;

use super::pki::OpenError;
use crate::ParseError;
pub use parameters::ThresholdParameters;
pub use round1::{Certificate, Certificates};
pub use round2::{Commitment, Commitments, Polynomial};
pub use round3::{Vinput, Voutput};

/// How many trustees of how many are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    needed: usize,
    size: usize,
}

/// Why `k` of `n` is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdError {
    /// k = 0.
    #[error("at least one of the {size} must be needed to open a count, not 0")]
    Zero {
        /// n.
        size: usize,
    },
    /// k >= n.
    #[error("if {needed} of {size} are needed, one lost key loses the count: choose fewer than {size}")]
    NotBelowSize {
        /// k.
        needed: usize,
        /// n.
        size: usize,
    },
    /// A board of fewer than three.
    #[error("a board needs at least 3 tellers, {size} are too few")]
    SmallBoard {
        /// n.
        size: usize,
    },
    /// 2k <= n.
    #[error(
        "if {needed} of {size} are needed, two groups without a teller in common could open two counts: \
         choose at least {}", size / 2 + 1
    )]
    NoMajority {
        /// k.
        needed: usize,
        /// n.
        size: usize,
    },
}

impl Threshold {
    /// `needed` of `size`, as the format allows it: 1 <= k < n.
    ///
    /// # Errors
    /// Where it is not so.
    pub fn new(needed: usize, size: usize) -> Result<Self, ThresholdError> {
        if needed == 0 {
            return Err(ThresholdError::Zero { size });
        }
        if needed >= size {
            return Err(ThresholdError::NotBelowSize { needed, size });
        }
        Ok(Self { needed, size })
    }

    /// `needed` of `size`, as our boards demand it: besides, any two groups that can open a count share a
    /// teller (2k > n), who opens a count once.
    ///
    /// # Errors
    /// Where it is not so.
    pub fn for_board(needed: usize, size: usize) -> Result<Self, ThresholdError> {
        if size < 3 {
            return Err(ThresholdError::SmallBoard { size });
        }
        let threshold = Self::new(needed, size)?;
        if needed <= size / 2 {
            return Err(ThresholdError::NoMajority { needed, size });
        }
        Ok(threshold)
    }

    /// k: how many are needed.
    pub fn needed(&self) -> usize {
        self.needed
    }

    /// n: how many there are.
    pub fn size(&self) -> usize {
        self.size
    }
}

/// What goes wrong in a ceremony, and through whom.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PedersenError {
    /// `k` of `n` is not possible.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
    /// An index that the board does not have.
    #[error("there is no trustee {index} among {size}")]
    NoSuchTrustee {
        /// The index.
        index: usize,
        /// n.
        size: usize,
    },
    /// Not one message for each trustee.
    #[error("there must be {expected} {what}, one for each trustee, but there are {found}")]
    Count {
        /// Which messages.
        what: &'static str,
        /// n.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A trustee's message is not as it must be.
    #[error("trustee {index}: {fault}")]
    Fault {
        /// The trustee's index in the board, from 1.
        index: usize,
        /// What is wrong with it.
        fault: Fault,
    },
    /// Two certificates, or the two keys of one, are the same.
    #[error("trustees {first} and {second} have a ceremony key in common")]
    SharedKey {
        /// The index of the first.
        first: usize,
        /// The index of the second.
        second: usize,
    },
    /// The caller's keys are in none of the certificates.
    #[error("none of the certificates is yours: these are another board's, or the seed is another's")]
    NotMember,
    /// What comes back as one's own is not what one's keys can have made.
    #[error("the {what} that came back as yours is not what you sent")]
    NotOwn {
        /// Which message.
        what: &'static str,
    },
    /// The joint key encrypts nothing.
    #[error("the joint key is the neutral element, under which nothing is encrypted")]
    NeutralJointKey,
}

/// What is wrong with a trustee's message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It does not say what such a message says.
    #[error(transparent)]
    Content(#[from] ParseError),
    /// The certificate's group, size, threshold or index is not this board's and this place's.
    #[error("the certificate was made for another board or another place in it")]
    Context,
    /// A key that is the neutral element.
    #[error("a key is the neutral element, under which nothing is encrypted or signed")]
    NeutralKey,
    /// A signature that does not hold.
    #[error("the signature of {0} does not hold")]
    Signature(&'static str),
    /// Another board's commitment.
    #[error("the commitment was made for another board")]
    OtherBoard,
    /// The coefficients are not those that the commitment was made to.
    #[error("the coefficients are not those to which the trustee committed")]
    Commitment,
    /// Not as many coefficients as the threshold.
    #[error("there must be {expected} coefficients, but there are {found}")]
    Coefficients {
        /// k.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// Not one sealed share for each trustee.
    #[error("there must be {expected} sealed shares, but there are {found}")]
    Shares {
        /// n.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The sealed share cannot be read.
    #[error("the sealed share cannot be used: {0}")]
    SealedShare(OpenError),
    /// The share is not the polynomial's value.
    #[error("the share does not fit the coefficients that the trustee published")]
    Share,
    /// The public key is not the one that the coefficients give. On a record alone, it may also be that
    /// somebody's coefficients are not those that the trustees saw; in a ceremony
    /// [`Commitments::check_opened`] has ruled that out.
    #[error("the public key does not follow from the coefficients")]
    VerificationKey,
    /// The proof that the private key is known does not hold.
    #[error("the proof of knowledge of the private key does not hold")]
    Pok,
}

impl PedersenError {
    /// The trustees at fault, by their indices in the board, from 1. Empty where it is nobody's fault, or
    /// that of who relays the messages.
    pub fn culprits(&self) -> Vec<usize> {
        match self {
            Self::Threshold(_)
            | Self::NoSuchTrustee { .. }
            | Self::Count { .. }
            | Self::NotMember
            | Self::NotOwn { .. }
            | Self::NeutralJointKey => Vec::new(),
            Self::Fault { index, .. } => vec![*index],
            Self::SharedKey { first, second } => vec![*first, *second],
        }
    }
}

/// Refuses a list that does not have one message for each trustee.
fn check_count<T>(what: &'static str, list: &[T], threshold: Threshold) -> Result<(), PedersenError> {
    if list.len() != threshold.size() {
        return Err(PedersenError::Count { what, expected: threshold.size(), found: list.len() });
    }
    Ok(())
}

/// Blames the trustee of this index for a fault.
fn blame(index: usize) -> impl Fn(Fault) -> PedersenError {
    move |fault| PedersenError::Fault { index, fault }
}

#[cfg(test)]
mod tests;
