//! The credential authority's certificate for the list of credentials (belenios-v1 section 8, optional).

use super::report::{Findings, names};
use crate::credential::PublicCredentials;
use crate::election::{Election, Uuid};
use crate::group::Point;
use crate::hash::HexHash;
use crate::json;
use crate::proof::{Proof, knowledge};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Certificate {
    uuid: Uuid,
    voter_list_length: u64,
    public_creds_hash: HexHash,
    verification_key: Point,
    encryption_key: Point,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signature: Option<Signed>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    message: HexHash,
    signature: Proof,
}

/// Checks that the certificate is for this list of this election, and its signature.
pub(super) fn check(
    bytes: &[u8],
    election: &Election,
    credentials: &PublicCredentials,
    list: HexHash,
    findings: &mut Findings,
) {
    match faults(bytes, election.uuid(), credentials.len() as u64, list) {
        Ok(key) => findings.pass(
            names::CREDENTIALS_CERTIFICATE,
            format!("the list of credentials was certified under the key {key}"),
        ),
        Err(why) => findings.fail(names::CREDENTIALS_CERTIFICATE, format!("the certificate {why}")),
    }
}

/// The key that signed, or what is wrong.
fn faults(bytes: &[u8], uuid: &Uuid, voters: u64, list: HexHash) -> Result<Point, String> {
    let mut certificate: Certificate =
        json::parse("certificate of the credentials", bytes).map_err(|e| format!("cannot be read: {e}"))?;
    let signed = certificate.signature.take().ok_or("is not signed")?;
    if certificate.uuid != *uuid {
        return Err("is for another election".to_owned());
    }
    if certificate.public_creds_hash != list || certificate.voter_list_length != voters {
        return Err("is for another list of credentials".to_owned());
    }
    if certificate.verification_key.is_neutral() || certificate.encryption_key.is_neutral() {
        return Err("holds a neutral key".to_owned());
    }
    let text = json::to_text(&certificate);
    if signed.message != HexHash::of(text.as_bytes()) {
        return Err("is signed for another content".to_owned());
    }
    let key = certificate.verification_key;
    let prefix = format!("sigmsg|{}|", signed.message);
    knowledge::verify("its signature", prefix, &key, &signed.signature)
        .map_err(|_| "has a signature that does not hold".to_owned())?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The data record that is this certificate, and the facts that it certifies.
    fn sample() -> (String, Uuid, HexHash) {
        let file = include_str!("../../tests/data/unit/credentials_certificate.json");
        let file: serde_json::Value = serde_json::from_str(file).expect("JSON");
        let certificate: Certificate =
            serde_json::from_value(file["certificate"].clone()).expect("a certificate");
        (json::to_text(&certificate), certificate.uuid, certificate.public_creds_hash)
    }

    #[test]
    fn a_certificate_is_for_one_list_of_one_election() {
        let (text, uuid, list) = sample();
        let archive = include_bytes!("../../tests/data/unit/with_credentials_certificate.bel");
        let reader = crate::archive::Reader::new(archive.as_slice()).expect("an archive");
        let found = reader.map(|record| record.expect("a record")).nth(3).expect("four records");
        assert_eq!(found.body, text.as_bytes());

        assert!(faults(text.as_bytes(), &uuid, 2, list).is_ok());
        let other = Uuid::from_text("11111111111111").expect("an identifier");
        assert!(faults(text.as_bytes(), &other, 2, list).is_err());
        assert!(faults(text.as_bytes(), &uuid, 3, list).is_err());
        assert!(faults(text.as_bytes(), &uuid, 2, HexHash::of(b"another list")).is_err());
    }

    #[test]
    fn a_changed_certificate_is_refused() {
        let (text, uuid, list) = sample();
        let mut refused = 0;
        for (from, to) in [
            ("\"voter_list_length\":2", "\"voter_list_length\": 2"),
            ("\"response\":\"1", "\"response\":\"2"),
            ("\"challenge\":\"2", "\"challenge\":\"1"),
            ("\"message\":\"1", "\"message\":\"2"),
            (
                "76fdaa65e673afcb7f517fed80cb85e30c5a4084fbf6a9ae0958e1214e608cff",
                "33203381924d8d2a0e4ca355c2067d63772f82ae4c3e558cc48c109b239d2130",
            ),
            (
                "76fdaa65e673afcb7f517fed80cb85e30c5a4084fbf6a9ae0958e1214e608cff",
                "0000000000000000000000000000000000000000000000000000000000000001",
            ),
        ] {
            let changed = text.replace(from, to);
            assert_ne!(changed, text, "{from}");
            assert!(faults(changed.as_bytes(), &uuid, 2, list).is_err(), "{from}");
            refused += 1;
        }
        let unsigned = format!("{}}}", text.split_once(",\"signature\"").expect("a signature").0);
        assert!(faults(unsigned.as_bytes(), &uuid, 2, list).is_err());
        assert_eq!(refused, 6);
    }
}
