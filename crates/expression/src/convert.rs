//! JSON to what CEL computes with. Texts are borrowed.

use std::collections::{BTreeSet, HashMap};

use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelTimestamp, CelUInt,
};
use cel::common::value::Val;
use serde_json::Value;

use crate::walk::Use;

/// Values in one name, counting those inside lists and maps.
pub(crate) const MOST_VALUES: usize = 10_000;
const DEEPEST_VALUE: usize = 64;

/// The name whose text is a point in time.
const NOW: &str = "now";

/// What an expression uses of a name's value. `None` when it is too large.
pub(crate) fn bind<'v>(name: &str, value: &'v Value, used: &Use) -> Option<Box<dyn Val + 'v>> {
    let mut left = MOST_VALUES;
    match (value, used) {
        (Value::String(text), _) if name == NOW => match cel_time(text) {
            Some(time) => Some(Box::new(time)),
            None => convert(value, &mut left, 0),
        },
        (Value::Object(map), Use::Fields(fields)) => {
            let fields: &BTreeSet<String> = fields;
            let mut some = HashMap::with_capacity(fields.len());
            for field in fields {
                if let Some((key, value)) = map.get_key_value(field) {
                    some.insert(CelMapKey::from(key.as_str()), convert(value, &mut left, 1)?);
                }
            }
            Some(Box::new(CelMap::from(some)))
        }
        (value, _) => convert(value, &mut left, 0),
    }
}

fn cel_time(text: &str) -> Option<CelTimestamp> {
    Some(CelTimestamp::from(chrono::DateTime::parse_from_rfc3339(text).ok()?))
}

fn convert<'v>(value: &'v Value, left: &mut usize, depth: usize) -> Option<Box<dyn Val + 'v>> {
    *left = left.checked_sub(1)?;
    if depth > DEEPEST_VALUE {
        return None;
    }
    Some(match value {
        Value::Null => Box::new(CelNull),
        Value::Bool(is) => Box::new(CelBool::from(*is)),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Box::new(CelInt::from(number)),
            (None, Some(number)) => Box::new(CelUInt::from(number)),
            (None, None) => Box::new(CelDouble::from(number.as_f64()?)),
        },
        Value::String(text) => Box::new(CelString::from(text.as_str())),
        Value::Array(items) => {
            let items = items.iter().map(|item| convert(item, left, depth + 1)).collect::<Option<Vec<_>>>()?;
            Box::new(CelList::from(items))
        }
        Value::Object(map) => {
            let mut all = HashMap::with_capacity(map.len());
            for (key, value) in map {
                all.insert(CelMapKey::from(key.as_str()), convert(value, left, depth + 1)?);
            }
            Box::new(CelMap::from(all))
        }
    })
}
