//! Approving: everything is looked at again, the deed is done, and both are one transaction.

use rand_chacha::ChaCha20Rng;
use scrutineer_api::audit;
use scrutineer_api::ballot::Reissued;
use scrutineer_api::desk::EmailChange;
use scrutineer_api::proposal::{Approved, ProposalState};
use scrutineer_api::role::Role;
use scrutineer_api::roll::ActivationCode;
use scrutineer_ballot::proposal::Content;
use serde_json::json;

use super::super::deed::{self, RoleDeed};
use super::super::desk::change_email;
use super::super::{cancel, employer_domains, extend, finish, freeze, opening, reissue, roll};
use super::{
    Blocked, ByTwo, Means, ProposalError, about, content, end, found, lapsed, read, refuse_ended, shown,
};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::two_people::Deed;
use crate::store::{BallotId, Error as StoreError, ProposalRow, Tx, WriteTx};

/// Approves a proposal, which does its deed.
///
/// # Errors
/// See [`ProposalError`]. Where a proposal has ended, that is kept; otherwise nothing has changed.
pub async fn approve(
    app: &App,
    caller: &Caller,
    number: i64,
    digest: String,
) -> Result<Approved, ProposalError> {
    let asked = Asked { caller: caller.clone(), number, digest };
    let looking = asked.clone();
    let kind = app
        .store
        .read("approve: look", move |tx| {
            let row = looking.claim(tx)?;
            Ok::<_, ProposalError>((read(&row)?, proposer(tx, &row)?))
        })
        .await?;
    let means = Means::of(app);
    let outcome = match kind {
        (Deed::FreezeBallot { ballot }, proposer) => freeze(app, asked, means, proposer, ballot).await?,
        _ => {
            let rng = app.entropy.rng();
            app.store.write("approve proposal", move |tx| asked.decide(tx, &means, rng)).await?
        }
    };
    match outcome {
        Outcome::Done { approved, ended_ballot } => {
            if let Some(id) = ended_ballot {
                finish::ballot(app, id).await;
            }
            Ok(*approved)
        }
        Outcome::Ended(why) => Err(ProposalError::Ended { number, why }),
        Outcome::HasVoted => Err(reissue::ReissueError::SomeVoted.into()),
    }
}

/// How it went, where something was written.
enum Outcome {
    Done {
        approved: Box<Approved>,
        ended_ballot: Option<BallotId>,
    },
    Ended(String),
    /// A vote stands under a code that was to be replaced.
    HasVoted,
}

/// What a deed made that whoever approved it is told of.
#[derive(Default)]
struct Made {
    activation_code: Option<ActivationCode>,
    reissued: Option<Reissued>,
    email_change: Option<EmailChange>,
}

/// Who approves what.
#[derive(Clone)]
struct Asked {
    caller: Caller,
    number: i64,
    digest: String,
}

impl Asked {
    /// The proposal, if it waits and this officer may approve it as it was shown.
    fn claim(&self, tx: &Tx<'_>) -> Result<ProposalRow, ProposalError> {
        let row = tx.proposal(self.number)?.ok_or(ProposalError::NoSuch(self.number))?;
        refuse_ended(&row)?;
        let member = self.caller.session().member;
        // Not by the session alone: the role may have been taken away since the request came.
        if !deed::is_officer(tx, member)? {
            return Err(ProposalError::NotOfficer);
        }
        if member == row.proposed_by {
            return Err(ProposalError::SamePerson);
        }
        if self.digest != hex::encode(row.digest) {
            return Err(ProposalError::OtherDigest(self.number));
        }
        Ok(row)
    }

    /// Does a deed that needs nothing before its transaction.
    fn decide(
        &self,
        tx: &WriteTx<'_>,
        means: &Means,
        mut rng: ChaCha20Rng,
    ) -> Result<Outcome, ProposalError> {
        let row = self.claim(tx)?;
        let deed = read(&row)?;
        let proposer = match still_fits(tx, means, &row, &deed) {
            Ok(proposer) => proposer,
            Err(blocked) => return end_blocked(tx, &row, blocked),
        };
        if let Deed::ReissueCodes { ballot, member_nos } = &deed {
            let named = reissue::find(tx, &proposer, ballot)?;
            if reissue::some_voted(tx, means, &named.ballot, member_nos)? {
                // In sight, and without saying who.
                let detail = json!({ "ballot": named.ballot.uuid });
                tx.audit(&self.caller.actor(), audit::Deed::CodeReissueRefused, &detail)?;
                // Asked once more, it would tell who voted meanwhile.
                end(tx, &row, ProposalState::Overtaken, "a vote stands under one of these codes")?;
                return Ok(Outcome::HasVoted);
            }
        }
        let by = self.note(tx, &row)?;
        let (actor, by) = (proposer.actor(), Some(&by));
        let mut ended_ballot = None;
        let mut made = Made::default();
        match deed {
            // Freezing has a way of its own, with work to do before.
            Deed::FreezeBallot { .. } => {
                return Err(StoreError::Corrupt("a freezing without its work".to_owned()).into());
            }
            Deed::ExtendBallot { ballot, until } => extend::apply(tx, &proposer, &ballot, until, by)?,
            Deed::CancelBallot { ballot, reason, lost_tellers } => {
                let asked = cancel::Checked { reason, lost_tellers };
                ended_ballot = Some(cancel::apply(tx, means, &proposer, &ballot, &asked, by)?);
            }
            Deed::GrantOfficer { member_no } => {
                // A code that somebody holds must not open an officer's account.
                if let Some(member) = tx.member(&member_no)? {
                    tx.remove_activation(member.id)?;
                }
                deed::grant(tx, &actor, &RoleDeed { role: Role::Officer, member_no, unit: None }, by)?;
            }
            Deed::RevokeOfficer { member_no } => {
                deed::revoke(tx, &actor, &RoleDeed { role: Role::Officer, member_no, unit: None }, by)?;
            }
            Deed::ReplacePassword { member_no } => {
                made.activation_code = Some(replace_password(tx, &proposer, &member_no, by, &mut rng)?);
            }
            Deed::ReissueCodes { ballot, member_nos } => {
                let reissued = reissue::apply(tx, means, &proposer, &ballot, &member_nos, by, &mut rng)?;
                made.reissued = Some(reissued);
            }
            Deed::ChangeEmail { member_no, email } => {
                let change = change_email::apply(tx, means, &proposer, &member_no, &email, by, &mut rng)?;
                made.email_change = Some(change);
            }
            Deed::OpenBallot { ballot } => opening::apply(tx, means, &proposer, &ballot, by)?,
            Deed::AllowEmployerMail { ballot } => employer_domains::apply(tx, &proposer, &ballot, by)?,
        }
        self.done(tx, made, ended_ballot)
    }

    /// Notes that the proposal is approved, before the entry of the deed.
    fn note(&self, tx: &WriteTx<'_>, row: &ProposalRow) -> Result<ByTwo, StoreError> {
        let mut detail = about(row, &content(row)?);
        detail["digest"] = json!(hex::encode(row.digest));
        tx.end_proposal(row.number, ProposalState::Approved, Some(self.caller.session().member), None)?;
        tx.audit(&self.caller.actor(), audit::Deed::ProposalApproved, &detail)?;
        Ok(ByTwo { proposal: row.number, approved_by: self.caller.session().member_no.clone() })
    }

    fn done(
        &self,
        tx: &Tx<'_>,
        made: Made,
        ended_ballot: Option<BallotId>,
    ) -> Result<Outcome, ProposalError> {
        let proposal = shown(found(tx, self.number)?)?;
        let Made { activation_code, reissued, email_change } = made;
        let approved = Box::new(Approved { proposal, activation_code, reissued, email_change });
        Ok(Outcome::Done { approved, ended_ballot })
    }
}

/// Whoever proposed it, with the roles that they hold now.
fn proposer(tx: &Tx<'_>, row: &ProposalRow) -> Result<Caller, StoreError> {
    let roles = tx.roles_of(row.proposed_by)?;
    Ok(Caller::absent(row.proposed_by, row.proposer_no.clone(), row.proposer_name.clone(), roles))
}

/// Whether it may be approved: in time, by whoever may still ask for it, and doing exactly what it shows.
fn still_fits(tx: &Tx<'_>, means: &Means, row: &ProposalRow, deed: &Deed) -> Result<Caller, Blocked> {
    let proposer = in_time(tx, row)?;
    let now = match deed {
        // Its content is compared before its work is done.
        Deed::FreezeBallot { .. } => return Ok(proposer),
        Deed::ExtendBallot { ballot, until } => extend::content(tx, &proposer, ballot, *until)?,
        Deed::CancelBallot { ballot, reason, lost_tellers } => {
            let asked = cancel::Checked { reason: reason.clone(), lost_tellers: lost_tellers.clone() };
            cancel::content(tx, means, &proposer, ballot, &asked)?.1
        }
        Deed::ReissueCodes { ballot, member_nos } => {
            reissue::content(tx, means, &reissue::find(tx, &proposer, ballot)?.ballot, member_nos)?
        }
        Deed::OpenBallot { ballot } => opening::content(tx, &proposer, ballot)?,
        Deed::AllowEmployerMail { ballot } => employer_domains::content(tx, &proposer, ballot)?,
        Deed::ChangeEmail { member_no, email } => change_email::content(tx, member_no, email)?,
        Deed::GrantOfficer { .. } | Deed::RevokeOfficer { .. } | Deed::ReplacePassword { .. } => {
            let content = deed::officer_content(tx, means, deed, true)?;
            content.ok_or_else(|| StoreError::Corrupt("a deed without content".to_owned()))?
        }
    };
    refuse_changes(row, &now)?;
    Ok(proposer)
}

/// Whoever proposed it, if its time has not passed and they still hold a role with which it may be proposed.
fn in_time(tx: &Tx<'_>, row: &ProposalRow) -> Result<Caller, Blocked> {
    if let Some(why) = lapsed(tx, row)? {
        return Err(Blocked::Expired(why));
    }
    let proposer = proposer(tx, row)?;
    let may = match read(row)? {
        Deed::FreezeBallot { .. }
        | Deed::ExtendBallot { .. }
        | Deed::CancelBallot { .. }
        | Deed::OpenBallot { .. } => proposer.has(Role::Officer) || proposer.has(Role::Delegate),
        Deed::GrantOfficer { .. }
        | Deed::RevokeOfficer { .. }
        | Deed::ReplacePassword { .. }
        | Deed::ReissueCodes { .. }
        | Deed::AllowEmployerMail { .. }
        | Deed::ChangeEmail { .. } => proposer.has(Role::Officer),
    };
    if !may {
        let why = format!("member {}, who proposed it, may no longer do so", row.proposer_no);
        return Err(Blocked::Overtaken(why));
    }
    Ok(proposer)
}

fn refuse_changes(row: &ProposalRow, now: &Content) -> Result<(), Blocked> {
    let was = content(row)?;
    if was == *now {
        return Ok(());
    }
    Err(Blocked::Overtaken(format!("it would do something else by now ({})", was.changes(now).join("; "))))
}

fn end_blocked(tx: &WriteTx<'_>, row: &ProposalRow, blocked: Blocked) -> Result<Outcome, ProposalError> {
    let (state, why) = match blocked {
        Blocked::Store(error) => return Err(error.into()),
        Blocked::Expired(why) => (ProposalState::Expired, why),
        Blocked::Overtaken(why) => (ProposalState::Overtaken, why),
    };
    end(tx, row, state, &why)?;
    Ok(Outcome::Ended(why))
}

fn replace_password(
    tx: &WriteTx<'_>,
    proposer: &Caller,
    member_no: &str,
    by: Option<&ByTwo>,
    rng: &mut ChaCha20Rng,
) -> Result<ActivationCode, ProposalError> {
    let member = tx.member(member_no)?;
    let member = member.ok_or_else(|| deed::DeedError::NoSuchMember(member_no.to_owned()))?;
    let detail = ByTwo::note(by, &json!({ "member_no": member_no }))?;
    tx.audit(&proposer.actor(), audit::Deed::PasswordReplacementIssued, &detail)?;
    Ok(roll::new_code(tx, member, rng)?)
}

/// Freezes: what it would do is compared, the work is done, and the transaction compares again.
async fn freeze(
    app: &App,
    asked: Asked,
    means: Means,
    proposer: Caller,
    ballot: String,
) -> Result<Outcome, ProposalError> {
    let _alone = app.freezing.lock().await;
    let done = freeze_alone(app, asked, means, proposer, ballot).await;
    // Also where it turned out that nothing was to be done.
    if !matches!(done, Ok(Outcome::Done { .. })) {
        freeze::wipe(app).await;
    }
    done
}

async fn freeze_alone(
    app: &App,
    asked: Asked,
    means: Means,
    proposer: Caller,
    ballot: String,
) -> Result<Outcome, ProposalError> {
    let (looking, caller) = (asked.clone(), proposer.clone());
    let checked = app
        .store
        .read("approve freezing: look", move |tx| {
            let row = looking.claim(tx)?;
            Ok::<_, ProposalError>(in_time(tx, &row).and_then(|_| {
                let basis = freeze::Basis::read(tx, &proposer, &ballot)?;
                refuse_changes(&row, &basis.content(tx, &means.settings)?)?;
                Ok(basis)
            }))
        })
        .await?;
    let basis = match checked {
        Ok(basis) => basis,
        Err(Blocked::Store(error)) => return Err(error.into()),
        Err(blocked) => {
            let end = move |tx: &WriteTx<'_>| end_blocked(tx, &asked.claim(tx)?, blocked);
            return app.store.write("end proposal", end).await;
        }
    };
    let frozen = freeze::make(app, &caller, basis).await?;
    app.store
        .write("approve freezing", move |tx| {
            let row = asked.claim(tx)?;
            let proposer = match in_time(tx, &row) {
                Ok(proposer) => proposer,
                Err(blocked) => return end_blocked(tx, &row, blocked),
            };
            let by = asked.note(tx, &row)?;
            frozen.keep(tx, &proposer, Some(&by))?;
            asked.done(tx, Made::default(), None)
        })
        .await
}
