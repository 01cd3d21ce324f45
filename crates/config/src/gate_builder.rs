//! What the gate of a configuration is made with.

use chaosgate::units::ByteSize;
use chaosgate::{
    AnyGate, Builder, Protocol as OfGate, Route, StartError, Tcp, TcpGate, Udp, UdpGate,
};
use tokio::runtime::Handle;

use crate::gate_config::GateConfig;
use crate::protocol::Protocol;

/// What a gate of either protocol is made with.
#[derive(Debug)]
pub enum GateBuilder {
    /// A gate for TCP.
    Tcp(Builder<Tcp>),
    /// A gate for UDP.
    Udp(Builder<Udp>),
}

impl GateBuilder {
    /// The runtime that the gate works on, and how many of the last descriptors it leaves to others, as far
    /// as its protocol knows of that.
    #[must_use]
    pub fn on(self, runtime: Handle, leaves: u64) -> Self {
        match self {
            GateBuilder::Tcp(builder) => {
                GateBuilder::Tcp(builder.runtime(runtime).leave_descriptors(leaves))
            }
            GateBuilder::Udp(builder) => GateBuilder::Udp(builder.runtime(runtime)),
        }
    }

    /// A gate that is yet to be started.
    ///
    /// # Errors
    ///
    /// As those of [`Builder::build`].
    pub fn build(self) -> Result<AnyGate, StartError> {
        Ok(match self {
            GateBuilder::Tcp(builder) => builder.build()?.into(),
            GateBuilder::Udp(builder) => builder.build()?.into(),
        })
    }
}

impl GateConfig {
    /// What the gate of this name is made with. Its faults and its way of accepting are to be set when it
    /// has been built, before it starts, so that no client meets it without them.
    pub fn builder(&self, name: &str) -> GateBuilder {
        let mut route = Route { name: name.to_owned(), ..Route::to(&self.upstream) };
        if let Some(listen) = &self.listen {
            route.listen.clone_from(listen);
        }
        match self.protocol {
            Protocol::Tcp => {
                let builder = self.for_either(TcpGate::builder(route));
                GateBuilder::Tcp(given(builder, self.on_dial_failure, Builder::on_dial_failure))
            }
            Protocol::Udp => {
                let builder = self.for_either(UdpGate::builder(route));
                GateBuilder::Udp(given(builder, self.idle, Builder::idle))
            }
        }
    }

    fn for_either<P: OfGate>(&self, builder: Builder<P>) -> Builder<P> {
        let builder = given(builder, self.seed, Builder::seed);
        let builder = given(builder, self.buffer.map(in_memory), Builder::buffer);
        given(builder, self.buffer_total.map(in_memory), Builder::buffer_total)
    }
}

/// The builder with a value, if there is one; else with its default.
fn given<B, T>(builder: B, value: Option<T>, set: impl FnOnce(B, T) -> B) -> B {
    match value {
        Some(value) => set(builder, value),
        None => builder,
    }
}

/// No more than the machine could address.
fn in_memory(size: ByteSize) -> usize {
    usize::try_from(size.get()).unwrap_or(usize::MAX)
}
