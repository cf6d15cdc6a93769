//! Agents: some work on conversations, some follow everything that happens.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::Method;
use serde_json::{Value, json};
use yingda_tests::{Api, Chance, Socket};

use crate::record::{Outcome, Phase, Watched, World, Written};

/// Takes over, answers, notes, puts aside, settles: at random, on random conversations.
pub async fn act(world: Arc<World>, mut chance: Chance, api: Api, number: u64) {
    let mut made = 0;
    let mut known: Vec<String> = Vec::new();
    while world.phase() == Phase::Fire {
        tokio::time::sleep(Duration::from_millis(chance.between(2, 25))).await;
        if known.is_empty() || chance.percent(10) {
            let Ok(reply) = api.call(Method::GET, "/conversations?limit=10", None).await else { continue };
            let items = reply.done()["items"].as_array().unwrap().clone();
            known = items.iter().map(|item| item["conversation"]["id"].as_str().unwrap().to_owned()).collect();
            continue;
        }
        let id = chance.pick(&known).as_str();
        match chance.between(0, 100) {
            0..12 => command(&api, id, "take-over", json!({})).await,
            12..20 => command(&api, id, "resolve", json!({})).await,
            20..24 => command(&api, id, "reopen", json!({})).await,
            24..60 => command(&api, id, "return-to-bot", json!({})).await,
            60..64 => command(&api, id, "snooze", json!({"until": soon()})).await,
            kind => {
                made += 1;
                let visibility = if kind < 82 { "private" } else { "public" };
                write(&world, &api, id, &format!("a{number}-{made}"), visibility).await;
            }
        }
    }
    world.after(Phase::Drain).await;
}

/// A command may meet a dying server or a conversation that is not in the mood; it may not meet a bug.
async fn command(api: &Api, id: &str, what: &str, body: Value) {
    if let Ok(reply) = api.call(Method::POST, &format!("/conversations/{id}/{what}"), Some(&body)).await {
        assert!(matches!(reply.status, 200 | 409 | 422 | 503), "{what}: {} {}", reply.status, reply.body);
    }
}

/// Writes until the server says yes or no.
async fn write(world: &World, api: &Api, id: &str, client_key: &str, visibility: &str) {
    let text = format!("从人 #{client_key}");
    let body = json!({
        "client_key": client_key,
        "visibility": visibility,
        "content": {"type": "text", "text": text},
    });
    world.unacknowledged.fetch_add(1, Ordering::SeqCst);
    let outcome = loop {
        match api.call(Method::POST, &format!("/conversations/{id}/messages"), Some(&body)).await {
            Ok(reply) if matches!(reply.status, 200 | 201) => break Outcome::acknowledged(&reply.body),
            Ok(reply) if reply.status == 409 => break Outcome::Refused,
            Ok(reply) => assert_eq!(reply.status, 503, "{}", reply.body),
            Err(_) => {}
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    world.unacknowledged.fetch_sub(1, Ordering::SeqCst);
    world.written.lock().unwrap().push(Written { client_key: client_key.into(), text, outcome });
}

/// A moment two seconds ahead, RFC 3339.
fn soon() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 2;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Days to a date of the proleptic Gregorian calendar, years beginning in March.
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60)
}

/// Follows the journal by cursor, and now and then asks for one conversation again.
pub async fn watch(world: Arc<World>, mut chance: Chance, token: String) {
    let watched = Arc::new(Mutex::new(Watched::default()));
    while world.phase() != Phase::End {
        let cursor = watched.lock().unwrap().cursor.clone();
        let Ok(mut socket) = Socket::agent(&world.address, &token, cursor.as_deref()).await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        world.reconnected();
        let stays = Duration::from_millis(chance.between(50, 4_000));
        let asks = Duration::from_millis(chance.between(10, 2_000));
        let away = async {
            match world.phase() {
                Phase::Fire => tokio::time::sleep(stays).await,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            () = away => {}
            () = world.after(Phase::Drain) => {}
            () = follow(&world, &watched, &mut socket, asks, &mut chance) => {}
        }
    }
}

async fn follow(
    world: &World,
    watched: &Arc<Mutex<Watched>>,
    socket: &mut Socket,
    asks: Duration,
    chance: &mut Chance,
) {
    // The conversation that is being told again, and how far.
    let mut replay: Option<(String, u64)> = None;
    let ask = tokio::time::sleep(asks);
    tokio::pin!(ask);
    let mut asked = false;
    loop {
        let frame = tokio::select! {
            frame = socket.next() => frame,
            () = &mut ask, if !asked => {
                asked = true;
                let known: Vec<(String, u64)> = watched.lock().unwrap().conversations.iter()
                    .map(|(id, events)| (id.clone(), events.len() as u64)).collect();
                if known.is_empty() { continue }
                let (id, has) = chance.pick(&known).clone();
                let after = chance.between(0, has + 1);
                let frame = json!({"type": "watch", "conversation_id": id, "last_seq": after});
                if socket.send(&frame).await.is_err() { return }
                replay = Some((id, after));
                continue;
            }
        };
        let Ok(frame) = frame else { return };
        match frame["type"].as_str().unwrap() {
            "welcome" => {
                let mut own = watched.lock().unwrap();
                if own.cursor.is_none() {
                    own.cursor = frame["cursor"].as_str().map(str::to_owned);
                    world.watchers.lock().unwrap().push(watched.clone());
                }
            }
            "event" if frame["cursor"].is_string() => live(&mut watched.lock().unwrap(), &frame),
            "event" => {
                let (id, last) = replay.as_mut().expect("a replay that was asked for");
                assert_eq!(frame["event"]["conversation_id"].as_str(), Some(id.as_str()));
                assert_eq!(frame["prev"].as_u64(), Some(*last), "a replay has a gap");
                *last += 1;
                assert_eq!(frame["event"]["seq"].as_u64(), Some(*last), "a replay has a gap");
            }
            "watched" => {
                let (_, last) = replay.take().expect("a replay that was asked for");
                assert_eq!(frame["last_seq"].as_u64(), Some(last));
                watched.lock().unwrap().replays += 1;
            }
            "reset" => panic!("a watcher's cursor was refused: {frame}"),
            "error" => assert!(frame["problem"]["status"].as_u64() >= Some(500), "a watcher was told: {frame}"),
            _ => {}
        }
    }
}

fn live(watched: &mut Watched, frame: &Value) {
    let event = &frame["event"];
    let id = event["conversation_id"].as_str().unwrap().to_owned();
    let seq = event["seq"].as_u64().unwrap();
    let own = watched.conversations.entry(id.clone()).or_default();
    assert_eq!(seq, own.len() as u64 + 1, "a watcher of {id} had {} events and was told of {seq}", own.len());
    assert_eq!(frame["prev"].as_u64(), Some(seq - 1));
    assert!(frame["view"]["conversation"]["seq"].as_u64() >= Some(seq), "a view older than its event");
    own.push(event.clone());
    watched.journal.push((id, seq));
    watched.cursor = frame["cursor"].as_str().map(str::to_owned);
}
