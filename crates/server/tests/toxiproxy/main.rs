//! Toxiproxy's contract: a test for each of its rows, over HTTP and on the wire.

mod apply;
mod concurrency;
mod crowd;
mod datagrams;
mod ends;
mod http;
mod metrics;
mod page;
mod populate;
mod proxies;
mod reading;
mod reset;
mod safety;
mod support;
mod token;
mod toxics;
mod unhindered;
mod updates;
mod warnings;
mod wire;
