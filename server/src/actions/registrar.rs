//! Codes that a registrar makes apart from the server: what they are made from, the public part that begins the records, and
//! the re-issued ones that the registrar hands out. No voting code ever comes here.

mod request;

use std::collections::HashMap;

use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::BallotState;
use scrutineer_api::registrar::{
    CredentialsOfBox, Issued, IssuedBox, MemberCredential, NewCredentials, OwedCode, OwedCodes,
    ReissuesConfirmed,
};
use scrutineer_api::role::Role;
use scrutineer_ballot::file::{BallotFile, Codes};
use scrutineer_ballot::registrar::{self as handing_in, BoxCredentials, Expected, HandedIn, RegistrarError};
use scrutineer_ballot::setup::{SetupError, begin_record_hashed};
use scrutineer_protocol::Point;
use scrutineer_protocol::event::Entry;
use thiserror::Error;

pub use request::{BrokenOff, Request, request};

use super::ballot_deed::{BallotRefusal, may_run};
use super::ballot_id::{self, Drafts, IdError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::data_folder::BallotKey;
use crate::store::{AwaitedSetup, BallotRow, BoxId, BoxRow, Error as StoreError, OpenError, Tx, WriteTx};

/// Why something was not done for a registrar.
#[derive(Debug, Error)]
pub enum RegistrarRefusal {
    /// Which ballot, may the caller?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// The server makes them.
    #[error(
        "the voting codes of this ballot are made by the server; whoever froze it fetches them (`scrutineer codes fetch`)"
    )]
    ServersCodes,
    /// Somebody else is.
    #[error("only the registrar of this ballot may do that{0}")]
    NotYours(String),
    /// Not in this state.
    #[error("{0}")]
    NotNow(&'static str),
    /// Others were issued.
    #[error(
        "the voting codes of this ballot were issued already, and these are others: members cannot vote with them. Destroy \
         their files, and send out those that were issued"
    )]
    Others,
    /// They cannot be taken.
    #[error("the credentials were not taken: {0}")]
    Credentials(#[from] RegistrarError),
    /// The key of the bindings cannot be read.
    #[error("the key of the bindings cannot be read: {0}")]
    Key(#[from] OpenError),
    /// The record cannot begin.
    #[error("the record cannot begin: {0}")]
    Setup(#[from] SetupError),
    /// The work did not end.
    #[error("the work was interrupted")]
    Interrupted,
}

impl From<StoreError> for RegistrarRefusal {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

impl From<IdError> for RegistrarRefusal {
    fn from(error: IdError) -> Self {
        Self::Ballot(error.into())
    }
}

/// The ballot, if the caller is its registrar and it is frozen or open.
fn find(tx: &Tx<'_>, caller: &Caller, id: &str) -> Result<(BallotRow, BallotFile), RegistrarRefusal> {
    let ballot = ballot_id::find(tx, id, Drafts::to(Some(caller)))?.ballot;
    let file = ballot.file()?;
    if file.codes == Codes::Server {
        return Err(RegistrarRefusal::ServersCodes);
    }
    let registrar = ballot.registrar_no.as_deref().or(file.registrar.as_ref().map(|no| no.as_str()));
    match registrar {
        Some(registrar) if registrar == caller.session().member_no => {}
        Some(registrar) => return Err(RegistrarRefusal::NotYours(format!(": member {registrar}"))),
        None if caller.has(Role::Officer) || caller.has(Role::Delegate) => may_run(caller, &file)?,
        None => return Err(RegistrarRefusal::NotYours(", a delegate or an officer".to_owned())),
    }
    match ballot.state {
        BallotState::Frozen | BallotState::Open => Ok((ballot, file)),
        BallotState::Draft => Err(RegistrarRefusal::NotNow(
            "this ballot is a draft; its voting codes are made when it has been frozen",
        )),
        _ => Err(RegistrarRefusal::NotNow("voting has ended, so this ballot has no voting codes any more")),
    }
}

/// Refuses whoever is not the registrar, before a large body is read.
///
/// # Errors
/// See [`RegistrarRefusal`].
pub async fn may(app: &App, caller: &Caller, id: String) -> Result<(), RegistrarRefusal> {
    let caller = caller.clone();
    app.store.read("registrar: may they", move |tx| find(tx, &caller, &id).map(drop)).await
}

/// The bytes of a box's election, whether or not its record has begun.
fn election_text(tx: &Tx<'_>, id: BoxId) -> Result<String, StoreError> {
    match tx.record_datum(id, 0, 0)? {
        Some(election) => Ok(election),
        None => Ok(awaited(tx, id)?.election),
    }
}

fn awaited(tx: &Tx<'_>, id: BoxId) -> Result<AwaitedSetup, StoreError> {
    tx.awaited_setup(id)?
        .ok_or_else(|| StoreError::Corrupt("a box without the beginning of a record".to_owned()))
}

/// Bytes of a list of credentials that are written at once.
const LIST_PART: usize = 1 << 20;

/// A box with credentials that can be taken.
struct Begun {
    id: BoxId,
    name: String,
    credentials: BoxCredentials,
    /// The members' MACs in the order of the table of bindings, with their places among the credentials: at random places, a million
    /// would write each page many times.
    bound: Vec<([u8; 32], u32)>,
    /// The record's first step without the list of credentials; none where it is there already.
    setup: Option<Entry>,
}

/// Takes the public credentials of all boxes: members are bound to theirs, and the records begin. The same credentials again
/// change nothing.
///
/// # Errors
/// See [`RegistrarRefusal`]; then nothing of it was kept.
pub async fn issue(
    app: &App,
    caller: &Caller,
    id: String,
    asked: NewCredentials,
) -> Result<Issued, RegistrarRefusal> {
    let (asker, typed) = (caller.clone(), id.clone());
    let (uuid, needed) = app
        .store
        .read("issue codes: look", move |tx| {
            let (ballot, _) = find(tx, &asker, &typed)?;
            let boxes = tx.boxes_of(ballot.id)?.into_iter().map(|one| {
                let members = tx.numbers_on_roll(one.id)?;
                let setup = tx.awaited_setup(one.id)?;
                let BoxRow { id, name, election, spares, .. } = one;
                Ok((id, Expected { election, name, members, spares }, setup))
            });
            Ok::<_, RegistrarRefusal>((ballot.uuid, boxes.collect::<Result<Vec<_>, StoreError>>()?))
        })
        .await?;
    let key = app.folder.ballot_key(&uuid)?;
    // A large vote has many credentials, and each takes a while.
    let begun =
        tokio::task::spawn_blocking(move || Ok::<_, RegistrarRefusal>((begin(needed, asked, &key)?, key)));
    let (begun, key) = begun.await.map_err(|_| RegistrarRefusal::Interrupted)??;
    let caller = caller.clone();
    app.store
        .write("issue codes", move |tx| {
            let (ballot, _) = find(tx, &caller, &id)?;
            if ballot.registrar_no.is_some() {
                refuse_others(tx, &key, &begun)?;
            } else {
                keep(tx, &caller, &ballot, &begun)?;
            }
            Ok(Issued { boxes: begun.iter().map(Begun::issued).collect() })
        })
        .await
}

fn begin(
    needed: Vec<(BoxId, Expected, Option<AwaitedSetup>)>,
    asked: NewCredentials,
    key: &BallotKey,
) -> Result<Vec<Begun>, RegistrarRefusal> {
    let mut expected = Vec::with_capacity(needed.len());
    let mut places = Vec::with_capacity(needed.len());
    for (id, one, setup) in needed {
        places.push((id, setup));
        expected.push(one);
    }
    let taken = handing_in::check(&expected, asked.boxes.into_iter().map(handed_in).collect())?;
    let begun = places.into_iter().zip(expected).zip(taken).map(|(((id, setup), expected), credentials)| {
        let setup =
            setup.map(|setup| begin_record_hashed(&setup.election, &setup.trustees, credentials.hash()));
        let members = (0..).zip(&credentials.members);
        let mut bound: Vec<_> = members.map(|(place, (no, _))| (key.mac(no), place)).collect();
        bound.sort_unstable_by_key(|(mac, _)| *mac);
        Ok(Begun { id, name: expected.name, bound, setup: setup.transpose()?, credentials })
    });
    begun.collect()
}

fn handed_in(one: CredentialsOfBox) -> HandedIn {
    let member = |MemberCredential { member_no, credential }| (member_no, credential);
    let CredentialsOfBox { election, members, spares } = one;
    HandedIn { election, members: members.into_iter().map(member).collect(), spares }
}

impl Begun {
    fn issued(&self) -> IssuedBox {
        IssuedBox {
            election: self.credentials.election.to_string(),
            credentials: u64::try_from(self.credentials.number()).unwrap_or(u64::MAX),
            list_sha256: self.credentials.hash().to_string(),
        }
    }
}

fn keep(
    tx: &WriteTx<'_>,
    caller: &Caller,
    ballot: &BallotRow,
    begun: &[Begun],
) -> Result<(), RegistrarRefusal> {
    let mut boxes = Vec::with_capacity(begun.len());
    for one in begun {
        let lost = || StoreError::Corrupt("a box without the beginning of a record".to_owned());
        let list = &one.credentials.list;
        tx.reserve_list(one.id, u64::try_from(list.len()).unwrap_or(u64::MAX))?;
        let mut offset = 0;
        for part in list.as_bytes().chunks(LIST_PART) {
            tx.write_list(one.id, offset, part)?;
            offset = offset.saturating_add(u64::try_from(part.len()).unwrap_or(u64::MAX));
        }
        tx.append_beginning(one.id, one.setup.as_ref().ok_or_else(lost)?)?;
        tx.no_longer_await_setup(one.id)?;
        for (mac, place) in &one.bound {
            let member = usize::try_from(*place).ok().and_then(|place| one.credentials.members.get(place));
            let (_, credential) = member.ok_or_else(lost)?;
            tx.bind(one.id, mac, credential.bytes())?;
        }
        for spare in &one.credentials.spares {
            tx.add_spare(one.id, spare.bytes(), None)?;
        }
        let IssuedBox { credentials, list_sha256, .. } = one.issued();
        boxes.push(serde_json::json!({ "box": one.name, "codes": credentials, "list_sha256": list_sha256 }));
    }
    tx.set_registrar(ballot.id, &caller.session().member_no)?;
    let detail = serde_json::json!({ "ballot": ballot.uuid, "boxes": boxes });
    Ok(tx.audit(&caller.actor(), Deed::CodesIssued, &detail)?)
}

/// Refuses other credentials than those that were issued. Whose code was re-issued since had the one that is void now.
fn refuse_others(tx: &Tx<'_>, key: &BallotKey, begun: &[Begun]) -> Result<(), RegistrarRefusal> {
    for one in begun {
        if tx.record_datum(one.id, 0, 2)?.as_deref() != Some(one.credentials.list.as_str()) {
            return Err(RegistrarRefusal::Others);
        }
        for (member_no, credential) in &one.credentials.members {
            let binding = tx.cast_binding(one.id, &key.mac(member_no))?;
            let same = binding.is_some_and(|binding| binding.credential == *credential.bytes());
            if !same && !tx.is_void(one.id, credential.bytes())? {
                return Err(RegistrarRefusal::Others);
            }
        }
    }
    Ok(())
}

/// The re-issued codes that the registrar has to hand out, by member number.
///
/// # Errors
/// See [`RegistrarRefusal`].
pub async fn reissued(app: &App, caller: &Caller, id: String) -> Result<OwedCodes, RegistrarRefusal> {
    let (caller, folder) = (caller.clone(), app.folder.clone());
    app.store
        .read("re-issued codes", move |tx| {
            let (ballot, _) = find(tx, &caller, &id)?;
            let key = folder.ballot_key(&ballot.uuid)?;
            let boxes: HashMap<_, _> = tx.boxes_of(ballot.id)?.into_iter().map(|one| (one.id, one)).collect();
            let lost = || StoreError::Corrupt("a re-issued code that nobody is bound to".to_owned());
            let codes = tx.registrar_tasks(ballot.id)?.into_iter().map(|task| {
                let binding = tx.cast_binding(task.box_id, &key.mac(&task.member_no))?.ok_or_else(lost)?;
                let credential = Point::from_encoding(binding.credential).map_err(|_| lost())?.to_text();
                let election = boxes.get(&task.box_id).ok_or_else(lost)?.election.to_string();
                Ok(OwedCode { member_no: task.member_no, election, credential })
            });
            Ok(OwedCodes { codes: codes.collect::<Result<_, StoreError>>()? })
        })
        .await
}

/// Takes note that the registrar has the re-issued codes. One that was replaced once more meanwhile goes on waiting.
///
/// # Errors
/// See [`RegistrarRefusal`].
pub async fn confirm_reissued(
    app: &App,
    caller: &Caller,
    id: String,
    asked: OwedCodes,
) -> Result<ReissuesConfirmed, RegistrarRefusal> {
    let (caller, folder) = (caller.clone(), app.folder.clone());
    app.store
        .write("confirm re-issued codes", move |tx| {
            let (ballot, _) = find(tx, &caller, &id)?;
            let key = folder.ballot_key(&ballot.uuid)?;
            let mut confirmed: u64 = 0;
            for code in &asked.codes {
                let Some(one) = tx.box_of_election(ballot.id, &code.election)? else { continue };
                let binding = tx.cast_binding(one.id, &key.mac(&code.member_no))?;
                let point = Point::from_text(&code.credential).ok();
                let same = binding.zip(point).is_some_and(|(is, had)| is.credential == *had.encoding());
                if same && tx.end_registrar_task(one.id, &code.member_no)? {
                    confirmed += 1;
                }
            }
            if confirmed > 0 {
                let detail = serde_json::json!({ "ballot": ballot.uuid, "codes": confirmed });
                tx.audit(&caller.actor(), Deed::ReissuesConfirmed, &detail)?;
            }
            Ok(ReissuesConfirmed { confirmed })
        })
        .await
}
