//! Letters to members by e-mail: what a run of them would be, what became of it, and test letters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /api/v1/ballots/{id}/letters/{kind}`, `GET /api/v1/letters/activation`: what a run would send if it were confirmed now.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct LettersPreview {
    /// Which letters: `activation`, `notice`, `open`, `reminder`, `closing_soon` or `result`.
    pub kind: String,
    /// About which ballot, if about one.
    pub ballot: Option<String>,
    /// To how many members they go.
    pub recipients: u64,
    /// Whether this is only the most there can be, because nobody learns how many have voted.
    pub at_most: bool,
    /// Of the recipients, those whose letter has their voting code.
    pub with_code: u64,
    /// Members who get none, having no e-mail address that can be used.
    pub without_address: u64,
    /// Members who get no code by e-mail, because their address is an employer's.
    pub employer: u64,
    /// Members who get none, because a letter to their address was refused for good or came back before.
    pub bounced: u64,
    /// Recipients by the language of their letters.
    pub by_language: BTreeMap<String, u64>,
    /// What stands for all of this, recipients and texts: any change makes another one. Hexadecimal.
    pub digest: String,
    /// One letter as it would be, to a made-up member.
    pub sample: SampleLetter,
    /// What else happens when it is confirmed, in sentences.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub also: Vec<String>,
}

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct SampleLetter {
    /// Its subject.
    pub subject: String,
    /// Its plain text.
    pub text: String,
}

/// `POST` to the same: send what was previewed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLetters {
    /// The number of recipients that the preview showed.
    pub recipients: u64,
    /// The digest that the preview showed; where it is left out, only the number is compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// For reminders: when, as a local time in the ballot's time zone; left out: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// For reminders in place of `at`: so many minutes before the deadline, with which the time moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_before_close: Option<u32>,
}

/// `GET /api/v1/letters`: all runs, the newest first, and how mail is doing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct LetterRuns {
    /// How mail is doing.
    pub mail: MailStatus,
    /// The runs that the caller may see.
    pub runs: Vec<LetterRun>,
}

/// Whether letters leave this server.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct MailStatus {
    /// Whether the operator has said how letters are sent.
    pub configured: bool,
    /// What keeps all letters from being sent until the operator puts it right, in a sentence.
    pub fault: Option<String>,
    /// When an officer last typed the number of a test letter.
    pub tested_at: Option<i64>,
    /// Bounces since the server was started that no letter of ours came back with.
    pub foreign_bounces: u64,
}

/// A run of letters.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct LetterRun {
    /// Its number.
    pub number: i64,
    /// Which letters.
    pub kind: String,
    /// About which ballot, if about one.
    pub ballot: Option<String>,
    /// The ballot's title.
    pub title: Option<String>,
    /// `waiting`, `sending`, `paused`, `stopped` (by itself), `done` or `cancelled`.
    pub state: String,
    /// To how many it goes.
    pub recipients: u64,
    /// Whether that is only the most there can be.
    pub at_most: bool,
    /// When its letters are queued; `null`: when the ballot opens.
    pub at: Option<i64>,
    /// Who confirmed it: number on the roll.
    pub confirmed_by: String,
    /// When.
    pub confirmed_at: i64,
    /// Letters that a mail server has taken. Of letters to those who have not voted: `null` while voting is open, whole tens
    /// after.
    pub sent: Option<u64>,
    /// Letters that were refused or came back; `null` like `sent`.
    pub bounced: Option<u64>,
    /// Why it was stopped or cancelled.
    pub note: Option<String>,
}

/// `POST /api/v1/letters/tests/confirmation`: the number of the test letter that came.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNumber {
    /// Its six digits.
    pub number: crate::secret::Secret,
}

/// `POST /api/v1/letters/tests`: a test letter is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct TestLetter {
    /// The mail domain to which it goes.
    pub domain: String,
}
