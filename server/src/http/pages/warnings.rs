//! What could have changed a result, on the pages of the result and of the certificate, and the form with which an officer
//! says something to it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use scrutineer_api::count::NewWarningAnswer;
use scrutineer_api::delivery::{Channel, DeliveryState};
use scrutineer_ballot::certificate::{Certificate, Warning, Way, WayReport};
use serde::Deserialize;

use super::delivery::{state, way};
use super::reader::lead_to;
use crate::actions::answer;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::Form;
use crate::http::problem::Problem;
use crate::i18n::Texts;

/// What a certificate says of delivery, in the reader's language.
pub(super) struct Warnings {
    /// Names of numbers, and the numbers.
    pub(super) numbers: Vec<(String, String)>,
    /// What the margin means.
    pub(super) margin: String,
    /// The warnings that stand.
    pub(super) all: Vec<OneWarning>,
}

/// A warning that stands.
pub(super) struct OneWarning {
    /// Its word.
    pub(super) word: &'static str,
    /// The number against the margin.
    pub(super) sentence: String,
    /// What an officer says to it, or that nobody has.
    pub(super) answer: String,
}

impl Warnings {
    /// Those of a certificate; none of one that says nothing of delivery.
    pub(super) fn of(t: &Texts, certificate: &Certificate) -> Option<Self> {
        let delivery = certificate.delivery()?;
        let mut numbers = vec![(t.get("warnings-reached"), t.number(delivery.reached))];
        numbers.push((t.get("warnings-unreached"), t.number(delivery.unreached)));
        for one in &delivery.channels {
            numbers.extend(ways(t, one));
        }
        numbers.push((t.get("warnings-employers"), t.number(delivery.employers_addresses)));
        numbers.push((t.get("warnings-reissued"), t.number(delivery.reissued_votes)));
        numbers.push((t.get("warnings-changed"), t.number(delivery.changed_votes)));
        numbers.push((t.get("warnings-margin"), t.number(delivery.margin)));
        let all = delivery.warnings().into_iter().map(|warning| {
            let what = t.get(match warning {
                Warning::Unreached => "warnings-unreached",
                Warning::Reissued => "warnings-reissued",
                Warning::Changed => "warnings-changed",
            });
            let args = [
                ("what", what.into()),
                ("number", delivery.number(warning).into()),
                ("margin", delivery.margin.into()),
            ];
            let said = delivery.answers.iter().find(|answer| answer.warning == warning);
            let answer = said.map_or_else(
                || t.get("warnings-waiting"),
                |answer| {
                    let args = [
                        ("name", (&answer.name).into()),
                        ("member", answer.by.as_str().into()),
                        ("text", (&answer.text).into()),
                    ];
                    t.with("warnings-answer", &args)
                },
            );
            OneWarning { word: warning.as_str(), sentence: t.with("warnings-one", &args), answer }
        });
        let margin = t.with("warnings-margin-text", &[("margin", delivery.margin.into())]);
        Some(Self { numbers, margin, all: all.collect() })
    }
}

/// Where the letters on one way stand; nothing of a way that nobody went.
fn ways(t: &Texts, one: &WayReport) -> Vec<(String, String)> {
    let (channel, states) = match one.channel {
        Way::Email => (Channel::Email, DeliveryState::ALL),
        Way::Post => (Channel::Post, DeliveryState::ALL),
        Way::Hand => (Channel::Hand, DeliveryState::ALL),
    };
    let members = |state| match state {
        DeliveryState::Queued => one.queued,
        DeliveryState::Printed => one.printed,
        DeliveryState::Sent => one.sent,
        DeliveryState::Delivered => one.delivered,
        DeliveryState::HandedOver => one.handed_over,
        DeliveryState::Bounced => one.bounced,
    };
    let row =
        |what: &str, members: u64| (format!("{}: {}", t.get(way(channel)), t.get(what)), t.number(members));
    let mut rows: Vec<_> =
        states.into_iter().filter(|at| members(*at) > 0).map(|at| row(state(at), members(at))).collect();
    if !rows.is_empty() {
        rows.push(row("delivery-none", one.none));
    }
    rows
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    warning: String,
    text: String,
}

/// Takes an officer's answer.
pub(super) async fn answer(
    app: Data<App>,
    caller: Caller,
    id: Path<String>,
    sent: Form<Sent>,
) -> Result<HttpResponse, Problem> {
    let (id, Sent { warning, text }) = (id.into_inner(), sent.0);
    answer::answer(&app, &caller, id.clone(), NewWarningAnswer { warning, text }).await?;
    let id = super::ballot::id_of(&app, &caller, id).await?;
    Ok(lead_to(&format!("/ballots/{id}/results")))
}
