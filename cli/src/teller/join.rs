//! `scrutineer tellers join`: a teller's part in making the board's joint key. It does what can be done now and says what
//! it waits for; run again it goes on where it was.

use std::path::PathBuf;

use clap::Args;
use scrutineer_api::board::{CeremonyMessage, TellerStep};
use scrutineer_ballot::fingerprint::{Fingerprint, FingerprintError};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::trustee::pedersen::{
    Certificate, Certificates, Commitment, Commitments, Polynomial, Vinput, Voutput,
};
use scrutineer_protocol::trustee::pki::{Keys, Seed};
use scrutineer_protocol::{ParseError, trustee::pki::PublicKeys};
use serde::Serialize;
use thiserror::Error;
use zeroize::Zeroizing;

use super::board::{BoardError, Snapshot, same};
use super::key_file::{KeyFile, KeyFileError, Seat};
use super::seat::{self, Home, PassphraseFlag};
use crate::client::{Client, Endpoint};
use crate::exit::Exit;
use crate::files::{Access, NewFile};
use crate::ids::BoardName;
use crate::profile::Connection;
use crate::prompt::{self, PromptError};
use crate::{Session, entropy, files, pause};

/// What was typed after `tellers join`.
#[derive(Args, Debug)]
pub struct Join {
    /// The board.
    name: BoardName,

    #[command(flatten)]
    passphrase: PassphraseFlag,

    /// A file with the twelve words as heard from another teller; left out: they are asked for.
    #[arg(long, value_name = "F")]
    fingerprint_file: Option<PathBuf>,

    /// Write the paper's 22 characters to this new file too, for scripts.
    #[arg(long, value_name = "F", conflicts_with = "restore")]
    paper_file: Option<PathBuf>,

    /// Make the key file again from the paper.
    #[arg(long)]
    restore: bool,

    /// Stay until the teller's part is complete.
    #[arg(long)]
    wait: bool,
}

/// Why a paper does not help.
#[derive(Debug, Error)]
enum RestoreError {
    #[error("there is nothing to restore: you have not joined this board yet. Run it without --restore")]
    NotJoined,
    #[error("the paper cannot be read: {0}")]
    Paper(ParseError),
    #[error(
        "this paper is not that of your seat on this board: it is another board's, or a character is wrong"
    )]
    OtherPaper,
}

/// How far the teller has come.
enum Progress {
    /// Something was done; there may be more.
    On,
    /// Others have to act first.
    Waits(String),
    /// The teller's part is complete. Says whether the whole board is.
    Done { ready: bool },
}

/// The document of a run.
#[derive(Serialize)]
struct Joined<'a> {
    name: &'a str,
    complete: bool,
    ready: bool,
    waits_for: Option<&'a str>,
    /// The board's fingerprint, once it has been compared.
    fingerprint: Option<String>,
}

/// One teller at work.
struct Ceremony<'a> {
    args: &'a Join,
    client: &'a Client,
    member_no: String,
    home: Home,
    file: Option<KeyFile>,
    /// Steps published in this run.
    published: Vec<&'static str>,
}

/// Does a teller's part as far as it can be done. [`Exit::Yes`]: it is complete; [`Exit::No`]: it waits for others.
///
/// # Errors
/// Something in the ceremony does not hold, or has changed; the key file does not open.
pub fn run(args: &Join, connection: &Connection, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let (client, member_no) = connection.signed_in()?;
    let home = Home::of(connection, args.name.as_str())?;
    let mut ceremony = Ceremony { args, client: &client, member_no, home, file: None, published: Vec::new() };
    let mut said = String::new();
    loop {
        let snapshot = Snapshot::fetch(&client, args.name.as_str())?;
        match ceremony.advance(&snapshot, session)? {
            Progress::On => {}
            Progress::Waits(what) if args.wait => {
                if what != said {
                    session.printer.note(format!("Waiting for {what}."));
                    said = what;
                }
                pause::before_asking_again();
            }
            Progress::Waits(what) => {
                let line = format!("Waiting for {what}. Run this again then, or with --wait.");
                ceremony.answer(false, false, Some(&what), line, session)?;
                return Ok(Exit::No);
            }
            Progress::Done { ready } => {
                let line = if ready {
                    "Your part is complete, and the board is ready: its joint key has been checked."
                } else {
                    "Your part is complete. The board is ready when the others' parts are."
                };
                ceremony.answer(true, ready, None, line.to_owned(), session)?;
                return Ok(Exit::Yes);
            }
        }
    }
}

impl Ceremony<'_> {
    /// Takes one step.
    fn advance(&mut self, snapshot: &Snapshot, session: &mut Session<'_>) -> anyhow::Result<Progress> {
        let (index, teller) = snapshot.seat_of(&self.member_no)?;
        let published = match &teller.certificate {
            None => None,
            Some(text) => {
                let certificate = Certificate::parse(text.as_bytes()).map_err(|_| BoardError::NotMine)?;
                Some(certificate.check(snapshot.threshold, index).map_err(|_| BoardError::NotMine)?)
            }
        };
        let mut rng = entropy::system();
        let mut file = match self.file.take() {
            Some(file) => file,
            None => self.unlock(snapshot, index, published.as_ref(), session)?,
        };
        let keys = file.keys();
        let header = file.header();
        let (needed, size) = (snapshot.threshold.needed(), snapshot.threshold.size());
        if (header.index, header.threshold, header.size) != (index, needed, size) {
            return Err(BoardError::NotMine.into());
        }
        let progress = match published {
            Some(published) if published != keys.public() => return Err(BoardError::NotMine.into()),
            None if header.fingerprint.is_some() => return Err(BoardError::NotMine.into()),
            None => {
                let certificate = Certificate::new(&keys, snapshot.threshold, index, &mut rng);
                let certificate = certificate.map_err(|why| snapshot.broken(why))?;
                self.publish("certificate", certificate.to_text())?;
                Progress::On
            }
            Some(_) => match snapshot.certificates()? {
                None => Progress::Waits(format!(
                    "the certificates of {}",
                    snapshot.before(TellerStep::Certificate).join(", ")
                )),
                Some(certificates) => self.go_on(snapshot, &certificates, &mut file, session)?,
            },
        };
        self.file = Some(file);
        Ok(progress)
    }

    /// The steps after round 1.
    fn go_on(
        &mut self,
        snapshot: &Snapshot,
        certificates: &Certificates,
        file: &mut KeyFile,
        session: &mut Session<'_>,
    ) -> anyhow::Result<Progress> {
        let broken = |why| snapshot.broken(why);
        let mut rng = entropy::system();
        let keys = file.keys();
        let (_, teller) = snapshot.seat_of(&self.member_no)?;
        let fingerprint = match file.header().fingerprint {
            Some(compared) => {
                same(compared, certificates)?;
                compared
            }
            None => {
                let fingerprint = HexHash::from_digest(certificates.fingerprint());
                if !self.compare(&fingerprint, session)? {
                    return Ok(Progress::Waits(
                        "the twelve words, as another teller reads them out".to_owned(),
                    ));
                }
                file.pin_fingerprint(fingerprint, &mut rng)?;
                fingerprint
            }
        };
        if teller.step < TellerStep::Commitment {
            let commitment = Commitment::new(&keys, certificates, &mut rng).map_err(broken)?;
            self.publish("commitment", commitment.to_text())?;
            return Ok(Progress::On);
        }
        let Some((commitments, hash)) = snapshot.commitments(certificates)? else {
            let missing = snapshot.before(TellerStep::Commitment).join(", ");
            return Ok(Progress::Waits(format!("{missing} to compare the words too")));
        };
        match file.header().commitments {
            Some(seen) if seen != hash => return Err(BoardError::CommitmentsChanged.into()),
            Some(_) => {}
            None => file.pin_commitments(hash, &mut rng)?,
        }
        if teller.step < TellerStep::Parts {
            let parts = Polynomial::reveal(&keys, certificates, &commitments, &mut rng).map_err(broken)?;
            self.publish("parts", parts.to_text())?;
            return Ok(Progress::On);
        }
        if teller.step < TellerStep::Key {
            return self.finish(snapshot, certificates, &commitments, &keys);
        }
        if snapshot.board.parameters.is_none() {
            return Ok(Progress::Done { ready: false });
        }
        // What came of it all: everybody's parts, and the own share in it.
        let parameters = snapshot.parameters(fingerprint, &keys)?;
        let sealed = seat::sealed_share(self.client, &snapshot.board.name)?;
        parameters.private_key(&keys, &sealed).map_err(broken)?;
        Ok(Progress::Done { ready: true })
    }

    /// Round 3: checks everybody's parts and publishes the key.
    fn finish(
        &mut self,
        snapshot: &Snapshot,
        certificates: &Certificates,
        commitments: &Commitments,
        keys: &Keys,
    ) -> anyhow::Result<Progress> {
        let Some(parts) = seat::inbox(self.client, &snapshot.board.name)?.parts else {
            let missing = snapshot.before(TellerStep::Parts).join(", ");
            return Ok(Progress::Waits(format!("the parts of {missing}")));
        };
        let parts = Vinput::parse(parts.as_bytes()).map_err(|why| BoardError::Unreadable {
            what: "parts",
            who: "the other tellers".to_owned(),
            why,
        })?;
        let mut rng = entropy::system();
        let key = Voutput::finish(keys, certificates, commitments, &parts, &mut rng);
        self.publish("key", key.map_err(|why| snapshot.broken(why))?.to_text())?;
        Ok(Progress::On)
    }

    fn publish(&mut self, step: &'static str, message: String) -> anyhow::Result<()> {
        if self.published.contains(&step) {
            return Err(BoardError::Dropped(step).into());
        }
        self.published.push(step);
        let endpoint = Endpoint::new(&["boards", self.args.name.as_str(), step]);
        self.client.put(&endpoint, &CeremonyMessage { message })?;
        Ok(())
    }

    /// Opens the key file, or makes it.
    fn unlock(
        &self,
        snapshot: &Snapshot,
        index: usize,
        published: Option<&PublicKeys>,
        session: &mut Session<'_>,
    ) -> anyhow::Result<KeyFile> {
        let path = self.home.key_file();
        let there = KeyFile::peek(&path, &snapshot.board.name)?.is_some();
        match (there, self.args.restore, published) {
            (true, true, _) => Err(KeyFileError::Exists(path).into()),
            (true, false, _) => self.home.unlock(&self.args.passphrase, session),
            (false, false, Some(_)) => {
                Err(KeyFileError::Missing { board: snapshot.board.name.clone() }.into())
            }
            (false, false, None) => self.begin(snapshot, index, session),
            (false, true, None) => Err(RestoreError::NotJoined.into()),
            (false, true, Some(published)) => self.restore(snapshot, index, published, session),
        }
    }

    /// Makes a new seed and shows it, once.
    fn begin(&self, snapshot: &Snapshot, index: usize, session: &mut Session<'_>) -> anyhow::Result<KeyFile> {
        let paper = self.args.paper_file.as_deref();
        let paper = paper.map(|path| NewFile::create(path, Access::Owner)).transpose()?;
        let (needed, size) = (snapshot.threshold.needed(), snapshot.threshold.size());
        let name = &snapshot.board.name;
        session.printer.note(format!(
            "You are teller {index} of {size} on the board {name:?}; {needed} of you can open a count together."
        ));
        let passphrase = self.args.passphrase.passphrase(session, true)?;
        let mut rng = entropy::system();
        let seed = Seed::generate(&mut rng);
        let text = Zeroizing::new(seed.secret_text().to_owned());
        let file = self.create(snapshot, index, seed, &passphrase, false)?;
        session
            .printer
            .note("Write these 22 characters on paper and keep them safe. They are not shown again:");
        session.printer.note(text.as_str());
        if let Some(paper) = paper {
            files::fill(paper, Zeroizing::new(format!("{}\n", *text)).as_bytes())?;
        }
        Ok(file)
    }

    /// Makes the key file from the paper.
    fn restore(
        &self,
        snapshot: &Snapshot,
        index: usize,
        published: &PublicKeys,
        session: &mut Session<'_>,
    ) -> anyhow::Result<KeyFile> {
        let typed = prompt::secret(session, "Paper")?;
        let mut text = Zeroizing::new(String::with_capacity(typed.len()));
        text.extend(typed.chars().filter(|c| !c.is_whitespace() && *c != '-'));
        let seed = Seed::from_text(&text).map_err(RestoreError::Paper)?;
        if seed.keys().public() != *published {
            return Err(RestoreError::OtherPaper.into());
        }
        let passphrase = self.args.passphrase.passphrase(session, true)?;
        self.create(snapshot, index, seed, &passphrase, true)
    }

    fn create(
        &self,
        snapshot: &Snapshot,
        index: usize,
        seed: Seed,
        passphrase: &str,
        restored: bool,
    ) -> anyhow::Result<KeyFile> {
        let seat = Seat {
            board: snapshot.board.name.clone(),
            member_no: self.member_no.clone(),
            index,
            threshold: snapshot.threshold.needed(),
            size: snapshot.threshold.size(),
            restored,
        };
        Ok(KeyFile::create(&self.home.key_file(), seat, seed, passphrase, &mut entropy::system())?)
    }

    /// Shows the fingerprint and compares it with the words that were heard. `false`: nobody is there to type them.
    fn compare(&self, fingerprint: &HexHash, session: &mut Session<'_>) -> anyhow::Result<bool> {
        let shown = Fingerprint::of_digest(fingerprint.digest());
        session.printer.note(format!("The board's fingerprint, as your program sees it: {shown}"));
        let heard = match &self.args.fingerprint_file {
            Some(path) => seat::words_in(path)?,
            None => {
                session.printer.note(
                    "Ask another teller to read theirs to you, by telephone or in person, and type what you hear. If the \
                     words differ, somebody sits between you.",
                );
                match prompt::open(session, "The twelve words as heard") {
                    Err(PromptError::Ended(_)) if !session.attended => return Ok(false),
                    typed => Fingerprint::parse(&typed?)?,
                }
            }
        };
        shown.compare(&heard).map_err(|error: FingerprintError| anyhow::Error::from(error))?;
        Ok(true)
    }

    fn answer(
        &self,
        complete: bool,
        ready: bool,
        waits_for: Option<&str>,
        line: String,
        session: &mut Session<'_>,
    ) -> anyhow::Result<()> {
        let compared = self.file.as_ref().and_then(|file| file.header().fingerprint);
        let document = Joined {
            name: self.args.name.as_str(),
            complete,
            ready,
            waits_for,
            fingerprint: compared.map(|hash| Fingerprint::of_digest(hash.digest()).to_string()),
        };
        session.printer.answer(&document, [line])?;
        Ok(())
    }
}
