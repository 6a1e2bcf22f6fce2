//! Slips with codes: eight on a page, to be cut apart and handed over.

use crate::PrintError;
use crate::layout::{Bar, Item};
use crate::qr;
use crate::typeface::{Font, Fonts, Style, Unit};

use super::fit::Sheet;
use super::words::Words;
use super::{About, Format, Recipient, code_lines, mm};

const SOFT: u8 = 90;
const UNION: Style = Style { font: Font::Regular, size: 750 };
const TITLE: Style = Style { font: Font::Bold, size: 900 };
const NAME: Style = Style { font: Font::Bold, size: 1_150 };
const INFO: Style = Style { font: Font::Regular, size: 850 };
const CODE: Style = Style { font: Font::Mono, size: 1_400 };
const NOTE: Style = Style { font: Font::Regular, size: 700 };
/// Slips beside and below one another.
const ACROSS: usize = 2;
const DOWN: usize = 4;
/// Free at the left and right of each.
const PAD: Unit = mm(80);
const PICTURE: Unit = mm(300);
/// Height of code, notes and picture.
const BLOCK: Unit = mm(340);

/// The slips of each page: those of one unit.
pub(super) fn pages(to: &[Recipient]) -> impl Iterator<Item = &[Recipient]> {
    to.chunk_by(|a, b| a.unit == b.unit).flat_map(|unit| unit.chunks(ACROSS * DOWN))
}

/// Width and height of a slip.
fn cell(format: Format) -> (Unit, Unit) {
    let (width, height) = format.size();
    (width / 2, height / 4)
}

/// The lines along which they are cut apart.
pub(super) fn cuts(format: Format) -> Vec<Item> {
    let ((width, height), (across, down)) = (format.size(), cell(format));
    let upright = Bar { x: across, y: 0, width: 25, height };
    let level = (1..4).map(|row| Bar { x: 0, y: down * row, width, height: 25 });
    vec![Item::Bars { bars: level.chain([upright]).collect(), grey: 150 }]
}

/// A slip at its place on the page, from 0.
pub(super) fn set<'f>(
    about: &About,
    format: Format,
    to: &Recipient,
    place: usize,
    fonts: &'f Fonts,
) -> Result<Sheet<'f>, PrintError> {
    let words = Words::of(&to.language);
    let mut sheet = Sheet::new(fonts);
    let (wide, high) = cell(format);
    let unit = |number: usize| Unit::try_from(number).unwrap_or(0);
    let (left, top) = (wide * unit(place % ACROSS), high * unit(place / ACROSS));
    let (x, width) = (left + PAD, wide - 2 * PAD);
    let bottom = top + high - mm(45);

    let mut y = top + mm(60);
    let above = if about.practice { words.get("paper-practice")? } else { about.union.clone() };
    sheet.one(UNION, &above, (x, y + UNION.ascent()), width, SOFT);
    y += UNION.line_height();
    y = sheet.paragraph(TITLE, &about.title, (x, y), (width, 2), 0) + mm(10);
    sheet.shrunk(NAME, &to.name, (x, y + NAME.ascent()), width, 0);
    y += NAME.line_height();
    let mut info = format!("{} {} \u{b7} {}", words.get("paper-member-no")?, to.member_no, to.unit);
    if let Some(name) = &to.box_name {
        info.push_str(&format!(" \u{b7} {} {name}", words.get("paper-box")?));
    }
    sheet.one(INFO, &info, (x, y + INFO.ascent()), width, 0);

    let (picture, size) = qr::picture(&to.link, PICTURE, left + wide - PAD, bottom - BLOCK)?;
    sheet.items.push(picture);
    let room = width - size - mm(40);
    let mut y = bottom - BLOCK;
    for line in code_lines(&to.code) {
        sheet.one(CODE, &line, (x, y + CODE.ascent()), room, 0);
        y += CODE.line_height() * 95 / 100;
    }
    y += mm(10);
    let mut notes = vec![words.get("slip-keep")?];
    if let Some(closes) = about.closes {
        let closes = words.moment(&about.time_zone, closes);
        notes.push(words.with("slip-until", &[("closes", (&closes).into())])?);
    }
    notes.push(words.with("slip-site", &[("site", (&about.site).into())])?);
    for note in notes {
        let lines = usize::try_from((bottom - y) / NOTE.line_height()).unwrap_or(0).min(2);
        if lines > 0 {
            y = sheet.paragraph(NOTE, &note, (x, y), (room, lines), SOFT);
        }
    }
    Ok(sheet)
}
