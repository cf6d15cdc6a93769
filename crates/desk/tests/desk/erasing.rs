//! Erasing a contact: nothing personal can be read any more, by anybody.

use tokio_util::sync::CancellationToken;
use yingda_desk::{DeskError, NewContact, VisitorStart};
use yingda_model::{Contact, ContactId, Scope};
use yingda_store::StoreError;

use crate::support::{Company, Place, company, eventually, keyed, refused_field, text};

fn is_erased<T>(result: Result<T, DeskError>) -> bool {
    matches!(result, Err(DeskError::Store(StoreError::Erased)))
}

const ERASED: &str = "[已删除 / erased]";

async fn known(company: &Company, name: &str, email: &str) -> Contact {
    let new = NewContact { name: Some(name.into()), email: Some(email.into()), ..NewContact::default() };
    company.desk.create_contact(&company.agent, new, None).await.unwrap().0
}

fn scope_of(company: &Company, id: ContactId) -> Scope {
    Scope::contact(company.system.workspace(), id)
}

#[tokio::test]
async fn an_erased_contact_has_no_words_no_name_and_is_not_found() {
    let (_place, company) = company().await;
    let contact = known(&company, "Li Na", "li@example.com").await.id;
    let customer = scope_of(&company, contact);
    let id = company.says(&customer, "my secret").await.conversation_id;
    company.desk.erase_contact(&company.admin, contact).await.unwrap();

    assert_eq!(company.texts(&company.admin, id).await, [ERASED]);
    let erased = company.desk.contact(&company.admin, contact).await.unwrap();
    assert!(erased.erased_at.is_some());
    assert_eq!((erased.name, erased.email), (None, None));
    assert_eq!(company.desk.find_contact(&company.admin, "li@example.com").await.unwrap(), None);
    let state = company.state(id).await;
    let view = company.desk.view(&company.admin, state).await.unwrap();
    assert_eq!((view.contact.name, view.preview.unwrap().text.as_str()), (None, ERASED));

    let again = known(&company, "Li Na", "li@example.com").await.id;
    assert_ne!(again, contact, "the address is free for a new contact");
}

#[tokio::test]
async fn an_erased_contact_can_neither_write_nor_be_changed_merged_or_written_to() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let contact = customer.contact_id().unwrap();
    let id = company.says(&customer, "hello").await.conversation_id;
    company.desk.take_over(&company.agent, id).await.unwrap();
    company.desk.erase_contact(&company.admin, contact).await.unwrap();

    assert!(is_erased(company.desk.receive(&customer, company.inbox.id, text("more")).await));
    assert!(is_erased(company.desk.reply(&company.agent, id, text("dear customer")).await));
    assert!(
        is_erased(company.desk.open(&company.agent, company.inbox.id, contact).await) || {
            let (found, new) = company.desk.open(&company.agent, company.inbox.id, contact).await.unwrap();
            found.id == id && !new
        }
    );
    let other = known(&company, "B", "b@example.com").await.id;
    assert!(is_erased(company.desk.merge_contacts(&company.agent, contact, other).await));
    assert!(is_erased(company.desk.merge_contacts(&company.agent, other, contact).await));
    assert!(is_erased(company.desk.update_contact(&company.agent, contact, Default::default()).await));
    company.desk.erase_contact(&company.admin, contact).await.unwrap();
}

#[tokio::test]
async fn the_visitor_of_an_erased_contact_is_a_new_one() {
    let (_place, company) = company().await;
    let customer = company.customer().await;
    let contact = customer.contact_id().unwrap();
    company.says(&customer, "hello").await;
    company.desk.erase_contact(&company.admin, contact).await.unwrap();
    assert!(company.desk.living(&company.system, contact).await.unwrap().is_none());
    let start = VisitorStart { known: Some(contact), ..VisitorStart::default() };
    let visit = company.desk.visit(&company.system, &company.inbox, start).await.unwrap();
    assert_ne!(visit.contact.id, contact);
    assert!(visit.conversation.is_none());
}

#[tokio::test]
async fn erasing_reaches_what_was_merged_into_the_contact() {
    let (_place, company) = company().await;
    let guest = company.customer().await;
    let early = company.desk.receive(&guest, company.inbox.id, keyed("as a guest", "1")).await.unwrap();
    let li = known(&company, "Li Na", "li@example.com").await.id;
    company.desk.merge_contacts(&company.agent, guest.contact_id().unwrap(), li).await.unwrap();
    company.says(&scope_of(&company, li), "as a customer").await;

    let (field, words) = refused_field(company.desk.erase_contact(&company.admin, guest.contact_id().unwrap()).await);
    assert_eq!(field, "id");
    assert!(words.contains(&li.to_string()), "{words}");

    company.desk.erase_contact(&company.admin, li).await.unwrap();
    assert_eq!(company.texts(&company.admin, early.conversation_id).await, [ERASED, ERASED]);
    assert!(company.desk.contact(&company.admin, guest.contact_id().unwrap()).await.unwrap().erased_at.is_some());
}

#[tokio::test]
async fn a_node_to_which_nobody_listens_forgets_what_another_node_erased() {
    let place = Place::postgres().await;
    let company = place.company().await;
    let other = place.second_node().await;
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (other, stop) = (other.clone(), stop.clone());
        async move { other.run(stop).await }
    });
    let customer = company.customer().await;
    let id = company.says(&customer, "my secret").await.conversation_id;
    let on_other = Company { desk: other, ..company.clone() };
    assert_eq!(on_other.texts(&company.admin, id).await, ["my secret"], "the other node has the key now");
    company.desk.erase_contact(&company.admin, customer.contact_id().unwrap()).await.unwrap();
    eventually("the other node to forget the key", async || on_other.texts(&company.admin, id).await == [ERASED]).await;
    stop.cancel();
    running.await.unwrap().unwrap();
}
