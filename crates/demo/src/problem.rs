//! Errors as `application/problem+json` (RFC 9457), with a stable `code` and the text in both languages.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub status: StatusCode,
    /// A stable word for programs, such as `already_shipped`.
    pub code: &'static str,
    /// What was wrong and what to do next, in English.
    pub detail: String,
    /// The same in Chinese; it may be shown to a customer.
    pub detail_zh: String,
    /// In how many seconds to try again.
    pub retry_after: Option<u32>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>, detail_zh: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), detail_zh: detail_zh.into(), retry_after: None }
    }

    /// 409: a rule of the shop forbids it.
    pub fn rule(code: &'static str, detail: impl Into<String>, detail_zh: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail, detail_zh)
    }

    /// 422: the request is readable but a value in it is not acceptable.
    pub fn invalid(code: &'static str, detail: impl Into<String>, detail_zh: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail, detail_zh)
    }

    /// 400: the request cannot be read.
    pub fn malformed(code: &'static str, detail: impl Into<String>, detail_zh: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail, detail_zh)
    }

    /// 403: the caller has not shown what is needed.
    pub fn refused(code: &'static str, detail: impl Into<String>, detail_zh: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail, detail_zh)
    }

    /// 404.
    pub fn missing(code: &'static str, detail: impl Into<String>, detail_zh: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail, detail_zh)
    }

    /// 405.
    pub fn method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "This address does not know that method; see openapi.json.",
            "此地址不支持该方法，请查看 openapi.json。",
        )
    }

    /// 413.
    pub fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "A request body may have at most 16 KiB.",
            "请求内容不能超过 16 KiB。",
        )
    }

    /// 401.
    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "Send the header `Authorization: Bearer demo-shop-key`.",
            "请携带请求头 Authorization: Bearer demo-shop-key。",
        )
    }

    /// 429, with the seconds to wait.
    pub fn too_many(seconds: u32) -> Self {
        let minutes = seconds.div_ceil(60);
        let problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_attempts",
            format!("Too many wrong answers; try again in {minutes} minutes."),
            format!("核对次数过多，请 {minutes} 分钟后再试。"),
        );
        Self { retry_after: Some(seconds), ..problem }
    }

    /// 503.
    pub fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "The shop cannot answer now; try again later.",
            "商城系统暂时无法响应，请稍后再试。",
        )
    }

    /// The document that goes over the wire.
    pub fn document(&self) -> Value {
        json!({
            "type": format!("https://shop.qinghe.example/problems/{}", self.code),
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
            "detail_zh": self.detail_zh,
        })
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response =
            (self.status, [(header::CONTENT_TYPE, "application/problem+json")], self.document().to_string())
                .into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
