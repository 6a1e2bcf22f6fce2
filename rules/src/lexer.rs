//! Cuts a rule into words, quoted answers, numbers and signs, each with its place.

use std::fmt;

use crate::counts::MAX_COUNT;
use crate::error::RuleError;
use crate::expr::{Fraction, Op};

/// Words with a meaning of their own: an answer that reads like one is written in quotes.
const KEYWORDS: [&str; 16] = [
    "and",
    "answer",
    "blank",
    "cast",
    "each",
    "eligible",
    "half",
    "not",
    "of",
    "or",
    "spoiled",
    "three-quarters",
    "top",
    "two-thirds",
    "unit",
    "valid",
];

/// One piece of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A word without quotes: a keyword or an answer.
    Word(String),
    /// A text in quotes: always an answer.
    Quoted(String),
    /// A whole number.
    Number(u64),
    /// `70%`, `66.7%` or `2/3`.
    Fraction(Fraction),
    /// `>` or `>=`.
    Op(Op),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `:`
    Colon,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => write!(f, "`{word}`"),
            Self::Quoted(text) => write!(f, "`{}`", in_quotes(text)),
            Self::Number(number) => write!(f, "`{number}`"),
            Self::Fraction(fraction) => write!(f, "`{fraction}`"),
            Self::Op(op) => write!(f, "`{op}`"),
            Self::Open => f.write_str("`(`"),
            Self::Close => f.write_str("`)`"),
            Self::Colon => f.write_str("`:`"),
        }
    }
}

/// A piece and the place of its first character, from 1.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    pub(crate) token: Token,
    pub(crate) at: usize,
}

/// Whether `word` means something to the language.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// An answer as a rule writes it: bare where it is one word and no keyword, else in quotes.
pub(crate) fn spelled(answer: &str) -> String {
    let mut chars = answer.chars();
    let one_word = chars.next().is_some_and(begins_word) && chars.all(continues_word);
    if one_word && !is_keyword(answer) { answer.to_owned() } else { in_quotes(answer) }
}

/// A text in quotes; a quote inside it is written twice.
fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Whether a rule can show this character inside an answer: signs that break the line or reorder it would make
/// the rule read otherwise than it decides.
pub(crate) fn may_stand_in_answer(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn begins_word(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn continues_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '\'' | '’')
}

/// Cuts a whole rule.
///
/// # Errors
/// A character that no rule holds, a quote that is not closed, or a number that is malformed or out of range.
pub(crate) fn lex(text: &str) -> Result<Vec<Located>, RuleError> {
    let chars: Vec<char> = text.chars().collect();
    let mut lexer = Lexer { chars: &chars, next: 0 };
    let mut tokens = Vec::new();
    while let Some(c) = lexer.peek() {
        if lexer.at_blank(c) {
            lexer.next += 1;
            continue;
        }
        let at = lexer.next + 1;
        tokens.push(Located { token: lexer.token(c, at)?, at });
    }
    Ok(tokens)
}

struct Lexer<'a> {
    chars: &'a [char],
    next: usize,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.next).copied()
    }

    /// Whether `c`, which comes next, is a blank between words: none that can hide a part of the rule where it is shown, as
    /// a carriage return does on a terminal.
    fn at_blank(&self, c: char) -> bool {
        match c {
            '\t' | '\n' => true,
            '\r' => self.chars.get(self.next + 1) == Some(&'\n'),
            _ => c.is_whitespace() && may_stand_in_answer(c),
        }
    }

    /// Takes characters as long as `wanted` says so.
    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let from = self.next;
        while self.peek().is_some_and(&wanted) {
            self.next += 1;
        }
        self.chars[from..self.next].iter().collect()
    }

    fn token(&mut self, first: char, at: usize) -> Result<Token, RuleError> {
        if begins_word(first) {
            return Ok(Token::Word(self.take_while(continues_word)));
        }
        if first.is_ascii_digit() {
            let spelling = self.take_while(|c| continues_word(c) || matches!(c, '.' | ',' | '/' | '%'));
            return number(&spelling, at);
        }
        self.next += 1;
        match first {
            '"' => self.quoted(at),
            '(' => Ok(Token::Open),
            ')' => Ok(Token::Close),
            ':' => Ok(Token::Colon),
            '>' if self.peek() == Some('=') => {
                self.next += 1;
                Ok(Token::Op(Op::AtLeast))
            }
            '>' => Ok(Token::Op(Op::MoreThan)),
            other => Err(stray(other, at)),
        }
    }

    /// The rest of a quoted answer; its opening quote is taken.
    fn quoted(&mut self, at: usize) -> Result<Token, RuleError> {
        let mut answer = String::new();
        loop {
            let Some(c) = self.peek() else {
                return Err(RuleError::new(at, "a closing `\"` after this quote", "the end of the rule"));
            };
            self.next += 1;
            if c == '"' {
                if self.peek() != Some('"') {
                    break;
                }
                self.next += 1;
            } else if !may_stand_in_answer(c) {
                return Err(RuleError::new(self.next, "an answer on one line", described(c)));
            }
            answer.push(c);
        }
        if answer.is_empty() {
            return Err(RuleError::new(at, "the text of an answer", "empty quotes"));
        }
        Ok(Token::Quoted(answer))
    }
}

/// The mistake of a sign that the language does not have.
fn stray(c: char, at: usize) -> RuleError {
    let (expected, hint) = match c {
        '<' | '=' | '≥' | '≤' | '!' => ("`>` or `>=`", Some("the answer stands left, its share right")),
        '“' | '”' | '„' | '«' | '»' | '\'' | '‘' | '’' | '`' => {
            ("a straight quote `\"` around an answer", None)
        }
        '%' | '/' => ("a fraction without blanks, such as `70%` or `2/3`", None),
        '&' | '|' => ("`and` or `or`", None),
        _ => ("a word, a number, `>`, `>=`, `(` or `)`", Some("answers with other signs stand in quotes")),
    };
    let error = RuleError::new(at, expected, described(c));
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// A character as an error names it.
fn described(c: char) -> String {
    if may_stand_in_answer(c) { format!("`{c}`") } else { format!("the character U+{:04X}", u32::from(c)) }
}

/// Reads what begins with a digit.
fn number(spelling: &str, at: usize) -> Result<Token, RuleError> {
    if let Some(percentage) = spelling.strip_suffix('%') {
        return percent(percentage, spelling, at);
    }
    if let Some((numerator, denominator)) = spelling.split_once('/') {
        return ratio(numerator, denominator, spelling, at);
    }
    if !is_digits(spelling) {
        let expected = "a whole number such as `500`, or a fraction such as `66.7%` or `2/3`";
        return Err(RuleError::new(at, expected, format!("`{spelling}`"))
            .hint("an answer that begins with a digit stands in quotes"));
    }
    match whole(spelling) {
        Some(number) => Ok(Token::Number(number)),
        None => Err(RuleError::new(at, format!("a number of at most {MAX_COUNT}"), format!("`{spelling}`"))),
    }
}

fn percent(percentage: &str, spelling: &str, at: usize) -> Result<Token, RuleError> {
    let wrong = || {
        let expected = "a percentage from 0% to 100% with at most four decimals";
        RuleError::new(at, expected, format!("`{spelling}`"))
    };
    let (units, decimals) = match percentage.split_once('.') {
        Some((units, decimals)) if is_digits(decimals) && decimals.len() <= 4 => (units, decimals),
        Some(_) => return Err(wrong()),
        None => (percentage, ""),
    };
    if !is_digits(units) {
        return Err(wrong());
    }
    // In ten-thousandths of a percent: 66.7% is 667000 of 1000000.
    let numerator = whole(&format!("{units}{decimals:0<4}")).filter(|n| *n <= 1_000_000).ok_or_else(wrong)?;
    Ok(Token::Fraction(Fraction { numerator, denominator: 1_000_000, spelling: spelling.to_owned() }))
}

fn ratio(numerator: &str, denominator: &str, spelling: &str, at: usize) -> Result<Token, RuleError> {
    let both = whole(numerator).zip(whole(denominator));
    match both.filter(|(numerator, denominator)| *denominator > 0 && numerator <= denominator) {
        Some((numerator, denominator)) => {
            Ok(Token::Fraction(Fraction { numerator, denominator, spelling: spelling.to_owned() }))
        }
        None => {
            let expected = "a fraction such as `2/3`, at most 1 and not over zero";
            Err(RuleError::new(at, expected, format!("`{spelling}`")))
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A whole number no larger than any count.
fn whole(digits: &str) -> Option<u64> {
    if !is_digits(digits) {
        return None;
    }
    digits.parse().ok().filter(|n| *n <= MAX_COUNT)
}
