//! The assistant: turns a customer's message into an answer, choices or a hand-over, with a trace.
