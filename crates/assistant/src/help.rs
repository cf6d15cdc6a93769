//! What language models do for people: they suggest, people decide. Nothing here says anything to a customer, and without a
//! model nothing here is missing.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use yingda_desk::DeskError;
use yingda_entity::pii::Masking;
use yingda_guard::{Action, Evidence, Finding, Guard, Origin, Rule, Saying};
use yingda_llm::{Account, Call, Error, Llm, Outcome, Record, Task, Turn, states_numbers_of};
use yingda_model::{
    Conversation, ConversationId, InboxSettings, MAX_TEXT_CHARS, Message, Permission, Scope, SenderKind,
};
use yingda_store::{ModelSpent, ModelUse, SpentOn};

use crate::brains::Loaded;
use crate::guarded::hosts;
use crate::modelled::lang;
use crate::summary::spoken;
use crate::understood::local;
use crate::{Assistant, Tongue};

/// Longest that somebody waits for a suggestion, over all models and attempts.
pub(crate) const WITHIN: Duration = Duration::from_secs(25);
/// Events of a conversation that are read, the newest.
const EVENTS: u64 = 200;
/// Characters of a conversation that are summed up: the newest.
const MOST_CHARS: usize = 6000;
/// What a suggestion must not break. The rest of the guard's rules are matters of style and of channels: whoever reads a
/// suggestion sees to them.
const STRICT: [Rule; 8] = [
    Rule::Number,
    Rule::Name,
    Rule::Contradiction,
    Rule::Promise,
    Rule::Personal,
    Rule::Link,
    Rule::Forbidden,
    Rule::Injection,
];

/// What language models are there to help with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Offers {
    /// Say an agent's draft in another tone.
    pub rephrase: bool,
    pub translate: bool,
    /// Without it, a summary is made of the conversation's own sentences.
    pub summarise: bool,
    /// Draft an entry of the knowledge base.
    pub draft: bool,
}

/// How a text is to sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HelpTone {
    /// As `persona.tone` in `wording.yml` has it.
    #[default]
    Brand,
    Shorter,
    Warmer,
    Formal,
}

/// A text for somebody to use, or to leave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Suggestion {
    /// Absent when there is none: `why` says why.
    pub text: Option<String>,
    /// `zh` or `en`: the language of the text.
    pub lang: Option<String>,
    /// The operator's name of the model that wrote it; absent when none did.
    pub model: Option<String>,
    /// Whether it was had before, and cost nothing.
    pub cached: bool,
    /// Milliseconds.
    pub took_ms: u64,
    pub why: Option<WhyNot>,
}

/// Why no model's text is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct WhyNot {
    /// A code of docs/language-models.md, or `guard` (it said what nothing supports), `language` (neither Chinese nor English, or
    /// that language already), `no_source` (no person said anything that a draft could be made from), `has_entry` (the proposal
    /// is about an entry that has its answer).
    pub code: String,
    pub zh: String,
    pub en: String,
}

/// What language models cost, and how they did.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ModelBooks {
    /// By day, newest first, task and model.
    pub items: Vec<ModelUse>,
    /// Today in the usual time zone, such as `2026-11-22`.
    pub today: String,
    /// What was spent today, or is set aside for what is under way.
    pub spent: ModelSpent,
    /// What may be spent in a day; a part is absent where nothing limits it.
    pub day_tokens: Option<u64>,
    pub day_micros: Option<u64>,
    pub conversation_tokens: Option<u64>,
    pub conversation_micros: Option<u64>,
    /// Of all money; absent when no model has a price.
    pub currency: Option<String>,
    /// The tasks that have a model, as in `models.yml`.
    pub tasks: Vec<String>,
}

impl WhyNot {
    pub(crate) fn new(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code: code.to_owned(), zh: zh.into(), en: en.into() }
    }
}

impl From<&Error> for WhyNot {
    fn from(error: &Error) -> Self {
        Self::new(error.code(), error.zh(), error.en())
    }
}

impl Suggestion {
    fn none(why: WhyNot) -> Self {
        Self { why: Some(why), ..Self::default() }
    }

    fn of(record: &Record, lang: Tongue, text: Result<String, WhyNot>) -> Self {
        let (text, why) = match text {
            Ok(text) => (Some(text), None),
            Err(why) => (None, Some(why)),
        };
        Self {
            lang: text.is_some().then(|| lang.tag().to_owned()),
            model: record.model.clone().filter(|_| text.is_some()),
            cached: record.cached,
            took_ms: record.took_ms,
            text,
            why,
        }
    }
}

/// What is needed to ask a model about a conversation.
struct Talk {
    conversation: Conversation,
    loaded: Arc<Loaded>,
    account: Account,
}

impl Assistant {
    /// What language models are there to help with.
    ///
    /// # Errors
    /// [`DeskError`] when the workspace cannot be read.
    pub async fn offers(&self, scope: &Scope) -> Result<Offers, DeskError> {
        let loaded = self.brains().loaded(scope).await?;
        let has = |task| loaded.llm.as_ref().is_some_and(|llm| llm.has(task));
        Ok(Offers {
            rephrase: has(Task::Rephrase),
            translate: has(Task::Translate),
            summarise: has(Task::Summarise),
            draft: has(Task::Draft),
        })
    }

    /// An agent's draft in another tone: same language, same facts. Not to be dropped while it is under way (see
    /// [`yingda_llm::Call`]).
    ///
    /// # Errors
    /// [`DeskError`] when the conversation is not there or not to be read, or the text is empty or too long.
    pub async fn rephrase(
        &self,
        scope: &Scope,
        id: ConversationId,
        text: &str,
        tone: HelpTone,
    ) -> Result<Suggestion, DeskError> {
        fits(text)?;
        let talk = self.talk(scope, id).await?;
        let Some(llm) = talk.loaded.llm.as_ref() else { return Ok(Suggestion::none(nobody())) };
        let Some(tongue) = Tongue::of_text(text) else {
            let (zh, en) = ("只能改写中文或英文", "only Chinese and English can be rephrased");
            return Ok(Suggestion::none(WhyNot::new("language", zh, en)));
        };
        let tone = self::tone(&talk.loaded, tone, tongue);
        let mut masking = Masking::default();
        let mut call = talk.call(&mut masking, tongue);
        let Outcome { result, record } = llm.rephrase(&mut call, text, &tone).await;
        let evidence = Evidence {
            passages: vec![text.to_owned()],
            facts: vec![text.to_owned()],
            own: vec![text.to_owned()],
            hosts: hosts(text),
            ..Evidence::default()
        };
        Ok(Suggestion::of(&record, tongue, talk.held(result, tongue, &evidence)))
    }

    /// A text in the other language, with the same facts; into the customer's language when none is named. Not to be dropped
    /// while it is under way.
    ///
    /// # Errors
    /// As [`Assistant::rephrase`].
    pub async fn translate(
        &self,
        scope: &Scope,
        id: ConversationId,
        text: &str,
        into: Option<Tongue>,
    ) -> Result<Suggestion, DeskError> {
        fits(text)?;
        let talk = self.talk(scope, id).await?;
        let Some(llm) = talk.loaded.llm.as_ref() else { return Ok(Suggestion::none(nobody())) };
        let into = match into {
            Some(into) => into,
            None => self.tongue_of_customer(scope, &talk.conversation).await?,
        };
        if Tongue::of_text(text) == Some(into) {
            let (zh, en) = ("已经是这种语言了", "it is in that language already");
            return Ok(Suggestion::none(WhyNot::new("language", zh, en)));
        }
        let mut masking = Masking::default();
        let mut call = talk.call(&mut masking, into);
        let Outcome { result, record } = llm.translate(&mut call, text).await;
        // The guard compares texts of one language; that no fact was lost or added has been checked already.
        Ok(Suggestion::of(&record, into, result.map_err(|error| (&error).into())))
    }

    /// What a conversation is about, for the person who takes over: a model's words when they say nothing that was not said,
    /// otherwise the conversation's own sentences, and why. Not to be dropped while it is under way.
    ///
    /// # Errors
    /// As [`Assistant::summary`].
    pub async fn summarise(&self, scope: &Scope, id: ConversationId, tongue: Tongue) -> Result<Suggestion, DeskError> {
        let talk = self.talk(scope, id).await?;
        let asked = match &talk.loaded.llm {
            Some(llm) if llm.has(Task::Summarise) => self.summed_up(scope, &talk, llm, tongue).await?,
            _ => Suggestion::none(nobody()),
        };
        if asked.text.is_some() {
            return Ok(asked);
        }
        let gist = self.summary(scope, id).await?;
        let text = if tongue == Tongue::Zh { gist.text_zh } else { gist.text_en };
        Ok(Suggestion { text: Some(text), lang: Some(tongue.tag().to_owned()), ..asked })
    }

    async fn summed_up(&self, scope: &Scope, talk: &Talk, llm: &Llm, tongue: Tongue) -> Result<Suggestion, DeskError> {
        let messages = newest(self.messages(scope, talk.conversation.id).await?);
        if messages.is_empty() {
            let (zh, en) = ("还没有可以总结的内容", "there is nothing to sum up yet");
            return Ok(Suggestion::none(WhyNot::new("no_source", zh, en)));
        }
        let text = |message: &Message| message.content.as_text().to_owned();
        let by_customer = |message: &Message| message.sender == SenderKind::Customer;
        let turns: Vec<Turn> =
            messages.iter().map(|one| Turn { by_customer: by_customer(one), text: text(one) }).collect();
        let mut masking = Masking::default();
        let mut call = talk.call(&mut masking, tongue);
        let Outcome { result, record } = llm.summarise(&mut call, &turns).await;
        let contact = self.desk().contact(scope, talk.conversation.contact_id).await?;
        let evidence = Evidence {
            passages: messages.iter().map(text).collect(),
            said: messages.iter().filter(|one| by_customer(one)).map(text).collect(),
            own: contact.name.into_iter().chain(messages.iter().map(text)).collect(),
            hosts: messages.iter().flat_map(|one| hosts(one.content.as_text())).collect(),
            ..Evidence::default()
        };
        Ok(Suggestion::of(&record, tongue, talk.held(result, tongue, &evidence)))
    }

    /// What language models cost, and how they did, from one day to another (both included, such as `2026-11-22`).
    ///
    /// # Errors
    /// [`DeskError::Forbidden`] without [`Permission::ReadAssistant`].
    pub async fn models(&self, scope: &Scope, from: &str, until: &str) -> Result<ModelBooks, DeskError> {
        if !scope.may(Permission::ReadAssistant) {
            return Err(DeskError::Forbidden(Permission::ReadAssistant));
        }
        let loaded = self.brains().loaded(scope).await?;
        let today = local(self.desk().world().now(), &InboxSettings::default()).date().to_string();
        let reader = self.desk().store().read(scope);
        let config = loaded.live.as_ref().map(|brain| &brain.models);
        let budgets = config.map(|config| config.budgets.clone()).unwrap_or_default();
        let tasks = Task::ALL.into_iter().filter(|task| config.is_some_and(|config| config.has(*task)));
        Ok(ModelBooks {
            items: reader.model_use(from, until).await?,
            spent: reader.model_spent(SpentOn::Day(&today)).await?,
            today,
            day_tokens: budgets.day.tokens,
            day_micros: budgets.day.micros,
            conversation_tokens: budgets.conversation.tokens,
            conversation_micros: budgets.conversation.micros,
            currency: budgets.currency,
            tasks: tasks.map(|task| task.name().to_owned()).collect(),
        })
    }

    async fn talk(&self, scope: &Scope, id: ConversationId) -> Result<Talk, DeskError> {
        let conversation = self.desk().conversation(scope, id).await?;
        let settings = self.desk().store().read(scope).inbox(conversation.inbox_id).await?.settings;
        let day = local(self.desk().world().now(), &settings).date().to_string();
        // The same account as the bot's: what a conversation may cost, it may cost altogether.
        let account = Account { conversation: id.to_string(), day };
        Ok(Talk { conversation, loaded: self.brains().loaded(scope).await?, account })
    }

    /// The newest messages with words that the customer can see, in order.
    pub(crate) async fn messages(&self, scope: &Scope, id: ConversationId) -> Result<Vec<Message>, DeskError> {
        let page = self.desk().events_before(scope, id, u64::MAX, EVENTS).await?;
        Ok(page.events.iter().filter_map(|event| Some(spoken(event)?.1.clone())).collect())
    }

    /// What the customer wrote last says which language is theirs; without words, the contact.
    async fn tongue_of_customer(&self, scope: &Scope, talk: &Conversation) -> Result<Tongue, DeskError> {
        let messages = self.messages(scope, talk.id).await?;
        let said = messages.iter().rev().filter(|one| one.sender == SenderKind::Customer);
        match said.filter_map(|one| Tongue::of_text(one.content.as_text())).next() {
            Some(tongue) => Ok(tongue),
            None => Ok(Tongue::of_contact(&self.desk().contact(scope, talk.contact_id).await?)),
        }
    }
}

impl Talk {
    fn call<'m>(&self, masking: &'m mut Masking, tongue: Tongue) -> Call<'m> {
        Call { account: self.account.clone(), lang: lang(tongue), masking, within: Some(WITHIN) }
    }

    /// What a model said, if the guard finds it in order.
    fn held(&self, said: Result<String, Error>, tongue: Tongue, evidence: &Evidence) -> Result<String, WhyNot> {
        let text = said.map_err(|error| WhyNot::from(&error))?;
        let guard = self.loaded.live.as_ref().map(|brain| &brain.guard);
        match guard.and_then(|guard| broken(guard, &text, tongue, evidence)) {
            Some(why) => Err(why),
            None => Ok(text),
        }
    }
}

/// Why a text must not be suggested.
pub(crate) fn broken(guard: &Guard, text: &str, tongue: Tongue, evidence: &Evidence) -> Option<WhyNot> {
    let lang = match tongue {
        Tongue::Zh => yingda_guard::Lang::Zh,
        Tongue::En => yingda_guard::Lang::En,
    };
    // No channel: an agent may write at length.
    let saying = Saying { text: text.to_owned(), lang, channel: String::new(), origin: Origin::Model };
    let verdict = guard.check(&saying, evidence);
    // What a number or a promise is about reads differently in other words, and people see to that; that it is there counts.
    let is_there = |one: &Finding| {
        matches!(one.rule, Rule::Number | Rule::Promise)
            && evidence.passages.iter().any(|text| text.contains(&one.words) || states_numbers_of(text, &one.words))
    };
    let strict = |one: &Finding| one.action != Action::Noted && STRICT.contains(&one.rule) && !is_there(one);
    let found = verdict.findings.into_iter().find(strict)?;
    let zh = format!("检查没有通过（{}）：“{}”", found.why_zh, found.words);
    let en = format!("it did not pass the check ({}): “{}”", found.why_en, found.words);
    Some(WhyNot::new("guard", zh, en))
}

pub(crate) fn nobody() -> WhyNot {
    WhyNot::from(&Error::NotConfigured { what: "models.yml".into() })
}

fn tone(loaded: &Loaded, tone: HelpTone, tongue: Tongue) -> String {
    let (zh, en) = match tone {
        HelpTone::Brand => {
            let brand = loaded.live.as_ref().map(|brain| &brain.release.wordings.persona.tone);
            let brand = brand.map(|tone| if tongue == Tongue::Zh { tone.zh.as_str() } else { tone.en.as_str() });
            match brand.filter(|tone| !tone.trim().is_empty()) {
                Some(tone) => return tone.to_owned(),
                None => ("亲切、清楚、专业", "warm, clear and professional"),
            }
        }
        HelpTone::Shorter => ("简短，去掉多余的话", "brief, without a word too many"),
        HelpTone::Warmer => ("亲切、体贴", "warm and caring"),
        HelpTone::Formal => ("正式、礼貌", "formal and polite"),
    };
    if tongue == Tongue::Zh { zh.to_owned() } else { en.to_owned() }
}

fn fits(text: &str) -> Result<(), DeskError> {
    let length = text.chars().count();
    if text.trim().is_empty() || length > MAX_TEXT_CHARS {
        let detail = format!("expected 1 to {MAX_TEXT_CHARS} characters, got {length}");
        return Err(DeskError::Invalid { field: "text", detail });
    }
    Ok(())
}

/// The newest messages that fit together, in order.
fn newest(mut messages: Vec<Message>) -> Vec<Message> {
    let mut left = MOST_CHARS;
    let fit = messages.iter().rev().take_while(|message| {
        let length = message.content.as_text().chars().count();
        let fits = length <= left;
        left -= length.min(left);
        fits
    });
    let from = messages.len() - fit.count();
    messages.drain(..from);
    messages
}
