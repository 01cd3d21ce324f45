//! What a daemon does before it serves, whatever it is called by.

use std::env::{self, VarError};
use std::fs;
use std::path::Path;

use chaosgate::descriptors;
use chaosgate_server::{Server, Token};

use crate::error::Error;

/// Where the token of the interface is read from.
const TOKEN: &str = "CHAOSGATE_TOKEN";
/// The same, as by Toxiproxy's server.
const ITS_TOKEN: &str = "TOXIPROXY_AUTH_TOKEN";

/// Has as many descriptors as it may. A program that was told of fewer works too.
pub(crate) fn raise_limit_of_descriptors() {
    match descriptors::raise_limit() {
        Ok(None) => {}
        Ok(Some(from)) => {
            let to = descriptors::limit().unwrap_or(u64::MAX);
            tracing::info!(target: "chaosgate", from, to, "the limit of descriptors is raised");
        }
        Err(error) => {
            tracing::warn!(target: "chaosgate", %error, "the limit of descriptors cannot be raised");
        }
    }
}

/// The token that every call has to show, if the environment has one by the name that Toxiproxy's server
/// knows.
pub(crate) fn its_token() -> Option<Token> {
    // One that is no text is shown by no call, and keeps all out.
    Token::new(&env::var_os(ITS_TOKEN).unwrap_or_default().to_string_lossy())
}

/// The token that every call has to show, if this file has one, or the environment.
///
/// # Errors
///
/// If the file cannot be read or has none, and where there are several that differ.
pub(crate) fn token(file: Option<&Path>) -> Result<Option<Token>, Error> {
    let in_file = file.map(|path| {
        let unreadable = |source| Error::TokenFile { path: path.to_owned(), source };
        let token = Token::new(&fs::read_to_string(path).map_err(unreadable)?);
        token.ok_or_else(|| Error::NoToken { path: path.to_owned() })
    });
    let in_environment = |name| match env::var(name) {
        Ok(written) => Ok(Token::new(&written)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Error::TokenIsNoText { name }),
    };
    let all = [
        ("--token-file", in_file.transpose()?),
        (TOKEN, in_environment(TOKEN)?),
        (ITS_TOKEN, in_environment(ITS_TOKEN)?),
    ];
    let mut given = all.into_iter().filter_map(|(name, token)| Some((name, token?)));
    let Some((first, token)) = given.next() else { return Ok(None) };
    match given.find(|(_, other)| *other != token) {
        Some((second, _)) => Err(Error::TwoTokens { first, second }),
        None => Ok(Some(token)),
    }
}

/// Warns of an interface that others reach, if it asks for no token.
pub(crate) fn warn_if_open(server: &Server, token: Option<&Token>) {
    if token.is_none() && !server.is_local() {
        tracing::warn!(
            target: "chaosgate",
            "whoever reaches this machine controls the gates: there is no token ({TOKEN}, {ITS_TOKEN}), and the \
             interface listens not only on the loopback interface"
        );
    }
}
