//! What delegates and registrars note of codes on their way to members: a hand-over, a letter that was posted or came back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueEnum};
use scrutineer_api::delivery::{Channel, DeliveriesNoted, DeliveryState, NewDeliveries, NewDelivery};
use thiserror::Error;

use crate::Session;
use crate::client::{Client, Endpoint};
use crate::exit::Exit;
use crate::files;
use crate::ids::BallotId;

/// The most bytes of a list of members.
const LIMIT: u64 = 8 * 1024 * 1024;

/// What was typed after `codes handed-over`.
#[derive(Args, Debug)]
pub struct HandedOver {
    /// The ballot.
    id: BallotId,
    /// A member's number on the roll; repeatable.
    #[arg(long, value_name = "NO", required_unless_present = "file", conflicts_with = "file")]
    member: Vec<String>,
    /// A list of members as CSV with a column `member_no`.
    #[arg(long, value_name = "FILE.csv")]
    file: Option<PathBuf>,
    /// They were noted by mistake: their codes were not handed over after all.
    #[arg(long)]
    undo: bool,
}

/// What was typed after `codes delivered`.
#[derive(Args, Debug)]
pub struct Delivered {
    /// The ballot.
    id: BallotId,
    /// Which way the codes went.
    #[arg(long, value_enum)]
    channel: Way,
    /// A list of members as CSV with a column `member_no` and, where it differs, a column `state`: printed, sent,
    /// delivered, handed_over or bounced. Without it letters were sent and slips handed over.
    #[arg(long, value_name = "FILE.csv")]
    file: PathBuf,
}

/// A way to members, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Way {
    Post,
    Email,
    Hand,
}

impl From<Way> for Channel {
    fn from(way: Way) -> Self {
        match way {
            Way::Post => Self::Post,
            Way::Email => Self::Email,
            Way::Hand => Self::Hand,
        }
    }
}

/// A list that is none.
#[derive(Debug, Error)]
enum ListError {
    #[error("{0} has no column \"member_no\" in its first line")]
    NoColumn(String),
    #[error(
        "{file}, line {line}: {word:?} is no state; write printed, sent, delivered, handed_over or bounced"
    )]
    NoState { file: String, line: u64, word: String },
    #[error("{0} names nobody")]
    Nobody(String),
}

/// Notes whom a delegate has handed their code.
///
/// # Errors
/// Members of other units, or without a code to hand over.
pub fn handed_over(args: &HandedOver, client: &Client, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let state = if args.undo { DeliveryState::Printed } else { DeliveryState::HandedOver };
    let entries = match &args.file {
        Some(file) => {
            let members = list(file, state)?;
            members.into_iter().map(|entry| NewDelivery { state, ..entry }).collect()
        }
        None => args.member.iter().map(|no| NewDelivery { member_no: no.clone(), state }).collect(),
    };
    let done = note(client, &args.id, &NewDeliveries { channel: Channel::Hand, entries })?;
    let what = if args.undo { "not handed over after all" } else { "handed over" };
    let lines = [format!("Noted as {what}: {}. Noted so already: {}.", done.noted, done.unchanged)];
    session.printer.answer(&done, lines)?;
    Ok(Exit::Yes)
}

/// Notes what a registrar sent.
///
/// # Errors
/// A list that is none, or not the registrar's ballot.
pub fn delivered(args: &Delivered, client: &Client, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let channel = Channel::from(args.channel);
    let otherwise = if channel == Channel::Hand { DeliveryState::HandedOver } else { DeliveryState::Sent };
    let entries = list(&args.file, otherwise)?;
    let done = note(client, &args.id, &NewDeliveries { channel, entries })?;
    let lines = [format!("Noted: {}. Noted so already, or something later: {}.", done.noted, done.unchanged)];
    session.printer.answer(&done, lines)?;
    Ok(Exit::Yes)
}

fn note(client: &Client, id: &BallotId, report: &NewDeliveries) -> anyhow::Result<DeliveriesNoted> {
    let endpoint = Endpoint::new(&["ballots", id.as_str(), "deliveries"]);
    Ok(client.post(&endpoint, report)?.json()?)
}

/// Reads a list of members, as a spreadsheet writes it too: with a mark at its beginning, with semicolons.
fn list(path: &Path, otherwise: DeliveryState) -> anyhow::Result<Vec<NewDelivery>> {
    let text = files::read_text(path, LIMIT)?;
    parse(&path.display().to_string(), &text, otherwise)
}

fn parse(name: &str, text: &str, otherwise: DeliveryState) -> anyhow::Result<Vec<NewDelivery>> {
    let text = text.trim_start_matches('\u{feff}');
    let header = text.lines().next().unwrap_or_default();
    let comma = if header.contains(';') && !header.contains(',') { b';' } else { b',' };
    let mut rows =
        csv::ReaderBuilder::new().delimiter(comma).trim(csv::Trim::All).from_reader(text.as_bytes());
    let cannot = || format!("{name} cannot be read");
    let columns: BTreeMap<String, usize> =
        rows.headers().with_context(cannot)?.iter().map(str::to_lowercase).zip(0..).collect();
    let number = columns.get("member_no").copied();
    let number = number.ok_or_else(|| ListError::NoColumn(name.to_owned()))?;
    let state = columns.get("state").copied();
    let mut entries = Vec::new();
    for row in rows.records() {
        let row = row.with_context(cannot)?;
        let field = |column: usize| row.get(column).unwrap_or_default();
        let line = row.position().map_or(0, csv::Position::line);
        let state = match state.map(field).filter(|word| !word.is_empty()) {
            Some(word) => word.parse().map_err(|_| ListError::NoState {
                file: name.to_owned(),
                line,
                word: word.to_owned(),
            })?,
            None => otherwise,
        };
        if !field(number).is_empty() {
            entries.push(NewDelivery { member_no: field(number).to_owned(), state });
        }
    }
    if entries.is_empty() {
        return Err(ListError::Nobody(name.to_owned()).into());
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, DeliveryState)>, String> {
        let entries = parse("list.csv", text, DeliveryState::Sent).map_err(|error| error.to_string())?;
        Ok(entries.into_iter().map(|entry| (entry.member_no, entry.state)).collect())
    }

    #[test]
    fn lists_are_read_as_spreadsheets_write_them() {
        use DeliveryState::{Bounced, Sent};
        let expected = vec![("1001".to_owned(), Sent), ("1002".to_owned(), Bounced)];
        for text in [
            "member_no,state\n1001,\n1002,bounced\n",
            "\u{feff}State;Member_No\r\n;1001 \r\nbounced;1002\r\n;\r\n",
        ] {
            assert_eq!(read(text).unwrap(), expected, "{text}");
        }
        assert_eq!(read("name,member_no\n\"Lopez, Ana\",7\n").unwrap(), [("7".to_owned(), Sent)]);
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_place() {
        assert!(read("number\n1\n").unwrap_err().contains("no column \"member_no\""));
        assert!(read("").unwrap_err().contains("no column"));
        assert!(read("member_no\n").unwrap_err().contains("names nobody"));
        assert!(read("member_no,state\n1,sent\n2,lost\n").unwrap_err().contains("line 3: \"lost\""));
    }
}
