//! The native HTTP interface of chaosgate as data: its routes, its forms, the `OpenAPI` document.
//!
//! A route is one entry of one [table](Route::all). The server hangs a handler on each, and the document
//! is assembled from the same table: neither has a route that the other has not.
//!
//! What is read is what is written: a `GET` gives the document that a `PUT` of the same path takes. A gate
//! is a [`GateConfig`](chaosgate_config::GateConfig), all of them are a [`Config`](chaosgate_config::Config).
//! What can only be seen stands beside that: [`GateStatus`].
//!
//! ```
//! let document = chaosgate_api::openapi();
//! assert_eq!(document["openapi"], "3.1.0");
//! assert!(document["paths"]["/api/v1/gates/{gate}/to_client"].is_null());
//! assert!(document["paths"]["/api/v1/gates/{gate}/{direction}"]["put"].is_object());
//! ```
//!
//! | to find | look in |
//! |---|---|
//! | all routes | `routes.rs`; one of them: `route.rs`: [`Route`], [`Operation`] |
//! | what a query may say | `parameter.rs`: [`Parameter`] |
//! | what bodies and answers are made of | `content.rs`: [`Content`] |
//! | a gate as it is seen | `status.rs`: [`GateStatus`] |
//! | the small forms: a list of faults, how many | `forms.rs` |
//! | why a call is refused | `problem.rs`: [`Problem`] |
//! | the document | `openapi.rs`: [`openapi()`] |

mod content;
mod forms;
mod openapi;
mod parameter;
mod problem;
mod route;
mod routes;
mod status;

pub use content::Content;
pub use forms::{Closed, Fault, FaultList, Hits};
pub use openapi::openapi;
pub use parameter::{LONGEST_WAIT, Parameter};
pub use problem::{Mistake, Problem};
pub use route::{Method, Operation, Route};
pub use status::{GateStatus, HitsByFault, Statuses};
