//! The visitor API: what the chat widget and apps speak.

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use ring::hmac;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yingda_desk::{IdentityClaim, Incoming, Receipt, VisitorStart};
use yingda_model::{
    Actor, Consent, ConsentAnswer, ConsentPurpose, ConsentWay, ConsentWord, ConsentWording, ContactId, Content,
    Conversation, ConversationId, FileId, Persona, Scope, Timestamp,
};

use super::conversations::{EventPage, EventQuery, Read, Typing, event_page};
use super::files::send;
use super::{Page, made};
use crate::app::{Peer, Visitor, check_origin};
use crate::extract::{Json, Path, Query};
use crate::files::MAX_FILE_BYTES;
use crate::help::{Suggestion, suggest};
use crate::limit::Rule;
use crate::upload::{self, StoredFile, Upload};
use crate::visitor_token::VisitorToken;
use crate::{App, Problem};

pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(session))
        .routes(routes!(events))
        .routes(routes!(message))
        .routes(routes!(help))
        .routes(routes!(download))
        .routes(routes!(typing))
        .routes(routes!(read))
        .routes(routes!(consents, set_consent))
        .merge(OpenApiRouter::new().routes(routes!(store)).layer(DefaultBodyLimit::max(MAX_FILE_BYTES + 64 * 1024)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StartSession {
    /// The public key of the inbox.
    inbox_key: String,
    /// The token of before, if there is one.
    #[serde(default)]
    token: Option<String>,
    /// BCP 47 language tag, such as `zh-CN`.
    #[serde(default)]
    locale: Option<String>,
    #[serde(default)]
    identity: Option<Identity>,
}

/// Who the page says that the visitor is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Identity {
    /// The customer number in the company's own system.
    external_id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    /// Proof: hex HMAC-SHA256 of `external_id` under the inbox's identity secret, made by your server.
    #[serde(default)]
    hmac: Option<String>,
}

/// A visitor who may write.
#[derive(Serialize, ToSchema)]
struct VisitorSession {
    /// Keep it, and send it as `Authorization: Bearer`. It gives access to this visitor's thread only.
    token: String,
    contact_id: ContactId,
    conversation_id: Option<ConversationId>,
    /// The last event that the visitor may see.
    last_seq: u64,
    /// Messages that the visitor has not read.
    unread: u32,
    inbox: VisitorInbox,
}

/// What a visitor may know of an inbox.
#[derive(Serialize, ToSchema)]
struct VisitorInbox {
    name: String,
    persona: Persona,
    greeting_zh: String,
    greeting_en: String,
    /// Whether the assistant answers first.
    bot: bool,
    /// Whether people are there now.
    open_now: bool,
}

/// Begin, or go on with an old token. A proven identity joins this visitor to the known customer.
#[utoipa::path(post, path = "/visitor/session", tag = "Visitors", request_body = StartSession, security(()),
    responses((status = 200, body = VisitorSession), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn session(
    State(app): State<App>,
    Peer(address): Peer,
    headers: HeaderMap,
    Json(start): Json<StartSession>,
) -> Result<axum::Json<VisitorSession>, Problem> {
    app.limit(Rule::VisitByAddress, &address.to_string())?;
    if start.inbox_key.chars().any(char::is_control) {
        return Err(Problem::not_found("inbox"));
    }
    let store = app.desk().store();
    let (workspace, inbox) =
        store.directory().inbox(&start.inbox_key).await?.ok_or_else(|| Problem::not_found("inbox"))?;
    check_origin(&inbox, &headers)?;
    let known = start
        .token
        .as_deref()
        .and_then(|token| VisitorToken::verify(token, store.vault()))
        .filter(|token| token.workspace == workspace && token.inbox == inbox.id)
        .map(|token| token.contact);
    let scope = Scope::system(workspace);
    let identity = match start.identity {
        None => None,
        Some(identity) => {
            let proven = match &identity.hmac {
                None => false,
                Some(proof) => {
                    let secret = store.read(&scope).identity_secret(inbox.id).await?;
                    let right = secret.is_some_and(|secret| is_proof(&secret, &identity.external_id, proof));
                    if !right {
                        return Err(Problem::invalid(
                            "identity.hmac",
                            "expected the hex HMAC-SHA256 of external_id under the inbox's identity secret",
                        ));
                    }
                    true
                }
            };
            if identity.external_id.trim().is_empty() {
                return Err(Problem::invalid("identity.external_id", "must not be empty"));
            }
            Some(IdentityClaim {
                external_id: identity.external_id,
                name: identity.name,
                email: identity.email,
                phone: identity.phone,
                proven,
            })
        }
    };
    if start.locale.as_ref().is_some_and(|locale| locale.len() > 35 || locale.chars().any(char::is_control)) {
        return Err(Problem::invalid("locale", "expected a language tag such as zh-CN"));
    }
    let visit = app.desk().visit(&scope, &inbox, VisitorStart { known, locale: start.locale, identity }).await?;
    let token = VisitorToken { workspace, inbox: inbox.id, contact: visit.contact.id };
    let now = app.desk().world().now();
    Ok(axum::Json(VisitorSession {
        token: token.sign(store.vault()),
        contact_id: visit.contact.id,
        conversation_id: visit.conversation.as_ref().map(|conversation| conversation.id),
        last_seq: visit.conversation.as_ref().map_or(0, |conversation| conversation.public_seq),
        unread: visit.conversation.as_ref().map_or(0, |conversation| conversation.unread_by_contact),
        inbox: VisitorInbox {
            name: inbox.name,
            persona: inbox.settings.persona,
            greeting_zh: inbox.settings.greeting_zh,
            greeting_en: inbox.settings.greeting_en,
            bot: inbox.settings.bot,
            open_now: inbox.settings.hours.is_none_or(|hours| hours.open_at(now)),
        },
    }))
}

fn is_proof(secret: &[u8], external_id: &str, proof: &str) -> bool {
    let proof = proof.trim();
    if proof.len() != 64 || !proof.is_ascii() {
        return false;
    }
    let bytes: Option<Vec<u8>> = (0..32).map(|i| u8::from_str_radix(&proof[2 * i..2 * i + 2], 16).ok()).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    bytes.is_some_and(|bytes| hmac::verify(&key, external_id.as_bytes(), &bytes).is_ok())
}

impl Visitor {
    /// The visitor's thread, if there is one.
    pub(crate) async fn conversation(&self, app: &App) -> Result<Option<Conversation>, Problem> {
        Ok(app.desk().store().read(&self.scope).conversation_of(self.contact.id, self.inbox.id).await?)
    }
}

/// What happened in one's thread: the public part, in order.
#[utoipa::path(get, path = "/visitor/events", tag = "Visitors", params(EventQuery), security(("visitor" = [])),
    responses((status = 200, body = EventPage), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn events(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<EventQuery>,
) -> Result<axum::Json<EventPage>, Problem> {
    query.check()?;
    match visitor.conversation(&app).await? {
        Some(conversation) => Ok(axum::Json(event_page(&app, &visitor.scope, conversation.id, &query).await?)),
        None => Ok(axum::Json(EventPage::empty())),
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CustomerMessage {
    /// Made by the client, 1 to 100 characters: sending the same key again gives the same message.
    client_key: String,
    content: Content,
}

/// Write. Answered only when the message is durable: 201 when stored, 200 when it had been stored before.
#[utoipa::path(post, path = "/visitor/messages", tag = "Visitors", request_body = CustomerMessage, security(("visitor" = [])),
    responses((status = 201, body = Receipt), (status = 200, body = Receipt),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn message(
    State(app): State<App>,
    visitor: Visitor,
    Json(message): Json<CustomerMessage>,
) -> Result<(StatusCode, axum::Json<Receipt>), Problem> {
    let receipt = receive(&app, &visitor, message.client_key, message.content).await?;
    Ok(made((receipt, !receipt.duplicate)))
}

/// Takes a customer's message, from REST or from a socket.
pub(crate) async fn receive(
    app: &App,
    visitor: &Visitor,
    client_key: String,
    content: Content,
) -> Result<Receipt, Problem> {
    app.limit(Rule::CustomerMessage, &visitor.contact.id.to_string())?;
    if matches!(content, Content::Card { .. } | Content::Choices { .. }) {
        return Err(Problem::invalid("content", "customers send text, image, file or voice"));
    }
    let incoming = Incoming { content, client_key: Some(client_key), external_id: None };
    Ok(app.desk().receive(&visitor.scope, visitor.inbox.id, incoming).await?)
}

/// Longest text that help is searched for, in characters.
const LONGEST_SEARCH: usize = 200;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct HelpQuery {
    /// What the customer is about to ask; 1 to 200 characters.
    q: String,
    /// Language tag such as `zh` or `en-GB`: entries in it come first.
    lang: Option<String>,
}

/// Articles that may answer already: at most 5, best first. None where no public site has this inbox's chat.
#[utoipa::path(get, path = "/visitor/help", tag = "Visitors", params(HelpQuery), security(("visitor" = [])),
    responses((status = 200, body = Page<Suggestion>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn help(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    uri: Uri,
    Query(query): Query<HelpQuery>,
) -> Result<axum::Json<Page<Suggestion>>, Problem> {
    let text = query.q.trim();
    let length = text.chars().count();
    if !(1..=LONGEST_SEARCH).contains(&length) || text.chars().any(|c| c == '\0') {
        return Err(Problem::invalid("q", format!("expected 1 to {LONGEST_SEARCH} characters, got {length}")));
    }
    app.limit(Rule::CustomerSearch, &visitor.contact.id.to_string())?;
    let lang = query.lang.as_deref().map(|lang| lang.split('-').next().unwrap_or(lang).to_ascii_lowercase());
    // The help centre is for everybody: what this customer is does not matter.
    let scope = Scope::system(visitor.scope.workspace());
    let found = suggest(&app, &scope, &visitor.inbox, (&headers, &uri), text, lang.as_deref()).await?;
    Ok(axum::Json(Page::whole(found)))
}

/// Upload a file to send in a message. At most 20 MB.
#[utoipa::path(post, path = "/visitor/files", tag = "Visitors", security(("visitor" = [])),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = StoredFile), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn store(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<(StatusCode, axum::Json<StoredFile>), Problem> {
    app.limit(Rule::CustomerUpload, &visitor.contact.id.to_string())?;
    let file = upload::file(&headers, multipart, MAX_FILE_BYTES).await?;
    Ok((StatusCode::CREATED, axum::Json(upload::store(&app, &visitor.scope, file).await?)))
}

/// Download a file that one sent, or that was sent to one.
#[utoipa::path(get, path = "/visitor/files/{id}", tag = "Visitors", params(("id" = String, Path, format = Uuid)),
    security(("visitor" = [])),
    responses((status = 200, body = Vec<u8>, content_type = "*/*"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn download(State(app): State<App>, visitor: Visitor, Path(id): Path<FileId>) -> Result<Response, Problem> {
    let reader = app.desk().store().read(&visitor.scope);
    let info = reader.file(id).await?;
    let own = info.uploaded_by == Actor::Contact { id: visitor.contact.id };
    let shown = match visitor.conversation(&app).await? {
        Some(conversation) => reader.file_was_shown(id, conversation.id).await?,
        None => false,
    };
    if !own && !shown {
        return Err(Problem::not_found("file"));
    }
    send(&app, &visitor.scope, info).await
}

/// Show the agent that one is typing. Not stored.
#[utoipa::path(post, path = "/visitor/typing", tag = "Visitors", request_body = Typing, security(("visitor" = [])),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn typing(State(app): State<App>, visitor: Visitor, Json(typing): Json<Typing>) -> Result<StatusCode, Problem> {
    if let Some(conversation) = visitor.conversation(&app).await? {
        app.desk().typing(&visitor.scope, conversation.id, typing.on).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Everything up to an event has been read.
#[utoipa::path(post, path = "/visitor/read", tag = "Visitors", request_body = Read, security(("visitor" = [])),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(State(app): State<App>, visitor: Visitor, Json(read): Json<Read>) -> Result<StatusCode, Problem> {
    if let Some(conversation) = visitor.conversation(&app).await? {
        app.desk().mark_read(&visitor.scope, conversation.id, read.seq).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What the visitor said to being written to without having asked.
#[derive(Serialize, ToSchema)]
struct VisitorConsent {
    purpose: ConsentPurpose,
    answer: ConsentAnswer,
    /// When it was last said; `null` while unknown.
    at: Option<Timestamp>,
}

impl From<Consent> for VisitorConsent {
    fn from(said: Consent) -> Self {
        Self { purpose: said.purpose, answer: said.answer, at: said.at }
    }
}

/// What one said to being written to without having asked, for each purpose.
#[utoipa::path(get, path = "/visitor/consent", tag = "Visitors", security(("visitor" = [])),
    responses((status = 200, body = Page<VisitorConsent>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn consents(State(app): State<App>, visitor: Visitor) -> Result<axum::Json<Page<VisitorConsent>>, Problem> {
    let mut said = Vec::new();
    for purpose in ConsentPurpose::ALL {
        said.push(app.desk().consent(&visitor.scope, visitor.contact.id, purpose).await?.into());
    }
    Ok(axum::Json(Page::whole(said)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SayConsent {
    purpose: ConsentPurpose,
    /// `unknown` takes back what was said before.
    answer: ConsentAnswer,
    /// `widget` or, when absent, `api`: by which way it was said.
    #[serde(default)]
    way: Option<ConsentWay>,
    /// The words that were shown and answered, as evidence.
    #[serde(default)]
    wording: Option<ConsentWording>,
}

/// Say whether one may be written to without having asked. It can be taken back at any time.
#[utoipa::path(put, path = "/visitor/consent", tag = "Visitors", request_body = SayConsent, security(("visitor" = [])),
    responses((status = 200, body = VisitorConsent), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn set_consent(
    State(app): State<App>,
    visitor: Visitor,
    Json(said): Json<SayConsent>,
) -> Result<axum::Json<VisitorConsent>, Problem> {
    app.limit(Rule::CustomerEvent, &visitor.contact.id.to_string())?;
    let SayConsent { purpose, answer, way, wording } = said;
    let word = ConsentWord { purpose, answer, way: way.unwrap_or(ConsentWay::Api), wording, at: None };
    let said = app.desk().note_consent(&visitor.scope, visitor.contact.id, word).await?;
    Ok(axum::Json(said.into()))
}
