//! Contacts.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::NewContact;
use yingda_model::{
    Consent, ConsentAnswer, ConsentPurpose, ConsentSaid, ConsentWay, ConsentWord, ConsentWording, Contact, ContactId,
    ContactUpdate, Identity, Timestamp,
};

use super::{Page, idempotency_key, made, page_size};
use crate::app::Staff;
use crate::extract::{Json, Path, Query};
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, erase))
        .routes(routes!(identities))
        .routes(routes!(merge))
        .routes(routes!(consent, set_consent))
        .routes(routes!(consent_history))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Exactly a mail address, phone number or customer number.
    q: Option<String>,
    /// 1 to 100; 50 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Contacts, newest first, or the one with exactly this mail address, phone or customer number.
#[utoipa::path(get, path = "/contacts", tag = "Contacts", params(ListQuery),
    responses((status = 200, body = Page<Contact>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<Page<Contact>>, Problem> {
    let limit = page_size(query.limit, 50, 100)?;
    if let Some(text) = query.q.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let found = app.desk().find_contact(&staff.scope, text).await?;
        return Ok(axum::Json(Page::whole(found.into_iter().collect())));
    }
    let page = app.desk().contacts(&staff.scope, limit, query.cursor.as_deref()).await?;
    page.map(axum::Json).ok_or_else(Problem::bad_cursor)
}

/// Add a contact. With an `Idempotency-Key` header, asking again gives the same contact (200).
#[utoipa::path(post, path = "/contacts", tag = "Contacts", request_body = NewContact,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = Contact), (status = 200, body = Contact),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    Json(new): Json<NewContact>,
) -> Result<(StatusCode, axum::Json<Contact>), Problem> {
    let key = idempotency_key(&headers)?;
    Ok(made(app.desk().create_contact(&staff.scope, new, key).await?))
}

/// One contact.
#[utoipa::path(get, path = "/contacts/{id}", tag = "Contacts", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Contact), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn get(State(app): State<App>, staff: Staff, Path(id): Path<ContactId>) -> Result<axum::Json<Contact>, Problem> {
    Ok(axum::Json(app.desk().contact(&staff.scope, id).await?))
}

/// Change a contact: what is absent stays, `null` clears.
#[utoipa::path(patch, path = "/contacts/{id}", tag = "Contacts", request_body = ContactUpdate,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Contact), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn update(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ContactId>,
    Json(change): Json<ContactUpdate>,
) -> Result<axum::Json<Contact>, Problem> {
    Ok(axum::Json(app.desk().update_contact(&staff.scope, id, change).await?))
}

/// Erase a contact: the key that seals everything personal about it is destroyed. This cannot be undone.
#[utoipa::path(delete, path = "/contacts/{id}", tag = "Contacts", params(("id" = String, Path, format = Uuid)),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn erase(State(app): State<App>, staff: Staff, Path(id): Path<ContactId>) -> Result<StatusCode, Problem> {
    app.desk().erase_contact(&staff.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How a contact is known.
#[utoipa::path(get, path = "/contacts/{id}/identities", tag = "Contacts", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Page<Identity>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn identities(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ContactId>,
) -> Result<axum::Json<Page<Identity>>, Problem> {
    Ok(axum::Json(Page::whole(app.desk().identities(&staff.scope, id).await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Merge {
    /// The contact that stays.
    into: ContactId,
}

/// Two contacts are one person: this one goes into the other with its identities and conversations.
#[utoipa::path(post, path = "/contacts/{id}/merge", tag = "Contacts", request_body = Merge,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Contact), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn merge(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ContactId>,
    Json(merge): Json<Merge>,
) -> Result<axum::Json<Contact>, Problem> {
    Ok(axum::Json(app.desk().merge_contacts(&staff.scope, id, merge.into).await?))
}

/// What a contact said to being written to without having asked.
#[utoipa::path(get, path = "/contacts/{id}/consent", tag = "Contacts", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Consent), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn consent(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ContactId>,
) -> Result<axum::Json<Consent>, Problem> {
    Ok(axum::Json(app.desk().consent(&staff.scope, id, ConsentPurpose::Marketing).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetConsent {
    /// `unknown` takes back what was said before.
    answer: ConsentAnswer,
    /// When absent: `agent` in the console, `api` with a token. `import` is for what another system kept.
    #[serde(default)]
    way: Option<ConsentWay>,
    /// When it was said, for an import; otherwise it is said now.
    #[serde(default)]
    at: Option<Timestamp>,
    /// The words that were answered, as evidence.
    #[serde(default)]
    wording: Option<ConsentWording>,
}

/// Note what a contact said to being written to without having asked, such as on the telephone. The newest word counts, and is
/// answered; all are kept.
#[utoipa::path(put, path = "/contacts/{id}/consent", tag = "Contacts", request_body = SetConsent,
    params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Consent), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn set_consent(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ContactId>,
    Json(set): Json<SetConsent>,
) -> Result<axum::Json<Consent>, Problem> {
    let SetConsent { answer, way, at, wording } = set;
    let own = if staff.session.is_some() { ConsentWay::Agent } else { ConsentWay::Api };
    let word = ConsentWord { purpose: ConsentPurpose::Marketing, answer, way: way.unwrap_or(own), wording, at };
    Ok(axum::Json(app.desk().note_consent(&staff.scope, id, word).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Every word of a contact on being written to without having asked: who noted it, when, by which way, on which words. What was
/// noted last comes first.
#[utoipa::path(get, path = "/contacts/{id}/consent/history", tag = "Contacts",
    params(("id" = String, Path, format = Uuid), HistoryQuery),
    responses((status = 200, body = Page<ConsentSaid>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn consent_history(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ContactId>,
    Query(query): Query<HistoryQuery>,
) -> Result<axum::Json<Page<ConsentSaid>>, Problem> {
    let limit = page_size(query.limit, 20, 100)?;
    let page = app.desk().consent_history(&staff.scope, id, limit, query.cursor.as_deref()).await?;
    page.map(axum::Json).ok_or_else(Problem::bad_cursor)
}
