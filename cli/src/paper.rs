//! Voting codes on their way from a file to members, without a server: letters and slips to print, lists on which members sign,
//! mails through the union's own mail server.
//!
//! All of it starts from the file of codes that `codes fetch` or `codes issue` wrote, and from the file beside it that says what
//! the ballot is ([`about`]).

pub mod about;
mod letters;
mod mail;
mod rows;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use scrutineer_print::paper::{Format, Press, Printed, Recipient, Signer};
use serde::Serialize;

use crate::Session;
use crate::exit::Exit;
use crate::files::{self, Access, NewFile};
use about::AboutFile;
use rows::{Row, Rows, Summary};

pub use letters::letters;
pub use mail::{MailArgs, mail};

/// What was typed after `codes letters`.
#[derive(Args, Debug)]
pub struct LettersArgs {
    /// The file of codes, with addresses.
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// The folder for the letters. Interrupted, the same command goes on where it stopped.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The paper, and with it where the envelope's window is; else by the country in which most members live.
    #[arg(long, value_enum)]
    paper: Option<Paper>,
    /// Only for members without an e-mail address.
    #[arg(long)]
    without_email: bool,
}

/// What was typed after `codes slips`.
#[derive(Args, Debug)]
pub struct SlipsArgs {
    /// The file of codes.
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// Where to write the slips; a file that is there already is not touched.
    #[arg(long, value_name = "FILE.pdf")]
    out: PathBuf,
    /// Only for members whom neither a mail nor a letter reaches.
    #[arg(long)]
    without_address: bool,
    /// The paper; else by the country in which most members live.
    #[arg(long, value_enum)]
    paper: Option<Paper>,
}

/// What was typed after `codes list`.
#[derive(Args, Debug)]
pub struct ListArgs {
    /// The file of codes; none of them stands on the lists.
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// Where to write the lists; a file that is there already is not touched.
    #[arg(long, value_name = "FILE.pdf")]
    out: PathBuf,
    /// Only for members whom neither a mail nor a letter reaches.
    #[arg(long)]
    without_address: bool,
    /// The paper; else by the country in which most members live.
    #[arg(long, value_enum)]
    paper: Option<Paper>,
    /// The language of the lists (en, es, pl); else that of most members.
    #[arg(long)]
    language: Option<String>,
}

/// A paper, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Paper {
    /// A4, window envelopes DL and C6/5 (DIN).
    A4,
    /// US Letter, number 10 window envelopes.
    Letter,
}

impl From<Paper> for Format {
    fn from(paper: Paper) -> Self {
        match paper {
            Paper::A4 => Self::A4,
            Paper::Letter => Self::Letter,
        }
    }
}

/// What was printed.
#[derive(Serialize)]
struct Answer<'a> {
    file: &'a Path,
    members: usize,
    pages: usize,
    paper: &'static str,
    /// Members whose name had to be cut.
    cut: Vec<String>,
    /// Members whose name has characters that the fonts lack.
    unshown: Vec<String>,
}

/// Prints slips.
///
/// # Errors
/// A file that is none of codes, or that cannot be written.
pub fn slips(args: &SlipsArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let file = NewFile::create(&args.out, Access::Owner)?;
    let Source { press, format, rows, page, .. } =
        Source::read(&args.file, args.paper, args.without_address)?;
    let numbers: Vec<String> = rows.iter().map(|row| row.member_no.clone()).collect();
    let recipients: Vec<Recipient> = rows.into_iter().map(|row| row.into_recipient(&page)).collect();
    let printed = press.slips(&recipients)?;
    files::fill(file, &printed.pdf)?;
    let lines = [
        format!(
            "Slips for {} members are in {}, {} pages.",
            recipients.len(),
            args.out.display(),
            printed.pages
        ),
        "A new unit begins on a new page. Print them in full size, cut them apart, and destroy the file."
            .to_owned(),
    ];
    answer(&args.out, &numbers, &printed, format, lines, session)
}

/// Prints lists on which members sign for their slips.
///
/// # Errors
/// As [`slips`].
pub fn list(args: &ListArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let file = NewFile::create(&args.out, Access::Owner)?;
    let Source { press, format, rows, language, .. } =
        Source::read(&args.file, args.paper, args.without_address)?;
    let numbers: Vec<String> = rows.iter().map(|row| row.member_no.clone()).collect();
    let signers: Vec<Signer> = rows
        .into_iter()
        .map(|row| Signer { member_no: row.member_no, name: row.name, unit: row.unit })
        .collect();
    let printed = press.list(&signers, args.language.as_deref().unwrap_or(&language))?;
    files::fill(file, &printed.pdf)?;
    let lines = [format!(
        "Lists for {} members are in {}, {} pages: each unit has its own.",
        signers.len(),
        args.out.display(),
        printed.pages
    )];
    answer(&args.out, &numbers, &printed, format, lines, session)
}

fn answer<const N: usize>(
    file: &Path,
    numbers: &[String],
    printed: &Printed,
    format: Format,
    lines: [String; N],
    session: &mut Session<'_>,
) -> anyhow::Result<Exit> {
    let named =
        |places: &[usize]| places.iter().filter_map(|place| numbers.get(*place).cloned()).collect::<Vec<_>>();
    let (cut, unshown) = (named(&printed.cut), named(&printed.unshown));
    warn(&cut, &unshown, session);
    let (members, pages) = (numbers.len(), printed.pages);
    session.printer.answer(&Answer { file, members, pages, paper: word(format), cut, unshown }, lines)?;
    Ok(Exit::Yes)
}

/// Says whose name or address does not stand there as it should.
fn warn(cut: &[String], unshown: &[String], session: &mut Session<'_>) {
    if !cut.is_empty() {
        session.printer.warn(format!(
            "The name or address of these members is too long for its place and was cut: {}.",
            some(cut)
        ));
    }
    if !unshown.is_empty() {
        session.printer.warn(format!(
            "The name or address of these members has letters that the fonts lack; write these by hand: {}.",
            some(unshown)
        ));
    }
}

/// The first of some member numbers, and how many more there are.
fn some(numbers: &[String]) -> String {
    const SHOWN: usize = 20;
    let shown = numbers.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match numbers.len().checked_sub(SHOWN) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {more} more"),
    }
}

/// The paper's word, as in `--paper`.
fn word(format: Format) -> &'static str {
    match format {
        Format::A4 => "a4",
        Format::Letter => "letter",
    }
}

/// Everybody in a file, sorted for handing over, and what prints them.
struct Source {
    press: Press,
    format: Format,
    rows: Vec<Row>,
    language: String,
    /// The address of the page on which members vote.
    page: String,
}

impl Source {
    fn read(file: &Path, paper: Option<Paper>, without_address: bool) -> anyhow::Result<Self> {
        let summary = Summary::of(file)?;
        let about = AboutFile::beside(file)?;
        let format = summary.format(paper);
        let press = Press::new(about.on_paper(summary.home())?, format)?;
        let mut rows = Rows::open(file)?
            .filter(|row| row.as_ref().map_or(true, |row| !without_address || !row.is_reachable()))
            .collect::<Result<Vec<Row>, _>>()?;
        if rows.is_empty() {
            anyhow::bail!("nobody in {} is without an address: there is nothing to print", file.display());
        }
        rows.sort_by(|a, b| (&a.unit, &a.name, &a.member_no).cmp(&(&b.unit, &b.name, &b.member_no)));
        Ok(Self { press, format, rows, language: summary.language(), page: about.vote_page() })
    }
}
