//! The roll in table `member`: comparing a file with it and taking the file over.

use std::collections::HashMap;

use rusqlite::{Row, params};
use scrutineer_ballot::roll::{Member, RollEntry};

use super::accounts::MemberId;
use super::error::Error;
use super::tx::{Tx, WriteTx};

/// A member as a roll file names them, with the fact already hashed.
pub struct RollRow {
    /// The particulars.
    pub member: Member,
    /// Keyed hash of the fact, if the file has one.
    pub fact_hash: Option<[u8; 32]>,
}

/// How a file differs from the roll. The numbers are positions in the file.
#[derive(Debug, Default)]
pub struct RollDifference {
    /// Not on the roll yet.
    pub added: Vec<usize>,
    /// On the roll with other particulars.
    pub changed: Vec<(MemberId, usize)>,
    /// On the roll just so.
    pub unchanged: usize,
    /// On the roll, but not in the file.
    pub not_in_file: usize,
}

/// What the database keeps of a member's particulars, in the order of [`COLUMNS`].
type Particulars = [Option<String>; 12];

const COLUMNS: &str = "name, unit, standing, classification, email, phone, language, address1, address2, \
                       postal_code, city, country";

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

impl Tx<'_> {
    /// How a file differs from the roll.
    ///
    /// # Errors
    /// The database's.
    pub fn compare_roll(&self, file: &[RollRow]) -> Result<RollDifference, Error> {
        let known =
            self.all(&format!("SELECT member_no, id, fact_hash, {COLUMNS} FROM member"), [], |row| {
                let no: String = row.get(0)?;
                let fact: Option<[u8; 32]> = row.get(2)?;
                Ok((no, (MemberId(row.get(1)?), fact, read_particulars(row, 3)?)))
            })?;
        let mut known: HashMap<_, _> = known.into_iter().collect();
        let mut difference = RollDifference::default();
        for (index, row) in file.iter().enumerate() {
            match known.remove(row.member.no().as_str()) {
                None => difference.added.push(index),
                Some((_, fact, same)) if fact == row.fact_hash && same == particulars(&row.member) => {
                    difference.unchanged += 1;
                }
                Some((id, _, _)) => difference.changed.push((id, index)),
            }
        }
        difference.not_in_file = known.len();
        Ok(difference)
    }

    /// The whole roll, as far as it decides who may vote, by member number.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if a row is not one of a roll.
    pub fn roll_entries(&self) -> Result<Vec<RollEntry>, Error> {
        let rows = self.all(
            "SELECT member_no, name, unit, standing, ifnull(classification, '') FROM member ORDER BY member_no",
            [],
            |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]),
        )?;
        let entry = |[no, name, unit, standing, classification]: &[String; 5]| {
            RollEntry::new(no, name, unit, standing, classification)
                .map_err(|error| Error::Corrupt(format!("the roll: {error}")))
        };
        rows.iter().map(entry).collect()
    }

    /// Whether a member on the roll belongs to this unit.
    ///
    /// # Errors
    /// The database's.
    pub fn unit_exists(&self, unit: &str) -> Result<bool, Error> {
        self.value("SELECT EXISTS (SELECT 1 FROM member WHERE unit = ?1)", [unit])
    }
}

impl WriteTx<'_> {
    /// Takes a file over: its members' particulars replace those on the roll, members whom it does not name stay.
    ///
    /// # Errors
    /// The database's.
    pub fn import_roll(&self, file: &[RollRow]) -> Result<RollDifference, Error> {
        let difference = self.compare_roll(file)?;
        for row in difference.added.iter().filter_map(|index| file.get(*index)) {
            self.add_member(row)?;
        }
        for (id, index) in &difference.changed {
            let Some(RollRow { member, fact_hash }) = file.get(*index) else { continue };
            let [name, unit, standing, class, email, phone, language, line1, line2, code, city, country] =
                particulars(member);
            self.execute(
                "UPDATE member SET name = ?2, unit = ?3, standing = ?4, classification = ?5, email = ?6, phone = ?7,
                        language = ?8, address1 = ?9, address2 = ?10, postal_code = ?11, city = ?12, country = ?13,
                        fact_hash = ?14
                  WHERE id = ?1",
                params![
                    id, name, unit, standing, class, email, phone, language, line1, line2, code, city, country,
                    fact_hash
                ],
            )?;
        }
        Ok(difference)
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
