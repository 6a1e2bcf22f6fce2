//! The OpenAPI document, made from what is registered and from the authorization table.

use scrutineer_api::problem::Problem as Document;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, Ref, RefOr,
    Required, ResponseBuilder, SecurityRequirement,
};
use utoipa::{PartialSchema, ToSchema};

use super::cookie::cookie_name;
use crate::authorization::{self, Found, Who};

/// A type's schema under its name, with the schemas that it refers to.
pub(super) struct Described {
    name: String,
    schemas: Vec<(String, RefOr<Schema>)>,
}

/// What the document says of one operation.
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    pub(super) parameters: Vec<Parameter>,
    /// Content types and type of the body.
    pub(super) takes: Option<Described>,
    pub(super) also_takes: Option<&'static str>,
    /// Content type of a body that is no document of ours but bytes to be kept as they are.
    pub(super) takes_bytes: Option<&'static str>,
    /// Type of the reply.
    pub(super) gives: Option<Described>,
    /// Content type of a reply that is no document of ours but bytes to be kept as they are.
    pub(super) gives_bytes: Option<&'static str>,
    pub(super) status: u16,
    /// Type of the reply, 202, where it waits for a second person.
    pub(super) waits: Option<Described>,
    /// Whether the reply may be 202, without a body: it comes about later.
    pub(super) later: bool,
}

/// Describes a type.
pub(super) fn describe<T: ToSchema>() -> Described {
    let mut schemas = Vec::new();
    T::schemas(&mut schemas);
    schemas.push((T::name().into_owned(), T::schema()));
    Described { name: T::name().into_owned(), schemas }
}

const fn method(name: &str) -> HttpMethod {
    match name.as_bytes() {
        b"POST" => HttpMethod::Post,
        b"PUT" => HttpMethod::Put,
        b"DELETE" => HttpMethod::Delete,
        b"PATCH" => HttpMethod::Patch,
        _ => HttpMethod::Get,
    }
}

fn reference(name: &str) -> RefOr<Schema> {
    Ref::from_schema_name(name).into()
}

/// One text in a path or query.
pub(super) fn parameter(name: &str, place: ParameterIn, required: bool) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(if required { Required::True } else { Required::False })
        .schema(Some(String::schema()))
        .build()
}

/// The `{names}` in a path.
pub(super) fn path_parameters(path: &str) -> Vec<Parameter> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| parameter(name, ParameterIn::Path, true)).collect()
}

/// Writes the document.
pub(super) fn document(operations: Vec<Operation>) -> OpenApi {
    let problem = describe::<Document>();
    let mut components = ComponentsBuilder::new()
        .security_scheme(
            "bearer",
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
        )
        .security_scheme(
            "cookie",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(cookie_name(true)))),
        )
        .schemas_from_iter(problem.schemas);
    let mut paths = PathsBuilder::new();
    for operation in operations {
        let (verb, path) = (method(operation.method), operation.path);
        let mut builder = OperationBuilder::new()
            .operation_id(Some(operation_id(operation.method, path)))
            .summary(Some(operation.summary))
            .parameters((!operation.parameters.is_empty()).then_some(operation.parameters));
        if let Found::Row(row) = authorization::find(operation.method, path) {
            builder = builder.description(Some(format!("For {}.", row.in_words())));
            if row.who != Who::Anyone {
                let none = || std::iter::empty::<String>();
                if row.who == Who::AnyoneOrCaller {
                    builder = builder.security(SecurityRequirement::default());
                }
                builder = builder
                    .security(SecurityRequirement::new("bearer", none()))
                    .security(SecurityRequirement::new("cookie", none()));
            }
        }
        if let Some(takes) = operation.takes {
            let content = ContentBuilder::new().schema(Some(reference(&takes.name))).build();
            let mut body =
                RequestBodyBuilder::new().required(Some(Required::True)).content("application/json", content);
            if let Some(other) = operation.also_takes {
                let text = ContentBuilder::new().schema(Some(String::schema())).build();
                body = body.content(other, text);
            }
            builder = builder.request_body(Some(body.build()));
            components = components.schemas_from_iter(takes.schemas);
        }
        let bytes = || ContentBuilder::new().schema(Some(String::schema())).build();
        if let Some(content_type) = operation.takes_bytes {
            let body = RequestBodyBuilder::new().required(Some(Required::True));
            builder = builder.request_body(Some(body.content(content_type, bytes()).build()));
        }
        let mut response = ResponseBuilder::new().description("Done");
        if let Some(content_type) = operation.gives_bytes {
            response = response.content(content_type, bytes());
        }
        if let Some(gives) = operation.gives {
            let content = ContentBuilder::new().schema(Some(reference(&gives.name))).build();
            response = response.content("application/json", content);
            components = components.schemas_from_iter(gives.schemas);
        }
        if let Some(waits) = operation.waits {
            let content = ContentBuilder::new().schema(Some(reference(&waits.name))).build();
            let response = ResponseBuilder::new().description("Waits for a second person");
            let response = response.content("application/json", content).build();
            builder = builder.response("202", response);
            components = components.schemas_from_iter(waits.schemas);
        }
        if operation.later {
            let response = ResponseBuilder::new().description("Taken; the rest comes about later");
            builder = builder.response("202", response.build());
        }
        let refusal = ContentBuilder::new().schema(Some(reference(&problem.name))).build();
        let refused =
            ResponseBuilder::new().description("Refused").content("application/problem+json", refusal);
        builder = builder.response(operation.status.to_string(), response.build());
        builder = builder.response("default", refused.build());
        paths = paths.path(path, PathItem::new(verb, builder.build()));
    }
    let info = InfoBuilder::new().title("Scrutineer").version(env!("CARGO_PKG_VERSION"));
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components.build())).build()
}

/// `post_roll_imports` for `POST /api/v1/roll/imports`.
fn operation_id(method: &str, path: &str) -> String {
    let words = path.trim_start_matches("/api/v1").split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    format!(
        "{}_{}",
        method.to_ascii_lowercase(),
        if words.is_empty() { "about".to_owned() } else { words.join("_") }
    )
}
