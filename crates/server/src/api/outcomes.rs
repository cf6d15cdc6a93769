//! What came of conversations.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_model::{ConversationId, OutcomeCount, Stretch, Timestamp, TraceTitle};

use super::Page;
use crate::app::Staff;
use crate::extract::{Path, Query};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(counts)).routes(routes!(stretches))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Period {
    from: Timestamp,
    /// At most 400 days after `from`.
    until: Timestamp,
}

/// How many stretches of conversations with the assistant ended between two moments, by day, outcome and flow. A day's numbers
/// can change for a week: what was taken for settled may be reopened.
#[utoipa::path(get, path = "/outcomes", tag = "Conversations", params(Period),
    responses((status = 200, body = Page<OutcomeCount>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn counts(
    State(app): State<App>,
    staff: Staff,
    Query(period): Query<Period>,
) -> Result<axum::Json<Page<OutcomeCount>>, Problem> {
    Ok(axum::Json(Page::whole(app.desk().outcomes(&staff.scope, period.from, period.until).await?)))
}

/// A stretch with what people call its flow.
#[derive(Serialize, ToSchema)]
struct StretchView {
    #[serde(flatten)]
    stretch: Stretch,
    /// `null` where it was about no flow, or about one that there is no more.
    flow_title: Option<TraceTitle>,
}

/// The stretches of a conversation in which the assistant took part, newest first: what each was about, and how it ended.
#[utoipa::path(get, path = "/conversations/{id}/stretches", tag = "Conversations", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Page<StretchView>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn stretches(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ConversationId>,
) -> Result<axum::Json<Page<StretchView>>, Problem> {
    // Without the conversation there is nothing to tell of.
    app.desk().conversation(&staff.scope, id).await?;
    let stretches = app.desk().stretches(&staff.scope, id).await?;
    let flows = stretches.iter().filter_map(|stretch| stretch.topic.flow.clone()).collect();
    let titles = app.assistant().flow_titles(&staff.scope, flows).await?;
    let titled = stretches.into_iter().map(|stretch| {
        let flow_title = stretch.topic.flow.as_ref().and_then(|flow| titles.get(flow)).cloned();
        StretchView { stretch, flow_title }
    });
    Ok(axum::Json(Page::whole(titled.collect())))
}
