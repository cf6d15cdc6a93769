//! HTTP and WebSocket API, sessions, OpenAPI, static files.
