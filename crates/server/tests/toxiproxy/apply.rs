//! A configuration is brought about as a whole, and the interface shows what came of it.

use std::io::ErrorKind;
use std::net::SocketAddr;

use chaosgate::{Accepting, AnyGate};
use chaosgate_config::{Config, Document};
use chaosgate_server::ApplyError;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream, UdpSocket};

use crate::metrics::{PROXIES, exchange, value};
use crate::support::{Api, echo, read, soon};

/// A server that greets each client with a letter.
async fn greeter(letter: u8) -> SocketAddr {
    let server = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = server.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = server.accept().await {
            tokio::spawn(async move {
                let _ = stream.write_all(&[letter]).await;
                let _ = stream.readable().await;
            });
        }
    });
    at
}

async fn client_of(gate: SocketAddr) -> (TcpStream, u8) {
    let mut client = soon(TcpStream::connect(gate)).await.expect("it is let in");
    let letter = read(&mut client, 1).await[0];
    (client, letter)
}

async fn apply(api: &Api, gates: Value) -> Result<(), ApplyError> {
    let document = Document::parse("gates.json", &json!({ "gates": gates }).to_string());
    let config = Config::from_document(&document.expect("JSON")).expect("a configuration");
    api.dialect.apply(config).await
}

fn gate(api: &Api, name: &str) -> AnyGate {
    let member = api.registry.get(name).expect("a gate of this name");
    member.with(|kept| kept.gate.clone()).expect("a gate")
}

#[tokio::test]
async fn ports_are_swapped_one_gate_goes_one_comes_and_one_keeps_its_connections() {
    let api = Api::start().await;
    let mut servers = Vec::new();
    for letter in *b"abcde" {
        servers.push(greeter(letter).await);
    }
    let on = |port: &str, letter: u8| json!({ "listen": port, "upstream": servers[usize::from(letter - b'a')] });
    let free = "127.0.0.1:0";
    let first = json!({ "a": on(free, b'a'), "b": on(free, b'b'), "c": on(free, b'c'), "d": on(free, b'd') });
    apply(&api, first).await.expect("free ports");
    let at = ["a", "b", "c", "d"].map(|name| gate(&api, name).address());
    let (mut stays, letter) = client_of(at[2]).await;
    assert_eq!(letter, b'c');
    let kept = gate(&api, "c");

    let [of_a, of_b, _, of_d] = at.map(|at| at.to_string());
    let second = json!({ "a": on(&of_b, b'a'), "b": on(&of_a, b'b'), "c": on(free, b'c'), "e": on(&of_d, b'e') });
    apply(&api, second).await.expect("ports of their own");
    for (address, letter) in at.into_iter().zip(*b"bace") {
        assert_eq!(client_of(address).await.1, letter, "{address}");
    }
    assert!(api.registry.get("d").is_none());
    assert!(kept.is_running() && kept.connection_count() > 0);
    stays.write_all(b"it stands").await.expect("a connection");
}

#[tokio::test]
async fn if_one_gate_cannot_be_as_it_is_to_be_nothing_changes() {
    let api = Api::start().await;
    let (a, b) = (greeter(b'a').await, greeter(b'b').await);
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let taken = taken.local_addr().map(|at| (taken, at)).expect("an address");
    apply(&api, json!({ "a": { "upstream": a } })).await.expect("a free port");
    let at = gate(&api, "a").address();
    let (_client, _) = client_of(at).await;
    let changed = json!({
        "upstream": b, "accepting": "hold", "to_client": [{ "type": "stall" }], "listen": "127.0.0.1:0",
    });
    for (wrong, says) in [
        (json!({ "upstream": b, "listen": taken.1 }), "gate b: cannot listen on"),
        (json!({ "upstream": b, "listen": "no.such.host.invalid:0" }), "gate b: listen address"),
        (json!({ "upstream": "127.0.0.1:7", "listen": "127.0.0.1:7" }), "gate b: "),
    ] {
        let error =
            apply(&api, json!({ "a": changed, "b": wrong })).await.expect_err("it cannot be");
        assert!(error.to_string().starts_with(says), "{error}");
        let gate = gate(&api, "a");
        assert_eq!((gate.address(), gate.accepting()), (at, Accepting::Accept));
        assert_eq!((gate.connection_count(), gate.to_client().list().len()), (1, 0));
        assert_eq!(gate.route().upstream, a.to_string());
        assert!(api.registry.get("b").is_none());
        assert_eq!(client_of(at).await.1, b'a');
        soon(async {
            while gate.connection_count() > 1 {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

#[tokio::test]
async fn faults_that_stay_keep_their_hits_and_those_that_go_are_counted() {
    let api = Api::measuring(PROXIES).await;
    let upstream = echo().await;
    let slices = |more: Value| {
        let mut faults = vec![json!({ "type": "slice", "size": "1B", "name": "s" })];
        faults.extend(more.as_array().cloned().unwrap_or_default());
        json!({ "p": { "upstream": upstream, "to_server": faults } })
    };
    let other = json!([{ "type": "latency", "delay": "1ms", "name": "other" }]);
    apply(&api, slices(other)).await.expect("a free port");
    exchange(gate(&api, "p").address()).await;
    let hits = |fault: &str| {
        format!("chaosgate_hits_total{{direction=\"to_server\",fault=\"{fault}\",gate=\"p\"}}")
    };
    let before = [value(&api, &hits("s")).await, value(&api, &hits("other")).await];
    assert!(before[0] > Some(0.0), "{before:?}");
    let kept = gate(&api, "p").to_server().list().remove(0);
    apply(&api, slices(json!([]))).await.expect("its own port");
    assert!(kept.is_set());
    assert_eq!([value(&api, &hits("s")).await, value(&api, &hits("other")).await], before);
}

#[tokio::test]
async fn a_proxy_is_shown_as_what_its_gate_has_become() {
    let api = Api::measuring(PROXIES).await;
    let (first, second) = (echo().await, echo().await);
    let proxy = api.proxy(first).await;
    api.toxic("latency", "upstream", json!({ "latency": 0 })).await;
    api.toxic("slicer", "downstream", json!({ "average_size": 100 })).await;
    exchange(proxy).await;
    let series = |upstream: SocketAddr| {
        format!(
            "toxiproxy_proxy_received_bytes_total{{direction=\"upstream\",listener=\"{proxy}\",\
             proxy=\"p\",upstream=\"{upstream}\"}}"
        )
    };
    let seed = gate(&api, "p").seed();
    // What the interface makes its gates with, so that it stays.
    let like = json!({
        "listen": proxy, "upstream": second, "seed": seed, "on_dial_failure": "fin",
        "to_server": [{ "type": "latency", "delay": "0ms", "end": false, "name": "latency_upstream" }],
        "to_client": [{ "type": "pass", "name": "slicer_downstream" }],
    });
    let before = gate(&api, "p");
    apply(&api, json!({ "p": like })).await.expect("its own port");
    assert!(before.is_running(), "it is the same gate");
    let shown = api.get("/proxies/p").await.expect(200).json();
    assert_eq!(shown["upstream"], json!(second));
    assert_eq!(shown["listen"], json!(proxy));
    let toxics: Vec<_> = shown["toxics"].as_array().expect("a list").iter().collect();
    assert_eq!(toxics.len(), 1, "{toxics:?}");
    assert_eq!(toxics[0]["name"], "latency_upstream");
    api.get("/proxies/p/toxics/slicer_downstream").await.expect_error(404, "toxic not found");
    let taken = json!({ "type": "noop", "name": "slicer_downstream" });
    api.post("/proxies/p/toxics", taken).await.expect_error(409, "toxic already exists");

    exchange(proxy).await;
    assert_eq!(value(&api, &series(first)).await, Some(5.0), "its series is closed");
    assert_eq!(value(&api, &series(second)).await, Some(5.0));
    apply(&api, json!({})).await.expect("nothing");
    api.get("/proxies/p").await.expect(404);
    assert_eq!(value(&api, &series(second)).await, Some(5.0), "it stays when the proxy goes");

    // What came by a configuration is a proxy as well, and can be changed as one.
    apply(&api, json!({ "p": { "upstream": first, "listen": proxy } })).await.expect("a free port");
    api.post("/proxies/p", json!({ "upstream": second })).await.expect(200);
    exchange(proxy).await;
    api.delete("/proxies/p").await.expect(204);
}

#[tokio::test]
async fn a_gate_that_is_to_be_made_with_something_else_gives_its_port_to_another() {
    let api = Api::start().await;
    let (a, b) = (greeter(b'a').await, greeter(b'b').await);
    apply(&api, json!({ "p": { "upstream": a } })).await.expect("a free port");
    let before = gate(&api, "p");
    let at = before.address();
    apply(&api, json!({ "p": { "upstream": b, "buffer": "1MiB" } })).await.expect("its port");
    assert!(!before.is_running());
    assert_eq!((gate(&api, "p").address(), client_of(at).await.1), (at, b'b'));
    // Streams and datagrams share no ports.
    let server = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    let upstream = server.local_addr().expect("an address");
    apply(&api, json!({ "p": { "upstream": upstream, "listen": at, "protocol": "udp" } }))
        .await
        .expect("a port");
    let refused = TcpStream::connect(at).await.map_err(|error| error.kind());
    assert_eq!(refused.err(), Some(ErrorKind::ConnectionRefused));
    let client = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    client.send_to(b"hello", at).await.expect("it is sent");
    soon(server.recv_from(&mut [0; 9])).await.expect("it has come");
    api.get("/proxies/p").await.expect(404);
}

#[tokio::test]
async fn one_that_is_not_enabled_refuses_and_comes_back_where_it_was() {
    let api = Api::start().await;
    let a = greeter(b'a').await;
    apply(&api, json!({ "p": { "upstream": a } })).await.expect("a free port");
    let at = gate(&api, "p").address();
    apply(&api, json!({ "p": { "upstream": a, "enabled": false } })).await.expect("nothing");
    assert!(TcpStream::connect(at).await.is_err());
    assert_eq!(api.get("/proxies/p").await.expect(200).json()["enabled"], false);
    apply(&api, json!({ "p": { "upstream": a, "accepting": "hold" } })).await.expect("its port");
    let _waits = TcpStream::connect(at).await.expect("a place in the queue");
    apply(&api, json!({ "p": { "upstream": a } })).await.expect("its port");
    assert_eq!(client_of(at).await.1, b'a');
}

#[tokio::test]
async fn what_is_said_of_a_proxy_that_does_not_run_is_not_shown_of_the_gate_that_a_configuration_has_begun()
 {
    let api = Api::start().await;
    let upstream = echo().await;
    let asleep =
        json!({ "name": "p", "listen": "127.0.0.1:0", "upstream": upstream, "enabled": false });
    api.post("/proxies", asleep).await.expect(201);
    let seed = gate(&api, "p").seed();
    let like = |listen: &str| json!({ "p": { "listen": listen, "upstream": upstream, "seed": seed, "on_dial_failure": "fin" } });
    apply(&api, like("127.0.0.1:0")).await.expect("a free port");
    let at = gate(&api, "p").address();
    let shown = api.get("/proxies/p").await.expect(200).json();
    assert_eq!((&shown["listen"], &shown["enabled"]), (&json!(at), &json!(true)));
    api.post("/proxies/p", json!({ "enabled": true })).await.expect(200);
    assert_eq!(gate(&api, "p").address(), at, "it stands there already");

    // Another route for it, which it has yet to take.
    let other = json!({ "listen": "127.0.0.1:1", "upstream": "127.0.0.1:2", "enabled": false });
    api.post("/proxies/p", other).await.expect(200);
    apply(&api, like(&at.to_string())).await.expect("its former port");
    let shown = api.get("/proxies/p").await.expect(200).json();
    assert_eq!((&shown["listen"], &shown["upstream"]), (&json!(at), &json!(upstream)));
    exchange(at).await;
}
