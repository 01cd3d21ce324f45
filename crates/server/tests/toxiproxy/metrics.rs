//! What Prometheus is shown.

use chaosgate_server::toxiproxy::Measured;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Api, echo, read};

pub(crate) const PROXIES: Measured = Measured { proxies: true, process: false };

/// The value of a series, with its labels in the order in which they are shown.
pub(crate) async fn value(api: &Api, series: &str) -> Option<f64> {
    let text = api.get("/metrics").await.expect(200).text;
    text.lines().find_map(|line| line.strip_prefix(series)?.trim().parse().ok())
}

pub(crate) async fn exchange(proxy: std::net::SocketAddr) -> TcpStream {
    let mut client = TcpStream::connect(proxy).await.expect("it listens");
    client.write_all(b"hello").await.expect("it reads");
    assert_eq!(read(&mut client, 5).await, b"hello");
    client
}

#[tokio::test]
async fn they_are_shown_only_if_they_are_asked_for_and_by_any_method() {
    let api = Api::start().await;
    api.get("/metrics").await.expect(404);
    let api = Api::measuring(PROXIES).await;
    for method in ["GET", "POST", "DELETE", "HEAD"] {
        let answer = api.call(method, "/metrics", "").await.expect(200);
        assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"));
    }
    let answer = api.get_with("/metrics", "User-Agent: Mozilla/5.0").await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    let text = api.get("/metrics").await.text;
    assert!(!text.contains("process_"), "{text}");
}

#[tokio::test]
async fn toxiproxys_counters_move_while_a_connection_is_open_and_outlive_the_proxy() {
    let (api, upstream) = (Api::measuring(PROXIES).await, echo().await);
    let proxy = api.proxy(upstream).await;
    let series = |name: &str, direction: &str| {
        format!(
            "toxiproxy_proxy_{name}_bytes_total{{direction=\"{direction}\",listener=\"{proxy}\",\
             proxy=\"p\",upstream=\"{upstream}\"}}"
        )
    };
    assert_eq!(value(&api, &series("received", "upstream")).await, None, "before the first client");
    let _open = exchange(proxy).await;
    assert_eq!(value(&api, &series("received", "upstream")).await, Some(5.0));
    assert_eq!(value(&api, &series("sent", "downstream")).await, Some(5.0));
    let text = api.get("/metrics").await.text;
    assert!(text.contains("# TYPE toxiproxy_proxy_received_bytes_total counter\n"), "{text}");

    // With another gate, and without any.
    api.post("/proxies/p", json!({ "upstream": "a:1" })).await.expect(200);
    api.post("/proxies/p", json!({ "upstream": upstream })).await.expect(200);
    let _open = exchange(proxy).await;
    assert_eq!(value(&api, &series("received", "upstream")).await, Some(10.0));
    api.delete("/proxies/p").await.expect(204);
    assert_eq!(value(&api, &series("received", "upstream")).await, Some(10.0));
}

#[tokio::test]
async fn each_gate_shows_its_connections_bytes_hits_and_failures() {
    let api = Api::measuring(PROXIES).await;
    let proxy = api.proxy(echo().await).await;
    api.toxic("latency", "downstream", json!({ "latency": 1 })).await;
    let _open = exchange(proxy).await;
    let nowhere = json!({ "name": "n", "listen": "127.0.0.1:0", "upstream": "nonsense" });
    let nowhere = api.post("/proxies", nowhere).await.expect(201).listen();
    crate::support::gone(&mut TcpStream::connect(nowhere).await.expect("it listens")).await;
    for (series, expected) in [
        ("chaosgate_connections{gate=\"p\"}", 1.0),
        ("chaosgate_clients_accepted_total{gate=\"p\"}", 1.0),
        ("chaosgate_clients_connected_total{gate=\"p\"}", 1.0),
        ("chaosgate_dial_failures_total{gate=\"p\"}", 0.0),
        ("chaosgate_dial_failures_total{gate=\"n\"}", 1.0),
        ("chaosgate_received_bytes_total{direction=\"to_server\",gate=\"p\"}", 5.0),
        ("chaosgate_segments_total{direction=\"to_client\",gate=\"p\"}", 1.0),
        ("chaosgate_sent_bytes_total{direction=\"to_client\",gate=\"p\"}", 5.0),
        (
            "chaosgate_hits_total{direction=\"to_client\",fault=\"latency_downstream\",gate=\"p\"}",
            1.0,
        ),
    ] {
        assert_eq!(value(&api, series).await, Some(expected), "{series}");
    }
}

#[tokio::test]
async fn a_fault_that_is_gone_leaves_its_hits_as_long_as_its_gate_is_there() {
    let (api, upstream) = (Api::measuring(PROXIES).await, echo().await);
    let proxy = api.proxy(upstream).await;
    let hits =
        "chaosgate_hits_total{direction=\"to_client\",fault=\"latency_downstream\",gate=\"p\"}";
    let latency = json!({ "latency": 1 });
    api.toxic("latency", "downstream", latency.clone()).await;
    drop(exchange(proxy).await);
    api.update("latency_downstream", json!({ "latency": 2 })).await;
    assert_eq!(value(&api, hits).await, Some(1.0), "an update");
    drop(exchange(proxy).await);
    api.remove("latency_downstream").await;
    assert_eq!(value(&api, hits).await, Some(2.0), "a removal");
    api.toxic("latency", "downstream", latency).await;
    drop(exchange(proxy).await);
    api.post("/proxies/p", json!({ "upstream": "a:1" })).await.expect(200);
    api.post("/proxies/p", json!({ "upstream": upstream })).await.expect(200);
    assert_eq!(value(&api, hits).await, Some(3.0), "another gate");
    drop(exchange(proxy).await);
    api.post("/reset", json!({})).await.expect(204);
    assert_eq!(value(&api, hits).await, Some(4.0), "a reset");

    api.delete("/proxies/p").await.expect(204);
    let text = api.get("/metrics").await.text;
    assert!(!text.contains("gate=\"p\"") && text.contains("proxy=\"p\""), "{text}");
}

#[tokio::test]
async fn whether_a_gate_is_open_is_shown_and_how_it_takes_clients() {
    let api = Api::measuring(PROXIES).await;
    api.proxy(echo().await).await;
    assert_eq!(value(&api, "chaosgate_running{gate=\"p\"}").await, Some(1.0));
    let accepting = "chaosgate_accepting{gate=\"p\",mode=\"accept\"}";
    assert_eq!(value(&api, accepting).await, Some(1.0));
    api.post("/proxies/p", json!({ "enabled": false })).await.expect(200);
    assert_eq!(value(&api, "chaosgate_running{gate=\"p\"}").await, Some(0.0));
}

/// Scripts look for the text.
#[tokio::test]
async fn labels_stand_in_the_order_of_the_alphabet() {
    let api = Api::measuring(Measured::ALL).await;
    let proxy = api.proxy(echo().await).await;
    api.toxic("latency", "downstream", json!({ "latency": 1 })).await;
    let _open = exchange(proxy).await;
    let text = api.get("/metrics").await.text;
    let mut several = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((_, labels)) = line.split_once('{') else { continue };
        let names: Vec<_> = labels.split(',').filter_map(|label| label.split('=').next()).collect();
        assert!(names.is_sorted(), "{line}");
        several += usize::from(names.len() > 1);
    }
    assert!(several > 5, "{text}");
    let version = format!("chaosgate_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    assert_eq!(value(&api, &version).await, Some(1.0));
}

#[tokio::test]
async fn the_lateness_of_timers_is_a_histogram() {
    let api = Api::measuring(PROXIES).await;
    let proxy = api.proxy(echo().await).await;
    api.toxic("latency", "downstream", json!({ "latency": 20 })).await;
    drop(exchange(proxy).await);
    let name = "chaosgate_timer_lateness_seconds";
    let count = value(&api, &format!("{name}_count")).await.expect("a count");
    assert!(count >= 1.0);
    assert_eq!(value(&api, &format!("{name}_bucket{{le=\"+Inf\"}}")).await, Some(count));
    assert!(value(&api, &format!("{name}_sum")).await.is_some_and(|sum| sum > 0.0));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_process_is_measured_if_that_is_asked_for() {
    let api = Api::measuring(Measured { proxies: false, process: true }).await;
    for series in [
        "process_cpu_seconds_total",
        "process_open_fds",
        "process_max_fds",
        "process_virtual_memory_bytes",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
    ] {
        assert!(value(&api, series).await.is_some_and(|value| value >= 0.0), "{series}");
    }
    assert_eq!(value(&api, "chaosgate_connections").await, None);
}
