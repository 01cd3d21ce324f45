//! The values of arguments that are looked at while the command line is read.

use chaosgate::catalogue::{self, KindInfo};
use chaosgate::{Route, SpecError, StartError};

/// Where the interface is to be reached, which is bound later.
pub(crate) fn api(text: &str) -> Result<String, StartError> {
    // A path is what the system makes of it.
    if !text.starts_with("unix:") {
        Route::check_listen(text)?;
    }
    Ok(text.to_owned())
}

/// The type of fault of this name.
pub(crate) fn fault(name: &str) -> Result<&'static KindInfo, SpecError> {
    catalogue::find(name).ok_or_else(|| {
        let known: Vec<_> = catalogue::all().iter().map(|kind| kind.name).collect();
        SpecError::UnknownFault { name: name.to_owned(), known: known.join(", ") }
    })
}
