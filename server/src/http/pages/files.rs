//! The files of a certificate, one by one, as `ssh-keygen` takes them.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{self, Data, Path};
use scrutineer_api::count::{Certificate, CertificateQuery};
use scrutineer_api::problem::Code;
use scrutineer_ballot::roll::MemberNo;

use super::reader::Reader;
use crate::actions::certificate;
use crate::app::App;
use crate::http::extract::Query;
use crate::http::problem::Problem;

const JSON: &str = "application/json";
const PDF: &str = "application/pdf";
/// The certificate to read and print.
pub(super) const PRINT: &str = "certificate.pdf";
const TEXT: &str = "text/plain; charset=utf-8";

/// A file of a certificate.
pub(super) struct Named {
    /// Its name on a disk.
    pub(super) name: String,
    /// The same in a path of an address.
    pub(super) path: String,
}

impl Named {
    fn new(name: String) -> Self {
        let path = name.bytes().fold(String::new(), |mut path, byte| {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
                path.push(char::from(byte));
            } else {
                path.push_str(&format!("%{byte:02X}"));
            }
            path
        });
        Self { name, path }
    }
}

/// The files of a certificate, in the order in which a page lists them.
pub(super) fn all(certificate: &Certificate) -> Vec<Named> {
    let signatures = certificate.signatures.iter().map(|one| signature_name(&one.member_no));
    let objections = certificate.objections.iter().flat_map(|one| {
        let name = objection_name(one.number);
        [format!("{name}.sig"), name]
    });
    ["certificate.json".to_owned(), PRINT.to_owned()]
        .into_iter()
        .chain(signatures)
        .chain(objections)
        .chain(["allowed_signers".to_owned()])
        .chain(shares_names(certificate))
        .map(Named::new)
        .collect()
}

/// The names of the files of shares: one, or one a box.
fn shares_names(certificate: &Certificate) -> Vec<String> {
    match certificate.boxes.as_slice() {
        [] => vec!["shares.json".to_owned()],
        several => several.iter().map(|one| shares_name(&one.election)).collect(),
    }
}

fn shares_name(election: &str) -> String {
    format!("{election}.shares.json")
}

/// The name of the file of an observer's objection.
fn objection_name(number: u32) -> String {
    format!("objection-{number}.txt")
}

/// The name of the file of an officer's signature.
pub(super) fn signature_name(member_no: &str) -> String {
    let no = MemberNo::parse(member_no).map_or_else(|_| member_no.to_owned(), |no| no.file_name());
    format!("certificate.json.{no}.sig")
}

/// Sends a file.
pub(super) async fn send(
    app: Data<App>,
    reader: Reader,
    path: Path<(String, String)>,
    query: Query<CertificateQuery>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let certificate = certificate::certificate(&app, reader.caller.as_ref(), id, query.0.number).await?;
    let (content_type, bytes) = if name == PRINT {
        let body = certificate.certificate;
        // Some milliseconds for a page, so not among the requests.
        let made = web::block(move || scrutineer_print::pdf(body.as_bytes())).await;
        let made = made.map_err(|error| Problem::internal(&error))?;
        (PDF, made.map_err(|error| Problem::internal(&error))?)
    } else {
        let missing = || Problem::new(Code::NotFound, "this ballot's certificate has no such file");
        let (content_type, text) = text_file(certificate, &name).ok_or_else(missing)?;
        (content_type, text.into_bytes())
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, content_type))
        // Only names that are known come this far, and none of them has a quotation mark.
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes))
}

/// A file that is text.
fn text_file(certificate: Certificate, name: &str) -> Option<(&'static str, String)> {
    match name {
        "certificate.json" => return Some((JSON, certificate.certificate)),
        "shares.json" => return Some((JSON, certificate.shares)),
        "allowed_signers" => return Some((TEXT, certificate.allowed_signers)),
        _ => {}
    }
    if let Some(one) = certificate.signatures.into_iter().find(|one| signature_name(&one.member_no) == name) {
        return Some((TEXT, one.signature));
    }
    for one in certificate.objections {
        let objection = objection_name(one.number);
        if name == objection {
            return Some((TEXT, one.text));
        }
        if name == format!("{objection}.sig") {
            return Some((TEXT, one.signature));
        }
    }
    let shares = certificate.boxes.into_iter().find(|one| shares_name(&one.election) == name)?;
    Some((JSON, shares.shares))
}
