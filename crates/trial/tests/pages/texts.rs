use chaosgate::{EntrySpec, Route, SpecError, TcpGate};

#[test]
fn a_mobile_link_is_a_list_of_faults() -> Result<(), Box<dyn std::error::Error>> {
    let gate = TcpGate::builder(Route::to(crate::redis())).seed(7).start()?;
    let texts = ["latency:150ms,jitter=50ms", "bandwidth:1600kbit/s,scope=gate"];
    let faults: Result<Vec<EntrySpec>, SpecError> = texts.iter().map(|text| text.parse()).collect();
    gate.to_client().set(faults?)?;
    assert_eq!(gate.to_client().list().len(), 2);
    Ok(())
}
