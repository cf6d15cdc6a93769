//! State, journal and jobs in SQLite or PostgreSQL; personal data sealed with per-contact keys.
