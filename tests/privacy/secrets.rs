//! What must be gone from the disk once a ballot is closed, in every form in which it might lie there.

use std::fs;
use std::path::PathBuf;

use rusqlite::types::Value;
use scrutineer_ballot::code::VotingCode;
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_tests::world::World;

use crate::Known;
use crate::database::Database;

/// Byte strings and what each is.
pub(crate) struct Secrets(Vec<(String, Vec<u8>)>);

impl Secrets {
    /// Gathers them while the ballot is open.
    pub(crate) fn gather(world: &World, known: &Known) -> Self {
        let mut secrets = Self(Vec::new());
        let later = known.votes.iter().map(|(_, _, code)| code);
        for code in known.ballot.codes.values().chain(later) {
            let parsed = VotingCode::parse(code).unwrap();
            let credential = parsed.credential().to_string();
            for form in [code.clone(), code.replace('-', ""), credential.replace('-', ""), credential] {
                secrets.add("a voting code", form.into_bytes());
            }
        }
        let keys = world.data().join("keys");
        let key = fs::read_dir(keys).unwrap().map(|entry| entry.unwrap().path());
        let key = key.into_iter().find(|path| path.extension().is_some_and(|kind| kind == "ballot")).unwrap();
        let key = fs::read(key).unwrap();
        match hex::decode(String::from_utf8_lossy(&key).trim()) {
            Ok(raw) => secrets.add_all_forms("the key of the bindings", &raw),
            Err(_) => secrets.add_all_forms("the key of the bindings", &key),
        }
        for row in Database::read(&world.data().join("scrutineer.db")).columns("binding", &["member_mac"]) {
            let Some(Value::Blob(mac)) = row.first() else { panic!("no mac") };
            secrets.add_all_forms("a binding", mac);
        }
        for tracker in &known.tested {
            let digest = *Base64Hash::from_text(tracker).unwrap().digest();
            secrets.add_all_forms("a tested vote", &digest);
            secrets.add("a tested vote", tracker.clone().into_bytes());
        }
        secrets
    }

    fn add_all_forms(&mut self, what: &str, bytes: &[u8]) {
        self.add(what, bytes.to_vec());
        self.add(what, hex::encode(bytes).into_bytes());
        self.add(what, hex::encode_upper(bytes).into_bytes());
    }

    fn add(&mut self, what: &str, bytes: Vec<u8>) {
        assert!(bytes.len() >= 16, "{what} would be found by accident");
        self.0.push((what.to_owned(), bytes));
    }

    /// What is found in which file.
    pub(crate) fn found_in(&self, files: &[(PathBuf, Vec<u8>)]) -> Vec<String> {
        let mut found = Vec::new();
        for (path, bytes) in files {
            for (what, needle) in &self.0 {
                if bytes.windows(needle.len()).any(|window| window == needle) {
                    found.push(format!("{what} in {}", path.display()));
                }
            }
        }
        found
    }
}
