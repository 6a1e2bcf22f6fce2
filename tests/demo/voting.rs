//! Members vote. They come in groups: all of a group choose a password and sign in, then all of them vote, so that the
//! server's work for the one and for the other can be told apart; a few come back at the end and vote again.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use indicatif::ProgressBar;
use rand_core::Rng;
use scrutineer_cli::entropy;
use scrutineer_tests::person::Person;
use scrutineer_tests::union::ballot::Ballot;
use scrutineer_tests::union::{Union, path};

use crate::outcome::Expected;
use crate::stop::Stop;

/// Members of a group.
const GROUP: usize = 250;
/// Members whose receipts are kept and checked, of each kind.
const CHECKED: usize = 3;

/// A member who is about to vote.
#[derive(Clone, Copy)]
struct Voter<'a> {
    person: &'a Person,
    /// Whether a password is still to be chosen.
    new: bool,
    /// The choice that is to count.
    yes: bool,
    /// Whether the member chooses the other answer first and comes back.
    twice: bool,
    /// Whether the receipt is kept and checked.
    checked: bool,
}

/// A receipt that is to be checked.
pub(crate) struct Kept {
    /// The file.
    pub(crate) file: PathBuf,
    /// The tracker.
    pub(crate) tracker: String,
    /// Whether the vote counts; else a later one of the same member does.
    pub(crate) counts: bool,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Voted {
    /// Receipts to check.
    pub(crate) kept: Vec<Kept>,
    /// Votes sent, the replaced ones among them.
    pub(crate) votes: usize,
    /// Members who chose a password.
    pub(crate) activated: usize,
    /// The server's processor time for the votes.
    pub(crate) voting: Option<Duration>,
    /// The server's processor time for passwords and signing in.
    pub(crate) signing_in: Option<Duration>,
    /// The number of one of them who holds no office.
    pub(crate) ordinary: Option<String>,
}

/// Who votes what, and in which order they come: drawn by lot.
pub(crate) struct Plan<'a> {
    voters: Vec<Voter<'a>>,
}

impl<'a> Plan<'a> {
    /// Draws the lots.
    pub(crate) fn draw(union: &'a Union, ballot: &Ballot, expected: &Expected) -> Self {
        let reached = |(_, person): &(usize, &Person)| ballot.code(person).is_ok();
        let mut everybody: Vec<_> = union.people().iter().enumerate().filter(reached).collect();
        shuffle(&mut everybody);
        everybody.truncate(expected.cast);
        let mut yes: Vec<bool> = (0..expected.cast).map(|index| index < expected.yes).collect();
        shuffle(&mut yes);
        let busy = union.people().len() - union.voters().len();
        let voters =
            everybody.into_iter().zip(yes).enumerate().map(|(order, ((index, person), yes))| Voter {
                person,
                new: index >= busy,
                yes,
                twice: order < expected.twice,
                checked: order < CHECKED || (expected.twice..expected.twice + CHECKED).contains(&order),
            });
        Self { voters: voters.collect() }
    }

    /// Votes that will be sent.
    pub(crate) fn votes(&self) -> usize {
        self.voters.len() + self.voters.iter().filter(|voter| voter.twice).count()
    }

    /// Everybody votes.
    ///
    /// # Errors
    /// Something did not work, or somebody wants the demo to end.
    pub(crate) fn carry_out(
        &self,
        union: &Union,
        ballot: &Ballot,
        bar: &ProgressBar,
        stop: &Stop,
    ) -> Result<Voted> {
        let kept = Mutex::new(Vec::new());
        let keep = |receipt| kept.lock().unwrap_or_else(PoisonError::into_inner).push(receipt);
        let ordinary = self.voters.iter().find(|voter| voter.new);
        let mut voted = Voted {
            voting: Some(Duration::ZERO),
            signing_in: Some(Duration::ZERO),
            ordinary: ordinary.map(|voter| voter.person.member_no.clone()),
            ..Voted::default()
        };
        for group in self.voters.chunks(GROUP) {
            let new: Vec<&Voter<'_>> = group.iter().filter(|voter| voter.new).collect();
            let spent = metered(union, || at_once(&new, stop, |voter| union.activate(voter.person)))?;
            voted.signing_in = sum(voted.signing_in, spent);
            voted.activated += new.len();
            let spent = metered(union, || {
                at_once(group, stop, |voter| {
                    // Who comes back chooses the other answer first.
                    voter
                        .vote(union, ballot, voter.yes != voter.twice, !voter.twice)?
                        .into_iter()
                        .for_each(keep);
                    bar.inc(1);
                    Ok(())
                })
            })?;
            voted.voting = sum(voted.voting, spent);
            voted.votes += group.len();
        }
        let again: Vec<&Voter<'_>> = self.voters.iter().filter(|voter| voter.twice).collect();
        let spent = metered(union, || {
            at_once(&again, stop, |voter| {
                voter.vote(union, ballot, voter.yes, true)?.into_iter().for_each(keep);
                bar.inc(1);
                Ok(())
            })
        })?;
        voted.voting = sum(voted.voting, spent);
        voted.votes += again.len();
        bar.finish_and_clear();
        voted.kept = kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(voted)
    }
}

impl Voter<'_> {
    /// Votes, and gives back the receipt if it is to be checked. `last`: the member does not come back.
    fn vote(&self, union: &Union, ballot: &Ballot, yes: bool, last: bool) -> Result<Option<Kept>> {
        let no = &self.person.member_no;
        let file = union.file(&format!("receipts/{no}{}.json", if last { "" } else { "-first" }));
        let name = path(&file);
        let mut words = vec!["--answer", if yes { "1=Yes" } else { "1=No" }];
        if self.checked {
            words.extend(["--receipt", &name]);
        }
        let receipt = ballot.vote(self.person, &words)?.yes()?;
        let tracker = receipt["tracker"].as_str().context("a receipt has a tracker")?.to_owned();
        if last && self.new && !self.checked {
            // Thousands of small folders that nobody looks at.
            fs::remove_dir_all(self.person.home())?;
        }
        Ok(self.checked.then_some(Kept { file, tracker, counts: last }))
    }
}

/// Does something with each, several at a time; stops at the first that fails.
fn at_once<T: Sync>(all: &[T], stop: &Stop, each: impl Fn(&T) -> Result<()> + Sync) -> Result<()> {
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(None);
    let threads = std::thread::available_parallelism().map_or(1, usize::from) * 2;
    // What `stop` holds beside the flag is for the main thread alone.
    let stopped = stop.flag();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if stopped.load(Ordering::SeqCst) {
                        return;
                    }
                    if let Err(error) = each(one) {
                        next.store(all.len(), Ordering::Relaxed);
                        failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    }
                }
            });
        }
    });
    stop.check()?;
    failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

/// The server's processor time for something.
fn metered(union: &Union, deed: impl FnOnce() -> Result<()>) -> Result<Option<Duration>> {
    let server = union.running()?;
    let before = server.processor_time();
    deed()?;
    Ok(server.processor_time().zip(before).map(|(after, before)| after.saturating_sub(before)))
}

fn sum(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    Some(one? + other?)
}

fn shuffle<T>(list: &mut [T]) {
    let mut rng = entropy::system();
    for last in (1..list.len()).rev() {
        let bound = u64::try_from(last).unwrap_or(u64::MAX) + 1;
        // Off by less than one in 2^40: nobody's vote depends on it.
        let drawn = usize::try_from(rng.next_u64() % bound).unwrap_or(last);
        list.swap(last, drawn);
    }
}
