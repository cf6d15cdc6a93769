//! Where links may lead, and whether they leave the site.

use crate::place::Place;

/// Schemes that a link may have.
pub(crate) const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// Whether a browser follows the address to a page, a mail or a call, and to nothing else.
pub(crate) fn is_safe(url: &str) -> bool {
    let url = as_browsers_read(url);
    if url.is_empty() {
        return false;
    }
    let head = url.split(['/', '?', '#']).next().unwrap_or_default();
    match head.split_once(':') {
        Some((scheme, rest)) => {
            SCHEMES.contains(&scheme.to_ascii_lowercase().as_str())
                && (!rest.is_empty() || url[head.len()..].len() > "//".len())
        }
        None => true,
    }
}

/// Whether an address leads off the site: another origin.
pub(crate) fn leaves(url: &str, place: &Place) -> bool {
    let url = as_browsers_read(url).replace('\\', "/");
    if let Some(rest) = url.strip_prefix(place.origin()) {
        return !(rest.is_empty() || rest.starts_with(['/', '?', '#']));
    }
    if url.starts_with("//") {
        return true;
    }
    let head = url.split(['/', '?', '#']).next().unwrap_or_default();
    match head.split_once(':') {
        Some((scheme, _)) => !["mailto", "tel"].contains(&scheme.to_ascii_lowercase().as_str()),
        None => false,
    }
}

/// Whether a picture is one of our files.
pub(crate) fn is_our_file(url: &str, place: &Place) -> bool {
    // A way out of the folder, or another spelling of it, is not worth understanding.
    let plain =
        url.bytes().all(|byte| byte.is_ascii_graphic()) && !url.contains("..") && !url.contains(['\\', '"', '<']);
    plain && place.files().iter().any(|prefix| url.starts_with(prefix.as_str()))
}

/// As the URL standard reads it: no white space around, no tabs and line ends inside.
fn as_browsers_read(url: &str) -> String {
    url.trim_matches(|c: char| c <= ' ').chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_mails_and_calls_are_safe() {
        for url in
            ["https://a.com", "HTTP://a", "mailto:a@b.c", "tel:+8610", "/contact", "a/b:c", "#x", "?q=a:b", "//a.com"]
        {
            assert!(is_safe(url), "{url}");
        }
        for url in [
            "javascript:alert(1)",
            " JavaScript:x",
            "java\nscript:x",
            "data:text/html,x",
            "vbscript:x",
            "",
            " ",
            "https:",
        ] {
            assert!(!is_safe(url), "{url}");
        }
    }

    #[test]
    fn other_origins_are_off_the_site_however_they_are_written() {
        let place = Place::new("https://help.example.com", "", &["/files/"]).unwrap();
        for url in ["/zh/", "#a", "x", "https://help.example.com/zh/", "https://help.example.com", "mailto:a@b.c"] {
            assert!(!leaves(url, &place), "{url}");
        }
        for url in [
            "https://help.example.com.evil.com/",
            "//evil.com",
            "/\\evil.com",
            "/\t/evil.com",
            "http://help.example.com@evil.com",
        ] {
            assert!(leaves(url, &place), "{url}");
        }
        assert!(is_our_file("/files/a.png", &place));
        for url in ["/files/../x", "/other/a.png", "https://evil.com/files/a.png", "//files/a.png"] {
            assert!(!is_our_file(url, &place), "{url}");
        }
    }
}
