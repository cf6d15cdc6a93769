//! Tags of conversations.

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_model::ConversationId;
use yingda_store::TagCount;

use super::Page;
use crate::app::Staff;
use crate::extract::Path;
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(counts)).routes(routes!(list)).routes(routes!(add, remove))
}

/// All tags in use, the most used first.
#[utoipa::path(get, path = "/tags", tag = "Conversations",
    responses((status = 200, body = Page<TagCount>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn counts(State(app): State<App>, staff: Staff) -> Result<axum::Json<Page<TagCount>>, Problem> {
    Ok(axum::Json(Page::whole(app.desk().tag_counts(&staff.scope).await?)))
}

/// The tags of a conversation.
#[utoipa::path(get, path = "/conversations/{id}/tags", tag = "Conversations", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Page<String>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
) -> Result<axum::Json<Page<String>>, Problem> {
    Ok(axum::Json(Page::whole(app.desk().tags(&staff.scope, id).await?)))
}

/// Give a conversation a tag. Gives all that it has then.
#[utoipa::path(put, path = "/conversations/{id}/tags/{name}", tag = "Conversations",
    params(("id" = String, Path, format = Uuid), ("name" = String, Path)),
    responses((status = 200, body = Page<String>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn add(
    State(app): State<App>,
    staff: Staff,
    Path((id, name)): Path<(ConversationId, String)>,
) -> Result<axum::Json<Page<String>>, Problem> {
    Ok(axum::Json(Page::whole(app.desk().add_tag(&staff.scope, id, &name).await?)))
}

/// Take a tag from a conversation. Gives those that it still has.
#[utoipa::path(delete, path = "/conversations/{id}/tags/{name}", tag = "Conversations",
    params(("id" = String, Path, format = Uuid), ("name" = String, Path)),
    responses((status = 200, body = Page<String>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn remove(
    State(app): State<App>,
    staff: Staff,
    Path((id, name)): Path<(ConversationId, String)>,
) -> Result<axum::Json<Page<String>>, Problem> {
    if name.chars().any(char::is_control) {
        return Err(Problem::not_found("tag"));
    }
    Ok(axum::Json(Page::whole(app.desk().remove_tag(&staff.scope, id, &name).await?)))
}
