//! What is told to those who run the assistant, in both of their languages. [`said!`](crate::said) makes it.

// No `Display`: who shows it chooses the language, and a text cannot stand within another in the wrong one.
/// A text in Chinese and in English.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
pub struct Said {
    pub zh: String,
    pub en: String,
}

impl Said {
    /// Whether both texts are there, and the Chinese one has Chinese characters: what tests ask of everything that is told.
    pub fn is_in_both(&self) -> bool {
        let is_chinese = |sign: char| ('\u{4e00}'..='\u{9fff}').contains(&sign);
        !self.en.is_empty() && self.zh != self.en && self.zh.contains(is_chinese)
    }
}

/// Makes a [`Said`] of two formats, Chinese first, with the same arguments: those of `format!` by name, and in brackets those that are
/// themselves a `Said`, of which each language takes its own half. A named argument must stand in both texts.
///
/// ```
/// use yingda_yaml::said;
///
/// let (what, key) = (said!("槽位", "a slot"), "type");
/// let told = said!("{what}缺少“{key}”，见第 {line} 行", "{what} needs `{key}`, see line {line}", [what], line = 1 + 2);
/// assert_eq!(told.zh, "槽位缺少“type”，见第 3 行");
/// assert_eq!(told.en, "a slot needs `type`, see line 3");
/// ```
#[macro_export]
macro_rules! said {
    ($zh:literal, $en:literal $(, [$($part:ident),+ $(,)?])? $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::Said {
            zh: {
                $($(let $part = &$part.zh;)+)?
                ::std::format!($zh $(, $name = $value)*)
            },
            en: {
                $($(let $part = &$part.en;)+)?
                ::std::format!($en $(, $name = $value)*)
            },
        }
    };
}
