//! What systemd is told where it has started the daemon (`sd_notify(3)`), and nobody otherwise.

/// What the daemon is doing.
#[derive(Debug, Clone, Copy)]
pub(super) enum State {
    /// It answers, and its gates are those of the configuration.
    Ready,
    /// It brings a configuration about.
    Reading,
    /// It has been told to end.
    Ending,
}

/// Tells what the daemon is doing.
#[cfg(target_os = "linux")]
pub(super) fn tell(state: State) {
    use sd_notify::NotifyState;
    let told = match state {
        State::Ready => sd_notify::notify(&[NotifyState::Ready]),
        // With the moment, by which systemd knows which reload is meant.
        State::Reading => NotifyState::monotonic_usec_now()
            .and_then(|moment| sd_notify::notify(&[NotifyState::Reloading, moment])),
        State::Ending => sd_notify::notify(&[NotifyState::Stopping]),
    };
    if let Err(error) = told {
        tracing::warn!(target: "chaosgate", %error, "the socket of NOTIFY_SOCKET cannot be told: {state:?}");
    }
}

/// There is no systemd here.
#[cfg(not(target_os = "linux"))]
pub(super) fn tell(_: State) {}

/// Tells the watchdog that the daemon still works, twice in the time that it waits, if there is one.
#[cfg(target_os = "linux")]
pub(super) async fn feed_watchdog() {
    let Some(patience) = sd_notify::watchdog_enabled() else { return std::future::pending().await };
    loop {
        // One that cannot be told ends the daemon, which is what it is for.
        let _ = sd_notify::notify(&[sd_notify::NotifyState::Watchdog]);
        tokio::time::sleep(patience / 2).await;
    }
}

/// There is no systemd here.
#[cfg(not(target_os = "linux"))]
pub(super) async fn feed_watchdog() {
    std::future::pending().await
}
