//! The work of freezing: boxes are filled in pieces that nobody sees, so that other writes wait for one piece and not for a million
//! members.
//!
//! Of each member 48 bytes are held for the code and 36 for the binding; the roll is read in pieces, and all of them see the same,
//! because each looks whether it has changed. Rows are written in the order of their tables' keys, which joins nobody to a
//! credential: bindings by the members' MACs, flags of who has voted at random.

use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use scrutineer_api::audit;
use scrutineer_api::ballot::CodeWay;
use scrutineer_ballot::boxes::Plan;
use scrutineer_ballot::eligibility::{EligibilityError, Lists};
use scrutineer_ballot::file::Codes;
use scrutineer_ballot::proposal::Urn;
use scrutineer_ballot::roll::RollDigest;
use scrutineer_ballot::setup::{
    BoxPlan, FixedBox, NewCode, SetupError, begin_record_of, new_codes, record_time,
};
use scrutineer_ballot::signature::KeyFingerprint;
use scrutineer_protocol::credential::NewList;
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::event::Entry;
use scrutineer_protocol::hash::HexHash;

use super::{Basis, FreezeError};
use crate::actions::proposals::ByTwo;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::data_folder::{BallotKey, DataFolder, KeyKind};
use crate::store::{AwaitedSetup, BoxId, NewBoxRow, Tx, WriteTx};

/// Credentials of a list that are written in the time of the rows of one member.
const LISTED_AT_ONCE: usize = 8;

/// Does the work of freezing, all but showing it. Whoever calls holds [`App::freezing`], and calls [`wipe`] if it fails, or if what
/// was made is not kept.
pub(in crate::actions) async fn make(
    app: &App,
    caller: &Caller,
    basis: Basis,
) -> Result<Frozen, FreezeError> {
    wipe(app).await;
    let (asker, rng) = (caller.clone(), app.entropy.rng());
    // What it rests on may have changed while others had their turn.
    let look = move |tx: &Tx<'_>| {
        basis.still(tx, &asker)?;
        Planned::read(tx, basis, rng)
    };
    let planned = app.store.read("freeze: plan", look).await?;
    let maker = Maker {
        folder: app.folder.clone(),
        receipts: app.receipt_key.fingerprint().parse()?,
        officers_needed: app.settings.officers_needed,
        now: app.clock.now(),
        at_once: app.settings.rows_at_once,
        #[cfg(feature = "misbehave")]
        misbehave: app.settings.misbehave,
    };
    let mut filling = apart(move || maker.fix(planned)).await?;
    (filling, _) = step(app, "freeze: boxes", filling, Filling::begin).await?;
    for place in 0..filling.boxes.len() {
        filling = make_codes(app, filling, place).await?;
    }
    loop {
        let more;
        (filling, more) = step(app, "freeze: members", filling, Filling::members).await?;
        if !more {
            break;
        }
    }
    filling = apart(move || filling.sorted()).await?;
    loop {
        let more;
        (filling, more) = step(app, "freeze: bindings", filling, Filling::bindings).await?;
        if !more {
            break;
        }
    }
    Ok(Frozen(filling))
}

/// Work that takes a while, apart from the threads that serve others.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FreezeError> + Send + 'static,
) -> Result<T, FreezeError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| FreezeError::Interrupted)?
}

/// One transaction.
async fn step<T: Send + 'static>(
    app: &App,
    name: &'static str,
    mut filling: Filling,
    work: impl FnOnce(&mut Filling, &WriteTx<'_>) -> Result<T, FreezeError> + Send + 'static,
) -> Result<(Filling, T), FreezeError> {
    let work = move |tx: &WriteTx<'_>| {
        let done = work(&mut filling, tx)?;
        Ok((filling, done))
    };
    app.store.write(name, work).await
}

/// Makes the codes of a box, and begins its record with their public credentials.
async fn make_codes(app: &App, filling: Filling, place: usize) -> Result<Filling, FreezeError> {
    let (mut filling, codes) =
        step(app, "freeze: room", filling, move |filling, tx| filling.room(tx, place)).await?;
    if codes == 0 {
        return Ok(filling);
    }
    let made = move || {
        let Some(one) = filling.boxes.get_mut(place) else { return Err(FreezeError::Interrupted) };
        one.codes = new_codes(one.urn.election.uuid(), codes, &mut filling.rng, |_| ())?;
        let list =
            NewList::new(one.codes.iter().map(|code| code.credential).collect()).map_err(SetupError::from)?;
        let setup = begin_record_of(&one.urn.election_text, &one.urn.trustees.to_text(), &list)?;
        Ok((filling, list, setup))
    };
    let (made, list, setup) = apart(made).await?;
    filling = made;
    let mut offset: u64 = 0;
    for part in list.pieces(filling.at_once.saturating_mul(LISTED_AT_ONCE)) {
        let (at, length) = (offset, part.len());
        let write = move |filling: &mut Filling, tx: &WriteTx<'_>| filling.list(tx, place, at, &part);
        (filling, ()) = step(app, "freeze: credentials", filling, write).await?;
        offset = offset.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
    }
    (filling, ()) =
        step(app, "freeze: record", filling, move |filling, tx| filling.begin_record(tx, place, &setup))
            .await?;
    Ok(filling)
}

/// Removes what a freezing that came about or broke off has left: boxes that are nobody's, and their keys. Whoever calls holds
/// [`App::freezing`]. Faults are logged: what is left is removed later.
pub(in crate::actions) async fn wipe(app: &App) {
    if let Err(error) = wipe_boxes(app).await {
        tracing::error!(%error, "what a freezing that broke off has left is not removed; it will be tried again");
    }
}

/// The same, unless somebody freezes a ballot now.
pub(in crate::actions) async fn wipe_left(app: &App) {
    if let Ok(_alone) = app.freezing.try_lock() {
        wipe(app).await;
    }
}

async fn wipe_boxes(app: &App) -> Result<(), FreezeError> {
    let at_once = app.settings.rows_at_once;
    for (id, election) in app.store.read("freeze: left", |tx| tx.boxes_of_nobody()).await? {
        for kind in [KeyKind::Server, KeyKind::Ballot] {
            app.folder.destroy_key(&election, kind)?;
        }
        loop {
            let work = move |tx: &WriteTx<'_>| tx.empty_box_of_nobody(id, at_once);
            if app.store.write("freeze: remove what is left", work).await? {
                break;
            }
        }
    }
    Ok(())
}

/// What the roll and the ballot file come to.
struct Planned {
    basis: Basis,
    plan: Plan,
    /// Of each box, with the salted hash of its roll.
    boxes: Vec<(Urn, [u8; 32], HexHash)>,
    rng: ChaCha20Rng,
}

impl Planned {
    /// In the transaction in which the basis is still what it was.
    fn read(tx: &Tx<'_>, basis: Basis, mut rng: ChaCha20Rng) -> Result<Self, FreezeError> {
        let (plan, _) = basis.counted(tx)?;
        let salts: Vec<[u8; 32]> = plan.boxes().iter().map(|_| random(&mut rng)).collect();
        let mut digests: Vec<_> = salts.iter().map(RollDigest::salted).collect();
        let lists = Lists::of(&basis.file.eligible);
        tx.each_roll_entry(|entry| {
            let digest = plan.box_of(entry.unit()).and_then(|place| digests.get_mut(place));
            if let Some(digest) = digest.filter(|_| lists.allow(entry)) {
                digest.add(entry);
            }
        })?;
        let hashes = digests.into_iter().map(|digest| HexHash::from_digest(digest.finish()));
        let boxes = basis.urns(&plan).into_iter().zip(salts).zip(hashes);
        let boxes = boxes.map(|((urn, salt), hash)| (urn, salt, hash)).collect();
        Ok(Self { basis, plan, boxes, rng })
    }
}

/// Fixes elections and keys.
struct Maker {
    folder: DataFolder,
    receipts: KeyFingerprint,
    officers_needed: u32,
    now: i64,
    at_once: usize,
    #[cfg(feature = "misbehave")]
    misbehave: Option<crate::app::Misbehave>,
}

impl Maker {
    fn fix(self, planned: Planned) -> Result<Filling, FreezeError> {
        let Planned { basis, plan, boxes: urns, mut rng } = planned;
        let officers = basis.officers(self.officers_needed)?;
        let board = basis.board()?;
        #[cfg(feature = "misbehave")]
        let board =
            crate::actions::misbehave::replace(self.misbehave, board, &mut rng).map_err(SetupError::from)?;
        let of_ballot = u32::try_from(urns.len()).unwrap_or(u32::MAX);
        let mut keys = KeyFiles { folder: self.folder, made: Vec::new() };
        let mut boxes = Vec::with_capacity(urns.len());
        for (Urn { name, eligible, spares }, roll_salt, roll) in urns {
            let plan = BoxPlan {
                ballot: &basis.ballot.uuid,
                box_name: &name,
                file: &basis.file,
                boxes: of_ballot,
                eligible,
                spares,
                roll,
                board: board.as_ref(),
                officers: officers.clone(),
                receipts: self.receipts,
            };
            let urn = plan.fix(&mut rng)?;
            let election = urn.election.uuid();
            keys.made.push((election.clone(), KeyKind::Server));
            keys.folder.create_server_key(election, &urn.server_key)?;
            boxes.push(Filled {
                id: None,
                name,
                eligible,
                spares,
                roll_salt,
                urn,
                codes: Vec::new(),
                members: 0,
                bound: Vec::new(),
                written: 0,
            });
        }
        // Not the ballot's own name yet: that has to wait until it is frozen.
        let first = boxes.first().ok_or(EligibilityError::Nobody)?.urn.election.uuid().clone();
        keys.made.push((first.clone(), KeyKind::Ballot));
        let ballot_key = keys.folder.create_ballot_key(&first, &mut rng)?;
        let record_time = record_time(self.now);
        let (at_once, behind) = (self.at_once, String::new());
        Ok(Filling { basis, plan, boxes, ballot_key, named: first, record_time, keys, rng, at_once, behind })
    }
}

fn random<const N: usize>(rng: &mut impl Rng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// Key files of a ballot that is being frozen: destroyed again unless it is.
struct KeyFiles {
    folder: DataFolder,
    made: Vec<(Uuid, KeyKind)>,
}

impl Drop for KeyFiles {
    fn drop(&mut self) {
        for (uuid, kind) in &self.made {
            if let Err(error) = self.folder.destroy_key(uuid, *kind) {
                tracing::error!(%error, "a key that is not needed could not be destroyed");
            }
        }
    }
}

/// A box that is being filled.
struct Filled {
    /// Its row; none before it has one.
    id: Option<BoxId>,
    name: String,
    eligible: u64,
    spares: u64,
    roll_salt: [u8; 32],
    urn: FixedBox,
    /// A code for each member in the order of their numbers, then the spares; none where a registrar makes them.
    codes: Vec<NewCode>,
    /// Members that are in it.
    members: usize,
    /// The MAC of each of them, with the place of the code.
    bound: Vec<([u8; 32], u32)>,
    /// How many bindings and spares were written.
    written: usize,
}

impl Filled {
    fn id(&self) -> Result<BoxId, FreezeError> {
        self.id.ok_or(FreezeError::Interrupted)
    }

    fn detail(&self) -> serde_json::Value {
        serde_json::json!({
            "box": self.name,
            "election": self.urn.election.uuid(),
            "election_hash": self.urn.election.fingerprint(),
            "eligible": self.eligible,
            "spares": self.spares,
        })
    }
}

/// A ballot whose boxes are being filled.
struct Filling {
    basis: Basis,
    plan: Plan,
    boxes: Vec<Filled>,
    ballot_key: BallotKey,
    /// The name of its file so far.
    named: Uuid,
    record_time: u64,
    keys: KeyFiles,
    rng: ChaCha20Rng,
    /// Members who are taken in in one transaction.
    at_once: usize,
    /// The last member who was looked at.
    behind: String,
}

impl Filling {
    /// Keeps the boxes, empty.
    fn begin(&mut self, tx: &WriteTx<'_>) -> Result<(), FreezeError> {
        for one in &mut self.boxes {
            one.id = Some(tx.begin_box(&NewBoxRow {
                name: &one.name,
                election: one.urn.election.uuid(),
                eligible: one.eligible,
                spares: one.spares,
                roll_salt: one.roll_salt,
                record_time: self.record_time,
            })?);
        }
        Ok(())
    }

    fn at(&self, place: usize) -> Result<&Filled, FreezeError> {
        self.boxes.get(place).ok_or(FreezeError::Interrupted)
    }

    /// Makes room for the list of credentials of a box; for how many. Where a registrar makes them, the record waits.
    fn room(&mut self, tx: &WriteTx<'_>, place: usize) -> Result<u64, FreezeError> {
        let (one, id) = (self.at(place)?, self.at(place)?.id()?);
        match self.basis.file.codes {
            Codes::Server => {
                let codes = one.eligible.saturating_add(one.spares);
                tx.reserve_list(id, NewList::bytes(codes))?;
                Ok(codes)
            }
            Codes::Registrar => {
                let (election, trustees) = (one.urn.election_text.clone(), one.urn.trustees.to_text());
                tx.await_setup(id, &AwaitedSetup { election, trustees })?;
                Ok(0)
            }
        }
    }

    fn list(&mut self, tx: &WriteTx<'_>, place: usize, offset: u64, part: &str) -> Result<(), FreezeError> {
        Ok(tx.write_list(self.at(place)?.id()?, offset, part.as_bytes())?)
    }

    fn begin_record(&mut self, tx: &WriteTx<'_>, place: usize, setup: &Entry) -> Result<(), FreezeError> {
        Ok(tx.append_beginning(self.at(place)?.id()?, setup)?)
    }

    /// Takes the next members in, with their codes. Whether there may be more.
    fn members(&mut self, tx: &WriteTx<'_>) -> Result<bool, FreezeError> {
        if tx.roll_changes()? != self.basis.roll {
            return Err(FreezeError::Changed);
        }
        let found = tx.roll_behind(&self.behind, self.at_once)?;
        let lists = Lists::of(&self.basis.file.eligible);
        // Keys are random, but those of a piece lie together, or each would go to another page.
        let lot: [u8; 8] = random(&mut self.rng);
        for (member, entry) in found.iter().filter(|(_, entry)| lists.allow(entry)) {
            let place = self.plan.box_of(entry.unit());
            let one = place.and_then(|place| self.boxes.get_mut(place)).ok_or(FreezeError::Changed)?;
            let (id, member_no) = (one.id()?, entry.no().as_str());
            let mut slot: [u8; 16] = random(&mut self.rng);
            slot[..8].copy_from_slice(&lot);
            tx.add_to_box(id, *member, entry, &slot)?;
            if let Some(new) = one.codes.get(one.members) {
                tx.put_code(id, member_no, &new.code.text(), CodeWay::Hand)?;
                let place = u32::try_from(one.members).map_err(|_| FreezeError::Changed)?;
                one.bound.push((self.ballot_key.mac(member_no), place));
            }
            one.members += 1;
        }
        if let Some((_, last)) = found.last() {
            last.no().as_str().clone_into(&mut self.behind);
        }
        Ok(found.len() == self.at_once)
    }

    /// Everybody is in: puts the bindings in the order of their table.
    fn sorted(mut self) -> Result<Self, FreezeError> {
        for one in &mut self.boxes {
            if u64::try_from(one.members) != Ok(one.eligible) {
                return Err(FreezeError::Changed);
            }
            one.bound.sort_unstable_by_key(|(mac, _)| *mac);
        }
        Ok(self)
    }

    /// Writes the next bindings, and behind them the spares. Whether there are more.
    fn bindings(&mut self, tx: &WriteTx<'_>) -> Result<bool, FreezeError> {
        let Some(one) = self.boxes.iter_mut().find(|one| one.written < one.codes.len()) else {
            return Ok(false);
        };
        let id = one.id()?;
        let until = one.codes.len().min(one.written.saturating_add(self.at_once));
        for place in one.written..until {
            if let Some((mac, code)) = one.bound.get(place) {
                let code = usize::try_from(*code).ok().and_then(|code| one.codes.get(code));
                tx.bind(id, mac, code.ok_or(FreezeError::Interrupted)?.credential.bytes())?;
            } else if let Some(spare) = one.codes.get(place) {
                tx.add_spare(id, spare.credential.bytes(), Some(&spare.code.text()))?;
            }
        }
        one.written = until;
        Ok(true)
    }
}

/// A ballot that is ready to be shown as frozen.
pub(in crate::actions) struct Frozen(Filling);

impl Frozen {
    /// Keeps it. Codes that were made go to whoever asked for it.
    pub(in crate::actions) fn keep(
        self,
        tx: &WriteTx<'_>,
        caller: &Caller,
        by: Option<&ByTwo>,
    ) -> Result<(), FreezeError> {
        let Self(mut filling) = self;
        let ballot = &filling.basis.ballot;
        filling.basis.still(tx, caller)?;
        let boxes = filling.boxes.iter().map(Filled::id).collect::<Result<Vec<_>, _>>()?;
        tx.give_boxes(ballot.id, &boxes)?;
        let board = filling.basis.board.as_ref();
        tx.set_frozen(ballot.id, caller.session().member, board.map(|board| board.id))?;
        let detail = serde_json::json!({
            "ballot": ballot.uuid,
            "board": board.map(|board| &board.name),
            "boxes": filling.boxes.iter().map(Filled::detail).collect::<Vec<_>>(),
        });
        tx.audit(&caller.actor(), audit::Deed::BallotFrozen, &ByTwo::note(by, &detail)?)?;
        // This transaction found a draft, so no other freezing of it has come about or will.
        filling.keys.folder.name_ballot_key(&filling.named, &ballot.uuid)?;
        // From here on only the commit can fail; then the files stay and `check` reports them.
        filling.keys.made.clear();
        Ok(())
    }
}

impl Basis {
    /// Refuses if anything is another than it was.
    fn still(&self, tx: &Tx<'_>, caller: &Caller) -> Result<(), FreezeError> {
        let now = Self::read(tx, caller, self.ballot.uuid.as_str())?;
        if self.is_same(&now) { Ok(()) } else { Err(FreezeError::Changed) }
    }
}

impl From<scrutineer_protocol::credential::CredentialError> for FreezeError {
    fn from(error: scrutineer_protocol::credential::CredentialError) -> Self {
        SetupError::from(error).into()
    }
}
