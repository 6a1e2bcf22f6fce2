//! What a dishonest server would do, for the tests that show that it is caught. In test builds alone (feature
//! `misbehave`), and there only where a test asks for it.

use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, SeedableRng};
use scrutineer_api::board::Board;
use scrutineer_api::vote::Head;
use scrutineer_ballot::receipt::HeadLine;
use scrutineer_ballot::signature::{SignatureError, Signer};
use scrutineer_protocol::event::{Event, EventKind, State};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::trustee::ThresholdParameters;
use scrutineer_protocol::trustee::pedersen::{
    Certificate, Certificates, Commitment, Commitments, PedersenError, Polynomial, Threshold, Vinput, Voutput,
};
use scrutineer_protocol::trustee::pki::{Keys, Seed};
use ssh_key::{Algorithm, PrivateKey};

use super::record::{RecordError, Visible};
use crate::app::{App, Misbehave};
use crate::store::{Error as StoreError, Step, Tx};

/// Puts a certificate of its own into the first seat, for everybody but the teller who sits there.
pub(super) fn relay(app: &App, viewer: &str, mut board: Board) -> Board {
    let seats = board.tellers.len();
    let Some(first) = board.tellers.first_mut() else { return board };
    let asked = app.settings.misbehave == Some(Misbehave::ReplaceCertificate);
    if !asked || first.certificate.is_none() || first.member_no == viewer {
        return board;
    }
    // The same for everybody and every time: only the words give it away.
    let mut rng = ChaCha20Rng::seed_from_u64(4711);
    let keys = Seed::generate(&mut rng).keys();
    let threshold = Threshold::new(usize::try_from(board.threshold).unwrap_or(0), seats);
    if let Ok(Ok(own)) = threshold.map(|threshold| Certificate::new(&keys, threshold, 1, &mut rng)) {
        first.certificate = Some(own.to_text());
    }
    board
}

/// Puts a board of the server's own making in the place of a ballot's.
pub(super) fn replace(
    asked: Option<Misbehave>,
    board: Option<ThresholdParameters>,
    rng: &mut impl CryptoRng,
) -> Result<Option<ThresholdParameters>, PedersenError> {
    match board {
        Some(board) if asked == Some(Misbehave::ReplaceTrustees) => own_board(&board, rng).map(Some),
        other => Ok(other),
    }
}

/// A board of the same size, all of whose keys are the server's.
fn own_board(
    like: &ThresholdParameters,
    rng: &mut impl CryptoRng,
) -> Result<ThresholdParameters, PedersenError> {
    let threshold = Threshold::new(like.threshold, like.certs.len())?;
    let keys: Vec<Keys> = (0..threshold.size()).map(|_| Seed::generate(rng).keys()).collect();
    let list = (1..).zip(&keys).map(|(index, keys)| Certificate::new(keys, threshold, index, rng));
    let certificates = Certificates::check(threshold, list.collect::<Result<_, _>>()?)?;
    let list = keys.iter().map(|keys| Commitment::new(keys, &certificates, rng));
    let commitments = Commitments::check(&certificates, list.collect::<Result<_, _>>()?)?;
    let list = keys.iter().map(|keys| Polynomial::reveal(keys, &certificates, &commitments, rng));
    let polynomials: Vec<Polynomial> = list.collect::<Result<_, _>>()?;
    let finish = |(index, keys): (usize, &Keys)| {
        let input = Vinput::route(&certificates, &polynomials, index)?;
        Voutput::finish(keys, &certificates, &commitments, &input, rng)
    };
    let outputs: Vec<Voutput> = (1..).zip(&keys).map(finish).collect::<Result<_, _>>()?;
    ThresholdParameters::assemble(&certificates, &polynomials, &outputs)
}

/// The steps of a record as a dishonest server shows them to somebody; none where it shows what is there.
pub(super) fn record(
    tx: &Tx<'_>,
    asked: Option<Misbehave>,
    viewer: Option<&str>,
    visible: &Visible,
) -> Result<Option<Vec<Step>>, RecordError> {
    let Some(asked) = asked else { return Ok(None) };
    let mut steps = Vec::new();
    while let Some(more) = visible.height.checked_sub(steps.len() as u64).map(|more| more.saturating_add(1)) {
        let from = steps.len() as u64;
        steps.extend(tx.record_steps(visible.the_box.id, from, visible.height, more)?);
    }
    let second_is_vote = steps.get(2).is_some_and(|step| kind(step) == Some(EventKind::Ballot));
    match asked {
        Misbehave::ShrinkRecord => steps.truncate(2),
        Misbehave::DropVote if second_is_vote => drop(steps.remove(1)),
        Misbehave::ReorderVotes if second_is_vote => steps.swap(1, 2),
        Misbehave::TwoViews if second_is_vote && is_odd(viewer) => steps.swap(1, 2),
        Misbehave::RewriteVote if second_is_vote => {
            if let [_, first, second, ..] = steps.as_mut_slice() {
                first.data.clone_from(&second.data);
            }
        }
        _ => return Ok(None),
    }
    chain(steps).map(Some)
}

fn kind(step: &Step) -> Option<EventKind> {
    Event::parse(step.event.as_bytes()).ok().map(|event| event.kind)
}

fn is_odd(member_no: Option<&str>) -> bool {
    let last = member_no.and_then(|no| no.chars().last()?.to_digit(10));
    last.is_some_and(|digit| digit % 2 == 1)
}

/// The same steps with events that follow one another.
fn chain(steps: Vec<Step>) -> Result<Vec<Step>, RecordError> {
    let corrupt = || StoreError::Corrupt("a record that cannot be told otherwise".to_owned());
    let mut state = State::start();
    let chained = steps.into_iter().map(|step| {
        let payload = step.data.last().map(|body| HexHash::of(body.as_bytes()));
        let event = state.append(kind(&step).ok_or_else(corrupt)?, payload).map_err(|_| corrupt())?;
        Ok(Step { height: event.event.height, event: event.text, ..step })
    });
    chained.collect()
}

/// Height and hash of the last of these steps.
pub(super) fn last(steps: &[Step]) -> Option<(u64, HexHash)> {
    steps.last().map(|step| (step.height, HexHash::of(step.event.as_bytes())))
}

/// A head, signed with a key of nobody's.
pub(super) fn sign_with_another_key(line: &HeadLine) -> Result<Head, SignatureError> {
    let key = PrivateKey::random(&mut ChaCha20Rng::seed_from_u64(4711), Algorithm::Ed25519)
        .map_err(|_| SignatureError::KeyType)?;
    Ok(Head {
        election: line.election.to_string(),
        height: line.height,
        event: line.event.to_string(),
        signature: line.sign(&Signer::new(&key)?)?,
    })
}
