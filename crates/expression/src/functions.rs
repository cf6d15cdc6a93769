//! The functions that expressions may call besides CEL's own.

use std::sync::{Arc, LazyLock};

use cel::common::types::{CelBool, CelNull, DYN_TYPE, LIST_TYPE, STRING_TYPE};
use cel::common::value::CowVal;
use cel::{Context, Env, ExecutionError, Value};
use time::OffsetDateTime;
use yingda_yaml::{Said, said};

use crate::expression::kind;
use crate::text;

/// `@has(value, field)`: true when there is such a field; false for whatever is no map.
pub(crate) const HAS: &str = "@has";
/// `@get(value, field)`: the field, or null.
pub(crate) const GET: &str = "@get";

/// Every function that may be written. CEL's own come first.
pub(crate) const KNOWN: &[&str] = &[
    "bool",
    "bytes",
    "contains",
    "double",
    "duration",
    "dyn",
    "endsWith",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getFullYear",
    "getHours",
    "getMilliseconds",
    "getMinutes",
    "getMonth",
    "getSeconds",
    "int",
    "matches",
    "size",
    "startsWith",
    "string",
    "timestamp",
    "type",
    "uint",
    "days_between",
    "join",
    "lower",
    "matches_any",
    "max",
    "min",
    "money",
    "round",
    "sum",
];

/// What every evaluation starts from.
pub(crate) static ROOT: LazyLock<Context<'static, 'static>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    let declared = [
        env.add_overload(HAS, "has_field", vec![DYN_TYPE, STRING_TYPE], has),
        env.add_overload(GET, "get_field", vec![DYN_TYPE, STRING_TYPE], get),
        env.add_member_overload("contains", "list_contains", LIST_TYPE, vec![DYN_TYPE], list_contains),
    ];
    let mut root = Context::with_env(Arc::new(env));
    let added = [
        root.add_function("days_between", days_between),
        root.add_function("join", join),
        root.add_function("lower", |text: Arc<String>| text.to_lowercase()),
        root.add_function("matches_any", matches_any),
        root.add_function("max", |list: Value| extreme("max", list, std::cmp::Ordering::Greater)),
        root.add_function("min", |list: Value| extreme("min", list, std::cmp::Ordering::Less)),
        root.add_function("money", money),
        root.add_function("round", round),
        root.add_function("sum", sum),
    ];
    debug_assert!(declared.iter().chain(&added).all(Result::is_ok), "two functions have one name");
    root
});

type Outcome<T> = Result<T, ExecutionError>;

fn field<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Option<CowVal<'b, 'v>> {
    let mut arguments = arguments.into_iter();
    let (value, field) = (arguments.next()?, arguments.next()?);
    match value {
        CowVal::Borrowed(value) => value.as_indexer()?.get(field.as_ref()).ok(),
        CowVal::Owned(value) => {
            let found = value.as_indexer()?.get(field.as_ref()).ok()?.into_owned();
            Some(CowVal::Owned(found))
        }
    }
}

fn has<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Outcome<CowVal<'b, 'v>> {
    Ok(CowVal::owned(CelBool::from(field(arguments).is_some())))
}

fn get<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Outcome<CowVal<'b, 'v>> {
    Ok(field(arguments).unwrap_or_else(|| CowVal::owned(CelNull)))
}

fn list_contains<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Outcome<CowVal<'b, 'v>> {
    let [list, item] = &arguments[..] else { return Err(ExecutionError::missing_argument_or_target()) };
    let held = match list.as_container() {
        Some(list) => list.contains(item.as_ref())?,
        None => false,
    };
    Ok(CowVal::owned(CelBool::from(held)))
}

fn wrong(function: &str, expected: Said, came: &Value) -> ExecutionError {
    let came = Said { zh: kind(came).0.to_owned(), en: came.type_of().to_string() };
    failed(function, &said!("应为{expected}，实际是{came}", "expected {expected}, and {came} came", [expected, came]))
}

/// CEL carries one text for what a function tells: the English and the Chinese one in a row, with this between them.
const BETWEEN: char = '\u{1f}';

fn failed(function: &str, told: &Said) -> ExecutionError {
    ExecutionError::function_error(function, format!("{}{BETWEEN}{}", told.en, told.zh))
}

/// What a function told. CEL's own functions tell it in English only.
pub(crate) fn in_both(told: &str) -> Said {
    let (en, zh) = told.split_once(BETWEEN).unwrap_or((told, told));
    Said { zh: zh.to_owned(), en: en.to_owned() }
}

/// A text or a timestamp as a point in time. CEL's timestamps differ from each other only, so both become ours.
fn moment(value: &Value) -> Outcome<OffsetDateTime> {
    let expected = || {
        said!(
            "时间点，或者 2026-11-22、2026-11-22T09:30:00+08:00 这样的文字",
            "a timestamp, or a text such as 2026-11-22 or 2026-11-22T09:30:00+08:00"
        )
    };
    let found = match value {
        Value::String(text) => text::moment(text),
        Value::Timestamp(time) => OffsetDateTime::from_unix_timestamp(time.timestamp()).ok(),
        _ => None,
    };
    found.ok_or_else(|| wrong("days_between", expected(), value))
}

fn days_between(from: Value, to: Value) -> Outcome<Value> {
    Ok(Value::Int((moment(&to)? - moment(&from)?).whole_days()))
}

fn join(list: Arc<Vec<Value>>, separator: Arc<String>) -> Outcome<Value> {
    let texts = list.iter().map(|item| match item {
        Value::String(text) => Ok(text.to_string()),
        Value::Int(number) => Ok(number.to_string()),
        Value::UInt(number) => Ok(number.to_string()),
        Value::Float(number) => Ok(number.to_string()),
        Value::Bool(is) => Ok(is.to_string()),
        other => Err(wrong("join", said!("文字、数字和真假值", "texts, numbers and bools"), other)),
    });
    Ok(Value::String(Arc::new(texts.collect::<Outcome<Vec<_>>>()?.join(&separator))))
}

fn matches_any(text: Arc<String>, list: Arc<Vec<Value>>) -> Outcome<Value> {
    let text = text.to_lowercase();
    for phrase in list.iter() {
        let Value::String(phrase) = phrase else {
            return Err(wrong("matches_any", said!("文字的列表", "a list of texts"), phrase));
        };
        if !phrase.is_empty() && text.contains(&phrase.to_lowercase()) {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

fn extreme(function: &str, list: Value, wanted: std::cmp::Ordering) -> Outcome<Value> {
    let Value::List(list) = &list else { return Err(wrong(function, said!("列表", "a list"), &list)) };
    let mut best: Option<&Value> = None;
    for item in list.iter() {
        match best.map(|best| item.partial_cmp(best)) {
            None => best = Some(item),
            Some(Some(order)) if order == wanted => best = Some(item),
            Some(Some(_)) => {}
            Some(None) => {
                return Err(wrong(
                    function,
                    said!("可以互相比较的值", "values that can be compared with each other"),
                    item,
                ));
            }
        }
    }
    let empty = || said!("列表是空的：请先判断 size(list) > 0", "the list is empty: ask size(list) > 0 first");
    best.cloned().ok_or_else(|| failed(function, &empty()))
}

fn money(cents: Value) -> Outcome<Value> {
    let cents = match &cents {
        Value::Int(cents) => *cents,
        Value::UInt(cents) if i64::try_from(*cents).is_ok() => i64::try_from(*cents).unwrap_or(i64::MAX),
        // A whole number that came as 1250.0.
        Value::Float(cents) if cents.fract() == 0.0 && cents.abs() < 9e15 => *cents as i64,
        other => return Err(wrong("money", said!("以分为单位的整数", "a whole number of cents"), other)),
    };
    Ok(Value::String(Arc::new(text::money(cents))))
}

fn round(number: Value, digits: i64) -> Outcome<Value> {
    match number {
        Value::Int(_) | Value::UInt(_) => Ok(number),
        Value::Float(number) => Ok(Value::Float(text::round(number, digits))),
        other => Err(wrong("round", said!("数字", "a number"), &other)),
    }
}

fn sum(list: Arc<Vec<Value>>) -> Outcome<Value> {
    let mut whole: i64 = 0;
    let mut broken: Option<f64> = None;
    let overflow = || failed("sum", &said!("总和太大", "the sum is too large"));
    for item in list.iter() {
        match item {
            Value::Int(number) => whole = whole.checked_add(*number).ok_or_else(overflow)?,
            Value::UInt(number) => {
                let number = i64::try_from(*number).map_err(|_| overflow())?;
                whole = whole.checked_add(number).ok_or_else(overflow)?;
            }
            Value::Float(number) => broken = Some(broken.unwrap_or(0.0) + number),
            other => return Err(wrong("sum", said!("数字", "numbers"), other)),
        }
    }
    Ok(match broken {
        None => Value::Int(whole),
        Some(broken) => Value::Float(broken + whole as f64),
    })
}

/// For tests of the texts that people see.
#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_function_that_is_added_is_known() {
        let _ = &*ROOT;
        for name in ["days_between", "join", "lower", "matches_any", "max", "min", "money", "round", "sum"] {
            assert!(KNOWN.contains(&name), "{name}");
        }
    }
}
