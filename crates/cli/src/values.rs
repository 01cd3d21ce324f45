//! The values of arguments that are looked at while the command line is read.

use chaosgate::SpecError;
use chaosgate::catalogue::{self, KindInfo};
use chaosgate_config::UrlError;

/// A `HOST:PORT`, whose parts are looked at by who listens there or connects to it.
pub(crate) fn address(text: &str) -> Result<String, UrlError> {
    UrlError::refuse_url(text)?;
    Ok(text.to_owned())
}

/// The type of fault of this name.
pub(crate) fn fault(name: &str) -> Result<&'static KindInfo, SpecError> {
    catalogue::find(name).ok_or_else(|| {
        let known: Vec<_> = catalogue::all().iter().map(|kind| kind.name).collect();
        SpecError::UnknownFault { name: name.to_owned(), known: known.join(", ") }
    })
}
