//! Faults that close a connection, and others before them, behind them, and on the other direction.

use std::io::ErrorKind;
use std::time::Duration;

use chaosgate::units::ByteSize;
use chaosgate::{
    Blackhole, CloseOnData, ClosedBy, Direction, EntrySpec, How, Latency, LimitBytes, Unsent, What,
};
use tokio::io::AsyncWriteExt;

use crate::support::{Rig, SOON, read_all, soon};

/// Who has closed the last connection, and how.
fn closed(rig: &Rig) -> (ClosedBy, How) {
    let closed = rig.gate.events().into_iter().rev().find_map(|event| match event.what {
        What::Closed { by, how } => Some((by, how)),
        _ => None,
    });
    closed.expect("one has been closed")
}

#[tokio::test]
async fn of_two_faults_that_close_the_one_behind_ends_the_connection_for_both_peers() {
    let rig = Rig::new().await;
    let limit = LimitBytes { how: How::Reset, ..LimitBytes::new(2_000) };
    let behind = CloseOnData { after: ByteSize::new(1_000), ..CloseOnData::default() };
    rig.gate.to_server().set([EntrySpec::from(limit), behind.into()]).unwrap();
    let (mut client, mut server) = rig.pair().await;
    client.write_all(&[7; 3_000]).await.unwrap();
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
    assert_eq!(read_all(&mut server).await, (vec![7; 1_000], None));
    assert_eq!(read_all(&mut client).await, (Vec::new(), None));
    let name = "close_on_data".to_owned();
    let by = ClosedBy::Fault { direction: Direction::ToServer, name };
    assert_eq!(closed(&rig), (by, How::Fin));
    drop((client, server));
    soon(rig.gate.wait_closed()).await;
}

/// A blackhole behind it has taken all that was under way, so that nothing is left to come when the
/// other direction closes.
#[tokio::test]
async fn what_a_blackhole_behind_a_latency_is_to_swallow_does_not_come_when_the_other_direction_closes()
 {
    for how in [How::Fin, How::Reset] {
        let rig = Rig::new().await;
        let latency = Latency::new(Duration::from_hours(1));
        let blackhole = Blackhole { data: Some(Unsent::Discard), ..Blackhole::default() };
        rig.gate.to_client().set([EntrySpec::from(latency), blackhole.into()]).unwrap();
        rig.gate.to_server().set([LimitBytes { how, ..LimitBytes::new(1) }]).unwrap();
        let (mut client, mut server) = rig.pair().await;
        server.write_all(b"a secret").await.unwrap();
        received(&rig, 8).await;
        client.write_all(b"xy").await.unwrap();
        let end = (how == How::Reset).then_some(ErrorKind::ConnectionReset);
        assert_eq!(read_all(&mut client).await, (Vec::new(), end), "{how}");
        assert_eq!(read_all(&mut server).await, (b"x".to_vec(), end), "{how}");
        rig.gate.wait_for_no_connections(SOON).await.unwrap();
    }
}

/// Waits until the gate has read so many bytes that go to the client.
async fn received(rig: &Rig, bytes: u64) {
    soon(async {
        while rig.gate.totals().to_client.received < bytes {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
