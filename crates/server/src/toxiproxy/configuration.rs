//! A configuration: a file with the proxies to begin with, which has the form of a body of `/populate`.

use std::fmt;

use serde_json::Value;

use super::Dialect;
use super::body::{self, BodyError};
use super::populate::Stopped;
use super::warnings::{Complaint, Warnings};

/// What has become of a configuration.
#[derive(Debug)]
pub struct Configured {
    /// What it says that has no effect, or not the one that it seems to have.
    pub complaints: Vec<Complaint>,
    /// What it says that may well be meant, and is worth a look.
    pub remarks: Vec<String>,
    /// How many proxies it has brought about, or what has stopped that.
    pub proxies: Result<usize, ConfigurationError>,
}

/// Why a configuration cannot be brought about. The proxies before the one to blame are there.
#[derive(Debug)]
pub struct ConfigurationError(Stopped);

impl ConfigurationError {
    /// Whether the configuration is wrong; if not, the machine could not listen where it says.
    pub fn is_wrong(&self) -> bool {
        self.0.error.status().is_client_error()
    }

    /// The place that is to blame, a pointer as in JSON (RFC 6901).
    pub fn at(&self) -> &str {
        &self.0.at
    }
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(proxy) = &self.0.proxy {
            write!(f, "{proxy}: ")?;
        }
        f.write_str(&self.0.error.plainly())
    }
}

impl std::error::Error for ConfigurationError {}

impl Dialect {
    /// Brings about the proxies of a configuration, of which the first value counts.
    pub async fn configure(&self, configuration: &[u8]) -> Configured {
        let mut warnings = Warnings::default();
        let value = body::first_value(configuration, &mut warnings);
        self.configure_by(value, warnings).await
    }

    /// Brings about the proxies of a configuration that has been read.
    pub async fn configure_as(&self, configuration: Value) -> Configured {
        self.configure_by(Ok(configuration), Warnings::default()).await
    }

    async fn configure_by(
        &self,
        value: Result<Value, BodyError>,
        mut warnings: Warnings,
    ) -> Configured {
        let populated = match value {
            Ok(value) => self.populate(value, &mut warnings).await,
            Err(error) => Err(Stopped::before_all(error)),
        };
        let proxies = populated.map(|proxies| proxies.len()).map_err(ConfigurationError);
        let (complaints, remarks) = warnings.into_complaints();
        Configured { complaints, remarks, proxies }
    }
}
