//! The server that speaks HTTP.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};

use super::http::{Broken, Message, Wire};
use crate::demo::service::{Service, State};

/// Starts it on a free port of the loopback interface.
pub(super) async fn start() -> io::Result<Service> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    Ok(Service::start(listener.local_addr()?, |state| accept(listener, state)))
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(serve(stream, state.clone()))),
            // For want of descriptors, as a rule: trying again at once would spin.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve(stream: TcpStream, state: Arc<State>) {
    let _open = state.open();
    let Ok(mut wire) = Wire::new(stream) else { return };
    loop {
        let answer = match wire.receive(|length| state.count_read(length)).await {
            Ok(Message { start, is_last, body }) => match state.answer(&start, body) {
                Ok(value) => answer("200 OK", value, is_last),
                Err(status) => answer(status, Vec::new(), is_last),
            },
            Err(Broken::Malformed) => answer("400 Bad Request", Vec::new(), true),
            Err(Broken::Ended(_) | Broken::Failed(..)) => return,
        };
        if wire.send(&answer).await.is_err() || answer.is_last {
            return;
        }
    }
}

fn answer(status: &str, body: Vec<u8>, is_last: bool) -> Message {
    Message { start: format!("HTTP/1.1 {status}"), is_last, body }
}
