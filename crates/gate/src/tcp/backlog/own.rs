//! The gate's own connections in a queue that it keeps full.

use std::net::SocketAddr;

use socket2::Socket;

/// The gate's own connections in the queue.
///
/// They stay open until they have been taken off it: no client can have their addresses meanwhile.
#[derive(Debug, Default)]
pub(in crate::tcp) struct Own(pub(super) Vec<Socket>);

impl Own {
    /// Whether the one at `address` is the gate's own, which has done its duty then.
    pub(in crate::tcp) fn take(&mut self, address: SocketAddr) -> bool {
        let is_at = |own: &Socket| {
            let here = own.local_addr().ok().and_then(|here| here.as_socket());
            // A socket for both families shows an IPv4 address as one of IPv6.
            here.is_some_and(|here| {
                here.port() == address.port()
                    && here.ip().to_canonical() == address.ip().to_canonical()
            })
        };
        let place = self.0.iter().position(is_at);
        place.map(|place| self.0.swap_remove(place)).is_some()
    }
}
