//! What stands around an announced ballot: what members are shown of it, and when its draft may be frozen.

use scrutineer_api::announcement as api;
use scrutineer_api::ballot::BallotState;
use scrutineer_ballot::file::BallotFile;
use thiserror::Error;

use crate::auth::caller::Caller;
use crate::domain::prospect::Prospect;
use crate::store::{
    AnnouncementRow, BallotRow, Error as StoreError, MemberId, NoticeSentRow, RollObjectionRow, Tx,
};

/// An announced ballot, as one person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// When it was announced, and until when members may object.
    pub row: AnnouncementRow,
    /// How its notice was sent.
    pub notices: Vec<NoticeSentRow>,
    /// Objections that were filed, and how many of them were answered.
    pub objections: (u64, u64),
    /// Whether objections are still taken.
    pub takes_objections: bool,
    /// Of a draft: whether the person may vote by the roll as it is now.
    pub prospect: Option<Prospect>,
    /// The person's own objections.
    pub mine: Vec<RollObjectionRow>,
}

/// What somebody is shown of a ballot's announcement, if it was announced.
///
/// # Errors
/// The database's.
pub fn look(
    tx: &Tx<'_>,
    ballot: &BallotRow,
    file: &BallotFile,
    member: Option<MemberId>,
) -> Result<Option<Announced>, StoreError> {
    let Some(row) = tx.announcement(ballot.id)? else { return Ok(None) };
    let is_draft = ballot.state == BallotState::Draft;
    let mine = member.map(|member| tx.roll_objections_of(ballot.id, member)).transpose()?;
    Ok(Some(Announced {
        notices: tx.notices_sent(ballot.id)?,
        objections: tx.roll_objection_counts(ballot.id)?,
        takes_objections: is_draft && tx.now() < row.objections_until,
        prospect: if is_draft { prospect(tx, file, member)? } else { None },
        mine: mine.unwrap_or_default(),
        row,
    }))
}

/// Whether a member may vote in a draft by the roll as it is now; nothing for nobody in particular.
///
/// # Errors
/// The database's.
pub fn prospect(
    tx: &Tx<'_>,
    file: &BallotFile,
    member: Option<MemberId>,
) -> Result<Option<Prospect>, StoreError> {
    let Some(member) = member else { return Ok(None) };
    Ok(Some(Prospect::of(&file.eligible, tx.roll_entry(member)?.as_ref())))
}

/// Who asks, as far as announcements go by it.
#[must_use]
pub fn member_of(caller: Option<&Caller>) -> Option<MemberId> {
    caller.map(|caller| caller.session().member)
}

impl Announced {
    /// As JSON.
    ///
    /// # Errors
    /// A way of sending that the schema does not know.
    pub fn document(&self) -> Result<api::Announcement, StoreError> {
        let notice = |notice: &NoticeSentRow| {
            let how = notice.how.parse().map_err(|error| StoreError::Corrupt(format!("{error}")));
            Ok(api::NoticeSent { on: notice.sent_on.clone(), copies: notice.copies, how: how? })
        };
        Ok(api::Announcement {
            announced: self.row.announced_at,
            objections_until: self.row.objections_until,
            eligible: self.row.eligible,
            objections: self.objections.0,
            answered: self.objections.1,
            notices: self.notices.iter().map(notice).collect::<Result<_, StoreError>>()?,
            me: self
                .prospect
                .as_ref()
                .map(|prospect| api::Prospect { may_vote: prospect.may(), because: prospect.because() }),
            my_objections: self.mine.iter().map(objection).collect(),
        })
    }
}

/// An objection as JSON.
#[must_use]
pub fn objection(row: &RollObjectionRow) -> api::RollObjection {
    api::RollObjection {
        number: row.number,
        member_no: row.member_no.clone(),
        name: row.name.clone(),
        text: row.text.clone(),
        filed: row.filed_at,
        answer: row.answer.as_ref().map(|answer| api::Answer { text: answer.text.clone(), at: answer.at }),
    }
}

/// Why an announced draft cannot be frozen yet.
#[derive(Debug, Error)]
pub enum NotYet {
    /// Members may still object.
    #[error("this ballot was announced, and members may object until {0}; it can be frozen then")]
    Objections(String),
    /// Objections without an answer.
    #[error(
        "objections to the roll of this ballot wait for an answer: {0}; `scrutineer objections list` shows them and \
         `scrutineer objections answer` answers them"
    )]
    Unanswered(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether objections stand against freezing a draft.
///
/// # Errors
/// See [`NotYet`].
pub fn may_freeze(tx: &Tx<'_>, ballot: &BallotRow, file: &BallotFile) -> Result<(), NotYet> {
    let Some(announcement) = tx.announcement(ballot.id)? else { return Ok(()) };
    if tx.now() < announcement.objections_until {
        return Err(NotYet::Objections(sentence(file, announcement.objections_until)));
    }
    let objections = tx.roll_objections(ballot.id)?;
    let open: Vec<_> = objections
        .iter()
        .filter(|objection| objection.answer.is_none())
        .map(|objection| format!("number {} of member {}", objection.number, objection.member_no))
        .collect();
    if open.is_empty() { Ok(()) } else { Err(NotYet::Unanswered(open.join(", "))) }
}

/// A moment in the ballot's zone, in English.
pub(super) fn sentence(file: &BallotFile, seconds: i64) -> String {
    match file.zone() {
        Ok(zone) => zone.sentence(seconds),
        // Not after the checks of the file.
        Err(_) => format!("{seconds} seconds after 1 January 1970, UTC"),
    }
}
