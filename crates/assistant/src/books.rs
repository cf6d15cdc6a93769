//! The books of language models, in the store: what was spent outlives a restart, and all nodes spend from one budget.

use async_trait::async_trait;
use yingda_llm::{Account, Attempt, Budgets, Exhausted, Ledger, Limit, Record, Spent};
use yingda_model::{Scope, WorkspaceId};
use yingda_store::{ModelSpent, ModelUse, SpentOn, Store, StoreError};

/// The books of one workspace.
///
/// What is set aside when the program is killed in the middle of a call stays booked: until the end of the day for the day's
/// budget, for good for the conversation's. It is the price of never overdrawing.
pub(crate) struct Books {
    store: Store,
    scope: Scope,
}

impl Books {
    pub fn new(store: Store, workspace: WorkspaceId) -> Self {
        Self { store, scope: Scope::system(workspace) }
    }

    /// Changes what was spent on the day and on the conversation, under one lock. Gives what `change` gives; nothing is stored
    /// when that is an error.
    async fn change<F>(&self, account: &Account, change: F) -> Result<Result<(), Exhausted>, StoreError>
    where
        F: Fn(&mut Spent, &mut Spent) -> Result<(), Exhausted> + Clone + Send + Sync + 'static,
    {
        let account = account.clone();
        self.store
            .write(&self.scope, move |tx| {
                let (account, change) = (account.clone(), change.clone());
                Box::pin(async move {
                    tx.lock_model_spent().await?;
                    let (day, talk) = (SpentOn::Day(&account.day), SpentOn::Conversation(&account.conversation));
                    let mut conversation = of_row(tx.model_spent(talk).await?);
                    let mut today = of_row(tx.model_spent(day).await?);
                    if let Err(exhausted) = change(&mut conversation, &mut today) {
                        return Ok(Err(exhausted));
                    }
                    tx.put_model_spent(talk, &account.day, row(conversation)).await?;
                    tx.put_model_spent(day, &account.day, row(today)).await?;
                    Ok(Ok(()))
                })
            })
            .await
    }
}

fn of_row(row: ModelSpent) -> Spent {
    Spent { tokens: row.tokens, micros: row.micros }
}

fn row(spent: Spent) -> ModelSpent {
    ModelSpent { tokens: spent.tokens, micros: spent.micros }
}

#[async_trait]
impl Ledger for Books {
    async fn reserve(&self, account: &Account, most: Spent, budgets: &Budgets) -> Result<(), Exhausted> {
        let budgets = budgets.clone();
        let set_aside = self.change(account, move |conversation, today| {
            budgets.allow(*conversation, *today, most)?;
            conversation.add(most);
            today.add(most);
            Ok(())
        });
        set_aside.await.unwrap_or_else(|error| {
            tracing::error!(%error, "what language models may spend could not be read or booked; none is asked");
            Err(Exhausted(Limit::Books))
        })
    }

    async fn settle(&self, account: &Account, reserved: Spent, spent: Spent) {
        let settled = self.change(account, move |conversation, today| {
            for books in [conversation, today] {
                books.take(reserved);
                books.add(spent);
            }
            Ok(())
        });
        if let Err(error) = settled.await {
            tracing::error!(%error, "what a language model cost could not be booked; what was set aside for it stays booked");
        }
    }

    async fn note(&self, account: &Account, record: &Record) {
        let used = used(&account.day, record);
        for one in &used {
            measure(one);
        }
        if used.is_empty() {
            return;
        }
        let noted = self.store.write(&self.scope, move |tx| {
            let used = used.clone();
            Box::pin(async move {
                for one in &used {
                    tx.add_model_use(one).await?;
                }
                Ok::<_, StoreError>(())
            })
        });
        if let Err(error) = noted.await {
            tracing::error!(%error, "how a language model did could not be stored");
        }
    }
}

/// What a call says of each model that took part in it.
fn used(day: &str, record: &Record) -> Vec<ModelUse> {
    let mut models: Vec<&str> = record.attempts.iter().map(|attempt| attempt.model.as_str()).collect();
    models.extend(record.model.as_deref());
    let mut used: Vec<ModelUse> = Vec::new();
    for model in models {
        if used.iter().any(|known| known.model == model) {
            continue;
        }
        let attempts: Vec<&Attempt> = record.attempts.iter().filter(|attempt| attempt.model == model).collect();
        let sum = |of: fn(&Attempt) -> u64| attempts.iter().map(|attempt| of(attempt)).sum::<u64>();
        let taken = record.model.as_deref() == Some(model);
        let micros = sum(|attempt| attempt.cost_micros);
        let took_ms = sum(|attempt| attempt.waited_ms + attempt.took_ms);
        used.push(ModelUse {
            day: day.to_owned(),
            task: record.task.name().to_owned(),
            model: model.to_owned(),
            currency: record.currency.clone().filter(|_| micros > 0).unwrap_or_default(),
            answered: u64::from(taken && !record.cached),
            cached: u64::from(taken && record.cached),
            failed: u64::from(!taken),
            tokens_in: sum(|attempt| attempt.tokens_in),
            tokens_out: sum(|attempt| attempt.tokens_out),
            micros,
            took_ms,
            longest_ms: took_ms,
        });
    }
    used
}

fn measure(used: &ModelUse) {
    let labels = [("task", used.task.clone()), ("model", used.model.clone())];
    for (outcome, count) in [("answered", used.answered), ("cached", used.cached), ("failed", used.failed)] {
        if count > 0 {
            let labels = [("task", used.task.clone()), ("model", used.model.clone()), ("outcome", outcome.to_owned())];
            metrics::counter!("yingda_model_calls_total", &labels).increment(count);
        }
    }
    metrics::counter!("yingda_model_tokens_total", &labels).increment(used.tokens_in + used.tokens_out);
    if used.micros > 0 {
        let currency = used.currency.clone();
        let labels = [("task", used.task.clone()), ("model", used.model.clone()), ("currency", currency)];
        metrics::counter!("yingda_model_cost_micros_total", &labels).increment(used.micros);
    }
    if used.cached == 0 {
        metrics::histogram!("yingda_model_seconds", &labels).record(used.took_ms as f64 / 1000.0);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use yingda_llm::{Budget, Task};
    use yingda_model::{Timestamp, World};
    use yingda_store::{MasterKey, StoreConfig};

    use super::*;

    fn account(conversation: &str) -> Account {
        Account { conversation: conversation.into(), day: "2026-11-22".into() }
    }

    fn tokens(tokens: u64) -> Spent {
        Spent { tokens, micros: 0 }
    }

    #[tokio::test]
    async fn a_budget_holds_across_a_restart_and_across_nodes() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("yingda.db").display());
        let key = MasterKey::generate().unwrap();
        let open = || Store::open(StoreConfig { url: url.clone(), master_key: key.clone() });
        let store = open().await.unwrap();
        let new = yingda_store::NewWorkspace {
            id: WorkspaceId(yingda_desk::SystemWorld.uuid()),
            slug: "shop".into(),
            name: "Shop".into(),
            created_at: Timestamp(0),
        };
        let workspace = store.create_workspace(new).await.unwrap().workspace();
        let limit = Budget { tokens: Some(100), micros: None };
        let budgets = Budgets { day: limit, conversation: Budget { tokens: Some(50), micros: None }, currency: None };
        let (one, other) = (Books::new(store.clone(), workspace), Books::new(store.clone(), workspace));
        one.reserve(&account("a"), tokens(40), &budgets).await.unwrap();
        let full = other.reserve(&account("a"), tokens(40), &budgets).await;
        assert_eq!(full, Err(Exhausted(Limit::ConversationTokens)));
        other.reserve(&account("b"), tokens(40), &budgets).await.unwrap();
        let full = one.reserve(&account("c"), tokens(40), &budgets).await;
        assert_eq!(full, Err(Exhausted(Limit::DayTokens)));
        one.settle(&account("a"), tokens(40), tokens(5)).await;
        store.close().await;
        let after = Books::new(open().await.unwrap(), workspace);
        after.reserve(&account("a"), tokens(45), &budgets).await.unwrap();
        assert_eq!(after.reserve(&account("d"), tokens(11), &budgets).await, Err(Exhausted(Limit::DayTokens)));
    }

    #[tokio::test]
    async fn books_that_cannot_be_kept_stop_the_spending() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("yingda.db").display());
        let store = Store::open(StoreConfig { url, master_key: MasterKey::generate().unwrap() }).await.unwrap();
        // There is no such workspace: nothing can be booked for it.
        let books = Books::new(store, WorkspaceId(yingda_desk::SystemWorld.uuid()));
        let refused = books.reserve(&account("a"), tokens(1), &Budgets::default()).await;
        assert_eq!(refused, Err(Exhausted(Limit::Books)));
    }

    #[test]
    fn each_model_that_took_part_is_counted() {
        let attempt = |model: &str, outcome: &str, cost_micros| Attempt {
            model: model.into(),
            outcome: outcome.into(),
            why: String::new(),
            waited_ms: 1,
            first_byte_ms: 0,
            took_ms: 9,
            tokens_in: 100,
            tokens_out: 10,
            cost_micros,
            repair: false,
            cut: false,
        };
        let record = Record {
            task: Task::Rephrase,
            model: Some("large".into()),
            cached: false,
            outcome: "ok".into(),
            attempts: vec![attempt("small", "timeout", 0), attempt("small", "broken", 0), attempt("large", "ok", 300)],
            tokens_in: 300,
            tokens_out: 30,
            estimated: false,
            cost_micros: 300,
            currency: Some("CNY".into()),
            took_ms: 30,
            masked: 0,
            notes: Vec::new(),
        };
        let found = used("2026-11-22", &record);
        let gist: Vec<_> = found
            .iter()
            .map(|one| (one.model.as_str(), one.answered, one.failed, one.tokens_in, one.took_ms))
            .collect();
        assert_eq!(gist, [("small", 0, 1, 200, 20), ("large", 1, 0, 100, 10)]);
        assert_eq!((found[0].currency.as_str(), found[1].currency.as_str(), found[1].micros), ("", "CNY", 300));
    }
}
