//! Language tags (BCP 47) as people and programs write them.

/// Languages of ISO 639-1.
const TWO_LETTERS: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz \
    ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu \
    ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd \
    ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss \
    st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";
/// Languages without a code of two letters that help centres are written in.
const THREE_LETTERS: &str = "ast awa bho bug ceb ckb cmn doi fil fur gan gom gsw hak haw hil hmn hsb hsn ilo jam kab kok lzh \
    mai mni nan nds pap sah sat scn sco shn srn szl tet tpi tzm war wuu yue";

/// The tag of a language: a tag as it stands (`_` becomes `-`), or of the language's name. `None` for what is none.
pub fn tag_of(text: &str) -> Option<String> {
    match text.to_lowercase().as_str() {
        "中文" | "汉语" | "简体中文" | "简体" | "普通话" | "chinese" | "mandarin" => {
            return Some("zh".into());
        }
        "繁体中文" | "繁體中文" | "繁体" | "繁體" => return Some("zh-Hant".into()),
        "英文" | "英语" | "英語" | "english" => return Some("en".into()),
        _ => {}
    }
    let tag = text.replace('_', "-");
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default().to_ascii_lowercase();
    let known = match language.len() {
        2 => TWO_LETTERS.split_ascii_whitespace().any(|known| known == language),
        3 => THREE_LETTERS.split_ascii_whitespace().any(|known| known == language),
        _ => false,
    };
    let rest_is_fine =
        parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    (known && rest_is_fine && tag.len() <= 35).then_some(tag)
}

/// The tag of another program's locale: `en-us` and `zh_CN` are what `en` and `zh` mean by themselves, every other keeps its
/// region.
pub fn tag_of_locale(locale: &str) -> Option<String> {
    let tag = tag_of(locale.trim())?;
    match tag.to_ascii_lowercase().as_str() {
        "en-us" => return Some("en".into()),
        "zh-cn" | "zh-hans" | "zh-hans-cn" => return Some("zh".into()),
        _ => {}
    }
    let mut written = Vec::new();
    for (at, part) in tag.split('-').enumerate() {
        written.push(match (at, part.len()) {
            (0, _) => part.to_ascii_lowercase(),
            (_, 2) => part.to_ascii_uppercase(),
            (_, 4) => part[..1].to_ascii_uppercase() + &part[1..].to_ascii_lowercase(),
            _ => part.to_owned(),
        });
    }
    Some(written.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_names_are_understood_and_nothing_else_is() {
        for (text, tag) in [("zh", "zh"), ("zh_CN", "zh-CN"), ("yue", "yue"), ("中文", "zh"), ("English", "en")] {
            assert_eq!(tag_of(text).as_deref(), Some(tag));
        }
        for text in ["", "zz", "klingon", "zh-", "en us", "zh-中国", "en-123456789", "12"] {
            assert_eq!(tag_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_locale_loses_the_region_that_its_language_means_by_itself() {
        for (locale, tag) in [
            ("en-us", "en"),
            ("zh_CN", "zh"),
            ("zh-cn", "zh"),
            ("zh-tw", "zh-TW"),
            ("pt_BR", "pt-BR"),
            ("zh-hant", "zh-Hant"),
        ] {
            assert_eq!(tag_of_locale(locale).as_deref(), Some(tag));
        }
    }
}
