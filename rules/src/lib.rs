//! Passage rules: from counts to a decision, in exact integers.
//!
//! A rule is short text that members read on the ballot (`Yes >= 60% of eligible`). [`Rule::parse`] reads it,
//! [`resolve`] also knows the named rules of [`library`], [`Counts::new`] refuses counts that do not reconcile,
//! and [`decide`] applies the rule and says for every comparison what was needed and what was got. Nothing is
//! rounded and nothing here knows how votes were sealed or counted.
//!
//! ```
//! use scrutineer_rules::{Choose, Counts, CountsInput, Electorate, Outcome, decide, resolve};
//!
//! let rule = resolve("rule:ctu-action-60", None, None)?;
//! let counts = Counts::new(CountsInput {
//!     eligible: 25_000,
//!     cast: None,
//!     answers: vec![("Yes".to_owned(), 15_265), ("No".to_owned(), 6_235)],
//!     blank: 0,
//!     spoiled: 0,
//!     choose: Choose::ONE,
//! })?;
//! let verdict = decide(&rule, &Electorate::Whole(counts))?;
//! assert_eq!(verdict.outcome, Outcome::Passed);
//! assert_eq!(verdict.conditions[0].needed, 15_000);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod counts;
mod decide;
mod error;
mod explain;
mod expr;
mod lexer;
mod library;
mod margin;
mod parser;
mod rule;
mod verdict;
mod words;

pub use counts::{Choose, CountError, Counts, CountsInput, MAX_COUNT};
pub use decide::{DecideError, Electorate, decide};
pub use error::{Place, RuleError};
pub use explain::{Abstaining, Clause, Explanation, NotVoting};
pub use expr::{Comparison, Fraction, Op, Quantity, Share};
pub use library::{NamedRule, library, named};
pub use margin::{lead, margin};
pub use rule::{Rule, resolve};
pub use verdict::{Condition, Outcome, Verdict};
