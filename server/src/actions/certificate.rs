//! The certificate as people get it, and officers' signatures under it.

use std::sync::Arc;

use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::BallotState;
use scrutineer_api::count::{BoxShares, Certificate, CertificateSignature, NewSignature};
use scrutineer_ballot::description::Officers;
use scrutineer_ballot::roll::MemberNo;
use scrutineer_ballot::signature::{
    self, CERTIFICATE_NAMESPACE, KeyFingerprint, SignatureError, parse_public_key,
};
use thiserror::Error;

use super::ballot_id::{self, Drafts, IdError, Named};
use super::results::{ResultsError, shares_file};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::life::is;
use crate::elections::{BoxElection, Elections};
use crate::store::{Error as StoreError, SignatureRow, Tx, WriteTx};

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

/// The certificate of a ballot and everything that goes with it, for everybody.
///
/// # Errors
/// See [`CertificateError`].
pub async fn certificate(
    app: &App,
    caller: Option<&Caller>,
    id: String,
) -> Result<Certificate, CertificateError> {
    let (elections, drafts) = (Arc::clone(&app.elections), Drafts::to(caller));
    app.store
        .read("certificate", move |tx| {
            let named = ballot_id::find(tx, &id, drafts)?;
            document(tx, &named, &elections)
        })
        .await
}

fn document(tx: &Tx<'_>, named: &Named, elections: &Elections) -> Result<Certificate, CertificateError> {
    let certificate = body(tx, named)?;
    let boxes = tx.boxes_of(named.ballot.id)?;
    let first = boxes.first().ok_or(IdError::NoBoxes)?;
    let election = elections.of(tx, first.id)?;
    let mut files = Vec::with_capacity(boxes.len());
    for one in &boxes {
        let fingerprint = *elections.of(tx, one.id)?.election.fingerprint();
        let shares = shares_file(tx, one.id, fingerprint, named.ballot.state)?.unwrap_or_default();
        files.push(BoxShares { election: one.election.to_string(), shares });
    }
    let shares = files.first().map(|first| first.shares.clone()).unwrap_or_default();
    let rows = tx.certificate_signatures(named.ballot.id)?;
    Ok(Certificate {
        certificate,
        allowed_signers: allowed_signers(&rows)?,
        signatures: rows.into_iter().map(signature).collect(),
        needed: u64::from(election.line.officers.needed),
        shares,
        boxes: if files.len() > 1 { files } else { Vec::new() },
    })
}

/// The certificate's bytes.
fn body(tx: &Tx<'_>, named: &Named) -> Result<String, CertificateError> {
    let ballot = &named.ballot;
    if ballot.practice {
        return Err(CertificateError::Practice);
    }
    if !matches!(ballot.state, BallotState::Tallied | BallotState::Certified) {
        return Err(CertificateError::NotYet(is(ballot.state)));
    }
    if let Some(body) = tx.certificate(ballot.id)? {
        return Ok(body);
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
            sign_in(tx, &caller, &named, &asked.signature, &elections)?;
            named.ballot = tx.ballot(named.ballot.id)?;
            document(tx, &named, &elections)
        })
        .await
}

fn sign_in(
    tx: &WriteTx<'_>,
    caller: &Caller,
    named: &Named,
    armour: &str,
    elections: &Elections,
) -> Result<(), CertificateError> {
    let (ballot, session) = (&named.ballot, caller.session());
    let bytes = body(tx, named)?;
    let boxes = tx.boxes_of(ballot.id)?;
    let first = boxes.first().ok_or(IdError::NoBoxes)?;
    let BoxElection { line, .. } = &*elections.of(tx, first.id)?;
    let Officers { needed, keys } = &line.officers;
    let by = signature::verify(CERTIFICATE_NAMESPACE, armour, bytes.as_bytes(), keys)?;
    let own = tx.certificate_keys_of(session.member)?;
    let own = own.into_iter().find(|key| key.fingerprint == by.to_string());
    let own = own.ok_or(CertificateError::NotYourKey(by))?;
    let signed = tx.certificate_signatures(ballot.id)?;
    if signed.iter().any(|row| row.member_no == session.member_no) {
        return Err(CertificateError::Signed);
    }
    let row = SignatureRow {
        member_no: session.member_no.clone(),
        fingerprint: own.fingerprint,
        public_key: own.public_key,
        signature: armour.trim().replace("\r\n", "\n") + "\n",
    };
    tx.add_certificate_signature(ballot.id, &row)?;
    let detail = serde_json::json!({ "ballot": ballot.uuid.as_str(), "key": row.fingerprint });
    tx.audit(&caller.actor(), Deed::CertificateSigned, &detail)?;
    let count = signed.len().saturating_add(1);
    if ballot.state == BallotState::Tallied && u32::try_from(count).is_ok_and(|count| count >= *needed) {
        tx.set_certified(ballot.id)?;
        let detail = serde_json::json!({ "ballot": ballot.uuid.as_str(), "signatures": count });
        tx.audit(&caller.actor(), Deed::BallotCertified, &detail)?;
    }
    Ok(())
}
