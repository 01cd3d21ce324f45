//! Connecting to the server.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::net::lookup_host;
use tokio::time::{Instant, Sleep, sleep};

use crate::route;

/// How long a dial may take, with all addresses of the host.
const LIMIT: Duration = Duration::from_secs(10);

/// How long an address that does not answer keeps the next one waiting (RFC 8305, 8).
const STAGGER: Duration = Duration::from_millis(250);

/// Why the server cannot be reached.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DialError {
    #[error("upstream {upstream} cannot be resolved: {source}")]
    Resolve { upstream: String, source: io::Error },
    #[error("upstream {upstream} has no address")]
    NoAddress { upstream: String },
    #[error("{address} cannot be reached: {source}")]
    Connect { address: SocketAddr, source: io::Error },
    #[error("upstream {upstream} did not answer within {LIMIT:?}")]
    TimedOut { upstream: String },
}

/// Resolves `upstream` and tries its addresses: the socket to the first that is connected, and the
/// addresses that have not been tried. The next one is tried when one has failed, or has not answered
/// for a while: others are not to wait for one that is silent (RFC 8305, 5). Who is late is given up.
pub(crate) async fn dial<S, C: Future<Output = io::Result<S>>>(
    upstream: &str,
    connect: impl FnMut(SocketAddr) -> C,
) -> Result<(S, VecDeque<SocketAddr>), DialError> {
    let dialled = async { Attempts::at(upstream, look_up(upstream).await?, connect).await };
    let timed_out = |_| DialError::TimedOut { upstream: upstream.to_owned() };
    tokio::time::timeout(LIMIT, dialled).await.map_err(timed_out)?
}

/// The addresses of a server, in the order in which the system would have them tried. The scope of an
/// address of IPv6 may be named, as in `[fe80::1%eth0]:80`.
async fn look_up(upstream: &str) -> Result<VecDeque<SocketAddr>, DialError> {
    let failed = |source| DialError::Resolve { upstream: upstream.to_owned(), source };
    let wrong = |reason| failed(io::Error::new(io::ErrorKind::InvalidInput, reason));
    let address = route::split(upstream).map_err(wrong)?;
    Ok(lookup_host(address).await.map_err(failed)?.collect())
}

/// Attempts at the addresses of a server, of which several may be under way.
struct Attempts<C, F> {
    upstream: String,
    /// Those that have not been tried.
    left: VecDeque<SocketAddr>,
    connect: F,
    under_way: Vec<(SocketAddr, Pin<Box<C>>)>,
    failed: Option<DialError>,
    /// When the next one is tried, whatever becomes of those that are under way.
    next: Pin<Box<Sleep>>,
}

impl<S, C, F> Attempts<C, F>
where
    C: Future<Output = io::Result<S>>,
    F: FnMut(SocketAddr) -> C,
{
    async fn at(
        upstream: &str,
        mut addresses: VecDeque<SocketAddr>,
        mut connect: F,
    ) -> Result<(S, VecDeque<SocketAddr>), DialError> {
        if let ([only], _) = addresses.as_slices() {
            // Nearly always, so without anything in a box.
            let (address, connected) = (*only, connect(*only).await);
            addresses.clear();
            let connected = connected.map(|socket| (socket, addresses));
            return connected.map_err(|source| DialError::Connect { address, source });
        }
        let mut attempts = Attempts {
            upstream: upstream.to_owned(),
            left: addresses,
            connect,
            under_way: Vec::new(),
            failed: None,
            next: Box::pin(sleep(Duration::ZERO)),
        };
        poll_fn(|cx| attempts.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(S, VecDeque<SocketAddr>), DialError>> {
        loop {
            let mut place = 0;
            while let Some((address, attempt)) = self.under_way.get_mut(place) {
                match attempt.as_mut().poll(cx) {
                    Poll::Ready(Ok(socket)) => {
                        return Poll::Ready(Ok((socket, std::mem::take(&mut self.left))));
                    }
                    Poll::Ready(Err(source)) => {
                        self.failed = Some(DialError::Connect { address: *address, source });
                        self.under_way.remove(place);
                    }
                    Poll::Pending => place += 1,
                }
            }
            let is_time = self.under_way.is_empty() || self.next.as_mut().poll(cx).is_ready();
            match if is_time { self.left.pop_front() } else { None } {
                Some(address) => {
                    self.under_way.push((address, Box::pin((self.connect)(address))));
                    self.next.as_mut().reset(Instant::now() + STAGGER);
                }
                None if self.under_way.is_empty() => {
                    let none = || DialError::NoAddress { upstream: self.upstream.clone() };
                    return Poll::Ready(Err(self.failed.take().unwrap_or_else(none)));
                }
                None => return Poll::Pending,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::future::pending;

    use super::*;

    /// What an address does, of which there is one for each port from 1 on.
    #[derive(Clone, Copy)]
    enum Behaves {
        Answers,
        Refuses,
        IsSilent,
        AnswersAfter(Duration),
    }
    use Behaves::{Answers, AnswersAfter, IsSilent, Refuses};

    fn at(port: usize) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], u16::try_from(port).expect("a port")))
    }

    /// Which address is connected, after what time, and when each was tried.
    async fn dialled(
        addresses: &[Behaves],
    ) -> (Result<SocketAddr, DialError>, Duration, Vec<Duration>) {
        let (begin, tried) = (Instant::now(), RefCell::new(Vec::new()));
        let connect = |address: SocketAddr| {
            tried.borrow_mut().push(begin.elapsed());
            let behaves = addresses[usize::from(address.port()) - 1];
            async move {
                match behaves {
                    Answers => {}
                    Refuses => return Err(io::ErrorKind::ConnectionRefused.into()),
                    IsSilent => pending().await,
                    AnswersAfter(time) => sleep(time).await,
                }
                Ok(address)
            }
        };
        let all = (1..=addresses.len()).map(at).collect();
        let dialling = tokio::time::timeout(LIMIT, Attempts::at("h:1", all, connect));
        let dialled = dialling.await.unwrap_or(Err(DialError::TimedOut { upstream: "h:1".into() }));
        (dialled.map(|(address, _)| address), begin.elapsed(), tried.take())
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_silent_does_not_eat_the_time_of_the_next() {
        let (address, took, tried) = dialled(&[IsSilent, IsSilent, Answers, Answers]).await;
        assert_eq!(address.expect("the third"), at(3));
        assert_eq!(took, 2 * STAGGER);
        assert_eq!(tried, [Duration::ZERO, STAGGER, 2 * STAGGER]);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_refuses_gives_way_at_once() {
        let (address, took, _) = dialled(&[Refuses, Refuses, Answers]).await;
        assert_eq!((address.expect("the third"), took), (at(3), Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn who_answers_late_is_still_the_first_if_nobody_else_has() {
        let late = AnswersAfter(STAGGER + STAGGER / 2);
        let (address, took, tried) = dialled(&[late, IsSilent]).await;
        assert_eq!((address.expect("the first"), took), (at(1), STAGGER + STAGGER / 2));
        assert_eq!(tried.len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn if_none_can_be_reached_the_last_that_failed_is_named() {
        let (error, took, _) = dialled(&[Refuses, Refuses]).await;
        let error = error.expect_err("nobody answers").to_string();
        assert_eq!(
            (error.as_str(), took),
            ("127.0.0.1:2 cannot be reached: connection refused", Duration::ZERO)
        );
        let (error, took, _) = dialled(&[IsSilent, Refuses, IsSilent]).await;
        assert!(matches!(error, Err(DialError::TimedOut { .. })));
        assert_eq!(took, LIMIT);
    }

    #[tokio::test]
    async fn a_host_without_an_address_is_told() {
        let connect = |_| pending::<io::Result<()>>();
        let error = Attempts::at("h:1", VecDeque::new(), connect).await.expect_err("no address");
        assert!(matches!(error, DialError::NoAddress { .. }));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_scope_of_an_address_may_be_named() {
        let found = look_up("[fe80::1%lo]:80").await.expect("an address");
        let Some(SocketAddr::V6(address)) = found.front() else { panic!("{found:?}") };
        assert_ne!(address.scope_id(), 0);
    }
}
