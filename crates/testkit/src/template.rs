//! A database cluster made once and copied, since making one takes seconds.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::launch;
use crate::scratch::Scratch;
use crate::{Account, Error, Signal, Site};

/// The options of `initdb`. Whoever changes them changes [`REVISION`].
const OPTIONS: &[&str] = &[
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--wal-segsize=1",
    "--no-sync",
    "--no-instructions",
];
const REVISION: u32 = 1;

/// Puts a fresh cluster for the server of `site` into `data`.
pub(crate) fn cluster(site: &Site, data: &Path) -> Result<(), Error> {
    let template = template(site)?;
    copy(&template, data, site.account).map_err(Error::io(format!(
        "copy the cluster {} to {}",
        template.display(),
        data.display()
    )))
}

/// The cluster to copy. It is kept beside the build, for the processes that come later, and never
/// changed.
fn template(site: &Site) -> Result<PathBuf, Error> {
    let version = run(Command::new(&site.binary).arg("--version"), "postgres")?;
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
    let number = version.split_whitespace().nth(2).unwrap_or("unknown");
    let name = format!("postgres-{number}-{REVISION}");
    let cache = cache();
    let template = cache.join(&name);
    if template.exists() {
        return Ok(template);
    }
    fs::create_dir_all(&cache).map_err(Error::io(format!("make {}", cache.display())))?;
    let lock =
        File::create(cache.join(format!("{name}.lock"))).map_err(Error::io("make a lock file"))?;
    lock.lock().map_err(Error::io("lock the cluster"))?;
    if !template.exists() {
        make(site, &template)?;
    }
    Ok(template)
}

/// Makes a cluster, which is at `template` only once it is whole.
fn make(site: &Site, template: &Path) -> Result<(), Error> {
    let scratch = Scratch::new()?;
    scratch.give(site.account)?;
    let made = scratch.path().join("data");
    let postgres = site
        .binary
        .canonicalize()
        .map_err(Error::io(format!("follow {}", site.binary.display())))?;
    let mut initdb = Command::new(postgres.with_file_name("initdb"));
    initdb.args(OPTIONS).arg("-D").arg(&made).current_dir(scratch.path());
    run(&mut launch::bound(&initdb, Signal::Kill, site.account)?, "initdb")?;

    let partial = template.with_extension("partial");
    let keep = || {
        if partial.exists() {
            fs::remove_dir_all(&partial)?;
        }
        copy(&made, &partial, None)?;
        fs::rename(&partial, template)
    };
    keep().map_err(Error::io(format!("keep the cluster in {}", template.display())))
}

/// A directory beside the build that runs this, since cargo marks its own with a file; else one of
/// this user's.
fn cache() -> PathBuf {
    let executable = env::current_exe().unwrap_or_default();
    let mut above = executable.ancestors().skip(1);
    let target = above.find(|directory| directory.join("CACHEDIR.TAG").exists());
    let user = rustix::process::geteuid().as_raw();
    target.map_or_else(
        || env::temp_dir().join(format!("chaosgate-clusters-{user}")),
        |target| target.join("testkit"),
    )
}

/// Runs `command` to its end. It has to succeed.
fn run(command: &mut Command, binary: &'static str) -> Result<Output, Error> {
    let output =
        command.output().map_err(Error::io(format!("run {}", command.get_program().display())))?;
    if output.status.success() {
        return Ok(output);
    }
    let log = [output.stdout, output.stderr].concat();
    let log = String::from_utf8_lossy(&log).trim_end().to_owned();
    Err(Error::Exited { binary, status: output.status, log })
}

/// Copies a directory with all that is in it, for `owner` if there is one.
fn copy(from: &Path, to: &Path, owner: Option<Account>) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in from.read_dir()? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&source, &target, owner)?;
        } else {
            fs::copy(&source, &target)?;
            owner.map_or(Ok(()), |owner| owner.own(&target))?;
        }
    }
    fs::set_permissions(to, from.metadata()?.permissions())?;
    owner.map_or(Ok(()), |owner| owner.own(to))
}
