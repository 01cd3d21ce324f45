//! A fault of the user's own.

use std::fmt;
use std::sync::Arc;

use crate::{Fault, Meeting};

/// A fault that the user makes for each connection.
///
/// It is equal only to itself, is printed as `custom(NAME)`, and has no form in any document.
///
/// ```
/// use std::time::Instant;
/// use chaosgate_faults::{Custom, Fault, Outbox, Segment};
///
/// /// Turns all data into upper case.
/// struct Shout;
///
/// impl Fault for Shout {
///     fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
///         let louder = match segment {
///             Segment::Data(bytes) => Segment::Data(bytes.to_ascii_uppercase().into()),
///             end => end,
///         };
///         out.hit();
///         out.push(louder, now);
///     }
/// }
///
/// let shout = Custom::new("shout", |_meeting| Shout);
/// assert_eq!(chaosgate_faults::virtual_time::run([shout], "0:a 5:FIN"), "0:A 5:FIN");
/// ```
#[derive(Clone)]
pub struct Custom {
    name: Arc<str>,
    make: Arc<Make>,
}

type Make = dyn Fn(&Meeting) -> Box<dyn Fault> + Send + Sync;

impl Custom {
    /// A fault that `make` makes anew for each connection that it meets.
    pub fn new<F: Fault + 'static>(
        name: impl Into<Arc<str>>,
        make: impl Fn(&Meeting) -> F + Send + Sync + 'static,
    ) -> Self {
        Custom { name: name.into(), make: Arc::new(move |meeting| Box::new(make(meeting))) }
    }

    /// Its name, which is also the default for its entry.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn start(&self, meeting: &Meeting) -> Box<dyn Fault> {
        (self.make)(meeting)
    }
}

impl PartialEq for Custom {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.make, &other.make)
    }
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Custom").field("name", &self.name).finish_non_exhaustive()
    }
}
