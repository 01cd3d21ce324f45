//! Faults of the user's own that panic: the connection ends in order, and nothing else does.

use std::time::Instant;

use chaosgate::{ClosedBy, Custom, Direction, Fault, How, Outbox, Segment, What};
use tokio::io::AsyncWriteExt;

use crate::support::{Rig, SOON, read_all, soon};

/// When it panics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// It meets a connection.
    Meeting,
    Data,
    Removal,
    /// It has been woken, or time has gone by.
    Deadline,
}

struct Broken(When);

impl Broken {
    fn meet(when: When) -> Self {
        let broken = Broken(when);
        broken.panic_if(When::Meeting);
        broken
    }

    fn panic_if(&self, when: When) {
        assert!(self.0 != when, "a fault of the user's own that is broken, on purpose");
    }
}

impl Fault for Broken {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        self.panic_if(When::Data);
        out.push(segment, now);
    }

    fn deadline(&self, met: Instant) -> Option<Instant> {
        (self.0 == When::Deadline).then_some(met)
    }

    fn on_deadline(&mut self, _: Instant, _: &mut Outbox) {
        self.panic_if(When::Deadline);
    }

    fn on_removal(&mut self, _: Instant, _: &mut Outbox) {
        self.panic_if(When::Removal);
    }
}

/// Data of both peers waits in the gate's sockets when the fault panics, which a mere close of the
/// sockets would answer with a reset.
#[tokio::test]
async fn both_peers_of_a_fault_that_panics_read_a_clean_end_though_data_waits_unread() {
    for when in [When::Meeting, When::Data, When::Removal, When::Deadline] {
        for direction in Direction::BOTH {
            let rig = Rig::new().await;
            let (mut client, mut server) = rig.pair().await;
            let faults = rig.gate.faults(direction);
            let broken = faults.add(Custom::new("broken", move |_| Broken::meet(when))).unwrap();
            // Of each, more than one read takes; nobody reads meanwhile.
            for stream in [&mut client, &mut server] {
                let written = stream.try_write(&vec![1; 1 << 20]).unwrap();
                assert!(written > 0);
            }
            if when == When::Removal {
                broken.remove();
            }
            rig.gate.wait_for_no_connections(SOON).await.unwrap();
            for stream in [&mut client, &mut server] {
                assert_eq!(read_all(stream).await.1, None, "{when:?} {direction}");
            }
            let last = rig.gate.events().pop().map(|event| event.what);
            assert_eq!(last, Some(What::Closed { by: ClosedBy::Failure, how: How::Fin }));
            drop((client, server));
            soon(rig.gate.wait_closed()).await;
            // Others are not concerned.
            broken.remove();
            let (mut client, server) = rig.pair().await;
            client.shutdown().await.unwrap();
            drop(server);
            assert_eq!(read_all(&mut client).await, (Vec::new(), None));
        }
    }
}
