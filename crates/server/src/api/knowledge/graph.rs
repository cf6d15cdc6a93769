//! The knowledge graph.

use axum::extract::{DefaultBodyLimit, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_graph::{Asked, answer, propose};
use yingda_library::graph::{GraphFile, of_rows, to_rows};
use yingda_model::{EntryId, Permission, Readership};

use crate::app::Staff;
use crate::extract::{Json, Path};
use crate::{App, Problem};

/// Largest graph as JSON, in bytes.
const MAX_GRAPH_BYTES: usize = 50 * 1024 * 1024;

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get, replace))
        .layer(DefaultBodyLimit::max(MAX_GRAPH_BYTES))
        .routes(routes!(ask))
        .routes(routes!(tables))
}

/// A knowledge graph: what there is (things with attributes and links), and what types, attributes and relations mean.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KnowledgeGraph {
    /// Types, attributes and relations, with their names in each language, units and synonyms.
    #[schema(value_type = Object)]
    schema: yingda_graph::Schema,
    /// `{id, type, names, aliases, attributes}`
    #[schema(value_type = Vec<Object>)]
    things: Vec<yingda_graph::ThingRow>,
    /// `{from, name, to}`
    #[schema(value_type = Vec<Object>)]
    links: Vec<yingda_graph::LinkRow>,
}

impl From<GraphFile> for KnowledgeGraph {
    fn from(file: GraphFile) -> Self {
        Self { schema: file.schema, things: file.things, links: file.links }
    }
}

/// The knowledge graph, without what is for other teams; empty when there is none.
#[utoipa::path(get, path = "/kb/graph", tag = "Knowledge",
    responses((status = 200, body = KnowledgeGraph), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(State(app): State<App>, staff: Staff) -> Result<axum::Json<KnowledgeGraph>, Problem> {
    let rows = app.desk().graph_rows(&staff.scope).await?;
    let unreadable = |problems: &dyn std::fmt::Debug| {
        tracing::error!(?problems, "the stored graph cannot be read");
        Problem::internal()
    };
    let graph = of_rows(rows).map_err(|problems| unreadable(&problems))?;
    let readership = app.desk().kb_readership(&staff.scope).await?;
    let shown = match graph {
        Some(graph) if readership != Readership::All => {
            Some(graph.shown_to(|audience| readership.reads(audience)).map_err(|problems| unreadable(&problems))?)
        }
        graph => graph,
    };
    Ok(axum::Json(shown.as_ref().map(GraphFile::of).unwrap_or_default().into()))
}

/// How large a graph is.
#[derive(Serialize, ToSchema)]
struct GraphSize {
    things: usize,
    links: usize,
}

/// Put a knowledge graph in place of the one that is there. One that contradicts itself is refused with all its problems.
#[utoipa::path(put, path = "/kb/graph", tag = "Knowledge", request_body = KnowledgeGraph,
    responses((status = 200, body = GraphSize), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replace(
    State(app): State<App>,
    staff: Staff,
    Json(new): Json<KnowledgeGraph, MAX_GRAPH_BYTES>,
) -> Result<axum::Json<GraphSize>, Problem> {
    if !staff.scope.may(Permission::WriteKnowledge) {
        return Err(Problem::forbidden("knowledge is changed by supervisors and admins"));
    }
    let size = GraphSize { things: new.things.len(), links: new.links.len() };
    let file = GraphFile { schema: new.schema, things: new.things, links: new.links };
    let rows = tokio::task::spawn_blocking(move || file.graph().map(|graph| to_rows(&graph)))
        .await
        .map_err(|_| Problem::internal())?
        .map_err(|problems| Problem::invalid("graph", shortened(problems)))?;
    app.desk().replace_graph(&staff.scope, rows).await?;
    Ok(axum::Json(size))
}

/// The first problems of many.
fn shortened(problems: Vec<String>) -> String {
    let (count, shown) = (problems.len(), 10);
    let mut text = problems.into_iter().take(shown).collect::<Vec<_>>().join("; ");
    if count > shown {
        text.push_str(&format!("; and {} more", count - shown));
    }
    text
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AskGraph {
    /// 1 to 2,000 characters.
    question: String,
    /// `zh` or `en`: the language to answer in; `zh` when absent.
    lang: Option<String>,
    /// Ids of the things that were spoken of, the latest first: what "it" means.
    #[serde(default)]
    context: Vec<String>,
}

/// What the graph answers.
#[derive(Serialize, ToSchema)]
struct GraphReply {
    /// Absent when the question is not about the graph.
    answer: Option<GraphAnswered>,
}

#[derive(Serialize, ToSchema)]
struct GraphAnswered {
    text: String,
    /// What was found: a value, things, a count, yes or no, things to choose from, or that it is not known.
    #[schema(value_type = Object)]
    outcome: yingda_graph::Outcome,
    /// Attributes and links that the answer rests on.
    #[schema(value_type = Vec<Object>)]
    facts: Vec<yingda_graph::Fact>,
    /// How the question was read.
    reading: String,
    /// From 0 to 1.
    confidence: f32,
    /// Ids of the things that were spoken of, for the next question's `context`.
    things: Vec<String>,
}

/// Ask the knowledge graph: attributes, comparisons, filters, superlatives, relations.
#[utoipa::path(post, path = "/kb/graph/ask", tag = "Knowledge", request_body = AskGraph,
    responses((status = 200, body = GraphReply), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn ask(
    State(app): State<App>,
    staff: Staff,
    Json(asked): Json<AskGraph>,
) -> Result<axum::Json<GraphReply>, Problem> {
    if !staff.scope.may(Permission::ReadKnowledge) {
        return Err(Problem::forbidden("reading knowledge needs the right to it"));
    }
    let length = asked.question.chars().count();
    if asked.question.trim().is_empty() || length > 2_000 {
        return Err(Problem::invalid("question", format!("expected 1 to 2000 characters, got {length}")));
    }
    let lang = match asked.lang.as_deref() {
        None | Some("zh") => "zh",
        Some("en") => "en",
        Some(_) => return Err(Problem::invalid("lang", "expected zh or en")),
    };
    let library = app.knowledge().library(&staff.scope, &asked.question).await?;
    let view = super::search::view(&app, &staff).await?;
    let now = time::OffsetDateTime::from_unix_timestamp(app.desk().world().now().0.div_euclid(1_000)).ok();
    let answered = tokio::task::spawn_blocking(move || {
        let graph = library.graph(&view)?;
        answer(&graph, &Asked { question: &asked.question, lang, now, context: &asked.context })
    })
    .await
    .map_err(|_| Problem::internal())?;
    let answer = answered.map(|answer| GraphAnswered {
        text: answer.text,
        outcome: answer.outcome,
        facts: answer.facts,
        reading: answer.reading,
        confidence: answer.confidence,
        things: answer.things,
    });
    Ok(axum::Json(GraphReply { answer }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OfTables {
    /// Type of the things, as the schema names it or is to name it, such as `phone`.
    #[serde(rename = "type")]
    kind: String,
}

/// What the tables of an entry could add to the graph.
#[derive(Serialize, ToSchema)]
struct TableProposals {
    #[schema(value_type = Vec<Object>)]
    proposals: Vec<yingda_graph::Proposal>,
}

/// Things and attributes that the tables of an entry hold: parameter tables, comparisons. Nothing is stored; what is right is
/// put into the graph with `PUT /kb/graph`.
#[utoipa::path(post, path = "/kb/entries/{id}/tables", tag = "Knowledge", request_body = OfTables,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = TableProposals), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn tables(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<EntryId>,
    Json(of): Json<OfTables>,
) -> Result<axum::Json<TableProposals>, Problem> {
    if of.kind.trim().is_empty() || of.kind.chars().count() > 100 {
        return Err(Problem::invalid("type", "expected a name of 1 to 100 characters"));
    }
    let entry = app.desk().kb_entry(&staff.scope, id).await?;
    let rows = app.desk().graph_rows(&staff.scope).await?;
    let schema = of_rows(rows).ok().flatten().map(|graph| graph.schema().clone()).unwrap_or_default();
    let proposals =
        tokio::task::spawn_blocking(move || propose(&entry.content.answer, &entry.content.question, &of.kind, &schema))
            .await
            .map_err(|_| Problem::internal())?;
    Ok(axum::Json(TableProposals { proposals }))
}
