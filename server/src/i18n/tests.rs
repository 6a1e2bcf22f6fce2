//! Every language is complete, every text is used, and none is in words that members would not understand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_bundle::FluentResource;

use super::{Arg, InWords as _, Language, SOURCES};

/// Never on a page: in each language, beginnings of words.
const BANNED: [(Language, &[&str]); 3] = [
    (Language::En, &["encrypt", "decrypt", "hash", "homomorph", "credential", "cipher"]),
    (Language::Es, &["encript", "cifrad", "cifrar", "descifr", "hash", "homom", "credencial", "criptogra"]),
    (Language::Pl, &["szyfr", "zaszyfr", "odszyfr", "hasz", "hash", "homomor", "poświadcze", "kryptogra"]),
];

/// The files of [`SOURCES`], in their order.
const FILES: [&str; 5] = ["common.ftl", "delivery.ftl", "pages.ftl", "desk.ftl", "rules.ftl"];

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Every file below a folder with one of these endings.
fn files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "node_modules" && name != "dist") {
                files(&path, endings, found);
            }
        } else if path.extension().is_some_and(|end| endings.iter().any(|known| end == *known)) {
            found.push(path);
        }
    }
}

/// The messages of a file with the variables of each.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = None;
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            let id = line.split('=').next().unwrap().trim().to_owned();
            assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{id}");
            assert!(!found.contains_key(&id), "{id} stands twice");
            found.insert(id.clone(), BTreeSet::new());
            current = Some(id);
        }
        let Some(id) = &current else { continue };
        for rest in line.split('$').skip(1) {
            let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            found.get_mut(id).unwrap().insert(name);
        }
    }
    found
}

/// The literal ids that a text is asked for by: `t.get("id")` and `t.with("id"`, however the line is broken.
fn asked(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for call in ["t.get(", "t.with("] {
        for rest in source.split(call).skip(1) {
            if let Some(id) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                found.insert(id.to_owned());
            }
        }
    }
    found
}

#[test]
fn every_language_has_every_text_with_the_same_variables() {
    for (name, english) in FILES.iter().zip(SOURCES[0]) {
        for (language, sources) in Language::ALL.into_iter().zip(SOURCES) {
            let source = sources[FILES.iter().position(|n| n == name).unwrap()];
            assert_eq!(messages(source), messages(english), "{}/{name}", language.tag());
            if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
                panic!("{}/{name}: {errors:?}", language.tag());
            }
        }
    }
}

#[test]
fn every_text_can_be_written_for_every_number() {
    for (language, sources) in Language::ALL.into_iter().zip(SOURCES) {
        for (id, variables) in sources.iter().flat_map(|source| messages(source)) {
            for number in [0_u64, 1, 2, 5, 12, 22, 15_265] {
                let args: Vec<_> = variables.iter().map(|name| (&**name, Arg::Number(number))).collect();
                let text = language.texts().with(&id, &args);
                assert!(
                    !text.is_empty() && !text.contains(['{', '}', '$', '<']),
                    "{}: {id}: {text}",
                    language.tag()
                );
                assert_eq!(text, text.trim(), "{}: {id}", language.tag());
            }
        }
    }
}

#[test]
fn every_text_that_is_asked_for_is_there_and_none_is_left_over() {
    let (mut ours, mut booths) = (Vec::new(), Vec::new());
    files(&top().join("server/src"), &["rs"], &mut ours);
    // They write times.
    files(&top().join("letters/src"), &["rs"], &mut ours);
    files(&top().join("server/templates"), &["html", "svg"], &mut ours);
    files(&top().join("booth/src"), &["ts"], &mut booths);
    ours.retain(|path| !path.ends_with("i18n/tests.rs"));
    let server: String = ours.iter().map(|path| read(path)).collect();
    let booth: String = booths.iter().map(|path| read(path)).collect();
    let known: BTreeSet<String> = SOURCES[0].iter().flat_map(|source| messages(source).into_keys()).collect();
    let asked = asked(&server);
    let missing: Vec<_> = asked.difference(&known).collect();
    assert!(asked.len() > 40 && missing.is_empty(), "asked for, and not there: {missing:?}");
    let quoted = |source: &str, id: &str| source.contains(&format!("\"{id}\""));
    let common = messages(SOURCES[0][0]);
    let unused: Vec<_> = known
        .iter()
        .filter(|id| !(quoted(&server, id) || common.contains_key(*id) && quoted(&booth, id)))
        .collect();
    assert!(unused.is_empty(), "nobody asks for {unused:?}");
}

#[test]
fn no_text_is_in_words_that_members_would_not_understand() {
    for (language, banned) in BANNED {
        let mut sources = Vec::new();
        files(&top().join("i18n").join(language.tag()), &["ftl"], &mut sources);
        assert!(sources.len() >= 3);
        for path in sources {
            let source = read(&path);
            for line in source.lines().filter(|line| !line.starts_with('#')) {
                let text = line.split_once('=').map_or(line, |(_, text)| text).to_lowercase();
                for word in text.split(|c: char| !c.is_alphanumeric()) {
                    let found = banned.iter().find(|beginning| word.starts_with(**beginning));
                    assert!(found.is_none(), "{}: {line}", path.display());
                }
            }
        }
    }
}

#[test]
fn plurals_follow_the_language() {
    let wait = |language: Language, number: u64| {
        language.texts().with("wait-minutes", &[("minutes", number.into())])
    };
    assert_eq!(wait(Language::En, 1), "Try again in one minute.");
    assert_eq!(wait(Language::En, 15), "Try again in 15 minutes.");
    assert_eq!(wait(Language::Es, 2), "Vuelva a intentarlo en 2 minutos.");
    for (number, expected) in
        [(1, "minutę."), (2, "2 minuty."), (5, "5 minut."), (12, "12 minut."), (22, "22 minuty.")]
    {
        assert!(wait(Language::Pl, number).ends_with(expected), "{number}");
    }
}
