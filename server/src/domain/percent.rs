//! Shares in percent, exactly: as short as they can be, and never so that they contradict what was decided.

/// A share that something is held against: `numerator / denominator`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The part above the line.
    pub numerator: u64,
    /// The part below the line; not zero.
    pub denominator: u64,
}

/// The most decimals that are tried; shares of numbers that people can vote in are told apart long before.
const MOST_DECIMALS: u32 = 12;

/// `part` of `whole` in percent, rounded to one decimal, or to as many more as it takes that it stands to 0%, to 100% and to
/// every bar that it differs from as the exact share does: a share just below 60% reads 59.99%, not 60.0%. A point stands before the decimals.
/// Nothing if there is no whole.
#[must_use]
pub fn percent(part: u64, whole: u64, bars: &[Bar]) -> Option<String> {
    if whole == 0 {
        return None;
    }
    let ends = [Bar { numerator: 0, denominator: 1 }, Bar { numerator: 1, denominator: 1 }];
    let mut decimals = 1;
    loop {
        let scale = 10_u128.pow(decimals);
        // Products of a 64-bit count and at most 10^14 are below 2^111.
        let exact = u128::from(part) * 100 * scale;
        let rounded = (exact + u128::from(whole) / 2) / u128::from(whole);
        let fits = |bar: &Bar| {
            let of_bar = u128::from(bar.numerator) * 100 * scale;
            let shown = (rounded * u128::from(bar.denominator)).cmp(&of_bar);
            let is = (u128::from(part) * u128::from(bar.denominator))
                .cmp(&(u128::from(bar.numerator) * u128::from(whole)));
            // A share that is the bar's own may be rounded like any other.
            is.is_eq() || shown == is
        };
        if decimals == MOST_DECIMALS || ends.iter().chain(bars).all(fits) {
            let width = usize::try_from(decimals).unwrap_or_default();
            return Some(format!("{}.{:0width$}", rounded / scale, rounded % scale));
        }
        decimals += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Bar, percent};

    const SIXTY: Bar = Bar { numerator: 60, denominator: 100 };
    const TWO_THIRDS: Bar = Bar { numerator: 2, denominator: 3 };

    fn shown(part: u64, whole: u64, bars: &[Bar]) -> String {
        percent(part, whole, bars).unwrap()
    }

    #[test]
    fn shares_are_rounded_to_one_decimal() {
        assert_eq!(shown(15_265, 25_000, &[SIXTY]), "61.1");
        assert_eq!(shown(1, 3, &[]), "33.3");
        assert_eq!(shown(2, 3, &[]), "66.7");
        assert_eq!(shown(0, 7, &[]), "0.0");
        assert_eq!(shown(7, 7, &[]), "100.0");
        assert_eq!(shown(1, 8, &[]), "12.5");
        assert_eq!(percent(0, 0, &[SIXTY]), None);
    }

    #[test]
    fn a_share_near_a_bar_shows_on_which_side_it_is() {
        assert_eq!(shown(14_999, 25_000, &[]), "60.0");
        assert_eq!(shown(14_999, 25_000, &[SIXTY]), "59.996");
        assert_eq!(shown(15_000, 25_000, &[SIXTY]), "60.0");
        assert_eq!(shown(15_001, 25_000, &[SIXTY]), "60.004");
        assert_eq!(shown(599, 999, &[SIXTY]), "59.96");
        assert_eq!(shown(2, 3, &[TWO_THIRDS]), "66.7");
        assert_eq!(shown(1, 100_000, &[]), "0.001");
        assert_eq!(shown(99_999, 100_000, &[]), "99.999");
        assert_eq!(shown(66_666, 100_000, &[TWO_THIRDS]), "66.666");
        assert_eq!(shown(66_667, 100_000, &[TWO_THIRDS]), "66.7");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn what_is_shown_stands_to_every_bar_as_the_share_does(
            whole in 1_u64..2_000_000,
            part in 0_u64..2_000_000,
            (denominator, numerator) in (1_u64..1000).prop_flat_map(|d| (Just(d), 0..=d)),
        ) {
            let part = part % (whole + 1);
            let text = shown(part, whole, &[Bar { numerator, denominator }]);
            let (units, decimals) = text.split_once('.').unwrap();
            let scale = 100 * 10_u128.pow(u32::try_from(decimals.len()).unwrap());
            let value = format!("{units}{decimals}").parse::<u128>().unwrap();
            let (part, whole) = (u128::from(part), u128::from(whole));
            let (above, below) = (u128::from(numerator), u128::from(denominator));
            let is = (part * below).cmp(&(above * whole));
            let reads = (value * below).cmp(&(above * scale));
            prop_assert!(is.is_eq() || reads == is, "{} of {} reads {}", part, whole, text);
            // And it is within half a step of the exact share.
            prop_assert!((value * whole).abs_diff(part * scale) * 2 <= whole);
        }
    }
}
