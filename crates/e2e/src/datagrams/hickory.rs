//! hickory-resolver, as a program has it that looks names up itself.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use chaosgate::Udp;
use chaosgate_trial::{Failure, causes};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};

use super::resolver::{Question, Resolver};
use crate::gated::Client;

/// A resolver that asks one server, over UDP alone, and keeps no answer.
///
/// Each question goes out from a port of its own, and again from another one every third of a
/// second, three times in all, for as long as there is patience.
#[derive(Debug)]
pub struct Hickory {
    addr: SocketAddr,
}

impl Hickory {
    fn resolver(&self, patience: Duration) -> Result<TokioResolver, NetError> {
        let mut connection = ConnectionConfig::udp();
        connection.port = self.addr.port();
        let server = NameServerConfig::new(self.addr.ip(), true, vec![connection]);
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        let provider = TokioRuntimeProvider::default();
        let mut builder = TokioResolver::builder_with_config(config, provider);
        *builder.options_mut() = options(patience);
        builder.build()
    }
}

fn options(patience: Duration) -> ResolverOpts {
    let mut options = ResolverOpts::default();
    options.timeout = patience;
    options.attempts = 0;
    options.cache_size = 0;
    options.edns0 = true;
    // Its own choice takes ports that others may be about to ask for by their number.
    options.os_port_selection = true;
    options
}

impl Client for Hickory {
    const NAME: &'static str = "hickory";
    /// Before it asks again.
    const BRIEF: Duration = Duration::from_millis(300);

    type Protocol = Udp;

    fn at(addr: SocketAddr) -> Self {
        Self { addr }
    }
}

impl Resolver for Hickory {
    const HEARS_REFUSALS: bool = false;

    async fn look_up(&self, question: Question, patience: Duration) -> Result<String, Failure> {
        let kind = match question {
            Question::Host(_) => RecordType::A,
            Question::Large => RecordType::TXT,
        };
        let resolver = self.resolver(patience).map_err(|error| failure(&error))?;
        let found =
            resolver.lookup(question.name(), kind).await.map_err(|error| failure(&error))?;
        Ok(found.answers().iter().map(|record| written(&record.data)).collect())
    }
}

/// Without anything between the strings of a text.
fn written(data: &RData) -> String {
    match data {
        RData::TXT(text) => {
            text.txt_data.iter().map(|string| String::from_utf8_lossy(string)).collect()
        }
        other => other.to_string(),
    }
}

fn failure(error: &NetError) -> Failure {
    let error: &(dyn Error + 'static) = match error {
        NetError::Timeout => return Failure::TimedOut,
        NetError::Io(shared) => &**shared,
        // Each error says what its cause says as well.
        other => causes(other).last().unwrap_or(other),
    };
    Failure::of(error, false)
}
