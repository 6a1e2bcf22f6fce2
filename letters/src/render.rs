//! From a letter to its words: first blocks, in the order in which they are read; then the same blocks as plain text and as HTML.

mod document;
mod words;

use std::borrow::Cow;

use crate::kind::Kind;
use crate::language::Language;
use crate::letter::{About, Ballot, Code, Letter, Rendered};
use crate::texts::{Arg, RenderError, Texts};
use crate::time::time;
use words::{clean, headline};

/// A part of a letter. Everything in it is plain text already; markup is made in `document.rs`.
#[derive(Debug, PartialEq, Eq)]
enum Block<'a> {
    /// What nobody may overlook.
    Banner(String),
    /// A paragraph.
    Paragraph(String),
    /// A way to go on: the text of the button and where it leads.
    Button(String, Cow<'a, str>),
    /// Words and an address after them.
    Link(String, String),
    /// A name and, large, something to type.
    Large(String, &'a str),
    /// Names and what belongs to them.
    Facts(Vec<(String, String)>),
    /// Small print, at the end.
    Small(String),
}

/// Puts a letter into words.
///
/// # Errors
/// [`RenderError`]: a text is missing or asks for what it is not given. Then there is no letter at all.
pub fn render(letter: &Letter, about: &About, language: Language) -> Result<Rendered, RenderError> {
    render_with(Texts::of(language), letter, about, language)
}

/// The same by other texts.
pub(crate) fn render_with(
    t: &Texts,
    letter: &Letter,
    about: &About,
    language: Language,
) -> Result<Rendered, RenderError> {
    let writer = Writer { t, about, letter, language, args: args(letter, about) };
    let subject = writer.subject()?;
    let blocks = writer.blocks()?;
    let shown = writer.get("letter-link-shown")?;
    Ok(Rendered {
        text: document::text(&blocks),
        html: document::html(&blocks, &subject, &shown, language),
        subject,
    })
}

/// What every text of a letter may ask for.
fn args<'a>(letter: &Letter, about: &About) -> Vec<(&'static str, Arg<'a>)> {
    let mut args: Vec<(&'static str, Arg<'a>)> = vec![
        ("union", clean(&about.union).into()),
        ("site", clean(&about.site).into()),
        ("name", clean(&about.name).into()),
    ];
    if let Some(contact) = &about.contact {
        args.push(("contact", clean(contact).into()));
    }
    if let Some(ballot) = letter.ballot() {
        args.push(("title", clean(&ballot.title).into()));
    }
    match letter {
        Letter::Activation { days, .. } => args.push(("days", (*days).into())),
        Letter::CodeAsked { hours, .. } => args.push(("hours", (*hours).into())),
        _ => {}
    }
    args
}

/// Writes one letter.
struct Writer<'a> {
    t: &'a Texts,
    about: &'a About,
    letter: &'a Letter,
    language: Language,
    args: Vec<(&'static str, Arg<'a>)>,
}

impl<'a> Writer<'a> {
    fn get(&self, id: &str) -> Result<String, RenderError> {
        self.t.with(id, &self.args)
    }

    fn paragraph(&self, id: &str) -> Result<Block<'a>, RenderError> {
        self.get(id).map(Block::Paragraph)
    }

    /// A text that names whom to turn to, or the text beside it where nobody is named.
    fn with_contact(&self, named: &str, unnamed: &str) -> Result<String, RenderError> {
        self.get(if self.about.contact.is_some() { named } else { unnamed })
    }

    /// What to do if it was not the member, and whom to tell.
    fn alarm(&self, id: &str) -> Result<Block<'a>, RenderError> {
        let whom = self.with_contact("letter-at-once", "letter-at-once-union")?;
        Ok(Block::Paragraph(format!("{} {whom}", self.get(id)?)))
    }

    fn button(&self, id: &str, address: &'a str) -> Result<Block<'a>, RenderError> {
        Ok(Block::Button(self.get(id)?, Cow::Borrowed(address)))
    }

    fn times(&self, ballot: &Ballot) -> Result<Block<'a>, RenderError> {
        let moment = |seconds: Option<i64>| match seconds {
            Some(seconds) => Ok(time(self.language, &ballot.zone, seconds)),
            None => self.get("letter-no-time"),
        };
        Ok(Block::Facts(vec![
            (self.get("letter-opens")?, moment(ballot.opens)?),
            (self.get("letter-closes")?, moment(ballot.closes)?),
        ]))
    }

    fn end(&self, ballot: &Ballot) -> Result<Block<'a>, RenderError> {
        let end = match ballot.closes {
            Some(seconds) => time(self.language, &ballot.zone, seconds),
            None => self.get("letter-no-time")?,
        };
        Ok(Block::Facts(vec![(self.get("letter-closes")?, end)]))
    }

    fn subject(&self) -> Result<String, RenderError> {
        let id = match self.letter.kind() {
            Kind::Activation => "letter-activation-subject",
            Kind::Notice => "letter-notice-subject",
            Kind::Open => "letter-open-subject",
            Kind::NewCode => "letter-new-code-subject",
            Kind::CodeAsked => "letter-code-asked-subject",
            Kind::Reminder => "letter-reminder-subject",
            Kind::ClosingSoon => "letter-closing-soon-subject",
            Kind::Recorded => "letter-recorded-subject",
            Kind::Replaced => "letter-replaced-subject",
            Kind::Result => "letter-result-subject",
            Kind::AddressChanged => "letter-address-changed-subject",
            Kind::Test => "letter-test-subject",
        };
        // Mail programs show a line; the letter has the whole of it.
        let short = self.args.iter().map(|(name, arg)| match arg {
            Arg::Text(text) => (*name, Arg::from(headline(text))),
            Arg::Number(number) => (*name, Arg::Number(*number)),
        });
        let subject = self.t.with(id, &short.collect::<Vec<_>>())?;
        if self.letter.ballot().is_some_and(|ballot| ballot.practice) {
            return Ok(format!("{}: {subject}", self.get("practice-word")?));
        }
        Ok(subject)
    }

    fn blocks(&self) -> Result<Vec<Block<'a>>, RenderError> {
        let mut blocks = Vec::new();
        if self.letter.ballot().is_some_and(|ballot| ballot.practice) {
            blocks.push(Block::Banner(self.get("practice-banner")?));
        }
        blocks.push(self.paragraph("letter-greeting")?);
        blocks.extend(self.body()?);
        blocks.push(Block::Paragraph(self.with_contact("letter-questions", "letter-questions-union")?));
        blocks.push(Block::Small(self.get("letter-why")?));
        blocks.push(Block::Small(self.get("letter-never-asked")?));
        Ok(blocks)
    }

    fn body(&self) -> Result<Vec<Block<'a>>, RenderError> {
        let site = self.about.site.trim_end_matches('/');
        Ok(match self.letter {
            Letter::Activation { code, .. } => vec![
                self.paragraph("letter-activation-intro")?,
                Block::Facts(vec![(self.get("member-no")?, clean(&self.about.member_no))]),
                Block::Large(self.get("letter-activation-code")?, code),
                Block::Button(self.get("letter-activation-button")?, Cow::Owned(format!("{site}/activate"))),
                self.paragraph("letter-activation-lasts")?,
                self.alarm("letter-activation-not-you")?,
            ],
            Letter::Notice { ballot } => vec![
                self.paragraph("letter-notice-intro")?,
                self.times(ballot)?,
                self.paragraph("letter-notice-roll")?,
                self.button("letter-ballot-button", &ballot.page)?,
                self.paragraph("letter-notice-code")?,
            ],
            Letter::Open { ballot, code } => {
                let (explained, button, address): (_, _, &'a str) = match code {
                    Code::Link(link) => ("letter-open-link", "letter-open-button", link),
                    Code::Separately => ("letter-open-separately", "letter-ballot-button", &ballot.page),
                };
                vec![
                    self.paragraph("letter-open-intro")?,
                    self.end(ballot)?,
                    self.paragraph(explained)?,
                    self.button(button, address)?,
                    self.paragraph("letter-open-again")?,
                ]
            }
            Letter::NewCode { ballot, link } => vec![
                self.paragraph("letter-new-code-intro")?,
                self.paragraph("letter-open-link")?,
                self.button("letter-open-button", link)?,
                self.end(ballot)?,
                self.alarm("letter-new-code-not-you")?,
            ],
            Letter::CodeAsked { permit, page, .. } => vec![
                self.paragraph("letter-code-asked-intro")?,
                Block::Large(self.get("letter-code-asked-permit")?, permit),
                self.button("letter-code-asked-button", page)?,
                self.paragraph("letter-code-asked-lasts")?,
                self.paragraph("letter-code-asked-not-you")?,
            ],
            Letter::Reminder { ballot } | Letter::ClosingSoon { ballot } => vec![
                self.paragraph(match self.letter.kind() {
                    Kind::ClosingSoon => "letter-closing-soon-intro",
                    _ => "letter-reminder-intro",
                })?,
                self.end(ballot)?,
                self.paragraph("letter-reminder-code")?,
                self.button("letter-ballot-button", &ballot.page)?,
                Block::Link(self.get("letter-reminder-no-code")?, format!("{site}/no-code")),
            ],
            Letter::Recorded { ballot } | Letter::Replaced { ballot } => vec![
                self.paragraph(match self.letter.kind() {
                    Kind::Replaced => "letter-replaced-intro",
                    _ => "letter-recorded-intro",
                })?,
                self.alarm("letter-voted-not-you")?,
                self.paragraph("letter-voted-again")?,
                self.button("letter-ballot-button", &ballot.page)?,
            ],
            Letter::Result { ballot, decisions, recorded } => {
                let decided = decisions.iter().map(|one| (clean(&one.question), clean(&one.outcome)));
                let own = if *recorded { "letter-result-recorded" } else { "letter-result-not-recorded" };
                let whom = self.with_contact("letter-at-once", "letter-at-once-union")?;
                vec![
                    self.paragraph("letter-result-intro")?,
                    Block::Facts(decided.collect()),
                    self.button("letter-result-button", &ballot.page)?,
                    Block::Paragraph(format!(
                        "{} {} {whom}",
                        self.get(own)?,
                        self.get("letter-result-wrong")?
                    )),
                ]
            }
            Letter::AddressChanged => vec![
                self.paragraph("letter-address-changed-intro")?,
                self.alarm("letter-address-changed-not-you")?,
            ],
            Letter::Test { number } => vec![
                self.paragraph("letter-test-intro")?,
                Block::Large(self.get("letter-test-number")?, number),
                self.paragraph("letter-test-not-you")?,
            ],
        })
    }
}

#[cfg(test)]
mod tests;
