//! The server that answers datagrams.

use std::io;
use std::sync::Arc;

use tokio::net::UdpSocket;

use super::datagram::{Datagram, LARGEST};
use crate::demo::service::{Service, State};

/// Starts it on a free port of the loopback interface.
pub(super) async fn start() -> io::Result<Service> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    Ok(Service::start(socket.local_addr()?, |state| serve(socket, state)))
}

/// Answers the questions one by one, in the order in which they come. What is no question gets no
/// answer.
async fn serve(socket: UdpSocket, state: Arc<State>) {
    let mut buffer = vec![0; LARGEST];
    loop {
        // An error would be of an answer whose client has gone.
        let Ok((length, client)) = socket.recv_from(&mut buffer).await else { continue };
        state.count_read(length);
        let datagram = Datagram::read(&buffer[..length]);
        let Some(question) = datagram.filter(|datagram| !datagram.is_answer) else { continue };
        let Datagram { id, request, value, .. } = question;
        let value = state.answer(&request, value).unwrap_or_default();
        let answer = Datagram { id, is_answer: true, request, value };
        // What is lost is asked for again.
        let _ = socket.send_to(&answer.to_bytes(), client).await;
    }
}
