//! From text to tree, within limits.

use granit_parser::{Event, Parser, ScalarStyle, Span, StructureStyle, options};

use crate::{Is, Key, Map, Node, Place, Problem, Said, Scalar, Style, said};

/// The largest file that is read, in bytes.
pub const MOST_BYTES: usize = 256 * 1024;
/// The most lists and mappings within one another.
const DEEPEST: usize = 64;

/// Reads a file. Numbers, words and texts are kept as they were written. A second key of the same name is reported and left out; after any other problem nothing comes back.
pub fn parse(file: &str, text: &str, problems: &mut Vec<Problem>) -> Option<Node> {
    if text.len() > MOST_BYTES {
        let most = MOST_BYTES / 1024;
        let message = said!("文件超过了 {most} kB", "the file is larger than {most} kB");
        let hint = said!("请拆成几个文件", "cut it into several files");
        problems.push(Problem::error(file, Place::default(), message).hint(hint));
        return None;
    }
    let text = text.trim_start_matches('\u{feff}');
    let limits = options! { emit_comments: false, flow_nesting_limit: DEEPEST * 2, block_nesting_limit: DEEPEST * 2 };
    let mut tree = Tree { file, lines: text.lines().collect(), open: Vec::new(), root: None, problems };
    for event in Parser::new_from_str_with_options(text, limits) {
        let result = match event {
            Ok((event, span)) => tree.take(event, span),
            Err(error) => Err(tree.broken(&error)),
        };
        if let Err(problem) = result {
            tree.problems.push(*problem);
            return None;
        }
    }
    let root = tree.root;
    if root.is_none() {
        problems.push(Problem::error(file, Place::START, said!("文件是空的", "the file is empty")));
    }
    root
}

/// A tree that grows event by event.
struct Tree<'a> {
    file: &'a str,
    lines: Vec<&'a str>,
    open: Vec<Open>,
    root: Option<Node>,
    problems: &'a mut Vec<Problem>,
}

/// A list or mapping that is not at its end.
enum Open {
    List(Place, Vec<Node>),
    Map { place: Place, map: Map, key: Option<Key>, twice: bool, spoiled: bool },
}

type Step = Result<(), Box<Problem>>;

impl Tree<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Step {
        let start = span.tag_start.unwrap_or(span.start);
        let place = Place { line: number(start.line()), column: number(start.col() + 1) };
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                let message = said!("从这里开始是第二份文档", "a second document begins here");
                let hint =
                    said!("一个文件只能有一份文档：请删掉“---”这一行", "one document a file: remove the line `---`");
                Err(self.refuse(place, message, hint))
            }
            Event::Alias(_) => Err(self.alias(place)),
            Event::Scalar(text, style, anchor, tag) => {
                self.plain(place, anchor, tag.is_some())?;
                let empty = style == ScalarStyle::Plain && (text.is_empty() || text == "~" || text == "null");
                let is = if empty {
                    Is::Nothing
                } else {
                    Is::Scalar(Scalar { text: text.into_owned(), style: written(style) })
                };
                self.put(Node { place, is })
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.plain(place, anchor, tag.is_some())?;
                self.begin(place, Open::List(place, Vec::new()))
            }
            Event::MappingStart(style, anchor, tag) => {
                self.plain(place, anchor, tag.is_some())?;
                let map = Map { entries: Vec::new(), braces: style == StructureStyle::Flow };
                self.begin(place, Open::Map { place, map, key: None, twice: false, spoiled: false })
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(place, items)) => self.put(Node { place, is: Is::List(items) }),
                Some(Open::Map { place, spoiled: true, .. }) => self.put(Node { place, is: Is::Spoiled }),
                Some(Open::Map { place, map, .. }) => self.put(Node { place, is: Is::Map(map) }),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn begin(&mut self, place: Place, open: Open) -> Step {
        if let Some(Open::Map { key: None, spoiled, .. }) = self.open.last_mut() {
            *spoiled = true;
            let message = said!(
                "冒号前应是一个名称，实际是列表或一组“名称: 值”",
                "a key must be a word, but a list or mapping came"
            );
            let hint = said!(
                "含有 {{{{ … }}}} 的文字要放在英文双引号里：\"{{{{ order_no }}}}\"",
                "a text with {{{{ … }}}} must stand between quotes: \"{{{{ order_no }}}}\""
            );
            let problem = self.refuse(place, message, hint);
            self.problems.push(*problem);
        }
        if self.open.len() >= DEEPEST {
            let message = said!("嵌套超过了 {DEEPEST} 层", "more than {DEEPEST} lists and mappings within one another");
            let hint = said!("请取出一部分，或者写得平一些", "take a part out, or write it flatter");
            return Err(self.refuse(place, message, hint));
        }
        self.open.push(open);
        Ok(())
    }

    fn put(&mut self, node: Node) -> Step {
        let mut doubled = None;
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map { map, key, twice, .. }) => match key.take() {
                None => {
                    let name = match node.is {
                        Is::Scalar(scalar) => scalar.text,
                        _ => String::new(),
                    };
                    *twice = map.get(&name).is_some();
                    if *twice {
                        doubled = Some((name.clone(), node.place, map.key(&name).map_or(0, |key| key.place.line)));
                    }
                    *key = Some(Key { name, place: node.place });
                }
                Some(_) if *twice => {}
                Some(key) => map.entries.push((key, node)),
            },
        }
        if let Some((name, place, line)) = doubled {
            let message = said!("“{name}”在这里是第二次出现", "`{name}` stands here a second time");
            let hint = said!("第一次在第 {line} 行：请只保留一个", "the first is in line {line}: keep one of them");
            self.problems.push(Problem::error(self.file, place, message).hint(hint));
        }
        Ok(())
    }

    /// Refuses anchors and tags.
    fn plain(&self, place: Place, anchor: usize, tagged: bool) -> Step {
        if anchor != 0 {
            return Err(self.refuse(
                place,
                said!("不能用锚点（`&名称`）", "anchors (`&name`) are not allowed"),
                written_out(),
            ));
        }
        if tagged {
            let hint = said!(
                "以 `!` 开头的表达式要放在英文双引号里：\"!…\"",
                "an expression that begins with `!` must stand between quotes: \"!…\""
            );
            return Err(self.refuse(place, said!("不能用标签（`!名称`）", "tags (`!name`) are not allowed"), hint));
        }
        Ok(())
    }

    fn alias(&self, place: Place) -> Box<Problem> {
        self.refuse(place, said!("不能用别名（`*名称`）", "aliases (`*name`) are not allowed"), written_out())
    }

    fn refuse(&self, place: Place, message: Said, hint: Said) -> Box<Problem> {
        Box::new(Problem::error(self.file, place, message).hint(hint))
    }

    /// What the parser says, with what usually is behind it.
    fn broken(&self, error: &granit_parser::ScanError) -> Box<Problem> {
        let place = Place { line: number(error.marker().line()), column: number(error.marker().col() + 1) };
        if error.info().contains("unknown anchor") {
            return self.alias(place);
        }
        let (line, info) = (place.line, error.info());
        let message = said!("第 {line} 行不是有效的 YAML：{info}", "not YAML: {info}");
        let problem = Problem::error(self.file, place, message);
        let index = usize::try_from(place.line).unwrap_or(1).saturating_sub(1);
        let near = || self.lines.iter().skip(index.saturating_sub(1)).take(2);
        Box::new(if near().any(|line| line.contains('\t')) {
            problem.hint(said!("缩进请用空格，不要用 Tab", "indent with spaces, not with tabs"))
        } else if near().any(|line| line.contains("{{")) {
            problem.hint(said!(
                "含有 {{{{ … }}}} 的文字要放在英文双引号里：\"… {{{{ order_no }}}} …\"",
                "a text with {{{{ … }}}} must stand between quotes: \"… {{{{ order_no }}}} …\""
            ))
        } else if near().any(|line| line.contains('【') || line.contains('“') || line.contains('：')) {
            problem.hint(said!(
                "是不是有引号没有写完，或者该用半角符号（: \"）的地方用了全角（： “ ”）？",
                "is a quote not closed, or a full-width sign (： “ ”) where YAML needs a plain one (: \")?"
            ))
        } else {
            problem.hint(said!(
                "是不是有引号或括号没有写完，缩进与上下几行不一致，或者含有 `: ` 或 `#` 的文字没有放在英文双引号里？",
                "is a quote or bracket not closed, a line not indented like its neighbours, or a text with `: ` or `#` not between quotes?"
            ))
        })
    }
}

fn written_out() -> Said {
    said!("请把内容写全，或者把这段文字放在英文双引号里", "write it out, or put the text between quotes")
}

fn written(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
        _ => Style::Quoted,
    }
}

fn number(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
