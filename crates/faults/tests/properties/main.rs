//! What holds for every chain, whatever its faults, the traffic and the moments.

mod bounds;
mod conservation;
mod segmentation;
mod strategies;
