//! A union of one's own for a test, in a folder that goes away with it.

use std::fs;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, ensure};
use scrutineer_server::clock::{Clock, SystemClock};
use tempfile::TempDir;

use crate::clock::Stopwatch;
use crate::server::Program;
use crate::union::Union;
use crate::union::ballot::BOARD;

/// Longest time that the server's schedule may take to notice what it is for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A settled union and its folder; dereferences to the union.
#[derive(Debug)]
pub struct World {
    // Before the folder, so that the server is gone when that goes away.
    union: Union,
    folder: TempDir,
    ahead: i64,
}

impl World {
    /// A union with a roll of so many members, roles and keys, on the server's program in this file, started with
    /// `more` words. Its limits on voting again do not slow tests down.
    ///
    /// # Errors
    /// Something did not work as it should.
    pub fn settled(program: &str, members: usize, more: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let program = Program::at(program).with("SCRUTINEER_TEST_CLOCK", clock(&folder));
        let more = [more, &["--seconds-between-votes", "0", "--replacements", "1000000"]].concat();
        let union = Union::settled(program, folder.path(), members, &more)?;
        Ok(Self { union, folder, ahead: 0 })
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

    /// Lets time pass on the server's clock. Sessions end meanwhile, so people may have to sign in again.
    ///
    /// # Errors
    /// The clock cannot be set.
    pub fn pass(&mut self, seconds: i64) -> Result<()> {
        self.pass_to(self.now() + seconds)
    }

    /// The time on the server's clock.
    #[must_use]
    pub fn now(&self) -> i64 {
        SystemClock.now() + self.ahead
    }

    /// The same up to a time, in seconds since the epoch.
    ///
    /// # Errors
    /// The clock cannot be set.
    pub fn pass_to(&mut self, time: i64) -> Result<()> {
        self.ahead = time - SystemClock.now();
        // As a whole, so that nobody reads half of a number.
        let new = self.folder.path().join("clock.new");
        fs::write(&new, self.ahead.to_string())?;
        Ok(fs::rename(new, clock(&self.folder))?)
    }

    /// Waits until the server's schedule has brought a ballot to a state.
    ///
    /// # Errors
    /// It does not.
    pub fn until(&self, id: &str, state: &str) -> Result<()> {
        let watch = Stopwatch::start();
        loop {
            let shown = self.stranger().run(&["ballot", "show", id]).yes()?;
            if shown["state"] == state {
                return Ok(());
            }
            ensure!(watch.elapsed() < PATIENCE, "the ballot is {}, not {state}", shown["state"]);
        }
    }
}

fn clock(folder: &TempDir) -> PathBuf {
    folder.path().join("clock")
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
