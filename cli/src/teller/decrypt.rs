//! `scrutineer tellers decrypt`: a teller verifies a closed ballot, speaks for its sealed count, and once enough tellers
//! have spoken for the same, opens a share of it.
//!
//! The order is what keeps votes secret: verify, note down for ever which count it is, sign, see k tellers' signatures on
//! the same, only then decrypt.

use std::fs::File;

use clap::Args;
use scrutineer_api::ballot::{Ballot, BallotBox, BallotState, NewStatement};
use scrutineer_api::count::NewDecryption;
use scrutineer_ballot::fingerprint::Fingerprint;
use scrutineer_ballot::teller::{CLOSING, closing_statement};
use scrutineer_protocol::ParseError;
use scrutineer_protocol::archive::{ArchiveError, Kind, Reader};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::json;
use scrutineer_protocol::tally::{BoundShare, EncryptedTally, PartialDecryption};
use scrutineer_protocol::trustee::pedersen::Certificates;
use serde::Serialize;
use thiserror::Error;

use super::opened::Opened;
use super::seat::{Home, PassphraseFlag};
use super::setup::{self, Share, Teller};
use crate::boxes::BoxFlag;
use crate::client::{Client, Endpoint};
use crate::exit::Exit;
use crate::ids::BallotId;
use crate::profile::Connection;
use crate::vouched::statements;
use crate::{Session, delegate, entropy, pause};

/// What was typed after `tellers decrypt`.
#[derive(Args, Debug)]
pub struct Decrypt {
    /// The ballot.
    id: BallotId,

    #[command(flatten)]
    urn: BoxFlag,

    #[command(flatten)]
    passphrase: PassphraseFlag,

    /// Stay until enough tellers have signed.
    #[arg(long)]
    wait: bool,
}

/// Why a count is not opened.
#[derive(Debug, Error)]
enum DecryptError {
    #[error("voting has not ended: the ballot is {0}")]
    NotClosed(&'static str),
    #[error("box {name}: {fault}. Nothing was signed or decrypted")]
    DoesNotHold { name: String, fault: String },
    #[error("box {0}: its record has no sealed count yet")]
    NoCount(String),
    #[error(
        "box {name}: the record that you were sent ends in another sealed count than the ballot's page shows. Nothing was \
         signed or decrypted; tell the other tellers"
    )]
    OtherPage { name: String },
    #[error(
        "box {name}: a statement that you signed for another sealed count is at the server. You speak for one count only. \
         Nothing was signed or decrypted; tell the other tellers"
    )]
    SpokenElsewhere { name: String },
    #[error("box {name}: your own share does not verify: nothing was sent. Is this machine all right?")]
    BadShare { name: String },
    #[error(
        "the server has every share that it needs, and has not opened the count for {} hours. Your share is there, nothing \
         is left for you to do: ask the operator to look into the server's log for why the count is not opened",
        MAX_OPENING / (60 * 60)
    )]
    NotOpened,
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Parse(#[from] ParseError),
}

/// The document of a run.
#[derive(Serialize)]
struct Document {
    /// Whether this teller's part is done.
    complete: bool,
    /// Whether enough tellers have opened the count.
    open: bool,
    /// Whether the server has every share that it needs and is verifying the whole record before it opens the count.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    opening: bool,
    /// The twelve words of all counts that this run spoke for.
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    boxes: Vec<BoxDocument>,
}

#[derive(Serialize)]
struct BoxDocument {
    #[serde(rename = "box")]
    name: String,
    election: String,
    /// The event with the sealed count.
    closing_event: HexHash,
    /// The same as twelve words.
    fingerprint: String,
    /// How many tellers have signed this count.
    signed: usize,
    needed: usize,
    /// Whether the caller's share is at the server.
    share: bool,
}

/// A box whose count this teller speaks for.
struct Spoken<'a> {
    urn: &'a BallotBox,
    share: Share,
    certificates: Certificates,
    event: HexHash,
    tally: EncryptedTally,
    /// Whether the teller's statement is at the server already.
    stated: bool,
    signed: usize,
    sent: bool,
}

/// Verifies, signs and, once enough tellers have signed the same, decrypts. [`Exit::Yes`]: the share is at the server;
/// [`Exit::No`]: it waits for other tellers.
///
/// # Errors
/// Something does not hold; another count was spoken for; the key file does not open.
pub fn run(args: &Decrypt, connection: &Connection, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = connection.member()?;
    let ballot = delegate::fetch(&client, args.id.as_str())?;
    if is_open(&ballot) {
        let document =
            Document { complete: true, open: true, opening: false, fingerprint: None, boxes: Vec::new() };
        session.printer.answer(&document, lines(&document))?;
        return Ok(Exit::Yes);
    }
    if ballot.state != BallotState::Closed {
        return Err(DecryptError::NotClosed(ballot.state.as_str()).into());
    }
    let board = setup::board_of(&ballot)?;
    let urns = args.urn.of(&ballot, &args.id)?;
    let home = Home::of(connection, board)?;
    let teller = Teller::open(&client, home, board, &args.passphrase, session)?;
    let mut opened = Opened::load(&teller.home.opened_file())?;
    let mut spoken = Vec::with_capacity(urns.len());
    for urn in urns {
        spoken.push(examine(&client, &ballot, urn, &teller, &opened, session)?);
    }
    let counts = spoken.iter().map(|one| (one.urn.election.as_str(), one.event));
    let words = Fingerprint::of_closings(counts).map(|words| words.to_string());
    if let Some(words) = &words {
        let of = match spoken.as_slice() {
            [one] => format!("Box {}: the closing fingerprint is", one.urn.name),
            all => format!("The closing fingerprint of all {} boxes is", all.len()),
        };
        session.printer.note(format!(
            "{of}: {words}\nCompare it by telephone with the other tellers: all must see the same words."
        ));
    }
    for one in &spoken {
        one.state(&client, &ballot, &teller, &mut opened)?;
    }
    let (mut waited, mut opening) = (false, false);
    let mut patience = Patience::default();
    loop {
        let now = delegate::fetch(&client, &ballot.id)?;
        let mut open = is_open(&now);
        if !open {
            for one in &mut spoken {
                opening |= one.decrypt(&client, &now, &teller, session)?;
            }
            open = is_open(&delegate::fetch(&client, &ballot.id)?);
        }
        let complete = open || spoken.iter().all(|one| one.sent);
        let opening = opening && !open;
        if (complete && !opening) || !args.wait {
            let boxes = spoken.iter().map(Spoken::document).collect();
            let document = Document { complete, open, opening, fingerprint: words, boxes };
            session.printer.answer(&document, lines(&document))?;
            return Ok(if complete { Exit::Yes } else { Exit::No });
        }
        if !waited {
            session.printer.note(if opening {
                "The server has every share that it needs. Waiting while it verifies the whole record and opens the count."
            } else {
                "Waiting until enough tellers have signed the same count."
            });
            waited = true;
        }
        if opening {
            patience.asked_in_vain()?;
        }
        pause::before_asking_again();
    }
}

/// The status of a reply that comes before what was asked for is done.
const ACCEPTED: u16 = 202;

/// Seconds that a server is waited for that has all shares and verifies. It may be many times what the largest vote takes; where
/// the record does not verify, it never ends.
const MAX_OPENING: u64 = 3 * 60 * 60;

/// How often the server was asked in vain whether the count is open, while it has every share: nobody else is waited for.
#[derive(Default)]
struct Patience {
    asked: u64,
}

impl Patience {
    /// # Errors
    /// It has been asked long enough.
    fn asked_in_vain(&mut self) -> Result<(), DecryptError> {
        self.asked += 1;
        let most = MAX_OPENING / pause::BETWEEN.as_secs();
        if self.asked <= most { Ok(()) } else { Err(DecryptError::NotOpened) }
    }
}

/// Whether the count has been opened: nothing is left to do.
fn is_open(ballot: &Ballot) -> bool {
    matches!(ballot.state, BallotState::Tallied | BallotState::Certified)
}

/// Verifies a box: which sealed count is it?
fn examine<'a>(
    client: &Client,
    ballot: &Ballot,
    urn: &'a BallotBox,
    teller: &Teller,
    opened: &Opened,
    session: &mut Session<'_>,
) -> anyhow::Result<Spoken<'a>> {
    let name = || urn.name.clone();
    let examined = setup::examine(client, ballot, urn, teller, opened, session)?;
    let fault = examined.fault();
    let share = examined.share.ok_or_else(|| DecryptError::DoesNotHold { name: name(), fault })?;
    let event = examined.report.encrypted_tally_event.ok_or_else(|| DecryptError::NoCount(name()))?;
    if urn.closing_event != Some(event.to_string()) {
        return Err(DecryptError::OtherPage { name: name() }.into());
    }
    let tally = sealed_count(&examined.record, &event)?.ok_or_else(|| DecryptError::NoCount(name()))?;
    let certificates = share.parameters.certificates()?;
    let uuid = share.election.uuid();
    let text = closing_statement(uuid.as_str(), &event.to_string());
    let own: Vec<String> = statements(&urn.closings, &certificates, CLOSING)
        .filter(|(index, _)| *index == teller.index)
        .map(|(_, said)| said)
        .collect();
    if own.iter().any(|said| *said != text) {
        return Err(DecryptError::SpokenElsewhere { name: name() }.into());
    }
    if teller.restored && !opened.has_spoken(uuid) {
        session.printer.warn(format!(
            "box {}: your key was brought back from paper, so this machine does not know which counts you opened before. If \
             you ever signed or opened a count of this box, stop, and tell the other tellers: two counts open a vote",
            urn.name
        ));
    }
    let sent = u32::try_from(teller.index).is_ok_and(|index| urn.opened_by.contains(&index));
    let stated = !own.is_empty();
    Ok(Spoken { urn, share, certificates, event, tally, stated, signed: 0, sent })
}

/// The sealed count that an event of a verified record brings: the second data record before it.
fn sealed_count(record: &File, event: &HexHash) -> Result<Option<EncryptedTally>, DecryptError> {
    let mut reader = Reader::new(record)?;
    let (mut before, mut last) = (None, None);
    while let Some(found) = reader.next_record()? {
        match found.kind {
            Kind::Data => {
                before = last.replace(found);
            }
            Kind::Event if found.hash == *event => {
                return Ok(before.map(|tally| EncryptedTally::parse(&tally.body)).transpose()?);
            }
            Kind::Event => {}
        }
    }
    Ok(None)
}

impl Spoken<'_> {
    /// What a teller states about this count.
    fn text(&self) -> String {
        closing_statement(self.share.election.uuid().as_str(), &self.event.to_string())
    }

    /// Notes down for ever that this is the count that the teller speaks for, and signs it.
    fn state(
        &self,
        client: &Client,
        ballot: &Ballot,
        teller: &Teller,
        opened: &mut Opened,
    ) -> anyhow::Result<()> {
        // On the disk before anybody else hears of it.
        opened.speak_for(self.share.election.uuid(), self.event)?;
        if !self.stated {
            let statement = teller.keys.sign_statement(CLOSING, &self.text(), &mut entropy::system());
            let statement =
                NewStatement { box_name: Some(self.urn.name.clone()), statement: statement.to_text() };
            client.put(&Endpoint::new(&["ballots", &ballot.id, "closings"]), &statement)?;
        }
        Ok(())
    }

    /// Decrypts once enough tellers have signed this count. Whether the server has gone on to open it, and is not done yet.
    fn decrypt(
        &mut self,
        client: &Client,
        ballot: &Ballot,
        teller: &Teller,
        session: &mut Session<'_>,
    ) -> anyhow::Result<bool> {
        let shown = ballot.boxes.iter().find(|urn| urn.election == self.urn.election);
        let closings = shown.map_or(&[][..], |urn| &urn.closings);
        let text = self.text();
        let (mut same, mut others) = (Vec::new(), Vec::new());
        for (index, said) in statements(closings, &self.certificates, CLOSING) {
            if said == text { &mut same } else { &mut others }.push(index);
        }
        same.sort_unstable();
        same.dedup();
        if self.signed != same.len() && !others.is_empty() {
            let seats: Vec<String> = others.iter().map(usize::to_string).collect();
            session.printer.warn(format!(
                "box {}: the teller in seat {} has signed ANOTHER sealed count. Compare the closing fingerprint by \
                 telephone before anything else",
                self.urn.name,
                seats.join(", ")
            ));
        }
        self.signed = same.len();
        if self.sent || self.signed < self.share.parameters.threshold {
            return Ok(false);
        }
        let opening = self.send(client, ballot, teller)?;
        self.sent = true;
        Ok(opening)
    }

    /// Makes the share, checks it, and sends it. Whether the server is opening the count now, which may take longer than a reply.
    fn send(&self, client: &Client, ballot: &Ballot, teller: &Teller) -> anyhow::Result<bool> {
        let Share { election, trustees, owner, key, .. } = &self.share;
        let mut rng = entropy::system();
        let fingerprint = election.fingerprint();
        let partial = PartialDecryption::decrypt(fingerprint, &self.tally, key, &mut rng);
        let bound = BoundShare::prove(*owner, fingerprint, &self.tally, &partial, key, &mut rng);
        let bad = || DecryptError::BadShare { name: self.urn.name.clone() };
        let own =
            trustees.member(*owner).filter(|member| member.index == Some(teller.index)).ok_or_else(bad)?;
        partial.verify(fingerprint, &self.tally, &own.key.public_key).map_err(|_| bad())?;
        bound.verify(fingerprint, &self.tally, trustees, &partial).map_err(|_| bad())?;
        let decryption = NewDecryption {
            box_name: Some(self.urn.name.clone()),
            partial_decryption: partial.to_text(),
            bound_proofs: json::to_text(&bound),
        };
        let reply = client.post(&Endpoint::new(&["ballots", &ballot.id, "decryptions"]), &decryption)?;
        Ok(reply.status() == ACCEPTED)
    }

    fn document(&self) -> BoxDocument {
        BoxDocument {
            name: self.urn.name.clone(),
            election: self.urn.election.clone(),
            closing_event: self.event,
            fingerprint: Fingerprint::of_digest(self.event.digest()).to_string(),
            signed: self.signed,
            needed: self.share.parameters.threshold,
            share: self.sent,
        }
    }
}

fn lines(document: &Document) -> Vec<String> {
    let mut lines = Vec::new();
    let several = document.boxes.len() > 1;
    if let Some(words) = document.fingerprint.as_ref().filter(|_| several) {
        lines.push(format!("Closing fingerprint of all {} boxes: {words}", document.boxes.len()));
    }
    for urn in &document.boxes {
        lines.push(if several {
            format!("Box {}", urn.name)
        } else {
            format!("Box {}: closing fingerprint: {}", urn.name, urn.fingerprint)
        });
        lines.push(if urn.share {
            "  Your share of the count is at the server.".to_owned()
        } else if document.open {
            "  Your share was not needed any more.".to_owned()
        } else {
            format!(
                "  {} of {} tellers needed have signed this count. Run this again when more have, or with --wait.",
                urn.signed, urn.needed
            )
        });
    }
    if document.opening {
        lines.push(
            "The server has every share that it needs. It verifies the whole record before it opens the count, which takes a \
             while with so many votes: `scrutineer results` shows it then."
                .to_owned(),
        );
    }
    if document.open {
        lines.push("The count is open: `scrutineer results` shows it.".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_is_not_opened_is_not_waited_for_without_end() {
        let mut patience = Patience::default();
        let asked =
            (0..1_000_000).find_map(|asked| patience.asked_in_vain().err().map(|error| (asked, error)));
        let (asked, error) = asked.unwrap();
        // Three hours, every three seconds.
        assert_eq!(asked, 3600);
        let said = error.to_string();
        assert!(said.contains("for 3 hours") && said.contains("ask the operator"), "{said}");
    }
}
