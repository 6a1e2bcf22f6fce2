//! Letters, slips and lists in every language, with short texts and with the longest: one page, within its borders, with the
//! address in the window and a picture that a program reads.

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::layout::Bar;

const CLOSES: i64 = 1_611_467_940;

fn about() -> About {
    About {
        union: "Chicago Teachers Union".to_owned(),
        sender: "Chicago Teachers Union, 1901 W Carroll Ave, Chicago, IL 60612".to_owned(),
        title: "Work remotely only, from 25 January".to_owned(),
        contact: "Election committee, 555-0100".to_owned(),
        site: "https://vote.example.org".to_owned(),
        opens: Some(1_611_241_200),
        closes: Some(CLOSES),
        time_zone: Zone::parse("America/Chicago").unwrap(),
        practice: false,
        registrar: true,
        home: Some("US".to_owned()),
    }
}

/// Texts as long as a ballot file and a server let them be.
fn longest() -> About {
    let title =
        "Przyjęcie porozumienia o warunkach pracy zdalnej w szkołach i placówkach oświatowych ".repeat(3);
    About {
        union: "Niezależny Samorządny Związek Zawodowy Pracowników Oświaty i Wychowania ".repeat(3),
        sender: "Niezależny Samorządny Związek Zawodowy, ulica Świętokrzyska 1234, ".repeat(3),
        title,
        contact: "Komisja wyborcza, pokój 123, telefon 555-0100, komisja@zwiazek.example.org; ".repeat(3),
        site: format!("https://{}.example.org", "glosowanie-w-zwiazku".repeat(5)),
        practice: true,
        ..about()
    }
}

fn recipient(name: &str, language: &str, country: &str) -> Recipient {
    let code = VotingCode::generate(&mut ChaCha20Rng::seed_from_u64(7));
    let link = format!(
        "https://vote.example.org/ballots/2f1c8c8e-5d0b-4f6a-9f0e-0123456789ab/vote#{}",
        code.text().as_str()
    );
    Recipient {
        member_no: "100234".to_owned(),
        name: name.to_owned(),
        unit: "Whitney High".to_owned(),
        box_name: None,
        language: language.to_owned(),
        code,
        link: Zeroizing::new(link),
        address: Address {
            address1: "1200 North Elm Street".to_owned(),
            address2: "Apartment 12 B".to_owned(),
            postal_code: "60601".to_owned(),
            city: "Chicago, IL".to_owned(),
            country: country.to_owned(),
        },
    }
}

/// Everything about a member as long as a roll allows.
fn longest_recipient(language: &str) -> Recipient {
    let long = "Wolfeschlegelsteinhausenbergerdorff-Świętosławska ".repeat(4);
    Recipient {
        member_no: "9".repeat(32),
        name: long.trim().to_owned(),
        unit: long.chars().take(100).collect(),
        box_name: Some(long.chars().take(100).collect()),
        link: Zeroizing::new(format!("https://{}.example.org/vote#{}", "x".repeat(150), "A".repeat(34))),
        address: Address {
            address1: long.clone(),
            address2: long.clone(),
            postal_code: "00-950".repeat(5),
            city: long.clone(),
            country: long.clone(),
        },
        ..recipient("", language, "")
    }
}

/// Every corner of everything that is on a sheet.
fn extent(items: &[Item]) -> Vec<(Unit, Unit, Unit, Unit)> {
    let of = |bar: &Bar| (bar.x, bar.y, bar.x + bar.width, bar.y + bar.height);
    items
        .iter()
        .flat_map(|item| match item {
            Item::Text { x, y, line, .. } => {
                vec![(*x, y - line.style.size, x + line.width, y + line.style.size / 4)]
            }
            Item::Bar { bar, .. } => vec![of(bar)],
            Item::Bars { bars, .. } => bars.iter().map(of).collect(),
        })
        .collect()
}

/// What a program reads in the pictures of a sheet.
fn pictures(items: &[Item]) -> Vec<String> {
    items
        .iter()
        .filter_map(|item| match item {
            Item::Bars { bars, .. } if bars.len() > 50 => Some(bars),
            _ => None,
        })
        .map(|bars| {
            let module = bars.iter().map(|bar| bar.height).min().unwrap();
            let left = bars.iter().map(|bar| bar.x).min().unwrap() - 4 * module;
            let top = bars.iter().map(|bar| bar.y).min().unwrap() - 4 * module;
            let right = bars.iter().map(|bar| bar.x + bar.width).max().unwrap();
            let cells = usize::try_from((right - left) / module + 4).unwrap();
            let mut dark = vec![false; cells * cells];
            for bar in bars {
                let place = |at: Unit, from: Unit| usize::try_from((at - from) / module).unwrap();
                let row = place(bar.y, top) * cells;
                dark[row + place(bar.x, left)..row + place(bar.x + bar.width, left)].fill(true);
            }
            let grey = |x: usize, y: usize| if dark[y / 4 * cells + x / 4] { 0 } else { 255 };
            let side = 4 * cells;
            let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, grey);
            let grids = image.detect_grids();
            assert_eq!(grids.len(), 1);
            grids[0].decode().unwrap().1
        })
        .collect()
}

#[test]
fn a_letter_has_one_page_within_its_borders_in_every_language_whatever_its_texts() {
    for about in [about(), longest()] {
        for format in [Format::A4, Format::Letter] {
            let press = Press::new(about.clone(), format).unwrap();
            let (width, height) = format.size();
            let mut all = Vec::new();
            for language in ["en", "es", "pl"] {
                all.push(recipient("Ann Lee", language, "US"));
                all.push(longest_recipient(language));
            }
            for to in &all {
                let (form, sheet) = press.letter(to).unwrap();
                let items: Vec<Item> = form.items().iter().chain(&sheet.items).cloned().collect();
                for (left, top, right, bottom) in extent(&items) {
                    assert!(left >= mm(50) && right <= width - mm(50), "{left} {right}");
                    assert!(top >= mm(80) && bottom <= height - mm(80), "{top} {bottom}");
                }
                assert_eq!(pictures(&items), [to.link.as_str()]);
            }
            let printed = press.letters(&all).unwrap();
            assert_eq!((printed.pages, &printed.cut[..]), (6, &[1, 3, 5][..]));
            assert_eq!(printed.unshown, Vec::<usize>::new());
        }
    }
}

#[test]
fn the_window_shows_sender_and_address_and_nothing_else() {
    for (format, window) in [
        // DIN 680: 90 x 45 mm, 20 mm from the left; from the top of the page 45 to 90 mm.
        (Format::A4, (mm(200), mm(450), mm(1_100), mm(900))),
        // 1 1/8 x 4 1/2 inches; wherever the page lies in the envelope it shows no more than this.
        (Format::Letter, (0, mm(518), mm(1_290), mm(920))),
    ] {
        for about in [about(), longest()] {
            let press = Press::new(about, format).unwrap();
            for to in [recipient("Ann Lee", "en", "DE"), longest_recipient("pl")] {
                let (form, sheet) = press.letter(&to).unwrap();
                let items: Vec<Item> = form.items().iter().chain(&sheet.items).cloned().collect();
                let mut seen = Vec::new();
                for item in &items {
                    let inside =
                        extent(std::slice::from_ref(item)).iter().any(|(left, top, right, bottom)| {
                            *left < window.2 && *right > window.0 && *top < window.3 && *bottom > window.1
                        });
                    if let (true, Item::Text { line, .. }) = (inside, item) {
                        seen.push(line.text.clone());
                    } else if inside {
                        assert!(matches!(item, Item::Bar { bar, .. } if bar.height == 25), "{item:?}");
                    }
                }
                assert!(seen.len() <= 7, "{seen:?}");
                let code = to.code.text();
                assert!(!seen.iter().any(|text| code.contains(text.as_str())), "{seen:?}");
                let text = |at: usize| seen.get(at).map(String::as_str).unwrap_or_default();
                if to.name == "Ann Lee" {
                    assert_eq!(text(1), "Ann Lee", "{seen:?}");
                    assert_eq!(seen.last().map(String::as_str), Some("DE"), "{seen:?}");
                }
            }
        }
    }
}

#[test]
fn a_letter_says_what_is_needed_in_the_members_language() {
    let press = Press::new(about(), Format::A4).unwrap();
    let all = ["en", "es-MX", "pl", "de"].map(|tag| recipient("Ann Lee", tag, "US"));
    let pages: Vec<String> =
        press.letters_text(&all).unwrap().iter().map(|page| page.replace('\n', " ")).collect();
    let code = all[0].code.text();
    let (first, second) = code.split_at(19);
    for page in &pages {
        for part in [
            "Ann Lee",
            "1200 North Elm Street",
            "Apartment 12 B",
            "Chicago, IL 60601",
            "100234",
            "Whitney High",
            "Election committee, 555-0100",
            "https://vote.example.org",
            first,
            second.trim_start_matches('-'),
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("{ $") && !page.contains("PRACTICE"), "{page}");
    }
    assert!(pages[0].contains("Your voting code: Work remotely only"), "{}", pages[0]);
    assert!(pages[0].contains("until Saturday, 23 January 2021, 23:59"), "{}", pages[0]);
    assert!(pages[0].contains("registrar"), "{}", pages[0]);
    assert!(pages[1].contains("Su código de votación"), "{}", pages[1]);
    assert!(pages[2].contains("Kod do głosowania"), "{}", pages[2]);
    assert_eq!(pages[3], pages[0], "a language that there is none of gets English");
}

#[test]
fn the_same_letters_give_the_same_bytes() {
    let press = || Press::new(about(), Format::A4).unwrap();
    let all = || [recipient("Ann Lee", "en", "US"), recipient("Ewa Żak", "pl", "PL")];
    let first = press().letters(&all()).unwrap().pdf;
    assert_eq!(first, press().letters(&all()).unwrap().pdf);
    let text = String::from_utf8_lossy(&first);
    assert!(!text.contains("CreationDate") && !text.contains("ModDate") && !text.contains("CreateDate"));
    assert_ne!(first, press().letters(&[recipient("Ann Lee", "en", "US")]).unwrap().pdf);
}

#[test]
fn a_name_that_the_fonts_lack_is_named() {
    let press = Press::new(about(), Format::A4).unwrap();
    let printed = press.letters(&[recipient("Ann Lee", "en", "US"), recipient("李娜", "en", "US")]).unwrap();
    assert_eq!((printed.unshown, printed.cut), (vec![1], vec![]));
}

#[test]
fn slips_stay_in_their_places_and_units_have_pages_of_their_own() {
    for about in [about(), longest()] {
        for format in [Format::A4, Format::Letter] {
            let press = Press::new(about.clone(), format).unwrap();
            let mut all: Vec<Recipient> = (0..10)
                .map(|i| match i % 3 {
                    0 => longest_recipient("pl"),
                    1 => recipient("Ann Lee", "es", ""),
                    _ => recipient("Bo Ek", "en", ""),
                })
                .collect();
            for (i, one) in all.iter_mut().enumerate() {
                one.unit = "Adams".to_owned();
                if i == 9 {
                    *one = Recipient { unit: "Burns".to_owned(), ..recipient("Bo Ek", "en", "") };
                }
            }
            let (wide, high) = (format.size().0 / 2, format.size().1 / 4);
            for (place, to) in all.iter().take(8).enumerate() {
                let sheet = slip::set(&about, format, to, place, &press.fonts).unwrap();
                let (column, row) = (place as Unit % 2, place as Unit / 2);
                for (left, top, right, bottom) in extent(&sheet.items) {
                    assert!(left >= column * wide + mm(50) && right <= (column + 1) * wide - mm(50));
                    assert!(
                        top >= row * high + mm(40) && bottom <= (row + 1) * high - mm(30),
                        "{top} {bottom}"
                    );
                }
                assert_eq!(pictures(&sheet.items), [to.link.as_str()]);
            }
            let pages = press.slips_text(&all).unwrap();
            assert_eq!(pages.len(), 3, "eight, one, and the other unit");
            assert!(pages[2].contains("Burns") && !pages[2].contains("Adams"));
        }
    }
}

#[test]
fn lists_have_everybody_once_by_unit_and_no_codes() {
    let signer = |no: usize, unit: &str| Signer {
        member_no: format!("{no}"),
        name: if no.is_multiple_of(5) { "Wolfeschlegelsteinhausen ".repeat(5) } else { "Ann Lee".to_owned() },
        unit: unit.to_owned(),
    };
    let all: Vec<Signer> =
        (1_000..1_045).map(|no| signer(no, if no < 1_044 { "Adams" } else { "Burns" })).collect();
    for (about, language) in [(about(), "en"), (longest(), "es"), (longest(), "pl")] {
        for format in [Format::A4, Format::Letter] {
            let press = Press::new(about.clone(), format).unwrap();
            let pages = press.list_text(&all, language).unwrap();
            let text = pages.join("\n");
            for one in &all {
                assert_eq!(text.matches(&one.member_no).count(), 1, "{}", one.member_no);
            }
            assert!(pages.last().unwrap().contains("Burns") && !pages[0].contains("Burns"));
            let (width, height) = format.size();
            for page in list::pages(&about, format, &all, Words::of(language), &press.fonts).unwrap() {
                for (left, top, right, bottom) in extent(&page.0) {
                    assert!(left >= mm(100) && right <= width - mm(100), "{left} {right}");
                    assert!(top >= mm(80) && bottom <= height - mm(80), "{top} {bottom}");
                }
            }
        }
    }
    let press = Press::new(about(), Format::A4).unwrap();
    let last = press.list_text(&all, "pl").unwrap().pop().unwrap();
    assert!(last.contains("jedna osoba") && last.contains("Strona 1 z 1"), "{last}");
}
