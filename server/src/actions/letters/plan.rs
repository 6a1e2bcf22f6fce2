//! Who would get a run of letters: everybody whom it is for, less those who cannot be written to.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use scrutineer_api::ballot::BallotState;
use scrutineer_api::letters::{LettersPreview, SampleLetter};
use scrutineer_ballot::file::{BallotFile, Codes};
use scrutineer_letters::{Address, Kind, Language, render};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::LettersError;
use super::compose::Composer;
use crate::actions::deed::is_officer;
use crate::store::{BallotRow, BoxId, Error as StoreError, MemberId, PersonRow, Tx, VoterRow};

/// The ballot that a run is about, with its file.
pub(super) type About = (BallotRow, BallotFile);

/// A member who gets a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recipient {
    pub(super) member: MemberId,
    pub(super) member_no: String,
    pub(super) address: String,
    language: Language,
    /// The box whose code the letter has.
    pub(super) code: Option<BoxId>,
}

/// Who gets a run.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// By member number.
    pub(super) recipients: Vec<Recipient>,
    without_address: u64,
    employer: u64,
    bounced: u64,
}

/// Which addresses letters do not go to.
struct Barred {
    bounced: HashSet<(MemberId, String)>,
    employers: Vec<String>,
}

/// Why a letter does not go to an address.
enum Bar {
    NoAddress,
    Bounced,
    Employer,
}

impl Barred {
    fn read(tx: &Tx<'_>) -> Result<Self, StoreError> {
        let employers = tx.employer_domains()?.into_iter().map(|row| row.domain).collect();
        Ok(Self { bounced: tx.bounced_addresses()?.into_iter().collect(), employers })
    }

    /// The address, as mail servers take it, unless letters do not go there.
    fn usable(&self, member: MemberId, text: Option<&str>, not_employers: bool) -> Result<String, Bar> {
        let address: Address = text.unwrap_or_default().parse().map_err(|_| Bar::NoAddress)?;
        if not_employers && self.employers.iter().any(|domain| address.is_under(domain)) {
            return Err(Bar::Employer);
        }
        let address = address.as_str().to_owned();
        let key = (member, address);
        if self.bounced.contains(&key) { Err(Bar::Bounced) } else { Ok(key.1) }
    }
}

impl Plan {
    /// Who would get letters of this kind now.
    pub(super) fn of(tx: &Tx<'_>, kind: Kind, about: Option<&About>) -> Result<Self, LettersError> {
        let barred = Barred::read(tx)?;
        let mut plan = Self::default();
        match about {
            None => {
                for person in without_password(tx)? {
                    plan.add(&barred, &person);
                }
            }
            Some((ballot, file)) if ballot.state == BallotState::Draft => {
                for person in eligible(tx, file)? {
                    plan.add(&barred, &person);
                }
            }
            Some((ballot, file)) => {
                let codes = kind == Kind::Open && file.codes == Codes::Server;
                let employers_too = codes && tx.employer_mail(ballot.id)?;
                for voter in tx.voters(ballot.id)? {
                    if codes && voter.code_waits {
                        plan.add_with_code(&barred, &voter, employers_too);
                    } else {
                        plan.add(&barred, &voter.person);
                    }
                }
            }
        }
        Ok(plan)
    }

    /// The same for those alone who have not voted.
    pub(super) fn of_not_voted(tx: &Tx<'_>, kind: Kind, about: &About) -> Result<Self, LettersError> {
        let mut plan = Self::of(tx, kind, Some(about))?;
        let lacking: HashSet<String> = tx.not_voted(about.0.id)?.into_iter().collect();
        plan.recipients.retain(|recipient| lacking.contains(&recipient.member_no));
        Ok(plan)
    }

    fn add(&mut self, barred: &Barred, person: &PersonRow) {
        match barred.usable(person.member, person.email.as_deref(), false) {
            Ok(address) => self.push(person, address, None),
            Err(Bar::NoAddress) => self.without_address += 1,
            Err(Bar::Bounced) => self.bounced += 1,
            Err(Bar::Employer) => self.employer += 1,
        }
    }

    /// With the code, to the address on the frozen roll; where that cannot be, without it to the address of today.
    fn add_with_code(&mut self, barred: &Barred, voter: &VoterRow, employers_too: bool) {
        let VoterRow { person, box_id, frozen_email, .. } = voter;
        match barred.usable(person.member, frozen_email.as_deref(), !employers_too) {
            Ok(address) => self.push(person, address, Some(*box_id)),
            Err(Bar::Employer) => {
                self.employer += 1;
                if let Ok(address) = barred.usable(person.member, person.email.as_deref(), false) {
                    self.push(person, address, None);
                }
            }
            Err(_) => self.add(barred, person),
        }
    }

    fn push(&mut self, person: &PersonRow, address: String, code: Option<BoxId>) {
        self.recipients.push(Recipient {
            member: person.member,
            member_no: person.member_no.clone(),
            address,
            language: Language::of_member(person.language.as_deref()),
            code,
        });
    }

    /// How many get a letter.
    pub(super) fn number(&self) -> u64 {
        count(self.recipients.len())
    }

    /// What whoever confirms it sees.
    pub(super) fn preview(
        &self,
        tx: &Tx<'_>,
        composer: &Composer,
        kind: Kind,
        about: Option<&About>,
    ) -> Result<LettersPreview, LettersError> {
        let mut by_language: BTreeMap<Language, u64> = BTreeMap::new();
        for recipient in &self.recipients {
            *by_language.entry(recipient.language).or_default() += 1;
        }
        let with_code = self.recipients.iter().filter(|recipient| recipient.code.is_some()).count();
        let most = by_language.iter().max_by_key(|(_, number)| **number).map(|(language, _)| *language);
        let mut digest = Sha256::new();
        let mut shown = None;
        for language in Language::ALL {
            for code in BTreeSet::from([false, with_code > 0]) {
                let Some((letter, whom)) = composer.sample(tx, kind, about, code, language)? else {
                    return Err(LettersError::NotARun(kind));
                };
                let rendered = render(&letter, &whom, language)?;
                digest.update(json!([rendered.subject, *rendered.text, *rendered.html]).to_string());
                if language == most.unwrap_or(Language::En) {
                    let text = rendered.text.to_string();
                    shown = Some(SampleLetter { subject: rendered.subject, text });
                }
            }
        }
        for Recipient { member_no, address, language, code, .. } in &self.recipients {
            let line = json!([member_no, address, language.tag(), code.is_some()]);
            digest.update(line.to_string());
        }
        let ballot = about.map(|(row, _)| row.uuid.to_string());
        digest.update(json!([kind.as_str(), ballot]).to_string());
        Ok(LettersPreview {
            kind: kind.to_string(),
            ballot,
            recipients: self.number(),
            at_most: is_at_most(kind),
            with_code: count(with_code),
            without_address: self.without_address,
            employer: self.employer,
            bounced: self.bounced,
            by_language: by_language
                .into_iter()
                .map(|(language, number)| (language.tag().to_owned(), number))
                .collect(),
            digest: hex::encode(digest.finalize()),
            sample: shown.ok_or(LettersError::NotARun(kind))?,
            also: also(kind, about),
        })
    }
}

/// What else confirming does.
fn also(kind: Kind, about: Option<&About>) -> Vec<String> {
    let mut also = Vec::new();
    match kind {
        Kind::Open => {
            also.push("They are sent when the ballot opens.".to_owned());
            also.push(
                "While it is open, members get \u{201c}a vote was recorded for you\u{201d} or \u{201c}your vote was \
                 replaced\u{201d} within an hour of it, and nobody else learns of it."
                    .to_owned(),
            );
            if about.is_some_and(|(_, file)| file.codes == Codes::Server) {
                also.push(
                    "Voting codes that go by e-mail can no longer be fetched; those of everybody else still have to be, and \
                     confirmed."
                        .to_owned(),
                );
            }
        }
        Kind::Reminder | Kind::ClosingSoon => {
            also.push(
                "They go to those alone who have not voted when they are sent. How many that were is shown when voting has \
                 ended."
                    .to_owned(),
            );
        }
        Kind::Activation => {
            also.push("Activation codes that these members have now end.".to_owned());
        }
        _ => {}
    }
    also
}

/// Whether the number of recipients is only the most there can be.
pub(super) const fn is_at_most(kind: Kind) -> bool {
    matches!(kind, Kind::Reminder | Kind::ClosingSoon)
}

/// Members who have no password, without officers unless one alone could sign in: a code for an officer takes two people.
fn without_password(tx: &Tx<'_>) -> Result<Vec<PersonRow>, StoreError> {
    let alone = tx.officers_with_password()?.len() <= 1;
    let wanted: HashSet<MemberId> =
        tx.members_without_password()?.into_iter().map(|named| named.id).collect();
    let mut found = Vec::new();
    for person in tx.people()?.into_iter().filter(|person| wanted.contains(&person.member)) {
        if alone || !is_officer(tx, person.member)? {
            found.push(person);
        }
    }
    Ok(found)
}

/// Those who may vote in a draft by the roll as it is now.
fn eligible(tx: &Tx<'_>, file: &BallotFile) -> Result<Vec<PersonRow>, StoreError> {
    let roll = tx.roll_entries()?;
    let included: HashSet<&str> =
        file.eligible.divide(&roll).included.into_iter().map(|entry| entry.no().as_str()).collect();
    Ok(tx.people()?.into_iter().filter(|person| included.contains(person.member_no.as_str())).collect())
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
