//! dig, as somebody has it who looks into what is wrong.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Output;
use std::time::Duration;

use chaosgate::Udp;
use chaosgate_testkit::Binary;
use chaosgate_trial::Failure;
use tokio::process::Command;

use super::resolver::{Question, Resolver};
use crate::gated::Client;

/// A process of dig for each question, which is asked once.
///
/// Its patience is in whole seconds.
#[derive(Debug)]
pub struct Dig {
    program: PathBuf,
    addr: SocketAddr,
}

impl Client for Dig {
    const NAME: &'static str = "dig";
    const BRIEF: Duration = Duration::from_secs(1);

    type Protocol = Udp;

    /// # Panics
    /// If dig is not installed.
    fn at(addr: SocketAddr) -> Self {
        let program = Binary::DIG.find().unwrap_or_else(|error| panic!("{error}"));
        Self { program, addr }
    }
}

impl Resolver for Dig {
    const HEARS_REFUSALS: bool = true;

    async fn look_up(&self, question: Question, patience: Duration) -> Result<String, Failure> {
        let mut dig = Command::new(&self.program);
        // No file of the user's changes what is asked, and nothing is asked again, over TCP or
        // otherwise.
        dig.args(["-r", "+tries=1", "+short", "+notcp", "+ignore"])
            .arg(format!("+time={}", whole_seconds(patience)))
            .arg(format!("@{}", self.addr.ip()))
            .args(["-p", &self.addr.port().to_string()])
            .args([question.kind(), &question.name()])
            .kill_on_drop(true);
        let output = dig.output().await.map_err(|error| Failure::of(&error, false))?;
        answer(&output)
    }
}

/// At least one, and never less than `patience`.
fn whole_seconds(patience: Duration) -> u64 {
    u64::try_from(patience.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
}

/// Tells of failures in lines that begin with semicolons.
fn answer(output: &Output) -> Result<String, Failure> {
    let said = String::from_utf8_lossy(&output.stdout);
    let (remarks, records): (Vec<_>, Vec<_>) = said.lines().partition(|line| line.starts_with(';'));
    let remarks = remarks.join(" ");
    if remarks.contains("connection refused") {
        Err(Failure::Refused)
    } else if remarks.contains("timed out") {
        Err(Failure::TimedOut)
    } else if !output.status.success() || !remarks.is_empty() {
        Err(Failure::Other(remarks))
    } else {
        // The strings of a text: "one" "other"
        Ok(records.concat().replace(['"', ' '], ""))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::*;

    fn of(said: &str, code: i32) -> Result<String, Failure> {
        let status = ExitStatus::from_raw(code << 8);
        answer(&Output { status, stdout: said.into(), stderr: Vec::new() })
    }

    #[test]
    fn the_strings_of_a_text_are_joined() {
        assert_eq!(of("\"one\" \"other\"\n", 0), Ok("oneother".to_owned()));
    }

    #[test]
    fn what_it_says_of_a_failure_is_understood() {
        let refused = ";; communications error to 127.0.0.1#9: connection refused\n\n\
                       ;; no servers could be reached\n";
        assert_eq!(of(refused, 9), Err(Failure::Refused));
        let silent = ";; communications error to 127.0.0.1#9: timed out\n\n\
                      ;; no servers could be reached\n";
        assert_eq!(of(silent, 9), Err(Failure::TimedOut));
        let other = ";; Warning: Message parser reports malformed message packet.\n";
        assert!(matches!(of(other, 0), Err(Failure::Other(_))));
    }

    #[test]
    fn its_patience_is_rounded_up() {
        let rounded = [0, 1, 1000, 1001].map(|millis| whole_seconds(Duration::from_millis(millis)));
        assert_eq!(rounded, [1, 1, 1, 2]);
    }
}
