//! The life of a conversation, told step by step.

#![allow(clippy::unwrap_used)]

use yingda_model::{
    Actor, Assignment, BotOutcome, Command, ContactId, Content, Conversation, ConversationId, Draft, Event, EventBody,
    HandOverReason, InboxId, MessageId, OpenConversation, Refusal, Status, TeamId, Timestamp, UserId,
};

/// A conversation, a clock that runs one second with every command, and what happened last.
struct Story {
    conversation: Conversation,
    last: Vec<Event>,
    now: Timestamp,
}

const MINUTE: i64 = 60_000;

fn customer() -> Actor {
    Actor::Contact { id: ContactId(uuid::Uuid::from_u128(1)) }
}

fn li() -> UserId {
    UserId(uuid::Uuid::from_u128(10))
}

fn wang() -> UserId {
    UserId(uuid::Uuid::from_u128(11))
}

fn user(id: UserId) -> Actor {
    Actor::User { id }
}

fn text(words: &str) -> Draft {
    Draft {
        id: MessageId(uuid::Uuid::from_u128(99)),
        content: Content::text(words),
        client_key: None,
        external_id: None,
    }
}

impl Story {
    fn begins(bot: bool) -> Self {
        let open = OpenConversation {
            id: ConversationId(uuid::Uuid::from_u128(2)),
            inbox_id: InboxId(uuid::Uuid::from_u128(3)),
            contact_id: ContactId(uuid::Uuid::from_u128(1)),
            bot,
        };
        let now = Timestamp(1_790_000_000_000);
        let (conversation, last) = Conversation::open(open, customer(), now);
        Self { conversation, last, now }
    }

    fn with_the_assistant() -> Self {
        Self::begins(true)
    }

    fn without_assistant() -> Self {
        Self::begins(false)
    }

    /// A customer asked and Li took the conversation.
    fn with_li() -> Self {
        Self::without_assistant().customer_writes("订单 8812 什么时候到？").then(user(li()), Command::TakeOver)
    }

    fn asked(&self, actor: Actor, command: Command) -> Result<(Conversation, Vec<Event>), Refusal> {
        self.conversation.apply(command, actor, self.now)
    }

    fn then(mut self, actor: Actor, command: Command) -> Self {
        self.now = Timestamp(self.now.0 + 1_000);
        (self.conversation, self.last) = self.asked(actor, command).unwrap();
        self
    }

    fn customer_writes(self, words: &str) -> Self {
        self.then(customer(), Command::Receive { draft: text(words) })
    }

    fn bot_says(self, words: &str, understood: BotOutcome) -> Self {
        self.then(Actor::Bot, bot_reply(words, understood))
    }

    fn replies(self, who: UserId, words: &str) -> Self {
        self.then(user(who), Command::Reply { draft: text(words) })
    }

    fn after(mut self, ms: i64) -> Self {
        self.now = Timestamp(self.now.0 + ms);
        self
    }

    fn happened(&self) -> Vec<&'static str> {
        self.last.iter().map(|event| event.body.kind()).collect()
    }
}

fn bot_reply(words: &str, understood: BotOutcome) -> Command {
    Command::BotReply { draft: text(words), understood, offered: None }
}

#[test]
fn the_assistant_answers_what_the_customer_asks() {
    let story =
        Story::with_the_assistant().customer_writes("怎么退货？").bot_says("七天内可以退货。", BotOutcome::Answered);
    assert_eq!(story.conversation.status, Status::Bot);
    assert_eq!(story.conversation.unread_by_contact, 1);
    assert_eq!(story.conversation.waiting_since, None, "nobody waits for a person");
}

#[test]
fn failures_in_a_row_are_counted_and_an_answer_clears_them() {
    let story = Story::with_the_assistant()
        .customer_writes("???")
        .bot_says("I do not know.", BotOutcome::Failed)
        .bot_says("I do not know.", BotOutcome::Failed);
    assert_eq!(story.conversation.memory.failures, 2);
    let story = story.bot_says("Seven days.", BotOutcome::Answered);
    assert_eq!(story.conversation.memory.failures, 0);
}

#[test]
fn asking_back_is_no_answer_and_keeps_the_count_of_failures() {
    let story = Story::with_the_assistant()
        .customer_writes("???")
        .bot_says("I do not know.", BotOutcome::Failed)
        .bot_says("Which of these?", BotOutcome::Asked);
    assert_eq!(story.conversation.memory.failures, 1);
}

#[test]
fn a_handed_over_conversation_waits_in_the_queue() {
    let story = Story::with_the_assistant()
        .customer_writes("转人工")
        .then(Actor::Bot, Command::HandOver { reason: HandOverReason::Requested });
    assert_eq!(story.happened(), ["handed_over", "status_changed"]);
    assert_eq!(story.conversation.status, Status::Queued);
    assert_eq!(story.conversation.waiting_since, Some(story.now));
}

#[test]
fn a_late_answer_of_the_assistant_is_refused_once_a_person_has_taken_over() {
    let story = Story::with_the_assistant().customer_writes("怎么退货？").then(user(li()), Command::TakeOver);
    let refused = story.asked(Actor::Bot, bot_reply("七天内。", BotOutcome::Answered)).unwrap_err();
    assert_eq!(refused.code(), "wrong_status");
    assert_eq!(
        refused.to_string(),
        "bot_reply is not possible while the conversation is assigned: the assistant is not in charge"
    );
}

#[test]
fn the_assistant_cannot_take_back_or_resolve_what_a_person_has() {
    let story = Story::with_the_assistant().customer_writes("你好").then(user(li()), Command::TakeOver);
    for command in [Command::ReturnToBot, Command::Resolve] {
        assert_eq!(story.asked(Actor::Bot, command).unwrap_err().code(), "wrong_status");
    }
}

#[test]
fn a_reply_to_a_queued_conversation_is_refused_with_the_hint_to_take_it_over() {
    let story = Story::without_assistant().customer_writes("有人吗？");
    let refused = story.asked(user(li()), Command::Reply { draft: text("在的") }).unwrap_err();
    assert_eq!(refused.to_string(), "reply is not possible while the conversation is queued: take it over first");
}

#[test]
fn taking_over_and_replying_leaves_the_conversation_waiting_for_the_customer() {
    let story = Story::with_li();
    assert_eq!(story.conversation.status, Status::Assigned);
    assert_eq!(story.conversation.assignee_id, Some(li()));
    let story = story.replies(li(), "今天下午到。");
    assert_eq!(story.conversation.status, Status::Waiting);
    assert_eq!(story.conversation.waiting_since, None);
    assert_eq!(story.conversation.unread_by_agents, 0, "who answers has read");
}

#[test]
fn a_customer_who_writes_again_is_owed_an_answer_again() {
    let story = Story::with_li().replies(li(), "今天下午到。").customer_writes("几点？");
    assert_eq!(story.conversation.status, Status::Assigned);
    assert_eq!(story.conversation.waiting_since, Some(story.now));
    assert_eq!(story.conversation.unread_by_agents, 1);
}

#[test]
fn a_colleague_can_take_over_what_another_has() {
    let story = Story::with_li().then(user(wang()), Command::TakeOver);
    assert_eq!(story.conversation.assignee_id, Some(wang()));
    let again = story.then(user(wang()), Command::TakeOver);
    assert!(again.last.is_empty(), "taking what one has changes nothing");
}

#[test]
fn the_assistants_conversation_can_be_put_into_the_queue_without_naming_anybody() {
    let nobody = Assignment { user_id: None, team_id: None };
    let story = Story::with_the_assistant().customer_writes("你好").then(user(li()), Command::Assign(nobody));
    assert_eq!(story.conversation.status, Status::Queued);
}

#[test]
fn a_conversation_given_back_to_a_team_has_no_assignee() {
    let team = TeamId(uuid::Uuid::from_u128(20));
    let to_team = Assignment { user_id: None, team_id: Some(team) };
    let story = Story::with_li().then(user(li()), Command::Assign(to_team));
    assert_eq!(story.conversation.status, Status::Queued);
    assert_eq!(story.conversation.assignee_id, None);
    assert_eq!(story.conversation.team_id, Some(team));
}

#[test]
fn a_conversation_returned_to_the_assistant_has_no_assignee() {
    let story = Story::with_the_assistant()
        .customer_writes("你好")
        .then(user(li()), Command::TakeOver)
        .then(user(li()), Command::ReturnToBot);
    assert_eq!(story.conversation.status, Status::Bot);
    assert_eq!(story.conversation.assignee_id, None);
    assert_eq!(story.conversation.waiting_since, None);
}

#[test]
fn an_inbox_without_assistant_has_nobody_to_return_to() {
    let refused = Story::with_li().asked(user(li()), Command::ReturnToBot).unwrap_err();
    assert!(refused.to_string().ends_with("this inbox has no assistant"));
}

#[test]
fn a_snoozed_conversation_wakes_at_its_moment_and_not_before() {
    let story = Story::with_li().replies(li(), "明天再联系您。");
    let until = Timestamp(story.now.0 + 10 * MINUTE);
    let story = story.then(user(li()), Command::Snooze { until });
    assert_eq!(story.conversation.status, Status::Snoozed);
    assert_eq!(story.conversation.snoozed_until, Some(until));
    let early = story.asked(Actor::System, Command::Wake).unwrap_err();
    assert_eq!(early, Refusal::NotYet { until, now: story.now });
    let story = story.after(10 * MINUTE).then(Actor::System, Command::Wake);
    assert_eq!(story.happened(), ["woke", "status_changed"]);
    assert_eq!(story.conversation.status, Status::Assigned);
    assert_eq!(story.conversation.snoozed_until, None);
}

#[test]
fn a_snooze_ends_when_the_customer_writes() {
    let story = Story::with_li();
    let until = Timestamp(story.now.0 + 10 * MINUTE);
    let story = story.then(user(li()), Command::Snooze { until }).customer_writes("还在吗？");
    assert_eq!(story.conversation.status, Status::Assigned);
    assert_eq!(story.conversation.snoozed_until, None);
}

#[test]
fn a_snooze_into_the_past_is_refused() {
    let story = Story::with_li();
    let refused = story.asked(user(li()), Command::Snooze { until: story.now }).unwrap_err();
    assert_eq!(refused.code(), "snooze_in_the_past");
}

#[test]
fn resolving_twice_changes_nothing_the_second_time() {
    let story = Story::with_li().then(user(li()), Command::Resolve);
    assert_eq!(story.conversation.status, Status::Resolved);
    assert_eq!(story.conversation.resolved_at, Some(story.now));
    let before = story.conversation.clone();
    let story = story.then(user(wang()), Command::Resolve);
    assert!(story.last.is_empty());
    assert_eq!(story.conversation, before);
}

#[test]
fn a_resolved_conversation_reopens_with_the_assistant_when_the_customer_writes() {
    let story = Story::with_the_assistant()
        .customer_writes("你好")
        .then(user(li()), Command::TakeOver)
        .then(user(li()), Command::Resolve)
        .customer_writes("又有一个问题");
    assert_eq!(story.happened(), ["message", "reopened", "status_changed"]);
    assert_eq!(story.conversation.status, Status::Bot);
    assert_eq!(story.conversation.assignee_id, None);
    assert_eq!(story.conversation.resolved_at, None);
}

#[test]
fn a_resolved_conversation_reopens_in_the_queue_where_there_is_no_assistant() {
    let story = Story::with_li().then(user(li()), Command::Resolve).customer_writes("还有一件事");
    assert_eq!(story.conversation.status, Status::Queued);
    assert_eq!(story.conversation.assignee_id, None);
    assert_eq!(story.conversation.waiting_since, Some(story.now));
}

#[test]
fn a_conversation_that_a_person_reopens_is_with_who_had_it() {
    let story = Story::with_li().then(user(li()), Command::Resolve).then(user(wang()), Command::Reopen);
    assert_eq!(story.conversation.status, Status::Assigned);
    assert_eq!(story.conversation.assignee_id, Some(li()));
}

#[test]
fn a_private_note_is_hidden_from_the_customer_and_leaves_nothing_unread() {
    let story = Story::with_li().replies(li(), "今天下午到。");
    let seen = story.conversation.seq;
    let story = story.then(user(li()), Command::Note { draft: text("客户很急") });
    assert!(story.last.iter().all(|event| !event.is_public()));
    assert_eq!(story.conversation.public_seq, seen);
    assert_eq!(story.conversation.unread_by_contact, 1);
    let story = story.then(customer(), Command::MarkRead { seq: seen });
    assert_eq!(story.conversation.unread_by_contact, 0);
}

#[test]
fn reading_what_does_not_exist_is_refused() {
    let story = Story::with_li();
    let last = story.conversation.seq;
    assert_eq!(
        story.asked(user(li()), Command::MarkRead { seq: last + 1 }).unwrap_err(),
        Refusal::NoSuchSeq { seq: last + 1, last }
    );
}

#[test]
fn an_assistant_that_reads_along_does_not_count_as_a_person_who_has_read() {
    let story = Story::with_the_assistant().customer_writes("你好");
    let seq = story.conversation.seq;
    assert_eq!(story.asked(Actor::Bot, Command::MarkRead { seq }).unwrap_err().code(), "wrong_actor");
    assert_eq!(story.conversation.unread_by_agents, 1);
}

#[test]
fn a_message_carries_the_number_of_the_event_that_added_it() {
    let story = Story::with_li();
    let story = story.replies(li(), "好的");
    let EventBody::Message { message } = &story.last[0].body else {
        panic!("expected a message, got {:?}", story.last[0]);
    };
    assert_eq!(message.seq, story.last[0].seq);
}

#[test]
fn a_customer_cannot_reply_as_an_agent() {
    let refused = Story::with_li().asked(customer(), Command::Reply { draft: text("hi") }).unwrap_err();
    assert_eq!(refused.to_string(), "only a user can reply");
}
