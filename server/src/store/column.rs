//! How columns become values and values columns, where SQLite's types are not ours.

use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type};

use super::error::Error;

/// Reads a text column through a parser; what it does not take the schema does not promise.
pub(super) fn parsed<T, E>(
    row: &Row<'_>,
    index: usize,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> rusqlite::Result<T>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let text = row.get_ref(index)?.as_str()?;
    parse(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(index, Type::Text, FromSqlError::other(error).into())
    })
}

/// Reads a number that is never negative.
pub(super) fn unsigned(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(index)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(index, number))
}

/// The same where there may be none.
pub(super) fn maybe_unsigned(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<u64>> {
    let number: Option<i64> = row.get(index)?;
    number.map(|_| unsigned(row, index)).transpose()
}

/// A number as SQLite keeps it.
pub(super) fn signed(number: u64) -> Result<i64, Error> {
    i64::try_from(number).map_err(|_| Error::Corrupt(format!("the number {number} is too large to be kept")))
}
