//! Whole ceremonies with seeded chance; [`tweaks`] alters every field of every message, [`vectors`] compares
//! with ceremonies of the stock tool.

mod tweaks;
mod vectors;

use super::*;
use crate::elgamal::ElectionKey;
use crate::group::Scalar;
use crate::hash::Base64Hash;
use crate::tally::{EncryptedTally, PartialDecryption, combine};
use crate::trustee::Trustees;
use crate::trustee::pki::{Keys, Seed, SignedMessage};
use proptest::prelude::*;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use std::collections::BTreeMap;

/// Everything that the trustees of a board publish.
#[derive(Clone)]
struct Ceremony {
    seeds: Vec<Seed>,
    threshold: Threshold,
    certificates: Vec<Certificate>,
    commitments: Vec<Commitment>,
    polynomials: Vec<Polynomial>,
    inputs: Vec<Vinput>,
    outputs: Vec<Voutput>,
}

impl Ceremony {
    /// Runs a ceremony. Every message is written and read again on its way, and in every round the
    /// trustees' keys come anew from the seeds.
    fn run(needed: usize, size: usize, rng: &mut ChaCha20Rng) -> Self {
        let threshold = Threshold::new(needed, size).unwrap();
        let seeds: Vec<Seed> = (0..size).map(|_| Seed::generate(rng)).collect();
        let keys = || seeds.iter().map(|seed| Seed::from_text(seed.secret_text()).unwrap().keys());

        let certificates: Vec<_> = (1..)
            .zip(keys())
            .map(|(index, keys)| Certificate::new(&keys, threshold, index, rng).unwrap())
            .map(|sent| Certificate::parse(sent.to_text().as_bytes()).unwrap())
            .collect();
        let checked = Certificates::check(threshold, certificates.clone()).unwrap();

        let commitments: Vec<_> = keys()
            .map(|keys| Commitment::new(&keys, &checked, rng).unwrap())
            .map(|sent| Commitment::parse(sent.to_text().as_bytes()).unwrap())
            .collect();
        let committed = Commitments::check(&checked, commitments.clone()).unwrap();

        let polynomials: Vec<_> = keys()
            .map(|keys| Polynomial::reveal(&keys, &checked, &committed, rng).unwrap())
            .map(|sent| Polynomial::parse(sent.to_text().as_bytes()).unwrap())
            .collect();
        let inputs: Vec<_> = (1..=size)
            .map(|index| Vinput::route(&checked, &polynomials, index).unwrap())
            .map(|sent| Vinput::parse(sent.to_text().as_bytes()).unwrap())
            .collect();

        let outputs: Vec<_> = keys()
            .zip(&inputs)
            .map(|(keys, input)| Voutput::finish(&keys, &checked, &committed, input, rng).unwrap())
            .map(|sent| Voutput::parse(sent.to_text().as_bytes()).unwrap())
            .collect();
        Self { seeds, threshold, certificates, commitments, polynomials, inputs, outputs }
    }

    fn keys(&self, index: usize) -> Keys {
        self.seeds[index - 1].keys()
    }

    fn certificates(&self) -> Certificates {
        Certificates::check(self.threshold, self.certificates.clone()).unwrap()
    }

    /// The parameters, unchecked.
    fn parameters(&self) -> ThresholdParameters {
        ThresholdParameters {
            threshold: self.threshold.needed(),
            certs: self.certificates.clone(),
            coefexps: self.polynomials.iter().map(|from| from.coefexps.clone()).collect(),
            signatures: self.polynomials.iter().map(|from| from.signature).collect(),
            verification_keys: self.outputs.iter().map(|from| from.public_key.clone()).collect(),
        }
    }
}

/// Runs a ceremony, seals numbers under the joint key, and lets `openers` (indices) open them.
fn opens(ceremony: &Ceremony, openers: &[usize], rng: &mut ChaCha20Rng) -> bool {
    let parameters =
        ThresholdParameters::assemble(&ceremony.certificates(), &ceremony.polynomials, &ceremony.outputs)
            .unwrap();
    assert_eq!(parameters, ceremony.parameters());
    assert_eq!(ThresholdParameters::parse(parameters.to_text().as_bytes()).unwrap(), parameters);
    let trustees = Trustees::new(Vec::new(), vec![parameters.clone()]);
    trustees.verify().unwrap();
    let key = ElectionKey::new(trustees.election_key());
    let sealed = |n: u64| key.encrypt(&Scalar::from(n), &Scalar::from(1000 + n));
    let tally = EncryptedTally(vec![vec![sealed(3), sealed(0)], vec![sealed(7)]]);
    let election = Base64Hash::of(b"election");
    let shares: BTreeMap<usize, PartialDecryption> = openers
        .iter()
        .map(|opener| {
            let sealed = &ceremony.outputs[opener - 1].private_key;
            let (index, private) = parameters.private_key(&ceremony.keys(*opener), sealed).unwrap();
            assert_eq!(index, *opener);
            (index, PartialDecryption::decrypt(&election, &tally, &private, rng))
        })
        .collect();
    match combine(&election, &tally, &trustees, &shares) {
        Ok(opened) => {
            assert_eq!(opened.result(7).unwrap().to_text(), r#"{"result":[[3,0],[7]]}"#);
            true
        }
        Err(_) => false,
    }
}

#[test]
fn any_two_of_three_open_and_no_one_alone() {
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let ceremony = Ceremony::run(2, 3, rng);
    for openers in [[1, 2], [1, 3], [2, 3]] {
        assert!(opens(&ceremony, &openers, rng), "{openers:?}");
    }
    for opener in 1..=3 {
        assert!(!opens(&ceremony, &[opener], rng));
    }
    assert!(opens(&ceremony, &[1, 2, 3], rng));
}

#[test]
fn three_of_five_open_and_two_do_not() {
    let rng = &mut ChaCha20Rng::seed_from_u64(2);
    let ceremony = Ceremony::run(3, 5, rng);
    assert!(opens(&ceremony, &[1, 2, 3], rng));
    assert!(opens(&ceremony, &[5, 2, 4], rng));
    assert!(!opens(&ceremony, &[4, 5], rng));
}

#[test]
fn a_lost_trustee_goes_on_from_the_seed_and_other_keys_do_not() {
    let rng = &mut ChaCha20Rng::seed_from_u64(3);
    let ceremony = Ceremony::run(2, 3, rng);
    let other = Ceremony::run(2, 3, rng);
    let (parameters, board) = (ceremony.parameters(), ceremony.certificates());
    let committed = Commitments::check(&board, ceremony.commitments.clone()).unwrap();

    // The same seed reveals the same polynomial again, with fresh sealing.
    let again = Polynomial::reveal(&ceremony.keys(2), &board, &committed, rng).unwrap();
    assert_eq!(again.coefexps.message, ceremony.polynomials[1].coefexps.message);
    assert_ne!(again.secrets, ceremony.polynomials[1].secrets);
    let mut mixed = ceremony.clone();
    mixed.polynomials[1] = again;
    let input = Vinput::route(&board, &mixed.polynomials, 3).unwrap();
    let output = Voutput::finish(&ceremony.keys(3), &board, &committed, &input, rng).unwrap();
    assert_eq!(output.public_key.public_key, ceremony.outputs[2].public_key.public_key);

    let stranger = other.keys(1);
    assert_eq!(board.index_of(&stranger), Err(PedersenError::NotMember));
    assert_eq!(Commitment::new(&stranger, &board, rng).err(), Some(PedersenError::NotMember));
    let revealed = Polynomial::reveal(&stranger, &board, &committed, rng);
    assert_eq!(revealed.err(), Some(PedersenError::NotMember));
    let finished = Voutput::finish(&stranger, &board, &committed, &input, rng);
    assert_eq!(finished.err(), Some(PedersenError::NotMember));
    let found = parameters.private_key(&stranger, &ceremony.outputs[0].private_key);
    assert_eq!(found.err(), Some(PedersenError::NotMember));
    // A member's keys, but another member's or another board's message.
    for sealed in [&ceremony.outputs[1].private_key, &other.outputs[0].private_key] {
        let found = parameters.private_key(&ceremony.keys(1), sealed);
        assert_eq!(found.err(), Some(PedersenError::NotOwn { what: "sealed private key" }));
    }
    // One's own message, but of another kind.
    let found = parameters.private_key(&ceremony.keys(1), &ceremony.commitments[0].polynomial);
    assert_eq!(found.err(), Some(PedersenError::NotOwn { what: "sealed private key" }));
    // Another trustee's input.
    let finished = Voutput::finish(&ceremony.keys(1), &board, &committed, &input, rng);
    assert_eq!(finished.err(), Some(PedersenError::NotOwn { what: "sealed polynomial" }));
}

#[test]
fn messages_of_another_board_are_refused() {
    let rng = &mut ChaCha20Rng::seed_from_u64(4);
    let (ceremony, other) = (Ceremony::run(2, 3, rng), Ceremony::run(2, 3, rng));
    let board = ceremony.certificates();
    assert_ne!(board.fingerprint(), other.certificates().fingerprint());

    // The same people with the same seeds, but one of them with another certificate.
    let mut mixed = ceremony.certificates.clone();
    mixed[2] = other.certificates[2].clone();
    let mixed = Certificates::check(ceremony.threshold, mixed).unwrap();
    let refused = Commitments::check(&mixed, ceremony.commitments.clone()).unwrap_err();
    assert_eq!(refused, PedersenError::Fault { index: 1, fault: Fault::OtherBoard });
    let refused = ceremony.polynomials[0].check(&mixed, 1).unwrap_err();
    assert_eq!(refused.culprits(), [1]);

    let parameters = ThresholdParameters { certs: mixed.list().to_vec(), ..ceremony.parameters() };
    assert_eq!(parameters.verify().unwrap_err().culprits(), [1]);
}

#[test]
fn a_missing_or_further_message_is_refused() {
    let rng = &mut ChaCha20Rng::seed_from_u64(5);
    let ceremony = Ceremony::run(2, 3, rng);
    let board = ceremony.certificates();
    let committed = Commitments::check(&board, ceremony.commitments.clone()).unwrap();
    let is_count = |error: PedersenError| matches!(error, PedersenError::Count { expected: 3, .. });

    for found in [2, 4] {
        fn resize<T: Clone>(list: &[T], length: usize) -> Vec<T> {
            list.iter().cycle().take(length).cloned().collect()
        }
        let certificates = resize(&ceremony.certificates, found);
        assert!(is_count(Certificates::check(ceremony.threshold, certificates).unwrap_err()));
        let commitments = resize(&ceremony.commitments, found);
        assert!(is_count(Commitments::check(&board, commitments).unwrap_err()));
        let polynomials = resize(&ceremony.polynomials, found);
        assert!(is_count(Vinput::route(&board, &polynomials, 1).unwrap_err()));
        assert!(is_count(ceremony.outputs[0].check(&board, &polynomials, 1).unwrap_err()));
        assert!(is_count(
            ThresholdParameters::assemble(&board, &polynomials, &ceremony.outputs).unwrap_err()
        ));
        let outputs = resize(&ceremony.outputs, found);
        assert!(is_count(
            ThresholdParameters::assemble(&board, &ceremony.polynomials, &outputs).unwrap_err()
        ));
        let mut finish = |change: &dyn Fn(&mut Vinput)| {
            let mut input = ceremony.inputs[0].clone();
            change(&mut input);
            Voutput::finish(&ceremony.keys(1), &board, &committed, &input, rng).unwrap_err()
        };
        assert!(is_count(finish(&|input| input.secrets = resize(&input.secrets, found))));
        assert!(is_count(finish(&|input| input.coefexps = resize(&input.coefexps, found))));
        assert!(is_count(finish(&|input| input.signatures = resize(&input.signatures, found))));
        let mut parameters = ceremony.parameters();
        parameters.signatures = resize(&parameters.signatures, found);
        assert!(is_count(parameters.verify().unwrap_err()));
    }
}

#[test]
fn impossible_thresholds_and_places_are_refused() {
    assert_eq!(Threshold::new(0, 3), Err(ThresholdError::Zero { size: 3 }));
    assert_eq!(Threshold::new(0, 0), Err(ThresholdError::Zero { size: 0 }));
    assert_eq!(Threshold::new(3, 3), Err(ThresholdError::NotBelowSize { needed: 3, size: 3 }));
    assert_eq!(Threshold::new(1, 1), Err(ThresholdError::NotBelowSize { needed: 1, size: 1 }));
    assert!(Threshold::new(1, 2).is_ok());

    assert_eq!(Threshold::for_board(1, 2), Err(ThresholdError::SmallBoard { size: 2 }));
    assert_eq!(Threshold::for_board(1, 3), Err(ThresholdError::NoMajority { needed: 1, size: 3 }));
    assert_eq!(Threshold::for_board(2, 4), Err(ThresholdError::NoMajority { needed: 2, size: 4 }));
    assert_eq!(
        Threshold::for_board(2, 5).unwrap_err().to_string(),
        "if 2 of 5 are needed, two groups without a teller in common could open two counts: choose at least 3"
    );
    for (needed, size) in [(2, 3), (3, 4), (3, 5)] {
        assert!(Threshold::for_board(needed, size).is_ok());
    }

    let rng = &mut ChaCha20Rng::seed_from_u64(6);
    let ceremony = Ceremony::run(2, 3, rng);
    let (board, keys) = (ceremony.certificates(), ceremony.keys(1));
    let committed = Commitments::check(&board, ceremony.commitments.clone()).unwrap();
    for index in [0, 4] {
        let none = Some(PedersenError::NoSuchTrustee { index, size: 3 });
        assert_eq!(Certificate::new(&keys, ceremony.threshold, index, rng).err(), none);
        assert_eq!(board.keys_of(index).err(), none);
        assert_eq!(Vinput::route(&board, &ceremony.polynomials, index).err(), none);
        assert_eq!(ceremony.commitments[0].check(&board, index).err(), none);
        assert_eq!(committed.check_opened(index, &ceremony.polynomials[0].coefexps).err(), none);
        assert_eq!(ceremony.outputs[0].check(&board, &ceremony.polynomials, index).err(), none);
    }
    for threshold in [0, 3, 4] {
        let parameters = ThresholdParameters { threshold, ..ceremony.parameters() };
        assert!(matches!(parameters.verify(), Err(PedersenError::Threshold(_))), "{threshold}");
    }
    let empty = ThresholdParameters {
        threshold: 0,
        certs: Vec::new(),
        coefexps: Vec::new(),
        signatures: Vec::new(),
        verification_keys: Vec::new(),
    };
    assert!(empty.verify().is_err());
    assert!(empty.joint_key().is_neutral());
}

#[test]
fn the_fingerprint_covers_the_messages_in_order() {
    let rng = &mut ChaCha20Rng::seed_from_u64(7);
    let ceremony = Ceremony::run(2, 3, rng);
    let messages: String = ceremony.certificates.iter().map(|c| c.0.message.clone()).collect();
    assert_eq!(ceremony.certificates().fingerprint(), crate::hash::sha256(messages.as_bytes()));
    // A certificate signed anew is the same certificate.
    let mut again = ceremony.certificates.clone();
    again[0] = Certificate::new(&ceremony.keys(1), ceremony.threshold, 1, rng).unwrap();
    assert_ne!(again[0], ceremony.certificates[0]);
    let again = Certificates::check(ceremony.threshold, again).unwrap();
    assert_eq!(again.fingerprint(), ceremony.certificates().fingerprint());
}

#[test]
fn statements_are_signed_with_the_ceremony_key() {
    let rng = &mut ChaCha20Rng::seed_from_u64(8);
    let (keys, other) = (Seed::generate(rng).keys(), Seed::generate(rng).keys());
    let statement = keys.sign_statement("closing", "fingerprint", rng);
    assert_eq!(statement.message, "scrutineer closing|fingerprint");
    let read = SignedMessage::parse(statement.to_text().as_bytes()).unwrap();
    let public = keys.public();
    assert_eq!(read.statement(&public.verification, "closing"), Ok("fingerprint"));
    assert!(read.statement(&public.verification, "opening").is_err());
    assert!(read.statement(&public.encryption, "closing").is_err());
    assert!(read.statement(&other.public().verification, "closing").is_err());
    let message = "scrutineer closing|other".to_owned();
    assert!(SignedMessage { message, ..read }.statement(&public.verification, "closing").is_err());
}

#[test]
fn seeds_are_22_base58_characters() {
    let rng = &mut ChaCha20Rng::seed_from_u64(9);
    for _ in 0..20 {
        let seed = Seed::generate(rng);
        let read = Seed::from_text(&format!("{}\n", seed.secret_text())).unwrap();
        assert_eq!(read.keys().public(), seed.keys().public());
    }
    let bad = [
        "",
        "111",
        "111111111111111111111l",
        "1111111111111111111110",
        "11111111111111111111111",
        "é111111111111111111111",
    ];
    for bad in bad {
        assert!(Seed::from_text(bad).is_err(), "{bad:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn any_board_opens_with_its_threshold(size in 2usize..5, seed: u64, which: u64) {
        let rng = &mut ChaCha20Rng::seed_from_u64(seed);
        let needed = 1 + usize::try_from(seed % (size as u64 - 1)).unwrap();
        let ceremony = Ceremony::run(needed, size, rng);
        let start = usize::try_from(which % size as u64).unwrap();
        let openers: Vec<usize> = (0..needed).map(|i| (start + i) % size + 1).collect();
        prop_assert!(opens(&ceremony, &openers, rng));
    }
}
