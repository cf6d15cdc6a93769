//! What came of a conversation, told honestly.
//!
//! A stretch begins with the assistant's first turn that is about something, and ends when people take over, when the
//! customer says that it helped, or when nobody wrote for some hours. One that ended well, and whose customer comes back with
//! the same within some days, did not end well: it becomes reopened.
//!
//! A customer who says that it did not help is believed until they say that it did, or take a person: what ends otherwise is
//! not solved, whoever spoke last. Going on to something else ends it too, so that the other thing is told apart.

use std::time::Duration;

use yingda_model::{
    BotOutcome, Conversation, ConversationId, Outcome, OutcomeCount, Permission, Scope, Status, Stretch, Timestamp,
    Topic,
};
use yingda_store::{Job, NewJob, StoreError, Writing};

use crate::conversations::require;
use crate::{Desk, DeskError, job_kind};

/// The settings that say when silence means that it helped (hours), and how long coming back counts as the same (days).
const AFTER_HOURS: Setting = Setting { name: "assumed_after_hours", default: 24, most: 720 };
const WITHIN_DAYS: Setting = Setting { name: "reopened_within_days", default: 7, most: 90 };
const HOUR: Duration = Duration::from_secs(3600);
/// Jobs that settle outcomes: one at a time in a workspace.
const KEY: &str = "outcomes";
/// Stretches that are read at once.
const CHUNK: u64 = 200;
/// Rounds of one job; what is left then is for the next.
const ROUNDS: u32 = 50;
/// Stretches of a conversation in which the same is looked for.
const LOOK_BACK: u64 = 10;
/// From one look to the next, at least.
const PAUSE: Duration = Duration::from_secs(60);
/// Longest time that a summary may span.
const MAX_DAYS: i64 = 400;
const DAY_MS: i64 = 86_400_000;

/// A number among the assistant's settings, at least 1.
struct Setting {
    name: &'static str,
    default: u32,
    most: u32,
}

impl Setting {
    /// The number that was set, or the default.
    fn of(&self, text: Option<String>) -> u32 {
        text.and_then(|text| text.trim().parse().ok()).unwrap_or(self.default).clamp(1, self.most)
    }
}

/// How a turn leaves its stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    GoesOn,
    /// The customer said that it helped.
    Confirmed,
    /// The customer said thanks, which says the same where nothing else was said.
    Thanked,
    /// The customer said that it did not help: it goes on.
    Denied,
    /// People are about to take over, which ends it.
    HandedOver,
}

impl Desk {
    /// How many stretches ended between two moments, by day, outcome and flow. A day's numbers can change for a week: what was
    /// taken for settled may be reopened.
    pub async fn outcomes(
        &self,
        scope: &Scope,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<OutcomeCount>, DeskError> {
        require(scope, Permission::ReadConversations)?;
        if until < from || until.0.saturating_sub(from.0) > MAX_DAYS * DAY_MS {
            return Err(DeskError::invalid(
                "until",
                format!("expected a moment after `from`, at most {MAX_DAYS} days"),
            ));
        }
        Ok(self.store().read(scope).outcome_counts(from, until).await?)
    }

    /// The stretches of a conversation, newest first, at most 100.
    pub async fn stretches(&self, scope: &Scope, id: ConversationId) -> Result<Vec<Stretch>, DeskError> {
        require(scope, Permission::ReadConversations)?;
        Ok(self.store().read(scope).stretches(id, 100).await?)
    }

    /// Decides what came of all conversations of a workspace that have been silent for long enough, finishes `job` and asks for
    /// the next one.
    pub(crate) async fn settle_outcomes(&self, job: &Job) -> Result<(), DeskError> {
        let scope = Scope::system(job.workspace);
        let reader = self.store().read(&scope);
        let silence = HOUR * AFTER_HOURS.of(reader.assistant_setting(AFTER_HOURS.name).await?);
        let until = self.now().minus(silence);
        for _ in 0..ROUNDS {
            let silent = reader.open_stretches(until, CHUNK).await?;
            for stretch in &silent {
                self.settle(&scope, stretch.conversation_id, until).await?;
            }
            if (silent.len() as u64) < CHUNK {
                break;
            }
        }
        let now = self.now();
        let job = job.clone();
        self.store()
            .write(&scope, move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    if !tx.complete_job(&job).await? || !tx.jobs_of_key(KEY).await?.is_empty() {
                        return Ok(());
                    }
                    match tx.open_stretches(now, 1).await?.first() {
                        None => Ok(()),
                        Some(oldest) => {
                            let due = oldest.touched_at.plus(silence).max(now.plus(PAUSE));
                            tx.enqueue(settle_job(due), now).await
                        }
                    }
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }

    async fn settle(&self, scope: &Scope, id: ConversationId, until: Timestamp) -> Result<(), DeskError> {
        let now = self.now();
        self.store()
            .write(scope, move |tx| {
                Box::pin(async move {
                    tx.lock(id.0).await?;
                    // It may have gone on since it was read.
                    let Some(mut stretch) = tx.open_stretch(id).await?.filter(|open| open.touched_at <= until) else {
                        return Ok(());
                    };
                    let conversation = tx.conversation(id).await?;
                    let answered = conversation.last_message_id == stretch.last_message_id;
                    let wrote_at = conversation.last_message_at.filter(|at| *at > until && !answered);
                    if let (Some(at), Status::Bot) = (wrote_at, conversation.status) {
                        // The customer wrote, and the assistant is about to answer.
                        stretch.touched_at = at;
                    } else {
                        let outcome = match conversation.status {
                            Status::Bot if answered => by_silence(&stretch),
                            // The customer wrote, and nobody answered.
                            Status::Bot if stretch.denied_at.is_none() => Outcome::Abandoned,
                            Status::Bot => Outcome::NotSolved,
                            Status::Resolved => by_silence(&stretch),
                            _ => Outcome::HandedOver,
                        };
                        end(&mut stretch, outcome, now);
                    }
                    tx.update_stretch(&stretch).await
                })
            })
            .await
            .map_err(|error: StoreError| DeskError::from(error))
    }

    /// Sees to it that a job waits while stretches go on.
    pub(crate) async fn see_to_outcomes(&self, scope: &Scope) -> Result<(), DeskError> {
        let now = self.now();
        let reader = self.store().read(scope);
        if reader.open_stretches(now, 1).await?.is_empty() || !reader.jobs_of_key(KEY).await?.is_empty() {
            return Ok(());
        }
        self.store()
            .write(scope, move |tx| Box::pin(async move { tx.enqueue(settle_job(now), now).await }))
            .await
            .map_err(|error: StoreError| DeskError::from(error))?;
        self.jobs_added().await;
        Ok(())
    }
}

/// Notes a turn of the assistant in the conversation's stretch, and begins one where none goes on and the turn is about
/// something. Tells whether there is a new job.
pub(super) async fn note_turn(
    desk: &Desk,
    tx: Writing<'_>,
    conversation: &Conversation,
    topic: Topic,
    last_said: Option<BotOutcome>,
    course: Course,
) -> Result<bool, DeskError> {
    let now = desk.now();
    let last_turn = last_said.unwrap_or(BotOutcome::Answered);
    let mut open = match tx.open_stretch(conversation.id).await? {
        None if course == Course::Denied => take_up_the_last(tx, conversation.id).await?,
        open => open,
    };
    if let Some(open) = open.as_mut().filter(|_| course == Course::Denied) {
        open.denied_at = Some(now);
    }
    if let Some(mut left) = open.take_if(|open| is_left(open, &topic)) {
        end(&mut left, Outcome::NotSolved, now);
        tx.update_stretch(&left).await?;
    }
    let confirms = matches!(course, Course::Confirmed | Course::Thanked);
    let mut stretch = match open {
        Some(stretch) => stretch,
        None if confirms && confirm_the_last(tx, conversation.id, &topic, course, now).await? => return Ok(false),
        None => {
            let is_small_talk = topic.is_empty() && last_turn == BotOutcome::Answered;
            if is_small_talk && course != Course::HandedOver {
                return Ok(false);
            }
            reopen_the_same(tx, conversation.id, &topic, course, now).await?;
            let stretch = Stretch {
                id: desk.world().uuid(),
                conversation_id: conversation.id,
                began_at: now,
                touched_at: now,
                last_message_id: conversation.last_message_id,
                last_turn,
                topic: topic.clone(),
                denied_at: None,
                outcome: None,
                ended_at: None,
                decided_at: None,
            };
            tx.insert_stretch(&stretch).await?;
            stretch
        }
    };
    stretch.touched_at = now;
    stretch.last_message_id = conversation.last_message_id;
    stretch.last_turn = last_said.unwrap_or(stretch.last_turn);
    if !topic.is_empty() {
        stretch.topic = topic;
    }
    match course {
        Course::Confirmed => end(&mut stretch, Outcome::Confirmed, now),
        // “No … thanks all the same” is no yes.
        Course::Thanked if stretch.denied_at.is_none() => end(&mut stretch, Outcome::Confirmed, now),
        Course::Denied | Course::Thanked | Course::GoesOn | Course::HandedOver => {}
    }
    tx.update_stretch(&stretch).await?;
    let goes_on = stretch.outcome.is_none() && course != Course::HandedOver;
    if !goes_on || !tx.jobs_of_key(KEY).await?.is_empty() {
        return Ok(false);
    }
    let hours = AFTER_HOURS.of(tx.assistant_setting(AFTER_HOURS.name).await?);
    tx.enqueue(settle_job(now.plus(HOUR * hours)), now).await?;
    Ok(true)
}

/// Whether a turn leaves behind what the customer said was not solved: it is about something else.
fn is_left(open: &Stretch, topic: &Topic) -> bool {
    open.denied_at.is_some() && !topic.is_empty() && !open.topic.is_empty() && !open.topic.is_same(topic)
}

/// A late no: what was over is not, and goes on. `None` when people had it, or it was counted as reopened.
async fn take_up_the_last(tx: Writing<'_>, id: ConversationId) -> Result<Option<Stretch>, StoreError> {
    let Some(last) = tx.last_stretch(id).await? else { return Ok(None) };
    let by_assistant =
        matches!(last.outcome, Some(Outcome::Confirmed | Outcome::Assumed | Outcome::Abandoned | Outcome::NotSolved));
    Ok(by_assistant.then_some(Stretch { outcome: None, ended_at: None, decided_at: None, ..last }))
}

/// A late yes says more than silence did: what was assumed is confirmed, and what was not solved is by now. Thanks say so of the
/// first only. False when they are for something else.
async fn confirm_the_last(
    tx: Writing<'_>,
    id: ConversationId,
    topic: &Topic,
    course: Course,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(mut last) = tx.last_stretch(id).await? else { return Ok(false) };
    if !topic.is_empty() && !last.topic.is_same(topic) {
        return Ok(false);
    }
    let is_yes = course == Course::Confirmed;
    if last.outcome == Some(Outcome::Assumed) || is_yes && last.outcome == Some(Outcome::NotSolved) {
        (last.outcome, last.decided_at) = (Some(Outcome::Confirmed), Some(now));
        tx.update_stretch(&last).await?;
    }
    Ok(true)
}

/// The customer is back: what ended well not long ago, and was about the same, did not end well. Who asks for a person at
/// once, and for nothing else, is back because of the last.
async fn reopen_the_same(
    tx: Writing<'_>,
    id: ConversationId,
    topic: &Topic,
    course: Course,
    now: Timestamp,
) -> Result<(), StoreError> {
    let before = tx.stretches(id, LOOK_BACK).await?;
    if before.is_empty() {
        return Ok(());
    }
    let since = now.minus(24 * HOUR * WITHIN_DAYS.of(tx.assistant_setting(WITHIN_DAYS.name).await?));
    for (age, mut stretch) in before.into_iter().enumerate() {
        let ended_well = matches!(stretch.outcome, Some(Outcome::Confirmed | Outcome::Assumed));
        let is_recent = stretch.ended_at.is_some_and(|at| at >= since);
        let for_a_person = age == 0 && topic.is_empty() && course == Course::HandedOver;
        if ended_well && is_recent && (for_a_person || stretch.topic.is_same(topic)) {
            (stretch.outcome, stretch.decided_at) = (Some(Outcome::Reopened), Some(now));
            tx.update_stretch(&stretch).await?;
        }
    }
    Ok(())
}

/// Ends the stretch of a conversation that has just left the assistant for `state`.
pub(crate) async fn end_stretch(tx: Writing<'_>, state: &Conversation, now: Timestamp) -> Result<(), StoreError> {
    if state.status != Status::Resolved {
        tx.end_stretch(state.id, Outcome::HandedOver, now).await?;
    } else if let Some(mut stretch) = tx.open_stretch(state.id).await? {
        let outcome = by_silence(&stretch);
        end(&mut stretch, outcome, now);
        tx.update_stretch(&stretch).await?;
    }
    Ok(())
}

/// What it means when the customer says nothing more.
fn by_silence(stretch: &Stretch) -> Outcome {
    match stretch.last_turn {
        _ if stretch.denied_at.is_some() => Outcome::NotSolved,
        BotOutcome::Answered => Outcome::Assumed,
        BotOutcome::Asked | BotOutcome::Failed => Outcome::Abandoned,
    }
}

fn end(stretch: &mut Stretch, outcome: Outcome, now: Timestamp) {
    stretch.outcome = Some(outcome);
    (stretch.ended_at, stretch.decided_at) = (Some(now), Some(now));
}

fn settle_job(at: Timestamp) -> NewJob {
    NewJob { kind: job_kind::SETTLE_OUTCOMES, key: KEY.into(), payload: "{}".into(), run_at: at }
}
