//! Calling the interface.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use chaosgate_server::toxiproxy::{Dialect, Measured, Proxy};
use chaosgate_server::{Limits, Registry, Server, Token};
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::soon;

/// A server of its own for each test, and a client that keeps its connections.
pub(crate) struct Api {
    pub(crate) address: SocketAddr,
    pub(crate) registry: Arc<Registry<Proxy>>,
    pub(crate) dialect: Dialect,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Api {
    pub(crate) async fn start() -> Self {
        Api::with_limits(Limits::default()).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        Api::with("127.0.0.1:0", limits, Measured::default()).await
    }

    /// That shows what it measures.
    pub(crate) async fn measuring(measured: Measured) -> Self {
        Api::with("127.0.0.1:0", Limits::default(), measured).await
    }

    /// That asks for a token.
    pub(crate) async fn with_token(token: Option<Token>) -> Self {
        Api::serving("127.0.0.1:0", Limits::default(), Measured::ALL, token).await
    }

    pub(crate) async fn with(address: &str, limits: Limits, measured: Measured) -> Self {
        Api::serving(address, limits, measured, None).await
    }

    async fn serving(
        address: &str,
        limits: Limits,
        measured: Measured,
        token: Option<Token>,
    ) -> Self {
        let server = Server::bind(address, limits.clone()).await.expect("a free port");
        let address = SocketAddr::from(([127, 0, 0, 1], server.addresses()[0].port()));
        let registry = Arc::new(Registry::new(7));
        let dialect = Dialect::new(registry.clone(), limits, measured).with_token(token);
        tokio::spawn(server.run(dialect.router(), std::future::pending()));
        let client = Client::builder(TokioExecutor::new()).build_http();
        Api { address, registry, dialect, client }
    }

    /// Calls with any text as body.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &str) -> Answer {
        let uri = format!("http://{}{path}", self.address);
        let request = Request::builder().method(method).uri(uri);
        let request = request.body(Full::from(body.to_owned())).expect("a request");
        let response = soon(self.client.request(request)).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = soon(body.collect()).await.expect("a body").to_bytes();
        let text = String::from_utf8(body.to_vec()).expect("UTF-8");
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, "").await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, &body.to_string()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, "").await
    }

    /// A proxy named `p` on a free port; where it listens.
    pub(crate) async fn proxy(&self, upstream: SocketAddr) -> SocketAddr {
        let wanted = json!({ "name": "p", "listen": "127.0.0.1:0", "upstream": upstream });
        self.post("/proxies", wanted).await.listen()
    }

    /// Adds a toxic to the proxy `p`.
    pub(crate) async fn toxic(&self, type_name: &str, stream: &str, attributes: Value) {
        let toxic = json!({ "type": type_name, "stream": stream, "attributes": attributes });
        self.post("/proxies/p/toxics", toxic).await.expect(200);
    }

    /// Changes attributes of a toxic of the proxy `p`.
    pub(crate) async fn update(&self, toxic: &str, attributes: Value) {
        let path = format!("/proxies/p/toxics/{toxic}");
        self.post(&path, json!({ "attributes": attributes })).await.expect(200);
    }

    /// Removes a toxic of the proxy `p`.
    pub(crate) async fn remove(&self, toxic: &str) {
        self.delete(&format!("/proxies/p/toxics/{toxic}")).await.expect(204);
    }

    /// Sends these very bytes, and gives all that comes back.
    pub(crate) async fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("it listens");
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        soon(stream.read_to_string(&mut answer)).await.expect("an answer");
        answer
    }

    /// A GET with this field in its head.
    pub(crate) async fn get_with(&self, path: &str, field: &str) -> String {
        let host = if field.starts_with("Host:") { "" } else { "Host: localhost\r\n" };
        self.raw(&format!("GET {path} HTTP/1.1\r\n{host}{field}\r\nConnection: close\r\n\r\n"))
            .await
    }
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

    /// That it is an error, of exactly this form.
    #[track_caller]
    pub(crate) fn expect_error(&self, status: u16, text: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.json(), json!({ "error": text, "status": status }));
        assert!(self.text.ends_with("}\n"), "one line, ended: {:?}", self.text);
    }

    /// Where the proxy listens that it shows.
    #[track_caller]
    pub(crate) fn listen(&self) -> SocketAddr {
        let listen = self.json()["listen"].as_str().map(str::to_owned);
        let listen = listen.unwrap_or_else(|| panic!("no proxy: {}", self.text));
        listen.parse().expect("an address")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    pub(crate) fn warnings(&self) -> Vec<&str> {
        let all = self.headers.get_all("x-chaosgate-warning").iter();
        all.map(|value| value.to_str().expect("ASCII")).collect()
    }
}
