//! Whether confidence means what it says.

use yingda_language::Lang;

use super::{Anchor, Canvas, choose, percent, width};
use crate::report::{Bin, Report};

const SIDE: f64 = 400.0;
const LEFT: f64 = 84.0;
const TOP: f64 = 88.0;
/// Of the histogram.
const HEIGHT: f64 = 96.0;
const FONT: f64 = 12.0;

/// The calibration curve (reliability diagram): how often the likeliest label was right, by how probable it was said to
/// be; on the dashed line both are the same. Below it how many texts had that confidence.
pub fn calibration_curve(report: &Report, lang: Lang) -> String {
    let title = choose(lang, "校准曲线", "Calibration");
    let error = percent(report.calibration_error);
    let texts: usize = report.calibration.iter().map(|bin| bin.count).sum();
    let description = match lang {
        Lang::Zh => format!("预期校准误差 {error}，{texts} 条文本"),
        _ => format!("Expected calibration error {error} on {texts} texts"),
    };
    let whole = (LEFT + SIDE + 40.0).max(width(&description, 13.0) + 56.0);
    let bottom = TOP + SIDE;
    let mut canvas = Canvas::new(whole, bottom + HEIGHT + 100.0, title, &description);
    canvas.heading(28.0, title, &description);
    for tenth in (0..=10).step_by(2) {
        let share = f64::from(tenth) / 10.0;
        let (x, y) = (LEFT + share * SIDE, bottom - share * SIDE);
        let name = format!("{:.0}", 100.0 * share);
        canvas.draw(format_args!("<path class=\"line\" d=\"M{LEFT:.1} {y:.1}h{SIDE:.1}\"/>"));
        canvas.draw(format_args!("<path class=\"line\" d=\"M{x:.1} {TOP:.1}v{SIDE:.1}\"/>"));
        canvas.text((LEFT - 10.0, y + 4.0), FONT, Anchor::End, "soft", &name);
        canvas.text((x, bottom + HEIGHT + 54.0), FONT, Anchor::Middle, "soft", &name);
    }
    canvas.draw(format_args!("<path class=\"dash\" d=\"M{LEFT:.1} {bottom:.1}L{:.1} {TOP:.1}\"/>", LEFT + SIDE));
    let filled: Vec<&Bin> = report.calibration.iter().filter(|bin| bin.count > 0).collect();
    let at = |bin: &Bin| (LEFT + bin.confidence * SIDE, bottom - bin.accuracy * SIDE);
    for bin in &filled {
        let (x, y) = at(bin);
        let ideal = bottom - bin.confidence * SIDE;
        canvas.draw(format_args!("<path class=\"gap\" d=\"M{x:.1} {y:.1}V{ideal:.1}\"/>"));
    }
    let path: Vec<String> = filled.iter().map(|bin| at(bin)).map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    if !path.is_empty() {
        canvas.draw(format_args!("<path class=\"curve\" d=\"M{}\"/>", path.join("L")));
    }
    for bin in &filled {
        let (x, y) = at(bin);
        canvas.draw(format_args!(
            "<circle class=\"right\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"><title>{} → {}, {}</title></circle>",
            percent(bin.confidence),
            percent(bin.accuracy),
            bin.count
        ));
    }
    histogram(&mut canvas, &report.calibration, bottom + 34.0);
    let middle = LEFT + SIDE / 2.0;
    canvas.text(
        (middle, bottom + HEIGHT + 80.0),
        FONT,
        Anchor::Middle,
        "soft",
        choose(lang, "置信度（%）", "Confidence (%)"),
    );
    upright(&mut canvas, TOP + SIDE / 2.0, choose(lang, "准确率（%）", "Accuracy (%)"));
    upright(&mut canvas, bottom + 34.0 + HEIGHT / 2.0, choose(lang, "条数", "Texts"));
    canvas.finish()
}

fn upright(canvas: &mut Canvas, y: f64, text: &str) {
    canvas.draw(format_args!(
        "<text transform=\"translate(34 {y:.1}) rotate(-90)\" font-size=\"{FONT}\" text-anchor=\"middle\" class=\"soft\">{text}</text>"
    ));
}

fn histogram(canvas: &mut Canvas, bins: &[Bin], top: f64) {
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1) as f64;
    let bottom = top + HEIGHT;
    canvas.draw(format_args!("<path class=\"line\" d=\"M{LEFT:.1} {bottom:.1}h{SIDE:.1}\"/>"));
    for bin in bins.iter().filter(|bin| bin.count > 0) {
        let height = (HEIGHT - 16.0) * bin.count as f64 / most;
        let (x, wide) = (LEFT + bin.from * SIDE, (bin.to - bin.from) * SIDE);
        canvas.draw(format_args!(
            "<rect class=\"right\" fill-opacity=\".8\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\" rx=\"2\"/>",
            x + 2.0,
            bottom - height,
            wide - 4.0
        ));
        let at = (x + wide / 2.0, bottom - height - 4.0);
        canvas.text(at, 10.0, Anchor::Middle, "soft", &bin.count.to_string());
    }
}
