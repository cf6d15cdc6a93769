//! What the names of an expression or a template stand for.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};

/// Something that knows values by name.
pub trait Lookup: Send + Sync {
    /// The value of a name, if it has one.
    fn lookup(&self, name: &str) -> Option<&Value>;

    /// Whether the name exists, with or without a value.
    fn declares(&self, name: &str) -> bool {
        self.lookup(name).is_some()
    }
}

impl Lookup for Map<String, Value> {
    fn lookup(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

impl Lookup for BTreeMap<String, Value> {
    fn lookup(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

impl Lookup for HashMap<String, Value> {
    fn lookup(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

impl Lookup for Names<'_> {
    fn lookup(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }

    fn declares(&self, name: &str) -> bool {
        self.layers.iter().any(|layer| match layer {
            Layer::Over(names) => names.declares(name),
            Layer::One(own, _) => own == name,
            Layer::Declared(names) => names.contains(name),
        })
    }
}

/// A set of names with JSON values, in layers: what is added later hides what was there.
///
/// It borrows what it is made of, so that building one costs a few pointers, whatever the values hold.
#[derive(Clone, Default)]
pub struct Names<'a> {
    layers: Vec<Layer<'a>>,
}

#[derive(Clone)]
enum Layer<'a> {
    Over(&'a dyn Lookup),
    One(Cow<'a, str>, Cow<'a, Value>),
    Declared(&'a BTreeSet<String>),
}

impl<'a> Names<'a> {
    /// No names.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds all names of a map, or of other names.
    pub fn over<L: Lookup>(&mut self, names: &'a L) -> &mut Self {
        self.layers.push(Layer::Over(names));
        self
    }

    /// Adds a name with a value of its own.
    pub fn set(&mut self, name: impl Into<Cow<'a, str>>, value: Value) -> &mut Self {
        self.layers.push(Layer::One(name.into(), Cow::Owned(value)));
        self
    }

    /// Adds a name with a value that lives elsewhere.
    pub fn borrow(&mut self, name: impl Into<Cow<'a, str>>, value: &'a Value) -> &mut Self {
        self.layers.push(Layer::One(name.into(), Cow::Borrowed(value)));
        self
    }

    /// Says that names exist: without a value they are null, where other names are an error.
    pub fn declare(&mut self, names: &'a BTreeSet<String>) -> &mut Self {
        self.layers.push(Layer::Declared(names));
        self
    }

    /// The value of a name. `None` too for a name that is only declared.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.layers.iter().rev().find_map(|layer| match layer {
            Layer::Over(names) => names.lookup(name),
            Layer::One(own, value) => (own == name).then_some(&**value),
            Layer::Declared(_) => None,
        })
    }

    /// The value of a name, null when it is only declared, `None` when nobody knows it.
    pub(crate) fn value_or_null(&self, name: &str) -> Option<&Value> {
        self.get(name).or_else(|| self.declares(name).then_some(&Value::Null))
    }
}

/// Values may be personal: none is shown.
impl std::fmt::Debug for Names<'_> {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "Names({} layers)", self.layers.len())
    }
}
