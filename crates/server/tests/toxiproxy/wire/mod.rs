//! What each toxic does to real traffic, and to connections that are open when it changes.

mod bandwidth;
mod latency;
mod limit_data;
mod packet_loss;
mod plain;
mod reset_peer;
mod slicer;
mod slow_close;
mod timeout;
mod toxicity;
