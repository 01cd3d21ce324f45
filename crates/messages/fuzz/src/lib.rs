//! The fuzz target `framers`: what must hold of every connection, whatever is said on it.
//!
//! What is checked, beside that nothing panics:
//!
//! - **Segmentation.** The same marks stand at the same places, however the bytes are cut.
//! - **Order.** Of each message the beginning, the kind and the end are told in this order; no message is empty; and
//!   nothing follows a loss.
//! - **Datagrams.** A message has the same kind and the same text as a datagram and behind its length in a stream.

#![forbid(unsafe_code)]

use arbitrary::Arbitrary;
use chaosgate_messages::{Framer, Lost, Mark, Protocol};

/// What client and server say to each other.
#[derive(Debug, Clone, Arbitrary)]
pub struct Talk {
    /// Which protocol, of all of them in turn.
    protocol: u8,
    /// Each with whether it goes to the server.
    said: Vec<(bool, Vec<u8>)>,
    /// The lengths of segments, which come in turn.
    lengths: Vec<u8>,
}

/// What was found in a direction, and behind how many bytes.
type Marks = Vec<(usize, Mark)>;

impl Talk {
    /// Has framers read it in different segments.
    ///
    /// # Panics
    ///
    /// If something does not hold.
    pub fn check(&self) {
        let protocol = Protocol::ALL[usize::from(self.protocol) % Protocol::ALL.len()];
        let whole = self.marks(protocol, &[]);
        assert_eq!(whole, self.marks(protocol, &[1]), "one byte at a time");
        assert_eq!(whole, self.marks(protocol, &self.lengths), "cut at {:?}", self.lengths);
        whole.iter().for_each(check_order);
        self.said.iter().for_each(|(_, bytes)| check_datagram(bytes));
    }

    /// The marks to the server and to the client, if each segment has one of these lengths.
    fn marks(&self, protocol: Protocol, lengths: &[u8]) -> [Marks; 2] {
        let mut lengths = lengths.iter().map(|length| usize::from(*length).max(1)).cycle();
        let (mut to_server, mut to_client) = protocol.framers();
        let [mut found_to_server, mut found_to_client] = [(0, Marks::new()), (0, Marks::new())];
        for (is_to_server, bytes) in &self.said {
            let (framer, found) = match is_to_server {
                true => (&mut to_server, &mut found_to_server),
                false => (&mut to_client, &mut found_to_client),
            };
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let length = lengths.next().unwrap_or(usize::MAX).min(rest.len());
                let (segment, after) = rest.split_at(length);
                read(framer, segment, found);
                rest = after;
            }
        }
        let end = |framer: &mut Framer, (read, mut marks): (usize, Marks)| {
            marks.extend(framer.end().map(|mark| (read, mark)));
            marks
        };
        [end(&mut to_server, found_to_server), end(&mut to_client, found_to_client)]
    }
}

/// Gives a framer a segment; `found` is how much was read before, and the marks in it.
fn read(framer: &mut Framer, segment: &[u8], (read, marks): &mut (usize, Marks)) {
    let mut rest = segment;
    while let Some(mark) = framer.feed(&mut rest) {
        marks.push((*read + segment.len() - rest.len(), mark));
    }
    assert!(rest.is_empty(), "without a mark all is taken");
    *read += segment.len();
}

fn check_order(marks: &Marks) {
    let lost = marks.iter().position(|(_, mark)| matches!(mark, Mark::Lost(_)));
    assert!(lost.is_none_or(|place| place + 1 == marks.len()), "a loss is the last: {marks:?}");
    let before = &marks[..lost.unwrap_or(marks.len())];
    for message in before.chunks(3) {
        match message {
            [(_, Mark::Begins)] | [(_, Mark::Begins), (_, Mark::Known(_))] => {}
            [(begin, Mark::Begins), (known, Mark::Known(_)), (end, Mark::Ends)] => {
                assert!(begin <= known && known <= end && begin < end, "{marks:?}");
            }
            _ => panic!("not in order: {marks:?}"),
        }
    }
}

fn check_datagram(bytes: &[u8]) {
    let (Some(mut datagrams), Ok(length)) = (Protocol::Dns.datagrams(), u16::try_from(bytes.len()))
    else {
        return;
    };
    let as_datagram = datagrams.read(bytes);
    let (mut framer, _) = Protocol::Dns.framers();
    let stream = [&length.to_be_bytes(), bytes].concat();
    let mut rest = &stream[..];
    assert_eq!(framer.feed(&mut rest), Some(Mark::Begins));
    match framer.feed(&mut rest) {
        Some(Mark::Known(kind)) => {
            assert_eq!((as_datagram, datagrams.text()), (Ok(kind), framer.text()));
        }
        Some(Mark::Lost(Lost::Tls)) => {}
        mark => assert_eq!(mark, as_datagram.err().map(Mark::Lost)),
    }
}
