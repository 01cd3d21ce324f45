//! What every call refuses, and how that is told.

use chaosgate_server::{Limits, Token};
use serde_json::{Value, json};

use crate::support::Api;

#[tokio::test]
async fn a_problem_says_what_kind_it_is_in_words_and_for_programs() {
    let api = Api::start().await;
    api.gate().await;
    let answer = api.get("gates/gg").await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(
        answer.problem(404, "not_found"),
        json!({
            "type": "urn:chaosgate:problem:not_found",
            "title": "not found",
            "status": 404,
            "detail": "there is no gate \"gg\"; did you mean \"g\"?",
            "kind": "not_found",
            "suggestion": "g",
        })
    );
}

#[tokio::test]
async fn what_there_is_not_is_not_found_with_what_was_meant() {
    let api = Api::start().await;
    api.put("gates/database", json!({ "upstream": "h:1" })).await.expect(201);
    let problem = api.get("gates/databse/to_client").await.problem(404, "not_found");
    assert_eq!(problem["suggestion"], "database");
    let problem = api.get("gates/database/to_clients").await.problem(404, "not_found");
    assert_eq!(problem["suggestion"], "to_client");
    for path in ["gtes", "gates/database/to_client/a/b", "gates/a%FFb"] {
        let status = api.get(path).await.status;
        assert_eq!(status, 404, "{path}");
    }
    api.get("/api/v1/").await.expect(404);
    api.get("nothing").await.problem(404, "unknown_path");
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let api = Api::start().await;
    let answer = api.call("PATCH", "gates", Value::Null).await;
    answer.problem(405, "wrong_method");
    assert_eq!(answer.header("allow"), "GET,HEAD,PUT,POST");
    api.call("HEAD", "gates", Value::Null).await.expect(200);
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let api = Api::start().await;
    api.gate().await;
    let gate = r#"{"name": "h", "upstream": "h:1"}"#;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    api.call_with("POST", "gates", &form, gate).await.problem(415, "wrong_media_type");
    let toml = [("content-type", "application/toml")];
    let problem =
        api.call_with("PUT", "gates/g/to_client", &toml, "").await.problem(415, "wrong_media_type");
    assert_eq!(problem["bound"], "one of application/json");
}

#[tokio::test]
async fn a_body_that_is_no_document_is_refused_at_its_place() {
    let api = Api::start().await;
    api.gate().await;
    for (body, kind) in [
        ("", "syntax"),
        ("{", "syntax"),
        ("{}", "missing_field"),
        ("[]", "wrong_value"),
        (r#"{"upstream": "h:1", "upstream": "h:2"}"#, "given_twice"),
        (r#"{"upstream": "h:1"} x"#, "syntax"),
    ] {
        let problem = api.call_with("PUT", "gates/g", &[], body).await.problem(400, kind);
        assert_eq!(problem["mistakes"][0]["line"], 1, "{body}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_with_the_bound() {
    let api = Api::with(Limits { body: 100, ..Limits::default() }, None).await;
    let body = json!({ "name": "g", "upstream": "h".repeat(200) });
    let problem = api.post("gates", body).await.problem(413, "too_long");
    assert_eq!(problem["bound"], "at most 100 bytes");
}

#[tokio::test]
async fn a_query_says_only_what_is_known() {
    let api = Api::start().await;
    api.gate().await;
    let problem = api.get("gates/g/connections?atleast=1").await.problem(400, "unknown_parameter");
    assert_eq!(
        (&problem["field"], &problem["suggestion"]),
        (&json!("atleast"), &json!("at_least"))
    );
    api.get("gates?wait=1s").await.problem(400, "unknown_parameter");
    api.get("gates/g/events?since=-1").await.problem(400, "wrong_value");
}

#[tokio::test]
async fn a_token_is_asked_for_but_by_who_asks_how_it_is() {
    let api = Api::with(Limits::default(), Token::new("secret")).await;
    for path in ["gates", "openapi.json", "nothing"] {
        let answer = api.get(path).await;
        answer.problem(401, "unauthorized");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    for path in ["/healthz", "/readyz"] {
        api.get(path).await.expect(200);
    }
    let shown = [("authorization", "Bearer secret")];
    api.call_with("GET", "gates", &shown, "").await.expect(200);
}

#[tokio::test]
async fn a_browser_is_refused_whatever_it_shows() {
    let api = Api::with(Limits::default(), Token::new("secret")).await;
    let shown = [("authorization", "Bearer secret"), ("user-agent", "Mozilla/5.0")];
    api.call_with("GET", "gates", &shown, "").await.problem(403, "browser");
    let shown = [("authorization", "Bearer secret"), ("user-agent", "curl/8.0")];
    api.call_with("GET", "gates", &shown, "").await.expect(200);
}
