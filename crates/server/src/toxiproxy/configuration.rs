//! A configuration: a file with the proxies to begin with, which has the form of a body of `/populate`.

use std::fmt;

use super::Dialect;
use super::body;
use super::populate::Stopped;
use super::warnings::Warnings;

/// What has become of a configuration.
#[derive(Debug)]
pub struct Configured {
    /// What it says that has no effect, or not the one that it seems to have.
    pub complaints: Vec<String>,
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
    /// Brings about the proxies of a configuration.
    pub async fn configure(&self, configuration: &[u8]) -> Configured {
        let mut warnings = Warnings::default();
        let populated = match body::first_value(configuration, &mut warnings) {
            Ok(value) => self.populate(value, &mut warnings).await,
            Err(error) => Err(Stopped::before_all(error)),
        };
        let proxies = populated.map(|proxies| proxies.len()).map_err(ConfigurationError);
        let (complaints, remarks) = warnings.into_texts();
        Configured { complaints, remarks, proxies }
    }
}
