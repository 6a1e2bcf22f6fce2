//! What the numbers must be, and whether they are.

use anyhow::{Result, ensure};
use scrutineer_tests::roll::percent;
use serde_json::{Value, json};

use crate::narrator::grouped;

/// Turnout and share of yes votes of January 2021, in percent, and the bar.
const TURNOUT: u8 = 86;
const YES: u8 = 71;
const BAR: u8 = 60;

/// The numbers that the vote must come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Members on the frozen roll.
    pub(crate) eligible: usize,
    /// Spare codes.
    pub(crate) spares: usize,
    /// Members who vote.
    pub(crate) cast: usize,
    /// Of these, who vote yes in the end.
    pub(crate) yes: usize,
    /// Of these, who vote twice.
    pub(crate) twice: usize,
    /// Yes votes that are needed.
    pub(crate) needed: usize,
}

impl Expected {
    /// The numbers for so many members.
    ///
    /// # Errors
    /// None that can happen.
    pub(crate) fn of(members: usize) -> Result<Self> {
        let cast = percent(TURNOUT, members)?;
        Ok(Self {
            eligible: members,
            spares: 20,
            cast,
            yes: percent(YES, cast)?,
            twice: cast.div_ceil(100),
            needed: percent(BAR, members)?,
        })
    }

    /// The passage rule.
    pub(crate) fn rule() -> String {
        format!("Yes >= {BAR}% of eligible")
    }

    /// Holds the server's results against them; returns the verdict in words and numbers.
    ///
    /// # Errors
    /// Says what is another number than it must be.
    pub(crate) fn check_results(&self, results: &Value) -> Result<String> {
        let Self { eligible, cast, yes, needed, .. } = *self;
        let no = cast - yes;
        let answers = json!([{ "answer": "Yes", "votes": yes }, { "answer": "No", "votes": no }]);
        same("members who may vote", &results["eligible"], &json!(eligible))?;
        same("members who voted", &results["cast"], &json!(cast))?;
        same("answers", &results["counts"][0]["answers"], &answers)?;
        same("blank votes", &results["counts"][0]["blank"], &json!(0))?;
        let decision = &results["decisions"][0];
        same("outcome", &decision["outcome"], &json!("passed"))?;
        same("needed", &decision["conditions"][0]["needed"], &json!(needed))?;
        same("yes votes", &decision["conditions"][0]["got"], &json!(yes))?;
        Ok(format!("Passed: {} members voted Yes; {} were needed.", grouped(yes), grouped(needed)))
    }

    /// Holds the offline verifier's document against them.
    ///
    /// # Errors
    /// Says what is another number than it must be.
    pub(crate) fn check_verified(&self, verified: &Value) -> Result<()> {
        same("verdict", &verified["ok"], &json!(true))?;
        same("completeness", &verified["complete"], &json!(true))?;
        same("credentials", &verified["voters"], &json!(self.eligible + self.spares))?;
        same("counted votes", &verified["votes"], &json!(self.cast))?;
        same("replaced votes", &verified["replaced"], &json!(self.twice))?;
        same("yes votes", &verified["counts"][0]["answers"][0]["votes"], &json!(self.yes))?;
        same("outcome", &verified["decisions"][0]["outcome"], &json!("passed"))
    }
}

fn same(what: &str, found: &Value, expected: &Value) -> Result<()> {
    ensure!(found == expected, "{what}: {found}, but it must be {expected}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Expected;

    #[test]
    fn the_real_size_gives_the_numbers_of_2021() {
        let Expected { eligible, cast, yes, twice, needed, .. } = Expected::of(25_000).unwrap();
        assert_eq!((eligible, cast, yes, twice, needed), (25_000, 21_500, 15_265, 215, 15_000));
    }

    #[test]
    fn it_passes_whatever_the_size() {
        for members in 10..2000 {
            let expected = Expected::of(members).unwrap();
            assert!(expected.yes >= expected.needed && expected.twice >= 1, "{members}");
        }
    }
}
