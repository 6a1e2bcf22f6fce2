//! What spreadsheets make of a CSV file: other encodings than UTF-8, semicolons or tabs for commas, a first line that names
//! the separator. Everything that is assumed is named, so that people can see whether it is right.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252};

/// Columns may be separated by these.
const SEPARATORS: [(u8, &str); 4] =
    [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs"), (b'|', "vertical bars")];
/// Words that are shown as examples of how an encoding was read.
const EXAMPLES: usize = 3;

/// A file as text, with how it was read where that was not plain UTF-8.
pub(super) struct Decoded<'a> {
    /// Without byte order mark.
    pub(super) text: Cow<'a, str>,
    /// A sentence for people.
    pub(super) assumed: Option<String>,
}

/// Reads the bytes of a file, in whatever encoding they seem to be.
pub(super) fn decode(file: &[u8]) -> Decoded<'_> {
    let (encoding, mark) = match Encoding::for_bom(file) {
        Some((encoding, mark)) => (encoding, mark),
        None if is_utf_8(file) => (UTF_8, 0),
        None if is_central_european(file) => (WINDOWS_1250, 0),
        None => (WINDOWS_1252, 0),
    };
    let body = file.get(mark..).unwrap_or_default();
    let text = encoding.decode_without_bom_handling(body).0;
    let name = if encoding == UTF_8 {
        return Decoded { text, assumed: None };
    } else if encoding == UTF_16LE || encoding == UTF_16BE {
        "UTF-16"
    } else if encoding == WINDOWS_1250 {
        "Windows-1250 (central European)"
    } else {
        "Windows-1252 (western European, Latin-1)"
    };
    let examples = examples(&text);
    let check = match examples.is_empty() {
        true => String::new(),
        false => format!(" Check that these words are right: {}.", examples.join(", ")),
    };
    Decoded { text, assumed: Some(format!("The file is not in UTF-8. It was read as {name}.{check}")) }
}

/// Whether it is UTF-8, or was before something in it was damaged: what cannot be read then is found row by row.
fn is_utf_8(file: &[u8]) -> bool {
    let (mut letters, mut damaged) = (0, 0);
    for chunk in file.utf8_chunks() {
        letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    damaged == 0 || letters > damaged
}

/// Whether bytes between letters are letters of Polish, Czech and their neighbours that in Windows-1252 would be signs, such as
/// `³` for `ł`.
fn is_central_european(file: &[u8]) -> bool {
    // Ą Ł Ż ą ł ż Ľ ľ ş Ş
    const LETTERS: &[u8] = b"\xa5\xa3\xaf\xb9\xb3\xbf\xbc\xbe\xba\xaa";
    let beside_letter = |at: usize| {
        let letter = |at: Option<usize>| {
            at.and_then(|at| file.get(at)).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte >= 0xc0)
        };
        letter(at.checked_sub(1)) && letter(at.checked_add(1))
            // At the beginning of a word: `£ukasz`, `¯ak`; a price would go on with a digit.
            || (matches!(file.get(at), Some(b'\xa3' | b'\xaf' | b'\xa5')) && letter(at.checked_add(1)))
    };
    file.iter().enumerate().any(|(at, byte)| LETTERS.contains(byte) && beside_letter(at))
}

/// Some words whose letters depend on the encoding.
fn examples(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_ascii()) {
        let word: String = word.chars().take(30).collect();
        if !found.contains(&word) {
            found.push(word);
        }
        if found.len() == EXAMPLES {
            break;
        }
    }
    found
}

/// How the columns of a file are separated.
pub(super) struct Separated {
    /// The separator.
    pub(super) by: u8,
    /// Bytes of a first line that only names the separator (`sep=;`, which one spreadsheet wants).
    pub(super) skip: usize,
    /// A sentence for people, unless it is commas.
    pub(super) assumed: Option<String>,
}

/// Looks at the header: the separator that makes most of its columns known ones.
pub(super) fn separated(text: &str, known: impl Fn(&str) -> bool) -> Separated {
    let begun = text.trim_start_matches(['\r', '\n']);
    let first = begun.lines().next().unwrap_or_default();
    let named = first.trim_matches('"').strip_prefix("sep=").filter(|rest| rest.len() == 1);
    let skip = if named.is_some() { text.len() - begun.len() + first.len() } else { 0 };
    let header = match named {
        Some(_) => begun.lines().skip(1).find(|line| !line.is_empty()).unwrap_or_default(),
        None => first,
    };
    let columns = |by: u8| {
        header.split(char::from(by)).filter(|name| known(name.trim().trim_matches('"').trim())).count()
    };
    // The first of several that are as good: commas where nothing tells.
    let mut best = (b',', "commas", columns(b','));
    for (by, words) in SEPARATORS {
        let count = columns(by);
        if count > best.2 {
            best = (by, words, count);
        }
    }
    let (by, words, _) = best;
    let assumed = (by != b',').then(|| format!("The columns are separated by {words}."));
    Separated { by, skip, assumed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &[u8]) -> (String, String) {
        let decoded = decode(file);
        (decoded.text.into_owned(), decoded.assumed.unwrap_or_default())
    }

    #[test]
    fn utf_8_is_read_as_it_is_and_nothing_is_assumed() {
        assert_eq!(read("Żak".as_bytes()), ("Żak".to_owned(), String::new()));
        assert_eq!(read("\u{feff}Żak".as_bytes()), ("Żak".to_owned(), String::new()));
        let damaged = read(b"\xc5\xbbak, Zo\xc3\xab, Jos\xe9").0;
        assert_eq!(damaged, "Żak, Zoë, Jos\u{fffd}");
        assert_eq!(read(b""), (String::new(), String::new()));
    }

    #[test]
    fn western_and_central_european_files_are_told_apart_by_their_letters() {
        for name in ["José Muñoz", "Jörg Müller", "Zoë Œuvrard", "naïve £5 £ 7 ¿qué?", "Straße 2³"]
        {
            let (bytes, _, failed) = WINDOWS_1252.encode(name);
            assert!(!failed, "{name}");
            let (text, assumed) = read(&bytes);
            assert_eq!(text, name);
            assert!(assumed.contains("Windows-1252"), "{assumed}");
        }
        for name in ["Władysław", "Łukasz", "Żak", "Ewa Kąkol", "Rożek"] {
            let (bytes, _, failed) = WINDOWS_1250.encode(name);
            assert!(!failed, "{name}");
            let (text, assumed) = read(&bytes);
            assert_eq!(text, name);
            assert!(assumed.contains("Windows-1250"), "{assumed}");
        }
        assert!(read(b"Jos\xe9, Mu\xf1oz, Jos\xe9").1.ends_with("right: José, Muñoz."));
    }

    #[test]
    fn utf_16_is_read_either_way_round() {
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            let file: Vec<u8> = "\u{feff}Żak".encode_utf16().flat_map(order).collect();
            let (text, assumed) = read(&file);
            assert_eq!(text, "Żak");
            assert!(assumed.contains("UTF-16"), "{assumed}");
        }
    }

    #[test]
    fn the_header_says_how_columns_are_separated() {
        let by = |text: &str| {
            let Separated { by, skip, assumed } = separated(text, |name| ["no", "name"].contains(&name));
            (char::from(by), skip, assumed.is_some())
        };
        assert_eq!(by("no,name\n"), (',', 0, false));
        assert_eq!(by("no;\"name\"\r\n1;A\r\n"), (';', 0, true));
        assert_eq!(by("no\tname"), ('\t', 0, true));
        assert_eq!(by("no|name"), ('|', 0, true));
        assert_eq!(by("sep=;\r\nno;name\r\n"), (';', 5, true));
        assert_eq!(by("other;things"), (',', 0, false));
        assert_eq!(by(""), (',', 0, false));
    }
}
