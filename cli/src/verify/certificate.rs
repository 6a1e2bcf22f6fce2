//! The folder of a certificate: `certificate.json`, its signatures, and the shares (design section 8).

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use scrutineer_ballot::certificate::{
    BoxRecord, Certificate, CertificateError, MAX_CERTIFICATE_BYTES, check_against,
};
use scrutineer_ballot::description::Officers;
use scrutineer_ballot::roll::MemberNo;
use scrutineer_ballot::signature::{self, CERTIFICATE_NAMESPACE, KeyFingerprint};
use scrutineer_protocol::Point;
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::verify::{Check, Level};

use super::folder_names::{self, ALLOWED_SIGNERS, CERTIFICATE, SHARES};
use super::{Checked, beside, names};
use crate::files::{self, FileError};

/// Most bytes of a signature's file; one has about 300.
const MAX_SIGNATURE: u64 = 8 << 10;
/// Most bytes of a list of signers.
const MAX_SIGNERS: u64 = 1 << 20;
/// Most signatures that are looked at, far above any number of officers.
const MAX_SIGNATURES: usize = 1000;

/// A certificate's folder, read.
pub(super) struct Folder {
    path: PathBuf,
    bytes: Vec<u8>,
    certificate: Result<Certificate, CertificateError>,
    /// The signatures by their file names.
    signatures: BTreeMap<String, Result<String, FileError>>,
    /// More files than are looked at.
    too_many: bool,
    signers: Option<String>,
}

/// Why there is no certificate to check.
#[derive(Debug, thiserror::Error)]
enum FolderError {
    #[error("{} is not a folder: name the folder that holds {CERTIFICATE} and its signatures", .0.display())]
    NotAFolder(PathBuf),
    #[error("there is no {CERTIFICATE} in {}: is it the folder of a certificate?", .0.display())]
    NoCertificate(PathBuf),
    #[error("{} cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
}

impl Folder {
    /// Reads a folder. A certificate that makes no sense is one that will not hold; one that is not there is an error.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let failed = |source| FolderError::Read { path: path.to_owned(), source };
        if !fs::metadata(path).map_err(failed)?.is_dir() {
            return Err(FolderError::NotAFolder(path.to_owned()).into());
        }
        let limit = u64::try_from(MAX_CERTIFICATE_BYTES).unwrap_or(u64::MAX);
        let bytes = match files::read(&path.join(CERTIFICATE), limit) {
            Err(FileError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Err(FolderError::NoCertificate(path.to_owned()).into());
            }
            read => read?,
        };
        let mut signatures = BTreeMap::new();
        let mut too_many = false;
        for entry in fs::read_dir(path).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
            if !name.starts_with(&format!("{CERTIFICATE}.")) || !name.ends_with(".sig") {
                continue;
            }
            if signatures.len() == MAX_SIGNATURES {
                too_many = true;
                break;
            }
            let armour = files::read_text(&path.join(&name), MAX_SIGNATURE);
            signatures.insert(name, armour);
        }
        let signers = files::read_text(&path.join(ALLOWED_SIGNERS), MAX_SIGNERS).ok();
        let certificate = Certificate::parse(&bytes);
        Ok(Self { path: path.to_owned(), bytes, certificate, signatures, too_many, signers })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The void codes of all boxes.
    pub(super) fn void_codes(&self) -> Vec<Point> {
        let boxes = self.certificate.as_ref().map(Certificate::boxes).unwrap_or_default();
        boxes.iter().flat_map(|one| one.codes.void.iter().copied()).collect()
    }

    /// The file of shares that belongs to an election's record: where there are several boxes, each has its own.
    pub(super) fn shares_file(&self, uuid: &Uuid) -> PathBuf {
        match &self.certificate {
            Ok(certificate) if certificate.boxes().len() > 1 => self.path.join(folder_names::shares(uuid)),
            _ => self.path.join(SHARES),
        }
    }

    /// Holds the certificate and its signatures against the records that were checked.
    pub(super) fn check(&self, records: &[&Checked]) -> Vec<Check> {
        let mut checks = Vec::new();
        let mut say = |name, level, detail| checks.push(Check { name, level, detail });
        match &self.certificate {
            Err(error) => say(names::CERTIFICATE, Level::Fail, error.to_string()),
            Ok(certificate) => {
                let detail = "it reads, in its one form, and all its sums, decisions and sentences follow from its facts";
                say(names::CERTIFICATE, Level::Ok, detail.to_owned());
                let differences = compare(certificate, records);
                if differences.is_empty() {
                    let detail =
                        "everything on it that follows from the record was worked out again and is the same";
                    say(names::CERTIFICATE_RECORD, Level::Ok, detail.to_owned());
                }
                for sentence in differences {
                    say(names::CERTIFICATE_RECORD, Level::Fail, sentence);
                }
                delivery(certificate, &mut say);
                beside::objections(&self.path, certificate, &mut say);
                beside::print(&self.path, &self.bytes, &mut say);
            }
        }
        match records.iter().find_map(|checked| checked.terms.as_ref()) {
            None => {
                let detail = "no record names officers' keys, so no signature can count";
                say(names::CERTIFICATE_SIGNATURES, Level::Fail, detail.to_owned());
            }
            Some(terms) => {
                self.check_signatures(&terms.line.officers, &mut say);
                self.check_signers(&terms.line.officers.keys, &mut say);
            }
        }
        checks
    }

    /// At least as many officers as are needed have signed, each with a key of the description line.
    fn check_signatures(&self, officers: &Officers, say: &mut impl FnMut(&'static str, Level, String)) {
        let mut valid: BTreeMap<KeyFingerprint, &str> = BTreeMap::new();
        let mut idle = Vec::new();
        for (name, armour) in &self.signatures {
            let verified = match armour {
                Err(error) => Err(error.to_string()),
                Ok(armour) => signature::verify(CERTIFICATE_NAMESPACE, armour, &self.bytes, &officers.keys)
                    .map_err(|error| error.to_string()),
            };
            match verified {
                Ok(key) => match valid.get(&key) {
                    None => drop(valid.insert(key, name)),
                    Some(first) => {
                        idle.push(format!("{name} does not count: it is by the same key as {first}"))
                    }
                },
                Err(why) => idle.push(format!("{name} does not count: {why}")),
            }
        }
        if self.too_many {
            idle.push(format!(
                "there are more than {MAX_SIGNATURES} signatures; the others were not looked at"
            ));
        }
        let signers: Vec<String> = valid.iter().map(|(key, name)| format!("{name} ({key})")).collect();
        let signers = if signers.is_empty() { "none".to_owned() } else { signers.join(", ") };
        let needed = officers.needed;
        let enough = usize::try_from(needed).is_ok_and(|needed| valid.len() >= needed);
        let level = if enough { Level::Ok } else { Level::Fail };
        let detail = format!(
            "{} of the {needed} signatures that it needs hold, by officers' keys that stand on the record: {signers}",
            valid.len()
        );
        say(names::CERTIFICATE_SIGNATURES, level, detail);
        for detail in idle {
            say(names::CERTIFICATE_SIGNATURES, Level::Warning, detail);
        }
    }

    /// The list is for those who check with `ssh-keygen`: they should not be shown keys that do not count.
    fn check_signers(&self, officers: &[KeyFingerprint], say: &mut impl FnMut(&'static str, Level, String)) {
        for line in self.signers.iter().flat_map(|text| text.lines()).map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let why = match signer(line) {
                Some(key) if officers.contains(&key) => continue,
                Some(key) => format!("it names the key {key}, which is no officer's on the record"),
                None => "it has a line that is not a member number, this one purpose and an Ed25519 key"
                    .to_owned(),
            };
            say(
                names::ALLOWED_SIGNERS,
                Level::Warning,
                format!("{why}: `ssh-keygen` may accept what does not count"),
            );
        }
    }
}

/// The key in a line as this program writes them; in another form a line may mean other keys or other purposes.
fn signer(line: &str) -> Option<KeyFingerprint> {
    let (no, key) = line.split_once(&format!(" namespaces=\"{CERTIFICATE_NAMESPACE}\" "))?;
    no.parse::<MemberNo>().ok().filter(|parsed| parsed.as_str() == no)?;
    let (_, digits) = key.split_once(' ')?;
    let key = signature::parse_public_key(key).ok()?;
    (!digits.contains(char::is_whitespace)).then(|| KeyFingerprint::of(&key))
}

/// What the certificate says that the records do not give.
fn compare(certificate: &Certificate, records: &[&Checked]) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut boxes = Vec::with_capacity(records.len());
    for checked in records {
        match &checked.outcome {
            Some(outcome) => boxes.push(BoxRecord {
                report: &checked.report,
                outcome,
                archive: checked.archive,
                void: &checked.void,
            }),
            None => {
                let report = &checked.report;
                let ours = report.checks.iter().any(|check| check.name == names::DESCRIPTION);
                let why = match (report.election.is_some(), report.ok()) {
                    (true, _) if !ours => "is not one of ours: it fixes no rule and no officers",
                    (_, false) => "does not verify",
                    (_, true) => "has no result yet",
                };
                let file = checked.file.display();
                sentences.push(format!("the record {file} {why}, so nothing can be certified from it"));
            }
        }
    }
    if !boxes.is_empty() {
        sentences.extend(check_against(certificate, &boxes).iter().map(ToString::to_string));
    }
    sentences
}

/// What a certificate says of delivery adds up, or it would not read; here it is said, and whether officers have answered what
/// could have changed the result.
fn delivery(certificate: &Certificate, say: &mut impl FnMut(&'static str, Level, String)) {
    let Some(delivery) = certificate.delivery() else { return };
    let numbers = format!(
        "{} reached and {} unreached make {} eligible; margin: {}",
        delivery.reached,
        delivery.unreached,
        certificate.eligible(),
        delivery.margin
    );
    let unanswered = delivery.unanswered();
    if unanswered.is_empty() {
        let answered = match delivery.answers.len() {
            0 => String::new(),
            count => {
                format!("; {count} numbers could have changed the result, and officers have answered each")
            }
        };
        say(names::CERTIFICATE_DELIVERY, Level::Ok, numbers + &answered);
    }
    for warning in unanswered {
        let detail = format!(
            "{}: {}; margin: {}. No officer has answered that, so nobody may have signed",
            warning.counts(),
            delivery.number(warning),
            delivery.margin
        );
        say(names::CERTIFICATE_DELIVERY, Level::Fail, detail);
    }
}
