//! One letter: the address where the envelope's window is, what it is about, the code, how to vote.

use crate::PrintError;
use crate::layout::Item;
use crate::qr;
use crate::typeface::{Font, Fonts, Style, Unit};

use super::fit::Sheet;
use super::words::Words;
use super::{About, Address, Format, Recipient, code_lines, mm};

/// What stands beside what matters more.
const SOFT: u8 = 90;
/// Sender and letterhead.
const SENDER: Style = Style { font: Font::Regular, size: 700 };
const UNION: Style = Style { font: Font::Bold, size: 1_400 };
/// The address.
const ADDRESS: Style = Style { font: Font::Regular, size: 1_050 };
/// Beside the address.
const LABEL: Style = Style { font: Font::Regular, size: 750 };
const INFO: Style = Style { font: Font::Regular, size: 900 };
const PRACTICE: Style = Style { font: Font::Bold, size: 1_100 };
/// The code.
const CODE: Style = Style { font: Font::Mono, size: 2_600 };
/// Height of the frame around code and picture.
const FRAME: Unit = mm(440);
/// The picture in it.
const PICTURE: Unit = mm(350);
/// Sizes of the text, the largest with which everything fits is taken.
const SIZES: [Unit; 7] = [1_050, 1_000, 950, 900, 850, 800, 750];

/// Where things stand on a paper.
struct Places {
    width: Unit,
    left: Unit,
    measure: Unit,
    union: Unit,
    /// What the sender's line stands on.
    sender: Unit,
    /// What the first line of the address stands on, from line to line, how many there are, how wide they are.
    address: Unit,
    pitch: Unit,
    lines: usize,
    window: Unit,
    /// Beside the address: left and top.
    info: (Unit, Unit),
    /// From here down the text.
    body: Unit,
    /// Nothing stands below.
    bottom: Unit,
    folds: [Unit; 2],
}

impl Places {
    fn of(format: Format) -> Self {
        let (width, height) = format.size();
        match format {
            // DIN 5008 form B: the address zone is 62.7 to 90 mm from the top; the window shows 20 to 110 mm from the left.
            Format::A4 => Self {
                width,
                left: mm(250),
                measure: mm(1_650),
                union: mm(260),
                sender: mm(614),
                address: mm(667),
                pitch: mm(45),
                lines: 6,
                window: mm(780),
                info: (mm(1_250), mm(500)),
                body: mm(985),
                bottom: height - mm(120),
                folds: [mm(1_050), mm(2_100)],
            },
            // A number 10 envelope: its window, 7/8 inch from the left and 1/2 from below, shows 2.04 to 3.17 inches from the
            // top of the upper third. Beside it nothing may stand that a page which slides to the left would show.
            Format::Letter => Self {
                width,
                left: mm(254),
                measure: mm(1_680),
                union: mm(200),
                sender: mm(552),
                address: mm(599),
                pitch: mm(43),
                lines: 5,
                window: mm(800),
                info: (mm(1_300), mm(127)),
                body: mm(985),
                bottom: height - mm(110),
                folds: [mm(931), mm(1_863)],
            },
        }
    }
}

/// What stands on every letter in one language.
pub(super) struct Form {
    words: &'static Words,
    places: Places,
    items: Vec<Item>,
    size: Unit,
    greeting: Unit,
    frame: Unit,
    labels: [String; 3],
}

impl Form {
    pub(super) fn new(
        about: &About,
        format: Format,
        words: &'static Words,
        fonts: &Fonts,
    ) -> Result<Self, PrintError> {
        let texts = Texts::new(about, words)?;
        for size in SIZES {
            let places = Places::of(format);
            let mut sheet = Sheet::new(fonts);
            head(&mut sheet, &places, about, &texts);
            let (greeting, frame, end) = body(&mut sheet, &places, &texts, size);
            if end <= places.bottom {
                let labels =
                    [words.get("paper-member-no")?, words.get("paper-unit")?, words.get("paper-box")?];
                return Ok(Self { words, places, items: sheet.items, size, greeting, frame, labels });
            }
        }
        Err(PrintError::Page)
    }

    /// The tag of its language.
    pub(super) fn tag(&self) -> &'static str {
        self.words.tag()
    }

    /// What stands on every letter.
    pub(super) fn items(&self) -> &[Item] {
        &self.items
    }

    /// What stands on this one besides.
    pub(super) fn fill<'f>(
        &self,
        about: &About,
        to: &Recipient,
        fonts: &'f Fonts,
    ) -> Result<Sheet<'f>, PrintError> {
        let mut sheet = Sheet::new(fonts);
        let places = &self.places;
        let mut y = places.address;
        for line in address_lines(&to.name, &to.address, about.home.as_deref(), places.lines) {
            sheet.shrunk(ADDRESS, &line, (places.left, y), places.window, 0);
            y += places.pitch;
        }
        let (x, mut y) = (places.info.0, places.info.1 + CONTACT_ROOM);
        let width = places.left + places.measure - x;
        let rows = [Some(to.member_no.as_str()), Some(to.unit.as_str()), to.box_name.as_deref()];
        for (label, value) in self.labels.iter().zip(rows) {
            let Some(value) = value else { continue };
            sheet.one(LABEL, label, (x, y + LABEL.ascent()), width, SOFT);
            y += LABEL.line_height();
            sheet.one(INFO, value, (x, y + INFO.ascent()), width, 0);
            y += INFO.line_height() + 100;
        }
        let text = Style { font: Font::Regular, size: self.size };
        let greeting = self.words.with("letter-greeting", &[("name", to.name.as_str().into())])?;
        sheet.one(text, &greeting, (places.left, self.greeting), places.measure, 0);
        let right = places.left + places.measure - mm(45);
        let (picture, size) = qr::picture(&to.link, PICTURE, right, self.frame + (FRAME - PICTURE) / 2)?;
        sheet.items.push(picture);
        let room = places.measure - size - mm(150);
        for (line, y) in code_lines(&to.code).iter().zip([mm(190), mm(310)]) {
            sheet.one(CODE, line, (places.left + mm(60), self.frame + y), room, 0);
        }
        Ok(sheet)
    }
}

/// Beside the address, for the contact.
const CONTACT_ROOM: Unit = mm(170);

/// The texts that all letters in a language share.
struct Texts {
    subject: String,
    what: String,
    when: String,
    steps_heading: String,
    steps: [String; 4],
    notes: Vec<String>,
    label: String,
    hint: String,
    contact_label: String,
    practice: Option<String>,
}

impl Texts {
    fn new(about: &About, words: &Words) -> Result<Self, PrintError> {
        let moment = |seconds: Option<i64>| seconds.map(|seconds| words.moment(&about.time_zone, seconds));
        let (opens, closes) = (moment(about.opens), moment(about.closes));
        let when = match (&opens, &closes) {
            (Some(opens), Some(closes)) => {
                words.with("letter-from-until", &[("opens", opens.into()), ("closes", closes.into())])?
            }
            (Some(opens), None) => words.with("letter-from", &[("opens", opens.into())])?,
            (None, Some(closes)) => words.with("letter-until", &[("closes", closes.into())])?,
            (None, None) => words.get("letter-when-told")?,
        };
        let contact = ("contact", (&about.contact).into());
        let mut notes = vec![
            words.get("letter-again")?,
            words.with("letter-lost", &[contact])?,
            words.get("letter-stranger")?,
        ];
        if about.registrar {
            notes.push(words.get("letter-registrar")?);
        }
        Ok(Self {
            subject: words.with("letter-subject", &[("title", (&about.title).into())])?,
            what: words.with("letter-what", &[("union", (&about.union).into())])?,
            when,
            steps_heading: words.get("letter-steps")?,
            steps: [
                words.with("letter-step-1", &[("site", (&about.site).into())])?,
                words.get("letter-step-2")?,
                words.get("letter-step-3")?,
                words.get("letter-step-4")?,
            ],
            notes,
            label: words.get("code-label")?,
            hint: words.get("code-hint")?,
            contact_label: words.get("paper-contact")?,
            practice: if about.practice { Some(words.get("paper-practice")?) } else { None },
        })
    }
}

/// Letterhead, sender, contact, marks for folding.
fn head(sheet: &mut Sheet<'_>, places: &Places, about: &About, texts: &Texts) {
    let (info, top) = places.info;
    let width = places.left + places.measure - info;
    // On paper where the contact stands at the height of the union's name, the name ends before it.
    let union = if top < places.union { info - mm(50) - places.left } else { places.measure };
    sheet.one(UNION, &about.union, (places.left, places.union), union, 0);
    if let Some(practice) = &texts.practice {
        sheet.one(PRACTICE, practice, (places.left, places.union + mm(75)), union, 0);
    }
    sheet.one(SENDER, &about.sender, (places.left, places.sender), places.window, SOFT);
    sheet.bar(places.left, places.sender + mm(10), places.window, 25, SOFT);
    sheet.one(LABEL, &texts.contact_label, (info, top + LABEL.ascent()), width, SOFT);
    sheet.paragraph(INFO, &about.contact, (info, top + LABEL.line_height()), (width, 3), 0);
    for y in places.folds {
        sheet.bar(mm(50), y, mm(50), 25, 130);
        sheet.bar(places.width - mm(100), y, mm(50), 25, 130);
    }
}

/// Everything below the address; returns what the greeting stands on, where the frame begins and where all of it ends.
fn body(sheet: &mut Sheet<'_>, places: &Places, texts: &Texts, size: Unit) -> (Unit, Unit, Unit) {
    let text = Style { font: Font::Regular, size };
    let strong = Style { font: Font::Bold, size };
    let small = Style { font: Font::Regular, size: size - 100 };
    let subject = Style { font: Font::Bold, size: size + 250 };
    let (x, width) = (places.left, places.measure);
    let gap = mm(25);
    let mut y = sheet.paragraph(subject, &texts.subject, (x, places.body), (width, 2), 0) + gap;
    let greeting = y + text.ascent();
    y += text.line_height() + mm(15);
    y = sheet.paragraph(text, &texts.what, (x, y), (width, 5), 0) + mm(10);
    y = sheet.paragraph(strong, &texts.when, (x, y), (width, 3), 0) + gap;
    let frame = y;
    sheet.frame(x, frame, width, FRAME);
    sheet.one(small, &texts.label, (x + mm(60), frame + mm(75)), width - PICTURE - mm(150), SOFT);
    let hint = (x + mm(60), frame + mm(340));
    sheet.paragraph(LABEL, &texts.hint, hint, (width - PICTURE - mm(150), 2), SOFT);
    y += FRAME + gap;
    y = sheet.paragraph(strong, &texts.steps_heading, (x, y), (width, 1), 0) + mm(5);
    for (number, step) in (1..).zip(&texts.steps) {
        sheet.one(strong, &format!("{number}."), (x, y + text.ascent()), mm(60), 0);
        y = sheet.paragraph(text, step, (x + mm(65), y), (width - mm(65), 4), 0) + mm(5);
    }
    y += gap - mm(5);
    for note in &texts.notes {
        y = sheet.paragraph(small, note, (x, y), (width, 3), SOFT) + mm(8);
    }
    (greeting, frame, y)
}

/// Countries whose addresses have the postal code behind the city.
const CODE_LAST: [&str; 24] = [
    "us",
    "usa",
    "united states",
    "united states of america",
    "estados unidos",
    "ca",
    "canada",
    "canadá",
    "gb",
    "uk",
    "united kingdom",
    "reino unido",
    "ie",
    "ireland",
    "irlanda",
    "au",
    "australia",
    "nz",
    "new zealand",
    "in",
    "india",
    "za",
    "south africa",
    "ph",
];

/// The lines of an address as the post wants them.
fn address_lines(name: &str, to: &Address, home: Option<&str>, most: usize) -> Vec<String> {
    let Address { address1, address2, postal_code, city, country } = to;
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let known = if country.is_empty() { home.unwrap_or_default() } else { country };
    let code_last = CODE_LAST.iter().any(|one| same(one, known));
    let place = if code_last { format!("{city} {postal_code}") } else { format!("{postal_code} {city}") };
    let abroad = !country.is_empty() && !home.is_some_and(|home| same(home, country));
    let country = if abroad { country.to_uppercase() } else { String::new() };
    let lines = [name, address1, address2, place.trim(), country.as_str()];
    lines.into_iter().filter(|line| !line.is_empty()).take(most).map(str::to_owned).collect()
}

/// For which paper a country's envelopes are made.
pub(super) fn format_of(country: &str) -> Format {
    const LETTER: [&str; 12] = [
        "us",
        "usa",
        "united states",
        "united states of america",
        "estados unidos",
        "ca",
        "canada",
        "canadá",
        "mx",
        "mexico",
        "méxico",
        "stany zjednoczone",
    ];
    let country = country.trim().to_lowercase();
    if LETTER.contains(&country.as_str()) { Format::Letter } else { Format::A4 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(city: &str, code: &str, country: &str) -> Address {
        Address {
            address1: "1 Elm St".to_owned(),
            address2: String::new(),
            postal_code: code.to_owned(),
            city: city.to_owned(),
            country: country.to_owned(),
        }
    }

    #[test]
    fn addresses_stand_as_the_post_of_their_country_wants_them() {
        let lines = |to: &Address, home| address_lines("Ann Lee", to, home, 5).join("|");
        let chicago = address("Chicago, IL", "60601", "US");
        assert_eq!(lines(&chicago, Some("us")), "Ann Lee|1 Elm St|Chicago, IL 60601");
        assert_eq!(lines(&chicago, Some("DE")), "Ann Lee|1 Elm St|Chicago, IL 60601|US");
        let berlin = address("Berlin", "10115", "Germany");
        assert_eq!(lines(&berlin, Some("US")), "Ann Lee|1 Elm St|10115 Berlin|GERMANY");
        assert_eq!(lines(&address("Berlin", "10115", ""), None), "Ann Lee|1 Elm St|10115 Berlin");
        assert_eq!(lines(&address("Chicago", "60601", ""), Some("USA")), "Ann Lee|1 Elm St|Chicago 60601");
        assert_eq!(lines(&address("Lugo", "", ""), None), "Ann Lee|1 Elm St|Lugo");
    }

    #[test]
    fn the_paper_is_that_of_the_country() {
        assert_eq!(["US", " canada ", "Germany", "", "PL"].map(format_of), {
            use Format::{A4, Letter};
            [Letter, Letter, A4, A4, A4]
        });
    }
}
