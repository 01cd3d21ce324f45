//! What other tools call our faults and their fields.

/// A word of another tool, in lower case and with underscores, and ours for it. A word may have several of
/// ours, of which the one is meant that is known where it was written.
pub(crate) const WORDS: [(&str, &str); 27] = [
    // Toxiproxy: toxics, and their attributes.
    ("timeout", "blackhole"),
    ("reset_peer", "reset"),
    ("slicer", "slice"),
    ("limit_data", "limit_bytes"),
    ("latency", "delay"),
    ("average_size", "size"),
    ("size_variation", "variation"),
    ("delay", "pause"),
    ("toxicity", "probability"),
    // netem, and what is built upon it.
    ("delay", "latency"),
    ("jitter", "latency"),
    ("packet_loss", "loss"),
    ("gemodel", "burst_loss"),
    ("corruption", "corrupt"),
    ("duplication", "duplicate"),
    ("reordering", "reorder"),
    ("rate", "bandwidth"),
    ("percent", "ratio"),
    ("percentage", "ratio"),
    ("mtu", "truncate"),
    // What people say.
    ("lag", "latency"),
    ("throttle", "bandwidth"),
    ("partition", "blackhole"),
    ("hang", "stall"),
    ("disconnect", "close_on_data"),
    ("duration", "for"),
    ("ttl", "for"),
];
