//! Shares that wait until there is room.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use shuttle::{future, thread};

use super::{fails, holds};
use crate::memory::{Memory, Share};

const LIMIT: usize = 100;

/// Tasks that hold something wait for room to read into, and each lets go of all when it has read.
fn all_read(leaves_its_waker_first: bool) {
    let memory = Arc::new(Memory::new(LIMIT));
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let memory = memory.clone();
            thread::spawn(move || {
                let share = Share::of(&memory);
                share.set(1);
                let granted = future::block_on(poll_fn(|cx| {
                    let mut granted = share.grant(LIMIT);
                    if granted == 0 && leaves_its_waker_first {
                        share.wait(cx.waker());
                        granted = share.grant(LIMIT);
                    } else if granted == 0 {
                        share.wait(cx.waker());
                    }
                    if granted > 0 { Poll::Ready(granted) } else { Poll::Pending }
                }));
                assert!(granted < LIMIT, "what it holds itself is not granted to it");
                share.set(1 + granted);
                share.set(0);
            })
        })
        .collect();
    for task in tasks {
        task.join().expect("the task's assertions");
    }
    assert!(!memory.is_full());
}

#[test]
fn who_waits_for_room_is_woken_when_there_is_some() {
    holds(|| all_read(true));
}

#[test]
fn who_does_not_look_again_behind_its_waker_is_found_out() {
    fails(|| all_read(false));
}
