//! A process that is killed leaves no server behind, and no directory once the next process has
//! started a server.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use chaosgate_testkit::{Dns, Nginx, Postgres, Redis, or_skip};

/// Set in the processes that this test starts: `wait` to be killed, or `end` by themselves.
const ROLE: &str = "CHAOSGATE_TESTKIT_ROLE";

#[test]
fn a_killed_process_leaves_nothing_behind() {
    match env::var(ROLE).as_deref() {
        Ok("wait") => start_all_and_wait(),
        Ok(_) => drop(Redis::start().unwrap()),
        Err(_) => kill_one_and_start_another(),
    }
}

fn start_all_and_wait() {
    let (redis, nginx) = (Redis::start().unwrap(), Nginx::start().unwrap());
    let (postgres, dns) = (Postgres::start().unwrap(), Dns::start().unwrap());
    for pid in [redis.pid(), nginx.pid(), postgres.pid(), dns.pid()] {
        eprintln!("server {pid}");
    }
    loop {
        thread::park();
    }
}

fn kill_one_and_start_another() {
    or_skip!(Redis::start());
    or_skip!(Nginx::start());
    or_skip!(Postgres::start());
    or_skip!(Dns::start());

    let mut victim = this_test("wait").stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(victim.stderr.take().unwrap()).lines().map_while(Result::ok);
    let pids = lines.filter_map(|line| line.strip_prefix("server ").map(str::to_owned));
    let servers: Vec<_> = pids.take(4).map(|pid| Path::new("/proc").join(pid)).collect();
    assert_eq!(servers.len(), 4);
    let directories: Vec<PathBuf> =
        servers.iter().map(|server| server.join("cwd").read_link().unwrap()).collect();
    assert!(directories.iter().all(|directory| directory.exists()));

    victim.kill().unwrap();
    victim.wait().unwrap();
    for server in &servers {
        wait_until_ended(server);
    }

    assert!(this_test("end").status().unwrap().success());
    for directory in &directories {
        assert!(!directory.exists(), "{} is still there", directory.display());
    }
}

/// This test in a process of its own.
fn this_test(role: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "a_killed_process_leaves_nothing_behind", "--nocapture"])
        .env(ROLE, role);
    command.stdout(Stdio::null());
    command
}

/// Nobody tells when a process ends that is no child of ours, so this has to look again and again.
fn wait_until_ended(process: &Path) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while is_running(process) {
        assert!(Instant::now() < deadline, "{} still runs", process.display());
        thread::sleep(Duration::from_millis(5));
    }
}

/// Whether there is such a process, and not just what is left of it until it is reaped, which is
/// not ours to do.
fn is_running(process: &Path) -> bool {
    // "123 (name) S ..."
    let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with(['Z', 'X']))
}
