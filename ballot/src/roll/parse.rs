//! Reading the union's CSV file. Every bad row is listed with its line; nothing is imported by halves.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use csv::ByteRecord;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::packed::Packed;
use super::spreadsheet::{self, Decoded, Separated};
use super::{
    Contact, Fact, MAX_MEMBERS, MAX_ROLL_BYTES, Member, ParsedRoll, Roll, RollEntry, RollErrors, RowProblem,
};
use crate::text::optional_line;

const REQUIRED: [&str; 4] = ["member_no", "name", "unit", "standing"];
const OPTIONAL: [&str; 10] = [
    "email",
    "phone",
    "classification",
    "language",
    "address1",
    "address2",
    "postal_code",
    "city",
    "country",
    "fact",
];
/// Most characters of the optional columns.
const MAX_CONTACT: usize = 200;
/// Most fields of a row: a file of nothing but commas would take many times its size in memory.
pub(super) const MAX_FIELDS: usize = 1000;
/// How many times as many lines as members a file may have: spreadsheets leave empty rows, and a field may have line breaks.
const MAX_LINES_PER_MEMBER: usize = 4;

/// The column that a header names, whatever its case.
fn known(name: &str) -> Option<&'static str> {
    REQUIRED.iter().chain(&OPTIONAL).find(|known| known.eq_ignore_ascii_case(name)).copied()
}

pub(super) fn parse(file: &[u8]) -> Result<ParsedRoll, RollErrors> {
    parse_up_to(file, MAX_MEMBERS)
}

/// Reads a roll of at most so many members: no row after that is looked at.
pub(super) fn parse_up_to(file: &[u8], most: usize) -> Result<ParsedRoll, RollErrors> {
    if file.len() > MAX_ROLL_BYTES {
        return Err(whole_file(format!(
            "The file is larger than {} MiB; is it a roll?",
            MAX_ROLL_BYTES >> 20
        )));
    }
    let Decoded { text, assumed: encoding } = spreadsheet::decode(file);
    check_lines(&text)?;
    let is_known = |name: &str| known(name).is_some();
    let Separated { by, skip, assumed: separator } = spreadsheet::separated(&text, is_known);
    let mut rows = Rows::new(text.as_bytes(), by, skip);
    let Some((line, header)) = rows.next()? else {
        return Err(whole_file(format!(
            "The file is empty. Its first line must be a header with {}.",
            list(&REQUIRED)
        )));
    };
    let columns = Columns::parse(line, &header)?;
    let warnings = encoding.into_iter().chain(separator).collect();
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    let room = Packed::with_room(text.len(), lines.min(most).saturating_add(1));
    let mut reader = MemberReader::new(columns, char::from(by), warnings, room);
    while let Some((line, row)) = rows.next()? {
        reader.row(line, &row);
        if reader.count > most {
            return Err(whole_file(format!(
                "The file has more than {most} rows, and a roll has at most {most} members; is it a roll?"
            )));
        }
    }
    reader.finish()
}

/// Refuses a file with so many more lines than a roll has members that it is none, before anything is read of it or sent.
pub(super) fn check_lines(text: &str) -> Result<(), RollErrors> {
    // A row may end with either of them.
    let lines = text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).count();
    if lines <= MAX_LINES_PER_MEMBER * MAX_MEMBERS {
        return Ok(());
    }
    Err(whole_file(format!(
        "The file has {lines} lines, and a roll has at most {MAX_MEMBERS} members; is it a roll?"
    )))
}

fn whole_file(message: impl Into<String>) -> RollErrors {
    RollErrors(vec![RowProblem { line: 1, message: message.into() }])
}

fn list(words: &[impl AsRef<str>]) -> String {
    words.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}

/// The rows of a file with the line on which each begins.
struct Rows<'a> {
    file: &'a [u8],
    reader: Reader,
    /// So many bytes have been read.
    read: usize,
    counted: usize,
    line: u64,
    /// The fields of a row, one behind the other, and where each of them ends.
    fields: Vec<u8>,
    ends: Vec<usize>,
}

impl<'a> Rows<'a> {
    /// `skip`: so many bytes at the beginning are no row.
    fn new(file: &'a [u8], separator: u8, skip: usize) -> Self {
        let reader = ReaderBuilder::new().delimiter(separator).build();
        let (fields, ends) = (vec![0; 4096], vec![0; MAX_FIELDS]);
        Self { file, reader, read: skip, counted: 0, line: 1, fields, ends }
    }

    fn next(&mut self) -> Result<Option<(u64, ByteRecord)>, RollErrors> {
        // The reader skips empty lines.
        let mut start = self.read;
        while matches!(self.file.get(start), Some(b'\r' | b'\n')) {
            start += 1;
        }
        let passed = self.file.get(self.counted..start).unwrap_or_default();
        self.line += passed.iter().map(|b| u64::from(*b == b'\n')).sum::<u64>();
        self.counted = start.max(self.counted);
        let (mut bytes, mut count) = (0, 0);
        loop {
            let file = self.file.get(self.read..).unwrap_or_default();
            let fields = self.fields.get_mut(bytes..).unwrap_or_default();
            let ends = self.ends.get_mut(count..).unwrap_or_default();
            let (result, read, wrote, ended) = self.reader.read_record(file, fields, ends);
            self.read += read;
            bytes += wrote;
            count += ended;
            match result {
                // At the end of the file the next round says what is left.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.fields.resize(self.fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => {
                    let message = format!("The row has more than {MAX_FIELDS} fields; is it a roll?");
                    return Err(RollErrors(vec![RowProblem { line: self.line, message }]));
                }
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        let mut from = 0;
        let ends = self.ends.iter().take(count);
        let fields =
            ends.map(|end| self.fields.get(std::mem::replace(&mut from, *end)..*end).unwrap_or_default());
        Ok(Some((self.line, fields.collect())))
    }
}

/// Where each known column stands.
struct Columns {
    at: HashMap<&'static str, usize>,
    count: usize,
    left_out: Vec<String>,
}

impl Columns {
    fn parse(line: u64, header: &ByteRecord) -> Result<Self, RollErrors> {
        let problem = |message: String| RowProblem { line, message };
        let names: Vec<String> =
            header.iter().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect();
        let mut columns = Self { at: HashMap::new(), count: names.len(), left_out: Vec::new() };
        let mut problems = Vec::new();
        for (i, name) in names.iter().enumerate() {
            match known(name) {
                None if name.is_empty() => columns.left_out.push(format!("column {} (no name)", i + 1)),
                None => columns.left_out.push(format!("{name:?}")),
                Some(known) => {
                    if columns.at.insert(known, i).is_some() {
                        problems.push(problem(format!("The header names the column {known} twice.")));
                    }
                }
            }
        }
        let missing: Vec<_> = REQUIRED.iter().filter(|name| !columns.at.contains_key(**name)).collect();
        if !missing.is_empty() {
            problems.push(problem(format!(
                "The header lacks {}. The first line must name the columns {} (optional: {}).",
                list(&missing),
                list(&REQUIRED),
                list(&OPTIONAL)
            )));
        }
        if problems.is_empty() { Ok(columns) } else { Err(RollErrors(problems)) }
    }
}

/// Collects members, problems and warnings row by row.
struct MemberReader {
    columns: Columns,
    separator: char,
    warnings: Vec<String>,
    /// Rows that are not empty.
    count: usize,
    members: Packed,
    problems: Vec<RowProblem>,
    numbers: Numbers,
    /// Hashes of e-mail addresses, with the places of their members.
    emails: Vec<(u64, u32)>,
    empty_rows: Vec<u64>,
}

impl MemberReader {
    fn new(columns: Columns, separator: char, warnings: Vec<String>, members: Packed) -> Self {
        Self {
            columns,
            separator,
            warnings,
            count: 0,
            members,
            problems: Vec::new(),
            numbers: Numbers::default(),
            emails: Vec::new(),
            empty_rows: Vec::new(),
        }
    }

    fn row(&mut self, line: u64, row: &ByteRecord) {
        if row.iter().all(|field| field.trim_ascii().is_empty()) {
            self.empty_rows.push(line);
            return;
        }
        self.count += 1;
        let mut reasons = Vec::new();
        if let Some(member) = self.member(line, row, &mut reasons) {
            if let Some(email) = &member.contact.email {
                let place = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
                self.emails.push((hash_of(&email.to_lowercase()), place));
            }
            self.members.push(&member);
        }
        self.problems.extend(reasons.into_iter().map(|message| RowProblem { line, message }));
    }

    /// Reads one row; a row with any reason against it gives no member.
    fn member(&mut self, line: u64, row: &ByteRecord, reasons: &mut Vec<String>) -> Option<Member> {
        let mut fields = Vec::with_capacity(row.len());
        for field in row {
            let Ok(text) = std::str::from_utf8(field) else {
                reasons.push("The row is not text.".to_owned());
                return None;
            };
            fields.push(text);
        }
        if fields.iter().any(|f| f.contains(['\n', '\r'])) {
            reasons.push("A field contains a line break; perhaps a quotation mark is not closed.".to_owned());
            return None;
        }
        if fields.len() != self.columns.count {
            reasons.push(format!(
                "The row has {} fields, the header {}. {} inside a field needs quotation marks around the field.",
                fields.len(),
                self.columns.count,
                match self.separator {
                    ';' => "A semicolon",
                    '\t' => "A tab",
                    '|' => "A vertical bar",
                    _ => "A comma",
                }
            ));
            return None;
        }
        let field =
            |name: &str| self.columns.at.get(name).and_then(|i| fields.get(*i)).copied().unwrap_or("");
        let entry = RollEntry::new(
            field("member_no"),
            field("name"),
            field("unit"),
            field("standing"),
            field("classification"),
        );
        let entry = match entry {
            Ok(entry) => Some(entry),
            Err(e) => {
                reasons.push(sentence(&e.to_string()));
                None
            }
        };
        let mut optional = |name: &'static str| match optional_line(field(name), MAX_CONTACT) {
            Ok(text) => (!text.is_empty()).then_some(text),
            Err(e) => {
                reasons.push(sentence(&format!("{name} {e}")));
                None
            }
        };
        let contact = Contact {
            email: optional("email"),
            phone: optional("phone"),
            language: optional("language"),
            address1: optional("address1"),
            address2: optional("address2"),
            postal_code: optional("postal_code"),
            city: optional("city"),
            country: optional("country"),
        };
        let fact = optional("fact").map(Fact::new);
        if let Some(email) = &contact.email
            && !is_email(email)
        {
            reasons.push(not_email(email));
        }
        if let Some(language) = &contact.language
            && !is_language(language)
        {
            reasons.push(format!("The language {language:?} is not a tag such as en, es or pt-BR."));
        }
        // Also for a row that is bad for another reason, so that one run names every duplicate.
        if let Ok(no) = super::MemberNo::parse(field("member_no")) {
            self.numbers.push(no.as_str(), line);
        }
        let entry = entry.filter(|_| reasons.is_empty())?;
        Some(Member { entry, contact, fact })
    }

    fn finish(mut self) -> Result<ParsedRoll, RollErrors> {
        let by_number = self.numbers.in_order();
        self.problems.extend(self.numbers.repeated(&by_number));
        // Of a row that is bad for another reason too, this comes last.
        self.problems.sort_by_key(|problem| problem.line);
        if self.members.is_empty() && self.problems.is_empty() {
            self.problems = whole_file("The file has a header but no members. Nothing was imported.").0;
        }
        if !self.problems.is_empty() {
            return Err(RollErrors(self.problems));
        }
        let mut warnings = self.warnings;
        let left_out = &self.columns.left_out;
        if !left_out.is_empty() {
            warnings.push(format!("Columns left out, because no roll has them: {}.", list(left_out)));
        }
        if !self.empty_rows.is_empty() {
            let lines: Vec<_> = self.empty_rows.iter().map(u64::to_string).collect();
            warnings.push(format!("Empty rows left out: line {}.", list(&lines)));
        }
        for (email, members) in shared(&self.members, self.emails) {
            warnings.push(format!("Members {} share the e-mail address {email}.", list(&members)));
        }
        // There was no row that is not a member.
        Ok(ParsedRoll { roll: Roll { members: self.members, by_number }, warnings })
    }
}

fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// E-mail addresses that several members have, with their numbers.
fn shared(members: &Packed, mut emails: Vec<(u64, u32)>) -> BTreeMap<String, Vec<&str>> {
    emails.sort_unstable();
    let mut shared: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for same in emails.chunk_by(|(one, _), (other, _)| one == other).filter(|same| same.len() > 1) {
        for place in same.iter().filter_map(|(_, place)| usize::try_from(*place).ok()) {
            let email = members.email(place).unwrap_or_default().to_lowercase();
            shared.entry(email).or_default().push(members.number(place));
        }
    }
    // Those whose hashes alone are the same.
    shared.retain(|_, members| members.len() > 1);
    shared
}

/// The member numbers of all rows that have one, good or bad, with their lines.
#[derive(Default)]
struct Numbers {
    text: String,
    /// Where each ends, and the line of its row.
    rows: Vec<(u32, u32)>,
}

impl Numbers {
    fn push(&mut self, number: &str, line: u64) {
        self.text.push_str(number);
        // Neither bytes nor lines are more than a file of 64 MiB has.
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        self.rows.push((small(u64::try_from(self.text.len()).unwrap_or(u64::MAX)), small(line)));
    }

    fn at(&self, place: u32) -> (&str, u64) {
        let row = |place: u32| self.rows.get(usize::try_from(place).unwrap_or(usize::MAX)).copied();
        let position = |(end, _): (u32, u32)| usize::try_from(end).unwrap_or(usize::MAX);
        let start = place.checked_sub(1).and_then(row).map_or(0, position);
        let (end, line) = row(place).map_or((start, 0), |row| (position(row), row.1));
        (self.text.get(start..end).unwrap_or_default(), u64::from(line))
    }

    /// The places of the rows in the order of their numbers; the first of several comes first.
    fn in_order(&self) -> Vec<u32> {
        let mut places: Vec<u32> = (0..).take(self.rows.len()).collect();
        places.sort_unstable_by(|one, other| self.at(*one).cmp(&self.at(*other)));
        places
    }

    /// What is wrong with rows whose number another one has before them.
    fn repeated(&self, in_order: &[u32]) -> Vec<RowProblem> {
        let mut problems = Vec::new();
        for same in in_order.chunk_by(|one, other| self.at(*one).0 == self.at(*other).0) {
            let Some((first, others)) = same.split_first() else { continue };
            let (number, first) = self.at(*first);
            problems.extend(others.iter().map(|place| RowProblem {
                line: self.at(*place).1,
                message: format!("The member number {number} already stands on line {first}."),
            }));
        }
        problems
    }
}

/// Makes a sentence of a reason: capital letter, full stop.
fn sentence(reason: &str) -> String {
    let mut chars = reason.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

/// What to do about an e-mail address that is none.
fn not_email(text: &str) -> String {
    let inner = text.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
    match inner {
        Some((address, _)) if is_email(address.trim()) => {
            format!("The e-mail address {text:?} has a name beside it; write only {}.", address.trim())
        }
        _ if text.matches('@').count() > 1 && text.contains([';', ',', ' ', '/']) => {
            format!("There is more than one e-mail address in {text:?}; keep the one that letters go to.")
        }
        _ => format!("The e-mail address {text:?} is not one; correct it or leave it empty."),
    }
}

/// The form of an address that mail programs agree on: one `@`, dot-separated words on both sides, at least two on the
/// right; no quotation, no comments.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let words = |part: &str, ok: fn(char) -> bool| {
        !part.is_empty() && part.split('.').all(|word| !word.is_empty() && word.chars().all(ok))
    };
    text.len() <= 254
        && local.len() <= 64
        && words(local, |c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
        && words(domain, |c| c.is_alphanumeric() || c == '-')
        && domain.contains('.')
        && !domain.split('.').any(|label| label.starts_with('-') || label.ends_with('-') || label.len() > 63)
}

/// The form of a BCP 47 tag: 2 or 3 letters, then subtags of 1 to 8 letters or digits.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}
