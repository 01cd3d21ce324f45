//! Each toxic by the Rust clients of Toxiproxy: the arguments are the interface's port, and where
//! Redis is.

mod by_noxious_client;
mod by_toxiproxy_rust;
mod redis;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().expect("the interface's port");
    let redis = arguments.next().expect("where Redis is");
    let interface = format!("127.0.0.1:{port}");
    by_toxiproxy_rust::run(&interface, &redis);
    by_noxious_client::run(&interface, &redis);
}
