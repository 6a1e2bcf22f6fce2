//! What officers do: roles and certificate keys.

use std::fmt::Display;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use scrutineer_api::key::{Key, NewKey};
use scrutineer_api::role::{Role, RoleHolder, RoleOf, Roles};
use thiserror::Error;

use crate::Session;
use crate::client::Endpoint;
use crate::exit::Exit;
use crate::files;
use crate::profile::Connection;
use crate::proposals::{self, Asked};

/// Most bytes of a public key file.
const MAX_KEY: u64 = 16 << 10;

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

/// A file that is no public key.
#[derive(Debug, Error)]
#[error("{} holds a private key: give the file that ends in .pub", .0.display())]
struct PrivateKeyGiven(PathBuf);

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
            if let Asked::Waits(proposal) = proposals::asked(client.post(&endpoint, &role)?)? {
                proposals::waits(&proposal, session)?;
                return Ok(Exit::Yes);
            }
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
            if let Asked::Waits(proposal) = proposals::asked(client.delete(&endpoint)?)? {
                proposals::waits(&proposal, session)?;
                return Ok(Exit::Yes);
            }
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
