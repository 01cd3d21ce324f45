//! Creating, showing and deleting proxies.

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Api, Link, echo, gone, pair, read};

#[tokio::test]
async fn a_proxy_is_shown_with_where_it_listens() {
    let api = Api::start().await;
    assert_eq!(api.get("/proxies").await.expect(200).json(), json!({}));
    let wanted = json!({ "name": "p", "listen": "localhost:0", "upstream": "some.host:1" });
    let created = api.post("/proxies", wanted).await.expect(201);
    let listen = created.listen();
    assert_eq!(listen.ip().to_string(), "127.0.0.1");
    assert_ne!(listen.port(), 0);
    let shown = json!({
        "name": "p", "listen": listen, "upstream": "some.host:1", "enabled": true, "toxics": [],
    });
    assert_eq!(created.json(), shown);
    assert_eq!(api.get("/proxies/p").await.expect(200).json(), shown);
    assert_eq!(api.get("/proxies").await.expect(200).json(), json!({ "p": shown }));
}

#[tokio::test]
async fn a_wildcard_is_shown_as_that_of_ipv6_and_takes_both() {
    let upstream = echo().await;
    for listen in ["0.0.0.0:0", ":0", "[::]:0", ""] {
        let api = Api::start().await;
        let wanted = json!({ "name": "p", "listen": listen, "upstream": upstream });
        let shown = api.post("/proxies", wanted).await.expect(201).listen();
        TcpStream::connect(("127.0.0.1", shown.port())).await.expect("of IPv4");
        // Not every container has the other.
        if TcpListener::bind("[::1]:0").await.is_ok() {
            assert_eq!(shown.ip().to_string(), "::", "{listen}");
            TcpStream::connect(("::1", shown.port())).await.expect("of IPv6");
        }
    }
}

#[tokio::test]
async fn a_port_that_is_the_name_of_no_service_is_refused() {
    let api = Api::start().await;
    let wanted = json!({ "name": "p", "listen": "127.0.0.1:nonsense", "upstream": "u:1" });
    let answer = api.post("/proxies", wanted).await;
    answer.expect_error(500, "listen tcp: lookup tcp/nonsense: unknown port");
}

#[tokio::test]
async fn name_and_upstream_are_required_in_this_order() {
    let api = Api::start().await;
    for (body, field) in [
        (json!({}), "name"),
        (json!({ "name": "", "upstream": "u:1" }), "name"),
        (json!({ "name": "p" }), "upstream"),
        (json!({ "name": "p", "upstream": "" }), "upstream"),
    ] {
        let text = format!("missing required field: {field}");
        api.post("/proxies", body).await.expect_error(400, &text);
    }
}

#[tokio::test]
async fn a_second_proxy_of_a_name_is_refused_and_its_port_not_touched() {
    let api = Api::start().await;
    let wanted = json!({ "name": "p", "listen": "127.0.0.1:0", "upstream": "u:1" });
    api.post("/proxies", wanted).await.expect(201);
    // It would be refused otherwise.
    let wanted = json!({ "name": "p", "listen": "nonsense", "upstream": "u:1" });
    api.post("/proxies", wanted).await.expect_error(409, "proxy already exists");
}

#[tokio::test]
async fn a_taken_port_is_an_error_and_makes_no_proxy() {
    let (api, taken) =
        (Api::start().await, TcpListener::bind("127.0.0.1:0").await.expect("a port"));
    let listen = taken.local_addr().expect("an address");
    let wanted = json!({ "name": "p", "listen": listen, "upstream": "u:1" });
    let text = format!("listen tcp {listen}: bind: address already in use");
    api.post("/proxies", wanted.clone()).await.expect_error(500, &text);
    api.get("/proxies/p").await.expect_error(404, "proxy not found");
    drop(taken);
    api.post("/proxies", wanted).await.expect(201);
}

#[tokio::test]
async fn a_place_where_nobody_can_listen_is_an_error() {
    let api = Api::start().await;
    for (listen, says) in [
        ("localhost", "missing port in address"),
        ("localhost:99999", "unknown port"),
        ("192.0.2.1:0", "cannot assign requested address"),
        ("no-such-host.invalid:0", "lookup no-such-host.invalid: "),
    ] {
        let wanted = json!({ "name": "p", "listen": listen, "upstream": "u:1" });
        let answer = api.post("/proxies", wanted).await.expect(500);
        assert!(answer.text.contains(says), "{listen}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_disabled_proxy_binds_nothing_and_looks_at_nothing() {
    let api = Api::start().await;
    let wanted = json!({ "name": "p", "listen": "nonsense", "upstream": "u:1", "enabled": false });
    let shown = api.post("/proxies", wanted).await.expect(201).json();
    assert_eq!((&shown["listen"], &shown["enabled"]), (&"nonsense".into(), &false.into()));
}

#[tokio::test]
async fn an_upstream_that_is_no_address_ends_each_client_in_order() {
    for upstream in ["nonsense", "no-such-host.invalid:1", "127.0.0.1:1", "[::1"] {
        let api = Api::start().await;
        let wanted = json!({ "name": "p", "listen": "127.0.0.1:0", "upstream": upstream });
        let proxy = api.post("/proxies", wanted).await.expect(201).listen();
        for _ in 0..2 {
            gone(&mut TcpStream::connect(proxy).await.expect("it goes on accepting")).await;
        }
    }
}

#[tokio::test]
async fn an_upstream_without_a_host_is_this_machine() {
    let (api, upstream) = (Api::start().await, echo().await);
    let upstream = format!(":{}", upstream.port());
    let wanted = json!({ "name": "p", "listen": "127.0.0.1:0", "upstream": upstream });
    let created = api.post("/proxies", wanted).await.expect(201);
    assert_eq!(created.json()["upstream"], upstream, "it is shown as it was given");
    let mut client = TcpStream::connect(created.listen()).await.expect("it listens");
    client.write_all(b"hello").await.expect("it reads");
    assert_eq!(read(&mut client, 5).await, b"hello");
}

#[tokio::test]
async fn a_deleted_proxy_leaves_its_name_and_its_port() {
    let link = Link::new().await;
    let (mut client, mut server) = link.pair().await;
    let answer = link.api.delete("/proxies/p").await.expect(204);
    assert_eq!(answer.text, "");
    TcpListener::bind(link.proxy).await.expect("the port is free at once");
    gone(&mut client).await;
    gone(&mut server).await;
    link.api.delete("/proxies/p").await.expect_error(404, "proxy not found");
    let again = json!({ "name": "p", "listen": link.proxy, "upstream": "u:1" });
    link.api.post("/proxies", again).await.expect(201);
}

#[tokio::test]
async fn toxics_given_at_creation_are_there_from_the_first_client_on() {
    let (api, server) =
        (Api::start().await, TcpListener::bind("127.0.0.1:0").await.expect("a port"));
    let toxics = json!([
        { "type": "limit_data", "stream": "upstream", "attributes": { "bytes": 3 } },
        { "type": "nonsense" },
    ]);
    let upstream = server.local_addr().expect("an address");
    let wanted =
        json!({ "name": "p", "listen": "127.0.0.1:0", "upstream": upstream, "toxics": toxics });
    let created = api.post("/proxies", wanted).await.expect(201);
    assert_eq!(created.json()["toxics"][0]["name"], "limit_data_upstream");
    assert_eq!(created.json()["toxics"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        created.warnings(),
        [r#"proxy "p": toxic 2 cannot be: its type is no type of a toxic"#]
    );
    let (mut client, mut server) = pair(created.listen(), &server).await;
    client.write_all(b"hello").await.expect("it reads");
    assert_eq!(read(&mut server, 3).await, b"hel");
    gone(&mut server).await;
}
