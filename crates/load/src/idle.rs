//! Connections that stay and say nothing.

use std::io::{self, Read, Write};
use std::net::TcpListener;

use crate::setting::number;
use crate::sockets::Connection;
use crate::{Outcome, Setting};

/// Bytes of memory that the proxy takes for a connection: what so many have made it grow by, after
/// each has carried a byte in both directions.
///
/// # Errors
/// If there is no proxy, or a connection fails.
pub fn idle(setting: &Setting, connections: usize) -> io::Result<Outcome> {
    let told = "without --process there is no memory to look at";
    let process = setting.process.ok_or_else(|| io::Error::other(told))?;
    let listener = TcpListener::bind(setting.server)?;
    let connect = || {
        let connection = Connection::new(&listener, setting.through)?;
        exchange(&connection)?;
        Ok(connection)
    };
    // What the first one takes is taken once.
    let _first = connect()?;
    let before = process.resident()?;
    let held = (0..connections).map(|_| connect()).collect::<io::Result<Vec<_>>>()?;
    let grown = process.resident()?.saturating_sub(before);
    Ok(Outcome::of(number(grown) / number(held.len() as u64)))
}

fn exchange(connection: &Connection) -> io::Result<()> {
    let (mut client, mut server) = (&connection.client, &connection.server);
    let mut byte = [0];
    client.write_all(b"x")?;
    server.read_exact(&mut byte)?;
    server.write_all(&byte)?;
    client.read_exact(&mut byte)
}
