//! Commands that change the database while no server runs on it: `activation`, `purge`.

use std::sync::Arc;

use anyhow::Result;
use serde_json::{Value, json};

use super::{Outcome, print};
use crate::actions::keeping::{self, Purgeable};
use crate::actions::roll;
use crate::args::{Activation, Purge};
use crate::clock::Clock;
use crate::data_folder::DataFolder;
use crate::entropy::Entropy;
use crate::store::Store;

/// Makes an activation code for an officer.
pub(super) fn activation(args: &Activation, clock: &Arc<dyn Clock>, json: bool) -> Result<Outcome> {
    let store = Store::open(&DataFolder::new(&args.data), clock)?;
    let (member_no, mut rng) = (args.member.trim().to_owned(), Entropy::system().rng());
    let made = store.write_blocking("activation by operator", move |tx| {
        roll::code_by_operator(tx, &member_no, &mut rng)
    })?;
    let (member_no, code) = (&made.member_no, made.code.expose());
    let text = format!(
        "Activation code of officer {member_no}: {code}\n\nIt is shown this once and ends after 30 days. Start the server, then \
         choose a password with\n  scrutineer activate --member {member_no}"
    );
    print(json, &json!({ "member_no": member_no, "activation_code": code }), &text)?;
    Ok(Outcome::Yes)
}

/// Lists what need not be kept any more, or deletes it.
pub(super) fn purge(args: &Purge, clock: &Arc<dyn Clock>, json: bool) -> Result<Outcome> {
    let folder = DataFolder::new(&args.data);
    let store = Store::open(&folder, clock)?;
    let due = folder.is_rewrite_due();
    let found = if args.yes {
        let purged = store.write_blocking("purge", keeping::purge)?;
        if due || !purged.is_empty() {
            // What was deleted is still in the file and in the write-ahead log; a running server may have had to leave the file.
            let runtime = tokio::runtime::Builder::new_current_thread().build()?;
            runtime.block_on(store.rewrite())?;
            folder.note_rewritten()?;
        }
        purged
    } else {
        store.read_blocking("purge: look", keeping::purgeable)?
    };
    let document: Vec<_> = found.iter().map(described).collect();
    let mut lines: Vec<_> = found.iter().flat_map(lines).collect();
    lines.push(
        match (found.is_empty(), args.yes) {
            (true, true) if due => {
                "There is no ballot whose time of keeping is over. Nothing was deleted; the database file was rewritten, as was due since a \
                 ballot was closed."
            }
            (true, false) if due => {
                "There is no ballot whose time of keeping is over. The database file is to be rewritten since a ballot was closed: run it \
                 again with --yes."
            }
            (true, _) => "There is no ballot whose time of keeping is over. Nothing was deleted.",
            (false, false) => "Nothing was deleted yet: run it again with --yes.",
            (false, true) => {
                "All of this was deleted, and the database file was rewritten. Certificates, objections to results and the audit \
                 log stay. Backups that were taken before still have it."
            }
        }
        .to_owned(),
    );
    print(json, &json!({ "deleted": args.yes, "ballots": document }), &lines.join("\n"))?;
    Ok(Outcome::Yes)
}

fn described(one: &Purgeable) -> Value {
    let rows: serde_json::Map<_, _> =
        one.rows.iter().map(|row| (row.kind.to_owned(), row.count.into())).collect();
    json!({
        "id": one.ballot.uuid,
        "title": one.title,
        "state": one.ballot.state,
        "keep_until": one.ballot.keep_until,
        "rows": rows,
    })
}

fn lines(one: &Purgeable) -> Vec<String> {
    let head = format!("{}  {} ({})", one.ballot.uuid, one.title, one.ballot.state.as_str());
    let rows = one.rows.iter().map(|row| format!("  {:>9} {}", row.count, row.kind));
    [head].into_iter().chain(rows).collect()
}
