//! A token that every call has to show.

use chaosgate_server::Token;
use chaosgate_server::toxiproxy::Measured;

use crate::support::Api;

#[tokio::test]
async fn every_call_has_to_show_the_token() {
    let api = Api::with_token(Token::new("secret")).await;
    for path in ["/version", "/proxies", "/proxies/p", "/proxies/p/toxics/t", "/metrics", "/reset"]
    {
        for shown in ["X-None: 1", "Authorization: Bearer secre", "Authorization: Basic secret"] {
            let answer = api.get_with(path, shown).await;
            assert!(answer.starts_with("HTTP/1.1 401 "), "{path} {shown}: {answer}");
            assert!(answer.contains("\r\nwww-authenticate: Bearer\r\n"), "{answer}");
            let body = "{\"error\":\"missing or invalid auth token\",\"status\":401}\n";
            assert!(answer.ends_with(body), "{answer}");
        }
        let answer = api.get_with(path, "Authorization: Bearer secret").await;
        assert!(!answer.starts_with("HTTP/1.1 401 "), "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_browser_is_refused_before_it_is_asked_for_the_token() {
    let api = Api::with_token(Token::new("secret")).await;
    let answer = api.get_with("/version", "User-Agent: Mozilla/5.0").await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    let answer = api.get_with("/nothing", "X-None: 1").await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
}

#[tokio::test]
async fn without_a_token_nothing_is_asked_for() {
    let api = Api::measuring(Measured::ALL).await;
    api.get("/version").await.expect(200);
    api.get("/metrics").await.expect(200);
}
