//! Lays the image out in a folder, and runs what is in it as the Dockerfile says, by chroot: that
//! takes no container.
//!
//! What it does not show: that the image is built in a container, by a program linked with musl.
//! The program here is linked with the system's libraries, which are put into the folder beside it.

mod dockerfile;
mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::root::root;
use crate::run::{cargo, output, run};
use crate::workspace::Metadata;
use dockerfile::Dockerfile;
use server::Server;

/// Lays it out, and runs each of its programs.
pub(crate) fn image() -> Result<(), Error> {
    let target = Metadata::of_the_workspace()?.target_directory;
    run(&mut cargo(["build", "--locked", "--package", "chaosgate-cli"]))?;
    let program = target.join("debug/chaosgate");
    let image = Image::lay_out(&program, &target.join("image"))?;
    image.run_all()
}

struct Image {
    directory: PathBuf,
    dockerfile: Dockerfile,
}

impl Image {
    fn lay_out(program: &Path, directory: &Path) -> Result<Self, Error> {
        if directory.exists() {
            fs::remove_dir_all(directory).map_err(Error::file("remove", directory))?;
        }
        let script = root().join("xtask/image.sh");
        run(Command::new("sh").arg(script).args([program, directory]))?;
        let image = Self { directory: directory.to_owned(), dockerfile: Dockerfile::read()? };
        for library in libraries(program)? {
            image.put(&library, &fs::read(&library).map_err(Error::file("read", &library))?)?;
        }
        // As every container has it.
        image.put(Path::new("/etc/hosts"), b"127.0.0.1 localhost\n::1 localhost\n")?;
        Ok(image)
    }

    /// Puts a file where it is outside.
    fn put(&self, path: &Path, content: &[u8]) -> Result<(), Error> {
        use std::os::unix::fs::PermissionsExt;
        let inside = self.directory.join(path.strip_prefix("/").unwrap_or(path));
        let parent = inside.parent().unwrap_or(&self.directory);
        fs::create_dir_all(parent).map_err(Error::file("create", parent))?;
        fs::write(&inside, content).map_err(Error::file("write", &inside))?;
        let everybody = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&inside, everybody).map_err(Error::file("change", &inside))
    }

    fn run_all(&self) -> Result<(), Error> {
        let Dockerfile { entry_point, arguments, health_check, .. } = &self.dockerfile;
        let mut serve = self.inside(entry_point);
        // On a port of its own, since this machine may have a server on the usual one.
        let server = Server::start(serve.args(arguments).args(["-port", "0"]))?;
        let url = format!("localhost:{}", server.port);
        run(self.inside(health_check).env("TOXIPROXY_URL", &url))?;
        let client = |arguments: &[&str]| {
            run(self.inside(&["/toxiproxy-cli".to_owned()]).args(["-h", &url]).args(arguments))
        };
        client(&["create", "-l", "localhost:0", "-u", "localhost:1", "p"])?;
        client(&["toxic", "add", "-t", "latency", "-a", "latency=1", "p"])?;
        client(&["inspect", "p"])?;
        server.end()?;
        for command in [&["demo"][..], &["gate", "--help"], &["serve", "--help"]] {
            run(self.inside(entry_point).args(command))?;
        }
        eprintln!("unproven here: the build in a container, and the program linked with musl");
        Ok(())
    }

    /// What is in the image, with what the Dockerfile says of how it is run.
    fn inside(&self, words: &[String]) -> Command {
        let mut command = Command::new("chroot");
        command.arg(format!("--userspec={}", self.dockerfile.user)).arg(&self.directory);
        // Where chroot is found, and what every container has.
        command.args(words).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        let variables = self.dockerfile.environment.iter().filter_map(|one| one.split_once('='));
        command.envs(variables);
        command
    }
}

/// The libraries that a program is linked with.
fn libraries(program: &Path) -> Result<Vec<PathBuf>, Error> {
    let listed = output(Command::new("ldd").arg(program))?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let words = listed.split_whitespace().filter(|word| word.starts_with('/'));
    Ok(words.map(PathBuf::from).collect())
}
