//! Every letter in every language: complete, escaped, on one subject line, and the same in both forms.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;
use mail_parser::MessageParser;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};
use zeroize::Zeroizing;

use super::{render, render_with};
use crate::kind::Kind;
use crate::language::Language;
use crate::letter::{About, Ballot, Code, Decision, Letter, Rendered};
use crate::outgoing::{Outgoing, Sender};
use crate::sample::{about, ballot, sample, samples};
use crate::texts::{RenderError, SOURCES, Texts};
use crate::{Address, MessageId};

/// The messages of a file with the variables of each.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            current = line.split('=').next().unwrap().trim().to_owned();
            assert!(found.insert(current.clone(), BTreeSet::new()).is_none(), "{current} stands twice");
        }
        for rest in line.split('$').skip(1) {
            let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
            found.get_mut(&current).unwrap().insert(name);
        }
    }
    found
}

#[test]
fn every_language_has_every_text_with_the_same_variables() {
    let english = messages(SOURCES[0][0]);
    assert!(english.len() > 50);
    for (language, sources) in Language::ALL.into_iter().zip(SOURCES) {
        assert_eq!(messages(sources[0]), english, "{}", language.tag());
        let read = FluentResource::try_new(sources[0].to_owned());
        assert!(read.is_ok(), "{}: {:?}", language.tag(), read.err().map(|(_, errors)| errors));
    }
}

#[test]
fn every_text_is_used() {
    let source = include_str!("../render.rs");
    for id in messages(SOURCES[0][0]).into_keys() {
        assert!(source.contains(&format!("\"{id}\"")), "nobody asks for {id}");
    }
}

/// As people read HTML: without tags and style, entities resolved.
fn read(html: &str) -> String {
    let body = html.split_once("<main>").unwrap().1;
    let mut text = String::new();
    let mut inside = false;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text, |text, (entity, c)| text.replace(entity, c))
}

#[test]
fn samples_say_the_same_in_text_and_html() {
    for language in Language::ALL {
        let samples = samples(language).unwrap();
        assert_eq!(samples.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), Kind::ALL);
        for (kind, rendered) in samples {
            let read = read(&rendered.html);
            for line in rendered.text.lines().map(str::trim).filter(|line| *line != "--") {
                let line = line.trim_end_matches(':');
                assert!(read.contains(line), "{kind} in {}: {line:?} is not in the HTML", language.tag());
            }
            assert!(rendered.html.contains(&format!("<html lang=\"{}\"", language.tag())));
            for remote in ["<img", "<script", "<link", "url(", "@import", "src=", "onload"] {
                assert!(!rendered.html.contains(remote), "{kind}: {remote}");
            }
            assert!(rendered.text.contains("Anna Nowak") && rendered.text.contains("555-0100"), "{kind}");
            assert!(!rendered.subject.is_empty() && rendered.subject.chars().count() < 130);
            assert!(!rendered.text.contains(['{', '}', '$', '<']), "{kind}: {}", &*rendered.text);
        }
    }
}

#[test]
fn the_english_letters_read_well() {
    for (kind, rendered) in samples(Language::En).unwrap() {
        insta::assert_snapshot!(
            kind.as_str(),
            format!("Subject: {}\n\n{}", rendered.subject, &*rendered.text)
        );
    }
}

#[test]
fn what_matters_most_is_in_each() {
    let text = |kind| render(&sample(kind, Language::En), &about(), Language::En).unwrap().text.to_string();
    assert!(text(Kind::Open).contains("/ballots/1b2c3d4e/vote#SAMP-LESA"));
    assert!(text(Kind::Activation).contains("10482") && text(Kind::Activation).contains("/activate"));
    for alarm in [Kind::Recorded, Kind::Replaced] {
        // What to do, and neither a time nor a receipt.
        assert!(text(alarm).contains("tell us at once: Election committee, 555-0100"));
        assert!(!text(alarm).contains("2021") && !text(alarm).to_lowercase().contains("receipt"));
    }
    for kind in Kind::ALL {
        let has_link = matches!(kind, Kind::Open | Kind::NewCode);
        assert_eq!(text(kind).contains("/vote#"), has_link, "{kind}");
    }
    assert!(text(Kind::Open).contains("Saturday, 23 January 2021, 23:59 (America/Chicago)"));
}

#[test]
fn results_say_to_each_whether_a_vote_was_recorded() {
    for recorded in [true, false] {
        let letter = Letter::Result { ballot: ballot(), decisions: Vec::new(), recorded };
        let text = render(&letter, &about(), Language::En).unwrap().text;
        assert_eq!(text.contains("A vote was recorded for you."), recorded);
        assert_eq!(text.contains("No vote was recorded for you."), !recorded);
    }
}

#[test]
fn without_a_link_with_a_code_the_letter_leads_to_the_ballot() {
    let letter = Letter::Open { ballot: ballot(), code: Code::Separately };
    let text = render(&letter, &about(), Language::En).unwrap().text;
    assert!(text.contains("separately") && text.contains(&ballot().page) && !text.contains("/vote#"));
}

#[test]
fn practice_is_said_in_the_subject_and_at_the_top() {
    for language in Language::ALL {
        let letter = Letter::Notice { ballot: Ballot { practice: true, ..ballot() } };
        let rendered = render(&letter, &about(), language).unwrap();
        let word = Texts::of(language).get("practice-word").unwrap();
        assert!(rendered.subject.starts_with(&word));
        assert!(rendered.text.starts_with("*** ") && rendered.html.contains("class=\"banner\""));
    }
}

#[test]
fn a_union_without_a_contact_is_asked_itself() {
    let about = About { contact: None, ..about() };
    for language in Language::ALL {
        for kind in Kind::ALL {
            assert!(render(&sample(kind, language), &about, language).is_ok(), "{kind}");
        }
    }
}

#[test]
fn open_ends_are_announced() {
    let ballot = Ballot { opens: None, closes: None, ..ballot() };
    let text = render(&Letter::Notice { ballot }, &about(), Language::En).unwrap().text;
    assert_eq!(text.matches("will be announced").count(), 2);
}

#[test]
fn a_text_that_asks_for_what_it_is_not_given_makes_no_letter() {
    for (kind, id) in [
        (Kind::Test, "letter-test-intro"),
        (Kind::Notice, "letter-notice-subject"),
        (Kind::Activation, "letter-why"),
        (Kind::Result, "letter-result-button"),
    ] {
        for language in Language::ALL {
            let place = Language::ALL.iter().position(|one| *one == language).unwrap();
            let lines: Vec<_> = SOURCES[place][0]
                .lines()
                .map(|line| match line.strip_prefix(&format!("{id} = ")) {
                    Some(_) => format!("{id} = It is {{ $nobody }} who says so"),
                    None => line.to_owned(),
                })
                .collect();
            let changed = lines.join("\n");
            let texts = Texts::new(language, &[&changed, SOURCES[place][1], SOURCES[place][2]]);
            let error = render_with(&texts, &sample(kind, language), &about(), language).err().unwrap();
            let RenderError::Faulty { id: named, fault, .. } = &error else { panic!("{error}") };
            assert!(named == id && fault.contains("nobody"), "{error}");
            let without: Vec<_> = lines.into_iter().filter(|line| !line.starts_with(id)).collect();
            let texts = Texts::new(language, &[&without.join("\n"), SOURCES[place][1], SOURCES[place][2]]);
            let error = render_with(&texts, &sample(kind, language), &about(), language).err().unwrap();
            assert!(matches!(error, RenderError::Missing { .. }), "{error}");
            assert!(error.to_string().contains(&format!("i18n/{}/letters.ftl", language.tag())));
        }
    }
}

/// A letter with these words of others in every place where there are any.
fn letters(words: &str) -> Vec<Letter> {
    let ballot = || Ballot { title: words.to_owned(), ..ballot() };
    vec![
        Letter::Notice { ballot: ballot() },
        Letter::Reminder { ballot: ballot() },
        Letter::Result {
            ballot: ballot(),
            decisions: vec![Decision { question: words.to_owned(), outcome: words.to_owned() }],
            recorded: false,
        },
        Letter::Test { number: Zeroizing::new("123456".to_owned()) },
    ]
}

fn about_with(words: &str) -> About {
    let words = words.to_owned();
    About { union: words.clone(), contact: Some(words.clone()), name: words, ..about() }
}

fn outgoing(rendered: Rendered, name: &str) -> Outgoing {
    let from: Address = "votes@example.org".parse().unwrap();
    Outgoing {
        id: MessageId::new([7; 16], "vote.example.org"),
        from: Sender {
            name: Some(name.to_owned()),
            address: from.clone(),
            reply_to: Some(from),
            return_path: None,
        },
        to: "anna@example.org".parse().unwrap(),
        language: Language::En,
        date: 1_611_241_200,
        rendered,
    }
}

#[test]
fn markup_in_names_is_text() {
    let words = "<b onmouseover=\"x()\">O'Neil & sons</b>";
    for letter in letters(words) {
        let rendered = render(&letter, &about_with(words), Language::En).unwrap();
        assert!(rendered.text.contains(words) && !rendered.html.contains("<b "));
        assert!(
            rendered.html.contains("&lt;b onmouseover=&quot;x()&quot;&gt;O&#39;Neil &amp; sons&lt;/b&gt;")
        );
    }
}

#[test]
fn names_begin_no_header() {
    let words = "Union\r\nBcc: everybody@example.org\r\n\r\nbody";
    let rendered = render(&letters(words).remove(0), &about_with(words), Language::En).unwrap();
    let message = outgoing(rendered, words).message().unwrap();
    let text = String::from_utf8(message.to_vec()).unwrap();
    let head = text.split_once("\r\n\r\n").unwrap().0;
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    let read = MessageParser::default().parse(&**message).unwrap();
    assert!(read.bcc().is_none());
    assert_eq!(read.from().unwrap().iter().count(), 1);
    let (from, name) = (read.from().unwrap().first().unwrap(), "Union Bcc: everybody@example.org body");
    assert_eq!((from.address(), from.name()), (Some("votes@example.org"), Some(name)));
}

#[test]
fn the_same_letter_is_the_same_bytes() {
    let rendered = render(&sample(Kind::Open, Language::Pl), &about(), Language::Pl).unwrap();
    let message = outgoing(rendered.clone(), "Union").message().unwrap();
    assert_eq!(*message, *outgoing(rendered, "Union").message().unwrap());
    let text = String::from_utf8(message.to_vec()).unwrap();
    for line in [
        "Message-ID: <07070707070707070707070707070707.scrutineer@vote.example.org>",
        "Date: Thu, 21 Jan 2021 15:00:00 +0000",
        "Auto-Submitted: auto-generated",
        "Content-Language: en",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing in {text}");
    }
    assert!(text.lines().all(|line| line.len() <= 998), "no line is longer than mail servers take");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_words_make_a_letter_that_reads_back(words in any::<String>(), union in "\\PC{0,400}") {
        let about = About { union: union.clone(), ..about_with(&words) };
        for letter in letters(&words) {
            let rendered = render(&letter, &about, Language::Es).unwrap();
            prop_assert!(!rendered.subject.chars().any(char::is_control));
            let tags = rendered.html.matches('<').count();
            // As many tags as the letter has with plain words.
            let plain = render(&letters("x").remove(letters("x").iter().position(|one| one.kind() == letter.kind()).unwrap()), &about_with("x"), Language::Es).unwrap();
            prop_assert_eq!(tags, plain.html.matches('<').count());
            let message = outgoing(rendered.clone(), &union).message().unwrap();
            let read = MessageParser::default().parse(&**message).unwrap();
            prop_assert_eq!(read.to().unwrap().iter().count(), 1);
            prop_assert!(read.bcc().is_none() && read.cc().is_none());
            prop_assert_eq!(read.attachment_count(), 0);
            let text = read.body_text(0).unwrap().replace("\r\n", "\n");
            prop_assert_eq!(text.trim_end(), rendered.text.trim_end());
        }
    }
}
