//! "Was this helpful?"

use axum::extract::{Form, State};
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use yingda_helpcentre::{Feedback, FeedbackState, Vote};
use yingda_store::Used;

use super::Fault;
use super::pages::placed;
use super::visit::{Visit, moved};
use crate::app::Peer;
use crate::limit::Rule;
use crate::{App, Problem};

pub(super) async fn post(
    State(app): State<App>,
    visit: Visit,
    Peer(address): Peer,
    form: Result<Form<Vec<(String, String)>>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Fault> {
    let shown = visit.open.shown().await?;
    let Some(found) = placed(&shown, visit.part("article")) else { return visit.not_found() };
    let item = &found.item;
    let sent = form
        .ok()
        .and_then(|Form(fields)| Feedback::read(fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))));
    // Pages of others can post here too, but a browser then says so (Fetch Metadata).
    let from_elsewhere = visit
        .header(HeaderName::from_static("sec-fetch-site"))
        .is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let Some(feedback) = sent.filter(|_| !from_elsewhere) else {
        return Err(Problem::bad_request("expected the form of an article's page").into());
    };
    let subject = format!("{address} {}", item.id);
    let allowed = app
        .limit(Rule::FeedbackByAddress, &address.to_string())
        .and_then(|()| app.limit(Rule::FeedbackOnEntry, &subject));
    let (desk, scope) = (app.desk(), &visit.open.scope);
    let judged = |vote| if vote == Vote::Helpful { Used::Helpful } else { Used::Unhelpful };
    let stored = match (&allowed, &feedback) {
        (Err(_), _) => Ok(()),
        (Ok(()), Feedback::Vote(vote)) => desk.rate_kb_entry(scope, item.id, judged(*vote)).await,
        (Ok(()), Feedback::Comment { vote, text }) => {
            desk.comment_on_kb_entry(scope, item.id, judged(*vote), text).await
        }
    };
    if let Err(error) = &stored {
        tracing::error!(%error, "feedback on an entry was not stored");
    }
    let state = if allowed.is_ok() && stored.is_ok() { feedback.state() } else { FeedbackState::Failed };
    let article = visit.centre().place().article(&visit.lang, &item.title, item.id);
    moved(StatusCode::SEE_OTHER, &state.address(&article))
}
