//! What the connections of a gate share, and what the two directions of a connection do.

use chaosgate_faults::Direction::{ToClient, ToServer};
use chaosgate_faults::units::ByteSize;
use chaosgate_faults::virtual_time::{Gate, epoch, ms};
use chaosgate_faults::{Bandwidth, Idle, LimitBytes, Scope, Segment};
use proptest::prelude::*;

use crate::strategies::bytes;

const CONNECTIONS: usize = 3;

/// Which connection sends how many bytes, and how many milliseconds after the one before.
fn traffic() -> impl Strategy<Value = Vec<(usize, usize, u64)>> {
    prop::collection::vec((1..=CONNECTIONS, 1..400_usize, 0..30_u64), 1..40)
}

/// Sends it towards the server, and gives what each connection was to get.
fn send(gate: &mut Gate, traffic: &[(usize, usize, u64)]) -> [Vec<u8>; CONNECTIONS] {
    let mut sent = [const { Vec::new() }; CONNECTIONS];
    let mut millis = 0;
    for &(number, length, gap) in traffic {
        millis += gap;
        gate.advance_to(millis);
        let data = bytes(length);
        sent[number - 1].extend_from_slice(&data);
        gate.line(number, ToServer).send_now(Segment::Data(data.into()));
    }
    sent
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_shared_rate_loses_nothing_and_is_never_exceeded_and_is_used_as_long_as_there_is_something(
        traffic in traffic(),
        rate in prop_oneof![Just(500_u32), Just(20_000), Just(3_000_000)],
    ) {
        let mut gate = Gate::new(CONNECTIONS);
        let start = epoch();
        let limit = Bandwidth::new(rate).expect("a rate");
        let fault = Bandwidth { burst: Some(ByteSize::new(0)), scope: Scope::Gate, ..limit };
        gate.set(ToServer, [fault]);
        let sent = send(&mut gate, &traffic);
        gate.finish();

        let mut left = Vec::new();
        for (number, sent) in (1..).zip(&sent) {
            prop_assert_eq!(&gate.line(number, ToServer).bytes(), sent);
            let delivered = gate.line(number, ToServer).delivered();
            left.extend(delivered.iter().map(|(at, segment)| (*at, segment.len() as u64)));
        }
        left.sort_unstable();
        let mut total = 0;
        for (at, length) in &left {
            total += length;
            prop_assert!(*at >= start + limit.rate.time_for(total), "{total} bytes by {:?}", *at - start);
        }
        // It rests at most until the last segment comes.
        let last_sent = start + ms(traffic.iter().map(|(_, _, gap)| gap).sum());
        let last_left = left.last().map_or(start, |(at, _)| *at);
        prop_assert!(last_left <= last_sent + limit.rate.time_for(total));
    }

    #[test]
    fn a_shared_limit_passes_exactly_its_bytes_and_then_closes_all(
        traffic in traffic(),
        limit in 0..5_000_u64,
    ) {
        let mut gate = Gate::new(CONNECTIONS);
        gate.set(ToServer, [LimitBytes { scope: Scope::Gate, ..LimitBytes::new(limit) }]);
        let sent = send(&mut gate, &traffic);
        gate.finish();
        let all = sent.iter().map(|sent| sent.len() as u64).sum::<u64>();
        let mut passed = 0;
        for (number, sent) in (1..).zip(&sent) {
            let line = gate.line(number, ToServer);
            prop_assert!(sent.starts_with(&line.bytes()));
            passed += line.bytes().len() as u64;
            prop_assert_eq!(line.chain().closed().is_some(), all >= limit);
        }
        prop_assert_eq!(passed, limit.min(all));
    }

    #[test]
    fn an_idle_connection_is_closed_after_the_first_silence_that_is_long_enough(
        gaps in prop::collection::vec((any::<bool>(), 1..150_u64), 0..20),
        timeout in 1..150_u64,
    ) {
        let mut gate = Gate::new(1);
        gate.set(ToServer, [Idle::new(ms(timeout))]);
        let (mut now, mut last) = (0, 0);
        for (to_server, gap) in gaps {
            now += gap;
            let direction = if to_server { ToServer } else { ToClient };
            gate.line(1, direction).feed(&format!("{now}:x"));
            if now < last + timeout {
                last = now;
            }
        }
        gate.finish();
        let (at, end) = gate.line(1, ToServer).delivered().last().expect("an end").clone();
        prop_assert_eq!(end, Segment::Fin);
        prop_assert_eq!(at, epoch() + ms(last + timeout));
    }
}
