//! Timers that are armed while time passes and others fire.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use shuttle::{future, thread};

use super::{RUNTIME, fails, holds};
use crate::sync::{Notify, advance, now};
use crate::timer::modelled::{arm_behind_the_alarm, drive_until, timers};
use crate::timer::{Timer, Timers};

const TICK: Duration = Duration::from_millis(1);

/// How a timer is armed.
type Arm = fn(&mut Timer, Instant, &Waker);

fn sleep(timers: &Arc<Timers>, until: Instant, arm: Arm) {
    let mut timer = timers.timer();
    future::block_on(poll_fn(|cx| {
        if now() >= until {
            return Poll::Ready(());
        }
        arm(&mut timer, until, cx.waker());
        Poll::Pending
    }));
}

/// Those who sleep for so many ticks each, armed in this way, while two ticks pass.
fn sleepers<const N: usize>(ticks: [u32; N], arm: Arm) {
    let begin = now();
    // Nobody drives it; the model has a thread for that.
    let timers = timers(RUNTIME.spawn(async {}).abort_handle());
    let over = Arc::new(Notify::new());
    let driver = thread::spawn({
        let (timers, over) = (timers.clone(), over.clone());
        move || future::block_on(drive_until(timers, over))
    });
    let sleepers = ticks.map(|ticks| {
        let timers = timers.clone();
        thread::spawn(move || sleep(&timers, begin + TICK * ticks, arm))
    });
    advance(TICK);
    advance(TICK);
    for sleeper in sleepers {
        sleeper.join().expect("it is woken");
    }
    over.notify_one();
    driver.join().expect("no assertion");
}

#[test]
fn who_sleeps_is_woken_whenever_the_timer_is_armed_and_whoever_else_sleeps() {
    holds(|| sleepers([1, 2], |timer, at, waker| timer.arm(Some(at), waker)));
}

#[test]
fn an_alarm_that_is_set_before_its_timer_is_there_is_found_out() {
    fails(|| sleepers([1], arm_behind_the_alarm));
}

#[test]
fn who_sleeps_when_the_runtime_ends_is_woken() {
    holds(|| {
        let timers = timers(RUNTIME.spawn(async {}).abort_handle());
        let over = Arc::new(Notify::new());
        over.notify_one();
        let sleeper = thread::spawn({
            let timers = timers.clone();
            move || {
                let mut timer = timers.timer();
                future::block_on(poll_fn(|cx| {
                    // As who waits does: looks, arms, and looks again.
                    timer.arm(Some(now() + TICK), cx.waker());
                    if timers.have_ended() { Poll::Ready(()) } else { Poll::Pending }
                }));
            }
        });
        future::block_on(drive_until(timers, over));
        sleeper.join().expect("it is woken");
    });
}
