//! One figure: the load of a measure, through a proxy that is started for it.

use std::path::PathBuf;
use std::process::Command;

use chaosgate_load::Outcome;

use super::measure::Measure;
use super::peers::{Peer, Running, Site};
use crate::error::Error;
use crate::run::line;

/// What takes one figure.
pub(super) struct Bench {
    /// The program that makes load.
    pub(super) load: PathBuf,
    /// For the files of proxies.
    pub(super) directory: PathBuf,
    pub(super) milliseconds: u64,
}

impl Bench {
    /// A figure of a peer that is started for it, or of client and server alone. Nothing if it cannot
    /// be taken of this peer.
    pub(super) fn figure(
        &self,
        measure: &Measure,
        peer: Option<&dyn Peer>,
    ) -> Result<Option<Outcome>, Error> {
        let site = Site::new(&self.directory, measure)?;
        let Some(peer) = peer else {
            let outcome = || self.load(measure, &site, None);
            return (!measure.needs_a_proxy()).then(outcome).transpose();
        };
        let running = Running::start(peer, &site)?;
        running.map(|running| self.load(measure, &site, Some(&running))).transpose()
    }

    fn load(
        &self,
        measure: &Measure,
        site: &Site,
        proxy: Option<&Running>,
    ) -> Result<Outcome, Error> {
        let mut command = Command::new(&self.load);
        let through = if proxy.is_some() { site.listen } else { site.upstream };
        command.args(["--server", &site.upstream.to_string()]);
        command.args(["--through", &through.to_string()]);
        command.args(["--milliseconds", &self.milliseconds.to_string()]);
        if let Some(proxy) = proxy {
            command.args(["--process", &proxy.id().to_string()]);
        }
        command.args(measure.load);
        let done = command.output();
        let done = done.map_err(|source| Error::Start { command: line(&command), source })?;
        if !done.status.success() {
            let told = String::from_utf8_lossy(&done.stderr).trim().to_owned();
            return Err(Error::Load { told });
        }
        serde_json::from_slice(&done.stdout)
            .map_err(|source| Error::Output { command: line(&command), source })
    }
}
