//! The ledger of delivery: for every member of a ballot and every way to them, where the latest letter stands.
//!
//! A letter begins (queued or printed) and goes on; what comes late or out of order, such as the bounce of a letter whose
//! successor is under way, does not lead back. Once a way has carried a member's voting code, letters without a code are
//! not noted on it any more: the ledger answers who has a code, and the letters themselves say the rest.

use std::collections::BTreeMap;

use thiserror::Error;

pub use scrutineer_api::delivery::{Channel, DeliveryCount, DeliveryState as State, Reason, UnitDelivery};

/// What stands in the ledger for a member on one way, or is to be noted there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where the letter stands.
    pub state: State,
    /// Whether it has the member's voting code, and that code is not void.
    pub code: bool,
}

impl Entry {
    /// Whether the member's code is on its way or there, as far as anybody knows.
    #[must_use]
    pub const fn reaches(self) -> bool {
        self.code && matches!(self.state, State::Sent | State::Delivered | State::Printed | State::HandedOver)
    }
}

/// Whether a letter can stand there on this way.
#[must_use]
pub const fn is_on(channel: Channel, state: State) -> bool {
    match channel {
        Channel::Email => matches!(state, State::Queued | State::Sent | State::Delivered | State::Bounced),
        Channel::Post => matches!(state, State::Printed | State::Sent | State::Delivered | State::Bounced),
        Channel::Hand => matches!(state, State::Printed | State::HandedOver),
    }
}

/// What stands in the ledger after a note, or `None` if the note changes nothing.
#[must_use]
pub fn after(channel: Channel, is: Option<Entry>, note: Entry) -> Option<Entry> {
    if !is_on(channel, note.state) {
        return None;
    }
    let Some(is) = is else { return Some(note) };
    if is.code && !note.code {
        return None;
    }
    let is_another_letter = note.code && !is.code;
    (is_another_letter || follows(channel, is.state, note.state)).then_some(note)
}

const fn follows(channel: Channel, is: State, note: State) -> bool {
    match (is, note) {
        (State::Queued, State::Queued) | (State::Printed, State::Printed) => false,
        // Another letter, or one taken back that was not handed over after all.
        (_, State::Queued | State::Printed)
        | (State::Queued | State::Printed, _)
        | (State::Sent, State::Delivered | State::Bounced)
        | (State::Delivered, State::Bounced) => true,
        // What the post brought back is posted again.
        (State::Bounced, State::Sent) => matches!(channel, Channel::Post),
        _ => false,
    }
}

/// Members of one unit whose letters on one way stand at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The unit.
    pub unit: String,
    /// How many, and where.
    pub count: DeliveryCount,
}

/// Members of a unit: all, and those whose code has not reached them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The unit.
    pub unit: String,
    /// Members on the frozen roll.
    pub eligible: u64,
    /// Those of them whose code has not reached them.
    pub unreached: u64,
    /// Those of these to whom no letter with a code is on its way.
    pub out_of_reach: u64,
    /// Members with an employer's address.
    pub employers_addresses: u64,
}

/// The ledger in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// By unit, in the order of their names.
    pub units: BTreeMap<String, UnitDelivery>,
}

impl Totals {
    /// Puts together what the ledger says of each unit.
    #[must_use]
    pub fn of(reach: Vec<Reach>, cells: Vec<Cell>) -> Self {
        let mut units: BTreeMap<String, UnitDelivery> = BTreeMap::new();
        for Reach { unit, eligible, unreached, out_of_reach, employers_addresses } in reach {
            let reached = eligible.saturating_sub(unreached);
            let counts = Vec::new();
            units.insert(
                unit,
                UnitDelivery { eligible, reached, unreached, out_of_reach, employers_addresses, counts },
            );
        }
        for Cell { unit, count } in cells {
            units.entry(unit).or_default().counts.push(count);
        }
        for unit in units.values_mut() {
            unit.counts.sort_by_key(|count| (count.channel, count.state));
        }
        Self { units }
    }

    /// All units together.
    #[must_use]
    pub fn whole(&self) -> UnitDelivery {
        let mut whole = UnitDelivery::default();
        let mut counts: BTreeMap<(Channel, State), (u64, u64)> = BTreeMap::new();
        for unit in self.units.values() {
            whole.eligible += unit.eligible;
            whole.reached += unit.reached;
            whole.unreached += unit.unreached;
            whole.out_of_reach += unit.out_of_reach;
            whole.employers_addresses += unit.employers_addresses;
            for count in &unit.counts {
                let sum = counts.entry((count.channel, count.state)).or_default();
                sum.0 += count.members;
                sum.1 += count.with_code;
            }
        }
        whole.counts = counts
            .into_iter()
            .map(|((channel, state), (members, with_code))| DeliveryCount {
                channel,
                state,
                members,
                with_code,
            })
            .collect();
        whole
    }
}

/// Whether more members are out of reach than a ballot may open with. `share` is a percentage of the eligible.
#[must_use]
pub fn is_too_many(unreached: u64, eligible: u64, share: u32) -> bool {
    u128::from(unreached) * 100 > u128::from(eligible) * u128::from(share)
}

/// Whether an e-mail address is under one of these domains, or a subdomain of theirs. Domains are in lower case.
#[must_use]
pub fn is_under_any(address: &str, domains: &[String]) -> bool {
    let Some((_, host)) = address.trim().rsplit_once('@') else { return false };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    domains.iter().any(|domain| {
        host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// A mail domain as it is kept, in lower case: labels of letters, digits and dashes with dots between them.
///
/// # Errors
/// It is none.
pub fn parse_domain(typed: &str) -> Result<String, NoDomain> {
    let domain = typed.trim().trim_end_matches('.').to_ascii_lowercase();
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_domain = domain.len() <= 253 && domain.contains('.') && domain.split('.').all(is_label);
    if is_domain { Ok(domain) } else { Err(NoDomain(typed.chars().take(80).collect())) }
}

/// What was typed is no mail domain.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is no mail domain; write what stands behind the @ of its addresses, such as works.example")]
pub struct NoDomain(String);

#[cfg(test)]
mod tests;
