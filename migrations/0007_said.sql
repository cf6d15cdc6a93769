-- What customers said: that something did not help, and every word on consent. Written like 0001_spine.sql.

-- When the customer said in this stretch that it did not help.
ALTER TABLE stretch ADD COLUMN denied_at {int};

-- Every word on consent; the table consent has the newest of each purpose. Rows are added and, with their contact, removed.
CREATE TABLE consent_said (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id} NOT NULL REFERENCES workspace (id),
    contact_id {id} NOT NULL,
    purpose {text} NOT NULL,
    answer {text} NOT NULL,
    at {int} NOT NULL,
    noted_at {int} NOT NULL,
    said_by {text},
    -- widget, api, agent or import. None: before this was kept.
    way {text},
    -- The words that were answered, sealed with this contact's key. None where they are not known.
    key_owner {id},
    sealed {bytes},
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id)
);
CREATE INDEX consent_said_by_contact ON consent_said (workspace_id, contact_id, id);
-- What was said before: at most one word of a contact, so that its id serves.
INSERT INTO consent_said (id, workspace_id, contact_id, purpose, answer, at, noted_at, said_by)
    SELECT contact_id, workspace_id, contact_id, purpose, answer, at, at, said_by FROM consent;
