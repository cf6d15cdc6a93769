-- What a workspace keeps for understanding its customers. Written like 0001_spine.sql.

-- Grows with every change of what messages are understood by: intents, types of entity, the model in use. None: 0.
ALTER TABLE workspace ADD COLUMN language_revision {int};

-- Names an entry for those that refer to it, such as intents; the same in each language.
ALTER TABLE kb_entry ADD COLUMN key {text};

-- How far a long job is, as JSON.
ALTER TABLE job ADD COLUMN progress {text};

-- Something that customers want. A name such as order/cancel lies in order.
CREATE TABLE intent (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    name {text} NOT NULL,
    title_zh {text} NOT NULL,
    title_en {text} NOT NULL,
    -- The key of the knowledge entries that answer it.
    answer_key {text},
    action {text} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    UNIQUE (workspace_id, name),
    UNIQUE (workspace_id, id)
);

-- An example of what customers write; without an intent it is out of scope.
CREATE TABLE utterance (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    intent_id {id},
    text {text} NOT NULL,
    lang {text},
    -- Where it comes from, such as written or import.
    origin {text} NOT NULL,
    created_at {int} NOT NULL,
    FOREIGN KEY (workspace_id, intent_id) REFERENCES intent (workspace_id, id)
);
CREATE INDEX utterance_by_workspace ON utterance (workspace_id, id);
CREATE INDEX utterance_by_intent ON utterance (workspace_id, intent_id, id);

-- A kind of thing that messages name.
CREATE TABLE entity_type (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    name {text} NOT NULL,
    title_zh {text} NOT NULL,
    title_en {text} NOT NULL,
    -- Values with what else customers call them, and regular expressions: both JSON.
    items {text} NOT NULL,
    patterns {text} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    UNIQUE (workspace_id, name)
);

-- Trained classifiers. At most one of a workspace is active.
CREATE TABLE language_model (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    version {int} NOT NULL,
    state {text} NOT NULL,
    active {bool} NOT NULL,
    created_by {text} NOT NULL,
    created_at {int} NOT NULL,
    examples {int} NOT NULL,
    -- Names of the intents that it knows, each with the intent's id: JSON.
    labels {text} NOT NULL,
    -- Share of the examples that were taken rightly while they were left out of training, in hundredths of a percent.
    accuracy {int},
    report {text} NOT NULL,
    -- Why it waits or failed, for people: JSON with zh and en.
    note {text},
    bytes {bytes},
    UNIQUE (workspace_id, version)
);
