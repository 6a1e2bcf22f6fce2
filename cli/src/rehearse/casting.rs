//! From the first vote to the result: the record is written as it grows, a batch of votes at a time.

use std::collections::BTreeMap;
use std::io::Write;

use indicatif::ProgressBar;
use rayon::prelude::*;
use scrutineer_protocol::ParseError;
use scrutineer_protocol::archive::{ArchiveError, Writer};
use scrutineer_protocol::ballot::{Ballot, SealError};
use scrutineer_protocol::event::{Entry, EventError, State};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::tally::{
    BoundShare, CombineError, PartialDecryption, ResultError, RunningTally, SharesFile, TallyError, combine,
};
use scrutineer_protocol::trustee::PrivateKey;
use thiserror::Error;

use super::opened::{Opened, OpenedBox};
use super::turns::{Turn, Turns};

/// Votes that are sealed together, on all cores.
const BATCH: usize = 256;
/// The server's number among the trustees; the board's seats follow.
const SERVER: usize = 1;

/// Why a record cannot be written to its end.
#[derive(Debug, Error)]
pub(super) enum CastError {
    /// A vote.
    #[error("a vote cannot be sealed: {0}")]
    Seal(#[from] SealError),
    /// A voting code.
    #[error(transparent)]
    Code(#[from] ParseError),
    /// The sums.
    #[error("a vote cannot be added up: {0}")]
    Tally(#[from] TallyError),
    /// The order of the record.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The file.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The shares.
    #[error("the count cannot be opened: {0}")]
    Combine(#[from] CombineError),
    /// The result.
    #[error("the count cannot be opened: {0}")]
    Result(#[from] ResultError),
}

/// A vote as it goes onto the record.
struct Sealed {
    ballot: Ballot,
    text: String,
    hash: HexHash,
}

impl Opened {
    /// Writes the whole record of a box, from its first step on, and gives the file of shares that goes with it.
    pub(super) fn write(
        &self,
        one: &OpenedBox,
        setup: Entry,
        turns: &Turns,
        out: impl Write,
        progress: &ProgressBar,
    ) -> Result<SharesFile, CastError> {
        let mut writer = Writer::new(out, self.record_time()?)?;
        writer.entry(&setup)?;
        drop(setup);
        let mut state = one.state();
        let shape: Vec<usize> = one.new_box.election.questions().iter().map(|q| q.ciphertexts()).collect();
        let mut tally = RunningTally::new(&shape);
        for (batch, turns) in turns.turns.chunks(BATCH).enumerate() {
            let sealed =
                turns.par_iter().enumerate().map(|(i, turn)| self.seal(one, batch * BATCH + i, turn));
            let sealed: Vec<Sealed> = sealed.collect::<Result<_, CastError>>()?;
            for (turn, Sealed { ballot, text, hash }) in turns.iter().zip(sealed) {
                if turn.counts {
                    tally.add(ballot.answers().iter().map(|answer| answer.ciphertexts()), 1)?;
                }
                writer.entry(&Entry::hashed_ballot(&mut state, text, hash)?)?;
            }
            progress.inc(u64::try_from(turns.len()).unwrap_or(0));
        }
        self.count(one, &tally, &mut state, &mut writer)
    }

    fn seal(&self, one: &OpenedBox, number: usize, turn: &Turn) -> Result<Sealed, CastError> {
        let mut rng = one.chance.stream("vote", number);
        let selections = turn.selections(&self.file.questions, &mut rng);
        let ballot = Ballot::seal(&one.new_box.election, &one.key(turn.code())?, &selections, &mut rng)?;
        let text = ballot.to_text();
        Ok(Sealed { hash: HexHash::of(text.as_bytes()), text, ballot })
    }

    /// Closes, adds up, and opens the count: the tellers first, the server's key last (design section 6).
    fn count(
        &self,
        one: &OpenedBox,
        tally: &RunningTally,
        state: &mut State,
        writer: &mut Writer<impl Write>,
    ) -> Result<SharesFile, CastError> {
        writer.entry(&Entry::end_ballots(state)?)?;
        let (sealed, sized) = tally.finish();
        writer.entry(&Entry::encrypted_tally(state, &sealed, &sized)?)?;
        let (new_box, fingerprint) = (&one.new_box, one.new_box.election.fingerprint());
        let tellers = self.board.iter().flat_map(|board| board.opening());
        let tellers = tellers.filter_map(|(seat, key)| Some((SERVER + seat, key?)));
        let keys: Vec<(usize, &PrivateKey)> = tellers.chain([(SERVER, &new_box.server_key)]).collect();
        let (mut partials, mut bound) = (BTreeMap::new(), Vec::new());
        for (owner, key) in keys {
            let mut rng = one.chance.stream("share", owner);
            let partial = PartialDecryption::decrypt(fingerprint, &sealed, key, &mut rng);
            bound.push(BoundShare::prove(owner, fingerprint, &sealed, &partial, key, &mut rng));
            writer.entry(&Entry::partial_decryption(state, owner, &partial)?)?;
            partials.insert(owner, partial);
        }
        let opened = combine(fingerprint, &sealed, &new_box.trustees, &partials)?;
        writer.entry(&Entry::result(state, &opened.result(tally.weight())?)?)?;
        Ok(SharesFile::new(*fingerprint, bound))
    }
}
