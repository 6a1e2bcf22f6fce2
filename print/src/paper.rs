//! Voting codes on paper: letters whose address stands in the window of an envelope, slips for whoever hands codes over, and
//! lists on which members sign for theirs.
//!
//! A letter has one page, whatever its texts: what is too long is set smaller and then cut, and [`Printed`] says of whom. The
//! same codes give the same bytes: no clock, no chance. Texts are in the member's language (`words`).

mod fit;
mod letter;
mod list;
mod slip;
#[cfg(test)]
mod tests;
mod words;

use scrutineer_ballot::code::VotingCode;
use scrutineer_ballot::zone::Zone;
use zeroize::Zeroizing;

use crate::PrintError;
use crate::layout::{Item, Page};
use crate::paint::Writer;
use crate::typeface::{Fonts, Unit};
use words::Words;

/// What is being voted on and by whom: what stands on every letter alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The union's name.
    pub union: String,
    /// Where a letter that cannot be delivered goes back to, on one line.
    pub sender: String,
    /// The ballot's title.
    pub title: String,
    /// Whom to ask.
    pub contact: String,
    /// The address of the union's server, for those who type it.
    pub site: String,
    /// When voting begins, seconds since the epoch.
    pub opens: Option<i64>,
    /// When voting ends, seconds since the epoch.
    pub closes: Option<i64>,
    /// The time zone in which members read times.
    pub time_zone: Zone,
    /// A ballot for trying out: every sheet says so.
    pub practice: bool,
    /// A registrar made the codes, not the server: the letter says so.
    pub registrar: bool,
    /// The country within which no country stands in an address, as the roll writes it.
    pub home: Option<String>,
}

/// The paper, and with it where an envelope's window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A4, folded twice, for envelopes DL or C6/5 with the window at the left (DIN 5008 form B, DIN 680).
    A4,
    /// US Letter, folded twice, for a number 10 envelope with the window at the left.
    Letter,
}

/// A postal address as the roll has it. A text that is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// First line.
    pub address1: String,
    /// Second line.
    pub address2: String,
    /// Postal code.
    pub postal_code: String,
    /// City, with the state where letters need it.
    pub city: String,
    /// Country.
    pub country: String,
}

impl Address {
    /// Whether a letter can be sent there.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.address1.is_empty() && !self.city.is_empty()
    }
}

/// A member and the code that is printed for them.
///
/// # Security
/// `link` holds the code too. Both are erased when dropped.
pub struct Recipient {
    /// The member's number.
    pub member_no: String,
    /// The member's name.
    pub name: String,
    /// The member's unit.
    pub unit: String,
    /// The box in which the member's vote is counted, where the ballot has several.
    pub box_name: Option<String>,
    /// Tag of the member's language; empty where it is not known.
    pub language: String,
    /// The voting code.
    pub code: VotingCode,
    /// The address that leads to voting with this code.
    pub link: Zeroizing<String>,
    /// Where the letter goes.
    pub address: Address,
}

/// Who signs for a slip on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The member's number.
    pub member_no: String,
    /// The member's name.
    pub name: String,
    /// The member's unit.
    pub unit: String,
}

/// What was printed.
#[derive(Debug)]
pub struct Printed {
    /// The file.
    pub pdf: Vec<u8>,
    /// Whose name or address had to be cut, by place in what was printed.
    pub cut: Vec<usize>,
    /// Whose name or address has characters that the fonts lack, which are written as their numbers.
    pub unshown: Vec<usize>,
    /// Number of pages.
    pub pages: usize,
}

/// Prints one ballot's codes on one paper.
pub struct Press {
    about: About,
    format: Format,
    fonts: Fonts,
    letters: Vec<letter::Form>,
}

impl Press {
    /// Prepares the sheets of all languages.
    ///
    /// # Errors
    /// The texts that all letters share do not fit on a page.
    pub fn new(about: About, format: Format) -> Result<Self, PrintError> {
        let fonts = Fonts::read()?;
        let letters = Words::all().map(|words| letter::Form::new(&about, format, words, &fonts));
        let letters = letters.collect::<Result<_, _>>()?;
        Ok(Self { about, format, fonts, letters })
    }

    /// One letter for each, in this order.
    ///
    /// # Errors
    /// A link that is too long for a picture.
    pub fn letters(&self, to: &[Recipient]) -> Result<Printed, PrintError> {
        let mut printing = Printing::begin(&self.about.title, "en")?;
        for (i, recipient) in to.iter().enumerate() {
            let (form, sheet) = self.letter(recipient)?;
            printing.note(i, &sheet);
            printing.page(self.format, form.items().iter().chain(&sheet.items))?;
        }
        printing.finish()
    }

    /// What stands on each letter, line by line.
    ///
    /// # Errors
    /// As [`Self::letters`].
    pub fn letters_text(&self, to: &[Recipient]) -> Result<Vec<String>, PrintError> {
        to.iter()
            .map(|recipient| {
                let (form, sheet) = self.letter(recipient)?;
                Ok(Page(form.items().iter().chain(&sheet.items).cloned().collect()).text())
            })
            .collect()
    }

    fn letter(&self, to: &Recipient) -> Result<(&letter::Form, fit::Sheet<'_>), PrintError> {
        let tag = Words::of(&to.language).tag();
        let form = self.letters.iter().find(|form| form.tag() == tag);
        let form = form.ok_or(PrintError::Text { id: "letter-subject", language: tag })?;
        Ok((form, form.fill(&self.about, to, &self.fonts)?))
    }

    /// Slips, several on a page, in this order; a new unit begins on a new page, so that each has a stack of its own.
    ///
    /// # Errors
    /// As [`Self::letters`].
    pub fn slips(&self, to: &[Recipient]) -> Result<Printed, PrintError> {
        let mut printing = Printing::begin(&self.about.title, "en")?;
        let mut at = 0;
        for page in slip::pages(to) {
            let mut all: Vec<Item> = slip::cuts(self.format);
            for (place, recipient) in page.iter().enumerate() {
                let sheet = slip::set(&self.about, self.format, recipient, place, &self.fonts)?;
                printing.note(at, &sheet);
                all.extend(sheet.items);
                at += 1;
            }
            printing.page(self.format, &all)?;
        }
        printing.finish()
    }

    /// What stands on each page of slips.
    ///
    /// # Errors
    /// As [`Self::letters`].
    pub fn slips_text(&self, to: &[Recipient]) -> Result<Vec<String>, PrintError> {
        let pages = slip::pages(to).map(|page| {
            let mut all = Vec::new();
            for (place, recipient) in page.iter().enumerate() {
                all.extend(slip::set(&self.about, self.format, recipient, place, &self.fonts)?.items);
            }
            Ok(Page(all).text())
        });
        pages.collect()
    }

    /// Lists on which members sign, in this order, each unit on pages of its own. There is no code on them. `language` is that
    /// of whoever hands slips over.
    ///
    /// # Errors
    /// A text is missing; not with texts that tests have read.
    pub fn list(&self, signers: &[Signer], language: &str) -> Result<Printed, PrintError> {
        let words = Words::of(language);
        let mut printing = Printing::begin(&self.about.title, words.tag())?;
        for page in list::pages(&self.about, self.format, signers, words, &self.fonts)? {
            printing.page(self.format, &page.0)?;
        }
        printing.finish()
    }

    /// What stands on each page of the lists.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub fn list_text(&self, signers: &[Signer], language: &str) -> Result<Vec<String>, PrintError> {
        let pages = list::pages(&self.about, self.format, signers, Words::of(language), &self.fonts)?;
        Ok(pages.iter().map(Page::text).collect())
    }
}

impl Format {
    /// The paper that envelopes of a country are made for.
    #[must_use]
    pub fn of_country(country: &str) -> Self {
        letter::format_of(country)
    }

    /// Width and height.
    const fn size(self) -> (Unit, Unit) {
        match self {
            Self::A4 => (crate::layout::WIDTH, crate::layout::HEIGHT),
            Self::Letter => (61_200, 79_200),
        }
    }
}

/// Tenths of a millimetre on paper.
const fn mm(tenths: Unit) -> Unit {
    tenths * 72_000 / 2_540
}

/// A file on its way.
struct Printing {
    writer: Writer,
    pages: usize,
    cut: Vec<usize>,
    unshown: Vec<usize>,
}

impl Printing {
    fn begin(title: &str, language: &str) -> Result<Self, PrintError> {
        let writer = Writer::begin(title, language)?;
        Ok(Self { writer, pages: 0, cut: Vec::new(), unshown: Vec::new() })
    }

    fn note(&mut self, at: usize, sheet: &fit::Sheet<'_>) {
        if sheet.cut {
            self.cut.push(at);
        }
        if sheet.unshown {
            self.unshown.push(at);
        }
    }

    fn page<'a>(
        &mut self,
        format: Format,
        items: impl IntoIterator<Item = &'a Item>,
    ) -> Result<(), PrintError> {
        self.pages += 1;
        self.writer.page(format.size(), items)
    }

    fn finish(self) -> Result<Printed, PrintError> {
        let Self { writer, pages, cut, unshown } = self;
        Ok(Printed { pdf: writer.finish()?, cut, unshown, pages })
    }
}

/// The groups of a code on two lines.
fn code_lines(code: &VotingCode) -> [Zeroizing<String>; 2] {
    let text = code.text();
    let middle = text.match_indices('-').nth(3).map_or(text.len(), |(at, _)| at);
    let (first, second) = text.split_at(middle);
    [Zeroizing::new(first.to_owned()), Zeroizing::new(second.trim_start_matches('-').to_owned())]
}
