//! Redis: one connection that all share, and that is replaced when it fails.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chaosgate::Tcp;
use chaosgate_trial::Failure;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Cmd, FromRedisValue, PushKind, RedisError, RedisResult, cmd};
use tokio::sync::mpsc;

use crate::gated::Client;
use crate::payload::{WORDS, payload};
use crate::service::Service;

/// A client of a Redis server.
#[derive(Debug)]
pub struct RedisConnection {
    client: redis::Client,
    kept: Mutex<Option<MultiplexedConnection>>,
    questions: AtomicU64,
}

impl RedisConnection {
    /// Does `work` on the kept connection, or a new one, which is kept if all goes well.
    ///
    /// # Errors
    /// If no connection is to be had, or `work` fails.
    pub async fn with<T>(
        &self,
        work: impl AsyncFnOnce(&mut MultiplexedConnection) -> RedisResult<T>,
    ) -> Result<T, Failure> {
        let done = async {
            let kept = self.kept().take();
            let mut connection = match kept {
                Some(connection) => connection,
                None => self.connect(patient()).await?,
            };
            let answer = work(&mut connection).await?;
            *self.kept() = Some(connection);
            Ok(answer)
        };
        done.await.map_err(|error: RedisError| Failure::of(&error, false))
    }

    async fn ask_for<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Failure> {
        self.with(async |connection| command.query_async(connection).await).await
    }

    async fn connect(&self, config: AsyncConnectionConfig) -> RedisResult<MultiplexedConnection> {
        self.client.get_multiplexed_async_connection_with_config(&config).await
    }

    fn kept(&self) -> MutexGuard<'_, Option<MultiplexedConnection>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Without limits in time: who asks has one.
fn patient() -> AsyncConnectionConfig {
    AsyncConnectionConfig::new().set_response_timeout(None).set_connection_timeout(None)
}

impl Client for RedisConnection {
    const NAME: &'static str = "Redis";
    const BRIEF: Duration = Duration::from_millis(500);

    type Protocol = Tcp;

    fn at(addr: SocketAddr) -> Self {
        // The newer protocol, since in the older one the library does not tell that a connection
        // has ended.
        let client =
            redis::Client::open(format!("redis://{addr}/?protocol=resp3")).expect("a valid URL");
        Self { client, kept: Mutex::default(), questions: AtomicU64::default() }
    }
}

impl Service for RedisConnection {
    async fn ask(&self) -> Result<(), Failure> {
        let question = format!("{:08}", self.questions.fetch_add(1, Ordering::Relaxed));
        let answer: String = self.ask_for(cmd("ECHO").arg(&question)).await?;
        Failure::unless_same(&answer, &question)
    }

    async fn upload(&self) -> Result<(), Failure> {
        let answer: String = self.ask_for(cmd("SET").arg("payload").arg(payload(WORDS))).await?;
        Failure::unless_same(&answer, "OK")
    }

    async fn download(&self) -> Result<(), Failure> {
        const SCRIPT: &str = "
            local words = {}
            for position = 0, ARGV[1] - 1 do
                words[#words + 1] = string.format('%08x', position)
            end
            return table.concat(words)";
        let answer: String = self.ask_for(cmd("EVAL").arg(SCRIPT).arg(0).arg(WORDS)).await?;
        Failure::unless_same(&answer, payload(WORDS))
    }

    async fn farewell(&self) -> Result<(), Failure> {
        let (teller, mut told) = mpsc::unbounded_channel();
        let said = async {
            let mut connection = self.connect(patient().set_push_sender(teller)).await?;
            cmd("QUIT").query_async::<()>(&mut connection).await?;
            while told.recv().await.is_some_and(|push| push.kind != PushKind::Disconnection) {}
            Ok(())
        };
        said.await.map_err(|error: RedisError| Failure::of(&error, false))
    }

    fn forget(&self) {
        self.kept().take();
    }
}
