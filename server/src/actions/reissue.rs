//! Re-issuing a voting code: the member is bound to a spare credential drawn at random, and the old code is void.

use rand_core::Rng;
use scrutineer_api::audit;
use scrutineer_api::ballot::{BallotState, CodeWay, Reissued, ReissuedCode};
use scrutineer_ballot::file::Codes;
use scrutineer_ballot::proposal::{Content, Person};
use scrutineer_letters::{Address, Kind};
use thiserror::Error;

use super::ballot_deed::BallotRefusal;
use super::ballot_id::{self, Drafts, IdError, Named};
use super::desk::way::{self, Way};
use super::proposals::{Asked, ByTwo, Means, circumstances, propose};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::data_folder::BallotKey;
use crate::domain::delivery::{Channel, State};
use crate::domain::two_people::{Decision, Deed, decide};
use crate::store::{
    BallotRow, BoxRow, CastBinding, CredentialBytes, Error as StoreError, NewLetter, OpenError, SpareRow, Tx,
    WriteTx,
};

/// The most members whose codes are replaced at once.
const MOST: usize = 1_000;
/// A day in seconds.
const DAY: i64 = 24 * 60 * 60;

/// Why a code was not re-issued.
#[derive(Debug, Error)]
pub enum ReissueError {
    /// Which ballot?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// No codes yet, or no more.
    #[error("codes are re-issued only while a ballot is frozen or open")]
    NotNow,
    /// Not on the frozen roll.
    #[error("member {0} is not on the roll that was frozen for this ballot, so there is no code to re-issue")]
    NotOnRoll(String),
    /// A vote stands.
    #[error(
        "a vote stands under the code of member {0}, so the code cannot be replaced any more; the vote counts unless the \
         member replaces it with the same code"
    )]
    HasVoted(String),
    /// No spares.
    #[error("this ballot has no spare codes left")]
    NoSpares,
    /// The key of the bindings cannot be read.
    #[error("the key of the bindings cannot be read: {0}")]
    Key(#[from] OpenError),
    /// A vote stands under one of several codes.
    #[error(
        "a vote stands under the code of at least one of these members, and such a code cannot be replaced any more; nothing was \
         done"
    )]
    SomeVoted,
    /// No member named.
    #[error("name at least one member whose code is to be replaced")]
    Nobody,
    /// Too many.
    #[error("the codes of at most {MOST} members can be replaced at once")]
    TooMany,
}

impl From<StoreError> for ReissueError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

impl From<IdError> for ReissueError {
    fn from(error: IdError) -> Self {
        Self::Ballot(error.into())
    }
}

/// Voids members' codes and makes spare ones theirs, and says by which way these go to them. One member's at once, unless
/// there were many in a day; several members' take two people.
///
/// # Errors
/// See [`ReissueError`].
pub async fn reissue(
    app: &App,
    caller: &Caller,
    id: String,
    member_nos: Vec<String>,
) -> Result<Asked<Reissued>, ReissueError> {
    let mut member_nos: Vec<_> = member_nos.iter().map(|no| no.trim().to_owned()).collect();
    member_nos.sort();
    member_nos.dedup();
    match member_nos.len() {
        0 => return Err(ReissueError::Nobody),
        1..=MOST => {}
        _ => return Err(ReissueError::TooMany),
    }
    let (caller, means, mut rng) = (caller.clone(), Means::of(app), app.entropy.rng());
    let numbers = member_nos.clone();
    let done = app
        .store
        .write("reissue code", move |tx| {
            let ballot = find(tx, &caller, &id)?.ballot;
            // First, so that without spares nobody learns who has voted.
            let content = content(tx, &means, &ballot, &numbers)?;
            if some_voted(tx, &means, &ballot, &numbers)? {
                // Whoever asks for one member after another to learn who has voted does it in sight. The member is not
                // named, for the log must not say who has voted by when.
                let detail = serde_json::json!({ "ballot": ballot.uuid });
                tx.audit(&caller.actor(), audit::Deed::CodeReissueRefused, &detail)?;
                return Ok::<_, ReissueError>(Done::HasVoted);
            }
            let mut at = circumstances(tx, &means, Some(&ballot))?;
            let (word, since) = (audit::Deed::CodeReissued, tx.now() - DAY);
            at.reissued_today = tx.audited_since(word, ballot.uuid.as_str(), since)?;
            let (uuid, member_nos) = (ballot.uuid.to_string(), numbers.clone());
            let deed = Deed::ReissueCodes { ballot: uuid.clone(), member_nos };
            match decide(&deed, &at) {
                Decision::DoNow => {
                    let reissued = apply(tx, &means, &caller, &uuid, &numbers, None, &mut rng)?;
                    Ok(Done::Asked(Asked::Done(reissued)))
                }
                Decision::Propose => {
                    let proposal = propose(tx, &means, &caller, &deed, Some(ballot.id), &content)?;
                    Ok(Done::Asked(Asked::Waits(proposal)))
                }
            }
        })
        .await?;
    match (done, member_nos.as_slice()) {
        (Done::Asked(asked), _) => Ok(asked),
        (Done::HasVoted, [one]) => Err(ReissueError::HasVoted(one.clone())),
        (Done::HasVoted, _) => Err(ReissueError::SomeVoted),
    }
}

/// How it ended, where something was written.
enum Done {
    Asked(Asked<Reissued>),
    HasVoted,
}

/// The ballot, if codes are re-issued in it now.
pub(super) fn find(tx: &Tx<'_>, caller: &Caller, id: &str) -> Result<Named, ReissueError> {
    let named = ballot_id::find(tx, id, Drafts::to(Some(caller)))?;
    refuse_other_states(named.ballot.state)?;
    refuse_unissued(&named.ballot)?;
    Ok(named)
}

/// Refuses where there are no codes yet, or no more.
pub(super) const fn refuse_other_states(state: BallotState) -> Result<(), ReissueError> {
    match state {
        BallotState::Frozen | BallotState::Open => Ok(()),
        _ => Err(ReissueError::NotNow),
    }
}

/// Refuses where a registrar has not issued the codes yet.
fn refuse_unissued(ballot: &BallotRow) -> Result<(), ReissueError> {
    let unissued = ballot.file()?.codes == Codes::Registrar && ballot.registrar_no.is_none();
    if unissued { Err(IdError::NoRecord.into()) } else { Ok(()) }
}

/// A member's box, and the credential that is theirs.
struct Bound {
    one: BoxRow,
    mac: [u8; 32],
    credential: CredentialBytes,
    has_voted: bool,
}

fn bound(tx: &Tx<'_>, key: &BallotKey, ballot: &BallotRow, member_no: &str) -> Result<Bound, ReissueError> {
    let mac = key.mac(member_no);
    for one in tx.boxes_of(ballot.id)? {
        if let Some(binding) = tx.cast_binding(one.id, &mac)? {
            let CastBinding { credential, last_vote, .. } = binding;
            return Ok(Bound { one, mac, credential, has_voted: last_vote.is_some() });
        }
    }
    Err(ReissueError::NotOnRoll(member_no.to_owned()))
}

/// What re-issuing would do, if it can be done now.
pub(super) fn content(
    tx: &Tx<'_>,
    means: &Means,
    ballot: &BallotRow,
    member_nos: &[String],
) -> Result<Content, ReissueError> {
    let key = means.folder.ballot_key(&ballot.uuid)?;
    let (mut members, mut wanted) = (Vec::new(), Vec::new());
    for member_no in member_nos {
        wanted.push(bound(tx, &key, ballot, member_no)?.one.id);
        let (name, unit) = tx.member(member_no)?.map(|member| (member.name, member.unit)).unwrap_or_default();
        members.push(Person { member_no: member_no.clone(), name, unit });
    }
    for one in tx.boxes_of(ballot.id)? {
        let wanted = wanted.iter().filter(|id| **id == one.id).count();
        if wanted > tx.spares_of(one.id)?.len() {
            return Err(ReissueError::NoSpares);
        }
    }
    Ok(Content::ReissueCodes { ballot: ballot.uuid.to_string(), title: ballot.file()?.title, members })
}

/// Whether a vote stands under the code of one of them.
pub(super) fn some_voted(
    tx: &Tx<'_>,
    means: &Means,
    ballot: &BallotRow,
    member_nos: &[String],
) -> Result<bool, ReissueError> {
    let key = means.folder.ballot_key(&ballot.uuid)?;
    for member_no in member_nos {
        if bound(tx, &key, ballot, member_no)?.has_voted {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Re-issues codes for which [`content`] was found and under which no vote stands, in this transaction.
pub(super) fn apply(
    tx: &WriteTx<'_>,
    means: &Means,
    caller: &Caller,
    id: &str,
    member_nos: &[String],
    by: Option<&ByTwo>,
    rng: &mut impl Rng,
) -> Result<Reissued, ReissueError> {
    let ballot = find(tx, caller, id)?.ballot;
    let key = means.folder.ballot_key(&ballot.uuid)?;
    let mut codes = Vec::new();
    for member_no in member_nos {
        let way = replace(tx, means, &key, &ballot, member_no, rng)?;
        codes.push(ReissuedCode { member_no: member_no.clone(), way });
    }
    let ballot = ballot.uuid;
    let (deed, detail) = match (by, member_nos) {
        (None, [member_no]) => {
            (audit::Deed::CodeReissued, serde_json::json!({ "ballot": ballot, "member_no": member_no }))
        }
        _ => (audit::Deed::CodesReissued, serde_json::json!({ "ballot": ballot, "member_nos": member_nos })),
    };
    tx.audit(&caller.actor(), deed, &ByTwo::note(by, &detail)?)?;
    Ok(Reissued { codes })
}

/// Voids one member's code and makes a spare one theirs; by which way it goes to them. No vote may stand under the old one.
///
/// # Errors
/// See [`ReissueError`].
pub(super) fn replace(
    tx: &WriteTx<'_>,
    means: &Means,
    key: &BallotKey,
    ballot: &BallotRow,
    member_no: &str,
    rng: &mut impl Rng,
) -> Result<CodeWay, ReissueError> {
    let Bound { one, mac, credential, .. } = bound(tx, key, ballot, member_no)?;
    let spare = draw(tx, &one, rng)?;
    let way = way::of(tx, means, ballot, member_no)?;
    tx.take_spare(one.id, &spare.credential)?;
    tx.rebind(one.id, &mac, &spare.credential)?;
    tx.add_void(one.id, &credential)?;
    match spare.code {
        Some(code) => tx.put_code(one.id, member_no, &code, way.word())?,
        // Nobody here knows it.
        None => tx.add_registrar_task(one.id, member_no)?,
    }
    tx.count_reissue(one.id)?;
    tx.note_reissue(ballot.id, member_no)?;
    match &way {
        Way::Email(_) if tx.opening_brings_code(ballot.id, member_no)? => {
            tx.note_delivery(ballot.id, member_no, Channel::Email, State::Queued, true)?;
        }
        way => {
            // A letter that waits, or is on its way at this moment, is about the old code.
            tx.drop_code_letters(ballot.id, member_no)?;
            if let Way::Email(address) = way {
                send_new_code(tx, ballot, member_no, address, rng)?;
            }
        }
    }
    Ok(way.word())
}

/// Queues the letter that brings a new code. It stands in the code's row until a mail server has taken the letter.
fn send_new_code(
    tx: &WriteTx<'_>,
    ballot: &BallotRow,
    member_no: &str,
    address: &Address,
    rng: &mut impl Rng,
) -> Result<(), ReissueError> {
    let member = tx.member(member_no)?.ok_or_else(|| ReissueError::NotOnRoll(member_no.to_owned()))?;
    let mut id = [0; 16];
    rng.fill_bytes(&mut id);
    tx.queue_letter(&NewLetter {
        id,
        run: None,
        ballot: Some(ballot.id),
        member: member.id,
        kind: Kind::NewCode,
        address: address.as_str(),
        due_at: tx.now(),
        code: true,
    })?;
    tx.note_delivery(ballot.id, member_no, Channel::Email, State::Queued, true)?;
    Ok(())
}

/// Draws one of the spares that are left, each with the same chance.
fn draw(tx: &Tx<'_>, one: &BoxRow, rng: &mut impl Rng) -> Result<SpareRow, ReissueError> {
    let mut spares = tx.spares_of(one.id)?;
    let count = u64::try_from(spares.len()).unwrap_or(u64::MAX);
    if count == 0 {
        return Err(ReissueError::NoSpares);
    }
    // Numbers beyond the last multiple would favour the first spares.
    let beyond = u64::MAX - u64::MAX % count;
    let number = loop {
        let number = rng.next_u64();
        if number < beyond {
            break number % count;
        }
    };
    Ok(spares.swap_remove(usize::try_from(number).unwrap_or(0)))
}
