//! Expressions: conditions and computed values.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use cel::parser::{Expression as Node, Parser};
use cel::{ExecutionError, Value as CelValue};
use serde_json::Value;
use yingda_yaml::{Said, said};

use crate::convert::{MOST_VALUES, bind};
use crate::error::{EvalError, SyntaxError};
use crate::functions::{ROOT, in_both};
use crate::names::Names;
use crate::text::nearest;
use crate::walk::{Use, walk};

/// Longest source, in bytes.
pub const MAX_SOURCE: usize = 4096;
/// Brackets inside brackets.
const DEEPEST_BRACKET: usize = 24;
/// Terms nested so deep are computed on the caller's stack, deeper ones on one of their own.
const SHALLOW: usize = 10;
const DEEP_STACK: usize = 32 * 1024 * 1024;
/// Room for reading what nests deeper than it may: it is refused after it is read.
const PARSER_STACK: usize = 128 * 1024 * 1024;

/// A CEL expression, read and checked. Cheap to clone.
#[derive(Clone)]
pub struct Expression {
    parts: Arc<Parts>,
}

struct Parts {
    source: String,
    tree: Node,
    names: BTreeSet<String>,
    uses: BTreeMap<String, Use>,
    asked: BTreeSet<String>,
    depth: usize,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// When it is longer than [`MAX_SOURCE`], nests too deep, is no CEL, or calls a function that there is not.
    pub fn parse(source: &str) -> Result<Self, SyntaxError> {
        if source.trim().is_empty() {
            return Err(SyntaxError::at_start(said!(
                "应为表达式，实际是空白",
                "an expression is expected, and nothing came"
            )));
        }
        if source.len() > MAX_SOURCE {
            let message = said!(
                "表达式最多 {MAX_SOURCE} 字节，这个有 {has} 字节",
                "an expression has at most {MAX_SOURCE} bytes, and this has {has}",
                has = source.len()
            );
            return Err(SyntaxError::at(source, source.len(), message));
        }
        brackets(source)?;
        let parts = apart(source, read)?;
        Ok(Self { parts: Arc::new(parts) })
    }

    /// The text that it was read from.
    pub fn source(&self) -> &str {
        &self.parts.source
    }

    /// The names that must be given: no variables of `map` and the like, no functions, no types.
    pub fn names(&self) -> &BTreeSet<String> {
        &self.parts.names
    }

    /// Computes the value. Timestamps become RFC 3339 texts, durations nanoseconds, bytes base64.
    ///
    /// # Errors
    /// See [`EvalError`].
    pub fn value(&self, names: &Names<'_>) -> Result<Value, EvalError> {
        let came = self.evaluate(names)?;
        came.json().map_err(|_| {
            let kind = came.type_of();
            EvalError::Type { message: said!("{kind} 不是能继续使用的值", "{kind} is no value to go on with") }
        })
    }

    /// Whether the condition holds.
    ///
    /// # Errors
    /// See [`EvalError`]; anything but true and false is [`EvalError::NotBool`].
    pub fn is_true(&self, names: &Names<'_>) -> Result<bool, EvalError> {
        match self.evaluate(names)? {
            CelValue::Bool(is) => Ok(is),
            other => Err(EvalError::NotBool { came: kind(&other).1 }),
        }
    }

    fn evaluate(&self, names: &Names<'_>) -> Result<CelValue, EvalError> {
        if self.parts.depth <= SHALLOW {
            return self.compute(names);
        }
        let failed = || EvalError::Failed { message: "it cannot be computed".to_owned() };
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(DEEP_STACK).spawn_scoped(scope, || self.compute(names));
            thread.map_err(|_| failed())?.join().unwrap_or_else(|_| Err(failed()))
        })
    }

    fn compute(&self, names: &Names<'_>) -> Result<CelValue, EvalError> {
        let mut context = ROOT.new_inner_scope();
        for (name, used) in &self.parts.uses {
            let value = match names.value_or_null(name) {
                Some(value) => value,
                None if self.parts.asked.contains(name) => &Value::Null,
                None => continue,
            };
            let value = bind(name, value, used)
                .ok_or_else(|| EvalError::TooLarge { name: name.clone(), limit: MOST_VALUES })?;
            context.add_variable_as_val(name.as_str(), value);
        }
        CelValue::resolve(&self.parts.tree, &context).map_err(|error| explain(&error, &self.parts.source))
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Expression({:?})", self.parts.source)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.parts.source)
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.parts.source == other.parts.source
    }
}

impl Eq for Expression {}

/// Runs a parser on a stack of its own: hostile sources may nest as deep as they are long.
pub(crate) fn apart<T: Send>(source: &str, read: fn(&str) -> Result<T, SyntaxError>) -> Result<T, SyntaxError> {
    let failed = || SyntaxError::at_start(said!("这里无法读取", "this cannot be read"));
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(PARSER_STACK).spawn_scoped(scope, || read(source));
        match reader.map(|reader| reader.join()) {
            Ok(Ok(result)) => result,
            Ok(Err(_)) | Err(_) => Err(failed()),
        }
    })
}

fn read(source: &str) -> Result<Parts, SyntaxError> {
    let parsed = Parser::new().max_recursion_depth(250).error_recovery_limit(1).parse_with_source_info(source);
    let (mut tree, places) = parsed.map_err(|errors| {
        errors.errors.first().map_or_else(
            || SyntaxError::at_start(said!("这不是表达式", "this is no expression")),
            |error| SyntaxError {
                message: plain(&error.msg),
                line: usize::try_from(error.pos.0).unwrap_or(1).max(1),
                column: usize::try_from(error.pos.1).unwrap_or(1).max(1),
            },
        )
    })?;
    let found = walk(&mut tree).map_err(|fault| {
        let byte = places.offset_for(fault.id).map_or(0, |(start, _)| (start as usize).saturating_sub(fault.back));
        SyntaxError::at(source, byte, fault.message)
    })?;
    Ok(Parts {
        source: source.to_owned(),
        tree,
        names: found.names.keys().cloned().collect(),
        uses: found.names,
        asked: found.asked,
        depth: found.depth,
    })
}

/// The parser's words without its own vocabulary.
fn plain(message: &str) -> Said {
    if message.contains("Recursion") || message.contains("recursion") {
        return said!("嵌套太深：请拆成几个表达式", "terms are nested too deep: split the expression");
    }
    let message = message.strip_prefix("Syntax error: ").unwrap_or(message);
    let quoted = message.split_once('\'').and_then(|(_, rest)| rest.rsplit_once('\'')).map(|(quoted, _)| quoted);
    // What is expected comes after what came, in the grammar's own names.
    let came = quoted.map(|quoted| quoted.split("' expecting").next().unwrap_or(quoted).trim());
    match came {
        Some("<EOF>") => said!("到这里就结束了，但还没有写完", "more is expected here, and the expression ends"),
        Some(came) if !came.is_empty() => said!("这里不应出现“{came}”", "“{came}” is not expected here"),
        _ => said!("这里的写法不对", "this is not expected here"),
    }
}

/// Checks that brackets close and how deep they are, without the parser.
fn brackets(source: &str) -> Result<(), SyntaxError> {
    let mut depth = 0usize;
    let mut signs = source.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' | '\'' => {
                // Escapes are skipped in raw strings too: at worst a bracket inside a text counts.
                while let Some((_, inner)) = signs.next() {
                    if inner == '\\' {
                        signs.next();
                    } else if inner == sign {
                        break;
                    }
                }
            }
            '(' | '[' | '{' => {
                depth += 1;
                if depth > DEEPEST_BRACKET {
                    let message = said!(
                        "括号嵌套超过了 {DEEPEST_BRACKET} 层：请拆成几个表达式",
                        "brackets are nested deeper than {DEEPEST_BRACKET}: split the expression"
                    );
                    return Err(SyntaxError::at(source, at, message));
                }
            }
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// What a value is, in Chinese and in English.
pub(crate) fn kind(value: &CelValue) -> (&'static str, &'static str) {
    match value {
        CelValue::List(_) => ("列表", "a list"),
        CelValue::Map(_) => ("一组“名称: 值”", "a map"),
        CelValue::Int(_) | CelValue::UInt(_) | CelValue::Float(_) => ("数字", "a number"),
        CelValue::String(_) => ("文字", "a text"),
        CelValue::Bool(_) => ("真假值", "a bool"),
        CelValue::Null => ("空值", "null"),
        CelValue::Timestamp(_) => ("时间点", "a timestamp"),
        CelValue::Duration(_) => ("时长", "a duration"),
        _ => ("别的东西", "something else"),
    }
}

/// CEL's name for a type, in Chinese where it is one that files have.
fn in_chinese(name: &str) -> &str {
    match name {
        "list" => "列表",
        "map" => "一组“名称: 值”",
        "int" | "uint" | "double" => "数字",
        "string" => "文字",
        "bool" => "真假值",
        "null_type" => "空值",
        "google.protobuf.Timestamp" | "timestamp" => "时间点",
        "google.protobuf.Duration" | "duration" => "时长",
        other => other,
    }
}

fn kind_said(value: &CelValue) -> Said {
    let (zh, en) = kind(value);
    Said { zh: zh.to_owned(), en: en.to_owned() }
}

/// What went wrong, without the values that it went wrong with.
fn explain(error: &ExecutionError, source: &str) -> EvalError {
    let failed = |message: &str| EvalError::Failed { message: message.to_owned() };
    let of_type = |message: Said| EvalError::Type { message };
    match error {
        ExecutionError::UndeclaredReference(name) => EvalError::UnknownName { name: name.to_string() },
        ExecutionError::NoSuchKey(key) if source.contains(key.as_str()) => {
            EvalError::MissingKey { key: key.to_string() }
        }
        ExecutionError::NoSuchKey(_) => failed("a map has no such key: ask with `key in map` first"),
        ExecutionError::NoSuchOverload(overload) => {
            let types = overload.argument_types();
            let types = Said {
                zh: types.iter().map(|name| in_chinese(name)).collect::<Vec<_>>().join("、"),
                en: types.join(", "),
            };
            let function = overload.function().trim_matches(['_', '@']).to_owned();
            of_type(said!("“{function}”不能用于（{types}）", "“{function}” does not take ({types})", [types]))
        }
        ExecutionError::InvalidArgumentCount { expected, actual } => of_type(said!(
            "应有 {expected} 个参数，实际有 {actual} 个",
            "{expected} arguments are expected, and {actual} came"
        )),
        ExecutionError::FunctionError { function, message } => {
            let message = in_both(message);
            of_type(said!("{function}：{message}", "{function}: {message}", [message]))
        }
        ExecutionError::UnexpectedType { want, .. } => {
            let want = want.trim_start_matches("Arc<").trim_end_matches('>');
            of_type(said!("类型不对，应为 {want}", "another type than {want} came"))
        }
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => failed("it divides by zero"),
        ExecutionError::Overflow(operator, ..) => {
            EvalError::Failed { message: format!("the result of “{operator}” is too large") }
        }
        ExecutionError::IndexOutOfBounds(_) => failed("the list has no such place: ask for its size first"),
        ExecutionError::UnsupportedBinaryOperator(operator, left, right) => {
            let (left, right) = (kind_said(left), kind_said(right));
            of_type(said!(
                "“{operator}”不能用于{left}和{right}",
                "“{operator}” does not take {left} and {right}",
                [left, right]
            ))
        }
        ExecutionError::ValuesNotComparable(left, right) => {
            let (left, right) = (kind_said(left), kind_said(right));
            of_type(said!("{left}和{right}不能比较", "{left} and {right} cannot be compared", [left, right]))
        }
        ExecutionError::UnsupportedIndex(index, value) => {
            let (index, value) = (kind_said(index), kind_said(value));
            of_type(said!("不能用{index}在{value}里查找", "{index} cannot be looked up in {value}", [index, value]))
        }
        ExecutionError::UnsupportedTargetType { target } | ExecutionError::NotSupportedAsMethod { target, .. } => {
            let target = kind_said(target);
            of_type(said!("不能对{target}这样做", "that cannot be done with {target}", [target]))
        }
        ExecutionError::DuplicateKey(_) => failed("a map names a key twice"),
        ExecutionError::MissingArgumentOrTarget => failed("an argument is missing"),
        _ => failed("it cannot be computed with these values"),
    }
}

/// The nearest name, to be put after a message.
pub(crate) fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Said {
    nearest(name, known).map_or_else(Said::default, |near| said!("；是不是想写“{near}”？", "; is “{near}” meant?"))
}
