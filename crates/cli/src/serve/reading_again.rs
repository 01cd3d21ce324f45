//! When a configuration is read again: at a SIGHUP, and where it is watched, when it has changed.

use std::path::Path;
use std::time::Duration;

use tokio::time::sleep;

use super::configuration::{Configuration, read};
use super::supervisor::{State, tell};
use crate::config::Files;
use crate::error::Error;
use crate::signals::Hangups;

/// How often a watched configuration is looked at. It is read each time: what a link leads to may have
/// changed, as in a directory that is mounted from a `ConfigMap`, or a file may lie where nobody tells of
/// changes, as on a network.
const LOOK: Duration = Duration::from_millis(500);

/// Brings a configuration about whenever there is a reason to. One that is refused leaves all as it was.
pub(super) async fn read_again(
    configuration: &mut Configuration<'_>,
    is_watched: bool,
    hangups: &mut Hangups,
) {
    let Some(path) = configuration.path() else {
        loop {
            hangups.next().await;
            tracing::warn!(target: "chaosgate", "there is no configuration to be read again");
        }
    };
    let mut watch = Watch { path, seen: None, was_unreadable: false };
    loop {
        let files = tokio::select! {
            () = hangups.next() => read(path).await,
            files = watch.changed(configuration), if is_watched => files,
        };
        tell(State::Reading);
        let applied = match files {
            Ok(files) => configuration.apply(path, files).await,
            Err(error) => Err(error),
        };
        if let Err(error) = applied {
            tracing::error!(target: "chaosgate", "the configuration stays as it was: {error}");
        }
        tell(State::Ready);
    }
}

/// A configuration that is watched.
struct Watch<'a> {
    path: &'a Path,
    /// What was seen last.
    seen: Option<Files>,
    /// Whether it could not be read then, which has been told.
    was_unreadable: bool,
}

impl Watch<'_> {
    /// Waits until it has changed since it was tried last: when it looks the same twice, so that what is
    /// being written is not read halfway.
    async fn changed(&mut self, configuration: &Configuration<'_>) -> Result<Files, Error> {
        loop {
            sleep(LOOK).await;
            match read(self.path).await {
                Ok(files) => {
                    self.was_unreadable = false;
                    if configuration.was_tried(&files) {
                        self.seen = None;
                    } else if self.seen.as_ref() == Some(&files) {
                        return Ok(files);
                    } else {
                        self.seen = Some(files);
                    }
                }
                Err(error) if std::mem::replace(&mut self.was_unreadable, true) => drop(error),
                Err(error) => return Err(error),
            }
        }
    }
}
