//! The roll: importing the union's file, and activation codes for its members.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use scrutineer_api::roll::{
    ActivationCodes, AddedMember, ChangedMember, FieldChange, GoneMember, NewActivationCodes, NewRollImport,
    RollImport,
};
use scrutineer_ballot::roll::{MAX_ROLL_BYTES, RollText};
use serde::Serialize;

use crate::Session;
use crate::client::{ClientError, Endpoint};
use crate::exit::Exit;
use crate::files::{self, Access, NewFile};
use crate::profile::Connection;
use crate::prompt::{self, PromptError};
use crate::proposals::{self, Asked};
use crate::watch::{self, RollCheck};

/// What was typed after `roll`.
#[derive(Args, Debug)]
pub struct RollArgs {
    #[command(flatten)]
    connection: Connection,

    #[command(subcommand)]
    deed: RollDeed,
}

#[derive(Debug, Subcommand)]
enum RollDeed {
    /// Import the union's file, which is the whole roll: members whom it does not name are gone. All rows or none.
    Import {
        /// The file: CSV with a header, UTF-8 or as a spreadsheet writes it; what is assumed is said.
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
        /// Say what would happen, change nothing.
        #[arg(long)]
        dry_run: bool,
        /// Do not ask, on a terminal, before members are changed or gone.
        #[arg(long, conflicts_with = "dry_run")]
        yes: bool,
    },
    /// Make new activation codes, for everybody without a password or for the members named.
    Activation {
        /// Where to write them; a file that is there already is not touched.
        #[arg(long, value_name = "FILE.csv")]
        out: PathBuf,
        /// A member's number, repeatable; their old password ends when the new code is used.
        #[arg(long, value_name = "NO")]
        member: Vec<String>,
    },
    /// Compare the frozen roll of a ballot with the hash of it on the record (officers and observers).
    Check(RollCheck),
}

/// Codes were written.
#[derive(Serialize)]
struct CodesWritten {
    file: PathBuf,
    codes: usize,
    expires_at: i64,
}

/// Does a deed on the roll.
///
/// # Errors
/// Rows that cannot be taken, all of them listed; not an officer; a file.
pub fn run(args: &RollArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    match &args.deed {
        RollDeed::Import { file, dry_run, yes } => {
            let bytes = files::read(file, u64::try_from(MAX_ROLL_BYTES).unwrap_or(u64::MAX))?;
            let text = RollText::decode(&bytes);
            drop(bytes);
            text.check_lines().with_context(|| format!("{} was not sent", file.display()))?;
            let RollText { text, assumed } = text;
            let client = args.connection.member()?;
            let ask = if *dry_run { Ask::NoImport } else { Ask::on_terminal(*yes) };
            return import(text, assumed, ask, session, |import| {
                client.post(&Endpoint::new(&["roll", "imports"]), import)?.json()
            });
        }
        RollDeed::Check(check) => return watch::roll_check(check, &args.connection, session),
        RollDeed::Activation { out, member } => {
            let file = NewFile::create(out, Access::Owner)?;
            let client = args.connection.member()?;
            let members = (!member.is_empty()).then(|| member.clone());
            let reply =
                client.post(&Endpoint::new(&["roll", "activations"]), &NewActivationCodes { members })?;
            let made: ActivationCodes = match proposals::asked(reply)? {
                Asked::Done(reply) => reply.json()?,
                Asked::Waits(proposal) => {
                    proposals::waits(&proposal, session)?;
                    return Ok(Exit::Yes);
                }
            };
            let rows = made.codes.iter().map(|code| {
                [code.member_no.as_str(), code.name.as_str(), code.unit.as_str(), code.code.expose()]
            });
            crate::codes::write(file, out, ["member_no", "name", "unit", "activation_code"], rows)?;
            let codes = made.codes.len();
            let written = CodesWritten { file: out.clone(), codes, expires_at: made.expires_at };
            let text = match codes {
                0 => "Everybody has a password: no codes were made.".to_owned(),
                _ => format!(
                    "{codes} activation codes are in {}. They are nowhere else: deliver them, then destroy the file.",
                    out.display()
                ),
            };
            session.printer.answer(&written, [text])?;
        }
    }
    Ok(Exit::Yes)
}

/// What stands between a list of changes and what they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    /// Nothing is imported.
    NoImport,
    /// A person, if there is one.
    OnTerminal,
    /// Nothing.
    Nobody,
}

impl Ask {
    fn on_terminal(yes: bool) -> Self {
        if yes { Self::Nobody } else { Self::OnTerminal }
    }
}

/// Lists what an import does; then, unless somebody says no, has just that done.
fn import(
    csv: String,
    assumed: Option<String>,
    ask: Ask,
    session: &mut Session<'_>,
    mut send: impl FnMut(&NewRollImport) -> Result<RollImport, ClientError>,
) -> anyhow::Result<Exit> {
    let mut import = NewRollImport { csv, dry_run: true, list_sha256: None };
    let mut list = match send(&import) {
        Ok(list) => list,
        Err(error) => {
            // A wrong guess may be the very reason.
            assumed.iter().for_each(|assumed| session.printer.warn(assumed));
            return Err(error.into());
        }
    };
    // What only this side has seen stands first.
    list.warnings.splice(..0, assumed);
    for warning in &list.warnings {
        session.printer.warn(warning);
    }
    for line in list_lines(&list) {
        session.printer.line(line)?;
    }
    if ask == Ask::NoImport {
        session.printer.answer(&list, ["This was a check: nothing was changed."])?;
        return Ok(Exit::Yes);
    }
    let must_ask = ask == Ask::OnTerminal && session.attended && list.changed + list.not_in_file > 0;
    if must_ask && !agreed(session, &list)? {
        session.printer.note("Nothing was imported.");
        return Ok(Exit::No);
    }
    import.dry_run = false;
    import.list_sha256 = Some(list.list_sha256);
    let done = send(&import)?;
    session.printer.answer(&done, ["The roll is imported."])?;
    Ok(Exit::Yes)
}

/// Asks a person.
fn agreed(session: &mut Session<'_>, list: &RollImport) -> Result<bool, PromptError> {
    let RollImport { added, changed, not_in_file, .. } = list;
    let question = format!(
        "{added} new, {changed} changed, {not_in_file} gone. Type yes to have it so, anything else to stop"
    );
    match prompt::open(session, &question) {
        Ok(answer) => Ok(answer.eq_ignore_ascii_case("yes")),
        Err(PromptError::Empty(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// So many members of each list are shown.
const SHOWN: usize = 20;

/// What an import does, for people.
fn list_lines(list: &RollImport) -> Vec<String> {
    let RollImport { members, added, changed, unchanged, not_in_file, .. } = list;
    let mut lines = vec![format!(
        "{members} members in the file: {added} new, {changed} changed, {unchanged} as they were. {not_in_file} on the roll \
         are not in the file."
    )];
    let mut listed = |title: &str, all: Vec<String>| {
        if all.is_empty() {
            return;
        }
        lines.push(format!("{title}:"));
        let rest = all.len().saturating_sub(SHOWN);
        lines.extend(all.into_iter().take(SHOWN).map(|line| format!("  {line}")));
        if rest > 0 {
            lines.push(format!("  and {rest} more (--dry-run --json lists all)"));
        }
    };
    let added = list.added_members.iter().map(|member| {
        let AddedMember { member_no, name, unit, returned, changes } = member;
        let again = match (returned, changes.is_empty()) {
            (false, _) => String::new(),
            (true, true) => ", again".to_owned(),
            (true, false) => format!(", again: {}", changes_text(changes)),
        };
        format!("{member_no} {name}, {unit}{again}")
    });
    listed("New", added.collect());
    let changed = list.changed_members.iter().map(|ChangedMember { member_no, name, changes }| {
        format!("{member_no} {name}: {}", changes_text(changes))
    });
    listed("Changed", changed.collect());
    let gone = list
        .gone_members
        .iter()
        .map(|GoneMember { member_no, name, unit, .. }| format!("{member_no} {name}, {unit}"));
    listed(
        "Gone: on no new ballot's roll; accounts, roles and ballots frozen before stay as they are",
        gone.collect(),
    );
    lines
}

fn changes_text(changes: &[FieldChange]) -> String {
    let quoted = |text: &str| if text.is_empty() { "nothing".to_owned() } else { format!("{text:?}") };
    let texts: Vec<_> = changes
        .iter()
        .map(|FieldChange { field, from, to }| match (from, to) {
            (Some(from), Some(to)) => format!("{field} {} -> {}", quoted(from), quoted(to)),
            _ => field.clone(),
        })
        .collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::Printer;

    fn list(changed: usize, not_in_file: usize) -> RollImport {
        RollImport {
            dry_run: true,
            members: 3,
            added: 1,
            changed,
            unchanged: 0,
            not_in_file,
            added_members: Vec::new(),
            changed_members: Vec::new(),
            gone_members: Vec::new(),
            list_sha256: "ab".repeat(32),
            warnings: Vec::new(),
        }
    }

    /// Imports where somebody types `typed`; says how it ended, and the requests.
    fn imported(
        ask: Ask,
        attended: bool,
        typed: &str,
        list: &RollImport,
    ) -> (Exit, Vec<(bool, Option<String>)>) {
        let (mut out, mut err, mut stdin) = (Vec::new(), Vec::new(), typed.as_bytes());
        let printer = Printer::new(false, &mut out, &mut err, false);
        let mut session = Session { printer, stdin: &mut stdin, attended };
        let mut sent = Vec::new();
        let exit =
            import("csv".to_owned(), Some("Read as Windows-1252.".to_owned()), ask, &mut session, |import| {
                sent.push((import.dry_run, import.list_sha256.clone()));
                Ok(RollImport { dry_run: import.dry_run, ..list.clone() })
            });
        (exit.expect("it is sent"), sent)
    }

    #[test]
    fn a_person_is_asked_before_anybody_is_changed_or_gone() {
        let bound = || (false, Some("ab".repeat(32)));
        for (changed, gone) in [(1, 0), (0, 1)] {
            let list = list(changed, gone);
            assert_eq!(
                imported(Ask::OnTerminal, true, "yes\n", &list),
                (Exit::Yes, vec![(true, None), bound()])
            );
            for no in ["no\n", "\n", "y\n"] {
                assert_eq!(
                    imported(Ask::OnTerminal, true, no, &list),
                    (Exit::No, vec![(true, None)]),
                    "{no:?}"
                );
            }
            for (ask, attended) in [(Ask::Nobody, true), (Ask::OnTerminal, false)] {
                assert_eq!(imported(ask, attended, "", &list), (Exit::Yes, vec![(true, None), bound()]));
            }
            assert_eq!(imported(Ask::NoImport, true, "", &list), (Exit::Yes, vec![(true, None)]));
        }
        assert_eq!(imported(Ask::OnTerminal, true, "", &list(0, 0)).1, [(true, None), bound()]);
    }

    #[test]
    fn a_list_says_who_and_what_and_is_cut_for_the_screen() {
        let change = |field: &str, from: Option<&str>, to: Option<&str>| FieldChange {
            field: field.to_owned(),
            from: from.map(ToOwned::to_owned),
            to: to.map(ToOwned::to_owned),
        };
        let mut list = list(1, 25);
        list.changed_members = vec![ChangedMember {
            member_no: "7".to_owned(),
            name: "Łucja Żak".to_owned(),
            changes: vec![
                change("unit", Some("North"), Some("South")),
                change("classification", Some(""), Some("Clerk")),
                change("email", None, None),
            ],
        }];
        let gone = |i: usize| GoneMember {
            member_no: i.to_string(),
            name: "Gone".to_owned(),
            unit: "North".to_owned(),
            roles: Vec::new(),
            boards: Vec::new(),
        };
        list.gone_members = (0..25).map(gone).collect();
        let lines = list_lines(&list).join("\n");
        assert!(
            lines.contains(
                "  7 Łucja Żak: unit \"North\" -> \"South\", classification nothing -> \"Clerk\", email\n"
            ),
            "{lines}"
        );
        assert!(lines.contains("  19 Gone, North\n") && !lines.contains("20 Gone"), "{lines}");
        assert!(lines.ends_with("and 5 more (--dry-run --json lists all)"), "{lines}");
    }
}
