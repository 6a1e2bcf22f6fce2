//! What it takes to pass, in sentences.
//!
//! A rule of one comparison becomes one sentence; others a list of conditions with numbers, so that what belongs together
//! can be told at any depth. Where no simple sentence says a comparison exactly, it is said with its numbers.

use scrutineer_ballot::file::{Choose, Question};
use scrutineer_rules::{
    Abstaining, Clause, Comparison, Explanation, Fraction, NotVoting, Op, Quantity, Rule, Share,
};

use super::capital;
use crate::i18n::{Arg, Texts};

/// What it takes for a question to pass, and what not voting and abstaining do. Sentences; the items of a list begin with
/// their numbers (`1.`, `2.1.`).
#[must_use]
pub fn rule(t: &Texts, question: &Question) -> Vec<String> {
    let Some(rule) = &question.rule else { return vec![t.get("rule-none")] };
    Words::new(t, question).sentences(&rule.explain())
}

/// How a comparison is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// As what must be so, in a sentence of its own; `At least` goes without saying.
    Must,
    /// As what may be so or not.
    If,
}

/// The grammatical number of a subject.
type Agree = &'static str;

/// The words for one question.
pub(super) struct Words<'a> {
    pub(super) t: &'a Texts,
    question: &'a Question,
}

impl<'a> Words<'a> {
    pub(super) const fn new(t: &'a Texts, question: &'a Question) -> Self {
        Self { t, question }
    }

    fn sentences(&self, explanation: &Explanation) -> Vec<String> {
        let t = self.t;
        let mut sentences = Vec::new();
        self.whole(&explanation.clause, &mut sentences);
        if explanation.needs_valid_vote {
            sentences.push(t.get(if self.question.blank { "rule-no-valid-vote" } else { "rule-no-vote" }));
        }
        self.not_voting(&explanation.not_voting, &mut sentences);
        if self.question.blank {
            sentences.push(self.abstaining(&explanation.abstaining));
        }
        sentences
    }

    /// A whole rule.
    fn whole(&self, clause: &Clause, sentences: &mut Vec<String>) {
        let t = self.t;
        let with_clause =
            |id: &str, comparison, mood| t.with(id, &[("clause", self.comparison(comparison, mood).into())]);
        let (head, parts): (&str, &[Clause]) = match clause {
            Clause::Comparison(one) => {
                return sentences.push(with_clause("rule-passes", one, Mood::Must));
            }
            Clause::All(parts) => ("rule-all", parts),
            Clause::Any(parts) => ("rule-any", parts),
            Clause::EachUnit(part) => match part.as_ref() {
                Clause::Comparison(one) => {
                    return sentences.push(with_clause("rule-passes-each", one, Mood::Must));
                }
                other => ("rule-each", std::slice::from_ref(other)),
            },
            Clause::Not(part) => match part.as_ref() {
                Clause::Comparison(one) => {
                    return sentences.push(with_clause("rule-fails-if", one, Mood::If));
                }
                Clause::All(parts) => ("rule-not-all", parts),
                Clause::Any(parts) => ("rule-not-any", parts),
                other => ("rule-not", std::slice::from_ref(other)),
            },
        };
        sentences.push(t.get(head));
        self.items("", parts, sentences);
    }

    /// The items of a list, each with its number after that of the list.
    fn items(&self, list: &str, parts: &[Clause], sentences: &mut Vec<String>) {
        for (i, part) in (1..).zip(parts) {
            self.item(&format!("{list}{i}."), part, sentences);
        }
    }

    fn item(&self, number: &str, clause: &Clause, sentences: &mut Vec<String>) {
        let t = self.t;
        let say = |id: &str, comparison, sentences: &mut Vec<String>| {
            let clause = self.comparison(comparison, Mood::If);
            let clause = if id == "rule-item" { capital(&clause) } else { clause };
            sentences.push(t.with(id, &[("number", number.into()), ("clause", clause.into())]));
        };
        let (head, parts): (&str, &[Clause]) = match clause {
            Clause::Comparison(one) => return say("rule-item", one, sentences),
            Clause::All(parts) => ("rule-head-all", parts),
            Clause::Any(parts) => ("rule-head-any", parts),
            Clause::EachUnit(part) => match part.as_ref() {
                Clause::Comparison(one) => return say("rule-item-each", one, sentences),
                other => ("rule-head-each", std::slice::from_ref(other)),
            },
            Clause::Not(part) => match part.as_ref() {
                Clause::Comparison(one) => return say("rule-item-not", one, sentences),
                Clause::All(parts) => ("rule-head-not-all", parts),
                Clause::Any(parts) => ("rule-head-not-any", parts),
                other => ("rule-head-not", std::slice::from_ref(other)),
            },
        };
        sentences.push(t.with(head, &[("number", number.into())]));
        self.items(number, parts, sentences);
    }

    fn not_voting(&self, not_voting: &NotVoting, sentences: &mut Vec<String>) {
        let t = self.t;
        sentences.push(match not_voting {
            NotVoting::LikeNotChoosing(answer) => {
                self.like(answer, "rule-not-voting-like", "rule-not-voting-unlike")
            }
            NotVoting::Nothing => t.get("rule-not-voting-nothing"),
            NotVoting::CanStop => t.get("rule-not-voting-can-stop"),
            NotVoting::CanHelp { .. } => t.get("rule-not-voting-can-help"),
            NotVoting::Depends => t.get("rule-not-voting-depends"),
        });
        if let NotVoting::CanHelp { by_turnout: true } = not_voting {
            sentences.push(t.get("rule-not-voting-turnout"));
        }
    }

    fn abstaining(&self, abstaining: &Abstaining) -> String {
        match abstaining {
            Abstaining::LikeNotChoosing(answer) => {
                self.like(answer, "rule-abstaining-like", "rule-abstaining-unlike")
            }
            Abstaining::LikeNotVoting => self.t.get("rule-abstaining-nothing"),
            Abstaining::TurnoutOnly => self.t.get("rule-abstaining-turnout"),
            Abstaining::InTotal => self.t.get("rule-abstaining-total"),
            Abstaining::AsTheRuleSays => self.t.get("rule-abstaining-named"),
        }
    }

    /// What has the effect of not choosing an answer has that of the other one, where there are just two to choose from.
    fn like(&self, answer: &str, like: &str, unlike: &str) -> String {
        match &self.question.answers[..] {
            [first, second] if self.question.choose == Choose::ONE => {
                let other = if first == answer { second } else { first };
                self.t.with(like, &[("answer", self.answer(other).into())])
            }
            _ => self.t.with(unlike, &[("answer", self.answer(answer).into())]),
        }
    }

    pub(super) fn answer(&self, text: &str) -> String {
        answer(self.t, text)
    }

    /// A comparison as a clause, without a capital and without a full stop.
    pub(super) fn comparison(&self, comparison: &Comparison, mood: Mood) -> String {
        let Comparison { left, op, share } = comparison;
        let (left, base) = (self.plain(left), share_of(share).map(|base| self.plain(base)));
        let subject = match (share, &base) {
            (Share::Part(part, _), Some(Quantity::Eligible)) => {
                Some(self.share("rule-of-members", *op, part, mood))
            }
            (Share::Part(part, _), Some(Quantity::Cast)) => Some(self.share("rule-of-cast", *op, part, mood)),
            (Share::Part(part, _), Some(Quantity::Valid)) => {
                Some(self.share("rule-of-valid", *op, part, mood))
            }
            (Share::Part(..), _) => None,
            (Share::Number(n), _) => Some(self.count("rule-count-members", *op, *n, mood)),
        };
        let of_votes = matches!(base, Some(Quantity::Cast | Quantity::Valid));
        let predicate = match (&left, of_votes) {
            (Quantity::Answer(_), false) => Some("rule-choose"),
            (Quantity::TopAnswer, false) => Some("rule-choose-same"),
            (Quantity::Valid, false) => Some("rule-choose-any"),
            (Quantity::Cast, false) => Some("rule-take-part"),
            (Quantity::Blank, false) => Some("rule-abstain"),
            (Quantity::Answer(_), true) => Some("rule-be-for"),
            (Quantity::TopAnswer, true) => Some("rule-be-same"),
            _ => None,
        };
        let (Some((who, agree)), Some(predicate)) = (subject, predicate) else {
            return self.amount(&left, *op, share, base.as_ref(), mood);
        };
        let mut args = vec![("who", who.into()), ("mood", mood.into()), ("agree", agree.into())];
        if let Quantity::Answer(answer) = &left {
            args.push(("answer", self.answer(answer).into()));
        }
        self.t.with(predicate, &args)
    }

    /// Where a question has no blank votes, the votes that are valid are those that were cast.
    fn plain(&self, quantity: &Quantity) -> Quantity {
        match quantity {
            Quantity::Valid if !self.question.blank => Quantity::Cast,
            other => other.clone(),
        }
    }

    /// A share of members or votes as a subject.
    fn share(&self, id: &str, op: Op, part: &Fraction, mood: Mood) -> (String, Agree) {
        let all = part.numerator() == part.denominator();
        let (kind, n, d) = match (op, part.percent()) {
            _ if part.is_half() => ("half", "1", 2),
            (Op::AtLeast, _) if all => ("all", "1", 1),
            // More than all of them: nobody can reach it, which the numbers show.
            (Op::MoreThan, _) if all => ("of", "100", 100),
            (_, Some(percent)) => ("of", percent, 100),
            (_, None) => ("of", "", part.denominator()),
        };
        let n = if n.is_empty() { part.numerator().to_string() } else { n.to_owned() };
        let agree = match (kind, op) {
            ("all", _) => "few",
            ("of", Op::AtLeast) => agreement(&n),
            _ => "many",
        };
        let args = [
            ("op", operator(op, mood).into()),
            ("part", kind.into()),
            ("n", self.t.decimal(&n).into()),
            ("d", d.into()),
        ];
        (self.t.with(id, &args), agree)
    }

    /// A fixed number of members as a subject.
    fn count(&self, id: &str, op: Op, n: u64, mood: Mood) -> (String, Agree) {
        let agree = if op == Op::AtLeast { agreement(&n.to_string()) } else { "many" };
        (self.t.with(id, &[("op", operator(op, mood).into()), ("n", n.into())]), agree)
    }

    fn amount(&self, left: &Quantity, op: Op, share: &Share, base: Option<&Quantity>, mood: Mood) -> String {
        let op = match op {
            Op::MoreThan => "more",
            Op::AtLeast => "least",
        };
        let mut args = vec![("what", self.what(left).into()), ("mood", mood.into()), ("op", op.into())];
        match (share, base) {
            (Share::Part(part, _), Some(base)) => {
                args.push(("share", self.fraction(part).into()));
                args.push(("base", self.what(base).into()));
                self.t.with("rule-amount", &args)
            }
            (Share::Part(..), None) => String::new(),
            (Share::Number(n), _) => {
                args.push(("n", n.into()));
                self.t.with("rule-amount-number", &args)
            }
        }
    }

    fn fraction(&self, part: &Fraction) -> String {
        match part.percent() {
            Some(percent) => self.t.with("rule-share-percent", &[("number", self.t.decimal(percent).into())]),
            None => {
                let (n, d) = (part.numerator().to_string(), part.denominator().to_string());
                self.t.with("rule-share-ratio", &[("n", n.into()), ("d", d.into())])
            }
        }
    }

    /// A quantity by its name: `the number of votes cast`.
    pub(super) fn what(&self, quantity: &Quantity) -> String {
        let id = match self.plain(quantity) {
            Quantity::Eligible => "amount-members",
            Quantity::Cast => "amount-cast",
            Quantity::Valid => "amount-valid",
            Quantity::Blank => "amount-blank",
            Quantity::Spoiled => "amount-spoiled",
            Quantity::TopAnswer => "amount-top",
            Quantity::Answer(answer) => {
                return self.t.with("amount-answer", &[("answer", self.answer(&answer).into())]);
            }
        };
        self.t.get(id)
    }
}

/// An answer as the ballot has it, marked off as the language does; in English only where it is more than one word.
#[must_use]
pub fn answer(t: &Texts, answer: &str) -> String {
    let word = answer.chars().all(char::is_alphanumeric);
    t.with(if word { "rule-answer-word" } else { "rule-answer-text" }, &[("answer", answer.into())])
}

impl From<Mood> for Arg {
    fn from(mood: Mood) -> Self {
        match mood {
            Mood::Must => "must".into(),
            Mood::If => "if".into(),
        }
    }
}

const fn operator(op: Op, mood: Mood) -> &'static str {
    match (op, mood) {
        (Op::MoreThan, _) => "more",
        (Op::AtLeast, Mood::Must) => "bare",
        (Op::AtLeast, Mood::If) => "least",
    }
}

const fn share_of(share: &Share) -> Option<&Quantity> {
    match share {
        Share::Part(_, base) => Some(base),
        Share::Number(_) => None,
    }
}

/// How a verb agrees with a number: the plural rules of Polish, which tells most forms apart; the other languages tell
/// only `one` from the rest. A number with decimals takes the form of many.
fn agreement(number: &str) -> Agree {
    let Ok(n) = number.parse::<u64>() else { return "many" };
    match (n, n % 10, n % 100) {
        (1, ..) => "one",
        (_, 2..=4, 12..=14) => "many",
        (_, 2..=4, _) => "few",
        _ => "many",
    }
}

/// The comparison that a condition of a verdict was, by its text.
pub(super) fn comparison_of(rule: &Rule, text: &str) -> Option<(Comparison, bool)> {
    let explanation = rule.explain();
    let mut all = explanation.comparisons().into_iter();
    all.find(|(comparison, _)| comparison.to_string() == text).map(|(one, against)| (one.clone(), against))
}
