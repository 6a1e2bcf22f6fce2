//! The ledger's steps, and that it adds up whatever happens.

use std::collections::BTreeMap;

use proptest::prelude::*;
use scrutineer_api::delivery::DeliveryCount;

use super::{
    Cell, Channel, Entry, Reach, State, Totals, after, is_on, is_too_many, is_under_any, parse_domain,
};

const fn with(state: State) -> Entry {
    Entry { state, code: true }
}

const fn without(state: State) -> Entry {
    Entry { state, code: false }
}

#[test]
fn a_letter_goes_forward_and_what_comes_late_does_not_lead_back() {
    use Channel::{Email, Hand, Post};
    use State::{Bounced, Delivered, HandedOver, Printed, Queued, Sent};
    for (channel, is, note, goes_on) in [
        (Email, None, with(Queued), true),
        (Email, Some(with(Queued)), with(Sent), true),
        (Email, Some(with(Queued)), with(Queued), false),
        (Email, Some(with(Sent)), with(Delivered), true),
        (Email, Some(with(Sent)), with(Bounced), true),
        (Email, Some(with(Delivered)), with(Sent), false),
        (Email, Some(with(Delivered)), with(Bounced), true),
        (Email, Some(with(Bounced)), with(Delivered), false),
        (Email, Some(with(Bounced)), with(Sent), false),
        (Email, Some(with(Bounced)), with(Queued), true),
        (Email, None, with(HandedOver), false),
        (Email, None, with(Printed), false),
        (Post, None, with(Sent), true),
        (Post, Some(with(Printed)), with(Sent), true),
        (Post, Some(with(Bounced)), with(Sent), true),
        (Post, None, with(Queued), false),
        (Hand, Some(with(Printed)), with(HandedOver), true),
        (Hand, Some(with(HandedOver)), with(HandedOver), false),
        // Taken back: it was not handed over after all.
        (Hand, Some(with(HandedOver)), with(Printed), true),
        (Hand, None, with(Bounced), false),
    ] {
        assert_eq!(after(channel, is, note), goes_on.then_some(note), "{channel} {is:?} {note:?}");
    }
}

#[test]
fn a_letter_without_a_code_is_not_noted_over_one_with_it_but_over_a_void_one() {
    assert_eq!(after(Channel::Email, Some(with(State::Sent)), without(State::Queued)), None);
    assert_eq!(after(Channel::Email, Some(with(State::Bounced)), without(State::Queued)), None);
    let note = with(State::Sent);
    for state in [State::Queued, State::Sent, State::Delivered, State::Bounced] {
        assert_eq!(after(Channel::Email, Some(without(state)), note), Some(note), "{state}");
    }
}

#[test]
fn who_is_reached() {
    for state in State::ALL {
        let reaches = matches!(state, State::Sent | State::Delivered | State::Printed | State::HandedOver);
        assert_eq!(with(state).reaches(), reaches, "{state}");
        assert!(!without(state).reaches());
    }
}

#[test]
fn the_share_out_of_reach_is_compared_exactly() {
    for (unreached, eligible, share, too_many) in [
        (0, 100, 0, false),
        (1, 100, 0, true),
        (5, 100, 5, false),
        (6, 100, 5, true),
        (1, 19, 5, true),
        (1, 20, 5, false),
        (100, 100, 100, false),
        (0, 0, 5, false),
    ] {
        assert_eq!(is_too_many(unreached, eligible, share), too_many, "{unreached} of {eligible}, {share}");
    }
}

#[test]
fn an_employers_domain_means_its_subdomains_and_no_other() {
    let domains = ["cps.edu".to_owned(), "works.example".to_owned()];
    for (address, is) in [
        ("ana@cps.edu", true),
        ("ana@CPS.EDU ", true),
        ("ana@mail.cps.edu", true),
        ("ana@notcps.edu", false),
        ("ana@cps.edu.example", false),
        ("\"cps.edu@\"@home.example", false),
        ("\"a@home.example\"@works.example", true),
        ("cps.edu", false),
        ("", false),
    ] {
        assert_eq!(is_under_any(address, &domains), is, "{address}");
    }
}

#[test]
fn a_mail_domain_is_what_stands_behind_the_at_sign() {
    assert_eq!(parse_domain(" Works.Example. ").unwrap(), "works.example");
    assert_eq!(parse_domain("xn--zf-ila.example").unwrap(), "xn--zf-ila.example");
    for bad in
        ["", "works", "@works.example", "works..example", "-a.example", "a_b.example", "%.example", "a b.c"]
    {
        assert!(parse_domain(bad).unwrap_err().to_string().contains("is no mail domain"), "{bad}");
    }
}

#[test]
fn every_state_is_on_some_way() {
    for state in State::ALL {
        assert!(Channel::ALL.into_iter().any(|channel| is_on(channel, state)), "{state}");
    }
}

/// Something that happens to a member's code or letters.
#[derive(Clone, Copy, Debug)]
enum Happens {
    Note(Channel, Entry),
    Reissue,
}

fn happenings() -> impl Strategy<Value = Vec<(usize, Happens)>> {
    let note = (0..3_usize, 0..6_usize, any::<bool>())
        .prop_map(|(c, s, code)| Happens::Note(Channel::ALL[c], Entry { state: State::ALL[s], code }));
    let one = prop_oneof![9 => note, 1 => Just(Happens::Reissue)];
    prop::collection::vec((0..12_usize, one), 0..200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_ledger_adds_up_after_any_history(history in happenings()) {
        let unit = |member: usize| ["North", "South", "West"][member % 3].to_owned();
        let mut ledger: BTreeMap<(usize, Channel), Entry> = BTreeMap::new();
        for (member, happens) in history {
            match happens {
                Happens::Note(channel, note) => {
                    let is = ledger.get(&(member, channel)).copied();
                    if let Some(entry) = after(channel, is, note) {
                        prop_assert!(is_on(channel, entry.state) && Some(entry) != is);
                        ledger.insert((member, channel), entry);
                    }
                }
                Happens::Reissue => {
                    for ((of, _), entry) in &mut ledger {
                        entry.code &= *of != member;
                    }
                }
            }
        }
        let reached = |member: usize| ledger.iter().any(|((of, _), entry)| *of == member && entry.reaches());
        let mut reach: BTreeMap<String, Reach> = BTreeMap::new();
        for member in 0..12 {
            let unit = unit(member);
            let row = reach.entry(unit.clone()).or_insert(Reach {
                unit, eligible: 0, unreached: 0, out_of_reach: 0, employers_addresses: 0,
            });
            row.eligible += 1;
            row.unreached += u64::from(!reached(member));
        }
        let mut cells = Vec::new();
        for ((member, channel), entry) in &ledger {
            let count = DeliveryCount {
                channel: *channel, state: entry.state, members: 1, with_code: u64::from(entry.code),
            };
            cells.push(Cell { unit: unit(*member), count });
        }
        let whole = Totals::of(reach.into_values().collect(), cells).whole();
        prop_assert_eq!(whole.eligible, 12);
        prop_assert_eq!(whole.reached + whole.unreached, whole.eligible);
        for channel in Channel::ALL {
            let of_way = ledger.keys().filter(|(_, of)| *of == channel).count() as u64;
            let counted: u64 = whole.counts.iter().filter(|c| c.channel == channel).map(|c| c.members).sum();
            prop_assert_eq!(counted, of_way);
        }
    }
}
