//! `scrutineer vote`: a member seals a vote on this machine, casts it, and keeps the signed receipt.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use scrutineer_ballot::code::{self, CodeFileError, VotingCode};
use scrutineer_ballot::receipt::Receipt;
use scrutineer_ballot::signature::SignatureError;
use scrutineer_protocol::ParseError;
use scrutineer_protocol::ballot::{Ballot, Eighths, SealError, Selection};
use scrutineer_protocol::credential::Credential;
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_protocol::question::Question;
use serde::Serialize;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::Session;
use crate::boxes::{self, BoxElection, BoxFlag};
use crate::client::{Client, ClientError, Endpoint};
use crate::exit::Exit;
use crate::files::{self, Access, FileError, NewFile};
use crate::ids::BallotId;
use crate::profile::Connection;
use crate::{delegate, entropy, prompt, vouched};

/// Most bytes of a code file.
const MAX_CODE_FILE: u64 = 64 << 10;

/// What was typed after `vote`.
#[derive(Args, Debug)]
pub struct Vote {
    #[command(flatten)]
    connection: Connection,

    /// The ballot.
    id: BallotId,

    #[command(flatten)]
    urn: BoxFlag,

    /// The file with your voting code, in either form; left out: it is asked for.
    #[arg(long, value_name = "F")]
    code_file: Option<PathBuf>,

    /// A question's number (from 1) and an answer's exact text, repeatable.
    #[arg(long, value_name = "N=TEXT")]
    answer: Vec<AnswerFlag>,

    /// The number of a question to abstain from explicitly, repeatable.
    #[arg(long, value_name = "N")]
    blank: Vec<usize>,

    /// Where to keep the receipt; left out: in the profile's folder.
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

/// `N=TEXT`. Has no `Debug` worth the name: it is the vote.
#[derive(Clone)]
struct AnswerFlag {
    question: usize,
    text: Zeroizing<String>,
}

impl fmt::Debug for AnswerFlag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnswerFlag(..)")
    }
}

/// What is wrong with `--answer`.
#[derive(Debug, Error)]
#[error("expected a question's number, `=` and an answer's exact text, such as `1=Yes`")]
struct AnswerFlagError;

impl FromStr for AnswerFlag {
    type Err = AnswerFlagError;

    fn from_str(text: &str) -> Result<Self, AnswerFlagError> {
        let (question, text) = text.split_once('=').ok_or(AnswerFlagError)?;
        let question = question.trim().parse().ok().filter(|number| *number > 0).ok_or(AnswerFlagError)?;
        Ok(Self { question, text: Zeroizing::new(text.to_owned()) })
    }
}

/// Why a vote is not cast, or its receipt is not right.
#[derive(Debug, Error)]
enum VoteError {
    /// A question that is not asked.
    #[error("there is no question {question}: the ballot has {questions}")]
    NoQuestion { question: usize, questions: usize },
    /// A question without an answer.
    #[error("question {question} is not answered: give --answer \"{question}=…\"{}. Its answers are: {answers}", blank_too(*.question, *.blank))]
    Unanswered { question: usize, answers: String, blank: bool },
    /// A text that is not one of the answers.
    #[error("question {question} has no answer with exactly this text. Its answers are: {answers}")]
    NoAnswer { question: usize, answers: String },
    /// Both chosen and blank.
    #[error("question {0} is both answered and left blank: choose one")]
    Both(usize),
    /// Named twice.
    #[error("question {0}: the same thing is given twice")]
    Twice(usize),
    /// No code, or not one.
    #[error(transparent)]
    Code(#[from] CodeFileError),
    /// More than one code.
    #[error("the code file holds {0} codes, but a vote takes one: put your own into a file of its own")]
    Codes(usize),
    /// A code that is no credential.
    #[error(transparent)]
    Credential(#[from] ParseError),
    /// It does not fit the questions.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// No reply, twice.
    #[error(
        "{source}. Whether your vote has arrived is not known: ask with `scrutineer receipt {ballot} {tracker}`, or vote again"
    )]
    Lost { source: ClientError, ballot: String, tracker: Base64Hash },
    /// A receipt that cannot be relied on.
    #[error(
        "the server took the vote (tracker {tracker}), but {why}. Tell the election committee, and keep this message"
    )]
    BadReceipt { tracker: Base64Hash, why: BadReceipt },
    /// A receipt that cannot be kept.
    #[error("the vote is cast, but its receipt could not be kept: {source}. The receipt is: {receipt}")]
    NotKept { source: FileError, receipt: String },
}

/// What is wrong with a receipt.
#[derive(Debug, Error)]
enum BadReceipt {
    #[error("its receipt cannot be read: {0}")]
    Unreadable(ClientError),
    #[error("its receipt names another vote")]
    OtherVote,
    #[error("its receipt names another election")]
    OtherElection,
    #[error("its receipt is not signed with the key that was fixed for this ballot: {0}")]
    Signature(SignatureError),
}

fn blank_too(question: usize, blank: bool) -> String {
    if blank { format!(" or --blank {question}") } else { String::new() }
}

/// The receipt and where it is.
#[derive(Serialize)]
struct Voted<'a> {
    #[serde(flatten)]
    receipt: &'a Receipt,
    file: &'a Path,
}

/// Seals a vote, casts it and keeps the receipt.
///
/// # Errors
/// A mistake in code or answers, said before anything is sent; the server refuses; the receipt is not right.
pub fn vote(args: &Vote, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let code = match &args.code_file {
        Some(path) => one_code(&files::read_secret(path, MAX_CODE_FILE)?)?,
        None => one_code(&prompt::secret(session, "Voting code")?)?,
    };
    let kept = args.receipt.as_deref().map(|path| NewFile::create(path, Access::Owner)).transpose()?;
    let client = args.connection.member()?;
    let ballot = delegate::fetch(&client, args.id.as_str())?;
    let urn = args.urn.own(&ballot, &args.id)?;
    let fixed = boxes::election(&client, &ballot, urn)?;
    let BoxElection { election, line } = &fixed;
    session.printer.note(match vouched::board(&client, &ballot, urn, &fixed)? {
        Some(words) => {
            format!(
                "Enough tellers have checked this ballot. Every teller knows their board's words: {words}"
            )
        }
        None => "The server alone opens this count: that your vote stays secret rests on it.".to_owned(),
    });

    if line.is_practice() {
        session.printer.note("This is a PRACTICE ballot: its result binds nobody.");
    }

    let selections = selections(election.questions(), &args.answer, &args.blank)?;
    let credential = Credential::from_text(&code.credential()).map_err(VoteError::Credential)?;
    let key = credential.derive(election.uuid());
    let sealed =
        Ballot::seal(election, &key, &selections, &mut entropy::system()).map_err(VoteError::Seal)?;
    drop((selections, credential, key, code));

    let tracker = *sealed.tracker();
    let receipt = cast(&client, &ballot.id, &sealed)?;
    let bad = |why| VoteError::BadReceipt { tracker, why };
    if receipt.tracker != tracker {
        return Err(bad(BadReceipt::OtherVote).into());
    }
    if receipt.election != *election.uuid() {
        return Err(bad(BadReceipt::OtherElection).into());
    }
    receipt.verify(line.receipts).map_err(|why| bad(BadReceipt::Signature(why)))?;

    let file = keep(&receipt, args, kept)?;
    let text = [
        "Your vote is cast.".to_owned(),
        format!("Tracker: {tracker}"),
        format!("The receipt is in {}. It does not show what you chose.", file.display()),
        format!("Look your vote up: scrutineer receipt {} {tracker}", ballot.id),
    ];
    session.printer.answer(&Voted { receipt: &receipt, file: &file }, text)?;
    Ok(Exit::Yes)
}

fn one_code(text: &str) -> Result<VotingCode, VoteError> {
    let mut codes = code::parse_code_file(text)?;
    match (codes.pop(), codes.len()) {
        (Some(code), 0) => Ok(code),
        (_, others) => Err(VoteError::Codes(others + 1)),
    }
}

/// What was chosen in every question; every question must be answered.
fn selections(
    questions: &[Question],
    answers: &[AnswerFlag],
    blank: &[usize],
) -> Result<Vec<Selection>, VoteError> {
    let named = answers.iter().map(|answer| answer.question).chain(blank.iter().copied());
    if let Some(question) = named.into_iter().find(|number| *number == 0 || *number > questions.len()) {
        return Err(VoteError::NoQuestion { question, questions: questions.len() });
    }
    let choose = |(number, question): (usize, &Question)| selection(number, question, answers, blank);
    (1..).zip(questions).map(choose).collect()
}

fn selection(
    number: usize,
    question: &Question,
    answers: &[AnswerFlag],
    blank: &[usize],
) -> Result<Selection, VoteError> {
    let offered = || question.answers().iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(", ");
    let mut chosen = Zeroizing::new(Vec::new());
    for answer in answers.iter().filter(|answer| answer.question == number) {
        let position = question.answers().iter().position(|text| *text == *answer.text);
        let position =
            position.ok_or_else(|| VoteError::NoAnswer { question: number, answers: offered() })?;
        if chosen.contains(&position) {
            return Err(VoteError::Twice(number));
        }
        chosen.push(position);
    }
    match (chosen.is_empty(), blank.iter().filter(|question| **question == number).count()) {
        (false, 0) => Ok(Selection::Answers(std::mem::take(&mut *chosen))),
        (true, 1) => Ok(Selection::Blank),
        (false, _) => Err(VoteError::Both(number)),
        (true, 0) => {
            let blank = question.allows_blank();
            Err(VoteError::Unanswered { question: number, answers: offered(), blank })
        }
        (true, _) => Err(VoteError::Twice(number)),
    }
}

/// Casts a sealed vote. Where no reply comes, the same bytes are sent once more: the server answers a repeat with the
/// receipt of the first.
fn cast(client: &Client, ballot: &str, sealed: &Ballot) -> Result<Receipt, anyhow::Error> {
    let endpoint = Endpoint::new(&["ballots", ballot, "votes"]);
    let (body, eighths) = (sealed.to_text(), Eighths::of(sealed).to_text());
    let send = || client.cast(&endpoint, body.as_bytes(), &eighths).and_then(|reply| reply.json());
    let tracker = *sealed.tracker();
    let reply: Result<Receipt, ClientError> = match send() {
        Err(error) if error.is_lost() => send(),
        reply => reply,
    };
    reply.map_err(|error| match error {
        source if source.is_lost() => VoteError::Lost { source, ballot: ballot.to_owned(), tracker }.into(),
        refused @ ClientError::Refused(_) => refused.into(),
        why => VoteError::BadReceipt { tracker, why: BadReceipt::Unreadable(why) }.into(),
    })
}

/// Keeps a receipt where it was asked for, else in the profile's folder.
fn keep(receipt: &Receipt, args: &Vote, file: Option<NewFile>) -> anyhow::Result<PathBuf> {
    let json = serde_json::to_string(receipt)?;
    let not_kept = |source| VoteError::NotKept { source, receipt: json.clone() };
    let (path, written) = match (&args.receipt, file) {
        (Some(path), Some(file)) => (path.clone(), files::fill(file, json.as_bytes())),
        _ => {
            let folder = args.connection.profile()?.folder().join("receipts");
            files::private_folder(&folder).map_err(not_kept)?;
            let path = folder.join(format!("{}-{}.json", receipt.election, receipt.height));
            // A repeat of a vote has the receipt of the first.
            let written = files::replace(&path, json.as_bytes());
            (path, written)
        }
    };
    written.map_err(not_kept)?;
    Ok(path)
}
