//! The filters and tests that templates have. None of them makes much of little.

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, State, Value, filters, tests};

use crate::text::{self, DateForm};

/// Marks our own refusals, which hold no values.
const EXPECTED: &str = "expected ";

/// Whether a detail of an error is our own words.
pub(crate) fn is_ours(detail: &str) -> bool {
    detail.contains(EXPECTED)
}

fn wrong(filter: &str, expected: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("{filter}: {EXPECTED}{expected}"))
}

/// Every filter that [`add`] adds.
pub(crate) const FILTERS: &[&str] = &[
    "money",
    "date",
    "mask_phone",
    "default",
    "join",
    "lower",
    "upper",
    "title",
    "capitalize",
    "trim",
    "replace",
    "length",
    "count",
    "first",
    "last",
    "min",
    "max",
    "sum",
    "sort",
    "reverse",
    "list",
    "round",
    "abs",
    "int",
    "float",
];
/// Every test that [`add`] adds.
pub(crate) const TESTS: &[&str] = &["defined", "undefined", "none", "number", "string", "odd", "even", "in", "eq"];

pub(crate) fn add(to: &mut Environment<'static>) {
    to.add_filter("money", money);
    to.add_filter("date", date);
    to.add_filter("mask_phone", |phone: &str| text::mask_phone(phone));
    to.add_filter("default", default);
    to.add_filter("join", filters::join);
    to.add_filter("lower", filters::lower);
    to.add_filter("upper", filters::upper);
    to.add_filter("title", filters::title);
    to.add_filter("capitalize", filters::capitalize);
    to.add_filter("trim", filters::trim);
    to.add_filter("replace", filters::replace);
    to.add_filter("length", filters::length);
    to.add_filter("count", filters::length);
    to.add_filter("first", filters::first);
    to.add_filter("last", filters::last);
    to.add_filter("min", filters::min);
    to.add_filter("max", filters::max);
    to.add_filter("sum", filters::sum);
    to.add_filter("sort", filters::sort);
    to.add_filter("reverse", filters::reverse);
    to.add_filter("list", filters::list);
    to.add_filter("round", filters::round);
    to.add_filter("abs", filters::abs);
    to.add_filter("int", filters::int);
    to.add_filter("float", filters::float);
    to.add_test("defined", |value: &Value| !value.is_undefined() && !value.is_none());
    to.add_test("undefined", |value: &Value| value.is_undefined() || value.is_none());
    to.add_test("none", tests::is_none);
    to.add_test("number", tests::is_number);
    to.add_test("string", tests::is_string);
    to.add_test("odd", tests::is_odd);
    to.add_test("even", tests::is_even);
    to.add_test("in", tests::is_in);
    to.add_test("eq", tests::is_eq);
}

fn money(cents: &Value) -> Result<String, Error> {
    let expected = || wrong("money", "a whole number of cents");
    if cents.is_none() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    if !cents.is_number() {
        return Err(expected());
    }
    i64::try_from(cents.clone()).map(text::money).map_err(|_| expected())
}

fn date(state: &State<'_, '_>, at: &Value, form: Option<String>) -> Result<String, Error> {
    if at.is_none() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    let form = match form.as_deref() {
        None | Some("short") => DateForm::Short,
        Some("long") => DateForm::Long,
        Some("time") => DateForm::Time,
        Some(_) => return Err(wrong("date", "“short”, “long” or “time”")),
    };
    let at = at.as_str().and_then(text::moment);
    let at = at.ok_or_else(|| wrong("date", "a text such as 2026-11-22 or 2026-11-22T09:30:00+08:00"))?;
    let chinese = state.lookup("lang").is_none_or(|lang| lang.as_str().is_none_or(|lang| lang.starts_with("zh")));
    Ok(text::date(at, form, chinese))
}

/// Unlike MiniJinja's own it stands in for null too.
fn default(value: &Value, other: Option<Value>, options: Kwargs) -> Result<Value, Error> {
    options.assert_all_used()?;
    let missing = value.is_undefined() || value.is_none();
    Ok(if missing { other.unwrap_or_else(|| Value::from("")) } else { value.clone() })
}
