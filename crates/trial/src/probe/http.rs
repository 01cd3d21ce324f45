//! A page that is asked for over HTTP.

use httparse::{Header, Response, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Probe;
use crate::failure::Failure;

/// The most headers that an answer may have.
const HEADERS: usize = 64;

/// Asks for a page over HTTP/1.1, on a connection of its own.
#[derive(Debug, Clone)]
pub struct HttpGet {
    /// The server, a host and a port.
    pub address: String,
    /// What is asked for: `/health`.
    pub path: String,
    /// The status of the right answer.
    pub status: u16,
    /// What must stand in its body.
    pub contains: String,
    /// The most bytes that an answer may have, its head included.
    pub limit: usize,
}

impl HttpGet {
    /// Asks for a page, which must come with the status 200 and have 1 MiB at most.
    pub fn new(address: impl Into<String>, path: impl Into<String>) -> Self {
        let (address, path) = (address.into(), path.into());
        HttpGet { address, path, status: 200, contains: String::new(), limit: 1 << 20 }
    }

    /// Whether this answer is the right one.
    fn check(&self, answer: &Answer) -> Result<(), Failure> {
        if answer.status != self.status {
            let wrong = format!("status {} instead of {}", answer.status, self.status);
            return Err(Failure::Wrong(wrong));
        }
        let body = String::from_utf8_lossy(&answer.body);
        if !body.contains(&self.contains) {
            return Err(Failure::Wrong(format!("a body without \"{}\"", self.contains)));
        }
        Ok(())
    }
}

impl Probe for HttpGet {
    async fn ask(&mut self) -> Result<(), Failure> {
        let HttpGet { address, path, limit, .. } = &*self;
        let mut stream = TcpStream::connect(address).await?;
        let question =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(question.as_bytes()).await?;
        let mut bytes = Vec::new();
        loop {
            let has_ended = stream.read_buf(&mut bytes).await? == 0;
            if let Some(answer) = Answer::read(&bytes, has_ended)? {
                return self.check(&answer);
            }
            if has_ended {
                return Err(Failure::Closed);
            }
            if bytes.len() > *limit {
                return Err(Failure::Wrong(format!("more than {limit} bytes")));
            }
        }
    }
}

/// An answer that has come whole.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    body: Vec<u8>,
}

impl Answer {
    /// What these bytes say, unless more are to come.
    fn read(bytes: &[u8], has_ended: bool) -> Result<Option<Self>, Failure> {
        let malformed = |error: &dyn std::fmt::Display| Failure::Wrong(format!("no HTTP: {error}"));
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut head = Response::new(&mut headers);
        let read = head.parse(bytes).map_err(|error| malformed(&error))?;
        let Status::Complete(length) = read else { return Ok(None) };
        let rest = &bytes[length..];
        let status = head.code.unwrap_or_default();
        if matches!(status, 100 | 102..=199) {
            // It is yet to come (RFC 9110, 15.2).
            return Answer::read(rest, has_ended);
        }
        let body = if is_chunked(head.headers) {
            from_chunks(rest).map_err(|_| malformed(&"a chunk without its size"))?
        } else if let Some(length) = value(head.headers, "content-length") {
            let length: usize = length.parse().map_err(|error| malformed(&error))?;
            rest.get(..length).map(<[u8]>::to_vec)
        } else {
            (has_ended || matches!(status, 204 | 304)).then(|| rest.to_vec())
        };
        Ok(body.map(|body| Answer { status, body }))
    }
}

fn is_chunked(headers: &[Header<'_>]) -> bool {
    // The last coding is the outermost (RFC 9112, 6.1).
    let codings = value(headers, "transfer-encoding").unwrap_or_default();
    codings.rsplit(',').next().is_some_and(|last| last.trim().eq_ignore_ascii_case("chunked"))
}

fn value<'a>(headers: &'a [Header<'_>], name: &str) -> Option<&'a str> {
    let header = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
    str::from_utf8(header.value).ok().map(str::trim)
}

/// What stands in the chunks, if the last one has come.
fn from_chunks(mut bytes: &[u8]) -> Result<Option<Vec<u8>>, httparse::InvalidChunkSize> {
    let mut body = Vec::new();
    while let Status::Complete((start, size)) = httparse::parse_chunk_size(bytes)? {
        if size == 0 {
            return Ok(Some(body));
        }
        let end = usize::try_from(size).ok().and_then(|size| start.checked_add(size));
        let Some(chunk) = end.and_then(|end| bytes.get(start..end)) else { break };
        body.extend(chunk);
        let behind = &bytes[start + chunk.len()..];
        match behind.strip_prefix(b"\r\n") {
            Some(rest) => bytes = rest,
            // Its end of line has not come.
            None if b"\r\n".starts_with(behind) => break,
            None => return Err(httparse::InvalidChunkSize),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &str, has_ended: bool) -> Option<String> {
        let answer = Answer::read(bytes.as_bytes(), has_ended).expect(bytes)?;
        Some(String::from_utf8(answer.body).expect(bytes))
    }

    #[test]
    fn an_answer_is_whole_when_its_body_is() {
        for (whole, body) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", "ab"),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
                "abc",
            ),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n1\r\nc\r\n0\r\n\r\n", "c"),
            (
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
                "a",
            ),
            ("HTTP/1.1 204 No Content\r\n\r\n", ""),
        ] {
            assert_eq!(read(whole, false).as_deref(), Some(body), "{whole}");
            let cut = whole.trim_end_matches("0\r\n\r\n");
            assert_eq!(read(&cut[..cut.len() - 1], false), None, "{cut}");
        }
    }

    #[test]
    fn a_chunk_that_does_not_end_where_it_says_is_malformed() {
        let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokXX0\r\n\r\n";
        Answer::read(bytes, false).expect_err("no end of line");
    }

    #[test]
    fn a_body_without_a_length_ends_with_the_connection() {
        let bytes = "HTTP/1.0 200 OK\r\n\r\nab";
        assert_eq!(read(bytes, false), None);
        assert_eq!(read(bytes, true).as_deref(), Some("ab"));
    }
}
