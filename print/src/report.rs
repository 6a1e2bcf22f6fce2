//! What stands on a printed certificate, from top to bottom: what was decided first, then every number, then what proves it.

mod office;
mod proof;
mod questions;

use scrutineer_ballot::certificate::{Certificate, Moment};
use scrutineer_ballot::zone::Zone;
use scrutineer_protocol::hash::HexHash;

use crate::PrintError;
use crate::layout::{Bar, Column, Flow, Grey, HEIGHT, Item, MARGIN, MEASURE, Page, Pages, WIDTH, columns};
use crate::qr;
use crate::typeface::{Font, Fonts, Style, Unit};

/// Text.
const TEXT: Style = Style { font: Font::Regular, size: 950 };
/// Text that matters.
const STRONG: Style = Style { font: Font::Bold, size: 950 };
/// Notes.
const SMALL: Style = Style { font: Font::Regular, size: 800 };
/// Hashes, keys and commands.
const CODE: Style = Style { font: Font::Mono, size: 720 };
/// A part of the certificate.
const HEADING: Style = Style { font: Font::Bold, size: 1_250 };
/// The ballot's title.
const TITLE: Style = Style { font: Font::Bold, size: 1_900 };
/// What was decided.
const OUTCOME: Style = Style { font: Font::Bold, size: 2_800 };
/// How wide the picture for telephones is at most.
const QR: Unit = 8_800;
/// What stands beside what matters more.
const SOFT: Grey = 90;

/// Sets the certificate; `sha256` is that of its bytes.
pub(crate) fn set(certificate: &Certificate, sha256: HexHash) -> Result<Pages, PrintError> {
    let fonts = Fonts::read()?;
    let mut flow = Flow::new(&fonts);
    head(&mut flow, certificate)?;
    questions::outcomes(&mut flow, certificate);
    summary(&mut flow, certificate);
    for (number, question) in (1..).zip(certificate.questions()) {
        questions::report(&mut flow, number, question);
    }
    office::turnout(&mut flow, certificate);
    proof::boxes(&mut flow, certificate);
    list(&mut flow, "What readers must know", certificate.remarks());
    list(&mut flow, "Delivery of the voting codes", &certificate.delivery_sentences());
    office::tellers(&mut flow, certificate);
    office::notice(&mut flow, certificate);
    office::objections(&mut flow, certificate);
    office::description(&mut flow, certificate);
    list(&mut flow, "Who has to be trusted, and for what", certificate.setting());
    proof::signatures(&mut flow, certificate);
    proof::checking(&mut flow, certificate, sha256);
    let mut pages = flow.finish();
    edges(&fonts, certificate, sha256, &mut pages);
    Ok(pages)
}

/// Union, title and the picture that leads to the public page.
fn head(flow: &mut Flow<'_>, certificate: &Certificate) -> Result<(), PrintError> {
    let beside = match certificate.page() {
        None => 0,
        Some(page) => {
            let (picture, size) = qr::picture(page, QR, WIDTH - MARGIN, MARGIN)?;
            flow.put(picture);
            size
        }
    };
    let width = MEASURE - if beside > 0 { beside + 1_400 } else { 0 };
    flow.narrow(TEXT, certificate.union(), SOFT, 0, width);
    flow.gap(300);
    flow.narrow(TITLE, &certificate.ballot().title, 0, 0, width);
    flow.gap(200);
    flow.narrow(TEXT, "Certificate of the result: the tellers' report", 0, 0, width);
    if let Some(page) = certificate.page() {
        flow.narrow(SMALL, page, SOFT, 0, width);
        flow.down_to(MARGIN + beside);
    }
    if let Some(old) = certificate.corrects() {
        flow.gap(500);
        let number = certificate.number();
        let replaced = format!(
            "Certificate number {number}: it corrects and replaces number {}. The reason: {}",
            old.number, old.reason
        );
        flow.paragraph(STRONG, &replaced);
        flow.paragraph(CODE, &format!("SHA-256 of certificate {}: {}", old.number, old.sha256));
    }
    flow.gap(700);
    flow.rule(0);
    flow.gap(700);
    Ok(())
}

/// The ballot in a few lines.
fn summary(flow: &mut Flow<'_>, certificate: &Certificate) {
    let ballot = certificate.ballot();
    let turnout = percent(certificate.cast(), certificate.eligible());
    let rows = [
        ("Ballot", ballot.id.to_string()),
        ("Voting opened", moment(&ballot.opened, &ballot.time_zone)),
        ("Voting closed", moment(&ballot.closed, &ballot.time_zone)),
        ("Result", moment(&ballot.tallied, &ballot.time_zone)),
        (
            "Turnout",
            format!(
                "{} of {} members entitled to vote have voted ({turnout})",
                number(certificate.cast()),
                number(certificate.eligible())
            ),
        ),
    ];
    pairs(flow, &rows);
}

/// Names and what they stand for.
fn pairs(flow: &mut Flow<'_>, rows: &[(&str, String)]) {
    let table = columns(TEXT, [(28, false), (72, false)]);
    let rows: Vec<Vec<String>> =
        rows.iter().map(|(name, value)| vec![(*name).to_owned(), value.clone()]).collect();
    flow.table(&table, None, &rows);
}

/// The heading of a part.
fn heading(flow: &mut Flow<'_>, text: &str) {
    flow.heading(HEADING, text, 1_300, 250);
}

/// A part of paragraphs, unless there are none.
fn list(flow: &mut Flow<'_>, name: &str, paragraphs: &[String]) {
    if paragraphs.is_empty() {
        return;
    }
    heading(flow, name);
    for paragraph in paragraphs {
        flow.paragraph(TEXT, paragraph);
        flow.gap(200);
    }
}

/// Column heads and rows, small where there is much.
fn table<const N: usize>(
    flow: &mut Flow<'_>,
    parts: [(i64, bool); N],
    head: [&str; N],
    rows: &[Vec<String>],
) -> [Column; N] {
    let columns = columns(TEXT, parts);
    flow.table(&columns, Some(&head), rows);
    columns
}

/// Foot of every page.
fn edges(fonts: &Fonts, certificate: &Certificate, sha256: HexHash, pages: &mut Pages) {
    let all = pages.0.len();
    for (i, Page(items)) in pages.0.iter_mut().enumerate() {
        let top = HEIGHT - 5_200;
        let mut put = |line: crate::typeface::Line, x, y| {
            items.push(Item::Text { x, y, line, grey: SOFT });
        };
        let which = format!("Certificate {} of ballot {}", certificate.number(), certificate.ballot().id);
        put(fonts.line(SMALL, &fonts.shown(SMALL.font, &which)), MARGIN, top);
        let page = fonts.line(SMALL, &format!("Page {} of {all}", i + 1));
        let right = WIDTH - MARGIN - page.width;
        put(page, right, top);
        put(fonts.line(CODE, &format!("SHA-256 of certificate.json: {sha256}")), MARGIN, top + 1_100);
        let bar = Bar { x: MARGIN, y: top - 1_100, width: MEASURE, height: 30 };
        items.push(Item::Bar { bar, grey: SOFT });
    }
}

/// One instant in the ballot's zone.
fn moment(moment: &Moment, zone: &str) -> String {
    Zone::parse(zone).map_or_else(|_| moment.local.clone(), |zone| zone.sentence(moment.seconds))
}

/// A number as people read it: `25,000`.
fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The same of a difference, with its sign.
fn difference(difference: i64) -> String {
    let sign = if difference < 0 { "-" } else { "+" };
    format!("{sign}{}", number(difference.unsigned_abs()))
}

/// A part of a whole, to a tenth of a percent, half a tenth rounded up.
fn percent(part: u64, whole: u64) -> String {
    match (u128::from(part) * 2_000 + u128::from(whole)).checked_div(u128::from(whole) * 2) {
        None => "\u{2013}".to_owned(),
        Some(tenths) => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_for_people() {
        assert_eq!([0, 999, 1_000, 25_000, 1_234_567].map(number).join(" "), "0 999 1,000 25,000 1,234,567");
        assert_eq!((difference(265), difference(-3_485)), ("+265".to_owned(), "-3,485".to_owned()));
        assert_eq!(
            (percent(21_500, 25_000), percent(1, 3), percent(2, 3)),
            ("86.0%".into(), "33.3%".into(), "66.7%".into())
        );
        assert_eq!(
            (percent(0, 0), percent(7, 7), percent(1, 2_000)),
            ("\u{2013}".into(), "100.0%".into(), "0.1%".into())
        );
    }
}
