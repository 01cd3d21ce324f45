//! One of the two sockets of a connection.

use std::future::Future;
use std::io;
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use socket2::SockRef;
use tokio::io::{Interest, Ready};
use tokio::net::TcpStream;

use super::pipe::Piped;
use crate::lend::Descriptor;
use crate::sys;

/// A socket, and what is known of the peer behind it.
pub(super) struct Side {
    stream: Arc<TcpStream>,
    reset: Reset,
    /// The end of stream has been sent to its peer.
    is_finished: bool,
    /// Its peer has sent the end of its stream, and that has been read.
    has_peer_finished: bool,
    watch: Option<Watch>,
}

/// What is known of a reset. The system tells one by the peer once, so it must be remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reset {
    Unknown,
    /// It was noticed by something else than a read: reads may still give data, and an end of
    /// stream that looks clean.
    Noticed,
    /// A read has given it, behind all data.
    Read,
    /// The gate has reset the connection.
    Given,
}

type Watch = Pin<Box<dyn Future<Output = io::Result<Ready>> + Send>>;

/// What a read brought.
pub(super) enum Read {
    Data(usize),
    /// Data that the kernel has in hand.
    Piped(Piped),
    Fin,
    Reset,
    /// Nothing yet.
    Nothing,
}

/// What waits to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    Data,
    /// Nothing but the end of the stream.
    End,
}

/// What became of a write.
pub(super) enum Written {
    /// So many bytes are on their way.
    Bytes(usize),
    /// The peer takes nothing now.
    Full,
    /// There is no peer any more.
    Gone,
}

impl Side {
    pub(super) fn new(stream: TcpStream) -> Self {
        Side {
            stream: Arc::new(stream),
            reset: Reset::Unknown,
            is_finished: false,
            has_peer_finished: false,
            watch: None,
        }
    }

    /// Whether its peer has reset the connection, and no read has shown it yet.
    pub(super) fn has_unread_reset(&self) -> bool {
        self.reset == Reset::Noticed
    }

    /// Reads what is there, without waiting. What arms the readiness again is a read that finds nothing,
    /// or tells that nothing is left: a short read does not mean that, since reads also end at urgent data.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Read {
        let mut length = 0;
        let read = self.stream.try_io(Interest::READABLE, || {
            let (read, is_all) = sys::read(&self.stream, buffer)?;
            length = read;
            is_nothing_left(is_all)
        });
        match read {
            _ if length > 0 => Read::Data(length),
            Ok(()) if self.reset == Reset::Unknown => {
                self.has_peer_finished = true;
                Read::Fin
            }
            Err(error) if is_nothing(&error) => Read::Nothing,
            Ok(()) | Err(_) => {
                self.reset = Reset::Read;
                Read::Reset
            }
        }
    }

    /// Has the kernel move what is there; `None` where it moves nothing, and only a read can tell why.
    pub(super) fn read_piped(&mut self, most: usize) -> Option<Read> {
        let mut piped = Ok(None);
        let _ = self.stream.try_io(Interest::READABLE, || {
            piped = Piped::read(&*self.stream, most);
            let is_moved = matches!(piped, Ok(Some(_)));
            is_nothing_left(is_moved && sys::unread(&self.stream) == 0)
        });
        let Ok(piped) = piped else {
            self.reset = Reset::Read;
            return Some(Read::Reset);
        };
        piped.map(Read::Piped)
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Written {
        self.written(self.stream.try_write(bytes))
    }

    /// Has the kernel move what it has in hand.
    pub(super) fn write_piped(&mut self, piped: &mut Piped) -> Written {
        self.written(self.stream.try_io(Interest::WRITABLE, || piped.write(&*self.stream)))
    }

    fn written(&mut self, result: io::Result<usize>) -> Written {
        match result {
            Ok(length) => Written::Bytes(length),
            Err(error) if is_nothing(&error) => Written::Full,
            Err(_) => {
                self.notice_reset();
                Written::Gone
            }
        }
    }

    pub(super) fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<()> {
        // An error shows in the read that follows.
        self.stream.poll_read_ready(cx).map(|_| ())
    }

    pub(super) fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.stream.poll_write_ready(cx).map(|_| ())
    }

    /// Whether data waits that nobody reads; if not, the task is woken when some comes.
    pub(super) fn poll_waiting_data(&self, cx: &mut Context<'_>) -> Poll<()> {
        let waits = || sys::unread(&self.stream) > 0;
        if self.poll_readable(cx).is_pending() {
            return Poll::Pending;
        }
        if self.look(Interest::READABLE, waits) {
            return Poll::Ready(());
        }
        // The readiness was left over and is cleared now: asking again arms the waker. What came
        // meanwhile shows; an end of stream stays ready, and no data follows it.
        if self.poll_readable(cx).is_ready() && waits() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Whether something waits that nobody reads; if not, the task is woken when something comes.
    pub(super) fn poll_unread(&mut self, cx: &mut Context<'_>) -> Poll<Unread> {
        while self.reset == Reset::Unknown && self.poll_readable(cx).is_ready() {
            let mut byte = [MaybeUninit::uninit()];
            let peek = || SockRef::from(&*self.stream).peek(&mut byte);
            match self.stream.try_io(Interest::READABLE, peek) {
                // To whom it is lent may have read the reset, which looks like a clean end then.
                Ok(0) if !self.is_finished && self.stream.peer_addr().is_err() => {
                    self.notice_reset();
                }
                Ok(0) => return Poll::Ready(Unread::End),
                Ok(_) => return Poll::Ready(Unread::Data),
                Err(error) if is_nothing(&error) => {}
                Err(_) => self.notice_reset(),
            }
        }
        Poll::Pending
    }

    /// Whether its peer has sent the end of its stream or a reset, read or not.
    pub(super) fn has_left(&self) -> bool {
        let ready = pin!(self.stream.ready(Interest::READABLE));
        let ready = ready.poll(&mut Context::from_waker(Waker::noop()));
        let is_closed = matches!(ready, Poll::Ready(Ok(ready)) if ready.is_read_closed());
        is_closed || self.reset != Reset::Unknown
    }

    /// The socket, to be lent.
    pub(super) fn descriptor(&self) -> Descriptor {
        self.stream.clone()
    }

    /// Notices a reset while nobody reads: it shows as an error, ahead of data and of an end of
    /// stream that wait.
    pub(super) fn watch_for_reset(&mut self, cx: &mut Context<'_>) {
        while self.reset == Reset::Unknown {
            let stream = &self.stream;
            let watch = self.watch.get_or_insert_with(|| {
                let stream = stream.clone();
                Box::pin(async move { stream.ready(Interest::ERROR).await })
            });
            if watch.as_mut().poll(cx).is_pending() {
                return;
            }
            self.watch = None;
            if self.look(Interest::ERROR, || !matches!(self.stream.take_error(), Ok(None))) {
                self.notice_reset();
            }
        }
    }

    /// Whether there really is what the readiness says; it is cleared if not. The look takes place
    /// between the two, so that what comes meanwhile makes the socket ready anew.
    fn look(&self, interest: Interest, is_there: impl FnOnce() -> bool) -> bool {
        self.stream.try_io(interest, || is_nothing_left(!is_there())).is_ok()
    }

    fn notice_reset(&mut self) {
        if self.reset == Reset::Unknown {
            self.reset = Reset::Noticed;
        }
    }

    /// Ends the watch: the socket is being read again.
    pub(super) fn unwatch(&mut self) {
        self.watch = None;
    }

    /// Sends the end of stream.
    pub(super) fn finish(&mut self) {
        self.is_finished = true;
        // It fails on a connection that is gone, where there is nobody to tell.
        let _ = SockRef::from(&*self.stream).shutdown(Shutdown::Write);
    }

    /// Reads and discards until the peer ends its direction.
    pub(super) async fn drain(&mut self) {
        let mut buffer = vec![0; 16 * 1024];
        // Waiting before each read gives way to others when the peer sends without a pause.
        while self.stream.readable().await.is_ok() {
            match self.read(&mut buffer) {
                Read::Data(_) | Read::Piped(_) | Read::Nothing => {}
                Read::Fin | Read::Reset => return,
            }
        }
    }

    /// How many bytes the peer has not yet acknowledged, and may still; 0 where that is not known.
    pub(super) fn unsent(&self) -> usize {
        // Of a connection that its peer has reset, the system goes on counting what was lost.
        let is_gone = self.stream.peer_addr().is_err();
        if is_gone { 0 } else { sys::unsent(&self.stream).unwrap_or(0) }
    }

    /// Throws the connection away: the peer reads "connection reset".
    pub(super) fn reset(mut self) {
        sys::reset(&self.stream);
        self.reset = Reset::Given;
    }
}

impl Drop for Side {
    /// A duplicate of the descriptor that somebody holds would keep the connection open: to the
    /// peer it is to be as closed as by a close.
    fn drop(&mut self) {
        let is_over = self.is_finished && self.has_peer_finished;
        // What has been reset is over, and a FIN before the close would keep it from being reset.
        if self.reset == Reset::Unknown && !is_over {
            let _ = SockRef::from(&*self.stream).shutdown(Shutdown::Both);
        }
    }
}

/// What tells tokio whether a socket is ready any more. What comes later makes it ready anew.
fn is_nothing_left(is_nothing: bool) -> io::Result<()> {
    if is_nothing { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
}

fn is_nothing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn nothing_is_unsent_any_more_when_the_peer_has_reset_the_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let stream = TcpStream::connect(address).await.expect("a connection");
        let (peer, _) = listener.accept().await.expect("the same");
        let mut side = Side::new(stream);
        side.stream.writable().await.expect("it takes data");
        // More than the peer's system takes for it.
        while let Written::Bytes(_) = side.write(&[1; 4096]) {}
        assert!(side.unsent() > 0);
        peer.set_zero_linger().expect("a linger time");
        drop(peer);
        side.stream.ready(Interest::ERROR).await.expect("it is reset");
        assert_eq!(side.unsent(), 0);
    }
}
