//! Errors as RFC 9457 problem details.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use yingda_assistant::FileProblem;
use yingda_desk::DeskError;
use yingda_library::KnowledgeError;
use yingda_rehearsal::StageError;
use yingda_store::StoreError;

/// What went wrong, for programs (`code`) and for people (`detail`). RFC 9457 with two members of our own.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Identifies the kind of problem.
    #[serde(rename = "type")]
    pub kind: Box<str>,
    pub title: &'static str,
    pub status: u16,
    /// Stable name of the kind, such as `wrong_status`.
    pub code: &'static str,
    /// What was expected, what came, and what to do next.
    pub detail: Box<str>,
    /// The same in Chinese, where it is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail_zh: Option<Box<str>>,
    /// The field at fault, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// Seconds to wait before trying again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    #[serde(flatten)]
    pub unfit: Option<Box<Unfit>>,
}

/// Why the assistant's files cannot be used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Unfit {
    /// What is wrong with them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<FileProblem>,
    /// What their test conversations came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<serde_json::Value>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("https://yingda.dev/problems/{code}").into(),
            title,
            status: status.as_u16(),
            code,
            detail: detail.into().into(),
            detail_zh: None,
            field: None,
            retry_after: None,
            unfit: None,
        }
    }

    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", "The request is not as expected", detail)
    }

    pub fn bad_json(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_json", "The JSON is not as expected", detail)
    }

    pub fn invalid(field: &'static str, detail: impl Into<String>) -> Self {
        let mut problem =
            Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_request", "A value is not acceptable", detail);
        problem.field = Some(field);
        problem
    }

    /// A file that cannot be used, and why in both languages.
    pub fn bad_file(en: impl Into<String>, zh: impl Into<String>) -> Self {
        let mut problem = Self::invalid("file", en);
        problem.detail_zh = Some(zh.into().into());
        problem
    }

    pub fn bad_cursor() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad_cursor",
            "The cursor is not known",
            "give the next_cursor of the page before, unchanged, or none for the first page",
        )
    }

    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Who are you?", detail)
    }

    pub fn bad_credentials() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "bad_credentials",
            "Sign-in failed",
            "mail address, password or workspace is wrong",
        )
    }

    pub fn csrf() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "csrf",
            "The CSRF token is missing or wrong",
            "send the csrf_token of /auth/me in the header X-CSRF-Token with every changing request",
        )
    }

    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", detail)
    }

    pub fn origin_not_allowed() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "origin_not_allowed",
            "This web page may not use the inbox",
            "an admin can add the page's origin to the inbox's allowed_origins",
        )
    }

    /// No web page may.
    pub fn origin_not_taken(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "origin_not_allowed", "Web pages may not use this", detail)
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "Not found",
            format!("there is no such {what}, or it is not yours to see"),
        )
    }

    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "This address has no such method",
            "see /docs for the methods of each address",
        )
    }

    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", "It clashes with what is there", detail)
    }

    /// Something must be right before the assistant can work by these files.
    pub fn files_not_fit(problems: Vec<FileProblem>) -> Self {
        let fatal = problems.iter().filter(|problem| problem.fatal);
        let first = fatal.clone().next().map(|problem| format!(": {problem}")).unwrap_or_default();
        let count = fatal.count();
        let detail = format!("{count} problems keep the assistant from working by its files{first}");
        let zh = format!("文件里有 {count} 个错误，助手还不能照着做");
        let kind =
            Self::new(StatusCode::UNPROCESSABLE_ENTITY, "files_not_fit", "The files are not fit for use", detail);
        Self { unfit: Some(Box::new(Unfit { problems, report: None })), detail_zh: Some(zh.into()), ..kind }
    }

    /// The test conversations do not go as they should.
    pub fn tests_failed(detail: impl Into<String>, problems: Vec<FileProblem>, report: serde_json::Value) -> Self {
        let kind = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "tests_failed", "Test conversations failed", detail);
        Self { unfit: Some(Box::new(Unfit { problems, report: Some(report) })), ..kind }
    }

    /// What was asked for takes longer than anybody waits.
    pub fn too_slow(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "too_slow", "It takes too long", detail)
    }

    pub fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "payload_too_large",
            "Too large",
            format!("at most {limit} bytes are taken here"),
        )
    }

    pub fn unsupported_media_type(expected: &str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "The content type is not taken here",
            format!("send Content-Type: {expected}"),
        )
    }

    pub fn rate_limited(retry_after: u32) -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            "Too many requests",
            format!("wait {retry_after} s, then try again"),
        );
        problem.retry_after = Some(retry_after);
        problem
    }

    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong here",
            "nothing was stored; the log has the details under the request's id (header X-Request-Id)",
        )
    }

    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available at the moment", detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { what } => Self::not_found(what),
            StoreError::Taken { .. } | StoreError::KeyReused | StoreError::Erased => Self::conflict(error.to_string()),
            StoreError::Closed | StoreError::NotDurable(_) => {
                tracing::error!(%error, "the store could not take a change");
                Self::unavailable("the change could not be made durable and was not stored; try again in a moment")
            }
            error => {
                tracing::error!(%error, "the store failed");
                Self::internal()
            }
        }
    }
}

impl From<KnowledgeError> for Problem {
    fn from(error: KnowledgeError) -> Self {
        match error {
            KnowledgeError::Store(error) => error.into(),
            error => {
                tracing::error!(%error, "the knowledge base could not be searched");
                Self::unavailable("the knowledge base cannot be searched at the moment; try again soon")
            }
        }
    }
}

impl From<StageError> for Problem {
    fn from(error: StageError) -> Self {
        match error {
            StageError::Desk(error) => error.into(),
            StageError::Store(error) => error.into(),
            StageError::Knowledge(error) => error.into(),
            StageError::Language(error) => {
                tracing::error!(%error, "the language could not be loaded");
                Self::unavailable("what messages are understood by cannot be read at the moment; try again soon")
            }
        }
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Forbidden(_) => Self::forbidden(error.to_string()),
            DeskError::Refused(refusal) => {
                let status = match refusal.code() {
                    "bad_content" | "snooze_in_the_past" | "no_such_seq" => StatusCode::UNPROCESSABLE_ENTITY,
                    "wrong_actor" => StatusCode::FORBIDDEN,
                    _ => StatusCode::CONFLICT,
                };
                Self::new(status, refusal.code(), "The conversation does not allow this now", refusal.to_string())
            }
            DeskError::Invalid { field, detail } => Self::invalid(field, detail),
            DeskError::Outdated { .. } | DeskError::Decided | DeskError::RunUnderWay => {
                Self::conflict(error.to_string())
            }
            DeskError::Store(error) => error.into(),
        }
    }
}
