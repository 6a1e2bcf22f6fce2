//! `scrutineer certify`: an officer verifies the record and the certificate, then signs it.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;
use scrutineer_api::count::{Certificate, NewSignature};
use scrutineer_ballot::signature::{self, CERTIFICATE_NAMESPACE, KeyFingerprint, SignatureError};
use scrutineer_ballot::terms::Terms;
use scrutineer_protocol::verify::{Check, Level};
use serde::Serialize;
use ssh_key::PrivateKey;
use thiserror::Error;

use crate::client::{Client, Endpoint};
use crate::exit::Exit;
use crate::files::{self, Access};
use crate::ids::BallotId;
use crate::profile::Connection;
use crate::{Session, certificate, delegate, observer, prompt, verify};

/// Most bytes of a private key or a signature.
const MAX_KEY: u64 = 64 << 10;

/// What was typed after `certify`.
#[derive(Args, Debug)]
pub struct Certify {
    #[command(flatten)]
    connection: Connection,

    /// The ballot.
    id: BallotId,

    /// Your OpenSSH private key (Ed25519); its passphrase is asked for if it has one.
    #[arg(long, value_name = "FILE", conflicts_with = "signature", required_unless_present = "signature")]
    key: Option<PathBuf>,

    /// A signature that `ssh-keygen -Y sign -n scrutineer-certificate` made of certificate.json.
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
}

/// Why a certificate is not signed.
#[derive(Debug, Error)]
enum CertifyError {
    #[error(
        "the record that the server gives out is another ballot's. Nothing was signed; tell the election committee"
    )]
    OtherBallot,
    #[error("{} is not a private Ed25519 key as OpenSSH keeps them (`ssh-keygen -t ed25519`)", .0.display())]
    NotAKey(PathBuf),
    #[error("the key's passphrase is wrong")]
    Passphrase,
    #[error(
        "your key {0} does not stand on this ballot's record, where the officers who may certify it were fixed when it was \
         frozen; keys registered later count for later ballots"
    )]
    NotAnOfficer(KeyFingerprint),
    #[error("{}: {error}", path.display())]
    Signature { path: PathBuf, error: SignatureError },
    #[error("the certificate cannot be signed: {0}")]
    Sign(SignatureError),
}

/// The document of a run.
#[derive(Serialize)]
struct Document<'a> {
    ok: bool,
    /// With which key it was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<KeyFingerprint>,
    signatures: usize,
    needed: u64,
    /// What does not hold.
    #[serde(skip_serializing_if = "<[&Check]>::is_empty")]
    checks: &'a [&'a Check],
}

/// Verifies record and certificate, and signs. [`Exit::No`]: something does not hold, nothing was signed.
///
/// # Errors
/// The key may not sign, or does not open; there is no certificate yet.
pub fn run(args: &Certify, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = args.connection.member()?;
    let ballot = delegate::fetch(&client, args.id.as_str())?;
    let certificate = certificate::fetch_newest(&client, &ballot.id)?;
    let folder = tempfile::tempdir()?;
    let mut records = Vec::with_capacity(ballot.boxes.len());
    for urn in &ballot.boxes {
        let record = folder.path().join(format!("record-{}.bel", records.len()));
        let name = (ballot.boxes.len() > 1).then_some(urn.name.as_str());
        download(&client, &ballot.id, name, &record, session)?;
        records.push(record);
    }
    for (name, bytes) in certificate::contents(&certificate)? {
        files::write_new(&folder.path().join(name), &bytes, Access::Owner)?;
    }
    let checked = verify::certified(&records, folder.path(), &session.printer)?;
    // Enough signatures are what this command is to bring about.
    let faults = checked
        .iter()
        .flat_map(|one| &one.report.checks)
        .filter(|check| check.level == Level::Fail && check.name != verify::names::CERTIFICATE_SIGNATURES)
        // The server says what has to be answered, and with which command.
        .filter(|check| check.name != verify::names::CERTIFICATE_DELIVERY);
    let faults: Vec<&Check> = faults.collect();
    let terms = checked.iter().find_map(|one| one.terms.as_ref());
    let Some(terms) = terms.filter(|_| faults.is_empty()) else {
        return refuse(&faults, &certificate, session);
    };
    if terms.line.ballot.as_str() != ballot.id {
        return Err(CertifyError::OtherBallot.into());
    }
    let (signature, key) = signed(args, certificate.certificate.as_bytes(), terms, session)?;
    client.post(
        &Endpoint::new(&["ballots", &ballot.id, "signatures"]),
        &NewSignature { signature, number: Some(certificate.number) },
    )?;
    let several = certificate.certificates.len() > 1;
    let now = certificate::fetch(&client, &ballot.id, several.then_some(certificate.number))?;
    let (signatures, needed) = (now.signatures.len(), now.needed);
    let document = Document { ok: true, key: Some(key), signatures, needed, checks: &[] };
    let mut lines = vec!["The record verifies, and the certificate says what it gives.".to_owned()];
    if let Ok(read) = scrutineer_ballot::certificate::Certificate::parse(certificate.certificate.as_bytes()) {
        lines.extend(read.statement().lines().map(|line| format!("  {line}")));
    }
    lines.push(format!("Signed with {key}. {signatures} of {needed} signatures are there."));
    session.printer.answer(&document, lines)?;
    Ok(Exit::Yes)
}

fn download(
    client: &Client,
    ballot: &str,
    urn: Option<&str>,
    path: &Path,
    session: &Session<'_>,
) -> anyhow::Result<()> {
    observer::fetch_record(client, ballot, urn, &mut File::create_new(path)?, session)?;
    Ok(())
}

/// Says what does not hold.
fn refuse(faults: &[&Check], certificate: &Certificate, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let (signatures, needed) = (certificate.signatures.len(), certificate.needed);
    let document = Document { ok: false, key: None, signatures, needed, checks: faults };
    let mut lines: Vec<String> =
        faults.iter().map(|check| format!("FAIL  {}: {}", check.name, check.detail)).collect();
    lines.push("Nothing was signed: record and certificate do not hold together.".to_owned());
    session.printer.answer(&document, lines)?;
    Ok(Exit::No)
}

/// The signature: made here, or brought along and checked.
fn signed(
    args: &Certify,
    certificate: &[u8],
    terms: &Terms,
    session: &mut Session<'_>,
) -> anyhow::Result<(String, KeyFingerprint)> {
    let officers = &terms.line.officers.keys;
    let (armour, path) = match (&args.key, &args.signature) {
        (Some(path), _) => {
            let key = private_key(path, session)?;
            let fingerprint = KeyFingerprint::of(key.public_key());
            if !officers.contains(&fingerprint) {
                return Err(CertifyError::NotAnOfficer(fingerprint).into());
            }
            let armour =
                signature::sign(CERTIFICATE_NAMESPACE, &key, certificate).map_err(CertifyError::Sign)?;
            (armour, path)
        }
        (None, Some(path)) => (files::read_text(path, MAX_KEY)?, path),
        // The flags' definition leaves nothing else.
        (None, None) => return Err(CertifyError::NotAKey(PathBuf::new()).into()),
    };
    let key = signature::verify(CERTIFICATE_NAMESPACE, &armour, certificate, officers);
    let key = key.map_err(|error| match error {
        SignatureError::UnknownKey(key) => CertifyError::NotAnOfficer(key),
        error => CertifyError::Signature { path: path.clone(), error },
    })?;
    Ok((armour, key))
}

/// An officer's or observer's key; asks for its passphrase if it has one.
///
/// # Errors
/// It is no such key, or the passphrase is wrong.
pub(crate) fn private_key(path: &Path, session: &mut Session<'_>) -> anyhow::Result<PrivateKey> {
    let text = files::read_secret(path, MAX_KEY)?;
    let key = PrivateKey::from_openssh(text.as_bytes());
    let key = key.map_err(|_| CertifyError::NotAKey(path.to_owned()))?;
    if !key.is_encrypted() {
        return Ok(key);
    }
    let passphrase = prompt::secret(session, "Passphrase of the key")?;
    Ok(key.decrypt(passphrase.as_bytes()).map_err(|_| CertifyError::Passphrase)?)
}
