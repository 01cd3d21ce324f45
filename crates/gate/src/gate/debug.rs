//! A gate as `{:?}` shows it: in one short line, whatever it is in the middle of.

use std::fmt;

use chaosgate_faults::{Direction, Transport};

use super::{AnyGate, Gate, Protocol};
use crate::accepting::Accepting;

impl<P: Protocol> fmt::Debug for Gate<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.any.fmt(f)
    }
}

impl fmt::Debug for AnyGate {
    /// `TcpGate("db" 127.0.0.1:40001 -> localhost:5432, to_client: [latency:delay=100ms])`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shared = &self.core.shared;
        let route = shared.route();
        let protocol = match shared.transport {
            Transport::Stream => "TcpGate",
            Transport::Datagram => "UdpGate",
        };
        // Not waited for: this may be called in the middle of a change, by the thread that makes it.
        let sockets = self.try_listening();
        let is_running = sockets.as_ref().map(|sockets| sockets.is_on());
        let own = sockets.map(|sockets| sockets.addresses().to_vec()).unwrap_or_default();
        let own: Vec<_> = own.iter().map(ToString::to_string).collect();
        let listen = if own.is_empty() { route.listen.clone() } else { own.join(", ") };
        write!(f, "{protocol}({:?} {listen} -> {}", route.name, route.upstream)?;
        if is_running == Some(false) {
            f.write_str(", not running")?;
        }
        if self.accepting() != Accepting::Accept {
            write!(f, ", accepting: {}", self.accepting())?;
        }
        for direction in Direction::BOTH {
            let faults = shared.faults.written(direction);
            if !faults.is_empty() {
                write!(f, ", {direction}: [{}]", faults.join(", "))?;
            }
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use chaosgate_faults::Stall;

    use crate::{Accepting, Route, TcpGate, UdpGate};

    #[test]
    fn a_gate_is_one_line_with_its_addresses_and_what_is_set() {
        let gate = TcpGate::start_on(Route::new("db", "127.0.0.1:0", "h:1")).expect("a gate");
        let listen = gate.address();
        assert_eq!(format!("{gate:?}"), format!(r#"TcpGate("db" {listen} -> h:1)"#));

        let fault = gate.to_client().fault(Stall {}).expect("it suits");
        gate.set_accepting(Accepting::Hold).expect("it can be held");
        gate.stop();
        assert_eq!(
            format!("{gate:#?}"),
            format!(
                r#"TcpGate("db" {listen} -> h:1, not running, accepting: hold, to_client: [stall])"#
            )
        );
        assert_eq!(format!("{:?}", gate.to_client()), r#"Faults("db", to_client: [stall])"#);
        let both = r#"Faults("db", to_server: [], to_client: [stall])"#;
        assert_eq!(format!("{:?}", gate.both()), both);
        let shown = r#"EntryHandle("stall" of "db", to_client: stall, working, 0 hits)"#;
        assert_eq!(format!("{fault:?}"), format!("Guard({shown})"));
    }

    #[test]
    fn a_gate_that_is_being_changed_is_shown_by_its_route() {
        let gate = UdpGate::start_on(Route::new("dns", "127.0.0.1:0", "h:1")).expect("a gate");
        let _changing = gate.listening();
        assert_eq!(format!("{gate:?}"), r#"UdpGate("dns" 127.0.0.1:0 -> h:1)"#);
    }
}
