//! Who reads a page: language, whether signed in, where they are. Every page is made for one reader.

use std::future::{Ready, ready};

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, VARY,
};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use askama::Template;
use scrutineer_api::role::Role;

use super::assets::Asset;
use super::local_path;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::cookie::{self, cookie_name};
use crate::http::problem::Problem;
use crate::i18n::{self, InWords as _, Language, Texts};

/// The cookie that remembers the language.
pub(super) const LANGUAGE_COOKIE: &str = "language";

/// A page without scripts.
const PLAIN: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
/// A page with one of our scripts.
const SCRIPTED: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                        worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
                        require-trusted-types-for 'script'; trusted-types booth";

/// Marks a reply as a page that says itself what went wrong.
pub(in crate::http) struct IsPage;

/// Who reads a page, and what every page shows of that.
pub(super) struct Reader {
    /// The texts in the reader's language.
    pub(super) t: &'static Texts,
    /// Whose server this is.
    pub(super) union: String,
    /// Who is signed in.
    pub(super) caller: Option<Caller>,
    /// A session came along that has ended.
    pub(super) session_ended: bool,
    /// The path of this page with its query: where choosing a language leads back to.
    pub(super) here: String,
    /// The page is about a practice ballot.
    pub(super) practice: bool,
    /// The script of the page.
    pub(super) script: Option<&'static Asset>,
    /// Whether the page offers to sign in.
    pub(super) offers_sign_in: bool,
}

impl Reader {
    /// Whoever sent this request.
    pub(in crate::http) fn of(app: &App, request: &HttpRequest) -> Self {
        let headers = request.headers();
        let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let language = i18n::choose(cookie::find(headers, LANGUAGE_COOKIE), accepted);
        let caller = request.extensions().get::<Caller>().cloned();
        let uri = request.uri();
        let whole = uri.path_and_query().map_or("/", |path| path.as_str());
        let here = local_path::checked(whole).or_else(|| local_path::checked(uri.path())).unwrap_or("/");
        Self {
            t: language.texts(),
            union: app.installation.union_name.clone(),
            session_ended: caller.is_none()
                && cookie::find(headers, cookie_name(app.settings.public_url.is_secure())).is_some(),
            caller,
            here: here.to_owned(),
            practice: false,
            script: None,
            offers_sign_in: true,
        }
    }

    /// The name of who is signed in.
    pub(super) fn name(&self) -> Option<&str> {
        self.caller.as_ref().map(|caller| caller.session().name.as_str())
    }

    /// Whether the reader may watch ballots and read the log.
    pub(super) fn watches(&self) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.has(Role::Officer) || caller.has(Role::Observer))
    }

    /// Whether the reader sits at the desk.
    pub(super) fn helps(&self) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.has(Role::Officer))
    }

    /// The languages that the reader may choose, and whether it is this one.
    #[expect(clippy::unused_self, reason = "templates call it")]
    pub(super) const fn languages(&self) -> [Language; 3] {
        Language::ALL
    }

    /// The stylesheet.
    #[expect(clippy::unused_self, reason = "templates call it")]
    pub(super) fn style(&self) -> &'static Asset {
        Asset::style()
    }

    /// The icon.
    #[expect(clippy::unused_self, reason = "templates call it")]
    pub(super) fn icon(&self) -> &'static Asset {
        Asset::icon()
    }

    /// A page.
    pub(super) fn page(&self, template: &impl Template) -> Result<HttpResponse, Problem> {
        self.page_with(StatusCode::OK, template)
    }

    /// A page with another status than 200.
    pub(super) fn page_with(
        &self,
        status: StatusCode,
        template: &impl Template,
    ) -> Result<HttpResponse, Problem> {
        let html = template.render().map_err(|error| Problem::internal(&error))?;
        let mut response = HttpResponse::build(status);
        response
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((CONTENT_LANGUAGE, self.t.language().tag()))
            .insert_header((VARY, "Cookie, Accept-Language"))
            .insert_header((CONTENT_SECURITY_POLICY, if self.script.is_some() { SCRIPTED } else { PLAIN }))
            // With less, browsers send forms with `Origin: null`, and other sites could not be told from ours.
            .insert_header((REFERRER_POLICY, "same-origin"));
        response.extensions_mut().insert(IsPage);
        Ok(response.body(html))
    }
}

impl FromRequest for Reader {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        let app = request.app_data::<Data<App>>();
        let app = app.ok_or_else(|| Problem::internal(&"a page without the app"));
        ready(app.map(|app| Self::of(app, request)))
    }
}

/// Leads on to another page (303): what a form's reply is, so that reloading sends nothing twice.
pub(super) fn lead_to(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
}
