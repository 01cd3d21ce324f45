//! What holds for every chain, whatever its faults, the traffic and the moments.

mod bounds;
mod closers;
mod connections;
mod conservation;
mod datagrams;
mod gate_wide;
mod segmentation;
mod strategies;
mod when;
