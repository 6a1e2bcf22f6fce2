//! `scrutineer activate`, `login`, `logout`: how everybody comes in and goes out.

use clap::Args;
use scrutineer_api::account::{Activated, NewActivation, NewSession, Session as Began, SessionKind};
use scrutineer_api::secret::Secret;
use serde::Serialize;
use thiserror::Error;

use crate::Session;
use crate::client::{Client, Endpoint};
use crate::exit::Exit;
use crate::profile::Connection;
use crate::prompt;

/// What was typed after `activate`.
#[derive(Args, Debug)]
pub struct Activate {
    #[command(flatten)]
    connection: Connection,

    /// The member's number on the roll.
    #[arg(long, value_name = "NO")]
    member: String,
}

/// What was typed after `login`.
#[derive(Args, Debug)]
pub struct Login {
    #[command(flatten)]
    connection: Connection,

    /// The member's number on the roll.
    #[arg(long, value_name = "NO")]
    member: String,
}

/// What was typed after `logout`.
#[derive(Args, Debug)]
pub struct Logout {
    #[command(flatten)]
    connection: Connection,
}

/// What a server of ours does not do.
#[derive(Debug, Error)]
#[error("the server began a session but sent no token: is it older than this program?")]
struct NoToken;

/// Who is signed in.
#[derive(Serialize)]
struct SignedIn<'a> {
    member_no: &'a str,
    name: &'a str,
    server: String,
    expires_at: i64,
}

/// Whether a session ended.
#[derive(Serialize)]
struct SignedOut {
    signed_out: bool,
}

/// Takes an activation code and a new password; then the member is signed in.
///
/// # Errors
/// The code is wrong or used, the password too short, the server cannot be reached.
pub fn activate(args: &Activate, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = args.connection.visitor()?;
    let code = prompt::secret(session, "Activation code")?;
    let password = prompt::new_secret(session, "New password")?;
    let password = Secret::new(password.to_string());
    let activation = NewActivation {
        member_no: args.member.clone(),
        code: Secret::new(code.to_string()),
        password: password.clone(),
    };
    let activated: Activated = client.post(&Endpoint::new(&["activations"]), &activation)?.json()?;
    let began = begin(&client, &activated.member_no, password, &args.connection)?;
    let text =
        format!("{} ({}) is activated and signed in at {}.", began.name, began.member_no, client.address());
    answer(session, &began, &client, text)
}

/// Signs in.
///
/// # Errors
/// Number and password do not fit, the server cannot be reached.
pub fn login(args: &Login, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = args.connection.visitor()?;
    let password = Secret::new(prompt::secret(session, "Password")?.to_string());
    let began = begin(&client, &args.member, password, &args.connection)?;
    let text = format!("{} ({}) is signed in at {}.", began.name, began.member_no, client.address());
    answer(session, &began, &client, text)
}

/// Ends the session here and at the server.
///
/// # Errors
/// The server cannot be reached: then the session ends there by itself, but it is forgotten here in any case.
pub fn logout(args: &Logout, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = args.connection.visitor()?;
    let profile = args.connection.profile()?;
    let was_signed_in = profile.session(client.address())?.is_some();
    if was_signed_in {
        let ended = args.connection.member()?.delete(&Endpoint::new(&["sessions", "current"]));
        profile.forget()?;
        match ended {
            // It had ended already.
            Err(error) if error.code() == Some("not_signed_in") => {}
            ended => drop(ended?),
        }
    }
    let text = if was_signed_in { "Signed out." } else { "Nobody was signed in." };
    session.printer.answer(&SignedOut { signed_out: was_signed_in }, [text])?;
    Ok(Exit::Yes)
}

/// Begins a session and keeps it in the profile.
///
/// # Errors
/// Number and password do not fit, the server cannot be reached.
pub(crate) fn begin(
    client: &Client,
    member_no: &str,
    password: Secret,
    connection: &Connection,
) -> anyhow::Result<Began> {
    let asked = NewSession { member_no: member_no.to_owned(), password, kind: SessionKind::Bearer };
    let mut began: Began = client.post(&Endpoint::new(&["sessions"]), &asked)?.json()?;
    let token = began.token.take().ok_or(NoToken)?;
    connection.profile()?.keep(client.address(), began.clone(), token)?;
    Ok(began)
}

fn answer(session: &mut Session<'_>, began: &Began, client: &Client, text: String) -> anyhow::Result<Exit> {
    let document = SignedIn {
        member_no: &began.member_no,
        name: &began.name,
        server: client.address().to_string(),
        expires_at: began.expires_at,
    };
    session.printer.answer(&document, [text])?;
    Ok(Exit::Yes)
}
