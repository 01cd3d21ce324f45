//! What is asked of a name server, and what of one that asks it.

use std::time::Duration;

use chaosgate_testkit::Dns;
use chaosgate_trial::Failure;

use crate::gated::Client;

/// A question whose answer is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// The address of the host with this number.
    Host(u8),
    /// A text that is too large for a datagram of 512 bytes.
    Large,
}

impl Question {
    /// The name that is asked for, to the root.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Host(number) => Dns::host(number) + ".",
            Self::Large => Dns::LARGE.to_owned() + ".",
        }
    }

    /// The kind of record that is asked for.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Host(_) => "A",
            Self::Large => "TXT",
        }
    }

    /// The right answer: an address, or the strings of a text without anything between them.
    fn answer(self) -> String {
        match self {
            Self::Host(number) => Dns::address(number).to_string(),
            Self::Large => Dns::large().concat(),
        }
    }
}

/// One that asks a name server over UDP, and keeps no answer.
pub trait Resolver: Client {
    /// Whether it hears of it that nobody has the port: a socket that is not connected does not.
    const HEARS_REFUSALS: bool;

    /// Asks, and gives up after `patience`. Gives the answer as it is written in [`Question`].
    fn look_up(
        &self,
        question: Question,
        patience: Duration,
    ) -> impl Future<Output = Result<String, Failure>> + Send;

    /// Asks, and checks the answer.
    fn ask(
        &self,
        question: Question,
        patience: Duration,
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        async move {
            let answer = self.look_up(question, patience).await?;
            Failure::unless_same(answer, question.answer())
        }
    }
}
