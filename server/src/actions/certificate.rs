//! The certificate as people get it, and officers' signatures under it.

use std::sync::Arc;

use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::BallotState;
use scrutineer_api::count::{
    BoxShares, Certificate, CertificateEntry, CertificateSignature, NewCorrection, NewSignature,
};
use scrutineer_ballot::certificate::MAX_REASON;
use scrutineer_ballot::description::Officers;
use scrutineer_ballot::roll::MemberNo;
use scrutineer_ballot::signature::{
    self, CERTIFICATE_NAMESPACE, KeyFingerprint, SignatureError, parse_public_key,
};
use scrutineer_ballot::text::{self, TextError};
use thiserror::Error;

use super::answer;
use super::ballot_id::{self, Drafts, IdError, Named};
use super::issue::{self, IssueError};
use super::keeping::keep_until;
use super::objections;
use super::results::{ResultsError, shares_file};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::life::is;
use crate::elections::{BoxElection, Elections};
use crate::store::{CertificateRow, Error as StoreError, SignatureRow, Tx, WriteTx};

/// Why there is no certificate, or it was not signed.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// Which ballot?
    #[error(transparent)]
    Id(#[from] IdError),
    /// Not yet.
    #[error("this ballot {0}; only one whose count was opened has a certificate")]
    NotYet(&'static str),
    /// For trying out only.
    #[error("this is a practice ballot: it has a result, but no certificate, and nobody can sign one")]
    Practice,
    /// It could not be made.
    #[error("the certificate of this ballot cannot be made: {0}")]
    Refused(String),
    /// The signature does not hold.
    #[error("the signature was not taken: {0}")]
    Signature(#[from] SignatureError),
    /// A key that is not the caller's own.
    #[error(
        "the key {0} is not one of yours; sign with a key that you added before the ballot was frozen (`scrutineer keys \
         add`)"
    )]
    NotYourKey(KeyFingerprint),
    /// The ballot file wants objections first.
    #[error(
        "nobody can sign this certificate before observers could object: the ballot waits for that until {0}"
    )]
    Waits(String),
    /// Officers have to say something first.
    #[error(
        "nobody can sign this certificate before officers have answered what could have changed the result: {0}"
    )]
    Unanswered(String),
    /// Another number.
    #[error("this ballot has no certificate number {0}")]
    NoSuchNumber(u32),
    /// A reason that cannot stand on a certificate.
    #[error("the reason of the correction {0}")]
    Reason(TextError),
    /// It cannot be made again.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// One an officer.
    #[error("you have signed this certificate already; every officer signs once")]
    Signed,
    /// The rest of the folder.
    #[error(transparent)]
    Shares(#[from] ResultsError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A certificate of a ballot and everything that goes with it, for everybody. Without a number: the newest that enough
/// officers have signed, or else the newest.
///
/// # Errors
/// See [`CertificateError`].
pub async fn certificate(
    app: &App,
    caller: Option<&Caller>,
    id: String,
    number: Option<u32>,
) -> Result<Certificate, CertificateError> {
    let (elections, drafts) = (Arc::clone(&app.elections), Drafts::to(caller));
    app.store
        .read("certificate", move |tx| {
            let named = ballot_id::find(tx, &id, drafts)?;
            document(tx, &named, number, &elections)
        })
        .await
}

fn document(
    tx: &Tx<'_>,
    named: &Named,
    number: Option<u32>,
    elections: &Elections,
) -> Result<Certificate, CertificateError> {
    let rows = made(tx, named)?;
    let boxes = tx.boxes_of(named.ballot.id)?;
    let mut files = Vec::with_capacity(boxes.len());
    for one in &boxes {
        let fingerprint = *elections.of(tx, one.id)?.election.fingerprint();
        let shares = shares_file(tx, one.id, fingerprint, named.ballot.state)?.unwrap_or_default();
        files.push(BoxShares { election: one.election.to_string(), shares });
    }
    let shares = files.first().map(|first| first.shares.clone()).unwrap_or_default();
    let needed = match boxes.first() {
        Some(first) => u64::from(elections.of(tx, first.id)?.line.officers.needed),
        // The record was deleted when its time was over; every certificate says how many it needs.
        None if named.ballot.purged_at.is_some() => match rows.first() {
            Some(first) => u64::from(issue::kept(tx, &named.ballot, first.number)?.officers().needed),
            None => 0,
        },
        None => return Err(IdError::NoBoxes.into()),
    };
    let signed = rows.iter().rev().find(|row| row.signatures >= needed).or(rows.last());
    let number = number.or(signed.map(|row| row.number)).unwrap_or(1);
    let certificate = tx.certificate(named.ballot.id, number)?;
    let certificate = certificate.ok_or(CertificateError::NoSuchNumber(number))?;
    let signatures = tx.certificate_signatures(named.ballot.id, number)?;
    Ok(Certificate {
        certificate,
        allowed_signers: allowed_signers(&signatures)?,
        signatures: signatures.into_iter().map(signature).collect(),
        needed,
        shares,
        boxes: if files.len() > 1 { files } else { Vec::new() },
        number,
        certificates: rows.into_iter().map(entry).collect(),
        objections: tx.objections(named.ballot.id)?.into_iter().map(objections::objection).collect(),
    })
}

/// The newest certificate of a ballot, and whether anybody has signed it; none where there is none.
///
/// # Errors
/// See [`CertificateError`].
pub async fn newest(
    app: &App,
    caller: Option<&Caller>,
    id: String,
) -> Result<Option<(scrutineer_ballot::certificate::Certificate, bool)>, CertificateError> {
    let drafts = Drafts::to(caller);
    app.store
        .read("newest certificate", move |tx| {
            let ballot = ballot_id::find(tx, &id, drafts)?.ballot;
            let Some(newest) = tx.certificates(ballot.id)?.pop() else { return Ok(None) };
            Ok(Some((issue::kept(tx, &ballot, newest.number)?, newest.signatures > 0)))
        })
        .await
}

fn entry(row: CertificateRow) -> CertificateEntry {
    let CertificateRow { number, made_at, reason, signatures } = row;
    CertificateEntry { number, made_at, reason, signatures }
}

/// The certificates that were made; at least one.
pub(super) fn made(tx: &Tx<'_>, named: &Named) -> Result<Vec<CertificateRow>, CertificateError> {
    let ballot = &named.ballot;
    if ballot.practice {
        return Err(CertificateError::Practice);
    }
    if !matches!(ballot.state, BallotState::Tallied | BallotState::Certified) {
        return Err(CertificateError::NotYet(is(ballot.state)));
    }
    let rows = tx.certificates(ballot.id)?;
    if !rows.is_empty() {
        return Ok(rows);
    }
    let detail = tx.audited_last(Deed::CertificateRefused, ballot.uuid.as_str())?.unwrap_or_default();
    let detail: serde_json::Value = serde_json::from_str(&detail).unwrap_or_default();
    let reason = detail.get("reason").and_then(serde_json::Value::as_str).unwrap_or("nobody knows why");
    Err(CertificateError::Refused(reason.to_owned()))
}

fn signature(row: SignatureRow) -> CertificateSignature {
    CertificateSignature { member_no: row.member_no, key: row.fingerprint, signature: row.signature }
}

/// `allowed_signers` of those who have signed.
fn allowed_signers(rows: &[SignatureRow]) -> Result<String, CertificateError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("a signature of a certificate: {what}"));
    let signers = rows.iter().map(|row| {
        let no = MemberNo::parse(&row.member_no).map_err(|error| corrupt(&error.to_string()))?;
        let key = parse_public_key(&row.public_key).map_err(|error| corrupt(&error.to_string()))?;
        Ok((no, key))
    });
    let signers = signers.collect::<Result<Vec<_>, StoreError>>()?;
    let signers = signers.iter().map(|(no, key)| (no, key));
    Ok(signature::allowed_signers(CERTIFICATE_NAMESPACE, signers)?)
}

/// Takes an officer's signature. The certificate is complete with as many as its description line asks for.
///
/// # Errors
/// See [`CertificateError`]; then nothing has changed.
pub async fn sign(
    app: &App,
    caller: &Caller,
    id: String,
    asked: NewSignature,
) -> Result<Certificate, CertificateError> {
    let (elections, caller) = (Arc::clone(&app.elections), caller.clone());
    app.store
        .write("sign certificate", move |tx| {
            let mut named = ballot_id::find(tx, &id, Drafts::to(Some(&caller)))?;
            let number = sign_in(tx, &caller, &named, &asked, &elections)?;
            named.ballot = tx.ballot(named.ballot.id)?;
            document(tx, &named, Some(number), &elections)
        })
        .await
}

/// Makes a new certificate that corrects the newest one that was signed, with everything on it that came since.
///
/// # Errors
/// See [`CertificateError`]; then nothing has changed.
pub async fn correct(
    app: &App,
    caller: &Caller,
    id: String,
    asked: NewCorrection,
) -> Result<Certificate, CertificateError> {
    let (elections, caller) = (Arc::clone(&app.elections), caller.clone());
    app.store
        .write("correct certificate", move |tx| {
            let named = ballot_id::find(tx, &id, Drafts::to(Some(&caller)))?;
            named.refuse_purged()?;
            let rows = made(tx, &named)?;
            let reason = text::paragraphs(&asked.reason, MAX_REASON).map_err(CertificateError::Reason)?;
            let old = rows.iter().rev().find(|row| row.signatures > 0);
            let old = old.ok_or(IssueError::Unsigned)?.number;
            let detail = serde_json::json!({
                "ballot": named.ballot.uuid.as_str(),
                "number": old.saturating_add(1),
                "corrects": old,
                "reason": reason,
            });
            tx.audit(&caller.actor(), Deed::CertificateCorrected, &detail)?;
            let number = issue::correct(tx, &named.ballot, &reason)?;
            document(tx, &named, Some(number), &elections)
        })
        .await
}

/// Takes a signature of the newest certificate, or of the one that was named; returns its number.
fn sign_in(
    tx: &WriteTx<'_>,
    caller: &Caller,
    named: &Named,
    asked: &NewSignature,
    elections: &Elections,
) -> Result<u32, CertificateError> {
    named.refuse_purged()?;
    let (ballot, session) = (&named.ballot, caller.session());
    let newest = made(tx, named)?.last().map_or(1, |row| row.number);
    let number = asked.number.unwrap_or(newest);
    let bytes = tx.certificate(ballot.id, number)?.ok_or(CertificateError::NoSuchNumber(number))?;
    wait_for_objections(tx, named)?;
    if let Some(unanswered) = answer::unanswered(&issue::kept(tx, ballot, number)?) {
        return Err(CertificateError::Unanswered(unanswered));
    }
    let boxes = tx.boxes_of(ballot.id)?;
    let first = boxes.first().ok_or(IdError::NoBoxes)?;
    let BoxElection { line, .. } = &*elections.of(tx, first.id)?;
    let Officers { needed, keys } = &line.officers;
    let by = signature::verify(CERTIFICATE_NAMESPACE, &asked.signature, bytes.as_bytes(), keys)?;
    let own = tx.certificate_keys_of(session.member)?;
    let own = own.into_iter().find(|key| key.fingerprint == by.to_string());
    let own = own.ok_or(CertificateError::NotYourKey(by))?;
    let signed = tx.certificate_signatures(ballot.id, number)?;
    if signed.iter().any(|row| row.member_no == session.member_no) {
        return Err(CertificateError::Signed);
    }
    let row = SignatureRow {
        member_no: session.member_no.clone(),
        fingerprint: own.fingerprint,
        public_key: own.public_key,
        signature: asked.signature.trim().replace("\r\n", "\n") + "\n",
    };
    tx.add_certificate_signature(ballot.id, number, &row)?;
    let detail = serde_json::json!({
        "ballot": ballot.uuid.as_str(), "number": number, "key": row.fingerprint,
    });
    tx.audit(&caller.actor(), Deed::CertificateSigned, &detail)?;
    let count = signed.len().saturating_add(1);
    if ballot.state == BallotState::Tallied && u32::try_from(count).is_ok_and(|count| count >= *needed) {
        tx.set_certified(ballot.id, keep_until(&ballot.file()?, ballot.tallied_at, tx.now()))?;
        let detail = serde_json::json!({ "ballot": ballot.uuid.as_str(), "signatures": count });
        tx.audit(&caller.actor(), Deed::BallotCertified, &detail)?;
    }
    Ok(number)
}

/// Where the ballot file says so, nobody signs before observers could object.
fn wait_for_objections(tx: &Tx<'_>, named: &Named) -> Result<(), CertificateError> {
    let file = named.ballot.file()?;
    let until = named.ballot.tallied_at.map(|tallied| issue::objections_until(&file, tallied));
    match until.filter(|until| file.wait_for_objections && tx.now() < *until) {
        None => Ok(()),
        Some(until) => {
            let until = file.zone().map_or_else(|_| until.to_string(), |zone| zone.sentence(until));
            Err(CertificateError::Waits(until))
        }
    }
}
