//! Writing Markdown: blocks, inline text, tables, and what must be escaped.

use crate::{Notice, Place, Warning};

/// A block of a document.
pub(crate) enum Block {
    Paragraph(String),
    Heading {
        level: u8,
        text: String,
    },
    /// A line of a list; `number` for an ordered one.
    Item {
        depth: usize,
        number: Option<u32>,
        text: String,
    },
    /// Lines that are kept as they are.
    Code(String),
    Quote(String),
    /// Rows of cells; the first row is the header.
    Table(Vec<Vec<String>>),
    /// `page 3`, `sheet 价格`, `slide 4`.
    Marker(String),
}

/// The Markdown as it grows, never beyond its limit.
pub(crate) struct Writer {
    text: String,
    limit: usize,
    full: bool,
    after_item: bool,
}

impl Writer {
    pub(crate) fn new(limit: usize) -> Self {
        Self { text: String::new(), limit, full: false, after_item: false }
    }

    /// Whether the limit was reached; nothing more is taken.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    /// Whether anything was written.
    pub(crate) fn has_text(&self) -> bool {
        !self.text.is_empty()
    }

    /// Writes a block. Its texts are Markdown already, see [`Inline`] and [`escape`].
    pub(crate) fn push(&mut self, block: Block) {
        if self.full {
            return;
        }
        let item = matches!(block, Block::Item { .. });
        let before = self.text.len();
        if !self.text.is_empty() {
            self.text.push_str(if item && self.after_item { "\n" } else { "\n\n" });
        }
        let start = self.text.len();
        match block {
            Block::Paragraph(text) => self.text.push_str(&line_start(text.trim())),
            Block::Heading { level, text } => {
                let text = one_line(&text, 1000);
                if !text.is_empty() {
                    self.text.push_str(&"#".repeat(level.clamp(1, 6).into()));
                    self.text.push(' ');
                    self.text.push_str(&text);
                }
            }
            Block::Item { depth, number, text } => self.item(depth, number, text.trim()),
            Block::Code(text) => self.code(&text),
            Block::Quote(text) => {
                for line in text.trim().lines() {
                    self.text.push_str("> ");
                    self.text.push_str(line);
                    self.text.push('\n');
                }
                self.text.truncate(self.text.trim_end().len());
            }
            Block::Table(rows) => self.table(&rows),
            Block::Marker(text) => {
                let text = one_line(&text.replace(['<', '>'], " ").replace("--", "- -"), 200);
                self.text.push_str(&format!("<!-- {text} -->"));
            }
        }
        if self.text.len() <= start {
            self.text.truncate(before);
            return;
        }
        if self.text.len() > self.limit {
            self.text.truncate(before);
            self.full = true;
            return;
        }
        self.after_item = item;
    }

    fn item(&mut self, depth: usize, number: Option<u32>, text: &str) {
        if text.is_empty() {
            return;
        }
        let indent = "   ".repeat(depth.min(8));
        let mark = number.map_or_else(|| "- ".to_owned(), |number| format!("{number}. "));
        for (index, line) in text.lines().enumerate() {
            if index > 0 {
                self.text.push('\n');
            }
            self.text.push_str(&indent);
            self.text.push_str(if index == 0 { &mark } else { "   " });
            self.text.push_str(line.trim());
        }
    }

    fn code(&mut self, text: &str) {
        let text = text.trim_matches('\n').trim_end();
        if text.is_empty() {
            return;
        }
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(3.max(longest + 1));
        self.text.push_str(&format!("{fence}\n{text}\n{fence}"));
    }

    fn table(&mut self, rows: &[Vec<String>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        for (index, row) in rows.iter().enumerate() {
            if self.text.len() > self.limit {
                return;
            }
            if index > 0 {
                self.text.push('\n');
            }
            self.text.push('|');
            for column in 0..columns {
                self.text.push(' ');
                push_cell(&mut self.text, row.get(column).map_or("", |cell| cell));
                self.text.push_str(" |");
            }
            if index == 0 {
                self.text.push_str("\n|");
                self.text.push_str(&" --- |".repeat(columns));
            }
        }
    }

    /// The Markdown, ending in a line feed when there is any; a warning joins `warnings` when it was cut.
    pub(crate) fn finish(mut self, warnings: &mut Vec<Notice>) -> String {
        if self.full {
            let warning = Warning::Cut { what: "bytes", limit: self.limit };
            warnings.push(Notice { place: Place::File, warning });
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text
    }
}

/// A cell on one line, its bars escaped.
fn push_cell(out: &mut String, cell: &str) {
    let mut escaped = false;
    let mut space = false;
    for c in cell.trim().chars() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if space {
            out.push(' ');
            space = false;
            escaped = false;
        }
        if c == '|' && !escaped {
            out.push('\\');
        }
        out.push(c);
        escaped = c == '\\' && !escaped;
    }
}

/// Text that was not written as Markdown, so that it is shown as it is: no HTML, no emphasis, no link.
pub(crate) fn escape(text: &str) -> String {
    escape_before(text, ' ')
}

/// Escapes text that `next` follows.
fn escape_before(text: &str, next: char) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().filter(|c| !is_dropped(*c)).peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(next);
        match c {
            '<' if after.is_ascii_alphabetic() || matches!(after, '/' | '!' | '?') => out.push_str("&lt;"),
            '&' if after == '#' || after.is_ascii_alphabetic() && is_reference(chars.clone()) => out.push_str("&amp;"),
            '*' | '`' => {
                out.push('\\');
                out.push(c);
            }
            '_' if !(before.is_alphanumeric() && after.is_alphanumeric()) => out.push_str("\\_"),
            ']' if matches!(after, '(' | '[' | ':') => out.push_str("\\]"),
            '[' if after == '^' => out.push_str("\\["),
            '\\' if after.is_ascii_punctuation() => out.push_str("\\\\"),
            '\u{a0}' | '\u{2007}' | '\u{202f}' => out.push(' '),
            c => out.push(c),
        }
        before = c;
    }
    out
}

/// Characters that are not text: controls, marks of the byte order, soft hyphens, and marks that turn the direction of text,
/// which can make it read other than it is.
fn is_dropped(c: char) -> bool {
    matches!(c, '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}' | '\u{feff}' | '\u{ad}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether the characters after `&` go on as a named reference such as `amp;`.
fn is_reference(chars: impl Iterator<Item = char>) -> bool {
    for (index, c) in chars.take(33).enumerate() {
        match c {
            ';' => return index > 0,
            c if c.is_ascii_alphanumeric() => {}
            _ => return false,
        }
    }
    false
}

/// Escapes what would make a paragraph's line something else: a heading, a quotation, a rule. Lists are left: a line that
/// begins as one is one.
fn line_start(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let line = line.trim_start_matches([' ', '\t']);
        let first = line.chars().next().unwrap_or(' ');
        let rule = line.trim_end().len() >= 2 && line.trim_end().chars().all(|c| c == first || c == ' ');
        let hashes = line.trim_start_matches('#');
        if first == '#' && hashes.chars().next().is_none_or(char::is_whitespace)
            || first == '>'
            || rule && matches!(first, '-' | '=' | '~')
            || line.starts_with("~~~")
        {
            out.push('\\');
        }
        out.push_str(line);
    }
    out
}

/// The address of a link, made safe to stand between `(` and `)`; nothing when it is of a kind that is not linked to.
pub(crate) fn link_target(address: &str) -> Option<String> {
    let address = address.trim();
    if address.is_empty() || address.len() > 2000 || address.chars().any(char::is_control) {
        return None;
    }
    let scheme_end = address.find([':', '/', '?', '#']).filter(|&at| address[at..].starts_with(':'));
    if let Some(at) = scheme_end {
        let scheme = address[..at].to_ascii_lowercase();
        if !matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel") {
            return None;
        }
    }
    // Entities could hide a scheme from this look.
    if scheme_end.is_none() && address.contains('&') && address.contains(';') {
        return None;
    }
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            ' ' => out.push_str("%20"),
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            '|' => out.push_str("%7C"),
            '"' => out.push_str("%22"),
            '`' => out.push_str("%60"),
            c if c.is_whitespace() => out.push_str("%20"),
            c => out.push(c),
        }
    }
    Some(out)
}

/// How a stretch of inline text looks.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    pub(crate) code: bool,
    /// The text is the name of a note, to be shown as `[^name]`.
    pub(crate) note: bool,
    /// A target from [`link_target`].
    pub(crate) link: Option<String>,
}

/// Inline text as it grows.
#[derive(Default)]
pub(crate) struct Inline {
    spans: Vec<(String, Style)>,
}

impl Inline {
    /// Adds text as it came.
    pub(crate) fn push(&mut self, text: &str, style: &Style) {
        if text.is_empty() {
            return;
        }
        match self.spans.last_mut() {
            Some((last, same)) if same == style && !style.note => last.push_str(text),
            _ => self.spans.push((text.to_owned(), style.clone())),
        }
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.spans.iter().all(|(text, _)| text.trim().is_empty())
    }

    pub(crate) fn ends_with_space(&self) -> bool {
        self.spans.last().is_none_or(|(text, _)| text.ends_with(char::is_whitespace))
    }

    /// Whether it ends in a hyphen after a letter, as a word that goes on in the next line.
    pub(crate) fn ends_with_word_hyphen(&self) -> bool {
        let mut last = self.spans.last().into_iter().flat_map(|(text, _)| text.chars().rev());
        last.next() == Some('-') && last.next().is_some_and(char::is_alphabetic)
    }

    /// Takes the last character off.
    pub(crate) fn pop(&mut self) {
        if let Some((text, _)) = self.spans.last_mut() {
            text.pop();
        }
    }

    /// The last character.
    pub(crate) fn last(&self) -> Option<char> {
        self.spans.iter().rev().find_map(|(text, _)| text.chars().next_back())
    }

    /// The text without any looks.
    pub(crate) fn plain(&self) -> String {
        self.spans.iter().map(|(text, _)| text.as_str()).collect()
    }

    /// The Markdown; headings pass [`Emphasis::None`].
    pub(crate) fn markdown(&self, emphasis: Emphasis) -> String {
        let mut out = String::new();
        let mut index = 0;
        while index < self.spans.len() {
            let link = &self.spans[index].1.link;
            let end =
                self.spans[index..].iter().position(|(_, s)| &s.link != link).map_or(self.spans.len(), |n| index + n);
            let mut inner = String::new();
            for at in index..end {
                let (text, style) = &self.spans[at];
                let mut after = self.spans[at + 1..].iter().flat_map(|(text, _)| text.chars());
                let next = after.find(|c| !is_dropped(*c));
                let before = inner.chars().last().or_else(|| out.chars().last());
                inner.push_str(&styled(text, style, emphasis, before, next));
            }
            match link {
                Some(target) if !inner.trim().is_empty() => {
                    let label = inner.trim();
                    let lead = &inner[..inner.len() - inner.trim_start().len()];
                    let tail = &inner[inner.trim_end().len()..];
                    out.push_str(&format!("{lead}[{}]({target}){tail}", label.replace('\n', " ")));
                }
                _ => out.push_str(&inner),
            }
            index = end;
        }
        out
    }
}

/// Whether bold and italic are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Emphasis {
    Keep,
    None,
}

/// One span. Marks stand only where CommonMark sees them: not beside spaces, and not between a letter and punctuation.
fn styled(text: &str, style: &Style, emphasis: Emphasis, before: Option<char>, next: Option<char>) -> String {
    if style.note {
        return format!("[^{text}]");
    }
    if style.code && emphasis == Emphasis::Keep && !text.contains('`') && !text.trim().is_empty() {
        return format!("`{}`", text.replace('\n', " "));
    }
    let mark = match (style.bold, style.italic) {
        _ if emphasis == Emphasis::None => "",
        (true, true) => "***",
        (true, false) => "**",
        (false, true) => "*",
        (false, false) => "",
    };
    let core = text.trim();
    if mark.is_empty() || core.is_empty() || core.contains('\n') {
        return escape_before(text, next.unwrap_or(' '));
    }
    let lead = &text[..text.len() - text.trim_start().len()];
    let tail = &text[text.trim_end().len()..];
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let opens = core.starts_with(char::is_alphanumeric) || !lead.is_empty() || !letter(before);
    let closes = core.ends_with(char::is_alphanumeric) || !tail.is_empty() || !letter(next);
    // Two marked spans side by side would run together.
    let free = !(lead.is_empty() && before == Some('*'));
    if !(opens && closes && free) {
        return escape_before(text, next.unwrap_or(' '));
    }
    format!("{lead}{mark}{}{mark}{tail}", escape(core))
}

/// What of a merged cell is repeated in the rows that it covers: short text, as long text would be most of the table.
pub(crate) fn repeatable(text: &str) -> String {
    if text.len() <= 300 { text.to_owned() } else { String::new() }
}

/// The text on one line, at most `limit` characters.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    match out.char_indices().nth(limit) {
        Some((at, _)) => out[..at].to_owned(),
        None => out,
    }
}

/// The text of the first heading, among the first lines.
pub(crate) fn first_heading(markdown: &str) -> Option<String> {
    let line = markdown.lines().take(200).find(|line| line.starts_with('#') && line.contains("# "))?;
    let text = line.trim_start_matches('#').trim();
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !(c == '\\' && chars.peek().is_some_and(char::is_ascii_punctuation)) {
            out.push(c);
        } else if let Some(next) = chars.next() {
            out.push(next);
        }
    }
    Some(out.replace("&lt;", "<").replace("&amp;", "&")).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_markup_is_escaped() {
        assert_eq!(escape("<script>alert(1)</script>"), "&lt;script>alert(1)&lt;/script>");
        assert_eq!(escape("a < b && c > d, R&D"), "a < b && c > d, R&D");
        assert_eq!(escape("2*3*4 snake_case _x_"), "2\\*3\\*4 snake_case \\_x\\_");
        assert_eq!(escape("[a](javascript:x) [1]"), "[a\\](javascript:x) [1]");
        assert_eq!(escape("&lt;b&gt; &#60;"), "&amp;lt;b&amp;gt; &amp;#60;");
        assert_eq!(escape("a<\u{feff}b> <\u{ad}/x> <"), "a&lt;b> &lt;/x> <");
        assert_eq!(escape(r"C:\Users \*"), r"C:\Users \\\*");
    }

    #[test]
    fn only_addresses_of_the_web_mail_and_telephone_are_linked() {
        assert_eq!(link_target("https://a.cn/x (1)").as_deref(), Some("https://a.cn/x%20%281%29"));
        assert_eq!(link_target("/help?a=1#b").as_deref(), Some("/help?a=1#b"));
        assert_eq!(link_target("#a:b").as_deref(), Some("#a:b"));
        for bad in [
            "javascript:alert(1)",
            " JavaScript:x",
            "java\nscript:x",
            "data:text/html,x",
            "file:///etc",
            "java&#115;cript:x",
        ] {
            assert_eq!(link_target(bad), None, "{bad}");
        }
        assert_eq!(link_target("javascript&colon;alert(1)"), None);
    }

    #[test]
    fn emphasis_stands_only_where_it_is_seen() {
        let bold = Style { bold: true, ..Style::default() };
        let plain = Style::default();
        let mut inline = Inline::default();
        inline.push("七天", &plain);
        inline.push("无理由", &bold);
        inline.push("退货。", &plain);
        assert_eq!(inline.markdown(Emphasis::Keep), "七天**无理由**退货。");
        let mut inline = Inline::default();
        inline.push("（重要）", &bold);
        inline.push("说明", &plain);
        assert_eq!(inline.markdown(Emphasis::Keep), "（重要）说明");
    }

    #[test]
    fn what_would_be_markup_across_two_looks_is_escaped() {
        let mut inline = Inline::default();
        inline.push("x<", &Style::default());
        inline.push("!b>", &Style { bold: true, ..Style::default() });
        inline.push(" a", &Style::default());
        inline.push("[x]", &Style { bold: true, ..Style::default() });
        inline.push("(javascript:y)", &Style::default());
        assert_eq!(inline.markdown(Emphasis::Keep), "x&lt;**!b>** a[x\\](javascript:y)");
    }

    #[test]
    fn a_table_escapes_bars_and_breaks() {
        let mut writer = Writer::new(1000);
        writer.push(Block::Table(vec![vec!["a|b".to_owned(), "c\nd".to_owned()], vec!["1".to_owned()]]));
        assert_eq!(writer.finish(&mut Vec::new()), "| a\\|b | c d |\n| --- | --- |\n| 1 |  |\n");
    }

    #[test]
    fn text_beyond_the_limit_is_cut_at_a_block_with_a_warning() {
        let mut warnings = Vec::new();
        let mut writer = Writer::new(12);
        writer.push(Block::Paragraph("0123456789".to_owned()));
        writer.push(Block::Paragraph("more".to_owned()));
        assert_eq!(writer.finish(&mut warnings), "0123456789\n");
        assert_eq!(warnings[0].code(), "cut");
    }
}
