//! The heads of requests.

use std::mem::MaybeUninit;
use std::sync::Arc;

use httparse::{Request, Status};

use super::asked::{Ask, Asked};
use super::body::Body;
use super::head::{MOST_FIELDS, malformed, refused};
use super::messages::Heads;
use crate::info::KindInfo;
use crate::name::Name;
use crate::{Kind, Lost};

pub(super) const REQUEST: KindInfo = KindInfo::new("request", "any request");

#[derive(Debug)]
pub(super) struct Requests(Arc<Asked>);

impl Requests {
    pub(super) fn new(asked: Arc<Asked>) -> Self {
        Requests(asked)
    }
}

impl Heads for Requests {
    fn begin(&mut self) -> Result<(), Lost> {
        self.0.check_request()
    }

    fn read(&mut self, head: &[u8]) -> Result<(Kind, Body), Lost> {
        if head.starts_with(b"PRI * HTTP/2.0\r\n") {
            return Err(Lost::Http2);
        }
        let mut fields = [const { MaybeUninit::uninit() }; MOST_FIELDS];
        let mut request = Request::new(&mut []);
        let expected = "the head of a request";
        let read = request.parse_with_uninit_headers(head, &mut fields);
        let status = read.map_err(|error| refused(error, expected))?;
        let (Status::Complete(_), Some(method)) = (status, request.method) else {
            return Err(malformed(expected));
        };
        let body = Body::of(request.headers)?.unwrap_or(Body::NONE);
        if matches!(body, Body::UpToTheEnd) {
            return Err(malformed("chunked as the last Transfer-Encoding of a request"));
        }
        self.0.put(match method {
            "HEAD" => Ask::Head,
            "CONNECT" => Ask::Tunnel,
            _ => Ask::Body,
        })?;
        Ok((Kind::special(&REQUEST, Name::new(method.as_bytes())), body))
    }

    fn give_up(&mut self) {
        // There is room for this once.
        let _ = self.0.put(Ask::Unknown);
    }
}
