//! How far voting codes have come in a ballot: by unit for officers, observers and delegates, by name for officers. Nothing
//! here knows who has voted.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Path};
use askama::Template;
use scrutineer_api::delivery::{Channel, DeliveryState, UnitDelivery};
use scrutineer_api::role::Role;

use super::reader::Reader;
use super::watch::field;
use crate::actions::deliveries;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::problem::Problem;
use crate::i18n::Texts;

#[derive(Template)]
#[template(path = "delivery.html")]
struct Page<'a> {
    reader: &'a Reader,
    id: String,
    title: String,
    /// Sentences about the whole ballot.
    notes: Vec<String>,
    units: Vec<Row>,
    letters: Vec<Row>,
    /// Whether the reader may have the names.
    names: bool,
}

/// A row of a table: the unit, and what stands beside it.
struct Row {
    unit: String,
    words: Vec<String>,
    numbers: Vec<String>,
}

/// The page.
pub(super) async fn show(
    app: Data<App>,
    reader: Reader,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let found = deliveries::status(&app, &caller, id.into_inner()).await?;
    let t = reader.t;
    let mut notes = vec![t.with("delivery-share", &[("share", u64::from(found.unreachable_share).into())])];
    notes.extend(found.open_unreached.then(|| t.get("delivery-share-allowed")));
    notes.extend(found.employer_mail.then(|| t.get("delivery-employers-allowed")));
    let mut units: Vec<_> = found.units.iter().map(|one| unit(t, &one.unit, &one.delivery)).collect();
    let whole = t.get(if found.all_units { "delivery-all" } else { "delivery-yours" });
    if found.units.len() != 1 {
        units.push(unit(t, &whole, &found.whole));
    }
    let page = Page {
        reader: &reader,
        id: found.ballot.clone(),
        title: found.title.clone(),
        notes,
        units,
        letters: found.units.iter().flat_map(|one| letters(t, &one.unit, &one.delivery)).collect(),
        names: caller.has(Role::Officer),
    };
    reader.page(&page)
}

fn unit(t: &Texts, name: &str, unit: &UnitDelivery) -> Row {
    let numbers = [unit.eligible, unit.reached, unit.unreached, unit.out_of_reach, unit.employers_addresses];
    let numbers = numbers.map(|number| t.number(number)).into();
    Row { unit: name.to_owned(), words: Vec::new(), numbers }
}

/// Where the letters of a unit stand, way by way.
fn letters<'a>(t: &'a Texts, name: &'a str, unit: &'a UnitDelivery) -> impl Iterator<Item = Row> + 'a {
    unit.counts.iter().map(move |count| Row {
        unit: name.to_owned(),
        words: vec![t.get(way(count.channel)), t.get(state(count.state))],
        numbers: vec![t.number(count.members), t.number(count.with_code)],
    })
}

/// The message that names a way.
pub(super) const fn way(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "delivery-way-email",
        Channel::Post => "delivery-way-post",
        Channel::Hand => "delivery-way-hand",
    }
}

/// The message that names a state.
pub(super) const fn state(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Queued => "delivery-state-queued",
        DeliveryState::Printed => "delivery-state-printed",
        DeliveryState::Sent => "delivery-state-sent",
        DeliveryState::Delivered => "delivery-state-delivered",
        DeliveryState::HandedOver => "delivery-state-handed-over",
        DeliveryState::Bounced => "delivery-state-bounced",
    }
}

/// The names of those whom no code has reached, as a file.
pub(super) async fn unreached(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (id, found) = deliveries::unreached(&app, &caller, id.into_inner()).await?;
    let mut text = "member_no,name,unit,why\r\n".to_owned();
    for member in found.members {
        let (number, name, unit) = (field(&member.member_no), field(&member.name), field(&member.unit));
        text.push_str(&format!("{number},{name},{unit},{}\r\n", member.why));
    }
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"unreached-{id}.csv\"")))
        .body(text))
}
