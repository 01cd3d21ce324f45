//! Series of draws: what is drawn after one has begun follows from its seed alone.

mod support;

use chaosgate::{Corrupt, EntrySpec, units::Ratio};
use support::{Rig, SOON, read};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const MANY: usize = 24;

/// Acts on every other connection.
fn corrupt() -> EntrySpec {
    EntrySpec::new(Corrupt::default()).with_probability(Ratio::new(0.5).unwrap())
}

/// On which of these it acts.
async fn coins(pairs: &mut [(TcpStream, TcpStream)]) -> Vec<bool> {
    let mut coins = Vec::new();
    for (client, server) in pairs {
        client.write_all(b"x").await.unwrap();
        coins.push(read(server, 1).await != b"x");
    }
    coins
}

/// A gate through which so many connections have gone.
async fn after(connections: usize) -> Rig {
    let rig = Rig::with(|builder| builder.seed(connections as u64)).await;
    drop(rig.pairs(connections).await);
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
    rig
}

#[tokio::test]
async fn connections_that_come_after_it_draw_the_same_whoever_was_there_before() {
    let mut all = Vec::new();
    for before in [0, 3] {
        let rig = after(before).await;
        rig.gate.to_server().add(corrupt()).unwrap();
        let mut standing = rig.pairs(before).await;
        rig.gate.begin_series(7);
        all.push(coins(&mut rig.pairs(MANY).await).await);
        coins(&mut standing).await;
        let last = rig.gate.totals().accepted;
        assert_eq!(last, (MANY + 2 * before) as u64, "the numbers that are shown go on");
    }
    assert_eq!(all[0], all[1]);
    assert!(all[0].contains(&true) && all[0].contains(&false), "each side of the coin comes");
}

#[tokio::test]
async fn those_that_stand_draw_the_same_by_their_age_and_not_as_those_that_come() {
    let mut all = Vec::new();
    for before in [0, 3] {
        let rig = after(before).await;
        let mut standing = rig.pairs(MANY).await;
        rig.gate.begin_series(7);
        rig.gate.to_server().add(corrupt()).unwrap();
        all.push(coins(&mut standing).await);
        assert_ne!(coins(&mut rig.pairs(MANY).await).await, all[0]);
    }
    assert_eq!(all[0], all[1]);
}

#[tokio::test]
async fn what_is_set_keeps_its_coin_on_those_that_stand() {
    let rig = after(0).await;
    rig.gate.to_server().add(corrupt()).unwrap();
    let mut standing = rig.pairs(MANY).await;
    let drawn = coins(&mut standing).await;
    rig.gate.begin_series(7);
    assert_eq!(coins(&mut standing).await, drawn);
    rig.gate.to_server().update("corrupt", corrupt()).unwrap();
    assert_eq!(coins(&mut standing).await, drawn, "an update keeps it too");
}

#[tokio::test]
async fn a_seed_that_is_drawn_is_exact_where_numbers_are_floats() {
    for _ in 0..100 {
        assert!(Rig::new().await.gate.seed() < 1 << f64::MANTISSA_DIGITS);
    }
}
