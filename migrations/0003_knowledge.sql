-- Knowledge: more kinds of entries, their versions, proposals, use, websites, the graph, the help centre. Written like
-- 0001_spine.sql.

ALTER TABLE kb_entry ADD COLUMN kind {text} NOT NULL DEFAULT 'faq';
ALTER TABLE kb_entry ADD COLUMN answers {text} NOT NULL DEFAULT '[]';
ALTER TABLE kb_entry ADD COLUMN follow_ups {text} NOT NULL DEFAULT '[]';
ALTER TABLE kb_entry ADD COLUMN tags {text} NOT NULL DEFAULT '[]';
ALTER TABLE kb_entry ADD COLUMN status {text} NOT NULL DEFAULT 'published';
-- public, signed_in, agents, or team:ID.
ALTER TABLE kb_entry ADD COLUMN audience {text} NOT NULL DEFAULT 'public';
ALTER TABLE kb_entry ADD COLUMN valid_from {int};
ALTER TABLE kb_entry ADD COLUMN valid_until {int};
ALTER TABLE kb_entry ADD COLUMN owner_id {id};
-- Where the words come from, as JSON.
ALTER TABLE kb_entry ADD COLUMN source {text} NOT NULL DEFAULT '{}';
ALTER TABLE kb_entry ADD COLUMN version {int} NOT NULL DEFAULT 1;
-- The workspace's kb_revision when the entry last changed: what an index that is behind has to read.
ALTER TABLE kb_entry ADD COLUMN revision {int} NOT NULL DEFAULT 0;
CREATE INDEX kb_entry_by_revision ON kb_entry (workspace_id, revision);

-- Entries that were removed, for indexes that are behind.
CREATE TABLE kb_gone (
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    entry_id {id} NOT NULL,
    revision {int} NOT NULL,
    PRIMARY KEY (workspace_id, entry_id)
);
CREATE INDEX kb_gone_by_revision ON kb_gone (workspace_id, revision);

-- Entries as they once were, each as JSON; the last one is the entry as it is.
CREATE TABLE kb_version (
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    entry_id {id} NOT NULL,
    version {int} NOT NULL,
    content {text} NOT NULL,
    actor {text} NOT NULL,
    note {text},
    at {int} NOT NULL,
    PRIMARY KEY (entry_id, version)
);
CREATE INDEX kb_version_by_workspace ON kb_version (workspace_id, entry_id, version);

-- Proposals to add or change an entry.
CREATE TABLE kb_change (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    entry_id {id},
    based_on {int},
    content {text} NOT NULL,
    origin {text} NOT NULL,
    state {text} NOT NULL,
    evidence {text} NOT NULL,
    effect {text},
    -- The same suggestion has the same one, so that what was refused does not come back.
    fingerprint {text},
    actor {text} NOT NULL,
    note {text},
    decided_by {text},
    decided_at {int},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL
);
CREATE INDEX kb_change_by_workspace ON kb_change (workspace_id, state, id);
CREATE INDEX kb_change_by_entry ON kb_change (workspace_id, entry_id);
CREATE UNIQUE INDEX kb_change_by_fingerprint ON kb_change (workspace_id, fingerprint);

-- How an entry was used on a day (days since 1970, UTC).
CREATE TABLE kb_use (
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    entry_id {id} NOT NULL,
    day {int} NOT NULL,
    answered {int} NOT NULL,
    offered {int} NOT NULL,
    chosen {int} NOT NULL,
    shown {int} NOT NULL,
    helpful {int} NOT NULL,
    unhelpful {int} NOT NULL,
    PRIMARY KEY (entry_id, day)
);
CREATE INDEX kb_use_by_workspace ON kb_use (workspace_id, day);

-- What readers of the help centre wrote about an entry, sealed with the workspace's key.
CREATE TABLE kb_comment (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    entry_id {id} NOT NULL,
    helpful {bool} NOT NULL,
    sealed {bytes} NOT NULL,
    at {int} NOT NULL
);
CREATE INDEX kb_comment_by_entry ON kb_comment (workspace_id, entry_id, id);

-- Questions that search is measured by, with the ids or keys of the entries that answer them.
CREATE TABLE kb_eval (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    query {text} NOT NULL,
    lang {text},
    relevant {text} NOT NULL,
    created_at {int} NOT NULL
);
CREATE INDEX kb_eval_by_workspace ON kb_eval (workspace_id, id);

-- Websites that pages are read from: what to read, and what came of it, as JSON.
CREATE TABLE kb_web (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    settings {text} NOT NULL,
    outcome {text},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    UNIQUE (workspace_id, id)
);

-- Pages that were read; known is what tells whether they have changed, as JSON.
CREATE TABLE kb_page (
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    web_id {id} NOT NULL,
    url {text} NOT NULL,
    entry_id {id} NOT NULL,
    known {text} NOT NULL,
    seen_at {int} NOT NULL,
    PRIMARY KEY (web_id, url),
    FOREIGN KEY (workspace_id, web_id) REFERENCES kb_web (workspace_id, id)
);

-- The knowledge graph: things, links, and what attributes mean, each as JSON. Read whole.
CREATE TABLE graph_row (
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    -- thing, link, attribute.
    kind {text} NOT NULL,
    name {text} NOT NULL,
    content {text} NOT NULL,
    PRIMARY KEY (workspace_id, kind, name)
);
-- Grows with every change of the graph. None: 0.
ALTER TABLE workspace ADD COLUMN graph_revision {int};

-- Public sites of articles. Their names are in addresses, so no two are the same.
CREATE TABLE kb_site (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    slug {text} NOT NULL UNIQUE,
    settings {text} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL
);
CREATE INDEX kb_site_by_workspace ON kb_site (workspace_id, id);

-- To find what nobody knew lately.
CREATE INDEX trace_by_workspace ON trace (workspace_id, at);
