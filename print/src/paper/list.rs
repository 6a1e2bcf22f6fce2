//! Lists on which members sign for their slips: by unit, without codes.

use crate::PrintError;
use crate::layout::Page;
use crate::typeface::{Font, Fonts, Style, Unit};

use super::fit::Sheet;
use super::words::Words;
use super::{About, Format, Signer, mm};

const SOFT: u8 = 90;
const UNION: Style = Style { font: Font::Regular, size: 900 };
const HEADING: Style = Style { font: Font::Bold, size: 1_500 };
const TITLE: Style = Style { font: Font::Regular, size: 1_050 };
const UNIT: Style = Style { font: Font::Bold, size: 1_200 };
const HEAD: Style = Style { font: Font::Bold, size: 850 };
const CELL: Style = Style { font: Font::Regular, size: 950 };
const NOTE: Style = Style { font: Font::Regular, size: 850 };
/// A row, with room for a hand that writes.
const ROW: Unit = mm(92);
/// Where rows begin and where they end.
const TOP: Unit = mm(640);
const BELOW: Unit = mm(420);

/// The pages: those of one unit after those of another.
pub(super) fn pages(
    about: &About,
    format: Format,
    signers: &[Signer],
    words: &Words,
    fonts: &Fonts,
) -> Result<Vec<Page>, PrintError> {
    let (_, height) = format.size();
    let rows = usize::try_from((height - TOP - BELOW) / ROW).unwrap_or(1).max(1);
    let mut pages = Vec::new();
    for unit in signers.chunk_by(|a, b| a.unit == b.unit) {
        let all = unit.len().div_ceil(rows);
        for (i, part) in unit.chunks(rows).enumerate() {
            let page = Part { unit, part, first: i * rows, number: i + 1, all };
            pages.push(Page(set(about, format, &page, words, fonts)?));
        }
    }
    Ok(pages)
}

/// What stands on one page.
struct Part<'a> {
    unit: &'a [Signer],
    part: &'a [Signer],
    first: usize,
    number: usize,
    all: usize,
}

fn set(
    about: &About,
    format: Format,
    page: &Part<'_>,
    words: &Words,
    fonts: &Fonts,
) -> Result<Vec<crate::layout::Item>, PrintError> {
    let mut sheet = Sheet::new(fonts);
    let (wide, height) = format.size();
    let (x, width) = (mm(200), wide - mm(400));
    sheet.one(UNION, &about.union, (x, mm(200)), width, SOFT);
    if about.practice {
        sheet.one(HEAD, &words.get("paper-practice")?, (x, mm(245)), width, 0);
    }
    sheet.one(HEADING, &words.get("list-title")?, (x, mm(310)), width, 0);
    sheet.paragraph(TITLE, &about.title, (x, mm(340)), (width, 2), 0);
    let name = page.unit.first().map_or("", |signer| signer.unit.as_str());
    let members = words.with("list-members", &[("members", page.unit.len().into())])?;
    sheet.one(UNIT, &format!("{name}: {members}"), (x, mm(520)), width, 0);

    // Number in the list, member number, name, day, signature.
    let columns = [0, 80, 330, 1_000, 1_190].map(|at| x + mm(at));
    let ends =
        [1, 2, 3, 4].map(|i| columns.get(i).copied().unwrap_or(x + width)).into_iter().chain([x + width]);
    let widths: Vec<Unit> = columns.iter().zip(ends).map(|(begin, end)| end - begin - mm(20)).collect();
    let heads = [
        String::new(),
        words.get("paper-member-no")?,
        words.get("list-name")?,
        words.get("list-day")?,
        words.get("list-signature")?,
    ];
    for ((head, x), width) in heads.iter().zip(columns).zip(&widths) {
        sheet.shrunk(HEAD, head, (x, TOP - mm(20)), *width, 0);
    }
    sheet.bar(x, TOP, width, 60, 0);
    let mut y = TOP;
    for (i, signer) in page.part.iter().enumerate() {
        let number = (page.first + i + 1).to_string();
        let cells = [number.as_str(), &signer.member_no, &signer.name];
        for ((cell, x), width) in cells.into_iter().zip(columns).zip(&widths) {
            sheet.shrunk(CELL, cell, (x, y + ROW - mm(28)), *width, 0);
        }
        y += ROW;
        sheet.bar(x, y, width, 25, 130);
    }
    let foot = height - BELOW;
    let note = words.with("list-note", &[("contact", (&about.contact).into())])?;
    sheet.paragraph(NOTE, &note, (x, foot + mm(70)), (width, 2), SOFT);
    sheet.one(NOTE, &words.get("list-by")?, (x, foot + mm(260)), mm(650), SOFT);
    sheet.bar(x + mm(670), foot + mm(265), width - mm(670), 25, 0);
    let which = words.with("list-page", &[("page", page.number.into()), ("pages", page.all.into())])?;
    sheet.one(NOTE, &which, (x, height - mm(100)), width, SOFT);
    Ok(sheet.items)
}
