//! Types of entity.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::NewEntityType;
use yingda_model::EntityTypeId;
use yingda_store::EntityType;

use crate::api::{Page, idempotency_key, made};
use crate::app::Staff;
use crate::extract::{Json, Path};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, replace, delete))
}

/// Every type of entity that the workspace made, by name.
#[utoipa::path(get, path = "/language/entity-types", tag = "Language",
    responses((status = 200, body = Page<EntityType>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(State(app): State<App>, staff: Staff) -> Result<axum::Json<Page<EntityType>>, Problem> {
    Ok(axum::Json(Page::whole(app.desk().entity_types(&staff.scope).await?)))
}

/// Add a type of entity. It is found from the next message on.
#[utoipa::path(post, path = "/language/entity-types", tag = "Language", request_body = NewEntityType,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gives the same type.")),
    responses((status = 201, body = EntityType), (status = 200, body = EntityType, description = "It was made before with this key."),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    Json(write): Json<NewEntityType>,
) -> Result<(StatusCode, axum::Json<EntityType>), Problem> {
    let key = idempotency_key(&headers)?;
    Ok(made(app.desk().create_entity_type(&staff.scope, write, key).await?))
}

/// One type of entity.
#[utoipa::path(get, path = "/language/entity-types/{id}", tag = "Language", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = EntityType), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EntityTypeId>,
) -> Result<axum::Json<EntityType>, Problem> {
    Ok(axum::Json(app.desk().entity_type(&staff.scope, id).await?))
}

/// Replace a type of entity.
#[utoipa::path(put, path = "/language/entity-types/{id}", tag = "Language", request_body = NewEntityType,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = EntityType), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replace(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EntityTypeId>,
    Json(write): Json<NewEntityType>,
) -> Result<axum::Json<EntityType>, Problem> {
    Ok(axum::Json(app.desk().update_entity_type(&staff.scope, id, write).await?))
}

/// Remove a type of entity.
#[utoipa::path(delete, path = "/language/entity-types/{id}", tag = "Language", params(("id" = String, Path, format = Uuid)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(State(app): State<App>, staff: Staff, Path(id): Path<EntityTypeId>) -> Result<StatusCode, Problem> {
    app.desk().delete_entity_type(&staff.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
