//! The demo shop: its page, its orders and their small HTTP API.
