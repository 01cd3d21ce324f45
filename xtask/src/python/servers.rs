//! The servers that the examples and the pages talk to.

use std::process::Command;

use chaosgate_testkit::{Dns, Error, Postgres, Redis};

use crate::skips::Skips;

/// One of each, while this lives.
pub(super) struct Servers {
    postgres: Option<Postgres>,
    redis: Option<Redis>,
    dns: Option<Dns>,
}

impl Servers {
    /// Starts them. One that does not start is noted, and its examples skip themselves.
    pub(super) fn start(skips: &mut Skips) -> Self {
        Servers {
            postgres: noted("examples/python/postgres", Postgres::start(), skips),
            redis: noted("examples/python/redis", Redis::start(), skips),
            dns: noted("examples/python/dns", Dns::start(), skips),
        }
    }

    /// Tells a command where they are, in the way that test suites are told.
    pub(super) fn tell(&self, mut command: Command) -> Command {
        if let Some(postgres) = &self.postgres {
            command.env("DATABASE_URL", postgres.url());
        }
        if let Some(redis) = &self.redis {
            command.env("REDIS_URL", format!("redis://{}", redis.addr()));
        }
        if let Some(dns) = &self.dns {
            command.env("DNS_SERVER", dns.addr().to_string());
        }
        command
    }
}

fn noted<S>(name: &str, started: Result<S, Error>, skips: &mut Skips) -> Option<S> {
    started.map_err(|error| skips.add(name, error)).ok()
}
