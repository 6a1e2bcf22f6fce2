//! What a certificate says of delivery: how far voting codes came, whom none reached, and whether these members, or votes that
//! somebody else might have cast, could have changed an outcome. Where they could, officers have to say something to it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::build::{Made, add, contradiction, kept, one_line};
use crate::roll::{MemberNo, RollEntry};
use crate::text;

/// Most characters of an answer to a warning.
pub const MAX_WARNING_ANSWER: usize = 2_000;

/// A way to members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// By e-mail.
    Email,
    /// By post.
    Post,
    /// By hand.
    Hand,
}

impl Way {
    /// All of them, in the order in which a certificate has them.
    pub const ALL: [Self; 3] = [Self::Email, Self::Post, Self::Hand];

    /// As in "By e-mail: 25 sent".
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Email => "By e-mail",
            Self::Post => "By post",
            Self::Hand => "By hand",
        }
    }
}

/// Where the latest letters to members stand on one way: every member is in one of these numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WayReport {
    /// The way.
    pub channel: Way,
    /// Members without a letter on this way.
    pub none: u64,
    /// Waiting to be sent.
    pub queued: u64,
    /// Printed, or fetched by whoever hands it over.
    pub printed: u64,
    /// Taken by a mail server, or posted.
    pub sent: u64,
    /// Arrived, as the other side says.
    pub delivered: u64,
    /// Handed over.
    pub handed_over: u64,
    /// Refused, or come back.
    pub bounced: u64,
}

impl WayReport {
    /// The states with their names, in order.
    #[must_use]
    pub const fn states(&self) -> [(&'static str, u64); 6] {
        [
            ("waiting", self.queued),
            ("printed", self.printed),
            ("sent", self.sent),
            ("delivered", self.delivered),
            ("handed over", self.handed_over),
            ("came back", self.bounced),
        ]
    }
}

/// A number beside the result that could have changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Warning {
    /// Members whom no code reached and who did not vote.
    Unreached,
    /// Votes under codes that were re-issued.
    Reissued,
    /// Votes of members whose address or password was changed during the vote.
    Changed,
}

impl Warning {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Unreached, Self::Reissued, Self::Changed];

    /// The word for it, as in JSON and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreached => "unreached",
            Self::Reissued => "reissued",
            Self::Changed => "changed",
        }
    }

    /// What it counts, with a number in front.
    #[must_use]
    pub const fn counts(self) -> &'static str {
        match self {
            Self::Unreached => "unreached members",
            Self::Reissued => "votes under re-issued codes (at most)",
            Self::Changed => "votes after a change of address or password (at most)",
        }
    }
}

/// The word names no warning.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no warning; there are unreached, reissued and changed")]
pub struct UnknownWarning(String);

impl std::str::FromStr for Warning {
    type Err = UnknownWarning;

    fn from_str(word: &str) -> Result<Self, UnknownWarning> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == word);
        found.ok_or_else(|| UnknownWarning(word.chars().take(40).collect()))
    }
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is known of delivery when the result is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryFacts {
    /// The ways in their order.
    pub channels: Vec<WayReport>,
    /// Members whom no code reached, as far as is known, and who did not vote.
    pub unreached: u64,
    /// Codes that were mailed to employers' addresses.
    pub employers_addresses: u64,
    /// Members with a re-issued code who voted.
    pub reissued_votes: u64,
    /// Members who voted and whose address or password was changed while the ballot was frozen or open.
    pub changed_votes: u64,
    /// What officers say to the warnings.
    pub answers: Vec<AnswerFacts>,
}

/// What an officer says to a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFacts {
    /// To which.
    pub warning: Warning,
    /// What.
    pub text: String,
    /// The officer's member number.
    pub by: MemberNo,
    /// The officer's name.
    pub name: String,
}

/// What a certificate says of delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryReport {
    /// The ways in their order.
    pub channels: Vec<WayReport>,
    /// Members whom a code reached, or who voted: all but the unreached.
    pub reached: u64,
    /// Members whom no code reached, as far as is known, and who did not vote.
    pub unreached: u64,
    /// Codes that were mailed to employers' addresses.
    pub employers_addresses: u64,
    /// Members with a re-issued code who voted.
    pub reissued_votes: u64,
    /// Members who voted and whose address or password was changed while the ballot was frozen or open.
    pub changed_votes: u64,
    /// The fewest votes that could change an outcome; never more than would do.
    pub margin: u64,
    /// What officers say to the warnings that stand.
    pub answers: Vec<AnswerReport>,
}

/// What an officer says to a warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerReport {
    /// To which.
    pub warning: Warning,
    /// The number that it warns of.
    pub number: u64,
    /// The margin beside it.
    pub margin: u64,
    /// What.
    pub text: String,
    /// The officer's member number.
    pub by: MemberNo,
    /// The officer's name.
    pub name: String,
}

impl DeliveryReport {
    /// The number that a warning is about.
    #[must_use]
    pub const fn number(&self, warning: Warning) -> u64 {
        match warning {
            Warning::Unreached => self.unreached,
            Warning::Reissued => self.reissued_votes,
            Warning::Changed => self.changed_votes,
        }
    }

    /// The warnings that stand: numbers that could have changed an outcome.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let stands = |warning: &Warning| {
            let number = self.number(*warning);
            number > 0 && number >= self.margin
        };
        Warning::ALL.into_iter().filter(stands).collect()
    }

    /// Those of them that nobody has answered.
    #[must_use]
    pub fn unanswered(&self) -> Vec<Warning> {
        let mut warnings = self.warnings();
        warnings.retain(|warning| !self.answers.iter().any(|answer| answer.warning == *warning));
        warnings
    }
}

impl DeliveryFacts {
    /// What a certificate says of it, for a ballot with this many eligible members, votes, re-issued codes and this margin.
    pub(super) fn report(
        &self,
        eligible: u64,
        cast: u64,
        reissued: u64,
        margin: u64,
    ) -> Made<DeliveryReport> {
        self.check(eligible, cast, reissued)?;
        let Self { channels, unreached, employers_addresses, reissued_votes, changed_votes, answers } =
            self.clone();
        let mut report = DeliveryReport {
            channels,
            reached: eligible.saturating_sub(unreached),
            unreached,
            employers_addresses,
            reissued_votes,
            changed_votes,
            margin,
            answers: Vec::new(),
        };
        let stand = report.warnings();
        let mut answered = BTreeSet::new();
        for AnswerFacts { warning, text, by, name } in answers {
            if !stand.contains(&warning) || answered.last().is_some_and(|last| *last >= warning) {
                return contradiction("an answer is to no warning, or the answers are not in order");
            }
            answered.insert(warning);
            kept("an answer to a warning", &text, text::paragraphs(&text, MAX_WARNING_ANSWER))?;
            one_line("the name of who answers a warning", &name, RollEntry::MAX_NAME)?;
            let number = report.number(warning);
            report.answers.push(AnswerReport { warning, number, margin, text, by, name });
        }
        Ok(report)
    }

    fn check(&self, eligible: u64, cast: u64, reissued: u64) -> Made<()> {
        if !self.channels.iter().map(|one| one.channel).eq(Way::ALL) {
            return contradiction("the ways to members are not e-mail, post and hand, in this order");
        }
        for one in &self.channels {
            let states = one.states().map(|(_, members)| members);
            if add(states.into_iter().chain([one.none]))? != eligible {
                return contradiction(format!(
                    "{}: the numbers of members do not make the {eligible} eligible",
                    one.channel.in_words()
                ));
            }
        }
        if add([self.unreached, cast])? > eligible {
            return contradiction("more members were unreached than did not vote");
        }
        if self.reissued_votes > cast.min(reissued) {
            return contradiction("more votes under re-issued codes than votes, or than such codes");
        }
        if self.changed_votes > cast {
            return contradiction("more votes after a change of address or password than votes");
        }
        let mailed = self.channels.first().map_or(0, |one| eligible.saturating_sub(one.none));
        if self.employers_addresses > mailed {
            return contradiction("more codes went to employers' addresses than were mailed");
        }
        Ok(())
    }
}

/// The facts in what a certificate says of delivery.
pub(super) fn facts(report: &DeliveryReport) -> DeliveryFacts {
    let answers = report.answers.iter().map(|answer| AnswerFacts {
        warning: answer.warning,
        text: answer.text.clone(),
        by: answer.by.clone(),
        name: answer.name.clone(),
    });
    DeliveryFacts {
        channels: report.channels.clone(),
        unreached: report.unreached,
        employers_addresses: report.employers_addresses,
        reissued_votes: report.reissued_votes,
        changed_votes: report.changed_votes,
        answers: answers.collect(),
    }
}
