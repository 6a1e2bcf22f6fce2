//! Ceremonies of the stock tool: we derive the same keys, open the same messages, accept the same
//! parameters.

use super::super::polynomial::SecretPolynomial;
use super::super::round2::Share;
use super::*;
use crate::group::{Point, power_of_g, scalar_from_text, scalar_to_text};
use crate::tally::lagrange;
use crate::trustee::pki::Sealed;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    trustees: Vec<Trustee>,
    certs: Vec<Certificate>,
    polynomials: Vec<Polynomial>,
    vinputs: Vec<Vinput>,
    voutputs: Vec<Voutput>,
    threshold_parameters: ThresholdParameters,
    sub_key: Point,
    lagrange: Vec<Lagrange>,
}

#[derive(Deserialize)]
struct Trustee {
    seed: String,
    sk: String,
    dk: String,
    cert_id: String,
    polynomial_plain: serde_json::Value,
    received_secrets: Vec<String>,
    decryption_key: String,
}

#[derive(Deserialize)]
struct Lagrange {
    set: Vec<usize>,
    coefficients: Vec<String>,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../../../tests/data/unit/threshold.json")).unwrap()
}

#[test]
fn every_derivation_and_message_agrees() {
    let vectors = vectors();
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let threshold = Threshold::new(2, 3).unwrap();
    let board = Certificates::check(threshold, vectors.certs.clone()).unwrap();
    let keys: Vec<Keys> =
        vectors.trustees.iter().map(|trustee| Seed::from_text(&trustee.seed).unwrap().keys()).collect();
    let commitments = vectors.polynomials.iter().zip(&keys);
    let commitments = commitments.map(|(sent, keys)| Commitment::to(sent, keys, &board, rng).unwrap());
    let committed = Commitments::check(&board, commitments.collect()).unwrap();

    assert_eq!(vectors.trustees.len(), 3);
    for (index, (trustee, keys)) in (1..).zip(vectors.trustees.iter().zip(&keys)) {
        let public = keys.public();
        let power = |text: &str| Point::new(power_of_g(&scalar_from_text(text).unwrap()));
        assert_eq!(public.verification, power(&trustee.sk));
        assert_eq!(public.encryption, power(&trustee.dk));
        assert_eq!(board.index_of(keys), Ok(index));
        let certificate = &vectors.certs[index - 1];
        assert_eq!(certificate.id().to_string(), trustee.cert_id);
        let again = Certificate::new(keys, threshold, index, rng).unwrap();
        assert_eq!(again.0.message, certificate.0.message);

        let polynomial: SecretPolynomial =
            keys.receive(&public.verification, &vectors.polynomials[index - 1].polynomial).unwrap();
        assert_eq!(serde_json::to_value(&polynomial).unwrap(), trustee.polynomial_plain);
        let input = Vinput::route(&board, &vectors.polynomials, index).unwrap();
        assert_eq!(input, vectors.vinputs[index - 1]);
        for ((from, public), (sealed, expected)) in
            board.keys().zip(input.secrets.iter().zip(&trustee.received_secrets))
        {
            let share: Share = keys.receive(&public.verification, sealed).unwrap();
            assert_eq!(scalar_to_text(&share.secret.0), *expected, "from {from}");
        }

        let expected = &vectors.voutputs[index - 1];
        expected.check(&board, &vectors.polynomials, index).unwrap();
        let output = Voutput::finish(keys, &board, &committed, &input, rng).unwrap();
        assert_eq!(output.public_key.public_key, expected.public_key.public_key);
        for sealed in [&output.private_key, &expected.private_key] {
            let (found, private) = vectors.threshold_parameters.private_key(keys, sealed).unwrap();
            assert_eq!(found, index);
            assert_eq!(*private.to_file(), format!("\"{}\"", trustee.decryption_key));
        }
    }
    let parameters = ThresholdParameters::assemble(&board, &vectors.polynomials, &vectors.voutputs).unwrap();
    assert_eq!(parameters, vectors.threshold_parameters);
    assert_eq!(parameters.joint_key(), vectors.sub_key);
}

#[test]
fn lagrange_coefficients_agree() {
    let vectors = vectors();
    assert!(!vectors.lagrange.is_empty());
    for case in vectors.lagrange {
        let coefficients: Vec<String> = lagrange(&case.set).iter().map(scalar_to_text).collect();
        assert_eq!(coefficients, case.coefficients);
    }
}

/// The files of a ceremony of the stock tool.
macro_rules! ceremony_files {
    ($name:literal) => {
        (
            include_str!(concat!("../../../../tests/data/elections/", $name, "/threshold/certs.jsons")),
            include_str!(concat!("../../../../tests/data/elections/", $name, "/threshold/polynomials.jsons")),
            [ceremony_files!($name, "1"), ceremony_files!($name, "2"), ceremony_files!($name, "3")],
        )
    };
    ($name:literal, $index:literal) => {
        [
            include_str!(concat!("../../../../tests/data/elections/", $name, "/threshold/", $index, ".key")),
            include_str!(concat!(
                "../../../../tests/data/elections/",
                $name,
                "/threshold/",
                $index,
                ".vinput"
            )),
            include_str!(concat!(
                "../../../../tests/data/elections/",
                $name,
                "/threshold/",
                $index,
                ".voutput"
            )),
            include_str!(concat!("../../../../tests/data/elections/", $name, "/threshold/", $index, ".dkey")),
        ]
    };
}

#[test]
fn ceremonies_of_the_stock_tool_are_accepted() {
    let rng = &mut ChaCha20Rng::seed_from_u64(2);
    for (certificates, polynomials, files) in [
        ceremony_files!("e03-threshold"),
        ceremony_files!("e04-mixed"),
        ceremony_files!("e06-ranking-threshold"),
    ] {
        let certificates =
            certificates.lines().map(|line| Certificate::parse(line.as_bytes()).unwrap()).collect();
        let polynomials: Vec<_> =
            polynomials.lines().map(|line| Polynomial::parse(line.as_bytes()).unwrap()).collect();
        let board = Certificates::check(Threshold::new(2, 3).unwrap(), certificates).unwrap();
        let keys: Vec<Keys> = files.iter().map(|[seed, ..]| Seed::from_text(seed).unwrap().keys()).collect();
        let commitments = polynomials.iter().zip(&keys);
        let commitments = commitments.map(|(sent, keys)| Commitment::to(sent, keys, &board, rng).unwrap());
        let committed = Commitments::check(&board, commitments.collect()).unwrap();

        let mut outputs = Vec::new();
        for (index, (keys, [_, input, output, _])) in (1..).zip(keys.iter().zip(&files)) {
            let input = Vinput::parse(input.trim_end().as_bytes()).unwrap();
            assert_eq!(Vinput::route(&board, &polynomials, index).unwrap(), input);
            let output = Voutput::parse(output.trim_end().as_bytes()).unwrap();
            output.check(&board, &polynomials, index).unwrap();
            let ours = Voutput::finish(keys, &board, &committed, &input, rng).unwrap();
            assert_eq!(ours.public_key.public_key, output.public_key.public_key);
            outputs.push(output);
        }
        let parameters = ThresholdParameters::assemble(&board, &polynomials, &outputs).unwrap();
        for (index, (keys, [.., sealed])) in (1..).zip(keys.iter().zip(&files)) {
            let sealed = Sealed::from_text(sealed).unwrap();
            assert_eq!(sealed, outputs[index - 1].private_key);
            assert_eq!(parameters.private_key(keys, &sealed).unwrap().0, index);
        }
    }
}
