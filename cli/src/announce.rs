//! Drafts before they are frozen: who may vote by the roll as it is now, announcing, notices, objections to the roll.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use scrutineer_api::announcement::{
    Announcement, Eligibility, LeftOut, NewAnnouncement, NewFile, NewText, NoticeSent, NoticeWay,
    RollObjection, RollObjections, UnitEligibility,
};
use scrutineer_api::ballot::{Ballot, BallotId as Created};
use scrutineer_ballot::zone::Zone;

use crate::Session;
use crate::client::{Client, ClientError, Endpoint};
use crate::exit::Exit;
use crate::files;
use crate::ids::BallotId;
use crate::profile::Connection;

/// Most bytes of a file with an answer; the server takes 2,000 characters.
const MAX_TEXT: u64 = 16 << 10;
/// So many members who are left out are shown.
const SHOWN: usize = 20;

/// What was typed after `ballot preview`.
#[derive(Args, Debug)]
pub(crate) struct Preview {
    /// The ballot.
    id: BallotId,
}

/// What was typed after `ballot announce`.
#[derive(Args, Debug)]
pub(crate) struct Announce {
    /// The ballot.
    pub(crate) id: BallotId,
    /// Until when members may object: `2021-01-19T18:00:00` in the ballot's time zone.
    #[arg(long, value_name = "T")]
    objections_until: String,
}

/// What was typed after `ballot notice-sent`.
#[derive(Args, Debug)]
pub(crate) struct Sent {
    /// The ballot.
    pub(crate) id: BallotId,
    /// The day: `2021-01-15`.
    #[arg(long, value_name = "DAY")]
    on: String,
    /// How many.
    #[arg(long, value_name = "N")]
    copies: u64,
    /// mail, email, hand or posted.
    #[arg(long, value_name = "WAY")]
    how: NoticeWay,
}

/// What was typed after `objections`.
#[derive(Args, Debug)]
pub struct ObjectionsArgs {
    #[command(flatten)]
    connection: Connection,

    #[command(subcommand)]
    deed: ObjectionsDeed,
}

#[derive(Debug, Subcommand)]
enum ObjectionsDeed {
    /// List the objections with their answers.
    List {
        /// The ballot.
        id: BallotId,
    },
    /// Answer an objection; whoever objected sees it on the ballot's page.
    Answer {
        /// The ballot.
        id: BallotId,
        /// The objection's number.
        number: u64,
        /// The answer: up to 2,000 characters.
        #[arg(long, value_name = "F")]
        text_file: PathBuf,
    },
}

/// Gives a draft another file.
pub(crate) fn replace(client: &Client, id: &BallotId, file: String) -> Result<Created, ClientError> {
    client.put(&Endpoint::new(&["ballots", id.as_str(), "file"]), &NewFile { file })?.json()
}

/// Shows who may vote in a draft by the roll as it is now.
pub(crate) fn preview(client: &Client, args: &Preview, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let shown: Eligibility =
        client.get(&Endpoint::new(&["ballots", args.id.as_str(), "eligibility"]))?.json()?;
    session.printer.answer(&shown, preview_lines(&shown))?;
    // As things stand it could not be frozen.
    Ok(if shown.problems.is_empty() { Exit::Yes } else { Exit::No })
}

/// Tells members of a draft.
pub(crate) fn announce(client: &Client, args: &Announce) -> Result<(), ClientError> {
    let announcement = NewAnnouncement { objections_until: args.objections_until.clone() };
    client.post(&Endpoint::new(&["ballots", args.id.as_str(), "announcement"]), &announcement).map(drop)
}

/// Notes that a notice was sent.
pub(crate) fn notice_sent(client: &Client, args: &Sent) -> Result<(), ClientError> {
    let notice = NoticeSent { on: args.on.clone(), copies: args.copies, how: args.how };
    client.post(&Endpoint::new(&["ballots", args.id.as_str(), "notices"]), &notice).map(drop)
}

/// Reads or answers objections to the roll of an announced ballot.
///
/// # Errors
/// The ballot was not announced; the objection has an answer; not somebody who runs the ballot.
pub fn objections(args: &ObjectionsArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    match &args.deed {
        ObjectionsDeed::List { id } => {
            let client = args.connection.member()?;
            let all: RollObjections =
                client.get(&Endpoint::new(&["ballots", id.as_str(), "roll-objections"]))?.json()?;
            let ballot = crate::delegate::fetch(&client, id.as_str())?;
            session.printer.answer(&all, objection_lines(&ballot, &all.objections))?;
        }
        ObjectionsDeed::Answer { id, number, text_file } => {
            let text = files::read_text(text_file, MAX_TEXT)?;
            let client = args.connection.member()?;
            let number = number.to_string();
            let endpoint =
                Endpoint::new(&["ballots", id.as_str(), "roll-objections", number.as_str(), "answer"]);
            client.post(&endpoint, &NewText { text })?;
            let all: RollObjections =
                client.get(&Endpoint::new(&["ballots", id.as_str(), "roll-objections"]))?.json()?;
            session.printer.answer(&all, [format!("Objection {number} is answered.")])?;
        }
    }
    Ok(Exit::Yes)
}

fn objection_lines(ballot: &Ballot, objections: &[RollObjection]) -> Vec<String> {
    if objections.is_empty() {
        return vec!["There are no objections.".to_owned()];
    }
    let quoted = |text: &str| text.lines().map(|line| format!("  > {line}")).collect::<Vec<_>>();
    let mut lines = Vec::new();
    for RollObjection { number, member_no, name, text, filed, answer } in objections {
        lines.push(format!("{number}. {name} ({member_no}), {}:", time(*filed, &ballot.time_zone)));
        lines.extend(quoted(text));
        match answer {
            Some(answer) => {
                lines.push(format!("  answered {}:", time(answer.at, &ballot.time_zone)));
                lines.extend(quoted(&answer.text));
            }
            None => lines.push("  not answered yet".to_owned()),
        }
    }
    lines
}

fn preview_lines(shown: &Eligibility) -> Vec<String> {
    let Eligibility { members, eligible, units, left_out, reasons, boxes, problems } = shown;
    let mut lines = vec![format!("{eligible} of {members} members on the roll may vote.")];
    let unit = |UnitEligibility { unit, members, eligible }: &UnitEligibility| {
        format!("  {unit}: {eligible} of {members}")
    };
    lines.extend(units.iter().map(unit));
    if !boxes.is_empty() {
        lines.push("Counted in boxes:".to_owned());
        lines.extend(boxes.iter().map(|one| format!("  {}: {}", one.box_name, one.eligible)));
    }
    if !left_out.is_empty() {
        lines.push(format!("Left out, {} members:", left_out.len()));
        lines.extend(reasons.iter().map(|one| format!("  {}: {}", one.because, one.members)));
        lines.push("By member number:".to_owned());
        let one = |LeftOut { member_no, name, unit, because }: &LeftOut| {
            format!("  {member_no} {name}, {unit}: {}", because.join("; "))
        };
        lines.extend(left_out.iter().take(SHOWN).map(one));
        let rest = left_out.len().saturating_sub(SHOWN);
        if rest > 0 {
            lines.push(format!("  and {rest} more (--json lists all)"));
        }
    }
    lines.extend(problems.iter().map(|problem| format!("It cannot be frozen so: {problem}.")));
    lines
}

/// What `ballot show` says of an announcement.
pub(crate) fn lines(announcement: &Announcement, zone: &str) -> Vec<String> {
    let Announcement {
        announced,
        objections_until,
        eligible,
        objections,
        answered,
        notices,
        me,
        my_objections,
    } = announcement;
    let mut lines = vec![
        format!(
            "Announced: {}; {eligible} members could vote by the roll of that day",
            time(*announced, zone)
        ),
        format!(
            "Objections until: {}; {objections} filed, {answered} answered",
            time(*objections_until, zone)
        ),
    ];
    for NoticeSent { on, copies, how } in notices {
        lines.push(format!("Notice sent: {on}, {copies} by {how}"));
    }
    if let Some(me) = me {
        lines.push(if me.may_vote {
            "You: may vote by the roll as it is now".to_owned()
        } else {
            format!("You: may not vote by the roll as it is now, because: {}", me.because.join("; "))
        });
    }
    for RollObjection { number, answer, .. } in my_objections {
        let answer = answer.as_ref().map_or("not answered yet", |answer| &answer.text);
        lines.push(format!("Your objection {number}: {answer}"));
    }
    lines
}

/// A time in the ballot's zone.
fn time(seconds: i64, zone: &str) -> String {
    match Zone::parse(zone) {
        Ok(zone) => zone.sentence(seconds),
        Err(_) => format!("{seconds} seconds after 1 January 1970, UTC"),
    }
}

#[cfg(test)]
mod tests {
    use scrutineer_api::announcement::{BoxEligibility, ReasonCount};

    use super::*;

    #[test]
    fn a_preview_says_how_many_who_not_and_why() {
        let left = |no: usize| LeftOut {
            member_no: no.to_string(),
            name: "Łucja Żak".to_owned(),
            unit: "North".to_owned(),
            because: vec!["standing is \"lapsed\"".to_owned(), "unit is \"North\"".to_owned()],
        };
        let shown = Eligibility {
            members: 30,
            eligible: 5,
            units: vec![UnitEligibility { unit: "North".to_owned(), members: 25, eligible: 0 }],
            left_out: (0..25).map(left).collect(),
            reasons: vec![ReasonCount { because: "standing is \"lapsed\"".to_owned(), members: 25 }],
            boxes: vec![BoxEligibility { box_name: "South".to_owned(), eligible: 5 }],
            problems: vec!["the box is small".to_owned()],
        };
        let text = preview_lines(&shown).join("\n");
        for expected in [
            "5 of 30 members on the roll may vote.\n  North: 0 of 25\n",
            "Left out, 25 members:\n  standing is \"lapsed\": 25\n",
            "  19 Łucja Żak, North: standing is \"lapsed\"; unit is \"North\"\n  and 5 more",
            "  South: 5\n",
            "It cannot be frozen so: the box is small.",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }
}
