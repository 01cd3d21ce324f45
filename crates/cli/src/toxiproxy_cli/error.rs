//! What can go wrong, in the words of Toxiproxy's client.

/// Why a command has failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("Proxy name is required as the first argument.")]
    NoProxy,
    #[error("Proxy name is missing.")]
    NoProxyOfToxic,
    #[error("Required argument '{flag}' was empty.")]
    Empty { flag: &'static str },
    #[error("Only one should be specified: upstream or downstream.")]
    BothStreams,
    #[error("toxicity should be a float between 0 and 1.")]
    Toxicity,
    #[error("{what}: {source}")]
    Call { what: String, source: CallError },
}

impl Error {
    /// Whether the help of the command is of use.
    pub(super) fn is_of_arguments(&self) -> bool {
        matches!(self, Error::NoProxy | Error::NoProxyOfToxic | Error::Empty { .. })
    }
}

/// Why a call has failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    #[error("HTTP {status}: {error}")]
    Refused { status: u16, error: String },
    #[error("{0}")]
    NoAnswer(Box<ureq::Error>),
    #[error("the answer is no JSON: {0}")]
    NoJson(serde_json::Error),
}

impl CallError {
    /// That `what` has failed.
    pub(super) fn of(what: impl Into<String>) -> impl FnOnce(CallError) -> Error {
        let what = what.into();
        |source| Error::Call { what, source }
    }
}

impl From<ureq::Error> for CallError {
    fn from(error: ureq::Error) -> Self {
        CallError::NoAnswer(Box::new(error))
    }
}
