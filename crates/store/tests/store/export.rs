//! What a workspace is given of its own.

use std::collections::BTreeMap;

use serde_json::Value;
use yingda_model::{EntryContent, IdentityKind, KbEntry, Timestamp};
use yingda_store::{BackupError, ExportProgress, NewIdentity, NewSession, NewToken};

use crate::change;
use crate::support::{Company, NOW, Place, id};

crate::on_both_engines! {
    an_export_is_readable_and_holds_no_secret
    an_export_of_many_things_has_each_once
}

async fn export(company: &Company) -> (String, Vec<Value>) {
    let mut bytes = Vec::new();
    let lines = company.store.export_workspace(&company.scope, &mut bytes, &mut |_| {}).await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let values: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(values.len() as u64, lines);
    (text, values)
}

async fn an_export_is_readable_and_holds_no_secret(place: Place) {
    let store = place.open().await;
    let (company, other) = (Company::found(&store).await, Company::found(&store).await);
    let contact = company.contact("张三").await;
    let conversation = company.conversation(contact.id).await.id;
    company.say_as(conversation, "请问怎么退货？", Some("k"), Some("external-7")).await.unwrap();
    let user = company.user("agent@example.com").await;
    let stranger = other.contact("somebody else's customer").await;
    let (contact_id, inbox) = (contact.id, company.inbox);
    let identity = NewIdentity { id: id().into(), kind: IdentityKind::Email, value: "z@s.cn".into(), verified: true };
    let session = NewSession {
        id: id().into(),
        user: user.id,
        secret_hash: b"hash of a session".to_vec(),
        csrf: "csrf-of-a-session".into(),
        created_at: NOW,
        expires_at: Timestamp(NOW.0 + 1),
    };
    let token = yingda_store::ApiToken {
        id: id().into(),
        name: "name-of-a-token".into(),
        scopes: Vec::new(),
        created_at: NOW,
        expires_at: None,
    };
    let token = NewToken { token, user: user.id, secret_hash: b"hash of a token".to_vec() };
    change!(company, [identity, session, token], |tx| {
        tx.insert_identity(contact_id, &identity).await?;
        tx.insert_session(&session).await?;
        tx.insert_token(&token).await?;
        tx.set_identity_secret(inbox, b"secret-of-the-inbox").await
    })
    .await
    .unwrap();

    let (text, lines) = export(&company).await;
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &lines {
        *kinds.entry(line["type"].as_str().unwrap()).or_default() += 1;
    }
    let expected = [("contact", 1), ("conversation", 1), ("event", 2), ("inbox", 1), ("message", 1), ("user", 1)];
    assert_eq!(kinds, expected.into_iter().collect());
    let one = |kind: &str| lines.iter().find(|line| line["type"] == kind).unwrap();
    assert_eq!(
        (&one("contact")["name"], &one("contact")["identities"][0]["value"]),
        (&"张三".into(), &"z@s.cn".into())
    );
    let message = one("message");
    assert_eq!(message["content"]["text"], "请问怎么退货？");
    assert_eq!(message["conversation_id"], conversation.to_string());
    assert_eq!(message["external_id"], "external-7");
    let event = lines.iter().rfind(|line| line["type"] == "event").unwrap();
    assert_eq!((&event["kind"], &event["seq"], &event["message_id"]), (&"message".into(), &2.into(), &message["id"]));
    for secret in [
        "argon2",
        "hash",
        "password",
        "secret-of-the-inbox",
        "csrf",
        "name-of-a-token",
        "sealed",
        "wrapped",
        "somebody else",
        &stranger.id.to_string(),
    ] {
        assert!(!text.contains(secret), "{secret:?} is in the export");
    }

    change!(company, [], |tx| tx.erase_contact(contact_id, NOW).await).await.unwrap();
    let (text, lines) = export(&company).await;
    assert!(!text.contains("退货") && !text.contains("张三") && !text.contains("z@s.cn"));
    assert!(lines.iter().any(|line| line["type"] == "conversation"));
}

async fn an_export_of_many_things_has_each_once(place: Place) {
    let company = Company::found(&place.open().await).await;
    let contact = company.contact("x").await;
    let conversation = company.conversation(contact.id).await.id;
    let entries: Vec<KbEntry> = (0..1_001)
        .map(|number| KbEntry {
            id: id().into(),
            content: EntryContent {
                question: format!("question {number}"),
                answer: "a".into(),
                variants: vec!["v".into()],
                ..EntryContent::default()
            },
            version: 1,
            created_at: NOW,
            updated_at: NOW,
        })
        .collect();
    change!(company, [entries], |tx| tx.insert_kb_entries(&entries).await).await.unwrap();
    company.say(conversation, "hello").await.unwrap();
    let mut told = Vec::new();
    let mut bytes = Vec::new();
    let mut tell = |progress: ExportProgress| told.push(progress.lines);
    company.store.export_workspace(&company.scope, &mut bytes, &mut tell).await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    for number in 0..1_001 {
        assert_eq!(text.matches(&format!("\"question {number}\"")).count(), 1);
    }
    assert_eq!(told, [500, 1_000]);
    let mut full = FullDisk;
    let result = company.store.export_workspace(&company.scope, &mut full, &mut |_| {}).await;
    assert!(matches!(result, Err(BackupError::Write(_))));
}

struct FullDisk;

impl std::io::Write for FullDisk {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("the disk is full"))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
