//! How clients of the interface are let in, and served: nobody can hold it up, neither by connections
//! that are kept nor by answers that are not read.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use chaosgate::descriptors;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::time::sleep;
use tokio_io_timeout::TimeoutStream;

use crate::client::Client;
use crate::connections::Connections;
use crate::doors::Door;
use crate::limits::Limits;

/// How long it rests when it cannot accept, and nothing can be done about that.
const REST: Duration = Duration::from_millis(50);

/// Lets clients in.
#[derive(Debug, Clone)]
pub(crate) struct Reception {
    app: TowerToHyperService<Router>,
    limits: Limits,
    connections: Connections,
}

impl Reception {
    pub(crate) fn new(app: Router, limits: Limits) -> Self {
        Reception {
            app: TowerToHyperService::new(app),
            limits,
            connections: Connections::default(),
        }
    }

    /// How many calls are under way, whenever it is asked.
    pub(crate) fn calls_under_way(&self) -> impl Fn() -> usize + use<> {
        let connections = self.connections.clone();
        move || connections.calls()
    }

    /// Takes clients that come in here, without an end; what they are in the middle of is watched.
    pub(crate) async fn receive(self, door: Door, watch: Arc<GracefulShutdown>) {
        let mut is_failing = false;
        loop {
            match door.accept().await {
                Ok(client) => {
                    is_failing = false;
                    self.make_room(&client).await;
                    self.serve(client, &watch);
                }
                // Nobody waits, and an accept would tell of the want of descriptors alone.
                Err(_) if !descriptors::has_client(&door.socket()) => sleep(REST).await,
                Err(error) => {
                    if !std::mem::replace(&mut is_failing, true) {
                        tracing::warn!(target: "chaosgate", %error, "the interface cannot accept");
                    }
                    self.wait_for_room().await;
                }
            }
        }
    }

    /// Makes room for one who has been let in. Where the descriptors come to an end, half of those that
    /// gates leave to the interface are for what calls do.
    async fn make_room(&self, client: &Client) {
        let most = self.limits.connections;
        while self.connections.count() >= most && self.connections.end_oldest(true).await {}
        let left = self.limits.descriptors;
        if descriptors::is_among_last(left, &client.socket()) {
            let is_crowded =
                || u64::try_from(self.connections.count()).is_ok_and(|count| count >= left / 2);
            while is_crowded() && self.connections.end_oldest(false).await {}
        }
    }

    /// As a rule it wants for a descriptor, and somebody has one for nothing.
    async fn wait_for_room(&self) {
        if !self.connections.end_oldest(true).await {
            sleep(REST).await;
        }
    }

    fn serve(&self, client: Client, watch: &GracefulShutdown) {
        let mut stream = TimeoutStream::new(client);
        stream.set_write_timeout(Some(self.limits.taking));
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            // Many a simple client closes its side when it has asked.
            .half_close(true)
            .header_read_timeout(self.limits.idle)
            .max_buf_size(self.limits.head);
        self.connections.open(|place| {
            let (app, place) = (self.app.clone(), Arc::new(place));
            let answer = service_fn(move |request| {
                let (call, answer) = (place.begin_call(), app.call(request));
                async move {
                    let answer = answer.await;
                    drop(call);
                    answer
                }
            });
            let connection = builder.serve_connection(TokioIo::new(Box::pin(stream)), answer);
            let connection = watch.watch(connection);
            async move {
                // How a client leaves is its own business.
                let _ = connection.await;
            }
        });
    }
}
