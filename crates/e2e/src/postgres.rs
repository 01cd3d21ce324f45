//! `PostgreSQL`: a pool of sessions.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chaosgate::Tcp;
use chaosgate_testkit::Postgres;
use chaosgate_trial::Failure;
use deadpool_postgres::{
    ClientWrapper, Connect, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod,
};
use tokio::task::JoinHandle;
use tokio_postgres::{Config, Error, NoTls, SimpleQueryMessage};

use crate::gated::Client;
use crate::payload::{WORDS, payload};
use crate::service::Service;

/// A client of a `PostgreSQL` server.
#[derive(Debug)]
pub struct PostgresPool {
    config: Config,
    pool: Pool,
    last_end: LastEnd,
    questions: AtomicU64,
}

impl PostgresPool {
    /// Does `work` on a session of the pool, which goes back to it if all goes well.
    ///
    /// # Errors
    /// If no session is to be had, or `work` fails.
    pub async fn with<T>(
        &self,
        work: impl AsyncFnOnce(&mut ClientWrapper) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let object = self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => self.failure(&error),
            other => Failure::of(&other, false),
        });
        let mut lease = Lease(Some(object?));
        let done = work(lease.session()).await.map_err(|error| self.failure(&error))?;
        lease.give_back();
        Ok(done)
    }

    /// The text that `sql` gives.
    ///
    /// # Errors
    /// If it gives none.
    pub async fn text(&self, sql: &str) -> Result<String, Failure> {
        let messages = self.with(async |session| session.simple_query(sql).await).await?;
        let text = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        text.ok_or_else(|| Failure::Wrong("no row".to_owned()))
    }

    /// What an `error` of the library means. Who has asked is only told that the connection is
    /// gone; the task that had the connection knows how it went.
    fn failure(&self, error: &Error) -> Failure {
        let failure = failure(error);
        let cause = (failure == Failure::Closed).then(|| self.last_end.take()).flatten();
        cause.unwrap_or(failure)
    }
}

fn failure(error: &Error) -> Failure {
    Failure::of(error, error.is_closed())
}

impl Client for PostgresPool {
    const NAME: &'static str = "PostgreSQL";
    const BRIEF: Duration = Duration::from_millis(500);

    type Protocol = Tcp;

    fn at(addr: SocketAddr) -> Self {
        let mut config = Config::new();
        config.host(addr.ip().to_string()).port(addr.port());
        config.user(Postgres::USER).dbname(Postgres::DATABASE);
        let last_end = LastEnd::default();
        let settings = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_connect(config.clone(), last_end.clone(), settings);
        let pool = Pool::builder(manager).build().expect("a pool without limits in time");
        Self { config, pool, last_end, questions: AtomicU64::default() }
    }
}

impl Service for PostgresPool {
    async fn ask(&self) -> Result<(), Failure> {
        let question = self.questions.fetch_add(1, Ordering::Relaxed).to_string();
        Failure::unless_same(&self.text(&format!("SELECT {question}")).await?, &question)
    }

    async fn upload(&self) -> Result<(), Failure> {
        let sql = format!("SELECT '{}' = ({})", payload(WORDS), payload_query(WORDS));
        Failure::unless_same(&self.text(&sql).await?, "t")
    }

    async fn download(&self) -> Result<(), Failure> {
        Failure::unless_same(&self.text(&payload_query(WORDS)).await?, payload(WORDS))
    }

    async fn farewell(&self) -> Result<(), Failure> {
        let (client, connection) =
            self.config.connect(NoTls).await.map_err(|error| failure(&error))?;
        let last_word = client.simple_query("SELECT pg_terminate_backend(pg_backend_pid())");
        let (_, end) = tokio::join!(last_word, connection);
        match end {
            Err(error) if error.is_closed() => Ok(()),
            Err(error) => Err(failure(&error)),
            Ok(()) => Err(Failure::Other("the session goes on".to_owned())),
        }
    }

    fn forget(&self) {
        self.pool.retain(|_, _| false);
    }
}

/// The query for what [`payload`] gives.
pub fn payload_query(words: u32) -> String {
    let last = i64::from(words) - 1;
    format!(
        "SELECT string_agg(lpad(to_hex(i), 8, '0'), '' ORDER BY i) FROM generate_series(0, {last}) i"
    )
}

/// A session on loan. Without being given back it is closed: one on which an answer is still owed
/// would give that to the next question.
struct Lease(Option<Object>);

impl Lease {
    fn session(&mut self) -> &mut ClientWrapper {
        self.0.as_mut().expect("a session, until it is given back")
    }

    fn give_back(mut self) {
        self.0.take();
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.0.take().map(Object::take);
    }
}

/// Makes the connections of a pool, and remembers how the last one that failed has ended.
#[derive(Debug, Clone, Default)]
struct LastEnd(Arc<Mutex<Option<Failure>>>);

impl LastEnd {
    fn take(&self) -> Option<Failure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, end: Failure) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(end);
    }
}

type Connected = Result<(tokio_postgres::Client, JoinHandle<()>), Error>;

impl Connect for LastEnd {
    fn connect(&self, config: &Config) -> Pin<Box<dyn Future<Output = Connected> + Send + '_>> {
        let config = config.clone();
        Box::pin(async move {
            let (client, mut connection) = config.connect(NoTls).await?;
            let last_end = self.clone();
            let task = tokio::spawn(async move {
                if let Err(error) = (&mut connection).await {
                    // Before the connection is dropped, which is what those who wait for an answer
                    // notice.
                    last_end.put(failure(&error));
                }
            });
            Ok((client, task))
        })
    }
}
