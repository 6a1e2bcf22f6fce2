//! The file of codes, row by row, so that a large one never stands in memory as a whole.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use csv::StringRecord;
use scrutineer_ballot::boxes::THE_BOX;
use scrutineer_ballot::code::VotingCode;
use scrutineer_print::paper::{Address, Format, Recipient};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use super::Paper;
use crate::cells::plain;
use crate::files::{self, FileError};

/// Columns without which nothing can be sent.
const REQUIRED: [&str; 4] = ["member_no", "name", "unit", "code"];
/// Most members of a file.
const MOST: usize = 1_000_000;

/// Why a file of codes cannot be read.
#[derive(Debug, Error)]
pub(super) enum RowsError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{} cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error(
        "{} is no file of codes: its first line lacks {missing}. Take the file as `codes fetch` or `codes issue` wrote it",
        path.display()
    )]
    Header { path: PathBuf, missing: &'static str },
    #[error("{}, line {line}: {fault}. Take the file as `codes fetch` or `codes issue` wrote it", path.display())]
    Row { path: PathBuf, line: u64, fault: String },
    #[error("{} names nobody", .0.display())]
    Empty(PathBuf),
}

/// A member and the code.
pub(super) struct Row {
    pub(super) member_no: String,
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) code: VotingCode,
    pub(super) language: String,
    pub(super) email: String,
    pub(super) address: Address,
    pub(super) link: Option<Zeroizing<String>>,
    pub(super) box_name: String,
}

impl Row {
    /// Whether a mail or a letter can be sent.
    pub(super) fn is_reachable(&self) -> bool {
        !self.email.is_empty() || self.address.is_whole()
    }

    /// The link with the code, where the row has none made from the ballot's page.
    pub(super) fn link(&self, page: &str) -> Zeroizing<String> {
        match &self.link {
            Some(link) => link.clone(),
            None => Zeroizing::new(format!("{page}#{}", self.code.text().as_str())),
        }
    }

    /// The row as it is printed.
    pub(super) fn into_recipient(self, page: &str) -> Recipient {
        let link = self.link(page);
        Recipient {
            member_no: self.member_no,
            name: self.name,
            unit: self.unit,
            // The only box of a ballot says nothing to its members.
            box_name: Some(self.box_name).filter(|name| !name.is_empty() && name != THE_BOX),
            language: self.language,
            code: self.code,
            link,
            address: self.address,
        }
    }
}

/// The rows of a file.
pub(super) struct Rows {
    path: PathBuf,
    csv: csv::Reader<Box<dyn Read>>,
    at: BTreeMap<String, usize>,
    columns: usize,
    record: StringRecord,
}

impl Rows {
    /// Opens a file of codes; refuses one that others can read.
    pub(super) fn open(path: &Path) -> Result<Self, RowsError> {
        let file = files::open_own(path)?;
        Self::of(path, Box::new(BufReader::new(file)))
    }

    fn of(path: &Path, bytes: Box<dyn Read>) -> Result<Self, RowsError> {
        let mut csv = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let header = csv.headers().map_err(|error| unreadable(path, &error))?;
        let at: BTreeMap<String, usize> = header
            .iter()
            .enumerate()
            .map(|(i, name)| (name.trim_start_matches('\u{feff}').trim().to_owned(), i))
            .collect();
        let columns = header.len();
        if let Some(missing) = REQUIRED.into_iter().find(|name| !at.contains_key(*name)) {
            return Err(RowsError::Header { path: path.to_owned(), missing });
        }
        Ok(Self { path: path.to_owned(), csv, at, columns, record: StringRecord::new() })
    }

    fn read(&mut self) -> Result<Option<Row>, RowsError> {
        if !self.csv.read_record(&mut self.record).map_err(|error| unreadable(&self.path, &error))? {
            return Ok(None);
        }
        let line = self.record.position().map_or(0, csv::Position::line);
        let bad = |fault: String| RowsError::Row { path: self.path.clone(), line, fault };
        if self.record.len() != self.columns {
            return Err(bad(format!("it has {} columns, not {}", self.record.len(), self.columns)));
        }
        let cell = |name: &str| {
            let cell = self.at.get(name).and_then(|at| self.record.get(*at)).unwrap_or_default();
            plain(cell).trim().to_owned()
        };
        let code = Zeroizing::new(cell("code"));
        let code = VotingCode::parse(&code).map_err(|error| bad(error.to_string()))?;
        let link = Zeroizing::new(cell("link"));
        let in_link = link.rsplit_once('#').map(|(_, code)| VotingCode::parse(code));
        if !link.is_empty() && !matches!(in_link, Some(Ok(other)) if other == code) {
            return Err(bad("the link holds another code than the row".to_owned()));
        }
        let (member_no, name) = (cell("member_no"), cell("name"));
        if member_no.is_empty() || name.is_empty() {
            return Err(bad("the member's number or name is empty".to_owned()));
        }
        Ok(Some(Row {
            member_no,
            name,
            unit: cell("unit"),
            code,
            language: cell("language"),
            email: cell("email"),
            address: Address {
                address1: cell("address1"),
                address2: cell("address2"),
                postal_code: cell("postal_code"),
                city: cell("city"),
                country: cell("country"),
            },
            link: (!link.is_empty()).then_some(link),
            box_name: cell("box"),
        }))
    }
}

impl Iterator for Rows {
    type Item = Result<Row, RowsError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// The csv crate's sentence without what stands in the file, which may be a code.
fn unreadable(path: &Path, error: &csv::Error) -> RowsError {
    let line = error.position().map_or(1, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::Io(source) => RowsError::Read {
            path: path.to_owned(),
            source: io::Error::new(source.kind(), source.to_string()),
        },
        _ => RowsError::Row { path: path.to_owned(), line, fault: "it is no text in UTF-8".to_owned() },
    }
}

/// What a whole file is like: every row was read once, and is right.
pub(super) struct Summary {
    /// Of its bytes, hex. The codes in it keep it from telling anything.
    pub(super) sha256: String,
    /// Members to whom no letter can be sent.
    pub(super) without_address: Vec<String>,
    /// Members in all.
    pub(super) rows: usize,
    countries: BTreeMap<String, usize>,
    languages: BTreeMap<String, usize>,
}

impl Summary {
    pub(super) fn of(path: &Path) -> Result<Self, RowsError> {
        let mut all = Self {
            sha256: String::new(),
            without_address: Vec::new(),
            rows: 0,
            countries: BTreeMap::new(),
            languages: BTreeMap::new(),
        };
        let mut seen = HashSet::new();
        for (i, row) in (2..).zip(Rows::open(path)?) {
            let row = row?;
            let bad =
                |fault: &str| RowsError::Row { path: path.to_owned(), line: i, fault: fault.to_owned() };
            if !seen.insert(row.member_no.clone()) {
                return Err(bad("the member stands in the file twice"));
            }
            all.rows += 1;
            if all.rows > MOST {
                return Err(bad("there are more than a million members"));
            }
            *all.countries.entry(row.address.country).or_default() += 1;
            *all.languages.entry(row.language).or_default() += 1;
            if row.address.address1.is_empty() || row.address.city.is_empty() {
                all.without_address.push(row.member_no);
            }
        }
        if all.rows == 0 {
            return Err(RowsError::Empty(path.to_owned()));
        }
        let mut file = files::open_own(path)?;
        let mut hash = Sha256::new();
        io::copy(&mut file, &mut Hashing(&mut hash))
            .map_err(|source| RowsError::Read { path: path.to_owned(), source })?;
        all.sha256 = hex::encode(hash.finalize());
        Ok(all)
    }

    /// The country in which most members live, if the file says so.
    pub(super) fn home(&self) -> Option<String> {
        most(&self.countries).filter(|country| !country.is_empty())
    }

    /// The language of most members.
    pub(super) fn language(&self) -> String {
        most(&self.languages).unwrap_or_default()
    }

    /// The paper that was asked for, or that of the country.
    pub(super) fn format(&self, paper: Option<Paper>) -> Format {
        paper.map_or_else(|| Format::of_country(&self.home().unwrap_or_default()), Format::from)
    }
}

/// What there is most of; of several the first by name.
fn most(counts: &BTreeMap<String, usize>) -> Option<String> {
    let best = counts.values().copied().max()?;
    counts.iter().find(|(_, count)| **count == best).map(|(name, _)| name.clone())
}

/// Takes what is written into a hash.
struct Hashing<'a>(&'a mut Sha256);

impl io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
