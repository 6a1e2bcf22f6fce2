//! `scrutineer codes letters`: a run of letters that can be interrupted anywhere. Files of 500 letters take their names when they
//! are whole; `manifest.json` says what is in which, and a file that stands in it is never made again.

use std::fs;
use std::path::{Path, PathBuf};

use scrutineer_print::paper::{Format, Press, Recipient};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::about::AboutFile;
use super::rows::{Row, Rows, Summary};
use super::{LettersArgs, warn, word};
use crate::Session;
use crate::exit::Exit;
use crate::files::{self, Access, FileError};

/// Letters of a file.
const PER_FILE: usize = 500;
/// Most bytes of a manifest.
const LIMIT: u64 = 1 << 28;
/// The form of the manifest, and of what letters look like: letters of one run are all alike.
const FORM: u32 = 1;

/// Why letters are not printed.
#[derive(Debug, Error)]
enum LettersError {
    #[error(
        "{} holds letters of another run (other codes, another ballot, another paper): choose another folder", .0.display()
    )]
    OtherRun(PathBuf),
    #[error("{} is not as this program wrote it: choose another folder", .0.display())]
    Manifest(PathBuf),
    #[error(
        "{} is there, but it is not what belongs into it. Move it away to have it made again, and ask who changed it", .0.display()
    )]
    Changed(PathBuf),
    #[error("nobody in {} has a postal address to which a letter could go: print slips (`codes slips`)", .0.display())]
    Nobody(PathBuf),
}

/// What letters there are.
#[derive(Deserialize, PartialEq, Serialize)]
struct Manifest {
    /// See [`FORM`].
    form: u32,
    /// The hash of the file of codes.
    codes_sha256: String,
    /// The hash of what letters say about the ballot.
    about_sha256: String,
    paper: String,
    without_email: bool,
    /// Letters in all when the run is complete.
    letters: usize,
    /// Files that are complete.
    files: Vec<PrintedFile>,
}

/// A file of letters.
#[derive(Clone, Deserialize, PartialEq, Serialize)]
struct PrintedFile {
    name: String,
    sha256: String,
    /// Whose letters they are, page by page.
    members: Vec<String>,
    /// Whose name or address was cut.
    cut: Vec<String>,
    /// Whose name or address the fonts cannot show.
    unshown: Vec<String>,
}

/// What was printed.
#[derive(Serialize)]
struct Answer<'a> {
    folder: &'a Path,
    letters: usize,
    files: usize,
    /// Files that an earlier run had made.
    made_before: usize,
    paper: &'static str,
    without_address: &'a [String],
    cut: Vec<String>,
    unshown: Vec<String>,
}

/// Prints letters, or goes on with it.
///
/// # Errors
/// A file that is none of codes, a folder with other letters in it.
pub fn letters(args: &LettersArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let summary = Summary::of(&args.file)?;
    let about = AboutFile::beside(&args.file)?;
    let format = summary.format(args.paper);
    let press = Press::new(about.on_paper(summary.home())?, format)?;
    let wanted = |row: &Row| row.address.is_whole() && (!args.without_email || row.email.is_empty());
    let mut total = 0;
    for row in Rows::open(&args.file)? {
        total += usize::from(wanted(&row?));
    }
    if total == 0 {
        return Err(LettersError::Nobody(args.file.clone()).into());
    }
    files::private_folder(&args.out)?;
    let _held = files::hold(&args.out.join(".lock"))?;
    let mut manifest = begin(args, &summary, &about, format, total)?;
    let made_before = manifest.files.len();

    let bar = session.printer.progress(u64::try_from(total).unwrap_or(u64::MAX), "printing");
    let mut letters = Rows::open(&args.file)?.filter(|row| row.as_ref().map_or(true, &wanted));
    for number in 0..total.div_ceil(PER_FILE) {
        let rows = letters.by_ref().take(PER_FILE).collect::<Result<Vec<Row>, _>>()?;
        bar.inc(u64::try_from(rows.len()).unwrap_or(0));
        if number < made_before {
            continue;
        }
        let page = about.vote_page();
        let recipients: Vec<Recipient> = rows.into_iter().map(|row| row.into_recipient(&page)).collect();
        let file = print(&press, &args.out, number, &recipients)?;
        manifest.files.push(file);
        keep(&args.out, &manifest)?;
    }
    bar.finish_and_clear();
    finish(args, &summary, &manifest, format, made_before, session)
}

/// The manifest of this run: the one that is there, or a new one.
fn begin(
    args: &LettersArgs,
    summary: &Summary,
    about: &AboutFile,
    format: Format,
    letters: usize,
) -> anyhow::Result<Manifest> {
    let new = Manifest {
        form: FORM,
        codes_sha256: summary.sha256.clone(),
        about_sha256: hex::encode(Sha256::digest(toml::to_string(about)?)),
        paper: word(format).to_owned(),
        without_email: args.without_email,
        letters,
        files: Vec::new(),
    };
    let path = args.out.join(MANIFEST);
    let Some(text) = files::read_own(&path, LIMIT)? else {
        if fs::read_dir(&args.out)?
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("letters-"))
        {
            return Err(LettersError::OtherRun(args.out.clone()).into());
        }
        keep(&args.out, &new)?;
        return Ok(new);
    };
    let old: Manifest = serde_json::from_str(&text).map_err(|_| LettersError::Manifest(path))?;
    let files = old.files.clone();
    if (Manifest { files: Vec::new(), ..old }) != new {
        return Err(LettersError::OtherRun(args.out.clone()).into());
    }
    for file in &files {
        let path = args.out.join(&file.name);
        // One that is gone was printed and destroyed, and is not made again.
        match files::read(&path, u64::MAX) {
            Ok(bytes) if hex::encode(Sha256::digest(&bytes)) != file.sha256 => {
                return Err(LettersError::Changed(path).into());
            }
            _ => {}
        }
    }
    Ok(Manifest { files, ..new })
}

const MANIFEST: &str = "manifest.json";

fn keep(folder: &Path, manifest: &Manifest) -> anyhow::Result<()> {
    let mut text = serde_json::to_vec_pretty(manifest)?;
    text.push(b'\n');
    Ok(files::replace(&folder.join(MANIFEST), &text)?)
}

/// Prints one file. The same letters are the same bytes: one that was finished just before the program was killed is recognised.
fn print(press: &Press, folder: &Path, number: usize, to: &[Recipient]) -> anyhow::Result<PrintedFile> {
    let name = format!("letters-{:04}.pdf", number + 1);
    let path = folder.join(&name);
    let printed = press.letters(to)?;
    match files::write_new(&path, &printed.pdf, Access::Owner) {
        Ok(()) => {}
        Err(FileError::Exists(_)) if files::read(&path, u64::MAX)? == printed.pdf => {}
        Err(FileError::Exists(_)) => return Err(LettersError::Changed(path).into()),
        Err(error) => return Err(error.into()),
    }
    let number_of = |place: &usize| to.get(*place).map(|one| one.member_no.clone());
    Ok(PrintedFile {
        name,
        sha256: hex::encode(Sha256::digest(&printed.pdf)),
        members: to.iter().map(|one| one.member_no.clone()).collect(),
        cut: printed.cut.iter().filter_map(number_of).collect(),
        unshown: printed.unshown.iter().filter_map(number_of).collect(),
    })
}

/// Writes whose letters there are, for the ledger of deliveries, and says so.
fn finish(
    args: &LettersArgs,
    summary: &Summary,
    manifest: &Manifest,
    format: Format,
    made_before: usize,
    session: &mut Session<'_>,
) -> anyhow::Result<Exit> {
    let members = args.out.join("members.csv");
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["member_no", "state", "file"])?;
    for file in &manifest.files {
        for member in &file.members {
            csv.write_record([member, "printed", &file.name])?;
        }
    }
    files::replace(&members, &csv.into_inner()?)?;
    let all = |of: fn(&PrintedFile) -> &Vec<String>| {
        manifest.files.iter().flat_map(of).cloned().collect::<Vec<_>>()
    };
    let (cut, unshown) = (all(|file| &file.cut), all(|file| &file.unshown));
    warn(&cut, &unshown, session);
    let without_address = &summary.without_address;
    let files = manifest.files.len();
    let mut lines = vec![
        format!(
            "{} letters are in {}, {files} files of up to {PER_FILE}.",
            manifest.letters,
            args.out.display()
        ),
        format!(
            "Whose they are stands in members.csv; when they are posted: scrutineer codes delivered {} --channel post --file {}",
            AboutFile::beside(&args.file)?.ballot,
            members.display()
        ),
    ];
    if !without_address.is_empty() {
        lines.push(format!(
            "{} members have no postal address: codes slips --without-address prints slips for those without e-mail.",
            without_address.len()
        ));
    }
    let folder = args.out.as_path();
    let answer = Answer {
        folder,
        letters: manifest.letters,
        files,
        made_before,
        paper: word(format),
        without_address,
        cut,
        unshown,
    };
    session.printer.answer(&answer, lines)?;
    Ok(Exit::Yes)
}
