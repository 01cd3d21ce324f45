//! What holds for every chain, whatever its faults, the traffic and the moments.

mod bounds;
mod conservation;
mod gate_wide;
mod segmentation;
mod strategies;
