//! What a dishonest server would do, for the tests that show that it is caught. In test builds alone (feature
//! `misbehave`), and there only where a test asks for it.

use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, SeedableRng};
use scrutineer_api::board::Board;
use scrutineer_protocol::trustee::ThresholdParameters;
use scrutineer_protocol::trustee::pedersen::{
    Certificate, Certificates, Commitment, Commitments, PedersenError, Polynomial, Threshold, Vinput, Voutput,
};
use scrutineer_protocol::trustee::pki::{Keys, Seed};

use crate::app::{App, Misbehave};

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
