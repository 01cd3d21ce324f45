//! Connecting to the server.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};

/// How long a dial may take, with all addresses of the host.
const LIMIT: Duration = Duration::from_secs(10);

/// Why the server cannot be reached.
#[derive(Debug, thiserror::Error)]
pub(super) enum DialError {
    #[error("upstream {upstream} cannot be resolved: {source}")]
    Resolve { upstream: String, source: io::Error },
    #[error("upstream {upstream} has no address")]
    NoAddress { upstream: String },
    #[error("{address} cannot be reached: {source}")]
    Connect { address: SocketAddr, source: io::Error },
    #[error("upstream {upstream} did not answer within {LIMIT:?}")]
    TimedOut { upstream: String },
}

/// Resolves `upstream` and tries its addresses in turn.
pub(super) async fn dial(upstream: &str) -> Result<TcpStream, DialError> {
    let timed_out = |_| DialError::TimedOut { upstream: upstream.to_owned() };
    tokio::time::timeout(LIMIT, try_each_address(upstream)).await.map_err(timed_out)?
}

async fn try_each_address(upstream: &str) -> Result<TcpStream, DialError> {
    let addresses = lookup_host(upstream)
        .await
        .map_err(|source| DialError::Resolve { upstream: upstream.to_owned(), source })?;
    let mut result = Err(DialError::NoAddress { upstream: upstream.to_owned() });
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(source) => result = Err(DialError::Connect { address, source }),
        }
    }
    result
}
