//! A flow as a list of operations with jumps: what a place in a conversation is stored as.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use yingda_expression::Expression;

use crate::{ChoiceOption, Collect, Does, End, Flow, HandOver, Place, Step, Text, ToolStep};

/// A compiled flow.
#[derive(Clone, Debug)]
pub struct Program {
    pub flow: Arc<Flow>,
    pub(crate) ops: Vec<Op>,
    /// The operation that collects a slot, the first where there are several.
    pub(crate) collects: HashMap<String, u32>,
    /// Every name that the flow may set.
    pub(crate) names: BTreeSet<String>,
}

/// An operation, with the step that it is from.
#[derive(Clone, Debug)]
pub(crate) struct Op {
    pub does: Act,
    pub place: Place,
    pub id: Option<String>,
    /// Whether it begins a step; the others only jump.
    pub is_step: bool,
}

/// Where to go on.
pub(crate) type At = u32;

#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// `otherwise` begins what is done when it cannot be had.
    Collect {
        collect: Box<Collect>,
        otherwise: Option<At>,
    },
    Say(Text),
    Choose {
        /// The name that keeps the id of the option.
        slot: String,
        ask: Text,
        options: Vec<ChoiceOption>,
        targets: Vec<At>,
    },
    Tool {
        step: Box<ToolStep>,
        errors: Vec<(String, At)>,
    },
    JumpUnless {
        condition: Expression,
        to: At,
    },
    Jump(At),
    LoopBegin {
        item: String,
        list: Expression,
        most: u32,
        end: At,
    },
    LoopNext {
        begin: At,
    },
    Confirm {
        ask: Text,
        no: Option<At>,
    },
    Set(Vec<(String, Expression)>),
    Forget(Vec<String>),
    Again(String),
    Run {
        flow: String,
        with: Vec<(String, Expression)>,
        into: Option<String>,
    },
    Link(String),
    Knowledge(String),
    UndoAll,
    HandOver {
        reason: HandOver,
        note: Option<Text>,
    },
    End(End),
}

impl Act {
    /// Its name in traces.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Collect { .. } => "collect",
            Self::Say(_) => "say",
            Self::Choose { .. } => "choice",
            Self::Tool { .. } => "do",
            Self::JumpUnless { .. } => "branch",
            Self::Jump(_) => "jump",
            Self::LoopBegin { .. } => "for",
            Self::LoopNext { .. } => "next",
            Self::Confirm { .. } => "confirm",
            Self::Set(_) => "set",
            Self::Forget(_) => "forget",
            Self::Again(_) => "again",
            Self::Run { .. } => "call",
            Self::Link(_) => "link",
            Self::Knowledge(_) => "knowledge",
            Self::UndoAll => "undo",
            Self::HandOver { .. } => "hand_over",
            Self::End(_) => "end",
        }
    }
}

impl Op {
    /// How a trace calls it: its id, or where it stands in its file.
    pub fn label(&self) -> String {
        self.id.clone().unwrap_or_else(|| format!("{}:{}", self.place.line, self.place.column))
    }
}

/// Compiles a flow that was checked.
pub fn compile(flow: Arc<Flow>) -> Program {
    let mut compiler = Compiler { ops: Vec::new(), collects: HashMap::new() };
    compiler.steps(&flow.steps);
    compiler.push(Act::End(End::Done), flow.place, None, Kind::Glue);
    let names = names(&flow, &compiler.ops);
    Program { flow, ops: compiler.ops, collects: compiler.collects, names }
}

fn names(flow: &Flow, ops: &[Op]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = flow.slots.keys().cloned().collect();
    names.extend(["error", "confirmed"].map(str::to_owned));
    for op in ops {
        match &op.does {
            Act::Choose { slot, .. } => drop(names.insert(slot.clone())),
            Act::Tool { step, .. } => names.extend(step.into.clone()),
            Act::LoopBegin { item, .. } => drop(names.insert(item.clone())),
            Act::Set(values) => names.extend(values.iter().map(|(name, _)| name.clone())),
            Act::Run { into, .. } => names.extend(into.clone()),
            _ => {}
        }
    }
    names
}

struct Compiler {
    ops: Vec<Op>,
    collects: HashMap<String, At>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Step,
    Glue,
}

impl Compiler {
    fn here(&self) -> At {
        // Flows have at most a few hundred steps.
        At::try_from(self.ops.len()).unwrap_or(At::MAX)
    }

    fn push(&mut self, does: Act, place: Place, id: Option<String>, kind: Kind) -> At {
        let at = self.here();
        self.ops.push(Op { does, place, id, is_step: kind == Kind::Step });
        at
    }

    /// A jump whose target is not known yet.
    fn jump(&mut self, place: Place) -> At {
        self.push(Act::Jump(0), place, None, Kind::Glue)
    }

    /// Lets the operation at `at` go on here.
    fn land(&mut self, at: At) {
        let here = self.here();
        match &mut self.ops[at as usize].does {
            Act::Jump(to) | Act::JumpUnless { to, .. } => *to = here,
            Act::LoopBegin { end, .. } => *end = here,
            _ => {}
        }
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        let skip = step
            .only_if
            .clone()
            .map(|condition| self.push(Act::JumpUnless { condition, to: 0 }, step.place, None, Kind::Glue));
        self.does(step);
        if let Some(skip) = skip {
            self.land(skip);
        }
    }

    fn does(&mut self, step: &Step) {
        let place = step.place;
        let own = |compiler: &mut Self, act: Act| compiler.push(act, place, step.id.clone(), Kind::Step);
        let add = |compiler: &mut Self, act: Act| {
            own(compiler, act);
        };
        match &step.does {
            Does::Collect(collect) => {
                let at = own(self, Act::Collect { collect: collect.clone(), otherwise: None });
                self.collects.entry(collect.slot.clone()).or_insert(at);
                if let Some(steps) = &collect.otherwise {
                    let begin = self.aside(steps, place);
                    if let Act::Collect { otherwise, .. } = &mut self.ops[at as usize].does {
                        *otherwise = Some(begin);
                    }
                }
            }
            Does::Say(text) => add(self, Act::Say(text.clone())),
            Does::Choice { ask, into, options } => {
                let at = self.here();
                let slot = into.clone().unwrap_or_else(|| format!("choice_{at}"));
                let at = own(
                    self,
                    Act::Choose { slot: slot.clone(), ask: ask.clone(), options: options.clone(), targets: Vec::new() },
                );
                self.collects.entry(slot).or_insert(at);
                let (mut begins, mut ends) = (Vec::new(), Vec::new());
                for option in options {
                    begins.push(self.here());
                    self.steps(&option.then);
                    ends.push(self.jump(place));
                }
                for end in ends {
                    self.land(end);
                }
                if let Act::Choose { targets, .. } = &mut self.ops[at as usize].does {
                    *targets = begins;
                }
            }
            Does::Call(call) => {
                let at = own(self, Act::Tool { step: call.clone(), errors: Vec::new() });
                let arms: Vec<(String, At)> =
                    call.on_error.iter().map(|(code, steps)| (code.clone(), self.aside(steps, place))).collect();
                if let Act::Tool { errors, .. } = &mut self.ops[at as usize].does {
                    *errors = arms;
                }
            }
            Does::Branch { arms, otherwise } => {
                let mut ends = Vec::new();
                for (condition, steps) in arms {
                    let act = Act::JumpUnless { condition: condition.clone(), to: 0 };
                    let next = self.push(act, place, step.id.clone(), Kind::Step);
                    self.steps(steps);
                    ends.push(self.jump(place));
                    self.land(next);
                }
                self.steps(otherwise);
                for end in ends {
                    self.land(end);
                }
            }
            Does::For { item, list, most, steps } => {
                let act = Act::LoopBegin { item: item.clone(), list: list.clone(), most: *most, end: 0 };
                let begin = own(self, act);
                self.steps(steps);
                self.push(Act::LoopNext { begin }, place, None, Kind::Glue);
                self.land(begin);
            }
            Does::Confirm { ask, no } => {
                let at = own(self, Act::Confirm { ask: ask.clone(), no: None });
                if let Some(steps) = no {
                    let begin = self.aside(steps, place);
                    if let Act::Confirm { no, .. } = &mut self.ops[at as usize].does {
                        *no = Some(begin);
                    }
                }
            }
            Does::Set(values) => add(self, Act::Set(values.clone())),
            Does::Forget(names) => add(self, Act::Forget(names.clone())),
            Does::Again(slot) => add(self, Act::Again(slot.clone())),
            Does::Run { flow, with, into } => {
                add(self, Act::Run { flow: flow.clone(), with: with.clone(), into: into.clone() });
            }
            Does::Link { flow } => add(self, Act::Link(flow.clone())),
            Does::Knowledge(key) => add(self, Act::Knowledge(key.clone())),
            Does::UndoAll => add(self, Act::UndoAll),
            Does::HandOver { reason, note } => {
                add(self, Act::HandOver { reason: *reason, note: note.clone() });
            }
            Does::End(end) => add(self, Act::End(*end)),
        }
    }

    /// Steps that the usual way passes by; they go on behind themselves.
    fn aside(&mut self, steps: &[Step], place: Place) -> At {
        let past = self.jump(place);
        let begin = self.here();
        self.steps(steps);
        self.land(past);
        begin
    }
}
