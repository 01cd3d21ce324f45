//! `noxious-client`: what of it works against Toxiproxy. It says `direction` for `stream`, so its
//! toxics work downstream; and it reads another answer to `/populate` than Toxiproxy gives.

use std::io::ErrorKind;
use std::time::Duration;

use noxious_client::{Client, StreamDirection, Toxic, ToxicKind};

use crate::redis::{ask, expect, expect_health, whole};

#[tokio::main]
pub async fn run(interface: &str, redis: &str) {
    let client = Client::new(&format!("http://{interface}"));
    client.create_proxy("redis", "127.0.0.1:0", redis).await.expect("a proxy");
    let mut proxy = client.proxy("redis").await.expect("the same");
    let at = proxy.config.listen.clone();
    expect_health(&at);

    let (all, millis) = (whole().len(), Duration::from_millis);
    for (kind, length, least) in [
        (ToxicKind::Latency { latency: 100, jitter: 0 }, all, millis(100)),
        (ToxicKind::Bandwidth { rate: 1 }, all, millis(200)),
        (ToxicKind::SlowClose { delay: 100 }, all, millis(100)),
        (ToxicKind::Timeout { timeout: 100 }, 0, millis(0)),
        (
            ToxicKind::Slicer { average_size: 100, size_variation: 0, delay: 20_000 },
            all,
            millis(60),
        ),
        (ToxicKind::LimitData { bytes: 50 }, 50, millis(0)),
    ] {
        let direction = StreamDirection::Downstream;
        let toxic = Toxic { kind, name: "fault".to_owned(), toxicity: 1.0, direction };
        let added = proxy.add_toxic(&toxic).await.expect("a toxic");
        assert_eq!((added.kind, added.direction), (kind, direction));
        expect(&format!("{kind:?}"), &at, length, least);
        let spared =
            proxy.update_toxic("fault", 0.0, kind, direction).await.expect("it is updated");
        assert_eq!(spared.toxicity, 0.0);
        expect_health(&at);
        proxy.remove_toxic("fault").await.expect("it is removed");
        expect_health(&at);
    }

    proxy.disable().await.expect("it is disabled");
    assert_eq!(ask(&at).end, Some(ErrorKind::ConnectionRefused));
    client.reset_state().await.expect("all is as it was");
    let proxy = client.proxy("redis").await.expect("it is there");
    assert!(proxy.is_enabled());
    expect_health(&proxy.config.listen);
    proxy.delete().await.expect("it is deleted");
    assert!(client.proxies().await.expect("proxies").is_empty());
}
