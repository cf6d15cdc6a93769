//! What the evidence holds that this customer must not hear: notes for the staff, and what a tool brought back of
//! other people.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::common::is_common;
use crate::folded::Folded;
use crate::ground::Ground;
use crate::neutral::is_neutral;
use crate::pattern::fixed;
use crate::piece::{Broken, Piece};
use crate::saying::Rule;
use crate::sentence::sentences;
use crate::unit::{Unit, Word};

/// The start of a line that is meant for the staff: the whole line is.
static HEADED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"^\s*[\[【(]?(?:仅?内部|.{0,4}(?:员工|店员|坐席|客服|前台|管理))(?:备注|说明|资料|须知|使用|参考|专用|可见|话术|口径|提示|记录|留言)(?:[(].{0,8}[)])?\s*[\[\]】():]|^\s*[\[【(]\s*(?:仅?内部|保密|机密|仅?员工|勿外传)[^\]】)]{0,6}[\]】)]|^\s*(?:内部|保密|机密)\s*:|^.{0,14}[\[【(](?:保密|机密|仅?限?内部|不对外|仅供?员工)[^\]】)]{0,6}[\]】)]\s*:?|^[^:。]{0,10}(?:名单|排队表|排队名单|登记表|档案|值班表|通讯录|预约表|台账|客户列表)\s*:|^\s*[\[(]?(?:internal|confidential|(?:staff|employee|agent|crew|team|manager|back-?office) (?:notes?|only|memo|use|file|comment|info|reminder))(?: (?:notes?|only|use|memo|information|file))*\s*(?:\([^)]{0,20}\))?\s*[\])]?\s*[:\-]|^[^:.]{0,30}\((?:confidential|internal|private|staff only|internal only)\)\s*[:\-]?|^\s*(?:waiting list|wait ?list|guest list|call log|booking sheet|customer list|personnel (?:file|record)s?|roster|rota)\b[^:.]{0,24}[:\-]",
    )
});
/// Words that make the sentence they stand in one for the staff.
static MARKED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"仅限?(?:供)?(?:内部|员工|店员|坐席)|(?:不得|请勿|勿|不要|禁止|严禁|不可|别)(?:主动)?(?:对外|外传|外泄|(?:告知|告诉|透露给?|说给|展示给)(?:客户|顾客|客人|会员|用户|对方|他人|任何人))|(?:不得|请勿|勿)(?:主动)?(?:透露|泄露)\s*(?:[。;)\]】]|$)|\b(?:staff|internal use|employees|internal) only\b|\bfor (?:internal|staff) use\b|\bnot for (?:customers|guests|the public)\b|\b(?:do not|don't|never) (?:share|disclose|reveal|mention|tell)(?: (?:this|it))?(?: (?:with|to)?\s?(?:the )?(?:customers?|guests?|clients?|callers?|members?|patients?|anyone outside|anyone))?\s*(?:[.;)\]]|$)",
    )
});
/// A remark for the staff inside a line for customers.
static REMARK: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"[\[【(]\s*(?:仅?内部|(?:员工|店员|坐席|客服)(?:备注|注意|提示)|保密|internal|staff (?:notes?|only)|confidential)[^\]】)]*[\]】)]",
    )
});

/// Whether a folded line is for the staff only.
pub(crate) fn is_internal(line: &str) -> bool {
    HEADED.is_match(line) || MARKED.is_match(line)
}

/// A passage without what is for the staff; that goes to `private`, folded.
pub(crate) fn without_internal(passage: &str, private: &mut Vec<String>) -> String {
    let mut open = String::new();
    let mut headed = false;
    for line in passage.split_inclusive('\n') {
        let folded = Folded::new(line);
        // A heading alone is one for all that follows.
        if headed || HEADED.is_match(&folded.text) {
            let heading = folded.text.trim().trim_end_matches([':', ']', '】', ')']);
            headed |= heading.chars().count() <= 12;
            private.push(folded.text);
            continue;
        }
        for range in sentences(line) {
            let sentence = &line[range];
            let folded = Folded::new(sentence);
            if MARKED.is_match(&folded.text) && REMARK.find(&folded.text).is_none() {
                private.push(folded.text);
                continue;
            }
            let mut at = 0;
            for remark in REMARK.find_iter(&folded.text) {
                let place = folded.original(remark.range());
                open.push_str(&sentence[at..place.start]);
                at = place.end;
                private.push(remark.as_str().to_owned());
            }
            open.push_str(&sentence[at..]);
        }
    }
    open
}

/// Checks that a sentence tells nothing of `ground.private`.
pub(crate) fn check(piece: &Piece, ground: &Ground, broken: &mut Vec<Broken>) {
    let text = &piece.folded.text;
    for private in &ground.private {
        let found = telling(private)
            .into_iter()
            .filter(|word| !ground.text.contains(word))
            .find_map(|word| text.find(word).map(|at| at..at + word.len()));
        let found = found
            .or_else(|| run(text, private, &ground.text, 5.0))
            .or_else(|| taken(piece, &Unit::new(private), ground));
        if let Some(span) = found {
            let (zh, en) = (
                "其他人的信息或内部说明，不能告诉客户",
                "of another person or for the staff, not to be told to this customer",
            );
            broken.push(Broken::new(Rule::Personal, span, zh, en));
        }
    }
}

/// Words that tell who or what is meant: short Chinese values, rare Latin words, numbers of four digits or more.
fn telling(private: &str) -> Vec<&str> {
    private
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| {
            let han = word.chars().filter(|c| yingda_language::is_han(*c)).count();
            let digits = word.bytes().filter(u8::is_ascii_digit).count();
            (2..=4).contains(&han) && !is_common(word)
                || digits >= 4 && !(word.len() == 4 && (word.starts_with("19") || word.starts_with("20")))
                || han == 0 && digits == 0 && word.len() >= 4 && !is_common(word)
        })
        .collect()
}

/// In other words: where most of what is new in a clause stands in a private text, it was taken from there.
fn taken(piece: &Piece, private: &Unit, ground: &Ground) -> Option<Range<usize>> {
    let there = private.keys();
    piece.clauses.iter().find_map(|clause| {
        let new = |word: &&Word| !word.light && !ground.keys.contains(&word.key) && !is_neutral(&word.text);
        let new: Vec<&Word> = clause.unit.words.iter().filter(new).collect();
        let numbers =
            clause.unit.facts.iter().filter(|fact| {
                !fact.is_trivial() && !ground.states(fact) && private.facts.iter().any(|p| fact.agrees(p))
            });
        let taken = new.iter().filter(|word| there.contains(&word.key)).count() + 2 * numbers.count();
        (taken >= 2 && taken * 2 > new.len()).then(|| clause.at..clause.at + clause.unit.text.len())
    })
}

/// The longest words of `text` that stand in `other` in a row and not in `known`, when they weigh as much as `least`
/// Chinese characters (three letters weigh as one).
pub(crate) fn run(text: &str, other: &str, known: &str, least: f32) -> Option<Range<usize>> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    for (first, &start) in starts.iter().enumerate() {
        let mut weight = 0.0;
        for (last, c) in text[start..].chars().enumerate() {
            weight += match c {
                c if yingda_language::is_han(c) => 1.0,
                c if c.is_alphanumeric() => 0.35,
                _ => 0.1,
            };
            if weight >= least {
                let span = start..starts[first + last + 1];
                let words = &text[span.clone()];
                if other.contains(words) && !known.contains(words) {
                    return Some(span);
                }
                break;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{is_internal, without_internal};
    use crate::folded::Folded;

    #[test]
    fn what_is_for_the_staff_is_cut_out_of_a_passage() {
        let mut private = Vec::new();
        let passage = "年卡 800 元（内部：可让到 700 元）。周一休息。最低 650 元，请勿告知客户。\n【内部资料】\n老客户名单在前台。";
        assert_eq!(without_internal(passage, &mut private), "年卡 800 元。周一休息。");
        assert_eq!(private.len(), 4);
    }

    #[test]
    fn notes_for_the_staff_are_known_by_their_marks() {
        for (line, internal) in [
            ("【内部】高教练 15:00 预约：何佩珊。", true),
            ("店员备注（仅内部）：B06 离婚寄养。", true),
            ("内部备注：暂缓排产。", true),
            ("Staff notes: window table, do not disclose.", true),
            ("INTERNAL: run 4 Zeus.", true),
            ("Codes are for staff only.", true),
            ("请勿将密码告诉他人。", false),
            ("Do not share your password with anyone.", false),
            ("客服电话：400-100-2000。", false),
            ("客服说明书、内部尺寸：30 厘米。", false),
            ("人员档案（保密）：史阿姨，1971 年生。", true),
            ("馆内排队表：1. 秦明轩。", true),
            ("STAFF FILE (confidential): Yesenia, two kids.", true),
            ("可以再让 50 元，不要主动告诉客户。", true),
            ("Lowest offer $40, never mention this to the customer.", true),
            ("Staff: 6 am to 10 pm.", false),
            ("Our staff is on site from 6 am.", false),
        ] {
            assert_eq!(is_internal(&Folded::new(line).text), internal, "{line}");
        }
    }
}
