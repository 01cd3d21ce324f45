//! All gates, as one document.

use serde_json::json;
use tokio::net::TcpStream;

use crate::support::{Api, echo, exchange};

#[tokio::test]
async fn a_configuration_is_brought_about_as_a_whole() {
    let api = Api::start().await;
    let at = api.gate().await;
    let _stays = exchange(at).await;
    let mut config = api.get("gates").await.expect(200).json();
    config["gates"]["h"] = json!({ "upstream": echo().await, "enabled": false });
    config["gates"]["g"]["to_server"] = json!([{ "type": "latency", "delay": "1ms" }]);
    let statuses = api.put("gates", config).await.expect(200).json();
    assert_eq!(statuses["gates"]["g"]["connections"], 1, "the gate has stayed");
    assert_eq!(statuses["gates"]["h"]["running"], false);
    let read = api.get("gates").await.expect(200);
    api.put("gates", read.json()).await.expect(200);
    assert_eq!(api.get("gates").await.text, read.text, "what is read can be written");
    api.put("gates", json!({ "gates": {} })).await.expect(200);
    TcpStream::connect(at).await.expect_err("it has gone");
}

#[tokio::test]
async fn a_configuration_with_one_gate_that_cannot_be_changes_none() {
    let api = Api::start().await;
    let at = api.gate().await;
    let before = api.get("gates").await.text;
    let config = json!({ "gates": {
        "g": { "upstream": "h:2" },
        "h": { "upstream": "h:1", "listen": api.address },
    } });
    api.put("gates", config).await.problem(409, "impossible");
    assert_eq!(api.get("gates").await.text, before);
    exchange(at).await;
}

#[tokio::test]
async fn it_is_told_by_its_media_type_in_what_a_configuration_is_written() {
    let api = Api::start().await;
    for (media_type, document) in [
        ("application/toml", "[gates.a]\nupstream = \"h:1\""),
        ("application/yaml; charset=utf-8", "gates:\n  a:\n    upstream: h:1"),
        ("application/json", r#"{"gates": {"a": {"upstream": "h:1"}}}"#),
    ] {
        api.put("gates", json!({ "gates": {} })).await.expect(200);
        let put = api.call_with("PUT", "gates", &[("content-type", media_type)], document).await;
        assert_eq!(put.expect(200).json()["gates"]["a"]["config"]["upstream"], "h:1");
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_a_configuration_is_told_with_its_places() {
    let api = Api::start().await;
    let document =
        "[gates.a]\nupstream = \"h:1\"\naccepting = \"hodl\"\n[gates.b]\nlisten = \":99999\"\n";
    let toml = [("content-type", "application/toml")];
    let problem = api.call_with("PUT", "gates", &toml, document).await.problem(400, "wrong_value");
    let mistakes = problem["mistakes"].as_array().expect("mistakes");
    let places: Vec<_> = mistakes
        .iter()
        .map(|one| (one["line"].as_u64(), one["column"].as_u64(), one["field"].as_str()))
        .collect();
    assert_eq!(
        places,
        [
            (Some(3), Some(13), Some("gates.a.accepting")),
            (Some(4), Some(8), Some("gates.b")),
            (Some(5), Some(10), Some("gates.b.listen")),
        ]
    );
    assert_eq!(mistakes[0]["suggestion"], "hold");
    assert_eq!(mistakes[1]["kind"], "missing_field");
    assert_eq!(api.get("gates").await.json(), json!({ "gates": {} }));
}
