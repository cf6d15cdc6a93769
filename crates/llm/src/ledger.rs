//! What was spent, and what may still be.

use std::collections::{HashMap, VecDeque};

use async_trait::async_trait;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::config::{Budget, Budgets};
use crate::error::Limit;
use crate::record::Record;

/// Whose budget it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Any name of the conversation that is the same from turn to turn.
    pub conversation: String,
    /// The day in the workspace's time zone, such as `2026-11-22`.
    pub day: String,
}

/// Tokens, and money in millionths of the currency's unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    pub tokens: u64,
    pub micros: u64,
}

impl Spent {
    pub fn add(&mut self, other: Self) {
        self.tokens = self.tokens.saturating_add(other.tokens);
        self.micros = self.micros.saturating_add(other.micros);
    }

    pub fn take(&mut self, other: Self) {
        self.tokens = self.tokens.saturating_sub(other.tokens);
        self.micros = self.micros.saturating_sub(other.micros);
    }
}

/// A budget does not have so much left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted(pub Limit);

/// Keeps the books. What a call may cost is set aside before it, so that calls at the same time cannot overdraw together, and replaced
/// by what it did cost after.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Sets `most` aside.
    ///
    /// # Errors
    /// [`Exhausted`] when a budget has less left; nothing is set aside then.
    async fn reserve(&self, account: &Account, most: Spent, budgets: &Budgets) -> Result<(), Exhausted>;

    /// Replaces what was set aside by what was spent.
    async fn settle(&self, account: &Account, reserved: Spent, spent: Spent);

    /// Notes what a call did, for those who look after the models.
    async fn note(&self, account: &Account, record: &Record) {
        let _ = (account, record);
    }
}

/// Books in memory: good for one node, until it stops.
#[derive(Default)]
pub struct MemoryLedger {
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    day: String,
    today: Spent,
    conversations: HashMap<String, Spent>,
    /// Oldest first.
    order: VecDeque<String>,
}

/// So many conversations are remembered; the ones that began first are forgotten.
const MOST_CONVERSATIONS: usize = 100_000;

impl MemoryLedger {
    /// Books that go on where others were when the program stopped.
    pub fn going_on(day: impl Into<String>, today: Spent) -> Self {
        Self { books: Mutex::new(Books { day: day.into(), today, ..Books::default() }) }
    }

    /// The day that was last spent on, and how much.
    pub fn today(&self) -> (String, Spent) {
        let books = self.books.lock();
        (books.day.clone(), books.today)
    }

    /// What a conversation has cost so far.
    pub fn conversation(&self, conversation: &str) -> Spent {
        self.books.lock().conversations.get(conversation).copied().unwrap_or_default()
    }
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn reserve(&self, account: &Account, most: Spent, budgets: &Budgets) -> Result<(), Exhausted> {
        let mut books = self.books.lock();
        let Books { day, today, conversations, order } = &mut *books;
        if *day != account.day {
            day.clone_from(&account.day);
            *today = Spent::default();
        }
        let spent = conversations.get(&account.conversation).copied().unwrap_or_default();
        budgets.allow(spent, *today, most)?;
        today.add(most);
        if !conversations.contains_key(&account.conversation) {
            order.push_back(account.conversation.clone());
            if order.len() > MOST_CONVERSATIONS
                && let Some(oldest) = order.pop_front()
            {
                conversations.remove(&oldest);
            }
        }
        conversations.entry(account.conversation.clone()).or_default().add(most);
        Ok(())
    }

    async fn settle(&self, account: &Account, reserved: Spent, spent: Spent) {
        let mut books = self.books.lock();
        if books.day == account.day {
            books.today.take(reserved);
            books.today.add(spent);
        }
        if let Some(conversation) = books.conversations.get_mut(&account.conversation) {
            conversation.take(reserved);
            conversation.add(spent);
        }
    }
}

impl Budgets {
    /// Whether `most` may be set aside for a conversation that has cost `conversation` so far, on a day that has cost `today`.
    ///
    /// # Errors
    /// [`Exhausted`] when a budget has less left.
    pub fn allow(&self, conversation: Spent, today: Spent, most: Spent) -> Result<(), Exhausted> {
        within(conversation, most, self.conversation, Limit::ConversationMoney, Limit::ConversationTokens)?;
        within(today, most, self.day, Limit::DayMoney, Limit::DayTokens)
    }
}

fn within(spent: Spent, most: Spent, budget: Budget, money: Limit, tokens: Limit) -> Result<(), Exhausted> {
    let over =
        |spent: u64, most: u64, limit: Option<u64>| limit.is_some_and(|limit| spent.saturating_add(most) > limit);
    if over(spent.micros, most.micros, budget.micros) {
        return Err(Exhausted(money));
    }
    if over(spent.tokens, most.tokens, budget.tokens) {
        return Err(Exhausted(tokens));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn account(conversation: &str, day: &str) -> Account {
        Account { conversation: conversation.into(), day: day.into() }
    }

    fn tokens(tokens: u64) -> Spent {
        Spent { tokens, micros: 0 }
    }

    #[tokio::test]
    async fn what_is_set_aside_counts_until_it_is_settled() {
        let ledger = MemoryLedger::default();
        let day = Budget { tokens: Some(100), micros: None };
        let budgets = Budgets { day, ..Budgets::default() };
        let (a, b) = (account("a", "1"), account("b", "1"));
        ledger.reserve(&a, tokens(60), &budgets).await.unwrap();
        assert_eq!(ledger.reserve(&b, tokens(60), &budgets).await, Err(Exhausted(Limit::DayTokens)));
        ledger.settle(&a, tokens(60), tokens(10)).await;
        ledger.reserve(&b, tokens(60), &budgets).await.unwrap();
        assert_eq!(ledger.today(), ("1".into(), tokens(70)));
    }

    #[tokio::test]
    async fn a_new_day_begins_with_nothing_spent_and_a_conversation_goes_on() {
        let ledger = MemoryLedger::going_on("1", tokens(90));
        let limit = Budget { tokens: Some(100), micros: None };
        let budgets = Budgets { day: limit, conversation: limit, currency: None };
        assert_eq!(ledger.reserve(&account("a", "1"), tokens(20), &budgets).await, Err(Exhausted(Limit::DayTokens)));
        ledger.reserve(&account("a", "2"), tokens(60), &budgets).await.unwrap();
        let again = ledger.reserve(&account("a", "3"), tokens(60), &budgets).await;
        assert_eq!(again, Err(Exhausted(Limit::ConversationTokens)));
    }
}
