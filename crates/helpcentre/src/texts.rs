//! What the pages say by themselves, in Chinese and English.

use serde::Serialize;
use time::OffsetDateTime;
use yingda_model::Timestamp;

/// The texts of one language.
#[derive(Debug, Serialize)]
pub(crate) struct Texts {
    pub help_centre: &'static str,
    pub skip: &'static str,
    pub how_can_we_help: &'static str,
    pub search: &'static str,
    pub search_label: &'static str,
    pub search_placeholder: &'static str,
    pub topics: &'static str,
    pub subtopics: &'static str,
    pub popular: &'static str,
    pub recent: &'static str,
    pub languages: &'static str,
    pub breadcrumbs: &'static str,
    pub contents: &'static str,
    pub attachments: &'static str,
    pub related: &'static str,
    pub tags: &'static str,
    pub updated: &'static str,
    pub table: &'static str,
    pub helpful: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    pub thanks: &'static str,
    pub sorry: &'static str,
    pub comment_label: &'static str,
    pub comment_hint: &'static str,
    pub send: &'static str,
    pub comment_thanks: &'static str,
    pub feedback_failed: &'static str,
    pub ask_title: &'static str,
    pub ask_text: &'static str,
    pub ask: &'static str,
    pub results: &'static str,
    pub best_answer: &'static str,
    pub whole_article: &'static str,
    pub open_article: &'static str,
    pub did_you_mean: &'static str,
    pub no_results_hint: &'static str,
    pub type_to_search: &'static str,
    pub empty_category: &'static str,
    pub empty_site: &'static str,
    pub pages: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub not_found: &'static str,
    pub not_found_text: &'static str,
    pub gone: &'static str,
    pub gone_text: &'static str,
    pub home: &'static str,
    pub untranslated: &'static str,
    pub other_language: &'static str,
    pub feed: &'static str,
    #[serde(skip)]
    chinese: Chinese,
}

/// Whether counts and dates are written the Chinese way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chinese {
    Yes,
    No,
}

static ZH: Texts = Texts {
    help_centre: "帮助中心",
    skip: "跳到正文",
    how_can_we_help: "有什么可以帮您？",
    search: "搜索",
    search_label: "搜索帮助文章",
    search_placeholder: "说说您遇到的问题",
    topics: "按主题浏览",
    subtopics: "细分主题",
    popular: "大家常看",
    recent: "最近更新",
    languages: "语言",
    breadcrumbs: "当前位置",
    contents: "本页内容",
    attachments: "附件",
    related: "相关文章",
    tags: "标签",
    updated: "更新于",
    table: "表格",
    helpful: "这篇文章有帮助吗？",
    yes: "有帮助",
    no: "没有帮助",
    thanks: "谢谢您的反馈，很高兴帮到您。",
    sorry: "谢谢您的反馈，很抱歉没能帮到您。",
    comment_label: "还有什么想告诉我们？（选填）",
    comment_hint: "请不要填写密码、证件号或银行卡号。",
    send: "提交",
    comment_thanks: "已收到您的意见，谢谢。",
    feedback_failed: "没有提交成功，请稍后再试。",
    ask_title: "没有找到答案？",
    ask_text: "直接问我们，我们来帮您解决。",
    ask: "联系我们",
    results: "搜索结果",
    best_answer: "最佳答案",
    whole_article: "查看全文",
    open_article: "打开这篇",
    did_you_mean: "您要找的是不是：",
    no_results_hint: "换一个更简短的说法，或者看看下面的文章。",
    type_to_search: "输入问题或关键词，开始搜索。",
    empty_category: "这个主题下还没有文章。",
    empty_site: "这里还没有文章，很快就会有。",
    pages: "分页",
    previous: "上一页",
    next: "下一页",
    not_found: "找不到这个页面",
    not_found_text: "链接可能写错了，或者页面换了地址。可以搜一搜：",
    gone: "这篇文章已下线",
    gone_text: "它的内容已不再适用。可以搜一搜新的说明：",
    home: "返回首页",
    untranslated: "这篇文章没有这种语言的版本",
    other_language: "内容为",
    feed: "更新订阅",
    chinese: Chinese::Yes,
};

static EN: Texts = Texts {
    help_centre: "Help centre",
    skip: "Skip to the content",
    how_can_we_help: "How can we help?",
    search: "Search",
    search_label: "Search the help articles",
    search_placeholder: "Describe your question",
    topics: "Browse by topic",
    subtopics: "Subtopics",
    popular: "Often read",
    recent: "Recently updated",
    languages: "Language",
    breadcrumbs: "You are here",
    contents: "On this page",
    attachments: "Attachments",
    related: "Related articles",
    tags: "Tags",
    updated: "Updated",
    table: "Table",
    helpful: "Was this article helpful?",
    yes: "Yes",
    no: "No",
    thanks: "Thank you. We are glad that it helped.",
    sorry: "Thank you for telling us. We are sorry that it did not help.",
    comment_label: "Anything you would like to add? (optional)",
    comment_hint: "Please leave out passwords and the numbers of identity or bank cards.",
    send: "Send",
    comment_thanks: "Thank you, we have received your comment.",
    feedback_failed: "That could not be sent. Please try again later.",
    ask_title: "Not the answer you were looking for?",
    ask_text: "Ask us, and we will sort it out together.",
    ask: "Contact us",
    results: "Search results",
    best_answer: "Best answer",
    whole_article: "Read the whole article",
    open_article: "Open on its own page",
    did_you_mean: "Did you mean:",
    no_results_hint: "Try fewer or other words, or have a look at these articles.",
    type_to_search: "Type a question or a few words to search.",
    empty_category: "There are no articles on this topic yet.",
    empty_site: "There are no articles here yet. They will come soon.",
    pages: "Pages",
    previous: "Previous",
    next: "Next",
    not_found: "This page was not found",
    not_found_text: "The link may be misspelt, or the page has moved. You can search for it:",
    gone: "This article was withdrawn",
    gone_text: "What it said no longer applies. You can search for what does:",
    home: "Back to the start",
    untranslated: "There is no version of this article in that language",
    other_language: "In",
    feed: "Updates",
    chinese: Chinese::No,
};

impl Texts {
    /// Chinese for `zh…`, else English.
    pub(crate) fn of(lang: &str) -> &'static Self {
        if primary(lang) == "zh" { &ZH } else { &EN }
    }

    /// How many articles there are.
    pub(crate) fn articles(&self, count: usize) -> String {
        match (self.chinese, count) {
            (Chinese::Yes, _) => format!("{count} 篇文章"),
            (Chinese::No, 1) => "1 article".to_owned(),
            (Chinese::No, _) => format!("{count} articles"),
        }
    }

    /// How many results a search has.
    pub(crate) fn found(&self, query: &str, count: usize) -> String {
        match (self.chinese, count) {
            (Chinese::Yes, 0) => format!("没有找到与“{query}”相关的内容"),
            (Chinese::Yes, _) => format!("“{query}”共有 {count} 条结果"),
            (Chinese::No, 0) => format!("Nothing was found for “{query}”"),
            (Chinese::No, 1) => format!("1 result for “{query}”"),
            (Chinese::No, _) => format!("{count} results for “{query}”"),
        }
    }

    /// How many readers an article helped, when enough said so.
    pub(crate) fn helped(&self, yes: u32, no: u32) -> Option<String> {
        let all = yes.saturating_add(no);
        (all >= 5 && yes >= no).then(|| match self.chinese {
            Chinese::Yes => format!("{all} 人中有 {yes} 人觉得有帮助"),
            Chinese::No => format!("{yes} of {all} readers found this helpful"),
        })
    }

    /// Which page of how many.
    pub(crate) fn page_of(&self, page: usize, pages: usize) -> String {
        match self.chinese {
            Chinese::Yes => format!("第 {page} 页，共 {pages} 页"),
            Chinese::No => format!("Page {page} of {pages}"),
        }
    }

    /// The line between the pages, sheets or slides of a document: `page`, `3`.
    pub(crate) fn mark(&self, kind: &str, name: &str) -> String {
        match (self.chinese, kind) {
            (Chinese::Yes, "page") => format!("第 {name} 页"),
            (Chinese::Yes, "sheet") => format!("工作表：{name}"),
            (Chinese::Yes, _) => format!("幻灯片 {name}"),
            (Chinese::No, "page") => format!("Page {name}"),
            (Chinese::No, "sheet") => format!("Sheet: {name}"),
            (Chinese::No, _) => format!("Slide {name}"),
        }
    }

    /// What the help centre of a brand is called.
    pub(crate) fn centre_of(&self, brand: &str) -> String {
        match self.chinese {
            Chinese::Yes if brand.ends_with(|c: char| c.is_ascii_alphanumeric()) => {
                format!("{brand} {}", self.help_centre)
            }
            Chinese::Yes => format!("{brand}{}", self.help_centre),
            Chinese::No => format!("{brand} help centre"),
        }
    }

    /// A day, in UTC.
    pub(crate) fn day(&self, at: Timestamp) -> String {
        let date = moment(at).date();
        match self.chinese {
            Chinese::Yes => format!("{} 年 {} 月 {} 日", date.year(), u8::from(date.month()), date.day()),
            Chinese::No => format!("{} {} {}", date.day(), date.month(), date.year()),
        }
    }

    /// The size of a file.
    pub(crate) fn size(&self, bytes: u64) -> String {
        match bytes {
            0..1_000 => format!("{bytes} B"),
            1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
            _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
        }
    }
}

/// The moment as a date and time in UTC; 1970 when it is none.
pub(crate) fn moment(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// The language of a tag without region and script.
fn primary(lang: &str) -> String {
    lang.split('-').next().unwrap_or_default().to_ascii_lowercase()
}

/// What a page's `lang` attribute says: browsers choose glyphs by it, and `zh` alone leaves them guessing.
pub(crate) fn html_lang(lang: &str) -> &str {
    if lang.eq_ignore_ascii_case("zh") { "zh-CN" } else { lang }
}

/// Which way a language is written.
pub(crate) fn direction(lang: &str) -> &'static str {
    if ["ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv"].contains(&primary(lang).as_str()) { "rtl" } else { "ltr" }
}

/// What a language calls itself.
pub(crate) fn language_name(lang: &str) -> String {
    let tag = lang.to_ascii_lowercase();
    let name = match tag.as_str() {
        "zh-tw" | "zh-hk" | "zh-hant" => "繁體中文",
        _ => match primary(&tag).as_str() {
            "zh" => "中文",
            "en" => "English",
            "ja" => "日本語",
            "ko" => "한국어",
            "de" => "Deutsch",
            "fr" => "Français",
            "es" => "Español",
            "pt" => "Português",
            "it" => "Italiano",
            "ru" => "Русский",
            "ar" => "العربية",
            "he" => "עברית",
            "vi" => "Tiếng Việt",
            "th" => "ไทย",
            "id" => "Bahasa Indonesia",
            _ => lang,
        },
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_days_are_written_as_people_do() {
        let day = Timestamp(1_795_000_000_000);
        assert_eq!(ZH.articles(1), "1 篇文章");
        assert_eq!(EN.articles(1), "1 article");
        assert_eq!(EN.articles(0), "0 articles");
        assert_eq!(ZH.day(day), "2026 年 11 月 18 日");
        assert_eq!(EN.day(day), "18 November 2026");
        assert_eq!(EN.size(1_234), "2 kB");
        assert_eq!(EN.size(2_560_000), "2.5 MB");
        assert_eq!(ZH.centre_of("Lumen"), "Lumen 帮助中心");
        assert_eq!(ZH.centre_of("流明"), "流明帮助中心");
        assert_eq!(ZH.helped(1, 1), None);
        assert_eq!(EN.helped(8, 2).as_deref(), Some("8 of 10 readers found this helpful"));
    }
}
