//! A second ballot, left open for whoever watches: a practice ballot, and one made-up member's link to it.

use anyhow::{Context, Result, ensure};
use scrutineer_tests::person::Person;
use scrutineer_tests::union::{PASSWORD, Union};

use crate::narrator::Narrator;
use crate::voting::Voted;

/// Two questions of different kinds; the server opens the count, so that it ends as soon as it is closed.
const FILE: &str = r#"title       = "Try it out: the next general meeting"
description = """
A ballot for trying out how members vote. Vote as often as you like: only the last one counts."""
time_zone   = "America/Chicago"
contact     = "Election committee, 555-0100"
tellers     = "server"
codes       = "server"
spares      = 5
# Shown live, so that a receipt is found at once and not with the next step.
record      = "public"

[eligible]
standing = ["good"]

[[question]]
text    = "Shall the general meeting be held online as well?"
answers = ["Yes", "No"]
blank   = true
passes  = "Yes > half of valid"

[[question]]
text    = "Which evenings suit you?"
answers = ["Monday", "Tuesday", "Wednesday", "Thursday"]
choose  = { min = 0, max = 2 }
"#;

/// What somebody needs who wants to vote.
pub(crate) struct Invitation {
    id: String,
    member_no: String,
    code: String,
}

/// Drafts, freezes and opens the practice ballot; invites a member who has a password.
///
/// # Errors
/// A step fails, or the ballot is not as a practice ballot must be.
pub(crate) fn leave_open(tell: &mut Narrator, union: &Union, voted: &Voted) -> Result<Invitation> {
    let id = union.draft_as(FILE, &["--practice"])?;
    union.freeze(&id)?;
    let ballot = union.fetch_codes(&id)?;
    union.open(&id)?;
    let shown = union.show(&id)?;
    ensure!(shown["state"] == "open", "the practice ballot is not open");
    ensure!(shown["practice"] == true, "the practice ballot does not say that it is one");
    let member_no = voted.ordinary.clone().context("an ordinary member has voted")?;
    let code = ballot.codes.get(&member_no).context("the member has a code for the practice ballot")?.clone();
    tell.step("The delegate opens a practice ballot, so that anyone can try how members vote.");
    tell.line("It looks real, says PRACTICE on every page, and can never be certified.");
    Ok(Invitation { id, member_no, code })
}

impl Invitation {
    /// The link and what to type.
    ///
    /// # Errors
    /// The server does not run.
    pub(crate) fn explain(
        &self,
        tell: &Narrator,
        union: &Union,
        name: impl Fn(&Person) -> String,
    ) -> Result<()> {
        let Self { id, member_no, code } = self;
        let person = union.people().iter().find(|person| person.member_no == *member_no);
        let person = person.context("the member is on the roll")?;
        tell.heading("Vote yourself, in a browser");
        tell.line("1. Open this link, the personal one of a made-up member:");
        tell.line(&format!("     {}/ballots/{id}/vote#{code}", union.running()?.url()));
        tell.line(&format!("2. Sign in as {}:", name(person)));
        tell.line(&format!("     member number  {member_no}"));
        tell.line(&format!("     password       {PASSWORD}"));
        tell.line("3. Choose, check, cast. Keep the receipt, and look your vote up with it under \"Check a receipt\".");
        tell.line(
            "What stands after # is the member's voting code; a browser never sends that part to the server.",
        );
        Ok(())
    }
}
