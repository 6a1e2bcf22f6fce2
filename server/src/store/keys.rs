//! Table `certificate_key`: the OpenSSH keys with which officers sign certificates.

use rusqlite::{Row, params};

use super::accounts::MemberId;
use super::error::Error;
use super::tx::{Tx, WriteTx};

/// A certificate key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateKey {
    /// OpenSSH fingerprint, `SHA256:…`.
    pub fingerprint: String,
    /// One OpenSSH line without comment.
    pub public_key: String,
    /// Whose, by number on the roll.
    pub member_no: String,
}

fn key(row: &Row<'_>) -> rusqlite::Result<CertificateKey> {
    Ok(CertificateKey { fingerprint: row.get(0)?, public_key: row.get(1)?, member_no: row.get(2)? })
}

impl Tx<'_> {
    /// The keys of one member, by fingerprint.
    ///
    /// # Errors
    /// The database's.
    pub fn certificate_keys_of(&self, member: MemberId) -> Result<Vec<CertificateKey>, Error> {
        self.all(
            "SELECT k.fingerprint, k.public_key, m.member_no
               FROM certificate_key k JOIN member m ON m.id = k.member_id WHERE m.id = ?1 ORDER BY k.fingerprint",
            [member],
            key,
        )
    }

    /// The key of everybody who is an officer now and has one, by member number: of several the one added last. Never two
    /// of one officer: a certificate counts signatures by their keys.
    ///
    /// # Errors
    /// The database's.
    pub fn officers_keys(&self) -> Result<Vec<CertificateKey>, Error> {
        self.all(
            "SELECT k.fingerprint, k.public_key, m.member_no
               FROM certificate_key k JOIN member m ON m.id = k.member_id
              WHERE EXISTS (SELECT 1 FROM role r WHERE r.member_id = m.id AND r.role = 'officer')
                AND NOT EXISTS (SELECT 1 FROM certificate_key n WHERE n.member_id = k.member_id
                                   AND (n.added_at, n.fingerprint) > (k.added_at, k.fingerprint))
              ORDER BY m.member_no",
            [],
            key,
        )
    }

    /// The key with this fingerprint.
    ///
    /// # Errors
    /// The database's.
    pub fn certificate_key(&self, fingerprint: &str) -> Result<Option<CertificateKey>, Error> {
        self.first(
            "SELECT k.fingerprint, k.public_key, m.member_no
               FROM certificate_key k JOIN member m ON m.id = k.member_id WHERE k.fingerprint = ?1",
            [fingerprint],
            key,
        )
    }
}

impl WriteTx<'_> {
    /// Adds a key.
    ///
    /// # Errors
    /// The database's; also if the key is there already.
    pub fn add_certificate_key(
        &self,
        member: MemberId,
        fingerprint: &str,
        public_key: &str,
    ) -> Result<(), Error> {
        self.execute(
            "INSERT INTO certificate_key (fingerprint, member_id, public_key, added_at) VALUES (?1, ?2, ?3, ?4)",
            params![fingerprint, member, public_key, self.now()],
        )?;
        Ok(())
    }
}
