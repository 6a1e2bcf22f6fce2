//! Members who vote again and again, all at the same time, until the server is gone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use rand_core::Rng;
use scrutineer_ballot::receipt::Receipt;
use scrutineer_cli::entropy;
use scrutineer_protocol::election::Election;
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_tests::person::Person;
use scrutineer_tests::raw::{Raw, seal};
use scrutineer_tests::union::PASSWORD;
use scrutineer_tests::union::ballot::Ballot;

/// A vote that was sent.
pub(crate) struct Attempt {
    vote: String,
    /// Its tracker.
    pub(crate) tracker: String,
    /// What it says.
    pub(crate) yes: bool,
    /// The receipt; none if the server was gone before it came.
    pub(crate) receipt: Option<Receipt>,
}

/// A member and everything that the member has sent, in its order.
struct Voter {
    raw: Raw,
    code: String,
    attempts: Vec<Attempt>,
    /// Sends a vote without an answer once more; else it is left at that.
    insists: bool,
}

/// The members.
pub(crate) struct Crowd {
    ballot: String,
    election: Election,
    voters: Vec<Voter>,
}

impl Crowd {
    /// Signs members in.
    pub(crate) fn gather(url: &str, ballot: &Ballot, people: &[Person]) -> Self {
        let voters: Vec<Voter> = people
            .iter()
            .enumerate()
            .map(|(index, person)| Voter {
                raw: Raw::sign_in(url, &person.member_no, PASSWORD).unwrap(),
                code: ballot.code(person).unwrap().to_owned(),
                attempts: Vec::new(),
                insists: index % 2 == 0,
            })
            .collect();
        let election = Raw::anyone(url).election(&ballot.id).unwrap();
        Self { ballot: ballot.id.clone(), election, voters }
    }

    /// Everybody votes until the server is gone; `kill` is called when it has given so many receipts.
    pub(crate) fn vote_until_killed(&mut self, receipts: u64, kill: impl FnOnce()) {
        let (ballot, election) = (&self.ballot, &self.election);
        let gone = AtomicBool::new(false);
        let (tell, told) = channel();
        thread::scope(|scope| {
            for voter in &mut self.voters {
                let (tell, gone) = (tell.clone(), &gone);
                scope.spawn(move || while voter.vote(ballot, election, gone, &tell) {});
            }
            drop(tell);
            assert_eq!(
                u64::try_from(told.iter().take(usize::try_from(receipts).unwrap()).count()).unwrap(),
                receipts
            );
            gone.store(true, Ordering::SeqCst);
            kill();
        });
    }

    /// Everybody votes once, and gets a receipt.
    pub(crate) fn vote_once_more(&mut self) {
        let (tell, told) = channel();
        for voter in &mut self.voters {
            assert!(voter.vote(&self.ballot, &self.election, &AtomicBool::new(false), &tell));
        }
        drop(tell);
        assert_eq!(told.iter().count(), self.voters.len());
    }

    /// Everything that was sent.
    pub(crate) fn attempts(&self) -> impl Iterator<Item = &Attempt> {
        self.voters.iter().flat_map(|voter| &voter.attempts)
    }

    /// The same member by member.
    pub(crate) fn by_member(&self) -> impl Iterator<Item = &[Attempt]> {
        self.voters.iter().map(|voter| voter.attempts.as_slice())
    }
}

impl Voter {
    /// Sends a vote. `false`: no answer came, because the server was killed.
    fn vote(&mut self, ballot: &str, election: &Election, gone: &AtomicBool, tell: &Sender<()>) -> bool {
        let unanswered = self.attempts.last().is_some_and(|last| last.receipt.is_none());
        if !(unanswered && self.insists) {
            let yes = entropy::system().next_u64().is_multiple_of(2);
            let vote = seal(election, &self.code, usize::from(!yes)).unwrap();
            let tracker = Base64Hash::of(vote.as_bytes()).to_string();
            self.attempts.push(Attempt { vote, tracker, yes, receipt: None });
        }
        let attempt = self.attempts.last_mut().unwrap();
        match self.raw.cast(ballot, &attempt.vote) {
            Ok(reply) => {
                assert!([200, 201].contains(&reply.status), "{}", reply.body);
                attempt.receipt = Some(Receipt::parse(&reply.body).unwrap());
                // Nobody listens any more once enough receipts have come.
                let _ = tell.send(());
                true
            }
            Err(error) => {
                assert!(gone.load(Ordering::SeqCst), "no answer although the server was not killed: {error}");
                false
            }
        }
    }
}
