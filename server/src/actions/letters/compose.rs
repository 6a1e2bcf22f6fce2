//! What a letter says, found out at the moment when it is sent; or that it must not be sent any more.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use scrutineer_api::ballot::BallotState;
use scrutineer_ballot::file::BallotFile;
use scrutineer_letters::{About, Address, Ballot, Code, Decision, Kind, Language, Letter};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::actions::results::{self, ResultsError};
use crate::app::App;
use crate::data_folder::LetterKey;
use crate::domain::activation_code::LIFETIME;
use crate::domain::words;
use crate::elections::Elections;
use crate::i18n::InWords;
use crate::store::{BallotId, BallotRow, BoxId, Error as StoreError, LetterRow, PersonRow, Tx};

const DAY: i64 = 24 * 60 * 60;
const HOUR: i64 = 60 * 60;

/// Stands in samples where a letter has a voting code.
const SAMPLE_CODE: &str = "SAMP-LESA-MPLE-SAMP-LESA-MPLE-SAMP";
/// The same for activation codes and permits.
const SAMPLE_ACTIVATION: &str = "SAMP-LESA-MPLE-SAMP";

/// Why it is not known what a letter says.
#[derive(Debug, Error)]
pub enum ComposeError {
    /// The result cannot be read.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What letters need to know besides the database.
#[derive(Clone)]
pub(super) struct Composer {
    site: String,
    union: String,
    key: Arc<LetterKey>,
    elections: Arc<Elections>,
}

/// A letter that can be put into words.
pub(super) struct Ready {
    pub(super) letter: Letter,
    pub(super) about: About,
    pub(super) language: Language,
    pub(super) to: Address,
    /// The voting code in it, and its box.
    pub(super) code: Option<(BoxId, Zeroizing<String>)>,
}

/// What becomes of a letter that is due.
pub(super) enum Composed {
    /// It is sent.
    Ready(Box<Ready>),
    /// What it would say is not true any more.
    Dropped(&'static str),
    /// Its address is none.
    BadAddress,
    /// It has a voting code, and its address has become an employer's.
    EmployersAddress,
}

/// What has been looked up for one letter and serves the others of its batch.
#[derive(Default)]
pub(super) struct Known {
    ballots: HashMap<BallotId, (BallotRow, BallotFile)>,
    decisions: HashMap<(BallotId, Language), Vec<Decision>>,
}

impl Known {
    fn ballot(&mut self, tx: &Tx<'_>, id: BallotId) -> Result<&(BallotRow, BallotFile), StoreError> {
        match self.ballots.entry(id) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let row = tx.ballot(id)?;
                let file = row.file()?;
                Ok(place.insert((row, file)))
            }
        }
    }
}

impl Composer {
    pub(super) fn of(app: &App) -> Self {
        Self {
            site: app.settings.public_url.origin().to_owned(),
            union: app.installation.union_name.clone(),
            key: Arc::clone(&app.letter_key),
            elections: Arc::clone(&app.elections),
        }
    }

    /// What a letter says now.
    pub(super) fn compose(
        &self,
        tx: &Tx<'_>,
        row: &LetterRow,
        known: &mut Known,
    ) -> Result<Composed, ComposeError> {
        let Ok(to) = row.address.parse::<Address>() else { return Ok(Composed::BadAddress) };
        let person = tx.person(row.member)?;
        let language = Language::of_member(person.language.as_deref());
        let mut contact = None;
        let mut code = None;
        let letter = match row.ballot {
            None => self.of_no_ballot(tx, row, &person)?,
            Some(id) => {
                let (ballot, file) = known.ballot(tx, id)?;
                contact = Some(file.contact.clone());
                let (ballot, about) = (ballot.clone(), self.ballot(ballot, file));
                if row.kind == Kind::Result {
                    self.result(tx, &ballot, about, language, &person, known)?
                } else {
                    if row.code {
                        // The domain may have been marked since the letter was queued.
                        if !tx.employer_mail(id)?
                            && tx.employer_domains()?.iter().any(|marked| to.is_under(&marked.domain))
                        {
                            return Ok(Composed::EmployersAddress);
                        }
                        code = tx.mail_code(id, &person.member_no)?;
                    }
                    self.of_ballot(tx, row, &person, &ballot, about, code.as_ref().map(|(_, code)| code))?
                }
            }
        };
        let letter = match letter {
            Ok(letter) => letter,
            Err(why) => return Ok(Composed::Dropped(why)),
        };
        let PersonRow { name, member_no, .. } = person;
        let about = About { union: self.union.clone(), contact, site: self.site.clone(), name, member_no };
        Ok(Composed::Ready(Box::new(Ready { letter, about, language, to, code })))
    }

    /// A letter that is about no ballot.
    fn of_no_ballot(
        &self,
        tx: &Tx<'_>,
        row: &LetterRow,
        person: &PersonRow,
    ) -> Result<Result<Letter, &'static str>, StoreError> {
        Ok(match row.kind {
            Kind::Activation => {
                let code = self.key.activation(&row.id);
                match tx.activation(row.member)? {
                    _ if person.has_password => Err("the member has chosen a password meanwhile"),
                    Some(kept) if code.fits(&kept.code_hash) && kept.expires_at > tx.now() => {
                        let days = days(kept.expires_at - tx.now());
                        Ok(Letter::Activation { code: secret(code.to_secret().expose()), days })
                    }
                    _ => Err("another activation code was made meanwhile"),
                }
            }
            Kind::AddressChanged => Ok(Letter::AddressChanged),
            Kind::Test => {
                let number = self.key.number(&row.id);
                let hash = LetterKey::number_hash(&row.id, &number);
                match tx.mail_test(row.member)? {
                    Some(test) if test.number_hash == hash => Ok(Letter::Test { number }),
                    _ => Err("another test letter was asked for meanwhile"),
                }
            }
            _ => Err("it is about no ballot"),
        })
    }

    /// A letter about a ballot, but for the result.
    fn of_ballot(
        &self,
        tx: &Tx<'_>,
        row: &LetterRow,
        person: &PersonRow,
        ballot: &BallotRow,
        about: Ballot,
        code: Option<&Zeroizing<String>>,
    ) -> Result<Result<Letter, &'static str>, StoreError> {
        let (open, frozen) = (ballot.state == BallotState::Open, ballot.state == BallotState::Frozen);
        let link = |code: &Zeroizing<String>| Zeroizing::new(format!("{}/vote#{}", about.page, **code));
        const OVER: &str = "voting has ended";
        const NO_CODE: &str = "the voting code was replaced or handed out meanwhile";
        Ok(match row.kind {
            Kind::Notice
                if matches!(ballot.state, BallotState::Draft | BallotState::Frozen | BallotState::Open) =>
            {
                Ok(Letter::Notice { ballot: about })
            }
            Kind::Open if open => match (row.code, code) {
                (true, None) => Err(NO_CODE),
                (true, Some(code)) => Ok(Letter::Open { code: Code::Link(link(code)), ballot: about }),
                (false, _) => Ok(Letter::Open { ballot: about, code: Code::Separately }),
            },
            Kind::NewCode if open || frozen => match code {
                None => Err(NO_CODE),
                Some(code) => Ok(Letter::NewCode { link: link(code), ballot: about }),
            },
            Kind::CodeAsked if open || frozen => {
                let permit = self.key.permit(&row.id);
                match tx.permit_in_letter(ballot.id, row.member)? {
                    Some((hash, ends)) if permit.fits(&hash) && ends > tx.now() => Ok(Letter::CodeAsked {
                        ballot: about,
                        permit: secret(permit.to_secret().expose()),
                        page: format!("{}/no-code/again?ballot={}", self.site, ballot.uuid),
                        hours: u64::try_from((ends - tx.now()).div_euclid(HOUR).max(1)).unwrap_or(1),
                    }),
                    _ => Err("the permission to get another code has ended or was used"),
                }
            }
            Kind::Reminder | Kind::ClosingSoon if open => {
                match tx.has_voted_in(ballot.id, &person.member_no)? {
                    Some(false) if row.kind == Kind::Reminder => Ok(Letter::Reminder { ballot: about }),
                    Some(false) => Ok(Letter::ClosingSoon { ballot: about }),
                    _ => Err("a vote was recorded meanwhile"),
                }
            }
            Kind::Recorded if open => Ok(Letter::Recorded { ballot: about }),
            Kind::Replaced if open => Ok(Letter::Replaced { ballot: about }),
            _ => Err(OVER),
        })
    }

    fn result(
        &self,
        tx: &Tx<'_>,
        row: &BallotRow,
        ballot: Ballot,
        language: Language,
        person: &PersonRow,
        known: &mut Known,
    ) -> Result<Result<Letter, &'static str>, ComposeError> {
        if !matches!(row.state, BallotState::Tallied | BallotState::Certified) {
            return Ok(Err("there is no result"));
        }
        let decisions = match known.decisions.get(&(row.id, language)) {
            Some(found) => found.clone(),
            None => {
                let (_, file) = known.ballot(tx, row.id)?;
                let found = self.decisions(tx, row, file, language)?;
                known.decisions.insert((row.id, language), found.clone());
                found
            }
        };
        let recorded = tx.has_voted_in(row.id, &person.member_no)?.unwrap_or(false);
        Ok(Ok(Letter::Result { ballot, decisions, recorded }))
    }

    fn decisions(
        &self,
        tx: &Tx<'_>,
        row: &BallotRow,
        file: &BallotFile,
        language: Language,
    ) -> Result<Vec<Decision>, ComposeError> {
        let found = results::of_ballot(tx, &self.elections, row)?;
        let mut decisions = Vec::new();
        for ((question, count), verdict) in file.questions.iter().zip(&found.counts).zip(&found.decisions) {
            let verdict = verdict.as_ref().map(|json| serde_json::from_value(json.clone())).transpose();
            let verdict = verdict.map_err(|error| StoreError::Corrupt(error.to_string()))?;
            decisions.push(Decision {
                question: question.text.clone(),
                outcome: words::verdict(language.texts(), question, count, verdict.as_ref()),
            });
        }
        Ok(decisions)
    }

    fn ballot(&self, row: &BallotRow, file: &BallotFile) -> Ballot {
        Ballot {
            title: file.title.clone(),
            page: format!("{}/ballots/{}", self.site, row.uuid),
            opens: row.opens_at,
            closes: row.closes_at,
            zone: file.time_zone.clone(),
            practice: row.practice,
        }
    }

    /// A letter of a run as it would be, to a made-up member and with made-up codes.
    pub(super) fn sample(
        &self,
        tx: &Tx<'_>,
        kind: Kind,
        ballot: Option<&(BallotRow, BallotFile)>,
        with_code: bool,
        language: Language,
    ) -> Result<Option<(Letter, About)>, ComposeError> {
        let about = About {
            union: self.union.clone(),
            contact: ballot.map(|(_, file)| file.contact.clone()),
            site: self.site.clone(),
            name: "Anna Nowak".to_owned(),
            member_no: "00000".to_owned(),
        };
        let letter = match (kind, ballot) {
            (Kind::Activation, _) => {
                Letter::Activation { code: secret(SAMPLE_ACTIVATION), days: days(LIFETIME) }
            }
            (_, None) => return Ok(None),
            (_, Some((row, file))) => {
                let ballot = self.ballot(row, file);
                match kind {
                    Kind::Notice => Letter::Notice { ballot },
                    Kind::Open => {
                        let link = format!("{}/vote#{SAMPLE_CODE}", ballot.page);
                        let code =
                            if with_code { Code::Link(Zeroizing::new(link)) } else { Code::Separately };
                        Letter::Open { ballot, code }
                    }
                    Kind::Reminder => Letter::Reminder { ballot },
                    Kind::ClosingSoon => Letter::ClosingSoon { ballot },
                    Kind::Result => {
                        let decisions = self.decisions(tx, row, file, language)?;
                        Letter::Result { ballot, decisions, recorded: true }
                    }
                    _ => return Ok(None),
                }
            }
        };
        Ok(Some((letter, about)))
    }

    pub(super) fn key(&self) -> &LetterKey {
        &self.key
    }
}

fn secret(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

fn days(seconds: i64) -> u64 {
    u64::try_from(seconds.div_euclid(DAY).max(1)).unwrap_or(1)
}
