//! What may lie beside a certificate: observers' objections, and the sheets to read and print.

use std::fs;
use std::io;
use std::path::Path;

use scrutineer_ballot::certificate::{Certificate, ObjectionReport};
use scrutineer_ballot::objection;
use scrutineer_ballot::signature::{self, OBJECTION_NAMESPACE};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::verify::Level;

use super::folder_names::{self, PRINT};
use super::names::{CERTIFICATE_OBJECTIONS, CERTIFICATE_PRINT};
use crate::files::{self, FileError};

/// Most bytes of a signature's file.
const MAX_SIGNATURE: u64 = 8 << 10;
/// Most bytes of a PDF, far above what this program writes.
const MAX_PRINT: u64 = 256 << 20;

/// Where a check's outcome goes.
pub(super) trait Say: FnMut(&'static str, Level, String) {}
impl<F: FnMut(&'static str, Level, String)> Say for F {}

/// The objections in a folder are those on its certificate, each with the signature of the key that stands there.
pub(super) fn objections(folder: &Path, certificate: &Certificate, say: &mut impl Say) {
    let filed = &certificate.objections().filed;
    let events = certificate.boxes().iter().map(|one| &one.record.last_event);
    let first_line = objection::first_line(&certificate.ballot().id, &certificate.ballot().title, events);
    let (mut held, mut missing) = (0, 0);
    for (number, report) in (1..).zip(filed) {
        match one(folder, number, report, &first_line) {
            Ok(true) => held += 1,
            Ok(false) => missing += 1,
            Err(why) => say(CERTIFICATE_OBJECTIONS, Level::Fail, format!("objection {number}: {why}")),
        }
    }
    if held > 0 {
        let detail =
            format!("{held} of {} objections are here, as on the certificate, and signed", filed.len());
        say(CERTIFICATE_OBJECTIONS, Level::Ok, detail);
    }
    if missing > 0 {
        let detail = format!("{missing} of {} objections on the certificate are not beside it", filed.len());
        say(CERTIFICATE_OBJECTIONS, Level::Warning, detail);
    }
    let more = u32::try_from(filed.len()).unwrap_or(u32::MAX).saturating_add(1);
    if folder.join(folder_names::objection(more)).exists() {
        let detail = format!(
            "{} is not on the certificate: it came after the first signature, and asks for a correction",
            folder_names::objection(more)
        );
        say(CERTIFICATE_OBJECTIONS, Level::Warning, detail);
    }
}

/// Whether an objection is there; then it is right.
fn one(folder: &Path, number: u32, report: &ObjectionReport, first_line: &str) -> Result<bool, String> {
    let limit = u64::try_from(objection::MAX_BYTES).unwrap_or(u64::MAX);
    let text = present(files::read(&folder.join(folder_names::objection(number)), limit))?;
    let armour =
        present(files::read(&folder.join(folder_names::objection_signature(number)), MAX_SIGNATURE))?;
    let (Some(text), Some(armour)) = (text, armour) else { return Ok(false) };
    if HexHash::of(&text) != report.text || HexHash::of(&armour) != report.signature {
        return Err("text or signature are not those whose hashes stand on the certificate".to_owned());
    }
    let armour = String::from_utf8(armour).map_err(|_| "the signature is no text".to_owned())?;
    signature::verify(OBJECTION_NAMESPACE, &armour, &text, &[report.key])
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8(text).map_err(|_| "the objection is no text".to_owned())?;
    objection::text_of(&text, first_line).map_err(|error| error.to_string())?;
    Ok(true)
}

/// A file that may be missing.
fn present(read: Result<Vec<u8>, FileError>) -> Result<Option<Vec<u8>>, String> {
    match read {
        Ok(bytes) => Ok(Some(bytes)),
        Err(FileError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// The PDF in a folder, if there is one, is what this program makes of the certificate.
pub(super) fn print(folder: &Path, certificate: &[u8], say: &mut impl Say) {
    let path = folder.join(PRINT);
    if fs::symlink_metadata(&path).is_err() {
        return;
    }
    let same = match (files::read(&path, MAX_PRINT), scrutineer_print::pdf(certificate)) {
        (Ok(there), Ok(made)) if there == made => Ok(()),
        (Ok(_), Ok(_)) => {
            Err("it is not what this version of the program makes of the certificate".to_owned())
        }
        (Err(error), _) => Err(error.to_string()),
        (_, Err(error)) => Err(error.to_string()),
    };
    match same {
        Ok(()) => say(CERTIFICATE_PRINT, Level::Ok, format!("{PRINT} shows this certificate")),
        Err(why) => {
            let detail = format!("{PRINT} may show something else: {why}. Read the certificate itself");
            say(CERTIFICATE_PRINT, Level::Warning, detail);
        }
    }
}
