//! The knowledge base: import, index, search and answers.
