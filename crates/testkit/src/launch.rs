//! The command line that binds a child to its parent and takes its privileges.

use std::process::Command;

use crate::{Account, Binary, Error};

/// A signal that ends a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT
    Interrupt,
    /// SIGKILL
    Kill,
    /// SIGQUIT
    Quit,
    /// SIGTERM
    Terminate,
}

impl Signal {
    fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "INT",
            Self::Kill => "KILL",
            Self::Quit => "QUIT",
            Self::Terminate => "TERM",
        }
    }
}

impl From<Signal> for rustix::process::Signal {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Interrupt => Self::INT,
            Signal::Kill => Self::KILL,
            Signal::Quit => Self::QUIT,
            Signal::Terminate => Self::TERM,
        }
    }
}

/// `command`, as `account` if there is one, such that the kernel sends it `signal` when the thread
/// that starts it ends.
///
/// `setpriv` becomes the program it starts, so that the child's pid is the server's.
pub(crate) fn bound(
    command: &Command,
    signal: Signal,
    account: Option<Account>,
) -> Result<Command, Error> {
    let mut bound = Command::new(Binary::SETPRIV.find()?);
    bound.args(["--pdeathsig", signal.name()]);
    if let Some(Account { user, group }) = account {
        bound.arg(format!("--reuid={user}")).arg(format!("--regid={group}")).arg("--clear-groups");
    }
    bound.arg("--").arg(command.get_program()).args(command.get_args());
    if let Some(directory) = command.get_current_dir() {
        bound.current_dir(directory);
    }
    Ok(bound)
}
