//! `PostgreSQL`, a pool of sessions, and a gate between them.
#![cfg(unix)]

use std::time::{Duration, Instant};

use chaosgate::{EntrySpec, How, Stall};
use chaosgate_e2e::{Gated, PostgresPool, Service, every_condition, payload, payload_query};
use chaosgate_testkit::{Postgres, or_skip};
use chaosgate_trial::{Failure, observe};
use tokio_postgres::error::SqlState;

/// There to end a test that fails.
const LIMIT: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn every_condition_shows_and_is_recovered_from() {
    let server = or_skip!(Postgres::start());
    every_condition::<PostgresPool>(server.addr()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_cut_in_the_middle_is_rolled_back_and_leaves_the_pool_usable() {
    let server = or_skip!(Postgres::start());
    let Gated { gate, client: pool } = &Gated::<PostgresPool>::before(server.addr()).unwrap();
    pool.with(async |session| session.batch_execute("CREATE TABLE t (n int)").await).await.unwrap();

    let cut = pool.with(async |session| {
        let transaction = session.transaction().await?;
        transaction.execute("INSERT INTO t VALUES (1)", &[]).await?;
        assert_eq!(gate.close_connections(How::Reset), 1);
        transaction.execute("INSERT INTO t VALUES (2)", &[]).await?;
        transaction.commit().await
    });
    let failure = cut.await.unwrap_err();
    assert!(matches!(failure, Failure::Reset | Failure::Closed), "{failure}");

    // The lock is to be had once the server has given the transaction up.
    let count = pool.with(async |session| {
        let transaction = session.transaction().await?;
        transaction.execute("LOCK TABLE t", &[]).await?;
        transaction.execute("INSERT INTO t VALUES (3)", &[]).await?;
        transaction.commit().await?;
        session.query_one("SELECT array_agg(n) FROM t", &[]).await
    });
    let rows: Vec<i32> = tokio::time::timeout(LIMIT, count).await.unwrap().unwrap().get(0);
    assert_eq!(rows, [3]);
    assert_eq!(gate.connection_count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_of_1_mib_through_slices_and_latency_is_identical() {
    const WORDS: u32 = 128 * 1024;
    let server = or_skip!(Postgres::start());
    let gated = Gated::<PostgresPool>::before(server.addr()).unwrap();
    gated.client.ask().await.unwrap();
    let connections = gated.connections();
    let faults = ["latency:delay=50ms", "slice:size=1000B,variation=700B"];
    let faults = faults.map(|fault| fault.parse::<EntrySpec>().unwrap());
    gated.gate.to_client().set(faults).unwrap();

    let begin = Instant::now();
    let result = gated.client.with(async |session| {
        let statement = session.prepare_cached(&payload_query(WORDS)).await?;
        session.query_one(&statement, &[]).await
    });
    let result: String = result.await.unwrap().get(0);
    // An answer to preparing, and one to running it.
    assert!(begin.elapsed() >= Duration::from_millis(100), "{:?}", begin.elapsed());
    assert!(result == payload(WORDS));

    for entry in gated.gate.to_client().list() {
        assert!(entry.hits() > 0, "{}", entry.name());
    }
    gated.gate.heal().unwrap();
    gated.client.ask().await.unwrap();
    assert_eq!(gated.connections(), connections);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_hangs_in_a_stall_breaks_nobody_else_and_ends_when_healed() {
    let server = or_skip!(Postgres::start());
    let stalled = Gated::<PostgresPool>::before(server.addr()).unwrap();
    let other = Gated::<PostgresPool>::before(server.addr()).unwrap();

    let hanging = stalled.client.with(async |session| {
        session.batch_execute("SET statement_timeout = '100ms'").await?;
        let stall = stalled.gate.to_client().add(Stall {}).unwrap();
        let hanging = session.simple_query("SELECT pg_sleep(3600)");
        let meanwhile = async {
            // The server's word that it has cancelled the statement.
            stall.wait_for_hits(1, LIMIT).await.unwrap();
            let here = observe(Duration::from_millis(500), stalled.client.ask()).await;
            assert_eq!(here.answer, Err(Failure::TimedOut));
            let elsewhere = observe(LIMIT, other.client.ask()).await;
            assert_eq!(elsewhere.answer, Ok(()));
            stalled.gate.heal().unwrap();
        };
        let (cancelled, ()) = tokio::join!(hanging, meanwhile);
        assert_eq!(cancelled.unwrap_err().code(), Some(&SqlState::QUERY_CANCELED));
        session.simple_query("SELECT 1").await
    });
    tokio::time::timeout(LIMIT, hanging).await.unwrap().unwrap();
    assert_eq!(observe(LIMIT, stalled.client.ask()).await.answer, Ok(()));
    assert!(stalled.connections().contains(&1), "the session that hung has not been replaced");
}
