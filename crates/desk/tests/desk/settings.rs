//! Users, teams, inboxes and tokens.

use futures::future::join_all;
use uuid::Uuid;
use yingda_desk::{DeskError, InboxChange, NewInbox, UserChange};
use yingda_model::{InboxKind, InboxSettings, OpeningHours, Role, Scope, TokenScope, User};
use yingda_store::{ApiToken, StoreError};

use crate::on_both_engines;
use crate::support::{Company, NOW, Place, company, is_forbidden, is_not_found, person, refused_field};

on_both_engines! {
    two_admins_who_step_down_at_once_leave_one
}

fn role(role: Role) -> UserChange {
    UserChange { role: Some(role), ..UserChange::default() }
}

fn inactive() -> UserChange {
    UserChange { active: Some(false), ..UserChange::default() }
}

fn is_taken<T>(result: Result<T, DeskError>) -> bool {
    matches!(result, Err(DeskError::Store(StoreError::Taken { .. })))
}

fn new_inbox(key: &str, settings: InboxSettings) -> NewInbox {
    NewInbox { name: "Shop".into(), kind: InboxKind::Web, key: Some(key.into()), settings }
}

async fn two_admins_who_step_down_at_once_leave_one(place: Place) {
    for _ in 0..10 {
        let company = place.company().await;
        let other = person(&place.desk, &company.system, Role::Admin).await;
        let steps = [company.admin.clone(), other].map(|admin| {
            let company = company.clone();
            tokio::spawn(async move {
                let id = admin.user_id().unwrap();
                company.desk.update_user(&company.system, id, role(Role::Agent)).await.is_ok()
            })
        });
        let done: Vec<bool> = join_all(steps).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(done.iter().filter(|done| **done).count(), 1);
        let users = company.desk.users(&company.system).await.unwrap();
        assert_eq!(users.iter().filter(|user| user.active && user.role == Role::Admin).count(), 1);
    }
}

#[tokio::test]
async fn the_last_admin_stays_one() {
    let (_place, company) = company().await;
    let id = company.admin.user_id().unwrap();
    for change in [role(Role::Supervisor), inactive()] {
        let (field, words) = refused_field(company.desk.update_user(&company.admin, id, change).await);
        assert_eq!(field, "role");
        assert!(words.contains("appoint another"), "{words}");
    }
    let second = company.supervisor.user_id().unwrap();
    company.desk.update_user(&company.admin, second, role(Role::Admin)).await.unwrap();
    company.desk.update_user(&company.admin, id, inactive()).await.unwrap();
    assert_eq!(refused_field(company.desk.update_user(&company.system, second, inactive()).await).0, "role");
    let agent = company.agent.user_id().unwrap();
    company.desk.update_user(&company.system, agent, inactive()).await.unwrap();
}

#[tokio::test]
async fn a_change_of_a_user_touches_only_what_it_names() {
    let (_place, company) = company().await;
    let team = company.desk.create_team(&company.admin, "Returns".into()).await.unwrap();
    let id = company.agent.user_id().unwrap();
    let change =
        UserChange { skills: Some(vec!["returns".into()]), teams: Some(vec![team.id]), ..UserChange::default() };
    let user = company.desk.update_user(&company.admin, id, change).await.unwrap();
    assert_eq!((user.role, user.active, user.teams), (Role::Agent, true, vec![team.id]));
    let renamed = UserChange { name: Some("Wang".into()), ..UserChange::default() };
    company.desk.update_user(&company.admin, id, renamed).await.unwrap();
    let users = company.desk.users(&company.reader).await.unwrap();
    let user = users.iter().find(|user| user.id == id).unwrap();
    assert_eq!((user.name.as_str(), &user.skills, &user.teams), ("Wang", &vec!["returns".into()], &vec![team.id]));
    assert_eq!(company.desk.teams(&company.reader).await.unwrap()[0].members, [id]);

    let unknown = UserChange { teams: Some(vec![Uuid::now_v7().into()]), ..UserChange::default() };
    assert!(is_not_found(company.desk.update_user(&company.admin, id, unknown).await));
    assert!(is_not_found(company.desk.update_user(&company.admin, Uuid::now_v7().into(), inactive()).await));
}

#[tokio::test]
async fn a_mail_address_and_a_team_name_are_used_once_in_a_workspace() {
    let (place, company) = company().await;
    let user = |email: &str| User {
        id: Uuid::now_v7().into(),
        email: email.into(),
        name: "Li".into(),
        role: Role::Agent,
        skills: Vec::new(),
        teams: Vec::new(),
        active: true,
        created_at: NOW,
    };
    let create = async |company: &Company, email: &str| {
        company.desk.create_user(&company.admin, user(email), "hash".into()).await
    };
    create(&company, "li@example.com").await.unwrap();
    assert!(is_taken(create(&company, "li@example.com").await));
    create(&place.company().await, "li@example.com").await.unwrap();
    for nonsense in ["", "li", "@example.com", "li@", "li\0@example.com"] {
        assert_eq!(refused_field(create(&company, nonsense).await).0, "email", "{nonsense:?}");
    }
    company.desk.create_team(&company.admin, "Returns".into()).await.unwrap();
    assert!(is_taken(company.desk.create_team(&company.admin, "Returns".into()).await));
    assert_eq!(refused_field(company.desk.create_team(&company.admin, "  ".into()).await).0, "name");
}

#[tokio::test]
async fn an_inbox_key_is_used_once_anywhere() {
    let (place, company) = company().await;
    let key = "shop-of-the-year";
    company.desk.create_inbox(&company.admin, new_inbox(key, InboxSettings::default())).await.unwrap();
    let other = place.company().await;
    assert!(is_taken(other.desk.create_inbox(&other.admin, new_inbox(key, InboxSettings::default())).await));
    for nonsense in ["ab", "Shop", "a b c", "ключ", &"x".repeat(65)] {
        let refused = company.desk.create_inbox(&company.admin, new_inbox(nonsense, InboxSettings::default())).await;
        assert_eq!(refused_field(refused).0, "key", "{nonsense}");
    }
    assert!(company.inbox.key.starts_with("web-"), "a key is made when none is given");
}

#[tokio::test]
async fn inbox_settings_that_make_no_sense_are_refused() {
    let (_place, company) = company().await;
    let hours = |day: (u16, u16), offset: i32| {
        Some(OpeningHours { utc_offset_minutes: offset, days: [Some(day); 7], holidays: Vec::new() })
    };
    let usual = InboxSettings::default;
    let cases = [
        ("hours", InboxSettings { hours: hours((600, 600), 480), ..usual() }),
        ("hours", InboxSettings { hours: hours((600, 1441), 480), ..usual() }),
        ("hours", InboxSettings { hours: hours((540, 1260), 841), ..usual() }),
        ("allowed_origins", InboxSettings { allowed_origins: vec!["shop.example".into()], ..usual() }),
        ("allowed_origins", InboxSettings { allowed_origins: vec!["https://shop.example/".into()], ..usual() }),
        ("greeting", InboxSettings { greeting_zh: "好".repeat(1_001), ..usual() }),
    ];
    for (field, settings) in cases {
        let change = InboxChange { name: None, settings: Some(settings) };
        let refused = company.desk.update_inbox(&company.admin, company.inbox.id, change).await;
        assert_eq!(refused_field(refused).0, field);
    }
    let change = InboxChange { name: Some("Store".into()), settings: None };
    let changed = company.desk.update_inbox(&company.admin, company.inbox.id, change).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.settings), ("Store", company.inbox.settings));
}

#[tokio::test]
async fn a_new_identity_secret_takes_the_place_of_the_one_before() {
    let (_place, company) = company().await;
    let first = company.desk.new_identity_secret(&company.admin, company.inbox.id).await.unwrap();
    let second = company.desk.new_identity_secret(&company.admin, company.inbox.id).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(first.len(), 64);
    let stored = company.desk.store().read(&company.system).identity_secret(company.inbox.id).await.unwrap();
    assert_eq!(stored.as_deref(), Some(second.as_bytes()));
}

#[tokio::test]
async fn tokens_are_ones_own_and_no_stronger_than_their_owner() {
    let (_place, company) = company().await;
    let token = |scopes: &[TokenScope]| ApiToken {
        id: Uuid::now_v7().into(),
        name: "ci".into(),
        scopes: scopes.to_vec(),
        created_at: NOW,
        expires_at: None,
    };
    let create = async |scope: &Scope, token: ApiToken| {
        company.desk.create_token(scope, token, Uuid::now_v7().as_bytes().to_vec()).await
    };
    let own = token(&[TokenScope::ConversationsRead]);
    create(&company.agent, own.clone()).await.unwrap();
    assert!(is_forbidden(create(&company.agent, token(&[TokenScope::Admin])).await));
    create(&company.admin, token(&[TokenScope::Admin])).await.unwrap();
    assert_eq!(refused_field(create(&company.agent, token(&[])).await).0, "scopes");
    assert_eq!(company.desk.tokens(&company.agent).await.unwrap(), std::slice::from_ref(&own));
    assert!(is_not_found(company.desk.delete_token(&company.admin, own.id).await), "not even an admin's to delete");
    company.desk.delete_token(&company.agent, own.id).await.unwrap();
    assert!(company.desk.tokens(&company.agent).await.unwrap().is_empty());
}
