//! Calling the interface.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use chaosgate_server::native::Native;
use chaosgate_server::toxiproxy::{Dialect, Measured, Proxy};
use chaosgate_server::{Limits, Registry, Server, Token};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{HeaderMap, Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use super::contract::{complaint, route_of};
use super::{echo, soon};

/// A server of its own for each test, which answers both interfaces.
pub(crate) struct Api {
    pub(crate) address: SocketAddr,
    pub(crate) registry: Arc<Registry<Proxy>>,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Api {
    pub(crate) async fn start() -> Self {
        Api::with(Limits::default(), None).await
    }

    pub(crate) async fn with(limits: Limits, token: Option<Token>) -> Self {
        let server = Server::bind("127.0.0.1:0", limits.clone()).await.expect("a free port");
        let (address, registry) = (server.addresses()[0], Arc::new(Registry::new(7)));
        let native = Native::new(registry.clone(), limits.clone()).with_token(token.clone());
        let dialect = Dialect::new(registry.clone(), limits, Measured::ALL).with_token(token);
        let app = dialect.router().merge(native.router());
        tokio::spawn(server.run(app, std::future::pending()));
        let client = Client::builder(TokioExecutor::new()).build_http();
        Api { address, registry, client }
    }

    /// Begins a call; the path is one of the interface, or that of another with its slash.
    pub(crate) async fn begin(
        &self,
        method: &str,
        path: &str,
        fields: &[(&str, &str)],
        body: &str,
    ) -> Response<Incoming> {
        let uri = format!("http://{}{}", self.address, full(path));
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::from(body.to_owned())).expect("a request");
        soon(self.client.request(request)).await.expect("an answer")
    }

    /// Calls with these fields in the head.
    pub(crate) async fn call_with(
        &self,
        method: &str,
        path: &str,
        fields: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let response = self.begin(method, path, fields, body).await;
        let (parts, body) = response.into_parts();
        let body = soon(body.collect()).await.expect("a body").to_bytes();
        let text = String::from_utf8(body.to_vec()).expect("UTF-8");
        let answer = Answer { status: parts.status.as_u16(), headers: parts.headers, text };
        if let Some(route) = route_of(method, &full(path)) {
            let media_type = answer.header("content-type").split(';').next().unwrap_or_default();
            if let Some(complaint) = complaint(route, answer.status, media_type, &answer.text) {
                panic!("{complaint}");
            }
        }
        answer
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.call_with(method, path, &[], &body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, Value::Null).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.call("PUT", path, body).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, Value::Null).await
    }

    /// A `PUT` of what is there only if that still has this tag.
    pub(crate) async fn put_if(&self, tag: &str, path: &str, body: Value) -> Answer {
        self.call_with("PUT", path, &[("if-match", tag)], &body.to_string()).await
    }

    /// A gate named `g` on a free port, before a server that sends back what it gets.
    pub(crate) async fn gate(&self) -> SocketAddr {
        let gate = json!({ "name": "g", "upstream": echo().await });
        self.post("gates", gate).await.expect(201).address()
    }
}

fn full(path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("/api/v1/{path}") }
}

/// What the interface has answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// That it is a problem of this kind; its document.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, kind: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        let problem = self.json();
        assert_eq!((&problem["kind"], &problem["status"]), (&json!(kind), &json!(status)));
        problem
    }

    /// Of what kind the problem is, if it is one.
    pub(crate) fn kind(&self) -> String {
        let problem: Value = serde_json::from_str(&self.text).unwrap_or_default();
        problem["kind"].as_str().unwrap_or_default().to_owned()
    }

    /// Where the gate listens that it shows.
    #[track_caller]
    pub(crate) fn address(&self) -> SocketAddr {
        let address = self.json()["addresses"][0].as_str().map(str::to_owned);
        address.and_then(|address| address.parse().ok()).expect("an address")
    }
}
