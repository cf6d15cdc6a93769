//! What goes wrong before there is a help centre to say it: a small page in both languages.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::Problem;

/// A request that no page of a help centre answers.
#[derive(Debug)]
pub(crate) struct Fault(Problem);

impl<E: Into<Problem>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl Fault {
    pub fn no_site() -> Self {
        Self(Problem::not_found("help centre"))
    }

    /// The program itself is at fault.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a page of the help centre could not be made");
        Self(Problem::internal())
    }

    pub fn into_problem(self) -> Problem {
        self.0
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (zh, en): (Cow<'_, str>, Cow<'_, str>) = match (self.0.status, self.0.retry_after) {
            (404, _) => {
                ("这里没有页面。请检查网址。".into(), "There is no page here. Please check the address.".into())
            }
            (429, Some(seconds)) => (
                format!("操作太频繁了，请 {seconds} 秒后再试。").into(),
                format!("That was too often. Please try again in {seconds} seconds.").into(),
            ),
            (status, _) if status < 500 => (
                "请求的内容不对。请返回上一页再试。".into(),
                "The request is not right. Please go back and try again.".into(),
            ),
            _ => ("暂时无法显示。请稍后再试。".into(), "This cannot be shown right now. Please try again soon.".into()),
        };
        let body = format!(
            "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <meta name=\"robots\" content=\"noindex\"><title>{status}</title><p>{zh}</p><p lang=\"en\">{en}</p></html>",
            status = self.0.status
        );
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Html(body)).into_response();
        if let Some(seconds) = self.0.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
