//! The vote, step by step.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use scrutineer_api::secret::Secret;
use scrutineer_cli::entropy;
use scrutineer_server::auth::password::{Cost, Passwords};
use scrutineer_tests::clock::{Stopwatch, in_words};
use scrutineer_tests::person::{Person, offline};
use scrutineer_tests::server::Program;
use scrutineer_tests::union::ballot::{BOARD, Ballot};
use scrutineer_tests::union::{NAME, PASSWORD, Union, path};
use serde_json::Value;

use crate::monitors::Monitors;
use crate::narrator::{Narrator, grouped};
use crate::outcome::Expected;
use crate::post::Post;
use crate::stop::Stop;
use crate::voting::{Kept, Plan, Voted};
use crate::{Args, SERVER, practice};

/// Where the server listens if nobody else does.
const USUAL: &str = "127.0.0.1:8080";
/// People vote again a minute later at the earliest, the record is shown in steps of ten minutes, and letters leave in stages as far
/// apart; here nobody shall have to wait so long.
const SETTINGS: [&str; 6] = ["--seconds-between-votes", "0", "--record-step", "5", "--letters-pause", "1"];
/// Where all demos lie.
const HOME: &str = "demo-data";

/// Tells the whole story.
///
/// # Errors
/// Something did not hold; or somebody wants the demo to end.
pub(crate) fn tell(args: &Args, stop: &Stop) -> Result<()> {
    let watch = Stopwatch::start();
    let expected = Expected::of(args.members)?;
    let mut tell = Narrator::default();
    let folder = fresh_folder(Path::new(HOME))?;
    introduce(&tell, &expected, &folder)?;

    let post = Post::start(&folder)?;
    let mut union = found(&mut tell, args.members, &folder, &post)?;
    settle(&mut tell, &mut union)?;
    stop.check()?;
    form_board(&mut tell, &union)?;
    stop.check()?;
    let ballot = bring_to_opening(&mut tell, &union, &expected, &post, stop)?;
    stop.check()?;
    let mut monitors = watch_from_outside(&mut tell, &union, &ballot)?;
    let voted = vote(&mut tell, &union, &ballot, &expected, stop)?;
    if args.misbehave.is_some() {
        return betray(&mut tell, &mut union, &mut monitors);
    }
    close(&mut tell, &union, &ballot)?;
    look_votes_up(&mut tell, &union, &ballot, &voted)?;
    stop.check()?;
    open_count(&mut tell, &union, &ballot)?;
    hear_monitors(&mut tell, &union, &mut monitors, &voted)?;
    certify(&mut tell, &union, &ballot)?;
    let verdict = expected.check_results(&union.stranger().run(&["results", &ballot.id]).yes()?)?;
    let files = Files::download(&union, &ballot)?;
    account_for_codes(&mut tell, &files)?;
    verify(&mut tell, &files, &expected, &voted)?;
    let invitation = practice::leave_open(&mut tell, &union, &voted)?;

    tell.heading(&verdict);
    tell.heading("Check it yourself");
    files.explain(&tell, &union)?;
    measured(&tell, &voted, &monitors, watch.elapsed());
    if args.once {
        union.stop()?;
        tell.heading("Everything held. The server is stopped.");
    } else {
        look_around(&tell, &union, &ballot)?;
        invitation.explain(&tell, &union, |person| name_of(&union, person))?;
        tell.heading("The server keeps running. Press Ctrl-C to stop it.");
        stop.wait();
        union.stop()?;
        tell.heading("The server is stopped.");
    }
    Ok(())
}

/// A folder that nothing lies in yet: the first free number.
fn fresh_folder(home: &Path) -> Result<PathBuf> {
    fs::create_dir_all(home).with_context(|| format!("cannot make the folder {}", home.display()))?;
    for number in 1..10_000 {
        let folder = home.join(number.to_string());
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot make the folder {}", folder.display()));
            }
        }
    }
    anyhow::bail!("{} is full of demos: remove some", home.display())
}

fn introduce(tell: &Narrator, expected: &Expected, folder: &Path) -> Result<()> {
    let members = grouped(expected.eligible);
    tell.heading(&format!(
        "The vote of January 2021, \"work remotely only\", run again with {members} made-up members."
    ));
    tell.line("Everything happens on this machine, through the real server and the real command line.");
    tell.line(&format!("Everything that is written lies in {}.", folder.display()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let one = one_hash()?;
    let hashes = u32::try_from(expected.cast * 2).unwrap_or(u32::MAX);
    let all = one.saturating_mul(hashes) / u32::try_from(cores).unwrap_or(1);
    tell.line(&format!(
        "Passwords are hashed slowly on purpose ({} ms each): choosing {} of them and signing in will take about {} of \
         what follows.",
        one.as_millis(),
        grouped(expected.cast),
        in_words(all.max(Duration::from_secs(1))),
    ));
    Ok(())
}

/// How long one password takes to hash here.
fn one_hash() -> Result<Duration> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let passwords = Arc::new(Passwords::new(Cost::OWASP, 1, 1));
    let mut rng = entropy::system();
    let mut hash = || runtime.block_on(passwords.hash(Secret::new(PASSWORD.to_owned()), &mut rng));
    // The first one fetches the memory.
    hash()?;
    let watch = Stopwatch::start();
    hash()?;
    Ok(watch.elapsed())
}

fn found(tell: &mut Narrator, members: usize, folder: &Path, post: &Post) -> Result<Union> {
    let program = Program::under_name(std::env::current_exe()?, SERVER);
    let taken = TcpListener::bind(USUAL).is_err();
    let listen = if taken { "127.0.0.1:0" } else { USUAL };
    let mail = path(&post.config);
    let union =
        Union::found(program, folder, members, listen, &[&SETTINGS[..], &["--mail", &mail]].concat())?;
    tell.step(&format!("The operator makes a data folder for the {NAME} and starts the server."));
    tell.line(&format!(
        "It is at {}{}.",
        union.running()?.url(),
        if taken { ", since port 8080 is taken" } else { "" }
    ));
    tell.line("Letters to members go to a mail server on this machine.");
    tell.line(&format!(
        "{} becomes the first officer with the activation code that the operator was shown.",
        name_of(&union, union.first_officer())
    ));
    Ok(union)
}

fn settle(tell: &mut Narrator, union: &mut Union) -> Result<()> {
    let addresses = Post::import_roll(union)?;
    let schools: BTreeSet<&str> = union.roll.iter().map(|entry| entry.unit()).collect();
    let classes: BTreeSet<_> = union.roll.iter().filter_map(|entry| entry.classification()).collect();
    tell.step("The officer imports the roll: everybody whom the union counts as a member.");
    tell.line(&format!(
        "{} members in {} schools and {} classifications. All of them may vote, so all of them are the denominator.",
        grouped(union.roll.len()),
        schools.len(),
        classes.len()
    ));
    tell.line(&format!("{} of them have an e-mail address.", grouped(addresses)));
    let codes = union.make_activation_codes()?;
    union.give_roles()?;
    tell.step("The officer makes activation codes and grants roles.");
    tell.line(&format!("{} codes, with which members choose their passwords.", grouped(codes)));
    let [_, second] = union.officers();
    for (role, person) in
        [("second officer", second), ("delegate", union.delegate()), ("observer", union.observer())]
    {
        tell.line(&format!("{} is now the {role}.", name_of(union, person)));
    }
    union.add_keys()?;
    tell.step("Both officers register an SSH key, with which they will sign the certificate.");
    tell.line(
        "Its fingerprint goes into the record before the first vote, so that nobody can swap signers later.",
    );
    Ok(())
}

fn form_board(tell: &mut Narrator, union: &Union) -> Result<()> {
    let words = union.form_board(BOARD)?;
    let names: Vec<String> = union.tellers().map(|teller| name_of(union, teller)).into();
    tell.step(&format!("Three tellers make a key together: {}.", names.join(", ")));
    tell.line(
        "Any two of them can open the count, no one alone can, and the server never sees their secrets.",
    );
    tell.line("They read these twelve words to each other, to be sure that nobody sits between them:");
    tell.line(&format!("  {words}"));
    Ok(())
}

fn ballot_file(expected: &Expected) -> String {
    format!(
        r#"title       = "Work remotely only, from 25 January"
description = """
Made-up members vote again on what a teachers' union voted on from 21 to 23 January 2021.
Opened and closed by command."""
time_zone   = "America/Chicago"
contact     = "Election committee, 555-0100"
tellers     = "{BOARD}"
codes       = "server"
spares      = {spares}

[eligible]
standing = ["good"]

[[question]]
text    = "Shall all members work remotely only until health and safety terms are agreed?"
answers = ["Yes", "No"]
blank   = true
passes  = "{rule}"
"#,
        spares = expected.spares,
        rule = Expected::rule(),
    )
}

fn bring_to_opening(
    tell: &mut Narrator,
    union: &Union,
    expected: &Expected,
    post: &Post,
    stop: &Stop,
) -> Result<Ballot> {
    let id = union.draft(&ballot_file(expected))?;
    tell.step("The delegate drafts the ballot: \"Shall all members work remotely only …?\"");
    tell.line(&format!(
        "It passes if {}: {} of {}.",
        Expected::rule(),
        grouped(expected.needed),
        grouped(expected.eligible)
    ));
    union.freeze(&id)?;
    tell.step(
        "The delegate asks for it to be frozen, and the second officer approves exactly what is shown: roll, question, rule, \
         tellers and signers are fixed, and the record begins.",
    );
    tell.line(&format!(
        "The record lists {} voting codes, in a form that gives none away: one for each member and {} spares.",
        grouped(expected.eligible + expected.spares),
        expected.spares
    ));
    post.prove(union)?;
    tell.step("An officer gets a test letter and types the number in it: mail arrives.");
    let letters = Post::confirm(union, &id)?;
    tell.step(&format!(
        "The delegate looks at the letter that goes out when voting opens, and confirms that {} members get it.",
        grouped(letters)
    ));
    let mut ballot = union.fetch_codes(&id)?;
    ensure!(
        ballot.codes.len() + letters == expected.eligible,
        "{} voting codes to hand out and {letters} in letters, not one for each member",
        ballot.codes.len()
    );
    tell.step(&format!(
        "The delegate fetches the {} voting codes of members without an address, to be handed out; the server erases its copy.",
        grouped(ballot.codes.len())
    ));
    let [one, _, other] = union.tellers();
    for teller in [one, other] {
        union.check(teller, &id).yes()?;
    }
    tell.step("Two tellers check that their own key, and nobody else's, is on the frozen ballot, and sign that it may open.");
    union.open(&id)?;
    ensure!(union.show(&id)?["state"] == "open", "the ballot is not open");
    tell.step("The delegate opens voting.");
    post.deliver(union, letters, &mut ballot, stop)?;
    let back = post.bring_back(union, &id, stop)?;
    tell.step("Letters go out, each with a link that opens the member's own ballot; the server erases each code as it leaves.");
    tell.line(&format!(
        "{} letters were sent, in stages; {back} come back: no such mailbox.",
        grouped(letters)
    ));
    let visitors = Post::reissue(union, &mut ballot)?;
    let names: Vec<String> = visitors.iter().map(|person| name_of(union, person)).collect();
    tell.step(&format!("{} stand at the desk: no letter came.", names.join(" and ")));
    tell.line("Their old codes become void, spare ones take their place, and the delegate hands these over. The desk sees no code.");
    Ok(ballot)
}

fn watch_from_outside(tell: &mut Narrator, union: &Union, ballot: &Ballot) -> Result<Monitors> {
    let monitors = Monitors::start(union, &ballot.id)?;
    tell.step("Two monitors begin to follow the record from outside: the observer's, and another member's.");
    tell.line("Each verifies every vote as it comes, and keeps what the server signs, so that nothing can be taken back unseen.");
    Ok(monitors)
}

/// The monitors have followed the ballot to its result.
fn hear_monitors(tell: &mut Narrator, union: &Union, monitors: &mut Monitors, voted: &Voted) -> Result<()> {
    let codes = monitors.end()?;
    ensure!(codes == [0, 0], "the monitors ended with {codes:?}; their logs say why");
    for one in &monitors.0 {
        ensure!(one.votes == u64::try_from(voted.votes)?, "a monitor saw {} votes", one.votes);
        ensure!(one.verified, "a monitor has not verified the result");
    }
    ensure!(monitors.agree(union.running()?.url())?, "the monitors saw different records");
    tell.step("Both monitors have verified every vote as it came, that nothing was taken away or changed, and the result.");
    tell.line("They compare what they kept: one record explains what both of them saw.");
    Ok(())
}

/// A dishonest server leaves a vote out that it has shown: the monitors raise the alarm, and that is the end.
fn betray(tell: &mut Narrator, union: &mut Union, monitors: &mut Monitors) -> Result<()> {
    // Enough for the first one to have been shown to both.
    monitors.see(10)?;
    let dishonest = [&SETTINGS[..], &["--misbehave", "drop-vote"]].concat();
    union.restart_with(&dishonest)?;
    tell.step("The server is dishonest from now on: it leaves out the first vote, and makes and signs the record anew without it.");
    let codes = monitors.end()?;
    ensure!(codes == [1, 1], "the monitors ended with {codes:?}, though a vote was left out");
    tell.step("Both monitors raise the alarm:");
    for one in &monitors.0 {
        let alarm = one.alarm.as_ref().context("a monitor ended without an alarm")?;
        tell.line(&format!("  {alarm}."));
        tell.line(&format!("  What the server signed before and after is kept in {}", one.state.display()));
    }
    union.stop()?;
    tell.heading("The alarm was expected: this server was made to drop a vote. It is stopped.");
    Ok(())
}

fn vote(
    tell: &mut Narrator,
    union: &Union,
    ballot: &Ballot,
    expected: &Expected,
    stop: &Stop,
) -> Result<Voted> {
    fs::create_dir_all(union.file("receipts"))?;
    let plan = Plan::draw(union, ballot, expected);
    tell.step(&format!("{} members choose a password, sign in and vote.", grouped(expected.cast)));
    tell.line("Each vote is sealed by the member's own program. The server checks that it is a right one without opening it,");
    tell.line("writes it down for good, and only then gives a signed receipt.");
    let watch = Stopwatch::start();
    let bar = tell.progress(plan.votes(), "voting");
    let voted = plan.carry_out(union, ballot, &bar, stop)?;
    ensure!(voted.votes == expected.cast + expected.twice, "{} votes were taken", voted.votes);
    tell.line(&format!(
        "{} votes in {}. Members who thought better of it and voted twice: {}; only their later vote counts.",
        grouped(voted.votes),
        in_words(watch.elapsed()),
        grouped(expected.twice)
    ));
    Ok(voted)
}

fn look_votes_up(tell: &mut Narrator, union: &Union, ballot: &Ballot, voted: &Voted) -> Result<()> {
    let anyone = union.stranger();
    for Kept { tracker, counts, .. } in &voted.kept {
        let said = anyone.run(&["receipt", &ballot.id, tracker]);
        let said = if *counts { said.yes()? } else { said.no()? };
        let wanted = if *counts { "counted" } else { "replaced" };
        ensure!(said["state"] == wanted, "the vote {tracker} is {}, not {wanted}", said["state"]);
    }
    let replaced = voted.kept.iter().filter(|kept| !kept.counts).count();
    tell.step("Some members look their votes up with their receipts, now that the record is public.");
    tell.line(&format!(
        "Of {} votes looked up, {} count; replaced by a later vote of the same member: {replaced}. As it should be.",
        voted.kept.len(),
        voted.kept.len() - replaced
    ));
    Ok(())
}

fn close(tell: &mut Narrator, union: &Union, ballot: &Ballot) -> Result<()> {
    union.close(&ballot.id)?;
    ensure!(union.show(&ballot.id)?["state"] == "closed", "the ballot is not closed");
    tell.step("The delegate closes voting.");
    tell.line(
        "The server adds the votes up, still sealed, and destroys what joined members to their voting codes.",
    );
    Ok(())
}

fn open_count(tell: &mut Narrator, union: &Union, ballot: &Ballot) -> Result<()> {
    let [one, _, other] = union.tellers();
    let words = |said: &Value| said["boxes"][0]["fingerprint"].as_str().unwrap_or_default().to_owned();
    let first = words(&union.decrypt(one, &ballot.id).no()?);
    let second = words(&union.decrypt(other, &ballot.id).yes()?);
    ensure!(
        !first.is_empty() && first == second,
        "two tellers see different counts: {first:?} and {second:?}"
    );
    tell.step("Two tellers verify the whole record, and compare the words of its sealed count:");
    tell.line(&format!("  {first}"));
    union.decrypt(one, &ballot.id).yes()?;
    let state = union.show(&ballot.id)?["state"].clone();
    ensure!(state == "tallied", "the ballot is {state}, not tallied");
    tell.line("Both open their share of it. Single votes stay sealed for good: the server's own key is destroyed now.");
    Ok(())
}

fn certify(tell: &mut Narrator, union: &Union, ballot: &Ballot) -> Result<()> {
    let answer = "The members concerned were told at the desk and have not objected.\n";
    for warning in union.answer_warnings(&ballot.id, answer)? {
        tell.step(
            "A warning stands beside the result, and an officer has to answer it before anybody can sign:",
        );
        let which = warning["warning"].as_str().context("a warning has a name")?;
        tell.line(&format!("  {which}: {}; margin: {}", warning["number"], warning["margin"]));
    }
    for officer in union.officers() {
        union.certify(officer, &ballot.id).yes()?;
    }
    let state = union.show(&ballot.id)?["state"].clone();
    ensure!(state == "certified", "the ballot is {state}, not certified");
    tell.step("Two officers sign the certificate; the program of each verifies the record before.");
    Ok(())
}

/// The certificate accounts for every code.
fn account_for_codes(tell: &mut Narrator, files: &Files) -> Result<()> {
    let text = fs::read(files.certificate.join("certificate.json"))?;
    let certificate: Value = serde_json::from_slice(&text)?;
    let (codes, delivery) = (&certificate["boxes"][0]["codes"], &certificate["delivery"]);
    let number = |of: &Value, what: &str| {
        let number = of[what].as_u64().with_context(|| format!("the certificate has no number {what:?}"))?;
        Ok::<_, anyhow::Error>(usize::try_from(number)?)
    };
    let (made, eligible, spares) =
        (number(codes, "made")?, number(codes, "eligible")?, number(codes, "spares")?);
    let (out, again) = (number(codes, "handed_out")?, number(codes, "reissued")?);
    let (used, unused) = (number(codes, "used")?, number(codes, "unused")?);
    let void = codes["void"].as_array().map_or(0, Vec::len);
    ensure!(
        made == eligible + spares && out == eligible + again && out == used + unused + void,
        "codes are missing"
    );
    let (reached, unreached) = (number(delivery, "reached")?, number(delivery, "unreached")?);
    ensure!(reached + unreached == eligible, "members are missing");
    ensure!(
        again == 2 && void == 2 && unreached == 1,
        "{again} codes re-issued, {void} void, {unreached} unreached"
    );
    tell.step("The certificate accounts for every voting code.");
    tell.line(&format!(
        "{} made: {} for members and {spares} spares. {} given out, {again} of them in the place of others: {} used, {} unused, \
         {void} void.",
        grouped(made),
        grouped(eligible),
        grouped(out),
        grouped(used),
        grouped(unused)
    ));
    tell.line(&format!(
        "Members whom no code reached, as far as is known: {unreached}. Votes that could have changed the outcome: {}.",
        number(delivery, "margin")?
    ));
    Ok(())
}

/// What anyone downloads.
struct Files {
    record: PathBuf,
    certificate: PathBuf,
}

impl Files {
    fn download(union: &Union, ballot: &Ballot) -> Result<Self> {
        let election = union.show(&ballot.id)?["boxes"][0]["election"].clone();
        let election = election.as_str().context("a ballot has a box")?;
        let (record, certificate) = union.download(&ballot.id, election)?;
        Ok(Self { record, certificate })
    }

    /// How to check everything with programs that we did not write.
    fn explain(&self, tell: &Narrator, union: &Union) -> Result<()> {
        let Self { record, certificate } = self;
        let (folder, certificate) =
            (record.parent().context("a record lies in a folder")?, certificate.display());
        tell.line("with our own verifier:");
        tell.line(&format!(
            "  cargo run --release -p scrutineer-cli -- verify {} --certificate {certificate}",
            record.display()
        ));
        tell.line("with belenios-tool 3.3.0, which we did not write (the first line fetches it, without installing it):");
        tell.line("  belenios=$(tests/tools/get-belenios-tool.sh)");
        tell.line(&format!("  LWT_ASYNC_METHOD=none $belenios election verify --dir {}", folder.display()));
        tell.line("to read and print it:");
        tell.line(&format!("  {certificate}/certificate.pdf"));
        tell.line("that its sheets show this certificate (the number stands at the foot of each):");
        tell.line(&format!("  sha256sum {certificate}/certificate.json"));
        tell.line("with ssh-keygen, whether the officers signed this certificate:");
        tell.line(&format!("  cd {certificate}"));
        for officer in union.officers() {
            let no = &officer.member_no;
            tell.line(&format!(
                "  ssh-keygen -Y verify -f allowed_signers -I {no} -n scrutineer-certificate -s certificate.json.{no}.sig \\"
            ));
            tell.line("    < certificate.json");
        }
        Ok(())
    }
}

fn verify(tell: &mut Narrator, files: &Files, expected: &Expected, voted: &Voted) -> Result<()> {
    let (record, certificate) = (path(&files.record), path(&files.certificate));
    let verified = offline(&["verify", &record, "--certificate", &certificate]).yes()?;
    expected.check_verified(&verified)?;
    tell.step("Anyone downloads record and certificate and verifies them offline, trusting neither server nor tellers.");
    let checks = verified["checks"].as_array().map_or(0, Vec::len);
    tell.line(&format!("{checks} checks, every proof of every vote among them: all hold."));
    for Kept { file, tracker, counts } in &voted.kept {
        let looked = offline(&["receipt", "--file", &path(file), "--record", &record]);
        let looked = if *counts { looked.yes()? } else { looked.no()? };
        let wanted = if *counts { "counted" } else { "replaced" };
        ensure!(looked["state"] == wanted, "the vote {tracker} is {}, not {wanted}", looked["state"]);
    }
    tell.line("The same receipts were looked up in the downloaded record, without the server.");
    Ok(())
}

/// What the vote cost, for information.
fn measured(tell: &Narrator, voted: &Voted, monitors: &Monitors, took: Duration) {
    tell.heading("Measured");
    tell.line(&format!("{} in all.", in_words(took)));
    let each = |time: Option<Duration>, number: usize| {
        let number = u128::try_from(number).ok().filter(|number| *number > 0)?;
        let tenths = time?.as_micros() / number / 100;
        Some(format!("{}.{} ms", tenths / 10, tenths % 10))
    };
    if let (Some(vote), Some(password)) =
        (each(voted.voting, voted.votes), each(voted.signing_in, voted.activated))
    {
        tell.line(&format!(
            "The server's processor time for a vote: {vote}, from showing the ballot to the receipt, all of it durable;"
        ));
        tell.line(&format!(
            "for choosing a password and signing in: {password}, nearly all of it hashing, on purpose."
        ));
    }
    if let Some(monitor) = each(monitors.for_a_vote(), 1) {
        tell.line(&format!("A monitor's: {monitor}, the whole record at the end included."));
    }
}

fn look_around(tell: &Narrator, union: &Union, ballot: &Ballot) -> Result<()> {
    let url = union.running()?.url();
    tell.heading("Look around");
    tell.line(&format!("Ballots, results and records in a browser: {url}/"));
    tell.line(&format!(
        "It is ballot {}; the officers', tellers' and observer's password is: {PASSWORD}",
        ballot.id
    ));
    for command in [
        format!("ballot show {} --server {url}", ballot.id),
        format!("results {} --server {url}", ballot.id),
        format!("login --member {} --server {url}", union.observer().member_no),
    ] {
        tell.line(&format!("  cargo run --release -p scrutineer-cli -- {command}"));
    }
    tell.line(&format!("The API describes itself at {url}/api/v1/openapi.json"));
    Ok(())
}

fn name_of(union: &Union, person: &Person) -> String {
    let entry = union.roll.iter().find(|entry| entry.no().as_str() == person.member_no);
    entry.map_or_else(|| person.member_no.clone(), |entry| entry.name().to_owned())
}
