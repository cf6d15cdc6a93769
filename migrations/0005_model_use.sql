-- What language models cost and how they did. Written like 0001_spine.sql.

-- What was spent or is set aside, against the budgets: of a day, and of a conversation.
CREATE TABLE model_spent (
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    -- day or conversation.
    kind {text} NOT NULL,
    -- The day, such as 2026-11-22, or a name of the conversation.
    name {text} NOT NULL,
    -- The day on which it was last spent on.
    day {text} NOT NULL,
    tokens {int} NOT NULL,
    -- Millionths of the currency's unit.
    micros {int} NOT NULL,
    PRIMARY KEY (workspace_id, kind, name)
);
CREATE INDEX model_spent_by_day ON model_spent (workspace_id, day);

-- How often a model was asked for a task on a day, and what came of it.
CREATE TABLE model_use (
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    day {text} NOT NULL,
    task {text} NOT NULL,
    model {text} NOT NULL,
    -- Empty where it costs nothing.
    currency {text} NOT NULL,
    answered {int} NOT NULL,
    cached {int} NOT NULL,
    failed {int} NOT NULL,
    tokens_in {int} NOT NULL,
    tokens_out {int} NOT NULL,
    micros {int} NOT NULL,
    took_ms {int} NOT NULL,
    longest_ms {int} NOT NULL,
    PRIMARY KEY (workspace_id, day, task, model, currency)
);
