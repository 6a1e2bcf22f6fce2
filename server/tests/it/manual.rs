//! docs/PERMISSIONS.md is made from the code. `SCRUTINEER_BLESS=1 cargo test -p scrutineer-server --test it manual` writes it.

use clap::CommandFactory;
use scrutineer_api::proposal::ProposalKind;
use scrutineer_api::role::Role;
use scrutineer_server::args::Cli;
use scrutineer_server::authorization::{Row, TABLE, Who};
use scrutineer_server::http::api;
use serde_json::Value;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/PERMISSIONS.md");

const INTRODUCTION: &str = "# Who may do what

Made from the code (`server/src/authorization.rs`, `server/src/domain/two_people.rs`, `server/src/args.rs`) by
`make manual`; a test compares. Every operation stands here; without a row it could not be reached.

Everybody on the roll is a member first. A **delegate** holds the role for the whole union or for some units, an
**officer** and an **observer** for the union. **Tellers** are members who sit on a board. The **operator** has no account:
whoever runs commands on the server's machine.

yes = may; own = only with ballots of the delegate's own units; – = may not. \"2\" after it: takes two people, see below.
";

const TWO_PEOPLE: &str = "
## Deeds that need two people

One person proposes (`scrutineer proposals` lists what waits), and an officer who is somebody else approves
(`scrutineer approve N`) exactly what is shown. Until then nothing is done. Any officer may reject, and whoever
proposed may take it back (`scrutineer reject N --reason R`). A proposal ends after 72 hours, when its ballot moves on, or
when anything that it shows has changed. When it is approved, both people must hold their roles. Every step is an entry
in the audit log. Ballots for practice decide nothing and need one person.

| deed | proposed by | one person is enough |
|---|---|---|
";

/// Who proposes each, and when one person is enough.
const fn two_people(kind: ProposalKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        ProposalKind::FreezeBallot => ("freezing a ballot", "delegates (own units), officers", "never"),
        ProposalKind::ExtendBallot => ("moving a deadline", "delegates (own units), officers", "never"),
        ProposalKind::CancelBallot => {
            ("cancelling a ballot", "delegates (own units), officers", "for a draft that was not announced")
        }
        ProposalKind::GrantOfficer => {
            ("making a member an officer", "officers", "while only one officer can sign in")
        }
        ProposalKind::RevokeOfficer => (
            "taking an officer's role away; never below the officers that certificates need",
            "officers",
            "while only one officer can sign in, from one who cannot",
        ),
        ProposalKind::ReplacePassword => (
            "a code with which an officer chooses a password",
            "officers",
            "for one's own account; while only one officer can sign in, for one who never could; the operator's command \
             `activation`",
        ),
        ProposalKind::ReissueCodes => (
            "replacing members' voting codes",
            "officers",
            "for one member, up to ten times in 24 hours in a ballot",
        ),
        ProposalKind::OpenBallot => (
            "opening a ballot with more members out of reach than its file allows",
            "delegates (own units), officers",
            "never",
        ),
        ProposalKind::AllowEmployerMail => {
            ("sending voting codes of a ballot to employers' addresses", "officers", "never")
        }
        ProposalKind::ChangeEmail => (
            "changing a member's e-mail address",
            "officers",
            "while no ballot with the member on its frozen roll is frozen or open",
        ),
    }
}

fn permissions() -> String {
    let document: Value = serde_json::from_str(&api::document().to_json().unwrap()).unwrap();
    let summary = |row: &Row| {
        let operation = &document["paths"][row.path][row.method.to_lowercase()];
        operation["summary"].as_str().unwrap_or("page").to_owned()
    };
    let mut text = INTRODUCTION.to_owned();
    for (title, pages) in [("The API", false), ("Pages", true)] {
        text.push_str(&format!(
            "\n## {title}\n\n| operation | what | nobody | member | delegate | officer | observer | limits |\n\
             |---|---|---|---|---|---|---|---|\n"
        ));
        for row in TABLE.iter().filter(|row| row.is_page() == pages) {
            let columns = [
                None,
                Some(None),
                Some(Some(Role::Delegate)),
                Some(Some(Role::Officer)),
                Some(Some(Role::Observer)),
            ];
            let marks = columns.map(|who| mark(row, who)).join(" | ");
            let what = if pages { String::new() } else { summary(row) };
            text.push_str(&format!("| `{} {}` | {what} | {marks} | {} |\n", row.method, row.path, row.also));
        }
    }
    text.push_str(TWO_PEOPLE);
    for kind in ProposalKind::ALL {
        let (deed, by, alone) = two_people(kind);
        text.push_str(&format!("| {deed} (`{kind}`) | {by} | {alone} |\n"));
    }
    text.push_str("\n## The operator's commands\n\n| command | does |\n|---|---|\n");
    for command in Cli::command().get_subcommands() {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        text.push_str(&format!("| `scrutineer-server {}` | {about} |\n", command.get_name()));
    }
    text
}

/// Whether nobody (`None`), a member without a role or one with a role may.
fn mark(row: &Row, who: Option<Option<Role>>) -> &'static str {
    let may = match (row.who, who) {
        (Who::Anyone | Who::AnyoneOrCaller, _) | (Who::Members, Some(_)) => true,
        (Who::Holders(roles), Some(Some(role))) => roles.contains(&role),
        (Who::Members, None) | (Who::Holders(_), None | Some(None)) => false,
    };
    let own = row.own_units && who == Some(Some(Role::Delegate));
    match (may, own, row.two_people) {
        (false, ..) => "–",
        (true, true, true) => "own 2",
        (true, true, false) => "own",
        (true, false, true) => "yes 2",
        (true, false, false) => "yes",
    }
}

#[test]
fn the_permissions_in_the_manual_are_those_of_the_code() {
    let made = permissions();
    if std::env::var_os("SCRUTINEER_BLESS").is_some() {
        std::fs::write(FILE, &made).unwrap();
    }
    let kept = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(kept == made, "docs/PERMISSIONS.md is not what the code says; `make manual` writes it anew");
}

#[test]
fn every_operation_stands_in_the_manual() {
    let kept = std::fs::read_to_string(FILE).unwrap();
    let rows: Vec<_> = kept.lines().filter(|line| line.starts_with("| `")).collect();
    for row in TABLE {
        let begins = format!("| `{} {}` |", row.method, row.path);
        assert_eq!(rows.iter().filter(|line| line.starts_with(&begins)).count(), 1, "{begins}");
    }
    for command in Cli::command().get_subcommands() {
        assert!(kept.contains(&format!("`scrutineer-server {}`", command.get_name())));
    }
    assert!(ProposalKind::ALL.iter().all(|kind| kept.contains(&format!("`{kind}`"))));
}
