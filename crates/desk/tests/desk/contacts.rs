//! Contacts: adding, finding, changing, merging.

use std::collections::BTreeMap;

use futures::future::join_all;
use uuid::Uuid;
use yingda_desk::NewContact;
use yingda_model::{Contact, ContactId, ContactUpdate, IdentityKind, Scope};
use yingda_store::StoreError;

use crate::on_both_engines;
use crate::support::{Company, Place, company, is_not_found, keyed, refused_field};

on_both_engines! {
    two_contacts_merged_into_each_other_at_once_are_one
    merges_of_a_ring_at_once_leave_one_survivor
    a_contact_asked_for_twice_at_once_with_one_key_is_made_once
    a_message_written_during_a_merge_ends_with_the_survivor
}

fn named(name: &str) -> NewContact {
    NewContact { name: Some(name.into()), ..NewContact::default() }
}

impl Company {
    async fn contact(&self, new: NewContact) -> Contact {
        self.desk.create_contact(&self.agent, new, None).await.unwrap().0
    }

    async fn merge(&self, from: ContactId, into: ContactId) -> Result<Contact, yingda_desk::DeskError> {
        self.desk.merge_contacts(&self.agent, from, into).await
    }

    async fn survivor(&self, id: ContactId) -> ContactId {
        self.desk.store().read(&self.system).surviving_contact(id).await.unwrap().id
    }
}

async fn two_contacts_merged_into_each_other_at_once_are_one(place: Place) {
    let company = place.company().await;
    for _ in 0..20 {
        let (a, b) = (company.contact(named("A")).await.id, company.contact(named("B")).await.id);
        let merges = [(a, b), (b, a)].map(|(from, into)| {
            let company = company.clone();
            tokio::spawn(async move { company.merge(from, into).await.is_ok() })
        });
        let done: Vec<bool> = join_all(merges).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(done.iter().filter(|done| **done).count(), 1);
        assert_eq!(company.survivor(a).await, company.survivor(b).await);
    }
}

async fn merges_of_a_ring_at_once_leave_one_survivor(place: Place) {
    let company = place.company().await;
    for _ in 0..20 {
        let mut ring = Vec::new();
        for name in ["A", "B", "C", "D"] {
            ring.push(company.contact(named(name)).await.id);
        }
        let [a, b, c, d] = ring[..] else { unreachable!() };
        company.merge(a, b).await.unwrap();
        company.merge(c, d).await.unwrap();
        let merges = [(b, c), (d, a)].map(|(from, into)| {
            let company = company.clone();
            tokio::spawn(async move { company.merge(from, into).await.is_ok() })
        });
        let done: Vec<bool> = join_all(merges).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(done.iter().filter(|done| **done).count(), 1);
        let survivor = company.survivor(a).await;
        for one in ring {
            assert_eq!(company.survivor(one).await, survivor);
        }
    }
}

async fn a_contact_asked_for_twice_at_once_with_one_key_is_made_once(place: Place) {
    let company = place.company().await;
    for round in 0..20 {
        let asked = (0..4).map(|_| {
            let company = company.clone();
            tokio::spawn(async move {
                let key = Some(format!("key-{round}"));
                company.desk.create_contact(&company.agent, named("Li Na"), key).await.unwrap()
            })
        });
        let made: Vec<(Contact, bool)> = join_all(asked).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(made.iter().filter(|(_, new)| *new).count(), 1);
        assert!(made.iter().all(|(contact, _)| contact.id == made[0].0.id));
    }
}

async fn a_message_written_during_a_merge_ends_with_the_survivor(place: Place) {
    let company = place.company().await;
    for _ in 0..20 {
        let (customer, known) = (company.customer().await, company.contact(named("Known")).await);
        let id = company.says(&customer, "first").await.conversation_id;
        let merging = {
            let (company, from) = (company.clone(), customer.contact_id().unwrap());
            tokio::spawn(async move { company.merge(from, known.id).await.unwrap() })
        };
        let writing = {
            let (company, customer) = (company.clone(), customer.clone());
            tokio::spawn(async move { company.says(&customer, "second").await })
        };
        merging.await.unwrap();
        assert_eq!(writing.await.unwrap().conversation_id, id);
        assert_eq!(company.says(&customer, "third").await.conversation_id, id);
        assert_eq!(company.state(id).await.contact_id, known.id);
        assert_eq!(company.texts(&company.agent, id).await, ["first", "second", "third"]);
    }
}

#[tokio::test]
async fn a_contact_is_found_by_exactly_its_mail_phone_or_number() {
    let (_place, company) = company().await;
    let contact = company
        .contact(NewContact {
            email: Some("Li.Na@Example.com".into()),
            phone: Some("+86 138 0000 0000".into()),
            external_id: Some("C-1001".into()),
            ..named("  Li Na ")
        })
        .await;
    assert_eq!(contact.name.as_deref(), Some("Li Na"));
    for text in ["Li.Na@Example.com", "li.na@example.com", "+86 138 0000 0000", "C-1001"] {
        let found = company.desk.find_contact(&company.reader, text).await.unwrap();
        assert_eq!(found.map(|contact| contact.id), Some(contact.id), "{text}");
    }
    for text in ["li.na", "C-100", "nobody@example.com"] {
        assert_eq!(company.desk.find_contact(&company.reader, text).await.unwrap(), None, "{text}");
    }
}

#[tokio::test]
async fn a_mail_address_belongs_to_one_contact() {
    let (_place, company) = company().await;
    let with_mail = |mail: &str| NewContact { email: Some(mail.into()), ..NewContact::default() };
    let first = company.contact(with_mail("a@example.com")).await;
    let (field, words) =
        refused_field(company.desk.create_contact(&company.agent, with_mail("A@example.com"), None).await);
    assert_eq!(field, "email");
    assert!(words.contains(&first.id.to_string()), "{words}");
    let second = company.contact(with_mail("b@example.com")).await;
    let change = ContactUpdate { email: Some(Some("a@example.com".into())), ..ContactUpdate::default() };
    assert_eq!(refused_field(company.desk.update_contact(&company.agent, second.id, change).await).0, "email");
    assert_eq!(
        company.desk.find_contact(&company.agent, "b@example.com").await.unwrap().map(|contact| contact.id),
        Some(second.id),
        "a refused change changes nothing"
    );
}

#[tokio::test]
async fn a_change_touches_only_what_it_names() {
    let (_place, company) = company().await;
    let contact = company
        .contact(NewContact { email: Some("a@example.com".into()), phone: Some("10086".into()), ..named("A") })
        .await;
    let change = ContactUpdate { email: Some(None), locale: Some(Some("en".into())), ..ContactUpdate::default() };
    let changed = company.desk.update_contact(&company.agent, contact.id, change).await.unwrap();
    assert_eq!((changed.name.as_deref(), changed.email, changed.phone.as_deref()), (Some("A"), None, Some("10086")));
    assert_eq!(changed.locale.as_deref(), Some("en"));
    let kinds: Vec<IdentityKind> = company
        .desk
        .identities(&company.agent, contact.id)
        .await
        .unwrap()
        .into_iter()
        .map(|identity| identity.kind)
        .collect();
    assert_eq!(kinds, [IdentityKind::Phone]);
    assert_eq!(company.desk.find_contact(&company.agent, "a@example.com").await.unwrap(), None);
}

#[tokio::test]
async fn values_that_make_no_sense_are_refused() {
    let (_place, company) = company().await;
    let cases = [
        ("name", named(&"x".repeat(201))),
        ("name", named("a\u{7}b")),
        ("email", NewContact { email: Some("nobody".into()), ..NewContact::default() }),
        ("email", NewContact { email: Some("@example.com".into()), ..NewContact::default() }),
        (
            "attributes",
            NewContact {
                attributes: (0..51).map(|n| (n.to_string(), String::new())).collect::<BTreeMap<_, _>>(),
                ..NewContact::default()
            },
        ),
    ];
    for (field, new) in cases {
        assert_eq!(refused_field(company.desk.create_contact(&company.agent, new, None).await).0, field);
    }
}

#[tokio::test]
async fn the_same_idempotency_key_gives_the_same_contact_and_refuses_another_request() {
    let (_place, company) = company().await;
    let key = || Some(String::from("once"));
    let (first, new) = company.desk.create_contact(&company.agent, named("A"), key()).await.unwrap();
    assert!(new);
    let (again, new) = company.desk.create_contact(&company.agent, named("A"), key()).await.unwrap();
    assert_eq!((again.id, new), (first.id, false));
    let other = company.desk.create_contact(&company.agent, named("B"), key()).await;
    assert!(matches!(other, Err(yingda_desk::DeskError::Store(StoreError::KeyReused))));
    let (of_another_user, new) = company.desk.create_contact(&company.admin, named("B"), key()).await.unwrap();
    assert!(new && of_another_user.id != first.id);
}

#[tokio::test]
async fn merging_moves_conversations_identities_and_the_fields_that_were_missing() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let from = customer.contact_id().unwrap();
    let id = company.desk.receive(&customer, company.inbox.id, keyed("hello", "k")).await.unwrap().conversation_id;
    let attributes = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>()
    };
    let change = ContactUpdate {
        name: Some(Some("Guest".into())),
        phone: Some(Some("10010".into())),
        attributes: Some(attributes(&[("vip", "no"), ("colour", "red")])),
        ..ContactUpdate::default()
    };
    company.desk.update_contact(&company.agent, from, change).await.unwrap();
    let into = company
        .contact(NewContact {
            email: Some("li@example.com".into()),
            attributes: attributes(&[("vip", "yes")]),
            ..named("Li Na")
        })
        .await
        .id;

    let merged = company.merge(from, into).await.unwrap();
    assert_eq!(merged.id, into);
    assert_eq!((merged.name.as_deref(), merged.phone.as_deref()), (Some("Li Na"), Some("10010")));
    assert_eq!(merged.attributes, attributes(&[("vip", "yes"), ("colour", "red")]));
    assert_eq!(company.desk.contact(&company.agent, from).await.unwrap().merged_into, Some(into));
    assert_eq!(company.state(id).await.contact_id, into);
    let found = company.desk.find_contact(&company.agent, "10010").await.unwrap();
    assert_eq!(found.map(|contact| contact.id), Some(into));
    assert!(company.desk.identities(&company.agent, from).await.unwrap().is_empty());
    assert_eq!(company.desk.identities(&company.agent, into).await.unwrap().len(), 2);

    let survivor = Scope::contact(company.system.workspace(), into);
    assert_eq!(company.texts(&survivor, id).await, ["hello"], "what was written before is still readable");
    assert!(is_not_found(company.desk.conversation(&customer, id).await), "the merged contact owns nothing any more");
    let contacts = company.desk.contacts(&company.agent, 10, None).await.unwrap().unwrap().items;
    assert_eq!(contacts.iter().map(|contact| contact.id).collect::<Vec<_>>(), [into]);
}

#[tokio::test]
async fn merging_into_oneself_in_a_circle_or_twice_is_refused() {
    let (_place, company) = company().await;
    let (a, b, c) = (
        company.contact(named("A")).await.id,
        company.contact(named("B")).await.id,
        company.contact(named("C")).await.id,
    );
    assert_eq!(refused_field(company.merge(a, a).await).0, "into");
    company.merge(a, b).await.unwrap();
    assert_eq!(refused_field(company.merge(b, a).await).0, "into");
    company.merge(b, c).await.unwrap();
    assert_eq!(refused_field(company.merge(c, a).await).0, "into");
    assert_eq!(refused_field(company.merge(a, c).await).0, "id");
    assert_eq!(company.survivor(a).await, c);
    assert!(is_not_found(company.merge(c, Uuid::now_v7().into()).await));
    let change = ContactUpdate { name: Some(None), ..ContactUpdate::default() };
    let (field, words) = refused_field(company.desk.update_contact(&company.agent, a, change).await);
    assert_eq!(field, "id");
    assert!(words.contains(&b.to_string()), "{words}");
}

#[tokio::test]
async fn contacts_are_paged_newest_first_without_repeats() {
    let (_place, company) = company().await;
    let mut made = Vec::new();
    for n in 0..7 {
        made.push(company.contact(named(&format!("contact {n}"))).await.id);
    }
    made.reverse();
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = company.desk.contacts(&company.agent, 3, cursor.as_deref()).await.unwrap().unwrap();
        seen.extend(page.items.into_iter().map(|contact| contact.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, made);
    assert!(company.desk.contacts(&company.agent, 3, Some("nonsense")).await.unwrap().is_none());
}
