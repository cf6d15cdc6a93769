//! Which labels are taken for which.

use std::cmp::Reverse;
use std::collections::HashMap;

use yingda_language::Lang;

use super::{Anchor, Canvas, choose, escape, fitted, percent, width};
use crate::report::{LabelReport, Report};

/// Labels shown.
const MOST: usize = 30;
const FONT: f64 = 12.0;
/// Longest name of a label, in pixels.
const NAME: f64 = 190.0;

/// The confusion matrix as a heat map of the 30 labels that are confused most: a row a given label, a column what its
/// texts were taken for, darker the larger the share of the row. Right answers and wrong ones have a colour each.
pub fn confusion_matrix(report: &Report, lang: Lang) -> String {
    let labels = worst(report);
    let place: HashMap<&str, usize> = labels.iter().enumerate().map(|(at, label)| (label.label.as_str(), at)).collect();
    let cell = (720.0 / labels.len().max(1) as f64).clamp(24.0, 56.0);
    let names: Vec<String> = labels.iter().map(|label| fitted(&label.label, FONT, NAME)).collect();
    let longest = names.iter().map(|name| width(name, FONT)).fold(40.0, f64::max);
    let side = cell * labels.len() as f64;
    // Column names rise to the right at 45°.
    let slope = longest * 0.72 + 14.0;
    let (left, top) = (longest + 58.0, 104.0 + slope);
    let title = choose(lang, "混淆矩阵", "Confusion matrix");
    let description = description(report, labels.len(), lang);
    let whole = (left + side + slope.max(48.0)).max(width(&description, 13.0) + 56.0);
    let mut canvas = Canvas::new(whole, top + side + 62.0, title, &description);
    canvas.heading(28.0, title, &description);
    canvas.text((left, 92.0), FONT, Anchor::Start, "soft", choose(lang, "判定为 →", "Taken for →"));
    let (x, y) = (26.0, top + side / 2.0);
    canvas.draw(format_args!(
        "<text transform=\"translate({x:.1} {y:.1}) rotate(-90)\" font-size=\"{FONT}\" text-anchor=\"middle\" class=\"soft\">{}</text>",
        choose(lang, "← 实际标签", "← Given label")
    ));
    for (at, (label, name)) in labels.iter().zip(&names).enumerate() {
        let middle = (at as f64 + 0.5) * cell;
        let (name, full) = (escape(name), escape(&label.label));
        canvas.draw(format_args!(
            "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{FONT}\" text-anchor=\"end\"><title>{full}</title>{name}</text>",
            left - 10.0,
            top + middle + FONT * 0.36
        ));
        canvas.draw(format_args!(
            "<text transform=\"translate({:.1} {:.1}) rotate(-45)\" font-size=\"{FONT}\"><title>{full}</title>{name}</text>",
            left + middle + 4.0,
            top - 8.0
        ));
    }
    let mut counts: HashMap<(usize, usize), usize> =
        labels.iter().enumerate().map(|(at, label)| ((at, at), label.right)).collect();
    for confusion in &report.confusions {
        let ends = place.get(confusion.given.as_str()).zip(place.get(confusion.taken.as_str()));
        if let Some((given, taken)) = ends {
            *counts.entry((*given, *taken)).or_default() += confusion.count;
        }
    }
    for (row, given) in labels.iter().enumerate() {
        for (column, taken) in labels.iter().enumerate() {
            let count = counts.get(&(row, column)).copied().unwrap_or(0);
            let share = count as f64 / given.support.max(1) as f64;
            draw_cell(
                &mut canvas,
                (left + column as f64 * cell, top + row as f64 * cell),
                cell,
                Cell { given: &given.label, taken: &taken.label, count, share: share.min(1.0) },
            );
        }
    }
    legend(&mut canvas, (left, top + side + 24.0), lang);
    canvas.finish()
}

struct Cell<'a> {
    given: &'a str,
    taken: &'a str,
    count: usize,
    /// Of the row.
    share: f64,
}

fn draw_cell(canvas: &mut Canvas, (x, y): (f64, f64), size: f64, cell: Cell<'_>) {
    let inner = size - 2.0;
    canvas.draw(format_args!(
        "<rect class=\"cell\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{inner:.1}\" height=\"{inner:.1}\" rx=\"3\"/>"
    ));
    if cell.count == 0 {
        return;
    }
    let is_right = cell.given == cell.taken;
    let class = if is_right { "right" } else { "wrong" };
    // A wrong answer matters while it is still rare: its colour rises as the root of its share.
    let opacity = if is_right { 0.12 + 0.88 * cell.share } else { 0.18 + 0.82 * cell.share.sqrt() };
    canvas.draw(format_args!(
        "<rect class=\"{class}\" fill-opacity=\"{opacity:.2}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{inner:.1}\" height=\"{inner:.1}\" rx=\"3\"><title>{} → {}: {} ({})</title></rect>",
        escape(cell.given),
        escape(cell.taken),
        cell.count,
        percent(cell.share)
    ));
    let font = if size < 30.0 { 10.0 } else { 12.0 };
    let shade = if opacity > 0.55 { "on" } else { "" };
    let at = (x + inner / 2.0, y + inner / 2.0 + font * 0.36);
    canvas.text(at, font, Anchor::Middle, shade, &cell.count.to_string());
}

fn legend(canvas: &mut Canvas, (x, y): (f64, f64), lang: Lang) {
    let mut x = x;
    for (class, name) in [("right", choose(lang, "判对", "right")), ("wrong", choose(lang, "判错", "wrong"))] {
        for step in 0..4 {
            canvas.draw(format_args!(
                "<rect class=\"{class}\" fill-opacity=\"{:.2}\" x=\"{:.1}\" y=\"{y:.1}\" width=\"16\" height=\"12\" rx=\"2\"/>",
                0.2 + 0.8 * f64::from(step) / 3.0,
                x + 18.0 * f64::from(step)
            ));
        }
        canvas.text((x + 80.0, y + 10.5), FONT, Anchor::Start, "soft", name);
        x += 100.0 + width(name, FONT);
    }
}

fn description(report: &Report, shown: usize, lang: Lang) -> String {
    let (texts, labels) = (report.examples - report.out_of_scope, report.labels.len());
    let accuracy = percent(report.accuracy);
    let some = shown < labels;
    match (lang, some) {
        (Lang::Zh, false) => format!("准确率 {accuracy}，{texts} 条文本，{labels} 个标签"),
        (Lang::Zh, true) => format!("准确率 {accuracy}，{texts} 条文本，{labels} 个标签中混淆最多的 {shown} 个"),
        (_, false) => format!("Accuracy {accuracy} on {texts} texts, {labels} labels"),
        (_, true) => format!("Accuracy {accuracy} on {texts} texts; the {shown} most confused of {labels} labels"),
    }
}

/// The labels that most wrong answers give or take. Labels that are often confused with each other stand together.
fn worst(report: &Report) -> Vec<&LabelReport> {
    let mut wrong: HashMap<&str, usize> = HashMap::new();
    for confusion in &report.confusions {
        *wrong.entry(&confusion.given).or_default() += confusion.count;
        *wrong.entry(&confusion.taken).or_default() += confusion.count;
    }
    let mut labels: Vec<&LabelReport> = report.labels.iter().collect();
    labels.sort_by_key(|label| Reverse((wrong.get(label.label.as_str()).copied().unwrap_or(0), label.support)));
    labels.truncate(MOST);
    let mut between: HashMap<(&str, &str), usize> = HashMap::new();
    for confusion in &report.confusions {
        let (given, taken) = (confusion.given.as_str(), confusion.taken.as_str());
        *between.entry((given, taken)).or_default() += confusion.count;
        *between.entry((taken, given)).or_default() += confusion.count;
    }
    let mut ordered: Vec<&LabelReport> = Vec::with_capacity(labels.len());
    while !labels.is_empty() {
        let last = ordered.last().map_or("", |last| last.label.as_str());
        let near = |label: &LabelReport| between.get(&(last, label.label.as_str())).copied().unwrap_or(0);
        // The first of the nearest: where none is near, the worst that is left.
        let next = (0..labels.len()).max_by_key(|at| (near(labels[*at]), Reverse(*at))).unwrap_or(0);
        ordered.push(labels.remove(next));
    }
    ordered
}
