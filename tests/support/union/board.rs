//! Tellers make a board's joint key, each with the real program, and compare the words as they would by telephone.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use scrutineer_cli::exit::Exit;

use super::{Union, path};
use crate::person::{Person, Said};

/// Under what tellers keep their key files.
pub const PASSPHRASE: &str = "a passphrase for the key file";
/// Rounds in which every teller runs `join` once; three are enough after the words have been compared.
const ROUNDS: usize = 5;

impl Union {
    /// The first officer makes a board of the three tellers, of whom two are needed, and they join. Returns the twelve
    /// words of its fingerprint.
    ///
    /// # Errors
    /// A step fails.
    pub fn form_board(&self, name: &str) -> Result<String> {
        self.create_board(name)?;
        let tellers = self.tellers();
        for teller in tellers {
            join(teller, name, &[]).no()?;
        }
        let words = words(teller(&tellers, 0)?, name)?;
        for (index, one) in tellers.iter().enumerate() {
            // Each hears the words of the next one.
            let heard = self::words(teller(&tellers, (index + 1) % tellers.len())?, name)?;
            ensure!(heard == words, "two tellers see different boards: {heard:?} and {words:?}");
            compare(one, name, &heard)?;
        }
        for _ in 0..ROUNDS {
            let mut waiting = 0;
            for teller in tellers {
                let said = join(teller, name, &[]);
                if said.exit == Exit::No {
                    waiting += 1;
                } else {
                    said.yes()?;
                }
            }
            if waiting == 0 {
                let status = self.first_officer().run(&["tellers", "status", name]).yes()?;
                ensure!(
                    status["state"] == "ready",
                    "everybody is done, but the board is not ready: {status}"
                );
                return Ok(words);
            }
        }
        bail!("after {ROUNDS} rounds there are still tellers who wait for others")
    }

    /// The first officer makes a board of the three tellers, of whom two are needed.
    ///
    /// # Errors
    /// The server refuses.
    pub fn create_board(&self, name: &str) -> Result<()> {
        let mut words = vec!["tellers", "create", name, "--threshold", "2"];
        let tellers = self.tellers();
        words.extend(tellers.iter().flat_map(|teller| ["--teller", &teller.member_no]));
        self.first_officer().run(&words).yes().map(drop)
    }
}

/// Runs `tellers join` once, with the passphrase from a file.
#[must_use]
pub fn join(teller: &Person, board: &str, more: &[&str]) -> Said {
    let file = path(&passphrase_file(teller));
    let words = ["tellers", "join", board, "--passphrase-file", &file];
    teller.run(&[&words, more].concat())
}

/// Goes on with the words as heard from another teller.
///
/// # Errors
/// They are not those that the teller's own program sees.
pub fn compare(teller: &Person, board: &str, heard: &str) -> Result<()> {
    join(teller, board, &["--fingerprint-file", &path(&heard_file(teller, heard)?)]).no().map(drop)
}

/// A file with words as heard.
///
/// # Errors
/// It cannot be written.
pub fn heard_file(teller: &Person, heard: &str) -> Result<PathBuf> {
    let file = teller.file("words-as-heard");
    fs::write(&file, heard)?;
    Ok(file)
}

/// The board's fingerprint as this teller's own program computes it.
///
/// # Errors
/// There is none yet.
pub fn words(teller: &Person, board: &str) -> Result<String> {
    let status = teller.run(&["tellers", "status", board]).yes()?;
    status["fingerprint"].as_str().map(str::to_owned).context("no fingerprint yet")
}

/// The file with the passphrase of a teller's key file.
pub fn passphrase_file(teller: &Person) -> PathBuf {
    let file = teller.file("passphrase");
    if !file.exists() {
        // Fails only where nothing can be written, and then the next command says so.
        let _ = fs::write(&file, PASSPHRASE);
    }
    file
}

fn teller<'a>(tellers: &[&'a Person], index: usize) -> Result<&'a Person> {
    tellers.get(index).copied().context("there is no such teller")
}
