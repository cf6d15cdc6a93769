//! Reads a parsed expression: which names it uses, and whether it keeps the limits.

use std::collections::{BTreeMap, BTreeSet};

use cel::common::ast::{CallExpr, EntryExpr, Expr, LiteralValue};
use cel::common::types::CelString;
use cel::parser::Expression as Node;
use yingda_yaml::{Said, said};

use crate::expression::hint;
use crate::functions::{GET, HAS, KNOWN};

/// Terms inside terms: evaluation takes a piece of the stack for each.
const DEEPEST: usize = 40;
/// `map`, `filter`, `all` … in one expression, and inside each other: work grows with the product of the lists.
const MOST_LOOPS: usize = 4;
const DEEPEST_LOOP: usize = 2;

/// What an expression needs of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// These fields of it.
    Fields(BTreeSet<String>),
    /// All of it.
    Whole,
}

/// The free names of an expression.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub names: BTreeMap<String, Use>,
    /// Names that `has(name.…)` asks about: they may be unknown.
    pub asked: BTreeSet<String>,
    /// How deep terms are nested.
    pub depth: usize,
}

/// A term that breaks a rule, by its id in the tree.
pub(crate) struct Fault {
    pub id: u64,
    /// A call's place is its bracket: so many characters further back begins its name.
    pub back: usize,
    pub message: Said,
}

/// Finds the free names and makes `has(a.b.c)` a question that cannot fail.
pub(crate) fn walk(tree: &mut Node) -> Result<Found, Fault> {
    let mut walk = Walk { found: Found::default(), bound: Vec::new(), loops: 0, loop_depth: 0 };
    walk.node(tree, 0)?;
    Ok(walk.found)
}

struct Walk {
    found: Found,
    bound: Vec<String>,
    loops: usize,
    loop_depth: usize,
}

impl Walk {
    fn node(&mut self, node: &mut Node, depth: usize) -> Result<(), Fault> {
        let id = node.id;
        let fault = |message: Said| Err(Fault { id, back: 0, message });
        if depth > DEEPEST {
            return fault(said!(
                "嵌套超过了 {DEEPEST} 层：请拆成几个表达式",
                "terms are nested deeper than {DEEPEST}: split the expression"
            ));
        }
        self.found.depth = self.found.depth.max(depth);
        let inner = depth + 1;
        match &mut node.expr {
            Expr::Unspecified | Expr::Literal(_) => Ok(()),
            Expr::Ident(name) => {
                self.used(name, None);
                Ok(())
            }
            Expr::Select(select) if select.test => {
                let field = std::mem::take(&mut select.field);
                let mut operand = std::mem::take(&mut *select.operand);
                soften(&mut operand, 0);
                self.asked(&operand);
                node.expr = call(HAS, operand, field, id);
                self.node(node, depth)
            }
            Expr::Select(select) => {
                if let Expr::Ident(name) = &select.operand.expr {
                    self.used(name, Some(&select.field));
                    return Ok(());
                }
                self.node(&mut select.operand, inner)
            }
            Expr::Call(call) => {
                let name = call.func_name.as_str();
                let ours = call.func_name.starts_with(|sign: char| sign.is_ascii_alphabetic());
                if ours && !KNOWN.contains(&name) {
                    let hint = hint(name, KNOWN.iter().copied());
                    let message = said!("没有函数“{name}”{hint}", "there is no function “{name}”{hint}", [hint]);
                    return Err(Fault { id, back: name.chars().count(), message });
                }
                if let [operand, Node { expr: Expr::Literal(LiteralValue::String(field)), .. }] = &call.args[..]
                    && (name == GET || name == HAS)
                    && let Expr::Ident(root) = &operand.expr
                {
                    let (root, field) = (root.clone(), field.inner().to_owned());
                    self.used(&root, Some(&field));
                    return Ok(());
                }
                if let Some(target) = &mut call.target {
                    self.node(target, inner)?;
                }
                call.args.iter_mut().try_for_each(|argument| self.node(argument, inner))
            }
            Expr::List(list) => list.elements.iter_mut().try_for_each(|element| self.node(element, inner)),
            Expr::Map(map) => map.entries.iter_mut().try_for_each(|entry| match &mut entry.expr {
                EntryExpr::MapEntry(entry) => {
                    self.node(&mut entry.key, inner)?;
                    self.node(&mut entry.value, inner)
                }
                EntryExpr::StructField(field) => self.node(&mut field.value, inner),
            }),
            Expr::Struct(typed) => fault(said!(
                "这里没有“{name}{{…}}”这样的类型：请写成 {{\"名称\": 值}}",
                "“{name}{{…}}” makes a typed message, which there is none of: write a map, {{\"key\": value}}",
                name = typed.type_name
            )),
            Expr::Comprehension(looped) => {
                self.loops += 1;
                self.loop_depth += 1;
                if self.loops > MOST_LOOPS || self.loop_depth > DEEPEST_LOOP {
                    return fault(said!(
                        "map、filter、all、exists、exists_one 一共最多用 {MOST_LOOPS} 次，最多嵌套 {DEEPEST_LOOP} 层",
                        "at most {MOST_LOOPS} of map, filter, all, exists and exists_one, nested at most {DEEPEST_LOOP} deep"
                    ));
                }
                // What is looped over does not run once for each element.
                self.loop_depth -= 1;
                self.node(&mut looped.iter_range, inner)?;
                self.loop_depth += 1;
                self.node(&mut looped.accu_init, inner)?;
                let outer = self.bound.len();
                self.bound.push(looped.accu_var.clone());
                self.bound.push(looped.iter_var.clone());
                self.bound.extend(looped.iter_var2.clone());
                self.node(&mut looped.loop_cond, inner)?;
                self.node(&mut looped.loop_step, inner)?;
                self.node(&mut looped.result, inner)?;
                self.bound.truncate(outer);
                self.loop_depth -= 1;
                Ok(())
            }
        }
    }

    fn used(&mut self, name: &str, field: Option<&str>) {
        let name = name.strip_prefix('.').unwrap_or(name);
        if self.bound.iter().any(|bound| bound == name) || TYPES.contains(&name) {
            return;
        }
        let entry = self.found.names.entry(name.to_owned()).or_insert_with(|| Use::Fields(BTreeSet::new()));
        match (entry, field) {
            (Use::Fields(fields), Some(field)) => {
                fields.insert(field.to_owned());
            }
            (entry, None) => *entry = Use::Whole,
            (Use::Whole, Some(_)) => {}
        }
    }

    fn asked(&mut self, operand: &Node) {
        let mut node = operand;
        while let Expr::Call(call) = &node.expr
            && call.func_name == GET
            && let [operand, _] = &call.args[..]
        {
            node = operand;
        }
        if let Expr::Ident(name) = &node.expr
            && !self.bound.contains(name)
        {
            self.found.asked.insert(name.clone());
        }
    }
}

/// Names of types, which `type(x) == string` uses like values.
const TYPES: [&str; 12] =
    ["int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type", "google", "optional_type"];

/// Makes the selections in what `has` asks about give null where a key is missing.
fn soften(node: &mut Node, depth: usize) {
    if let Expr::Select(select) = &mut node.expr
        && !select.test
        && depth <= DEEPEST
    {
        let field = std::mem::take(&mut select.field);
        let mut operand = std::mem::take(&mut *select.operand);
        soften(&mut operand, depth + 1);
        node.expr = call(GET, operand, field, node.id);
    }
}

fn call(function: &str, operand: Node, field: String, id: u64) -> Expr {
    let field = Node { id, expr: Expr::Literal(LiteralValue::String(CelString::from(field))) };
    Expr::Call(CallExpr { func_name: function.to_owned(), target: None, args: vec![operand, field] })
}
