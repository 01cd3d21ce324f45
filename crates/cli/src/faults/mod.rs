//! `chaosgate faults`: what there is to know of each fault, all of it read off the catalogue.

mod json;
mod overview;
mod text;

use std::slice;

use chaosgate::catalogue;

use crate::arguments::Faults;
use crate::error::Error;
use crate::output::{print, print_line};

/// Prints all faults, or one.
pub(crate) fn run(faults: &Faults) -> Result<(), Error> {
    let kinds = faults.name.map_or(catalogue::all(), slice::from_ref);
    if faults.json {
        print_line(format_args!("{:#}", json::array(kinds)))?;
    } else if faults.long || faults.name.is_some() {
        print(text::list(kinds))?;
    } else {
        print(overview::text())?;
    }
    Ok(())
}

/// The paragraphs of a doc comment, each on one line.
fn paragraphs(docs: &str) -> impl Iterator<Item = String> {
    docs.split("\n\n").map(|paragraph| paragraph.replace('\n', " "))
}
