//! The server: its sockets, and its end.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::{Router, middleware};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, lookup_host};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tower_http::timeout::TimeoutLayer;

use crate::callers;
use crate::limits::Limits;
use crate::reception::Reception;

/// Listens, and is yet to answer.
#[derive(Debug)]
pub struct Server {
    listeners: Vec<TcpListener>,
    limits: Limits,
}

impl Server {
    /// Listens at every address of `address`, `HOST:PORT`, that this machine has.
    ///
    /// # Errors
    ///
    /// If it cannot listen at one of them, or at none.
    pub async fn bind(address: &str, limits: Limits) -> io::Result<Self> {
        let mut listeners: Vec<TcpListener> = Vec::new();
        let mut missing = io::ErrorKind::AddrNotAvailable.into();
        // A list of hosts may have one twice.
        let addresses: BTreeSet<_> = lookup_host(address).await?.collect();
        for mut at in addresses {
            if let (0, Some(first)) = (at.port(), listeners.first()) {
                at.set_port(first.local_addr()?.port());
            }
            match TcpListener::bind(at).await {
                Ok(listener) => listeners.push(listener),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
                // Many machines name ::1 for localhost and do not have it.
                Err(error) => missing = error,
            }
        }
        if listeners.is_empty() { Err(missing) } else { Ok(Server { listeners, limits }) }
    }

    /// Where it listens.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect()
    }

    /// Whether it is reached over the loopback interface alone.
    pub fn is_local(&self) -> bool {
        self.addresses().iter().all(|address| address.ip().is_loopback())
    }

    /// Answers until `end`, and then those calls that are under way.
    pub async fn run(self, app: Router, end: impl Future<Output = ()>) {
        let (app, graceful) = (self.guarded(app), Arc::new(GracefulShutdown::new()));
        let mut acceptors = JoinSet::new();
        let reception = Reception::new(app, self.limits.clone());
        let calls = reception.calls_under_way();
        for listener in self.listeners {
            acceptors.spawn(reception.clone().receive(listener, graceful.clone()));
        }
        end.await;
        acceptors.shutdown().await;
        let calls = calls();
        if calls > 0 {
            tracing::info!(target: "chaosgate", calls, "calls are waited for");
        }
        // The acceptors have gone, and this is the last.
        if let Some(graceful) = Arc::into_inner(graceful) {
            // Who takes longer is left to the end of the process.
            let _ = timeout(self.limits.drain, graceful.shutdown()).await;
        }
    }

    fn guarded(&self, app: Router) -> Router {
        let late = StatusCode::SERVICE_UNAVAILABLE;
        let app = app
            .layer(TimeoutLayer::with_status_code(late, self.limits.answer))
            .layer(middleware::from_fn(callers::refuse_other_sites));
        if self.is_local() {
            app.layer(middleware::from_fn(callers::refuse_other_hosts))
        } else {
            app
        }
    }
}
