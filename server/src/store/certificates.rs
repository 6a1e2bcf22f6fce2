//! Tables `certificate` and `certificate_signature`.

use rusqlite::params;
use scrutineer_api::audit::Deed;

use super::column::unsigned;
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

/// One of a ballot's certificates, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRow {
    /// Its number, from 1.
    pub number: u32,
    /// When it was made, in seconds since the epoch.
    pub made_at: i64,
    /// Why it corrects the one before it; none for the first.
    pub reason: Option<String>,
    /// How many officers have signed it.
    pub signatures: u64,
}

impl Tx<'_> {
    /// The certificates of a ballot by number; none where none could be made.
    ///
    /// # Errors
    /// The database's.
    pub fn certificates(&self, id: BallotId) -> Result<Vec<CertificateRow>, Error> {
        self.all(
            "SELECT c.number, c.made_at, c.reason,
                    (SELECT count(*) FROM certificate_signature s
                      WHERE s.ballot_id = c.ballot_id AND s.number = c.number)
               FROM certificate c WHERE c.ballot_id = ?1 ORDER BY c.number",
            [id],
            |row| {
                Ok(CertificateRow {
                    number: row.get(0)?,
                    made_at: row.get(1)?,
                    reason: row.get(2)?,
                    signatures: unsigned(row, 3)?,
                })
            },
        )
    }

    /// A certificate of a ballot, byte for byte, if there is one of this number.
    ///
    /// # Errors
    /// The database's.
    pub fn certificate(&self, id: BallotId, number: u32) -> Result<Option<String>, Error> {
        self.first(
            "SELECT body FROM certificate WHERE ballot_id = ?1 AND number = ?2",
            params![id, number],
            |row| row.get(0),
        )
    }

    /// The signatures of a certificate, by member number.
    ///
    /// # Errors
    /// The database's.
    pub fn certificate_signatures(&self, id: BallotId, number: u32) -> Result<Vec<SignatureRow>, Error> {
        self.all(
            "SELECT member_no, fingerprint, public_key, signature FROM certificate_signature
              WHERE ballot_id = ?1 AND number = ?2 ORDER BY member_no",
            params![id, number],
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
    /// Keeps a certificate: a new number, or another text of the newest one as long as nobody has signed it.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if it was signed.
    pub fn put_certificate(
        &self,
        id: BallotId,
        number: u32,
        body: &str,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        let kept = self.execute(
            "INSERT INTO certificate (ballot_id, number, body, made_at, reason) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (ballot_id, number) DO UPDATE
                SET body = excluded.body, made_at = excluded.made_at, reason = excluded.reason
              WHERE NOT EXISTS (SELECT 1 FROM certificate_signature s
                                 WHERE s.ballot_id = excluded.ballot_id AND s.number = excluded.number)",
            params![id, number, body, self.now(), reason],
        )?;
        if kept == 1 {
            Ok(())
        } else {
            Err(Error::Corrupt("a signed certificate is never changed".to_owned()))
        }
    }

    /// Keeps an officer's signature of a certificate.
    ///
    /// # Errors
    /// The database's; also if the officer has signed.
    pub fn add_certificate_signature(
        &self,
        id: BallotId,
        number: u32,
        row: &SignatureRow,
    ) -> Result<(), Error> {
        self.execute(
            "INSERT INTO certificate_signature
                    (ballot_id, number, member_no, fingerprint, public_key, signature, signed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![id, number, row.member_no, row.fingerprint, row.public_key, row.signature, self.now()],
        )?;
        Ok(())
    }
}
