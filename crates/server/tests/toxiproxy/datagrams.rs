//! A gate of datagrams in the registry, for which Toxiproxy has no words.

use chaosgate::{AnyGate, Drop, Route, UdpGate};
use chaosgate_server::Kept;
use chaosgate_server::toxiproxy::{Measured, Proxy};
use serde_json::json;
use tokio::net::UdpSocket;

use crate::support::{Api, soon};

/// Adds a gate of datagrams that is named `names`, with a fault.
fn names(api: &Api, upstream: String) -> AnyGate {
    let make = || {
        let gate = AnyGate::from(UdpGate::start_on(Route::to(upstream))?);
        let kept = Kept::new(gate.clone(), Proxy::default());
        Ok::<_, chaosgate::StartError>((kept, gate))
    };
    let gate = api.registry.add("names", make).expect("a free name");
    gate.to_client().add(Drop::default()).expect("a fault of datagrams");
    gate
}

#[tokio::test]
async fn a_gate_of_datagrams_is_no_proxy_and_is_left_alone() {
    let api = Api::start().await;
    let gate = names(&api, "127.0.0.1:9".to_owned());
    assert_eq!(api.get("/proxies").await.expect(200).json(), json!({}));
    let (proxy, toxics) = ("/proxies/names", "/proxies/names/toxics");
    for (method, path) in
        [("GET", proxy), ("POST", proxy), ("DELETE", proxy), ("GET", toxics), ("POST", toxics)]
    {
        api.call(method, path, "{}").await.expect_error(404, "proxy not found");
    }
    api.post("/reset", json!({})).await.expect(204);
    assert!(gate.is_running());
    assert_eq!(gate.to_client().list().len(), 1);
}

#[tokio::test]
async fn the_name_of_a_gate_of_datagrams_is_taken() {
    let api = Api::start().await;
    let gate = names(&api, "127.0.0.1:9".to_owned());
    let proxy = json!({ "name": "names", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:9" });
    api.post("/proxies", proxy.clone()).await.expect_error(409, "proxy already exists");
    let answer = api.post("/populate", json!([proxy])).await.expect(409).json();
    assert_eq!(answer["error"], "proxy already exists");
    assert!(gate.is_running());
}

#[tokio::test]
async fn a_gate_of_datagrams_is_in_our_metrics_and_not_in_toxiproxys() {
    let api = Api::measuring(Measured::ALL).await;
    let server = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    let gate = names(&api, server.local_addr().expect("an address").to_string());
    let client = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    client.send_to(b"hello", gate.address()).await.expect("it is sent");
    soon(server.recv_from(&mut [0; 9])).await.expect("it has come");
    let text = api.get("/metrics").await.expect(200).text;
    assert!(text.contains("chaosgate_clients_accepted_total{gate=\"names\"} 1\n"), "{text}");
    assert!(text.contains("chaosgate_running{gate=\"names\"} 1\n"), "{text}");
    assert!(!text.contains("proxy=\"names\""), "{text}");
}
