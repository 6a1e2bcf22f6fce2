//! The API: which handler answers which row of the authorization table, and what the OpenAPI document says of it.
//!
//! A handler takes what it needs, calls one action and says how it went; everything else happens before or after it.

mod accounts;
mod announcements;
mod audit;
mod ballots;
mod boards;
mod count;
mod deliveries;
mod desk;
mod letters;
mod proposals;
mod record;
mod registrar;
mod roles;
mod roll;
mod server;
mod votes;

use std::collections::BTreeMap;

use actix_web::http::header::IF_NONE_MATCH;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, Responder, Route, guard};
use scrutineer_api::about::{About, Health};
use scrutineer_api::account::{Activated, Me, NewActivation, NewSession, Session};
use scrutineer_api::announcement::{
    Eligibility, NewAnnouncement, NewFile, NewText, NoticeSent, RollObjections,
};
use scrutineer_api::audit::{AuditPage, AuditQuery};
use scrutineer_api::ballot::{
    Ballot, BallotId, Ballots, BoxQuery, Cancellation, Extension, FrozenRoll, MemberCodes, NewBallot,
    NewStatement, Participation, Reissue, Reissued,
};
use scrutineer_api::board::{Board, Boards, CeremonyInbox, CeremonyMessage, NewBoard};
use scrutineer_api::booth::{Booth, BoothQuery};
use scrutineer_api::count::{
    Certificate, CertificateQuery, NewCorrection, NewDecryption, NewObjection, NewSignature,
    NewWarningAnswer, Objection, Objections, ResultWarnings, Results,
};
use scrutineer_api::delivery::{
    DeliveriesNoted, Delivery, EmployerDomains, NewDeliveries, NewEmployerDomain, Unreached,
};
use scrutineer_api::desk::{DeskFound, DeskMember, DeskSearch, EmailChange, NewEmail};
use scrutineer_api::key::{Key, NewKey};
use scrutineer_api::letters::{LetterRun, LetterRuns, LettersPreview, NewLetters, NewNumber, TestLetter};
use scrutineer_api::proposal::{Approval, Approved, Proposal, Proposals, Rejection};
use scrutineer_api::registrar::{Issued, NewCredentials, OwedCodes, RegistrarRequest, ReissuesConfirmed};
use scrutineer_api::role::{RoleHolder, RoleOf, Roles};
use scrutineer_api::roll::{ActivationCodes, NewActivationCodes, NewRollImport, RollImport};
use scrutineer_api::vote::{EIGHTHS, Head, NewTest, Receipt, TrackerQuery, VoteStatus};
use scrutineer_ballot::file::MAX_FILE_BYTES;
use scrutineer_ballot::roll::MAX_ROLL_BYTES;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::ParameterIn;
use utoipa::{IntoParams, ToSchema};

use super::extract::{BODY_LIMIT, BodyLimit};
use super::gate::{RECORD, VOTES};
use super::openapi::{self, Operation, describe};
use crate::actions::cast::MAX_VOTE_BYTES;

/// The most bytes of what anybody may send without being signed in, as of a page's form.
const OPEN_LIMIT: usize = 16 * 1024;

/// The most bytes of a ceremony's message: the longest, of a board of twenty, has about 40 KiB.
const CEREMONY_LIMIT: usize = 256 * 1024;

/// The most bytes of an objection in JSON, whose escapes may make its 64 KiB several times as long.
const OBJECTION_LIMIT: usize = 512 * 1024;

/// The most bytes of a share: one of a ballot with a thousand answers has about 1 MB, with its bound proofs twice that.
const SHARE_LIMIT: usize = 4 * 1024 * 1024;

/// The most bytes of a report of deliveries: fifty thousand members.
const DELIVERIES_LIMIT: usize = 4 * 1024 * 1024;

/// The most bytes of the public credentials of a vote of a million members, whose numbers are as long as they may be.
const CREDENTIALS_LIMIT: usize = 144 * 1024 * 1024;

/// The most bytes of so many re-issued codes as are confirmed at once.
const REISSUES_LIMIT: usize = 512 * 1024;

/// Every operation there is. Each has a row in `authorization::TABLE`; without one it cannot be reached.
fn endpoints() -> Vec<Endpoint> {
    vec![
        get("/health", "Whether the server works", server::health).gives::<Health>(200),
        get("/api/v1", "Whose server this is, and its receipt key", server::about).gives::<About>(200),
        get("/api/v1/openapi.json", "This document", server::openapi),
        post("/api/v1/activations", "Set a password by an activation code", accounts::activate)
            .takes::<NewActivation>()
            .limit(OPEN_LIMIT)
            .gives::<Activated>(201),
        post("/api/v1/sessions", "Sign in", accounts::sign_in)
            .takes::<NewSession>()
            .limit(OPEN_LIMIT)
            .gives::<Session>(201),
        delete("/api/v1/sessions/current", "Sign out", accounts::sign_out).gives_nothing(),
        get("/api/v1/me", "Who is signed in", accounts::me).gives::<Me>(200),
        post("/api/v1/me/keys", "Add one's own certificate key", accounts::add_key)
            .takes::<NewKey>()
            .gives::<Key>(201),
        get("/api/v1/roles", "Who holds which role", roles::list).gives::<Roles>(200),
        post("/api/v1/roles", "Grant a role", roles::grant)
            .takes::<RoleOf>()
            .gives::<RoleHolder>(201)
            .or_waits(),
        delete("/api/v1/roles", "Revoke a role", roles::revoke)
            .parameter("role", true)
            .parameter("member_no", true)
            .parameter("unit", false)
            .gives_nothing()
            .or_waits(),
        get("/api/v1/proposals", "Deeds that need two people, the newest first", proposals::list)
            .gives::<Proposals>(200),
        get("/api/v1/proposals/{id}", "A deed that needs two people", proposals::one).gives::<Proposal>(200),
        post("/api/v1/proposals/{id}/approval", "Approve it as the second person", proposals::approve)
            .takes::<Approval>()
            .gives::<Approved>(200),
        post("/api/v1/proposals/{id}/rejection", "Reject it, or take it back", proposals::reject)
            .takes::<Rejection>()
            .gives::<Proposal>(200),
        post("/api/v1/roll/imports", "Import the roll, or check a file", roll::import)
            .takes::<NewRollImport>()
            .or_takes("text/csv")
            .parameter("dry_run", false)
            .parameter("list_sha256", false)
            .limit(MAX_ROLL_BYTES + MAX_ROLL_BYTES / 4)
            .gives::<RollImport>(200),
        post("/api/v1/roll/activations", "Make new activation codes", roll::issue_codes)
            .takes::<NewActivationCodes>()
            .gives::<ActivationCodes>(201)
            .or_waits(),
        get("/api/v1/audit", "The audit log", audit::page).query::<AuditQuery>().gives::<AuditPage>(200),
        get("/api/v1/boards", "All boards of tellers", boards::list).gives::<Boards>(200),
        post("/api/v1/boards", "Make a board of tellers", boards::create)
            .takes::<NewBoard>()
            .gives::<Board>(201),
        get("/api/v1/boards/{name}", "A board and its ceremony", boards::one).gives::<Board>(200),
        ceremony("/api/v1/boards/{name}/certificate", "Round 1, by a teller", boards::certificate),
        ceremony(
            "/api/v1/boards/{name}/commitment",
            "Committing to round 2, by a teller",
            boards::commitment,
        ),
        ceremony("/api/v1/boards/{name}/parts", "Round 2, by a teller", boards::parts),
        ceremony("/api/v1/boards/{name}/key", "Round 3, by a teller", boards::key),
        get("/api/v1/boards/{name}/inbox", "What other tellers sent the caller", boards::inbox)
            .gives::<CeremonyInbox>(200),
        get("/api/v1/ballots", "All ballots, the newest first", ballots::list).gives::<Ballots>(200),
        post("/api/v1/ballots", "Draft a ballot from its file", ballots::draft)
            .takes::<NewBallot>()
            .limit(2 * MAX_FILE_BYTES)
            .gives::<BallotId>(201),
        get("/api/v1/ballots/{id}", "A ballot", ballots::one).gives::<Ballot>(200),
        post("/api/v1/ballots/{id}/freezing", "Freeze a draft", ballots::freeze).gives_nothing().or_waits(),
        post("/api/v1/ballots/{id}/opening", "Open a frozen ballot", ballots::open)
            .gives_nothing()
            .or_waits(),
        post("/api/v1/ballots/{id}/closing", "Close an open ballot without a deadline", ballots::close)
            .gives_nothing(),
        post("/api/v1/ballots/{id}/extension", "Move the deadline to a later time", ballots::extend)
            .takes::<Extension>()
            .gives_nothing()
            .or_waits(),
        post("/api/v1/ballots/{id}/cancellation", "End a ballot without a result", ballots::cancel)
            .takes::<Cancellation>()
            .gives_nothing()
            .or_waits(),
        put("/api/v1/ballots/{id}/file", "Give a draft another file", announcements::replace)
            .takes::<NewFile>()
            .limit(2 * MAX_FILE_BYTES)
            .gives::<BallotId>(200),
        get(
            "/api/v1/ballots/{id}/eligibility",
            "Who may vote in a draft by the roll as it is now",
            announcements::preview,
        )
        .gives::<Eligibility>(200),
        post("/api/v1/ballots/{id}/announcement", "Announce a draft to members", announcements::announce)
            .takes::<NewAnnouncement>()
            .gives_nothing(),
        post(
            "/api/v1/ballots/{id}/notices",
            "Note that the notice of a ballot was sent",
            announcements::notice_sent,
        )
        .takes::<NoticeSent>()
        .gives_nothing(),
        get(
            "/api/v1/ballots/{id}/roll-objections",
            "Objections to the roll of an announced draft",
            announcements::objections,
        )
        .gives::<RollObjections>(200),
        post(
            "/api/v1/ballots/{id}/roll-objections",
            "Object to the roll of an announced draft",
            announcements::object,
        )
        .takes::<NewText>()
        .gives_nothing(),
        post(
            "/api/v1/ballots/{id}/roll-objections/{number}/answer",
            "Answer an objection to the roll",
            announcements::answer,
        )
        .takes::<NewText>()
        .gives_nothing(),
        get("/api/v1/ballots/{id}/codes", "Voting codes, for whoever froze the ballot", ballots::fetch_codes)
            .gives::<MemberCodes>(200),
        post(
            "/api/v1/ballots/{id}/codes/confirmation",
            "Confirm and erase the codes",
            ballots::confirm_codes,
        )
        .gives_nothing(),
        post("/api/v1/ballots/{id}/reissues", "Replace members' voting codes", ballots::reissue)
            .takes::<Reissue>()
            .gives::<Reissued>(200)
            .or_waits(),
        get("/api/v1/ballots/{id}/delivery", "How far letters and codes have come", deliveries::status)
            .gives::<Delivery>(200),
        get(
            "/api/v1/ballots/{id}/delivery/unreached",
            "Whom no code has reached, by name",
            deliveries::unreached,
        )
        .gives::<Unreached>(200),
        post(
            "/api/v1/ballots/{id}/deliveries",
            "Note what was handed over, or what a registrar sent",
            deliveries::note,
        )
        .takes::<NewDeliveries>()
        .limit(DELIVERIES_LIMIT)
        .gives::<DeliveriesNoted>(200),
        post(
            "/api/v1/ballots/{id}/employer-mail",
            "Allow codes to employers' addresses",
            deliveries::allow_employer_mail,
        )
        .gives_nothing()
        .or_waits(),
        get("/api/v1/employer-domains", "Mail domains that are an employer's", deliveries::domains)
            .gives::<EmployerDomains>(200),
        post("/api/v1/employer-domains", "Mark a mail domain as an employer's", deliveries::add_domain)
            .takes::<NewEmployerDomain>()
            .gives_nothing(),
        delete(
            "/api/v1/employer-domains/{domain}",
            "Take an employer's mark off a mail domain",
            deliveries::remove_domain,
        )
        .gives_nothing(),
        get("/api/v1/letters", "Runs of letters, the newest first, and how mail is doing", letters::list)
            .gives::<LetterRuns>(200),
        get(
            "/api/v1/letters/activation",
            "What letters with activation codes would be",
            letters::look_at_activation,
        )
        .gives::<LettersPreview>(200),
        post("/api/v1/letters/activation", "Send letters with activation codes", letters::send_activation)
            .takes::<NewLetters>()
            .gives::<LetterRun>(201),
        get("/api/v1/ballots/{id}/letters/{kind}", "What letters about a ballot would be", letters::look)
            .gives::<LettersPreview>(200),
        post("/api/v1/ballots/{id}/letters/{kind}", "Send letters about a ballot", letters::send)
            .takes::<NewLetters>()
            .gives::<LetterRun>(201),
        post("/api/v1/letters/runs/{number}/pause", "Pause a run of letters", letters::pause)
            .gives::<LetterRun>(200),
        post("/api/v1/letters/runs/{number}/resumption", "Resume a run of letters", letters::resume)
            .gives::<LetterRun>(200),
        post("/api/v1/letters/runs/{number}/cancellation", "End a run of letters", letters::cancel)
            .gives::<LetterRun>(200),
        post("/api/v1/letters/tests", "Send a test letter to one's own address", letters::test)
            .gives::<TestLetter>(201),
        post(
            "/api/v1/letters/tests/confirmation",
            "Say that one's test letter has arrived",
            letters::confirm,
        )
        .takes::<NewNumber>()
        .gives_nothing(),
        post("/api/v1/desk/search", "Find members by number or name", desk::find)
            .takes::<DeskSearch>()
            .gives::<DeskFound>(200),
        get("/api/v1/desk/members/{member_no}", "What the desk needs to help a member", desk::show)
            .gives::<DeskMember>(200),
        post("/api/v1/desk/members/{member_no}/email", "Change a member's address", desk::change_email)
            .takes::<NewEmail>()
            .gives::<EmailChange>(201)
            .or_waits(),
        delete("/api/v1/desk/members/{member_no}/email", "Take a change back that waits", desk::keep_email)
            .gives_nothing(),
        get("/api/v1/ballots/{id}/registrar", "What a registrar makes voting codes from", registrar::request)
            .gives::<RegistrarRequest>(200),
        put(
            "/api/v1/ballots/{id}/registrar/credentials",
            "Issue the voting codes, by their public part, as the registrar",
            registrar::issue,
        )
        .takes::<NewCredentials>()
        .limit(CREDENTIALS_LIMIT)
        .gives::<Issued>(200),
        get(
            "/api/v1/ballots/{id}/registrar/reissues",
            "Re-issued codes that the registrar has to hand out",
            registrar::reissued,
        )
        .gives::<OwedCodes>(200),
        post(
            "/api/v1/ballots/{id}/registrar/reissues/confirmation",
            "Confirm that the registrar has re-issued codes",
            registrar::confirm_reissued,
        )
        .takes::<OwedCodes>()
        .limit(REISSUES_LIMIT)
        .gives::<ReissuesConfirmed>(200),
        put(
            "/api/v1/ballots/{id}/checks",
            "State that one has checked a ballot, by a teller",
            ballots::state_check,
        )
        .takes::<NewStatement>()
        .gives_nothing(),
        put(
            "/api/v1/ballots/{id}/closings",
            "State which count one sees, by a teller",
            ballots::state_closing,
        )
        .takes::<NewStatement>()
        .gives_nothing(),
        post("/api/v1/ballots/{id}/votes", "Cast a sealed vote", votes::cast)
            .takes_bytes("application/json")
            .header(IF_NONE_MATCH.as_str())
            .header(EIGHTHS)
            .limit(MAX_VOTE_BYTES)
            .gives::<Receipt>(201),
        post("/api/v1/ballots/{id}/tests", "Have a sealed vote refused, before testing it", votes::test)
            .takes::<NewTest>()
            .gives_nothing(),
        get("/api/v1/ballots/{id}/booth", "What the voting booth shows, in words", ballots::booth)
            .query::<BoothQuery>()
            .gives::<Booth>(200),
        get("/api/v1/ballots/{id}/receipts", "What became of a vote", votes::status)
            .query::<TrackerQuery>()
            .gives::<VoteStatus>(200),
        post("/api/v1/ballots/{id}/receipts", "What became of a vote, in no log of addresses", votes::ask)
            .takes::<TrackerQuery>()
            .limit(OPEN_LIMIT)
            .gives::<VoteStatus>(200),
        get("/api/v1/ballots/{id}/election", "The election object", record::election)
            .query::<BoxQuery>()
            .gives_bytes("application/json"),
        get_or_head(RECORD, "The record, an archive, or a part of it", record::archive)
            .query::<BoxQuery>()
            .gives_bytes(record::ARCHIVE),
        get("/api/v1/ballots/{id}/record/pieces/{number}", "256 events of the record", record::piece)
            .query::<BoxQuery>()
            .gives_bytes(record::ARCHIVE),
        get("/api/v1/ballots/{id}/shares", "The proofs of shares beside the record", record::shares)
            .query::<BoxQuery>()
            .gives_bytes("application/json"),
        get("/api/v1/ballots/{id}/head", "The newest event of the record, signed", record::head)
            .query::<BoxQuery>()
            .gives::<Head>(200),
        post("/api/v1/ballots/{id}/decryptions", "A teller's share of the count", count::decrypt)
            .takes::<NewDecryption>()
            .limit(SHARE_LIMIT)
            .gives_nothing()
            .or_later(),
        get("/api/v1/ballots/{id}/results", "Counts and decisions", count::results)
            .query::<BoxQuery>()
            .gives::<Results>(200),
        get("/api/v1/ballots/{id}/certificate", "The certificate with its signatures", count::certificate)
            .query::<CertificateQuery>()
            .gives::<Certificate>(200),
        post("/api/v1/ballots/{id}/signatures", "Sign the certificate", count::sign)
            .takes::<NewSignature>()
            .gives::<Certificate>(201),
        post("/api/v1/ballots/{id}/corrections", "Correct a signed certificate by a new one", count::correct)
            .takes::<NewCorrection>()
            .gives::<Certificate>(201),
        post("/api/v1/ballots/{id}/answers", "Answer a warning beside the result", count::answer)
            .takes::<NewWarningAnswer>()
            .gives::<ResultWarnings>(200),
        get("/api/v1/ballots/{id}/objections", "Observers' objections to the result", count::objections)
            .gives::<Objections>(200),
        post("/api/v1/ballots/{id}/objections", "Object to the result", count::object)
            .takes::<NewObjection>()
            .limit(OBJECTION_LIMIT)
            .gives::<Objection>(201),
        get("/api/v1/ballots/{id}/participation", "Who has voted, once it is closed", count::participation)
            .query::<BoxQuery>()
            .gives::<Participation>(200),
        get("/api/v1/ballots/{id}/roll", "The frozen roll and its salt", count::frozen_roll)
            .query::<BoxQuery>()
            .gives::<FrozenRoll>(200),
    ]
}

/// A step of a ceremony.
fn ceremony<F, A>(path: &'static str, summary: &'static str, handler: F) -> Endpoint
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    put(path, summary, handler).takes::<CeremonyMessage>().limit(CEREMONY_LIMIT).gives::<Board>(200)
}

/// One operation: its handler and its description.
struct Endpoint {
    route: Route,
    limit: usize,
    operation: Operation,
}

fn get<F, A>(path: &'static str, summary: &'static str, handler: F) -> Endpoint
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    Endpoint::new("GET", path, summary, web::get().to(handler)).limit(0)
}

/// Reading something, or only its head.
fn get_or_head<F, A>(path: &'static str, summary: &'static str, handler: F) -> Endpoint
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let route = web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    Endpoint::new("GET", path, summary, route.to(handler)).limit(0)
}

fn post<F, A>(path: &'static str, summary: &'static str, handler: F) -> Endpoint
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    Endpoint::new("POST", path, summary, web::post().to(handler))
}

fn put<F, A>(path: &'static str, summary: &'static str, handler: F) -> Endpoint
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    Endpoint::new("PUT", path, summary, web::put().to(handler))
}

fn delete<F, A>(path: &'static str, summary: &'static str, handler: F) -> Endpoint
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    Endpoint::new("DELETE", path, summary, web::delete().to(handler))
}

impl Endpoint {
    fn new(method: &'static str, path: &'static str, summary: &'static str, route: Route) -> Self {
        let operation = Operation {
            method,
            path,
            summary,
            parameters: openapi::path_parameters(path),
            takes: None,
            also_takes: None,
            takes_bytes: None,
            gives: None,
            gives_bytes: None,
            status: 200,
            waits: None,
            later: false,
        };
        Self { route, limit: BODY_LIMIT, operation }
    }

    /// The type of its JSON body.
    fn takes<T: ToSchema>(mut self) -> Self {
        self.operation.takes = Some(describe::<T>());
        self
    }

    /// Another content type that its body may have.
    const fn or_takes(mut self, content_type: &'static str) -> Self {
        self.operation.also_takes = Some(content_type);
        self
    }

    /// The type of its reply, and the status when it goes well.
    fn gives<T: ToSchema>(mut self, status: u16) -> Self {
        self.operation.gives = Some(describe::<T>());
        self.operation.status = status;
        self
    }

    /// Its body is bytes that are kept as they are.
    const fn takes_bytes(mut self, content_type: &'static str) -> Self {
        self.operation.takes_bytes = Some(content_type);
        self
    }

    /// Its reply is bytes that are kept as they are.
    const fn gives_bytes(mut self, content_type: &'static str) -> Self {
        self.operation.gives_bytes = Some(content_type);
        self
    }

    /// No reply but 204.
    const fn gives_nothing(mut self) -> Self {
        self.operation.status = 204;
        self
    }

    /// Or 202 with a proposal, where it takes two people.
    fn or_waits(mut self) -> Self {
        self.operation.waits = Some(describe::<Proposal>());
        self
    }

    /// Or 202 without a body, where the rest takes longer.
    const fn or_later(mut self) -> Self {
        self.operation.later = true;
        self
    }

    /// One text of its query.
    fn parameter(mut self, name: &str, required: bool) -> Self {
        self.operation.parameters.push(openapi::parameter(name, ParameterIn::Query, required));
        self
    }

    /// A header that may come with it.
    fn header(mut self, name: &str) -> Self {
        self.operation.parameters.push(openapi::parameter(name, ParameterIn::Header, false));
        self
    }

    /// The type of its query.
    fn query<T: IntoParams>(mut self) -> Self {
        self.operation.parameters.extend(T::into_params(|| Some(ParameterIn::Query)));
        self
    }

    /// The most bytes of its body, where they are not 64 KiB.
    const fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }
}

/// Registers every operation with the HTTP library.
pub(super) fn register(config: &mut ServiceConfig) {
    let mut paths: BTreeMap<&str, Vec<Endpoint>> = BTreeMap::new();
    for endpoint in endpoints() {
        paths.entry(endpoint.operation.path).or_default().push(endpoint);
    }
    // The first path that fits is taken, and votes are what comes in great numbers: they are not to be compared with every other.
    let first = paths.remove_entry(VOTES);
    for (path, endpoints) in first.into_iter().chain(paths) {
        let limit = endpoints.iter().map(|endpoint| endpoint.limit).max().unwrap_or(BODY_LIMIT);
        let resource = web::resource(path).app_data(BodyLimit(limit));
        config.service(
            endpoints.into_iter().fold(resource, |resource, endpoint| resource.route(endpoint.route)),
        );
    }
}

/// The OpenAPI document.
#[must_use]
pub fn document() -> OpenApi {
    openapi::document(endpoints().into_iter().map(|endpoint| endpoint.operation).collect())
}
