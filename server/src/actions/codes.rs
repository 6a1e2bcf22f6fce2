//! Voting codes on their way: whoever froze the ballot fetches them, as often as needed, and confirms that they have arrived.
//! Then they are erased here.

use std::collections::VecDeque;

use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::{BallotState, MemberCode};
use scrutineer_api::secret::Secret;
use scrutineer_ballot::file::Codes;
use thiserror::Error;

use super::ballot_deed::BallotRefusal;
use super::ballot_id::{self, Drafts, IdError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::delivery::{Channel, State};
use crate::store::{BallotRow, BoxId, BoxRow, CodeRow, Error as StoreError, Store, Tx, WriteTx};

/// Why codes were not given out or confirmed.
#[derive(Debug, Error)]
pub enum CodesError {
    /// Which ballot?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// Somebody else's.
    #[error("the voting codes of this ballot are only for whoever froze it")]
    NotYours,
    /// No codes yet, or no more.
    #[error("{0}")]
    None(&'static str),
    /// Nobody has them.
    #[error("the voting codes were not fetched yet; fetch them, look that the file is whole, then confirm")]
    NotFetched,
}

impl From<StoreError> for CodesError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

impl From<IdError> for CodesError {
    fn from(error: IdError) -> Self {
        Self::Ballot(error.into())
    }
}

/// Codes that are read at once.
const AT_ONCE: usize = 2048;
/// The fewest that are read of a box at once, however many boxes there are.
const LEAST_OF_BOX: usize = 16;
/// Codes that are confirmed in one transaction: those of a million members would hold votes in other ballots up.
const CONFIRMED_AT_ONCE: usize = 5000;

/// Why codes broke off on their way.
#[derive(Debug, Error)]
pub enum BrokenOff {
    /// Some were replaced, or confirmed.
    #[error("voting codes were replaced or confirmed while they were fetched")]
    Changed,
    /// They cannot be written down.
    #[error("a voting code cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The codes of a ballot on their way: JSON as [`scrutineer_api::ballot::MemberCodes`] has it, a piece at a time. Nothing but a piece
/// is held, and no snapshot of the database.
pub struct Fetched {
    boxes: Vec<OfBox>,
    /// Codes that are still to come.
    left: u64,
    begun: bool,
}

/// The codes of a box that come next.
struct OfBox {
    id: BoxId,
    rows: VecDeque<CodeRow>,
    /// The last member whose code was read.
    behind: String,
    /// Whether there are no more than those that were read.
    ended: bool,
}

impl Fetched {
    /// The next piece, and what follows it; nothing behind the last.
    ///
    /// # Errors
    /// See [`BrokenOff`]: then what came is not all, and of no use.
    pub async fn piece(mut self, store: &Store) -> Result<Option<(Vec<u8>, Self)>, BrokenOff> {
        if self.boxes.is_empty() {
            return Ok(None);
        }
        let mut boxes = std::mem::take(&mut self.boxes);
        let (boxes, rows) = store
            .read("fetch codes: some", move |tx| {
                let some = (AT_ONCE / boxes.len()).max(LEAST_OF_BOX);
                for one in &mut boxes {
                    let id = one.id;
                    one.take(some, |behind| tx.codes_behind(id, behind, some))?;
                }
                let rows = next(&mut boxes);
                Ok::<_, StoreError>((boxes, rows))
            })
            .await?;
        self.boxes = boxes.into_iter().filter(|one| !one.ended || !one.rows.is_empty()).collect();
        let bytes = self.write(rows)?;
        Ok(Some((bytes, self)))
    }

    /// The next codes as they are sent; nothing must lack when there are no more.
    fn write(&mut self, rows: Vec<CodeRow>) -> Result<Vec<u8>, BrokenOff> {
        let mut bytes = Vec::new();
        if !self.begun {
            bytes.extend_from_slice(b"{\"codes\":");
        }
        for row in rows {
            self.left = self.left.checked_sub(1).ok_or(BrokenOff::Changed)?;
            bytes.push(if std::mem::replace(&mut self.begun, true) { b',' } else { b'[' });
            let CodeRow { member_no, name, unit, code } = row;
            let code = MemberCode { member_no, name, unit, code: Secret::new(code.to_string()) };
            serde_json::to_writer(&mut bytes, &code)?;
        }
        if self.boxes.is_empty() {
            if self.left > 0 {
                return Err(BrokenOff::Changed);
            }
            bytes.extend_from_slice(b"]}");
        }
        Ok(bytes)
    }
}

impl OfBox {
    /// Reads on, where nothing is left of what was read: what `read` finds behind a member, at most so many.
    fn take(
        &mut self,
        some: usize,
        read: impl FnOnce(&str) -> Result<Vec<CodeRow>, StoreError>,
    ) -> Result<(), StoreError> {
        if self.rows.is_empty() && !self.ended {
            let rows = read(&self.behind)?;
            self.ended = rows.len() < some;
            if let Some(last) = rows.last() {
                self.behind.clone_from(&last.member_no);
            }
            self.rows = rows.into();
        }
        Ok(())
    }
}

/// Takes out of what was read all that comes before whatever has not been read, by member number.
fn next(boxes: &mut [OfBox]) -> Vec<CodeRow> {
    let unread = boxes.iter().filter(|one| !one.ended).map(|one| one.behind.clone()).min();
    let mut rows = Vec::new();
    for one in boxes {
        let count = match &unread {
            Some(unread) => one.rows.partition_point(|row| row.member_no <= *unread),
            None => one.rows.len(),
        };
        rows.extend(one.rows.drain(..count));
    }
    rows.sort_unstable_by(|one, other| one.member_no.cmp(&other.member_no));
    rows
}

/// Gives out the codes that are not confirmed yet.
///
/// # Errors
/// See [`CodesError`].
pub async fn fetch(app: &App, caller: &Caller, id: String) -> Result<Fetched, CodesError> {
    let caller = caller.clone();
    let (boxes, left) = app
        .store
        .write("fetch codes", move |tx| {
            let ballot = begin(tx, &caller, &id)?;
            tx.set_codes_fetched(ballot.id)?;
            let (codes, _) = tx.count_codes(ballot.id)?;
            if codes == 0 {
                return Err(CodesError::None(
                    "all voting codes were confirmed and erased; there are none to fetch",
                ));
            }
            let detail = serde_json::json!({ "ballot": ballot.uuid, "codes": codes });
            tx.audit(&caller.actor(), Deed::CodesFetched, &detail)?;
            Ok((tx.boxes_of(ballot.id)?, codes))
        })
        .await?;
    let of_box =
        |one: BoxRow| OfBox { id: one.id, rows: VecDeque::new(), behind: String::new(), ended: false };
    let boxes = boxes.into_iter().map(of_box).collect();
    Ok(Fetched { boxes, left, begun: false })
}

/// Takes note that the codes that were fetched have arrived, and erases them, in the files of the database too. Codes that
/// were made since the last fetch stay. Many are erased some thousand at a time, the last of them together with the note, which
/// counts all of them: what is interrupted can be repeated. Whoever comes meanwhile waits, and is told that all were confirmed.
///
/// # Errors
/// See [`CodesError`].
pub async fn confirm(app: &App, caller: &Caller, id: String) -> Result<(), CodesError> {
    let _alone = app.confirming.lock().await;
    let mut first = true;
    loop {
        let (caller, id) = (caller.clone(), id.clone());
        let work = move |tx: &WriteTx<'_>| confirm_some(tx, &caller, &id, first);
        if app.store.write("confirm codes", work).await? {
            break;
        }
        first = false;
    }
    // The codes are gone from the tables; the write-ahead log still has them until it is emptied.
    if let Err(error) = app.store.empty_log().await {
        tracing::warn!(%error, "the write-ahead log was not emptied; it will be when the server stops, if not before");
    }
    Ok(())
}

/// Confirms some thousand codes, the first or later ones; whether these were the last.
fn confirm_some(tx: &WriteTx<'_>, caller: &Caller, id: &str, first: bool) -> Result<bool, CodesError> {
    let ballot = begin(tx, caller, id)?;
    let mut codes = tx.fetched_codes(ballot.id, CONFIRMED_AT_ONCE + 1)?;
    if codes.is_empty() && first {
        return Err(match tx.count_codes(ballot.id)? {
            (0, 0) => CodesError::None("all voting codes were confirmed already"),
            _ => CodesError::NotFetched,
        });
    }
    let last = codes.len() <= CONFIRMED_AT_ONCE;
    codes.truncate(CONFIRMED_AT_ONCE);
    for (the_box, member_no) in &codes {
        tx.note_delivery(ballot.id, member_no, Channel::Hand, State::Printed, true)?;
        tx.erase_code(*the_box, member_no)?;
    }
    tx.count_erased(ballot.id, codes.len() as u64)?;
    if last {
        tx.set_codes_ready(ballot.id)?;
        let detail = serde_json::json!({ "ballot": ballot.uuid, "codes": tx.end_erased(ballot.id)? });
        tx.audit(&caller.actor(), Deed::CodesConfirmed, &detail)?;
    }
    Ok(last)
}

fn begin(tx: &Tx<'_>, caller: &Caller, id: &str) -> Result<BallotRow, CodesError> {
    let ballot = ballot_id::find(tx, id, Drafts::to(Some(caller)))?.ballot;
    match ballot.state {
        BallotState::Draft => {
            return Err(CodesError::None(
                "this ballot is a draft; its voting codes are made when it is frozen",
            ));
        }
        BallotState::Frozen | BallotState::Open if ballot.file()?.codes == Codes::Registrar => {
            return Err(CodesError::None(
                "the voting codes of this ballot are made by its registrar (`scrutineer codes issue`); the server has none",
            ));
        }
        BallotState::Frozen | BallotState::Open => {}
        _ => return Err(CodesError::None("voting has ended, so this ballot has no voting codes any more")),
    }
    if ballot.frozen_by != Some(caller.session().member) {
        return Err(CodesError::NotYours);
    }
    Ok(ballot)
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;
    use scrutineer_api::ballot::MemberCodes;
    use zeroize::Zeroizing;

    use super::{BrokenOff, Fetched, OfBox, next};
    use crate::store::{BoxId, CodeRow};

    fn row(member_no: &str) -> CodeRow {
        let (name, unit) = ("A \"name\"".to_owned(), "North".to_owned());
        CodeRow { member_no: member_no.to_owned(), name, unit, code: Zeroizing::new("a code".to_owned()) }
    }

    fn fetched(left: u64) -> Fetched {
        Fetched { boxes: Vec::new(), left, begun: false }
    }

    fn read(bytes: &[u8]) -> Vec<String> {
        let codes = serde_json::from_slice::<MemberCodes>(bytes).unwrap().codes;
        assert!(codes.iter().all(|code| code.name == "A \"name\"" && code.code.expose() == "a code"));
        codes.into_iter().map(|code| code.member_no).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn codes_of_all_boxes_come_in_the_order_of_members_a_few_at_a_time(
            members in proptest::collection::vec((0usize..4, "[0-9]{1,4}"), 1..60), some in 1usize..9
        ) {
            let mut boxes: Vec<Vec<String>> = vec![Vec::new(); 4];
            members.iter().for_each(|(one, no)| boxes[*one].push(no.clone()));
            boxes.iter_mut().for_each(|numbers| {
                numbers.sort();
                numbers.dedup();
            });
            let mut all = boxes.concat();
            all.sort();
            let mut sending = fetched(u64::try_from(all.len()).unwrap());
            let begin = || OfBox { id: BoxId::default(), rows: VecDeque::new(), behind: String::new(), ended: false };
            let mut reading: Vec<OfBox> = boxes.iter().map(|_| begin()).collect();
            let mut bytes = Vec::new();
            while !reading.iter().all(|one| one.ended && one.rows.is_empty()) {
                for (one, numbers) in reading.iter_mut().zip(&boxes) {
                    one.take(some, |behind| {
                        Ok(numbers.iter().filter(|no| no.as_str() > behind).take(some).map(|no| row(no)).collect())
                    }).unwrap();
                }
                let rows = next(&mut reading);
                prop_assert!(rows.len() <= some * boxes.len());
                let ended = reading.iter().all(|one| one.ended && one.rows.is_empty());
                sending.boxes = if ended { Vec::new() } else { vec![begin()] };
                bytes.extend(sending.write(rows).unwrap());
            }
            prop_assert_eq!(read(&bytes), all);
        }
    }

    #[test]
    fn what_changes_on_the_way_ends_it() {
        assert_eq!(read(&fetched(2).write(vec![row("1"), row("2")]).unwrap()), ["1", "2"]);
        for left in [0, 1, 3] {
            assert!(matches!(fetched(left).write(vec![row("1"), row("2")]), Err(BrokenOff::Changed)));
        }
    }
}
