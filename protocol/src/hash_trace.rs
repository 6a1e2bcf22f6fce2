//! Every hash to a scalar that we compute over a published election is one that its trace lists, in its order.
//!
//! The election has questions of kinds that we do not support, so its pieces are checked one by one: trustees,
//! signatures, the answers to homomorphic questions, and their decryption.

use crate::archive::{Kind, Reader};
use crate::ballot::verify_answer;
use crate::elgamal::ElectionKey;
use crate::group::Point;
use crate::hash::Base64Hash;
use crate::proof::{Proof, knowledge};
use crate::question::Question;
use crate::tally::{EncryptedTally, PartialDecryption};
use crate::trustee::Trustees;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::cell::RefCell;

thread_local! {
    /// What a thread has hashed since it began to record.
    static SEEN: RefCell<Option<Vec<[u8; 32]>>> = const { RefCell::new(None) };
}

/// A hash to a scalar has this digest.
pub(crate) fn note(digest: &[u8; 32]) {
    SEEN.with_borrow_mut(|seen| {
        if let Some(seen) = seen {
            seen.push(*digest);
        }
    });
}

/// The digests of all hashes to a scalar that `work` computes, in order: on one thread, whatever would go on all.
fn recorded(work: impl FnOnce() + Send) -> Vec<String> {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let seen = one.install(|| {
        SEEN.set(Some(Vec::new()));
        work();
        SEEN.take().unwrap_or_default()
    });
    seen.iter().map(hex::encode).collect()
}

/// The election: its data records, and what the trace says of it.
struct Published {
    records: Vec<Vec<u8>>,
    trace: Value,
}

/// Questions 1 and 2 are homomorphic.
const HOMOMORPHIC: usize = 2;

impl Published {
    fn open() -> Self {
        let archive = include_bytes!("../tests/data/unit/proofs.bel");
        let records = Reader::new(archive.as_slice()).unwrap().map(|record| record.unwrap());
        let records = records.filter(|record| record.kind == Kind::Data).map(|record| record.body).collect();
        let trace = include_str!("../tests/data/unit/proof_hash_trace.json");
        Self { records, trace: serde_json::from_str(trace).unwrap() }
    }

    fn json(&self, record: usize) -> Value {
        serde_json::from_slice(&self.records[record]).unwrap()
    }

    /// The records that have this field.
    fn with(&self, field: &str) -> Vec<Value> {
        let all = (0..self.records.len()).map(|record| self.json(record));
        all.filter(|record| record.get(field).is_some()).collect()
    }

    fn election(&self) -> Value {
        self.json(0)
    }

    fn fingerprint(&self) -> Base64Hash {
        Base64Hash::of(&self.records[0])
    }

    fn trustees(&self) -> Trustees {
        Trustees::parse(&self.records[1]).unwrap()
    }

    /// The digests of the steps of this kind.
    fn steps(&self, what: &str) -> Vec<Vec<String>> {
        let digest = |hash: &Value| hash["preimage_sha256"].as_str().unwrap().to_owned();
        let steps = self.trace["steps"].as_array().unwrap().iter().filter(|step| step["what"] == what);
        steps.map(|step| step["hashes"].as_array().unwrap().iter().map(digest).collect()).collect()
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

#[test]
fn the_trace_is_of_this_election() {
    let published = Published::open();
    assert_eq!(published.trace["election_fingerprint"], published.fingerprint().to_string());
    assert_eq!(published.trustees().election_key(), read(&published.election()["public_key"]));
}

#[test]
fn trustees() {
    let published = Published::open();
    let mut seen = recorded(|| published.trustees().verify().unwrap());
    let mut listed = published.steps("trustees").concat();
    assert!(seen.len() == 16);
    // We check a board's members one after the other, where the trace goes by kinds of proof.
    seen.sort();
    listed.sort();
    assert_eq!(seen, listed);
}

#[test]
fn signatures_and_answers() {
    let published = Published::open();
    let key = ElectionKey::new(read(&published.election()["public_key"]));
    let steps = published.steps("ballot");
    let ballots = published.with("signature");
    assert_eq!((ballots.len(), steps.len()), (2, 2));
    for (ballot, listed) in ballots.iter().zip(steps) {
        let seen = recorded(|| {
            let credential: Point = read(&ballot["credential"]);
            let signature: Proof = read(&ballot["signature"]["proof"]);
            let prefix = format!("sig|{}|", ballot["signature"]["hash"].as_str().unwrap());
            knowledge::verify("the signature", prefix, &credential, &signature).unwrap();
            let context = format!("{}|{credential}", published.fingerprint());
            for question in 0..HOMOMORPHIC {
                let Question::Homomorphic(asked) =
                    Question::from_json(&published.election()["questions"][question]).unwrap();
                verify_answer(&ballot["answers"][question], &asked, &key, &context).unwrap();
            }
        });
        // One signature; 2 + 1 proofs; 3 + 1 + 1 proofs.
        assert_eq!(seen.len(), 9);
        assert_eq!(seen, listed[..9]);
    }
}

#[test]
fn decryptions() {
    let published = Published::open();
    let tally = published.records.iter().find(|record| record.starts_with(b"[[{\"alpha\"")).unwrap();
    let tally: Value = serde_json::from_slice(tally).unwrap();
    let first = |tree: &Value| Value::Array(tree.as_array().unwrap()[..HOMOMORPHIC].to_vec());
    let tally = EncryptedTally(read(&first(&tally)));
    let owners: Vec<usize> = published.with("owner").iter().map(|owned| read(&owned["owner"])).collect();
    let shares = published.with("decryption_factors");
    let steps = published.steps("partial decryption");
    assert_eq!((shares.len(), steps.len()), (3, 3));
    let trustees = published.trustees();
    // The first owner is that of the shuffle.
    for ((share, owner), listed) in shares.iter().zip(&owners[1..]).zip(steps) {
        let share = PartialDecryption {
            decryption_factors: read(&first(&share["decryption_factors"])),
            decryption_proofs: read(&first(&share["decryption_proofs"])),
        };
        let key = trustees.member(*owner).unwrap().key.public_key;
        let seen = recorded(|| share.verify(&published.fingerprint(), &tally, &key).unwrap());
        assert_eq!(seen.len(), 5);
        assert_eq!(seen, listed[..5]);
    }
}
