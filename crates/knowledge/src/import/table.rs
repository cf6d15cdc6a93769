//! What CSV files and sheets have in common: a first row that names the columns.

use super::ImportError;
use super::collect::Draft;

/// Where the columns of an entry stand, from 0.
#[derive(Debug)]
pub(super) struct Columns {
    question: usize,
    answer: usize,
    variants: Vec<usize>,
    lang: Option<usize>,
    category: Option<usize>,
    id: Option<usize>,
}

impl Columns {
    /// Reads the header.
    ///
    /// # Errors
    /// It names no question or no answer.
    pub fn read(header: &[String]) -> Result<Self, ImportError> {
        let names: Vec<String> = header.iter().map(|name| yingda_language::normalise(name)).collect();
        let find = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
        let need = |missing: &'static str, known: &[&str]| {
            find(known).ok_or_else(|| ImportError::MissingColumn {
                missing,
                found: header.iter().take(20).map(|name| name.chars().take(40).collect()).collect(),
            })
        };
        Ok(Self {
            question: need("question", &["question", "问题", "标准问", "标准问题", "q"])?,
            answer: need("answer", &["answer", "答案", "回答", "回复", "a"])?,
            variants: names
                .iter()
                .enumerate()
                .filter(|(_, name)| {
                    ["variants", "variant", "相似问", "相似问题", "相似问法", "扩展问"].contains(&name.as_str())
                })
                .map(|(at, _)| at)
                .collect(),
            lang: find(&["lang", "language", "语言"]),
            category: find(&["category", "分类", "类别", "类目"]),
            id: find(&["id", "key", "faq_id", "编号"]),
        })
    }

    /// The entry of a row; cells that are missing are empty.
    pub fn draft(&self, row: &[String]) -> Draft {
        let cell = |at: usize| row.get(at).map_or("", String::as_str);
        let filled = |at: Option<usize>| at.map(|at| cell(at).to_owned());
        Draft {
            id: filled(self.id),
            question: cell(self.question).to_owned(),
            answer: cell(self.answer).to_owned(),
            variants: self
                .variants
                .iter()
                .flat_map(|&at| cell(at).split(['|', '｜', '\n']))
                .map(str::trim)
                .filter(|variant| !variant.is_empty())
                .map(str::to_owned)
                .collect(),
            lang: filled(self.lang),
            category: filled(self.category),
        }
    }
}
