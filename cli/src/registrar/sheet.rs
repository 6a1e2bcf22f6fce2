//! The file of codes as a registrar has it: a row for each member, with what letters and mails need.

use std::path::{Path, PathBuf};

use scrutineer_api::registrar::RollMember;
use scrutineer_ballot::code::{CodeError, VotingCode};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::cells::{guarded, plain};
use crate::files::{self, Access, FileError, NewFile};

/// Most bytes of such a file: a million members.
const LIMIT: u64 = 1 << 30;

/// The columns.
pub const HEADER: [&str; 13] = [
    "member_no",
    "name",
    "unit",
    "code",
    "language",
    "email",
    "address1",
    "address2",
    "postal_code",
    "city",
    "country",
    "link",
    "box",
];

/// Why a file of codes cannot be used.
#[derive(Debug, Error)]
pub enum SheetError {
    /// It cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is not there.
    #[error("{} is not there", .0.display())]
    Missing(PathBuf),
    /// It is no such file, or was changed.
    #[error("{}, line {line}: {what}; it must be as this program wrote it", path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong there.
        what: String,
    },
    /// It cannot be written.
    #[error("{} cannot be written: {what}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        what: String,
    },
}

/// A row: whose code, in which box.
pub struct Row {
    /// The member's number.
    pub member_no: String,
    /// The box's name.
    pub box_name: String,
    /// The code.
    pub code: VotingCode,
}

/// Writes a file of codes for its owner alone, durably, over no other file. Links are `link` with the code behind it.
///
/// # Errors
/// What the system says.
pub fn write<'a>(
    path: &Path,
    link: &str,
    rows: impl Iterator<Item = (&'a RollMember, &'a str, VotingCode)>,
) -> Result<u64, SheetError> {
    let failed = |what: String| SheetError::Write { path: path.to_owned(), what };
    let mut csv = csv::Writer::from_writer(NewFile::create(path, Access::Owner)?);
    csv.write_record(HEADER).map_err(|error| failed(error.to_string()))?;
    let mut written = 0;
    for (member, box_name, code) in rows {
        let code = code.text();
        let link = Zeroizing::new(format!("{link}{}", code.as_str()));
        let RollMember { member_no, name, unit, language, email, .. } = member;
        let RollMember { address1, address2, postal_code, city, country, .. } = member;
        let optional = |text: &'a Option<String>| guarded(text.as_deref().unwrap_or_default());
        let cells = [
            guarded(member_no),
            guarded(name),
            guarded(unit),
            code.as_str().into(),
            optional(language),
            optional(email),
            optional(address1),
            optional(address2),
            optional(postal_code),
            optional(city),
            optional(country),
            link.as_str().into(),
            guarded(box_name),
        ];
        csv.write_record(cells.iter().map(|cell| cell.as_bytes()))
            .map_err(|error| failed(error.to_string()))?;
        written += 1;
    }
    let file = csv.into_inner().map_err(|error| failed(error.error().to_string()))?;
    file.finish()?;
    Ok(written)
}

/// Reads a file of codes; refuses one that others can read.
///
/// # Errors
/// See [`SheetError`].
pub fn read(path: &Path) -> Result<Vec<Row>, SheetError> {
    let text = files::read_own(path, LIMIT)?.ok_or_else(|| SheetError::Missing(path.to_owned()))?;
    let bad = |line: u64, what: String| SheetError::Row { path: path.to_owned(), line, what };
    let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for (i, record) in csv.records().enumerate() {
        let line = u64::try_from(i + 1).unwrap_or(u64::MAX);
        let record = record.map_err(|error| bad(line, error.to_string()))?;
        if i == 0 {
            if record.iter().ne(HEADER) {
                return Err(bad(line, "the columns are others".to_owned()));
            }
            continue;
        }
        let cell = |column: &str| {
            let place = HEADER.iter().position(|name| *name == column);
            let cell = place.filter(|_| record.len() == HEADER.len()).and_then(|place| record.get(place));
            cell.ok_or_else(|| {
                bad(line, format!("the line has {} columns, not {}", record.len(), HEADER.len()))
            })
        };
        let code =
            VotingCode::parse(cell("code")?).map_err(|error: CodeError| bad(line, error.to_string()))?;
        rows.push(Row {
            member_no: plain(cell("member_no")?).to_owned(),
            box_name: plain(cell("box")?).to_owned(),
            code,
        });
    }
    if rows.is_empty() { Err(bad(1, "it names nobody".to_owned())) } else { Ok(rows) }
}
