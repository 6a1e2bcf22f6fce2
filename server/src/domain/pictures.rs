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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use scrutineer_api::count::AnswerCount;
    use scrutineer_ballot::file::Choose;
    use scrutineer_rules::{Counts, CountsInput, Electorate, decide};

    use super::*;
    use crate::i18n::{InWords as _, Language};

    /// What a question with these answers came to under a rule.
    struct Case {
        question: Question,
        count: QuestionCount,
        cast: u64,
        eligible: u64,
        verdict: Option<Verdict>,
    }

    impl Case {
        fn new(rule: Option<&str>, eligible: u64, answers: &[(&str, u64)], blank: Option<u64>) -> Self {
            let names = answers.iter().map(|(name, _)| (*name).to_owned());
            let rule = rule.map(|rule| Rule::parse(rule).unwrap());
            let counts = Counts::new(CountsInput {
                eligible,
                answers: answers.iter().map(|(name, votes)| ((*name).to_owned(), *votes)).collect(),
                blank: blank.unwrap_or(0),
                ..CountsInput::default()
            })
            .unwrap();
            let cast = counts.cast();
            let verdict = rule.as_ref().map(|rule| decide(rule, &Electorate::Whole(counts)).unwrap());
            let one = |(name, votes): &(&str, u64)| AnswerCount { answer: (*name).to_owned(), votes: *votes };
            Self {
                question: Question {
                    text: "Shall we?".to_owned(),
                    answers: names.collect(),
                    choose: Choose::ONE,
                    blank: blank.is_some(),
                    rule,
                },
                count: QuestionCount {
                    question: "Shall we?".to_owned(),
                    answers: answers.iter().map(one).collect(),
                    blank,
                },
                cast,
                eligible,
                verdict,
            }
        }

        fn counted(&self) -> Counted<'_> {
            Counted {
                question: &self.question,
                count: &self.count,
                cast: self.cast,
                eligible: self.eligible,
                verdict: self.verdict.as_ref(),
            }
        }

        fn figures(&self) -> Vec<Figure> {
            self.counted().figures(Language::En.texts(), true)
        }
    }

    fn lines(figures: &[Figure]) -> Vec<usize> {
        figures.iter().map(|figure| figure.chart.lines.len()).collect()
    }

    #[test]
    fn a_rule_of_all_members_shows_the_line_that_had_to_be_reached() {
        let case =
            Case::new(Some("Yes >= 60% of eligible"), 25_000, &[("Yes", 15_265), ("No", 6_235)], Some(0));
        let figures = case.figures();
        assert_eq!(lines(&figures), [0, 0, 1]);
        assert_eq!(figures[2].chart.lines[0].x, "60.00%");
        assert_eq!(
            figures[2].text,
            "Yes: 15,265 of 25,000 members (61.1%); the line is at 15,000. From the left: votes for Yes; other votes; \
             members who did not vote. The upright line is what had to be reached."
        );
        assert_eq!(figures[1].text, "Yes: 15,265 (71.0%); No: 6,235 (29.0%); Abstained: 0 (0.0%)");
    }

    #[test]
    fn a_rule_of_votes_alone_has_no_picture_of_all_members() {
        let case = Case::new(Some("Yes > half of valid"), 20, &[("Yes", 3), ("No", 3)], None);
        assert_eq!(lines(&case.figures()), [0, 0]);
        assert_eq!(case.counted().figures(Language::En.texts(), false).len(), 1);
        let uncounted = Case::new(None, 20, &[("A", 0), ("B", 0), ("C", 0)], None);
        assert_eq!(lines(&uncounted.figures()), [0, 0]);
    }

    #[test]
    fn a_turnout_that_had_to_be_reached_is_shown_with_its_line_once() {
        let rule = "Yes > half of cast and cast >= half of eligible and (Yes >= 40% of eligible or cast >= 1/2 of eligible)";
        let case = Case::new(Some(rule), 20, &[("Yes", 3), ("No", 4)], None);
        let figures = case.counted().figures(Language::En.texts(), false);
        assert_eq!(lines(&figures), [1, 0, 1]);
        assert_eq!(figures[0].title, "7 of 20 members voted (35.0%); the line is at 10.");
    }

    #[test]
    fn the_strongest_answer_is_shown_where_the_rule_asks_for_any() {
        let rule = Some("top answer >= 40% of eligible");
        let case = Case::new(rule, 20, &[("A", 3), ("B", 7), ("C", 0)], Some(1));
        assert_eq!(case.figures()[2].title, "B, of all members");
        let tie = Case::new(rule, 20, &[("A", 7), ("B", 7), ("C", 0)], None);
        assert_eq!(lines(&tie.figures()), [0, 0]);
    }

    #[test]
    fn no_share_in_the_table_contradicts_the_verdict() {
        let case =
            Case::new(Some("Yes >= 60% of eligible"), 25_000, &[("Yes", 14_999), ("No", 1)], Some(10_000));
        let rows = case.counted().rows(Language::En.texts());
        assert_eq!(rows[0].of_members.as_deref(), Some("59.996%"));
        assert_eq!(rows[0].of_valid.as_deref(), Some("99.99%"));
        assert_eq!(rows[2].of_valid, None);
        // Where nobody can abstain, a rule of valid votes is one of the votes cast.
        let case = Case::new(Some("Yes > half of valid"), 30_000, &[("Yes", 10_001), ("No", 10_000)], None);
        assert_eq!(case.counted().rows(Language::En.texts())[0].of_cast.as_deref(), Some("50.002%"));
        assert_eq!(case.figures()[1].chart.texts[0].text, "Yes: 10,001 (50.002%)");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_result_has_its_pictures_and_rows(
            (yes, no, blank, away) in (0..50_u64, 0..50_u64, 0..50_u64, 0..50_u64),
            rule in prop::sample::select(scrutineer_rules::library().iter().map(|rule| rule.text).collect::<Vec<_>>()),
        ) {
            prop_assume!(!rule.starts_with("each unit"));
            let eligible = (yes + no + blank + away).max(1);
            let case = Case::new(Some(rule), eligible, &[("Yes", yes), ("No", no)], Some(blank));
            for language in Language::ALL {
                let t = language.texts();
                let figures = case.counted().figures(t, true);
                prop_assert!(figures.len() >= 2);
                for figure in &figures {
                    prop_assert!(!figure.title.is_empty() && !figure.text.is_empty() && !figure.caption.is_empty());
                    prop_assert!(!figure.chart.rects.is_empty());
                }
                prop_assert_eq!(case.counted().rows(t).len(), 5);
            }
        }
    }
}
