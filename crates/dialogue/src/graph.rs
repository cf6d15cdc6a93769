//! A flow as a drawing that people can read: SVG from top to bottom.

mod block;
mod draw;
mod layout;
mod words;
mod wrap;

use std::collections::BTreeSet;
use std::fmt::Write;

use block::Shape;
use draw::{draw, escape};
use layout::Layout;

use crate::{Does, Flow, Lang, Step};

/// How a graph looks.
#[derive(Clone, Debug, Default)]
pub struct GraphStyle {
    pub theme: Theme,
    /// Steps to mark as passed, as traces call them: their id, or `LINE:COLUMN`.
    pub passed: BTreeSet<String>,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system has it; within a page, as the page's `data-theme` says.
    #[default]
    Auto,
    Light,
    Dark,
}

/// Around the drawing.
const MARGIN: f32 = 24.0;

/// Draws a flow: steps as boxes coloured by what they do, conditions beside each other, loops framed, errors dashed.
///
/// The answer is one `<svg>` element, good as a file and within a page; it has a title and a description, no scripts and nothing from
/// elsewhere. Flows with problems can be drawn as far as they could be read.
pub fn svg(flow: &Flow, lang: Lang, style: &GraphStyle) -> String {
    let layout = Layout { flow, lang, passed: &style.passed };
    let whole = layout.flow();
    let (left, right, bottom) = (whole.left(), whole.right(), whole.bottom());
    let (width, height) = (right - left + 2.0 * MARGIN, bottom + 2.0 * MARGIN);
    let (dx, dy) = (MARGIN - left, MARGIN);
    let (title, about) = (layout.plain(&flow.title), about(flow, lang, &layout));
    let id: String = flow.id.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '_').collect();
    let theme = match style.theme {
        Theme::Auto => "",
        Theme::Light => " data-theme=\"light\"",
        Theme::Dark => " data-theme=\"dark\"",
    };
    let language = words::either(lang, "zh-CN", "en");
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"flow-graph\"{theme} role=\"img\" lang=\"{language}\" \
         aria-labelledby=\"flow-{id}-title flow-{id}-about\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\">\n\
         <title id=\"flow-{id}-title\">{}</title>\n<desc id=\"flow-{id}-about\">{}</desc>\n<style>{STYLE}</style>\n\
         <rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n",
        escape(&title),
        escape(&about)
    );
    // Frames below ways, ways below nodes.
    let order = |shape: &Shape| match shape {
        Shape::Frame { .. } => 0,
        Shape::Way { .. } => 1,
        _ => 2,
    };
    for layer in 0..3 {
        for shape in whole.shapes.iter().filter(|shape| order(shape) == layer) {
            draw(shape, dx, dy, &mut svg);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// What somebody who cannot see the drawing should know.
fn about(flow: &Flow, lang: Lang, layout: &Layout<'_>) -> String {
    let mut steps = 0;
    let (mut asks, mut calls, mut flows) = (Vec::new(), Vec::new(), Vec::new());
    let mut todo: Vec<&[Step]> = vec![&flow.steps];
    while let Some(list) = todo.pop() {
        for step in list {
            steps += 1;
            match &step.does {
                Does::Collect(collect) => asks.push(collect.slot.as_str()),
                Does::Call(tool) => calls.push(tool.tool.as_str()),
                Does::Run { flow, .. } | Does::Link { flow } => flows.push(flow.as_str()),
                _ => {}
            }
            todo.extend(step.below().into_iter().map(|(_, below)| below));
        }
    }
    let mut text = match lang {
        Lang::Zh => format!("流程“{}”，共 {steps} 步。", layout.plain(&flow.title)),
        Lang::En => format!("The flow “{}” has {steps} steps.", layout.plain(&flow.title)),
    };
    let parts = [
        (words::either(lang, "询问：", " It asks for "), asks),
        (words::either(lang, "调用：", " It calls "), calls),
        (words::either(lang, "相关流程：", " It goes to "), flows),
    ];
    for (head, mut names) in parts {
        names.sort_unstable();
        names.dedup();
        if !names.is_empty() {
            let (between, stop) = (words::either(lang, "、", ", "), words::either(lang, "。", "."));
            // Writing into a String cannot fail.
            let _ = write!(text, "{head}{}{stop}", names.join(between));
        }
    }
    text
}

/// Colours by role, for light and dark. Everything is below the class, so that a page around it is not touched.
const STYLE: &str = "
.flow-graph{--ground:#fff;--ink:#1c2430;--dim:#5b6676;--line:#8a95a5;--aside:#b4543a;--label:#eef1f5;--aside-label:#fbeeea;
--ask:#e5effe;--ask-line:#3b78d8;--say:#e6f5ec;--say-line:#2f9561;--tool:#f1eafc;--tool-line:#8257cc;--logic:#eff1f4;--logic-line:#748091;
--flow:#e0f4f6;--flow-line:#1d8a97;--people:#fff1d9;--people-line:#c07f10;--end:#e6f5ec;--end-line:#2f9561;--stop:#fdeaea;--stop-line:#c94f4f}
@media (prefers-color-scheme:dark){.flow-graph{--ground:#14181f;--ink:#e7ebf1;--dim:#a3aebd;--line:#6d7888;--aside:#e08a70;--label:#262d38;--aside-label:#3a2620;
--ask:#1a2d4b;--ask-line:#6ea2f2;--say:#173528;--say-line:#58b987;--tool:#2d2145;--tool-line:#a887e6;--logic:#252b35;--logic-line:#8b97a8;
--flow:#12353a;--flow-line:#4db4c1;--people:#3d2d10;--people-line:#dda53f;--end:#173528;--end-line:#58b987;--stop:#401f20;--stop-line:#e27c7c}}
[data-theme=light] .flow-graph,.flow-graph[data-theme=light]{--ground:#fff;--ink:#1c2430;--dim:#5b6676;--line:#8a95a5;--aside:#b4543a;--label:#eef1f5;--aside-label:#fbeeea;
--ask:#e5effe;--ask-line:#3b78d8;--say:#e6f5ec;--say-line:#2f9561;--tool:#f1eafc;--tool-line:#8257cc;--logic:#eff1f4;--logic-line:#748091;
--flow:#e0f4f6;--flow-line:#1d8a97;--people:#fff1d9;--people-line:#c07f10;--end:#e6f5ec;--end-line:#2f9561;--stop:#fdeaea;--stop-line:#c94f4f}
[data-theme=dark] .flow-graph,.flow-graph[data-theme=dark]{--ground:#14181f;--ink:#e7ebf1;--dim:#a3aebd;--line:#6d7888;--aside:#e08a70;--label:#262d38;--aside-label:#3a2620;
--ask:#1a2d4b;--ask-line:#6ea2f2;--say:#173528;--say-line:#58b987;--tool:#2d2145;--tool-line:#a887e6;--logic:#252b35;--logic-line:#8b97a8;
--flow:#12353a;--flow-line:#4db4c1;--people:#3d2d10;--people-line:#dda53f;--end:#173528;--end-line:#58b987;--stop:#401f20;--stop-line:#e27c7c}
.flow-graph{font-family:system-ui,-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',sans-serif}
.flow-graph .ground{fill:var(--ground)}
.flow-graph text{fill:var(--ink);font-size:13px}
.flow-graph .head{font-weight:600}
.flow-graph .small{font-size:11px;fill:var(--dim)}
.flow-graph .when{font-size:11px;font-style:italic;fill:var(--ink)}
.flow-graph .mark{font-size:13px;font-weight:700;text-anchor:middle}
.flow-graph .way{fill:none;stroke:var(--line);stroke-width:1.5}
.flow-graph .tip{fill:var(--line)}
.flow-graph .way.aside{stroke:var(--aside);stroke-dasharray:5 4}
.flow-graph .way.aside+.tip{fill:var(--aside)}
.flow-graph .label rect{fill:var(--label)}
.flow-graph .label text{font-size:11px;text-anchor:middle}
.flow-graph .label.aside rect{fill:var(--aside-label)}
.flow-graph .label.aside text{fill:var(--aside)}
.flow-graph .frame rect{fill:none;stroke:var(--logic-line);stroke-width:1.5;stroke-dasharray:2 3}
.flow-graph .frame text{font-size:12px;font-weight:600;fill:var(--dim)}
.flow-graph .node rect,.flow-graph .node path,.flow-graph path.node{stroke-width:1.5}
.flow-graph .ask rect{fill:var(--ask);stroke:var(--ask-line)}
.flow-graph .say rect{fill:var(--say);stroke:var(--say-line)}
.flow-graph .tool rect{fill:var(--tool);stroke:var(--tool-line)}
.flow-graph .logic rect,.flow-graph path.logic{fill:var(--logic);stroke:var(--logic-line)}
.flow-graph .flow rect,.flow-graph .flow path{fill:var(--flow);stroke:var(--flow-line)}
.flow-graph .people rect{fill:var(--people);stroke:var(--people-line)}
.flow-graph .end rect{fill:var(--end);stroke:var(--end-line)}
.flow-graph .stop rect{fill:var(--stop);stroke:var(--stop-line)}
.flow-graph .passed rect,.flow-graph path.passed{stroke-width:3.5}
";

#[cfg(test)]
mod tests;
