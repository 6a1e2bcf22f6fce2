//! Letters: a real mail server on this machine takes them, and some come back.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use scrutineer_ballot::roll::RollEntry;
use scrutineer_cli::pause;
use scrutineer_tests::mail::MailServer;
use scrutineer_tests::person::Person;
use scrutineer_tests::union::ballot::Ballot;
use scrutineer_tests::union::{Union, path};
use serde_json::Value;

use crate::stop::Stop;

/// Members whose address is none: those after the seven who have something to do beside voting.
const WRONG: std::ops::Range<usize> = 7..10;
/// How many of them come to the desk.
const AT_DESK: usize = 2;
/// Of so many members one has no e-mail address.
const WITHOUT: usize = 10;
/// Letters on the way at once, and the most in a minute: this mail server is our own.
const LIMITS: &str = "per_minute = 100000\nconnections = 4";
/// Longest time that bounces may take to be noted, in looks of [`LOOK`].
const LOOKS: usize = 300;
const LOOK: Duration = Duration::from_millis(200);

/// The post office of the demo.
pub(crate) struct Post {
    server: MailServer,
    /// The `mail.toml` with which the ballot server reaches it.
    pub(crate) config: PathBuf,
}

/// The e-mail address of the member at this place on the roll.
fn address(index: usize, entry: &RollEntry) -> Option<String> {
    let no = entry.no();
    match index {
        _ if WRONG.contains(&index) => Some(format!("bounce-{no}@members.example")),
        0..7 => Some(format!("{no}@members.example")),
        _ => (!index.is_multiple_of(WITHOUT)).then(|| format!("{no}@members.example")),
    }
}

impl Post {
    /// Starts the mail server.
    ///
    /// # Errors
    /// It does not start.
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        let server = MailServer::start()?;
        let config = server.config(folder, LIMITS)?;
        Ok(Self { server, config })
    }

    /// The officer imports the roll, with addresses. How many members have one.
    ///
    /// # Errors
    /// The server refuses.
    pub(crate) fn import_roll(union: &Union) -> Result<usize> {
        let file = union.file("roll.csv");
        let mut csv = csv::Writer::from_path(&file)?;
        csv.write_record(["member_no", "name", "unit", "standing", "classification", "email"])?;
        let mut with = 0;
        for (index, entry) in union.roll.iter().enumerate() {
            let email = address(index, entry);
            with += usize::from(email.is_some());
            let (class, email) = (entry.classification().unwrap_or_default(), email.unwrap_or_default());
            csv.write_record([
                entry.no().as_str(),
                entry.name(),
                entry.unit(),
                entry.standing(),
                class,
                &email,
            ])?;
        }
        csv.flush()?;
        union.first_officer().run(&["roll", "import", &path(&file)]).yes()?;
        Ok(with)
    }

    /// The officer gets a test letter and types its number.
    ///
    /// # Errors
    /// It does not come, or its number is not taken.
    pub(crate) fn prove(&self, union: &Union) -> Result<()> {
        union.first_officer().run(&["letters", "test"]).yes()?;
        let mails = self.server.wait_for(1)?;
        let text = mails.last().context("a letter has come")?.text();
        let number = text
            .lines()
            .flat_map(str::split_whitespace)
            .find(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()));
        let number = number.context("the test letter has a number")?;
        union.first_officer().run(&["letters", "confirm-test", number]).yes()?;
        Ok(())
    }

    /// The delegate looks at the letters that would go out when voting opens, and confirms their number.
    ///
    /// # Errors
    /// The server refuses.
    pub(crate) fn confirm(union: &Union, id: &str) -> Result<usize> {
        let shown = union.delegate().run(&["letters", "preview", id, "open"]).yes()?;
        let digest = shown["digest"].as_str().context("a preview has a digest")?;
        let number = shown["recipients"].as_u64().context("a preview has a number")?;
        let recipients = number.to_string();
        let words = ["letters", "send", id, "open", "--recipients", &recipients, "--digest", digest];
        union.delegate().run(&words).yes()?;
        Ok(usize::try_from(number)?)
    }

    /// Waits until the letters have come, and reads the voting codes in them as members do: from the link. Those to wrong
    /// addresses are nobody's.
    ///
    /// # Errors
    /// They do not come.
    pub(crate) fn deliver(
        &self,
        union: &Union,
        number: usize,
        ballot: &mut Ballot,
        stop: &Stop,
    ) -> Result<()> {
        let before = 1;
        for some in (before..before + number).step_by(100).chain([before + number]) {
            stop.check()?;
            self.server.wait_for(some)?;
        }
        let inboxes = self.server.inboxes();
        let codes = union.roll.iter().enumerate().filter(|(index, _)| !WRONG.contains(index));
        let codes = codes.filter_map(|(index, entry)| {
            let inbox = inboxes.get(&address(index, entry)?)?;
            let link = inbox.iter().find_map(scrutineer_tests::mail::Mail::vote_link)?;
            Some((entry.no().as_str().to_owned(), link.rsplit_once('#')?.1.to_owned()))
        });
        let codes: HashMap<String, String> = codes.collect();
        ensure!(codes.len() + WRONG.len() == number, "{} of {number} letters have a code", codes.len());
        ballot.codes.extend(codes);
        Ok(())
    }

    /// What came back is handed to the ballot server as a mail server would; how many, once the ledger says so.
    ///
    /// # Errors
    /// It is not noted.
    pub(crate) fn bring_back(&self, union: &Union, id: &str, stop: &Stop) -> Result<usize> {
        let data = path(&union.data());
        let mut letters = 0;
        for entry in fs::read_dir(self.server.bounces())? {
            let letter = entry?.path();
            if letter.extension().is_some_and(|ending| ending == "eml") {
                union.program().json(["bounce", "--data", &data, &path(&letter)])?;
                letters += 1;
            }
        }
        for _ in 0..LOOKS {
            stop.check()?;
            let status = union.delegate().run(&["letters", "status", id]).yes()?;
            if in_state(&status["whole"]["counts"], "email", "bounced") == letters {
                return usize::try_from(letters).map_err(Into::into);
            }
            pause::wait(LOOK);
        }
        anyhow::bail!("{letters} letters came back, and the ledger does not know")
    }

    /// Members whose letters came back stand at the desk: their codes become void, and the delegate hands them new ones.
    ///
    /// # Errors
    /// The server refuses.
    pub(crate) fn reissue<'a>(union: &'a Union, ballot: &mut Ballot) -> Result<Vec<&'a Person>> {
        let visitors: Vec<_> = union.people().iter().skip(WRONG.start).take(AT_DESK).collect();
        for person in &visitors {
            let words = ["desk", "reissue", &ballot.id, "--member", &person.member_no, "--yes"];
            let said = union.first_officer().run(&words).yes()?;
            ensure!(said["codes"][0]["way"] == "hand", "the new code goes by {}", said["codes"][0]["way"]);
        }
        let again = union.fetch_codes_into(&ballot.id, "codes-again.csv")?;
        ensure!(again.codes.len() == visitors.len(), "{} codes came from the desk", again.codes.len());
        let mut words = vec!["codes", "handed-over", &ballot.id];
        for person in &visitors {
            words.extend(["--member", &person.member_no]);
        }
        union.delegate().run(&words).yes()?;
        ballot.codes.extend(again.codes);
        Ok(visitors)
    }
}

/// The number of members whose letter on this way stands there.
fn in_state(counts: &Value, channel: &str, state: &str) -> u64 {
    let counts = counts.as_array().map(Vec::as_slice).unwrap_or_default();
    let found = counts.iter().find(|count| count["channel"] == channel && count["state"] == state);
    found.and_then(|count| count["members"].as_u64()).unwrap_or_default()
}
