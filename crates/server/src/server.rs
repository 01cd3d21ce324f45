//! The server: its sockets, and its end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::{Router, middleware};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tower_http::timeout::TimeoutLayer;

use crate::callers;
use crate::doors::Door;
use crate::limits::Limits;
use crate::reception::Reception;

/// Listens, and is yet to answer.
#[derive(Debug)]
pub struct Server {
    doors: Vec<Door>,
    limits: Limits,
}

impl Server {
    /// Listens at every address of `address`, `HOST:PORT`, that this machine has; or on Unix at a path,
    /// `unix:PATH`, which only its owner reaches.
    ///
    /// # Errors
    ///
    /// If it cannot listen at one of them, or at none.
    pub async fn bind(address: &str, limits: Limits) -> io::Result<Self> {
        Ok(Server { doors: Door::all_of(address).await?, limits })
    }

    /// Where it listens over TCP.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.doors.iter().filter_map(Door::address).collect()
    }

    /// Where it listens, as that is written: `127.0.0.1:8474`, `unix:/run/chaosgate.sock`.
    pub fn places(&self) -> Vec<String> {
        self.doors.iter().map(Door::to_string).collect()
    }

    /// Whether only this machine reaches it: over the loopback interface, or at a path.
    pub fn is_local(&self) -> bool {
        self.addresses().iter().all(|address| address.ip().is_loopback())
    }

    /// Answers until `end`, and then those calls that are under way.
    pub async fn run(self, app: Router, end: impl Future<Output = ()>) {
        let (app, graceful) = (self.guarded(app), Arc::new(GracefulShutdown::new()));
        let mut acceptors = JoinSet::new();
        let reception = Reception::new(app, self.limits.clone());
        let calls = reception.calls_under_way();
        for door in self.doors {
            acceptors.spawn(reception.clone().receive(door, graceful.clone()));
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
        // No browser reaches a path, whatever name a call to one has.
        if self.is_local() && !self.addresses().is_empty() {
            app.layer(middleware::from_fn(callers::refuse_other_hosts))
        } else {
            app
        }
    }
}
