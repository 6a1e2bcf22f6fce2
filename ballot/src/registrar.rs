//! What a registrar hands in: the public credentials of every box of a ballot, each member's and the spares, and nothing
//! else. Checked whole before anything of it is kept.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;
use scrutineer_protocol::ParseError;
use scrutineer_protocol::Point;
use scrutineer_protocol::credential::{CredentialError, new_list};
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::group::Encoding;
use scrutineer_protocol::hash::HexHash;
use thiserror::Error;

/// A box for which credentials are needed.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Its election.
    pub election: Uuid,
    /// Its name.
    pub name: String,
    /// The numbers of the members on its frozen roll.
    pub members: Vec<String>,
    /// Credentials beyond them.
    pub spares: u64,
}

/// Credentials of a box as they were handed in, not checked.
#[derive(Clone, Debug)]
pub struct HandedIn {
    /// The election's uuid.
    pub election: String,
    /// Member numbers, each with a credential.
    pub members: Vec<(String, String)>,
    /// The spare credentials.
    pub spares: Vec<String>,
}

/// Credentials of a box that can be taken.
#[derive(Clone, Debug)]
pub struct BoxCredentials {
    /// The election.
    pub election: Uuid,
    /// Every member of the frozen roll with a credential, by member number.
    pub members: Vec<(String, Encoding)>,
    /// The spare ones, sorted.
    pub spares: Vec<Encoding>,
    /// All of them as they stand on the record: sorted, so that it does not say whose is whose.
    pub list: String,
}

/// Why credentials are not taken. The sentences say where, never which credential a member has.
#[derive(Debug, Error)]
pub enum RegistrarError {
    /// No box has this election.
    #[error("election {0:?} is none of this ballot's boxes; was the file made for another ballot?")]
    UnknownBox(String),
    /// A box twice.
    #[error("box {0:?} is there twice")]
    BoxTwice(String),
    /// A box is not there.
    #[error("the credentials of box {0:?} are not there; those of all boxes are handed in together")]
    NoBox(String),
    /// A number of members that is not the roll's.
    #[error("box {name:?} needs the credentials of {needed} members, but there are {got}")]
    Members {
        /// The box.
        name: String,
        /// Members on its frozen roll.
        needed: usize,
        /// How many there are.
        got: usize,
    },
    /// A number of spares that is not the box's.
    #[error("box {name:?} needs {needed} spare credentials, but there are {got}")]
    Spares {
        /// The box.
        name: String,
        /// Its spares.
        needed: u64,
        /// How many there are.
        got: usize,
    },
    /// Not on the frozen roll of this box.
    #[error("member {member_no:?} is not on the roll that was frozen for box {name:?}")]
    NotOnRoll {
        /// The number.
        member_no: String,
        /// The box.
        name: String,
    },
    /// A member twice.
    #[error("member {0:?} is there twice")]
    MemberTwice(String),
    /// Not an encoding of a point that may be a credential.
    #[error("{whose} of box {name:?} cannot be taken: {error}")]
    Credential {
        /// Whose credential, in words.
        whose: String,
        /// The box.
        name: String,
        /// What is wrong with it.
        error: ParseError,
    },
    /// Anybody could vote under it.
    #[error(
        "{whose} of box {name:?} cannot be taken: it is the neutral element, under which anybody could vote"
    )]
    Neutral {
        /// Whose credential, in words.
        whose: String,
        /// The box.
        name: String,
    },
    /// The same one for two.
    #[error("{whose} of box {name:?} is there twice; every code must be another one, in all boxes")]
    Twice {
        /// Whose credential the second one is, in words.
        whose: String,
        /// The box.
        name: String,
    },
    /// The list cannot be written.
    #[error(transparent)]
    List(#[from] CredentialError),
}

impl BoxCredentials {
    /// The hash of the list as it stands on the record: what registrar and server can compare.
    #[must_use]
    pub fn hash(&self) -> HexHash {
        HexHash::of(self.list.as_bytes())
    }

    /// How many credentials there are.
    #[must_use]
    pub fn number(&self) -> usize {
        self.members.len().saturating_add(self.spares.len())
    }
}

/// Checks what was handed in against what is needed: all boxes and no others; in each every member of the frozen roll and
/// nobody else, and the right number of spares; every credential canonical, in the group, and nowhere else, in no box.
///
/// In the order of `expected`, whatever the order in which they came. Takes tens of microseconds a credential.
///
/// # Errors
/// See [`RegistrarError`]: the first thing that is not right.
pub fn check(expected: &[Expected], handed_in: Vec<HandedIn>) -> Result<Vec<BoxCredentials>, RegistrarError> {
    let mut by_election = HashMap::with_capacity(handed_in.len());
    for one in handed_in {
        let needed = expected.iter().find(|needed| needed.election.as_str() == one.election);
        let needed = needed.ok_or_else(|| RegistrarError::UnknownBox(clipped(&one.election)))?;
        if by_election.insert(&needed.election, one).is_some() {
            return Err(RegistrarError::BoxTwice(needed.name.clone()));
        }
    }
    let mut boxes = Vec::with_capacity(expected.len());
    for needed in expected {
        let one = by_election.remove(&needed.election);
        let one = one.ok_or_else(|| RegistrarError::NoBox(needed.name.clone()))?;
        boxes.push((needed, one_box(needed, one)?));
    }
    once_each(&boxes)?;
    let mut taken = Vec::with_capacity(boxes.len());
    for (needed, Points { members, mut spares }) in boxes {
        let list = new_list(members.iter().map(|(_, point)| *point).chain(spares.iter().copied()).collect())?;
        spares.sort_unstable();
        taken.push(BoxCredentials { election: needed.election.clone(), members, spares, list });
    }
    Ok(taken)
}

/// Whether every credential is there once, in all boxes, and none is neutral. Sorted, a million of them take 32 MB; whose it is
/// that is not right is looked for afterwards.
fn once_each(boxes: &[(&Expected, Points)]) -> Result<(), RegistrarError> {
    let neutral = Encoding::from(&Point::neutral());
    let mut all: Vec<Encoding> = Vec::new();
    for (_, points) in boxes {
        all.extend(points.members.iter().map(|(_, point)| *point));
        all.extend_from_slice(&points.spares);
    }
    all.sort_unstable();
    let mut wrong: HashSet<Encoding> =
        all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    if all.binary_search(&neutral).is_ok() {
        wrong.insert(neutral);
    }
    drop(all);
    let mut seen = HashSet::new();
    for (needed, Points { members, spares }) in boxes {
        let all = members.iter().map(|(no, point)| (Some(no), point)).chain(spares.iter().map(|p| (None, p)));
        for (no, point) in all.filter(|(_, point)| wrong.contains(*point)) {
            let (whose, name) = (whose(no.map(String::as_str)), needed.name.clone());
            if *point == neutral {
                return Err(RegistrarError::Neutral { whose, name });
            }
            if !seen.insert(*point) {
                return Err(RegistrarError::Twice { whose, name });
            }
        }
    }
    Ok(())
}

/// The credentials of a box, read.
struct Points {
    /// By member number.
    members: Vec<(String, Encoding)>,
    spares: Vec<Encoding>,
}

fn one_box(needed: &Expected, one: HandedIn) -> Result<Points, RegistrarError> {
    let name = || needed.name.clone();
    members_once_each(needed, &one)?;
    if u64::try_from(one.spares.len()) != Ok(needed.spares) {
        return Err(RegistrarError::Spares { name: name(), needed: needed.spares, got: one.spares.len() });
    }
    let read = |no: Option<&str>, text: &str| {
        let wrong = |error| RegistrarError::Credential { whose: whose(no), name: name(), error };
        Point::from_text(text).map(|point| Encoding::from(&point)).map_err(wrong)
    };
    // What was handed in is let go of as it is read.
    let members = one.members.into_par_iter().map(|(no, text)| {
        let point = read(Some(&no), &text)?;
        Ok((no, point))
    });
    let mut members = members.collect::<Result<Vec<_>, RegistrarError>>()?;
    members.sort_by(|(a, _), (b, _)| a.cmp(b));
    let spares = one.spares.par_iter().map(|text| read(None, text)).collect::<Result<_, _>>()?;
    Ok(Points { members, spares })
}

fn members_once_each(needed: &Expected, one: &HandedIn) -> Result<(), RegistrarError> {
    let mut on_roll: HashMap<&str, bool> = needed.members.iter().map(|no| (no.as_str(), false)).collect();
    for (no, _) in &one.members {
        match on_roll.get_mut(no.as_str()) {
            None => {
                let name = needed.name.clone();
                return Err(RegistrarError::NotOnRoll { member_no: clipped(no), name });
            }
            Some(seen) if *seen => return Err(RegistrarError::MemberTwice(no.clone())),
            Some(seen) => *seen = true,
        }
    }
    if one.members.len() == on_roll.len() {
        return Ok(());
    }
    let (name, needed, got) = (needed.name.clone(), on_roll.len(), one.members.len());
    Err(RegistrarError::Members { name, needed, got })
}

fn whose(member_no: Option<&str>) -> String {
    member_no.map_or_else(|| "a spare credential".to_owned(), |no| format!("the credential of member {no}"))
}

/// The beginning of what somebody sent, for a sentence.
fn clipped(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests;
