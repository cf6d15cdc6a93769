//! Live fan-out between parts and nodes: in-process, or NATS.
