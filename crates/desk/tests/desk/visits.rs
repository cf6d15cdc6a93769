//! Who a visitor is.

use futures::future::join_all;
use yingda_desk::{IdentityClaim, Visit, VisitorStart};
use yingda_model::{ContactId, InboxSettings, Scope};

use crate::on_both_engines;
use crate::support::{Company, Place, company, refused_field};

on_both_engines! {
    a_new_customer_who_opens_many_pages_at_once_is_one_contact
    two_customers_who_log_in_at_once_in_one_browser_stay_two
}

fn anonymous(known: Option<ContactId>) -> VisitorStart {
    VisitorStart { known, locale: Some("zh-CN".into()), identity: None }
}

fn claiming(known: Option<ContactId>, number: &str) -> VisitorStart {
    let identity = IdentityClaim { external_id: number.into(), ..IdentityClaim::default() };
    VisitorStart { known, locale: None, identity: Some(identity) }
}

fn proving(known: Option<ContactId>, number: &str) -> VisitorStart {
    let identity = IdentityClaim { external_id: number.into(), proven: true, ..IdentityClaim::default() };
    VisitorStart { known, locale: None, identity: Some(identity) }
}

impl Company {
    async fn visit(&self, start: VisitorStart) -> Visit {
        self.desk.visit(&self.system, &self.inbox, start).await.unwrap()
    }

    fn as_contact(&self, visit: &Visit) -> Scope {
        Scope::contact(self.system.workspace(), visit.contact.id)
    }
}

async fn a_new_customer_who_opens_many_pages_at_once_is_one_contact(place: Place) {
    let company = place.company().await;
    for round in 0..20 {
        let visits = (0..4).map(|_| {
            let company = company.clone();
            tokio::spawn(async move { company.visit(proving(None, &format!("C-{round}"))).await.contact.id })
        });
        let contacts: Vec<ContactId> = join_all(visits).await.into_iter().map(Result::unwrap).collect();
        assert!(contacts.iter().all(|contact| *contact == contacts[0]));
    }
}

async fn two_customers_who_log_in_at_once_in_one_browser_stay_two(place: Place) {
    let company = place.company().await;
    for round in 0..20 {
        let browser = company.visit(anonymous(None)).await.contact.id;
        let visits = ["a", "b"].map(|who| {
            let company = company.clone();
            tokio::spawn(async move { company.visit(proving(Some(browser), &format!("{who}-{round}"))).await })
        });
        let visits: Vec<Visit> = join_all(visits).await.into_iter().map(Result::unwrap).collect();
        assert_ne!(visits[0].contact.id, visits[1].contact.id);
    }
}

#[tokio::test]
async fn a_visitor_without_a_token_is_somebody_new() {
    let (_place, company) = company().await;
    let (first, second) = (company.visit(anonymous(None)).await, company.visit(anonymous(None)).await);
    assert_ne!(first.contact.id, second.contact.id);
    assert_eq!(first.contact.locale.as_deref(), Some("zh-CN"));
    assert!(first.conversation.is_none());
}

#[tokio::test]
async fn a_returning_token_finds_its_thread() {
    let (_place, company) = company().await;
    let first = company.visit(anonymous(None)).await;
    let id = company.says(&company.as_contact(&first), "hello").await.conversation_id;
    let again = company.visit(anonymous(Some(first.contact.id))).await;
    assert_eq!(again.contact.id, first.contact.id);
    assert_eq!(again.conversation.map(|conversation| conversation.id), Some(id));
}

#[tokio::test]
async fn a_claim_without_proof_opens_no_history_but_is_shown_to_agents() {
    let (_place, company) = company().await;
    let owner = company.visit(proving(None, "C-1")).await;
    company.says(&company.as_contact(&owner), "my order").await;

    let mut start = claiming(None, "C-1");
    if let Some(claim) = &mut start.identity {
        claim.name = Some("Li Na".into());
        claim.email = Some("li@example.com".into());
    }
    let stranger = company.visit(start).await;
    assert_ne!(stranger.contact.id, owner.contact.id);
    assert!(stranger.conversation.is_none());
    assert_eq!(stranger.contact.name.as_deref(), Some("Li Na"));
    assert_eq!(stranger.contact.email, None, "nobody is believed to have an address");
    assert_eq!(stranger.contact.attributes["claimed_external_id"], "C-1");
    assert_eq!(stranger.contact.attributes["claimed_email"], "li@example.com");
    assert!(company.desk.identities(&company.agent, stranger.contact.id).await.unwrap().is_empty());
    assert_eq!(company.desk.find_contact(&company.agent, "li@example.com").await.unwrap(), None);
}

#[tokio::test]
async fn a_proven_claim_joins_the_anonymous_visitor_to_the_known_customer() {
    let (_place, company) = company().await;
    let owner = company.visit(proving(None, "C-1")).await;
    let guest = company.visit(anonymous(None)).await;
    let id = company.says(&company.as_contact(&guest), "hello").await.conversation_id;
    let joined = company.visit(proving(Some(guest.contact.id), "C-1")).await;
    assert_eq!(joined.contact.id, owner.contact.id);
    assert_eq!(joined.conversation.map(|conversation| conversation.id), Some(id));
    assert_eq!(company.state(id).await.contact_id, owner.contact.id);
    let old_token = company.desk.living(&company.system, guest.contact.id).await.unwrap();
    assert_eq!(old_token.map(|contact| contact.id), Some(owner.contact.id));
}

#[tokio::test]
async fn a_proven_number_that_is_new_is_given_to_the_visitor_who_is_there() {
    let (_place, company) = company().await;
    let guest = company.visit(anonymous(None)).await.contact.id;
    let mut start = proving(Some(guest), "C-7");
    if let Some(claim) = &mut start.identity {
        claim.email = Some("li@example.com".into());
    }
    let proven = company.visit(start).await.contact;
    assert_eq!((proven.id, proven.email.as_deref()), (guest, Some("li@example.com")));
    let found = company.desk.find_contact(&company.agent, "C-7").await.unwrap();
    assert_eq!(found.map(|contact| contact.id), Some(guest));
    assert_eq!(company.visit(proving(None, "C-7")).await.contact.id, guest);
}

#[tokio::test]
async fn two_proven_customers_at_one_browser_are_not_merged() {
    let (_place, company) = company().await;
    let first = company.visit(proving(None, "C-1")).await;
    company.says(&company.as_contact(&first), "my secret").await;
    let second = company.visit(proving(Some(first.contact.id), "C-2")).await;
    assert_ne!(second.contact.id, first.contact.id);
    assert!(second.conversation.is_none());
    let known = company.visit(proving(None, "C-3")).await.contact.id;
    assert_eq!(company.visit(proving(Some(first.contact.id), "C-3")).await.contact.id, known);
    assert!(company.desk.contact(&company.agent, first.contact.id).await.unwrap().merged_into.is_none());
}

#[tokio::test]
async fn an_inbox_that_requires_proof_refuses_a_mere_claim() {
    let place = Place::sqlite().await;
    let settings = InboxSettings { require_identity_proof: true, ..InboxSettings::default() };
    let company = Company::found(&place.desk, settings).await;
    let refused = company.desk.visit(&company.system, &company.inbox, claiming(None, "C-1")).await;
    assert_eq!(refused_field(refused).0, "identity.hmac");
    company.visit(proving(None, "C-1")).await;
    company.visit(anonymous(None)).await;
}

#[tokio::test]
async fn a_claim_of_nonsense_is_refused() {
    let (_place, company) = company().await;
    for number in ["x".repeat(201), "a\0b".into()] {
        let refused = company.desk.visit(&company.system, &company.inbox, claiming(None, &number)).await;
        assert_eq!(refused_field(refused).0, "external_id");
    }
}
