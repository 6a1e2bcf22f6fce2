//! Named rules that a ballot may use as `passes = "rule:NAME"`: real rules of real unions and laws.
//!
//! A starting point, not advice: laws and constitutions change, so check the source before relying on one.

/// A rule of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedRule {
    /// The name after `rule:`.
    pub name: &'static str,
    /// What the rule is, in a few words.
    pub title: &'static str,
    /// The rule itself, which speaks of `Yes` and `No`.
    pub text: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// One plain sentence for members: what not voting does.
    pub not_voting: &'static str,
}

const NEITHER: &str = "Not voting counts for neither side: only votes for an answer are counted.";
const AS_NO: &str = "Not voting works as a No: the share is of all eligible members.";
const TURNOUT: &str =
    "Not voting can stop the question from passing: at least half of all eligible members must vote.";

static LIBRARY: [NamedRule; 16] = [
    NamedRule {
        name: "majority",
        title: "Majority of the votes for an answer",
        text: "Yes > half of valid",
        source: "Robert's Rules of Order: majority of the votes cast, blanks left out",
        not_voting: NEITHER,
    },
    NamedRule {
        name: "majority-of-ballots",
        title: "One answer has a majority of all votes, blank ones included",
        text: "top answer > half of cast",
        source: "Common in elections with blank votes: blanks are counted in the base",
        not_voting: "Not voting counts for no answer, but a blank vote makes it harder for any answer to win.",
    },
    NamedRule {
        name: "two-thirds",
        title: "Two thirds of the votes for an answer",
        text: "Yes >= 2/3 of valid",
        source: "Robert's Rules of Order: two-thirds vote",
        not_voting: NEITHER,
    },
    NamedRule {
        name: "illinois-chicago-strike",
        title: "Strike authorization in the Chicago public schools",
        text: "Yes >= 3/4 of eligible",
        source: "Illinois Educational Labor Relations Act, section 13, for Chicago",
        not_voting: AS_NO,
    },
    NamedRule {
        name: "ctu-action-60",
        title: "Collective action of the Chicago Teachers Union, January 2021",
        text: "Yes >= 60% of eligible",
        source: "Chicago Teachers Union, collective action of January 2021",
        not_voting: AS_NO,
    },
    NamedRule {
        name: "ctu-ratification",
        title: "Contract ratification of the Chicago Teachers Union",
        text: "Yes > half of valid",
        source: "Chicago Teachers Union, contract ratification",
        not_voting: NEITHER,
    },
    NamedRule {
        name: "uaw-strike",
        title: "Strike authorization of the United Auto Workers",
        text: "Yes >= 2/3 of valid",
        source: "Constitution of the UAW",
        not_voting: NEITHER,
    },
    NamedRule {
        name: "teamsters-final-offer-2018",
        title: "Employer's final offer, Teamsters until June 2021",
        text: "not (No > half of valid and cast >= half of eligible) and not (No >= 2/3 of valid)",
        source: "Constitution of the International Brotherhood of Teamsters until June 2021",
        not_voting: "Not voting can help the offer pass, because a majority rejects it only if at least half of \
                     all eligible members vote (otherwise two thirds are needed), and even one more Yes can \
                     bring the turnout that rejects it.",
    },
    NamedRule {
        name: "uk-general",
        title: "Industrial action in Great Britain",
        text: "Yes > half of cast and cast >= half of eligible",
        source: "Trade Union and Labour Relations (Consolidation) Act 1992 as amended in 2016; spoiled papers count \
                 as cast",
        not_voting: TURNOUT,
    },
    NamedRule {
        name: "uk-important-services-2016",
        title: "Industrial action in important public services in Great Britain, 2016 to 2026",
        text: "Yes > half of cast and cast >= half of eligible and Yes >= 40% of eligible",
        source: "Trade Union Act 2016; repealed for ballots opening from 18 February 2026",
        not_voting: "Not voting can stop the action: at least half of all eligible members must vote, and at least \
                     40% of all eligible members must vote Yes.",
    },
    NamedRule {
        name: "australia-459",
        title: "Protected action ballot in Australia",
        text: "Yes > half of valid and cast >= half of eligible",
        source: "Fair Work Act 2009 (Australia), section 459",
        not_voting: TURNOUT,
    },
    NamedRule {
        name: "ontario-79",
        title: "Strike vote in Ontario",
        text: "Yes > half of valid",
        source: "Labour Relations Act, 1995 (Ontario), section 79",
        not_voting: NEITHER,
    },
    NamedRule {
        name: "igmetall-strike",
        title: "Strike vote of IG Metall",
        text: "Yes >= 75% of eligible",
        source: "Statutes of IG Metall, section 22",
        not_voting: AS_NO,
    },
    NamedRule {
        name: "igmetall-accept",
        title: "Vote of IG Metall on accepting a result and ending a strike",
        text: "Yes >= 25% of eligible",
        source: "Statutes of IG Metall: the second ballot",
        not_voting: AS_NO,
    },
    NamedRule {
        name: "verdi-strike",
        title: "Strike vote of ver.di",
        text: "Yes > 75% of eligible",
        source: "Rules of ver.di: more than 75%",
        not_voting: AS_NO,
    },
    NamedRule {
        name: "every-unit",
        title: "A majority of the votes for an answer in every unit",
        text: "each unit: Yes > half of valid",
        source: "Master agreements with supplements, where each unit must accept",
        not_voting: "Not voting counts for neither side, but every unit needs at least one vote to pass.",
    },
];

/// All named rules.
#[must_use]
pub fn library() -> &'static [NamedRule] {
    &LIBRARY
}

/// The rule with this name (without `rule:`).
#[must_use]
pub fn named(name: &str) -> Option<&'static NamedRule> {
    LIBRARY.iter().find(|rule| rule.name == name)
}
