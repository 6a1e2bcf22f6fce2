//! What officers do: the roll, roles, certificate keys, and the desk that replaces lost codes.

use std::fmt::Display;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use scrutineer_api::ballot::Reissue;
use scrutineer_api::key::{Key, NewKey};
use scrutineer_api::role::{Role, RoleHolder, RoleOf, Roles};
use scrutineer_api::roll::{ActivationCodes, NewActivationCodes, NewRollImport, RollImport};
use scrutineer_ballot::roll::{MAX_ROLL_BYTES, Roll};
use serde::Serialize;
use thiserror::Error;

use crate::Session;
use crate::client::{Endpoint, Refusal, RefusedRow};
use crate::exit::Exit;
use crate::files::{self, Access, NewFile};
use crate::ids::BallotId;
use crate::profile::Connection;

/// Most bytes of a public key file.
const MAX_KEY: u64 = 16 << 10;

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
    /// Import members from the union's file: all rows or none.
    Import {
        /// The file: CSV with a header, UTF-8.
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
        /// Say what would happen, change nothing.
        #[arg(long)]
        dry_run: bool,
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
}

/// What was typed after `role`.
#[derive(Args, Debug)]
pub struct RoleArgs {
    #[command(flatten)]
    connection: Connection,

    #[command(subcommand)]
    deed: RoleDeed,
}

#[derive(Debug, Subcommand)]
enum RoleDeed {
    /// Give a member a role.
    Grant(RoleFlags),
    /// Take a role away.
    Revoke(RoleFlags),
    /// Who holds which role.
    List,
}

#[derive(Args, Debug)]
struct RoleFlags {
    /// delegate, officer or observer.
    role: Role,
    /// The member's number on the roll.
    #[arg(long, value_name = "NO")]
    member: String,
    /// The unit that a delegate is for; left out: the whole union.
    #[arg(long, value_name = "U")]
    unit: Option<String>,
}

/// What was typed after `keys`.
#[derive(Args, Debug)]
pub struct KeysArgs {
    #[command(flatten)]
    connection: Connection,

    #[command(subcommand)]
    deed: KeysDeed,
}

#[derive(Debug, Subcommand)]
enum KeysDeed {
    /// Register one's own OpenSSH key (Ed25519) for signing certificates.
    Add {
        /// The public half, as `ssh-keygen` writes it.
        #[arg(value_name = "FILE.pub")]
        file: PathBuf,
    },
}

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
    /// Void a member's voting code and bind the member to a spare one, which goes to the delegate who froze the ballot.
    Reissue {
        /// The ballot.
        id: BallotId,
        /// The member's number on the roll.
        #[arg(long, value_name = "NO")]
        member: String,
    },
}

/// A file that is no public key.
#[derive(Debug, Error)]
#[error("{} holds a private key: give the file that ends in .pub", .0.display())]
struct PrivateKeyGiven(PathBuf);

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
pub fn roll(args: &RollArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    match &args.deed {
        RollDeed::Import { file, dry_run } => {
            let bytes = files::read(file, u64::try_from(MAX_ROLL_BYTES).unwrap_or(u64::MAX))?;
            let csv = String::from_utf8(bytes).map_err(|error| wrong_encoding(error.as_bytes()))?;
            let client = args.connection.member()?;
            let import = NewRollImport { csv, dry_run: *dry_run };
            let import: RollImport = client.post(&Endpoint::new(&["roll", "imports"]), &import)?.json()?;
            for warning in &import.warnings {
                session.printer.warn(warning);
            }
            session.printer.answer(&import, import_lines(&import))?;
        }
        RollDeed::Activation { out, member } => {
            let file = NewFile::create(out, Access::Owner)?;
            let client = args.connection.member()?;
            let members = (!member.is_empty()).then(|| member.clone());
            let made: ActivationCodes = client
                .post(&Endpoint::new(&["roll", "activations"]), &NewActivationCodes { members })?
                .json()?;
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

/// What cannot even be sent: the same sentences as for a file with bad rows.
fn wrong_encoding(bytes: &[u8]) -> crate::client::ClientError {
    let rows = match Roll::parse(bytes) {
        Err(errors) => errors.0,
        Ok(_) => Vec::new(),
    };
    let rows = rows.into_iter().map(|row| RefusedRow { line: row.line, message: row.message }).collect();
    crate::client::ClientError::Refused(Box::new(Refusal {
        status: 422,
        code: "roll_refused".to_owned(),
        detail: "The roll is not text in UTF-8. Nothing was imported.".to_owned(),
        request_id: String::new(),
        retry_after: None,
        rows,
    }))
}

fn import_lines(import: &RollImport) -> Vec<String> {
    let RollImport { dry_run, members, added, changed, unchanged, not_in_file, .. } = import;
    let mut lines = vec![format!(
        "{members} members in the file: {added} new, {changed} changed, {unchanged} as they were."
    )];
    if *not_in_file > 0 {
        lines.push(format!("{not_in_file} members on the roll are not in the file; they stay as they are."));
    }
    lines.push(
        if *dry_run { "This was a check: nothing was changed." } else { "The roll is imported." }.to_owned(),
    );
    lines
}

/// Does a deed on roles.
///
/// # Errors
/// No such member, the last officer, not an officer.
pub fn role(args: &RoleArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = args.connection.member()?;
    let endpoint = Endpoint::new(&["roles"]);
    match &args.deed {
        RoleDeed::Grant(flags) => {
            let role = flags.role_of();
            client.post(&endpoint, &role)?;
            session
                .printer
                .answer(&role, [format!("{} is now {}.", role.member_no, named(&role.role, &role.unit))])?;
        }
        RoleDeed::Revoke(flags) => {
            let role = flags.role_of();
            let endpoint = endpoint
                .query("role", role.role.as_str())
                .query("member_no", &role.member_no)
                .query_if("unit", role.unit.as_deref());
            client.delete(&endpoint)?;
            let text = format!("{} is no longer {}.", role.member_no, named(&role.role, &role.unit));
            session.printer.answer(&role, [text])?;
        }
        RoleDeed::List => {
            let roles: Roles = client.get(&endpoint)?.json()?;
            let line = |RoleHolder { role, member_no, name, unit }: &RoleHolder| {
                format!("{}: {name} ({member_no})", named(role, unit))
            };
            session.printer.answer(&roles, roles.roles.iter().map(line))?;
        }
    }
    Ok(Exit::Yes)
}

impl RoleFlags {
    fn role_of(&self) -> RoleOf {
        RoleOf { role: self.role, member_no: self.member.clone(), unit: self.unit.clone() }
    }
}

fn named(role: &impl Display, unit: &Option<String>) -> String {
    match unit {
        Some(unit) => format!("{role} for {unit}"),
        None => role.to_string(),
    }
}

/// Registers a certificate key.
///
/// # Errors
/// It is no Ed25519 key, or somebody else's; not an officer.
pub fn keys(args: &KeysArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let KeysDeed::Add { file } = &args.deed;
    let text = files::read_secret(file, MAX_KEY)?;
    if text.contains("PRIVATE KEY") {
        return Err(PrivateKeyGiven(file.clone()).into());
    }
    let client = args.connection.member()?;
    let key = NewKey { public_key: text.trim().to_owned() };
    let key: Key = client.post(&Endpoint::new(&["me", "keys"]), &key)?.json()?;
    let text = format!(
        "{} signs certificates for you: of ballots that are frozen from now on, and as long as you add no other key.",
        key.fingerprint
    );
    session.printer.answer(&key, [text])?;
    Ok(Exit::Yes)
}

/// Does a deed at the desk.
///
/// # Errors
/// A vote stands under the code, no spare is left, the ballot is neither frozen nor open, not an officer.
pub fn desk(args: &DeskArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let DeskDeed::Reissue { id, member } = &args.deed;
    let client = args.connection.member()?;
    let reissue = Reissue { member_no: member.clone() };
    client.post(&Endpoint::new(&["ballots", id.as_str(), "reissues"]), &reissue)?;
    let text = format!(
        "The code of {member} is void. The delegate who froze the ballot fetches the new one with `codes fetch`."
    );
    session.printer.answer(&reissue, [text])?;
    Ok(Exit::Yes)
}
