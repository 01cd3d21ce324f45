//! A process without descriptors to spare. On its own in this file, since the limit is that of the
//! process.
#![cfg(target_os = "linux")]

mod support;

use chaosgate::{Accepting, AcceptingError, BacklogError};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::{Rig, read, soon};
use tokio::io::AsyncWriteExt;

/// Calls with a limit on descriptors that allows no new one.
fn without_descriptors<T>(call: impl FnOnce() -> T) -> T {
    let before = getrlimit(Resource::Nofile);
    // Not 0: a poll of one descriptor would be beyond that.
    setrlimit(Resource::Nofile, Rlimit { current: Some(1), ..before }).unwrap();
    let result = call();
    setrlimit(Resource::Nofile, before).unwrap();
    result
}

#[tokio::test]
async fn a_way_of_accepting_that_cannot_be_had_is_an_error_that_changes_nothing() {
    let rig = Rig::new().await;
    let address = rig.gate.address();
    for from in [Accepting::Accept, Accepting::Hold, Accepting::Mute] {
        rig.gate.set_accepting(from).unwrap();
        let set = without_descriptors(|| rig.gate.set_accepting(Accepting::Timeout));
        let error = set.expect_err("it takes a descriptor");
        assert_eq!(
            error.to_string(),
            format!(
                "cannot change from {from} to timeout: the queue of {address} cannot be kept \
                 full: Too many open files (os error 24)"
            )
        );
        let AcceptingError::Timeout { source: BacklogError::System(_), .. } = error else {
            panic!("{error}")
        };
        assert_eq!(rig.gate.accepting(), from);
        let client = soon(rig.client()).await;
        rig.gate.set_accepting(Accepting::Refuse).unwrap();
        rig.gate.set_accepting(Accepting::Accept).unwrap();
        drop(client);
    }
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"as before").await.unwrap();
    assert_eq!(read(&mut server, 9).await, b"as before");
}
