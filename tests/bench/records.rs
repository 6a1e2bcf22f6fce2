//! Records to measure on, made by `scrutineer rehearse` and kept: the same seed gives the same bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use scrutineer_protocol::hash::HexHash;
use serde::Deserialize;

/// One question, as most votes have it.
const BALLOT: &str = r#"
title     = "Accept the offer"
time_zone = "UTC"
contact   = "Office"
tellers   = "Election committee"
[[question]]
text    = "Shall we accept the offer?"
answers = ["Yes", "No"]
passes  = "Yes > half of cast"
"#;
/// What everything that nothing decides is drawn from.
const SEED: &str = "1";

/// Where records are kept.
pub(crate) struct Records {
    folder: PathBuf,
    program: PathBuf,
}

/// A record of a yes/no vote.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// The file; its shares lie beside it.
    pub(crate) file: PathBuf,
    /// The election.
    pub(crate) uuid: String,
    /// Votes on it, replaced ones among them: each of them has to be verified.
    pub(crate) votes: u32,
}

/// As much as is needed of what `rehearse` says.
#[derive(Deserialize)]
struct Rehearsed {
    cast: u32,
    replaced: u32,
    record: PathBuf,
}

impl Records {
    /// Keeps records under `target`; `program` is this program, which does what `scrutineer` does.
    pub(crate) fn new(target: &Path, program: &Path) -> Self {
        let ballot = HexHash::of(BALLOT.as_bytes()).to_string();
        let key: String = ballot.chars().take(8).collect();
        let folder = target.join("bench-records").join(format!("{}-{key}-{SEED}", env!("CARGO_PKG_VERSION")));
        Self { folder, program: program.to_owned() }
    }

    /// A record for which so many members voted, made if it is not there yet.
    ///
    /// # Errors
    /// It cannot be made.
    #[expect(clippy::print_stderr, reason = "says what takes so long")]
    pub(crate) fn of(&self, voters: u32) -> Result<Record> {
        let folder = self.folder.join(voters.to_string());
        let about = folder.join("rehearsed.json");
        if !about.exists() {
            eprintln!("making a record of {voters} votes (once; it is kept under target/)");
            // What an earlier run left unfinished.
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            fs::create_dir_all(&folder)?;
            let ballot = folder.join("ballot.toml");
            fs::write(&ballot, BALLOT)?;
            let output = Command::new(&self.program)
                .args(["scrutineer", "rehearse", "--json", "--seed", SEED, "--voters", &voters.to_string()])
                .arg("--out")
                .arg(folder.join("out"))
                .arg(&ballot)
                .output()?;
            ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
            fs::write(&about, &output.stdout)?;
        }
        let said: Rehearsed = serde_json::from_slice(&fs::read(&about)?).context("what rehearse says")?;
        let name = said.record.file_name().context("the record has a name")?;
        let uuid = said
            .record
            .file_stem()
            .and_then(|stem| stem.to_str())
            .context("the record is named by its election")?;
        Ok(Record {
            file: folder.join("out").join(name),
            uuid: uuid.to_owned(),
            votes: said.cast + said.replaced,
        })
    }
}
