//! A gate, of either protocol.

use chaosgate::{
    Accepting, AnyGate, How, OpenConnections, Protocol, StartError, Tcp, Udp, WaitError,
};
use pyo3::prelude::*;

use crate::engine::{Inherited, runtime};
use crate::error;
use crate::faults::Faults;
use crate::options::Options;
use crate::values::Time;
use crate::wait::Wait;

/// A gate between clients and a server.
#[pyclass(frozen, weakref, module = "chaosgate._engine")]
pub(crate) struct Gate {
    gate: Inherited<AnyGate>,
}

impl Gate {
    fn new<P: Protocol>(
        py: Python<'_>,
        made: Result<chaosgate::Gate<P>, StartError>,
    ) -> PyResult<Self> {
        let gate = made.map_err(|refused| error::start(py, &refused))?;
        Ok(Gate { gate: Inherited::new(gate.into()) })
    }

    fn gate(&self) -> PyResult<&AnyGate> {
        self.gate.get()
    }

    /// Begins to wait for what `condition` waits for.
    fn wait<F>(&self, condition: impl FnOnce(AnyGate) -> F) -> PyResult<Wait>
    where
        F: Future<Output = Result<(), WaitError>> + Send + 'static,
    {
        let met = condition(self.gate()?.clone());
        Wait::begin(&runtime()?, async move {
            met.await.map_err(|error| Box::new(move |py: Python<'_>| error::wait(py, &error)) as _)
        })
    }
}

#[pymethods]
impl Gate {
    // Making, starting and stopping.

    #[staticmethod]
    fn tcp(py: Python<'_>, options: Options, on_dial_failure: &Bound<'_, PyAny>) -> PyResult<Self> {
        let how: How = pythonize::depythonize(on_dial_failure)?;
        Gate::new(py, options.builder::<Tcp>()?.on_dial_failure(how).build())
    }

    #[staticmethod]
    fn udp(py: Python<'_>, options: Options, idle: Time) -> PyResult<Self> {
        Gate::new(py, options.builder::<Udp>()?.idle(idle.0).build())
    }

    /// Listens. A host name is looked up here, which may take a while.
    fn start(&self, py: Python<'_>) -> PyResult<()> {
        let gate = self.gate()?;
        py.detach(|| gate.start()).map_err(|refused| error::start(py, &refused))
    }

    fn stop(&self) -> PyResult<()> {
        self.gate()?.stop();
        Ok(())
    }

    /// Begins to wait until the peers of all that was closed have been told.
    fn wait_told(&self) -> PyResult<Wait> {
        self.wait(|gate| async move {
            gate.wait_told().await;
            Ok(())
        })
    }

    /// Begins to wait until every socket of every client has been closed.
    fn wait_closed(&self, within: Time) -> PyResult<Wait> {
        let gate = self.gate()?.clone();
        Wait::begin(&runtime()?, async move {
            let waited = tokio::time::timeout(within.0, gate.wait_closed()).await;
            waited.map_err(|_| Box::new(move |py: Python<'_>| error::still_open(py, within.0)) as _)
        })
    }

    /// Goes on between other addresses. A host name to listen on is looked up here.
    fn reroute(
        &self,
        py: Python<'_>,
        listen: Option<&str>,
        upstream: Option<&str>,
        open_connections: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let open = match open_connections.extract()? {
            "stay" => OpenConnections::Stay,
            _ => OpenConnections::End(pythonize::depythonize(open_connections)?),
        };
        let gate = self.gate()?;
        let moved = py.detach(|| gate.reroute(listen, upstream, open));
        moved.map_err(|refused| error::start(py, &refused))
    }

    #[getter]
    fn is_running(&self) -> PyResult<bool> {
        Ok(self.gate()?.is_running())
    }

    #[getter]
    fn seed(&self) -> PyResult<u64> {
        Ok(self.gate()?.seed())
    }

    /// Begins a series of draws.
    fn begin_series(&self, seed: u64) -> PyResult<()> {
        self.gate()?.begin_series(seed);
        Ok(())
    }

    /// Where clients connect; none before the first start.
    #[getter]
    fn addresses(&self) -> PyResult<Vec<(String, u16)>> {
        let addresses = self.gate()?.addresses();
        Ok(addresses.iter().map(|at| (at.ip().to_string(), at.port())).collect())
    }

    // How it fails, and heals.

    #[getter]
    fn to_server(&self) -> PyResult<Faults> {
        Ok(Faults::new(self.gate()?.to_server()))
    }

    #[getter]
    fn to_client(&self) -> PyResult<Faults> {
        Ok(Faults::new(self.gate()?.to_client()))
    }

    #[getter]
    fn both(&self) -> PyResult<Faults> {
        Ok(Faults::new(self.gate()?.both()))
    }

    #[getter]
    fn accepting(&self) -> PyResult<&'static str> {
        Ok(self.gate()?.accepting().as_str())
    }

    fn set_accepting(&self, py: Python<'_>, accepting: &Bound<'_, PyAny>) -> PyResult<()> {
        let accepting: Accepting = pythonize::depythonize(accepting)?;
        let gate = self.gate()?;
        // Where connects are to time out, it waits a moment for the kernel.
        let changed = py.detach(|| gate.set_accepting(accepting));
        changed.map_err(|refused| error::accepting(py, &refused))
    }

    fn heal(&self, py: Python<'_>) -> PyResult<()> {
        let gate = self.gate()?;
        py.detach(|| gate.heal()).map_err(|refused| error::accepting(py, &refused))
    }

    /// Closes all connections, or the oldest of them; gives their number.
    fn close_connections(&self, how: &Bound<'_, PyAny>, count: Option<usize>) -> PyResult<usize> {
        let how: How = pythonize::depythonize(how)?;
        let gate = self.gate()?;
        Ok(count.map_or_else(|| gate.close_connections(how), |count| gate.close_some(count, how)))
    }

    /// Closes the connection of this number; whether there was one.
    fn close_connection(&self, number: u64, how: &Bound<'_, PyAny>) -> PyResult<bool> {
        let how: How = pythonize::depythonize(how)?;
        Ok(self.gate()?.close_connection(number, how))
    }

    // What is seen of it.

    fn connections<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(pythonize::pythonize(py, &self.gate()?.connections())?)
    }

    #[getter]
    fn connection_count(&self) -> PyResult<usize> {
        Ok(self.gate()?.connection_count())
    }

    fn totals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(pythonize::pythonize(py, &self.gate()?.totals())?)
    }

    /// How many seconds ago it was made, which is the clock of its events.
    #[getter]
    fn age(&self) -> PyResult<f64> {
        Ok(self.gate()?.age().as_secs_f64())
    }

    /// How many events it has had, which is the number of the last one.
    #[getter]
    fn event_count(&self) -> PyResult<u64> {
        Ok(self.gate()?.events().last().map_or(0, |event| event.number))
    }

    /// Those of the last 1,000 events that came after the one of this number, each with its line of a
    /// timeline as `text`.
    fn events_since<'py>(&self, py: Python<'py>, number: u64) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let events = self.gate()?.events_since(number);
        let fields = events.iter().map(|event| {
            let fields = pythonize::pythonize(py, event)?;
            fields.set_item("text", event.to_string())?;
            Ok(fields)
        });
        fields.collect()
    }

    /// The last 1,000 events, a line each.
    #[getter]
    fn timeline(&self) -> PyResult<String> {
        Ok(self.gate()?.timeline())
    }

    /// Begins to wait until so many connections stand.
    fn wait_for_connections(&self, wanted: usize, within: Time) -> PyResult<Wait> {
        self.wait(|gate| async move { gate.wait_for_connections(wanted, within.0).await })
    }

    /// Begins to wait until none stands.
    fn wait_for_no_connections(&self, within: Time) -> PyResult<Wait> {
        self.wait(|gate| async move { gate.wait_for_no_connections(within.0).await })
    }
}
