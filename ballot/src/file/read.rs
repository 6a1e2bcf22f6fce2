//! From TOML text to a ballot: types, defaults, times, and the line of every key for the sentences.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use scrutineer_rules::resolve;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::{
    BallotFile, BallotFileError, Choose, Codes, DEFAULT_KEEP_DAYS, DEFAULT_OBJECTION_HOURS,
    DEFAULT_SMALLEST_BOX, DEFAULT_SPARES, DEFAULT_UNREACHABLE_SHARE, Key, MAX_FILE_BYTES, Problem, Question,
    RecordAccess, Tellers,
};
use crate::eligibility::Eligibility;
use crate::roll::MemberNo;
use crate::zone::Zone;

/// The file as TOML has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    title: Spanned<String>,
    description: Option<Spanned<String>>,
    opens: Option<Spanned<Datetime>>,
    closes: Option<Spanned<Datetime>>,
    time_zone: Spanned<String>,
    contact: Spanned<String>,
    tellers: Spanned<String>,
    codes: Option<Spanned<String>>,
    registrar: Option<Spanned<String>>,
    unreachable_share: Option<Spanned<u32>>,
    spares: Option<Spanned<u32>>,
    officers: Option<Spanned<u32>>,
    record: Option<Spanned<String>>,
    smallest_box: Option<Spanned<u32>>,
    objection_hours: Option<Spanned<u32>>,
    #[serde(default)]
    wait_for_objections: bool,
    keep_days: Option<Spanned<u32>>,
    eligible: Option<RawEligible>,
    boxes: Option<Spanned<BTreeMap<String, Vec<String>>>>,
    #[serde(default)]
    question: Vec<Spanned<RawQuestion>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEligible {
    standing: Option<Spanned<Vec<String>>>,
    classification: Option<Spanned<Vec<String>>>,
    unit: Option<Spanned<Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQuestion {
    text: Spanned<String>,
    answers: Spanned<Vec<String>>,
    choose: Option<Spanned<Choose>>,
    blank: Option<bool>,
    passes: Option<Spanned<String>>,
    yes: Option<Spanned<String>>,
    no: Option<Spanned<String>>,
}

pub(super) fn read(text: &str) -> Result<BallotFile, BallotFileError> {
    if text.len() > MAX_FILE_BYTES {
        return Err(BallotFileError::new(Key::file(), Problem::FileTooLarge));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { text, lines: HashMap::new() };
    let file = toml::from_str::<RawFile>(text).map_err(|e| reader.syntax(&e))?;
    let file = reader.file(file).map_err(|e| reader.with_line(e))?;
    file.check().map_err(|e| reader.with_line(e))?;
    Ok(file)
}

/// Knows on which line each key's value stands.
struct Reader<'a> {
    text: &'a str,
    lines: HashMap<Key, u64>,
}

impl Reader<'_> {
    fn line_of(&self, span: &Range<usize>) -> u64 {
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        before.iter().fold(1, |line, byte| line + u64::from(*byte == b'\n'))
    }

    fn syntax(&self, error: &toml::de::Error) -> BallotFileError {
        // The words of people who write ballot files.
        let words = [
            ("unknown field", "unknown key"),
            ("missing field", "missing key"),
            ("expected u32", "expected a whole number from 0 up"),
        ];
        let message =
            words.iter().fold(error.message().to_owned(), |text, (theirs, ours)| text.replace(theirs, ours));
        let line = error.span().map(|span| self.line_of(&span));
        BallotFileError {
            line,
            key: Key::file(),
            problem: Box::new(Problem::Syntax(message.replace('\n', "; "))),
        }
    }

    fn with_line(&self, error: BallotFileError) -> BallotFileError {
        let whole = Key { name: "", ..error.key };
        let line = self.lines.get(&error.key).or_else(|| self.lines.get(&whole)).copied();
        BallotFileError { line, ..error }
    }

    /// Remembers the line of a value and takes it out.
    fn take<T>(&mut self, key: Key, value: Spanned<T>) -> T {
        self.lines.insert(key, self.line_of(&value.span()));
        value.into_inner()
    }

    fn text(&mut self, key: Key, value: Spanned<String>) -> String {
        self.take(key, value).trim().replace("\r\n", "\n")
    }

    fn list(&mut self, name: &'static str, values: Option<Spanned<Vec<String>>>) -> Option<Vec<String>> {
        let values = self.take(Key::top(name), values?);
        Some(values.iter().map(|value| value.trim().to_owned()).collect())
    }

    fn time(
        &mut self,
        name: &'static str,
        zone: &Zone,
        time: Option<Spanned<Datetime>>,
    ) -> Result<Option<i64>, BallotFileError> {
        let key = Key::top(name);
        let Some(time) = time.map(|time| self.take(key, time)) else { return Ok(None) };
        zone.instant_of(&time).map(Some).map_err(|e| BallotFileError::new(key, e))
    }

    fn number(&mut self, name: &'static str, value: Option<Spanned<u32>>, default: u32) -> u32 {
        value.map_or(default, |value| self.take(Key::top(name), value))
    }

    fn boxes(
        &mut self,
        boxes: Option<Spanned<BTreeMap<String, Vec<String>>>>,
    ) -> BTreeMap<String, Vec<String>> {
        let boxes = boxes.map(|boxes| self.take(Key::top("boxes"), boxes)).unwrap_or_default();
        let trimmed = |units: Vec<String>| units.iter().map(|unit| unit.trim().to_owned()).collect();
        boxes.into_iter().map(|(name, units)| (name.trim().to_owned(), trimmed(units))).collect()
    }

    /// One of the words that a key may have.
    fn word<T: Copy>(
        &mut self,
        name: &'static str,
        value: Option<Spanned<String>>,
        words: [(&str, T); 2],
        expected: &'static str,
    ) -> Result<T, BallotFileError> {
        let key = Key::top(name);
        let [(_, default), _] = words;
        let Some(found) = value.map(|value| self.text(key, value)) else { return Ok(default) };
        let known = words.into_iter().find(|(word, _)| *word == found);
        known
            .map(|(_, value)| value)
            .ok_or_else(|| BallotFileError::new(key, Problem::Word { found, expected }))
    }

    fn file(&mut self, raw: RawFile) -> Result<BallotFile, BallotFileError> {
        let title = self.text(Key::top("title"), raw.title);
        let description = raw.description.map(|text| self.text(Key::top("description"), text));
        let description = description.filter(|text| !text.is_empty());
        let name = self.text(Key::top("time_zone"), raw.time_zone);
        let zone = Zone::parse(&name).map_err(|e| BallotFileError::new(Key::top("time_zone"), e))?;
        let opens = self.time("opens", &zone, raw.opens)?;
        let closes = self.time("closes", &zone, raw.closes)?;
        let contact = self.text(Key::top("contact"), raw.contact);
        let tellers = match self.text(Key::top("tellers"), raw.tellers) {
            name if name == "server" => Tellers::Server,
            name => Tellers::Board(name),
        };
        let words = [("server", Codes::Server), ("registrar", Codes::Registrar)];
        let codes = self.word("codes", raw.codes, words, "\"server\" or \"registrar\"")?;
        let words = [("steps", RecordAccess::Steps), ("public", RecordAccess::Public)];
        let record = self.word("record", raw.record, words, "\"steps\" or \"public\"")?;
        let registrar = match raw.registrar {
            None => None,
            Some(number) => {
                let (key, number) = (Key::top("registrar"), self.text(Key::top("registrar"), number));
                Some(MemberNo::parse(&number).map_err(|e| BallotFileError::new(key, Problem::MemberNo(e)))?)
            }
        };
        let unreachable_share =
            self.number("unreachable_share", raw.unreachable_share, DEFAULT_UNREACHABLE_SHARE);
        let spares = self.number("spares", raw.spares, DEFAULT_SPARES);
        let officers = raw.officers.map(|officers| self.take(Key::top("officers"), officers));
        let smallest_box = self.number("smallest_box", raw.smallest_box, DEFAULT_SMALLEST_BOX);
        let objection_hours = self.number("objection_hours", raw.objection_hours, DEFAULT_OBJECTION_HOURS);
        let keep_days = self.number("keep_days", raw.keep_days, DEFAULT_KEEP_DAYS);
        let boxes = self.boxes(raw.boxes);
        let eligible = match raw.eligible {
            None => Eligibility::default(),
            Some(raw) => Eligibility {
                standing: self.list("standing", raw.standing).unwrap_or(Eligibility::default().standing),
                classification: self.list("classification", raw.classification),
                unit: self.list("unit", raw.unit),
            },
        };
        let mut questions = Vec::with_capacity(raw.question.len());
        for (index, question) in raw.question.into_iter().enumerate() {
            let raw = self.take(Key::of_question(index, ""), question);
            questions.push(self.question(index, raw)?);
        }
        Ok(BallotFile {
            title,
            description,
            opens,
            closes,
            time_zone: zone.name().to_owned(),
            contact,
            tellers,
            codes,
            registrar,
            unreachable_share,
            spares,
            officers,
            record,
            eligible,
            boxes,
            smallest_box,
            objection_hours,
            wait_for_objections: raw.wait_for_objections,
            keep_days,
            questions,
        })
    }

    fn question(&mut self, index: usize, raw: RawQuestion) -> Result<Question, BallotFileError> {
        let key = |name| Key::of_question(index, name);
        let text = self.text(key("text"), raw.text);
        let answers = self.take(key("answers"), raw.answers);
        let answers = answers.iter().map(|answer| answer.trim().to_owned()).collect();
        let choose = raw.choose.map_or(Choose::ONE, |choose| self.take(key("choose"), choose));
        let passes = raw.passes.map(|passes| self.text(key("passes"), passes));
        let yes = raw.yes.map(|yes| self.text(key("yes"), yes));
        let no = raw.no.map(|no| self.text(key("no"), no));
        let rule = match passes {
            Some(passes) => Some(
                resolve(&passes, yes.as_deref(), no.as_deref())
                    .map_err(|e| BallotFileError::new(key("passes"), e))?,
            ),
            None if yes.is_some() => return Err(BallotFileError::new(key("yes"), Problem::WithoutRule)),
            None if no.is_some() => return Err(BallotFileError::new(key("no"), Problem::WithoutRule)),
            None => None,
        };
        Ok(Question { text, answers, choose, blank: raw.blank.unwrap_or(false), rule })
    }
}
