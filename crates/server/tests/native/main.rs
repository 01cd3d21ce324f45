//! The native interface: each of its routes, over a real socket. Whatever is answered in these tests is what
//! the `OpenAPI` document says of the route (`support/contract.rs`).

mod beside_toxiproxy;
mod concurrency;
mod configuration;
mod documented;
mod events;
mod faults;
mod gates;
mod parts;
mod random;
mod refusals;
mod stream;
mod support;
mod waits;
