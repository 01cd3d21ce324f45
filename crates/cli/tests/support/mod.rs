//! The real program, and a server to put behind it.

// Each test file uses its own part of this.
#![allow(dead_code, reason = "compiled once for each test file")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// Only a failure takes that long.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// What is in the line in which `toxiproxy-server` says where it listens.
pub(crate) const LISTENS: &str = "Starting Toxiproxy HTTP server";

/// The program with these arguments.
pub(crate) fn chaosgate(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chaosgate"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// The program under the name `toxiproxy-server`, with these arguments.
#[cfg(unix)]
pub(crate) fn toxiproxy_server(arguments: &[&str]) -> Command {
    use std::os::unix::process::CommandExt;
    let mut command = chaosgate(arguments);
    command.arg0("/usr/local/bin/toxiproxy-server").env_remove("LOG_LEVEL");
    command
}

/// Runs the program to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    chaosgate(arguments).output().expect("the program starts")
}

/// A command that calls the daemon at this URL, whatever the environment of the tests says.
pub(crate) fn at(url: &str, arguments: &[&str]) -> Command {
    let mut command = chaosgate(arguments);
    for name in ["CHAOSGATE_TOKEN", "TOXIPROXY_URL", "TOXIPROXY_AUTH_TOKEN"] {
        command.env_remove(name);
    }
    command.env("CHAOSGATE_URL", url);
    command
}

/// What it printed.
pub(crate) fn text(output: &[u8]) -> &str {
    str::from_utf8(output).expect("UTF-8")
}

/// What it printed, as JSON.
pub(crate) fn json(output: &[u8]) -> Value {
    serde_json::from_slice(output).expect("JSON")
}

/// The program at work. It is killed if the test fails.
pub(crate) struct Program {
    child: Child,
    lines: Receiver<String>,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Program {
    /// `chaosgate gate` before `upstream`, with these arguments beside.
    pub(crate) fn gate(upstream: SocketAddr, arguments: &[&str]) -> Self {
        let mut command = chaosgate(&["gate", "--upstream", &upstream.to_string()]);
        command.args(arguments);
        Program::start(command, "listening")
    }

    /// `chaosgate serve` on a free port, with these arguments beside.
    pub(crate) fn serve(arguments: &[&str]) -> Self {
        let mut command = chaosgate(&["serve", "--api", "127.0.0.1:0"]);
        command.args(arguments);
        Program::start(command, "listening on")
    }

    /// A program that says in a line with this text where it listens.
    pub(crate) fn start(mut command: Command, text: &str) -> Self {
        let mut program = Program::spawn(&mut command);
        program.address = address_in(&program.line_with(text));
        program
    }

    /// A program that may listen nowhere.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        let nowhere = SocketAddr::from(([0; 4], 0));
        Program { child, lines, address: nowhere }
    }

    /// What a command that calls it says.
    pub(crate) fn told(&self, arguments: &[&str]) -> Output {
        at(&self.address.to_string(), arguments).output().expect("it starts")
    }

    /// What a command that calls it prints, which has to go well.
    pub(crate) fn tell(&self, arguments: &[&str]) -> String {
        let output = self.told(arguments);
        assert_eq!((text(&output.stderr), output.status.code()), ("", Some(0)), "{arguments:?}");
        text(&output.stdout).to_owned()
    }

    /// Calls its interface, and gives the status and the body of the answer.
    pub(crate) fn call(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        call(self.address, method, path, body)
    }

    /// Where the proxy listens that this call makes.
    pub(crate) fn make_proxy(&self, upstream: SocketAddr) -> SocketAddr {
        let wanted = format!(r#"{{"name":"p","listen":"127.0.0.1:0","upstream":"{upstream}"}}"#);
        let (status, shown) = self.call("POST", "/proxies", &wanted);
        assert_eq!(status, 201, "{shown}");
        address_in(&shown)
    }

    /// A connection through it.
    pub(crate) fn connect(&self) -> TcpStream {
        connect(self.address)
    }

    /// A socket that sends to it, and receives from it alone.
    pub(crate) fn socket(&self) -> UdpSocket {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        socket.connect(self.address).expect("an address");
        socket.set_read_timeout(Some(LIMIT)).expect("a limit");
        socket
    }

    /// The next line.
    pub(crate) fn line(&mut self) -> String {
        self.lines.recv_timeout(LIMIT).expect("a line")
    }

    /// The next line that contains `part`.
    pub(crate) fn line_with(&mut self, part: &str) -> String {
        loop {
            let line = self.line();
            if line.contains(part) {
                return line;
            }
        }
    }

    /// The next line of a log of objects with this text.
    pub(crate) fn logged(&mut self, part: &str) -> Value {
        serde_json::from_str(&self.line_with(part)).expect("an object")
    }

    /// Stops reading what it prints, as `head` does.
    pub(crate) fn close_stdout(&mut self) {
        // The thread that reads ends with its next line, and the pipe with it.
        self.lines = mpsc::channel().1;
    }

    /// What it says on standard error from now on.
    pub(crate) fn stderr(&mut self) -> BufReader<ChildStderr> {
        BufReader::new(self.child.stderr.take().expect("a pipe"))
    }

    /// Waits for its end, and gives the exit code.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        self.child.wait().expect("its end").code()
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).expect("it runs");
    }

    /// The lines that are left, its exit code, and what it said on standard error.
    pub(crate) fn end(mut self) -> (Vec<String>, Option<i32>, String) {
        let mut rest = Vec::new();
        loop {
            match self.lines.recv_timeout(LIMIT) {
                Ok(line) => rest.push(line),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("it does not end"),
            }
        }
        let mut errors = String::new();
        let mut stderr = self.child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut errors).expect("UTF-8");
        (rest, self.child.wait().expect("its end").code(), errors)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The resident memory of the program, in bytes.
#[cfg(target_os = "linux")]
pub(crate) fn memory(server: &Program) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    let kibibytes = line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number");
    kibibytes * 1024
}

/// A connection to who listens there.
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(LIMIT)).expect("a limit");
    stream
}

/// Calls an interface, and gives the status and the body of the answer.
pub(crate) fn call(interface: SocketAddr, method: &str, path: &str, body: &str) -> (u16, String) {
    let (mut stream, length) = (connect(interface), body.len());
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let (_, body) = answer.split_once("\r\n\r\n").expect("a head");
    (status.expect("a status"), body.to_owned())
}

/// Where the proxy listens that began with this line.
pub(crate) fn address_in(line: &str) -> SocketAddr {
    let mut words = line.split(&[' ', '\n', ',', '"', '[', ']'][..]);
    words.find_map(|word| word.parse().ok()).unwrap_or_else(|| panic!("no address in {line}"))
}

/// A server that sends back what it gets, until the test ends.
pub(crate) fn echo_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || echo(stream));
        }
    });
    address
}

fn echo(mut stream: TcpStream) {
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        if stream.write_all(&buffer[..length]).is_err() {
            return;
        }
    }
}

/// Sends `message` and reads as much back.
pub(crate) fn exchange(stream: &mut TcpStream, message: &[u8]) -> Vec<u8> {
    stream.write_all(message).expect("it takes data");
    let mut answer = vec![0; message.len()];
    stream.read_exact(&mut answer).expect("an answer");
    answer
}

/// A server that sends back each datagram that it gets, until the test ends.
pub(crate) fn udp_echo_server() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let address = socket.local_addr().expect("an address");
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok((length, client)) = socket.recv_from(&mut buffer) {
            // A client that has gone is no reason to stop.
            let _ = socket.send_to(&buffer[..length], client);
        }
    });
    address
}

/// The next datagram.
pub(crate) fn receive(socket: &UdpSocket) -> Vec<u8> {
    let mut buffer = vec![0; 4096];
    let length = socket.recv(&mut buffer).expect("a datagram");
    buffer.truncate(length);
    buffer
}
