//! dnsmasq: a name server that knows its own names, and asks nobody.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;

use crate::{Binary, Error, Recipe, Server, Signal, Site};

/// A name server, over UDP, and over TCP for one client at a time.
///
/// | question | answer |
/// |---|---|
/// | `A` of [`Dns::host`] | [`Dns::address`] of the same number |
/// | `TXT` of [`Dns::LARGE`] | [`Dns::large`], more than fits into 512 bytes, and less than 1232 |
/// | of another name in `test` | there is no such name |
pub type Dns = Server<DnsRecipe>;

/// How a [`Dns`] is run.
#[derive(Debug)]
pub struct DnsRecipe;

impl Dns {
    /// The name whose text is large.
    pub const LARGE: &str = "large.test";

    /// A name with an address of its own.
    pub fn host(number: u8) -> String {
        format!("host-{number}.test")
    }

    /// The address of the host with this number.
    pub const fn address(number: u8) -> Ipv4Addr {
        // Kept for documentation, so it is nobody's.
        Ipv4Addr::new(192, 0, 2, number)
    }

    /// The strings of the large text: 900 bytes, where each nine are their own position.
    pub fn large() -> Vec<String> {
        const STRINGS: usize = 4;
        const WORDS: usize = 25;
        let word = |string, word| format!("{:08}.", (string * WORDS + word) * 9);
        (0..STRINGS).map(|string| (0..WORDS).map(|index| word(string, index)).collect()).collect()
    }
}

impl Recipe for DnsRecipe {
    const BINARY: Binary = Binary::DNSMASQ;
    const STOP: Signal = Signal::Terminate;

    fn command(site: &Site) -> Result<Command, Error> {
        let file = site.directory.join("dnsmasq.conf");
        fs::write(&file, configuration(site))
            .map_err(Error::io("write the configuration of dnsmasq"))?;
        let mut command = Command::new(&site.binary);
        command.args(["--no-daemon", "--conf-file=dnsmasq.conf"]);
        Ok(command)
    }

    /// It listens for datagrams before it does for connections.
    fn is_ready(mut stream: TcpStream) -> io::Result<bool> {
        stream.write_all(&after_its_length(&question(&Dns::host(1))))?;
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        let mut answer = vec![0; u16::from_be_bytes(length).into()];
        stream.read_exact(&mut answer)?;
        Ok(answer.ends_with(&Dns::address(1).octets()))
    }
}

/// No other file is read, and no other server asked. Started without a daemon there is one process,
/// and so none that its end could leave behind.
fn configuration(site: &Site) -> String {
    let addr = site.addr;
    let mut text = format!(
        "\
port={}
listen-address={}
bind-interfaces
no-resolv
no-hosts
local=/test/
synth-domain=test,{},{},host-*
txt-record={}",
        addr.port(),
        addr.ip(),
        Dns::address(0),
        Dns::address(u8::MAX),
        Dns::LARGE,
    );
    for string in Dns::large() {
        // Writing to a string cannot fail.
        let _ = write!(text, ",\"{string}\"");
    }
    text + "\n"
}

/// The message that asks for the address of `name`.
fn question(name: &str) -> Vec<u8> {
    // A number, "recursion desired", and one question.
    let mut message = vec![0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        // A label has 63 bytes at most.
        message.push(u8::try_from(label.len()).unwrap_or(u8::MAX));
        message.extend(label.as_bytes());
    }
    // The end of the name; an address, of the internet.
    message.extend([0, 0, 1, 0, 1]);
    message
}

/// As a message travels over TCP.
fn after_its_length(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), message].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nine_bytes_of_the_large_text_are_their_position() {
        let large = Dns::large().concat();
        assert_eq!(large.len(), 900);
        assert_eq!(&large[225..243], "00000225.00000234.");
    }

    #[test]
    fn a_question_is_written_as_the_protocol_says() {
        assert_eq!(&question("a.test")[12..], b"\x01a\x04test\0\0\x01\0\x01");
    }
}
