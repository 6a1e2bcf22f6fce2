//! What letters say, for officers: a sample of each in a chosen language, with made-up names. A letter's HTML is a reply of its own
//! that may load and run nothing, as in a mail program.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::{Data, Path};
use askama::Template;
use scrutineer_api::problem::Code;
use scrutineer_letters::sample::{about, sample};
use scrutineer_letters::{About, Kind, Rendered, render};
use serde::Deserialize;

use super::reader::Reader;
use crate::app::App;
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::i18n::Language;

/// A letter brings its own style, and nothing else.
const ONLY_STYLE: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; \
                          frame-ancestors 'none'; sandbox";

#[derive(Template)]
#[template(path = "letters.html")]
struct LettersPage<'a> {
    reader: &'a Reader,
    /// In which language the letters are.
    language: Language,
    letters: Vec<(Kind, Rendered)>,
}

/// In which language letters are wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    #[serde(rename = "in")]
    language: Option<String>,
}

impl Wanted {
    /// The one that was asked for, else the reader's.
    fn or(&self, reader: &Reader) -> Language {
        self.language.as_deref().and_then(Language::from_tag).unwrap_or_else(|| reader.t.language())
    }
}

fn letter(app: &App, kind: Kind, language: Language) -> Result<Rendered, Problem> {
    let about = About { union: app.installation.union_name.clone(), ..about() };
    render(&sample(kind, language), &about, language).map_err(|error| Problem::internal(&error))
}

/// All of them, as plain text.
pub(super) async fn show(
    app: Data<App>,
    reader: Reader,
    wanted: Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    let language = wanted.0.or(&reader);
    let letters = Kind::ALL.into_iter().map(|kind| Ok((kind, letter(&app, kind, language)?)));
    let letters = letters.collect::<Result<_, Problem>>()?;
    reader.page(&LettersPage { reader: &reader, language, letters })
}

/// One of them, as the HTML that mail programs show.
pub(super) async fn html(
    app: Data<App>,
    reader: Reader,
    kind: Path<String>,
    wanted: Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    let language = wanted.0.or(&reader);
    let kind: Kind = kind.parse().map_err(|error| Problem::new(Code::NotFound, format!("{error}.")))?;
    let letter = letter(&app, kind, language)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_LANGUAGE, language.tag()))
        .insert_header((CONTENT_SECURITY_POLICY, ONLY_STYLE))
        .body(letter.html.to_string()))
}
