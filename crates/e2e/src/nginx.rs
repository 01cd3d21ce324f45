//! nginx: a pool of connections that are kept alive between requests.

use std::net::SocketAddr;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use chaosgate::Tcp;
use chaosgate_testkit::Nginx;
use chaosgate_trial::{Failure, causes};
use http_body_util::{BodyExt, Full};
use hyper::header::RANGE;
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{self};
use hyper_util::rt::TokioExecutor;

use crate::gated::Client;
use crate::payload::{LARGE, WORDS, payload};
use crate::service::Service;

/// What is on the server; it takes long enough to make to be made once.
static LARGE_BODY: LazyLock<Vec<u8>> = LazyLock::new(Nginx::large);

type Pool = legacy::Client<HttpConnector, Full<Bytes>>;

/// A client of an HTTP server.
#[derive(Debug)]
pub struct HttpPool {
    addr: SocketAddr,
    pool: Mutex<Pool>,
}

impl HttpPool {
    /// The body of the answer to `GET path`.
    ///
    /// # Errors
    /// If there is no good answer, or not all of it.
    pub async fn get(&self, path: &str) -> Result<Bytes, Failure> {
        self.body(self.request(path)).await
    }

    /// The body of the answer to `POST path`.
    ///
    /// # Errors
    /// If there is no good answer, or not all of it.
    pub async fn post(&self, path: &str, body: impl Into<Bytes>) -> Result<Bytes, Failure> {
        let mut request = self.request(path).map(|_| Full::new(body.into()));
        *request.method_mut() = Method::POST;
        self.body(request).await
    }

    fn request(&self, path: &str) -> Request<Full<Bytes>> {
        let uri = format!("http://{}{path}", self.addr);
        Request::get(uri).body(Full::default()).expect("a valid path")
    }

    async fn body(&self, request: Request<Full<Bytes>>) -> Result<Bytes, Failure> {
        let pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let response = pool.request(request).await.map_err(|error| failure(&error))?;
        let status = response.status();
        if !matches!(status, StatusCode::OK | StatusCode::PARTIAL_CONTENT) {
            return Err(Failure::Wrong(status.to_string()));
        }
        let body = response.into_body().collect().await.map_err(|error| failure(&error))?;
        Ok(body.to_bytes())
    }
}

fn failure(error: &(dyn std::error::Error + 'static)) -> Failure {
    let is_end = |cause: &hyper::Error| cause.is_incomplete_message() || cause.is_closed();
    Failure::of(error, causes(error).filter_map(|cause| cause.downcast_ref()).any(is_end))
}

/// A pool that keeps one connection.
fn new_pool() -> Pool {
    let mut builder = legacy::Client::builder(TokioExecutor::new());
    builder.pool_idle_timeout(None).pool_max_idle_per_host(1).build_http()
}

impl Client for HttpPool {
    const NAME: &'static str = "nginx";
    const BRIEF: Duration = Duration::from_millis(500);

    type Protocol = Tcp;

    fn at(addr: SocketAddr) -> Self {
        Self { addr, pool: Mutex::new(new_pool()) }
    }
}

impl Service for HttpPool {
    async fn ask(&self) -> Result<(), Failure> {
        Failure::unless_same(&self.get("/").await?, Nginx::SMALL.as_bytes())
    }

    async fn upload(&self) -> Result<(), Failure> {
        let answer = self.post("/upload", payload(WORDS)).await?;
        Failure::unless_same(&answer, Nginx::RECEIVED.as_bytes())
    }

    async fn download(&self) -> Result<(), Failure> {
        let mut request = self.request("/large");
        let part = format!("bytes=0-{}", LARGE - 1).try_into().expect("a valid header");
        request.headers_mut().insert(RANGE, part);
        Failure::unless_same(&self.body(request).await?, &LARGE_BODY[..LARGE])
    }

    async fn farewell(&self) -> Result<(), Failure> {
        Failure::unless_same(&self.get("/until-close").await?, Nginx::SMALL.as_bytes())
    }

    fn forget(&self) {
        *self.pool.lock().unwrap_or_else(PoisonError::into_inner) = new_pool();
    }
}
