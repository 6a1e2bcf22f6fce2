//! `scrutineer audit export`: the whole log as a file.

use std::io::Write;
use std::path::Path;

use scrutineer_api::about::About;
use serde::Serialize;
use thiserror::Error;

use super::chain::Chain;
use super::{each_page, file};
use crate::Session;
use crate::client::Endpoint;
use crate::exit::Exit;
use crate::files::{Access, FileError, NewFile};
use crate::profile::Connection;

/// The log and the answer cannot both go to standard output.
#[derive(Debug, Error)]
#[error("with --json the log needs a file of its own: name one with --out FILE")]
struct NoFile;

/// What was written.
#[derive(Serialize)]
struct Written<'a> {
    file: Option<&'a Path>,
    entries: i64,
    head: String,
    /// Whether the entries hang together.
    ok: bool,
}

/// Downloads the log. [`Exit::No`]: it is written, but its entries do not hang together.
///
/// # Errors
/// The server's refusal; the file is there already; with `--json` there must be one.
pub(super) fn run(
    connection: &Connection,
    out: Option<&Path>,
    session: &mut Session<'_>,
) -> anyhow::Result<Exit> {
    if out.is_none() && session.printer.is_json() {
        return Err(NoFile.into());
    }
    let mut target = match out {
        Some(path) => Target::File(NewFile::create(path, Access::Public)?, path),
        None => Target::Text(String::new()),
    };
    let client = connection.member()?;
    let about: About = client.get(&Endpoint::new(&[]))?.json()?;
    target.write(&file::line(&file::Header::of(&about))?)?;
    let (mut chain, mut ok, mut entries) = (Chain::new(), true, 0);
    each_page(&client, None, |page| {
        for entry in &page.entries {
            ok = ok && chain.follow(entry);
            target.write(&file::line(entry)?)?;
            entries += 1;
        }
        Ok(())
    })?;
    let file = match target {
        Target::File(file, path) => {
            file.finish()?;
            Some(path)
        }
        Target::Text(text) => {
            session.printer.verbatim(&text)?;
            None
        }
    };
    if !ok {
        session.printer.warn("the entries do not hang together; `scrutineer audit verify` says where");
    }
    if let Some(path) = file {
        let lines = [
            format!("{} has the audit log, {entries} entries.", path.display()),
            format!("Its last entry has the hash {}: note it down, and compare it later.", chain.hash),
            format!("Check it: scrutineer audit verify {}", path.display()),
        ];
        session.printer.answer(&Written { file, entries, head: chain.hash, ok }, lines)?;
    }
    Ok(if ok { Exit::Yes } else { Exit::No })
}

/// Where the log goes: never by halves.
enum Target<'a> {
    File(NewFile, &'a Path),
    Text(String),
}

impl Target<'_> {
    fn write(&mut self, line: &str) -> Result<(), FileError> {
        match self {
            Self::File(file, path) => {
                let written = file.write_all(line.as_bytes());
                written.map_err(|source| FileError::Write { path: path.to_path_buf(), source })
            }
            Self::Text(text) => {
                text.push_str(line);
                Ok(())
            }
        }
    }
}
