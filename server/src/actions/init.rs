//! Making a data folder: keys, database, first officer.

use rand_core::CryptoRng;
use scrutineer_api::audit;
use scrutineer_api::role::Role;
use scrutineer_api::secret::Secret;
use scrutineer_ballot::roll::{Roll, RollErrors};
use thiserror::Error;

use super::deed::{DeedError, RoleDeed, grant};
use crate::data_folder::DataFolder;
use crate::domain::activation_code::{self, ActivationCode};
use crate::store::{Actor, Error as StoreError, OpenError, RollFile, Store};

/// What `init` is told.
#[derive(Clone, Debug)]
pub struct NewInstallation {
    /// The union's name.
    pub union_name: String,
    /// The first officer's number.
    pub officer_no: String,
    /// The first officer's name.
    pub name: String,
    /// The first officer's e-mail address.
    pub email: String,
}

/// Why there is no data folder.
#[derive(Debug, Error)]
pub enum InitError {
    /// The union's name cannot be taken.
    #[error("the union's name {0}")]
    UnionName(scrutineer_ballot::text::TextError),
    /// Number, name or address cannot be taken.
    #[error("the officer cannot be put on the roll: {0}")]
    Officer(String),
    /// The folder.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The deed of making an officer.
    #[error(transparent)]
    Deed(#[from] DeedError),
}

impl From<StoreError> for InitError {
    fn from(error: StoreError) -> Self {
        Self::Deed(error.into())
    }
}

impl From<RollErrors> for InitError {
    fn from(RollErrors(rows): RollErrors) -> Self {
        let sentences: Vec<_> = rows.into_iter().map(|row| row.message).collect();
        Self::Officer(sentences.join("; "))
    }
}

/// Makes a data folder and its first officer; the officer's activation code is shown once.
///
/// # Errors
/// See [`InitError`]; then there is no database.
pub fn init(
    folder: &DataFolder,
    asked: &NewInstallation,
    now: i64,
    rng: &mut impl CryptoRng,
) -> Result<Secret, InitError> {
    let union_name = scrutineer_ballot::text::line(&asked.union_name, 200).map_err(InitError::UnionName)?;
    let officer = officer_row(asked)?;
    folder.prepare()?;
    let _lock = folder.lock()?;
    folder.make_keys(rng)?;
    let code = ActivationCode::random(rng);
    Store::create(&folder.database(), now, |tx| {
        tx.set_installation(&union_name)?;
        tx.audit(&Actor::Operator, audit::Deed::Installed, &serde_json::json!({ "union": union_name }))?;
        let member_no = officer.roll().number(0).to_owned();
        tx.import_roll(&officer, &tx.compare_roll(&officer)?)?;
        let first = RoleDeed { role: Role::Officer, member_no: member_no.clone(), unit: None };
        grant(tx, &Actor::Operator, &first, None)?;
        let member = tx.member(&member_no)?.ok_or(DeedError::NoSuchMember(member_no))?;
        tx.put_activation(member.id, &code.hash(), now + activation_code::LIFETIME)?;
        Ok::<_, InitError>(())
    })?;
    Ok(code.to_secret())
}

/// The officer as a roll of one, so that the same rules hold as for every other roll.
fn officer_row(asked: &NewInstallation) -> Result<RollFile, InitError> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let csv = format!(
        "member_no,name,unit,standing,email\n{},{},{},good,{}\n",
        quoted(&asked.officer_no),
        quoted(&asked.name),
        quoted("Office"),
        quoted(&asked.email),
    );
    let roll = Roll::parse(csv.as_bytes())?.roll;
    match roll.len() {
        1 => Ok(RollFile::new(roll, |_| None)),
        _ => Err(InitError::Officer("number, name and address must each be one line".to_owned())),
    }
}
