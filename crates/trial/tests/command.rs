//! A program as a probe.
#![cfg(unix)]

use std::time::Duration;

use chaosgate_trial::{Command, Failure, Probe, observe};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::time::timeout;

/// There to end a test that fails.
const LIMIT: Duration = Duration::from_secs(30);

async fn answer(program: &str, arguments: &[&str]) -> Result<(), Failure> {
    observe(LIMIT, Command::new(program, arguments).ask()).await.answer
}

#[tokio::test]
async fn a_program_works_if_it_exits_with_0() {
    assert_eq!(answer("true", &[]).await, Ok(()));
    let failure = answer("sh", &["-c", "echo one >&2; echo two >&2; exit 3"]).await;
    assert_eq!(failure, Err(Failure::Wrong("exit status: 3 two".to_owned())));
    let missing = answer("/no/such/program", &[]).await.expect_err("it is missing");
    assert!(missing.to_string().starts_with("/no/such/program cannot be run"), "{missing}");
}

#[tokio::test]
async fn a_program_has_said_what_it_has_to_when_it_exits_though_a_child_lives_on() {
    for (code, answered) in [(0, Ok(())), (3, Err("exit status: 3 said"))] {
        // The child has the standard error of the program.
        let script = format!("echo said >&2; sleep 60 & exit {code}");
        let mut command = Command::new("sh", ["-c", &script]);
        let answer = observe(LIMIT, command.ask()).await.answer;
        assert_eq!(answer, answered.map_err(|says: &str| Failure::Wrong(says.to_owned())));
    }
}

/// A child holds a connection for as long as it lives.
#[tokio::test]
async fn a_program_that_is_given_up_ends_with_its_children() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its address").port();
    let script = format!("exec 3<>/dev/tcp/127.0.0.1/{port}; sleep 3600 & wait");
    let mut command = Command::new("bash", ["-c", &script]);
    let (mut child, _) = tokio::select! {
        answer = command.ask() => panic!("it hangs: {answer:?}"),
        accepted = listener.accept() => accepted.expect("the program"),
    };
    let end = timeout(LIMIT, child.read(&mut [0])).await.expect("an end in time");
    assert_eq!(end.expect("an end"), 0);
}
