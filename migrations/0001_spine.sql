-- The first schema. Written once for both engines: words in braces are replaced by the engine's own type
-- (crates/store/src/migration.rs). Times are milliseconds since 1970-01-01 UTC. What is "sealed" is encrypted with the key of
-- the contact (or workspace) it belongs to, see data_key. What belongs to something refers to it together with the workspace, so
-- that the database itself refuses a row that crosses workspaces.

CREATE TABLE instance (
    id {int} NOT NULL PRIMARY KEY,
    -- A known text sealed with the master key: tells a wrong key at start-up.
    key_check {bytes} NOT NULL,
    created_at {int} NOT NULL
);

CREATE TABLE workspace (
    id {id} NOT NULL PRIMARY KEY,
    slug {text} NOT NULL UNIQUE,
    name {text} NOT NULL,
    -- Grows with every change of the knowledge: an index made at another revision is stale.
    kb_revision {int} NOT NULL,
    created_at {int} NOT NULL
);

-- Keys that seal data, each wrapped by the master key. Deleting a contact's row makes their data unreadable for ever.
CREATE TABLE data_key (
    owner_id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    wrapped {bytes} NOT NULL
);

CREATE TABLE app_user (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    email {text} NOT NULL,
    name {text} NOT NULL,
    role {text} NOT NULL,
    skills {text} NOT NULL,
    password_hash {text} NOT NULL,
    active {bool} NOT NULL,
    created_at {int} NOT NULL,
    UNIQUE (workspace_id, email),
    UNIQUE (workspace_id, id)
);

CREATE TABLE team (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    name {text} NOT NULL,
    created_at {int} NOT NULL,
    UNIQUE (workspace_id, name)
);

CREATE TABLE team_member (
    team_id {id} NOT NULL REFERENCES team (id),
    user_id {id} NOT NULL REFERENCES app_user (id),
    PRIMARY KEY (team_id, user_id)
);

-- Signed-in browsers. The cookie's value is kept as a hash only.
CREATE TABLE session (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    user_id {id} NOT NULL,
    secret_hash {bytes} NOT NULL UNIQUE,
    csrf {text} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    FOREIGN KEY (workspace_id, user_id) REFERENCES app_user (workspace_id, id)
);
CREATE INDEX session_by_user ON session (user_id);

CREATE TABLE api_token (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    user_id {id} NOT NULL,
    name {text} NOT NULL,
    secret_hash {bytes} NOT NULL UNIQUE,
    scopes {text} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int},
    FOREIGN KEY (workspace_id, user_id) REFERENCES app_user (workspace_id, id)
);
CREATE INDEX api_token_by_user ON api_token (user_id);

CREATE TABLE inbox (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    kind {text} NOT NULL,
    key {text} NOT NULL UNIQUE,
    name {text} NOT NULL,
    settings {text} NOT NULL,
    -- Secret for HMAC identity verification, sealed with the workspace's key.
    identity_secret {bytes},
    created_at {int} NOT NULL
);
CREATE UNIQUE INDEX inbox_by_workspace ON inbox (workspace_id, id);

CREATE TABLE contact (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    -- Name, mail, phone and free fields, sealed.
    sealed {bytes} NOT NULL,
    locale {text},
    merged_into {id},
    erased_at {int},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL
);
CREATE UNIQUE INDEX contact_by_workspace ON contact (workspace_id, id);

CREATE TABLE contact_identity (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    contact_id {id} NOT NULL,
    kind {text} NOT NULL,
    -- Keyed hash of the value: found by equality, not readable.
    value_hash {bytes} NOT NULL,
    sealed {bytes} NOT NULL,
    verified {bool} NOT NULL,
    UNIQUE (workspace_id, kind, value_hash),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id)
);
CREATE INDEX contact_identity_by_contact ON contact_identity (contact_id);

CREATE TABLE conversation (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    inbox_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    status {text} NOT NULL,
    assignee_id {id},
    team_id {id},
    seq {int} NOT NULL,
    public_seq {int} NOT NULL,
    bot {bool} NOT NULL,
    snoozed_until {int},
    unread_by_agents {int} NOT NULL,
    unread_by_contact {int} NOT NULL,
    agents_read_seq {int} NOT NULL,
    contact_read_seq {int} NOT NULL,
    waiting_since {int},
    -- What the assistant remembers, sealed: it may repeat what the customer said.
    memory {bytes},
    last_message_at {int},
    last_message_id {id},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    resolved_at {int},
    FOREIGN KEY (workspace_id, inbox_id) REFERENCES inbox (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id)
);
CREATE UNIQUE INDEX conversation_by_workspace ON conversation (workspace_id, id);
CREATE INDEX conversation_by_contact ON conversation (contact_id, inbox_id);
CREATE INDEX conversation_by_activity ON conversation (workspace_id, updated_at, id);
CREATE INDEX conversation_by_status ON conversation (workspace_id, status, updated_at, id);
CREATE INDEX conversation_by_assignee ON conversation (workspace_id, assignee_id, status, updated_at, id);

CREATE TABLE message (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    conversation_id {id} NOT NULL,
    inbox_id {id} NOT NULL,
    seq {int} NOT NULL,
    sender {text} NOT NULL,
    actor {text} NOT NULL,
    visibility {text} NOT NULL,
    sealed {bytes} NOT NULL,
    -- Whose key seals the body: the contact at the time of writing.
    key_owner {id} NOT NULL,
    -- The sender's side and the client's key: a customer cannot collide with an agent.
    sender_key {text},
    external_id {text},
    created_at {int} NOT NULL,
    UNIQUE (conversation_id, seq),
    UNIQUE (conversation_id, sender_key),
    UNIQUE (inbox_id, external_id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation (workspace_id, id)
);

-- Everything that happened, in order. Holds no personal data: bodies are in message.
CREATE TABLE journal (
    position {serial},
    -- PostgreSQL: the id of the writing transaction, so that readers can tell what is settled. SQLite has one writer: 0.
    tx {int} NOT NULL DEFAULT {tx},
    workspace_id {id} NOT NULL,
    conversation_id {id},
    seq {int},
    kind {text} NOT NULL,
    actor {text} NOT NULL,
    data {text} NOT NULL,
    message_id {id},
    at {int} NOT NULL,
    UNIQUE (conversation_id, seq),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation (workspace_id, id)
);
CREATE INDEX journal_in_order ON journal (tx, position);

-- Work to do after the transaction that asked for it. Jobs of one key run one after the other.
CREATE TABLE job (
    id {serial},
    workspace_id {id} NOT NULL,
    kind {text} NOT NULL,
    key {text} NOT NULL,
    payload {text} NOT NULL,
    state {text} NOT NULL,
    attempts {int} NOT NULL,
    run_at {int} NOT NULL,
    lease_until {int},
    last_error {text},
    created_at {int} NOT NULL
);
CREATE INDEX job_to_run ON job (state, run_at, id);
CREATE INDEX job_by_key ON job (key, id);

-- What a client's Idempotency-Key made, so that asking again gives the same thing.
CREATE TABLE idempotency_key (
    workspace_id {id} NOT NULL,
    owner {text} NOT NULL,
    key {text} NOT NULL,
    request_hash {bytes} NOT NULL,
    resource_id {id} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (workspace_id, owner, key)
);

CREATE TABLE file (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    -- The contact (or workspace) whose key seals the content.
    key_owner {id} NOT NULL,
    name {bytes} NOT NULL,
    mime {text} NOT NULL,
    size {int} NOT NULL,
    uploaded_by {text} NOT NULL,
    created_at {int} NOT NULL
);

-- Conversations whose customer was shown a file.
CREATE TABLE file_shown (
    file_id {id} NOT NULL REFERENCES file (id),
    conversation_id {id} NOT NULL REFERENCES conversation (id),
    PRIMARY KEY (file_id, conversation_id)
);

CREATE TABLE kb_entry (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    question {text} NOT NULL,
    answer {text} NOT NULL,
    variants {text} NOT NULL,
    lang {text},
    category {text},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL
);
CREATE INDEX kb_entry_by_workspace ON kb_entry (workspace_id, id);

CREATE TABLE trace (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    conversation_id {id} NOT NULL,
    message_id {id} NOT NULL,
    key_owner {id} NOT NULL,
    sealed {bytes} NOT NULL,
    at {int} NOT NULL,
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation (workspace_id, id)
);
CREATE INDEX trace_by_conversation ON trace (conversation_id, at);
