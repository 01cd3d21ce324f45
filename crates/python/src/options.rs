//! What a gate is made with.

use chaosgate::{Builder, Protocol, Route};
use pyo3::prelude::*;

use crate::engine::runtime;

/// What gates of both protocols are made with.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Options {
    name: String,
    listen: String,
    upstream: String,
    seed: Option<u64>,
    buffer: Option<usize>,
    buffer_total: Option<usize>,
}

impl Options {
    /// A builder with all that is given; the rest is as it is by default.
    pub(crate) fn builder<P: Protocol>(self) -> PyResult<Builder<P>> {
        let route = Route::new(self.name, self.listen, self.upstream);
        let mut builder = chaosgate::Gate::builder(route).runtime(runtime()?);
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        if let Some(bytes) = self.buffer {
            builder = builder.buffer(bytes);
        }
        if let Some(bytes) = self.buffer_total {
            builder = builder.buffer_total(bytes);
        }
        Ok(builder)
    }
}
