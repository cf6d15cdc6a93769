-- Long runs of the assistant's files, and who said what of consent. Written like 0001_spine.sql.

-- Test conversations, simulated customers, random walks, replays, publications: each is the work of a job.
CREATE TABLE assistant_run (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    kind {text} NOT NULL,
    -- JSON: how it is to be run.
    asked {text} NOT NULL,
    asked_by {text} NOT NULL,
    created_at {int} NOT NULL,
    -- done, failed or cancelled; none while it waits or is under way.
    ended {text},
    ended_at {int},
    -- What it came to, sealed with the workspace's key.
    sealed {bytes}
);
CREATE INDEX assistant_run_by_workspace ON assistant_run (workspace_id, id);

-- Who noted it: the customer, the assistant, or a user. None: before this was kept.
ALTER TABLE consent ADD COLUMN said_by {text};
