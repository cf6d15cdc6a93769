//! Why an address was not read, or what was read is not a page.

use std::time::Duration;

use crate::{Error, SitemapFault};

/// Why there is no page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Skip {
    /// Its path or host is not one of the plan's.
    NotWanted,
    /// It sends on to where the plan does not go.
    OffSite { to: String },
    /// It sends on for now; the target is visited next, if it was not yet.
    Redirected { to: String },
    /// It sends on to itself.
    RedirectLoop,
    /// A chain of redirects that does not end.
    TooManyRedirects,
    /// The site's robots.txt forbids it.
    Robots,
    /// The site's robots.txt cannot be read now, so nothing may be (RFC 9309 §2.3.1.4).
    RobotsUnavailable { why: String },
    /// The page asks not to be found.
    NoIndex,
    /// The same page as another, by its own word or by its bytes.
    DuplicateOf { url: String },
    /// A picture, a film, a program.
    MediaType { found: String },
    /// The site answered with this status.
    Status { status: u16 },
    /// The site asks for a longer rest than the plan allows.
    Busy { rest: Duration },
    /// The host failed several times in a row and is left alone.
    HostDown { host: String },
    /// The request failed or was refused.
    Failed(Error),
    /// What came could not be read: a fault of this program.
    Unreadable { why: String },
    /// A sitemap was not read, or not all of it.
    Sitemap(SitemapFault),
}

impl Skip {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotWanted => "not_wanted",
            Self::OffSite { .. } => "off_site",
            Self::Redirected { .. } => "redirected",
            Self::RedirectLoop => "redirect_loop",
            Self::TooManyRedirects => "too_many_redirects",
            Self::Robots => "robots",
            Self::RobotsUnavailable { .. } => "robots_unavailable",
            Self::NoIndex => "no_index",
            Self::DuplicateOf { .. } => "duplicate",
            Self::MediaType { .. } => "media_type",
            Self::Status { .. } => "status",
            Self::Busy { .. } => "busy",
            Self::HostDown { .. } => "host_down",
            Self::Failed(error) => error.code(),
            Self::Unreadable { .. } => "unreadable",
            Self::Sitemap(fault) => fault.code(),
        }
    }

    /// Says whether it may be otherwise tomorrow, so that what is known of the page is to be kept.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::RobotsUnavailable { .. }
            | Self::Unreadable { .. }
            | Self::Busy { .. }
            | Self::HostDown { .. }
            | Self::Redirected { .. } => true,
            Self::Status { status } => *status >= 500 || matches!(status, 401 | 403 | 408 | 425 | 429),
            Self::Failed(error) => error.is_passing(),
            _ => false,
        }
    }

    pub fn en(&self) -> String {
        match self {
            Self::NotWanted => "not among the hosts and paths that are to be read".into(),
            Self::OffSite { to } => {
                format!(
                    "sends on to {to}, which is not among the hosts and paths that are to be read; add its host if it is meant"
                )
            }
            Self::Redirected { to } => format!("sends on to {to} for now"),
            Self::RedirectLoop => "sends on to itself".into(),
            Self::TooManyRedirects => "sends on again and again".into(),
            Self::Robots => "the site's robots.txt forbids it".into(),
            Self::RobotsUnavailable { why } => {
                format!("the site's robots.txt cannot be read now ({why}), so nothing of the site is; try again later")
            }
            Self::NoIndex => "the page asks not to be found (noindex)".into(),
            Self::DuplicateOf { url } => format!("the same page as {url}"),
            Self::MediaType { found } => format!("{found} is not a page"),
            Self::Status { status } => format!("the site answered with status {status}"),
            Self::Busy { rest } => {
                format!("the site asks for {} s of rest, which is longer than we wait; try again later", rest.as_secs())
            }
            Self::HostDown { host } => {
                format!("{host} failed several times in a row; the rest of it is left for another time")
            }
            Self::Failed(error) => error.en(),
            Self::Unreadable { why } => format!("what came could not be read ({why}): please report this page"),
            Self::Sitemap(fault) => fault.en(),
        }
    }

    pub fn zh(&self) -> String {
        match self {
            Self::NotWanted => "不在要读取的主机和路径之内".into(),
            Self::OffSite { to } => format!("跳转到 {to}，不在要读取的主机和路径之内；如确需读取，请添加该主机"),
            Self::Redirected { to } => format!("暂时跳转到 {to}"),
            Self::RedirectLoop => "跳转到自身".into(),
            Self::TooManyRedirects => "不断跳转".into(),
            Self::Robots => "网站的 robots.txt 禁止读取".into(),
            Self::RobotsUnavailable { why } => {
                format!("目前无法读取网站的 robots.txt（{why}），因此不读取该网站；请稍后再试")
            }
            Self::NoIndex => "页面要求不被检索（noindex）".into(),
            Self::DuplicateOf { url } => format!("与 {url} 是同一页面"),
            Self::MediaType { found } => format!("{found} 不是页面"),
            Self::Status { status } => format!("网站返回状态 {status}"),
            Self::Busy { rest } => format!("网站要求等待 {} 秒，超过等待上限；请稍后再试", rest.as_secs()),
            Self::HostDown { host } => format!("{host} 连续多次失败；其余页面下次再读"),
            Self::Failed(error) => error.zh(),
            Self::Unreadable { why } => format!("无法读取收到的内容（{why}）：请反馈此页面"),
            Self::Sitemap(fault) => fault.zh(),
        }
    }
}
