//! `scrutineer letters`: previewing and sending runs of letters, pausing and ending them, test letters.

use anyhow::bail;
use clap::Args;
use scrutineer_api::letters::{LetterRun, LetterRuns, LettersPreview, NewLetters, NewNumber, TestLetter};
use scrutineer_api::secret::Secret;
use serde::Serialize;

use crate::Session;
use crate::client::{Client, Endpoint};
use crate::exit::Exit;
use crate::ids::BallotId;

/// The letters that are about no ballot.
const ACTIVATION: &str = "activation";

/// Which letters: those of a ballot, or those with activation codes.
#[derive(Args, Debug)]
pub(super) struct Which {
    /// The ballot; or `activation`, for letters with activation codes.
    #[arg(value_name = "ID")]
    ballot: String,
    /// notice, open, reminder, `closing_soon` or result.
    #[arg(value_name = "KIND")]
    kind: Option<String>,
}

impl Which {
    fn endpoint(&self) -> anyhow::Result<Endpoint> {
        match (self.ballot.as_str(), self.kind.as_deref()) {
            (ACTIVATION, None) => Ok(Endpoint::new(&["letters", ACTIVATION])),
            (ACTIVATION, Some(_)) => {
                bail!("letters with activation codes are about no ballot: leave the rest out")
            }
            (_, None) => {
                bail!("say which letters after the ballot: notice, open, reminder, closing_soon or result")
            }
            (id, Some(kind)) => {
                let id: BallotId = id.parse()?;
                Ok(Endpoint::new(&["ballots", id.as_str(), "letters", kind]))
            }
        }
    }

    fn typed(&self) -> String {
        [Some(self.ballot.as_str()), self.kind.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// What was typed after `letters preview`.
#[derive(Args, Debug)]
pub struct Preview {
    #[command(flatten)]
    which: Which,
}

/// What was typed after `letters send`.
#[derive(Args, Debug)]
pub struct Send {
    #[command(flatten)]
    which: Which,
    /// The number of recipients that the preview showed.
    #[arg(long, value_name = "N")]
    recipients: u64,
    /// The digest that the preview showed: then recipients and texts must be the same too.
    #[arg(long, value_name = "HEX")]
    digest: Option<String>,
    /// For reminders: when, such as 2021-01-22T18:00:00 in the ballot's time zone.
    #[arg(long, value_name = "T")]
    at: Option<String>,
    /// For reminders: so many minutes before the deadline, and it moves with it.
    #[arg(long, value_name = "MINUTES", conflicts_with = "at")]
    before_close: Option<u32>,
}

/// A run by its number.
#[derive(Args, Debug)]
pub struct Run {
    /// The run's number, as `letters list` shows it.
    number: u64,
}

/// What was typed after `letters confirm-test`.
#[derive(Args, Debug)]
pub struct ConfirmTest {
    /// The six digits in the letter.
    number: String,
}

/// Shows who would get which letters.
pub(super) fn preview(args: &Preview, client: &Client, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let shown: LettersPreview = client.get(&args.which.endpoint()?)?.json()?;
    let typed = args.which.typed();
    session.printer.answer(&shown, preview_lines(&shown, &typed))?;
    Ok(Exit::Yes)
}

/// Confirms what a preview showed.
pub(super) fn send(args: &Send, client: &Client, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let asked = NewLetters {
        recipients: args.recipients,
        digest: args.digest.clone(),
        at: args.at.clone(),
        minutes_before_close: args.before_close,
    };
    let run: LetterRun = client.post(&args.which.endpoint()?, &asked)?.json()?;
    let number = run.number;
    let when = match run.state.as_str() {
        "waiting" if run.kind == "open" => "They are sent when the ballot opens.",
        "waiting" => "They are sent when their time has come.",
        _ => "They are being sent, the first few alone, the rest when these have not come back.",
    };
    let text = [
        format!("Run {number} is confirmed: letters of the kind {} to {}.", run.kind, recipients(&run)),
        when.to_owned(),
        format!(
            "`scrutineer letters list` shows how far it is; `letters pause {number}` stops it for a while."
        ),
    ];
    session.printer.answer(&run, text)?;
    Ok(Exit::Yes)
}

/// Lists runs, and how mail is doing.
pub(super) fn list(client: &Client, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let shown: LetterRuns = client.get(&Endpoint::new(&["letters"]))?.json()?;
    session.printer.answer(&shown, list_lines(&shown))?;
    Ok(Exit::Yes)
}

/// Pauses, resumes or cancels a run.
pub(super) fn change(
    run: &Run,
    deed: &'static str,
    client: &Client,
    session: &mut Session<'_>,
) -> anyhow::Result<Exit> {
    let number = run.number.to_string();
    let run: LetterRun = client.order(&Endpoint::new(&["letters", "runs", &number, deed]))?.json()?;
    let text = format!("Run {number} is {} now.", state(&run.state));
    session.printer.answer(&run, [text])?;
    Ok(Exit::Yes)
}

/// Sends a test letter to the caller's own address.
pub(super) fn test(client: &Client, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let sent: TestLetter = client.order(&Endpoint::new(&["letters", "tests"]))?.json()?;
    let text = [
        format!("A letter with a number is on its way to your address at {}.", sent.domain),
        "When it is there: scrutineer letters confirm-test NUMBER".to_owned(),
    ];
    session.printer.answer(&sent, text)?;
    Ok(Exit::Yes)
}

/// A test letter arrived.
#[derive(Serialize)]
struct Tested {
    confirmed: bool,
}

/// Says that the test letter has arrived.
pub(super) fn confirm_test(
    args: &ConfirmTest,
    client: &Client,
    session: &mut Session<'_>,
) -> anyhow::Result<Exit> {
    let number = NewNumber { number: Secret::new(args.number.clone()) };
    client.post(&Endpoint::new(&["letters", "tests", "confirmation"]), &number)?;
    let text = "Confirmed: mail arrives. Letters with voting codes can be sent within the next seven days.";
    session.printer.answer(&Tested { confirmed: true }, [text])?;
    Ok(Exit::Yes)
}

fn recipients(run: &LetterRun) -> String {
    let most = if run.at_most { "at most " } else { "" };
    members(most, run.recipients)
}

fn members(most: &str, number: u64) -> String {
    format!("{most}{number} member{}", if number == 1 { "" } else { "s" })
}

fn state(word: &str) -> &str {
    match word {
        "waiting" => "waiting for its time",
        "sending" => "being sent",
        "stopped" => "stopped by itself",
        other => other,
    }
}

fn preview_lines(shown: &LettersPreview, typed: &str) -> Vec<String> {
    let most = if shown.at_most { "at most " } else { "" };
    let mut lines =
        vec![format!("Letters of the kind {} to {}", shown.kind, members(most, shown.recipients))];
    let mut count = |number: u64, what: &str| {
        if number > 0 {
            lines.push(format!("  {number:>6}  {what}"));
        }
    };
    count(shown.with_code, "with their voting code in the letter");
    count(shown.without_address, "get none: no e-mail address that can be used");
    count(shown.employer, "get no code by e-mail: the address is an employer's");
    count(shown.bounced, "get none: letters to their address came back");
    for (language, number) in &shown.by_language {
        lines.push(format!("  {number:>6}  in the language {language}"));
    }
    lines.push(String::new());
    lines.push(format!("Subject: {}", shown.sample.subject));
    lines.extend(shown.sample.text.lines().map(|line| format!("| {line}").trim_end().to_owned()));
    lines.push(String::new());
    lines.extend(shown.also.iter().cloned());
    if shown.recipients > 0 {
        lines.push("To send them exactly so:".to_owned());
        let (recipients, digest) = (shown.recipients, &shown.digest);
        lines.push(format!("  scrutineer letters send {typed} --recipients {recipients} --digest {digest}"));
    } else {
        lines.push("Nobody would get one.".to_owned());
    }
    lines
}

fn list_lines(shown: &LetterRuns) -> Vec<String> {
    let mut lines = Vec::new();
    let mail = &shown.mail;
    match (&mail.fault, mail.configured) {
        (_, false) => lines.push("This server sends no letters.".to_owned()),
        (Some(fault), true) => lines.push(format!("No letters are sent at the moment: {fault}")),
        (None, true) => {}
    }
    if mail.foreign_bounces > 0 {
        let number = mail.foreign_bounces;
        lines.push(format!(
            "{number} bounces came that are about no letter of this server; they were ignored."
        ));
    }
    for run in &shown.runs {
        let about =
            run.title.as_deref().map(|title| format!(" about \u{201c}{title}\u{201d}")).unwrap_or_default();
        lines.push(format!(
            "{:>4}  {}{about}: {}, to {}",
            run.number,
            run.kind,
            state(&run.state),
            recipients(run)
        ));
        if let (Some(sent), Some(bounced)) = (run.sent, run.bounced) {
            lines.push(format!("      {sent} sent, {bounced} refused or come back"));
        }
        lines.extend(run.note.iter().map(|note| format!("      {note}")));
    }
    if shown.runs.is_empty() {
        lines.push("No letters were sent yet.".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use scrutineer_api::letters::{LetterRun, LetterRuns, LettersPreview, MailStatus, SampleLetter};

    use super::{Which, list_lines, preview_lines};

    fn preview(kind: &str, recipients: u64, at_most: bool) -> LettersPreview {
        LettersPreview {
            kind: kind.to_owned(),
            ballot: Some("Zm9Q5QG2xbtcA9".to_owned()),
            recipients,
            at_most,
            with_code: recipients,
            without_address: 3,
            employer: 0,
            bounced: 1,
            by_language: BTreeMap::from([("en".to_owned(), recipients)]),
            digest: "ab".repeat(32),
            sample: SampleLetter {
                subject: "Voting is open".to_owned(),
                text: "Dear member\n\nVote.\n".to_owned(),
            },
            also: vec!["They are sent when the ballot opens.".to_owned()],
        }
    }

    #[test]
    fn a_preview_says_how_many_and_how_to_go_on() {
        let text = preview_lines(&preview("open", 41, false), "Zm9Q open").join("\n");
        assert!(text.starts_with("Letters of the kind open to 41 members\n"), "{text}");
        assert!(text.contains("     3  get none: no e-mail address"), "{text}");
        assert!(!text.contains("employer"), "{text}");
        assert!(text.contains("letters send Zm9Q open --recipients 41 --digest abab"), "{text}");
        let text = preview_lines(&preview("reminder", 1, true), "Zm9Q reminder").join("\n");
        assert!(text.starts_with("Letters of the kind reminder to at most 1 member\n"), "{text}");
        assert!(preview_lines(&preview("open", 0, false), "Zm9Q open").join("\n").contains("Nobody"));
    }

    #[test]
    fn which_letters_are_meant_is_told_apart() {
        let which = |ballot: &str, kind: Option<&str>| Which {
            ballot: ballot.to_owned(),
            kind: kind.map(str::to_owned),
        };
        assert!(which("activation", None).endpoint().is_ok());
        assert!(which("Zm9Q", Some("open")).endpoint().is_ok());
        for wrong in [which("activation", Some("open")), which("Zm9Q", None), which("Z", Some("open"))] {
            assert!(wrong.endpoint().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_list_says_what_keeps_mail_from_being_sent_and_never_how_many_reminders_went() {
        let run = LetterRun {
            number: 7,
            kind: "reminder".to_owned(),
            ballot: Some("Zm9Q5QG2xbtcA9".to_owned()),
            title: Some("Work remotely only".to_owned()),
            state: "stopped".to_owned(),
            recipients: 41,
            at_most: true,
            at: None,
            confirmed_by: "200".to_owned(),
            confirmed_at: 0,
            sent: None,
            bounced: None,
            note: Some("too many came back".to_owned()),
        };
        let fault = Some("the password is wrong".to_owned());
        let mail = MailStatus { configured: true, fault, tested_at: None, foreign_bounces: 2 };
        let text = list_lines(&LetterRuns { mail, runs: vec![run] }).join("\n");
        assert!(text.contains("No letters are sent at the moment: the password is wrong"), "{text}");
        assert!(text.contains(
            "   7  reminder about \u{201c}Work remotely only\u{201d}: stopped by itself, to at most 41"
        ));
        assert!(text.contains("too many came back") && !text.contains("sent,"), "{text}");
    }
}
