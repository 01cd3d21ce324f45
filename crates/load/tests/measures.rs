//! Each measure for a moment, without a proxy: that it comes to its end, and counts.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::time::Duration;

use chaosgate_load::{
    Outcome, Process, Receiver, Setting, bulk, connections, datagrams, idle, round_trips,
};

/// The client connects to the server itself.
fn direct(server: SocketAddr) -> Setting {
    Setting { server, through: server, time: Duration::from_millis(40), process: None }
}

fn tcp() -> Setting {
    direct(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap())
}

fn udp() -> Setting {
    direct(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap())
}

fn assert_counted(outcome: &Outcome) {
    assert!(outcome.value > 0.0, "{outcome:?}");
    assert_eq!((outcome.cpu, outcome.path), (None, None), "there is no proxy");
}

#[test]
fn streams_come_through_in_either_direction() {
    for receiver in [Receiver::Client, Receiver::Server] {
        for streams in [1, 3] {
            assert_counted(&bulk(&tcp(), streams, receiver).unwrap());
        }
    }
}

#[test]
fn round_trips_have_a_median_and_a_tail_that_is_no_shorter() {
    let outcome = round_trips(&tcp(), 3, 64).unwrap();
    assert_counted(&outcome);
    assert!(outcome.tail.unwrap() >= outcome.value, "{outcome:?}");
}

#[test]
fn connections_come_and_go() {
    assert_counted(&connections(&tcp(), 3).unwrap());
}

#[test]
fn datagrams_come_back() {
    for size in [64, 1200] {
        assert_counted(&datagrams(&udp(), size, 8).unwrap());
    }
}

/// This process stands for the proxy: it has the connections too.
#[cfg(target_os = "linux")]
#[test]
fn what_a_proxy_takes_is_read_from_the_kernel() {
    let process: Process = std::process::id().to_string().parse().unwrap();
    let with_a_process = |setting| Setting { process: Some(process), ..setting };
    assert!(idle(&with_a_process(tcp()), 20).unwrap().value >= 0.0);
    let outcome = bulk(&with_a_process(tcp()), 1, Receiver::Client).unwrap();
    assert!(outcome.cpu.is_some() && outcome.path.is_some(), "{outcome:?}");
}

#[test]
fn memory_is_not_asked_of_nobody() {
    let error = idle(&tcp(), 1).unwrap_err();
    assert_eq!(error.to_string(), "without --process there is no memory to look at");
}

#[test]
fn where_nobody_listens_a_measure_ends_with_the_reason() {
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let setting = Setting { through: nobody, ..tcp() };
    assert!(bulk(&setting, 1, Receiver::Client).is_err());
}
