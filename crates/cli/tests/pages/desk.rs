//! Where the reader of a page works: a directory, and the programs that there are.

use std::env;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering::Relaxed};

use rustix::process::{Pid, Signal, kill_process};

use crate::page::{Page, root};

/// Programs of the system that pages use.
pub(crate) const TOOLS: [&str; 2] = ["curl", "ln"];

/// What is run in place of the programs of these names.
const STAND_INS: [(&str, &str); 5] = [
    ("chaosgate", include_str!("chaosgate.sh")),
    ("cargo", include_str!("cargo.sh")),
    // That the wheel is installed is seen by the tests in Python. What is to be installed is looked for.
    (
        "pip",
        r#"[ "$1 $2" = "install .[pytest]" ] && grep -q '^pytest = \[' "$ROOT/pyproject.toml""#,
    ),
    // The package is not there. The test that runs this names the page.
    ("pytest", r#"grep -q "$PAGE" "$ROOT/python/tests/test_pages.py""#),
    // It changes what the machine lets through, which takes root.
    ("nft", r#"[ "$1 $2" = "add rule" ]"#),
];

/// Where this machine has a program.
pub(crate) fn found(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|directory| directory.join(program)).find(|file| file.is_file())
}

/// A port that nobody has, and that no system gives to somebody who asks for any: it is to be free still when
/// a command of the page listens there.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 10_000).expect("small");
    let ports = || 10_000 + (first + NEXT.fetch_add(1, Relaxed)) % 20_000;
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(ports).take(1_000).find(is_free).expect("a free port")
}

/// The directory in which the reader of a page works.
pub(crate) struct Desk(tempfile::TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Desk(tempfile::tempdir().expect("a directory"));
        for directory in ["bin", "programs", ".local/bin"] {
            fs::create_dir_all(desk.path(directory)).expect("a directory");
        }
        for name in ["chaosgate", "toxiproxy-server", "toxiproxy-cli"] {
            let link = desk.path("programs").join(name);
            symlink(env!("CARGO_BIN_EXE_chaosgate"), link).expect("a link");
        }
        for tool in TOOLS {
            symlink(found(tool).expect("it is installed"), desk.path("bin").join(tool))
                .expect("a link");
        }
        for (name, script) in STAND_INS {
            let path = desk.path("bin").join(name);
            let script = format!("#!/bin/sh\nPATH=\"$PATH:/usr/bin:/bin\"\n{script}\n");
            fs::write(&path, script).expect("a file");
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
        }
        let curl = "fail\nsilent\nshow-error\nnoproxy = \"*\"\nmax-time = 30\n";
        fs::write(desk.path(".curlrc"), curl).expect("a file");
        let page = Page::read("docs/config.md".to_owned());
        let gates = page.code("toml").next().expect("gates").replace("127.0.0.1:15432", ":0");
        fs::write(desk.path("gates.toml"), gates).expect("a file");
        fs::write(desk.path("proxies.json"), "[]").expect("a file");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Does what the page says, on ports that are free. Gives what went wrong, behind the commands up to
    /// that one.
    pub(crate) fn follow(&self, page: &Page) -> Result<(), String> {
        let mut commands: String = page.code("sh").collect();
        let [api, ports @ ..] = [(); 4].map(|()| free_port());
        for (written, own) in ["6380", "6381", "5353"].iter().zip(&ports) {
            commands = commands.replace(&format!(":{written}"), &format!(":{own}"));
        }
        let commands = commands.replace(":8474", &format!(":{api}"));
        let output = Command::new("/bin/sh")
            .args(["-exc", &commands])
            .current_dir(self.0.path())
            .env_clear()
            .env("HOME", self.0.path())
            .env("PATH", format!("{0}/bin:{0}/.local/bin", self.0.path().display()))
            .env("PROGRAMS", self.path("programs"))
            .env("ROOT", root())
            .env("PAGE", &page.path)
            .env("TOXIPROXY_URL", format!("http://localhost:{api}"))
            .env("API", api.to_string())
            .stdin(Stdio::null())
            .output()
            .expect("a shell");
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let running = fs::read_to_string(self.path("running")).ok();
        let running = running.and_then(|number| Pid::from_raw(number.trim().parse().ok()?));
        if let Some(program) = running {
            // It may have ended already.
            let _ = kill_process(program, Signal::KILL);
        }
    }
}
