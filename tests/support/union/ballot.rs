//! The life of a ballot, from draft to certificate, as people run it.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use scrutineer_cli::entropy;
use scrutineer_cli::exit::Exit;
use scrutineer_cli::files::{self, Access};
use serde_json::Value;
use ssh_key::{Algorithm, LineEnding, PrivateKey};

use super::board::passphrase_file;
use super::{Union, codes, path};
use crate::person::{Person, Said};

/// The board that ballots of tests name.
pub const BOARD: &str = "Election committee";

/// A question whose rule is that of January 2021.
pub const YES_NO: &str =
    "text = \"Shall we?\"\nanswers = [\"Yes\", \"No\"]\nblank = true\npasses = \"Yes >= 60% of eligible\"";

/// A ballot file without times, whose count `tellers` open.
#[must_use]
pub fn file(tellers: &str, questions: &[&str]) -> String {
    let mut text = format!(
        "title = \"A question\"\ntime_zone = \"America/Chicago\"\ncontact = \"Office\"\ntellers = {tellers:?}\nspares = 3\n"
    );
    for question in questions {
        text.push_str(&format!("\n[[question]]\n{question}\n"));
    }
    text
}

/// The same with `[boxes]`: each a name and its units. Every other unit is a box of its own.
#[must_use]
pub fn boxes_file(tellers: &str, boxes: &[(&str, &[String])], questions: &[&str]) -> String {
    let text = file(tellers, questions);
    let tables: String = boxes.iter().map(|(name, units)| format!("{name:?} = {units:?}\n")).collect();
    text.replacen("\n[[question]]", &format!("smallest_box = 1\n\n[boxes]\n{tables}\n[[question]]"), 1)
}

/// A ballot on which people may vote.
#[derive(Clone, Debug)]
pub struct Ballot {
    /// The identifier.
    pub id: String,
    /// Voting codes by member number.
    pub codes: HashMap<String, String>,
}

impl Union {
    /// The delegate drafts a ballot from the text of its file; returns its identifier.
    ///
    /// # Errors
    /// The server refuses.
    pub fn draft(&self, toml: &str) -> Result<String> {
        self.draft_as(toml, &[])
    }

    /// The same with further flags, such as `--practice`.
    ///
    /// # Errors
    /// The server refuses.
    pub fn draft_as(&self, toml: &str, flags: &[&str]) -> Result<String> {
        let file = self.file("ballot.toml");
        fs::write(&file, toml)?;
        let made = self.delegate().run(&[&["ballot", "draft", &path(&file)], flags].concat()).yes()?;
        made["id"].as_str().map(str::to_owned).context("draft prints an id")
    }

    /// The delegate proposes to freeze a ballot, and the second officer approves.
    ///
    /// # Errors
    /// The server refuses.
    pub fn freeze(&self, id: &str) -> Result<()> {
        self.by_two(&self.delegate().run(&["ballot", "freeze", id])).map(drop)
    }

    /// The delegate proposes another deadline, and the second officer approves.
    ///
    /// # Errors
    /// The server refuses.
    pub fn extend(&self, id: &str, until: &str) -> Result<()> {
        self.by_two(&self.delegate().run(&["ballot", "extend", id, "--until", until])).map(drop)
    }

    /// The delegate cancels a ballot, and the second officer approves where it takes two people.
    ///
    /// # Errors
    /// The server refuses.
    pub fn cancel(&self, id: &str, reason: &str) -> Result<()> {
        self.by_two(&self.delegate().run(&["ballot", "cancel", id, "--reason", reason])).map(drop)
    }

    /// What a deed was answered with; where it waits for a second person, the second officer approves it.
    ///
    /// # Errors
    /// The server refuses.
    pub fn by_two(&self, said: &Said) -> Result<Value> {
        let answer = said.clone().yes()?;
        let [_, second] = self.officers();
        match (answer["state"].as_str(), answer["digest"].as_str(), answer["id"].as_i64()) {
            (Some("waiting"), Some(_), Some(number)) => second.run(&["approve", &number.to_string()]).yes(),
            _ => Ok(answer),
        }
    }

    /// The delegate fetches the codes, to be handed out, and confirms that they have arrived.
    ///
    /// # Errors
    /// The server refuses.
    pub fn fetch_codes(&self, id: &str) -> Result<Ballot> {
        self.fetch_codes_into(id, &format!("codes-{id}.csv"))
    }

    /// The same into a file of this name.
    ///
    /// # Errors
    /// The server refuses.
    pub fn fetch_codes_into(&self, id: &str, name: &str) -> Result<Ballot> {
        let file = self.file(name);
        self.delegate().run(&["codes", "fetch", id, "--out", &path(&file)]).yes()?;
        let codes = codes(&file)?;
        self.delegate().run(&["codes", "confirm", id]).yes()?;
        Ok(Ballot { id: id.to_owned(), codes })
    }

    /// A teller checks a frozen ballot and says so.
    #[must_use]
    pub fn check(&self, teller: &Person, id: &str) -> Said {
        teller.run(&["tellers", "check", id, "--passphrase-file", &path(&passphrase_file(teller))])
    }

    /// The delegate opens voting.
    ///
    /// # Errors
    /// The server refuses.
    pub fn open(&self, id: &str) -> Result<()> {
        self.delegate().run(&["ballot", "open", id]).yes().map(drop)
    }

    /// From the text of a ballot file to an open ballot. `tellers` check it before, if a board opens its count.
    ///
    /// # Errors
    /// A step fails.
    pub fn bring_to_open(&self, toml: &str, tellers: &[&Person]) -> Result<Ballot> {
        let id = self.draft(toml)?;
        self.freeze(&id)?;
        let ballot = self.fetch_codes(&id)?;
        for teller in tellers {
            self.check(teller, &id).yes()?;
        }
        self.open(&id)?;
        Ok(ballot)
    }

    /// The delegate closes voting.
    ///
    /// # Errors
    /// The server refuses.
    pub fn close(&self, id: &str) -> Result<()> {
        self.delegate().run(&["ballot", "close", id]).yes().map(drop)
    }

    /// A teller looks at the sealed count, states which it is, and opens it as soon as enough have stated the same.
    #[must_use]
    pub fn decrypt(&self, teller: &Person, id: &str) -> Said {
        teller.run(&["tellers", "decrypt", id, "--passphrase-file", &path(&passphrase_file(teller))])
    }

    /// The first officer answers every warning that stands beside a result; gives them back.
    ///
    /// # Errors
    /// There is no result, or the server refuses.
    pub fn answer_warnings(&self, id: &str, text: &str) -> Result<Vec<Value>> {
        let said = self.first_officer().run(&["results", id]);
        // A ballot that has not passed is certified too.
        let results = if said.exit == Exit::No { said.no()? } else { said.yes()? };
        let warnings = results["warnings"].as_array().cloned().unwrap_or_default();
        let file = self.file("answer.txt");
        for warning in &warnings {
            let which = warning["warning"].as_str().context("a warning has a name")?;
            fs::write(&file, text)?;
            self.first_officer().run(&["answer", id, which, "--text-file", &path(&file)]).yes()?;
        }
        Ok(warnings)
    }

    /// An officer verifies the record and signs the certificate.
    #[must_use]
    pub fn certify(&self, officer: &Person, id: &str) -> Said {
        officer.run(&["certify", id, "--key", &path(&officer.file("officer"))])
    }

    /// Somebody objects to a result with an OpenSSH key of their own, which is made the first time.
    ///
    /// # Errors
    /// Key or text cannot be written.
    pub fn object(&self, person: &Person, id: &str, text: &str) -> Result<Said> {
        let (key, words) = (person.file("own"), person.file("objection.txt"));
        if !key.exists() {
            let made = PrivateKey::random(&mut entropy::system(), Algorithm::Ed25519)?;
            files::write_new(&key, made.to_openssh(LineEnding::LF)?.as_bytes(), Access::Owner)?;
        }
        fs::write(&words, text)?;
        Ok(person.run(&["object", id, "--text-file", &path(&words), "--key", &path(&key)]))
    }

    /// Two tellers open the count, and two officers certify the result.
    ///
    /// # Errors
    /// A step fails.
    pub fn bring_to_certificate(&self, id: &str) -> Result<()> {
        let [one, _, other] = self.tellers();
        // The first waits for the second to state the same, so has two runs.
        self.decrypt(one, id).no()?;
        self.decrypt(other, id).yes()?;
        self.decrypt(one, id).yes()?;
        self.answer_warnings(id, "Everybody concerned was asked.\n")?;
        for officer in self.officers() {
            self.certify(officer, id).yes()?;
        }
        Ok(())
    }

    /// Anyone downloads record, shares and certificate; returns the record's file and the certificate's folder.
    ///
    /// # Errors
    /// The server refuses.
    pub fn download(&self, id: &str, name: &str) -> Result<(PathBuf, PathBuf)> {
        let (record, certificate) =
            (self.file(&format!("{name}.bel")), self.file(&format!("{name}-certificate")));
        let anyone = self.stranger();
        anyone.run(&["record", id, "-o", &path(&record)]).yes()?;
        anyone.run(&["certificate", id, "-o", &path(&certificate)]).yes()?;
        Ok((record, certificate))
    }

    /// What the server shows of a ballot to the delegate.
    ///
    /// # Errors
    /// The server refuses.
    pub fn show(&self, id: &str) -> Result<Value> {
        self.delegate().run(&["ballot", "show", id]).yes()
    }
}

impl Ballot {
    /// The code of a member.
    ///
    /// # Errors
    /// The member has none.
    pub fn code(&self, person: &Person) -> Result<&str> {
        let code = self.codes.get(&person.member_no);
        code.map(String::as_str).with_context(|| format!("no voting code for {}", person.member_no))
    }

    /// A member votes with the own code; `answers` are words such as `--answer 1=Yes`.
    ///
    /// # Errors
    /// The member has no code.
    pub fn vote(&self, person: &Person, answers: &[&str]) -> Result<Said> {
        Ok(self.vote_with(person, self.code(person)?, answers))
    }

    /// A member votes with this code.
    #[must_use]
    pub fn vote_with(&self, person: &Person, code: &str, answers: &[&str]) -> Said {
        person.answering(&[&["vote", &self.id], answers].concat(), &[code])
    }
}
