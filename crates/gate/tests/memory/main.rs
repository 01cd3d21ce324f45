//! What a gate holds, as the allocator of the process counts it.

mod counting;
mod crowd;
mod datagrams;
mod streams;
#[path = "../support/mod.rs"]
mod support;
mod switches;
#[allow(dead_code, reason = "each test binary uses a part of it")]
#[path = "../udp/rig.rs"]
mod udp_rig;
