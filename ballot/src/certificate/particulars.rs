//! What a certificate says that no record does: which one it is, how the ballot was announced, what observers object to,
//! turnout by unit, and where the audit log stood. It may change until somebody signs; then the certificate is made again.

use std::collections::HashSet;

use jiff::civil::Date;
use scrutineer_protocol::hash::HexHash;
use serde::{Deserialize, Serialize};

use super::build::{Made, add, contradiction, kept, one_line};
use super::{CertificateError, DeliveryFacts, Moment};
use crate::file::MAX_KEEP_DAYS;
use crate::roll::{MemberNo, RollEntry};
use crate::text;
use crate::zone::Zone;

/// Most characters of a certificate's page's address.
pub const MAX_PAGE: usize = 500;
/// Most characters of the reason of a correction.
pub const MAX_REASON: usize = 2_000;

/// What is known beside the records. Times are seconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Particulars {
    /// The address of the certificate's public page; none where nothing is public (a rehearsal).
    pub page: Option<String>,
    /// Which certificate of the ballot it is, from 1.
    pub number: u32,
    /// The one that it corrects; every one but the first corrects the one before it.
    pub corrects: Option<Correction>,
    /// Turnout by unit, small units together; empty where no part can be shown.
    pub turnout: Vec<TurnoutCell>,
    /// How far voting codes came; none where nothing was delivered (a rehearsal).
    pub delivery: Option<DeliveryFacts>,
    /// How the ballot was announced, if it was.
    pub notice: Option<NoticeFacts>,
    /// Until when observers may object to the result.
    pub objections_until: i64,
    /// Their objections so far, in the order in which they came.
    pub objections: Vec<ObjectionFacts>,
    /// The head of the audit log when the certificate was made; none where there is no log (a rehearsal).
    pub audit: Option<AuditHead>,
    /// Days for which the ballot's papers are kept from certifying on.
    pub keep_days: u32,
}

/// The announcement of a ballot and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeFacts {
    /// When the ballot was announced.
    pub announced: i64,
    /// Members' objections to who may vote.
    pub objections: RollObjections,
    /// The notices that were sent, in order.
    pub sent: Vec<NoticeSent>,
}

/// An observer's objection to the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectionFacts {
    /// The observer's member number.
    pub observer: MemberNo,
    /// The observer's name.
    pub name: String,
    /// The key that signed it, as an OpenSSH fingerprint.
    pub key: crate::signature::KeyFingerprint,
    /// When it was filed.
    pub filed: i64,
    /// SHA-256 of the signed text.
    pub text: HexHash,
    /// SHA-256 of the signature.
    pub signature: HexHash,
}

/// Which certificate another one corrects, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Its number.
    pub number: u32,
    /// SHA-256 of its bytes.
    pub sha256: HexHash,
    /// Why it is corrected.
    pub reason: String,
}

/// The turnout of some units together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TurnoutCell {
    /// The units; several where one alone is too small to be shown.
    pub units: Vec<String>,
    /// Members who might vote.
    pub eligible: u64,
    /// Members who did.
    pub cast: u64,
}

/// How the ballot was announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeReport {
    /// When.
    pub announced: Moment,
    /// Members' objections to who may vote.
    pub objections: RollObjections,
    /// The notices that were sent, in order.
    pub sent: Vec<NoticeSent>,
}

/// Members' objections to who may vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollObjections {
    /// How many were filed.
    pub filed: u64,
    /// How many of them were answered.
    pub answered: u64,
}

/// Notices that were sent on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeSent {
    /// The day, `2021-01-11`.
    pub day: String,
    /// How many.
    pub copies: u64,
    /// How.
    pub how: SentHow,
}

/// How a notice was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SentHow {
    /// By post.
    Mail,
    /// By e-mail.
    Email,
    /// Handed over.
    Hand,
    /// On notice boards.
    Posted,
}

impl SentHow {
    /// As in "Notice was sent: 5 copies, by post".
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Mail => "by post",
            Self::Email => "by e-mail",
            Self::Hand => "handed over",
            Self::Posted => "put up on notice boards",
        }
    }
}

/// Observers' objections to the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionsReport {
    /// Until when they may object.
    pub until: Moment,
    /// The objections in the order in which they came; the first is number 1.
    pub filed: Vec<ObjectionReport>,
}

/// One objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectionReport {
    /// The observer's member number.
    pub observer: MemberNo,
    /// The observer's name.
    pub name: String,
    /// The key that signed it, as an OpenSSH fingerprint.
    pub key: crate::signature::KeyFingerprint,
    /// When it was filed.
    pub filed: Moment,
    /// SHA-256 of the signed text, `objection-1.txt` and so on beside the certificate.
    pub text: HexHash,
    /// SHA-256 of the signature, `objection-1.txt.sig` and so on.
    pub signature: HexHash,
}

/// An entry of the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditHead {
    /// Its number.
    pub seq: u64,
    /// Its hash.
    pub hash: HexHash,
}

/// The particulars as a certificate has them.
pub(super) struct Reported {
    pub(super) notice: Option<NoticeReport>,
    pub(super) objections: ObjectionsReport,
}

/// The times between which a certificate's other times lie.
pub(super) struct Span {
    pub(super) opened: i64,
    pub(super) tallied: i64,
}

impl Particulars {
    /// Those of a ballot's first certificate about which nothing is known yet.
    #[must_use]
    pub fn first(objections_until: i64, keep_days: u32) -> Self {
        Self {
            page: None,
            number: 1,
            corrects: None,
            turnout: Vec::new(),
            delivery: None,
            notice: None,
            objections_until,
            objections: Vec::new(),
            audit: None,
            keep_days,
        }
    }

    /// Checks that they make sense, for a ballot with this many eligible members and votes.
    pub(super) fn check(&self, span: &Span, eligible: u64, cast: u64) -> Made<()> {
        if let Some(page) = &self.page {
            check_page(page)?;
        }
        self.check_number()?;
        self.check_turnout(eligible, cast)?;
        if let Some(notice) = &self.notice {
            notice.check(span)?;
        }
        self.check_objections(span)?;
        if !(1..=MAX_KEEP_DAYS).contains(&self.keep_days) {
            return contradiction(format!("the papers are kept for 1 to {MAX_KEEP_DAYS} days"));
        }
        Ok(())
    }

    fn check_number(&self) -> Made<()> {
        match &self.corrects {
            None if self.number == 1 => Ok(()),
            Some(old) if old.number >= 1 && old.number.checked_add(1) == Some(self.number) => {
                kept("the reason of the correction", &old.reason, text::paragraphs(&old.reason, MAX_REASON))
            }
            _ => contradiction(
                "it is not the first certificate of its ballot, or one that corrects the one before it",
            ),
        }
    }

    fn check_turnout(&self, eligible: u64, cast: u64) -> Made<()> {
        let mut units = HashSet::new();
        for cell in &self.turnout {
            for unit in &cell.units {
                one_line("a unit's name", unit, RollEntry::MAX_GROUP)?;
                if !units.insert(unit) {
                    return contradiction(format!("the turnout of the unit {unit:?} is there twice"));
                }
            }
            if cell.units.is_empty() || cell.cast > cell.eligible {
                return contradiction("a turnout is of no unit, or has more votes than members");
            }
        }
        let of_cells = |number: fn(&TurnoutCell) -> u64| add(self.turnout.iter().map(number));
        let (members, votes) = (of_cells(|cell| cell.eligible)?, of_cells(|cell| cell.cast)?);
        if self.turnout.is_empty() || (members, votes) == (eligible, cast) {
            Ok(())
        } else {
            contradiction("the turnout by unit does not add up to that of the ballot")
        }
    }

    fn check_objections(&self, span: &Span) -> Made<()> {
        let mut since = span.tallied;
        if self.objections_until < since {
            return contradiction("observers could object until a time before the result");
        }
        let mut texts = HashSet::new();
        for objection in &self.objections {
            one_line("an observer's name", &objection.name, RollEntry::MAX_NAME)?;
            if !(since..=self.objections_until).contains(&objection.filed) {
                return contradiction("the objections are not in order, or one came too early or too late");
            }
            if !texts.insert(objection.text) {
                return contradiction("an objection is there twice");
            }
            since = objection.filed;
        }
        Ok(())
    }

    /// The same with times for people.
    pub(super) fn report(&self, zone: &Zone) -> Reported {
        let notice = self.notice.as_ref().map(|notice| NoticeReport {
            announced: Moment::new(zone, notice.announced),
            objections: notice.objections,
            sent: notice.sent.clone(),
        });
        let filed = self.objections.iter().map(|objection| ObjectionReport {
            observer: objection.observer.clone(),
            name: objection.name.clone(),
            key: objection.key,
            filed: Moment::new(zone, objection.filed),
            text: objection.text,
            signature: objection.signature,
        });
        let until = Moment::new(zone, self.objections_until);
        Reported { notice, objections: ObjectionsReport { until, filed: filed.collect() } }
    }
}

/// The facts in what a certificate says of a notice.
pub(super) fn notice_facts(report: &NoticeReport) -> NoticeFacts {
    NoticeFacts {
        announced: report.announced.seconds,
        objections: report.objections,
        sent: report.sent.clone(),
    }
}

/// The facts in what a certificate says of an objection.
pub(super) fn objection_facts(report: &ObjectionReport) -> ObjectionFacts {
    ObjectionFacts {
        observer: report.observer.clone(),
        name: report.name.clone(),
        key: report.key,
        filed: report.filed.seconds,
        text: report.text,
        signature: report.signature,
    }
}

impl NoticeFacts {
    fn check(&self, span: &Span) -> Made<()> {
        if self.announced > span.opened {
            return contradiction("it was announced after it had opened");
        }
        if self.objections.answered > self.objections.filed {
            return contradiction("more objections to who may vote were answered than filed");
        }
        for sent in &self.sent {
            if sent.copies == 0 {
                return contradiction("a notice was sent in no copy");
            }
            let day = sent.day.parse::<Date>().ok().map(|day| day.to_string());
            if day.as_ref() != Some(&sent.day) {
                return contradiction(format!("a notice was sent on {:?}, which is no day", sent.day));
            }
        }
        Ok(())
    }
}

/// An address that can be typed and put into a picture for telephones.
fn check_page(page: &str) -> Result<(), CertificateError> {
    one_line("the page's address", page, MAX_PAGE)?;
    let plain = page.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>'));
    if plain && (page.starts_with("https://") || page.starts_with("http://")) {
        Ok(())
    } else {
        contradiction("the page's address is not one of the web (https://…)")
    }
}
