//! Types of entity.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::NewEntityType;
use yingda_model::{EntityTypeId, Timestamp};

use crate::api::{Page, idempotency_key};
use crate::app::Staff;
use crate::extract::{Json, Path};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, replace, delete))
}

/// A kind of thing that messages name.
#[derive(Serialize, ToSchema)]
struct EntityType {
    id: EntityTypeId,
    name: String,
    title_zh: String,
    title_en: String,
    values: Vec<EntityValue>,
    /// Regular expressions; case does not count, and a match has to stand alone.
    patterns: Vec<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// A value of a type of entity.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EntityValue {
    /// What the company calls it in its systems.
    id: String,
    name: String,
    /// What else customers call it.
    #[serde(default)]
    synonyms: Vec<String>,
}

impl From<yingda_store::EntityType> for EntityType {
    fn from(kind: yingda_store::EntityType) -> Self {
        let value =
            |value: yingda_store::EntityValue| EntityValue { id: value.id, name: value.name, synonyms: value.synonyms };
        Self {
            id: kind.id,
            name: kind.name,
            title_zh: kind.title_zh,
            title_en: kind.title_en,
            values: kind.values.into_iter().map(value).collect(),
            patterns: kind.patterns,
            created_at: kind.created_at,
            updated_at: kind.updated_at,
        }
    }
}

/// What a type of entity is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteEntityType {
    /// 1 to 60 lower-case letters, digits and `_`. `product` (values), `order_number` and `parcel_number` (patterns) set up the
    /// types of these names that every workspace has.
    name: String,
    /// The name as it stands when absent.
    #[serde(default)]
    title_zh: String,
    #[serde(default)]
    title_en: String,
    #[serde(default)]
    values: Vec<EntityValue>,
    #[serde(default)]
    patterns: Vec<String>,
}

impl From<WriteEntityType> for NewEntityType {
    fn from(write: WriteEntityType) -> Self {
        let value =
            |value: EntityValue| yingda_store::EntityValue { id: value.id, name: value.name, synonyms: value.synonyms };
        Self {
            name: write.name,
            title_zh: write.title_zh,
            title_en: write.title_en,
            values: write.values.into_iter().map(value).collect(),
            patterns: write.patterns,
        }
    }
}

/// Every type of entity that the workspace made, by name.
#[utoipa::path(get, path = "/language/entity-types", tag = "Language",
    responses((status = 200, body = Page<EntityType>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(State(app): State<App>, staff: Staff) -> Result<axum::Json<Page<EntityType>>, Problem> {
    let types = app.desk().entity_types(&staff.scope).await?;
    Ok(axum::Json(Page::whole(types.into_iter().map(EntityType::from).collect())))
}

/// Add a type of entity. It is found from the next message on.
#[utoipa::path(post, path = "/language/entity-types", tag = "Language", request_body = WriteEntityType,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again gives the same type.")),
    responses((status = 201, body = EntityType), (status = 200, body = EntityType, description = "It was made before with this key."),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    Json(write): Json<WriteEntityType>,
) -> Result<(StatusCode, axum::Json<EntityType>), Problem> {
    let key = idempotency_key(&headers)?;
    let (kind, new) = app.desk().create_entity_type(&staff.scope, write.into(), key).await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(kind.into())))
}

/// One type of entity.
#[utoipa::path(get, path = "/language/entity-types/{id}", tag = "Language", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = EntityType), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EntityTypeId>,
) -> Result<axum::Json<EntityType>, Problem> {
    Ok(axum::Json(app.desk().entity_type(&staff.scope, id).await?.into()))
}

/// Replace a type of entity.
#[utoipa::path(put, path = "/language/entity-types/{id}", tag = "Language", request_body = WriteEntityType,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = EntityType), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replace(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EntityTypeId>,
    Json(write): Json<WriteEntityType>,
) -> Result<axum::Json<EntityType>, Problem> {
    Ok(axum::Json(app.desk().update_entity_type(&staff.scope, id, write.into()).await?.into()))
}

/// Remove a type of entity.
#[utoipa::path(delete, path = "/language/entity-types/{id}", tag = "Language", params(("id" = String, Path, format = Uuid)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(State(app): State<App>, staff: Staff, Path(id): Path<EntityTypeId>) -> Result<StatusCode, Problem> {
    app.desk().delete_entity_type(&staff.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
