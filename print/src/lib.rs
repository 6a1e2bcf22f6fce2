//! What is printed, as PDF: certificates, and voting codes on their way to members ([`paper`]).
//!
//! A certificate on paper: the bytes of `certificate.json` in, a PDF out, the same bytes whenever it is made. Nothing but the
//! certificate decides what is printed: no clock, no chance, no font of the machine. The fonts travel in
//! `fonts/`. A PDF can be made again by whoever has the certificate, and compared; what officers sign is the certificate,
//! never the PDF.
//!
//! `report` says what stands on it, `layout` where, in whole hundredths of a point, `typeface` how wide letters are;
//! `paint` writes the file.

mod layout;
mod paint;
pub mod paper;
mod qr;
mod report;
mod typeface;

use scrutineer_ballot::certificate::{Certificate, CertificateError};
use scrutineer_protocol::hash::HexHash;
use thiserror::Error;

use layout::Pages;

/// Why something cannot be printed.
#[derive(Debug, Error)]
pub enum PrintError {
    /// Not a certificate.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A font that travels with the program; not with fonts that tests have read.
    #[error("the font {0} of this program cannot be read")]
    Font(&'static str),
    /// An address is too long for a picture; not for certificates that read.
    #[error("the address does not fit into a picture for telephones")]
    Address,
    /// A text of this program that is missing or has a hole; not in languages that tests have read.
    #[error("the text {id} cannot be written in the language {language}")]
    Text {
        /// Its name.
        id: &'static str,
        /// The language's tag.
        language: &'static str,
    },
    /// The texts that all letters share are too long.
    #[error("the letter does not fit on a page: shorten the title, the contact or the name of the union")]
    Page,
    /// The PDF cannot be written.
    #[error("the PDF cannot be written: {0}")]
    Pdf(String),
}

/// The certificate as a PDF.
///
/// # Errors
/// The bytes are not those of a certificate.
pub fn pdf(certificate: &[u8]) -> Result<Vec<u8>, PrintError> {
    let (title, pages) = set(certificate)?;
    paint::pdf(&title, &pages)
}

/// What stands on each page of the PDF, line by line, the parts of a line with blanks between them.
///
/// # Errors
/// As [`pdf`].
pub fn text(certificate: &[u8]) -> Result<Vec<String>, PrintError> {
    let (_, pages) = set(certificate)?;
    Ok(pages.text())
}

fn set(bytes: &[u8]) -> Result<(String, Pages), PrintError> {
    let certificate = Certificate::parse(bytes)?;
    let title = format!("Certificate {}: {}", certificate.number(), certificate.ballot().title);
    Ok((title, report::set(&certificate, HexHash::of(bytes))?))
}
