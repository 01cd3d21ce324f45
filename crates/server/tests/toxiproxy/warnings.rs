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
            r#"latency toxic "t": toxicity is 7: it counts as 1"#,
            r#"latency toxic "t": latency is -5: below 0 it has no effect"#,
        ]
    );
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
