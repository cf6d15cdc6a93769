//! Yingda, the intelligent customer-service platform: command line and wiring.
fn main() {}
