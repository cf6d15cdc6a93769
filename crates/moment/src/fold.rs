//! The text as the grammar reads it: half-width, lower case, simplified where time words differ;
//! and the way back to the customer's own bytes.

pub(crate) struct Folded {
    pub text: String,
    /// For every byte of `text`, and its end, where the character begins in the given text.
    origin: Vec<u32>,
}

impl Folded {
    pub fn new(given: &str) -> Folded {
        let mut text = String::with_capacity(given.len());
        let mut origin = Vec::with_capacity(given.len() + 1);
        for (at, c) in given.char_indices() {
            text.push(fold(c));
            // A text of more than 4 GiB does not reach this crate whole: `find` reads no further than LONGEST.
            origin.resize(text.len(), at as u32);
        }
        origin.push(given.len() as u32);
        Folded { text, origin }
    }

    /// The place in the given text of a character boundary of the folded one.
    pub fn origin(&self, at: usize) -> usize {
        self.origin.get(at).copied().unwrap_or(0) as usize
    }
}

fn fold(c: char) -> char {
    match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        '\u{20}'..='\u{7e}' => c,
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c).to_ascii_lowercase(),
        '\u{3000}' | '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        '’' | '‘' => '\'',
        '–' | '—' | '−' | '‑' => '-',
        '〜' | '∼' => '~',
        '兩' => '两',
        '點' => '点',
        '後' => '后',
        '週' => '周',
        '鐘' | '鍾' => '钟',
        '個' => '个',
        '號' => '号',
        '時' => '时',
        '間' => '间',
        '內' => '内',
        '從' => '从',
        '這' => '这',
        '過' => '过',
        '現' => '现',
        '剛' => '刚',
        '馬' => '马',
        '國' => '国',
        '慶' => '庆',
        '節' => '节',
        '聖' => '圣',
        '誕' => '诞',
        '禮' => '礼',
        '幾' => '几',
        '農' => '农',
        '曆' | '歷' => '历',
        '陰' => '阴',
        '雙' => '双',
        '勞' => '劳',
        '動' => '动',
        '開' => '开',
        '來' => '来',
        '歲' => '岁',
        '陽' => '阳',
        '親' => '亲',
        '兒' => '儿',
        '婦' => '妇',
        '師' => '师',
        '〇' => '零',
        _ => c,
    }
}
