//! The proxies, and how each is started.
//!
//! | file | holds |
//! |---|---|
//! | `peer` | what is known of each: its program, its command line, what it can do |
//! | `site` | where one runs: its addresses, its files, its fault |
//! | `running` | one that runs, until it is stopped |
//! | `listening` | whether somebody listens at a port |
//! | `chaosgate`, `haproxy`, `nginx`, `socat`, `toxiproxy`, `trixter`, `fault` | one each |

mod chaosgate;
mod fault;
mod haproxy;
mod listening;
mod nginx;
mod peer;
mod running;
mod site;
mod socat;
mod toxiproxy;
mod trixter;

use std::path::PathBuf;

pub(super) use peer::Peer;
pub(super) use running::Running;
pub(super) use site::Site;

/// All of them, the product first.
pub(super) fn all(program: PathBuf) -> Vec<Box<dyn Peer>> {
    let mut peers: Vec<Box<dyn Peer>> = vec![Box::new(chaosgate::Chaosgate(program))];
    peers.extend(haproxy::VARIANTS.map(|variant| Box::new(variant) as Box<dyn Peer>));
    peers.push(Box::new(nginx::Nginx));
    peers.push(Box::new(socat::Socat));
    peers.push(Box::new(toxiproxy::Toxiproxy));
    peers.push(Box::new(trixter::Trixter));
    peers.push(Box::new(fault::Fault));
    peers
}
