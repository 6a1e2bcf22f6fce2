//! The desk: finding a member, seeing where their letters stand, replacing a lost code, correcting an e-mail address. No code
//! is ever shown here.

use clap::{Args, Subcommand};
use scrutineer_api::audit::utc;
use scrutineer_api::ballot::{CodeWay, Reissue, Reissued};
use scrutineer_api::desk::{
    DeskBallot, DeskDelivery, DeskEntry, DeskFound, DeskMember, DeskSearch, EmailChange, NewEmail,
};
use serde::Serialize;

use crate::Session;
use crate::client::{Client, ClientError, Endpoint};
use crate::exit::Exit;
use crate::ids::BallotId;
use crate::profile::Connection;
use crate::prompt::{self, PromptError};
use crate::proposals::{self, Asked};

/// What was typed after `desk`.
#[derive(Args, Debug)]
pub struct DeskArgs {
    #[command(flatten)]
    connection: Connection,

    #[command(subcommand)]
    deed: DeskDeed,
}

#[derive(Debug, Subcommand)]
enum DeskDeed {
    /// Find members by number or name: words in any order, accents and capitals do not matter.
    Find {
        /// What to look for.
        #[arg(required = true, value_name = "TEXT")]
        text: Vec<String>,
    },
    /// What the desk needs to help a member: where letters go and stand, and in which ballots a code may be replaced.
    Show {
        /// The member's number on the roll.
        #[arg(value_name = "NO")]
        member: String,
    },
    /// Void members' voting codes and bind the members to spare ones. One at once, several as a proposal.
    Reissue {
        /// The ballot.
        id: BallotId,
        /// A member's number on the roll; repeatable.
        #[arg(long, value_name = "NO", required = true)]
        member: Vec<String>,
        /// Do not ask, on a terminal, before the codes are void.
        #[arg(long)]
        yes: bool,
    },
    /// Correct a member's e-mail address: in use after an hour, and never for a code of a ballot that is frozen already.
    ChangeEmail {
        /// The member's number on the roll.
        #[arg(value_name = "NO")]
        member: String,
        /// The new address.
        #[arg(value_name = "ADDRESS", required_unless_present = "cancel", conflicts_with = "cancel")]
        address: Option<String>,
        /// Take back a change that is not in use yet.
        #[arg(long)]
        cancel: bool,
    },
}

/// Codes were replaced. `member_no` where it was one.
#[derive(Serialize)]
struct Replaced<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    member_no: Option<&'a str>,
    member_nos: &'a [String],
    #[serde(flatten)]
    reissued: &'a Reissued,
}

/// A change of an address was taken back.
#[derive(Serialize)]
struct Cancelled<'a> {
    member_no: &'a str,
    cancelled: bool,
}

/// Does a deed at the desk.
///
/// # Errors
/// A vote stands under the code, no spare is left, the ballot is neither frozen nor open, no such member, not an officer.
pub fn run(args: &DeskArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = args.connection.member()?;
    match &args.deed {
        DeskDeed::Find { text } => {
            let search = DeskSearch { text: text.join(" ") };
            let found: DeskFound = client.post(&Endpoint::new(&["desk", "search"]), &search)?.json()?;
            session.printer.answer(&found, found_lines(&found))?;
            Ok(if found.members.is_empty() { Exit::No } else { Exit::Yes })
        }
        DeskDeed::Show { member } => {
            let member = look(&client, member)?;
            session.printer.answer(&member, member_lines(&member))?;
            Ok(Exit::Yes)
        }
        DeskDeed::Reissue { id, member, yes } => reissue(&client, id, member, *yes, session),
        DeskDeed::ChangeEmail { member, address: Some(address), .. } => {
            change(&client, member, address, session)
        }
        DeskDeed::ChangeEmail { member, address: None, .. } => {
            client.delete(&Endpoint::new(&["desk", "members", member, "email"]))?;
            let text = format!("The change is taken back: letters to {member} go where they went before.");
            session.printer.answer(&Cancelled { member_no: member, cancelled: true }, [text])?;
            Ok(Exit::Yes)
        }
    }
}

fn look(client: &Client, member: &str) -> Result<DeskMember, ClientError> {
    client.get(&Endpoint::new(&["desk", "members", member]))?.json()
}

fn found_lines(found: &DeskFound) -> Vec<String> {
    let line = |DeskEntry { member_no, name, unit, standing, on_roll }: &DeskEntry| {
        let gone = if *on_roll { "" } else { ", not on the roll any more" };
        format!("{member_no}  {name}, {unit} ({standing}{gone})")
    };
    let mut lines: Vec<_> = found.members.iter().map(line).collect();
    let shown = u64::try_from(found.members.len()).unwrap_or(u64::MAX);
    if found.total == 0 {
        lines.push("Nobody was found. Try a part of the name, or the number.".to_owned());
    } else if found.total > shown {
        lines.push(format!("… and {} more: say more of the name.", found.total - shown));
    }
    lines
}

fn member_lines(member: &DeskMember) -> Vec<String> {
    let DeskMember { member_no, name, unit, standing, on_roll, email, phone, language, .. } = member;
    let gone = if *on_roll { "" } else { ", not on the roll any more" };
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    let mut lines = vec![
        format!("{name} ({member_no}), {unit}, standing {standing}{gone}"),
        format!(
            "E-mail: {}   Telephone: {}   Language: {}",
            or_none(email),
            or_none(phone),
            or_none(language)
        ),
    ];
    if let Some(change) = &member.email_change {
        lines.push(format!("From {} on letters go to {}.", utc(change.due_at), change.email));
    }
    if !member.has_password {
        lines.push(
            "No password yet: `scrutineer roll activation --member` makes an activation code.".to_owned(),
        );
    }
    for ballot in &member.ballots {
        lines.extend(ballot_lines(ballot));
    }
    if member.ballots.is_empty() {
        lines.push("No ballot is frozen or open.".to_owned());
    }
    lines
}

fn ballot_lines(ballot: &DeskBallot) -> Vec<String> {
    let DeskBallot { id, title, state, may_vote, deliveries, .. } = ballot;
    let practice = if ballot.practice { ", practice" } else { "" };
    let mut lines = vec![format!("{title} ({id}, {}{practice})", state.as_str())];
    if !may_vote {
        lines.push("  not on its frozen roll: may not vote in it".to_owned());
        return lines;
    }
    if let Some(name) = &ballot.box_name {
        lines.push(format!("  votes in {name}"));
    }
    lines.push(match &ballot.frozen_email {
        Some(email) => format!("  codes by e-mail go to {email} and nowhere else"),
        None => "  no e-mail address when it was frozen: codes go by hand".to_owned(),
    });
    let delivery = |DeskDelivery { channel, state, code, day }: &DeskDelivery| {
        let code = if *code { ", with the code" } else { "" };
        format!("  {}: {} on {day}{code}", channel.as_str(), state.as_str().replace('_', " "))
    };
    lines.extend(deliveries.iter().map(delivery));
    if deliveries.is_empty() {
        lines.push("  nothing is known of any letter".to_owned());
    }
    lines.push(match &ballot.reissue {
        Some(reissue) => {
            let two = if reissue.two_people { "; another officer has to agree" } else { "" };
            format!("  another code would go {} ({} spares left){two}", way(reissue.way), reissue.spares)
        }
        None => "  no spare codes are left".to_owned(),
    });
    lines
}

/// Where a new code goes, after "goes".
fn way(way: CodeWay) -> &'static str {
    match way {
        CodeWay::Email => "in a letter to the e-mail address that was on the roll when it was frozen",
        CodeWay::Hand => {
            "by hand: whoever asked for the ballot to be frozen fetches it with `codes fetch` and has it signed for"
        }
        CodeWay::Registrar => "through the registrar, who hands it out",
    }
}

/// Replaces codes: on a terminal after showing whose, and asking.
fn reissue(
    client: &Client,
    id: &BallotId,
    members: &[String],
    yes: bool,
    session: &mut Session<'_>,
) -> anyhow::Result<Exit> {
    if session.attended && !yes {
        for member in members {
            let member = look(client, member)?;
            for line in member_lines(&member) {
                session.printer.note(line);
            }
        }
        if !agreed(session)? {
            session.printer.note("Nothing was done: the old codes still work.");
            return Ok(Exit::No);
        }
    }
    let asked = Reissue { member_nos: members.to_vec() };
    let reply = client.post(&Endpoint::new(&["ballots", id.as_str(), "reissues"]), &asked)?;
    let reissued: Reissued = match proposals::asked(reply)? {
        Asked::Done(reply) => reply.json()?,
        Asked::Waits(proposal) => {
            proposals::waits(&proposal, session)?;
            return Ok(Exit::Yes);
        }
    };
    let member_no = match members {
        [one] => Some(one.as_str()),
        _ => None,
    };
    let text = reissued_lines(&reissued);
    session.printer.answer(&Replaced { member_no, member_nos: members, reissued: &reissued }, text)?;
    Ok(Exit::Yes)
}

/// What became of replaced codes.
pub(crate) fn reissued_lines(reissued: &Reissued) -> Vec<String> {
    let line = |code: &scrutineer_api::ballot::ReissuedCode| {
        format!("The code of {} is void. The new one goes {}.", code.member_no, way(code.way))
    };
    reissued.codes.iter().map(line).collect()
}

fn agreed(session: &mut Session<'_>) -> Result<bool, PromptError> {
    let question = "The old codes will be void at once. Type yes to replace them, anything else to stop";
    match prompt::open(session, question) {
        Ok(answer) => Ok(answer.eq_ignore_ascii_case("yes")),
        Err(PromptError::Empty(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

fn change(client: &Client, member: &str, address: &str, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let endpoint = Endpoint::new(&["desk", "members", member, "email"]);
    let reply = client.post(&endpoint, &NewEmail { email: address.to_owned() })?;
    let change: EmailChange = match proposals::asked(reply)? {
        Asked::Done(reply) => reply.json()?,
        Asked::Waits(proposal) => {
            proposals::waits(&proposal, session)?;
            return Ok(Exit::Yes);
        }
    };
    session.printer.answer(&change, change_lines(&change))?;
    Ok(Exit::Yes)
}

/// What is said of a change that begins to wait.
pub(crate) fn change_lines(change: &EmailChange) -> Vec<String> {
    let EmailChange { member_no, email, due_at, old_is_told } = change;
    let mut lines = vec![match email.as_str() {
        "" => format!("From {} on {member_no} has no address.", utc(*due_at)),
        email => format!("From {} on letters to {member_no} go to {email}.", utc(*due_at)),
    }];
    lines.push(if *old_is_told {
        "A letter to the old address says so.".to_owned()
    } else {
        "No letter to an old address is sent: there is none, or this server sends no mail.".to_owned()
    });
    lines.push(format!(
        "Until then it can be taken back: scrutineer desk change-email {member_no} --cancel. Codes of ballots that are frozen \
         already never go there."
    ));
    lines
}

#[cfg(test)]
mod tests {
    use super::agreed;
    use crate::Session;
    use crate::printer::Printer;

    #[test]
    fn only_yes_is_a_yes() {
        for (typed, expected) in
            [("yes\n", true), ("YES\n", true), ("y\n", false), ("\n", false), ("no\n", false)]
        {
            let (mut out, mut err, mut stdin) = (Vec::new(), Vec::new(), typed.as_bytes());
            let printer = Printer::new(false, &mut out, &mut err, false);
            let mut session = Session { printer, stdin: &mut stdin, attended: true };
            assert_eq!(agreed(&mut session).expect("an answer"), expected, "{typed:?}");
        }
    }
}
