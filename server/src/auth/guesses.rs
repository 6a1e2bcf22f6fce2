//! Limits on guessing passwords and codes: by account and by address, in memory only.
//!
//! Five wrong tries are free; after each further one the next must wait: 1 second, 2, 4, … up to 15 minutes. Nothing is
//! locked for good. A try is counted when it begins and taken back when it was right, so that tries at the same moment
//! cannot slip through together. Accounts are counted whether or not there is such a member, so that the answer does
//! not say which.
//!
//! A right sign-in clears the account, but not the address: a guesser with an account of their own would clear their
//! own traces. An address is forgotten after 15 quiet minutes (a school is one address for all who teach there), an
//! account after a day.
//!
//! Addresses are kept nowhere but here, and never beside anything that a member did.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Wrong tries that cost nothing.
const FREE: u32 = 5;
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
struct Site([u8; 8]);

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
    /// Seconds until the next try may begin. A clock that went back makes nobody wait longer than they had to.
    fn wait(self, now: i64) -> i64 {
        let whole = match self.wrong.checked_sub(FREE) {
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

    fn wait(&self, key: &K, now: i64) -> i64 {
        let count = self.counts.get(key).filter(|count| now < count.last.saturating_add(self.forget_after));
        count.map_or(0, |count| count.wait(now))
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

struct Both {
    accounts: Counters<String>,
    sites: Counters<Site>,
}

/// Counts wrong tries.
pub struct Guesses(Mutex<Both>);

/// A try that has been counted as wrong; [`Guesses::right`] takes that back.
#[must_use]
pub struct Try {
    account: String,
    account_times: Times,
    site: Site,
    site_times: Times,
}

impl Default for Guesses {
    fn default() -> Self {
        Self(Mutex::new(Both {
            accounts: Counters::new(FORGET_ACCOUNT),
            sites: Counters::new(FORGET_ADDRESS),
        }))
    }
}

impl Guesses {
    /// Begins a try, counted as wrong until it was right.
    ///
    /// # Errors
    /// [`Wait`] if the account or the address has to wait; then nothing is counted.
    pub fn begin(&self, account: &str, address: IpAddr, now: i64) -> Result<Try, Wait> {
        let (account, site) = (account.to_owned(), Site::from(address));
        let mut both = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = both.accounts.wait(&account, now).max(both.sites.wait(&site, now));
        if let Ok(seconds @ 1..) = u64::try_from(wait) {
            return Err(Wait(seconds));
        }
        let account_times = Times { at: now, before: both.accounts.add(account.clone(), now) };
        let site_times = Times { at: now, before: both.sites.add(site, now) };
        Ok(Try { account, account_times, site, site_times })
    }

    /// The try was right.
    pub fn right(&self, done: &Try) {
        let mut both = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        both.accounts.counts.remove(&done.account);
        both.sites.take_back(&done.site, done.site_times);
    }

    /// Forgets an account's wrong tries: its password is a new one.
    pub fn forget_account(&self, account: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).accounts.counts.remove(account);
    }

    /// The try was not made after all: the server was too busy.
    pub fn not_made(&self, done: &Try) {
        let mut both = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        both.accounts.take_back(&done.account, done.account_times);
        both.sites.take_back(&done.site, done.site_times);
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{FORGET_ACCOUNT, Guesses, REMEMBERED, Wait};

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
        let right = guesses.begin("4711", address(91), now + 900).unwrap();
        guesses.right(&right);
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
        let own = guesses.begin("own", address(1), 51).unwrap();
        guesses.right(&own);
        drop(guesses.begin("b", address(1), 51));
        assert!(matches!(guesses.begin("c", address(1), 51), Err(Wait(2))));
        assert!(guesses.begin("c", address(2), 51).is_ok());
        assert!(guesses.begin("c", address(1), 51 + 900).is_ok());
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
        assert!(guesses.0.lock().unwrap().accounts.counts.len() <= REMEMBERED);
    }
}
