//! A rule as a tree, and how it prints: `Display` gives text that parses to the same tree.

use std::fmt;

use crate::lexer::spelled;

/// A rule or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expr {
    /// Holds if any part holds. At least two parts.
    Or(Vec<Expr>),
    /// Holds if every part holds. At least two parts.
    And(Vec<Expr>),
    /// Holds if the part does not.
    Not(Box<Expr>),
    /// Holds if the part holds in every unit.
    EachUnit(Box<Expr>),
    /// One comparison.
    Comparison(Comparison),
}

/// `quantity op share`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What is compared.
    pub left: Quantity,
    /// How.
    pub op: Op,
    /// With what.
    pub share: Share,
}

/// How a quantity compares with its share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `>`: fails on equality.
    MoreThan,
    /// `>=`: holds on equality.
    AtLeast,
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Share {
    /// A part of a quantity.
    Part(Fraction, Quantity),
    /// A whole number.
    Number(u64),
}

/// An exact fraction from 0 to 1, and how the rule wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fraction {
    pub(crate) numerator: u64,
    /// Never zero, never less than the numerator.
    pub(crate) denominator: u64,
    pub(crate) spelling: String,
}

/// Something that is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Members on the frozen roll.
    Eligible,
    /// Votes counted, blank and spoiled ones included.
    Cast,
    /// Votes that choose an answer: `cast - blank - spoiled`.
    Valid,
    /// Blank votes.
    Blank,
    /// Spoiled votes; only where paper is counted in.
    Spoiled,
    /// The largest count of any answer, ties included.
    TopAnswer,
    /// The count of one answer.
    Answer(String),
}

impl Fraction {
    /// The part above the line.
    #[must_use]
    pub const fn numerator(&self) -> u64 {
        self.numerator
    }

    /// The part below the line: never zero, never less than the numerator.
    #[must_use]
    pub const fn denominator(&self) -> u64 {
        self.denominator
    }

    /// The digits before the percent sign, with a point before decimals, where the rule wrote a percentage.
    #[must_use]
    pub fn percent(&self) -> Option<&str> {
        self.spelling.strip_suffix('%')
    }

    /// Whether it is a half, however the rule wrote it.
    #[must_use]
    pub const fn is_half(&self) -> bool {
        self.denominator.is_multiple_of(2) && self.numerator == self.denominator / 2
    }

    /// The smallest count that stands to `base` as `op` asks: at least, or more than, this fraction of it.
    pub(crate) fn needed(&self, op: Op, base: u64) -> u64 {
        // Both factors are below 2^64, so the product is below 2^128.
        let product = u128::from(self.numerator) * u128::from(base);
        let denominator = u128::from(self.denominator);
        let needed = match op {
            Op::AtLeast => product.div_ceil(denominator),
            Op::MoreThan => product / denominator + 1,
        };
        #[expect(clippy::expect_used, reason = "a fraction is at most 1 and a base at most MAX_COUNT")]
        u64::try_from(needed).expect("a share is at most one more than its base")
    }
}

impl Expr {
    /// Calls `visit` for every comparison in the order of the text, and says whether it stands under an odd
    /// number of `not`.
    pub(crate) fn each_comparison<'a>(&'a self, negated: bool, visit: &mut impl FnMut(&'a Comparison, bool)) {
        match self {
            Self::Or(parts) | Self::And(parts) => {
                for part in parts {
                    part.each_comparison(negated, visit);
                }
            }
            Self::Not(part) => part.each_comparison(!negated, visit),
            Self::EachUnit(part) => part.each_comparison(negated, visit),
            Self::Comparison(comparison) => visit(comparison, negated),
        }
    }

    /// The same tree with every answer's text replaced by what `rename` makes of it.
    pub(crate) fn renamed(&self, rename: &impl Fn(&str) -> String) -> Self {
        let all = |parts: &[Self]| parts.iter().map(|part| part.renamed(rename)).collect();
        match self {
            Self::Or(parts) => Self::Or(all(parts)),
            Self::And(parts) => Self::And(all(parts)),
            Self::Not(part) => Self::Not(Box::new(part.renamed(rename))),
            Self::EachUnit(part) => Self::EachUnit(Box::new(part.renamed(rename))),
            Self::Comparison(comparison) => Self::Comparison(Comparison {
                left: comparison.left.renamed(rename),
                op: comparison.op,
                share: match &comparison.share {
                    Share::Part(fraction, base) => Share::Part(fraction.clone(), base.renamed(rename)),
                    Share::Number(number) => Share::Number(*number),
                },
            }),
        }
    }

    /// Whether `each unit:` stands anywhere.
    pub(crate) fn has_each_unit(&self) -> bool {
        match self {
            Self::Or(parts) | Self::And(parts) => parts.iter().any(Self::has_each_unit),
            Self::Not(part) => part.has_each_unit(),
            Self::EachUnit(_) => true,
            Self::Comparison(_) => false,
        }
    }
}

impl Comparison {
    /// Both quantities: the left one and, where there is one, the base of the share.
    pub fn quantities(&self) -> impl Iterator<Item = &Quantity> {
        let base = match &self.share {
            Share::Part(_, base) => Some(base),
            Share::Number(_) => None,
        };
        std::iter::once(&self.left).chain(base)
    }
}

impl Quantity {
    fn renamed(&self, rename: &impl Fn(&str) -> String) -> Self {
        match self {
            Self::Answer(answer) => Self::Answer(rename(answer)),
            other => other.clone(),
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Or(parts) => joined(f, parts, " or ", |part| matches!(part, Self::Or(_))),
            Self::And(parts) => joined(f, parts, " and ", |part| matches!(part, Self::Or(_) | Self::And(_))),
            // Brackets although one comparison needs none: `not (No > ..)` cannot be misread as `(not No) > ..`.
            Self::Not(part) => match part.as_ref() {
                Self::Not(_) => write!(f, "not {part}"),
                _ => write!(f, "not ({part})"),
            },
            Self::EachUnit(part) => match part.as_ref() {
                Self::Or(_) | Self::And(_) => write!(f, "each unit: ({part})"),
                _ => write!(f, "each unit: {part}"),
            },
            Self::Comparison(comparison) => comparison.fmt(f),
        }
    }
}

/// Writes parts with a word between them, in brackets where `bracketed` asks for them.
fn joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Expr],
    word: &str,
    bracketed: impl Fn(&Expr) -> bool,
) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(word)?;
        }
        if bracketed(part) {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.left, self.op)?;
        match &self.share {
            Share::Part(fraction, base) => write!(f, "{fraction} of {base}"),
            Share::Number(number) => number.fmt(f),
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MoreThan => ">",
            Self::AtLeast => ">=",
        })
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spelling)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Eligible => f.write_str("eligible"),
            Self::Cast => f.write_str("cast"),
            Self::Valid => f.write_str("valid"),
            Self::Blank => f.write_str("blank"),
            Self::Spoiled => f.write_str("spoiled"),
            Self::TopAnswer => f.write_str("top answer"),
            Self::Answer(answer) => f.write_str(&spelled(answer)),
        }
    }
}
