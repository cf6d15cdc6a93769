//! Two nodes on one PostgreSQL and one NATS: equal, and either may die.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yingda_testing::Postgres;
use yingda_tests::{DEMO_INBOX, Nats, Server, Setup, Socket, eventually, staff, visitor};

/// Without the bus, a node looks at the journal once a second.
const POLLING: Duration = Duration::from_secs(1);

struct Cluster {
    a: Server,
    b: Server,
    nats: Option<Nats>,
    _postgres: Postgres,
}

impl Cluster {
    async fn start() -> Self {
        let postgres = Postgres::start();
        let nats = Nats::start(None);
        let setup = Setup::demo().database(&postgres.database()).bus(nats.url());
        let a = Server::start(setup.clone()).await;
        // Nodes of one installation have one master key.
        let data = tempfile::tempdir().unwrap();
        std::fs::copy(a.data().join("master.key"), data.path().join("master.key")).unwrap();
        let b = Server::start_on(setup, data.into()).await;
        Self { a, b, nats: Some(nats), _postgres: postgres }
    }
}

fn text(key: &str, text: &str) -> Value {
    json!({"client_key": key, "content": {"type": "text", "text": text}})
}

fn frame(key: &str, text: &str) -> Value {
    json!({"type": "message", "client_key": key, "content": {"type": "text", "text": text}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_on_one_node_and_an_agent_on_the_other_see_each_other_live_and_a_node_may_die() {
    let mut cluster = Cluster::start().await;
    let (customer, token) = visitor(cluster.a.address(), DEMO_INBOX).await;
    let (agent, agent_token) = staff(cluster.b.address(), "agent1").await;
    let mut customers = Socket::visitor(cluster.a.address(), &token, 0).await.unwrap();
    customers.next_of("welcome", 10).await.unwrap();
    let mut agents = Socket::agent(cluster.b.address(), &agent_token, None).await.unwrap();
    agents.next_of("welcome", 10).await.unwrap();

    // The customer writes on A; the agent on B sees it, and the assistant's answer comes whichever node gives it.
    customers.send(&frame("k1", "怎么退货")).await.unwrap();
    let ack = customers.next_of("ack", 10).await.unwrap();
    let id = ack["conversation_id"].as_str().unwrap().to_owned();
    agents.find(10, |frame| frame["event"]["message"]["client_key"] == "k1").await.unwrap();
    let answer = customers.find(20, |frame| frame["event"]["message"]["sender"] == "bot").await.unwrap();
    let mut last = answer["event"]["seq"].as_u64().unwrap();

    // The agent answers on B. Ten times across the bus: the slow look at the journal would take half a second each.
    agent.post(&format!("/conversations/{id}/take-over"), json!({})).await.done();
    let mut took = Duration::ZERO;
    for number in 0..10 {
        let key = format!("a{number}");
        let begun = Instant::now();
        agent.post(&format!("/conversations/{id}/messages"), text(&key, "我来帮您")).await.done();
        let heard = customers.find(10, |frame| frame["event"]["message"]["client_key"] == key.as_str()).await.unwrap();
        took += begun.elapsed();
        last = heard["event"]["seq"].as_u64().unwrap();
        let key = format!("c{number}");
        let begun = Instant::now();
        customers.send(&frame(&key, "谢谢")).await.unwrap();
        agents.find(10, |frame| frame["event"]["message"]["client_key"] == key.as_str()).await.unwrap();
        took += begun.elapsed();
    }
    let mean = took / 20;
    eprintln!("two nodes: a message reaches the other node in {mean:?} on average");
    assert!(mean < POLLING * 2 / 5, "the bus is not used: a message took {mean:?} on average");

    // Typing is not stored: it comes by the bus or not at all.
    customers.send(&json!({"type": "typing", "on": true})).await.unwrap();
    let typing =
        agents.find(5, |frame| frame["type"] == "typing" && frame["conversation_id"] == id.as_str()).await.unwrap();
    assert_eq!((&typing["who"], &typing["on"]), (&json!("contact"), &json!(true)));
    agents.send(&json!({"type": "typing", "conversation_id": id, "on": true})).await.unwrap();
    let typing = customers.find(5, |frame| frame["type"] == "typing").await.unwrap();
    assert_eq!((&typing["who"], &typing["on"]), (&json!("agent"), &json!(true)));

    // The customer has seen everything up to `last`; then A dies, and the agent writes on.
    cluster.a.kill().await;
    let mut written = Vec::new();
    for number in 0..5 {
        let receipt =
            agent.post(&format!("/conversations/{id}/messages"), text(&format!("d{number}"), "还在吗")).await.done();
        written.push(receipt["seq"].as_u64().unwrap());
    }
    agent
        .post(
            &format!("/conversations/{id}/messages"),
            json!({
                "client_key": "note", "visibility": "private", "content": {"type": "text", "text": "A 死了"},
            }),
        )
        .await
        .done();
    let survivor = customer.at(cluster.b.address());
    let page = survivor.get(&format!("/visitor/events?after={last}")).await.done();
    let expected = seqs(&page["events"]);
    assert!(written.iter().all(|seq| expected.contains(seq)));
    let mut customers = Socket::visitor(cluster.b.address(), &token, last).await.unwrap();
    let mut got = Vec::new();
    let mut prev = last;
    while got.len() < expected.len() {
        let event = customers.next_of("event", 10).await.unwrap();
        assert_eq!(event["prev"].as_u64(), Some(prev));
        prev = event["event"]["seq"].as_u64().unwrap();
        got.push(prev);
    }
    assert_eq!(got, expected, "what was missed comes, all of it, in order");

    // Sent again to the other node, it is still the same message.
    let again = survivor.post("/visitor/messages", text("k1", "怎么退货")).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.body["message_id"], ack["message_id"]);
    assert_eq!(again.body["duplicate"], true);

    // The node that is left answers new questions.
    agent.post(&format!("/conversations/{id}/return-to-bot"), json!({})).await.done();
    customers.send(&frame("k2", "发票怎么开")).await.unwrap();
    customers.find(20, |frame| frame["event"]["message"]["sender"] == "bot").await.unwrap();

    // And the dead one comes back as if nothing had been.
    cluster.a.start_again().await;
    let page = customer.get("/visitor/events?after=0&limit=500").await.done();
    assert_eq!(page["events"][0]["type"], "opened");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_bus_a_cluster_goes_on_by_polling_and_finds_the_bus_again() {
    let mut cluster = Cluster::start().await;
    let (customer, token) = visitor(cluster.a.address(), DEMO_INBOX).await;
    let mut on_b = Socket::visitor(cluster.b.address(), &token, 0).await.unwrap();
    on_b.next_of("welcome", 10).await.unwrap();
    let port: u16 = cluster.nats.as_ref().unwrap().url().rsplit(':').next().unwrap().parse().unwrap();
    drop(cluster.nats.take());

    // Acknowledged and told, only slower.
    customer.post("/visitor/messages", text("k1", "怎么退货")).await.done();
    on_b.find(20, |frame| frame["event"]["message"]["client_key"] == "k1").await.unwrap();
    on_b.find(30, |frame| frame["event"]["message"]["sender"] == "bot").await.unwrap();

    cluster.nats = Some(Nats::start(Some(port)));
    // What is not stored comes by the bus or not at all.
    let (agent, agent_token) = staff(cluster.a.address(), "agent1").await;
    let mut agents = Socket::agent(cluster.a.address(), &agent_token, None).await.unwrap();
    agents.next_of("welcome", 10).await.unwrap();
    let _ = agent;
    let heard = tokio::sync::Mutex::new((on_b, agents));
    eventually("typing to cross the bus again", 30, || async {
        let (on_b, agents) = &mut *heard.lock().await;
        on_b.send(&json!({"type": "typing", "on": true})).await.unwrap();
        agents.next_of("typing", 1).await.ok()
    })
    .await;
    assert!(cluster.a.runs() && cluster.b.runs());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_is_erased_on_one_node_is_forgotten_by_the_other() {
    let cluster = Cluster::start().await;
    let (customer, _) = visitor(cluster.a.address(), DEMO_INBOX).await;
    let receipt = customer.post("/visitor/messages", text("k1", "我的电话是 13800000000")).await.done();
    let (on_a, _) = staff(cluster.a.address(), "admin").await;
    let on_b = on_a.at(cluster.b.address());
    let path = format!("/conversations/{}/events", receipt["conversation_id"].as_str().unwrap());
    // Read there, so that it has the key in memory; nobody listens there.
    assert!(on_b.get(&path).await.done().to_string().contains("13800000000"));
    let view = on_a.get(path.trim_end_matches("/events")).await.done();
    let erased = on_a.delete(&format!("/contacts/{}", view["contact"]["id"].as_str().unwrap())).await;
    assert_eq!(erased.status, 204, "{}", erased.body);

    assert!(!on_a.get(&path).await.done().to_string().contains("13800000000"));
    eventually("the other node to forget", 10, || async {
        (!on_b.get(&path).await.done().to_string().contains("13800000000")).then_some(())
    })
    .await;
}

fn seqs(events: &Value) -> Vec<u64> {
    events.as_array().unwrap().iter().map(|event| event["seq"].as_u64().unwrap()).collect()
}
