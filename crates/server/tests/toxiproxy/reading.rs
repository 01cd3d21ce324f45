//! The rules by which JSON is read, and what is said of what cannot be.

use crate::support::Api;

async fn refusal(body: &str) -> String {
    let answer = Api::start().await.call("POST", "/proxies", body).await.expect(400);
    answer.json()["error"].as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn a_body_that_is_empty_or_cut_off_is_told_in_gos_words() {
    let api = Api::start().await;
    for (body, text) in
        [("", "bad request body: EOF"), (r#"{"name":"p""#, "bad request body: unexpected EOF")]
    {
        api.call("POST", "/proxies", body).await.expect_error(400, text);
        api.call("POST", "/populate", body).await.expect(400);
    }
}

#[tokio::test]
async fn a_value_of_another_type_is_refused() {
    for body in [
        "[]",
        "7",
        "\"p\"",
        "{p}",
        r#"{"name":7}"#,
        r#"{"name":"p","upstream":["u:1"]}"#,
        r#"{"name":"p","upstream":"u:1","enabled":"yes"}"#,
        r#"{"name":"p","upstream":"u:1","listen":{}}"#,
    ] {
        let text = refusal(body).await;
        assert!(text.starts_with("bad request body: "), "{body}: {text}");
    }
}

#[tokio::test]
async fn null_is_an_empty_object() {
    assert_eq!(refusal("null").await, "missing required field: name");
}

#[tokio::test]
async fn names_match_in_any_case_and_unknown_fields_are_ignored() {
    let api = Api::start().await;
    let body = r#"{"NAME":"p","Upstream":"u:1","eNaBlEd":false,"colour":"red","listen":null}"#;
    let shown = api.call("POST", "/proxies", body).await.expect(201).json();
    assert_eq!((&shown["upstream"], &shown["enabled"]), (&"u:1".into(), &false.into()));
}

#[tokio::test]
async fn only_the_first_value_of_a_body_counts() {
    let api = Api::start().await;
    let body = r#"{"name":"p","upstream":"u:1","enabled":false} {"name":"q"} nonsense"#;
    api.call("POST", "/proxies", body).await.expect(201);
    api.get("/proxies/q").await.expect(404);
}

#[tokio::test]
async fn an_attribute_is_a_whole_number_of_64_bits() {
    let api = Api::start().await;
    let body = r#"{"name":"p","upstream":"u:1","enabled":false}"#;
    api.call("POST", "/proxies", body).await.expect(201);
    for wrong in ["1.5", "1e3", "\"1\"", "9223372036854775808", "[]", "true"] {
        let body = format!(r#"{{"type":"latency","attributes":{{"latency":{wrong}}}}}"#);
        let answer = api.call("POST", "/proxies/p/toxics", &body).await.expect(400);
        assert!(answer.text.contains("bad request body: latency is "), "{}", answer.text);
    }
    for right in ["-9223372036854775808", "9223372036854775807", "null"] {
        let body = format!(r#"{{"type":"latency","attributes":{{"latency":{right}}}}}"#);
        api.call("POST", "/proxies/p/toxics", &body).await.expect(200);
        api.delete("/proxies/p/toxics/latency_downstream").await.expect(204);
    }
}
