//! What language models cost: kept over restarts, shared by nodes, of one workspace only.

use yingda_store::{ModelSpent, ModelUse, SpentOn, StoreError};

use crate::change;
use crate::support::{Company, Place};

crate::on_both_engines! {
    what_was_spent_is_there_after_a_restart_and_of_no_other_workspace
    two_who_spend_at_the_same_time_lose_nothing
    how_models_did_adds_up_by_day_task_and_model
    what_is_old_is_forgotten
}

const TODAY: &str = "2026-11-22";
const TALK: SpentOn<'_> = SpentOn::Conversation("019a-1");

fn spent(tokens: u64, micros: u64) -> ModelSpent {
    ModelSpent { tokens, micros }
}

fn used(day: &str, model: &str, took_ms: u64) -> ModelUse {
    ModelUse {
        day: day.into(),
        task: "rephrase".into(),
        model: model.into(),
        currency: "CNY".into(),
        answered: 1,
        cached: 0,
        failed: 2,
        tokens_in: 100,
        tokens_out: 10,
        micros: 300,
        took_ms,
        longest_ms: took_ms,
    }
}

/// Adds to what was spent, as a call does.
async fn spend(company: &Company, tokens: u64) -> Result<(), StoreError> {
    change!(company, [], |tx| {
        tx.lock_model_spent().await?;
        for on in [SpentOn::Day(TODAY), TALK] {
            let before = tx.model_spent(on).await?;
            tx.put_model_spent(on, TODAY, spent(before.tokens + tokens, before.micros + 2 * tokens)).await?;
        }
        Ok::<_, StoreError>(())
    })
    .await
}

async fn what_was_spent_is_there_after_a_restart_and_of_no_other_workspace(place: Place) {
    let store = place.open().await;
    let (company, other) = (Company::found(&store).await, Company::found(&store).await);
    assert_eq!(company.read().model_spent(TALK).await.unwrap(), ModelSpent::default());
    spend(&company, 10).await.unwrap();
    spend(&company, 5).await.unwrap();
    spend(&other, 1).await.unwrap();
    store.close().await;
    let again = place.open().await;
    for (of, tokens) in [(&company, 15), (&other, 1)] {
        let reader = again.read(&of.scope);
        for on in [SpentOn::Day(TODAY), TALK] {
            assert_eq!(reader.model_spent(on).await.unwrap(), spent(tokens, 2 * tokens));
        }
        assert_eq!(reader.model_spent(SpentOn::Day("2026-11-23")).await.unwrap(), ModelSpent::default());
    }
}

async fn two_who_spend_at_the_same_time_lose_nothing(place: Place) {
    let company = Company::found(&place.open().await).await;
    let spending = (0..20).map(|_| {
        let company = company.clone();
        tokio::spawn(async move { spend(&company, 3).await })
    });
    for one in spending.collect::<Vec<_>>() {
        one.await.unwrap().unwrap();
    }
    assert_eq!(company.read().model_spent(SpentOn::Day(TODAY)).await.unwrap(), spent(60, 120));
}

async fn how_models_did_adds_up_by_day_task_and_model(place: Place) {
    let store = place.open().await;
    let (company, other) = (Company::found(&store).await, Company::found(&store).await);
    for (day, model, took_ms) in [(TODAY, "a", 50), (TODAY, "a", 30), (TODAY, "b", 1), ("2026-11-21", "a", 7)] {
        let one = used(day, model, took_ms);
        change!(company, [one], |tx| tx.add_model_use(&one).await).await.unwrap();
    }
    let found = company.read().model_use("2026-11-21", TODAY).await.unwrap();
    let mut twice = used(TODAY, "a", 80);
    (twice.answered, twice.failed, twice.tokens_in, twice.tokens_out) = (2, 4, 200, 20);
    (twice.micros, twice.longest_ms) = (600, 50);
    assert_eq!(found, [twice, used(TODAY, "b", 1), used("2026-11-21", "a", 7)]);
    assert_eq!(company.read().model_use(TODAY, TODAY).await.unwrap().len(), 2);
    assert!(other.read().model_use("2026-11-21", TODAY).await.unwrap().is_empty());
}

async fn what_is_old_is_forgotten(place: Place) {
    let store = place.open().await;
    let (company, other) = (Company::found(&store).await, Company::found(&store).await);
    for of in [&company, &other] {
        spend(of, 4).await.unwrap();
        let one = used(TODAY, "a", 1);
        change!(of, [one], |tx| tx.add_model_use(&one).await).await.unwrap();
    }
    change!(company, [], |tx| tx.remove_old_model_use(TODAY).await).await.unwrap();
    assert_eq!(company.read().model_spent(TALK).await.unwrap(), spent(4, 8));
    change!(company, [], |tx| tx.remove_old_model_use("2026-11-23").await).await.unwrap();
    assert_eq!(company.read().model_spent(TALK).await.unwrap(), ModelSpent::default());
    assert!(company.read().model_use(TODAY, TODAY).await.unwrap().is_empty());
    assert_eq!(other.read().model_spent(TALK).await.unwrap(), spent(4, 8));
    assert_eq!(other.read().model_use(TODAY, TODAY).await.unwrap().len(), 1);
}
