//! Arbitrary bytes in both directions of a connection; what is checked is listed in `src/lib.rs`.

#![no_main]

use chaosgate_messages_fuzz::Talk;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|talk: Talk| talk.check());
