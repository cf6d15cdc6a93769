//! Public sites of articles: their settings. The pages themselves are in `crate::help`.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::SiteSettings;
use yingda_model::{SiteId, Timestamp};
use yingda_store::Site;

use crate::api::Page;
use crate::app::Staff;
use crate::extract::{Json, Path};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(replace, delete))
}

/// A public site of articles, at `/help/SLUG/`.
#[derive(Serialize, ToSchema)]
struct HelpSite {
    id: SiteId,
    slug: String,
    settings: SiteSettings,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl HelpSite {
    fn new(site: Site) -> Result<Self, Problem> {
        let settings = SiteSettings::of(&site)?;
        let Site { id, slug, created_at, updated_at, .. } = site;
        Ok(Self { id, slug, settings, created_at, updated_at })
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteSite {
    /// Its name in addresses: a-z, 0-9 and -. No two sites of the installation have the same.
    slug: String,
    settings: SiteSettings,
}

/// The public sites, oldest first.
#[utoipa::path(get, path = "/kb/sites", tag = "Knowledge",
    responses((status = 200, body = Page<HelpSite>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(State(app): State<App>, staff: Staff) -> Result<axum::Json<Page<HelpSite>>, Problem> {
    let found = app.desk().sites(&staff.scope).await?;
    Ok(axum::Json(Page::whole(found.into_iter().map(HelpSite::new).collect::<Result<_, _>>()?)))
}

/// Open a public site.
#[utoipa::path(post, path = "/kb/sites", tag = "Knowledge", request_body = WriteSite,
    responses((status = 201, body = HelpSite), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    staff: Staff,
    Json(site): Json<WriteSite>,
) -> Result<(StatusCode, axum::Json<HelpSite>), Problem> {
    let site = app.desk().put_site(&staff.scope, None, site.slug, site.settings).await?;
    Ok((StatusCode::CREATED, axum::Json(HelpSite::new(site)?)))
}

/// Change a public site.
#[utoipa::path(put, path = "/kb/sites/{id}", tag = "Knowledge", request_body = WriteSite,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = HelpSite), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replace(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<SiteId>,
    Json(site): Json<WriteSite>,
) -> Result<axum::Json<HelpSite>, Problem> {
    Ok(axum::Json(HelpSite::new(app.desk().put_site(&staff.scope, Some(id), site.slug, site.settings).await?)?))
}

/// Close a public site.
#[utoipa::path(delete, path = "/kb/sites/{id}", tag = "Knowledge", params(("id" = String, Path, format = Uuid)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(State(app): State<App>, staff: Staff, Path(id): Path<SiteId>) -> Result<StatusCode, Problem> {
    app.desk().delete_site(&staff.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
