//! A board as the server shows it, believed only as far as its messages prove it.

use scrutineer_api::board::{Board, BoardState, Teller, TellerStep};
use scrutineer_ballot::fingerprint::Fingerprint;
use scrutineer_protocol::ParseError;
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::trustee::ThresholdParameters;
use scrutineer_protocol::trustee::pedersen::{
    Certificate, Certificates, Commitment, Commitments, PedersenError, Threshold, ThresholdError,
};
use scrutineer_protocol::trustee::pki::Keys;
use thiserror::Error;

use crate::client::{Client, Endpoint};

/// What a board's messages come to where they do not hold.
#[derive(Debug, Error)]
pub enum BoardError {
    /// The reply is about something else.
    #[error("the server answers with another board than {0:?}, or with seats that make no sense")]
    Seats(String),
    /// Not a board that may open counts.
    #[error("do not join this board: {0}")]
    Threshold(#[from] ThresholdError),
    /// The caller has no seat.
    #[error("you (member {member_no}) have no seat on the board {board:?}; its tellers are {tellers}")]
    NoSeat {
        /// The caller.
        member_no: String,
        /// The board.
        board: String,
        /// Who has.
        tellers: String,
    },
    /// A message that cannot be read.
    #[error("the {what} of {who} cannot be read: {why}")]
    Unreadable {
        /// Which message.
        what: &'static str,
        /// Whose.
        who: String,
        /// What is wrong.
        why: ParseError,
    },
    /// A message that does not hold.
    #[error("the ceremony of this board does not hold: {why}{who}. Do not go on, and tell the other tellers")]
    Broken {
        /// What is wrong.
        why: PedersenError,
        /// Whose fault it is.
        who: String,
    },
    /// Others than those that were compared.
    #[error(
        "the certificates of this board are not those that you compared with another teller: its fingerprint was \"{was}\" \
         and is now \"{is}\". Somebody has put other keys in their place. Do not go on, and tell the other tellers"
    )]
    Changed {
        /// What was compared.
        was: Fingerprint,
        /// What is shown now.
        is: Fingerprint,
    },
    /// The seat has other keys or another place.
    #[error(
        "the certificate in your seat is not yours. Either you joined with another key file, or somebody has put another \
         certificate in its place: do not go on, and tell the other tellers"
    )]
    NotMine,
    /// The commitments are others than they were.
    #[error(
        "what the tellers of this board committed to has changed since everybody had done so. Do not go on, and tell the \
         other tellers"
    )]
    CommitmentsChanged,
    /// A message that does not appear.
    #[error("the server took your message of the step {0} but does not show it: tell the other tellers")]
    Dropped(&'static str),
    /// No joint key yet.
    #[error(
        "the board {0:?} is not ready: its tellers are still making their key (`scrutineer tellers status`)"
    )]
    NotReady(String),
    /// The fingerprint was never compared.
    #[error("you have not finished joining the board {0:?}: run `scrutineer tellers join` first")]
    NotCompared(String),
}

/// A board at one moment.
pub struct Snapshot {
    /// As the server shows it.
    pub board: Board,
    /// How many tellers of how many are needed.
    pub threshold: Threshold,
}

impl Snapshot {
    /// Asks for a board.
    ///
    /// # Errors
    /// There is none, or it makes no sense.
    pub fn fetch(client: &Client, name: &str) -> anyhow::Result<Self> {
        let board: Board = client.get(&Endpoint::new(&["boards", name]))?.json()?;
        Ok(Self::check(board, name)?)
    }

    /// Checks that it is the board of this name, with seats that make sense.
    pub(crate) fn check(board: Board, name: &str) -> Result<Self, BoardError> {
        let numbered = (1..).zip(&board.tellers).all(|(index, teller)| teller.index == index);
        let once =
            |teller: &Teller| board.tellers.iter().filter(|t| t.member_no == teller.member_no).count() == 1;
        if board.name != name || !numbered || !board.tellers.iter().all(once) {
            return Err(BoardError::Seats(name.to_owned()));
        }
        let needed = usize::try_from(board.threshold).map_err(|_| BoardError::Seats(name.to_owned()))?;
        let threshold = Threshold::for_board(needed, board.tellers.len())?;
        Ok(Self { board, threshold })
    }

    /// The seat of a member, from 1, and what the server shows of it.
    ///
    /// # Errors
    /// The member has none.
    pub fn seat_of(&self, member_no: &str) -> Result<(usize, &Teller), BoardError> {
        let found = (1..).zip(&self.board.tellers).find(|(_, teller)| teller.member_no == member_no);
        found.ok_or_else(|| BoardError::NoSeat {
            member_no: member_no.to_owned(),
            board: self.board.name.clone(),
            tellers: self.named(self.board.tellers.iter()),
        })
    }

    /// Everybody's certificates, checked; `None` while one is missing.
    ///
    /// # Errors
    /// One does not hold.
    pub fn certificates(&self) -> Result<Option<Certificates>, BoardError> {
        let certificate = |teller: &Teller| {
            let text = teller.certificate.as_ref()?;
            Some(Certificate::parse(text.as_bytes()).map_err(|why| unreadable("certificate", teller, why)))
        };
        let list: Option<Result<Vec<_>, _>> = self.board.tellers.iter().map(certificate).collect();
        let Some(list) = list.transpose()? else { return Ok(None) };
        Certificates::check(self.threshold, list).map(Some).map_err(|why| self.broken(why))
    }

    /// Everybody's commitments, checked, with their hash; `None` while one is missing.
    ///
    /// # Errors
    /// One does not hold.
    pub fn commitments(
        &self,
        certificates: &Certificates,
    ) -> Result<Option<(Commitments, HexHash)>, BoardError> {
        let commitment = |teller: &Teller| {
            let text = teller.commitment.as_ref()?;
            Some(Commitment::parse(text.as_bytes()).map_err(|why| unreadable("commitment", teller, why)))
        };
        let list: Option<Result<Vec<_>, _>> = self.board.tellers.iter().map(commitment).collect();
        let Some(list) = list.transpose()? else { return Ok(None) };
        // The texts are JSON objects, so it is plain where one ends.
        let hash = HexHash::of(list.iter().map(Commitment::to_text).collect::<String>().as_bytes());
        let checked = Commitments::check(certificates, list).map_err(|why| self.broken(why))?;
        Ok(Some((checked, hash)))
    }

    /// The joint key and all that proves it, checked, made by the tellers of these certificates; `keys` are among them.
    ///
    /// # Errors
    /// The board is not ready, or its parameters do not hold or are others'.
    pub fn parameters(&self, compared: HexHash, keys: &Keys) -> Result<ThresholdParameters, BoardError> {
        let name = &self.board.name;
        let text = match (&self.board.parameters, self.board.state) {
            (Some(text), BoardState::Ready) => text,
            _ => return Err(BoardError::NotReady(name.clone())),
        };
        let parameters = ThresholdParameters::parse(text.as_bytes());
        let parameters = parameters.map_err(|why| BoardError::Unreadable {
            what: "joint key",
            who: format!("the board {name:?}"),
            why,
        })?;
        parameters.verify().map_err(|why| self.broken(why))?;
        let certificates = parameters.certificates().map_err(|why| self.broken(why))?;
        same(compared, &certificates)?;
        certificates.index_of(keys).map_err(|_| BoardError::NotMine)?;
        Ok(parameters)
    }

    /// A fault in the ceremony, with the names of those at fault.
    pub fn broken(&self, why: PedersenError) -> BoardError {
        let culprits = why.culprits();
        let culprits = (1..).zip(&self.board.tellers).filter(|(index, _)| culprits.contains(index));
        let names = self.named(culprits.map(|(_, teller)| teller));
        let who = if names.is_empty() { names } else { format!(" ({names})") };
        BoardError::Broken { why, who }
    }

    /// Who has not come as far as `step`.
    pub fn before(&self, step: TellerStep) -> Vec<String> {
        let behind = self.board.tellers.iter().filter(|teller| teller.step < step);
        behind.map(who).collect()
    }

    fn named<'a>(&self, tellers: impl Iterator<Item = &'a Teller>) -> String {
        tellers.map(who).collect::<Vec<_>>().join(", ")
    }
}

/// Refuses certificates that are not those which were compared.
///
/// # Errors
/// They are not.
pub fn same(compared: HexHash, certificates: &Certificates) -> Result<(), BoardError> {
    let now = certificates.fingerprint();
    if now == *compared.digest() {
        return Ok(());
    }
    let (was, is) = (Fingerprint::of_digest(compared.digest()), Fingerprint::of_digest(&now));
    Err(BoardError::Changed { was, is })
}

fn who(teller: &Teller) -> String {
    format!("{} ({})", teller.name, teller.member_no)
}

fn unreadable(what: &'static str, teller: &Teller, why: ParseError) -> BoardError {
    BoardError::Unreadable { what, who: who(teller), why }
}
