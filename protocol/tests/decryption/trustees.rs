//! Single keys and the list of trustees: read, written, checked.

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use scrutineer_protocol::trustee::pedersen::{Certificate, Certificates, Commitment, Commitments, Threshold};
use scrutineer_protocol::trustee::pedersen::{Polynomial, Vinput, Voutput};
use scrutineer_protocol::trustee::pki::{Keys, Seed};
use scrutineer_protocol::trustee::{
    PrivateKey, ThresholdParameters, TrusteePublicKey, Trustees, TrusteesError,
};
use scrutineer_protocol::{Point, Scalar};

/// A board of 2 of 3.
fn board(rng: &mut ChaCha20Rng) -> ThresholdParameters {
    let threshold = Threshold::for_board(2, 3).unwrap();
    let keys: Vec<Keys> = (0..3).map(|_| Seed::generate(rng).keys()).collect();
    let certificates = (1..).zip(&keys).map(|(i, keys)| Certificate::new(keys, threshold, i, rng).unwrap());
    let certificates = Certificates::check(threshold, certificates.collect()).unwrap();
    let commitments = keys.iter().map(|keys| Commitment::new(keys, &certificates, rng).unwrap());
    let commitments = Commitments::check(&certificates, commitments.collect()).unwrap();
    let polynomials: Vec<_> =
        keys.iter().map(|keys| Polynomial::reveal(keys, &certificates, &commitments, rng).unwrap()).collect();
    let outputs: Vec<_> = (1..)
        .zip(&keys)
        .map(|(index, keys)| {
            let input = Vinput::route(&certificates, &polynomials, index).unwrap();
            Voutput::finish(keys, &certificates, &commitments, &input, rng).unwrap()
        })
        .collect();
    ThresholdParameters::assemble(&certificates, &polynomials, &outputs).unwrap()
}

#[test]
fn key_files_of_the_stock_tool_are_read_and_written_alike() {
    for (private, public) in [
        (
            include_str!("../data/elections/e02-homomorphic/0E975DB7.privkey"),
            include_str!("../data/elections/e02-homomorphic/0E975DB7.pubkey"),
        ),
        (
            include_str!("../data/elections/e02-homomorphic/89A4ECAF.privkey"),
            include_str!("../data/elections/e02-homomorphic/89A4ECAF.pubkey"),
        ),
        (
            include_str!("../data/elections/e04-mixed/ACE4AFE3.privkey"),
            include_str!("../data/elections/e04-mixed/ACE4AFE3.pubkey"),
        ),
    ] {
        let key = PrivateKey::from_file(private).unwrap();
        assert_eq!(*key.to_file(), private.trim_end());
        let published = TrusteePublicKey::from_file(public).unwrap();
        assert_eq!(published.to_file(), public.trim_end());
        published.verify_pok().unwrap();
        assert_eq!(key.public_point(), published.public_key);
    }
}

#[test]
fn private_key_files_have_one_form_and_errors_do_not_quote_them() {
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let text = PrivateKey::generate(rng).to_file().clone();
    assert!(PrivateKey::from_file(&text).is_ok());
    let digits = text.trim_matches('"');
    let order = "7237005577332262213973186563042994240857116359379907606001950938285454250989";
    for bad in [
        digits.to_owned(),
        format!("\"0{digits}\""),
        format!(" \"{digits}\""),
        format!("\"{digits}\"\n\n"),
        format!("\"{digits}"),
        format!("\"{order}\""),
        "\"\"".to_owned(),
        "\"".to_owned(),
        String::new(),
    ] {
        let error = PrivateKey::from_file(&bad).err().unwrap().to_string();
        assert!(bad.len() < 10 || !error.contains(&bad[5..15]), "{error}");
    }
}

#[test]
fn two_keys_and_two_proofs_are_never_the_same() {
    let rng = &mut ChaCha20Rng::seed_from_u64(2);
    let (one, other) = (PrivateKey::generate(rng), PrivateKey::generate(rng));
    assert_ne!(one.public_point(), other.public_point());
    let (first, second) = (one.public_key(rng), one.public_key(rng));
    assert_ne!(first.pok, second.pok);
    first.verify_pok().unwrap();
    let swapped = TrusteePublicKey { public_key: other.public_point(), ..first };
    assert!(swapped.verify_pok().is_err());
}

#[test]
fn trustees_are_numbered_through_the_list() {
    let rng = &mut ChaCha20Rng::seed_from_u64(3);
    let single = PrivateKey::generate(rng).public_key(rng);
    let (first, second) = (board(rng), board(rng));
    let trustees = Trustees::new(vec![single.clone()], vec![first.clone(), second.clone()]);
    trustees.verify().unwrap();
    assert_eq!(Trustees::parse(trustees.to_text().as_bytes()).unwrap(), trustees);
    assert!(trustees.to_text().starts_with(r#"[["Single",{"pok":{"challenge":""#));

    let places: Vec<_> = trustees.members().map(|m| (m.owner, m.item, m.index)).collect();
    let expected = [
        (1, 0, None),
        (2, 1, Some(1)),
        (3, 1, Some(2)),
        (4, 1, Some(3)),
        (5, 2, Some(1)),
        (6, 2, Some(2)),
        (7, 2, Some(3)),
    ];
    assert_eq!(places, expected);
    assert_eq!(trustees.member(6).unwrap().key, &second.verification_keys[1]);
    assert!(trustees.member(0).is_none());
    assert!(trustees.member(8).is_none());

    assert_eq!(trustees.sub_keys(), [single.public_key, first.joint_key(), second.joint_key()]);
    let product = single.public_key.element() + first.joint_key().element() + second.joint_key().element();
    assert_eq!(trustees.election_key(), Point::new(product));
}

#[test]
fn a_list_that_cannot_stand_is_refused_with_who_is_at_fault() {
    let rng = &mut ChaCha20Rng::seed_from_u64(4);
    let single = PrivateKey::generate(rng).public_key(rng);
    let other = PrivateKey::generate(rng).public_key(rng);
    let refused = |singles: &[&TrusteePublicKey], boards: &[&ThresholdParameters]| {
        let boards = boards.iter().map(|&board| board.clone()).collect();
        let list = Trustees::new(singles.iter().map(|&key| key.clone()).collect(), boards);
        list.verify().unwrap_err()
    };
    assert_eq!(refused(&[], &[]), TrusteesError::Empty);

    let mut wrong = other.clone();
    wrong.pok.response += Scalar::ONE;
    let error = refused(&[&single, &wrong], &[]);
    assert!(matches!(error, TrusteesError::Proof { .. }));
    assert_eq!(error.culprits(), [2]);

    let signed = TrusteePublicKey { signature: Some(other.pok), ..other.clone() };
    assert_eq!(refused(&[&single, &signed], &[]), TrusteesError::Signature { owner: 2 });

    let neutral = TrusteePublicKey { public_key: Point::neutral(), ..other.clone() };
    assert_eq!(refused(&[&neutral], &[]), TrusteesError::NeutralKey { owner: 1 });

    let twice = refused(&[&single, &other, &single], &[]);
    assert_eq!(twice, TrusteesError::SameKey { first: 1, second: 3 });
    assert_eq!(twice.culprits(), [1, 3]);

    let board = board(rng);
    let twice = refused(&[&single], &[&board, &board]);
    assert_eq!(twice, TrusteesError::SameKey { first: 2, second: 5 });

    let mut wrong = board.clone();
    wrong.verification_keys[2].pok.challenge += Scalar::ONE;
    let error = refused(&[&single], &[&wrong]);
    assert_eq!(error.culprits(), [4]);
    assert!(error.to_string().starts_with("the board of trustees 2 to 4: trustee 3: "), "{error}");

    // Two keys that cancel each other out.
    let secret = PrivateKey::from_file("\"2\"").unwrap();
    let order_less_two = "\"7237005577332262213973186563042994240857116359379907606001950938285454250987\"";
    let inverse = PrivateKey::from_file(order_less_two).unwrap();
    let error = refused(&[&secret.public_key(rng), &inverse.public_key(rng)], &[]);
    assert_eq!(error, TrusteesError::NeutralElectionKey);
}

#[test]
fn other_forms_of_the_list_are_refused() {
    let rng = &mut ChaCha20Rng::seed_from_u64(5);
    let mut single = PrivateKey::generate(rng).public_key(rng);
    single.name = Some("Ann".to_owned());
    let text = Trustees::new(vec![single], vec![board(rng)]).to_text();
    assert!(Trustees::parse(text.as_bytes()).is_ok());
    for (from, to) in [
        ("\"Single\"", "\"single\""),
        ("[\"Single\",", "[\"Single\", "),
        ("\"name\":\"Ann\"", "\"name\":null"),
        ("\"name\":\"Ann\"", "\"Name\":\"Ann\""),
        ("\"name\":\"Ann\"}]", "\"name\":\"Ann\"},1]"),
        ("\"threshold\":2,\"certs\"", "\"threshold\":2,\"threshold\":2,\"certs\""),
        ("{\"pok\":{\"challenge\":\"", "{\"pok\":{\"challenge\":\"0"),
        ("[[\"Single\"", "[[],[\"Single\""),
        ("[[\"Single\"", "[[\"Single\"],[\"Single\""),
        ("\"Pedersen\"", "\"Single\""),
    ] {
        let altered = text.replacen(from, to, 1);
        assert_ne!(altered, text, "{from}");
        assert!(Trustees::parse(altered.as_bytes()).is_err(), "{to}");
    }
}
