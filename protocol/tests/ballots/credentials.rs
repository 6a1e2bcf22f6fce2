use crate::{items, text, unit};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_protocol::credential::{Credential, CredentialError, PublicCredentials};
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::group::Point;

#[test]
fn keys_are_derived() {
    for case in items(&unit("credentials.json"), "valid") {
        let uuid = Uuid::from_text(text(&case["uuid"])).unwrap();
        let credential = Credential::from_text(text(&case["credential"])).unwrap();
        assert_eq!(credential.derive(&uuid).public().to_text(), text(&case["public"]));
    }
}

#[test]
fn malformed_credentials_are_refused() {
    for bad in items(&unit("credentials.json"), "malformed") {
        assert!(Credential::from_text(text(bad)).is_err(), "{bad}");
    }
}

#[test]
fn random_credentials_are_well_formed_and_differ() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let [a, b] = [(); 2].map(|()| Credential::random(&mut rng));
    assert!(Credential::from_text(a.expose()).is_ok());
    assert_ne!(a.expose(), b.expose());
    assert_eq!(Uuid::random(&mut rng).as_str().len(), 14);
}

#[test]
fn lists_are_read_and_written() {
    let vectors = unit("credentials.json");
    for line in items(&vectors, "lines") {
        let line = text(&line["line"]);
        let list = format!("[\"{line}\"]");
        let weighted = line.contains(',');
        let read = PublicCredentials::parse(list.as_bytes()).unwrap();
        assert_eq!(read.to_text(), list);
        assert_eq!(read.len(), 1);
        assert_eq!(read.weight(0) != 1, weighted);
    }
    for bad in items(&vectors, "bad_lines") {
        let list = format!("[\"{}\"]", text(bad));
        assert!(PublicCredentials::parse(list.as_bytes()).is_err(), "{bad}");
    }
    assert!(PublicCredentials::parse(b"[]").unwrap().is_empty());
}

#[test]
fn lists_hold_each_credential_once_and_never_the_neutral_element() {
    let point = text(&items(&unit("credentials.json"), "valid")[0]["public"]).to_owned();
    let twice = format!("[\"{point}\",\"{point}\"]");
    assert_eq!(PublicCredentials::parse(twice.as_bytes()).unwrap_err(), CredentialError::Twice(1, 2));
    let neutral = format!("[\"{point}\",\"{}\"]", Point::neutral());
    assert_eq!(PublicCredentials::parse(neutral.as_bytes()).unwrap_err(), CredentialError::Neutral(2));
    let other = text(&items(&unit("credentials.json"), "valid")[1]["public"]).to_owned();
    let mixed = format!("[\"{point},2\",\"{other}\"]");
    assert_eq!(PublicCredentials::parse(mixed.as_bytes()).unwrap_err(), CredentialError::MixedWeights);
}
