//! One trustee of a board alters one thing in what she publishes. Whoever can notice must notice, and blame
//! her.

use super::super::polynomial::{Coefexps, SecretPolynomial};
use super::super::round2::{Share, open_own};
use super::*;
use crate::group::Point;
use crate::hash::HexHash;
use crate::json;
use crate::proof::Proof;
use crate::trustee::pki::Sealed;
use crate::trustee::secret::SecretScalar;
use crate::trustee::{PrivateKey, TrusteePublicKey};

/// What is altered. "Signed" means that the trustee signs the altered message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tweak {
    CertificateMessage,
    CertificateChallenge,
    CertificateResponse,
    CertificateGroupSigned,
    CertificateSizeSigned,
    CertificateThresholdSigned,
    CertificateIndexSigned,
    CertificateFieldSigned,
    CertificateNeutralVerificationSigned,
    CertificateNeutralEncryptionSigned,
    CertificateOfOther,
    CommitmentMessage,
    CommitmentChallenge,
    CommitmentResponse,
    CommitmentBoardSigned,
    CommitmentHashSigned,
    CommitmentFieldSigned,
    SecretMissing,
    SecretFurther,
    SecretsExchanged,
    SecretWrong,
    SecretForOther,
    SecretSignedByOther,
    SecretOfOtherKind,
    SecretAlpha,
    SecretBeta,
    SecretData,
    CoefexpsMessage,
    CoefexpsChallenge,
    CoefexpsResponse,
    CoefexpsSigned,
    CoefexpsFewerSigned,
    CoefexpsMoreSigned,
    CoefexpsOfOther,
    SignatureChallenge,
    SignatureResponse,
    PokChallenge,
    PokResponse,
    PublicKey,
    PublicKeyProved,
    PublicKeyNeutral,
    KeySignatureChallenge,
    KeySignatureResponse,
    KeySignatureMissing,
}

/// Who can notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Observer {
    /// The server, which checks everything before it relays it.
    Server,
    /// The other trustees, from what reaches them, whatever the server has checked.
    Trustees,
    /// Anybody who has the record.
    Record,
}

use Observer::{Record, Server, Trustees as Others};
use Tweak::*;

const TWEAKS: [(Tweak, &[Observer]); 44] = [
    (CertificateMessage, &[Server, Others, Record]),
    (CertificateChallenge, &[Server, Others, Record]),
    (CertificateResponse, &[Server, Others, Record]),
    (CertificateGroupSigned, &[Server, Others, Record]),
    (CertificateSizeSigned, &[Server, Others, Record]),
    (CertificateThresholdSigned, &[Server, Others, Record]),
    (CertificateIndexSigned, &[Server, Others, Record]),
    (CertificateFieldSigned, &[Server, Others, Record]),
    (CertificateNeutralVerificationSigned, &[Server, Others, Record]),
    (CertificateNeutralEncryptionSigned, &[Server, Others, Record]),
    (CertificateOfOther, &[Server, Others, Record]),
    (CommitmentMessage, &[Server, Others]),
    (CommitmentChallenge, &[Server, Others]),
    (CommitmentResponse, &[Server, Others]),
    (CommitmentBoardSigned, &[Server, Others]),
    (CommitmentHashSigned, &[Server, Others]),
    (CommitmentFieldSigned, &[Server, Others]),
    (SecretMissing, &[Server]),
    (SecretFurther, &[Server]),
    (SecretsExchanged, &[Others]),
    (SecretWrong, &[Others]),
    (SecretForOther, &[Others]),
    (SecretSignedByOther, &[Others]),
    (SecretOfOtherKind, &[Others]),
    (SecretAlpha, &[Others]),
    (SecretBeta, &[Others]),
    (SecretData, &[Others]),
    (CoefexpsMessage, &[Server, Others, Record]),
    (CoefexpsChallenge, &[Server, Others, Record]),
    (CoefexpsResponse, &[Server, Others, Record]),
    (CoefexpsSigned, &[Server, Others]),
    (CoefexpsFewerSigned, &[Server, Others, Record]),
    (CoefexpsMoreSigned, &[Server, Others, Record]),
    (CoefexpsOfOther, &[Server, Others, Record]),
    (SignatureChallenge, &[Server, Others, Record]),
    (SignatureResponse, &[Server, Others, Record]),
    (PokChallenge, &[Server, Record]),
    (PokResponse, &[Server, Record]),
    (PublicKey, &[Server, Record]),
    (PublicKeyProved, &[Server, Record]),
    (PublicKeyNeutral, &[Server, Record]),
    (KeySignatureChallenge, &[Server, Record]),
    (KeySignatureResponse, &[Server, Record]),
    (KeySignatureMissing, &[Server, Record]),
];

fn bump_challenge(proof: &mut Proof) {
    proof.challenge += Scalar::ONE;
}

fn bump_response(proof: &mut Proof) {
    proof.response += Scalar::ONE;
}

fn replace(text: &mut String, from: &str, to: &str) {
    assert!(text.contains(from), "{text} has no {from}");
    *text = text.replacen(from, to, 1);
}

/// A sealed message with one field of its JSON replaced.
fn with_field(sealed: &Sealed, field: &str, value: impl Fn(&str) -> String) -> Sealed {
    let text = sealed.to_text();
    let start = text.find(&format!("\"{field}\":\"")).unwrap() + field.len() + 4;
    let end = start + text[start..].find('"').unwrap();
    Sealed::from_text(&format!("{}{}{}", &text[..start], value(&text[start..end]), &text[end..])).unwrap()
}

impl Tweak {
    /// Lets the trustee of index `by` do it; `other` is another one's index.
    fn apply(self, ceremony: &mut Ceremony, by: usize, other: usize, rng: &mut ChaCha20Rng) {
        let (keys, others_keys) = (ceremony.keys(by), ceremony.keys(other));
        let board = ceremony.certificates();
        let others_encryption = board.keys_of(other).unwrap().encryption;
        let generator = Point::new(crate::group::power_of_g(&Scalar::ONE));
        let others_certificate = ceremony.certificates[other - 1].clone();
        let others_polynomial = ceremony.polynomials[other - 1].clone();
        let (mine, coefexps) = open_own(&keys, &board, by, &ceremony.polynomials[by - 1].polynomial).unwrap();
        let certificate = &mut ceremony.certificates[by - 1].0;
        let commitment = &mut ceremony.commitments[by - 1].hash;
        let polynomial = &mut ceremony.polynomials[by - 1];
        let key = &mut ceremony.outputs[by - 1].public_key;
        let neutral = Point::neutral().to_text();
        let mut resign = |signed: &mut SignedMessage, from: &str, to: &str| {
            replace(&mut signed.message, from, to);
            *signed = keys.sign(&signed.message, rng);
        };
        match self {
            CertificateMessage => replace(&mut certificate.message, "\"verification\"", "\"Verification\""),
            CertificateChallenge => bump_challenge(&mut certificate.signature),
            CertificateResponse => bump_response(&mut certificate.signature),
            CertificateGroupSigned => resign(certificate, "Ed25519", "ed25519"),
            CertificateSizeSigned => resign(certificate, "\"size\":4", "\"size\":5"),
            CertificateThresholdSigned => resign(certificate, "\"threshold\":2", "\"threshold\":1"),
            CertificateIndexSigned => {
                resign(certificate, &format!("\"index\":{by}"), &format!("\"index\":{other}"));
            }
            CertificateFieldSigned => resign(certificate, "{\"context\"", "{\"x\":1,\"context\""),
            CertificateNeutralVerificationSigned => {
                let old = keys.public().verification.to_text();
                replace(&mut certificate.message, &old, &neutral);
                // Who signs under the neutral element needs no secret: response and commitment agree.
                *certificate = SignedMessage {
                    signature: neutral_signature(&certificate.message),
                    message: certificate.message.clone(),
                };
            }
            CertificateNeutralEncryptionSigned => {
                resign(certificate, &keys.public().encryption.to_text(), &neutral);
            }
            CertificateOfOther => *certificate = others_certificate.0,
            CommitmentMessage => replace(&mut commitment.message, "\"coefexps\":\"", "\"coefexps\":\"0"),
            CommitmentChallenge => bump_challenge(&mut commitment.signature),
            CommitmentResponse => bump_response(&mut commitment.signature),
            CommitmentBoardSigned => {
                let board = HexHash::from_digest(board.fingerprint()).to_string();
                resign(commitment, &board, &HexHash::of(b"other").to_string());
            }
            CommitmentHashSigned => {
                let hash = HexHash::of(json::to_text(&coefexps).as_bytes()).to_string();
                resign(commitment, &hash, &HexHash::of(b"other").to_string());
            }
            CommitmentFieldSigned => resign(commitment, "{\"board\"", "{\"x\":1,\"board\""),
            SecretMissing => drop(polynomial.secrets.pop()),
            SecretFurther => polynomial.secrets.push(polynomial.secrets[0].clone()),
            SecretsExchanged => polynomial.secrets.rotate_left(1),
            SecretWrong => {
                let secret = SecretScalar(mine.value(other).0 + Scalar::ONE);
                polynomial.secrets[other - 1] = keys.send(&others_encryption, &Share { secret }, rng);
            }
            SecretForOther => {
                // Rightly signed, but sealed to one trustee and addressed to another.
                let secret = mine.value(other);
                let own = board.keys_of(by).unwrap().encryption;
                let sealed = keys.send(&own, &Share { secret }, rng);
                polynomial.secrets[other - 1] = keys.reseal(&sealed, &others_encryption, rng);
            }
            SecretSignedByOther => {
                let secret = mine.value(other);
                polynomial.secrets[other - 1] = others_keys.send(&others_encryption, &Share { secret }, rng);
            }
            SecretOfOtherKind => {
                polynomial.secrets[other - 1] = keys.send(&others_encryption, &mine, rng);
            }
            SecretAlpha => {
                let altered = with_field(&polynomial.secrets[other - 1], "alpha", |_| generator.to_text());
                polynomial.secrets[other - 1] = altered;
            }
            SecretBeta => {
                let altered = with_field(&polynomial.secrets[other - 1], "beta", |_| generator.to_text());
                polynomial.secrets[other - 1] = altered;
            }
            SecretData => {
                let flip = |data: &str| {
                    let first = if data.starts_with('0') { "1" } else { "0" };
                    format!("{first}{}", &data[1..])
                };
                polynomial.secrets[other - 1] = with_field(&polynomial.secrets[other - 1], "data", flip);
            }
            CoefexpsMessage => replace(&mut polynomial.coefexps.message, "[\"", "[ \""),
            CoefexpsChallenge => bump_challenge(&mut polynomial.coefexps.signature),
            CoefexpsResponse => bump_response(&mut polynomial.coefexps.signature),
            CoefexpsSigned | CoefexpsFewerSigned | CoefexpsMoreSigned => {
                let mut altered = coefexps.coefexps;
                match self {
                    CoefexpsFewerSigned => drop(altered.pop()),
                    CoefexpsMoreSigned => altered.push(generator),
                    _ => altered[1] = generator,
                }
                let text = json::to_text(&Coefexps { coefexps: altered.clone() });
                polynomial.coefexps = keys.sign(&text, rng);
                let certified = round2::certified(&board, &altered);
                polynomial.signature = keys.signature(&certified, rng);
            }
            CoefexpsOfOther => {
                polynomial.coefexps = others_polynomial.coefexps;
                polynomial.signature = others_polynomial.signature;
            }
            SignatureChallenge => bump_challenge(&mut polynomial.signature),
            SignatureResponse => bump_response(&mut polynomial.signature),
            PokChallenge => bump_challenge(&mut key.pok),
            PokResponse => bump_response(&mut key.pok),
            PublicKey => key.public_key = generator,
            PublicKeyProved => {
                let proved = PrivateKey::generate(rng).public_key(rng);
                let signature = keys.signature(&proved.public_key.to_text(), rng);
                *key = TrusteePublicKey { signature: Some(signature), ..proved };
            }
            PublicKeyNeutral => {
                key.public_key = Point::neutral();
                key.signature = Some(keys.signature(&neutral, rng));
            }
            KeySignatureChallenge => key.signature.iter_mut().for_each(bump_challenge),
            KeySignatureResponse => key.signature.iter_mut().for_each(bump_response),
            KeySignatureMissing => key.signature = None,
        }
    }
}

/// A signature under the neutral element.
fn neutral_signature(message: &str) -> Proof {
    let response = Scalar::from(5u64);
    let commitment = Point::new(crate::group::power_of_g(&response));
    let challenge = crate::hash::hash_to_scalar(&format!("sigmsg|{message}|"), &[commitment]);
    Proof { challenge, response }
}

/// The first fault that the observer sees; `honest` is a trustee's index, through whose eyes the trustees
/// look.
fn observe(
    observer: Observer,
    ceremony: &Ceremony,
    honest: usize,
    rng: &mut ChaCha20Rng,
) -> Result<(), PedersenError> {
    if observer == Record {
        return ceremony.parameters().verify();
    }
    let board = Certificates::check(ceremony.threshold, ceremony.certificates.clone())?;
    let commitments = Commitments::check(&board, ceremony.commitments.clone())?;
    let polynomials = &ceremony.polynomials;
    if observer == Server {
        for (from, polynomial) in (1..).zip(polynomials) {
            polynomial.check(&board, from)?;
            commitments.check_opened(from, &polynomial.coefexps)?;
        }
        for (from, output) in (1..).zip(&ceremony.outputs) {
            output.check(&board, polynomials, from)?;
        }
        return Ok(());
    }
    let input = Vinput {
        polynomial: polynomials[honest - 1].polynomial.clone(),
        secrets: polynomials.iter().map(|from| from.secrets[honest - 1].clone()).collect(),
        coefexps: polynomials.iter().map(|from| from.coefexps.clone()).collect(),
        signatures: polynomials.iter().map(|from| from.signature).collect(),
    };
    Voutput::finish(&ceremony.keys(honest), &board, &commitments, &input, rng).map(|_| ())
}

#[test]
fn every_tweak_is_noticed_and_blamed_on_who_did_it() {
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let ceremony = Ceremony::run(2, 4, rng);
    for observer in [Server, Others, Record] {
        observe(observer, &ceremony, 2, rng).unwrap();
    }
    for (tweak, observers) in TWEAKS {
        for (by, honest) in [(1, 3), (4, 2)] {
            let mut tweaked = ceremony.clone();
            tweak.apply(&mut tweaked, by, honest, rng);
            for observer in observers {
                let found = observe(*observer, &tweaked, honest, rng);
                let culprits = found.as_ref().err().map(PedersenError::culprits);
                assert_eq!(culprits, Some(vec![by]), "{tweak:?} by {by}, seen by {observer:?}: {found:?}");
            }
        }
    }
}

#[test]
fn coefficients_that_the_trustees_did_not_see_do_not_pass_on_the_record() {
    let rng = &mut ChaCha20Rng::seed_from_u64(5);
    let mut ceremony = Ceremony::run(2, 4, rng);
    CoefexpsSigned.apply(&mut ceremony, 2, 3, rng);
    let refused = ceremony.parameters().verify().unwrap_err();
    assert!(matches!(refused, PedersenError::Fault { fault: Fault::VerificationKey, .. }), "{refused}");
}

#[test]
fn every_tweak_is_listed_once() {
    for (i, (tweak, _)) in TWEAKS.iter().enumerate() {
        assert_eq!(*tweak as usize, i);
    }
    assert_eq!(KeySignatureMissing as usize + 1, TWEAKS.len());
}

#[test]
fn keys_in_common_are_refused_and_both_trustees_named() {
    let rng = &mut ChaCha20Rng::seed_from_u64(2);
    let ceremony = Ceremony::run(2, 3, rng);
    let mut tweaked = ceremony.clone();
    // The same seed in two places.
    tweaked.certificates[2] = Certificate::new(&ceremony.keys(1), ceremony.threshold, 3, rng).unwrap();
    let refused = Certificates::check(ceremony.threshold, tweaked.certificates.clone()).unwrap_err();
    assert_eq!(refused, PedersenError::SharedKey { first: 1, second: 3 });
    assert_eq!(refused.culprits(), [1, 3]);
    assert_eq!(tweaked.parameters().verify().unwrap_err(), refused);

    // Another's encryption key under one's own verification key.
    let mut tweaked = ceremony.clone();
    let certificate = &mut tweaked.certificates[2].0;
    let (own, others) = (ceremony.keys(3), ceremony.keys(2).public().encryption);
    replace(&mut certificate.message, &own.public().encryption.to_text(), &others.to_text());
    *certificate = own.sign(&certificate.message, rng);
    let refused = tweaked.parameters().verify().unwrap_err();
    assert_eq!(refused, PedersenError::SharedKey { first: 2, second: 3 });
}

#[test]
fn a_server_that_returns_other_messages_is_noticed() {
    let rng = &mut ChaCha20Rng::seed_from_u64(3);
    let ceremony = Ceremony::run(2, 3, rng);
    let (board, keys) = (ceremony.certificates(), ceremony.keys(1));

    // A commitment that was not made with these keys stands in one's place.
    let mut commitments = ceremony.commitments.clone();
    commitments[0].polynomial = ceremony.commitments[1].polynomial.clone();
    let committed = Commitments::check(&board, commitments).unwrap();
    let refused = Polynomial::reveal(&keys, &board, &committed, rng).unwrap_err();
    assert_eq!(refused, PedersenError::NotOwn { what: "sealed polynomial" });

    // One's own commitment, but the sealed polynomial of another run.
    let mut commitments = ceremony.commitments.clone();
    commitments[0].polynomial = Commitment::new(&keys, &board, rng).unwrap().polynomial;
    let committed = Commitments::check(&board, commitments).unwrap();
    let refused = Polynomial::reveal(&keys, &board, &committed, rng).unwrap_err();
    assert_eq!(refused, PedersenError::NotOwn { what: "commitment" });
    // In round 3 as well.
    let mut input = ceremony.inputs[0].clone();
    input.polynomial = Commitment::new(&keys, &board, rng).unwrap().polynomial;
    let committed = Commitments::check(&board, ceremony.commitments.clone()).unwrap();
    let refused = Voutput::finish(&keys, &board, &committed, &input, rng).unwrap_err();
    assert_eq!(refused, PedersenError::NotOwn { what: "message of round 2" });

    // A polynomial of another degree, sealed with the right keys.
    let longer = SecretPolynomial::generate(3, &board.fingerprint(), rng);
    input.polynomial = keys.send(&keys.public().encryption, &longer, rng);
    let refused = Voutput::finish(&keys, &board, &committed, &input, rng).unwrap_err();
    assert_eq!(refused, PedersenError::NotOwn { what: "sealed polynomial" });
}

#[test]
fn messages_have_one_form() {
    let rng = &mut ChaCha20Rng::seed_from_u64(4);
    let ceremony = Ceremony::run(2, 3, rng);
    let refused = |text: &str, parse: &dyn Fn(&[u8]) -> bool| {
        assert!(parse(text.as_bytes()));
        let alterations = [
            format!(" {text}"),
            text.replacen(':', ": ", 1),
            text.replacen('{', "{\"x\":1,", 1),
            text.replacen("\"}", "\",\"x\":1}", 1),
            text.replacen("AES-GCM", "AES-CCM", 1),
            text.replacen("\\\"data\\\":\\\"", "\\\"data\\\":\\\"A", 1),
            text.replacen("\"challenge\":\"", "\"challenge\":\"0", 1),
            text.replacen("\"signature\":", "\"Signature\":", 1),
        ];
        for altered in alterations.iter().filter(|altered| *altered != text) {
            assert!(!parse(altered.as_bytes()), "{altered}");
        }
    };
    refused(&ceremony.certificates[0].to_text(), &|bytes| Certificate::parse(bytes).is_ok());
    refused(&ceremony.commitments[0].to_text(), &|bytes| Commitment::parse(bytes).is_ok());
    refused(&ceremony.polynomials[0].to_text(), &|bytes| Polynomial::parse(bytes).is_ok());
    refused(&ceremony.inputs[0].to_text(), &|bytes| Vinput::parse(bytes).is_ok());
    refused(&ceremony.outputs[0].to_text(), &|bytes| Voutput::parse(bytes).is_ok());
    refused(&ceremony.parameters().to_text(), &|bytes| ThresholdParameters::parse(bytes).is_ok());
}
