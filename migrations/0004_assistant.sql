-- What the assistant works by and what its work leaves behind. Written like 0001_spine.sql.

-- Grows with every change of the assistant's files, releases, secrets and settings. None: 0.
ALTER TABLE workspace ADD COLUMN assistant_revision {int};
-- The last number that was given to a ticket. None: 0.
ALTER TABLE workspace ADD COLUMN ticket_number {int};

-- Files that are being worked on.
CREATE TABLE assistant_draft (
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    path {text} NOT NULL,
    text {text} NOT NULL,
    -- The workspace's assistant_revision when it last changed.
    revision {int} NOT NULL,
    updated_at {int} NOT NULL,
    updated_by {text} NOT NULL,
    PRIMARY KEY (workspace_id, path)
);

-- Texts of released files, each once: hash is SHA-256 in hexadecimal.
CREATE TABLE assistant_text (
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    hash {text} NOT NULL,
    text {text} NOT NULL,
    PRIMARY KEY (workspace_id, hash)
);

-- All files as they were published together. At most one of a workspace is live.
CREATE TABLE assistant_release (
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    number {int} NOT NULL,
    note {text} NOT NULL,
    -- JSON.
    report {text} NOT NULL,
    live {bool} NOT NULL,
    created_at {int} NOT NULL,
    created_by {text} NOT NULL,
    PRIMARY KEY (workspace_id, number)
);

CREATE TABLE assistant_release_file (
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    number {int} NOT NULL,
    path {text} NOT NULL,
    hash {text} NOT NULL,
    PRIMARY KEY (workspace_id, number, path),
    FOREIGN KEY (workspace_id, number) REFERENCES assistant_release (workspace_id, number),
    FOREIGN KEY (workspace_id, hash) REFERENCES assistant_text (workspace_id, hash)
);

-- Secrets of tools and language models, sealed with the workspace's key.
CREATE TABLE assistant_secret (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    name {text} NOT NULL,
    sealed {bytes} NOT NULL,
    set_at {int} NOT NULL,
    set_by {text} NOT NULL,
    UNIQUE (workspace_id, name)
);

CREATE TABLE assistant_setting (
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    name {text} NOT NULL,
    value {text} NOT NULL,
    set_at {int} NOT NULL,
    set_by {text} NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

CREATE TABLE ticket (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    number {int} NOT NULL,
    kind {text} NOT NULL,
    state {text} NOT NULL,
    contact_id {id} NOT NULL,
    conversation_id {id},
    -- Whose key seals the details: the contact at the time of writing.
    key_owner {id} NOT NULL,
    sealed {bytes} NOT NULL,
    created_at {int} NOT NULL,
    created_by {text} NOT NULL,
    closed_at {int},
    closed_by {text},
    UNIQUE (workspace_id, number),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation (workspace_id, id)
);
CREATE UNIQUE INDEX ticket_by_workspace ON ticket (workspace_id, id);
CREATE INDEX ticket_by_state ON ticket (workspace_id, state, id);
CREATE INDEX ticket_by_contact ON ticket (workspace_id, contact_id, id);
CREATE INDEX ticket_by_conversation ON ticket (workspace_id, conversation_id, id);

CREATE TABLE conversation_tag (
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    conversation_id {id} NOT NULL,
    name {text} NOT NULL,
    added_at {int} NOT NULL,
    added_by {text} NOT NULL,
    PRIMARY KEY (conversation_id, name),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation (workspace_id, id)
);
CREATE INDEX conversation_tag_by_name ON conversation_tag (workspace_id, name, conversation_id);

-- Codes that were sent to tell who a customer is. Destination and code are kept as keyed hashes only.
CREATE TABLE one_time_code (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    contact_id {id} NOT NULL,
    conversation_id {id} NOT NULL,
    channel {text} NOT NULL,
    destination_hash {bytes} NOT NULL,
    code_hash {bytes} NOT NULL,
    sent_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    attempts {int} NOT NULL,
    -- When it was given rightly.
    used_at {int},
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation (workspace_id, id)
);
CREATE INDEX one_time_code_by_conversation ON one_time_code (workspace_id, conversation_id, id);
CREATE INDEX one_time_code_by_destination ON one_time_code (workspace_id, destination_hash, sent_at);
CREATE INDEX one_time_code_by_contact ON one_time_code (workspace_id, contact_id, sent_at);

-- Flows that were begun with a customer who had not asked, for limits of how often.
CREATE TABLE flow_fired (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    contact_id {id} NOT NULL,
    flow {text} NOT NULL,
    at {int} NOT NULL,
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id)
);
CREATE INDEX flow_fired_by_contact ON flow_fired (workspace_id, contact_id, at);

-- What customers said to being written to without having asked.
CREATE TABLE consent (
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    contact_id {id} NOT NULL,
    purpose {text} NOT NULL,
    answer {text} NOT NULL,
    at {int} NOT NULL,
    PRIMARY KEY (contact_id, purpose),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id)
);

-- A conversation from its opening or reopening to its end, as far as the assistant took part, and what came of it.
CREATE TABLE stretch (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    conversation_id {id} NOT NULL,
    began_at {int} NOT NULL,
    -- The assistant's last turn: when, how it went, and the newest public message after it.
    touched_at {int} NOT NULL,
    last_turn {text} NOT NULL,
    last_message_id {id},
    flow {text},
    answer {text},
    -- open while it goes on.
    outcome {text} NOT NULL,
    ended_at {int},
    decided_at {int},
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation (workspace_id, id)
);
CREATE INDEX stretch_by_conversation ON stretch (workspace_id, conversation_id, id);
CREATE INDEX stretch_that_goes_on ON stretch (workspace_id, conversation_id, outcome);
CREATE INDEX stretch_by_outcome ON stretch (workspace_id, outcome, touched_at, id);
CREATE INDEX stretch_by_end ON stretch (workspace_id, ended_at);

-- Calls of tools, noted before they are made, so that a turn that runs again repeats none under another key.
CREATE TABLE tool_call (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    conversation_id {id} NOT NULL,
    message_id {id} NOT NULL,
    number {int} NOT NULL,
    tool {text} NOT NULL,
    -- Keyed hash of the input: tells whether it is the same call.
    input_hash {bytes} NOT NULL,
    key {text} NOT NULL,
    state {text} NOT NULL,
    key_owner {id} NOT NULL,
    sealed {bytes},
    begun_at {int} NOT NULL,
    ended_at {int},
    UNIQUE (conversation_id, message_id, number),
    FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversation (workspace_id, id)
);
