//! Tries to find out who cast which vote, knowing the answer.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rusqlite::types::Value;
use scrutineer_ballot::code::VotingCode;
use scrutineer_protocol::credential::Credential;
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_tests::raw::Raw;
use scrutineer_tests::world::World;

use crate::Known;
use crate::database::{Database, Row};

/// Tables whose rows name a member by another number: the column, and the table where that number is explained.
const MEMBER_ID: &str = "member_id";

/// A member and the vote.
struct Voter {
    member_no: String,
    /// The server's own number for the member.
    id: i64,
    name: String,
    /// The credential and the tracker, each in every form.
    vote: Vec<Vec<u8>>,
}

/// Who voted what, in the order in which they did.
pub(crate) struct Trace(Vec<Voter>);

impl Trace {
    /// Works it out from the codes, as only their members can.
    pub(crate) fn of(world: &World, known: &Known) -> Self {
        let elections = Raw::anyone(world.running().unwrap().url()).elections(&known.ballot.id).unwrap();
        let database = Database::read(&world.data().join("scrutineer.db"));
        let members = database.columns("member", &["id", "member_no"]);
        let voter = |(person, tracker, code): &(_, String, String)| {
            let person: &scrutineer_tests::person::Person = person;
            let no = Value::Text(person.member_no.clone());
            let Some(Value::Integer(id)) = members.iter().find(|row| row[1] == no).map(|row| row[0].clone())
            else {
                panic!("{} is not in the database", person.member_no)
            };
            let code = VotingCode::parse(code).unwrap();
            let digest = Base64Hash::from_text(tracker).unwrap();
            let mut forms = vec![digest.digest().to_vec()];
            // In whichever box it is: it stands for nobody in the others.
            for election in &elections {
                let key = Credential::from_text(&code.credential()).unwrap().derive(election.uuid());
                let point = hex::decode(key.public().to_string()).unwrap();
                forms.push(point.iter().rev().copied().collect());
                forms.push(point);
            }
            let mut vote = Vec::new();
            for bytes in forms {
                vote.push(hex::encode(&bytes).into_bytes());
                vote.push(bytes);
            }
            vote.push(tracker.clone().into_bytes());
            let name =
                world.roll.iter().find(|entry| entry.no().as_str() == person.member_no).unwrap().name();
            // A name that others bear too names nobody.
            let bearers = world.roll.iter().filter(|entry| entry.name() == name).count();
            let name = if bearers == 1 { name } else { "nobody is called like this" };
            Voter { member_no: person.member_no.clone(), id, name: name.to_owned(), vote }
        };
        Self(known.votes.iter().map(voter).collect())
    }

    /// Rows that name a member and the vote.
    pub(crate) fn joins(&self, database: &Database) -> Vec<String> {
        let mut found = Vec::new();
        for (table, rows) in database.tables() {
            for row in rows {
                // While bindings are there, the key beside them tells whose they are.
                let bound = table == "binding";
                for voter in &self.0 {
                    let has_vote =
                        row.iter().any(|(_, value)| voter.vote.iter().any(|form| holds(value, form)));
                    if has_vote && (bound || voter.is_named_in(row)) {
                        found.push(format!("{table}: {}", voter.member_no));
                    }
                }
            }
        }
        found
    }

    /// Tables in which members stand in the order in which they voted, or votes in the order of their members.
    pub(crate) fn orders(&self, database: &Database) -> Vec<String> {
        let by_vote: Vec<&str> = self.0.iter().map(|voter| voter.member_no.as_str()).collect();
        let mut by_number = by_vote.clone();
        by_number.sort_unstable();
        assert_ne!(by_vote, by_number, "the test would take one order for the other");
        let mut found = Vec::new();
        for (table, rows) in database.tables() {
            // Each member where they first stand, and where they last do.
            let named: Vec<&str> = rows.iter().flat_map(|row| self.named_in(row)).collect();
            let backwards: Vec<&str> = named.iter().rev().copied().collect();
            for order in [first_of_each(&named), first_of_each(&backwards)] {
                let mut reversed = order.clone();
                reversed.reverse();
                if order.len() > 2 && (is_part_of(&order, &by_vote) || is_part_of(&reversed, &by_vote)) {
                    found.push(format!("{table}: {order:?}"));
                }
            }
        }
        found
    }

    /// Voters whom a row names, in the order in which it does.
    fn named_in(&self, row: &Row) -> Vec<&str> {
        let mut named: Vec<&Voter> = self.0.iter().filter(|voter| voter.is_named_in(row)).collect();
        let place = |voter: &&Voter| {
            let texts = row.iter().enumerate().filter_map(|(column, (_, value))| match value {
                Value::Text(text) => Some((column, text.find(&voter.member_no)?)),
                _ => None,
            });
            texts.min()
        };
        named.sort_by_key(place);
        named.into_iter().map(|voter| voter.member_no.as_str()).collect()
    }

    /// Times, in a table that says anything about single members or votes, of when one member voted alone.
    pub(crate) fn times(&self, database: &Database, (from, to): (i64, i64)) -> Vec<String> {
        let mut found = BTreeSet::new();
        for (table, rows) in database.tables() {
            for (column, value) in rows.iter().flatten() {
                if matches!(value, Value::Integer(time) if (from..=to).contains(time)) {
                    found.insert(format!("{table}.{column}"));
                }
            }
        }
        found.into_iter().collect()
    }

    /// Lines of the server's log that name a member, a credential or a tracker.
    pub(crate) fn in_log(&self, files: &[(PathBuf, Vec<u8>)]) -> Vec<String> {
        let (_, log) = files.iter().find(|(path, _)| path.ends_with("server.log")).unwrap();
        let log = String::from_utf8_lossy(log);
        let names = |line: &str, voter: &Voter| {
            line.contains(&voter.member_no) || voter.vote.iter().any(|form| contains(line.as_bytes(), form))
        };
        log.lines().filter(|line| self.0.iter().any(|voter| names(line, voter))).map(str::to_owned).collect()
    }
}

impl Voter {
    fn is_named_in(&self, row: &Row) -> bool {
        row.iter().any(|(column, value)| match value {
            Value::Integer(id) => column == MEMBER_ID && *id == self.id,
            Value::Text(text) => text.contains(&self.member_no) || *text == self.name,
            _ => false,
        })
    }
}

fn holds(value: &Value, needle: &[u8]) -> bool {
    match value {
        Value::Text(text) => contains(text.as_bytes(), needle),
        Value::Blob(bytes) => contains(bytes, needle),
        _ => false,
    }
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn first_of_each<'a>(order: &[&'a str]) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    order.iter().copied().filter(|one| seen.insert(*one)).collect()
}

/// Whether one order is the other with some left out.
fn is_part_of(part: &[&str], whole: &[&str]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|one| rest.any(|other| other == one))
}
