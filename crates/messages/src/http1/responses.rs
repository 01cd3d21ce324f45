//! The heads of responses.

use std::mem::MaybeUninit;
use std::sync::Arc;

use httparse::{Response, Status};

use super::asked::{Ask, Asked};
use super::body::Body;
use super::head::{MOST_FIELDS, malformed, refused};
use super::messages::Heads;
use crate::info::KindInfo;
use crate::name::Name;
use crate::{Kind, Lost};

pub(super) const RESPONSE: KindInfo = KindInfo::new("response", "any response");

#[derive(Debug)]
pub(super) struct Responses(Arc<Asked>);

impl Responses {
    pub(super) fn new(asked: Arc<Asked>) -> Self {
        Responses(asked)
    }

    /// What follows a head with this status and the body that its fields tell of.
    fn body(&self, status: u16, told: Option<Body>) -> Result<Body, Lost> {
        // The response itself is still to come.
        if matches!(status, 100 | 102..=199) {
            return Ok(Body::NONE);
        }
        let asked = self.0.take()?;
        if status == 101 || asked == Ask::Tunnel && matches!(status, 200..=299) {
            self.0.begin_tunnel();
            return Ok(Body::NONE);
        }
        let has_none = asked == Ask::Head || matches!(status, 204 | 304);
        Ok(if has_none { Body::NONE } else { told.unwrap_or(Body::UpToTheEnd) })
    }
}

impl Heads for Responses {
    fn begin(&mut self) -> Result<(), Lost> {
        self.0.check_response()
    }

    fn read(&mut self, head: &[u8]) -> Result<(Kind, Body), Lost> {
        let mut fields = [const { MaybeUninit::uninit() }; MOST_FIELDS];
        let mut response = Response::new(&mut []);
        let expected = "the head of a response";
        let parser = httparse::ParserConfig::default();
        let read = parser.parse_response_with_uninit_headers(&mut response, head, &mut fields);
        let complete = read.map_err(|error| refused(error, expected))?;
        let (Status::Complete(_), Some(status)) = (complete, response.code) else {
            return Err(malformed(expected));
        };
        let body = self.body(status, Body::of(response.headers)?)?;
        Ok((Kind::special(&RESPONSE, Name::from(format_args!("{status}"))), body))
    }
}
