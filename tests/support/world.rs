//! A union of one's own for a test, in a folder that goes away with it.

use std::ops::{Deref, DerefMut};

use anyhow::Result;
use tempfile::TempDir;

use crate::server::Program;
use crate::union::Union;
use crate::union::ballot::BOARD;

/// A settled union and its folder; dereferences to the union.
#[derive(Debug)]
pub struct World {
    // Before the folder, so that the server is gone when that goes away.
    union: Union,
    _folder: TempDir,
}

impl World {
    /// A union with a roll of so many members, roles and keys, on the server's program in this file, started with
    /// `more` words. Its limits on voting again do not slow tests down unless `more` sets them.
    ///
    /// # Errors
    /// Something did not work as it should.
    pub fn settled(program: &str, members: usize, more: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let quick = ["--seconds-between-votes", "0"];
        let more = if more.contains(&quick[0]) { more.to_vec() } else { [more, &quick].concat() };
        let union = Union::settled(Program::at(program), folder.path(), members, &more)?;
        Ok(Self { union, _folder: folder })
    }

    /// The same with a board of tellers.
    ///
    /// # Errors
    /// Something did not work as it should.
    pub fn with_board(program: &str, members: usize) -> Result<Self> {
        let world = Self::settled(program, members, &[])?;
        world.form_board(BOARD)?;
        Ok(world)
    }
}

impl Deref for World {
    type Target = Union;

    fn deref(&self) -> &Union {
        &self.union
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Union {
        &mut self.union
    }
}
