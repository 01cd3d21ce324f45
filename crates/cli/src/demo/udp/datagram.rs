//! What is said in one datagram, in the manner of DNS: a question, or an answer that repeats it.

/// A question or an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Datagram {
    /// The same in a question and its answer, and in no other question of the client.
    pub(super) id: u16,
    pub(super) is_answer: bool,
    /// What the server is to do: `GET key` or `PUT key`.
    pub(super) request: String,
    pub(super) value: Vec<u8>,
}

/// More than any of them takes.
pub(super) const LARGEST: usize = 4 * 1024;

const QUESTION: u8 = b'?';
const ANSWER: u8 = b'!';

impl Datagram {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mark = if self.is_answer { ANSWER } else { QUESTION };
        [&self.id.to_be_bytes()[..], &[mark], self.request.as_bytes(), b"\n", &self.value].concat()
    }

    /// What these bytes say; nothing if they are no such datagram.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (id, rest) = bytes.split_first_chunk()?;
        let (mark, rest) = rest.split_first()?;
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        Some(Datagram {
            id: u16::from_be_bytes(*id),
            is_answer: match *mark {
                QUESTION => false,
                ANSWER => true,
                _ => return None,
            },
            request: str::from_utf8(&rest[..end]).ok()?.to_owned(),
            value: rest[end + 1..].to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> Datagram {
        let request = "PUT /a".to_owned();
        Datagram { id: 258, is_answer: false, request, value: b"1\n2".to_vec() }
    }

    #[test]
    fn a_datagram_is_read_as_it_was_written() {
        assert_eq!(question().to_bytes(), b"\x01\x02?PUT /a\n1\n2");
        let answer = Datagram { is_answer: true, value: Vec::new(), ..question() };
        for datagram in [question(), answer] {
            assert_eq!(Datagram::read(&datagram.to_bytes()), Some(datagram));
        }
    }

    #[test]
    fn what_is_no_datagram_of_this_kind_says_nothing() {
        let inverted: Vec<u8> = question().to_bytes().iter().map(|byte| !byte).collect();
        for bytes in [&[][..], b"\x01", b"\x01\x02", b"\x01\x02?PUT /a", &inverted] {
            assert_eq!(Datagram::read(bytes), None, "{bytes:?}");
        }
    }
}
