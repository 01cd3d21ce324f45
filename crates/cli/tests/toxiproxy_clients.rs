//! Clients of Toxiproxy, unmodified from their registries: each puts a proxy before a real Redis, adds
//! each toxic, sees what it does, removes it, and sees Redis recover.
//!
//! `cargo xtask test` installs them below the target directory.
#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use chaosgate_testkit::{Error, Redis, or_skip};
use serde_json::Value;
use support::{LISTENS, Program, chaosgate, text};

/// What the clients are told: their programs stand beside these tests.
const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");

/// Where the clients of a language are, if those that `wanted` names are installed.
fn installed(language: &'static str, wanted: &str) -> Result<PathBuf, Error> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target directory");
    let directory = target.join("clients").join(language);
    let wanted = fs::read(Path::new(PROGRAMS).join(language).join(wanted)).expect("a list");
    match fs::read(directory.join("installed")) {
        Ok(list) if list == wanted => Ok(directory),
        _ => Err(Error::Missing { binary: language }),
    }
}

/// The program as Toxiproxy's server, and a Redis for its clients.
struct Stage {
    server: Program,
    redis: Redis,
}

impl Stage {
    fn set() -> Result<Self, Error> {
        let redis = Redis::start()?;
        let mut command = chaosgate(&["-host", "127.0.0.1", "-port", "0"]);
        command.arg0("toxiproxy-server");
        Ok(Stage { server: Program::start(command, LISTENS), redis })
    }

    /// Runs a client, which is told where the interface and Redis are.
    #[track_caller]
    fn run(&self, client: &mut Command) {
        client.arg(self.server.address.port().to_string()).arg(self.redis.addr().to_string());
        succeeds(client);
    }
}

#[track_caller]
fn succeeds(client: &mut Command) {
    let output = client.output().expect("it starts");
    let (said, errors) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{}\n{said}{errors}", output.status);
    println!("{said}");
}

#[test]
fn toxiproxy_python_works_unchanged() {
    let python = or_skip!(installed("python", "requirements.txt"));
    let stage = or_skip!(Stage::set());
    let program = Path::new(PROGRAMS).join("python/toxiproxy_python.py");
    stage.run(Command::new(python.join("bin/python")).arg(program));
}

#[test]
fn an_experiment_of_the_chaos_toolkit_works_unchanged() {
    let python = or_skip!(installed("python", "requirements.txt"));
    let stage = or_skip!(Stage::set());
    let directory = tempfile::tempdir().expect("a directory");
    let (programs, journal) =
        (Path::new(PROGRAMS).join("python"), directory.path().join("journal"));
    let (interface, redis) = (stage.server.address, stage.redis.addr());
    succeeds(
        Command::new(python.join("bin/chaos"))
            .args(["--no-version-check", "--no-log-file", "run", "--hypothesis-strategy"])
            .args(["after-method-only", "--journal-path"])
            .arg(&journal)
            .arg(programs.join("experiment.yaml"))
            .current_dir(directory.path())
            .env("PYTHONPATH", &programs)
            .envs([("TOXIPROXY_HOST", "127.0.0.1"), ("REDIS_HOST", "127.0.0.1")])
            .env("TOXIPROXY_PORT", interface.port().to_string())
            .env("REDIS_PORT", redis.port().to_string()),
    );
    // An activity that fails is noted, and fails nothing.
    let journal = fs::read(journal).expect("a journal");
    let journal: Value = serde_json::from_slice(&journal).expect("JSON");
    assert_eq!((&journal["status"], &journal["deviated"]), (&"completed".into(), &false.into()));
    let activities = journal["run"].as_array().expect("activities");
    assert!(activities.len() > 30, "{}", activities.len());
    for activity in activities {
        assert_eq!(activity["status"], "succeeded", "{activity:#}");
    }
}

#[test]
fn toxiproxy_node_client_works_unchanged() {
    let node = or_skip!(installed("node", "package.json"));
    let stage = or_skip!(Stage::set());
    let program = Path::new(PROGRAMS).join("node/toxiproxy_node_client.cjs");
    stage.run(Command::new("node").arg(program).env("NODE_PATH", node.join("node_modules")));
}

#[test]
#[ignore = "full: compiling their HTTP stack and OpenSSL's bindings takes minutes"]
fn toxiproxy_rust_and_noxious_client_work_unchanged() {
    let directory = or_skip!(installed("rust", "Cargo.toml"));
    let stage = or_skip!(Stage::set());
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--manifest-path"]);
    cargo.arg(Path::new(PROGRAMS).join("rust/Cargo.toml"));
    cargo.arg("--target-dir").arg(directory).arg("--");
    stage.run(&mut cargo);
}
