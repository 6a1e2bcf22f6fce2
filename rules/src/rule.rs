//! A rule: its text, what it speaks of, and how a reference to a named one becomes text.

use std::fmt;

use crate::error::{Place, RuleError};
use crate::explain::Explanation;
use crate::expr::{Expr, Quantity};
use crate::lexer::{Token, is_keyword, lex, may_stand_in_answer, spelled};
use crate::library::{library, named};
use crate::{parser, words};

/// A passage rule: text that people read and [`decide`](crate::decide) applies.
///
/// `Display` writes it with plain spacing and no brackets that it does not need; parsing that again gives an equal
/// rule. Two rules are equal if they say the same in the same order, however they were spaced.
#[derive(Clone, Debug)]
pub struct Rule {
    text: String,
    pub(crate) expr: Expr,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.expr == other.expr
    }
}

impl Eq for Rule {}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

impl Rule {
    /// Reads a rule. A reference `rule:NAME` is no rule yet: see [`resolve`].
    ///
    /// # Errors
    /// The first mistake, with its place and what was expected there.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let text = text.trim();
        Ok(Self { expr: parser::parse(text)?, text: text.to_owned() })
    }

    /// The rule as it was written, without blanks around it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The answers that the rule names, each once, in the order in which they first appear.
    #[must_use]
    pub fn answers(&self) -> Vec<&str> {
        let mut answers = Vec::new();
        self.expr.each_comparison(false, &mut |comparison, _| {
            for quantity in comparison.quantities() {
                if let Quantity::Answer(answer) = quantity
                    && !answers.contains(&answer.as_str())
                {
                    answers.push(answer.as_str());
                }
            }
        });
        answers
    }

    /// Checks that every answer that the rule names is one of `available`, the answers of the question.
    ///
    /// # Errors
    /// The first answer that does not exist, with its place in [`Rule::text`] and the answers that do.
    pub fn check_answers(&self, available: &[impl AsRef<str>]) -> Result<(), RuleError> {
        let exists = |answer: &str| available.iter().any(|a| a.as_ref() == answer);
        match self.answers().into_iter().find(|answer| !exists(answer)) {
            Some(missing) => Err(self.unknown_answer(missing, available)),
            None => Ok(()),
        }
    }

    /// The mistake that the rule names an answer that does not exist.
    pub(crate) fn unknown_answer(&self, answer: &str, available: &[impl AsRef<str>]) -> RuleError {
        let names = available.iter().map(|a| spelled(a.as_ref())).collect::<Vec<_>>().join(", ");
        let error = RuleError::new(
            self.place_of(answer),
            format!("one of the question's answers, written exactly as there ({names})"),
            spelled(answer),
        );
        match answer {
            "Yes" | "No" => error.hint(
                "where the answers read otherwise, `yes` and `no` beside a named rule say which is which",
            ),
            _ => error,
        }
    }

    /// Where an answer first stands in the text, in characters from 1.
    fn place_of(&self, answer: &str) -> usize {
        let names = |token: &Token| match token {
            Token::Quoted(text) => text == answer,
            Token::Word(word) => word == answer && !is_keyword(word),
            _ => false,
        };
        let tokens = lex(&self.text).unwrap_or_default();
        tokens.iter().find(|located| names(&located.token)).map_or(1, |located| located.at)
    }

    /// What the rule says, as data for sentences in any language.
    #[must_use]
    pub fn explain(&self) -> Explanation {
        Explanation::of(&self.expr)
    }

    /// The rule in plain English, one or two sentences that say exactly what it asks for.
    #[must_use]
    pub fn in_words(&self) -> String {
        words::sentences(&self.explain())
    }

    /// Whether the rule speaks of each unit, so that it can only be decided with the counts of every unit.
    #[must_use]
    pub fn needs_units(&self) -> bool {
        self.expr.has_each_unit()
    }
}

/// Reads a rule's text, or finds a named rule (`rule:NAME`) and puts the ballot's own words for `Yes` and `No`
/// into it.
///
/// # Errors
/// A mistake in the text; a name that the library lacks; `yes` or `no` beside a rule that is not a named one;
/// an empty or unprintable text for them, or the same for both.
pub fn resolve(reference: &str, yes: Option<&str>, no: Option<&str>) -> Result<Rule, RuleError> {
    let reference = reference.trim();
    let Some(name) = reference.strip_prefix("rule:").map(str::trim) else {
        return match (yes, no) {
            (None, None) => Rule::parse(reference),
            (Some(text), _) => Err(beside_text(Place::Yes, text)),
            (None, Some(text)) => Err(beside_text(Place::No, text)),
        };
    };
    let Some(found) = named(name) else {
        let names = library().iter().map(|rule| rule.name).collect::<Vec<_>>().join(", ");
        let expected = format!("the name of a rule in the library ({names})");
        let found = if name.is_empty() { "nothing".to_owned() } else { format!("`{name}`") };
        return Err(RuleError::new("rule:".len() + 1, expected, found));
    };
    let yes = own_words(yes, "Yes", Place::Yes)?;
    let no = own_words(no, "No", Place::No)?;
    if yes == no {
        let place = if no == "No" { Place::Yes } else { Place::No };
        return Err(RuleError::new(1, "another answer than for the opposite", spelled(no)).in_place(place));
    }
    let expr = parser::parse(found.text)?.renamed(&|answer| match answer {
        "Yes" => yes.to_owned(),
        "No" => no.to_owned(),
        other => other.to_owned(),
    });
    Rule::parse(&expr.to_string())
}

/// The mistake of `yes` or `no` where the rule is text and can name the answers itself.
fn beside_text(place: Place, text: &str) -> RuleError {
    RuleError::new(1, "nothing, since the rule is not a named one", spelled(text))
        .in_place(place)
        .hint("write the answers into the rule's own text")
}

/// The ballot's words for `Yes` or `No`, checked to be printable.
fn own_words<'a>(given: Option<&'a str>, usual: &'a str, place: Place) -> Result<&'a str, RuleError> {
    let Some(text) = given else { return Ok(usual) };
    if text.trim().is_empty() {
        return Err(RuleError::new(1, "the text of an answer", "nothing").in_place(place));
    }
    match text.chars().position(|c| !may_stand_in_answer(c)) {
        Some(i) => {
            let error = RuleError::new(i + 1, "an answer on one line", "a character that cannot be shown");
            Err(error.in_place(place))
        }
        None => Ok(text),
    }
}
