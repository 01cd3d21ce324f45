//! What the model accepts without a word is accepted, and said.

use serde_json::json;

use crate::support::Api;

#[tokio::test]
async fn a_typo_is_accepted_with_a_warning() {
    let api = Api::start().await;
    let wanted = json!({ "name": "p", "upstream": "u:1", "enabled": false, "lisen": ":1" });
    let created = api.post("/proxies", wanted).await.expect(201);
    assert_eq!(created.warnings(), [r#"unknown field "lisen" of proxy "p""#]);

    let toxic = json!({ "type": "latency", "latency": 5, "attributes": { "latncy": 5 } });
    let created = api.post("/proxies/p/toxics", toxic).await.expect(200);
    let name = "latency_downstream";
    assert_eq!(
        created.warnings(),
        [
            format!(r#"unknown field "latency" of toxic "{name}""#),
            format!(r#"unknown field "latncy" of latency toxic "{name}""#),
        ]
    );
}

#[tokio::test]
async fn an_upstream_that_cannot_be_is_accepted_with_a_warning() {
    let api = Api::start().await;
    for upstream in ["http://h:80", "h", "h:80/path", "h:99999"] {
        let wanted = json!({ "name": "p", "upstream": upstream, "enabled": false });
        let populated = api.post("/populate", json!([wanted])).await.expect(201);
        let changed = api.post("/proxies/p", json!({ "upstream": upstream })).await.expect(200);
        api.delete("/proxies/p").await.expect(204);
        let created = api.post("/proxies", wanted).await.expect(201);
        assert_eq!(created.json()["upstream"], upstream, "it is shown as it was given");
        api.delete("/proxies/p").await.expect(204);
        let says = format!("proxy \"p\": upstream {upstream:?} cannot be reached: ");
        for answer in [populated, changed, created] {
            let warnings = answer.warnings();
            assert!(warnings.len() == 1 && warnings[0].starts_with(&says), "{warnings:?}");
        }
    }
}

#[tokio::test]
async fn what_a_body_has_twice_or_for_nobody_is_accepted_with_a_warning() {
    let api = Api::start().await;
    let wanted = json!({ "name": "p", "upstream": "u:1", "enabled": false });
    let twice = api.post("/populate", json!([wanted, wanted])).await.expect(201);
    assert_eq!(twice.warnings(), [r#"proxy "p" is described 2 times, last as proxy 2"#]);
    let rest = api.call("POST", "/populate", &format!("[{wanted}] []")).await.expect(201);
    assert_eq!(rest.warnings(), ["something follows the first value: []"]);
    for (field, value) in [("protocol", json!("udp")), ("udp", json!(true))] {
        let mut wanted = wanted.clone();
        wanted["name"] = field.into();
        wanted[field] = value;
        let created = api.post("/proxies", wanted).await.expect(201);
        let says =
            format!("proxy \"{field}\": {field}: Toxiproxy's interface has streams over TCP");
        let warnings = created.warnings();
        assert!(warnings.len() == 1 && warnings[0].starts_with(&says), "{warnings:?}");
    }
}

#[tokio::test]
async fn who_asks_for_datagrams_hears_of_each_field_and_of_the_typos_beside_it() {
    let api = Api::start().await;
    let body = json!({
        "name": "p", "listen": "udp://:1", "upstream": "udp://u:1", "enabled": false,
        "udp": true, "lisen": ":1",
    });
    let created = api.post("/proxies", body).await.expect(201);
    let warnings = created.warnings();
    let begins =
        ["listen: Toxi", "upstream: Toxi", "udp: Toxi"].map(|of| format!("proxy \"p\": {of}"));
    assert_eq!(warnings.len(), 4, "{warnings:?}");
    for (warning, begin) in warnings.iter().zip(&begins) {
        assert!(warning.starts_with(begin.as_str()), "{warning}");
    }
    assert_eq!(warnings[3], r#"unknown field "lisen" of proxy "p""#);
    let body = json!({ "name": "q", "upstream": "u:1", "enabled": false, "udp": false });
    let created = api.post("/proxies", body).await.expect(201);
    assert_eq!(created.warnings(), [r#"unknown field "udp" of proxy "q""#], "that asks for none");
}

#[tokio::test]
async fn a_value_without_sense_is_accepted_with_a_warning() {
    let api = Api::start().await;
    let wanted = json!({ "name": "p", "upstream": "u:1", "enabled": false });
    api.post("/proxies", wanted).await.expect(201);
    let toxic =
        json!({ "name": "t", "type": "latency", "toxicity": 7, "attributes": { "latency": -5 } });
    let created = api.post("/proxies/p/toxics", toxic).await.expect(200);
    assert_eq!(created.json()["attributes"]["latency"], -5, "it is shown as it was given");
    assert_eq!(
        created.warnings(),
        [
            r#"latency toxic "t": toxicity is 7: the nearest that can be is 1"#,
            r#"latency toxic "t": latency is -5: below 0 it has no effect"#,
        ]
    );
}

#[tokio::test]
async fn a_bandwidth_of_0_cuts_and_says_that_it_does() {
    let api = Api::start().await;
    let wanted = json!({ "name": "p", "upstream": "u:1", "enabled": false });
    api.post("/proxies", wanted).await.expect(201);
    // What Testcontainers sends to cut a connection.
    let cut = json!({ "name": "CUT_CONNECTION_UPSTREAM", "type": "bandwidth", "stream": "upstream",
                      "attributes": { "rate": 0 } });
    let created = api.post("/proxies/p/toxics", cut).await.expect(200);
    let says = "rate is 0: nothing comes through; in Toxiproxy 2.13 that is no limit";
    let warnings = created.warnings();
    assert!(warnings.len() == 1 && warnings[0].ends_with(says), "{warnings:?}");
}

#[tokio::test]
async fn a_packet_loss_is_shown_as_it_was_given() {
    let api = Api::start().await;
    let wanted = json!({ "name": "p", "upstream": "u:1", "enabled": false });
    api.post("/proxies", wanted).await.expect(201);
    let given = json!({ "loss_rate": 7.5, "correlation": -0.25 });
    let toxic = json!({ "type": "packet_loss", "attributes": given });
    let created = api.post("/proxies/p/toxics", toxic).await.expect(200);
    assert_eq!(created.json()["attributes"], given);
    assert_eq!(created.warnings().len(), 2);
    let shown = api.get("/proxies/p/toxics/packet_loss_downstream").await.json();
    assert_eq!(shown["attributes"], given);
}

#[tokio::test]
async fn what_a_client_was_shown_it_may_send_back_without_a_warning() {
    let api = Api::start().await;
    let wanted = json!({ "name": "p", "upstream": "u:1", "enabled": false });
    api.post("/proxies", wanted).await.expect(201);
    api.post("/proxies/p/toxics", json!({ "type": "noop" })).await.expect(200);
    let mut proxy = api.get("/proxies/p").await.json();
    // Which the model shows.
    proxy["Logger"] = json!({});
    let toxic = api.get("/proxies/p/toxics/noop_downstream").await.json();
    for (path, shown) in [("/proxies/p", proxy), ("/proxies/p/toxics/noop_downstream", toxic)] {
        let answer = api.post(path, shown).await.expect(200);
        assert_eq!(answer.warnings(), [""; 0], "{path}");
    }
}
