//! What a deed that needs two people would do, as both of them are shown it.
//!
//! A proposal is bound to its content: the digest is over the content's canonical JSON (RFC 8785), the second person sends
//! the digest of what was shown, and the server makes the content anew before it does the deed. So nothing may matter to
//! the deed that does not stand here.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::zone::Zone;

/// The content of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    /// Fixing a ballot.
    FreezeBallot(Box<Freeze>),
    /// Moving a deadline.
    ExtendBallot {
        /// The ballot's identifier.
        ballot: String,
        /// Its title.
        title: String,
        /// The zone in which people see its times.
        time_zone: String,
        /// The deadline that is set, seconds since the epoch.
        from: i64,
        /// The one that would be set.
        to: i64,
    },
    /// Ending a ballot without a result.
    CancelBallot {
        /// The ballot's identifier.
        ballot: String,
        /// Its title.
        title: String,
        /// Where it is in its life.
        state: String,
        /// The public reason.
        reason: String,
        /// Tellers who can no longer open the count, by number.
        lost_tellers: Vec<String>,
    },
    /// A member becomes an officer.
    GrantOfficer(Candidate),
    /// An officer becomes a member like others.
    RevokeOfficer(Person),
    /// An officer gets a code with which to choose another password.
    ReplacePassword(Person),
    /// Members get other voting codes.
    ReissueCodes {
        /// The ballot's identifier.
        ballot: String,
        /// Its title.
        title: String,
        /// The members, by number.
        members: Vec<Person>,
    },
    /// A ballot may open although many members are out of reach.
    OpenBallot {
        /// The ballot's identifier.
        ballot: String,
        /// Its title.
        title: String,
        /// Members on the frozen roll.
        eligible: u64,
        /// Those of them who have no code and none on its way.
        out_of_reach: u64,
        /// Percent of the members who may be, by the ballot file.
        share: u32,
    },
    /// Voting codes may go to employers' addresses.
    AllowEmployerMail {
        /// The ballot's identifier.
        ballot: String,
        /// Its title.
        title: String,
        /// The employers' mail domains.
        domains: Vec<String>,
        /// Members on the frozen roll with an address there.
        members: u64,
    },
    /// A member's letters go to another e-mail address.
    ChangeEmail {
        /// The member.
        member: Person,
        /// The address that is left behind, if there is one.
        from: Option<String>,
        /// The new address.
        to: String,
    },
}

/// What freezing fixes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    /// The ballot's identifier.
    pub ballot: String,
    /// Its title.
    pub title: String,
    /// The text below the title.
    pub description: Option<String>,
    /// The questions, in order.
    pub questions: Vec<Question>,
    /// When voting begins, if that is scheduled; seconds since the epoch.
    pub opens: Option<i64>,
    /// When voting ends, if that is scheduled.
    pub closes: Option<i64>,
    /// The zone in which people see these times.
    pub time_zone: String,
    /// How it was announced, if it was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub announced: Option<Announced>,
    /// The boxes in which votes are counted together.
    pub boxes: Vec<Urn>,
    /// Who makes the voting codes: `server` or `registrar`.
    pub codes: String,
    /// The registrar, where one was named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub registrar: Option<Person>,
    /// The board that opens the count; none where the server does.
    pub board: Option<Board>,
    /// Signatures that the certificate needs.
    pub signatures: u32,
    /// Fingerprints of the officers' keys that may sign it.
    pub signers: Vec<String>,
    /// SHA-256, hex, of the ballot file's JSON.
    pub file_sha256: String,
    /// SHA-256, hex, of the list of everybody who may vote, as canonical CSV.
    pub roll_sha256: String,
}

/// A question as it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The question.
    pub text: String,
    /// The answers, in order.
    pub answers: Vec<String>,
    /// The fewest that may be chosen.
    pub min: u32,
    /// The most that may be chosen.
    pub max: u32,
    /// Whether members may abstain explicitly.
    pub blank: bool,
    /// The passage rule as text.
    pub rule: Option<String>,
}

/// A box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Urn {
    /// Its name.
    pub name: String,
    /// Members who may vote in it.
    pub eligible: u64,
    /// Codes beyond one a member.
    pub spares: u64,
}

/// A board of tellers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// Its name.
    pub name: String,
    /// Its fingerprint, hex.
    pub fingerprint: String,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// Unit on the roll.
    pub unit: String,
}

/// A member who would become an officer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// Unit on the roll.
    pub unit: String,
    /// The last time that another password was set in the place of theirs, if ever: whoever held that code may hold the account.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub password_replaced: Option<Replaced>,
}

/// A password that was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replaced {
    /// When, seconds since the epoch.
    pub at: i64,
    /// Who made the code, as the audit log names them.
    pub code_by: String,
}

/// What members were told of a ballot before it is frozen, and what they said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announced {
    /// When it was announced, seconds since the epoch.
    pub at: i64,
    /// Until when members could object.
    pub until: i64,
    /// Objections.
    pub filed: u64,
    /// Those that were answered.
    pub answered: u64,
}

/// A content that cannot be written or read.
#[derive(Debug, Error)]
#[error("what a proposal would do cannot be read: {0}")]
pub struct ContentError(#[from] serde_json::Error);

/// One line of what a proposal would do: what it is about, and what it says of it.
pub type Row = (String, String);

impl Content {
    /// The canonical JSON.
    ///
    /// # Errors
    /// [`ContentError`].
    pub fn to_json(&self) -> Result<String, ContentError> {
        Ok(serde_json_canonicalizer::to_string(self)?)
    }

    /// Reads a content as a reply shows it.
    ///
    /// # Errors
    /// [`ContentError`]: it is none that this program knows.
    pub fn from_value(value: &Value) -> Result<Self, ContentError> {
        Ok(Self::deserialize(value)?)
    }

    /// What would be done, in a few words that go on after "proposes" or "is asked".
    #[must_use]
    pub fn headline(&self) -> String {
        match self {
            Self::FreezeBallot(freeze) => format!("to freeze the ballot {:?}", freeze.title),
            Self::ExtendBallot { title, .. } => format!("to move the deadline of the ballot {title:?}"),
            Self::CancelBallot { title, .. } => format!("to cancel the ballot {title:?}"),
            Self::GrantOfficer(candidate) => format!("to make {} an officer", candidate.person().in_words()),
            Self::RevokeOfficer(person) => format!("that {} is no longer an officer", person.in_words()),
            Self::ReplacePassword(person) => {
                format!("to make a code with which {} chooses another password", person.in_words())
            }
            Self::ReissueCodes { title, members, .. } => {
                format!("to replace the voting codes of {} members in the ballot {title:?}", members.len())
            }
            Self::OpenBallot { title, out_of_reach, .. } => {
                format!("to open the ballot {title:?} with {out_of_reach} members out of reach")
            }
            Self::AllowEmployerMail { title, .. } => {
                format!("to send voting codes of the ballot {title:?} to employers' addresses")
            }
            // Without the address: this goes into the audit log, which is kept for ever.
            Self::ChangeEmail { member, .. } => {
                format!("to change the e-mail address of {}", member.in_words())
            }
        }
    }

    /// Everything that it says, for people.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut row = |name: &str, text: &str| rows.push((name.to_owned(), text.to_owned()));
        match self {
            Self::FreezeBallot(freeze) => rows = freeze.rows(),
            Self::ExtendBallot { ballot, title, time_zone, from, to } => {
                row("Ballot", &format!("{title} ({ballot})"));
                row("Deadline now", &time(Some(*from), time_zone));
                row("Deadline then", &time(Some(*to), time_zone));
            }
            Self::CancelBallot { ballot, title, state, reason, lost_tellers } => {
                row("Ballot", &format!("{title} ({ballot})"));
                row("State", state);
                row("Reason", reason);
                if !lost_tellers.is_empty() {
                    row("Lost tellers", &lost_tellers.join(", "));
                }
            }
            Self::GrantOfficer(candidate) => {
                row("Becomes an officer", &candidate.person().in_words());
                if let Some(Replaced { at, code_by }) = &candidate.password_replaced {
                    let at = time(Some(*at), "UTC");
                    row("Their password", &format!("was replaced on {at}, with a code that {code_by} made"));
                }
            }
            Self::RevokeOfficer(person) => row("Is no longer an officer", &person.in_words()),
            Self::ReplacePassword(person) => row("Gets a code for another password", &person.in_words()),
            Self::ReissueCodes { ballot, title, members } => {
                row("Ballot", &format!("{title} ({ballot})"));
                for person in members {
                    row(&format!("Code of {}", person.member_no), &person.in_words());
                }
            }
            Self::OpenBallot { ballot, title, eligible, out_of_reach, share } => {
                row("Ballot", &format!("{title} ({ballot})"));
                row("Members who may vote", &eligible.to_string());
                row("Out of reach", &format!("{out_of_reach} have no voting code and none on its way"));
                row("Opens without a second officer with", &format!("at most {share} % out of reach"));
            }
            Self::AllowEmployerMail { ballot, title, domains, members } => {
                row("Ballot", &format!("{title} ({ballot})"));
                row("Employers' mail domains", &domains.join(", "));
                row("Members with an address there", &members.to_string());
            }
            Self::ChangeEmail { member, from, to } => {
                row("Member", &member.in_words());
                row("Letters go to", from.as_deref().unwrap_or("no e-mail address"));
                row("Letters would go to", to);
                row(
                    "Voting codes",
                    "go to the address that was on the roll when a ballot was frozen, as before",
                );
            }
        }
        rows
    }

    /// What is different in `now`, in words; empty if nothing is.
    #[must_use]
    pub fn changes(&self, now: &Self) -> Vec<String> {
        let (before, after) = (self.rows(), now.rows());
        let names: Vec<_> = before.iter().chain(&after).map(|(name, _)| name.as_str()).collect();
        let mut seen = BTreeSet::new();
        let texts = |rows: &[Row], name: &str| {
            let texts = rows.iter().filter(|(n, _)| n == name).map(|(_, text)| text.as_str());
            texts.collect::<Vec<_>>().join("; ")
        };
        let mut changes = Vec::new();
        for name in names.into_iter().filter(|name| seen.insert(*name)) {
            let (was, is) = (texts(&before, name), texts(&after, name));
            if was != is {
                let or_none = |text: String| if text.is_empty() { "nothing".to_owned() } else { text };
                changes.push(format!("{name}: was {}, is {}", or_none(was), or_none(is)));
            }
        }
        if changes.is_empty() && self != now {
            changes.push("its particulars".to_owned());
        }
        changes
    }
}

impl Freeze {
    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut row = |name: &str, text: String| rows.push((name.to_owned(), text));
        row("Ballot", format!("{} ({})", self.title, self.ballot));
        if let Some(description) = &self.description {
            row("Text", description.clone());
        }
        for (number, question) in (1..).zip(&self.questions) {
            let Question { text, answers, min, max, blank, rule } = question;
            let blank = if *blank { ", or blank" } else { "" };
            let rule =
                rule.as_deref().map_or_else(|| "no rule".to_owned(), |rule| format!("passes if {rule}"));
            let answers = answers.join(" | ");
            row(
                &format!("Question {number}"),
                format!("{text} [{answers}] choose {min} to {max}{blank}; {rule}"),
            );
        }
        row("Opens", time(self.opens, &self.time_zone));
        row("Closes", time(self.closes, &self.time_zone));
        if let Some(Announced { at, until, filed, answered }) = &self.announced {
            let (at, until) = (time(Some(*at), &self.time_zone), time(Some(*until), &self.time_zone));
            row(
                "Announced",
                format!("{at}, with objections until {until}: {filed} filed, {answered} answered"),
            );
        }
        for one in &self.boxes {
            row(
                &format!("Box {:?}", one.name),
                format!("{} may vote, {} spare codes", one.eligible, one.spares),
            );
        }
        let codes = match (&self.registrar, self.codes.as_str()) {
            (Some(person), codes) => format!("{codes}: {}", person.in_words()),
            (None, "registrar") => {
                "registrar: whoever issues them first of those who may run the ballot".to_owned()
            }
            (None, codes) => codes.to_owned(),
        };
        row("Codes are made by", codes);
        row(
            "Tellers",
            self.board.as_ref().map_or_else(
                || "none; the server alone opens the count".to_owned(),
                |board| format!("{}, fingerprint {}", board.name, board.fingerprint),
            ),
        );
        row("Signatures needed", self.signatures.to_string());
        row("Keys that may sign", self.signers.join(", "));
        row("Ballot file (SHA-256)", self.file_sha256.clone());
        row("Who may vote (SHA-256)", self.roll_sha256.clone());
        rows
    }
}

impl Candidate {
    fn person(&self) -> Person {
        let Self { member_no, name, unit, .. } = self.clone();
        Person { member_no, name, unit }
    }
}

impl Person {
    fn in_words(&self) -> String {
        format!("{} ({}, {})", self.name, self.member_no, self.unit)
    }
}

/// The digest of a content as a reply shows it: SHA-256 of its canonical JSON.
///
/// # Errors
/// [`ContentError`].
pub fn digest(content: &Value) -> Result<[u8; 32], ContentError> {
    Ok(Sha256::digest(serde_json_canonicalizer::to_string(content)?).into())
}

fn time(seconds: Option<i64>, zone: &str) -> String {
    match (seconds, Zone::parse(zone)) {
        (None, _) => "by command".to_owned(),
        (Some(seconds), Ok(zone)) => zone.sentence(seconds),
        (Some(seconds), Err(_)) => format!("{seconds} seconds after 1 January 1970, UTC"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn freeze() -> Freeze {
        Freeze {
            ballot: "ZM9Q5QG2xbtcA9".to_owned(),
            title: "Work remotely".to_owned(),
            description: Some("Until the agreement".to_owned()),
            questions: vec![Question {
                text: "Shall we?".to_owned(),
                answers: vec!["Yes".to_owned(), "No".to_owned()],
                min: 1,
                max: 1,
                blank: true,
                rule: Some("Yes >= 60% of eligible".to_owned()),
            }],
            opens: None,
            closes: Some(1_611_468_000),
            time_zone: "America/Chicago".to_owned(),
            announced: Some(Announced { at: 1_610_000_000, until: 1_610_600_000, filed: 3, answered: 3 }),
            boxes: vec![Urn { name: "all".to_owned(), eligible: 100, spares: 3 }],
            codes: "registrar".to_owned(),
            registrar: Some(Person {
                member_no: "12".to_owned(),
                name: "Rita".to_owned(),
                unit: "Office".to_owned(),
            }),
            board: Some(Board { name: "Committee".to_owned(), fingerprint: "ab".to_owned() }),
            signatures: 2,
            signers: vec!["SHA256:one".to_owned(), "SHA256:two".to_owned()],
            file_sha256: "00".to_owned(),
            roll_sha256: "11".to_owned(),
        }
    }

    #[test]
    fn every_field_of_a_freezing_is_shown_and_bound() {
        let was = Content::FreezeBallot(Box::new(freeze()));
        let tweaks: [fn(&mut Freeze); 23] = [
            |f| f.ballot.push('x'),
            |f| f.title.push('x'),
            |f| f.description = None,
            |f| f.questions[0].text.push('x'),
            |f| f.questions[0].answers[1].push('x'),
            |f| f.questions[0].min = 0,
            |f| f.questions[0].max = 2,
            |f| f.questions[0].blank = false,
            |f| f.questions[0].rule = None,
            |f| f.opens = Some(1),
            |f| f.closes = None,
            |f| f.announced = None,
            |f| f.announced.as_mut().unwrap().until += 60,
            |f| f.boxes[0].eligible += 1,
            |f| f.boxes[0].name.push('x'),
            |f| f.boxes[0].spares += 1,
            |f| f.codes.push('x'),
            |f| f.registrar = None,
            |f| f.registrar.as_mut().unwrap().member_no.push('3'),
            |f| f.board = None,
            |f| f.signatures += 1,
            |f| f.signers.truncate(1),
            |f| f.roll_sha256.push('x'),
        ];
        for tweak in tweaks {
            let mut other = freeze();
            tweak(&mut other);
            let now = Content::FreezeBallot(Box::new(other));
            assert_ne!(now.to_json().unwrap(), was.to_json().unwrap());
            assert!(
                !was.changes(&now).is_empty() && !was.changes(&now).contains(&"its particulars".to_owned())
            );
        }
        assert_eq!(was.changes(&was), Vec::<String>::new());
    }

    #[test]
    fn what_changed_is_said() {
        let mut other = freeze();
        other.boxes[0].eligible = 101;
        let changes =
            Content::FreezeBallot(Box::new(freeze())).changes(&Content::FreezeBallot(Box::new(other)));
        assert_eq!(changes, ["Box \"all\": was 100 may vote, 3 spare codes, is 101 may vote, 3 spare codes"]);
    }

    #[test]
    fn the_digest_does_not_depend_on_the_order_of_keys() {
        let content = Content::FreezeBallot(Box::new(freeze()));
        let text = content.to_json().unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        let expected: [u8; 32] = Sha256::digest(&text).into();
        assert_eq!(digest(&value).unwrap(), expected);
        let reordered: Value = serde_json::to_value(&content).unwrap();
        assert_eq!(digest(&reordered).unwrap(), expected);
        assert_eq!(Content::from_value(&value).unwrap(), content);
    }

    #[test]
    fn a_password_that_was_replaced_is_shown_with_who_made_its_code() {
        let mut candidate = Candidate {
            member_no: "7".to_owned(),
            name: "Ana".to_owned(),
            unit: "North".to_owned(),
            password_replaced: None,
        };
        assert_eq!(Content::GrantOfficer(candidate.clone()).rows().len(), 1);
        candidate.password_replaced = Some(Replaced { at: 1_611_468_000, code_by: "member:9".to_owned() });
        let rows = Content::GrantOfficer(candidate).rows();
        let (_, said) = &rows[1];
        assert!(
            said.contains("24 January 2021") && said.ends_with("with a code that member:9 made"),
            "{said}"
        );
    }

    #[test]
    fn a_content_of_another_kind_is_refused() {
        for bad in [r#"{"kind":"burn_ballot"}"#, r#"{"kind":"grant_officer","member_no":"1"}"#, "{}", "3"] {
            let value: Value = serde_json::from_str(bad).unwrap();
            assert!(Content::from_value(&value).is_err(), "{bad}");
        }
    }
}
