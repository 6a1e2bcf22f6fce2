//! From pieces to a tree: one function for each line of the grammar.
//!
//! ```text
//! rule       = or
//! or         = and { "or" and }
//! and        = unary { "and" unary }
//! unary      = "not" unary | "(" rule ")" | "each unit:" unary | comparison
//! comparison = quantity op share
//! op         = ">" | ">="
//! share      = fraction "of" quantity | whole-number
//! fraction   = "70%" | "66.7%" | "2/3" | "half" | "two-thirds" | "three-quarters"
//! quantity   = "eligible" | "cast" | "valid" | "blank" | "spoiled" | answer | "top answer"
//! answer     = one word that is no keyword, or any text in quotes (a quote inside it is written twice)
//! ```

use crate::error::RuleError;
use crate::expr::{Comparison, Expr, Fraction, Op, Quantity, Share};
use crate::lexer::{Located, Token, is_keyword, lex};

/// How long a rule may be, in characters: it must fit on a ballot.
const MAX_LENGTH: usize = 4000;

/// How deep brackets, `not` and `each unit:` may nest. Bounds the recursion; no rule that people can follow
/// comes near it.
const MAX_DEPTH: usize = 32;

const QUANTITY: &str = "`eligible`, `cast`, `valid`, `blank`, `spoiled`, `top answer` or an answer";
const QUOTES: &str = "an answer of more than one word, or one that reads like a keyword, stands in quotes";

/// Reads a whole rule.
///
/// # Errors
/// The first mistake, with its place and what was expected there.
pub(crate) fn parse(text: &str) -> Result<Expr, RuleError> {
    let length = text.chars().count();
    if length > MAX_LENGTH {
        let expected = format!("the end of the rule after at most {MAX_LENGTH} characters");
        return Err(RuleError::new(MAX_LENGTH + 1, expected, format!("{length} characters")));
    }
    let tokens = lex(text)?;
    let mut parser =
        Parser { tokens: &tokens, next: 0, end: length + 1, depth: 0, nots: 0, each: false, in_each: false };
    let expr = parser.or()?;
    if parser.peek().is_some() {
        return Err(parser.expected("`and`, `or` or the end of the rule"));
    }
    Ok(expr)
}

struct Parser<'a> {
    tokens: &'a [Located],
    next: usize,
    /// The place just after the last character.
    end: usize,
    depth: usize,
    /// How many `not` the parser stands under.
    nots: usize,
    /// Whether `each unit:` has been read anywhere.
    each: bool,
    /// Whether the parser stands inside `each unit:`.
    in_each: bool,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.next).map(|located| &located.token)
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |located| located.at)
    }

    /// The mistake that the next piece is not what was expected.
    fn expected(&self, expected: &str) -> RuleError {
        let found = self.peek().map_or_else(|| "the end of the rule".to_owned(), ToString::to_string);
        let error = RuleError::new(self.at(), expected, found);
        match self.peek() {
            Some(Token::Word(word)) if !is_keyword(word) && is_keyword(&word.to_lowercase()) => {
                error.hint("keywords are lower case")
            }
            _ => error,
        }
    }

    fn is_word(&self, wanted: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(word)) if word == wanted)
    }

    /// Takes the next piece if it is this keyword.
    fn take_word(&mut self, wanted: &str) -> bool {
        let taken = self.is_word(wanted);
        if taken {
            self.next += 1;
        }
        taken
    }

    /// Takes the next piece, which must be this one.
    fn require(&mut self, token: &Token, expected: &str) -> Result<(), RuleError> {
        if self.peek() != Some(token) {
            return Err(self.expected(expected));
        }
        self.next += 1;
        Ok(())
    }

    fn or(&mut self) -> Result<Expr, RuleError> {
        let mut parts = vec![self.and()?];
        while self.take_word("or") {
            parts.push(self.and()?);
        }
        Ok(one_or(parts, Expr::Or))
    }

    fn and(&mut self) -> Result<Expr, RuleError> {
        let mut parts = vec![self.unary()?];
        while self.take_word("and") {
            parts.push(self.unary()?);
        }
        Ok(one_or(parts, Expr::And))
    }

    fn unary(&mut self) -> Result<Expr, RuleError> {
        if self.depth == MAX_DEPTH {
            let expected = format!("at most {MAX_DEPTH} brackets, `not` and `each unit:` inside one another");
            return Err(self.expected(&expected));
        }
        self.depth += 1;
        let expr = self.nested();
        self.depth -= 1;
        expr
    }

    fn nested(&mut self) -> Result<Expr, RuleError> {
        if self.is_word("each") {
            return self.each_unit();
        }
        if self.take_word("not") {
            self.nots += 1;
            let part = self.unary()?;
            self.nots -= 1;
            return Ok(Expr::Not(Box::new(part)));
        }
        if self.peek() == Some(&Token::Open) {
            self.next += 1;
            let rule = self.or()?;
            self.require(&Token::Close, "`and`, `or` or `)`")?;
            return Ok(rule);
        }
        self.comparison()
    }

    fn each_unit(&mut self) -> Result<Expr, RuleError> {
        if self.in_each {
            return Err(self.expected("no second `each unit:` inside the first"));
        }
        if self.each {
            return Err(self.expected("`each unit:` only once in a rule"));
        }
        if self.nots > 0 {
            return Err(self.expected("no `each unit:` under `not`"));
        }
        self.next += 1;
        if !self.take_word("unit") {
            return Err(self.expected("`unit:` after `each`"));
        }
        self.require(&Token::Colon, "`:` after `each unit`")?;
        self.each = true;
        self.in_each = true;
        let part = self.unary()?;
        self.in_each = false;
        Ok(Expr::EachUnit(Box::new(part)))
    }

    fn comparison(&mut self) -> Result<Expr, RuleError> {
        let left = match self.peek() {
            Some(Token::Word(_) | Token::Quoted(_)) => self.quantity()?,
            _ => return Err(self.expected("a comparison such as `Yes > half of valid`, `not` or `(`")),
        };
        let op = self.op(&left)?;
        let share = self.share()?;
        Ok(Expr::Comparison(Comparison { left, op, share }))
    }

    fn op(&mut self, left: &Quantity) -> Result<Op, RuleError> {
        match (self.peek(), left) {
            (Some(Token::Op(op)), _) => {
                self.next += 1;
                Ok(*op)
            }
            (Some(Token::Colon), Quantity::Answer(word)) if word == "rule" => {
                Err(self.expected("`>` or `>=`").hint("a named rule `rule:NAME` stands alone"))
            }
            (Some(Token::Word(_)), Quantity::Answer(_)) => Err(self.expected("`>` or `>=`").hint(QUOTES)),
            _ => Err(self.expected("`>` or `>=`")),
        }
    }

    fn share(&mut self) -> Result<Share, RuleError> {
        if let Some(Token::Number(number)) = self.peek() {
            self.next += 1;
            if self.is_word("of") {
                self.next -= 1;
                return Err(self.expected("a fraction such as `60%`, `2/3` or `half` before `of`"));
            }
            return Ok(Share::Number(*number));
        }
        let fraction = self.fraction()?;
        if !self.take_word("of") {
            return Err(self.expected("`of` and what the fraction is of"));
        }
        Ok(Share::Part(fraction, self.quantity()?))
    }

    fn fraction(&mut self) -> Result<Fraction, RuleError> {
        let fraction = match self.peek() {
            Some(Token::Fraction(fraction)) => fraction.clone(),
            Some(Token::Word(word)) => match word.as_str() {
                "half" => in_words(1, 2, word),
                "two-thirds" => in_words(2, 3, word),
                "three-quarters" => in_words(3, 4, word),
                _ => return Err(self.expected(SHARE)),
            },
            _ => return Err(self.expected(SHARE)),
        };
        self.next += 1;
        Ok(fraction)
    }

    fn quantity(&mut self) -> Result<Quantity, RuleError> {
        let quantity = match self.peek() {
            Some(Token::Quoted(answer)) => Quantity::Answer(answer.clone()),
            Some(Token::Word(word)) => match word.as_str() {
                "eligible" => Quantity::Eligible,
                "cast" => Quantity::Cast,
                "valid" => Quantity::Valid,
                "blank" => Quantity::Blank,
                "spoiled" => Quantity::Spoiled,
                "top" => {
                    self.next += 1;
                    if !self.is_word("answer") {
                        return Err(self.expected("`answer` after `top`").hint(QUOTES));
                    }
                    Quantity::TopAnswer
                }
                keyword if is_keyword(keyword) => return Err(self.expected(QUANTITY).hint(QUOTES)),
                answer => Quantity::Answer(answer.to_owned()),
            },
            _ => return Err(self.expected(QUANTITY)),
        };
        self.next += 1;
        Ok(quantity)
    }
}

const SHARE: &str = "a share such as `half of valid`, `60% of eligible` or `2/3 of cast`, or a whole number";

fn in_words(numerator: u64, denominator: u64, spelling: &str) -> Fraction {
    Fraction { numerator, denominator, spelling: spelling.to_owned() }
}

/// The only part, or all of them joined.
fn one_or(mut parts: Vec<Expr>, join: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}
