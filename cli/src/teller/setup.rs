//! What a teller checks of a box before speaking for it: the whole record so far, and that the board behind it is the
//! teller's own.

use std::fs::File;
use std::io::{Seek, SeekFrom};

use scrutineer_api::ballot::{Ballot, BallotBox};
use scrutineer_ballot::terms::Terms;
use scrutineer_protocol::archive::{ArchiveError, Kind, Reader};
use scrutineer_protocol::election::Election;
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::trustee::pki::{Keys, Sealed};
use scrutineer_protocol::trustee::{PrivateKey, ThresholdParameters, TrusteeItem, Trustees};
use scrutineer_protocol::verify::{self, Check, Level, Report, Visitor};
use thiserror::Error;

use super::key_file::KeyFile;
use super::opened::Opened;
use super::seat::{self, Home, PassphraseFlag};
use crate::boxes;
use crate::client::Client;
use crate::files::NewFile;
use crate::observer;
use crate::{Session, entropy};

/// Names of the checks.
mod names {
    pub(super) const RECORD: &str = "record";
    pub(super) const ELECTION: &str = "election";
    pub(super) const DESCRIPTION: &str = "description";
    pub(super) const FINGERPRINT: &str = "fingerprint";
    pub(super) const CERTIFICATE: &str = "certificate";
    pub(super) const SHARE: &str = "share";
    pub(super) const CONTINUATION: &str = "continuation";
}

/// A ballot that no teller has a part in.
#[derive(Debug, Error)]
#[error("this ballot has no board of tellers: the server alone opens its count")]
pub struct NoBoard;

/// A teller with an opened key file and what the server keeps for them.
pub struct Teller {
    /// The teller's files; nobody else uses them as long as this lives.
    pub home: Home,
    /// The ceremony keys.
    pub keys: Keys,
    /// The seat, from 1.
    pub index: usize,
    /// Whether the key was brought back from the paper, without the memory of what was opened.
    pub restored: bool,
    /// The board's fingerprint as it was compared.
    pub fingerprint: HexHash,
    /// The share of the joint key, sealed to the teller.
    pub sealed: Sealed,
}

impl Teller {
    /// Opens the key file for a board.
    ///
    /// # Errors
    /// It does not open, joining was not finished, or the server lacks the teller's share.
    pub fn open(
        client: &Client,
        home: Home,
        board: &str,
        flag: &PassphraseFlag,
        session: &mut Session<'_>,
    ) -> anyhow::Result<Self> {
        let file: KeyFile = home.unlock(flag, session)?;
        let fingerprint = seat::compared_in(&file)?;
        let (keys, index, restored) = (file.keys(), file.header().index, file.header().restored);
        let sealed = seat::sealed_share(client, board)?;
        Ok(Self { home, keys, index, restored, fingerprint, sealed })
    }
}

/// A box that was examined.
pub struct Examined {
    /// What was found, by name.
    pub checks: Vec<Check>,
    /// What a share is made with, if nothing failed.
    pub share: Option<Share>,
    /// The record's report.
    pub report: Report,
    /// The record, at its beginning.
    pub record: File,
}

/// What a share is made with.
pub struct Share {
    /// The election.
    pub election: Election,
    /// All trustees.
    pub trustees: Trustees,
    /// The teller's number among all trustees of the record, from 1.
    pub owner: usize,
    /// The teller's own key.
    pub key: PrivateKey,
    /// The board's parameters.
    pub parameters: ThresholdParameters,
}

impl Examined {
    /// Whether nothing failed.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.share.is_some()
    }

    /// The first thing that failed, as a sentence.
    #[must_use]
    pub fn fault(&self) -> String {
        let failed = self.checks.iter().find(|check| check.level == Level::Fail);
        failed.map_or_else(String::new, |check| check.detail.clone())
    }
}

/// Shows how far the reading has come.
struct Watch(indicatif::ProgressBar);

impl Visitor for Watch {
    fn progress(&mut self, bytes: u64) {
        self.0.set_position(bytes);
    }
}

/// Downloads the record of a box, verifies it, and checks that its board is the teller's own, and that what the teller has
/// checked before is still on it.
///
/// # Errors
/// The record cannot be fetched or read at all. What does not hold is a failed check.
pub fn examine(
    client: &Client,
    ballot: &Ballot,
    urn: &BallotBox,
    teller: &Teller,
    opened: &Opened,
    session: &Session<'_>,
) -> anyhow::Result<Examined> {
    let mut file = NewFile::replace(&teller.home.work_file())?;
    let bytes = observer::fetch_record(client, &ballot.id, Some(&urn.name), &mut file, session)?;
    let shares = observer::fetch_shares(client, &ballot.id, Some(&urn.name))?;
    // The file has no name of its own: it goes when it is closed, and nobody can change it meanwhile.
    let mut record = file.into_anonymous()?;
    let mut watch = Watch(session.printer.progress(bytes, "verifying"));
    let report = verify::archive(&record, |_| Ok(shares), &mut entropy::system(), &mut watch)?;
    watch.0.finish_and_clear();
    record.seek(SeekFrom::Start(0))?;
    let mut checks = Vec::new();
    let mut share = hold(&report, ballot, urn, teller, &mut checks);
    let checked = share.as_ref().and_then(|share| opened.checked(share.election.uuid()));
    if let Some(event) = checked {
        let (level, detail) = if has_event(&record, event)? {
            (Level::Ok, "it goes on from what you checked before")
        } else {
            share = None;
            (
                Level::Fail,
                "the record is not the one that you checked before: what was on it has been changed. Tell the other tellers \
                 and the election committee",
            )
        };
        checks.push(Check { name: names::CONTINUATION, level, detail: detail.to_owned() });
        record.seek(SeekFrom::Start(0))?;
    }
    Ok(Examined { checks, share, report, record })
}

/// Whether an event is on a verified record. Each is bound to all before it.
fn has_event(record: &File, event: &HexHash) -> Result<bool, ArchiveError> {
    let mut reader = Reader::new(record)?;
    while let Some(found) = reader.next_record()? {
        if found.kind == Kind::Event && found.hash == *event {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes the checks in their order; each rests on those before it, so the first that fails is the last.
fn hold(
    report: &Report,
    ballot: &Ballot,
    urn: &BallotBox,
    teller: &Teller,
    checks: &mut Vec<Check>,
) -> Option<Share> {
    let mut said = |name, found: Result<String, String>| {
        let (level, detail) = match &found {
            Ok(detail) => (Level::Ok, detail.clone()),
            Err(detail) => (Level::Fail, detail.clone()),
        };
        checks.push(Check { name, level, detail });
        found.ok()
    };
    let failed = || {
        let failed = report.checks.iter().find(|check| check.level == Level::Fail);
        failed.map_or_else(|| "it is empty".to_owned(), |check| format!("{}: {}", check.name, check.detail))
    };
    let verified = report.election.as_ref().zip(report.trustees.as_ref()).filter(|_| report.ok());
    let (election, trustees) = match verified {
        Some(verified) => verified,
        None => {
            said(names::RECORD, Err(format!("the record does not verify: {}", failed())))?;
            return None;
        }
    };
    said(
        names::RECORD,
        Ok("the record verifies; its key is made of the keys of its trustees alone".to_owned()),
    )?;
    let shown = boxes::check(election.bytes(), ballot, urn);
    said(
        names::ELECTION,
        shown.map(|_| "it is the election that members are shown".to_owned()).map_err(|e| e.to_string()),
    )?;
    let terms = Terms::of(report);
    said(
        names::DESCRIPTION,
        terms
            .as_ref()
            .map(|_| "rules, numbers and tellers fit the record".to_owned())
            .map_err(ToString::to_string),
    )?;
    let board = terms.ok()?.board.filter(|board| board.fingerprint == teller.fingerprint);
    said(
        names::FINGERPRINT,
        board.map(|_| "the board is the one whose words you compared".to_owned()).ok_or_else(|| {
            "the board is NOT the one whose words you compared: the ballot must not be opened. Tell the other tellers and \
             the election committee"
                .to_owned()
        }),
    )?;
    let parameters = trustees.items().iter().find_map(|item| match item {
        TrusteeItem::Pedersen(board) => Some(board),
        TrusteeItem::Single(_) => None,
    })?;
    let certificates = parameters.certificates().ok()?;
    let seated = certificates.index_of(&teller.keys).ok().filter(|index| *index == teller.index);
    said(
        names::CERTIFICATE,
        seated.map(|index| format!("your certificate is in seat {index}")).ok_or_else(|| {
            "your certificate is not in your seat: the ballot must not be opened. Tell the other tellers"
                .to_owned()
        }),
    )?;
    let key = parameters.private_key(&teller.keys, &teller.sealed);
    said(
        names::SHARE,
        key.as_ref()
            .map(|_| "your share opens what is sealed with this board's key".to_owned())
            .map_err(|why| format!("your share does not belong to this board's key: {why}")),
    )?;
    let (index, key) = key.ok()?;
    let owner = trustees.members().find(|member| member.index == Some(index))?.owner;
    let (election, trustees) = (election.clone(), trustees.clone());
    Some(Share { election, trustees, owner, key, parameters: parameters.clone() })
}

/// The board that a ballot names.
///
/// # Errors
/// It names none.
pub fn board_of(ballot: &Ballot) -> Result<&str, NoBoard> {
    ballot.board.as_deref().ok_or(NoBoard)
}
