use crate::{items, text, unit};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_protocol::credential::{Credential, CredentialError, NewList, PublicCredentials, new_list};
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::group::{Encoding, Point};

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

#[test]
fn a_new_list_is_sorted_and_reads_back() {
    let uuid = Uuid::from_text("ZM9Q5QG2xbtcA9").unwrap();
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    let mut points: Vec<Point> =
        (0..40).map(|_| *Credential::random(&mut rng).derive(&uuid).public()).collect();
    let encodings = || points.iter().map(Encoding::from).collect::<Vec<_>>();
    let list = new_list(encodings()).unwrap();
    let twice = [encodings(), encodings()[3..4].to_vec()].concat();
    assert!(matches!(new_list(twice), Err(CredentialError::Twice(a, b)) if b == a + 1));
    let neutral = [encodings(), vec![Encoding::from(&Point::neutral())]].concat();
    assert!(matches!(new_list(neutral), Err(CredentialError::Neutral(_))));
    points.sort_unstable();
    let read = PublicCredentials::parse(list.as_bytes()).unwrap();
    assert_eq!(read.to_text(), list);
    assert_eq!(read.encodings(), points.iter().map(Encoding::from).collect::<Vec<_>>());
    assert!(points.iter().enumerate().all(|(place, point)| read.position(point) == Some(place)));
    assert_eq!(read.position(&Point::neutral()), None);
    assert_eq!(new_list(Vec::new()).unwrap(), "[]");
    // Also in pieces.
    for number in 0..=points.len() {
        let some: Vec<_> = points.iter().take(number).map(Encoding::from).collect();
        let (list, text) = (NewList::new(some.clone()).unwrap(), new_list(some).unwrap());
        assert_eq!(NewList::bytes(u64::try_from(number).unwrap()), u64::try_from(text.len()).unwrap());
        for at_once in 1..=number + 1 {
            let pieces: Vec<_> = list.pieces(at_once).collect();
            assert_eq!(pieces.concat(), text);
            assert_eq!(pieces.len(), number.div_ceil(at_once).max(1));
        }
    }
}

#[test]
fn lists_have_one_form() {
    let point = text(&items(&unit("credentials.json"), "valid")[0]["public"]).to_owned();
    let other = text(&items(&unit("credentials.json"), "valid")[1]["public"]).to_owned();
    assert!(PublicCredentials::parse(format!("[\"{point}\",\"{other}\"]").as_bytes()).is_ok());
    for bad in [
        String::new(),
        "[".to_owned(),
        "]".to_owned(),
        "[\"]".to_owned(),
        "[\"\"]".to_owned(),
        "[] ".to_owned(),
        format!("\"{point}\""),
        format!("[\"{point}\",]"),
        format!("[\"{point}\"]]"),
        format!("[\"{point}\", \"{other}\"]"),
        format!("[\"{point}\",,\"{other}\"]"),
        format!("[\"{point}\"\"{other}\"]"),
        format!("[\"{point}\",\"{other}\",\"\"]"),
        format!("[\"{point}\",1]"),
        format!("[\"\\u003{}\"]", &point[1..]),
    ] {
        let error = PublicCredentials::parse(bad.as_bytes()).unwrap_err();
        assert!(matches!(error, CredentialError::Parse(_)), "{bad}: {error}");
    }
    assert!(PublicCredentials::parse(b"[\"\xff\"]").is_err());
}
