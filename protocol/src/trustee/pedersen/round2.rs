//! Round 2: every trustee chooses a polynomial and publishes commitments to its coefficients and, sealed to
//! each trustee, its value for her. Before anything is published everybody commits to it by a hash, so
//! that nobody can choose a polynomial by looking at the others'.

use super::polynomial::{Coefexps, SecretPolynomial};
use super::{Certificate, Certificates, Fault, PedersenError, blame, check_count};
use crate::ParseError;
use crate::group::Point;
use crate::hash::HexHash;
use crate::json;
use crate::proof::Proof;
use crate::trustee::pki::{Keys, Sealed, SignedMessage, verify_signature};
use crate::trustee::secret::SecretScalar;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

/// What a trustee sends first in round 2. Not part of the stock tool's ceremony, nor of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// The trustee's polynomial, sealed to herself; it returns in [`Polynomial`].
    pub polynomial: Sealed,
    /// Signed: the board's fingerprint and the hash of the message that the commitments to the
    /// coefficients will have.
    pub hash: SignedMessage,
}

/// What the hash is signed as.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Committed {
    board: HexHash,
    coefexps: HexHash,
}

impl Commitment {
    /// Chooses a polynomial and commits to it.
    ///
    /// # Errors
    /// Where the keys are not in the board.
    pub fn new(
        keys: &Keys,
        certificates: &Certificates,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, PedersenError> {
        let index = certificates.index_of(keys)?;
        let board = certificates.fingerprint();
        let polynomial = SecretPolynomial::generate(certificates.threshold().needed(), &board, rng);
        let sealed = keys.send(&certificates.keys_of(index)?.encryption, &polynomial, rng);
        Ok(Self::sign(keys, board, sealed, &json::to_text(&polynomial.coefexps()), rng))
    }

    /// The commitment to a polynomial that was published before, for ceremonies of the stock tool.
    ///
    /// # Errors
    /// Where the keys are not in the board.
    pub fn to(
        published: &Polynomial,
        keys: &Keys,
        certificates: &Certificates,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, PedersenError> {
        certificates.index_of(keys)?;
        let sealed = published.polynomial.clone();
        Ok(Self::sign(keys, certificates.fingerprint(), sealed, &published.coefexps.message, rng))
    }

    fn sign(
        keys: &Keys,
        board: [u8; 32],
        polynomial: Sealed,
        coefexps: &str,
        rng: &mut impl CryptoRng,
    ) -> Self {
        let coefexps = HexHash::of(coefexps.as_bytes());
        let committed = Committed { board: HexHash::from_digest(board), coefexps };
        Self { polynomial, hash: keys.sign(&json::to_text(&committed), rng) }
    }

    /// Reads the canonical JSON.
    ///
    /// # Errors
    /// Where the bytes are anything else.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("commitment", bytes)
    }

    /// The canonical JSON.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }

    /// Checks the commitment of the trustee of this index (from 1) and gives the hash.
    ///
    /// # Errors
    /// Where the signature does not hold, or it was made for another board; names the trustee.
    pub fn check(&self, certificates: &Certificates, index: usize) -> Result<HexHash, PedersenError> {
        let key = &certificates.keys_of(index)?.verification;
        let check = || {
            self.hash.verify(key).map_err(|_| Fault::Signature("the commitment"))?;
            let committed: Committed = json::parse("commitment", self.hash.message.as_bytes())?;
            if *committed.board.digest() != certificates.fingerprint() {
                return Err(Fault::OtherBoard);
            }
            Ok(committed.coefexps)
        };
        check().map_err(blame(index))
    }
}

/// The commitments of a whole board, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitments {
    list: Vec<Commitment>,
    hashes: Vec<HexHash>,
}

impl Commitments {
    /// Checks everybody's commitments, in order of their indices.
    ///
    /// # Errors
    /// Where one is missing or does not hold.
    pub fn check(certificates: &Certificates, list: Vec<Commitment>) -> Result<Self, PedersenError> {
        check_count("commitments", &list, certificates.threshold())?;
        let hashes = (1..)
            .zip(&list)
            .map(|(index, commitment)| commitment.check(certificates, index))
            .collect::<Result<_, _>>()?;
        Ok(Self { list, hashes })
    }

    /// Checks that what the trustee of this index (from 1) has published is what she committed to.
    ///
    /// # Errors
    /// Where it is not, or there is no such trustee.
    pub fn check_opened(&self, index: usize, coefexps: &SignedMessage) -> Result<(), PedersenError> {
        let hash = index.checked_sub(1).and_then(|position| self.hashes.get(position));
        let hash = hash.ok_or(PedersenError::NoSuchTrustee { index, size: self.hashes.len() })?;
        if HexHash::of(coefexps.message.as_bytes()) != *hash {
            return Err(blame(index)(Fault::Commitment));
        }
        Ok(())
    }
}

/// What a trustee publishes in round 2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Polynomial {
    /// Her polynomial, sealed to herself.
    pub polynomial: Sealed,
    /// Its value for each trustee, sealed to her, in order of their indices.
    pub secrets: Vec<Sealed>,
    /// The commitments to its coefficients, signed.
    pub coefexps: SignedMessage,
    /// The signature of all certificates and the commitments together.
    pub signature: Proof,
}

/// A sealed share.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Share {
    pub(super) secret: SecretScalar,
}

impl Polynomial {
    /// Publishes the polynomial that the trustee committed to. Everybody's commitments are there, which is
    /// what [`Commitments`] stands for.
    ///
    /// # Errors
    /// Where the keys are not in the board, or the commitment that stands for these keys is not theirs.
    pub fn reveal(
        keys: &Keys,
        certificates: &Certificates,
        commitments: &Commitments,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, PedersenError> {
        let index = certificates.index_of(keys)?;
        let own = commitments.list.get(index - 1);
        let sealed = own.map(|commitment| commitment.polynomial.clone());
        let sealed = sealed.ok_or(PedersenError::NotOwn { what: "commitment" })?;
        let (polynomial, coefexps) = open_own(keys, certificates, index, &sealed)?;
        let coefexps_text = json::to_text(&coefexps);
        let coefexps_signed = keys.sign(&coefexps_text, rng);
        commitments
            .check_opened(index, &coefexps_signed)
            .map_err(|_| PedersenError::NotOwn { what: "commitment" })?;
        let secrets = certificates
            .keys()
            .map(|(to, public)| keys.send(&public.encryption, &Share { secret: polynomial.value(to) }, rng))
            .collect();
        let signature = keys.signature(&certified(certificates, &coefexps.coefexps), rng);
        Ok(Self { polynomial: sealed, secrets, coefexps: coefexps_signed, signature })
    }

    /// Reads the canonical JSON.
    ///
    /// # Errors
    /// Where the bytes are anything else. Whether it is valid says [`Self::check`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("round 2 message", bytes)
    }

    /// The canonical JSON.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }

    /// Checks what can be checked without the secret keys: what a server does before it relays.
    ///
    /// # Errors
    /// Where the number of shares or coefficients is wrong or a signature does not hold; names the trustee.
    pub fn check(&self, certificates: &Certificates, index: usize) -> Result<(), PedersenError> {
        let expected = certificates.threshold().size();
        if self.secrets.len() != expected {
            return Err(blame(index)(Fault::Shares { expected, found: self.secrets.len() }));
        }
        check_coefexps(certificates, index, &self.coefexps, &self.signature).map(|_| ())
    }
}

/// Opens the polynomial that a trustee has sealed to herself.
pub(super) fn open_own(
    keys: &Keys,
    certificates: &Certificates,
    index: usize,
    sealed: &Sealed,
) -> Result<(SecretPolynomial, Coefexps), PedersenError> {
    let not_own = PedersenError::NotOwn { what: "sealed polynomial" };
    let own = certificates.keys_of(index)?;
    let polynomial: SecretPolynomial =
        keys.receive(&own.verification, sealed).map_err(|_| not_own.clone())?;
    let coefexps = polynomial.coefexps();
    if coefexps.coefexps.len() != certificates.threshold().needed() {
        return Err(not_own);
    }
    Ok((polynomial, coefexps))
}

/// Checks the two signatures of a trustee's commitments, and how many there are.
pub(super) fn check_coefexps(
    certificates: &Certificates,
    index: usize,
    coefexps: &SignedMessage,
    signature: &Proof,
) -> Result<Coefexps, PedersenError> {
    let key = &certificates.keys_of(index)?.verification;
    let check = || {
        let parsed = Coefexps::parse(&coefexps.message, certificates.threshold().needed())?;
        coefexps.verify(key).map_err(|_| Fault::Signature("the commitments to coefficients"))?;
        verify_signature(key, &certified(certificates, &parsed.coefexps), signature)
            .map_err(|_| Fault::Signature("the certificates and commitments to coefficients"))?;
        Ok(parsed)
    };
    check().map_err(blame(index))
}

/// The message that says: these certificates are what I have seen, and these are my commitments.
pub(super) fn certified(certificates: &Certificates, coefexps: &[Point]) -> String {
    #[derive(Serialize)]
    struct Certified<'a> {
        certs: &'a [Certificate],
        coefexps: &'a [Point],
    }
    let certified = Certified { certs: certificates.list(), coefexps };
    format!("certs_sig|{}", json::to_text(&certified))
}
