//! Arbitrary chains, traffic and switches; what is checked is listed in `src/lib.rs`.

#![no_main]

use chaosgate_faults_fuzz::{Gate, Plan, fill};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|plan: Plan| Gate::new(&plan).run(&plan));

// What libFuzzer keeps and mutates is full of a few faults that close connections, since those reach
// much code with few bytes. So every fourth input is all new.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if seed.is_multiple_of(4) {
        fill(data, seed);
        max_size
    } else {
        fuzzer_mutate(data, size, max_size)
    }
});
