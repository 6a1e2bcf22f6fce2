//! The certificate made for printing, in the reader's language: the outcome, the numbers, what they rest on, and how to check
//! it. What officers sign is the file; this page and the PDF show it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use scrutineer_api::count::CertificateQuery;
use scrutineer_api::problem::Code;
use scrutineer_ballot::certificate::{Certificate, Tellers, TurnoutCell};
use scrutineer_protocol::hash::HexHash;

use super::reader::Reader;
use super::results::{self, Outcome};
use super::warnings::Warnings;
use crate::actions::certificate;
use crate::actions::show::{self, Shown};
use crate::app::App;
use crate::domain::qr::Qr;
use crate::domain::words::{self, Opener};
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::i18n::Texts;

#[derive(Template)]
#[template(path = "certificate.html")]
struct CertificatePage<'a> {
    reader: &'a Reader,
    id: String,
    number: u64,
    union: String,
    title: String,
    /// What it corrects, how far it is signed, what has come since.
    notes: Vec<String>,
    opened: String,
    closed: String,
    questions: Vec<Outcome>,
    /// Names of numbers, and the numbers; the same for every question.
    numbers: Vec<(String, String)>,
    turnout: Vec<TurnoutCell>,
    remarks: Vec<String>,
    warnings: Option<Warnings>,
    /// Who opened the count, where a board did.
    opened_by: Option<String>,
    /// Until when observers can object, then their objections.
    objections: Vec<String>,
    setting: Vec<String>,
    keys: Vec<String>,
    sum: String,
    /// The other certificates of the ballot.
    others: Vec<u64>,
    address: String,
    qr: Qr,
}

/// The page.
pub(super) async fn show(
    app: Data<App>,
    mut reader: Reader,
    id: Path<String>,
    query: Query<CertificateQuery>,
) -> Result<HttpResponse, Problem> {
    let caller = reader.caller.as_ref();
    let found = certificate::certificate(&app, caller, id.into_inner(), query.0.number).await?;
    let certificate = Certificate::parse(found.certificate.as_bytes())
        .map_err(|error| Problem::new(Code::Internal, error.to_string()))?;
    let uuid = certificate.ballot().id.to_string();
    let Shown { ballot, file, board, .. } = show::whole(&app, caller, uuid.clone()).await?;
    reader.practice = ballot.practice;
    let t = reader.t;
    let counted = crate::actions::results::results(&app, caller, uuid.clone(), None).await?;
    let time = |seconds| words::time(t, &ballot.time_zone, seconds);
    let address = certificate
        .page()
        .map_or_else(|| format!("{}/ballots/{uuid}/certificate", app.settings.public_url), ToOwned::to_owned);
    let page = CertificatePage {
        reader: &reader,
        number: certificate.number().into(),
        union: certificate.union().to_owned(),
        title: certificate.ballot().title.clone(),
        notes: corrects(t, &certificate)
            .into_iter()
            .chain([results::signed_so_far(t, &found)])
            .chain(results::notes_on(t, &found))
            .collect(),
        opened: time(certificate.ballot().opened.seconds),
        closed: time(certificate.ballot().closed.seconds),
        questions: results::outcomes(t, &file, &counted)?,
        numbers: numbers(t, &certificate),
        turnout: certificate.turnout().to_vec(),
        remarks: certificate.remarks().to_vec(),
        warnings: Warnings::of(t, &certificate),
        opened_by: opened_by(t, &certificate),
        objections: objections(t, &certificate, &time),
        setting: words::setting(t, &file, Opener::of(&file, board), ballot.practice),
        keys: certificate.officers().keys.iter().map(ToString::to_string).collect(),
        sum: HexHash::of(found.certificate.as_bytes()).to_string(),
        others: found
            .certificates
            .iter()
            .map(|one| one.number)
            .filter(|n| *n != found.number)
            .map(u64::from)
            .collect(),
        qr: Qr::of(&address).ok_or_else(|| Problem::internal(&"an address that no QR code can hold"))?,
        address,
        id: uuid,
    };
    reader.page(&page)
}

fn corrects(t: &Texts, certificate: &Certificate) -> Option<String> {
    let old = certificate.corrects()?;
    let args = [("number", u64::from(old.number).into()), ("reason", (&old.reason).into())];
    Some(t.with("certificate-corrects", &args))
}

/// Who could vote and what came back. Votes that choose nothing differ from question to question, and stand with the answers.
fn numbers(t: &Texts, certificate: &Certificate) -> Vec<(String, String)> {
    let Some(votes) = certificate.questions().first().map(|question| question.votes) else {
        return Vec::new();
    };
    [
        ("results-eligible", votes.eligible),
        ("certificate-codes", votes.codes_issued),
        ("certificate-received", votes.received),
        ("certificate-replaced", votes.replaced),
        ("results-cast", votes.cast),
        ("certificate-spoiled", votes.spoiled),
    ]
    .map(|(id, number)| (t.get(id), t.number(number)))
    .into()
}

fn opened_by(t: &Texts, certificate: &Certificate) -> Option<String> {
    let Tellers::Board(board) = certificate.tellers() else { return None };
    let names: Vec<&str> = board.opened_by.iter().map(|teller| teller.name.as_str()).collect();
    Some(t.with("certificate-opened-by", &[("names", names.join(", ").into())]))
}

fn objections(t: &Texts, certificate: &Certificate, time: &impl Fn(i64) -> String) -> Vec<String> {
    let objections = certificate.objections();
    let until = [("time", time(objections.until.seconds).into())];
    if objections.filed.is_empty() {
        return vec![t.with("certificate-objections-none", &until)];
    }
    let filed = (1_u64..).zip(&objections.filed).map(|(number, objection)| {
        let args = [
            ("number", number.into()),
            ("name", (&objection.name).into()),
            ("member", objection.observer.as_str().into()),
            ("time", time(objection.filed.seconds).into()),
        ];
        t.with("certificate-objection", &args)
    });
    [t.with("certificate-objections-until", &until)].into_iter().chain(filed).collect()
}
