//! The page of a ballot's record: its fingerprints, where to download it, how to check it, and the receipts on it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use scrutineer_ballot::fingerprint::Fingerprint;
use serde::Deserialize;

use super::assets::Asset;
use super::reader::Reader;
use crate::actions::record_page::{self, Fingerprints, OfBox, Receipts, RecordPage, Sight};
use crate::app::App;
use crate::domain::words;
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::i18n::Texts;

#[derive(Template)]
#[template(path = "record.html")]
struct Page<'a> {
    reader: &'a Reader,
    id: String,
    title: String,
    /// What is to be known about what is shown, in sentences.
    notes: Vec<String>,
    /// Whether signing in would show it.
    sign_in: bool,
    /// The box, where this is the record of one of several.
    box_name: Option<String>,
    /// The address of this page's record.
    place: String,
    /// All boxes, where there are several and none was asked for.
    boxes: Vec<BoxLine>,
    /// The twelve words of all sealed counts.
    closing: Option<Fingerprint>,
    prints: Option<Prints>,
    list: Option<List>,
    results: bool,
    /// The SHA-256 of the booth.
    booth: &'static str,
}

/// Fingerprints as people compare them.
struct Prints {
    election: String,
    /// How many events there are.
    entries: String,
    receipts_key: String,
    /// What it is of, in full, in words.
    compared: Vec<Print>,
    shares: bool,
}

struct Print {
    name: String,
    full: String,
    words: Fingerprint,
}

/// One of several boxes.
struct BoxLine {
    name: String,
    election: String,
    eligible: String,
}

impl BoxLine {
    fn of(t: &Texts, one: OfBox) -> Self {
        Self { name: one.name, election: one.election, eligible: t.number(one.eligible) }
    }
}

/// A page of receipts.
struct List {
    receipts: Receipts,
    previous: Option<u64>,
    next: Option<u64>,
}

/// The query of the page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default = "first")]
    page: u64,
    #[serde(rename = "box", default)]
    box_name: Option<String>,
}

const fn first() -> u64 {
    1
}

/// The page.
pub(super) async fn show(
    app: Data<App>,
    mut reader: Reader,
    id: Path<String>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let Asked { page, box_name } = asked.0;
    let caller = reader.caller.as_ref();
    let found = record_page::record_page(&app, caller, id.into_inner(), box_name, page).await?;
    reader.practice = found.practice;
    let notes = notes(reader.t, &found, app.settings.record_step);
    let results = found.has_results();
    let RecordPage { id, title, sight, box_name, .. } = found;
    let sign_in = matches!(sight, Sight::SignIn);
    let (mut boxes, mut closing) = (Vec::new(), None);
    let (prints, list) = match sight {
        Sight::NotYet | Sight::NoCodes | Sight::SignIn => (None, None),
        Sight::Boxes(found) => {
            let closings: Option<Vec<_>> =
                found.iter().map(|one| Some((one.election.as_str(), one.closing?))).collect();
            closing = closings.and_then(Fingerprint::of_closings);
            boxes = found.into_iter().map(|one| BoxLine::of(reader.t, one)).collect();
            (None, None)
        }
        Sight::Steps(prints) => (Some(prints), None),
        Sight::Live(prints, list) | Sight::Public(prints, list) => (Some(prints), Some(list)),
    };
    let place = match (&box_name, &prints) {
        (Some(_), Some(prints)) => prints.election.clone(),
        _ => id.clone(),
    };
    let page = Page {
        reader: &reader,
        box_name,
        place,
        boxes,
        closing,
        id,
        title,
        notes,
        sign_in,
        prints: prints.map(|found| prints_of(reader.t, &found)),
        list: list.map(|receipts| List {
            previous: (receipts.page > 1).then(|| receipts.page - 1),
            next: (receipts.page < receipts.pages).then(|| receipts.page + 1),
            receipts,
        }),
        results,
        booth: &Asset::booth().sha256,
    };
    reader.page(&page)
}

fn notes(t: &Texts, found: &RecordPage, step: i64) -> Vec<String> {
    let steps = || {
        let minutes = u64::try_from(step).unwrap_or_default().div_ceil(60);
        t.with("record-steps", &[("minutes", minutes.into())])
    };
    let ends = || {
        let time = words::time(t, &found.time_zone, found.closes?);
        Some(t.with("results-open-closes", &[("time", time.into())]))
    };
    match found.sight {
        Sight::NotYet => vec![t.get("record-not-yet")],
        Sight::NoCodes => vec![t.get("record-no-codes")],
        Sight::Boxes(_) => vec![t.get("record-boxes-text")],
        Sight::SignIn => [t.get("record-sign-in")].into_iter().chain(ends()).collect(),
        Sight::Steps(_) => vec![steps(), t.get("record-list-later")],
        Sight::Live(..) => vec![t.get("record-live")],
        Sight::Public(..) => Vec::new(),
    }
}

fn prints_of(t: &Texts, found: &Fingerprints) -> Prints {
    let print = |name: &str, full: String, digest: &[u8; 32]| Print {
        name: t.get(name),
        full,
        words: Fingerprint::of_digest(digest),
    };
    let mut compared = vec![
        print("record-fingerprint", found.fingerprint.to_string(), found.fingerprint.digest()),
        print("record-head", found.head.to_string(), found.head.digest()),
    ];
    if let Some(closing) = found.closing {
        compared.push(print("record-closing", closing.to_string(), closing.digest()));
    }
    Prints {
        election: found.election.clone(),
        entries: t.number(found.height.saturating_add(1)),
        receipts_key: found.receipts_key.clone(),
        compared,
        shares: found.shares,
    }
}
