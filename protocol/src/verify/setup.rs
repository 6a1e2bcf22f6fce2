//! The Setup event: election, trustees, credentials.

use super::report::{Findings, names};
use super::{Stop, certificate};
use crate::archive::{MAX_RECORD, Record};
use crate::credential::PublicCredentials;
use crate::election::{Election, ElectionError};
use crate::event::SetupData;
use crate::trustee::Trustees;

/// What an election is checked against.
pub(super) struct Setup {
    pub(super) election: Election,
    /// Absent where they could not be read.
    pub(super) trustees: Option<Trustees>,
    pub(super) credentials: PublicCredentials,
}

impl Setup {
    /// Checks the data of the Setup event: four or five records; its list with a seed for the check that all credentials
    /// share, if there is one.
    pub(super) fn check(
        data: &[Record],
        seed: Option<&[u8; 32]>,
        findings: &mut Findings,
    ) -> Result<Self, Stop> {
        let (election, trustees, credentials, certificate) = join(data).map_err(|why| {
            findings.fail(names::RECORDS, format!("the Setup event: {why}"));
            Stop::Broken
        })?;
        for (name, record) in [(names::ELECTION, election), (names::TRUSTEES, trustees)] {
            if record.body.len() as u64 > MAX_RECORD {
                findings.fail(name, format!("its record has more than the {MAX_RECORD} bytes that are read"));
                return Err(Stop::Broken);
            }
        }
        let election = Election::parse(&election.body).map_err(|error| match error {
            ElectionError::Unsupported(why) => Stop::Unsupported(why),
            ElectionError::Parse(error) => {
                findings.fail(names::ELECTION, error.to_string());
                Stop::Broken
            }
        })?;
        findings.pass(
            names::ELECTION,
            format!("{:?} ({}), fingerprint {}", election.name(), election.uuid(), election.fingerprint()),
        );
        let trustees = check_trustees(&trustees.body, &election, findings);
        let hash = credentials.hash;
        let credentials = match seed {
            Some(seed) => PublicCredentials::parse_with_seed(&credentials.body, seed),
            None => PublicCredentials::parse(&credentials.body),
        };
        let credentials = credentials.map_err(|error| {
            findings.fail(names::CREDENTIALS, error.to_string());
            Stop::Broken
        })?;
        findings.pass(
            names::CREDENTIALS,
            format!(
                "{} public credentials, one for each voting code, all different; the list's hash is {hash}",
                credentials.len()
            ),
        );
        if let Some(record) = certificate {
            certificate::check(&record.body, &election, &credentials, hash, findings);
        }
        Ok(Self { election, trustees, credentials })
    }
}

type Joined<'a> = (&'a Record, &'a Record, &'a Record, Option<&'a Record>);

/// Election, trustees, credentials and certificate as the setup data names them.
fn join(data: &[Record]) -> Result<Joined<'_>, String> {
    let (election, trustees, credentials, certificate, last) = match data {
        [election, trustees, credentials, last] => (election, trustees, credentials, None, last),
        [election, trustees, credentials, certificate, last] => {
            (election, trustees, credentials, Some(certificate), last)
        }
        _ => return Err("it needs four or five data records".to_owned()),
    };
    let setup = SetupData::parse(&last.body).map_err(|error| error.to_string())?;
    let found = SetupData {
        election: election.hash,
        trustees: trustees.hash,
        credentials: credentials.hash,
        credentials_certificate: certificate.map(|record| record.hash),
    };
    if setup != found {
        return Err("its data do not name the records before them in their order".to_owned());
    }
    Ok((election, trustees, credentials, certificate))
}

fn check_trustees(bytes: &[u8], election: &Election, findings: &mut Findings) -> Option<Trustees> {
    let trustees = match Trustees::parse(bytes) {
        Ok(trustees) => trustees,
        Err(error) => {
            findings.fail(names::TRUSTEES, error.to_string());
            return None;
        }
    };
    match trustees.verify().map(|()| trustees.election_key()) {
        Err(error) => findings.fail(names::TRUSTEES, error.to_string()),
        Ok(key) if key != *election.key().point() => {
            let why = "the election's key is not the product of the trustees' keys";
            findings.fail(names::TRUSTEES, why.to_owned());
        }
        Ok(_) => {}
    }
    findings.pass(
        names::TRUSTEES,
        format!(
            "{} trustees, whose keys make the key under which votes are sealed",
            trustees.members().count()
        ),
    );
    Some(trustees)
}
