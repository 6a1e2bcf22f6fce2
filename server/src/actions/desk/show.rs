//! What the desk sees of a member. Never whether the member has voted.

use scrutineer_api::audit;
use scrutineer_api::ballot::BallotState;
use scrutineer_api::desk::{DeskBallot, DeskDelivery, DeskMember, DeskReissue, EmailChange};
use thiserror::Error;

use super::super::proposals::{Means, circumstances};
use super::way;
use crate::app::App;
use crate::domain::two_people::{Decision, Deed, decide};
use crate::store::{BallotRow, BoxRow, EmailChangeRow, Error as StoreError, ReachRow, Tx};

/// A day in seconds.
const DAY: i64 = 24 * 60 * 60;

/// Why a member is not shown.
#[derive(Debug, Error)]
pub enum DeskError {
    /// There is none.
    #[error("there is no member {0:?} on the roll; `scrutineer desk find` finds members by name")]
    NoSuchMember(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One member.
///
/// # Errors
/// See [`DeskError`].
pub async fn show(app: &App, member_no: String) -> Result<DeskMember, DeskError> {
    let means = Means::of(app);
    app.store
        .read("desk: show", move |tx| {
            let member_no = member_no.trim();
            let found = tx.reach(member_no)?;
            let row = found.ok_or_else(|| DeskError::NoSuchMember(member_no.to_owned()))?;
            let email_change = tx.email_change(row.id)?.map(|change| waiting(&means, &row, change));
            let mut ballots = Vec::new();
            for ballot in tx.ballots()? {
                if matches!(ballot.state, BallotState::Frozen | BallotState::Open) {
                    ballots.push(in_ballot(tx, &means, &ballot, member_no)?);
                }
            }
            let ReachRow { entry, email, phone, language, has_password, fact_hash, .. } = row;
            Ok(DeskMember {
                member_no: entry.member_no,
                name: entry.name,
                unit: entry.unit,
                standing: entry.standing,
                on_roll: entry.on_roll,
                email,
                phone,
                language,
                has_password,
                has_fact: fact_hash.is_some(),
                email_change,
                ballots,
            })
        })
        .await
}

/// A change that waits, as it is shown.
pub(super) fn waiting(means: &Means, row: &ReachRow, change: EmailChangeRow) -> EmailChange {
    EmailChange {
        member_no: change.member_no,
        email: change.email,
        due_at: change.due_at,
        old_is_told: means.settings.mail.is_some() && row.email.is_some(),
    }
}

fn in_ballot(
    tx: &Tx<'_>,
    means: &Means,
    ballot: &BallotRow,
    member_no: &str,
) -> Result<DeskBallot, StoreError> {
    let mut shown = DeskBallot {
        id: ballot.uuid.to_string(),
        title: ballot.file()?.title,
        practice: ballot.practice,
        state: ballot.state,
        may_vote: false,
        box_name: None,
        frozen_email: None,
        deliveries: Vec::new(),
        reissue: None,
    };
    // Whether a vote stands comes with it and goes no further.
    let Some((own, _)) = tx.box_of_member(ballot.id, member_no)? else { return Ok(shown) };
    shown.may_vote = true;
    shown.frozen_email = tx.contact(ballot.id, member_no)?.and_then(|contact| contact.email);
    for row in tx.delivery_of(ballot.id, member_no)? {
        let (state, code) = (row.entry.state, row.entry.code);
        shown.deliveries.push(DeskDelivery { channel: row.channel, state, code, day: row.day });
    }
    shown.reissue = reissue(tx, means, ballot, &own, member_no)?;
    shown.box_name = (tx.count_boxes(ballot.id)? > 1).then_some(own.name);
    Ok(shown)
}

fn reissue(
    tx: &Tx<'_>,
    means: &Means,
    ballot: &BallotRow,
    own: &BoxRow,
    member_no: &str,
) -> Result<Option<DeskReissue>, StoreError> {
    let spares = tx.count_spares(own.id)?;
    if spares == 0 {
        return Ok(None);
    }
    let mut at = circumstances(tx, means, Some(ballot))?;
    let since = tx.now() - DAY;
    at.reissued_today = tx.audited_since(audit::Deed::CodeReissued, ballot.uuid.as_str(), since)?;
    let deed = Deed::ReissueCodes { ballot: ballot.uuid.to_string(), member_nos: vec![member_no.to_owned()] };
    let two_people = decide(&deed, &at) == Decision::Propose;
    let way = way::of(tx, means, ballot, member_no)?.word();
    Ok(Some(DeskReissue { way, spares, two_people }))
}
