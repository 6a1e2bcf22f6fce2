//! Making the certificates of a ballot: the first from its verified records, in the transaction that publishes the result;
//! again from itself whenever something new belongs on it, until somebody signs it; and corrections of signed ones.

use std::collections::BTreeMap;
use std::fmt;

use scrutineer_api::audit::Deed;
use scrutineer_ballot::certificate::{
    AnswerFacts, AuditHead, Certificate, CertificateError, Correction, DeliveryFacts, Facts, FromRecordError,
    IssuedBox, Issuer, IssuerBoard, NoticeFacts, NoticeSent, ObjectionFacts, Particulars, RollObjections,
    SentHow, TellerName, TurnoutCell, Way, WayReport,
};
use scrutineer_ballot::file::BallotFile;
use scrutineer_ballot::outcome::Outcome;
use scrutineer_ballot::roll::MemberNo;
use scrutineer_ballot::signature::KeyFingerprintError;
use scrutineer_protocol::Point;
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::verify::Report;
use thiserror::Error;

use crate::domain::delivery::{Channel, State};
use crate::domain::turnout::Cell;
use crate::store::{Actor, BallotRow, BoxRow, Error as StoreError, Tx, WriteTx};

/// Why a certificate is not made.
#[derive(Debug, Error)]
pub enum IssueError {
    /// A void code with a vote.
    #[error("there is a vote under a void code, which no certificate may hide")]
    VoidWithVote,
    /// The ballot has not been through its life.
    #[error("the ballot has no time of its {0}")]
    Time(&'static str),
    /// Nothing to correct.
    #[error(
        "nobody has signed this ballot's certificate yet, so there is nothing to correct: it is made again by itself \
         whenever something new belongs on it"
    )]
    Unsigned,
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

/// Makes the first certificate and keeps it. The result is there now.
///
/// # Errors
/// See [`IssueError`].
pub fn first(
    tx: &WriteTx<'_>,
    ballot: &BallotRow,
    union: String,
    origin: &str,
    boxes: &[Counted<'_>],
) -> Result<(), IssueError> {
    if boxes.iter().any(|one| one.void_with_vote) {
        return Err(IssueError::VoidWithVote);
    }
    let file = ballot.file()?;
    let which = Which {
        page: Some(page(origin, &ballot.uuid)),
        number: 1,
        corrects: None,
        delivery: delivery(tx, ballot)?,
        objections_until: objections_until(&file, tx.now()),
        keep_days: file.keep_days,
    };
    let issuer = Issuer {
        union,
        particulars: particulars(tx, ballot, which)?,
        time_zone: file.time_zone,
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
    keep(tx, ballot, &Certificate::new(Facts::from_records(issuer, &issued)?)?)
}

/// Makes the newest certificate again from itself and from what is known now, if nobody has signed it. Part of every
/// transaction that changes what belongs on it: an objection, a notice, an answer.
///
/// # Errors
/// See [`IssueError`].
pub fn remake(tx: &WriteTx<'_>, ballot: &BallotRow) -> Result<(), IssueError> {
    let Some(newest) = tx.certificates(ballot.id)?.pop().filter(|newest| newest.signatures == 0) else {
        return Ok(());
    };
    let facts = kept(tx, ballot, newest.number)?.facts()?;
    let which = Which {
        page: facts.particulars.page.clone(),
        number: newest.number,
        corrects: facts.particulars.corrects.clone(),
        delivery: facts.particulars.delivery.clone(),
        objections_until: facts.particulars.objections_until,
        keep_days: facts.particulars.keep_days,
    };
    let particulars = particulars(tx, ballot, which)?;
    keep(tx, ballot, &Certificate::new(Facts { particulars, ..facts })?)
}

/// Makes a certificate that corrects the newest one, which is signed, or makes a correction that nobody has signed again
/// with another reason. Returns its number.
///
/// # Errors
/// See [`IssueError`].
pub fn correct(tx: &WriteTx<'_>, ballot: &BallotRow, reason: &str) -> Result<u32, IssueError> {
    let rows = tx.certificates(ballot.id)?;
    let old = rows.iter().rev().find(|row| row.signatures > 0).ok_or(IssueError::Unsigned)?;
    let certificate = kept(tx, ballot, old.number)?;
    let facts = certificate.facts()?;
    let number = old.number.saturating_add(1);
    let which = Which {
        page: facts.particulars.page.clone(),
        number,
        corrects: Some(Correction {
            number: old.number,
            sha256: certificate.sha256()?,
            reason: reason.to_owned(),
        }),
        delivery: facts.particulars.delivery.clone(),
        objections_until: facts.particulars.objections_until,
        keep_days: facts.particulars.keep_days,
    };
    let particulars = particulars(tx, ballot, which)?;
    keep(tx, ballot, &Certificate::new(Facts { particulars, ..facts })?)?;
    Ok(number)
}

/// A certificate that was kept.
///
/// # Errors
/// There is none of this number.
pub(super) fn kept(tx: &Tx<'_>, ballot: &BallotRow, number: u32) -> Result<Certificate, IssueError> {
    let body = tx.certificate(ballot.id, number)?;
    let body = body.ok_or_else(|| StoreError::Corrupt(format!("there is no certificate {number}")))?;
    Ok(Certificate::parse(body.as_bytes())?)
}

fn keep(tx: &WriteTx<'_>, ballot: &BallotRow, certificate: &Certificate) -> Result<(), IssueError> {
    let body = String::from_utf8(certificate.to_bytes()?);
    let body = body.map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let reason = certificate.corrects().map(|old| old.reason.as_str());
    tx.put_certificate(ballot.id, certificate.number(), &body, reason)?;
    let detail = serde_json::json!({
        "ballot": ballot.uuid.as_str(),
        "number": certificate.number(),
        "sha256": certificate.sha256()?.to_string(),
    });
    Ok(tx.audit(&Actor::Server, Deed::CertificateMade, &detail)?)
}

/// Where a certificate can be seen.
fn page(origin: &str, ballot: &Uuid) -> String {
    format!("{origin}/ballots/{ballot}/certificate")
}

/// Until when observers may object to a result that was there at `tallied`; both in seconds since the epoch.
#[must_use]
pub fn objections_until(file: &BallotFile, tallied: i64) -> i64 {
    tallied.saturating_add(i64::from(file.objection_hours).saturating_mul(3600))
}

/// What is settled about a certificate before anything is looked up.
struct Which {
    page: Option<String>,
    number: u32,
    corrects: Option<Correction>,
    /// As it was when the result came: what comes back later changes no number that officers have answered.
    delivery: Option<DeliveryFacts>,
    objections_until: i64,
    keep_days: u32,
}

/// What is known now beside the records.
fn particulars(tx: &Tx<'_>, ballot: &BallotRow, which: Which) -> Result<Particulars, IssueError> {
    let head = tx.audit_head()?;
    let seq = u64::try_from(head.seq).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(Particulars {
        page: which.page,
        number: which.number,
        corrects: which.corrects,
        turnout: turnout(tx, ballot)?,
        delivery: match which.delivery {
            Some(known) => Some(DeliveryFacts { answers: answers(tx, ballot)?, ..known }),
            None => None,
        },
        notice: notice(tx, ballot)?,
        objections_until: which.objections_until,
        objections: objections(tx, ballot)?,
        audit: Some(AuditHead { seq, hash: HexHash::from_digest(head.hash) }),
        keep_days: which.keep_days,
    })
}

/// Turnout by unit as it was told when voting ended; none where that was the whole alone.
fn turnout(tx: &Tx<'_>, ballot: &BallotRow) -> Result<Vec<TurnoutCell>, StoreError> {
    let told = tx.turnout_told(ballot.id)?.pop();
    let cell =
        |cell: &Cell| TurnoutCell { units: cell.units.clone(), eligible: cell.eligible, cast: cell.cast };
    Ok(told.map(|told| told.by_unit().iter().map(cell).collect()).unwrap_or_default())
}

/// How far voting codes came, when the result is there.
fn delivery(tx: &Tx<'_>, ballot: &BallotRow) -> Result<Option<DeliveryFacts>, StoreError> {
    let whole = tx.delivery_totals(ballot.id)?.whole();
    let members = |channel, state| {
        let found = whole.counts.iter().find(|count| (count.channel, count.state) == (channel, state));
        found.map_or(0, |count| count.members)
    };
    let channels = Way::ALL.map(|way| {
        let channel = match way {
            Way::Email => Channel::Email,
            Way::Post => Channel::Post,
            Way::Hand => Channel::Hand,
        };
        let noted: u64 = State::ALL.into_iter().map(|state| members(channel, state)).sum();
        WayReport {
            channel: way,
            none: whole.eligible.saturating_sub(noted),
            queued: members(channel, State::Queued),
            printed: members(channel, State::Printed),
            sent: members(channel, State::Sent),
            delivered: members(channel, State::Delivered),
            handed_over: members(channel, State::HandedOver),
            bounced: members(channel, State::Bounced),
        }
    });
    let votes = tx.marked_votes(ballot.id)?;
    Ok(Some(DeliveryFacts {
        channels: channels.into(),
        unreached: tx.never_reached(ballot.id)?,
        employers_addresses: tx.codes_at_employers(ballot.id)?,
        reissued_votes: votes.reissued,
        changed_votes: votes.changed,
        answers: Vec::new(),
    }))
}

/// What officers say to the warnings beside the result.
fn answers(tx: &Tx<'_>, ballot: &BallotRow) -> Result<Vec<AnswerFacts>, StoreError> {
    let corrupt = |error: &dyn fmt::Display| StoreError::Corrupt(format!("an answer to a warning: {error}"));
    let facts = tx.margin_answers(ballot.id)?.into_iter().map(|row| {
        Ok(AnswerFacts {
            warning: row.warning,
            text: row.text,
            by: MemberNo::parse(&row.member_no).map_err(|error| corrupt(&error))?,
            name: row.name,
        })
    });
    let mut facts = facts.collect::<Result<Vec<_>, StoreError>>()?;
    facts.sort_by_key(|answer| answer.warning);
    Ok(facts)
}

/// What observers object to.
fn objections(tx: &Tx<'_>, ballot: &BallotRow) -> Result<Vec<ObjectionFacts>, StoreError> {
    let corrupt = |error: &dyn fmt::Display| StoreError::Corrupt(format!("an objection: {error}"));
    let facts = tx.objections(ballot.id)?.into_iter().map(|row| {
        Ok(ObjectionFacts {
            observer: MemberNo::parse(&row.member_no).map_err(|error| corrupt(&error))?,
            name: row.name,
            key: row.fingerprint.parse().map_err(|error: KeyFingerprintError| corrupt(&error))?,
            filed: row.filed_at,
            text: HexHash::of(row.text.as_bytes()),
            signature: HexHash::of(row.signature.as_bytes()),
        })
    });
    facts.collect()
}

/// How the ballot was announced.
fn notice(tx: &Tx<'_>, ballot: &BallotRow) -> Result<Option<NoticeFacts>, StoreError> {
    let Some(announcement) = tx.announcement(ballot.id)? else { return Ok(None) };
    let sent = tx.notices_sent(ballot.id)?.into_iter().map(|row| {
        let how = match row.how.as_str() {
            "mail" => SentHow::Mail,
            "email" => SentHow::Email,
            "hand" => SentHow::Hand,
            "posted" => SentHow::Posted,
            other => return Err(StoreError::Corrupt(format!("a notice was sent by {other:?}"))),
        };
        Ok(NoticeSent { day: row.sent_on, copies: row.copies, how })
    });
    let (filed, answered) = tx.roll_objection_counts(ballot.id)?;
    Ok(Some(NoticeFacts {
        announced: announcement.announced_at,
        objections: RollObjections { filed, answered },
        sent: sent.collect::<Result<_, _>>()?,
    }))
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
