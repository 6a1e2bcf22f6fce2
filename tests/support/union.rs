//! A whole union: its server, its people, and what they do.
//!
//! Everything lies in one folder:
//!
//! ```text
//! data/        the server's data folder        server.log   what the server logs
//! people/NO/   each person's profile           files/       what they hand to each other
//! ```

pub mod ballot;
pub mod board;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use scrutineer_ballot::roll::RollEntry;
use scrutineer_cli::entropy;
use scrutineer_cli::files::{self, Access};
use ssh_key::{Algorithm, LineEnding, PrivateKey};

use crate::person::Person;
use crate::roll;
use crate::server::{Program, Server};

/// The fewest members: seven have something to do beside voting.
pub const LEAST_MEMBERS: usize = 10;
/// What everybody chooses as a password.
pub const PASSWORD: &str = "made up, like its owner";
/// The union's name.
pub const NAME: &str = "Made-up Teachers Union";

/// A union and its server.
#[derive(Debug)]
pub struct Union {
    /// Where everything lies.
    pub folder: PathBuf,
    /// The running server; none while it is stopped.
    pub server: Option<Server>,
    /// Everybody on the roll, in the order of their numbers.
    pub roll: Vec<RollEntry>,
    program: Program,
    more: Vec<String>,
    activation_codes: HashMap<String, String>,
    people: Vec<Person>,
}

impl Union {
    /// Makes a data folder in `folder`, starts the server, and activates the first officer. `listen` is the server's
    /// address, `more` are further words of `serve`.
    ///
    /// # Errors
    /// Something did not work as it should.
    pub fn found(
        program: Program,
        folder: &Path,
        members: usize,
        listen: &str,
        more: &[&str],
    ) -> Result<Self> {
        let roll = roll::members(members)?;
        let people = roll.iter().map(|entry| Person::new(entry.no().as_str(), profile(folder, entry), ""));
        let mut union = Self {
            folder: folder.to_owned(),
            server: None,
            people: people.collect(),
            roll,
            program,
            more: more.iter().map(|word| (*word).to_owned()).collect(),
            activation_codes: HashMap::new(),
        };
        fs::create_dir_all(union.file(""))?;
        let first = union.roll.first().context("a union has members")?;
        let (no, name) = (first.no().as_str().to_owned(), first.name().to_owned());
        let data = union.data();
        let email = format!("{no}@example.org");
        let words = ["init", "--union", NAME, "--officer", &no, "--name", &name, "--email", &email, "--data"];
        let made = union.program.json(words.map(Into::into).into_iter().chain([data.into_os_string()]))?;
        let code = made["activation_code"].as_str().context("init prints an activation code")?.to_owned();
        union.start(listen)?;
        union.first_officer().activate(&code, PASSWORD)?;
        Ok(union)
    }

    /// The same with everything that a union does once: roll, activation codes, roles, officers' keys.
    ///
    /// # Errors
    /// Something did not work as it should.
    pub fn settled(program: Program, folder: &Path, members: usize, more: &[&str]) -> Result<Self> {
        let mut union = Self::found(program, folder, members, "127.0.0.1:0", more)?;
        union.import_roll()?;
        union.make_activation_codes()?;
        union.give_roles()?;
        union.add_keys()?;
        Ok(union)
    }

    /// The server's data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The file to which the server logs.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// A file that people hand to each other.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join("files").join(name)
    }

    /// The server's program.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Starts the server; everybody goes to its address.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(&mut self, listen: &str) -> Result<()> {
        let more: Vec<&str> = self.more.iter().map(String::as_str).collect();
        let server = Server::start(&self.program, &self.data(), listen, &more, &self.log())?;
        for person in &mut self.people {
            person.moves_to(server.url());
        }
        self.server = Some(server);
        Ok(())
    }

    /// The running server.
    ///
    /// # Errors
    /// It is stopped.
    pub fn running(&self) -> Result<&Server> {
        self.server.as_ref().context("the server is stopped")
    }

    /// Stops the server.
    ///
    /// # Errors
    /// It does not stop cleanly.
    pub fn stop(&mut self) -> Result<()> {
        self.server.take().map_or(Ok(()), Server::stop)
    }

    /// Kills the server.
    ///
    /// # Errors
    /// It was not running.
    pub fn kill(&mut self) -> Result<()> {
        self.server.take().context("the server is stopped")?.kill()
    }

    /// Starts the server again at the address where it was, with the sessions that people have there.
    ///
    /// # Errors
    /// It does not start.
    pub fn start_again(&mut self, url: &str) -> Result<()> {
        self.start(url.strip_prefix("http://").context("an address on this machine")?)
    }

    /// Stops the server and starts it again where it was, with other words of `serve`.
    ///
    /// # Errors
    /// It does not stop cleanly, or does not start.
    pub fn restart_with(&mut self, more: &[&str]) -> Result<()> {
        let url = self.running()?.url().to_owned();
        self.stop()?;
        self.more = more.iter().map(|word| (*word).to_owned()).collect();
        self.start_again(&url)
    }

    /// The officer whom `init` made.
    #[must_use]
    pub fn first_officer(&self) -> &Person {
        self.person(0)
    }

    /// Both officers.
    #[must_use]
    pub fn officers(&self) -> [&Person; 2] {
        [self.person(0), self.person(1)]
    }

    /// The delegate, who opens ballots.
    #[must_use]
    pub fn delegate(&self) -> &Person {
        self.person(2)
    }

    /// The observer.
    #[must_use]
    pub fn observer(&self) -> &Person {
        self.person(3)
    }

    /// The tellers.
    #[must_use]
    pub fn tellers(&self) -> [&Person; 3] {
        [self.person(4), self.person(5), self.person(6)]
    }

    /// Members with no other part than voting.
    #[must_use]
    pub fn voters(&self) -> &[Person] {
        self.people.get(7..).unwrap_or_default()
    }

    /// The units of the roll, in the order of their names.
    #[must_use]
    pub fn units(&self) -> Vec<String> {
        let mut units: Vec<String> = self.roll.iter().map(|entry| entry.unit().to_owned()).collect();
        units.sort_unstable();
        units.dedup();
        units
    }

    /// Everybody, in the order of their numbers.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Somebody who is on no roll.
    #[must_use]
    pub fn stranger(&self) -> Person {
        let url = self.server.as_ref().map_or("", Server::url);
        Person::new("", self.folder.join("people/stranger"), url)
    }

    /// The first officer imports the roll.
    ///
    /// # Errors
    /// The server refuses.
    pub fn import_roll(&self) -> Result<()> {
        let file = self.file("roll.csv");
        fs::write(&file, roll::csv(&self.roll)?)?;
        self.first_officer().run(&["roll", "import", &path(&file)]).yes().map(drop)
    }

    /// The first officer makes activation codes for everybody who has no password, to be handed out.
    ///
    /// # Errors
    /// The server refuses.
    pub fn make_activation_codes(&mut self) -> Result<usize> {
        let file = self.file("activation-codes.csv");
        self.first_officer().run(&["roll", "activation", "--out", &path(&file)]).yes()?;
        self.activation_codes = codes(&file)?;
        Ok(self.activation_codes.len())
    }

    /// The activation code that was handed out to a member.
    ///
    /// # Errors
    /// There is none.
    pub fn activation_code(&self, member_no: &str) -> Result<&str> {
        let code = self.activation_codes.get(member_no);
        code.map(String::as_str).with_context(|| format!("no activation code for {member_no}"))
    }

    /// A member chooses a password with the activation code that was handed out, and is signed in.
    ///
    /// # Errors
    /// The server refuses.
    pub fn activate(&self, person: &Person) -> Result<()> {
        person.activate(self.activation_code(&person.member_no)?, PASSWORD)
    }

    /// The first officer grants the roles; whoever has something to do beside voting is activated.
    ///
    /// # Errors
    /// The server refuses.
    pub fn give_roles(&self) -> Result<()> {
        for (role, person) in
            [("officer", self.person(1)), ("delegate", self.delegate()), ("observer", self.observer())]
        {
            self.first_officer().run(&["role", "grant", role, "--member", &person.member_no]).yes()?;
        }
        self.people.iter().take(7).skip(1).try_for_each(|person| self.activate(person))
    }

    /// Each officer makes an OpenSSH key and registers its public half.
    ///
    /// # Errors
    /// The server refuses.
    pub fn add_keys(&self) -> Result<()> {
        for officer in self.officers() {
            let key = PrivateKey::random(&mut entropy::system(), Algorithm::Ed25519)?;
            // For its owner alone, or `ssh-keygen` would not use it.
            files::write_new(
                &officer.file("officer"),
                key.to_openssh(LineEnding::LF)?.as_bytes(),
                Access::Owner,
            )?;
            fs::write(officer.file("officer.pub"), key.public_key().to_openssh()?)?;
            officer.run(&["keys", "add", &path(&officer.file("officer.pub"))]).yes()?;
        }
        Ok(())
    }

    fn person(&self, index: usize) -> &Person {
        // There are at least LEAST_MEMBERS, which callers see to.
        &self.people[index]
    }
}

/// A path as a word of the command line.
#[must_use]
pub fn path(file: &Path) -> String {
    file.to_string_lossy().into_owned()
}

/// The codes in a file with the header `member_no,name,unit,…`, by member number.
///
/// # Errors
/// It is no such file.
pub fn codes(file: &Path) -> Result<HashMap<String, String>> {
    let mut codes = HashMap::new();
    for row in csv::Reader::from_path(file)?.into_records() {
        let row = row?;
        let column = |index| row.get(index).map(str::to_owned).context("a row is too short");
        codes.insert(column(0)?, column(3)?);
    }
    Ok(codes)
}

fn profile(folder: &Path, entry: &RollEntry) -> PathBuf {
    folder.join("people").join(entry.no().file_name())
}
