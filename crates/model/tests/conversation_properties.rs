//! What holds for every conversation, whatever is asked of it, by whom and when.

#![allow(clippy::unwrap_used)]

use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;
use yingda_model::{
    Actor, Assignment, BotMemory, BotOutcome, Choice, Command, ContactId, Content, Conversation, ConversationId, Draft,
    Event, EventBody, HandOverReason, InboxId, MessageId, OpenConversation, PendingChoices, Refusal, SenderKind,
    Status, TeamId, Timestamp, UserId, Visibility,
};

const BEGIN: Timestamp = Timestamp(1_790_000_000_000);

/// One request: a command, who asks, and how far the clock has moved since the last one.
#[derive(Clone, Debug)]
struct Step {
    ask: Ask,
    actor: Actor,
    /// May be negative: clocks of different machines disagree.
    advance_ms: i64,
}

/// A command whose moments and numbers are relative to the conversation it meets.
#[derive(Clone, Debug)]
enum Ask {
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
struct Turn {
    before: Conversation,
    command: Command,
    actor: Actor,
    now: Timestamp,
    outcome: Result<(Conversation, Vec<Event>), Refusal>,
}

impl Turn {
    /// The state after the step.
    fn after(&self) -> &Conversation {
        self.outcome.as_ref().map_or(&self.before, |(state, _)| state)
    }

    fn events(&self) -> &[Event] {
        self.outcome.as_ref().map_or(&[], |(_, events)| events)
    }
}

fn opened(bot: bool) -> (Conversation, Vec<Event>) {
    let open = OpenConversation {
        id: ConversationId(Uuid::from_u128(1)),
        inbox_id: InboxId(Uuid::from_u128(2)),
        contact_id: ContactId(Uuid::from_u128(100)),
        bot,
    };
    Conversation::open(open, Actor::System, BEGIN)
}

fn run(bot: bool, steps: &[Step]) -> Vec<Turn> {
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
    ]
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

fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec(step(), 0..60)
}

/// What can be known of a conversation from its events alone.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    status: Status,
    assignee_id: Option<UserId>,
    team_id: Option<TeamId>,
    contact_id: ContactId,
    snoozed_until: Option<Timestamp>,
    resolved_at: Option<Timestamp>,
    last_message_at: Option<Timestamp>,
    seq: u64,
    public_seq: u64,
}

impl Told {
    fn of(state: &Conversation) -> Self {
        Self {
            status: state.status,
            assignee_id: state.assignee_id,
            team_id: state.team_id,
            contact_id: state.contact_id,
            snoozed_until: state.snoozed_until,
            resolved_at: state.resolved_at,
            last_message_at: state.last_message_at,
            seq: state.seq,
            public_seq: state.public_seq,
        }
    }

    /// Before its first event.
    fn nothing_yet(contact_id: ContactId) -> Self {
        Self {
            status: Status::Queued,
            assignee_id: None,
            team_id: None,
            contact_id,
            snoozed_until: None,
            resolved_at: None,
            last_message_at: None,
            seq: 0,
            public_seq: 0,
        }
    }

    fn hear(&mut self, event: &Event) {
        self.seq = event.seq;
        if event.is_public() {
            self.public_seq = event.seq;
        }
        match &event.body {
            EventBody::Opened { status } => self.status = *status,
            EventBody::StatusChanged { from, to } => {
                assert_eq!(*from, self.status, "a change starts where the last one ended");
                assert_ne!(from, to, "a change changes something");
                self.status = *to;
                if matches!(to, Status::Bot | Status::Queued) {
                    self.assignee_id = None;
                }
                if *from == Status::Snoozed {
                    self.snoozed_until = None;
                }
                if *from == Status::Resolved {
                    self.resolved_at = None;
                }
            }
            EventBody::Assigned { user_id, team_id } => {
                self.assignee_id = *user_id;
                self.team_id = *team_id;
            }
            EventBody::ContactChanged { contact_id } => self.contact_id = *contact_id,
            EventBody::Snoozed { until } => self.snoozed_until = Some(*until),
            EventBody::Resolved => self.resolved_at = Some(event.at),
            EventBody::Message { message } => {
                if message.visibility == Visibility::Public {
                    self.last_message_at = Some(message.created_at);
                }
            }
            EventBody::HandedOver { .. } | EventBody::ReturnedToBot | EventBody::Woke | EventBody::Reopened => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn events_are_numbered_without_a_gap_and_the_state_knows_the_last(bot: bool, steps in steps()) {
        let (first, events) = opened(bot);
        let mut next = 1;
        for (state, events, actor, now) in std::iter::once((&first, &events[..], Actor::System, BEGIN))
            .chain(run(bot, &steps).iter().map(|t| (t.after(), t.events(), t.actor, t.now)))
        {
            for event in events {
                prop_assert_eq!(event.seq, next);
                prop_assert_eq!(event.conversation_id, state.id);
                prop_assert_eq!((event.actor, event.at), (actor, now));
                if let EventBody::Message { message } = &event.body {
                    prop_assert_eq!(message.seq, event.seq);
                    prop_assert_eq!(message.sender, SenderKind::of(actor));
                }
                next += 1;
            }
            prop_assert_eq!(state.seq + 1, next);
        }
    }

    #[test]
    fn asking_twice_of_the_same_state_gives_the_same_answer(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            let again = turn.before.apply(turn.command.clone(), turn.actor, turn.now);
            prop_assert_eq!(&again, &turn.outcome);
        }
    }

    #[test]
    fn the_state_can_be_told_from_the_events(bot: bool, steps in steps()) {
        let (first, events) = opened(bot);
        let mut told = Told::nothing_yet(first.contact_id);
        events.iter().for_each(|event| told.hear(event));
        prop_assert_eq!(&told, &Told::of(&first));
        for turn in run(bot, &steps) {
            turn.events().iter().for_each(|event| told.hear(event));
            prop_assert_eq!(&told, &Told::of(turn.after()), "after {:?}", turn.command);
        }
    }

    #[test]
    fn without_an_event_only_what_was_read_changes(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            if turn.events().is_empty() && !matches!(turn.command, Command::MarkRead { .. }) {
                prop_assert_eq!(turn.after(), &turn.before, "{:?} changed the state silently", turn.command);
            }
            if matches!(turn.command, Command::MarkRead { .. }) {
                prop_assert!(turn.events().is_empty());
                let mut but_for_reading = turn.after().clone();
                but_for_reading.unread_by_agents = turn.before.unread_by_agents;
                but_for_reading.unread_by_contact = turn.before.unread_by_contact;
                but_for_reading.agents_read_seq = turn.before.agents_read_seq;
                but_for_reading.contact_read_seq = turn.before.contact_read_seq;
                prop_assert_eq!(&but_for_reading, &turn.before);
            }
        }
    }

    #[test]
    fn each_side_does_only_what_is_its_own(bot: bool, steps in steps()) {
        for turn in run(bot, &steps).iter().filter(|turn| turn.outcome.is_ok()) {
            prop_assert!(is_own(&turn.command, turn.actor), "{:?} did {:?}", turn.actor, turn.command);
            if turn.actor == Actor::Bot {
                prop_assert_eq!(turn.before.status, Status::Bot, "the assistant was not in charge");
            }
        }
    }

    #[test]
    fn somebody_has_a_conversation_exactly_while_it_is_assigned_waiting_or_snoozed(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            let state = turn.after();
            match state.status {
                Status::Bot | Status::Queued => prop_assert_eq!(state.assignee_id, None),
                Status::Assigned | Status::Waiting | Status::Snoozed => prop_assert!(state.assignee_id.is_some()),
                Status::Resolved => {}
            }
        }
    }

    #[test]
    fn moments_are_set_exactly_while_they_mean_something(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            let state = turn.after();
            prop_assert_eq!(state.snoozed_until.is_some(), state.status == Status::Snoozed);
            prop_assert_eq!(state.resolved_at.is_some(), state.status == Status::Resolved);
            if matches!(state.status, Status::Bot | Status::Waiting | Status::Resolved) {
                prop_assert_eq!(state.waiting_since, None, "nobody waits while {}", state.status);
            }
        }
    }

    #[test]
    fn the_assistant_is_in_charge_only_where_there_is_one_and_forgets_when_it_is_not(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            let state = turn.after();
            prop_assert_eq!(state.bot, bot);
            prop_assert!(bot || state.status != Status::Bot);
            if state.status != Status::Bot {
                prop_assert_eq!(&state.memory, &BotMemory::default());
            }
        }
    }

    #[test]
    fn a_resolved_conversation_is_left_only_by_the_customer_or_by_reopening(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            if turn.before.status == Status::Resolved && turn.after().status != Status::Resolved {
                let reopens = matches!(turn.command, Command::Receive { .. } | Command::Reopen);
                prop_assert!(reopens, "left by {:?}", turn.command);
                prop_assert!(turn.events().iter().any(|event| event.body == EventBody::Reopened));
            }
        }
    }

    #[test]
    fn what_the_customer_writes_is_always_taken_and_never_left_resolved_or_waiting(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            let (Command::Receive { draft }, Actor::Contact { .. }) = (&turn.command, turn.actor) else { continue };
            prop_assert_eq!(turn.outcome.is_ok(), draft.content.check().is_ok());
            if turn.outcome.is_ok() {
                prop_assert!(matches!(turn.after().status, Status::Bot | Status::Queued | Status::Assigned));
                prop_assert_eq!(turn.after().status != Status::Bot, turn.after().waiting_since.is_some());
            }
        }
    }

    #[test]
    fn unread_counts_lie_between_what_is_unread_and_what_is_new(bot: bool, steps in steps()) {
        let mut messages = Vec::new();
        for turn in run(bot, &steps) {
            messages.extend(turn.events().iter().filter_map(|event| match &event.body {
                EventBody::Message { message } if message.visibility == Visibility::Public => {
                    Some((message.seq, message.sender))
                }
                _ => None,
            }));
            let state = turn.after();
            prop_assert!(state.agents_read_seq <= state.seq && state.contact_read_seq <= state.seq);
            prop_assert!(state.agents_read_seq >= turn.before.agents_read_seq, "reading never goes back");
            prop_assert!(state.contact_read_seq >= turn.before.contact_read_seq, "reading never goes back");
            let by_agents = unread(&messages, state.agents_read_seq, |sender| sender == SenderKind::Customer);
            let by_contact = unread(&messages, state.contact_read_seq, |sender| sender != SenderKind::Customer);
            prop_assert!(u64::from(state.unread_by_agents) >= by_agents);
            prop_assert!(u64::from(state.unread_by_agents) <= state.seq - state.agents_read_seq);
            prop_assert!(u64::from(state.unread_by_contact) >= by_contact);
            prop_assert!(u64::from(state.unread_by_contact) <= state.public_seq.saturating_sub(state.contact_read_seq));
        }
    }

    #[test]
    fn nothing_is_unread_after_reading_to_the_end(bot: bool, steps in steps()) {
        let (first, _) = opened(bot);
        let last = run(bot, &steps).last().map_or(first, |turn| turn.after().clone());
        let customer = Actor::Contact { id: last.contact_id };
        let agent = Actor::User { id: UserId(Uuid::from_u128(200)) };
        let (read, _) = last.apply(Command::MarkRead { seq: last.seq }, agent, BEGIN).unwrap();
        prop_assert_eq!(read.unread_by_agents, 0);
        // The customer's end is the last event that the customer can see.
        let (read, _) = last.apply(Command::MarkRead { seq: last.public_seq }, customer, BEGIN).unwrap();
        prop_assert_eq!(read.unread_by_contact, 0);
    }

    #[test]
    fn resolving_twice_is_resolving_once(bot: bool, steps in steps()) {
        let (first, _) = opened(bot);
        let last = run(bot, &steps).last().map_or(first, |turn| turn.after().clone());
        let (once, _) = last.apply(Command::Resolve, Actor::System, BEGIN).unwrap();
        let (twice, events) = once.apply(Command::Resolve, Actor::System, BEGIN).unwrap();
        prop_assert_eq!(once.status, Status::Resolved);
        prop_assert_eq!(twice, once);
        prop_assert!(events.is_empty());
    }

    #[test]
    fn a_state_survives_json_but_for_the_assistants_memory(bot: bool, steps in steps()) {
        for turn in run(bot, &steps) {
            let mut state = turn.after().clone();
            let json = serde_json::to_string(&state).unwrap();
            state.memory = BotMemory::default();
            prop_assert_eq!(serde_json::from_str::<Conversation>(&json).unwrap(), state);
            for event in turn.events() {
                let json = serde_json::to_string(event).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), event);
            }
        }
    }
}

/// Who may ask what, written down a second time.
fn is_own(command: &Command, actor: Actor) -> bool {
    let name = command.name();
    match actor {
        Actor::Contact { .. } => ["receive", "mark_read"].contains(&name),
        Actor::Bot => {
            ["bot_reply", "hand_over", "assign", "return_to_bot", "snooze", "resolve", "reopen"].contains(&name)
        }
        Actor::System => {
            !["receive", "reply", "note", "take_over", "bot_reply", "hand_over", "mark_read"].contains(&name)
        }
        Actor::User { .. } => !["receive", "bot_reply", "hand_over"].contains(&name),
    }
}

fn unread(messages: &[(u64, SenderKind)], read_seq: u64, counts: fn(SenderKind) -> bool) -> u64 {
    let new = messages.iter().filter(|(seq, sender)| *seq > read_seq && counts(*sender));
    new.count() as u64
}

/// A test that never gets anywhere proves nothing: the random steps reach every status and every kind of refusal.
#[test]
fn the_random_steps_reach_every_status_and_every_refusal() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    use std::collections::BTreeSet;
    let mut runner = TestRunner::deterministic();
    let (mut statuses, mut refusals, mut kinds) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..300 {
        for turn in run(true, &steps().new_tree(&mut runner).unwrap().current()) {
            statuses.insert(turn.after().status.as_str());
            kinds.extend(turn.events().iter().map(|event| event.body.kind()));
            if let Err(refusal) = &turn.outcome {
                refusals.insert(refusal.code());
            }
        }
    }
    assert_eq!(statuses.len(), Status::ALL.len(), "{statuses:?}");
    assert_eq!(refusals.len(), 6, "{refusals:?}");
    assert_eq!(kinds.len(), 10, "all but opened: {kinds:?}");
}
