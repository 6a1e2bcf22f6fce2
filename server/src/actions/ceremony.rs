//! Relays the ceremony in which tellers make their joint key (belenios-v1 section 7.2). Every message is checked when it
//! comes, as far as that is possible without a teller's secret, and then kept for ever as it is.

use scrutineer_api::audit::Deed;
use scrutineer_api::board::{Board, CeremonyInbox};
use scrutineer_protocol::ParseError;
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::trustee::ThresholdParameters;
use scrutineer_protocol::trustee::pedersen::{
    Certificate, Certificates, Commitment, Commitments, PedersenError, Polynomial, Threshold, ThresholdError,
    Vinput, Voutput,
};
use thiserror::Error;

use super::create_board::{BoardError, shown};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::store::{BoardRow, CeremonyStep, Error as StoreError, MemberId, TellerRow, Tx};

/// How often a message is checked anew because another teller's came in between.
const TRIES: usize = 8;

/// Why a message of the ceremony was not taken, or cannot be given out.
#[derive(Debug, Error)]
pub enum CeremonyError {
    /// No such board.
    #[error(transparent)]
    Board(#[from] BoardError),
    /// Not the caller's board.
    #[error("you are not a teller of the board {0:?}")]
    NotATeller(String),
    /// The message cannot be read.
    #[error("your message of the step {step} cannot be read: {why}")]
    Unreadable {
        /// The step.
        step: &'static str,
        /// What is wrong.
        why: ParseError,
    },
    /// The message does not hold.
    #[error("your message of the step {step} is refused: {why}")]
    Refused {
        /// The step.
        step: &'static str,
        /// What is wrong.
        why: PedersenError,
    },
    /// What comes in the parts is not what was sealed with the commitment.
    #[error(
        "your message of the step parts is refused: its sealed polynomial is not the one that you committed to"
    )]
    OtherPolynomial,
    /// Not yet.
    #[error("the step {step} is not possible yet: it waits for the {before} of {}", .lacking.join(", "))]
    TooEarly {
        /// The step.
        step: &'static str,
        /// The step before.
        before: &'static str,
        /// Who has not taken it.
        lacking: Vec<String>,
    },
    /// Another message for a step that was taken.
    #[error("you have taken the step {0} already, with another message; it cannot be taken again")]
    Taken(&'static str),
    /// The board's k of n.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
    /// A message that was taken does not hold any more, or the checks did not end.
    #[error("the ceremony of this board cannot go on: {0}")]
    Broken(String),
    /// Others were quicker.
    #[error("other tellers' messages came in between; send yours again")]
    Busy,
}

impl From<StoreError> for CeremonyError {
    fn from(error: StoreError) -> Self {
        Self::Board(error.into())
    }
}

/// The name of a step, as in paths.
const fn word(step: CeremonyStep) -> &'static str {
    match step {
        CeremonyStep::Certificate => "certificate",
        CeremonyStep::Commitment => "commitment",
        CeremonyStep::Parts => "parts",
        CeremonyStep::Key => "key",
    }
}

/// Takes a teller's message of a step. The same message again changes nothing.
///
/// # Errors
/// See [`CeremonyError`]; then nothing has changed.
pub async fn take(
    app: &App,
    caller: &Caller,
    name: String,
    step: CeremonyStep,
    message: String,
) -> Result<Board, CeremonyError> {
    let member = caller.session().member;
    for _ in 0..TRIES {
        let asked = name.clone();
        let found = app.store.read("ceremony: look", move |tx| Ceremony::find(tx, asked, member)).await?;
        if let Some(sent) = found.own(step)? {
            if sent != message {
                return Err(CeremonyError::Taken(word(step)));
            }
            return Ok(app.store.read("ceremony: show", move |tx| found.shown(tx)).await?);
        }
        let text = message.clone();
        let checked = tokio::task::spawn_blocking(move || {
            let parameters = found.check(step, &text)?;
            Ok::<_, CeremonyError>((found, text, parameters))
        });
        let (found, text, parameters) =
            checked.await.map_err(|_| CeremonyError::Broken("a check did not end".to_owned()))??;
        let actor = caller.actor();
        let taken = app.store.write("ceremony: take", move |tx| {
            // Messages are never changed, so what was checked against them holds as long as there are no new ones.
            if tx.tellers(found.board.id)? != found.tellers {
                return Ok(None);
            }
            tx.put_ceremony_message(found.board.id, found.seat, step, &text)?;
            let hash = HexHash::of(text.as_bytes());
            let detail = serde_json::json!({
                "board": found.board.name, "seat": found.seat, "step": word(step), "message_sha256": hash,
            });
            tx.audit(&actor, Deed::BoardStep, &detail)?;
            if let Some(parameters) = parameters {
                tx.set_board_parameters(found.board.id, &parameters)?;
                let hash = HexHash::of(parameters.as_bytes());
                let detail = serde_json::json!({ "board": found.board.name, "parameters_sha256": hash });
                tx.audit(&actor, Deed::BoardReady, &detail)?;
            }
            Ok::<_, CeremonyError>(Some(found.shown(tx)?))
        });
        if let Some(board) = taken.await? {
            #[cfg(feature = "misbehave")]
            let board = super::misbehave::relay(app, &caller.session().member_no, board);
            return Ok(board);
        }
    }
    Err(CeremonyError::Busy)
}

/// What the other tellers have sealed to the caller, and what the caller has sealed to themself.
///
/// # Errors
/// See [`CeremonyError`].
pub async fn inbox(app: &App, caller: &Caller, name: String) -> Result<CeremonyInbox, CeremonyError> {
    let member = caller.session().member;
    let found = app.store.read("ceremony: inbox", move |tx| Ceremony::find(tx, name, member)).await?;
    let routed = tokio::task::spawn_blocking(move || {
        let parts = if found.lacking(CeremonyStep::Parts).is_empty() {
            let certificates = found.certificates(CeremonyStep::Parts)?;
            let input = Vinput::route(&certificates, &found.polynomials(CeremonyStep::Key)?, found.seat);
            Some(input.map_err(|why| CeremonyError::Broken(why.to_string()))?.to_text())
        } else {
            None
        };
        Ok(CeremonyInbox { parts, key: found.own(CeremonyStep::Key)?.map(str::to_owned) })
    });
    routed.await.map_err(|_| CeremonyError::Broken("a check did not end".to_owned()))?
}

/// A board as it was at one moment, with the caller's seat.
struct Ceremony {
    board: BoardRow,
    tellers: Vec<TellerRow>,
    seat: usize,
    member: MemberId,
}

impl Ceremony {
    fn find(tx: &Tx<'_>, name: String, member: MemberId) -> Result<Self, CeremonyError> {
        let board = tx.board(&name)?.ok_or(BoardError::Unknown(name))?;
        let seat = tx.seat_of(board.id, member)?;
        let seat = seat.ok_or_else(|| CeremonyError::NotATeller(board.name.clone()))?;
        Ok(Self { tellers: tx.tellers(board.id)?, board, seat, member })
    }

    fn shown(&self, tx: &Tx<'_>) -> Result<Board, StoreError> {
        let board = tx.board_row(self.board.id)?;
        shown(tx, &board, Some(self.member))
    }

    /// The caller's own message of a step.
    fn own(&self, step: CeremonyStep) -> Result<Option<&str>, CeremonyError> {
        let row = self.tellers.get(self.seat - 1);
        let row = row.ok_or_else(|| CeremonyError::Broken("a seat is not there".to_owned()))?;
        Ok(row.message(step))
    }

    /// Who has not taken a step.
    fn lacking(&self, step: CeremonyStep) -> Vec<String> {
        let missing = self.tellers.iter().filter(|teller| teller.message(step).is_none());
        missing.map(|teller| format!("{} ({})", teller.name, teller.member_no)).collect()
    }

    fn threshold(&self) -> Result<Threshold, CeremonyError> {
        Ok(Threshold::for_board(self.board.threshold, self.tellers.len())?)
    }

    /// Checks a message; with the last one, gives the outcome of the ceremony.
    fn check(&self, step: CeremonyStep, message: &str) -> Result<Option<String>, CeremonyError> {
        let unreadable = |why| CeremonyError::Unreadable { step: word(step), why };
        let refused = |why| CeremonyError::Refused { step: word(step), why };
        let bytes = message.as_bytes();
        match step {
            CeremonyStep::Certificate => {
                let certificate = Certificate::parse(bytes).map_err(unreadable)?;
                self.check_certificate(&certificate).map_err(refused)?;
            }
            CeremonyStep::Commitment => {
                let certificates = self.certificates(step)?;
                let commitment = Commitment::parse(bytes).map_err(unreadable)?;
                commitment.check(&certificates, self.seat).map_err(refused)?;
            }
            CeremonyStep::Parts => {
                let (certificates, commitments) = (self.certificates(step)?, self.commitments(step)?);
                let parts = Polynomial::parse(bytes).map_err(unreadable)?;
                parts.check(&certificates, self.seat).map_err(refused)?;
                let list = Commitments::check(&certificates, commitments).map_err(refused)?;
                list.check_opened(self.seat, &parts.coefexps).map_err(refused)?;
                let own = self.own(CeremonyStep::Commitment)?.unwrap_or_default();
                let own = Commitment::parse(own.as_bytes()).map_err(unreadable)?;
                if own.polynomial != parts.polynomial {
                    return Err(CeremonyError::OtherPolynomial);
                }
            }
            CeremonyStep::Key => {
                let (certificates, polynomials) = (self.certificates(step)?, self.polynomials(step)?);
                let key = Voutput::parse(bytes).map_err(unreadable)?;
                key.check(&certificates, &polynomials, self.seat).map_err(refused)?;
                return self.assemble(&certificates, &polynomials, key);
            }
        }
        Ok(None)
    }

    /// Checks a certificate against the seat and against those that are there: no two may share a key, or the ceremony
    /// could never go on.
    fn check_certificate(&self, certificate: &Certificate) -> Result<(), PedersenError> {
        let threshold = Threshold::new(self.board.threshold, self.tellers.len())?;
        let keys = certificate.check(threshold, self.seat)?;
        let own = [keys.verification, keys.encryption];
        if keys.verification == keys.encryption {
            return Err(PedersenError::SharedKey { first: self.seat, second: self.seat });
        }
        for teller in self.tellers.iter().filter(|teller| teller.seat != self.seat) {
            let parsed = teller.certificate.as_ref().map(|text| Certificate::parse(text.as_bytes()));
            let Some(Ok(other)) = parsed else { continue };
            let other = other.check(threshold, teller.seat)?;
            if own.contains(&other.verification) || own.contains(&other.encryption) {
                return Err(PedersenError::SharedKey { first: teller.seat, second: self.seat });
            }
        }
        Ok(())
    }

    /// Everybody's messages of `step`, which must all be there before `next`.
    fn all<T>(
        &self,
        step: CeremonyStep,
        next: CeremonyStep,
        parse: impl Fn(&[u8]) -> Result<T, ParseError>,
    ) -> Result<Vec<T>, CeremonyError> {
        let lacking = self.lacking(step);
        if !lacking.is_empty() {
            return Err(CeremonyError::TooEarly { step: word(next), before: word(step), lacking });
        }
        let texts = self.tellers.iter().filter_map(|teller| teller.message(step));
        texts
            .map(|text| parse(text.as_bytes()).map_err(|why| CeremonyError::Broken(why.to_string())))
            .collect()
    }

    fn certificates(&self, next: CeremonyStep) -> Result<Certificates, CeremonyError> {
        let list = self.all(CeremonyStep::Certificate, next, Certificate::parse)?;
        Certificates::check(self.threshold()?, list).map_err(|why| CeremonyError::Broken(why.to_string()))
    }

    fn commitments(&self, next: CeremonyStep) -> Result<Vec<Commitment>, CeremonyError> {
        self.all(CeremonyStep::Commitment, next, Commitment::parse)
    }

    fn polynomials(&self, next: CeremonyStep) -> Result<Vec<Polynomial>, CeremonyError> {
        self.all(CeremonyStep::Parts, next, Polynomial::parse)
    }

    /// The outcome, if `own` is the last key.
    fn assemble(
        &self,
        certificates: &Certificates,
        polynomials: &[Polynomial],
        own: Voutput,
    ) -> Result<Option<String>, CeremonyError> {
        let mut own = Some(own);
        let mut outputs = Vec::with_capacity(self.tellers.len());
        for teller in &self.tellers {
            let output = match &teller.key_message {
                Some(text) => Voutput::parse(text.as_bytes()),
                None if teller.seat == self.seat => match own.take() {
                    Some(own) => Ok(own),
                    None => return Ok(None),
                },
                None => return Ok(None),
            };
            outputs.push(output.map_err(|why| CeremonyError::Broken(why.to_string()))?);
        }
        ThresholdParameters::assemble(certificates, polynomials, &outputs)
            .map(|parameters| Some(parameters.to_text()))
            .map_err(|why| CeremonyError::Refused { step: word(CeremonyStep::Key), why })
    }
}
