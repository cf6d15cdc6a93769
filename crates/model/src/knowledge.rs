//! What the company knows: entries of the knowledge base, and proposals to change them.

use serde::{Deserialize, Serialize};

use crate::{Actor, ChangeId, EntryId, FileId, Permission, Scope, TeamId, Timestamp, UserId};

/// What an entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A question, other wordings of it, and its answer.
    #[default]
    Faq,
    /// A text in sections, written here.
    Article,
    /// A file: PDF, DOCX, XLSX, PPTX, HTML, Markdown or plain text. Its words are kept as Markdown.
    Document,
    /// A page of a website, read again when the site is.
    Page,
}

/// Whether an entry is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryStatus {
    /// Found by search, while it is valid.
    #[default]
    Published,
    /// Kept, and found by nobody but in the list of entries.
    Archived,
}

/// Who may read an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody; also the help centre and search engines.
    #[default]
    Public,
    /// Customers who are known to the company, and its people.
    SignedIn,
    /// People of the company.
    Agents,
    /// People of one team.
    Team(TeamId),
}

impl Audience {
    /// Whether it is everybody.
    pub fn is_public(&self) -> bool {
        *self == Self::Public
    }
}

/// Whose knowledge somebody may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readership {
    /// That of every audience.
    All,
    /// That of these audiences.
    Of(Vec<Audience>),
}

impl Readership {
    /// Of whoever has this scope, who is in `teams`. People who publish knowledge look after all of it; others read what is for
    /// all people of the company and for their teams. The platform and the assistant read everything: what a customer may hear of
    /// it is decided where the customer is known.
    pub fn of(scope: &Scope, teams: &[TeamId]) -> Self {
        if scope.user_id().is_none() || scope.may(Permission::WriteKnowledge) {
            return Self::All;
        }
        let everybody = [Audience::Public, Audience::SignedIn, Audience::Agents];
        Self::Of(everybody.into_iter().chain(teams.iter().copied().map(Audience::Team)).collect())
    }

    pub fn reads(&self, audience: Audience) -> bool {
        match self {
            Self::All => true,
            Self::Of(audiences) => audiences.contains(&audience),
        }
    }

    /// Takes the answers for others out of a content, and gives them.
    pub fn hide(&self, content: &mut EntryContent) -> Vec<SpecialAnswer> {
        let (shown, hidden) = std::mem::take(&mut content.answers)
            .into_iter()
            .partition(|answer| answer.audience.is_none_or(|audience| self.reads(audience)));
        content.answers = shown;
        hidden
    }
}

/// An answer for one channel or audience in place of the general one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpecialAnswer {
    /// Kind of the inbox, such as `web`; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// `signed_in` or `agents`; absent: anybody who may read the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// Markdown.
    pub answer: String,
}

/// Where an entry's words come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EntrySource {
    /// The page, or where the import says that the entry is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The original file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_id: Option<FileId>,
    /// The file's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// SHA-256 of what was read, in hexadecimal: the same bytes are not read twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// What could not be read, such as a scanned page, in words for people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
}

/// What an entry says: all of it that people write, and all of it that a version keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EntryContent {
    pub kind: EntryKind,
    /// What others, such as intents, refer to it by. The same in each language: entries of one key are translations of each
    /// other.
    pub key: Option<String>,
    /// The question; the title of an entry of another kind.
    pub question: String,
    /// The answer; the text of an entry of another kind. Markdown; a line of only `<!-- page 3 -->` begins a page of a
    /// document.
    pub answer: String,
    /// Other ways of asking.
    pub variants: Vec<String>,
    /// Answers for some channels and audiences.
    pub answers: Vec<SpecialAnswer>,
    /// Questions that are offered after the answer.
    pub follow_ups: Vec<String>,
    /// `zh`, `en` or another BCP 47 tag.
    pub lang: Option<String>,
    /// A path such as `orders` or `orders/returns`.
    pub category: Option<String>,
    pub tags: Vec<String>,
    pub status: EntryStatus,
    pub audience: Audience,
    /// Not used before.
    pub valid_from: Option<Timestamp>,
    /// Not used from then on.
    pub valid_until: Option<Timestamp>,
    /// Who looks after it.
    pub owner_id: Option<UserId>,
    pub source: EntrySource,
}

/// An entry of the knowledge base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct KbEntry {
    pub id: EntryId,
    #[serde(flatten)]
    pub content: EntryContent,
    /// 1, 2, 3 …: grows with every change of the content.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An entry as it once was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EntryVersion {
    pub entry_id: EntryId,
    pub version: i64,
    pub content: EntryContent,
    pub at: Timestamp,
    pub by: Actor,
    /// What was done, in the words of who did it.
    pub note: Option<String>,
}

/// Why somebody or something proposes a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeOrigin {
    /// A person wrote it.
    Person,
    /// Customers asked, and nobody knew.
    Gap,
    /// An agent resolved a conversation with it.
    Conversation,
    /// Two entries say the same.
    Duplicate,
    /// Two entries say different things about the same.
    Contradiction,
    /// It was not looked at for long, or its validity ends.
    Stale,
    /// Nobody was ever answered with it.
    Unused,
}

/// How far a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// Still being written.
    Draft,
    /// Waits for somebody who may publish.
    Review,
    /// Published.
    Accepted,
    Refused,
}

/// Something that led to a proposal: a question that customers asked, a conversation, another entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum ChangeEvidence {
    /// A question with personal data masked, and how often it was asked.
    Question { text: String, count: u32 },
    /// A conversation.
    Conversation { id: crate::ConversationId },
    /// Another entry, and how alike the two are, from 0 to 1.
    Entry { id: EntryId, likeness: f32 },
    /// A sentence for people, in both languages.
    Note { zh: String, en: String },
    /// A language model wrote the answer, from what people said in the conversations: its name, and the answer as it wrote it.
    Model { name: String, answer: String },
}

/// What publishing a proposal would do to the workspace's evaluation questions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChangeEffect {
    /// Evaluation questions that were asked.
    pub questions: u32,
    /// Share of them whose right entry comes first, from 0 to 1, before and after.
    pub hit1_before: f32,
    pub hit1_after: f32,
    /// Mean reciprocal rank within ten, before and after.
    pub mrr_before: f32,
    pub mrr_after: f32,
    pub at: Timestamp,
}

/// A proposal to add, change or archive an entry: what a writer drafts, and what the program suggests. People decide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct KbChange {
    pub id: ChangeId,
    /// The entry to change; absent: a new one.
    pub entry_id: Option<EntryId>,
    /// The version that the content was made from. If the entry has changed since, accepting is refused.
    pub based_on: Option<i64>,
    /// The entry as it would be.
    pub content: EntryContent,
    pub origin: ChangeOrigin,
    pub state: ChangeState,
    pub evidence: Vec<ChangeEvidence>,
    pub effect: Option<ChangeEffect>,
    /// Of a suggestion: the same has the same one, so that what was refused does not come back.
    #[serde(default)]
    pub fingerprint: Option<String>,
    pub by: Actor,
    pub note: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub decided_by: Option<Actor>,
    pub decided_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Role, TokenScope};

    fn id<T: From<uuid::Uuid>>(number: u128) -> T {
        uuid::Uuid::from_u128(number).into()
    }

    #[test]
    fn agents_read_what_is_for_their_teams_and_publishers_read_everything() {
        let (own, other) = (Audience::Team(id(1)), Audience::Team(id(2)));
        let agent = Readership::of(&Scope::user(id(9), id(8), Role::Agent), &[id(1)]);
        assert!([Audience::Public, Audience::SignedIn, Audience::Agents, own].iter().all(|one| agent.reads(*one)));
        assert!(!agent.reads(other));
        assert!(Readership::of(&Scope::user(id(9), id(8), Role::Supervisor), &[]).reads(other));
        assert!(Readership::of(&Scope::system(id(9)), &[]).reads(other));
        // A token that only reads is no publisher, whoever made it.
        let reads = Scope::token(id(9), id(8), Role::Admin, vec![TokenScope::KnowledgeRead]);
        assert!(!Readership::of(&reads, &[id(1)]).reads(other));
    }

    #[test]
    fn answers_for_others_are_hidden() {
        let answer = |audience| SpecialAnswer { channel: None, audience, answer: "a".into() };
        let answers = vec![answer(Some(Audience::Team(id(2)))), answer(None), answer(Some(Audience::Agents))];
        let mut content = EntryContent { answers: answers.clone(), ..EntryContent::default() };
        let agent = Readership::of(&Scope::user(id(9), id(8), Role::Agent), &[]);
        assert_eq!(agent.hide(&mut content), answers[..1]);
        assert_eq!(content.answers, answers[1..]);
    }
}
