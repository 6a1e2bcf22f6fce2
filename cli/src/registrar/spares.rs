//! The registrar's own file, beside the file of codes: the spare codes of every box, and who was on the roll, so that a
//! re-issued code goes to the address that the registrar had and to no other. It never leaves the registrar's machine.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use rand_core::CryptoRng;
use scrutineer_api::registrar::RollMember;
use scrutineer_api::secret::Secret;
use scrutineer_ballot::code::{CodeError, VotingCode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::plan::Plan;
use crate::files::{self, Access, FileError, NewFile};

/// Most bytes of such a file: a million members.
const LIMIT: u64 = 1 << 30;
/// The version that this program writes.
const VERSION: u32 = 1;

/// The file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Spares {
    version: u32,
    /// The ballot's identifier.
    pub ballot: String,
    /// Its title.
    pub title: String,
    /// What links to the booth begin with.
    pub link: String,
    /// The boxes, in order.
    pub boxes: Vec<SparesOfBox>,
}

/// What the file holds of a box.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SparesOfBox {
    /// Its name.
    pub name: String,
    /// Its election's uuid.
    pub election: String,
    /// The spare codes, as people see codes.
    spares: Vec<Secret>,
    /// Everybody on the frozen roll, as the server gave it out.
    pub members: Vec<RollMember>,
}

/// Why a file of spares cannot be used.
#[derive(Debug, Error)]
pub enum SparesError {
    /// It cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is not there.
    #[error("{} is not there; it was written beside the file of codes when they were made", .0.display())]
    Missing(PathBuf),
    /// It is no such file.
    #[error("{} is not a registrar's file of spare codes as this program writes it (line {line})", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Where it breaks off.
        line: usize,
    },
    /// A code in it is none.
    #[error("a spare code in {} cannot be read: {error}", path.display())]
    Code {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: CodeError,
    },
    /// It is another ballot's.
    #[error("{} was made for another ballot, or for other boxes: choose another name for --out, or take the right file", .0.display())]
    Other(PathBuf),
}

/// Where the file lies beside a file of codes.
#[must_use]
pub fn beside(codes: &Path) -> PathBuf {
    codes.with_extension("spares.json")
}

impl Spares {
    /// Makes the spare codes.
    pub fn make(plan: &Plan, rng: &mut impl CryptoRng) -> Self {
        let mut boxes = Vec::with_capacity(plan.boxes.len());
        for one in &plan.boxes {
            let spares = (0..one.spares).map(|_| Secret::new(VotingCode::generate(rng).text().to_string()));
            boxes.push(SparesOfBox {
                name: one.name.clone(),
                election: one.election.to_string(),
                spares: spares.collect(),
                members: one.members.clone(),
            });
        }
        let Plan { ballot, title, link, .. } = plan;
        let (ballot, title, link) = (ballot.clone(), title.clone(), link.clone());
        Self { version: VERSION, ballot, title, link, boxes }
    }

    /// Writes it for its owner alone, durably, over no other file.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&self, path: &Path) -> Result<(), SparesError> {
        let mut file = NewFile::create(path, Access::Owner)?;
        let failed = |source| FileError::Write { path: path.to_owned(), source };
        let mut buffer = BufWriter::new(&mut file);
        serde_json::to_writer(&mut buffer, self).map_err(|error| failed(error.into()))?;
        buffer.flush().map_err(failed)?;
        drop(buffer);
        Ok(file.finish()?)
    }

    /// Reads one; refuses one that others can read.
    ///
    /// # Errors
    /// See [`SparesError`].
    pub fn read(path: &Path) -> Result<Self, SparesError> {
        let text = files::read_own(path, LIMIT)?.ok_or_else(|| SparesError::Missing(path.to_owned()))?;
        let unreadable = |line| SparesError::Unreadable { path: path.to_owned(), line };
        // The place, not the text: it may quote a secret.
        let read: Self = serde_json::from_str(&text).map_err(|error| unreadable(error.line()))?;
        if read.version == VERSION { Ok(read) } else { Err(unreadable(1)) }
    }

    /// Refuses a file of another ballot, or one that was made for another roll.
    ///
    /// # Errors
    /// [`SparesError::Other`].
    pub fn refuse_other(&self, plan: &Plan, path: &Path) -> Result<(), SparesError> {
        let same = self.ballot == plan.ballot
            && self.boxes.len() == plan.boxes.len()
            && self.boxes.iter().zip(&plan.boxes).all(|(had, one)| {
                had.election == one.election.as_str()
                    && had.name == one.name
                    && u64::try_from(had.spares.len()) == Ok(one.spares)
                    && had.members == one.members
            });
        if same { Ok(()) } else { Err(SparesError::Other(path.to_owned())) }
    }

    /// How many spare codes there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.boxes.iter().map(|one| one.spares.len()).sum()
    }
}

impl SparesOfBox {
    /// The spare codes; `path` is the file, for the sentence if one is none.
    ///
    /// # Errors
    /// [`SparesError::Code`].
    pub fn codes(&self, path: &Path) -> Result<Vec<VotingCode>, SparesError> {
        let failed = |error| SparesError::Code { path: path.to_owned(), error };
        self.spares.iter().map(|code| VotingCode::parse(code.expose()).map_err(failed)).collect()
    }
}
