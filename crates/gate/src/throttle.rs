//! A line of the log that could come in a flood: one a second at most, which says how many it stands for.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::time::sleep;

/// How long a line stands for those like it.
const REST: Duration = Duration::from_secs(1);

/// Lines of one kind.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<State>);

#[derive(Debug, Default)]
enum State {
    #[default]
    Ready,
    /// A line has been written less than a second ago; so many were left out since, the last of which
    /// said this.
    Resting { left_out: u64, latest: String },
}

impl Throttle {
    /// Has `write` write the line, or leaves it out; then the last of those that were left out is
    /// written in the end, with their number. Whether it was written at once.
    pub(crate) fn line(
        self: &Arc<Self>,
        text: String,
        write: impl Fn(&str, u64) + Send + 'static,
    ) -> bool {
        let mut state = self.0.lock();
        if let State::Resting { left_out, latest } = &mut *state {
            (*left_out, *latest) = (*left_out + 1, text);
            return false;
        }
        // Without a runtime nobody could write what is left out.
        if let Ok(runtime) = Handle::try_current() {
            *state = State::Resting { left_out: 0, latest: String::new() };
            drop(state);
            write(&text, 1);
            runtime.spawn(self.clone().rest(write));
        } else {
            drop(state);
            write(&text, 1);
        }
        true
    }

    async fn rest(self: Arc<Self>, write: impl Fn(&str, u64)) {
        loop {
            sleep(REST).await;
            let Some((latest, count)) = self.left_out() else { return };
            write(&latest, count);
        }
    }

    /// What was left out, after which it rests once more; if that is nothing, it rests no more.
    fn left_out(&self) -> Option<(String, u64)> {
        let mut state = self.0.lock();
        match &mut *state {
            State::Resting { left_out, latest } if *left_out > 0 => {
                Some((std::mem::take(latest), std::mem::take(left_out)))
            }
            resting => {
                *resting = State::Ready;
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn of_a_flood_there_is_a_line_a_second_and_every_one_is_counted() {
        let (throttle, written) = (Arc::new(Throttle::default()), Arc::new(Mutex::new(Vec::new())));
        let line = |text: &str| {
            let written = written.clone();
            let write = move |text: &str, count| written.lock().push((text.to_owned(), count));
            throttle.line(text.to_owned(), write)
        };
        assert!(line("first"));
        for number in 0..100 {
            assert!(!line(&number.to_string()));
        }
        sleep(Duration::from_millis(1_500)).await;
        assert!(!line("in the second second"));
        sleep(Duration::from_secs(5)).await;
        assert!(line("alone"));
        let all = [("first", 1), ("99", 100), ("in the second second", 1), ("alone", 1)];
        assert_eq!(*written.lock(), all.map(|(text, count)| (text.to_owned(), count)));
    }

    #[test]
    fn without_a_runtime_each_is_written() {
        let throttle = Arc::new(Throttle::default());
        assert!(throttle.line("one".to_owned(), |_, _| {}));
        assert!(throttle.line("two".to_owned(), |_, _| {}));
    }
}
