//! A client that goes while its server is dialled.

use std::io::{ErrorKind, Read};

use tokio::task::yield_now;

use crate::support::{Rig, SOON};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_never_reads_a_clean_end_of_a_client_that_has_reset() {
    let Rig { gate, server } = Rig::new().await;
    for round in 0..300 {
        let client = tokio::net::TcpStream::connect(gate.address()).await.unwrap();
        for _ in 0..round % 7 {
            yield_now().await;
        }
        client.set_zero_linger().unwrap();
        drop(client);
        gate.wait_for_no_connections(SOON).await.unwrap();
    }
    gate.stop();
    gate.wait_closed().await;
    // Whether one was dialled at all is a matter of time. All that were wait to be accepted.
    let server = server.into_std().unwrap();
    let mut resets = 0;
    while let Ok((mut dialled, _)) = server.accept() {
        dialled.set_read_timeout(Some(SOON)).unwrap();
        let error = dialled.read(&mut [0]).expect_err("not a clean end");
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        resets += 1;
    }
    assert!(resets > 0, "none was dialled");
}
