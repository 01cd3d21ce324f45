//! A client that goes while its server is dialled.

use std::io::ErrorKind;

use tokio::io::AsyncReadExt;
use tokio::task::yield_now;

use crate::support::{Rig, SOON};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_never_reads_a_clean_end_of_a_client_that_has_reset() {
    let rig = Rig::new().await;
    let (mut resets, mut ends) = (0, 0);
    for round in 0..300 {
        let client = rig.client().await;
        for _ in 0..round % 7 {
            yield_now().await;
        }
        client.set_zero_linger().unwrap();
        drop(client);
        rig.gate.wait_for_no_connections(SOON).await.unwrap();
        // Whether it was dialled at all is a matter of time.
        while let Ok(Ok((mut server, _))) =
            tokio::time::timeout(std::time::Duration::from_millis(1), rig.server.accept()).await
        {
            match server.read(&mut [0]).await {
                Err(error) if error.kind() == ErrorKind::ConnectionReset => resets += 1,
                other => {
                    ends += 1;
                    other.unwrap();
                }
            }
        }
    }
    assert_eq!(ends, 0, "beside {resets} resets");
    assert!(resets > 0, "none was dialled");
}
