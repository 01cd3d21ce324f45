//! Random faults that end a connection, each in every way that it can.

use chaosgate_faults::units::ByteSize;
use chaosgate_faults::virtual_time::ms;
use chaosgate_faults::{
    At, Blackhole, CloseOnData, Ends, EntrySpec, FaultSpec, How, Idle, Lifetime, LimitBytes, Of,
    OnRemoval, Reset, Scope, Since, Then, Unsent,
};
use proptest::prelude::*;
use proptest::sample::select;

/// A fault that may end the connection.
pub(crate) fn closer() -> impl Strategy<Value = EntrySpec> {
    prop_oneof![
        (size(), how(), scope())
            .prop_map(|(bytes, how, scope)| LimitBytes { bytes, scope, how }.into()),
        (size(), how()).prop_map(|(after, how)| CloseOnData { how, after }.into()),
        (time(), select(vec![0, 20]), since(), at(), how()).prop_map(
            |(timeout, jitter, since, at, how)| {
                let (timeout, jitter) = (ms(timeout), ms(jitter));
                Lifetime { timeout, jitter, since, at, how }.into()
            }
        ),
        idle(),
        (time(), since()).prop_map(|(after, since)| Reset { after: ms(after), since }.into()),
        blackhole(),
    ]
}

/// Whether it may take something out of a stream that goes on.
pub(crate) fn discards(entry: &EntrySpec) -> bool {
    match entry.fault() {
        FaultSpec::Blackhole(blackhole) => match blackhole.data {
            Some(data) => data == Unsent::Discard,
            None => blackhole.ends == Ends::Pass,
        },
        _ => false,
    }
}

fn idle() -> impl Strategy<Value = EntrySpec> {
    let then = select(vec![Then::Fin, Then::Reset, Then::Blackhole]);
    (time(), select(vec![Of::Both, Of::This]), at(), then)
        .prop_map(|(timeout, of, at, then)| Idle { timeout: ms(timeout), of, at, then }.into())
}

fn blackhole() -> impl Strategy<Value = EntrySpec> {
    let on_removal = select(vec![OnRemoval::Keep, OnRemoval::Fin, OnRemoval::Reset]);
    let ends = select(vec![Ends::Swallow, Ends::Pass]);
    let data = prop::option::of(select(vec![Unsent::Hold, Unsent::Discard]));
    (data, ends, prop::option::of(time()), since(), how(), on_removal).prop_map(
        |(data, ends, close_after, since, how, on_removal)| {
            let close_after = close_after.map(ms);
            let ends = if data == Some(Unsent::Hold) { Ends::Swallow } else { ends };
            Blackhole { data, ends, close_after, since, how, on_removal }.into()
        },
    )
}

fn size() -> impl Strategy<Value = ByteSize> {
    prop_oneof![select(vec![0, 1, 100]), 0..1_000_u64].prop_map(ByteSize::new)
}

/// So many milliseconds. The values are few, so that several things often happen in one moment.
fn time() -> impl Strategy<Value = u64> {
    select(vec![0, 10, 50, 100])
}

fn how() -> impl Strategy<Value = How> {
    select(vec![How::Fin, How::Reset])
}

fn scope() -> impl Strategy<Value = Scope> {
    select(vec![Scope::Connection, Scope::Gate])
}

fn since() -> impl Strategy<Value = Since> {
    select(vec![Since::Met, Since::Connect, Since::FirstData])
}

fn at() -> impl Strategy<Value = At> {
    select(vec![At::Expiry, At::NextData])
}
