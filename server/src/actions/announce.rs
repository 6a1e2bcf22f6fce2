//! Announcing a draft to members, and noting how its notice was sent.

use scrutineer_api::announcement::{NewAnnouncement, NoticeSent};
use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::BallotState;
use scrutineer_ballot::eligibility::{Census, EligibilityError};
use scrutineer_ballot::file::BallotFileError;
use scrutineer_ballot::zone::{TimeError, Zone};
use thiserror::Error;

use super::announced::sentence;
use super::ballot_deed::{self, BallotRefusal, may_run};
use super::ballot_id::{self, Drafts, IdError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::life::{BallotDeed, is};
use crate::store::Error as StoreError;

/// The most copies of a notice that can be noted at once: more than any union has members.
const MOST_COPIES: u64 = 10_000_000;

/// Why a draft was not announced.
#[derive(Debug, Error)]
pub enum AnnounceError {
    /// Which ballot, may the caller, may it now?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// It was.
    #[error(
        "this ballot was announced already, with objections until {0}; what was announced stays, and another ballot needs a \
         draft of its own"
    )]
    Already(String),
    /// The text is not a time.
    #[error("the end of the time for objections {0}")]
    Time(#[from] TimeError),
    /// It is past.
    #[error("the time for objections must end later than now; it is {0}")]
    Past(String),
    /// Voting would begin or end first.
    #[error(
        "the time for objections must end before voting begins or ends, on {0}: the ballot is frozen in between"
    )]
    AfterVoting(String),
    /// The deadline is past, or the kept file does not read back.
    #[error("the ballot cannot be announced: {0}; draft it again with another deadline")]
    File(#[from] BallotFileError),
    /// Nobody may vote, or a line of `[eligible]` matches nobody.
    #[error("the ballot cannot be announced: {0}")]
    Eligibility(#[from] EligibilityError),
}

impl From<StoreError> for AnnounceError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

/// Announces a draft: members see it, whether they may vote in it, and may object until a set time. Its file stays.
///
/// # Errors
/// See [`AnnounceError`].
pub async fn announce(
    app: &App,
    caller: &Caller,
    id: String,
    asked: NewAnnouncement,
) -> Result<(), AnnounceError> {
    let caller = caller.clone();
    app.store
        .write("announce ballot", move |tx| {
            let (named, file, _) = ballot_deed::begin(tx, &caller, &id, BallotDeed::Announce)?;
            let ballot = named.ballot;
            if let Some(before) = tx.announcement(ballot.id)? {
                return Err(AnnounceError::Already(sentence(&file, before.objections_until)));
            }
            file.validate_at(tx.now())?;
            let until = file.zone()?.instant(&asked.objections_until)?;
            if until <= tx.now() {
                return Err(AnnounceError::Past(sentence(&file, tx.now())));
            }
            if let Some(voting) = ballot.opens_at.or(ballot.closes_at).filter(|voting| until >= *voting) {
                return Err(AnnounceError::AfterVoting(sentence(&file, voting)));
            }
            let mut census = Census::of(&file.eligible);
            tx.each_roll_entry(|entry| {
                census.count(entry);
            })?;
            let eligible = census.finish()?.values().sum();
            tx.announce(ballot.id, caller.session().member, until, eligible)?;
            let detail =
                serde_json::json!({ "ballot": ballot.uuid, "objections_until": until, "eligible": eligible });
            tx.audit(&caller.actor(), Deed::BallotAnnounced, &detail)?;
            Ok(())
        })
        .await
}

/// Why it was not noted that a notice was sent.
#[derive(Debug, Error)]
pub enum NoticeError {
    /// Which ballot, may the caller?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// There is no notice.
    #[error(
        "this ballot was not announced, so it has no notice; a draft is announced with `scrutineer ballot announce`"
    )]
    NotAnnounced,
    /// The certificate says which notices were sent.
    #[error("this ballot {}, and no more is noted of its notice", is(*.0))]
    TooLate(BallotState),
    /// Not a day.
    #[error("{0:?} is not a day of the calendar; write it like 2021-01-15")]
    NotADay(String),
    /// A day on which no notice can have been sent.
    #[error(
        "a notice cannot have been sent on {on}: the ballot was announced on {from}, and today is {today}"
    )]
    OtherDay {
        /// The day.
        on: String,
        /// The day of the announcement.
        from: String,
        /// Today.
        today: String,
    },
    /// None, or too many.
    #[error("the number of copies must be from 1 to {MOST_COPIES}")]
    Copies,
    /// The kept file does not read back.
    #[error(transparent)]
    File(#[from] BallotFileError),
}

impl From<StoreError> for NoticeError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

impl From<IdError> for NoticeError {
    fn from(error: IdError) -> Self {
        Self::Ballot(error.into())
    }
}

/// Notes on which day, how many and by which way notices of an announced ballot were sent, for the certificate.
///
/// # Errors
/// See [`NoticeError`].
pub async fn notice_sent(
    app: &App,
    caller: &Caller,
    id: String,
    asked: NoticeSent,
) -> Result<(), NoticeError> {
    let caller = caller.clone();
    app.store
        .write("note notice", move |tx| {
            let ballot = ballot_id::find(tx, &id, Drafts::to(Some(&caller)))?.ballot;
            let file = ballot.file()?;
            may_run(&caller, &file)?;
            let announcement = tx.announcement(ballot.id)?.ok_or(NoticeError::NotAnnounced)?;
            use BallotState::{Closed, Draft, Frozen, Open};
            if !matches!(ballot.state, Draft | Frozen | Open | Closed) {
                return Err(NoticeError::TooLate(ballot.state));
            }
            if !(1..=MOST_COPIES).contains(&asked.copies) {
                return Err(NoticeError::Copies);
            }
            let zone = file.zone()?;
            let on = day(&zone, &asked.on)?;
            let (from, today) = (day_of(&zone, announcement.announced_at), day_of(&zone, tx.now()));
            if on < from || on > today {
                return Err(NoticeError::OtherDay { on, from, today });
            }
            let how = asked.how.as_str();
            let number = tx.add_notice_sent(ballot.id, caller.session().member, (&on, asked.copies, how))?;
            let detail = serde_json::json!({
                "ballot": ballot.uuid, "number": number, "on": on, "copies": asked.copies, "how": how,
            });
            tx.audit(&caller.actor(), Deed::NoticeSent, &detail)?;
            Ok(())
        })
        .await
}

/// A day as people write it, if there is such a day.
fn day(zone: &Zone, text: &str) -> Result<String, NoticeError> {
    let text = text.trim();
    let is_day = text.len() == "2021-01-15".len() && zone.instant(&format!("{text}T12:00:00")).is_ok();
    if is_day { Ok(text.to_owned()) } else { Err(NoticeError::NotADay(text.chars().take(40).collect())) }
}

/// The day of a moment in a zone.
fn day_of(zone: &Zone, seconds: i64) -> String {
    zone.rfc3339(seconds).chars().take("2021-01-15".len()).collect()
}
