//! Making the certificate of a ballot from its verified records, in the transaction that publishes the result.

use std::collections::BTreeMap;

use scrutineer_ballot::certificate::{
    Certificate, CertificateError, Facts, FromRecordError, IssuedBox, Issuer, IssuerBoard, TellerName,
};
use scrutineer_ballot::outcome::Outcome;
use scrutineer_ballot::roll::MemberNo;
use scrutineer_protocol::Point;
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::verify::Report;
use thiserror::Error;

use crate::store::{BallotRow, BoxRow, Error as StoreError, Tx};

/// Why a certificate is not made.
#[derive(Debug, Error)]
pub enum IssueError {
    /// A void code with a vote.
    #[error("there is a vote under a void code, which no certificate may hide")]
    VoidWithVote,
    /// The ballot has not been through its life.
    #[error("the ballot has no time of its {0}")]
    Time(&'static str),
    /// A teller without a member number.
    #[error("a teller's member number cannot be read")]
    Teller,
    /// The records and what is known beside them do not fit.
    #[error(transparent)]
    Facts(#[from] FromRecordError),
    /// The numbers do not reconcile.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A box with its verified record.
pub struct Counted<'a> {
    /// The box.
    pub the_box: &'a BoxRow,
    /// What the verification found.
    pub report: &'a Report,
    /// What the record comes to.
    pub outcome: &'a Outcome,
    /// SHA-256 of the archive.
    pub archive: HexHash,
    /// The void codes.
    pub void: &'a [Point],
    /// Whether there is a vote under one of them.
    pub void_with_vote: bool,
}

/// The certificate's bytes. The result is there now.
///
/// # Errors
/// See [`IssueError`].
pub fn certificate(
    tx: &Tx<'_>,
    ballot: &BallotRow,
    union: String,
    boxes: &[Counted<'_>],
) -> Result<String, IssueError> {
    if boxes.iter().any(|one| one.void_with_vote) {
        return Err(IssueError::VoidWithVote);
    }
    let issuer = Issuer {
        union,
        time_zone: ballot.file()?.time_zone,
        opened: tx.opened_at(ballot.id)?.ok_or(IssueError::Time("opening"))?,
        closed: ballot.closed_at.ok_or(IssueError::Time("closing"))?,
        tallied: tx.now(),
        board: board(tx, ballot)?,
    };
    let issued = boxes
        .iter()
        .map(|one| {
            Ok(IssuedBox {
                report: one.report,
                outcome: one.outcome,
                archive: one.archive,
                reissued: one.the_box.reissued,
                void: one.void.to_vec(),
                participation: tx.count_voted(one.the_box.id)?,
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    let certificate = Certificate::new(Facts::from_records(issuer, &issued)?)?;
    let bytes = certificate.to_bytes()?;
    String::from_utf8(bytes).map_err(|error| StoreError::Corrupt(error.to_string()).into())
}

/// The names behind the board's keys.
fn board(tx: &Tx<'_>, ballot: &BallotRow) -> Result<Option<IssuerBoard>, IssueError> {
    let Some(id) = ballot.board else { return Ok(None) };
    let tellers = tx.tellers(id)?.into_iter().map(|row| {
        let seat = u32::try_from(row.seat).map_err(|_| IssueError::Teller)?;
        let member_no = MemberNo::parse(&row.member_no).map_err(|_| IssueError::Teller)?;
        Ok((seat, TellerName { member_no, name: row.name }))
    });
    let tellers: BTreeMap<_, _> = tellers.collect::<Result<_, IssueError>>()?;
    Ok(Some(IssuerBoard { name: tx.board_row(id)?.name, tellers }))
}
