//! A teller's own things: where they lie, and how they are opened.

use std::fs::File;
use std::path::PathBuf;

use clap::Args;
use scrutineer_api::board::CeremonyInbox;
use scrutineer_ballot::fingerprint::Fingerprint;
use scrutineer_protocol::hash::{HexHash, sha256};
use scrutineer_protocol::trustee::pedersen::Voutput;
use scrutineer_protocol::trustee::pki::Sealed;
use thiserror::Error;
use zeroize::Zeroizing;

use super::board::BoardError;
use super::key_file::{KeyFile, KeyFileError};
use crate::Session;
use crate::client::{Client, Endpoint};
use crate::files::{self, FileError};
use crate::profile::{Connection, ProfileError};
use crate::prompt;

/// Most bytes of a file with a passphrase or words.
const MAX_SMALL: u64 = 4096;
/// Longest readable part of a file's name.
const MAX_NAME: usize = 120;

/// The flag of all tellers' commands that need the key.
#[derive(Args, Clone, Debug)]
pub struct PassphraseFlag {
    /// A file with the key file's passphrase on its first line; left out: it is asked for.
    #[arg(long, value_name = "F")]
    passphrase_file: Option<PathBuf>,
}

/// What a teller has at home.
#[derive(Debug, Error)]
pub enum SeatError {
    /// A passphrase file without one.
    #[error("{}: its first line is empty, but should be the passphrase", .0.display())]
    NoPassphrase(PathBuf),
    /// What the server keeps for the teller is gone or was changed.
    #[error("the server does not give back the share of the key that you sealed to yourself: {0}")]
    NoShare(String),
}

impl PassphraseFlag {
    /// The passphrase: from the file, or asked for; twice where it is new.
    ///
    /// # Errors
    /// There is none.
    pub fn passphrase(&self, session: &mut Session<'_>, new: bool) -> anyhow::Result<Zeroizing<String>> {
        let question = if new { "New passphrase for the key file" } else { "Passphrase of the key file" };
        match &self.passphrase_file {
            None if new => Ok(prompt::new_secret(session, question)?),
            None => Ok(prompt::secret(session, question)?),
            Some(path) => {
                let text = files::read_secret(path, MAX_SMALL)?;
                let line = text.lines().next().filter(|line| !line.is_empty());
                Ok(Zeroizing::new(line.ok_or_else(|| SeatError::NoPassphrase(path.clone()))?.to_owned()))
            }
        }
    }
}

/// The files of one board in a profile's folder. While this lives no other run of the program uses them.
pub struct Home {
    board: String,
    folder: PathBuf,
    name: String,
    _held: File,
}

impl Home {
    /// Finds the files of a board.
    ///
    /// # Errors
    /// The folder cannot be made, or another run has it in use.
    pub fn of(connection: &Connection, board: &str) -> Result<Self, ProfileError> {
        let folder = folder(connection)?;
        files::private_folder(&folder)?;
        let name = file_name(board);
        let held = files::hold(&folder.join(format!("{name}.lock")))?;
        Ok(Self { board: board.to_owned(), folder, name, _held: held })
    }

    /// The key file.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        self.folder.join(format!("{}.json", self.name))
    }

    /// The file that says which counts were opened.
    #[must_use]
    pub fn opened_file(&self) -> PathBuf {
        self.folder.join(format!("{}.opened.json", self.name))
    }

    /// Where records lie while they are checked.
    #[must_use]
    pub fn work_file(&self) -> PathBuf {
        self.folder.join(format!("{}.bel", self.name))
    }

    /// Opens the key file.
    ///
    /// # Errors
    /// There is none, or the passphrase is wrong.
    pub fn unlock(&self, flag: &PassphraseFlag, session: &mut Session<'_>) -> anyhow::Result<KeyFile> {
        // Whoever has no key file is not asked for its passphrase.
        if KeyFile::peek(&self.key_file(), &self.board)?.is_none() {
            return Err(KeyFileError::Missing { board: self.board.clone() }.into());
        }
        let passphrase = flag.passphrase(session, false)?;
        Ok(KeyFile::open(&self.key_file(), &self.board, &passphrase)?)
    }
}

fn folder(connection: &Connection) -> Result<PathBuf, ProfileError> {
    Ok(connection.profile()?.folder().join("tellers"))
}

/// The fingerprint that this profile's user compared for a board, if there is a key file; read without its passphrase.
///
/// # Errors
/// The file cannot be read.
pub fn compared(connection: &Connection, board: &str) -> anyhow::Result<Option<HexHash>> {
    let path = folder(connection)?.join(format!("{}.json", file_name(board)));
    Ok(KeyFile::peek(&path, board)?.and_then(|header| header.fingerprint))
}

/// The fingerprint that was compared, without which a board is nobody's.
///
/// # Errors
/// It was not.
pub fn compared_in(file: &KeyFile) -> Result<HexHash, BoardError> {
    let header = file.header();
    header.fingerprint.ok_or_else(|| BoardError::NotCompared(header.board.clone()))
}

/// The share of the joint key that the server keeps for the caller, sealed to the caller.
///
/// # Errors
/// The server does not have it.
pub fn sealed_share(client: &Client, board: &str) -> anyhow::Result<Sealed> {
    let key = inbox(client, board)?.key;
    let key = key.ok_or_else(|| SeatError::NoShare("it has none".to_owned()))?;
    let output = Voutput::parse(key.as_bytes()).map_err(|why| SeatError::NoShare(why.to_string()))?;
    Ok(output.private_key)
}

/// What others sent the caller, and what the caller keeps at the server.
///
/// # Errors
/// It cannot be fetched.
pub fn inbox(client: &Client, board: &str) -> anyhow::Result<CeremonyInbox> {
    Ok(client.get(&Endpoint::new(&["boards", board, "inbox"]))?.json()?)
}

/// Words from a file.
///
/// # Errors
/// The file cannot be read, or does not hold twelve words.
pub fn words_in(path: &std::path::Path) -> anyhow::Result<Fingerprint> {
    let text = files::read_text(path, MAX_SMALL).map_err(|error: FileError| anyhow::Error::from(error))?;
    Ok(Fingerprint::parse(&text)?)
}

/// A board's name as part of a file's name: readable where it can be, and different for different boards.
fn file_name(board: &str) -> String {
    let mut name = String::new();
    for c in board.chars() {
        match c {
            'a'..='z' | '0'..='9' | '-' => name.push(c),
            _ => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    name.push_str(&format!("%{byte:02x}"));
                }
            }
        }
    }
    if name.len() > MAX_NAME {
        // The encoding is ASCII, so it can be cut anywhere.
        name.truncate(MAX_NAME);
        name.push('~');
        name.push_str(&hex::encode(sha256(board.as_bytes())));
    }
    name
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::file_name;

    #[test]
    fn different_boards_have_different_files_everywhere() {
        let long = "a".repeat(500);
        let longer = "a".repeat(501);
        let boards = ["Election committee", "election committee", "a/b", "a%2fb", "..", "é", &long, &longer];
        let names: Vec<String> = boards.iter().map(|board| file_name(board)).collect();
        // Some file systems do not tell capital letters apart.
        let distinct: HashSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(distinct.len(), boards.len());
        for name in names {
            assert!(name.len() < 200 && !name.contains(['/', '\\', '.']), "{name}");
        }
        assert_eq!(file_name("Board-2"), "%42oard-2");
    }
}
