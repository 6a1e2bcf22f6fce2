//! Where the test data lies and how it is opened.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The elections that hold homomorphic questions alone.
pub(crate) const SUPPORTED: [&str; 5] =
    ["e01-yesno", "e02-homomorphic", "e03-threshold", "e04-mixed", "e10-strings"];

/// The elections with ranking or list questions among others, and the one in another group.
pub(crate) const UNSUPPORTED: [&str; 7] = [
    "e05-ranking",
    "e06-ranking-threshold",
    "e07-lists",
    "e08-weights",
    "e09-empty",
    "e11-by-3.0",
    "x12-by-2.0-RFC3526",
];

/// Those of them whose ballots are shuffled.
pub(crate) const SHUFFLED: [&str; 4] = ["e05-ranking", "e06-ranking-threshold", "e09-empty", "e11-by-3.0"];

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// A file of the test data.
pub(crate) fn file(path: &str) -> Vec<u8> {
    let path = directory().join(path);
    fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A JSON file of the test data.
pub(crate) fn json(path: &str) -> Value {
    serde_json::from_slice(&file(path)).expect("the test data is JSON")
}

/// The one archive in a directory.
fn archive_in(path: &str) -> Vec<u8> {
    let files = fs::read_dir(directory().join(path)).expect("a directory");
    let mut found =
        files.map(|f| f.expect("a file").path()).filter(|p| p.extension().is_some_and(|e| e == "bel"));
    let archive = found.next().expect("an archive");
    assert!(found.next().is_none(), "one archive in {path}");
    fs::read(archive).expect("the archive")
}

/// A finished election.
pub(crate) fn election(name: &str) -> Vec<u8> {
    archive_in(&format!("elections/{name}"))
}

/// The same election before voting ended.
pub(crate) fn open_election(name: &str) -> Vec<u8> {
    archive_in(&format!("elections/{name}/open"))
}

/// What the election must come to.
pub(crate) fn expected(name: &str) -> Value {
    json(&format!("elections/{name}/expected.json"))
}

/// An archive of the pack, with what a verifier must say of it.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) expected: String,
    pub(crate) bytes: Vec<u8>,
}

/// The pack.
pub(crate) fn cases() -> Vec<Case> {
    let mut unpacked = Vec::new();
    lzma_rs::xz_decompress(&mut file("cases.tar.xz").as_slice(), &mut unpacked).expect("the pack opens");
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(unpacked.as_slice()).entries().expect("a tar file") {
        let mut entry = entry.expect("a member");
        let path = entry.path().expect("a path").to_str().expect("UTF-8").to_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its bytes");
        files.insert(path, bytes);
    }
    let list = json("cases.json");
    let cases: Vec<Case> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|case| {
            let text = |field: &str| case[field].as_str().expect("a text").to_owned();
            let bytes = files.remove(&text("file")).expect("the case is in the pack");
            let hash = scrutineer_protocol::hash::HexHash::of(&bytes).to_string();
            assert_eq!(hash, text("sha256"), "{}", text("id"));
            Case { id: text("id"), expected: text("expected"), bytes }
        })
        .collect();
    assert_eq!(cases.len(), 95);
    cases
}
