//! Whether somebody listens at a port, as the kernel tells it: a client that tries would be one more
//! connection for the proxy.

use std::fs;
use std::net::SocketAddr;

/// Whether somebody listens at this address, or at its port on all addresses.
pub(super) fn is_listening(addr: SocketAddr, is_udp: bool) -> bool {
    let file = if is_udp { "/proc/net/udp" } else { "/proc/net/tcp" };
    fs::read_to_string(file).is_ok_and(|table| has_listener(&table, addr.port(), is_udp))
}

/// A socket for datagrams is there at once; one for streams listens in the state 0A.
fn has_listener(table: &str, port: u16, is_udp: bool) -> bool {
    let port = format!(":{port:04X}");
    table.lines().skip(1).any(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let (local, state) = (fields.next().unwrap_or(""), fields.nth(1).unwrap_or(""));
        local.ends_with(&port) && (is_udp || state == "0A")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
   1: 0100007F:1F91 0100007F:1F90 06 00000000:00000000 03:00001741 00000000     0
";

    #[test]
    fn who_listens_is_there_and_who_has_left_is_not() {
        assert!(has_listener(TABLE, 8080, false));
        assert!(!has_listener(TABLE, 8081, false));
        assert!(has_listener(TABLE, 8081, true));
        assert!(!has_listener(TABLE, 8082, true));
    }
}
