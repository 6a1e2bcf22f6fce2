//! The pages that people see: HTML made on the server, complete without JavaScript, but for the booth that seals votes.
//!
//! A handler asks an action, fills a template (`templates/`) and gives it to its `reader::Reader`, who knows the language
//! and sets the headers. Refusals become pages in one place, `problem.rs`. All texts come from `i18n/`.

mod activate;
mod announced;
pub mod assets;
mod ballot;
mod certificate;
mod check;
mod delivery;
mod desk;
mod faults;
mod files;
mod home;
mod language;
mod letters;
mod local_path;
mod no_code;
mod notice;
pub(super) mod problem;
pub(super) mod reader;
mod record;
mod results;
mod sign_in;
mod status;
mod vote;
mod warnings;
mod watch;

use actix_web::middleware::Compress;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, Responder, Route, guard};

use super::extract::BodyLimit;

/// The most bytes of a form.
const FORM_LIMIT: usize = 16 * 1024;

/// The most bytes of a form with an objection: each of its characters can take twelve.
const TEXT_LIMIT: usize = 32 * 1024;

/// Reading a page, or only its head.
fn get<F, A>(handler: F) -> Route
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(handler)
}

/// Registers every page with the HTTP library. Each has its rows in `authorization::TABLE`.
pub(super) fn register(config: &mut ServiceConfig) {
    let page = |path: &str, routes: Vec<Route>| {
        let resource = web::resource(path).app_data(BodyLimit(FORM_LIMIT));
        routes.into_iter().fold(resource, actix_web::Resource::route)
    };
    let post = web::post;
    config
        .service(page("/", vec![get(home::show)]))
        .service(page("/activate", vec![get(activate::show), post().to(activate::activate)]))
        .service(page("/ballots/{id}", vec![get(ballot::show)]))
        .service(page("/ballots/{id}/files/{name}", vec![get(files::send)]))
        .service(page("/ballots/{id}/certificate", vec![get(certificate::show)]))
        .service(page("/ballots/{id}/delivery", vec![get(delivery::show)]))
        .service(page("/ballots/{id}/delivery/unreached.csv", vec![get(delivery::unreached)]))
        .service(
            web::resource("/ballots/{id}/answers")
                .app_data(BodyLimit(TEXT_LIMIT))
                .route(post().to(warnings::answer)),
        )
        .service(page("/ballots/{id}/notice", vec![get(notice::show)]))
        .service(
            web::resource("/ballots/{id}/roll-objections")
                .app_data(BodyLimit(TEXT_LIMIT))
                .route(post().to(announced::object)),
        )
        .service(page("/ballots/{id}/record", vec![get(record::show)]))
        .service(page("/ballots/{id}/results", vec![get(results::show)]))
        .service(page("/ballots/{id}/vote", vec![get(vote::show)]))
        .service(page("/ballots/{id}/watch", vec![get(watch::ballot)]))
        .service(page("/ballots/{id}/watch/voted.csv", vec![get(watch::who_voted)]))
        .service(page("/check", vec![get(check::show), post().to(check::check)]))
        .service(page("/desk", vec![get(desk::show), post().to(desk::find)]))
        .service(page("/desk/members/{member_no}", vec![get(desk::member)]))
        .service(page("/desk/members/{member_no}/email", vec![post().to(desk::change_email)]))
        .service(page("/desk/members/{member_no}/email/cancellation", vec![post().to(desk::keep_email)]))
        .service(page(
            "/desk/members/{member_no}/reissue/{id}",
            vec![get(desk::reissue_or_not), post().to(desk::reissue)],
        ))
        .service(page("/no-code", vec![get(no_code::show), post().to(no_code::ask)]))
        .service(page("/no-code/again", vec![get(no_code::again), post().to(no_code::replace)]))
        .service(page("/letters", vec![get(letters::show)]))
        .service(page("/letters/{kind}", vec![get(letters::html)]))
        .service(page("/language", vec![post().to(language::choose)]))
        .service(page("/sign-in", vec![get(sign_in::show), post().to(sign_in::sign_in)]))
        .service(page("/sign-out", vec![post().to(sign_in::sign_out)]))
        .service(page("/watch", vec![get(watch::union)]))
        .service(page("/assets/{name}", vec![get(assets::send)]).wrap(Compress::default()));
}
