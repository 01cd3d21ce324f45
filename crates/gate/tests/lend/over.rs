//! Lending that does not lend: with a coin that says so, and after its time. What was there before it
//! does not come back.

use std::time::Duration;

use chaosgate::units::Ratio;
use chaosgate::{Corrupt, EntrySpec, Faults};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::borrower::Borrower;
use crate::support::{Rig, read, soon};
use crate::udp_rig;

/// Lending that is over on every connection, in place of a fault that changes all bytes.
async fn lend_in_vain(faults: &Faults, borrower: &Borrower, has_time: bool) {
    let lent = EntrySpec::from(borrower.lent.clone());
    if !has_time {
        faults.set([lent.with_probability(Ratio::new(0.0).unwrap())]).unwrap();
        return;
    }
    faults.set([lent.lasting(Duration::from_millis(20))]).unwrap();
    soon(async {
        while !faults.list().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

fn corrupting() -> Corrupt {
    Corrupt { ratio: Ratio::new(1.0).unwrap(), ..Corrupt::default() }
}

async fn passes(from: &mut TcpStream, to: &mut TcpStream) {
    for _ in 0..3 {
        from.write_all(b"unchanged").await.unwrap();
        assert_eq!(read(to, 9).await, b"unchanged");
    }
}

#[tokio::test]
async fn lending_that_does_not_lend_brings_no_removed_fault_back() {
    for has_time in [false, true] {
        let (rig, mut borrower) = (Rig::new().await, Borrower::new());
        rig.gate.both().set([corrupting()]).unwrap();
        let (mut quiet, mut quiet_server) = rig.pair().await;
        let (mut busy, mut busy_server) = rig.pair().await;
        busy.write_all(b"a").await.unwrap();
        assert_ne!(read(&mut busy_server, 1).await, b"a");
        for faults in [rig.gate.to_server(), rig.gate.to_client()] {
            lend_in_vain(&faults, &borrower, has_time).await;
        }
        let (mut new, mut new_server) = rig.pair().await;
        let pairs = [
            (&mut busy, &mut busy_server),
            (&mut quiet, &mut quiet_server),
            (&mut new, &mut new_server),
        ];
        for (client, server) in pairs {
            passes(client, server).await;
            passes(server, client).await;
        }
        borrower.has_heard_all();
    }
}

#[tokio::test]
async fn lending_of_datagrams_that_does_not_lend_brings_no_removed_fault_back() {
    for has_time in [false, true] {
        let (rig, mut borrower) = (udp_rig::Rig::new().await, Borrower::new());
        let known = rig.pair().await;
        rig.gate.both().set([corrupting()]).unwrap();
        for faults in [rig.gate.to_server(), rig.gate.to_client()] {
            lend_in_vain(&faults, &borrower, has_time).await;
        }
        for client in [known.client, rig.client().await] {
            client.send(b"unchanged").await.unwrap();
            let (datagram, at_server) = udp_rig::receive_from(&rig.server).await;
            assert_eq!(datagram, b"unchanged");
            rig.server.send_to(b"as well", at_server).await.unwrap();
            assert_eq!(udp_rig::receive(&client).await, b"as well");
        }
        borrower.has_heard_all();
    }
}
