//! "I have done that", "it has happened": only what a tool brought back may say so.

use std::sync::LazyLock;

use regex::Regex;
use yingda_language::{is_han, stem};

use crate::ground::{Ground, Source};
use crate::neutral::{is_question, is_unknowing};
use crate::pattern::fixed;
use crate::piece::{Broken, Piece};
use crate::saying::Rule;
use crate::support::is_supposed;

/// What the bot says it did for the customer.
static ACTED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:我们?|客服)?(?:已经?|刚刚?|刚才)(?:经)?(?:帮|替|为|给|将|把)(?:您|你|那|这)?\S{0,10}|(?:帮|替|为|给)(?:您|你)\S{0,6}?(?:好了|掉了|过了|完了)|\b(?:i|we)(?:'ve| have) (?:just |already |now |also )?([a-z]+)|\bi (cancelled|canceled|refunded|booked|reserved|blocked|changed|moved|sent|restarted|updated|upgraded)\b",
    )
});
/// What is said to have happened.
static HAPPENED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:已经|刚刚|刚才|今天已|昨天已|现已|已)([\p{Han}]{2,6})|\b(?:has|have) (?:just |already |now )?(?:been ([a-z]{4,})|([a-z]{3,}(?:ed|en|wn)|left|sent|gone|paid|put|shut))\b|\bwas (?:just |already )?([a-z]{3,}(?:ed|en|wn|ft))\b|\b(left|arrived|shipped) (?:our|the|at|in)\b",
    )
});
static AFTER: LazyLock<Regex> = LazyLock::new(|| fixed(r"\b(?:when|after|since|as)\b"));
/// What the bot does by speaking.
static SPOKEN: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"超过|超出|过了|到了|含|包括|是|有|确认|记|登记|收到|了解|明白|理解|转达|查|看|核实|反馈|说明|告知|\b(?:noted|checked|looked|found|understood|passed|seen|read|received|forwarded|told|got|had|been|made)\b",
    )
});

/// Checks that what a sentence says has been done is what a tool's result says, or a passage in the same words.
pub(crate) fn check(piece: &Piece, ground: &Ground, broken: &mut Vec<Broken>) {
    if is_question(&piece.folded.text) || is_unknowing(&piece.folded.text) {
        return;
    }
    for clause in &piece.clauses {
        let text = &clause.unit.text;
        if is_supposed(text) || AFTER.is_match(text) {
            continue;
        }
        let found =
            ACTED.captures_iter(text).map(|c| (c, true)).chain(HAPPENED.captures_iter(text).map(|c| (c, false)));
        for (captures, acted) in found {
            let Some(whole) = captures.get(0) else { continue };
            if SPOKEN.is_match(whole.as_str()) {
                continue;
            }
            let deed = (1..captures.len()).find_map(|at| captures.get(at)).map_or(whole.as_str(), |deed| deed.as_str());
            if !is_told(deed, acted, ground) {
                let span = clause.at + whole.start()..clause.at + whole.end();
                broken.push(Broken::new(
                    Rule::Claim,
                    span,
                    "没有结果表明已经这样做了",
                    "no result says that this was done",
                ));
                break;
            }
        }
    }
}

/// Whether a result of a tool, or for what only happened a passage, speaks of the deed.
fn is_told(deed: &str, acted: bool, ground: &Ground) -> bool {
    let lines = ground.lines.iter().filter(|line| match line.source {
        Source::Result => true,
        Source::Text => !acted,
        Source::Customer => !acted,
    });
    let bare: String = deed.chars().filter(|c| !"已经刚才帮替为给将把您你我们了好在".contains(*c)).collect();
    let han: Vec<char> = bare.chars().filter(|c| is_han(*c)).collect();
    // The names of fields say it as well: submitted, 2026-11-16.
    let fields = ground.known.sentences.iter().filter(|sentence| sentence.source == Source::Result);
    let fields = fields.map(|sentence| (Source::Result, &sentence.text));
    for (source, text) in lines.map(|line| (line.source, &line.whole.text)).chain(fields) {
        if !han.is_empty() {
            let told = han.windows(2).any(|pair| {
                let word: String = pair.iter().collect();
                let Some(at) = text.find(&word) else { return false };
                source != Source::Text || text[..at].ends_with(['已', '经', '未'])
            });
            if told || han.len() < 2 {
                return true;
            }
        } else {
            let stemmed = stem(deed);
            let same = |word: &str| stem(word) == stemmed;
            if text.split(|c: char| !c.is_ascii_alphabetic()).any(same) && source != Source::Text
                || source == Source::Text && text.contains(deed)
            {
                return true;
            }
        }
    }
    false
}
