//! What a ceremony leaves on the record.

use super::polynomial::{Coefexps, sum};
use super::round2::check_coefexps;
use super::round3::{check_public_key, open_private_key};
use super::{Certificate, Certificates, PedersenError, Polynomial, Threshold, Voutput, check_count};
use crate::ParseError;
use crate::group::{EdwardsPoint, Point};
use crate::json;
use crate::proof::Proof;
use crate::trustee::pki::{Keys, Sealed, SignedMessage};
use crate::trustee::{PrivateKey, TrusteePublicKey};
use serde::{Deserialize, Serialize};

/// The public outcome of a ceremony: all arrays have one entry for each trustee, in order of their indices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThresholdParameters {
    /// k.
    pub threshold: usize,
    /// The certificates of round 1.
    pub certs: Vec<Certificate>,
    /// The commitments to coefficients of round 2.
    pub coefexps: Vec<SignedMessage>,
    /// The signatures of certificates and commitments.
    pub signatures: Vec<Proof>,
    /// The public keys of round 3.
    pub verification_keys: Vec<TrusteePublicKey>,
}

impl ThresholdParameters {
    /// Puts everybody's messages together and checks the outcome.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn assemble(
        certificates: &Certificates,
        polynomials: &[Polynomial],
        outputs: &[Voutput],
    ) -> Result<Self, PedersenError> {
        let parameters = Self {
            threshold: certificates.threshold().needed(),
            certs: certificates.list().to_vec(),
            coefexps: polynomials.iter().map(|from| from.coefexps.clone()).collect(),
            signatures: polynomials.iter().map(|from| from.signature).collect(),
            verification_keys: outputs.iter().map(|from| from.public_key.clone()).collect(),
        };
        parameters.verify()?;
        Ok(parameters)
    }

    /// Reads the canonical JSON; one newline may follow.
    ///
    /// # Errors
    /// Where the bytes are anything else. Whether they are valid says [`Self::verify`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("threshold parameters", bytes.strip_suffix(b"\n").unwrap_or(bytes))
    }

    /// The canonical JSON.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }

    /// Checks everything that belenios-v1 section 7.2 demands, and that no key is neutral.
    ///
    /// # Errors
    /// With the first fault; names the trustee.
    pub fn verify(&self) -> Result<(), PedersenError> {
        let certificates = self.certificates()?;
        let threshold = certificates.threshold();
        check_count("commitments to coefficients", &self.coefexps, threshold)?;
        check_count("signatures", &self.signatures, threshold)?;
        check_count("public keys", &self.verification_keys, threshold)?;
        let coefexps = (1..)
            .zip(self.coefexps.iter().zip(&self.signatures))
            .map(|(index, (signed, signature))| check_coefexps(&certificates, index, signed, signature))
            .collect::<Result<Vec<_>, _>>()?;
        let summed = sum(&coefexps);
        for (index, key) in (1..).zip(&self.verification_keys) {
            check_public_key(&certificates, &summed, index, key)?;
        }
        if self.joint_key().is_neutral() {
            return Err(PedersenError::NeutralJointKey);
        }
        Ok(())
    }

    /// The certificates, checked: who the board is.
    ///
    /// # Errors
    /// Where `k` of `n` is not possible, or as [`Certificates::check`].
    pub fn certificates(&self) -> Result<Certificates, PedersenError> {
        Certificates::check(Threshold::new(self.threshold, self.certs.len())?, self.certs.clone())
    }

    /// The joint key of the board: the product of the commitments to the constant terms. Worth something
    /// only if [`Self::verify`] found no fault; commitments that cannot be read are left out.
    pub fn joint_key(&self) -> Point {
        let constant_terms = self.coefexps.iter().filter_map(|signed| {
            let coefexps = Coefexps::parse(&signed.message, self.threshold).ok()?;
            coefexps.coefexps.first().map(|constant| *constant.element())
        });
        Point::new(constant_terms.sum::<EdwardsPoint>())
    }

    /// A trustee's index in the board (from 1) and her private key, from what her seed gives and what the
    /// server keeps for her ([`Voutput::private_key`]).
    ///
    /// # Errors
    /// Where the board is not hers, or the sealed key is not the one that belongs to her public key.
    pub fn private_key(&self, keys: &Keys, sealed: &Sealed) -> Result<(usize, PrivateKey), PedersenError> {
        let index = self.certificates()?.index_of(keys)?;
        let public_key = self.verification_keys.get(index - 1);
        let public_key = public_key.ok_or(PedersenError::NotOwn { what: "public key" })?;
        Ok((index, open_private_key(keys, sealed, public_key)?))
    }
}
