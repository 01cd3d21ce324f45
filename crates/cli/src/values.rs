//! The values of arguments that are looked at while the command line is read.

use std::fmt::Display;

use chaosgate::catalogue::{self, KindInfo};
use chaosgate::{Route, SpecError, StartError};
use clap::builder::{PossibleValuesParser, TypedValueParser};

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

/// One of `all`, by the name that it is shown with.
pub(crate) fn one_of<T, const N: usize>(all: [T; N]) -> impl TypedValueParser<Value = T>
where
    T: Copy + Display + Send + Sync + 'static,
{
    PossibleValuesParser::new(all.map(|one| one.to_string())).try_map(move |name| {
        // Only these names come through the parser before.
        all.into_iter().find(|one| one.to_string() == name).ok_or("it is none of these")
    })
}
