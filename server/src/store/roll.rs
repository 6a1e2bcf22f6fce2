//! The roll in table `member`: comparing a file with it and taking the file over.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Row, params};
use scrutineer_ballot::roll::{Member, Roll, RollEntry};

use super::accounts::{MemberId, Named};
use super::error::Error;
use super::ids::BallotId;
use super::tx::{Tx, WriteTx};

/// A member as a roll file names them, with the fact already hashed.
struct RollRow {
    /// The particulars.
    member: Member,
    /// Keyed hash of the fact, if the file has one.
    fact_hash: Option<[u8; 32]>,
}

/// Makes the keyed hash of a member's fact, if there is one.
type HashFact = dyn Fn(&Member) -> Option<[u8; 32]> + Send + Sync;

/// A roll file that is compared and taken over. Its rows are put together when they are looked at.
pub struct RollFile {
    roll: Roll,
    hash_fact: Box<HashFact>,
}

impl RollFile {
    /// A file that was read, with the way in which facts are hashed.
    #[must_use]
    pub fn new(roll: Roll, hash_fact: impl Fn(&Member) -> Option<[u8; 32]> + Send + Sync + 'static) -> Self {
        Self { roll, hash_fact: Box::new(hash_fact) }
    }

    /// The members.
    #[must_use]
    pub const fn roll(&self) -> &Roll {
        &self.roll
    }

    /// The row at a position.
    fn row(&self, index: u32) -> Option<RollRow> {
        let member = self.roll.member(index)?;
        let fact_hash = (self.hash_fact)(&member);
        Some(RollRow { member, fact_hash })
    }
}

/// What the comparison of a file with the roll rests on: while it stays the same, so does the difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollBasis {
    /// How often the roll has changed, and single addresses on it.
    changes: (i64, i64),
    /// Addresses that are not in use yet.
    waiting: BTreeMap<MemberId, String>,
    /// The ballots that are under way.
    ballots: Vec<BallotId>,
}

/// How a file differs from the roll. The numbers are positions in the file.
#[derive(Debug, Default)]
pub struct RollDifference {
    /// Not on the roll, in the order of the file.
    pub added: Vec<Added>,
    /// On the roll with other particulars, in the order of the file.
    pub changed: Vec<Changed>,
    /// On the roll just so.
    pub unchanged: usize,
    /// On the roll, but not in the file; by member number.
    pub gone: Vec<Named>,
    /// Whose address is left as it is: another one waits already that is the file's, or has to wait because a ballot of theirs
    /// is under way.
    pub later: BTreeSet<u32>,
}

impl RollDifference {
    /// Whether the file says what the roll says.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.gone.is_empty()
    }
}

/// A member of the file who is not on the roll.
#[derive(Debug)]
pub struct Added {
    /// Position in the file.
    pub index: u32,
    /// Was on the roll before: who, and what is another than then. Apart, for there may be a million who were not.
    pub returned: Option<Box<(MemberId, Vec<ColumnChange>)>>,
}

/// A member of the file who is on the roll with other particulars.
#[derive(Debug)]
pub struct Changed {
    /// Who.
    pub id: MemberId,
    /// Position in the file.
    pub index: u32,
    /// What is another than before; at least one column.
    pub columns: Vec<ColumnChange>,
}

/// A column of a member that is another than before.
#[derive(Debug)]
pub struct ColumnChange {
    /// Its name in the header.
    pub column: &'static str,
    /// What it was and what it is; nothing for contact data and for what only the member knows.
    pub values: Option<(String, String)>,
}

/// What the database keeps of a member's particulars, in the order of [`COLUMNS`].
type Particulars = [Option<String>; 12];

/// Columns of table `member` and of roll files alike.
const COLUMN_NAMES: [&str; 12] = [
    "name",
    "unit",
    "standing",
    "classification",
    "email",
    "phone",
    "language",
    "address1",
    "address2",
    "postal_code",
    "city",
    "country",
];
const COLUMNS: &str = "name, unit, standing, classification, email, phone, language, address1, address2, \
                       postal_code, city, country";
/// So many of them, from the first, are no contact data.
const SHOWN: usize = 4;

fn particulars(member: &Member) -> Particulars {
    let contact = member.contact();
    [
        Some(member.name().to_owned()),
        Some(member.unit().to_owned()),
        Some(member.standing().to_owned()),
        member.classification().map(str::to_owned),
        contact.email.clone(),
        contact.phone.clone(),
        contact.language.clone(),
        contact.address1.clone(),
        contact.address2.clone(),
        contact.postal_code.clone(),
        contact.city.clone(),
        contact.country.clone(),
    ]
}

fn read_particulars(row: &Row<'_>, from: usize) -> rusqlite::Result<Particulars> {
    let mut all = Particulars::default();
    for (index, value) in all.iter_mut().enumerate() {
        *value = row.get(from + index)?;
    }
    Ok(all)
}

/// A member as the database has them.
struct Known {
    id: MemberId,
    on_roll: bool,
    fact_hash: Option<[u8; 32]>,
    particulars: Particulars,
}

/// The column of e-mail addresses.
pub const EMAIL: &str = "email";

impl Known {
    /// What a file says otherwise.
    fn changes(&self, row: &RollRow) -> Vec<ColumnChange> {
        let new = particulars(&row.member);
        let columns = COLUMN_NAMES.iter().zip(self.particulars.iter().zip(&new)).enumerate();
        let mut changes: Vec<_> = columns
            .filter(|(_, (_, (old, new)))| old != new)
            .map(|(place, (column, (old, new)))| {
                let text = |value: &Option<String>| value.clone().unwrap_or_default();
                ColumnChange { column, values: (place < SHOWN).then(|| (text(old), text(new))) }
            })
            .collect();
        if self.fact_hash != row.fact_hash {
            changes.push(ColumnChange { column: "fact", values: None });
        }
        changes
    }
}

impl Tx<'_> {
    fn waiting_addresses(&self) -> Result<BTreeMap<MemberId, String>, Error> {
        let addresses = self.all("SELECT member_id, email FROM email_change", [], |row| {
            Ok((MemberId(row.get(0)?), row.get(1)?))
        })?;
        Ok(addresses.into_iter().collect())
    }

    /// What a comparison with the roll rests on.
    ///
    /// # Errors
    /// The database's.
    pub fn roll_basis(&self) -> Result<RollBasis, Error> {
        let marks = self.first("SELECT changes, addresses FROM roll_mark WHERE one = 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        let under_way =
            "SELECT id FROM ballot WHERE state IN ('frozen', 'open') AND practice = 0 ORDER BY id";
        Ok(RollBasis {
            changes: marks.unwrap_or_default(),
            waiting: self.waiting_addresses()?,
            ballots: self.all(under_way, [], |row| row.get(0))?,
        })
    }

    /// Whether a member stands on the frozen roll of a ballot that is under way.
    fn votes_now(&self, member_no: &str) -> Result<bool, Error> {
        self.value(
            "SELECT EXISTS (SELECT 1 FROM ballot b JOIN box x ON x.ballot_id = b.id
                              JOIN roll_entry r ON r.box_id = x.id AND r.member_no = ?1
                             WHERE b.state IN ('frozen', 'open') AND b.practice = 0)",
            [member_no],
        )
    }

    /// How a file differs from the roll: both are gone through in the order of the members' numbers, side by side.
    ///
    /// # Errors
    /// The database's.
    pub fn compare_roll(&self, file: &RollFile) -> Result<RollDifference, Error> {
        let waiting = self.waiting_addresses()?;
        let mut difference = RollDifference::default();
        let mut places = file.roll.by_number().iter().copied().peekable();
        let sql =
            format!("SELECT member_no, id, fact_hash, on_roll, {COLUMNS} FROM member ORDER BY member_no");
        self.each(&sql, [], |row| {
            let member_no: String = row.get(0)?;
            while let Some(index) = places.next_if(|place| file.roll.number(*place) < member_no.as_str()) {
                difference.added.push(Added { index, returned: None });
            }
            let (id, fact_hash) = (MemberId(row.get(1)?), row.get(2)?);
            let known = Known { id, on_roll: row.get(3)?, fact_hash, particulars: read_particulars(row, 4)? };
            let place = places.next_if(|place| file.roll.number(*place) == member_no);
            match place.and_then(|index| Some((index, file.row(index)?))) {
                Some((index, row)) => self.compare_row(&mut difference, &waiting, &known, index, &row),
                None if known.on_roll => {
                    let Known { id, particulars: [name, unit, ..], .. } = known;
                    let (name, unit) = (name.unwrap_or_default(), unit.unwrap_or_default());
                    difference.gone.push(Named { id, member_no, name, unit });
                    Ok(())
                }
                None => Ok(()),
            }
        })?;
        difference.added.extend(places.map(|index| Added { index, returned: None }));
        difference.added.sort_unstable_by_key(|added| added.index);
        difference.changed.sort_unstable_by_key(|changed| changed.index);
        Ok(difference)
    }

    fn compare_row(
        &self,
        difference: &mut RollDifference,
        waiting: &BTreeMap<MemberId, String>,
        known: &Known,
        index: u32,
        row: &RollRow,
    ) -> Result<(), Error> {
        let mut columns = known.changes(row);
        if let Some(place) = columns.iter().position(|change| change.column == EMAIL) {
            let new = row.member.contact().email.as_deref().unwrap_or_default();
            // Another address that waits already is no change.
            let waits = waiting.get(&known.id).is_some_and(|waits| waits == new);
            if waits {
                columns.remove(place);
            }
            if waits || self.votes_now(row.member.no().as_str())? {
                difference.later.insert(index);
            }
        }
        if !known.on_roll {
            difference.added.push(Added { index, returned: Some(Box::new((known.id, columns))) });
        } else if columns.is_empty() {
            difference.unchanged += 1;
        } else {
            difference.changed.push(Changed { id: known.id, index, columns });
        }
        Ok(())
    }

    /// The whole roll, as far as it decides who may vote, by member number.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if a row is not one of a roll.
    pub fn roll_entries(&self) -> Result<Vec<RollEntry>, Error> {
        let sql = format!("{ENTRY} WHERE on_roll = 1 ORDER BY member_no");
        self.all(&sql, [], |row| Ok(entry(&entry_columns(row)?)))?.into_iter().collect()
    }

    /// Hands over the whole roll, as far as it decides who may vote, by member number, one member after the other.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if a row is not one of a roll.
    pub fn each_roll_entry(&self, mut take: impl FnMut(&RollEntry)) -> Result<(), Error> {
        self.each(&format!("{ENTRY} WHERE on_roll = 1 ORDER BY member_no"), [], |row| {
            take(&entry(&entry_columns(row)?)?);
            Ok(())
        })
    }

    /// Members on the roll behind one, by number, at most so many.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if a row is not one of a roll.
    pub fn roll_behind(&self, behind: &str, limit: usize) -> Result<Vec<(MemberId, RollEntry)>, Error> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = "SELECT member_no, name, unit, standing, ifnull(classification, ''), id FROM member
                    WHERE on_roll = 1 AND member_no > ?1 ORDER BY member_no LIMIT ?2";
        let mut found = Vec::new();
        self.each(sql, params![behind, limit], |row| {
            found.push((MemberId(row.get(5)?), entry(&entry_columns(row)?)?));
            Ok::<_, Error>(())
        })?;
        Ok(found)
    }

    /// How often the roll has changed: who is on it, and everything that it says of them but for e-mail addresses that are changed
    /// one by one. Whoever looks at it in pieces looks at the same roll while this stays the same.
    ///
    /// # Errors
    /// The database's.
    pub fn roll_changes(&self) -> Result<i64, Error> {
        let changes = self.first("SELECT changes FROM roll_mark WHERE one = 1", [], |row| row.get(0))?;
        Ok(changes.unwrap_or(0))
    }

    /// One member as the roll has them; nothing if the last import did not name them.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if the row is not one of a roll.
    pub fn roll_entry(&self, member: MemberId) -> Result<Option<RollEntry>, Error> {
        let sql = format!("{ENTRY} WHERE on_roll = 1 AND id = ?1");
        self.first(&sql, [member], entry_columns)?.as_ref().map(entry).transpose()
    }

    /// Whether a member on the roll belongs to this unit.
    ///
    /// # Errors
    /// The database's.
    pub fn unit_exists(&self, unit: &str) -> Result<bool, Error> {
        self.value("SELECT EXISTS (SELECT 1 FROM member WHERE unit = ?1 AND on_roll = 1)", [unit])
    }
}

const ENTRY: &str = "SELECT member_no, name, unit, standing, ifnull(classification, '') FROM member";

fn entry_columns(row: &Row<'_>) -> rusqlite::Result<[String; 5]> {
    Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?])
}

fn entry([no, name, unit, standing, classification]: &[String; 5]) -> Result<RollEntry, Error> {
    RollEntry::new(no, name, unit, standing, classification)
        .map_err(|error| Error::Corrupt(format!("the roll: {error}")))
}

impl WriteTx<'_> {
    /// Takes a file over that differs so from the roll: it is the roll from now on, but for addresses that are changed later.
    /// Whoever it does not name keeps everything but the place on the roll.
    ///
    /// # Errors
    /// The database's.
    pub fn import_roll(&self, file: &RollFile, difference: &RollDifference) -> Result<(), Error> {
        for Added { index, returned } in &difference.added {
            let Some(row) = file.row(*index) else { continue };
            match returned.as_deref() {
                None => self.add_member(&row)?,
                Some((id, _)) => self.change_member(*id, &row, difference.later.contains(index))?,
            }
        }
        for Changed { id, index, .. } in &difference.changed {
            let Some(row) = file.row(*index) else { continue };
            self.change_member(*id, &row, difference.later.contains(index))?;
        }
        for gone in &difference.gone {
            self.execute("UPDATE member SET on_roll = 0 WHERE id = ?1", [gone.id])?;
        }
        self.execute(
            "INSERT INTO roll_mark (one, changes, addresses) VALUES (1, 1, 0)
             ON CONFLICT (one) DO UPDATE SET changes = changes + 1",
            [],
        )?;
        Ok(())
    }

    fn change_member(
        &self,
        id: MemberId,
        RollRow { member, fact_hash }: &RollRow,
        keeps_email: bool,
    ) -> Result<(), Error> {
        let [name, unit, standing, class, email, phone, language, line1, line2, code, city, country] =
            particulars(member);
        self.execute(
            "UPDATE member SET name = ?2, unit = ?3, standing = ?4, classification = ?5,
                    email = CASE WHEN ?15 THEN email ELSE ?6 END, phone = ?7,
                    language = ?8, address1 = ?9, address2 = ?10, postal_code = ?11, city = ?12, country = ?13,
                    fact_hash = ?14, on_roll = 1
              WHERE id = ?1",
            params![
                id,
                name,
                unit,
                standing,
                class,
                email,
                phone,
                language,
                line1,
                line2,
                code,
                city,
                country,
                fact_hash,
                keeps_email
            ],
        )?;
        Ok(())
    }

    fn add_member(&self, RollRow { member, fact_hash }: &RollRow) -> Result<(), Error> {
        let [name, unit, standing, class, email, phone, language, line1, line2, code, city, country] =
            particulars(member);
        self.execute(
            &format!(
                "INSERT INTO member (member_no, {COLUMNS}, fact_hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
            ),
            params![
                member.no().as_str(),
                name,
                unit,
                standing,
                class,
                email,
                phone,
                language,
                line1,
                line2,
                code,
                city,
                country,
                fact_hash
            ],
        )?;
        Ok(())
    }
}
