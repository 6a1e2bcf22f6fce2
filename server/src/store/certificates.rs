//! Tables `certificate` and `certificate_signature`.

use rusqlite::params;
use scrutineer_api::audit::Deed;

use super::error::Error;
use super::ids::BallotId;
use super::tx::{Tx, WriteTx};

/// An officer's signature of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureRow {
    /// The officer's member number.
    pub member_no: String,
    /// The key, as on the description line.
    pub fingerprint: String,
    /// The key as one OpenSSH line.
    pub public_key: String,
    /// The SSHSIG.
    pub signature: String,
}

impl Tx<'_> {
    /// The certificate of a ballot, byte for byte, if it could be made.
    ///
    /// # Errors
    /// The database's.
    pub fn certificate(&self, id: BallotId) -> Result<Option<String>, Error> {
        self.first("SELECT body FROM certificate WHERE ballot_id = ?1 AND number = 1", [id], |row| row.get(0))
    }

    /// The signatures of a ballot's certificate, by member number.
    ///
    /// # Errors
    /// The database's.
    pub fn certificate_signatures(&self, id: BallotId) -> Result<Vec<SignatureRow>, Error> {
        self.all(
            "SELECT member_no, fingerprint, public_key, signature FROM certificate_signature
              WHERE ballot_id = ?1 AND number = 1 ORDER BY member_no",
            [id],
            |row| {
                Ok(SignatureRow {
                    member_no: row.get(0)?,
                    fingerprint: row.get(1)?,
                    public_key: row.get(2)?,
                    signature: row.get(3)?,
                })
            },
        )
    }

    /// When voting in a ballot began.
    ///
    /// # Errors
    /// The database's.
    pub fn opened_at(&self, id: BallotId) -> Result<Option<i64>, Error> {
        Ok(self.first("SELECT opened_at FROM ballot WHERE id = ?1", [id], |row| row.get(0))?.flatten())
    }

    /// The particulars of the newest audit entry of this deed that are about this ballot (field `ballot`).
    ///
    /// # Errors
    /// The database's.
    pub fn audited_last(&self, deed: Deed, ballot: &str) -> Result<Option<String>, Error> {
        self.first(
            "SELECT detail FROM audit_entry WHERE deed = ?1 AND json_extract(detail, '$.ballot') = ?2
              ORDER BY seq DESC LIMIT 1",
            params![deed.as_str(), ballot],
            |row| row.get(0),
        )
    }
}

impl WriteTx<'_> {
    /// Keeps the certificate of a ballot.
    ///
    /// # Errors
    /// The database's; also if there is one.
    pub fn add_certificate(&self, id: BallotId, body: &str) -> Result<(), Error> {
        self.execute(
            "INSERT INTO certificate (ballot_id, number, body, made_at) VALUES (?1, 1, ?2, ?3)",
            params![id, body, self.now()],
        )?;
        Ok(())
    }

    /// Keeps an officer's signature.
    ///
    /// # Errors
    /// The database's; also if the officer has signed.
    pub fn add_certificate_signature(&self, id: BallotId, row: &SignatureRow) -> Result<(), Error> {
        self.execute(
            "INSERT INTO certificate_signature
                    (ballot_id, number, member_no, fingerprint, public_key, signature, signed_at)
             VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6)",
            params![id, row.member_no, row.fingerprint, row.public_key, row.signature, self.now()],
        )?;
        Ok(())
    }
}
