//! The body of a call, within its limits.

use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::limits::Limits;

/// Why a body has not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It has not come within the time limit.
    Late,
    /// It is larger than so many bytes.
    TooLarge { limit: usize },
    /// It has ended too early, or is not in the chunks that it was said to be in.
    CutOff,
}

/// Reads a body to its end.
pub(crate) async fn read(body: Body, limits: &Limits) -> Result<Bytes, Unread> {
    let collected = timeout(limits.arrival, collect(body, limits.body));
    collected.await.unwrap_or(Err(Unread::Late))
}

async fn collect(mut body: Body, limit: usize) -> Result<Bytes, Unread> {
    match Limited::new(&mut body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            // Who is still sending reads no answer.
            while body.frame().await.is_some_and(|frame| frame.is_ok()) {}
            Err(Unread::TooLarge { limit })
        }
        Err(_) => Err(Unread::CutOff),
    }
}
