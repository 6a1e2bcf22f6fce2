//! Encrypted tallies: summed, decrypted in part, combined, and compared with those of the stock tool.

use proptest::prelude::*;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use scrutineer_protocol::elgamal::{Ciphertext, ElectionKey};
use scrutineer_protocol::hash::{Base64Hash, HexHash};
use scrutineer_protocol::json::Weight;
use scrutineer_protocol::tally::{
    BoundShare, CombineError, DecryptionError, ElectionResult, EncryptedTally, LARGEST_TOTAL, Owned,
    PartialDecryption, ResultError, RunningTally, SharesError, SharesFile, SizedTally, TallyError, combine,
};
use scrutineer_protocol::trustee::pki::{Sealed, Seed};
use scrutineer_protocol::trustee::{PrivateKey, TrusteeItem, Trustees};
use scrutineer_protocol::{Point, Scalar};
use std::collections::BTreeMap;

/// What an archive holds for the count, found by the shape of the records.
struct Counted {
    election: Base64Hash,
    election_key: Point,
    trustees: Trustees,
    tally: EncryptedTally,
    sized: SizedTally,
    shares: BTreeMap<usize, PartialDecryption>,
    result: ElectionResult,
}

fn counted(archive: &[u8]) -> Counted {
    let mut by_hash = BTreeMap::new();
    let mut entries = tar::Archive::new(archive);
    for entry in entries.entries().unwrap() {
        let mut body = Vec::new();
        std::io::Read::read_to_end(&mut entry.unwrap(), &mut body).unwrap();
        by_hash.insert(HexHash::of(&body), body);
    }
    let find = |start: &str| by_hash.values().find(|body| body.starts_with(start.as_bytes())).unwrap();
    let election = find(r#"{"version":1,"description""#);
    let fields: serde_json::Value = serde_json::from_slice(election).unwrap();
    let trustees = by_hash.values().find_map(|body| Trustees::parse(body).ok()).unwrap();
    let sized = SizedTally::parse(find(r#"{"num_tallied""#)).unwrap();
    let owned = by_hash.values().filter_map(|body| Owned::parse(body).ok());
    Counted {
        election: Base64Hash::of(election),
        election_key: Point::from_text(fields["public_key"].as_str().unwrap()).unwrap(),
        trustees,
        tally: EncryptedTally::parse(&by_hash[&sized.encrypted_tally]).unwrap(),
        sized,
        shares: owned
            .map(|owned| (owned.owner, PartialDecryption::parse(&by_hash[&owned.payload]).unwrap()))
            .collect(),
        result: ElectionResult::parse(find(r#"{"result""#)).unwrap(),
    }
}

fn stock_elections() -> [Counted; 4] {
    [
        counted(include_bytes!("../data/elections/e01-yesno/JK2ETMVQiD2SbR.bel")),
        counted(include_bytes!("../data/elections/e02-homomorphic/K6Lw6WbS3fgaD4.bel")),
        counted(include_bytes!("../data/elections/e03-threshold/VGQqZBX9XrnwMF.bel")),
        counted(include_bytes!("../data/elections/e04-mixed/TwUZb5J4sLyywX.bel")),
    ]
}

/// The private keys of the trustees of e04: the single one, then the board's second and third.
fn mixed_keys(counted: &Counted) -> BTreeMap<usize, PrivateKey> {
    let single = include_str!("../data/elections/e04-mixed/ACE4AFE3.privkey");
    let mut keys = BTreeMap::from([(1, PrivateKey::from_file(single).unwrap())]);
    let TrusteeItem::Pedersen(board) = &counted.trustees.items()[1] else { panic!("a board") };
    for (seed, sealed) in [
        (
            include_str!("../data/elections/e04-mixed/threshold/1.key"),
            include_str!("../data/elections/e04-mixed/threshold/1.dkey"),
        ),
        (
            include_str!("../data/elections/e04-mixed/threshold/2.key"),
            include_str!("../data/elections/e04-mixed/threshold/2.dkey"),
        ),
        (
            include_str!("../data/elections/e04-mixed/threshold/3.key"),
            include_str!("../data/elections/e04-mixed/threshold/3.dkey"),
        ),
    ] {
        let sealed = Sealed::from_text(sealed).unwrap();
        let (index, key) = board.private_key(&Seed::from_text(seed).unwrap().keys(), &sealed).unwrap();
        keys.insert(1 + index, key);
    }
    keys
}

#[test]
fn elections_of_the_stock_tool_open_to_their_results() {
    for counted in stock_elections() {
        counted.trustees.verify().unwrap();
        assert_eq!(counted.trustees.election_key(), counted.election_key);
        let opened = combine(&counted.election, &counted.tally, &counted.trustees, &counted.shares).unwrap();
        assert!(opened.dropped().is_empty());
        let total = counted.sized.total_weight.0;
        assert_eq!(opened.result(total).unwrap(), counted.result);
        opened.verify(&counted.result, total).unwrap();
    }
}

#[test]
fn trustees_of_version_3_0_are_accepted() {
    let archive: &[u8] = include_bytes!("../data/elections/e11-by-3.0/UKq3bhohb2qvv2.bel");
    let mut entries = tar::Archive::new(archive);
    let bodies = entries.entries().unwrap().map(|entry| {
        let mut body = Vec::new();
        std::io::Read::read_to_end(&mut entry.unwrap(), &mut body).unwrap();
        body
    });
    let trustees: Vec<_> = bodies.filter_map(|body| Trustees::parse(&body).ok()).collect();
    assert_eq!(trustees.len(), 1);
    trustees[0].verify().unwrap();
}

#[test]
fn every_group_that_suffices_opens_the_same_result() {
    let counted = counted(include_bytes!("../data/elections/e04-mixed/TwUZb5J4sLyywX.bel"));
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let shares: BTreeMap<usize, PartialDecryption> = mixed_keys(&counted)
        .iter()
        .map(|(owner, key)| (*owner, PartialDecryption::decrypt(&counted.election, &counted.tally, key, rng)))
        .collect();
    for (owner, share) in &shares {
        let key = &counted.trustees.member(*owner).unwrap().key.public_key;
        share.verify(&counted.election, &counted.tally, key).unwrap();
        assert_eq!(PartialDecryption::parse(share.to_text().as_bytes()).unwrap(), *share);
        if let Some(stock) = counted.shares.get(owner) {
            assert_eq!(share.decryption_factors, stock.decryption_factors);
        }
    }
    let open = |owners: &[usize]| {
        let some = shares.iter().filter(|(owner, _)| owners.contains(owner));
        let some = some.map(|(owner, share)| (*owner, share.clone())).collect();
        combine(&counted.election, &counted.tally, &counted.trustees, &some)
    };
    for owners in [vec![1, 2, 3], vec![1, 2, 4], vec![1, 3, 4], vec![1, 2, 3, 4]] {
        assert_eq!(open(&owners).unwrap().result(4).unwrap(), counted.result, "{owners:?}");
    }
    assert_eq!(open(&[2, 3, 4]).unwrap_err(), CombineError::Missing { owner: 1 });
    let few = CombineError::TooFew { needed: 2, valid: vec![3], invalid: vec![] };
    assert_eq!(open(&[1, 3]).unwrap_err(), few);
    assert_eq!(few.to_string(), "2 valid partial decryptions of one board are needed, there are 1");

    // Someone whom the election does not have.
    let mut further = shares.clone();
    further.insert(5, shares[&4].clone());
    let refused = combine(&counted.election, &counted.tally, &counted.trustees, &further);
    assert_eq!(refused.unwrap_err(), CombineError::UnknownOwner { owner: 5 });
}

#[test]
fn an_invalid_share_of_a_board_is_dropped_and_a_single_one_is_refused() {
    let counted = counted(include_bytes!("../data/elections/e04-mixed/TwUZb5J4sLyywX.bel"));
    let rng = &mut ChaCha20Rng::seed_from_u64(2);
    let shares: BTreeMap<usize, PartialDecryption> = mixed_keys(&counted)
        .iter()
        .map(|(owner, key)| (*owner, PartialDecryption::decrypt(&counted.election, &counted.tally, key, rng)))
        .collect();
    let open = |shares: &BTreeMap<usize, PartialDecryption>| {
        combine(&counted.election, &counted.tally, &counted.trustees, shares)
    };
    let wrong = |owner: usize| {
        let mut shares = shares.clone();
        shares.get_mut(&owner).unwrap().decryption_factors[0][1] = shares[&owner].decryption_factors[0][0];
        shares
    };
    let why = DecryptionError::Proof { question: 1, answer: 2 };
    let opened = open(&wrong(2)).unwrap();
    assert_eq!(opened.dropped(), &BTreeMap::from([(2, why.clone())]));
    assert_eq!(opened.result(4).unwrap(), counted.result);

    let mut two_left = wrong(2);
    two_left.remove(&3);
    let refused = open(&two_left).unwrap_err();
    assert_eq!(refused, CombineError::TooFew { needed: 2, valid: vec![4], invalid: vec![2] });
    assert_eq!(refused.culprits(), [2]);

    assert_eq!(open(&wrong(1)).unwrap_err(), CombineError::Invalid { owner: 1, why });

    // Shares that were exchanged, of another election, of another shape.
    let mut exchanged = shares.clone();
    exchanged.insert(2, shares[&3].clone());
    assert_eq!(open(&exchanged).unwrap().dropped().keys().collect::<Vec<_>>(), [&2]);
    let key = &counted.trustees.member(1).unwrap().key.public_key;
    let elsewhere = shares[&1].verify(&Base64Hash::of(b"other"), &counted.tally, key);
    assert_eq!(elsewhere.unwrap_err(), DecryptionError::Proof { question: 1, answer: 1 });
    let mut shorter = shares[&1].clone();
    shorter.decryption_proofs[0].pop();
    let refused = shorter.verify(&counted.election, &counted.tally, key);
    assert_eq!(refused.unwrap_err(), DecryptionError::Shape);
    shorter.decryption_factors[0].pop();
    let refused = shorter.verify(&counted.election, &counted.tally, key);
    assert_eq!(refused.unwrap_err(), DecryptionError::Shape);
}

#[test]
fn a_claimed_result_must_be_the_decrypted_one() {
    let counted = counted(include_bytes!("../data/elections/e02-homomorphic/K6Lw6WbS3fgaD4.bel"));
    let opened = combine(&counted.election, &counted.tally, &counted.trustees, &counted.shares).unwrap();
    for (q, question) in counted.result.result.iter().enumerate() {
        for (a, count) in question.iter().enumerate() {
            for other in [count.0 + 1, count.0.wrapping_sub(1), 0, 7].into_iter().filter(|n| *n != count.0) {
                let mut claimed = counted.result.clone();
                claimed.result[q][a] = Weight(other);
                let wrong = ResultError::WrongCount { question: q + 1, answer: a + 1, count: other };
                assert_eq!(opened.verify(&claimed, 7).unwrap_err(), wrong);
            }
        }
    }
    let mut shorter = counted.result.clone();
    shorter.result[1].pop();
    assert_eq!(opened.verify(&shorter, 7), Err(ResultError::Shape));
    shorter.result.pop();
    assert_eq!(opened.verify(&shorter, 7), Err(ResultError::Shape));
    // Six is the largest count.
    assert!(opened.verify(&counted.result, 6).is_ok());
    let refused = opened.verify(&counted.result, 5).unwrap_err();
    assert_eq!(refused, ResultError::WrongCount { question: 3, answer: 1, count: 6 });
    let refused = opened.result(5).unwrap_err();
    assert_eq!(refused, ResultError::NoCount { question: 3, answer: 1, largest: 5 });
    assert_eq!(opened.result(LARGEST_TOTAL + 1), Err(ResultError::TooLarge(LARGEST_TOTAL + 1)));
}

#[test]
fn bound_proofs_hold_and_name_the_owner_when_they_do_not() {
    let counted = counted(include_bytes!("../data/elections/e04-mixed/TwUZb5J4sLyywX.bel"));
    let rng = &mut ChaCha20Rng::seed_from_u64(3);
    let keys = mixed_keys(&counted);
    let on_record: BTreeMap<usize, PartialDecryption> = [1, 2, 4]
        .map(|owner| {
            (owner, PartialDecryption::decrypt(&counted.election, &counted.tally, &keys[&owner], rng))
        })
        .into();
    let shares: Vec<BoundShare> = on_record
        .iter()
        .rev()
        .map(|(owner, partial)| {
            BoundShare::prove(*owner, &counted.election, &counted.tally, partial, &keys[owner], rng)
        })
        .collect();
    let file = SharesFile::new(counted.election, shares);
    let verify = |file: &SharesFile, on_record: &BTreeMap<usize, PartialDecryption>| {
        file.verify(&counted.election, &counted.tally, &counted.trustees, on_record)
    };
    verify(&file, &on_record).unwrap();
    let text = file.to_text();
    assert!(text.starts_with(&format!(
        r#"{{"version":1,"election":"{}","shares":[{{"owner":1,"partial_decryption":""#,
        counted.election
    )));
    assert_eq!(SharesFile::parse(text.as_bytes()).unwrap(), file);
    assert!(SharesFile::parse(text.replacen("\"owner\"", "\"x\":1,\"owner\"", 1).as_bytes()).is_err());
    assert!(SharesFile::parse(format!("{text}\n").as_bytes()).is_err());

    let other_version = SharesFile::parse(text.replacen("\"version\":1", "\"version\":2", 1).as_bytes());
    assert_eq!(verify(&other_version.unwrap(), &on_record), Err(SharesError::Version(2)));
    let mut altered = file.clone();
    altered.election = Base64Hash::of(b"other");
    assert_eq!(verify(&altered, &on_record), Err(SharesError::Election));

    let refused = |change: &dyn Fn(&mut SharesFile)| {
        let mut altered = file.clone();
        change(&mut altered);
        verify(&altered, &on_record).unwrap_err()
    };
    let owner_two = Some(2);
    assert_eq!(refused(&|file| file.shares.swap(0, 1)), SharesError::Order { owner: 1 });
    assert_eq!(refused(&|file| file.shares[2] = file.shares[1].clone()), SharesError::Order { owner: 2 });
    assert_eq!(refused(&|file| drop(file.shares.remove(1))), SharesError::Missing { owner: 2 });
    assert_eq!(refused(&|file| file.shares[1].owner = 3), SharesError::Missing { owner: 2 });
    let far = |file: &mut SharesFile| {
        let further = BoundShare { owner: 5, ..file.shares[2].clone() };
        file.shares.push(further);
    };
    assert_eq!(refused(&far), SharesError::UnknownOwner { owner: 5 });
    let not_there = |file: &mut SharesFile| {
        file.shares.insert(2, BoundShare { owner: 3, ..file.shares[2].clone() });
    };
    assert_eq!(refused(&not_there), SharesError::NotOnRecord { owner: 3 });
    let hash = |file: &mut SharesFile| file.shares[1].partial_decryption = HexHash::of(b"other");
    assert_eq!(refused(&hash), SharesError::NotOnRecord { owner: 2 });
    let changes: [&dyn Fn(&mut SharesFile); 6] = [
        &|file| file.shares[1].proofs[0][1].challenge += Scalar::ONE,
        &|file| file.shares[1].proofs[0][1].response += Scalar::ONE,
        &|file| file.shares[1].proofs[0].swap(0, 1),
        &|file| file.shares[1].proofs[0].truncate(1),
        &|file| file.shares[1].proofs.push(Vec::new()),
        &|file| file.shares[1].proofs = file.shares[0].proofs.clone(),
    ];
    for change in changes {
        let error = refused(change);
        assert!(matches!(error, SharesError::Invalid { .. }), "{error}");
        assert_eq!(error.owner(), owner_two);
    }

    // The ordinary proofs are not bound ones.
    let unbound = |file: &mut SharesFile| file.shares[1].proofs = on_record[&2].decryption_proofs.clone();
    assert_eq!(refused(&unbound).owner(), owner_two);
    // A record that was made again has other proofs and another hash.
    let mut again = on_record.clone();
    again.insert(2, PartialDecryption::decrypt(&counted.election, &counted.tally, &keys[&2], rng));
    assert_eq!(verify(&file, &again), Err(SharesError::NotOnRecord { owner: 2 }));
    // Another tally.
    let mut tally = counted.tally.clone();
    tally.0[0].swap(0, 1);
    let refused = file.verify(&counted.election, &tally, &counted.trustees, &on_record).unwrap_err();
    assert_eq!(refused.owner(), Some(1));
}

#[test]
fn a_factor_that_does_not_fit_has_no_bound_proof() {
    let rng = &mut ChaCha20Rng::seed_from_u64(4);
    let key = PrivateKey::generate(rng);
    let trustees = Trustees::new(vec![key.public_key(rng)], Vec::new());
    let election = Base64Hash::of(b"election");
    let sealed = ElectionKey::new(trustees.election_key()).encrypt(&Scalar::ONE, &Scalar::from(9u64));
    let tally = EncryptedTally(vec![vec![sealed]]);
    let mut partial = PartialDecryption::decrypt(&election, &tally, &key, rng);
    let factor = *partial.decryption_factors[0][0].element();
    partial.decryption_factors[0][0] = Point::new(factor + factor);
    let share = BoundShare::prove(1, &election, &tally, &partial, &key, rng);
    let refused = share.verify(&election, &tally, &trustees, &partial).unwrap_err();
    let why = DecryptionError::Proof { question: 1, answer: 1 };
    assert_eq!(refused, SharesError::Invalid { owner: 1, why });
}

#[test]
fn nobody_voted() {
    let rng = &mut ChaCha20Rng::seed_from_u64(5);
    let key = PrivateKey::generate(rng);
    let trustees = Trustees::new(vec![key.public_key(rng)], Vec::new());
    let (tally, sized) = RunningTally::new(&[2, 3]).finish();
    assert_eq!((sized.num_tallied, sized.total_weight), (0, Weight(0)));
    assert!(tally.0.iter().flatten().all(|ciphertext| *ciphertext == Ciphertext::neutral()));
    let election = Base64Hash::of(b"election");
    let shares = BTreeMap::from([(1, PartialDecryption::decrypt(&election, &tally, &key, rng))]);
    let result = combine(&election, &tally, &trustees, &shares).unwrap().result(0).unwrap();
    assert_eq!(result.to_text(), r#"{"result":[[0,0],[0,0,0]]}"#);
}

#[test]
fn records_have_one_form() {
    let counted = counted(include_bytes!("../data/elections/e01-yesno/JK2ETMVQiD2SbR.bel"));
    let sized = counted.sized.to_text();
    assert!(SizedTally::parse(sized.replacen(':', ": ", 1).as_bytes()).is_err());
    assert!(SizedTally::parse(sized.replacen("\"num", "\"x\":1,\"num", 1).as_bytes()).is_err());
    let tally = counted.tally.to_text();
    assert!(EncryptedTally::parse(tally.replacen("alpha", "Alpha", 1).as_bytes()).is_err());
    assert!(EncryptedTally::parse(tally.to_uppercase().as_bytes()).is_err());
    let owned = Owned { owner: 2, payload: HexHash::of(b"") }.to_text();
    assert!(owned.starts_with(r#"{"owner":2,"payload":"e3b0c442"#), "{owned}");
    assert!(Owned::parse(owned.replacen('2', "02", 1).as_bytes()).is_err());
    assert!(Owned::parse(owned.replacen('2', "-2", 1).as_bytes()).is_err());
    assert!(ElectionResult::parse(br#"{"result":[[1,"1073741824"]]}"#).is_ok());
    for bad in [r#"{"result":[[01]]}"#, r#"{"result":[["1"]]}"#, r#"{"result":[[1073741824]]}"#, "{}"] {
        assert!(ElectionResult::parse(bad.as_bytes()).is_err(), "{bad}");
    }
}

/// A made-up ballot of one question with two answers and one with one.
fn ballot(numbers: [u64; 3], r: u64) -> Vec<Vec<Ciphertext>> {
    let key = ElectionKey::new(Point::from_text(&format!("{}58", "6".repeat(62))).unwrap());
    let seal = |n: u64, r: u64| key.encrypt(&Scalar::from(n), &Scalar::from(r));
    vec![vec![seal(numbers[0], r + 1), seal(numbers[1], r + 2)], vec![seal(numbers[2], r + 3)]]
}

fn slices(ballot: &[Vec<Ciphertext>]) -> impl Iterator<Item = &[Ciphertext]> {
    ballot.iter().map(Vec::as_slice)
}

#[test]
fn a_ballot_that_does_not_fit_changes_nothing() {
    let good = ballot([1, 0, 1], 5);
    let mut tally = RunningTally::new(&[2, 1]);
    tally.add(slices(&good), u64::MAX - 1).unwrap();
    let before = tally.clone();
    let unchanged = |tally: &RunningTally| *tally == before;
    for bad in [vec![], good[..1].to_vec(), vec![good[1].clone(), good[0].clone()]] {
        assert_eq!(tally.add(slices(&bad), 1), Err(TallyError::Shape));
        assert_eq!(tally.remove(slices(&bad), 1), Err(TallyError::Shape));
        assert!(unchanged(&tally));
    }
    assert_eq!(tally.add(slices(&good), 2), Err(TallyError::TooLarge));
    assert_eq!(tally.remove(slices(&good), u64::MAX), Err(TallyError::NotCounted));
    assert_eq!(tally.merge(&before), Err(TallyError::TooLarge));
    assert_eq!(tally.merge(&RunningTally::new(&[1, 2])), Err(TallyError::Shape));
    assert!(unchanged(&tally));
    assert_eq!(RunningTally::new(&[2, 1]).remove(slices(&good), 0), Err(TallyError::NotCounted));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn running_sums_are_those_of_the_ballots_that_remain(
        cast in prop::collection::vec((0usize..5, prop::array::uniform3(0u64..3), 0u64..4), 0..12),
        split in 0usize..12,
    ) {
        let mut latest: BTreeMap<usize, (Vec<Vec<Ciphertext>>, u64)> = BTreeMap::new();
        let mut running = RunningTally::new(&[2, 1]);
        for (i, (voter, numbers, weight)) in cast.iter().enumerate() {
            let new = ballot(*numbers, 10 * i as u64);
            if let Some((old, weight)) = latest.get(voter) {
                running.remove(slices(old), *weight).unwrap();
            }
            running.add(slices(&new), *weight).unwrap();
            latest.insert(*voter, (new, *weight));
            if i == split {
                running = RunningTally::restore(&running.encrypted(), running.ballots(), running.weight());
            }
        }
        let (mut even, mut odd) = (RunningTally::new(&[2, 1]), RunningTally::new(&[2, 1]));
        for (voter, (ballot, weight)) in latest.iter().rev() {
            let part = if voter % 2 == 0 { &mut even } else { &mut odd };
            part.add(slices(ballot), *weight).unwrap();
        }
        even.merge(&odd).unwrap();
        prop_assert_eq!(even.finish(), running.finish());
        prop_assert_eq!(running.ballots(), latest.len() as u64);
        prop_assert_eq!(running.weight(), latest.values().map(|(_, weight)| weight).sum::<u64>());
    }
}
