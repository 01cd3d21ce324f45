//! What a loop does that cannot take clients off its socket.

use std::io;
use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::sleep;

use crate::event::What;
use crate::events::Events;

/// How long it rests before it tries again: as a rule it needs descriptors, which somebody else has.
const REST: Duration = Duration::from_millis(50);

/// The failure of a loop to take clients, from the first of its tries to the last.
#[derive(Debug, Default)]
pub(crate) struct Failing {
    /// The reason that has been noted: once, since the tries of a minute would fill the events.
    noted: Option<String>,
}

impl Failing {
    /// A try has failed: notes it, unless it was noted of the one before, and rests.
    pub(crate) async fn rest(&mut self, events: &Events, error: &io::Error) {
        // A socket is shut only when its loop has been told to end, which takes hold here. So what
        // fails by the gate's own doing is no failure.
        yield_now().await;
        let reason = error.to_string();
        if self.noted.as_ref() != Some(&reason) {
            self.noted = Some(reason.clone());
            events.note(None, What::AcceptFailed { reason });
        }
        sleep(REST).await;
    }

    /// It has taken something.
    pub(crate) fn is_over(&mut self) {
        self.noted = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_reason_is_noted_when_it_is_new_and_again_when_it_was_over_meanwhile() {
        let (events, mut failing) = (Events::new("test"), Failing::default());
        let other = io::ErrorKind::PermissionDenied;
        for error in [io::ErrorKind::OutOfMemory; 100].into_iter().chain([other; 100]) {
            failing.rest(&events, &error.into()).await;
        }
        let noted = || events.since(0).into_iter().map(|event| event.what.to_string());
        let expected = ["accept failed: out of memory", "accept failed: permission denied"];
        assert_eq!(noted().collect::<Vec<_>>(), expected);
        failing.is_over();
        failing.rest(&events, &other.into()).await;
        assert_eq!(noted().next_back().as_deref(), Some(expected[1]));
        assert_eq!(noted().count(), 3);
    }
}
