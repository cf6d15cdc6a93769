//! The comparison as a page: one file, without scripts.

use std::fmt::Write;

use super::{Replay, TurnChange, named};

const STYLE: &str = "
:root{color-scheme:light dark;--line:#d5d9de;--old:#fff1f0;--new:#effaf1;--soft:#667}
@media (prefers-color-scheme:dark){:root{--line:#3a3f46;--old:#3a2020;--new:#1c3324;--soft:#9aa4b0}}
body{font:15px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;max-width:1100px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.05rem;margin:2rem 0 .5rem}
table{border-collapse:collapse;width:100%;table-layout:fixed;margin:.5rem 0 1rem}
th,td{border:1px solid var(--line);padding:.4rem .6rem;text-align:left;vertical-align:top;white-space:pre-wrap;overflow-wrap:anywhere}
th:first-child,td:first-child{width:7.5rem;color:var(--soft)}
td.old{background:var(--old)}td.new{background:var(--new)}
.figures td:first-child{width:auto}.figures{max-width:30rem}
";

impl Replay {
    /// The comparison as an HTML page in Chinese (`zh`) or English.
    pub fn html(&self, lang: &str) -> String {
        let zh = lang == "zh";
        let say = |chinese: &'static str, english: &'static str| if zh { chinese } else { english };
        let (from, to) = (named(self.from), named(self.to));
        let title = if zh { format!("重放：{from} 与 {to}") } else { format!("Replay: {from} and {to}") };
        let mut page = format!(
            "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>{title}</title><style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n<table class=\"figures\">\n",
            if zh { "zh-CN" } else { "en" }
        );
        let mut figure = |name: &str, value: String| {
            let _ = writeln!(page, "<tr><td>{}</td><td>{value}</td></tr>", escape(name));
        };
        figure(say("会话", "Conversations"), format!("{} / {}", self.changed_conversations, self.conversations));
        figure(say("轮次", "Turns"), format!("{} / {}", self.changed_turns, self.turns));
        for (kind, turns) in &self.changed {
            figure(kind_name(kind, zh), turns.to_string());
        }
        figure(say("转人工", "Hand-overs"), format!("{} → {}", self.hand_overs.0, self.hand_overs.1));
        figure(say("护栏", "Guard hits"), format!("{} → {}", self.guard_hits.0, self.guard_hits.1));
        page.push_str("</table>\n");
        if self.different.is_empty() {
            let _ = writeln!(page, "<p>{}</p>", say("没有任何不同。", "Nothing is different."));
        }
        for replayed in &self.different {
            let _ = writeln!(page, "<h2>{} {}</h2>", say("会话", "Conversation"), escape(&replayed.conversation));
            for change in &replayed.changes {
                turn(&mut page, change, (&from, &to), zh);
            }
        }
        page.push_str("</body></html>\n");
        page
    }
}

fn turn(page: &mut String, change: &TurnChange, (from, to): (&str, &str), zh: bool) {
    let number = if zh { format!("第 {} 轮", change.turn) } else { format!("Turn {}", change.turn) };
    let _ = writeln!(
        page,
        "<table><tr><th>{number}</th><th colspan=\"2\">{}</th></tr>\n<tr><th></th><th>{from}</th><th>{to}</th></tr>",
        escape(&change.customer)
    );
    for (kind, (before, after)) in &change.changed {
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td class=\"old\">{}</td><td class=\"new\">{}</td></tr>",
            escape(kind_name(kind, zh)),
            escape(before),
            escape(after)
        );
    }
    page.push_str("</table>\n");
}

fn kind_name(kind: &str, zh: bool) -> &str {
    match (kind, zh) {
        ("commands", true) => "命令",
        ("answers", true) => "依据",
        ("says", true) => "说的话",
        ("asks", true) => "询问",
        ("slots", true) => "信息",
        ("calls", true) => "调用",
        ("hand_over", true) => "转人工",
        ("guard", true) => "护栏",
        ("commands", false) => "Commands",
        ("answers", false) => "Sources",
        ("says", false) => "Words",
        ("asks", false) => "Question",
        ("slots", false) => "Slots",
        ("calls", false) => "Calls",
        ("hand_over", false) => "Hand-over",
        ("guard", false) => "Guard",
        (other, _) => other,
    }
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            sign => safe.push(sign),
        }
    }
    safe
}
