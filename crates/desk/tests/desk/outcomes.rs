//! What came of conversations, told honestly.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use yingda_desk::{BotStep, BotTurn, Workers};
use yingda_model::{
    BotOutcome, Content, ConversationId, HandOverReason, Outcome, Scope, Status, Timestamp, Topic, TraceDecision,
};

use crate::assistant::{asked, job_of, turn};
use crate::on_both_engines;
use crate::support::{Company, NOW, Place, eventually, is_forbidden, refused_field};

on_both_engines! {
    silence_after_an_answer_is_assumed_to_have_helped_and_after_a_question_not
    a_person_who_takes_over_ends_it
    thanks_confirm_and_late_thanks_too
    who_says_that_it_did_not_help_is_counted_so_unless_a_person_or_a_yes_follows
    what_was_not_solved_is_told_apart_from_what_the_customer_goes_on_to
    a_late_no_takes_an_outcome_back
    coming_back_with_the_same_takes_the_good_outcome_back
    asking_for_a_person_at_once_is_coming_back_with_the_same
    small_talk_is_no_service
    the_workers_settle_what_is_silent_by_themselves
}

const HOUR: Duration = Duration::from_secs(3600);

/// The assistant answers the newest message of a conversation, about a flow.
async fn answers(company: &Company, id: ConversationId, flow: Option<&str>, outcome: BotOutcome, more: Vec<BotStep>) {
    let job = job_of(company, id).await;
    answer_with(company, id, &job, flow, outcome, more).await;
}

async fn answer_with(
    company: &Company,
    id: ConversationId,
    job: &yingda_store::Job,
    flow: Option<&str>,
    outcome: BotOutcome,
    more: Vec<BotStep>,
) {
    let mut steps = vec![BotStep::Say { content: Content::text("words"), outcome, offered: None }];
    steps.extend(more);
    let topic = Topic { flow: flow.map(Into::into), answer: None };
    company.desk.bot_turn(job, id, BotTurn { topic, ..turn(steps, id) }).await.unwrap();
}

/// A conversation that the assistant has answered about a flow.
async fn begun(company: &Company, flow: &str, outcome: BotOutcome) -> ConversationId {
    let (id, job) = asked(company).await;
    answer_with(company, id, &job, Some(flow), outcome, Vec::new()).await;
    id
}

async fn writes(company: &Company, id: ConversationId) {
    let customer = Scope::contact(company.system.workspace(), company.state(id).await.contact_id);
    company.says(&customer, "again").await;
}

/// The outcomes of a conversation's stretches, oldest first.
async fn told(company: &Company, id: ConversationId) -> Vec<Option<Outcome>> {
    let mut stretches = company.desk.stretches(&company.agent, id).await.unwrap();
    stretches.reverse();
    stretches.into_iter().map(|stretch| stretch.outcome).collect()
}

/// Runs the workers until the jobs that are due are done.
async fn settle(place: &Place, company: &Company) {
    let stop = CancellationToken::new();
    let running = tokio::spawn(Workers::new(place.desk.clone()).run(stop.clone()));
    let due = async || {
        let now = place.desk.world().now();
        let jobs = company.desk.store().read(&company.system).jobs_of_key("outcomes").await.unwrap();
        jobs.iter().any(|job| job.run_at <= now)
    };
    eventually("outcomes to be settled", async || !due().await).await;
    stop.cancel();
    running.await.unwrap();
}

async fn silence_after_an_answer_is_assumed_to_have_helped_and_after_a_question_not(place: Place) {
    let company = place.company().await;
    let answered = begun(&company, "return", BotOutcome::Answered).await;
    let asked = begun(&company, "return", BotOutcome::Asked).await;
    let failed = begun(&company, "invoice", BotOutcome::Failed).await;
    place.clock.moves(23 * HOUR);
    let fresh = begun(&company, "return", BotOutcome::Answered).await;
    place.clock.moves(HOUR);
    settle(&place, &company).await;
    assert_eq!(told(&company, answered).await, [Some(Outcome::Assumed)]);
    assert_eq!(told(&company, asked).await, [Some(Outcome::Abandoned)]);
    assert_eq!(told(&company, failed).await, [Some(Outcome::Abandoned)]);
    assert_eq!(told(&company, fresh).await, [None], "it may go on");
    place.clock.moves(23 * HOUR);
    settle(&place, &company).await;
    assert_eq!(told(&company, fresh).await, [Some(Outcome::Assumed)]);
    let counts = company.desk.outcomes(&company.reader, NOW, NOW.plus(72 * HOUR)).await.unwrap();
    assert_eq!(counts.iter().map(|one| one.count).sum::<u64>(), 4);
    let left: u64 = counts.iter().filter(|one| one.outcome == Outcome::Abandoned).map(|one| one.count).sum();
    assert_eq!(left, 2);
    assert!(counts.iter().any(|one| one.flow.as_deref() == Some("invoice")));
    assert!(is_forbidden(company.desk.outcomes(&company.customer().await, NOW, NOW).await));
    let century = company.desk.outcomes(&company.agent, Timestamp(0), NOW).await;
    assert_eq!(refused_field(century).0, "until");
}

async fn a_person_who_takes_over_ends_it(place: Place) {
    let company = place.company().await;
    let (taken, resolved) =
        (begun(&company, "a", BotOutcome::Answered).await, begun(&company, "a", BotOutcome::Asked).await);
    company.desk.take_over(&company.agent, taken).await.unwrap();
    assert_eq!(told(&company, taken).await, [Some(Outcome::HandedOver)]);
    company.desk.resolve(&company.agent, resolved).await.unwrap();
    assert_eq!(told(&company, resolved).await, [Some(Outcome::Abandoned)]);
    let (id, job) = asked(&company).await;
    let hand_over = vec![BotStep::HandOver { reason: HandOverReason::Requested, brief: None }];
    answer_with(&company, id, &job, None, BotOutcome::Answered, hand_over).await;
    assert_eq!(company.state(id).await.status, Status::Queued);
    assert_eq!(told(&company, id).await, [Some(Outcome::HandedOver)], "whatever it was about");
    // What people do afterwards is not the assistant's.
    company.desk.take_over(&company.agent, id).await.unwrap();
    company.desk.resolve(&company.agent, id).await.unwrap();
    assert_eq!(told(&company, id).await, [Some(Outcome::HandedOver)]);
}

async fn thanks_confirm_and_late_thanks_too(place: Place) {
    let company = place.company().await;
    let id = begun(&company, "return", BotOutcome::Answered).await;
    writes(&company, id).await;
    answers(&company, id, None, BotOutcome::Answered, vec![BotStep::Confirmed]).await;
    assert_eq!(told(&company, id).await, [Some(Outcome::Confirmed)]);
    let late = begun(&company, "return", BotOutcome::Answered).await;
    place.clock.moves(25 * HOUR);
    settle(&place, &company).await;
    assert_eq!(told(&company, late).await, [Some(Outcome::Assumed)]);
    writes(&company, late).await;
    answers(&company, late, None, BotOutcome::Answered, vec![BotStep::Confirmed]).await;
    assert_eq!(told(&company, late).await, [Some(Outcome::Confirmed)]);
}

async fn who_says_that_it_did_not_help_is_counted_so_unless_a_person_or_a_yes_follows(place: Place) {
    let company = place.company().await;
    let mut ids = Vec::new();
    for _ in 0..6 {
        let id = begun(&company, "return", BotOutcome::Answered).await;
        writes(&company, id).await;
        answers(&company, id, None, BotOutcome::Asked, vec![BotStep::Denied]).await;
        assert_eq!(told(&company, id).await, [None], "they may still take a person");
        ids.push(id);
    }
    let [silent, declined, person, solved, thanked, resolved] = ids[..] else { panic!("six") };
    for id in [declined, thanked] {
        writes(&company, id).await;
        answers(&company, id, None, BotOutcome::Answered, Vec::new()).await;
    }
    writes(&company, person).await;
    let hand_over = vec![BotStep::HandOver { reason: HandOverReason::Requested, brief: None }];
    answers(&company, person, None, BotOutcome::Answered, hand_over).await;
    writes(&company, solved).await;
    answers(&company, solved, None, BotOutcome::Answered, vec![BotStep::Confirmed]).await;
    writes(&company, thanked).await;
    answers(&company, thanked, None, BotOutcome::Answered, vec![BotStep::Thanked]).await;
    company.desk.resolve(&company.agent, resolved).await.unwrap();
    place.clock.moves(25 * HOUR);
    settle(&place, &company).await;
    for id in [silent, declined, thanked, resolved] {
        assert_eq!(told(&company, id).await, [Some(Outcome::NotSolved)]);
    }
    assert_eq!(told(&company, person).await, [Some(Outcome::HandedOver)]);
    assert_eq!(told(&company, solved).await, [Some(Outcome::Confirmed)]);
    let counts = company.desk.outcomes(&company.reader, NOW, NOW.plus(72 * HOUR)).await.unwrap();
    let not_solved: Vec<_> = counts.iter().filter(|one| one.outcome == Outcome::NotSolved).collect();
    assert_eq!(not_solved.iter().map(|one| one.count).sum::<u64>(), 4, "{counts:?}");
    assert!(not_solved.iter().all(|one| one.flow.as_deref() == Some("return")), "{not_solved:?}");
    // A yes is believed afterwards too, thanks are not.
    writes(&company, declined).await;
    answers(&company, declined, None, BotOutcome::Answered, vec![BotStep::Thanked]).await;
    assert_eq!(told(&company, declined).await, [Some(Outcome::NotSolved)]);
    writes(&company, declined).await;
    answers(&company, declined, None, BotOutcome::Answered, vec![BotStep::Confirmed]).await;
    assert_eq!(told(&company, declined).await, [Some(Outcome::Confirmed)]);
}

async fn what_was_not_solved_is_told_apart_from_what_the_customer_goes_on_to(place: Place) {
    let company = place.company().await;
    let (later, at_once) =
        (begun(&company, "return", BotOutcome::Answered).await, begun(&company, "return", BotOutcome::Answered).await);
    writes(&company, later).await;
    answers(&company, later, None, BotOutcome::Asked, vec![BotStep::Denied]).await;
    writes(&company, later).await;
    answers(&company, later, Some("invoice"), BotOutcome::Answered, Vec::new()).await;
    // “No. I want an invoice.”
    writes(&company, at_once).await;
    answers(&company, at_once, Some("invoice"), BotOutcome::Answered, vec![BotStep::Denied]).await;
    for id in [later, at_once] {
        assert_eq!(told(&company, id).await, [Some(Outcome::NotSolved), None]);
        writes(&company, id).await;
        answers(&company, id, None, BotOutcome::Answered, vec![BotStep::Thanked]).await;
        assert_eq!(told(&company, id).await, [Some(Outcome::NotSolved), Some(Outcome::Confirmed)]);
        let stretches = company.desk.stretches(&company.agent, id).await.unwrap();
        let flows: Vec<_> = stretches.iter().map(|one| one.topic.flow.as_deref()).collect();
        assert_eq!(flows, [Some("invoice"), Some("return")]);
    }
}

async fn a_late_no_takes_an_outcome_back(place: Place) {
    let company = place.company().await;
    let (silent, person) =
        (begun(&company, "return", BotOutcome::Answered).await, begun(&company, "return", BotOutcome::Answered).await);
    place.clock.moves(25 * HOUR);
    settle(&place, &company).await;
    for id in [silent, person] {
        assert_eq!(told(&company, id).await, [Some(Outcome::Assumed)]);
        writes(&company, id).await;
        answers(&company, id, None, BotOutcome::Asked, vec![BotStep::Denied]).await;
        assert_eq!(told(&company, id).await, [None], "it goes on");
    }
    company.desk.take_over(&company.agent, person).await.unwrap();
    place.clock.moves(25 * HOUR);
    settle(&place, &company).await;
    assert_eq!(told(&company, silent).await, [Some(Outcome::NotSolved)]);
    assert_eq!(told(&company, person).await, [Some(Outcome::HandedOver)]);
}

async fn coming_back_with_the_same_takes_the_good_outcome_back(place: Place) {
    let company = place.company().await;
    let ids = [
        begun(&company, "return", BotOutcome::Answered).await,
        begun(&company, "return", BotOutcome::Answered).await,
        begun(&company, "return", BotOutcome::Answered).await,
    ];
    place.clock.moves(25 * HOUR);
    settle(&place, &company).await;
    place.clock.moves(HOUR);
    let [same, other, late] = ids;
    writes(&company, same).await;
    answers(&company, same, Some("return"), BotOutcome::Answered, Vec::new()).await;
    writes(&company, other).await;
    answers(&company, other, Some("invoice"), BotOutcome::Answered, Vec::new()).await;
    place.clock.moves(8 * 24 * HOUR);
    writes(&company, late).await;
    answers(&company, late, Some("return"), BotOutcome::Answered, Vec::new()).await;
    assert_eq!(told(&company, same).await[0], Some(Outcome::Reopened));
    assert_eq!(told(&company, other).await[0], Some(Outcome::Assumed), "that was something else");
    assert_eq!(told(&company, late).await, [Some(Outcome::Assumed), None], "that was long ago");
    let stretches = company.desk.stretches(&company.agent, same).await.unwrap();
    let first = stretches.last().unwrap();
    assert!(first.ended_at < first.decided_at, "it is counted on the day it ended");
    // A workspace that looks further back.
    company.desk.set_assistant_setting(&company.admin, "reopened_within_days".into(), "30".into()).await.unwrap();
    company.desk.set_assistant_setting(&company.admin, "assumed_after_hours".into(), "2".into()).await.unwrap();
    place.clock.moves(3 * HOUR);
    company.desk.clean().await.unwrap();
    settle(&place, &company).await;
    assert_eq!(told(&company, late).await, [Some(Outcome::Assumed), Some(Outcome::Assumed)]);
    place.clock.moves(20 * 24 * HOUR);
    writes(&company, late).await;
    answers(&company, late, Some("return"), BotOutcome::Answered, Vec::new()).await;
    assert_eq!(told(&company, late).await, [Some(Outcome::Reopened), Some(Outcome::Reopened), None]);
}

async fn asking_for_a_person_at_once_is_coming_back_with_the_same(place: Place) {
    let company = place.company().await;
    let id = begun(&company, "return", BotOutcome::Answered).await;
    place.clock.moves(25 * HOUR);
    settle(&place, &company).await;
    writes(&company, id).await;
    let hand_over = vec![BotStep::HandOver { reason: HandOverReason::Requested, brief: None }];
    answers(&company, id, None, BotOutcome::Answered, hand_over).await;
    assert_eq!(told(&company, id).await, [Some(Outcome::Reopened), Some(Outcome::HandedOver)]);
}

async fn small_talk_is_no_service(place: Place) {
    let company = place.company().await;
    let (id, job) = asked(&company).await;
    answer_with(&company, id, &job, None, BotOutcome::Answered, Vec::new()).await;
    assert!(told(&company, id).await.is_empty());
    // What the record says counts where the turn itself says nothing.
    writes(&company, id).await;
    let mut turn =
        turn(vec![BotStep::Say { content: Content::text("x"), outcome: BotOutcome::Answered, offered: None }], id);
    turn.trace.decision = TraceDecision::Answer { entry_id: "e1".into(), confidence: 1.0, threshold: 0.5 };
    company.desk.bot_turn(&job_of(&company, id).await, id, turn).await.unwrap();
    let stretches = company.desk.stretches(&company.agent, id).await.unwrap();
    assert_eq!(stretches[0].topic, Topic { flow: None, answer: Some("e1".into()) });
}

async fn the_workers_settle_what_is_silent_by_themselves(place: Place) {
    let company = place.company().await;
    let id = begun(&company, "return", BotOutcome::Answered).await;
    let jobs = company.desk.store().read(&company.system).jobs_of_key("outcomes").await.unwrap();
    assert_eq!(jobs.len(), 1);
    // The customer writes and nobody answers, because the assistant is broken.
    let broken = begun(&company, "return", BotOutcome::Answered).await;
    place.clock.moves(12 * HOUR);
    writes(&company, broken).await;
    let jobs = company.desk.store().read(&company.system).jobs_of_key("outcomes").await.unwrap();
    assert_eq!(jobs.len(), 1, "one is enough for all");
    place.clock.moves(12 * HOUR);
    settle(&place, &company).await;
    assert_eq!(told(&company, id).await, [Some(Outcome::Assumed)]);
    assert_eq!(told(&company, broken).await, [None], "the answer may be on its way");
    place.clock.moves(13 * HOUR);
    settle(&place, &company).await;
    assert_eq!(told(&company, broken).await, [Some(Outcome::Abandoned)]);
    let jobs = company.desk.store().read(&company.system).jobs_of_key("outcomes").await.unwrap();
    assert!(jobs.is_empty(), "nothing goes on: {jobs:?}");
}
