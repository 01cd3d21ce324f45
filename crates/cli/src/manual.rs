//! `chaosgate manual`: the manual pages, and what shells complete by.

use std::fs;
use std::io;
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::toxiproxy_cli;

/// Writes those of all programs that this is, by their names, below `directory`.
pub(crate) fn write(directory: &Path) -> Result<(), Error> {
    for command in [Arguments::command(), toxiproxy_cli::command_line()] {
        write_pages(&command, &directory.join("share/man/man1"))?;
        write_completions(command, &directory.join("share"))?;
    }
    Ok(())
}

/// A page for the program, and one for each command of its.
fn write_pages(command: &clap::Command, directory: &Path) -> Result<(), Error> {
    let mut command = command.clone().disable_help_subcommand(true);
    command.build();
    let source = format!("chaosgate {}", env!("CARGO_PKG_VERSION"));
    fs::create_dir_all(directory)
        .and_then(|()| write_page(command, &source, directory))
        .map_err(|source| Error::Manual { path: directory.to_owned(), source })
}

fn write_page(command: clap::Command, source: &str, directory: &Path) -> io::Result<()> {
    for inner in command.get_subcommands() {
        write_page(inner.clone(), source, directory)?;
    }
    Man::new(command).source(source).generate_to(directory).map(|_| ())
}

/// A file for each shell, where that looks for it. The one of PowerShell is to be loaded by a profile.
fn write_completions(mut command: clap::Command, share: &Path) -> Result<(), Error> {
    let name = command.get_name().to_owned();
    for (shell, place) in [
        (Shell::Bash, format!("bash-completion/completions/{name}")),
        (Shell::Elvish, format!("elvish/lib/{name}.elv")),
        (Shell::Fish, format!("fish/vendor_completions.d/{name}.fish")),
        (Shell::PowerShell, format!("powershell/{name}.ps1")),
        (Shell::Zsh, format!("zsh/site-functions/_{name}")),
    ] {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut command, &name, &mut text);
        let path = share.join(place);
        let directory = path.parent().unwrap_or(share);
        fs::create_dir_all(directory)
            .and_then(|()| fs::write(&path, text))
            .map_err(|source| Error::Manual { path, source })?;
    }
    Ok(())
}
