//! Turnout by unit: as it is, and as it was told (table `progress`).

use std::collections::BTreeMap;

use rusqlite::params;

use super::column::unsigned;
use super::error::Error;
use super::ids::BallotId;
use super::tx::{Tx, WriteTx};
use crate::domain::turnout::{Cell, Publication, UnitCount};

impl Tx<'_> {
    /// How many members of each unit on a ballot's frozen roll have voted. Only what `domain::turnout` makes of it is shown.
    ///
    /// # Errors
    /// The database's.
    pub fn turnout_by_unit(&self, id: BallotId) -> Result<Vec<UnitCount>, Error> {
        // Added up here: the database would sort all members by unit for it.
        let mut units: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        self.all(
            "SELECT r.unit, p.voted FROM box b
               JOIN participation p ON p.box_id = b.id
               JOIN roll_entry r ON r.box_id = p.box_id AND r.member_no = p.member_no
              WHERE b.ballot_id = ?1",
            [id],
            |row| {
                let unit = row.get_ref(0)?.as_str()?;
                let voted = u64::from(row.get::<_, bool>(1)?);
                match units.get_mut(unit) {
                    Some((eligible, cast)) => (*eligible, *cast) = (*eligible + 1, *cast + voted),
                    None => drop(units.insert(unit.to_owned(), (1, voted))),
                }
                Ok(())
            },
        )?;
        Ok(units.into_iter().map(|(unit, (eligible, cast))| UnitCount { unit, eligible, cast }).collect())
    }

    /// What was told of a ballot's turnout, oldest first; from closing on there is one, how it ended.
    ///
    /// # Errors
    /// The database's.
    pub fn turnout_told(&self, id: BallotId) -> Result<Vec<Publication>, Error> {
        let rows: Vec<String> =
            self.all("SELECT cells FROM progress WHERE ballot_id = ?1 ORDER BY as_of", [id], |row| {
                row.get(0)
            })?;
        let read = |cells: String| {
            serde_json::from_str(&cells).map_err(|error| Error::Corrupt(format!("a turnout: {error}")))
        };
        let told: Vec<Publication> = rows.into_iter().map(read).collect::<Result<_, _>>()?;
        // A time at which nothing was told has a row as well, so that nothing is told a little later.
        Ok(told.into_iter().filter(|told| !told.cells.is_empty()).collect())
    }

    /// All that people know of a ballot's turnout before more of it is told: what was told, and where there are several boxes
    /// how many have voted in each, for their records show it.
    ///
    /// # Errors
    /// The database's.
    pub fn turnout_known(&self, id: BallotId) -> Result<Vec<Publication>, Error> {
        let mut known = self.turnout_told(id)?;
        if self.count_boxes(id)? < 2 {
            return Ok(known);
        }
        let units: Vec<(i64, Cell)> = self.all(
            "SELECT b.id, r.unit, count(*), sum(p.voted) FROM box b
               JOIN participation p ON p.box_id = b.id
               JOIN roll_entry r ON r.box_id = p.box_id AND r.member_no = p.member_no
              WHERE b.ballot_id = ?1 GROUP BY b.id, r.unit ORDER BY b.id, r.unit",
            [id],
            |row| {
                let (eligible, cast) = (unsigned(row, 2)?, unsigned(row, 3)?);
                Ok((row.get(0)?, Cell { units: vec![row.get(1)?], eligible, cast }))
            },
        )?;
        let cells = units.chunk_by(|(one, _), (next, _)| one == next).map(|of_box| Cell {
            units: of_box.iter().flat_map(|(_, cell)| cell.units.iter().cloned()).collect(),
            eligible: of_box.iter().map(|(_, cell)| cell.eligible).sum(),
            cast: of_box.iter().map(|(_, cell)| cell.cast).sum(),
        });
        let boxes = Publication { cells: cells.collect() };
        known.extend((boxes.cells.len() > 1).then_some(boxes));
        Ok(known)
    }

    /// The last time as of which turnout was told, or was not because of its rule.
    ///
    /// # Errors
    /// The database's.
    pub fn turnout_decided_at(&self, id: BallotId) -> Result<Option<i64>, Error> {
        self.value("SELECT max(as_of) FROM progress WHERE ballot_id = ?1", [id])
    }
}

impl WriteTx<'_> {
    /// Deletes what was told of a ballot's turnout so far.
    ///
    /// # Errors
    /// The database's.
    pub fn forget_turnout(&self, id: BallotId) -> Result<(), Error> {
        self.execute("DELETE FROM progress WHERE ballot_id = ?1", [id])?;
        Ok(())
    }

    /// Keeps what is told of a ballot's turnout as of a time; `None`: nothing new.
    ///
    /// # Errors
    /// The database's.
    pub fn tell_turnout(&self, id: BallotId, as_of: i64, told: Option<&Publication>) -> Result<(), Error> {
        let cells = match told {
            Some(told) => serde_json::to_string(told).map_err(|error| Error::Corrupt(error.to_string()))?,
            None => "[]".to_owned(),
        };
        self.execute(
            "INSERT INTO progress (ballot_id, as_of, cells) VALUES (?1, ?2, ?3)
             ON CONFLICT (ballot_id, as_of) DO UPDATE SET cells = excluded.cells",
            params![id, as_of, cells],
        )?;
        if let Some(told) = told {
            self.show_cast(id, told.cast(), as_of)?;
        }
        Ok(())
    }
}
