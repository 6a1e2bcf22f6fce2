//! Casting where many have voted before: what a vote takes should not depend on how many there are.
//!
//! The record of one open ballot is filled with the votes of a rehearsed one, and the tables with as many made-up members. Before
//! anybody casts on it, the server has added the votes up, as it does after every start.

use std::time::Duration;

use anyhow::{Context, Result};
use rusqlite::Connection;
use scrutineer_protocol::event::Entry;
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_server::store::{BoxId, WriteTx};
use scrutineer_tests::server::Program;
use scrutineer_tests::union::Union;

use crate::cast::{address, open_ballot, seal, sign_in};
use crate::load::all;
use crate::measure::{Threads, ratio};
use crate::report::{Row, Target};
use crate::stream::{Votes, fill};
use crate::{Bench, growth};

/// Members who really vote, the same number on a record of each size.
const MEMBERS: usize = 3000;
/// The server does something every second while it has votes to add up.
const LOOK: Duration = Duration::from_millis(1500);
/// What it may take in that time when it is done with that.
const CALM: Duration = Duration::from_millis(30);
/// Looks after which something is wrong.
const LOOKS: u32 = 60;

/// Processor time of the server for a vote, on records of several sizes.
pub(crate) fn rows(bench: &Bench, program: &Program) -> Result<Vec<Row>> {
    let mut sizes = growth::sizes(bench);
    sizes.truncate(3);
    let largest = *sizes.last().context("there are sizes")?;
    let folder = tempfile::tempdir_in(bench.target())?;
    let (mut union, ballot) = open_ballot(program, folder.path(), bench.unless_quick(MEMBERS, 300))?;
    let sealed = seal(&union, &ballot)?;
    union.stop()?;
    let real = sign_in(&union, &ballot, sealed)?;
    let mut made_up = Votes::of(bench, largest)?;
    let mut measured = Vec::new();
    for (size, requests) in sizes.iter().zip(real.requests.chunks(real.requests.len() / sizes.len())) {
        fill(&union, &mut made_up, *size, row_of_vote)?;
        add_members(&union)?;
        union.start("127.0.0.1:0")?;
        let server = union.running()?;
        calm(server.id())?;
        let before = Threads::of(server.id())?;
        all(address(server), requests, 201)?;
        let took = before.since(server.id())?;
        measured.push((*size, took / u32::try_from(requests.len())?));
        union.stop()?;
    }
    let [_, (base, least), ..] = measured[..] else { anyhow::bail!("two sizes at least are compared") };
    let others = measured.iter().filter(|(size, _)| *size != base);
    let row = |(size, took): &(u32, Duration)| {
        let (size, base) = (growth::thousands(*size), growth::thousands(base));
        let what =
            format!("processor time of the server for a vote, where {size} have voted / where {base} have");
        Row::new(what, ratio(*took, least), Target::None, "as many members, all in one ballot")
    };
    Ok(others.map(row).collect())
}

/// The vote's own row.
fn row_of_vote(tx: &WriteTx<'_>, the_box: BoxId, vote: &Entry) -> Result<()> {
    let body = vote.data.first().context("a vote stands before its event")?;
    Ok(tx.add_vote(the_box, &Base64Hash::of(body.as_bytes()), vote.event.event.height, None)?)
}

/// As many made-up members, who have cast them.
fn add_members(union: &Union) -> Result<()> {
    let database = Connection::open(union.data().join("scrutineer.db"))?;
    Ok(database.execute_batch(
        "CREATE TEMP TABLE new AS SELECT box_id, height FROM vote
          WHERE height > (SELECT ifnull(max(last_vote), 0) FROM binding);
         INSERT INTO binding (box_id, member_mac, credential, casts, last_vote)
           SELECT box_id, randomblob(32), randomblob(32), 1, height FROM new;
         INSERT INTO participation (slot, box_id, member_no, voted)
           SELECT randomblob(16), box_id, 'made up ' || height, 1 FROM new;",
    )?)
}

/// Waits until a server does nothing but look at its clock.
fn calm(server: u32) -> Result<()> {
    for _ in 0..LOOKS {
        let before = Threads::of(server)?;
        pause();
        if before.since(server)? < CALM {
            return Ok(());
        }
    }
    anyhow::bail!("the server does not come to rest")
}

#[expect(clippy::disallowed_methods, reason = "what the server does by itself is waited for")]
fn pause() {
    std::thread::sleep(LOOK);
}
