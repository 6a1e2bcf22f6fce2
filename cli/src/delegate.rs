//! What delegates do: the life of a ballot, from draft to close.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use scrutineer_api::ballot::{
    Ballot, BallotBox, BallotId as Created, BallotState, BallotSummary, Ballots, Cancellation, Extension,
    NewBallot, TellerStatement, UnitTurnout,
};
use scrutineer_ballot::file::MAX_FILE_BYTES;
use scrutineer_ballot::fingerprint::Fingerprint;
use scrutineer_ballot::practice::NAME_PREFIX;
use scrutineer_ballot::zone::Zone;
use scrutineer_protocol::hash::HexHash;

use crate::Session;
use crate::announce;
use crate::boxes;
use crate::client::{Client, ClientError, Endpoint, Reply};
use crate::exit::Exit;
use crate::files;
use crate::ids::BallotId;
use crate::profile::Connection;
use crate::proposals::{self, Asked};

/// What was typed after `ballot`.
#[derive(Args, Debug)]
pub struct BallotArgs {
    #[command(flatten)]
    connection: Connection,

    #[command(subcommand)]
    deed: Deed,
}

#[derive(Debug, Subcommand)]
enum Deed {
    /// Draft a ballot from its file.
    Draft {
        /// The ballot file.
        #[arg(value_name = "FILE.toml")]
        file: PathBuf,
        /// For trying out: it looks real, says PRACTICE everywhere, and is never certified.
        #[arg(long)]
        practice: bool,
        /// Give this draft the file instead; not after it was announced.
        #[arg(long, value_name = "ID", conflicts_with = "practice")]
        replace: Option<BallotId>,
    },
    /// Who may vote in a draft by the roll as it is now: how many, by unit, and who is left out and why.
    Preview(announce::Preview),
    /// Tell members of a draft, who may object to the roll until a set time; its file is fixed then.
    Announce(announce::Announce),
    /// Note that the notice of an announced ballot was sent, for its certificate.
    NoticeSent(announce::Sent),
    /// Propose to fix questions, rule, roll and board; when another officer has approved, the record begins.
    Freeze {
        /// The ballot.
        id: BallotId,
    },
    /// Open voting, where no time is set for it.
    Open {
        /// The ballot.
        id: BallotId,
    },
    /// Propose to move the deadline to a later time.
    Extend {
        /// The ballot.
        id: BallotId,
        /// The new deadline: `2021-01-24T23:59:00` in the ballot's time zone.
        #[arg(long, value_name = "T")]
        until: String,
    },
    /// Close voting, where no deadline is set for it.
    Close {
        /// The ballot.
        id: BallotId,
    },
    /// End a draft that was not announced without a result; propose it for any other ballot.
    Cancel {
        /// The ballot.
        id: BallotId,
        /// Why, for everybody to read.
        #[arg(long, value_name = "R")]
        reason: String,
        /// For a closed ballot: a teller who can no longer open it, by member number; repeatable.
        #[arg(long, value_name = "NO")]
        lost_teller: Vec<String>,
    },
    /// Show a ballot: where it stands and what it waits for.
    Show {
        /// The ballot.
        id: BallotId,
    },
    /// List the ballots, newest first.
    List,
}

/// Does a deed in the life of a ballot.
///
/// # Errors
/// The state of the ballot or the caller's role does not allow it; the file has mistakes.
pub fn run(args: &BallotArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let ballot = |id: &BallotId, deed: &str| Endpoint::new(&["ballots", id.as_str(), deed]);
    match &args.deed {
        Deed::Draft { file, practice, replace } => {
            let text = files::read_text(file, u64::try_from(MAX_FILE_BYTES).unwrap_or(u64::MAX))?;
            let client = args.connection.member()?;
            let created: Created = match replace {
                Some(id) => announce::replace(&client, id, text)?,
                None => {
                    let draft = NewBallot { file: text, practice: *practice };
                    client.post(&Endpoint::new(&["ballots"]), &draft)?.json()?
                }
            };
            let lines = [created.id.clone(), format!("Look at it: scrutineer ballot show {}", created.id)];
            session.printer.answer(&created, lines)?;
        }
        Deed::Preview(preview) => return announce::preview(&args.connection.member()?, preview, session),
        Deed::Announce(asked) => {
            let client = args.connection.member()?;
            announce::announce(&client, asked)?;
            show(&client, &asked.id, session)?;
        }
        Deed::NoticeSent(sent) => {
            let client = args.connection.member()?;
            announce::notice_sent(&client, sent)?;
            show(&client, &sent.id, session)?;
        }
        Deed::Freeze { id } => {
            let client = args.connection.member()?;
            let reply = client.order(&ballot(id, "freezing"))?;
            done_or_waits(reply, &client, id, session)?;
        }
        Deed::Open { id } => {
            let client = args.connection.member()?;
            let reply = client.order(&ballot(id, "opening"))?;
            done_or_waits(reply, &client, id, session)?;
        }
        Deed::Extend { id, until } => {
            let client = args.connection.member()?;
            let reply = client.post(&ballot(id, "extension"), &Extension { until: until.clone() })?;
            done_or_waits(reply, &client, id, session)?;
        }
        Deed::Close { id } => {
            let client = args.connection.member()?;
            client.order(&ballot(id, "closing"))?;
            show(&client, id, session)?;
        }
        Deed::Cancel { id, reason, lost_teller } => {
            let client = args.connection.member()?;
            let cancellation = Cancellation { reason: reason.clone(), lost_tellers: lost_teller.clone() };
            let reply = client.post(&ballot(id, "cancellation"), &cancellation)?;
            done_or_waits(reply, &client, id, session)?;
        }
        Deed::Show { id } => show(&args.connection.anyone()?, id, session)?,
        Deed::List => {
            let client = args.connection.anyone()?;
            let ballots: Ballots = client.get(&Endpoint::new(&["ballots"]))?.json()?;
            let line = |BallotSummary { id, title, practice, state, .. }: &BallotSummary| {
                format!("{id}  {:<9}  {}{title}", state.as_str(), mark(*practice))
            };
            session.printer.answer(&ballots, ballots.ballots.iter().map(line))?;
        }
    }
    Ok(Exit::Yes)
}

/// Fetches a ballot as people are shown it.
pub(crate) fn fetch(client: &Client, id: &str) -> Result<Ballot, ClientError> {
    client.get(&Endpoint::new(&["ballots", id]))?.json()
}

fn show(client: &Client, id: &BallotId, session: &mut Session<'_>) -> anyhow::Result<()> {
    let ballot = fetch(client, id.as_str())?;
    session.printer.answer(&ballot, lines(&ballot))?;
    Ok(())
}

/// Shows the ballot if the deed was done, else the proposal that waits.
fn done_or_waits(
    reply: Reply,
    client: &Client,
    id: &BallotId,
    session: &mut Session<'_>,
) -> anyhow::Result<()> {
    match proposals::asked(reply)? {
        Asked::Done(_) => show(client, id, session),
        Asked::Waits(proposal) => proposals::waits(&proposal, session),
    }
}

/// What stands before the title, as on the record.
fn mark(practice: bool) -> &'static str {
    if practice { NAME_PREFIX } else { "" }
}

/// A ballot for people.
fn lines(ballot: &Ballot) -> Vec<String> {
    let mut lines = vec![format!("{}{} ({})", mark(ballot.practice), ballot.title, ballot.id)];
    if ballot.practice {
        lines.push("  For trying out only: its result binds nobody, and it is never certified.".to_owned());
    }
    lines.extend(ballot.description.iter().flat_map(|text| text.lines()).map(|line| format!("  {line}")));
    lines.extend([
        format!("State: {}", ballot.state.as_str()),
        format!("Opens: {}", time(ballot.opens, &ballot.time_zone)),
        format!("Closes: {}", time(ballot.closes, &ballot.time_zone)),
    ]);
    let mut said = |name: &str, text: &str| lines.push(format!("{name}: {text}"));
    said("Contact", &ballot.contact);
    said("Tellers", ballot.board.as_deref().unwrap_or("none; the server alone opens the count"));
    if let Some(reason) = &ballot.cancelled_because {
        said("Cancelled because", reason);
    }
    if let Some(cast) = ballot.cast {
        let as_of = ballot.cast_at.filter(|_| ballot.state == BallotState::Open);
        let when =
            as_of.map(|at| format!(" as of {}", time(Some(at), &ballot.time_zone))).unwrap_or_default();
        said("Members who voted", &format!("{cast}{when}"));
        for UnitTurnout { units, eligible, cast } in &ballot.turnout {
            said(&format!("  in {}", units.join(", ")), &format!("{cast} of {eligible}"));
        }
    }
    if let Some(announcement) = &ballot.announcement {
        lines.extend(announce::lines(announcement, &ballot.time_zone));
    }
    let mut said = |name: &str, text: &str| lines.push(format!("{name}: {text}"));
    if let Some(me) = &ballot.me {
        said(
            "You",
            match (me.eligible, me.voted, ballot.state) {
                (true, true, _) => "have voted",
                (true, false, BallotState::Frozen) => "may vote once it is open",
                (true, false, BallotState::Open) => "may vote and have not",
                (true, false, _) => "have not voted",
                (false, ..) => "are not on this ballot's roll",
            },
        );
        if let Some(own) = &me.box_name {
            said("Your box", own);
        }
    }
    for (number, question) in (1..).zip(&ballot.questions) {
        lines.push(format!("Question {number}: {}", question.text));
        lines.extend(question.answers.iter().map(|answer| format!("  - {answer}")));
        if question.blank {
            lines.push("  - (blank)".to_owned());
        }
        if (question.min, question.max) != (1, 1) {
            lines.push(format!("  choose {} to {}", question.min, question.max));
        }
        if let Some(rule) = &question.rule {
            lines.push(format!("  passes if {rule}"));
        }
    }
    for urn in &ballot.boxes {
        lines.extend(box_lines(urn, ballot.boxes.len()));
    }
    if let Some(words) = boxes::closing_words(ballot).filter(|_| ballot.boxes.len() > 1) {
        lines.push(format!("Closing fingerprint of all boxes: {words}"));
    }
    lines.extend(ballot.setting.iter().map(|sentence| format!("* {sentence}")));
    lines.extend(ballot.waits_for.iter().map(|sentence| format!("Waits: {sentence}")));
    lines
}

fn box_lines(urn: &BallotBox, boxes: usize) -> Vec<String> {
    let name = if boxes > 1 { format!("Box {}: ", urn.name) } else { String::new() };
    let mut lines = vec![
        format!("{name}{} may vote, {} spare codes, election {}", urn.eligible, urn.spares, urn.election),
        format!("{name}fingerprint {}", urn.fingerprint),
    ];
    if let Some(event) = urn.closing_event.as_deref().and_then(|event| HexHash::from_text(event).ok()) {
        lines.push(format!("{name}closing fingerprint: {}", Fingerprint::of_digest(event.digest())));
    }
    let of = |statements: &[TellerStatement]| statements.iter().map(|said| said.index).collect::<Vec<_>>();
    for (done, seats) in [
        ("checked before opening", of(&urn.checks)),
        ("stated the closing fingerprint", of(&urn.closings)),
        ("opened the count", urn.opened_by.clone()),
    ] {
        if !seats.is_empty() {
            let seats: Vec<_> = seats.iter().map(ToString::to_string).collect();
            lines.push(format!("{name}tellers who {done}, by seat: {}", seats.join(", ")));
        }
    }
    lines
}

/// A time in the ballot's zone.
fn time(seconds: Option<i64>, zone: &str) -> String {
    match (seconds, Zone::parse(zone)) {
        (None, _) => "by command".to_owned(),
        (Some(seconds), Ok(zone)) => zone.sentence(seconds),
        (Some(seconds), Err(_)) => format!("{seconds} seconds after 1 January 1970, UTC"),
    }
}
