//! On how many connections a toxic works.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Link, soon};

/// A toxic that closes a connection with its first data: on which it works can be seen at once.
fn toxic(toxicity: impl Into<Value>) -> Value {
    json!({ "name": "t", "type": "limit_data", "stream": "upstream", "toxicity": toxicity.into() })
}

/// Whether a byte comes through.
async fn works((mut client, mut server): (TcpStream, TcpStream)) -> bool {
    client.write_all(b"x").await.expect("it reads");
    soon(server.read(&mut [0])).await.expect("data or the end") == 0
}

/// On which of the connections it works.
async fn on_which(link: &Link, connections: usize) -> Vec<bool> {
    let mut all = Vec::new();
    for _ in 0..connections {
        all.push(works(link.pair().await).await);
    }
    all
}

#[tokio::test]
async fn with_0_it_never_works_and_with_1_or_more_always() {
    let link = Link::new().await;
    for (toxicity, always) in [(0.0, false), (-1.0, false), (1.0, true), (2.5, true)] {
        link.api.post("/proxies/p/toxics", toxic(toxicity)).await.expect(200);
        assert_eq!(on_which(&link, 5).await, [always; 5], "{toxicity}");
        link.api.remove("t").await;
    }
}

/// The coins follow from the seed: these are always the same.
#[tokio::test]
async fn with_a_half_it_works_on_about_every_second_connection() {
    let link = Link::new().await;
    link.api.post("/proxies/p/toxics", toxic(0.5)).await.expect(200);
    let count = on_which(&link, 100).await.into_iter().filter(|works| *works).count();
    assert!((30..=70).contains(&count), "{count} of 100");
}

/// On which of twenty connections it works that are open before it is looked at.
async fn on_open_connections(disturbed: bool) -> Vec<bool> {
    let link = Link::new().await;
    link.api.post("/proxies/p/toxics", toxic(0.5)).await.expect(200);
    let mut pairs = Vec::new();
    for _ in 0..20 {
        pairs.push(link.pair().await);
    }
    if disturbed {
        // The model tosses anew when the neighbour in the chain changes.
        link.api.toxic("noop", "upstream", json!({})).await;
        link.api.remove("noop_upstream").await;
        link.api.toxic("latency", "downstream", json!({ "latency": 1 })).await;
        link.api.post("/proxies/p/toxics/t", json!({ "toxicity": 0.5 })).await.expect(200);
    }
    let mut all = Vec::new();
    for pair in pairs {
        all.push(works(pair).await);
    }
    all
}

#[tokio::test]
async fn one_seed_gives_the_same_coins_and_other_changes_toss_none_again() {
    let coins = on_open_connections(false).await;
    assert!(coins.contains(&true) && coins.contains(&false), "{coins:?}");
    assert_eq!(on_open_connections(true).await, coins);
}

#[tokio::test]
async fn another_toxicity_holds_on_open_connections() {
    let link = Link::new().await;
    link.api.post("/proxies/p/toxics", toxic(0)).await.expect(200);
    let pair = link.pair().await;
    link.api.post("/proxies/p/toxics/t", json!({ "toxicity": 1 })).await.expect(200);
    assert!(works(pair).await);
}
