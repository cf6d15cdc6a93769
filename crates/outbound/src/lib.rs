//! Requests to the outside that cannot reach private addresses.
//!
//! [`Client`] makes every request that the program makes: webhooks, pages, models. Whatever a URL, a redirect or a DNS answer says,
//! it connects to addresses of the public internet only, and to the hosts that an administrator lists in [`Settings::allowed`]. The
//! check is where the connection is made, on the very address that is connected to.
//!
//! [`Crawl`] reads a site with it, by sitemap or from link to link, and keeps to what the site asks for in robots.txt.

mod address;
mod body;
mod client;
mod crawl;
mod error;
mod host;
mod page;
mod path;
mod policy;
mod request;
mod response;
mod robots;
mod sitemap;
mod tls;

pub use address::{AddressClass, not_public};
pub use client::{Client, MAX_REDIRECTS, Settings, user_agent};
pub use crawl::{Crawl, End, Known, Page, Plan, Progress, Skip, Start, Visit};
pub use error::Error;
pub use host::HostPattern;
pub use page::{PageHead, Wishes};
pub use path::PathPattern;
pub use policy::{Policy, Resolver, SystemResolver};
pub use request::{Redirects, Request, parse_url};
pub use reqwest::{Method, StatusCode, Url, header};
pub use response::{Incoming, Response};
pub use robots::{MAX_ROBOTS_BYTES, Robots};
pub use sitemap::{MAX_SITEMAP_BYTES, MAX_SITEMAP_URLS, Sitemap, SitemapEntry, SitemapFault};
pub use tokio_util::sync::CancellationToken;
