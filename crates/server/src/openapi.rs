//! The OpenAPI 3.1 document, made from the handlers.

use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, RefOr, Schema};
use utoipa_axum::router::OpenApiRouter;

use crate::{App, Problem, api};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Yingda API",
        description = "Everything that the console and the chat widget do, anybody can do: they use this API only.\n\n\
            Sign in (`/auth/login`, cookie and `X-CSRF-Token`) or send a personal API token (`Authorization: Bearer yd_…`). \
            Visitors carry the token of `/visitor/session`.\n\nErrors are problem details (RFC 9457) with a stable `code`. \
            Lists are paged by cursor. Live updates come by WebSocket: `/api/v1/ws` for agents, `/api/v1/visitor/ws` for \
            visitors; see docs/delivery.md."
    ),
    components(schemas(Problem))
)]
struct Document;

/// The REST endpoints with their documentation.
pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi()).nest("/api/v1", api::router())
}

/// The document without a server: for generating clients and checking that they are not stale.
pub fn document() -> String {
    let (_, document) = router().split_for_parts();
    finish(document).to_pretty_json().unwrap_or_default()
}

pub(crate) fn finish(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let components = document.components.get_or_insert_default();
    let schemes = [
        ("session", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(crate::app::SESSION_COOKIE)))),
        ("csrf", SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-CSRF-Token")))),
        ("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer))),
        ("visitor", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer))),
    ];
    for (name, scheme) in schemes {
        components.add_security_scheme(name, scheme);
    }
    open_what_is_flattened(components);
    document.security = Some(vec![
        SecurityRequirement::new("token", Vec::<String>::new()),
        SecurityRequirement::new("session", Vec::<String>::new()).add("csrf", Vec::<String>::new()),
    ]);
    document.info.version = env!("CARGO_PKG_VERSION").into();
    document
}

/// Objects that are part of larger ones stand beside the others' properties: they cannot say that there are no more.
fn open_what_is_flattened(components: &mut Components) {
    let parts: Vec<String> = components
        .schemas
        .values()
        .filter_map(|schema| match schema {
            RefOr::T(Schema::AllOf(all)) => Some(&all.items),
            _ => None,
        })
        .flatten()
        .filter_map(|item| match item {
            RefOr::Ref(part) => part.ref_location.rsplit('/').next().map(str::to_owned),
            RefOr::T(_) => None,
        })
        .collect();
    for part in parts {
        if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(&part) {
            object.additional_properties = None;
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_operation_is_documented() {
        let document: serde_json::Value = serde_json::from_str(&super::document()).unwrap_or_default();
        let paths = document["paths"].as_object().cloned().unwrap_or_default();
        assert!(paths.len() > 40, "{} paths", paths.len());
        for (path, item) in paths {
            for (method, operation) in item.as_object().cloned().unwrap_or_default() {
                assert!(operation["summary"].is_string(), "{method} {path} says nothing");
                assert!(operation["tags"].is_array(), "{method} {path} has no tag");
            }
        }
    }
}
