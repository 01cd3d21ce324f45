//! Real servers for functional tests: each on a free loopback port, in a directory of its own, and
//! gone when dropped.
//!
//! ```no_run
//! use chaosgate_testkit::{Redis, or_skip};
//!
//! fn a_reply_arrives() {
//!     let redis = or_skip!(Redis::start());
//!     let _client = std::net::TcpStream::connect(redis.addr());
//! }
//! # a_reply_arrives();
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `server` | [`Server`]: a running server, and how it is started, waited for and stopped |
//! | `recipe` | [`Recipe`]: all that differs from one kind of server to the next |
//! | `redis`, `nginx`, `postgres`, `dns` | one recipe each; a new server is one more such file |
//! | `template` | a database cluster made once and copied, since making one takes seconds |
//! | `process` | a child process that outlives neither its owner nor this process |
//! | `launch` | the command line that binds a child to its parent and takes its privileges |
//! | `account` | the unprivileged account for servers that refuse to run as root |
//! | `port`, `scratch` | what a server occupies: a port nobody else is given, a directory that goes |
//! | `binary` | where a server's program is, if it is installed |
//! | `skip` | what a test does that cannot run here: [`or_skip!`], [`skip_or_panic`] |
//!
//! **Invariant:** nothing is left behind. A server ends with its [`Server`]; if the process is
//! killed, the kernel ends its servers, and the next start removes their directories.

mod binary;
mod error;
mod skip;

#[cfg(unix)]
mod account;
#[cfg(unix)]
mod dns;
#[cfg(unix)]
mod launch;
#[cfg(unix)]
mod nginx;
#[cfg(unix)]
mod port;
#[cfg(unix)]
mod postgres;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod recipe;
#[cfg(unix)]
mod redis;
#[cfg(unix)]
mod scratch;
#[cfg(unix)]
mod server;
#[cfg(unix)]
mod template;

pub use binary::Binary;
pub use error::Error;
pub use skip::{SKIPS_VARIABLE, is_ci, skip_or_panic};

#[cfg(unix)]
pub use {
    account::Account,
    dns::{Dns, DnsRecipe},
    launch::Signal,
    nginx::{Nginx, NginxRecipe},
    postgres::{Postgres, PostgresRecipe},
    recipe::{Recipe, Site},
    redis::{Redis, RedisRecipe},
    server::Server,
};
