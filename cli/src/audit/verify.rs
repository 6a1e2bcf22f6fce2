//! `scrutineer audit verify`: whether a downloaded log is whole and unchanged, from its file alone.

use std::path::{Path, PathBuf};

use clap::Args;
use scrutineer_api::audit::AuditEntry;
use scrutineer_protocol::verify::{Check, Level};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Said;
use super::chain::Chain;
use super::file::LogFile;
use crate::exit::Exit;
use crate::files;
use crate::printer::Printer;
use crate::verify::folder_names;

/// Longer than any certificate.
const LONGEST_CERTIFICATE: u64 = 64 << 20;

/// What was typed after `audit verify`.
#[derive(Args, Debug)]
pub(super) struct VerifyArgs {
    /// The log, as `scrutineer audit export` wrote it.
    file: PathBuf,

    /// A certificate, or its folder: the entry that it names must stand in the log.
    #[arg(long, value_name = "DIR|FILE")]
    certificate: Option<PathBuf>,

    /// A log that was downloaded earlier: it must be the beginning of this one.
    #[arg(long, value_name = "FILE")]
    earlier: Option<PathBuf>,

    /// Say every entry in words, up to the first that is wrong.
    #[arg(long)]
    list: bool,
}

/// What of a certificate is read here.
#[derive(Deserialize)]
struct CertificateHead {
    audit: Option<NamedEntry>,
}

/// An entry that a certificate names.
#[derive(Deserialize)]
struct NamedEntry {
    seq: i64,
    hash: String,
}

/// Why a certificate is not compared.
#[derive(Debug, Error)]
enum CertificateError {
    #[error("{} is no certificate: {source}", path.display())]
    NotOne { path: PathBuf, source: serde_json::Error },
    #[error("the certificate in {} names no entry of an audit log, so there is nothing to compare", .0.display())]
    NamesNone(PathBuf),
}

/// The answer for programs.
#[derive(Serialize)]
struct Document {
    ok: bool,
    union: String,
    receipts: String,
    /// Entries up to the first that is wrong.
    entries: i64,
    /// The last of them.
    head: Head,
    /// Where it goes wrong, if it does.
    first_wrong: Option<FirstWrong>,
    checks: Vec<Check>,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<Vec<Said>>,
}

#[derive(Serialize)]
struct Head {
    seq: i64,
    hash: String,
}

/// The first entry that is wrong.
#[derive(Serialize)]
struct FirstWrong {
    /// The number that the entry should have.
    seq: i64,
    /// Its line in the file, from 1.
    line: u64,
    what: String,
}

/// Checks a log. [`Exit::Yes`]: it hangs together, and with what it was compared with; [`Exit::No`]: it does not.
///
/// # Errors
/// A file that cannot be read or is no log; a certificate that names no entry.
pub(super) fn run(args: &VerifyArgs, printer: &mut Printer<'_>) -> anyhow::Result<Exit> {
    let mut log = LogFile::open(&args.file)?;
    let named = args.certificate.as_deref().map(named_entry).transpose()?;
    let mut compared = Compared {
        certificate: named.map(|named| (named, None)),
        earlier: args.earlier.as_deref().map(|path| Earlier::open(path, &log)).transpose()?,
    };
    let mut list = args.list.then(Vec::new);
    let (mut chain, mut first_wrong) = (Chain::new(), None);
    while let Some(read) = log.entry()? {
        let line = log.line();
        let what = match read {
            Ok(entry) if chain.follow(&entry) => {
                compared.with(&entry)?;
                let said = Said::from(&entry);
                match &mut list {
                    Some(list) if printer.is_json() => list.push(said),
                    Some(_) => printer.line(said.line())?,
                    None => {}
                }
                continue;
            }
            Ok(entry) => {
                let next = log.entry()?.and_then(Result::ok);
                chain.fault(&entry, next.as_ref()).to_string()
            }
            Err(form) => format!("line {line} cannot be entry {}: {form}", chain.seq + 1),
        };
        first_wrong = Some(FirstWrong { seq: chain.seq + 1, line, what });
        break;
    }
    let mut checks = vec![match &first_wrong {
        None if chain.seq == 0 => {
            check("chain", false, "there is no entry, and every log has a first one".to_owned())
        }
        None => check("chain", true, format!("{} entries, each written after the one before it", chain.seq)),
        Some(wrong) => check("chain", false, format!("{} (line {} of the file)", wrong.what, wrong.line)),
    }];
    checks.extend(compared.finish(&chain, first_wrong.is_some())?);
    let ok = checks.iter().all(|check| check.level == Level::Ok);
    let lines = lines(&args.file, &log, &chain, &checks, ok);
    let document = Document {
        ok,
        union: log.header.union.clone(),
        receipts: log.header.receipts.clone(),
        entries: chain.seq,
        head: Head { seq: chain.seq, hash: chain.hash },
        first_wrong,
        checks,
        list,
    };
    printer.answer(&document, lines)?;
    Ok(if ok { Exit::Yes } else { Exit::No })
}

fn check(name: &'static str, ok: bool, detail: String) -> Check {
    Check { name, level: if ok { Level::Ok } else { Level::Fail }, detail }
}

fn lines(file: &Path, log: &LogFile, chain: &Chain, checks: &[Check], ok: bool) -> Vec<String> {
    let mut lines = vec![
        format!("Audit log {}", file.display()),
        format!("  of {}, server with the receipt key {}", log.header.union, log.header.receipts),
    ];
    for Check { name, detail, .. } in checks.iter().filter(|check| check.level == Level::Ok) {
        lines.push(format!("  ok    {name:<11}  {detail}"));
    }
    for Check { name, detail, .. } in checks.iter().filter(|check| check.level != Level::Ok) {
        lines.push(format!("  FAIL  {name:<11}  {detail}"));
    }
    if ok {
        lines.push(format!("The log is whole up to entry {}, whose hash is {}.", chain.seq, chain.hash));
        lines.push(
            "What was cut off at its end shows only against a certificate or a log of a later day."
                .to_owned(),
        );
    } else {
        lines.push("This log DOES NOT VERIFY.".to_owned());
    }
    lines
}

/// The entry that a certificate names.
fn named_entry(path: &Path) -> anyhow::Result<NamedEntry> {
    let path = if path.is_dir() { path.join(folder_names::CERTIFICATE) } else { path.to_owned() };
    let text = files::read_text(&path, LONGEST_CERTIFICATE)?;
    let head: CertificateHead = serde_json::from_str(&text)
        .map_err(|source| CertificateError::NotOne { path: path.clone(), source })?;
    Ok(head.audit.ok_or(CertificateError::NamesNone(path))?)
}

/// What the log is compared with while it is read.
struct Compared {
    /// The entry that a certificate names, and what the log has in its place.
    certificate: Option<(NamedEntry, Option<String>)>,
    earlier: Option<Earlier>,
}

impl Compared {
    fn with(&mut self, entry: &AuditEntry) -> anyhow::Result<()> {
        if let Some((named, found)) = &mut self.certificate
            && named.seq == entry.seq
        {
            *found = Some(entry.hash.clone());
        }
        if let Some(earlier) = &mut self.earlier {
            earlier.with(entry)?;
        }
        Ok(())
    }

    /// What came of it. `broken`: the log was read only as far as it hangs together.
    fn finish(self, chain: &Chain, broken: bool) -> anyhow::Result<Vec<Check>> {
        let mut checks = Vec::new();
        if let Some((named, found)) = self.certificate {
            let seq = named.seq;
            checks.push(match found {
                Some(hash) if hash == named.hash => {
                    check("certificate", true, format!("the certificate names entry {seq}, which stands in the log"))
                }
                Some(_) => check(
                    "certificate",
                    false,
                    format!("entry {seq} is another one than the certificate names: the log was written anew since"),
                ),
                None if broken => {
                    let detail = format!("the certificate names entry {seq}, which lies behind what is wrong");
                    check("certificate", false, detail)
                }
                None => check(
                    "certificate",
                    false,
                    format!(
                        "the certificate names entry {seq}, and the log ends at {}: it is an older one, or entries were \
                         removed at its end",
                        chain.seq
                    ),
                ),
            });
        }
        if let Some(earlier) = self.earlier {
            checks.push(earlier.finish(chain, broken)?);
        }
        Ok(checks)
    }
}

/// A log that was downloaded earlier, read beside the new one.
struct Earlier {
    log: LogFile,
    same_log: bool,
    /// Entries that are the same in both.
    same: i64,
    /// What differs first.
    differs: Option<String>,
    ended: bool,
}

impl Earlier {
    fn open(path: &Path, new: &LogFile) -> anyhow::Result<Self> {
        let log = LogFile::open(path)?;
        let same_log = log.header == new.header;
        Ok(Self { log, same_log, same: 0, differs: None, ended: false })
    }

    fn with(&mut self, entry: &AuditEntry) -> anyhow::Result<()> {
        if !self.same_log || self.ended || self.differs.is_some() {
            return Ok(());
        }
        match self.log.entry()? {
            None => self.ended = true,
            Some(Ok(before)) if before == *entry => self.same += 1,
            Some(Ok(_)) => {
                self.differs = Some(format!(
                    "entry {} is another one than in the earlier log: the log was written anew since",
                    entry.seq
                ));
            }
            Some(Err(form)) => {
                self.differs = Some(format!("line {} of the earlier log is wrong: {form}", self.log.line()));
            }
        }
        Ok(())
    }

    fn finish(mut self, chain: &Chain, broken: bool) -> anyhow::Result<Check> {
        let fail = |detail| Ok(check("earlier", false, detail));
        if !self.same_log {
            let Self { log, .. } = self;
            return fail(format!(
                "the earlier log is another server's: of {}, receipt key {}",
                log.header.union, log.header.receipts
            ));
        }
        if let Some(differs) = self.differs {
            return fail(differs);
        }
        let more = !self.ended && self.log.next_line()?.is_some();
        match (more, broken) {
            (false, _) => {
                Ok(check("earlier", true, format!("its {} entries are the beginning of this log", self.same)))
            }
            (true, true) => fail("the earlier log goes on behind what is wrong".to_owned()),
            (true, false) => fail(format!(
                "the earlier log goes on, and this one ends at entry {}: entries were removed at its end, or the two were \
                 given in the wrong order",
                chain.seq
            )),
        }
    }
}
