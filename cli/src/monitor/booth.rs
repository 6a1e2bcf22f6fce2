//! The voting page and what it loads: a page that seals votes otherwise than the one that was looked at could send a vote
//! elsewhere or seal another. So its bytes and those of its scripts must stay as they were seen first, or as announced.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::net::{As, Network, Trouble, read};
use super::state::{Alarm, Entry, StateFile};
use super::watch::Stop;
use crate::client::Endpoint;

/// Most bytes of the page.
const MAX_PAGE: u64 = 1 << 20;
/// Most bytes of a file that it loads.
const MAX_ASSET: u64 = 8 << 20;
/// Most files that it may load.
const MAX_ASSETS: usize = 20;
/// The name under which the page itself is kept.
const PAGE: &str = "/ballots/{id}/vote";

/// Looks at the voting page of a ballot, as a visitor, and at every file that it loads from the server. `announced` are
/// SHA-256 of files that somebody has announced.
///
/// # Errors
/// See [`Stop`].
pub fn check(
    net: &dyn Network,
    state: &mut StateFile,
    ballot: &str,
    announced: &BTreeSet<String>,
) -> Result<(), Stop> {
    let mut seen = look(net, ballot)?;
    let is_known = |seen: &Seen, state: &StateFile| {
        seen.iter()
            .all(|(path, hash)| state.known.booth.get(path).is_some_and(|hashes| hashes.contains(hash)))
    };
    if !is_known(&seen, state) {
        // What is new is looked at twice: a line that broke unseen shall alarm nobody.
        let again = look(net, ballot)?;
        if again != seen {
            return Err(Trouble::passing("the voting page is not the same twice").into());
        }
        seen = again;
    }
    let known = &state.known.booth;
    let first = known.is_empty();
    let is_new = |path: &str, hash: &String| !known.get(path).is_some_and(|hashes| hashes.contains(hash));
    let new: Vec<(String, String)> = seen.into_iter().filter(|(path, hash)| is_new(path, hash)).collect();
    // What a page loads is named in it: where all of its new files are announced, so is the page.
    let files_announced = new.iter().any(|(path, _)| path != PAGE)
        && new.iter().all(|(path, hash)| path == PAGE || announced.contains(hash));
    let unannounced: Vec<&(String, String)> = new
        .iter()
        .filter(|(path, hash)| !(first || announced.contains(hash) || (path == PAGE && files_announced)))
        .collect();
    if unannounced.is_empty() {
        if !new.is_empty() {
            state.add(new.into_iter().map(|(path, sha256)| Entry::Booth { path, sha256 }).collect())?;
        }
        return Ok(());
    }
    let list: Vec<String> =
        unannounced.iter().map(|(path, hash)| format!("{path} (SHA-256 {hash})")).collect();
    let message = format!(
        "the voting page has changed since this monitor first saw it: {}. An update of the server changes it as well. If one \
         was announced, with these hashes, and people who do not run the server have looked at it, start the monitor again \
         with --accept-booth SHA256 for each of them; if none was, nobody can say what the page now does with votes: tell \
         members to vote with `scrutineer vote`, or to wait",
        list.join(", ")
    );
    let alarm = Alarm::new("booth_changed", message).of(ballot);
    Err(alarm.with(json!({ "known": state.known.booth, "now": unannounced })).into())
}

/// Paths and the SHA-256 of what lies there.
type Seen = BTreeMap<String, String>;

/// Fetches the page and what it loads.
fn look(net: &dyn Network, ballot: &str) -> Result<Seen, Trouble> {
    let answer = net.get(&Endpoint::page(&["ballots", ballot, "vote"]), As::Visitor)?;
    let is_html = answer.kind == "text/html";
    let page = String::from_utf8(read(answer, MAX_PAGE)?).ok();
    let whole = page.filter(|page| is_html && page.trim_end().ends_with("</html>"));
    let page = whole.ok_or_else(|| Trouble::passing("it does not answer with the voting page"))?;
    // Everything but the ballot's own identifier is the same for all ballots.
    let mut seen = BTreeMap::from([(PAGE.to_owned(), sha256(page.replace(ballot, "{id}").as_bytes()))]);
    for name in assets(&page) {
        let answer = net.get(&Endpoint::page(&["assets", &name]), As::Visitor)?;
        seen.insert(format!("/assets/{name}"), sha256(&read(answer, MAX_ASSET)?));
    }
    Ok(seen)
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The files that a page loads from `/assets/`, by name.
fn assets(page: &str) -> BTreeSet<String> {
    let parts = page.split("\"/assets/").skip(1);
    let names = parts.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()));
    let plain = |name: &String| {
        !name.is_empty()
            && name.len() < 100
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
    };
    names.filter(plain).take(MAX_ASSETS).collect()
}

#[cfg(test)]
mod tests {
    use super::assets;

    #[test]
    fn the_files_of_a_page_are_found() {
        let page = r#"<script src="/assets/booth-01.js" integrity="x"></script><link href="/assets/style-2.css">
            <a href="/assets/">no</a><img src="/assets/../secret"><img src="/assets/booth-01.js">"#;
        assert_eq!(assets(page).into_iter().collect::<Vec<_>>(), ["booth-01.js", "style-2.css"]);
        assert!(assets("").is_empty());
    }
}
