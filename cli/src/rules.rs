//! `scrutineer rules`: the library of named passage rules, for whoever writes a ballot.

use clap::{Args, Subcommand};
use scrutineer_rules::{NamedRule, Rule, RuleError, library, named};
use serde::Serialize;
use thiserror::Error;

use crate::exit::Exit;
use crate::printer::Printer;

/// What was typed after `rules`.
#[derive(Args, Debug)]
pub struct RulesArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the named rules.
    List,
    /// Show one: its text, what it says in words, where it comes from, what not voting does.
    Show {
        /// Its name, such as ctu-action-60, or `rule:ctu-action-60` as in a ballot file.
        #[arg(value_name = "NAME")]
        name: String,
    },
}

/// A named rule.
#[derive(Serialize)]
struct Document {
    name: &'static str,
    title: &'static str,
    rule: &'static str,
    in_words: String,
    source: &'static str,
    not_voting: &'static str,
}

impl Document {
    fn new(NamedRule { name, title, text, source, not_voting }: &NamedRule) -> Result<Self, RuleError> {
        let in_words = Rule::parse(text)?.in_words();
        Ok(Self { name, title, rule: text, in_words, source, not_voting })
    }
}

#[derive(Serialize)]
struct Documents {
    rules: Vec<Document>,
}

/// No rule has this name.
#[derive(Debug, Error)]
#[error("the library has no rule {0:?}; `scrutineer rules list` shows all")]
struct UnknownRule(String);

/// What must be said beside any of them.
const CAUTION: &str = "A starting point, not advice: check the law or the constitution that it comes from before you rely on it.";

/// Lists the library, or shows one rule of it.
///
/// # Errors
/// There is no rule of this name.
pub fn run(args: &RulesArgs, printer: &mut Printer<'_>) -> anyhow::Result<Exit> {
    match &args.what {
        What::List => {
            let rules = library().iter().map(Document::new).collect::<Result<Vec<_>, _>>()?;
            let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
            let mut lines: Vec<_> =
                rules.iter().map(|rule| format!("{:width$}  {}", rule.name, rule.rule)).collect();
            lines.push("One of them with its source: scrutineer rules show NAME".to_owned());
            printer.answer(&Documents { rules }, lines)?;
        }
        What::Show { name } => {
            let bare = name.trim();
            let bare = bare.strip_prefix("rule:").map_or(bare, str::trim);
            let found = named(bare).ok_or_else(|| UnknownRule(bare.to_owned()))?;
            let shown = Document::new(found)?;
            let lines = [
                format!("{}: {}", shown.name, shown.title),
                format!("Rule: {}", shown.rule),
                shown.in_words.clone(),
                shown.not_voting.to_owned(),
                format!("From: {}", shown.source),
                format!("In a ballot file: passes = \"rule:{}\"", shown.name),
                CAUTION.to_owned(),
            ];
            printer.answer(&shown, lines)?;
        }
    }
    Ok(Exit::Yes)
}
