//! `toxiproxy_rust`

use std::io::ErrorKind;
use std::time::Duration;

use toxiproxy_rust::client::Client;
use toxiproxy_rust::proxy::{Proxy, ProxyPack};

use crate::redis::{ask, expect, expect_health, whole};

pub fn run(interface: &str, redis: &str) {
    let client = Client::new(interface);
    assert!(client.is_running());
    assert!(client.version().expect("a version").contains("version"));
    let pack = ProxyPack::new("redis".into(), "127.0.0.1:0".into(), redis.into());
    let proxies = client.populate(vec![pack]).expect("a proxy");
    let proxy = &proxies[0];
    let at = proxy.proxy_pack.listen.as_str();
    expect_health(at);

    let (all, down) = (whole().len(), || "downstream".to_owned());
    let millis = Duration::from_millis;
    seen("latency", proxy.with_latency(down(), 100, 0, 1.0), all, millis(100));
    seen("bandwidth", proxy.with_bandwidth(down(), 1, 1.0), all, millis(200));
    seen("slow_close", proxy.with_slow_close(down(), 100, 1.0), all, millis(100));
    seen("timeout", proxy.with_timeout(down(), 100, 1.0), 0, millis(0));
    seen("slicer", proxy.with_slicer(down(), 100, 0, 20_000, 1.0), all, millis(60));
    seen("limit_data", proxy.with_limit_data(down(), 50, 1.0), 50, millis(0));

    let refused = || assert_eq!(ask(at).end, Some(ErrorKind::ConnectionRefused));
    proxy.with_down(refused).expect("it comes back");
    expect_health(at);
    proxy.with_timeout(down(), 0, 1.0);
    let proxy = client.find_and_reset_proxy("redis").expect("a proxy");
    assert!(proxy.toxics().expect("toxics").is_empty());
    expect_health(at);
    proxy.delete().expect("it is deleted");
    assert!(client.all().expect("proxies").is_empty());
}

/// That a toxic does what it is there for, and that all is well without it.
fn seen(type_name: &str, proxy: &Proxy, length: usize, least: Duration) {
    let at = proxy.proxy_pack.listen.as_str();
    let toxics = proxy.toxics().expect("toxics");
    assert_eq!(toxics[0].name, format!("{type_name}_downstream"));
    proxy.apply(|| expect(type_name, at, length, least)).expect("it is removed");
    expect_health(at);
}
