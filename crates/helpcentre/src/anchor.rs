//! Anchors of headings: the part of an address after `#`, by which search results point into an article.

use std::collections::HashMap;

/// Longest slug, in characters.
const LONGEST: usize = 64;

/// The slug of a text: lower-case letters and digits of any script, every run of other characters one `-`, none at the ends,
/// at most 64 characters. `section` when nothing is left.
///
/// ```
/// assert_eq!(yingda_helpcentre::slug("退货政策（2026 版）"), "退货政策-2026-版");
/// ```
pub fn slug(text: &str) -> String {
    let slug = words(text);
    if slug.is_empty() { "section".to_owned() } else { slug }
}

/// As [`slug`], but empty when no letter or digit is left.
pub(crate) fn words(text: &str) -> String {
    let mut slug = String::new();
    let mut length = 0;
    let mut gap = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        if !c.is_alphanumeric() {
            gap = true;
            continue;
        }
        if gap && length > 0 {
            slug.push('-');
            length += 1;
        }
        gap = false;
        if length >= LONGEST {
            break;
        }
        slug.push(c);
        length += 1;
    }
    // The cut may have left the joint of two words at the end.
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Gives the headings of one entry their anchors, in the order in which they stand: what is taken gets `-2`, `-3` ….
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    /// What is taken, and the last number that was tried after it.
    used: HashMap<String, u32>,
}

impl Anchors {
    /// The anchor of the next heading, from its plain text.
    pub fn next(&mut self, heading: &str) -> String {
        let slug = slug(heading);
        let Some(&last) = self.used.get(&slug) else {
            self.used.insert(slug.clone(), 1);
            return slug;
        };
        let mut n = last + 1;
        while self.used.contains_key(&format!("{slug}-{n}")) {
            n += 1;
        }
        let anchor = format!("{slug}-{n}");
        self.used.insert(slug, n);
        self.used.insert(anchor.clone(), 1);
        anchor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_keep_letters_and_digits_of_any_script() {
        for (text, expected) in [
            ("Return policy", "return-policy"),
            ("退货政策（2026 版）", "退货政策-2026-版"),
            ("What's new in v2.0?", "what-s-new-in-v2-0"),
            ("  ", "section"),
            ("!!!", "section"),
            ("Größe & Gewicht", "größe-gewicht"),
            ("cargo run – how", "cargo-run-how"),
            ("-- a --", "a"),
        ] {
            assert_eq!(slug(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_slug_has_at_most_64_characters_and_no_dash_at_its_end() {
        assert_eq!(slug(&"字".repeat(100)), "字".repeat(64));
        let cut = slug(&format!("{} tail", "a".repeat(63)));
        assert_eq!(cut, "a".repeat(63));
        let cut = slug(&format!("{} tail", "a".repeat(62)));
        assert_eq!(cut, format!("{}-t", "a".repeat(62)));
    }

    #[test]
    fn equal_headings_get_different_anchors() {
        let mut anchors = Anchors::default();
        let got: Vec<_> = ["FAQ", "FAQ", "FAQ 2", "faq"].map(|text| anchors.next(text)).into();
        assert_eq!(got, ["faq", "faq-2", "faq-2-2", "faq-3"]);
    }
}
