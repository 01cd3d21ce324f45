//! The unprivileged account for servers that refuse to run as root.

use std::fs;
use std::io;
use std::os::unix::fs::chown;
use std::path::Path;

use crate::Error;

/// A user and a group, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// The user's number.
    pub user: u32,
    /// The number of the user's group.
    pub group: u32,
}

impl Account {
    /// The account to switch to: none if this process has no privileges to give up, else the first
    /// of `names` that there is, else `nobody`.
    ///
    /// # Errors
    /// If the accounts of this machine cannot be read, or none of these is among them.
    pub fn unprivileged(names: &[&str]) -> Result<Option<Self>, Error> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let accounts = fs::read_to_string("/etc/passwd").map_err(Error::io("read /etc/passwd"))?;
        let found = names.iter().chain(&["nobody"]).find_map(|name| find(&accounts, name));
        found.map(Some).ok_or_else(|| {
            let none = io::ErrorKind::NotFound.into();
            Error::io(format!("give up root: none of the accounts {names:?} and nobody"))(none)
        })
    }

    /// Makes this account the owner of `path`.
    pub(crate) fn own(self, path: &Path) -> io::Result<()> {
        chown(path, Some(self.user), Some(self.group))
    }
}

/// The account `name` among the lines of a passwd file.
fn find(accounts: &str, name: &str) -> Option<Account> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        let mut numbers = fields.skip(1).map(str::parse);
        Some(Account { user: numbers.next()?.ok()?, group: numbers.next()?.ok()? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let accounts =
            "post:x:1:2::/:/bin/sh\npostgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(find(accounts, "postgres"), Some(Account { user: 101, group: 104 }));
        assert_eq!(find(accounts, "nobody"), None);
    }
}
