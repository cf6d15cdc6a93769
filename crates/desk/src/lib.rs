//! The only place that changes a conversation: permissions, commands, transactions.
