//! What a daemon does before it serves, whatever it is called by.

use std::env;

use chaosgate::descriptors;
use chaosgate_server::{Server, Token};

/// Where the token of the interface is read from, as by Toxiproxy's server.
const TOKEN: &str = "TOXIPROXY_AUTH_TOKEN";

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

/// The token that every call has to show, if the environment has one.
pub(crate) fn token() -> Option<Token> {
    Token::new(&env::var(TOKEN).unwrap_or_default())
}

/// Warns of an interface that others reach, if it asks for no token.
pub(crate) fn warn_if_open(server: &Server, token: Option<&Token>) {
    if token.is_none() && !server.is_local() {
        tracing::warn!(
            target: "chaosgate",
            "whoever reaches this machine controls the gates: {TOKEN} is not set, and the interface \
             listens not only on the loopback interface"
        );
    }
}
