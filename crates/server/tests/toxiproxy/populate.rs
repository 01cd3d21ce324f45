//! Many proxies at once.

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Api, Link, gone, read};

#[tokio::test]
async fn proxies_are_created_and_answered_in_order() {
    let api = Api::start().await;
    let proxies = json!([
        { "name": "b", "listen": "127.0.0.1:0", "upstream": "u:1" },
        { "name": "a", "upstream": "u:2", "enabled": false },
    ]);
    let answer = api.post("/populate", proxies).await.expect(201).json();
    assert_eq!(answer.as_object().map(|answer| answer.keys().count()), Some(1), "{answer}");
    let names: Vec<_> = answer["proxies"].as_array().expect("an array").iter().collect();
    assert_eq!((&names[0]["name"], &names[1]["name"]), (&"b".into(), &"a".into()));
    assert_eq!((&names[0]["enabled"], &names[1]["enabled"]), (&true.into(), &false.into()));
    assert_eq!(api.get("/proxies").await.json().as_object().map(serde_json::Map::len), Some(2));
}

#[tokio::test]
async fn nothing_is_populated_with_nothing() {
    let api = Api::start().await;
    for body in ["[]", "null"] {
        let answer = api.call("POST", "/populate", body).await.expect(201);
        assert_eq!(answer.json(), json!({ "proxies": [] }));
    }
}

#[tokio::test]
async fn what_is_no_array_of_proxies_is_refused() {
    let api = Api::start().await;
    for body in ["{}", "7", "", "[7]", r#"[{"name":"p","upstream":7}]"#] {
        let answer = api.call("POST", "/populate", body).await.expect(400);
        assert_eq!(answer.header("content-type"), "application/json");
        assert!(answer.text.contains("bad request body: "), "{body}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_missing_field_is_told_with_the_number_of_its_proxy_and_nothing_is_created() {
    let api = Api::start().await;
    for (wrong, field) in
        [(json!({ "upstream": "u:1" }), "name"), (json!({ "name": "q" }), "upstream")]
    {
        let right = json!({ "name": "p", "upstream": "u:1", "enabled": false });
        let answer = api.post("/populate", json!([right, wrong])).await.expect(400).json();
        assert_eq!(answer["error"], format!("missing required field: {field} at proxy 2"));
        assert_eq!((&answer["status"], &answer["proxies"]), (&400.into(), &json!([])));
        assert_eq!(api.get("/proxies").await.json(), json!({}));
    }
}

#[tokio::test]
async fn a_proxy_that_stands_already_is_left_entirely_alone() {
    let link = Link::with("latency", "upstream", json!({ "latency": 1 })).await;
    let (mut client, mut server) = link.pair().await;
    let shown = link.api.get("/proxies/p").await.json();
    let same = json!([{
        "name": "p", "enabled": false, "upstream": shown["upstream"],
        "listen": format!("localhost:{}", link.proxy.port()),
        "toxics": [{ "type": "timeout" }],
    }]);
    let answer = link.api.post("/populate", same).await.expect(201).json();
    assert_eq!(answer["proxies"], json!([shown]));
    client.write_all(b"still").await.expect("it reads");
    assert_eq!(read(&mut server, 5).await, b"still");
}

#[tokio::test]
async fn one_that_differs_is_replaced_without_its_toxics() {
    let link = Link::with("latency", "upstream", json!({ "latency": 1 })).await;
    let (mut client, _server) = link.pair().await;
    let other = json!([{
        "name": "p", "listen": link.proxy, "upstream": "a:1",
        "toxics": [{ "type": "noop", "name": "given" }],
    }]);
    let proxies = link.api.post("/populate", other).await.expect(201).json()["proxies"].take();
    assert_eq!(
        (&proxies[0]["upstream"], &proxies[0]["toxics"][0]["name"]),
        (&"a:1".into(), &"given".into())
    );
    assert_eq!(proxies[0]["toxics"].as_array().map(Vec::len), Some(1));
    gone(&mut client).await;
}

#[tokio::test]
async fn port_0_is_always_another_one() {
    let link = Link::new().await;
    let upstream = link.server.local_addr().expect("an address");
    let again = json!([{ "name": "p", "listen": "127.0.0.1:0", "upstream": upstream }]);
    let proxies = link.api.post("/populate", again).await.expect(201).json()["proxies"].take();
    assert_ne!(proxies[0]["listen"], link.proxy.to_string());
}

#[tokio::test]
async fn one_that_cannot_listen_stops_the_rest() {
    let (api, taken) =
        (Api::start().await, TcpListener::bind("127.0.0.1:0").await.expect("a port"));
    let at = taken.local_addr().expect("an address");
    let proxies = json!([
        { "name": "before", "listen": "127.0.0.1:0", "upstream": "u:1" },
        { "name": "taken", "listen": at, "upstream": "u:1" },
        { "name": "after", "listen": "127.0.0.1:0", "upstream": "u:1" },
    ]);
    let answer = api.post("/populate", proxies).await.expect(500).json();
    assert_eq!(answer["error"], format!("listen tcp {at}: bind: address already in use"));
    assert_eq!(answer["status"], 500);
    assert_eq!(answer["proxies"][0]["name"], "before");
    assert_eq!(answer["proxies"].as_array().map(Vec::len), Some(1));
    let all = api.get("/proxies").await.json();
    assert_eq!(
        all.as_object().map(|all| all.keys().cloned().collect()),
        Some(vec!["before".to_owned()])
    );
}

#[tokio::test]
async fn one_that_cannot_be_replaced_is_left_stopped() {
    let link = Link::new().await;
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = taken.local_addr().expect("an address");
    let other = json!([{ "name": "p", "listen": at, "upstream": "a:1" }]);
    link.api.post("/populate", other).await.expect(500);
    assert_eq!(link.api.get("/proxies/p").await.json()["enabled"], false);
    TcpStream::connect(link.proxy).await.expect_err("nobody listens at the old place");
}

#[tokio::test]
async fn one_whose_new_listen_is_malformed_is_left_alone() {
    let link = Link::new().await;
    let shown = link.api.get("/proxies/p").await.json();
    let other = json!([{ "name": "p", "listen": "nonsense", "upstream": "a:1" }]);
    link.api.post("/populate", other).await.expect(500);
    assert_eq!(link.api.get("/proxies/p").await.json(), shown);
    link.pair().await;
}
