//! Connecting to the server.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::lookup_host;

/// How long a dial may take, with all addresses of the host.
const LIMIT: Duration = Duration::from_secs(10);

/// Why the server cannot be reached.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DialError {
    #[error("upstream {upstream} cannot be resolved: {source}")]
    Resolve { upstream: String, source: io::Error },
    #[error("upstream {upstream} has no address")]
    NoAddress { upstream: String },
    #[error("{address} cannot be reached: {source}")]
    Connect { address: SocketAddr, source: io::Error },
    #[error("upstream {upstream} did not answer within {LIMIT:?}")]
    TimedOut { upstream: String },
}

/// Resolves `upstream` and tries its addresses in turn: the socket to the first that can be
/// connected, and the addresses behind that.
pub(crate) async fn dial<S, C: Future<Output = io::Result<S>>>(
    upstream: &str,
    connect: impl FnMut(SocketAddr) -> C,
) -> Result<(S, VecDeque<SocketAddr>), DialError> {
    let timed_out = |_| DialError::TimedOut { upstream: upstream.to_owned() };
    tokio::time::timeout(LIMIT, try_each_address(upstream, connect)).await.map_err(timed_out)?
}

async fn try_each_address<S, C: Future<Output = io::Result<S>>>(
    upstream: &str,
    mut connect: impl FnMut(SocketAddr) -> C,
) -> Result<(S, VecDeque<SocketAddr>), DialError> {
    let found = lookup_host(upstream)
        .await
        .map_err(|source| DialError::Resolve { upstream: upstream.to_owned(), source })?;
    let mut addresses: VecDeque<_> = found.collect();
    let mut result = Err(DialError::NoAddress { upstream: upstream.to_owned() });
    while let Some(address) = addresses.pop_front() {
        match connect(address).await {
            Ok(socket) => return Ok((socket, addresses)),
            Err(source) => result = Err(DialError::Connect { address, source }),
        }
    }
    result
}
