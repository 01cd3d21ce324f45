//! What holds for every call.

use std::collections::HashSet;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Api, read_all};

#[tokio::test]
async fn the_version_is_that_of_the_model_as_numbers_and_our_own_is_in_a_header() {
    let answer = Api::start().await.get("/version").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json;charset=utf-8");
    assert_eq!(answer.text, r#"{"version": "2.13.0"}"#);
    assert_eq!(answer.header("x-chaosgate-version"), env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn every_answer_of_a_call_has_a_number_of_its_own() {
    let api = Api::start().await;
    let mut ids = HashSet::new();
    for path in ["/version", "/proxies", "/proxies", "/proxies/none"] {
        let answer = api.get(path).await;
        let id = answer.header("x-toxiproxy-request-id").to_owned();
        assert!(!id.is_empty() && ids.insert(id), "{path}");
    }
}

#[tokio::test]
async fn a_browser_is_refused_and_nothing_is_done() {
    let api = Api::start().await;
    let body = r#"{"name":"p","upstream":"u:1","enabled":false}"#;
    let request = format!(
        "POST /proxies HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/5.0\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = api.raw(&request).await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\nUser agent not allowed\n"), "{answer}");
    assert!(answer.contains("content-type: text/plain"), "{answer}");
    api.get("/proxies/p").await.expect(404);
}

#[tokio::test]
async fn only_exactly_that_agent_is_a_browser() {
    let api = Api::start().await;
    for agent in ["Mozilla", "mozilla/5.0", "NotMozilla/5.0", "curl/8.0", ""] {
        let answer = api.get_with("/version", &format!("User-Agent: {agent}")).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{agent}: {answer}");
    }
    for path in ["/proxies", "/proxies/p", "/proxies/p/toxics", "/proxies/p/toxics/t", "/version"] {
        let answer = api.get_with(path, "User-Agent: Mozilla/").await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{path}: {answer}");
    }
}

#[tokio::test]
async fn an_unknown_path_is_not_found() {
    let api = Api::start().await;
    for path in ["/", "/nothing", "/proxies/", "/proxies/p/", "/proxies/p/toxics/t/x", "/metrics"] {
        let answer = api.get(path).await.expect(404);
        assert_eq!(answer.text, "404 page not found\n", "{path}");
        assert!(answer.header("content-type").starts_with("text/plain"), "{path}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_refused_without_a_word() {
    let api = Api::start().await;
    for (path, wrong) in [
        ("/version", "POST"),
        ("/proxies", "DELETE"),
        ("/proxies/p", "PUT"),
        ("/proxies/p/toxics", "PATCH"),
        ("/proxies/p/toxics/t", "PUT"),
        ("/populate", "GET"),
        ("/reset", "GET"),
    ] {
        for method in [wrong, "HEAD", "OPTIONS"] {
            let answer = api.call(method, path, "").await;
            assert_eq!((answer.status, answer.text.as_str()), (405, ""), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_doubled_slash_leads_to_the_clean_path() {
    let answer = Api::start().await.get("//proxies").await.expect(301);
    assert_eq!(answer.header("location"), "/proxies");
}

#[tokio::test]
async fn a_name_is_found_by_its_escaped_form() {
    let api = Api::start().await;
    for (name, escaped) in [
        ("a b", "a%20b"),
        ("100%", "100%25"),
        ("a+b", "a+b"),
        ("a&b=c", "a&b=c"),
        ("why?#", "why%3F%23"),
        ("\"quoted'", "%22quoted'"),
        ("zażółć", "za%C5%BC%C3%B3%C5%82%C4%87"),
        ("a/b", "a%2Fb"),
    ] {
        let wanted = json!({ "name": name, "upstream": "u:1", "enabled": false });
        api.post("/proxies", wanted).await.expect(201);
        let answer = api.get(&format!("/proxies/{escaped}")).await.expect(200);
        assert_eq!(answer.json()["name"], name);
        api.delete(&format!("/proxies/{escaped}")).await.expect(204);
    }
}

#[tokio::test]
async fn a_name_that_is_no_text_is_nobodys() {
    let api = Api::start().await;
    api.post("/proxies", json!({ "name": "p", "upstream": "u:1", "enabled": false })).await;
    for method in ["GET", "POST", "DELETE"] {
        api.call(method, "/proxies/%FF", "").await.expect_error(404, "proxy not found");
        let toxic = api.call(method, "/proxies/p/toxics/%FF", "").await;
        toxic.expect_error(404, "toxic not found");
    }
    for path in ["/proxies/%FF/toxics", "/proxies/%FF/toxics/t", "/proxies/%FF/toxics/%FF"] {
        api.get(path).await.expect_error(404, "proxy not found");
    }
}

#[tokio::test]
async fn a_name_counts_with_its_case() {
    let api = Api::start().await;
    for name in ["p", "P"] {
        let wanted = json!({ "name": name, "upstream": "u:1", "enabled": false });
        api.post("/proxies", wanted).await.expect(201);
    }
}

#[tokio::test]
async fn a_client_that_says_no_more_is_answered() {
    let api = Api::start().await;
    // A name to look up, so that the end of the stream is seen before there is an answer.
    let body = r#"{"name":"p","upstream":"u:1","listen":"localhost:0"}"#;
    let request = format!(
        "POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(api.address).await.expect("it listens");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    stream.shutdown().await.expect("it is open");
    let (answer, error) = read_all(&mut stream).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 201 ") && error.is_none(), "{answer} {error:?}");
}

#[tokio::test]
async fn answers_are_json_and_a_body_may_have_any_type() {
    let api = Api::start().await;
    let body = r#"{"name":"p","upstream":"u:1","enabled":false}"#;
    for (type_name, status) in [("application/x-www-form-urlencoded", 201), ("text/plain", 409)] {
        let request = format!(
            "POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type_name}\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = api.raw(&request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert!(answer.contains("content-type: application/json\r\n"), "{answer}");
    }
}
