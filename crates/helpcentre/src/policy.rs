//! What browsers may load for a page (Content Security Policy Level 3).

use crate::place::Place;
use crate::site::Site;

/// The content security policy of every page: nothing inline, nothing from elsewhere but the chat, the logo and our files.
pub(crate) fn policy(site: &Site, place: &Place) -> String {
    let chat = site.chat.as_ref().and_then(|chat| chat.server.as_deref()).unwrap_or_default();
    let socket = chat.replacen("http", "ws", 1);
    let origin = |url: &str| {
        let host = url.find("://").map(|at| at + 3)?;
        let end = url[host..].find(['/', '?', '#', ';', ',', ' ']).map_or(url.len(), |at| host + at);
        Place::new(&url[..end], "", &[]).is_ok().then(|| url[..end].to_owned())
    };
    let mut pictures: Vec<String> =
        place.files().iter().map(String::as_str).chain(site.logo.as_deref()).filter_map(origin).collect();
    pictures.push(chat.to_owned());
    pictures.sort();
    pictures.dedup();
    let join = |parts: &[&str]| parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
    format!(
        "default-src 'none'; style-src 'self'; script-src {}; img-src {}; media-src {}; font-src 'self'; connect-src {}; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
        join(&["'self'", chat]),
        join(&["'self'", "blob:", &pictures.join(" ")]),
        join(&["'self'", "blob:", chat]),
        join(&["'self'", chat, &socket]),
    )
}
