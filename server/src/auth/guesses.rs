//! Limits on guessing passwords and codes: by account and by address, in memory only.
//!
//! Five wrong tries are free; after each further one the next must wait: 1 second, 2, 4, … up to 15 minutes. Nothing is
//! locked for good. An account's try is counted when it begins and taken back when it was right, so that tries at the same
//! moment cannot slip through together. Accounts are counted whether or not there is such a member, so that the answer
//! does not say which.
//!
//! A right sign-in clears the account, but not the address: a guesser with an account of their own would clear their
//! own traces. An address is forgotten after 15 quiet minutes, an account after a day.
//!
//! A school is one address for all who work there. So an address is charged for a try only once it was wrong (with a bound
//! on those whose answer is not known yet), and every member who has signed in from there adds one free wrong try.
//!
//! Requests that are no guesses may have more free tries at an address ([`Guesses::for_crowds`]); an account has five there too.
//!
//! Addresses are kept nowhere but here, and never beside anything that a member did: who signed in from one is there only
//! as a number under a key that dies with the process.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Wrong tries that cost nothing.
const FREE: u32 = 5;
/// The same of an address for requests that are no guesses: a school's whole staff.
const FREE_FOR_CROWD: u32 = 250;
/// Tries from one address whose answer is not known yet; more must wait a second.
const UNDER_WAY: u32 = 64;
/// The most members for whom an address gets a free wrong try each.
const WELCOME: usize = 250;
/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 15 * 60;
/// When a quiet address is forgotten, in seconds.
const FORGET_ADDRESS: i64 = LONGEST_WAIT;
/// When a quiet account is forgotten, in seconds.
const FORGET_ACCOUNT: i64 = 24 * 60 * 60;
/// The most accounts, and addresses, that are remembered; beyond it the quietest give way.
const REMEMBERED: usize = 100_000;

/// Too many wrong tries: wait so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(pub u64);

/// Where a try comes from: an IPv4 address, or the /64 that an IPv6 site gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Site([u8; 8]);

impl From<IpAddr> for Site {
    fn from(address: IpAddr) -> Self {
        let mut site = [0; 8];
        match address.to_canonical() {
            IpAddr::V4(four) => site[..4].copy_from_slice(&four.octets()),
            IpAddr::V6(six) => site.copy_from_slice(&six.octets()[..8]),
        }
        Self(site)
    }
}

#[derive(Clone, Copy, Debug)]
struct Count {
    wrong: u32,
    last: i64,
}

impl Count {
    /// Seconds until the next try may begin, where so many wrong ones are free. A clock that went back makes nobody wait
    /// longer than they had to.
    fn wait(self, free: u32, now: i64) -> i64 {
        let whole = match self.wrong.checked_sub(free) {
            None | Some(0) => 0,
            Some(beyond) => (1_i64 << (beyond - 1).min(20)).min(LONGEST_WAIT),
        };
        self.last.saturating_add(whole).saturating_sub(now).clamp(0, whole)
    }
}

/// Counters of one kind.
struct Counters<K> {
    counts: HashMap<K, Count>,
    forget_after: i64,
}

impl<K: Eq + Hash + Clone> Counters<K> {
    fn new(forget_after: i64) -> Self {
        Self { counts: HashMap::new(), forget_after }
    }

    fn wait(&self, key: &K, free: u32, now: i64) -> i64 {
        let count = self.counts.get(key).filter(|count| now < count.last.saturating_add(self.forget_after));
        count.map_or(0, |count| count.wait(free, now))
    }

    /// Counts a try and says when the one before was.
    fn add(&mut self, key: K, now: i64) -> i64 {
        if self.counts.len() >= REMEMBERED && !self.counts.contains_key(&key) {
            self.make_room(now);
        }
        let count = self.counts.entry(key).or_insert(Count { wrong: 0, last: now });
        if now >= count.last.saturating_add(self.forget_after) {
            count.wrong = 0;
        }
        count.wrong = count.wrong.saturating_add(1);
        std::mem::replace(&mut count.last, now)
    }

    /// Undoes [`Counters::add`], as far as no other try came between.
    fn take_back(&mut self, key: &K, counted: Times) {
        if let Some(count) = self.counts.get_mut(key) {
            count.wrong = count.wrong.saturating_sub(1);
            if count.last == counted.at {
                count.last = counted.before;
            }
            if count.wrong == 0 {
                self.counts.remove(key);
            }
        }
    }

    /// Forgets what may be forgotten, else the quietest half.
    fn make_room(&mut self, now: i64) {
        let forget_after = self.forget_after;
        self.counts.retain(|_, count| now < count.last.saturating_add(forget_after));
        if self.counts.len() >= REMEMBERED {
            let mut times: Vec<_> = self.counts.values().map(|count| count.last).collect();
            let middle = times.len() / 2;
            let (_, median, _) = times.select_nth_unstable(middle);
            let median = *median;
            self.counts.retain(|_, count| count.last > median);
        }
    }
}

/// When a try was counted, and when the one before.
#[derive(Clone, Copy)]
struct Times {
    at: i64,
    before: i64,
}

/// What is known of an address besides its wrong tries; forgotten with them.
#[derive(Default)]
struct Visits {
    /// Tries whose answer is not known yet.
    under_way: u32,
    /// Members who signed in from there, as numbers.
    welcome: HashSet<u64>,
    /// The last of them.
    last: i64,
}

struct All {
    /// Wrong tries that cost nothing at an address where nobody has signed in.
    free: u32,
    accounts: Counters<String>,
    sites: Counters<Site>,
    visits: HashMap<Site, Visits>,
}

impl All {
    /// How many wrong tries are free at an address.
    fn free(&self, site: &Site, now: i64) -> u32 {
        let visits = self.visits.get(site).filter(|visits| now < visits.last.saturating_add(FORGET_ADDRESS));
        self.free + visits.map_or(0, |visits| u32::try_from(visits.welcome.len()).unwrap_or(0))
    }

    fn wait(&self, account: &String, site: &Site, now: i64) -> i64 {
        let crowd = self.visits.get(site).is_some_and(|visits| visits.under_way >= UNDER_WAY);
        let account = self.accounts.wait(account, FREE, now);
        account.max(self.sites.wait(site, self.free(site, now), now)).max(i64::from(crowd))
    }

    fn visits(&mut self, site: Site, now: i64) -> &mut Visits {
        if self.visits.len() >= REMEMBERED {
            self.visits
                .retain(|_, visits| visits.under_way > 0 || now < visits.last.saturating_add(FORGET_ADDRESS));
        }
        let visits = self.visits.entry(site).or_default();
        if now >= visits.last.saturating_add(FORGET_ADDRESS) {
            visits.welcome.clear();
        }
        visits
    }
}

/// Counts wrong tries.
pub struct Guesses {
    all: Mutex<All>,
    /// Makes numbers of accounts, others in every process.
    key: RandomState,
}

/// A try that is under way until it is dropped; wrong unless it was said to be right or not made.
#[must_use]
pub struct Try<'a> {
    guesses: &'a Guesses,
    account: String,
    account_times: Times,
    site: Site,
    at: i64,
    end: End,
}

/// How a try ended.
enum End {
    Wrong,
    Right,
    NotMade,
}

impl Default for Guesses {
    fn default() -> Self {
        Self::new(FREE)
    }
}

impl Guesses {
    fn new(free: u32) -> Self {
        let all = All {
            free,
            accounts: Counters::new(FORGET_ACCOUNT),
            sites: Counters::new(FORGET_ADDRESS),
            visits: HashMap::new(),
        };
        Self { all: Mutex::new(all), key: RandomState::new() }
    }

    /// Counts what everybody behind one address may have to ask at the same time, such as for a lost code, and where nothing is
    /// to be guessed: an address waits only after `FREE_FOR_CROWD`, an account as ever.
    #[must_use]
    pub fn for_crowds() -> Self {
        Self::new(FREE_FOR_CROWD)
    }

    /// Begins a try, counted as wrong when it is dropped unless [`Try::right`] or [`Try::not_made`] was said.
    ///
    /// # Errors
    /// [`Wait`] if the account or the address has to wait; then nothing is counted.
    pub fn begin(&self, account: &str, address: IpAddr, now: i64) -> Result<Try<'_>, Wait> {
        let (account, site) = (account.to_owned(), Site::from(address));
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(seconds @ 1..) = u64::try_from(all.wait(&account, &site, now)) {
            return Err(Wait(seconds));
        }
        let account_times = Times { at: now, before: all.accounts.add(account.clone(), now) };
        let visits = all.visits(site, now);
        visits.under_way = visits.under_way.saturating_add(1);
        Ok(Try { guesses: self, account, account_times, site, at: now, end: End::Wrong })
    }

    /// Forgets an account's wrong tries: its password is a new one.
    pub fn forget_account(&self, account: &str) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).accounts.counts.remove(account);
    }

    fn ended(&self, done: &Try<'_>) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let account = self.key.hash_one(&done.account);
        let visits = all.visits(done.site, done.at);
        visits.under_way = visits.under_way.saturating_sub(1);
        if matches!(done.end, End::Right) {
            visits.last = visits.last.max(done.at);
            if visits.welcome.len() < WELCOME {
                visits.welcome.insert(account);
            }
        }
        if visits.under_way == 0 && visits.welcome.is_empty() {
            all.visits.remove(&done.site);
        }
        match done.end {
            End::Wrong => {
                all.sites.add(done.site, done.at);
            }
            End::Right => {
                all.accounts.counts.remove(&done.account);
            }
            End::NotMade => all.accounts.take_back(&done.account, done.account_times),
        }
    }
}

impl Try<'_> {
    /// The try was right.
    pub fn right(&mut self) {
        self.end = End::Right;
    }

    /// The try was not made after all: the server was too busy.
    pub fn not_made(&mut self) {
        self.end = End::NotMade;
    }
}

impl Drop for Try<'_> {
    fn drop(&mut self) {
        self.guesses.ended(self);
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{FORGET_ACCOUNT, FREE_FOR_CROWD, Guesses, REMEMBERED, UNDER_WAY, Wait};

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    /// Wrong tries from ever new addresses, as early as possible; the time when the account may be tried again.
    fn guess(guesses: &Guesses, count: u8, mut now: i64) -> i64 {
        for n in 0..count {
            while let Err(Wait(seconds)) = guesses.begin("4711", address(n), now).map(|_| ()) {
                now += i64::try_from(seconds).unwrap();
            }
        }
        now
    }

    #[test]
    fn five_are_free_then_the_wait_doubles_up_to_fifteen_minutes() {
        let guesses = Guesses::default();
        let mut now = guess(&guesses, 5, 1000);
        assert_eq!(now, 1000);
        let mut waits = Vec::new();
        for n in 5..20 {
            drop(guesses.begin("4711", address(n), now));
            let Err(Wait(wait)) = guesses.begin("4711", address(100), now) else { panic!("no wait") };
            waits.push(wait);
            now += i64::try_from(wait).unwrap();
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900]);
        assert!(guesses.begin("4712", address(100), now).is_ok(), "other accounts are not touched");
    }

    #[test]
    fn a_right_one_clears_the_account_and_a_day_does_too() {
        let guesses = Guesses::default();
        let now = guess(&guesses, 7, 0);
        assert!(guesses.begin("4711", address(90), now).is_err());
        guesses.begin("4711", address(91), now + 900).unwrap().right();
        assert_eq!(guess(&guesses, 5, now + 900), now + 900);
        let guesses = Guesses::default();
        let now = guess(&guesses, 30, 0);
        assert_eq!(guess(&guesses, 5, now + FORGET_ACCOUNT), now + FORGET_ACCOUNT);
    }

    #[test]
    fn an_address_waits_for_whatever_account_and_right_ones_do_not_clear_it() {
        let guesses = Guesses::default();
        for n in 0..6 {
            assert!(guesses.begin(&format!("a{n}"), address(1), 50).is_ok());
        }
        assert!(guesses.begin("own", address(1), 50).is_err());
        guesses.begin("own", address(1), 51).unwrap().right();
        assert!(guesses.begin("b", address(1), 51).is_ok());
        assert!(matches!(guesses.begin("c", address(1), 51), Err(Wait(1))), "one was free for the member");
        assert!(guesses.begin("c", address(2), 51).is_ok());
        assert!(guesses.begin("c", address(1), 51 + 900).is_ok());
    }

    #[test]
    fn a_crowd_behind_one_address_is_not_kept_waiting_but_one_account_is() {
        let guesses = Guesses::for_crowds();
        for n in 0..=FREE_FOR_CROWD {
            assert!(guesses.begin(&format!("a{n}"), address(1), 50).is_ok(), "{n}");
        }
        assert_eq!(guesses.begin("b", address(1), 50).err(), Some(Wait(1)));
        let guesses = Guesses::for_crowds();
        assert_eq!(guess(&guesses, 6, 50), 50);
        assert_eq!(guesses.begin("4711", address(1), 50).err(), Some(Wait(1)));
    }

    #[test]
    fn one_ipv6_site_is_one_address_and_a_clock_that_goes_back_makes_nobody_wait_longer() {
        let guesses = Guesses::default();
        for n in 0..6_u16 {
            let address = IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, n]);
            drop(guesses.begin(&format!("a{n}"), address, 10_000));
        }
        let neighbour = IpAddr::from([0x2001, 0xdb8, 0, 0, 9, 9, 9, 9]);
        assert!(guesses.begin("x", neighbour, 10_000).is_err());
        assert_eq!(guesses.begin("x", neighbour, 0).map(|_| ()), Err(Wait(1)));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let guesses = Guesses::default();
        for n in 0..REMEMBERED + 10 {
            drop(guesses.begin(&n.to_string(), address(1), i64::try_from(n).unwrap() * 1000));
        }
        assert!(guesses.all.lock().unwrap().accounts.counts.len() <= REMEMBERED);
    }

    #[test]
    fn tries_whose_answer_is_not_known_yet_do_not_keep_others_out_until_they_are_many() {
        let guesses = Guesses::default();
        let begin = |n: u32| guesses.begin(&n.to_string(), address(1), 50);
        let mut under_way: Vec<_> = (0..UNDER_WAY).map(|n| begin(n).unwrap()).collect();
        assert_eq!(begin(1000).err(), Some(Wait(1)));
        under_way.pop().unwrap().right();
        begin(1000).unwrap().not_made();
        under_way.clear();
        assert_eq!(begin(1000).err(), Some(Wait(900)), "they were wrong");
    }

    #[test]
    fn one_member_who_signs_in_again_and_again_adds_one_free_try() {
        let guesses = Guesses::default();
        for _ in 0..20 {
            guesses.begin("own", address(1), 50).unwrap().right();
        }
        for n in 0..7 {
            assert!(guesses.begin(&format!("a{n}"), address(1), 50).is_ok(), "{n}");
        }
        assert!(guesses.begin("b", address(1), 50).is_err());
    }
}
