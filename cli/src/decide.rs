//! `scrutineer decide`: anyone applies a passage rule to counts that they have from anywhere, without a server.

use std::str::FromStr;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use scrutineer_rules::{Choose, CountError, Counts, CountsInput, Electorate, Outcome, decide, resolve};

use crate::exit::Exit;
use crate::printer::Printer;

/// What was typed after `decide`.
#[derive(Debug)]
pub struct Decide {
    flags: Flags,
    /// The numbers and the names of units in the order in which they were typed, since a unit's numbers follow it.
    figures: Vec<Figure>,
}

/// The flags as clap reads them; those that belong to a unit may be repeated.
#[derive(Args, Debug)]
struct Flags {
    /// The rule as text, or `rule:NAME` for one of the library.
    #[arg(long, value_name = "TEXT")]
    rule: String,

    /// The answer that a named rule calls Yes.
    #[arg(long, value_name = "TEXT")]
    yes: Option<String>,

    /// The answer that a named rule calls No.
    #[arg(long, value_name = "TEXT")]
    no: Option<String>,

    /// How many answers one vote may choose.
    #[arg(long, value_name = "MIN..MAX", default_value = "1..1")]
    choose: ChooseFlag,

    /// A unit's name, before the numbers of this unit.
    #[arg(long, value_name = "NAME")]
    unit: Vec<String>,

    /// Members on the roll.
    #[arg(long, value_name = "N", required = true)]
    eligible: Vec<u64>,

    /// An answer's text and its votes, repeatable (split at the last `=`).
    #[arg(long, value_name = "ANSWER=N", required = true, num_args = 1..)]
    count: Vec<CountFlag>,

    /// Votes counted, blank and spoiled ones included; left out: the sum.
    #[arg(long, value_name = "N")]
    cast: Vec<u64>,

    /// Votes that abstain explicitly.
    #[arg(long, value_name = "N")]
    blank: Vec<u64>,

    /// Votes on paper that cannot be counted.
    #[arg(long, value_name = "N")]
    spoiled: Vec<u64>,
}

/// One flag that belongs to a unit, or begins one.
#[derive(Clone, Debug)]
enum Figure {
    Unit(String),
    Eligible(u64),
    Count(CountFlag),
    Cast(u64),
    Blank(u64),
    Spoiled(u64),
}

/// `MIN..MAX`.
#[derive(Clone, Copy, Debug)]
struct ChooseFlag(Choose);

/// `ANSWER=N`.
#[derive(Clone, Debug)]
struct CountFlag {
    answer: String,
    votes: u64,
}

/// What is wrong with one flag's value.
#[derive(Debug, thiserror::Error)]
enum FlagError {
    #[error("expected two whole numbers such as `1..3`")]
    Choose,
    #[error("expected an answer's text, `=` and its votes, such as `Yes=120`")]
    Count,
}

/// What is wrong with the flags together.
#[derive(Debug, thiserror::Error)]
enum FiguresError {
    #[error("`{flag}` stands before the first `--unit`: every unit's numbers follow its name")]
    BeforeUnit { flag: &'static str },
    #[error("a unit has an empty name: give it after `--unit`")]
    UnnamedUnit,
    #[error("{}`{flag}` is given twice", of(.unit))]
    Twice { unit: Option<String>, flag: &'static str },
    #[error("{}`{flag}` is missing", of(.unit))]
    Missing { unit: Option<String>, flag: &'static str },
    #[error("{}{source}{}", of(.unit), advice(.source))]
    Counts { unit: Option<String>, source: CountError },
}

/// Whose numbers an error speaks of.
fn of(unit: &Option<String>) -> String {
    unit.as_ref().map_or_else(String::new, |unit| format!("unit `{unit}`: "))
}

/// Which flag puts it right, where the sentence cannot know.
fn advice(error: &CountError) -> &'static str {
    match error {
        CountError::CastMissing { .. } => " (`--cast N`)",
        CountError::Choose { .. } => " (`--choose MIN..MAX`)",
        CountError::EmptyAnswer => " (`--count ANSWER=N`)",
        _ => "",
    }
}

/// Applies the rule and prints the verdict. [`Exit::Yes`]: passed; [`Exit::No`]: not passed.
///
/// # Errors
/// A mistake in the rule, counts that do not reconcile, a rule and counts that do not fit each other.
pub fn run(args: &Decide, printer: &mut Printer<'_>) -> anyhow::Result<Exit> {
    let Flags { rule, yes, no, choose, .. } = &args.flags;
    let rule = resolve(rule, yes.as_deref(), no.as_deref())?;
    let electorate = electorate(&args.figures, choose.0)?;
    let verdict = decide(&rule, &electorate)?;
    printer.answer(&verdict, verdict.sentences())?;
    Ok(match verdict.outcome {
        Outcome::Passed => Exit::Yes,
        Outcome::NotPassed => Exit::No,
    })
}

/// The numbers of one unit, or of the whole, as far as they have been read.
#[derive(Default)]
struct Group {
    unit: Option<String>,
    eligible: Option<u64>,
    cast: Option<u64>,
    blank: Option<u64>,
    spoiled: Option<u64>,
    answers: Vec<(String, u64)>,
}

/// Gathers the figures into the counts of the whole or of every unit.
fn electorate(figures: &[Figure], choose: Choose) -> Result<Electorate, FiguresError> {
    let with_units = figures.iter().any(|figure| matches!(figure, Figure::Unit(_)));
    if !with_units {
        let mut whole = Group::default();
        for figure in figures {
            whole.add(figure)?;
        }
        return Ok(Electorate::Whole(whole.counts(choose)?));
    }
    let mut units: Vec<(String, Group)> = Vec::new();
    for figure in figures {
        match (figure, units.last_mut()) {
            (Figure::Unit(name), _) => units.push((name.clone(), Group::of_unit(name)?)),
            (_, Some((_, group))) => group.add(figure)?,
            (_, None) => return Err(FiguresError::BeforeUnit { flag: figure.flag() }),
        }
    }
    let counted = units.into_iter().map(|(name, group)| Ok((name, group.counts(choose)?)));
    Ok(Electorate::Units(counted.collect::<Result<_, FiguresError>>()?))
}

impl Group {
    fn of_unit(name: &str) -> Result<Self, FiguresError> {
        if name.trim().is_empty() {
            return Err(FiguresError::UnnamedUnit);
        }
        Ok(Self { unit: Some(name.to_owned()), ..Self::default() })
    }

    fn add(&mut self, figure: &Figure) -> Result<(), FiguresError> {
        let (slot, number) = match figure {
            Figure::Count(CountFlag { answer, votes }) => {
                self.answers.push((answer.clone(), *votes));
                return Ok(());
            }
            // A unit begins a group of its own.
            Figure::Unit(_) => return Ok(()),
            Figure::Eligible(number) => (&mut self.eligible, number),
            Figure::Cast(number) => (&mut self.cast, number),
            Figure::Blank(number) => (&mut self.blank, number),
            Figure::Spoiled(number) => (&mut self.spoiled, number),
        };
        match slot.replace(*number) {
            Some(_) => Err(FiguresError::Twice { unit: self.unit.clone(), flag: figure.flag() }),
            None => Ok(()),
        }
    }

    fn counts(self, choose: Choose) -> Result<Counts, FiguresError> {
        let Self { unit, eligible, cast, blank, spoiled, answers } = self;
        let Some(eligible) = eligible else {
            return Err(FiguresError::Missing { unit, flag: "--eligible" });
        };
        if answers.is_empty() {
            return Err(FiguresError::Missing { unit, flag: "--count" });
        }
        let input = CountsInput {
            eligible,
            cast,
            answers,
            blank: blank.unwrap_or(0),
            spoiled: spoiled.unwrap_or(0),
            choose,
        };
        Counts::new(input).map_err(|source| FiguresError::Counts { unit, source })
    }
}

impl Figure {
    fn flag(&self) -> &'static str {
        match self {
            Self::Unit(_) => "--unit",
            Self::Eligible(_) => "--eligible",
            Self::Count(_) => "--count",
            Self::Cast(_) => "--cast",
            Self::Blank(_) => "--blank",
            Self::Spoiled(_) => "--spoiled",
        }
    }
}

impl Args for Decide {
    fn augment_args(command: Command) -> Command {
        Flags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Flags::augment_args_for_update(command)
    }
}

impl FromArgMatches for Decide {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flags = Flags::from_arg_matches(matches)?;
        let mut figures = Vec::new();
        place(matches, "unit", &flags.unit, Figure::Unit, &mut figures);
        place(matches, "eligible", &flags.eligible, Figure::Eligible, &mut figures);
        place(matches, "count", &flags.count, Figure::Count, &mut figures);
        place(matches, "cast", &flags.cast, Figure::Cast, &mut figures);
        place(matches, "blank", &flags.blank, Figure::Blank, &mut figures);
        place(matches, "spoiled", &flags.spoiled, Figure::Spoiled, &mut figures);
        figures.sort_by_key(|(index, _)| *index);
        Ok(Self { flags, figures: figures.into_iter().map(|(_, figure)| figure).collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Adds every value of a flag together with its place on the command line.
fn place<T: Clone>(
    matches: &ArgMatches,
    id: &str,
    values: &[T],
    figure: impl Fn(T) -> Figure,
    figures: &mut Vec<(usize, Figure)>,
) {
    let indices = matches.indices_of(id).into_iter().flatten();
    figures.extend(indices.zip(values).map(|(index, value)| (index, figure(value.clone()))));
}

impl FromStr for ChooseFlag {
    type Err = FlagError;

    fn from_str(text: &str) -> Result<Self, FlagError> {
        let (min, max) = text.split_once("..").ok_or(FlagError::Choose)?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| FlagError::Choose);
        Ok(Self(Choose { min: number(min)?, max: number(max)? }))
    }
}

impl FromStr for CountFlag {
    type Err = FlagError;

    fn from_str(text: &str) -> Result<Self, FlagError> {
        let (answer, votes) = text.rsplit_once('=').ok_or(FlagError::Count)?;
        let votes = votes.parse().map_err(|_| FlagError::Count)?;
        Ok(Self { answer: answer.to_owned(), votes })
    }
}
