//! Headers and footers: lines that stand at the same height of most pages.

use std::collections::HashMap;

use super::layout::{PageText, Row};

/// Rows at the top and at the bottom that are looked at.
const EDGE: usize = 3;

/// Fewer pages say nothing.
const PAGES: usize = 3;

/// Takes repeated lines out of the pages. Gives how many different ones.
pub(super) fn drop_repeated(pages: &mut [PageText]) -> usize {
    if pages.len() < PAGES {
        return 0;
    }
    let mut counts: HashMap<(String, i32), usize> = HashMap::new();
    for page in pages.iter() {
        let mut seen: Vec<(String, i32)> = edge(page).map(|at| key(&page.rows[at])).collect();
        seen.sort();
        seen.dedup();
        for key in seen {
            *counts.entry(key).or_default() += 1;
        }
    }
    let written = pages.iter().filter(|page| !page.rows.is_empty()).count();
    counts.retain(|_, count| *count >= PAGES && *count * 2 >= written);
    for page in pages {
        let drop: Vec<usize> = edge(page).filter(|&at| counts.contains_key(&key(&page.rows[at]))).collect();
        let mut at = 0;
        page.rows.retain(|_| {
            at += 1;
            !drop.contains(&(at - 1))
        });
    }
    counts.len()
}

fn edge(page: &PageText) -> impl Iterator<Item = usize> + '_ {
    let count = page.rows.len();
    let outside = |y: f32| y < page.height * 0.12 || y > page.height * 0.88;
    (0..count).filter(move |&at| (at < EDGE || at + EDGE >= count) && outside(page.rows[at].y))
}

/// The text with its numbers made equal, and the height.
fn key(row: &Row) -> (String, i32) {
    let mut text = String::new();
    for c in row.text().chars() {
        if !c.is_numeric() {
            text.push(c);
        } else if !text.ends_with('#') {
            text.push('#');
        }
    }
    (text, (row.y / 4.0).round() as i32)
}
