//! Made-up tellers, officers and keys of the server.

use rand_chacha::ChaCha20Rng;
use scrutineer_ballot::certificate::{IssuerBoard, TellerName};
use scrutineer_ballot::description::Officers;
use scrutineer_ballot::roll::{MemberNo, MemberNoError};
use scrutineer_ballot::signature::KeyFingerprint;
use scrutineer_protocol::trustee::pedersen::{
    Certificate, Certificates, Commitment, Commitments, PedersenError, Polynomial, Threshold, Vinput, Voutput,
};
use scrutineer_protocol::trustee::pki::{Keys, Seed};
use scrutineer_protocol::trustee::{PrivateKey, ThresholdParameters};
use ssh_key::Algorithm;

use super::chance::Chance;

/// Tellers of a made-up board, and how many of them open the count.
const SIZE: usize = 3;
const NEEDED: usize = 2;
/// Officers whose signatures a certificate needs where the ballot file does not say.
const OFFICERS: u32 = 2;

/// A board of three made-up tellers of whom two are needed.
pub struct Board {
    /// What stands on the record.
    pub parameters: ThresholdParameters,
    /// The tellers' shares of the joint key, by their seats.
    pub keys: Vec<PrivateKey>,
}

impl Board {
    /// Goes through the whole ceremony.
    ///
    /// # Errors
    /// None that can happen among tellers who do as they should.
    pub fn form(chance: &Chance) -> Result<Self, PedersenError> {
        let threshold = Threshold::for_board(NEEDED, SIZE)?;
        let keys: Vec<Keys> =
            (0..SIZE).map(|seat| Seed::generate(&mut chance.stream("seed", seat)).keys()).collect();
        let mut rngs: Vec<_> = (0..SIZE).map(|seat| chance.stream("teller", seat)).collect();
        let mut tellers =
            |round: &mut dyn FnMut(usize, &Keys, &mut ChaCha20Rng) -> Result<(), PedersenError>| {
                (0..).zip(&keys).zip(&mut rngs).try_for_each(|((seat, keys), rng)| round(seat, keys, rng))
            };
        let mut certificates = Vec::new();
        tellers(&mut |seat, keys, rng| {
            certificates.push(Certificate::new(keys, threshold, seat + 1, rng)?);
            Ok(())
        })?;
        let certificates = Certificates::check(threshold, certificates)?;
        let mut commitments = Vec::new();
        tellers(&mut |_, keys, rng| {
            commitments.push(Commitment::new(keys, &certificates, rng)?);
            Ok(())
        })?;
        let commitments = Commitments::check(&certificates, commitments)?;
        let mut polynomials = Vec::new();
        tellers(&mut |_, keys, rng| {
            polynomials.push(Polynomial::reveal(keys, &certificates, &commitments, rng)?);
            Ok(())
        })?;
        let mut outputs = Vec::new();
        tellers(&mut |seat, keys, rng| {
            let input = Vinput::route(&certificates, &polynomials, seat + 1)?;
            outputs.push(Voutput::finish(keys, &certificates, &commitments, &input, rng)?);
            Ok(())
        })?;
        let parameters = ThresholdParameters::assemble(&certificates, &polynomials, &outputs)?;
        let private = keys.iter().zip(&outputs);
        let private = private.map(|(keys, output)| Ok(parameters.private_key(keys, &output.private_key)?.1));
        Ok(Self { keys: private.collect::<Result<_, PedersenError>>()?, parameters })
    }

    /// The seats, from 1, of the tellers who open the count: the first and the last, one having gone missing.
    pub fn opening(&self) -> [(usize, Option<&PrivateKey>); NEEDED] {
        [(1, self.keys.first()), (SIZE, self.keys.last())]
    }

    /// Who the tellers are.
    ///
    /// # Errors
    /// None that can happen with these numbers.
    pub fn names(name: &str) -> Result<IssuerBoard, MemberNoError> {
        let teller = |seat: u32| {
            let member_no = MemberNo::parse(&format!("rehearsal-teller-{seat}"))?;
            Ok((seat, TellerName { member_no, name: format!("Made-up teller {seat}") }))
        };
        let seats = 1..=u32::try_from(SIZE).unwrap_or(u32::MAX);
        Ok(IssuerBoard { name: name.to_owned(), tellers: seats.map(teller).collect::<Result<_, _>>()? })
    }
}

/// An officer with a key for signing certificates.
pub struct Officer {
    /// The member number.
    pub no: MemberNo,
    /// The key.
    pub key: ssh_key::PrivateKey,
}

/// Why no official can be made.
#[derive(Debug, thiserror::Error)]
pub enum OfficialError {
    /// The key library.
    #[error("a made-up key cannot be made: {0}")]
    Key(#[from] ssh_key::Error),
    /// The member number.
    #[error("the made-up member number {0}")]
    Number(#[from] MemberNoError),
}

/// As many officers as must sign.
///
/// # Errors
/// None that can happen with these numbers.
pub fn officers(needed: Option<u32>, chance: &Chance) -> Result<Vec<Officer>, OfficialError> {
    let officer = |number: u32| {
        let no = MemberNo::parse(&format!("rehearsal-officer-{number}"))?;
        Ok(Officer { key: key(chance, &format!("officer {number}"))?, no })
    };
    (1..=needed.unwrap_or(OFFICERS)).map(officer).collect()
}

/// The officers as the description line has them.
pub fn on_record(officers: &[Officer]) -> Officers {
    let keys: Vec<_> = officers.iter().map(|officer| KeyFingerprint::of(officer.key.public_key())).collect();
    Officers { needed: u32::try_from(keys.len()).unwrap_or(u32::MAX), keys }
}

/// The fingerprint of the server's key for receipts.
///
/// # Errors
/// None that can happen.
pub fn receipts(chance: &Chance) -> Result<KeyFingerprint, OfficialError> {
    Ok(KeyFingerprint::of(key(chance, "receipts")?.public_key()))
}

fn key(chance: &Chance, label: &str) -> Result<ssh_key::PrivateKey, ssh_key::Error> {
    ssh_key::PrivateKey::random(&mut chance.stream(label, 0), Algorithm::Ed25519)
}
