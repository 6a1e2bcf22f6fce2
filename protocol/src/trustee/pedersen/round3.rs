//! Round 3: every trustee checks the shares that she was sent, adds them up to her private key, and
//! publishes its public key.

use super::polynomial::value_in_exponent;
use super::round2::{Share, check_coefexps, open_own};
use super::{Certificates, Commitments, Fault, PedersenError, Polynomial, blame, check_count};
use crate::ParseError;
use crate::group::{EdwardsPoint, Point, Scalar, power_of_g};
use crate::json;
use crate::proof::Proof;
use crate::trustee::TrusteePublicKey;
use crate::trustee::pki::{Keys, Sealed, SignedMessage, verify_signature};
use crate::trustee::secret::SecretScalar;
use crate::trustee::single::PrivateKey;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

/// What the server routes to one trustee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vinput {
    /// Her own polynomial, sealed to herself.
    pub polynomial: Sealed,
    /// Everybody's share for her.
    pub secrets: Vec<Sealed>,
    /// Everybody's commitments to coefficients.
    pub coefexps: Vec<SignedMessage>,
    /// Everybody's signature of certificates and commitments.
    pub signatures: Vec<Proof>,
}

impl Vinput {
    /// What goes to the trustee of this index (from 1), out of everybody's messages of round 2.
    ///
    /// # Errors
    /// Where a message is missing or not valid, or there is no such trustee.
    pub fn route(
        certificates: &Certificates,
        polynomials: &[Polynomial],
        index: usize,
    ) -> Result<Self, PedersenError> {
        check_count("messages of round 2", polynomials, certificates.threshold())?;
        certificates.keys_of(index)?;
        for (from, polynomial) in (1..).zip(polynomials) {
            polynomial.check(certificates, from)?;
        }
        Ok(Self {
            polynomial: polynomials[index - 1].polynomial.clone(),
            secrets: polynomials.iter().map(|from| from.secrets[index - 1].clone()).collect(),
            coefexps: polynomials.iter().map(|from| from.coefexps.clone()).collect(),
            signatures: polynomials.iter().map(|from| from.signature).collect(),
        })
    }

    /// Reads the canonical JSON.
    ///
    /// # Errors
    /// Where the bytes are anything else.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("round 3 input", bytes)
    }

    /// The canonical JSON.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }
}

/// What a trustee publishes in round 3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voutput {
    /// Her private key, sealed to herself; see [`super::ThresholdParameters::private_key`].
    pub private_key: Sealed,
    /// Its public key.
    pub public_key: TrusteePublicKey,
}

/// A sealed private key.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DecryptionKey {
    decryption_key: SecretScalar,
}

impl Voutput {
    /// Checks everybody's messages, and that they are what everybody committed to, and adds up the shares.
    ///
    /// # Errors
    /// Where the keys are not in the board, or a message is missing or not valid; names the trustee at
    /// fault.
    pub fn finish(
        keys: &Keys,
        certificates: &Certificates,
        commitments: &Commitments,
        input: &Vinput,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, PedersenError> {
        let index = certificates.index_of(keys)?;
        let threshold = certificates.threshold();
        check_count("sealed shares", &input.secrets, threshold)?;
        check_count("commitments to coefficients", &input.coefexps, threshold)?;
        check_count("signatures", &input.signatures, threshold)?;
        let mut coefexps = Vec::with_capacity(threshold.size());
        for (from, (signed, signature)) in (1..).zip(input.coefexps.iter().zip(&input.signatures)) {
            coefexps.push(check_coefexps(certificates, from, signed, signature)?);
            commitments.check_opened(from, signed)?;
        }
        let (_, own) = open_own(keys, certificates, index, &input.polynomial)?;
        if coefexps.get(index - 1) != Some(&own) {
            return Err(PedersenError::NotOwn { what: "message of round 2" });
        }
        let mut private_key = SecretScalar(Scalar::ZERO);
        for ((from, public), (sealed, coefexps)) in
            certificates.keys().zip(input.secrets.iter().zip(&coefexps))
        {
            let share: Share = keys
                .receive(&public.verification, sealed)
                .map_err(|why| blame(from)(Fault::SealedShare(why)))?;
            if power_of_g(&share.secret.0) != coefexps.value(index) {
                return Err(blame(from)(Fault::Share));
            }
            private_key.0 += share.secret.0;
        }
        let mut public_key = TrusteePublicKey::prove(&private_key.0, rng);
        public_key.signature = Some(keys.signature(&public_key.public_key.to_text(), rng));
        let to = &certificates.keys_of(index)?.encryption;
        let private_key = keys.send(to, &DecryptionKey { decryption_key: private_key }, rng);
        Ok(Self { private_key, public_key })
    }

    /// Reads the canonical JSON.
    ///
    /// # Errors
    /// Where the bytes are anything else. Whether it is valid says [`Self::check`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("round 3 output", bytes)
    }

    /// The canonical JSON.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }

    /// Checks what the trustee of this index (from 1) has published against everybody's messages of round
    /// 2: what a server does when it receives it.
    ///
    /// # Errors
    /// Where a message of round 2 is missing or not valid, or this key does not follow from them; names
    /// the trustee at fault.
    pub fn check(
        &self,
        certificates: &Certificates,
        polynomials: &[Polynomial],
        index: usize,
    ) -> Result<(), PedersenError> {
        check_count("messages of round 2", polynomials, certificates.threshold())?;
        let coefexps = (1..)
            .zip(polynomials)
            .map(|(from, sent)| check_coefexps(certificates, from, &sent.coefexps, &sent.signature))
            .collect::<Result<Vec<_>, _>>()?;
        check_public_key(certificates, &super::polynomial::sum(&coefexps), index, &self.public_key)
    }
}

/// Checks a trustee's public key against the commitments to the sum of all polynomials.
pub(super) fn check_public_key(
    certificates: &Certificates,
    summed: &[EdwardsPoint],
    index: usize,
    public_key: &TrusteePublicKey,
) -> Result<(), PedersenError> {
    let verification = &certificates.keys_of(index)?.verification;
    let check = || {
        let key = &public_key.public_key;
        if key.is_neutral() {
            return Err(Fault::NeutralKey);
        }
        if Point::new(value_in_exponent(summed, index)) != *key {
            return Err(Fault::VerificationKey);
        }
        public_key.verify_pok().map_err(|_| Fault::Pok)?;
        let wrong = Fault::Signature("the public key");
        let signature = public_key.signature.as_ref().ok_or_else(|| wrong.clone())?;
        verify_signature(verification, &key.to_text(), signature).map_err(|_| wrong)
    };
    check().map_err(blame(index))
}

/// Opens the private key that a trustee has sealed to herself and compares it with her public key.
pub(super) fn open_private_key(
    keys: &Keys,
    sealed: &Sealed,
    public_key: &TrusteePublicKey,
) -> Result<PrivateKey, PedersenError> {
    let not_own = || PedersenError::NotOwn { what: "sealed private key" };
    let opened: DecryptionKey = keys.receive(&keys.public().verification, sealed).map_err(|_| not_own())?;
    let private_key = PrivateKey::from_scalar(opened.decryption_key.0);
    if private_key.public_point() != public_key.public_key {
        return Err(not_own());
    }
    Ok(private_key)
}
