//! What a handler returns when it goes well: JSON with a status, and a cookie where one is set.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpRequest, HttpResponse, Responder};
use scrutineer_api::proposal::Proposal;
use serde::Serialize;

use crate::actions::proposals::Asked;

/// A reply; `None` has no body (204).
pub(super) struct Reply<T> {
    status: StatusCode,
    body: Option<T>,
    cookie: Option<String>,
}

/// 200 with a body.
pub(super) const fn ok<T>(body: T) -> Reply<T> {
    Reply { status: StatusCode::OK, body: Some(body), cookie: None }
}

/// 201 with a body: something new is there.
pub(super) const fn created<T>(body: T) -> Reply<T> {
    Reply { status: StatusCode::CREATED, body: Some(body), cookie: None }
}

/// 204: done, and nothing to say.
pub(super) const fn done() -> Reply<()> {
    Reply { status: StatusCode::NO_CONTENT, body: None, cookie: None }
}

/// 202: taken, and what follows from it takes a while.
pub(super) const fn accepted() -> Reply<()> {
    Reply { status: StatusCode::ACCEPTED, body: None, cookie: None }
}

impl<T> Reply<T> {
    /// Sets a cookie, or with `None` leaves cookies alone.
    pub(super) fn with_cookie(mut self, cookie: Option<String>) -> Self {
        self.cookie = cookie;
        self
    }
}

/// The reply to a deed that may need two people: done, or 202 with the proposal that waits.
pub(super) enum Answer<T> {
    /// It is done.
    Done(Reply<T>),
    /// It waits.
    Waits(Reply<Box<Proposal>>),
}

/// Says what came of asking for a deed.
pub(super) fn answer<T>(asked: Asked<T>, done: impl FnOnce(T) -> Reply<T>) -> Answer<T> {
    match asked {
        Asked::Done(value) => Answer::Done(done(value)),
        Asked::Waits(proposal) => {
            Answer::Waits(Reply { status: StatusCode::ACCEPTED, body: Some(proposal), cookie: None })
        }
    }
}

impl<T: Serialize> Responder for Answer<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse<BoxBody> {
        match self {
            Self::Done(reply) => reply.respond_to(request),
            Self::Waits(reply) => reply.respond_to(request),
        }
    }
}

impl<T: Serialize> Responder for Reply<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::build(self.status);
        if let Some(cookie) = self.cookie {
            response.insert_header((SET_COOKIE, cookie));
        }
        match self.body {
            Some(body) => response.json(body),
            None => response.finish(),
        }
    }
}
