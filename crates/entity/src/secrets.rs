//! What only the words before it make secret: accounts, passwords, codes that are good once, birthdays.

use std::sync::LazyLock;

use regex::Regex;

use crate::fixed;
use crate::kind::{By, Kind};
use crate::message::{Hit, Message, is_word};
use crate::number::chinese_digit;

static ACCOUNT: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)(户号|学号|学籍号|工号|警号|员工编号|客户号|用户号|用户编号|会员编码|会员id|机主编号|网络账号|登陆名|登陆账号|支付账号|收款账号|店铺名id|微信id|qq|账号|帐号|账户名|账户|会员(?:卡|编)?号|用户名|用户id|QQ号?|微信号?|登录(?:id|名|账号)|游戏id|玩家id|\buid|会员id|apple id|旺旺|钉钉|微博|抖音|快手|淘宝|燃气号|水号|电号|缴费号|宽带号|合同号|用电号|住院号|病历号|就诊卡号|门诊号|社保卡号|医保卡号|会员卡号|公积金账号|会籍号|vip号|贵宾号|代理号|店铺号|商户号|客户代码|客户(?:编)?号|视频号|抖音号|小红书号|快手号|支付宝|社保号|医保号|公积金号|保单号|准考证号|员工号|编号id|\b(?:user\s?name|user\s?id|account(?:\s?(?:no|number|num|id|name|#))?\.?|login(?:\s?id)?|member(?:ship)?\s?(?:no|number|id|#)\.?|customer\s?(?:no|number|id)\.?|policy\s?(?:no|number)\.?|employee\s?(?:no|number|id)\.?|student\s?(?:no|number|id)\.?|wechat(?:\s?id)?|skype(?:\s?id)?|telegram))(?:[\s:=#]|是不是|应该是|改成|换成|写的是|填的是|填|是|为|叫|is|was|还是|的){0,4}([A-Za-z0-9@](?:[A-Za-z0-9_.@]|-){3,40}(?:\s\d{1,6}){0,4}|\d{2,6}(?:[ -]\d{1,6}){1,5})",
    )
});
/// A nickname in Chinese characters counts only behind words that announce one.
static NICKNAME: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)(?:(?:游戏id|玩家id)(?:[\s:]|是|叫|为){0,3}|(?:游戏名|昵称)(?:[\s:]|是|叫|为){1,3})(\p{Han}[\p{Han}A-Za-z0-9_]{1,11})",
    )
});
static PASSWORD: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)(?:密码|口令|\b(?:password|passcode|passwd|pwd)\b|\bpin(?:\s?code)?\b)(?:[^，。,.!?！？;；!-~]{0,10}|\s*(?:is|was|to|are)\s*)(?:[，,]\s?(?:以前|原来|之前|现在|旧的|新的|原先)(?:的)?(?:是|为)?)?[\s:=]{0,3}[“']?([!-~]{4,40})",
    )
});
static CODE_CUE: LazyLock<Regex> = LazyLock::new(|| {
    // Most words in 码 are codes; these are not: 密码, 号码, 尺码, 条码, 代码, 优惠码, 两码, 扫码 …
    fixed(
        r"(?i)[\p{Han}&&[^密号尺条编代数邮页起砝筹价惠扣请荐误维税车扫加均大小换改零一二两三四五六七八九十几多错个的这那]]码|[四六4-8]位数?码|验证代码|短信代码|驗證碼|验证短信|动态口令|动态密码|一次性密码|随机密码|\botp\b|(?:(\w+)\s)?\bcode\b|\bone[- ]time\b",
    )
});
static CODE: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"[A-Z]-\d{4,8}|\d{2,4}(?:[ -]\d{2,4}){1,3}|\d{4,8}|[零〇一二三四五六七八九幺]{4,8}"));
static CODE_SAID: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:念|报|收到|发来|新的)(?:一下|的是|了|的|给你|是)?[，,:\s]*([A-Z]-\d{4,8}|\d{6}|\d{3} \d{3}|[零〇一二三四五六七八九幺]{6})",
    )
});
/// 报的是2719还是2179; 918403是你们发的吗.
static CODE_ASKED: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"(?:报|念|发)的是\s?(\d{4,8})(?:还是\s?(\d{4,8}))?|(\d{6})(?:这个)?是(?:你们|啥|什么|谁)发?")
});
static BORN: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)(?:出生日期|出生年月日?|出生|生日|生于|\bborn(?:\s(?:on|in))?\b|birthday|date of birth|\bd\.?o\.?b\.?)[^\d\n]{0,16}?(\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?[日号]?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*,?\s\d{4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}|(?:19|20)\d{6})",
    )
});
static BORN_IN: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"(\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?[日号]?)\s?(?:出生|生的|生人)"));

/// Finds what the words before it make secret.
pub(crate) fn find(message: &Message, hits: &mut Vec<Hit>) {
    accounts(message, hits);
    if message.text.contains(['码', '令']) || message.letters > 2 {
        passwords(message, hits);
    }
    if message.digits + message.numerals >= 4 {
        codes(message, hits);
        if message.digits >= 4 {
            births(message, hits);
        }
    }
}

fn accounts(message: &Message, hits: &mut Vec<Hit>) {
    if message.digits + message.letters > 3 {
        for found in ACCOUNT.captures_iter(&message.text) {
            let Some(value) = found.get(2) else { continue };
            let end = value.start() + value.as_str().trim_end_matches(['.', '-', '_']).len();
            let text = &message.text[value.start()..end];
            let digits = text.chars().filter(char::is_ascii_digit).count();
            let latin_name = found[1].is_ascii();
            // `account is closed`: a word is no account; a user name in English has a digit or a mark.
            let word = digits == 0 && (latin_name || !text.contains(['_', '.', '@', '-']) && text.len() < 6);
            if word || message.after(end).next().is_some_and(is_word) || digits < 3 && text.len() < 6 {
                continue;
            }
            hits.push(Hit::text(Kind::Account, (value.start(), end), text, 0.88, By::Pattern));
        }
    }
    if message.han > 2 {
        for found in NICKNAME.captures_iter(&message.text) {
            if let Some(name) = found.get(1) {
                hits.push(Hit::text(Kind::Account, (name.start(), name.end()), name.as_str(), 0.7, By::Guess));
            }
        }
    }
}

fn passwords(message: &Message, hits: &mut Vec<Hit>) {
    for found in PASSWORD.captures_iter(&message.text) {
        let Some(value) = found.get(1) else { continue };
        let text = value.as_str().trim_end_matches([',', '.', ';', '"', '\'', ')', '?']);
        let chinese = found[0].contains(['码', '令']);
        let digits = text.chars().any(|c| c.is_ascii_digit());
        let marks = text.chars().any(|c| c.is_ascii_punctuation());
        // In English the next word often goes on with the sentence: a password has more than letters.
        let secret = if chinese { digits || marks || text.len() >= 6 } else { digits || marks && text.len() >= 6 };
        let next = message.after(value.start() + text.len()).next();
        let unit = text.chars().all(|c| c.is_ascii_digit())
            && next.is_some_and(|c| matches!(c, '位' | '次' | '个' | '分' | '年'));
        if text.len() >= 4 && secret && !unit {
            let span = (value.start(), value.start() + text.len());
            hits.push(Hit::text(Kind::Password, span, text, 0.9, By::Pattern));
        }
    }
}

fn codes(message: &Message, hits: &mut Vec<Hit>) {
    let text = &*message.text;
    let cue = CODE_CUE.captures_iter(text).find(|found| {
        let word = found.get(1).map_or("", |word| word.as_str()).to_lowercase();
        !matches!(
            word.as_str(),
            "zip"
                | "postal"
                | "post"
                | "promo"
                | "error"
                | "discount"
                | "coupon"
                | "product"
                | "source"
                | "area"
                | "country"
                | "qr"
                | "bar"
                | "sort"
                | "voucher"
                | "dress"
                | "item"
                | "swift"
                | "reference"
                | "tracking"
                | "referral"
                | "gift"
                | "pin"
                | "pass"
        )
    });
    let mut push = |start: usize, end: usize, confidence: f32| {
        let digits: String = text[start..end]
            .chars()
            .filter_map(|c| {
                chinese_digit(c)
                    .and_then(|digit| char::from_digit(digit, 10))
                    .or(Some(c).filter(char::is_ascii_alphanumeric))
            })
            .collect();
        hits.push(Hit::text(Kind::OneTimeCode, (start, end), digits, confidence, By::Pattern));
    };
    if let Some(cue) = cue.and_then(|found| found.get(0)) {
        for found in CODE.find_iter(text) {
            let digits = found.as_str().chars().filter(|c| c.is_ascii_digit() || chinese_digit(*c).is_some()).count();
            let next = message.after(found.end()).next();
            let before = message.left(found.start(), 2);
            if !(4..=8).contains(&digits)
                || !message.stands_alone(found.start(), found.end())
                || next.is_some_and(|c| "年月分秒位元块次个天时折号".contains(c))
                || before.ends_with("尾号")
            {
                continue;
            }
            let near = found.start() >= cue.end() && text[cue.end()..found.start()].chars().count() <= 16;
            let before_cue =
                digits >= 5 && found.end() <= cue.start() && text[found.end()..cue.start()].chars().count() <= 10;
            if near {
                push(found.start(), found.end(), 0.9);
            } else if before_cue || found.start() > cue.end() {
                push(found.start(), found.end(), 0.65);
            }
        }
        return;
    }
    for found in CODE_SAID.captures_iter(text).chain(CODE_ASKED.captures_iter(text)) {
        for code in [found.get(1), found.get(2), found.get(3)].into_iter().flatten() {
            if message.stands_alone(code.start(), code.end())
                && !message.after(code.end()).next().is_some_and(|c| "年月元块件个号".contains(c))
            {
                push(code.start(), code.end(), 0.6);
            }
        }
    }
}

fn births(message: &Message, hits: &mut Vec<Hit>) {
    for found in BORN.captures_iter(&message.text).chain(BORN_IN.captures_iter(&message.text)) {
        if let Some(date) = found.get(1)
            && message.stands_alone(date.start(), date.end())
        {
            let text = date.as_str().trim();
            hits.push(Hit::text(Kind::DateOfBirth, (date.start(), date.start() + text.len()), text, 0.9, By::Pattern));
        }
    }
}
