//! Markdown as plain text, for channels that show letters only.

/// The text without the signs of Markdown: emphasis, headings and code fences go, a link keeps its address, a list its dashes, a row of a
/// table becomes a line. What is no Markdown stays as it is.
pub(crate) fn plain(markdown: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in markdown.lines() {
        let bare = line.trim();
        if bare.starts_with("```") || is_marker(bare) || is_rule_of_table(bare) {
            continue;
        }
        let text = heading(line).unwrap_or(line);
        let text = match bare.strip_prefix("* ").or_else(|| bare.strip_prefix("+ ")) {
            Some(item) => format!("- {item}"),
            None => row_of_table(bare).unwrap_or_else(|| text.to_owned()),
        };
        lines.push(inline(&text));
    }
    // Markers and fences leave empty lines behind.
    lines.dedup_by(|next, line| next.trim().is_empty() && line.trim().is_empty());
    lines.join("\n").trim().to_owned()
}

/// A line such as `<!-- page 3 -->`.
fn is_marker(line: &str) -> bool {
    line.starts_with("<!--") && line.ends_with("-->")
}

/// The line of dashes under the head of a table.
fn is_rule_of_table(line: &str) -> bool {
    line.starts_with('|') && line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

/// The cells of a row of a table, with dots between them.
fn row_of_table(line: &str) -> Option<String> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<&str> = inner.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
    (cells.len() > 1).then(|| cells.join(" · "))
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let depth = line.len() - text.len();
    (1..=6).contains(&depth).then(|| text.strip_prefix(' ')).flatten()
}

/// One line without emphasis, with links as `words (address)`.
fn inline(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['*', '[', '!', '`', '\\']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(escaped) = rest.strip_prefix('\\') {
            let next = escaped.chars().next().filter(char::is_ascii_punctuation);
            out.push(next.unwrap_or('\\'));
            rest = &escaped[next.map_or(0, char::len_utf8)..];
        } else if let Some((words, after)) = emphasis(rest) {
            out.push_str(words);
            rest = after;
        } else if let Some((words, address, after)) = link(rest) {
            out.push_str(words);
            if !address.is_empty() && address != words {
                out.push_str(&format!(" ({address}) "));
            }
            rest = after;
        } else {
            let next = rest.chars().next().unwrap_or_default();
            out.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    out.push_str(rest);
    out
}

/// `**words**` or `` `words` ``: the words, and what comes after.
fn emphasis(text: &str) -> Option<(&str, &str)> {
    let mark = ["**", "`"].into_iter().find(|mark| text.starts_with(mark))?;
    let inner = &text[mark.len()..];
    let end = inner.find(mark).filter(|end| *end > 0)?;
    Some((&inner[..end], &inner[end + mark.len()..]))
}

/// `[words](address)` or a picture: its words, its address (none for a picture), and what comes after.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (is_picture, inner) = match text.strip_prefix("![") {
        Some(inner) => (true, inner),
        None => (false, text.strip_prefix('[')?),
    };
    let close = inner.find("](")?;
    let address = &inner[close + 2..];
    let end = address.find(')')?;
    let words = &inner[..close];
    (!words.contains('[')).then_some((words, if is_picture { "" } else { &address[..end] }, &address[end + 1..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_signs_of_markdown_go_and_the_words_stay() {
        let markdown = "# 退货\n\n<!-- page 2 -->\n请看**退货页**（[退货](https://a.example/r)）。\n\n* 7 天内\n+ 未使用\n\n| 项 | 值 |\n|---|:-:|\n| 运费 | 10 |\n![图](x.png)";
        let expected =
            "退货\n\n请看退货页（退货 (https://a.example/r) ）。\n\n- 7 天内\n- 未使用\n\n项 · 值\n运费 · 10\n图";
        assert_eq!(plain(markdown), expected);
    }

    #[test]
    fn what_is_no_markdown_stays_as_it_is() {
        for text in [
            "7*24 小时",
            "a * b ** c",
            "¥1,299.50 [元]",
            "1. 打开\n2. 点“取消”",
            "#1 号店",
            "C:\\path",
            "满 [3] 件 (五折)",
        ] {
            assert_eq!(plain(text), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_plain_form(text in ".{0,200}") {
            prop_assert!(plain(&text).chars().count() <= 2 * text.chars().count() + 8);
        }
    }
}
