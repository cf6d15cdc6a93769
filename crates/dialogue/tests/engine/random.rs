//! Whatever is said, in whatever order.

use proptest::prelude::*;
use serde_json::{Value, json};
use yingda_dialogue::{Called, Command, Next};
use yingda_model::{DialogueState, FlowOutcome, HandOverReason};

use crate::shop::{HOURS, IDENTITY, POINTS, RETURN, STATUS};
use crate::talk::{Talk, failed, ok, uncertain};

const MIXED: &str = "flow: mixed
title: {zh: 杂, en: mixed}
starts: {phrases: {zh: [杂], en: [mixed]}}
slots:
  n: {type: integer, title: {zh: 数, en: number}}
  name: {type: text, title: {zh: 名, en: name}}
  things: {type: pick, from: '[1, 2, 3, n]', label: {zh: '{{ item }}', en: '{{ item }}'}, many: true}
  sure: {type: yes_no, title: {zh: 定, en: sure}}
steps:
  - collect: n
    ask: {zh: 几, en: How many?}
    check: n < 9
    otherwise: [{set: {n: '1'}}]
  - collect: things
    ask: {zh: 哪些, en: Which?}
  - for: item
    in: things
    most: 3
    steps:
      - collect: name
        ask: {zh: 名, en: 'Name of {{ item }}?'}
      - confirm: {zh: 办, en: 'Make {{ name }}?'}
        no: [{say: {zh: 不, en: Skipped.}}, {again: n}]
      - do: shop.make
        with: {item: item}
        into: made
        undo: {do: shop.unmake, with: {ref: made.ref}}
        on_error:
          refused: [{undo: all}, {end: failed}]
  - collect: sure
    ask: {zh: 定, en: Sure?}
  - call: part
    if: sure
    into: got
  - choice: {zh: 怎么, en: How?}
    into: how
    options:
      - {id: a, label: {zh: 甲, en: A}, then: [{again: things}]}
      - {id: b, label: {zh: 乙, en: B}, then: [{link: status}]}
      - {id: c, label: {zh: 丙, en: C}, then: [{forget: [n]}, {knowledge: some.key}]}
";
const PART: &str = "flow: part
title: {zh: 部分, en: part}
needs: verified
slots: {number: {type: number, title: {zh: 数, en: number}}}
steps:
  - collect: number
    ask: {zh: 数, en: Which number?}
  - confirm: {zh: 办, en: Book?}
  - do: shop.book
    with: {number: number}
    into: booked
    undo: {do: shop.unbook, with: {ref: booked.ref}}
  - if: number > 5.0
    end: cancelled
";

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0..12i64).prop_map(|n| json!(n)),
        prop::sample::select(vec!["QH1", "SF2", "faulty", "unwanted", "a", "b", "c", "", "13800000000", "2026-12-01"])
            .prop_map(|text| json!(text)),
        prop::collection::vec(0..6i64, 0..4).prop_map(|items| json!(items)),
        any::<bool>().prop_map(|yes| json!(yes)),
        Just(json!(2.5)),
        Just(json!({"id": 1})),
        Just(Value::Null),
    ]
}

fn slot() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "order_no", "reason", "pickup", "parcel", "phone", "year", "n", "name", "things", "sure", "how", "number",
        "confirm", "made", "nothing", "",
    ])
    .prop_map(str::to_owned)
}

fn flow() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["return_goods", "status", "hours", "points", "identity", "mixed", "part", "nothing"])
        .prop_map(str::to_owned)
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        3 => flow().prop_map(|flow| Command::StartFlow { flow }),
        5 => (slot(), value()).prop_map(|(slot, value)| Command::FillSlot { slot, value }),
        2 => (slot(), prop::option::of(value())).prop_map(|(slot, value)| Command::CorrectSlot { slot, value }),
        4 => Just(Command::Affirm),
        1 => Just(Command::Deny),
        1 => Just(Command::Cancel),
        1 => (0..3usize).prop_map(|answer| Command::Answer { answer }),
        1 => (0..3usize).prop_map(|answer| Command::ChitChat { answer }),
        1 => prop::collection::vec(flow(), 0..3).prop_map(|flows| Command::Clarify { flows }),
        1 => Just(Command::CannotHandle),
    ]
}

/// What a customer may do in a turn: anything, or an answer that fits the question that is open.
#[derive(Clone, Debug)]
enum Move {
    Say(Vec<Command>),
    Fitting(u8),
    Correct(u8, Option<Value>),
    Person(Vec<Command>),
    Wait(i64),
    Elsewhere,
    Serialise,
    Break(&'static str, u8),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        6 => prop::collection::vec(command(), 0..4).prop_map(Move::Say),
        12 => any::<u8>().prop_map(Move::Fitting),
        3 => (any::<u8>(), prop::option::of(value())).prop_map(|(number, value)| Move::Correct(number, value)),
        1 => prop::collection::vec(command(), 0..3).prop_map(Move::Person),
        1 => (1..20_000i64).prop_map(Move::Wait),
        1 => Just(Move::Elsewhere),
        1 => Just(Move::Serialise),
        2 => (
            prop::sample::select(vec!["shop.get", "shop.get_order", "shop.make", "shop.unmake", "shop.book", "shop.unbook"]),
            0..4u8,
        ).prop_map(|(tool, how)| Move::Break(tool, how)),
    ];
    prop::collection::vec(one, 1..40)
}

fn fitting(talk: &Talk, number: u8) -> Command {
    let Some(asking) = talk.state.asking() else {
        let flows = ["return_goods", "status", "hours", "points", "mixed"];
        return Command::StartFlow { flow: flows[number as usize % flows.len()].into() };
    };
    let slot = asking.slot.clone();
    if !asking.options.is_empty() {
        let option = &asking.options[number as usize % asking.options.len()];
        return Command::FillSlot { slot, value: option.value.clone() };
    }
    let value = match slot.as_str() {
        "n" | "year" => json!(number % 10),
        "number" => json!(f64::from(number % 8) + 0.5),
        "sure" => return if number.is_multiple_of(4) { Command::Deny } else { Command::Affirm },
        "pickup" => json!("2026-12-01"),
        _ => json!(format!("QH{number}")),
    };
    Command::FillSlot { slot, value }
}

fn talk() -> Talk {
    use std::sync::LazyLock;
    static RELEASE: LazyLock<yingda_dialogue::Release> =
        LazyLock::new(|| crate::talk::release(&[RETURN, STATUS, HOURS, IDENTITY, POINTS, MIXED, PART]));
    Talk::with(RELEASE.clone())
}

fn copy(state: &DialogueState) -> DialogueState {
    serde_json::from_str(&serde_json::to_string(state).unwrap()).unwrap()
}

/// One conversation; gives all that was said and what became of it.
fn play(moves: &[Move]) -> Result<(String, DialogueState), TestCaseError> {
    let mut talk = talk();
    let mut record = String::new();
    for (at, step) in moves.iter().enumerate() {
        talk.seed = at as u64 * 7;
        let commands = match step {
            Move::Wait(minutes) => {
                talk.wait(*minutes);
                continue;
            }
            Move::Elsewhere => {
                talk.state.elsewhere = true;
                continue;
            }
            Move::Serialise => {
                let again = copy(&talk.state);
                prop_assert_eq!(&again, &talk.state);
                talk.state = again;
                continue;
            }
            Move::Break(tool, how) => {
                let called: Called = match how {
                    0 => failed("not_found"),
                    1 => failed("refused"),
                    2 => uncertain(),
                    _ => ok(json!({"id": "cust-1", "by": "x"})),
                };
                talk.answer(tool, called);
                continue;
            }
            Move::Say(commands) => commands.clone(),
            Move::Fitting(number) => vec![fitting(&talk, *number)],
            Move::Correct(number, value) => {
                let filled: Vec<&String> = talk.state.stack.iter().flat_map(|frame| frame.values.keys()).collect();
                let Some(slot) = filled.get(*number as usize % filled.len().max(1)) else { continue };
                vec![Command::CorrectSlot { slot: (*slot).clone(), value: value.clone() }]
            }
            Move::Person(beside) => {
                let mut commands = beside.clone();
                commands.push(Command::HandOver { reason: HandOverReason::Requested, detail: "x".into() });
                commands
            }
        };
        let count = commands.len();
        let idle = commands.iter().all(|command| *command == Command::CannotHandle);
        let open = talk.flows().len();
        let turn = talk.say(commands);
        record += &format!("{turn:?}\n");
        prop_assert_eq!(turn.executed.len() + turn.refused.len(), count);
        prop_assert!(turn.steps < 1_000, "{} steps", turn.steps);
        prop_assert!(!turn.said.contains("too much at once"));
        prop_assert!(talk.state.stack.len() <= 9 && talk.state.waiting.len() <= 6);
        prop_assert!(talk.state.failure.is_none(), "{:?}", talk.state.failure);
        prop_assert!(talk.state.stack.iter().all(|frame| frame.call.is_none() && frame.undoing.is_none()));
        match &turn.next {
            Next::HandOver { .. } => prop_assert!(talk.state.is_idle() && talk.state.failure.is_none()),
            Next::Nobody => {
                let expired = turn.ended.iter().any(|(_, how)| *how == FlowOutcome::Expired);
                prop_assert!((open == 0 || expired) && turn.lines.is_empty(), "{:?}", turn);
            }
            Next::Customer => {
                prop_assert!(talk.state.stack.is_empty() || talk.state.asking().is_some(), "{:?}", turn);
                // Whoever was not understood is asked something.
                prop_assert!(!idle || !turn.lines.is_empty(), "{:?}", turn);
                prop_assert!(talk.state.stack.is_empty() || !turn.lines.is_empty(), "{:?}", turn);
            }
            Next::Call(call) => prop_assert!(false, "{:?}", call),
        }
        if matches!(step, Move::Person(_)) {
            prop_assert!(matches!(turn.next, Next::HandOver { .. }), "{:?}", turn.next);
            prop_assert!(turn.calls.is_empty());
        }
        // What was taken back was done.
        for call in &turn.calls {
            prop_assert!(call.confirmed || call.is_undo || call.tool.starts_with("shop.get"), "{:?}", call);
        }
    }
    Ok((record, talk.state))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_conversation_ends_every_turn_well_and_the_same_way_again(moves in moves()) {
        let (first, state) = play(&moves)?;
        let (second, again) = play(&moves)?;
        prop_assert_eq!(first, second);
        prop_assert_eq!(&state, &again);
        prop_assert_eq!(&copy(&state), &state);
    }
}
