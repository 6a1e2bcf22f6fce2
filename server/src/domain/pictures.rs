//! Which pictures and which numbers a question's result is shown with: the turnout, the answers among the votes cast, and
//! for each condition on a share of all members how far it was reached.

use scrutineer_api::count::QuestionCount;
use scrutineer_ballot::file::Question;
use scrutineer_rules::{Quantity, Rule, Share, Verdict};

use super::chart::{self, Bar, Chart, Fill};
use super::percent::{self, percent};
use super::words;
use crate::i18n::Texts;

/// The counts of a question and what they are counted among.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// The question as it was asked.
    pub question: &'a Question,
    /// Its counts.
    pub count: &'a QuestionCount,
    /// Members who voted.
    pub cast: u64,
    /// Members who may vote.
    pub eligible: u64,
    /// What its rule decided, if it has one.
    pub verdict: Option<&'a Verdict>,
}

/// A picture with what it says in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What it is a picture of.
    pub title: String,
    /// What it shows, in words, for those who do not see it.
    pub text: String,
    /// What stands below it.
    pub caption: String,
    /// The picture.
    pub chart: Chart,
}

/// A row of the table of all numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What is counted.
    pub name: String,
    /// How many.
    pub votes: String,
    /// Of the votes that choose an answer, in percent; nothing where that says nothing.
    pub of_valid: Option<String>,
    /// Of the votes cast.
    pub of_cast: Option<String>,
    /// Of all members.
    pub of_members: Option<String>,
}

impl Counted<'_> {
    /// All pictures of the question; the turnout only where `with_turnout`, or where the rule asks for one.
    #[must_use]
    pub fn figures(&self, t: &Texts, with_turnout: bool) -> Vec<Figure> {
        let conditions = self.conditions_on_members();
        let mut figures = Vec::new();
        let mut turnout: Vec<_> = conditions.iter().filter(|one| one.answer.is_none()).collect();
        turnout.dedup_by_key(|one| one.needed);
        if turnout.is_empty() && with_turnout {
            figures.push(self.turnout(t, None));
        }
        figures.extend(turnout.into_iter().map(|one| self.turnout(t, Some(one.needed))));
        figures.push(self.shares(t));
        let mut answers: Vec<(&String, u64, u64)> = Vec::new();
        for one in &conditions {
            if let Some(answer) = &one.answer
                && !answers.contains(&(answer, one.got, one.needed))
            {
                answers.push((answer, one.got, one.needed));
                figures.push(self.members(t, answer, one.got, one.needed));
            }
        }
        figures
    }

    /// All numbers: the answers, then those who abstained, then the sums.
    #[must_use]
    pub fn rows(&self, t: &Texts) -> Vec<Row> {
        let Self { count, cast, eligible, .. } = *self;
        let valid = cast - count.blank.unwrap_or_default().min(cast);
        let row = |name: String, votes: u64, left: Option<&Quantity>, among_valid: bool| {
            let share = |whole, base: &Quantity| {
                let bars = left.map(|left| self.bars(left, base)).unwrap_or_default();
                percent(votes, whole, &bars).map(|text| shown(t, &text))
            };
            Row {
                name,
                votes: t.number(votes),
                of_valid: among_valid.then(|| share(valid, &Quantity::Valid)).flatten(),
                of_cast: share(cast, &Quantity::Cast),
                of_members: share(eligible, &Quantity::Eligible),
            }
        };
        let answers = count
            .answers
            .iter()
            .map(|one| row(one.answer.clone(), one.votes, Some(&Quantity::Answer(one.answer.clone())), true));
        let blank =
            count.blank.map(|blank| row(t.get("results-blank"), blank, Some(&Quantity::Blank), false));
        let cast_row = row(t.get("results-cast"), cast, Some(&Quantity::Cast), false);
        let all = Row {
            name: t.get("results-eligible"),
            votes: t.number(eligible),
            of_valid: None,
            of_cast: None,
            of_members: percent(eligible, eligible, &[]).map(|text| shown(t, &text)),
        };
        answers.chain(blank).chain([cast_row, all]).collect()
    }

    fn turnout(&self, t: &Texts, line: Option<u64>) -> Figure {
        let Self { cast, eligible, .. } = *self;
        let share = self.share(t, cast, eligible, &Quantity::Cast, &Quantity::Eligible);
        let mut args = vec![("cast", cast.into()), ("eligible", eligible.into()), ("percent", share.into())];
        let (title, text) = match line {
            None => (t.with("chart-turnout", &args), t.get("chart-turnout-parts")),
            Some(needed) => {
                args.push(("needed", needed.into()));
                (t.with("chart-turnout-line", &args), t.get("chart-turnout-parts-line"))
            }
        };
        let bar = Bar { label: title.clone(), parts: vec![(Fill::Yes, cast)], line };
        Figure { title, caption: text.clone(), text, chart: chart::draw(eligible, &[bar]) }
    }

    fn shares(&self, t: &Texts) -> Figure {
        let Self { count, cast, .. } = *self;
        let bar = |fill, name: &str, votes: u64, left: &Quantity| {
            let share = self.share(t, votes, cast, left, &Quantity::Cast);
            let args = [("answer", name.into()), ("votes", votes.into()), ("percent", share.into())];
            Bar { label: t.with("chart-share", &args), parts: vec![(fill, votes)], line: None }
        };
        let mut bars = Vec::new();
        for (i, one) in count.answers.iter().enumerate() {
            let fill = match (i, count.answers.len()) {
                (0, _) => Fill::Yes,
                (1, 2) => Fill::No,
                _ => Fill::Other,
            };
            bars.push(bar(fill, &one.answer, one.votes, &Quantity::Answer(one.answer.clone())));
        }
        if let Some(blank) = count.blank {
            bars.push(bar(Fill::Other, &t.get("results-blank"), blank, &Quantity::Blank));
        }
        let title = t.with("chart-shares", &[("cast", cast.into())]);
        let said: Vec<_> = bars.iter().map(|bar| bar.label.as_str()).collect();
        Figure { text: said.join("; "), caption: title.clone(), title, chart: chart::draw(cast, &bars) }
    }

    fn members(&self, t: &Texts, answer: &str, votes: u64, needed: u64) -> Figure {
        let Self { cast, eligible, .. } = *self;
        let left = Quantity::Answer(answer.to_owned());
        let share = self.share(t, votes, eligible, &left, &Quantity::Eligible);
        let title = t.with("chart-members-title", &[("answer", answer.into())]);
        let label = t.with(
            "chart-members",
            &[
                ("answer", answer.into()),
                ("votes", votes.into()),
                ("eligible", eligible.into()),
                ("percent", share.into()),
                ("needed", needed.into()),
            ],
        );
        let parts = vec![(Fill::Yes, votes), (Fill::Other, cast.saturating_sub(votes))];
        let caption = t.with("chart-members-parts", &[("answer", words::answer(t, answer).into())]);
        let text = format!("{label} {caption}");
        let bar = Bar { label, parts, line: Some(needed) };
        Figure { title, text, caption, chart: chart::draw(eligible, &[bar]) }
    }

    /// A share in percent, as it is written.
    fn share(&self, t: &Texts, part: u64, whole: u64, left: &Quantity, base: &Quantity) -> String {
        let text = percent(part, whole, &self.bars(left, base)).unwrap_or_else(|| "0.0".to_owned());
        shown(t, &text)
    }

    /// The shares that the rule holds a count against, of a whole that is counted alike.
    fn bars(&self, left: &Quantity, base: &Quantity) -> Vec<percent::Bar> {
        let Some(rule) = self.rule() else { return Vec::new() };
        let explanation = rule.explain();
        let top = self.count.answers.iter().map(|one| one.votes).max();
        let is_top = |answer: &str| {
            self.count.answers.iter().any(|one| one.answer == answer && Some(one.votes) == top)
        };
        // Where nobody can abstain, the votes with an answer are the votes cast.
        let plain = |quantity: &Quantity| match quantity {
            Quantity::Valid if !self.question.blank => Quantity::Cast,
            other => other.clone(),
        };
        let comparisons = explanation.comparisons().into_iter();
        let bar = comparisons.filter_map(|(one, _)| {
            let Share::Part(part, of) = &one.share else { return None };
            let about = match (&one.left, left) {
                (Quantity::TopAnswer, Quantity::Answer(answer)) => is_top(answer),
                (this, that) => plain(this) == plain(that),
            };
            (about && plain(of) == plain(base))
                .then(|| percent::Bar { numerator: part.numerator(), denominator: part.denominator() })
        });
        bar.collect()
    }

    fn rule(&self) -> Option<Rule> {
        Rule::parse(&self.verdict?.rule).ok()
    }

    /// The conditions on a share of all members, with the answer that they are about; none for the turnout.
    fn conditions_on_members(&self) -> Vec<OnMembers> {
        let (Some(rule), Some(verdict)) = (self.rule(), self.verdict) else { return Vec::new() };
        let explanation = rule.explain();
        let comparisons = explanation.comparisons();
        let of_members = |condition: &scrutineer_rules::Condition| {
            let (comparison, _) = comparisons.iter().find(|(one, _)| one.to_string() == condition.text)?;
            let of_eligible = matches!(comparison.share, Share::Part(_, Quantity::Eligible));
            if !of_eligible || condition.unit.is_some() {
                return None;
            }
            let answer = match &comparison.left {
                Quantity::Answer(answer) => Some(answer.clone()),
                Quantity::Cast => None,
                Quantity::TopAnswer => {
                    let mut top = self.count.answers.iter().filter(|one| one.votes == condition.got);
                    let (only, None) = (top.next()?, top.next()) else { return None };
                    Some(only.answer.clone())
                }
                _ => return None,
            };
            Some(OnMembers { answer, got: condition.got, needed: condition.needed })
        };
        verdict.conditions.iter().filter_map(of_members).collect()
    }
}

/// A condition on a share of all members.
struct OnMembers {
    answer: Option<String>,
    got: u64,
    needed: u64,
}

/// A percentage as the language writes it.
fn shown(t: &Texts, number: &str) -> String {
    t.with("results-percent", &[("number", t.decimal(number).into())])
}
