//! Finding members by number or name.

use scrutineer_api::desk::{DeskEntry, DeskFound};
use thiserror::Error;

use crate::app::App;
use crate::domain::search::Query;
use crate::store::{DeskRow, Error as StoreError};

/// So many are shown.
pub const MOST: usize = 50;
/// The most characters that are searched for.
const LONGEST: usize = 200;

/// Why nobody was searched for.
#[derive(Debug, Error)]
pub enum FindError {
    /// Nothing to search for.
    #[error("say whom to look for: a number, or a part of a name")]
    Nothing,
    /// Too much.
    #[error("what is looked for is too long: {LONGEST} characters at most")]
    TooLong,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Finds members, those first who fit best.
///
/// # Errors
/// See [`FindError`].
pub async fn find(app: &App, text: &str) -> Result<DeskFound, FindError> {
    if text.chars().count() > LONGEST {
        return Err(FindError::TooLong);
    }
    let query = Query::new(text).ok_or(FindError::Nothing)?;
    let rows: Result<_, StoreError> = app.store.read("desk: find", |tx| tx.desk_rows()).await;
    let mut fitting: Vec<_> =
        rows?.into_iter().filter_map(|row| Some((query.fits(&row.member_no, &row.name)?, row))).collect();
    // Stable: within a fit by name, as they came.
    fitting.sort_by_key(|(fit, row)| (*fit, !row.on_roll));
    let total = u64::try_from(fitting.len()).unwrap_or(u64::MAX);
    let members = fitting.into_iter().take(MOST).map(|(_, row)| entry(row)).collect();
    Ok(DeskFound { members, total })
}

fn entry(row: DeskRow) -> DeskEntry {
    let DeskRow { member_no, name, unit, standing, on_roll } = row;
    DeskEntry { member_no, name, unit, standing, on_roll }
}
