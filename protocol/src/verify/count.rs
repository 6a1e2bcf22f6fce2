//! From the end of voting to the result: encrypted tally, partial decryptions, result, side file.

use super::Stop;
use super::report::{Findings, QuestionCount, counts, names};
use super::setup::Setup;
use crate::archive::Record;
use crate::election::Election;
use crate::tally::{
    ElectionResult, EncryptedTally, Owned, PartialDecryption, RunningTally, SharesFile, SizedTally, combine,
};
use std::collections::{BTreeMap, BTreeSet};

/// What the record has shown so far of its count.
#[derive(Default)]
pub(super) struct Count {
    /// The tally that stands on the record, with the sum of its weights as we computed it.
    tally: Option<(EncryptedTally, u64)>,
    decryptions: BTreeMap<usize, PartialDecryption>,
    valid: BTreeSet<usize>,
    result: Option<ElectionResult>,
}

impl Count {
    /// The EncryptedTally event. `computed` is the sum of the ballots that we have counted.
    pub(super) fn tally(
        &mut self,
        data: &[Record],
        computed: &RunningTally,
        findings: &mut Findings,
    ) -> Result<(), Stop> {
        let [tally, sized] = data else { return Err(Stop::Broken) };
        let (ours, our_size) = computed.finish();
        if let Err(faults) = compare(tally, sized, &ours, &our_size) {
            if findings.has_failed(names::BALLOTS) {
                // One fault is not to be told as several.
                let why = "it is not the tally of the votes that verify, as some do not (see ballots)";
                findings.fail(names::TALLY, why.to_owned());
            } else {
                faults.into_iter().for_each(|why| findings.fail(names::TALLY, why));
            }
        }
        findings.pass(
            names::TALLY,
            format!("the sealed tally is the product of the {} votes that count", our_size.num_tallied),
        );
        // What follows is checked against what the record says.
        self.tally = Some((EncryptedTally::parse(&tally.body).unwrap_or(ours), computed.weight()));
        Ok(())
    }

    /// A PartialDecryption event.
    pub(super) fn partial_decryption(
        &mut self,
        data: &[Record],
        setup: &Setup,
        findings: &mut Findings,
    ) -> Result<(), Stop> {
        let [decryption, owned] = data else { return Err(Stop::Broken) };
        let owned = match Owned::parse(&owned.body) {
            Ok(owned) => owned,
            Err(error) => {
                findings.fail(names::DECRYPTIONS, error.to_string());
                return Ok(());
            }
        };
        let owner = owned.owner;
        if owned.payload != decryption.hash {
            findings.fail(
                names::RECORDS,
                format!("the share of trustee {owner} is not the record before its owner"),
            );
        }
        let (Some((tally, _)), Some(trustees)) = (&self.tally, &setup.trustees) else {
            return Ok(());
        };
        let Some(member) = trustees.member(owner) else {
            findings.fail(
                names::DECRYPTIONS,
                format!("there is a share of trustee {owner}, but no such trustee"),
            );
            return Ok(());
        };
        // The other members of a board can open the tally without one of them.
        let (key, in_board) = (member.key.public_key, member.index.is_some());
        let decryption = match PartialDecryption::parse(&decryption.body) {
            Ok(decryption) => decryption,
            Err(error) => {
                findings.fail(names::DECRYPTIONS, format!("the share of trustee {owner}: {error}"));
                return Ok(());
            }
        };
        if self.decryptions.contains_key(&owner) {
            findings.fail(names::DECRYPTIONS, format!("trustee {owner} has a second share on the record"));
            return Ok(());
        }
        match decryption.verify(setup.election.fingerprint(), tally, &key) {
            Ok(()) => {
                self.valid.insert(owner);
            }
            Err(error) if in_board => findings.warn(
                names::DECRYPTIONS,
                format!("the share of trustee {owner} is not valid ({error}); the others of the board must do without"),
            ),
            Err(error) => findings
                .fail(names::DECRYPTIONS, format!("the share of trustee {owner} is not valid: {error}")),
        }
        self.decryptions.insert(owner, decryption);
        Ok(())
    }

    /// The Result event.
    pub(super) fn result(
        &mut self,
        data: &[Record],
        setup: &Setup,
        findings: &mut Findings,
    ) -> Result<(), Stop> {
        let [result] = data else { return Err(Stop::Broken) };
        let (Some((tally, weight)), Some(trustees)) = (&self.tally, &setup.trustees) else {
            let why = "it cannot be checked without tally and trustees".to_owned();
            findings.fail(names::RESULT, why);
            return Ok(());
        };
        let result = match ElectionResult::parse(&result.body) {
            Ok(result) => result,
            Err(error) => {
                findings.fail(names::RESULT, error.to_string());
                return Ok(());
            }
        };
        let opened = match combine(setup.election.fingerprint(), tally, trustees, &self.decryptions) {
            Ok(opened) => opened,
            Err(error) => {
                findings.fail(names::RESULT, error.to_string());
                return Ok(());
            }
        };
        match opened.verify(&result, *weight) {
            Ok(()) => {
                findings.pass(names::RESULT, "the counts are what the tally opens to".to_owned());
                self.result = Some(result);
            }
            Err(error) => findings.fail(names::RESULT, error.to_string()),
        }
        Ok(())
    }

    /// Whether there are shares on the record.
    pub(super) fn has_decryptions(&self) -> bool {
        !self.decryptions.is_empty()
    }

    /// Says what was found when the record has been read.
    pub(super) fn summarize(&self, findings: &mut Findings) {
        if !self.has_decryptions() {
            return;
        }
        let owners: Vec<String> = self.valid.iter().map(usize::to_string).collect();
        let owners = if owners.is_empty() { "none".to_owned() } else { owners.join(", ") };
        findings
            .pass(names::DECRYPTIONS, format!("shares with valid proofs are there from trustees: {owners}"));
    }

    /// Checks the side file.
    pub(super) fn shares(&self, file: Option<&[u8]>, setup: &Setup, findings: &mut Findings) {
        let (Some((tally, _)), Some(trustees)) = (&self.tally, &setup.trustees) else { return };
        let Some(bytes) = file else {
            let why = format!(
                "there is no {}.shares.json beside the record, so the further proofs of the shares were not checked",
                setup.election.uuid()
            );
            findings.warn(names::SHARES, why);
            return;
        };
        let checked = SharesFile::parse(bytes).map_err(|error| error.to_string()).and_then(|file| {
            file.verify(setup.election.fingerprint(), tally, trustees, &self.decryptions)
                .map_err(|error| error.to_string())
        });
        match checked {
            Ok(()) => findings.pass(
                names::SHARES,
                "every share is also proved to be made for exactly this tally".to_owned(),
            ),
            Err(why) => findings.fail(names::SHARES, why),
        }
    }

    /// The counts with the texts of their questions, if there is a result that verifies.
    pub(super) fn counts(&self, election: &Election) -> Option<Vec<QuestionCount>> {
        counts(election, self.result.as_ref()?)
    }

    /// The numbers of the trustees with a valid share.
    pub(super) fn owners(&self) -> Vec<usize> {
        self.valid.iter().copied().collect()
    }
}

/// Compares the tally on the record with ours.
fn compare(
    tally: &Record,
    sized: &Record,
    ours: &EncryptedTally,
    our_size: &SizedTally,
) -> Result<(), Vec<String>> {
    let mut faults = Vec::new();
    if ours.to_text().as_bytes() != tally.body {
        faults.push("the sealed tally is not the product of the votes that count".to_owned());
    }
    match SizedTally::parse(&sized.body) {
        Err(error) => faults.push(error.to_string()),
        Ok(said) => {
            if said.encrypted_tally != tally.hash {
                faults.push("its numbers are those of another tally".to_owned());
            }
            let (said_ballots, ballots) = (said.num_tallied, our_size.num_tallied);
            if said_ballots != ballots {
                faults.push(format!("it says that {said_ballots} votes count, but {ballots} do"));
            }
            let (said_weight, weight) = (said.total_weight.0, our_size.total_weight.0);
            if said_weight != weight {
                faults.push(format!(
                    "it says that their weights add up to {said_weight}, but they add up to {weight}"
                ));
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
