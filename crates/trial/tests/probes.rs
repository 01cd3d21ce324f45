//! What each probe makes of an answer, and of none.

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use chaosgate_trial::{Dns, Exchange, Failure, HttpGet, Probe, observe};
use support::{that_answers, that_says};

/// There to end a test that fails.
const LIMIT: Duration = Duration::from_secs(10);

async fn answer(mut probe: impl Probe) -> Result<(), Failure> {
    observe(LIMIT, probe.ask()).await.answer
}

fn wrong(text: &str) -> Result<(), Failure> {
    Err(Failure::Wrong(text.to_owned()))
}

/// Where nobody listens.
fn nowhere() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").to_string()
}

#[tokio::test]
async fn a_function_is_a_probe() {
    assert_eq!(answer(|| async { Ok(()) }).await, Ok(()));
    assert_eq!(answer(|| async { Err(Failure::Closed) }).await, Err(Failure::Closed));
}

#[tokio::test]
async fn an_exchange_takes_the_very_bytes() {
    let server = that_says("+PONG").await.to_string();
    assert_eq!(answer(Exchange::new(&server, "PING", "+PONG")).await, Ok(()));
    let said = "5 bytes instead of 5, of which the first 1 are right";
    assert_eq!(answer(Exchange::new(&server, "PING", "+pong")).await, wrong(said));
    assert_eq!(answer(Exchange::new(nowhere(), "", "")).await, Err(Failure::Refused));
}

#[tokio::test]
async fn a_question_that_hangs_is_ended_at_its_limit_and_says_so() {
    let server = that_says("").await.to_string();
    let sight = observe(Duration::from_millis(50), Exchange::new(server, "?", "!").ask()).await;
    assert_eq!(sight.answer, Err(Failure::TimedOut));
    assert!(sight.took >= Duration::from_millis(50), "{sight}");
}

#[tokio::test]
async fn a_page_must_have_the_status_and_the_words() {
    let page = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nall well";
    let get = HttpGet::new(that_says(page).await.to_string(), "/health");
    assert_eq!(answer(get.clone()).await, Ok(()));
    assert_eq!(answer(HttpGet { contains: "well".to_owned(), ..get.clone() }).await, Ok(()));
    let ill = HttpGet { contains: "ill".to_owned(), ..get.clone() };
    assert_eq!(
        answer(HttpGet { contains: "bad".to_owned(), ..ill }).await,
        wrong("a body without \"bad\"")
    );
    let gone = HttpGet { status: 410, ..get.clone() };
    assert_eq!(answer(gone).await, wrong("status 200 instead of 410"));
    let short = HttpGet {
        limit: 10,
        ..HttpGet::new(that_says("HTTP/1.1 200 OK\r\n").await.to_string(), "/")
    };
    assert_eq!(answer(short).await, wrong("more than 10 bytes"));
    let other = HttpGet::new(that_says("+PONG\r\n").await.to_string(), "/");
    assert!(matches!(answer(other).await, Err(Failure::Wrong(_))));
}

#[tokio::test]
async fn a_name_must_have_an_address() {
    let ask = |server: SocketAddr| answer(Dns::new(server, "a.test").expect("a name"));
    let reply = |code: u8, records: u8| {
        move |question: &[u8]| {
            assert_eq!(&question[2..], b"\x01\0\0\x01\0\0\0\0\0\0\x01a\x04test\0\0\x01\0\x01");
            [&question[..2], &[0x81, code, 0, 1, 0, records, 0, 0, 0, 0]].concat()
        }
    };
    assert_eq!(ask(that_answers(reply(0, 1)).await).await, Ok(()));
    assert_eq!(ask(that_answers(reply(3, 0)).await).await, wrong("code 3, 0 records"));
    let echo = that_answers(<[u8]>::to_vec).await;
    assert_eq!(ask(echo).await, wrong("the question itself"));
}

#[tokio::test]
async fn an_answer_to_another_question_is_none() {
    let other = |question: &[u8]| {
        let number = [question[0], question[1] ^ 1];
        [&number, &[0x81, 0, 0, 1, 0, 1, 0, 0, 0, 0][..]].concat()
    };
    let mut dns = Dns::new(that_answers(other).await, "a.test").expect("a name");
    let sight = observe(Duration::from_millis(50), dns.ask()).await;
    assert_eq!(sight.answer, Err(Failure::TimedOut));
}

#[test]
fn what_cannot_be_a_name_is_refused() {
    let server = SocketAddr::from(([127, 0, 0, 1], 53));
    for name in ["", "a..test", &"a".repeat(64), &"a.".repeat(127).repeat(2)] {
        let error = Dns::new(server, name).expect_err(name);
        assert!(error.to_string().contains("labels of 1 to 63 bytes"), "{error}");
    }
    assert!(Dns::new(server, "a.test.").is_ok());
}
