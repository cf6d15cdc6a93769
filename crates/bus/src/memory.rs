//! The bus of a single process.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::Mutex;

use crate::queue::Queue;
use crate::topic::{ANY, REST};
use crate::{BusError, Subscription, Transport};

/// Carries messages within this process. Publishing costs as much as there are readers of that topic, however many others
/// there are.
#[derive(Default)]
pub(crate) struct MemoryBus {
    // One lock for all: every reader sees messages in the same order.
    routes: Arc<Mutex<Routes>>,
}

#[derive(Default)]
struct Routes {
    root: Node,
    last_id: u64,
}

/// A place in the tree of patterns; each step down is one token.
#[derive(Default)]
struct Node {
    literal: HashMap<Box<str>, Node>,
    any: Option<Box<Node>>,
    /// Readers whose pattern ends here.
    here: Vec<Reader>,
    /// Readers whose pattern goes on with `>`.
    rest: Vec<Reader>,
}

struct Reader {
    id: u64,
    queue: Arc<Queue>,
}

#[async_trait]
impl Transport for MemoryBus {
    async fn publish(&self, topic: &str, payload: Bytes) -> Result<(), BusError> {
        let tokens: Vec<&str> = topic.split('.').collect();
        let topic: Arc<str> = topic.into();
        self.routes.lock().root.each_reader_of(&tokens, &mut |reader| {
            reader.queue.push(Arc::clone(&topic), payload.clone());
        });
        Ok(())
    }

    async fn subscribe(&self, pattern: &str) -> Result<Subscription, BusError> {
        let queue = Arc::new(Queue::default());
        let id = self.routes.lock().add(pattern, Arc::clone(&queue));
        let routes = Arc::downgrade(&self.routes);
        let pattern: Box<str> = pattern.into();
        Ok(Subscription::new(queue, move || {
            if let Some(routes) = routes.upgrade() {
                routes.lock().remove(&pattern, id);
            }
        }))
    }

    async fn flush(&self) -> Result<(), BusError> {
        Ok(())
    }

    async fn health(&self) -> Result<(), BusError> {
        Ok(())
    }
}

impl Drop for MemoryBus {
    fn drop(&mut self) {
        self.routes.lock().root.each_reader(&|reader| reader.queue.close());
    }
}

impl Routes {
    fn add(&mut self, pattern: &str, queue: Arc<Queue>) -> u64 {
        self.last_id += 1;
        let reader = Reader { id: self.last_id, queue };
        let mut node = &mut self.root;
        for token in pattern.split('.') {
            match token {
                REST => {
                    node.rest.push(reader);
                    return self.last_id;
                }
                ANY => node = node.any.get_or_insert_default(),
                _ => node = node.literal.entry(token.into()).or_default(),
            }
        }
        node.here.push(reader);
        self.last_id
    }

    fn remove(&mut self, pattern: &str, id: u64) {
        let tokens: Vec<&str> = pattern.split('.').collect();
        self.root.remove(&tokens, id);
    }
}

impl Node {
    fn each_reader_of(&self, tokens: &[&str], found: &mut impl FnMut(&Reader)) {
        let Some((first, others)) = tokens.split_first() else {
            return self.here.iter().for_each(found);
        };
        self.rest.iter().for_each(&mut *found);
        if let Some(node) = self.literal.get(*first) {
            node.each_reader_of(others, found);
        }
        if let Some(node) = &self.any {
            node.each_reader_of(others, found);
        }
    }

    fn each_reader(&self, found: &impl Fn(&Reader)) {
        self.here.iter().chain(&self.rest).for_each(found);
        for node in self.literal.values().chain(self.any.as_deref()) {
            node.each_reader(found);
        }
    }

    /// Takes a reader out, and with it the branches that lead to nobody any more.
    fn remove(&mut self, tokens: &[&str], id: u64) {
        match tokens.split_first() {
            None => self.here.retain(|reader| reader.id != id),
            Some((&REST, _)) => self.rest.retain(|reader| reader.id != id),
            Some((&ANY, others)) => {
                if let Some(node) = &mut self.any {
                    node.remove(others, id);
                    if node.is_empty() {
                        self.any = None;
                    }
                }
            }
            Some((&first, others)) => {
                if let Some(node) = self.literal.get_mut(first) {
                    node.remove(others, id);
                    if node.is_empty() {
                        self.literal.remove(first);
                    }
                }
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.literal.is_empty() && self.any.is_none() && self.here.is_empty() && self.rest.is_empty()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ended_subscriptions_leave_nothing_behind() {
        let bus = MemoryBus::default();
        let mut subscriptions = Vec::new();
        for pattern in ["a.b.c", "a.*.c", "a.>", ">", "*", "a.b.c"] {
            subscriptions.push(bus.subscribe(pattern).await.unwrap());
        }
        assert!(!bus.routes.lock().root.is_empty());
        drop(subscriptions);
        assert!(bus.routes.lock().root.is_empty());
    }
}
