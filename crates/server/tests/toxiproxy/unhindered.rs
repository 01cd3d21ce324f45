//! No call waits for a peer: where the model hangs for seconds, or for good, it returns at once.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Answer, Api, Link, gone, read, silent, soon};

/// It takes less than a tenth of this; the model takes 5 to 12 s. A busy machine has the rest.
const AT_ONCE: Duration = Duration::from_secs(1);

/// Makes a call, and meanwhile another one, to a proxy that has nothing to do with it.
async fn at_once(api: &Api, method: &str, path: &str) -> Answer {
    let other = json!({ "name": "other", "listen": "127.0.0.1:0", "upstream": "u:1" });
    let start = Instant::now();
    let (answer, created) = tokio::join!(api.call(method, path, ""), api.post("/proxies", other));
    created.expect(201);
    api.get("/proxies").await.expect(200);
    assert!(start.elapsed() < AT_ONCE, "{method} {path} took {:?}", start.elapsed());
    api.delete("/proxies/other").await.expect(204);
    answer
}

/// Sends until nobody takes any more.
async fn fill(stream: &mut TcpStream) {
    let chunk = vec![1; 1 << 20];
    while let Ok(written) =
        tokio::time::timeout(Duration::from_millis(200), stream.write_all(&chunk)).await
    {
        written.expect("it is open");
    }
}

#[tokio::test]
async fn a_latency_is_removed_while_the_client_does_not_read() {
    let link = Link::with("latency", "downstream", json!({ "latency": 1 })).await;
    let (mut client, mut server) = link.pair().await;
    fill(&mut server).await;
    at_once(&link.api, "DELETE", "/proxies/p/toxics/latency_downstream").await.expect(204);
    // And what was under way is not lost.
    assert_eq!(read(&mut client, 1 << 20).await, vec![1; 1 << 20]);
}

#[tokio::test]
async fn a_reset_peer_is_removed_in_mid_wait() {
    let link = Link::with("reset_peer", "upstream", json!({ "timeout": 3_600_000 })).await;
    let (mut client, mut server) = link.pair().await;
    client.write_all(b"lost").await.expect("it reads");
    client.shutdown().await.expect("it is open");
    silent(&server).await;
    at_once(&link.api, "DELETE", "/proxies/p/toxics/reset_peer_upstream").await.expect(204);
    gone(&mut server).await;
}

#[tokio::test]
async fn a_proxy_is_deleted_and_changed_with_toxics_in_a_wait_of_an_hour() {
    for (type_name, attributes) in [
        ("latency", json!({ "latency": 3_600_000 })),
        ("bandwidth", json!({ "rate": 0 })),
        ("slow_close", json!({ "delay": 3_600_000 })),
        ("timeout", json!({ "timeout": 3_600_000 })),
        ("slicer", json!({ "average_size": 1, "delay": 3_600_000_000_i64 })),
    ] {
        let link = Link::with(type_name, "upstream", attributes).await;
        let (mut client, mut server) = link.pair().await;
        client.write_all(b"held").await.expect("it reads");
        client.shutdown().await.expect("it is open");
        at_once(&link.api, "DELETE", &format!("/proxies/p/toxics/{type_name}_upstream"))
            .await
            .expect(204);
        link.api.toxic("timeout", "upstream", json!({})).await;
        at_once(&link.api, "POST", "/reset").await.expect(204);
        at_once(&link.api, "DELETE", "/proxies/p").await.expect(204);
        soon(async { while server.read(&mut [0; 16]).await.is_ok_and(|length| length > 0) {} })
            .await;
    }
}

/// A server that completes no handshake: its backlog is full.
#[cfg(target_os = "linux")]
struct BlackHole {
    listener: socket2::Socket,
    _queued: Vec<socket2::Socket>,
}

#[cfg(target_os = "linux")]
impl BlackHole {
    fn new() -> Self {
        use socket2::{Domain, Socket, Type};
        let socket = || Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        let listener = socket();
        let any: std::net::SocketAddr = ([127, 0, 0, 1], 0).into();
        listener.bind(&any.into()).expect("a free port");
        listener.listen(0).expect("it listens");
        let address = listener.local_addr().expect("an address");
        let queue = |_| {
            let socket = socket();
            socket.set_nonblocking(true).expect("it does not block");
            // It is under way, and stays so.
            let _ = socket.connect(&address);
            socket
        };
        BlackHole { listener, _queued: (0..4).map(queue).collect() }
    }

    fn address(&self) -> std::net::SocketAddr {
        self.listener.local_addr().expect("an address").as_socket().expect("of IPv4")
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_proxy_is_deleted_while_its_dial_is_black_holed() {
    let (api, hole) = (Api::start().await, BlackHole::new());
    let proxy = api.proxy(hole.address()).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        // The model accepts the next one only when the dial before has ended.
        clients.push(TcpStream::connect(proxy).await.expect("it listens"));
    }
    at_once(&api, "POST", "/proxies/p").await.expect(400);
    at_once(&api, "DELETE", "/proxies/p").await.expect(204);
    TcpListener::bind(proxy).await.expect("the port is free at once");
    for client in &mut clients {
        gone(client).await;
    }
}
