//! The server: its sockets, and its end.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::http::StatusCode;
use axum::{Router, middleware};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream, lookup_host};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower_http::timeout::TimeoutLayer;

use crate::limits::Limits;
use crate::visitors;

/// How long it rests when it cannot accept, as a rule for want of descriptors.
const REST: Duration = Duration::from_millis(50);

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

    /// Answers until `end`, and then those calls that are under way.
    pub async fn run(self, app: Router, end: impl Future<Output = ()>) {
        let app = self.guarded(app);
        let (accepted, mut streams) = mpsc::channel(1);
        let mut acceptors = JoinSet::new();
        for listener in self.listeners {
            acceptors.spawn(accept(listener, accepted.clone()));
        }
        let connections = GracefulShutdown::new();
        let mut end = pin!(end);
        loop {
            tokio::select! {
                () = &mut end => break,
                Some(stream) = streams.recv() => {
                    serve(stream, app.clone(), &self.limits, &connections);
                }
            }
        }
        acceptors.shutdown().await;
        // Who takes longer is left to the end of the process.
        let _ = timeout(self.limits.drain, connections.shutdown()).await;
    }

    fn guarded(&self, app: Router) -> Router {
        let late = StatusCode::SERVICE_UNAVAILABLE;
        let app = app
            .layer(TimeoutLayer::with_status_code(late, self.limits.answer))
            .layer(middleware::from_fn(visitors::refuse_other_sites));
        if self.addresses().iter().all(|address| address.ip().is_loopback()) {
            app.layer(middleware::from_fn(visitors::refuse_other_hosts))
        } else {
            app
        }
    }
}

async fn accept(listener: TcpListener, accepted: mpsc::Sender<TcpStream>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // It fails when the server ends, and so does this task.
                let _ = accepted.send(stream).await;
            }
            Err(error) => {
                tracing::warn!(target: "chaosgate", %error, "the interface cannot accept");
                sleep(REST).await;
            }
        }
    }
}

fn serve(stream: TcpStream, app: Router, limits: &Limits, connections: &GracefulShutdown) {
    // An answer is small, and somebody waits for it.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // Many a simple client closes its side when it has asked.
        .half_close(true)
        .header_read_timeout(limits.idle)
        .max_buf_size(limits.head)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app));
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        // How a client leaves is its own business.
        let _ = connection.await;
    });
}
