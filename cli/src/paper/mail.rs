//! `scrutineer codes mail`: the codes in a file as e-mails through the union's own mail server. What was sent stands in a journal
//! beside the file, without any code, so that the same command goes on where it stopped and nobody gets two.

mod journal;
mod post;

use std::path::{Path, PathBuf};

use clap::Args;
use scrutineer_ballot::code::VotingCode;
use scrutineer_letters::config::MailConfig;
use scrutineer_letters::{About, Address, Ballot, Code, Language, Letter, Mailer, Rendered, render};
use serde::Serialize;
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use super::about::AboutFile;
use super::rows::{Row, Rows, Summary};
use super::some;
use crate::Session;
use crate::exit::Exit;
use crate::files;
use crate::prompt::{self, PromptError};
use journal::Journal;
use post::Run;

/// The code that a sample shows: that of the number 0.
const NO_CODE: &str = "0000-0000-0000-0000-0000-0000-00NB";

/// What was typed after `codes mail`.
#[derive(Args, Debug)]
pub struct MailArgs {
    /// The file of codes, with e-mail addresses and links.
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// How mails leave: the same file as the server's `--mail`.
    #[arg(long, value_name = "MAIL.toml")]
    mail: PathBuf,
    /// Where to write down what was sent; else beside the file of codes, with `.journal` behind its name.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// The number of mails that will be sent; without it the number is shown and has to be typed.
    #[arg(long, value_name = "N")]
    recipients: Option<usize>,
    /// Stop when more than so many percent are refused (from the tenth refusal on).
    #[arg(long, value_name = "PERCENT", default_value_t = 5)]
    most_refused: u8,
}

/// Why mails are not sent.
#[derive(Debug, Error)]
enum MailError {
    #[error(
        "nobody in {} has an e-mail address: take the file of codes as `codes issue` wrote it, or print letters", .0.display()
    )]
    Nobody(PathBuf),
    #[error(
        "these members' e-mail addresses cannot be used, so nothing was sent: {0}. Correct them in the file of codes, or empty \
         them and print letters for these members"
    )]
    Addresses(String),
    #[error(
        "{due} mails would be sent, not {typed}: nothing was sent. Look at the file, then name the right number"
    )]
    Number {
        /// How many there are.
        due: usize,
        /// How many were expected.
        typed: String,
    },
}

/// What was sent.
#[derive(Serialize)]
struct Answer<'a> {
    journal: &'a Path,
    /// Mails that the mail server took in this run.
    sent: usize,
    /// Mails that it refused for good in this run.
    refused: usize,
    /// Mails that it put off: the same command tries them again.
    later: usize,
    /// Mails that an earlier run had sent or that were refused then.
    before: usize,
    /// Members to whom nothing is sent, since they have no e-mail address.
    without_email: usize,
    /// Members to whom nothing is sent, since their address is at an employer's mail domain.
    employers: usize,
    /// Whether it stopped because too many were refused.
    stopped: bool,
}

/// Sends them, after the number of them was confirmed.
///
/// # Errors
/// A file that is none of codes, a mail configuration that does not work, a number that is not the right one.
pub fn mail(args: &MailArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let summary = Summary::of(&args.file)?;
    let about = AboutFile::beside(&args.file)?;
    let ballot = about.in_mail()?;
    let host = about.site.split_once("://").map_or(about.site.as_str(), |(_, host)| host).to_owned();
    let mailer = MailConfig::read(&args.mail)?.mailer(&host).with_name(&about.union);
    let path = args.journal.clone().unwrap_or_else(|| {
        let mut name = args.file.clone().into_os_string();
        name.push(".journal");
        name.into()
    });
    let _held = files::hold(&path.with_extension("lock"))?;
    let mut journal = Journal::open(&path, &summary.sha256)?;
    let texts = Texts { about: &about, ballot: &ballot };
    let count = Count::of(&args.file, &journal, &texts)?;
    if count.due + count.before + count.employers == 0 {
        return Err(MailError::Nobody(args.file.clone()).into());
    }
    preview(&count, &summary, &mailer, session)?;
    if count.due > 0 {
        confirm(args.recipients, count.due, session)?;
        mailer.check()?;
    }
    let run = Run { mailer: &mailer, due: count.due, most_refused: args.most_refused };
    let done = run.send(&args.file, &texts, &mut journal, session)?;
    let members = journal.list(&path.with_extension("members.csv"))?;
    let answer = Answer {
        journal: &path,
        sent: done.sent,
        refused: done.refused.len(),
        later: done.later,
        before: count.before,
        without_email: summary.rows - count.due - count.before - count.employers,
        employers: count.employers,
        stopped: done.stopped,
    };
    let mut lines = vec![format!("{} mails were sent.", done.sent)];
    if !done.refused.is_empty() {
        lines.push(format!("The mail server refused those to these members: {}.", some(&done.refused)));
    }
    if done.stopped {
        lines.push(
            "It stopped, because too many were refused. Find out why before the same command goes on."
                .to_owned(),
        );
    } else if done.later > 0 {
        lines.push(format!(
            "The mail server put {} off: give the same command again in a quarter of an hour.",
            done.later
        ));
    }
    lines.push(format!(
        "Whom they went to, for the union's records: scrutineer codes delivered {} --channel email --file {}",
        about.ballot,
        members.display()
    ));
    session.printer.answer(&answer, lines)?;
    Ok(if done.stopped || done.later > 0 { Exit::No } else { Exit::Yes })
}

/// How many mails there are to send.
struct Count {
    due: usize,
    before: usize,
    /// Members whose address is an employer's: they get none.
    employers: usize,
    /// The text of the first, with a code of zeros.
    sample: Option<String>,
    languages: [usize; 3],
}

impl Count {
    fn of(file: &Path, journal: &Journal, texts: &Texts<'_>) -> anyhow::Result<Self> {
        let mut count = Self { due: 0, before: 0, employers: 0, sample: None, languages: [0; 3] };
        let mut bad = Vec::new();
        for row in Rows::open(file)? {
            let row = row?;
            if row.email.is_empty() {
                continue;
            }
            match row.email.parse::<Address>() {
                Err(error) => {
                    bad.push(format!("{} ({error})", row.member_no));
                    continue;
                }
                Ok(address) if texts.about.is_employers(&address) => {
                    count.employers += 1;
                    continue;
                }
                Ok(_) => {}
            }
            if journal.is_done(&row.member_no) {
                count.before += 1;
                continue;
            }
            count.due += 1;
            let language = Language::of_member(Some(&row.language));
            let place = Language::ALL.iter().position(|one| *one == language);
            if let Some(number) = place.and_then(|place| count.languages.get_mut(place)) {
                *number += 1;
            }
            if count.sample.is_none() {
                count.sample = Some(texts.sample(row)?);
            }
        }
        if bad.is_empty() { Ok(count) } else { Err(MailError::Addresses(some(&bad)).into()) }
    }
}

/// Says what would happen.
fn preview(
    count: &Count,
    summary: &Summary,
    mailer: &Mailer,
    session: &mut Session<'_>,
) -> anyhow::Result<()> {
    let Count { due, before, employers, languages, sample } = count;
    if let Some(sample) = sample {
        session.printer.note(format!("The first of them, without its code:\n\n{sample}"));
    }
    let parts: Vec<String> = Language::ALL
        .iter()
        .zip(languages)
        .filter(|(_, number)| **number > 0)
        .map(|(language, number)| format!("{number} in {}", language.name()))
        .collect();
    session.printer.note(format!(
        "{due} mails with voting codes are to be sent ({}), at most {} in a minute: {}.",
        if parts.is_empty() { "none is left".to_owned() } else { parts.join(", ") },
        mailer.per_minute(),
        mailer.describe()
    ));
    if *before > 0 {
        session.printer.note(format!("{before} were dealt with before and are not sent again."));
    }
    if *employers > 0 {
        session.printer.note(format!(
            "{employers} members get none, because their address is at an employer's mail domain: print letters or slips for \
             them, or have two people allow it (`scrutineer letters allow-employer`) and take the request anew."
        ));
    }
    let without = summary.rows - due - before - employers;
    if without > 0 {
        session
            .printer
            .note(format!("{without} members have no e-mail address: print letters or slips for them."));
    }
    Ok(())
}

/// Nothing is sent before somebody has named the true number.
fn confirm(typed: Option<usize>, due: usize, session: &mut Session<'_>) -> anyhow::Result<()> {
    let typed = match typed {
        Some(number) => number.to_string(),
        None => match prompt::open(session, &format!("Type {due} to send them")) {
            Ok(typed) => typed,
            Err(PromptError::Empty(_) | PromptError::Ended(_)) => "nothing".to_owned(),
            Err(error) => return Err(error.into()),
        },
    };
    if typed == due.to_string() { Ok(()) } else { Err(MailError::Number { due, typed }.into()) }
}

/// What mails say.
struct Texts<'a> {
    about: &'a AboutFile,
    ballot: &'a Ballot,
}

impl Texts<'_> {
    /// The mail for a member, and the bytes that name it: the same whenever it is tried, and others for another code.
    fn letter(&self, row: &Row) -> anyhow::Result<(Language, Rendered, [u8; 16])> {
        let language = Language::of_member(Some(&row.language));
        let about = About {
            union: self.about.union.clone(),
            contact: Some(self.about.contact.clone()),
            site: self.about.site.clone(),
            name: row.name.clone(),
            member_no: row.member_no.clone(),
        };
        let link = row.link(&self.about.vote_page());
        let letter = Letter::Open { ballot: self.ballot.clone(), code: Code::Link(link) };
        let rendered = render(&letter, &about, language)?;
        Ok((language, rendered, self.id(row)))
    }

    /// The mail for a member as it can be shown: its code is zeros.
    fn sample(&self, row: Row) -> anyhow::Result<String> {
        let code = VotingCode::parse(NO_CODE)?;
        let (_, rendered, _) = self.letter(&Row { code, link: None, ..row })?;
        Ok(format!("{}\n\n{}", rendered.subject, rendered.text.as_str()))
    }

    fn id(&self, row: &Row) -> [u8; 16] {
        let code: Zeroizing<String> = row.code.text();
        let mut hash = Sha256::new();
        for part in ["scrutineer mail", &self.about.ballot, &row.box_name, &row.member_no, &code] {
            hash.update(part.as_bytes());
            hash.update(b"\n");
        }
        let mut id = [0; 16];
        id.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
        id
    }
}
