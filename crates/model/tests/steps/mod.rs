//! Random things to ask of a conversation, and what comes of asking them one after the other.

use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;
use yingda_model::{
    Actor, Assignment, BotOutcome, Choice, Command, ContactId, Content, Conversation, ConversationId, DialogueState,
    Draft, Event, HandOverReason, InboxId, MessageId, OpenConversation, PendingChoices, Refusal, TeamId, Timestamp,
    UserId,
};

pub const BEGIN: Timestamp = Timestamp(1_790_000_000_000);

/// One request: a command, who asks, and how far the clock has moved since the last one.
#[derive(Clone, Debug)]
pub struct Step {
    ask: Ask,
    pub actor: Actor,
    /// May be negative: clocks of different machines disagree.
    advance_ms: i64,
}

/// A command whose moments and numbers are relative to the conversation it meets.
#[derive(Clone, Debug)]
pub enum Ask {
    Fixed(Command),
    SnoozeFor {
        ms: i64,
    },
    /// Read up to the last event plus `ahead` (0 is the end; below 0 not yet all; above 0 does not exist).
    ReadTo {
        ahead: i64,
    },
}

impl Ask {
    fn command(&self, state: &Conversation, now: Timestamp) -> Command {
        match self {
            Self::Fixed(command) => command.clone(),
            Self::SnoozeFor { ms } => Command::Snooze { until: Timestamp(now.0 + ms) },
            Self::ReadTo { ahead } => Command::MarkRead { seq: state.seq.saturating_add_signed(*ahead) },
        }
    }
}

/// What one step did.
pub struct Turn {
    pub before: Conversation,
    pub command: Command,
    pub actor: Actor,
    pub now: Timestamp,
    pub outcome: Result<(Conversation, Vec<Event>), Refusal>,
}

impl Turn {
    /// The state after the step.
    pub fn after(&self) -> &Conversation {
        self.outcome.as_ref().map_or(&self.before, |(state, _)| state)
    }

    pub fn events(&self) -> &[Event] {
        self.outcome.as_ref().map_or(&[], |(_, events)| events)
    }
}

pub fn opened(bot: bool) -> (Conversation, Vec<Event>) {
    let open = OpenConversation {
        id: ConversationId(Uuid::from_u128(1)),
        inbox_id: InboxId(Uuid::from_u128(2)),
        contact_id: ContactId(Uuid::from_u128(100)),
        bot,
    };
    Conversation::open(open, Actor::System, BEGIN)
}

pub fn run(bot: bool, steps: &[Step]) -> Vec<Turn> {
    let (mut state, _) = opened(bot);
    let mut now = BEGIN;
    let mut turns = Vec::with_capacity(steps.len());
    for step in steps {
        now = Timestamp(now.0 + step.advance_ms);
        let command = step.ask.command(&state, now);
        let outcome = state.apply(command.clone(), step.actor, now);
        let turn = Turn { before: state.clone(), command, actor: step.actor, now, outcome };
        state = turn.after().clone();
        turns.push(turn);
    }
    turns
}

// What can be asked.

fn contact_id() -> impl Strategy<Value = ContactId> {
    (100u128..102).prop_map(|n| ContactId(Uuid::from_u128(n)))
}

fn user_id() -> impl Strategy<Value = UserId> {
    (200u128..203).prop_map(|n| UserId(Uuid::from_u128(n)))
}

fn team_id() -> impl Strategy<Value = TeamId> {
    (300u128..302).prop_map(|n| TeamId(Uuid::from_u128(n)))
}

fn contact() -> impl Strategy<Value = Actor> {
    contact_id().prop_map(|id| Actor::Contact { id })
}

fn user() -> impl Strategy<Value = Actor> {
    user_id().prop_map(|id| Actor::User { id })
}

fn anybody() -> impl Strategy<Value = Actor> {
    prop_oneof![contact(), user(), Just(Actor::Bot), Just(Actor::System)]
}

fn draft() -> impl Strategy<Value = Draft> {
    let words = prop_oneof![9 => "[a-z在吗？]{1,8}", 1 => " {0,2}"];
    (any::<u128>(), words).prop_map(|(id, words)| Draft {
        id: MessageId(Uuid::from_u128(id)),
        content: Content::text(words),
        client_key: None,
        external_id: None,
    })
}

fn bot_command() -> impl Strategy<Value = Command> {
    let outcome = prop_oneof![Just(BotOutcome::Answered), Just(BotOutcome::Asked), Just(BotOutcome::Failed)];
    let offered = proptest::option::of(Just(PendingChoices {
        options: vec![Choice { id: "entry:1".into(), label: "退货".into() }],
    }));
    prop_oneof![
        3 => (draft(), outcome, offered).prop_map(|(draft, understood, offered)| Command::BotReply {
            draft,
            understood,
            offered,
        }),
        1 => Just(Command::HandOver { reason: HandOverReason::Requested }),
        1 => draft().prop_map(|draft| Command::Note { draft }),
        1 => team_id().prop_map(|team_id| Command::Route { team_id }),
        1 => any::<bool>().prop_map(|empty| Command::Remember { dialogue: Box::new(dialogue(empty)) }),
    ]
}

/// Where flows stand: nowhere, or somewhere.
fn dialogue(empty: bool) -> DialogueState {
    DialogueState { release: u32::from(!empty), ..DialogueState::default() }
}

fn company_command() -> impl Strategy<Value = Ask> {
    prop_oneof![
        3 => (proptest::option::of(user_id()), proptest::option::of(team_id()))
            .prop_map(|(user_id, team_id)| Ask::Fixed(Command::Assign(Assignment { user_id, team_id }))),
        1 => Just(Ask::Fixed(Command::ReturnToBot)),
        3 => (-60_000i64..600_000).prop_map(|ms| Ask::SnoozeFor { ms }),
        2 => Just(Ask::Fixed(Command::Wake)),
        2 => Just(Ask::Fixed(Command::Resolve)),
        1 => Just(Ask::Fixed(Command::Reopen)),
        1 => draft().prop_map(|draft| Ask::Fixed(Command::Announce { draft })),
        1 => contact_id().prop_map(|contact_id| Ask::Fixed(Command::MoveToContact { contact_id })),
    ]
}

fn read() -> impl Strategy<Value = Ask> {
    prop_oneof![
        2 => Just(Ask::ReadTo { ahead: 0 }),
        2 => (-8i64..3).prop_map(|ahead| Ask::ReadTo { ahead }),
    ]
}

fn agent_command() -> impl Strategy<Value = Ask> {
    prop_oneof![
        4 => draft().prop_map(|draft| Ask::Fixed(Command::Reply { draft })),
        1 => draft().prop_map(|draft| Ask::Fixed(Command::Note { draft })),
        3 => Just(Ask::Fixed(Command::TakeOver)),
        2 => read(),
    ]
}

fn customer_command() -> impl Strategy<Value = Ask> {
    prop_oneof![
        3 => draft().prop_map(|draft| Ask::Fixed(Command::Receive { draft })),
        1 => read(),
    ]
}

fn bot_ask() -> impl Strategy<Value = Ask> {
    bot_command().prop_map(Ask::Fixed)
}

/// Mostly the right actor, so that conversations get somewhere; sometimes anybody, so that every refusal is met.
fn step() -> impl Strategy<Value = Step> {
    let fitting = prop_oneof![
        4 => (customer_command(), contact()),
        3 => (bot_ask(), Just(Actor::Bot)),
        4 => (agent_command(), user()),
        3 => (company_command(), prop_oneof![user(), Just(Actor::System), Just(Actor::Bot)]),
        2 => (
            prop_oneof![customer_command(), bot_ask(), agent_command(), company_command()],
            anybody()
        ),
    ];
    (fitting, -2_000i64..300_000).prop_map(|((ask, actor), advance_ms)| Step { ask, actor, advance_ms })
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec(step(), 0..60)
}
