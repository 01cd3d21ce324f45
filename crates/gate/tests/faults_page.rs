//! The examples of `docs/faults.md` in Rust are the faults that stand beside them.
//!
//! Made by `cargo xtask codegen` from the catalogue.

use std::error::Error;
use std::time::Duration;

use chaosgate::units::{ByteSize, Count, NonZeroByteSize, Ratio};
use chaosgate::*;

#[test]
#[rustfmt::skip]
fn an_example_in_rust_is_that_of_the_command_line() -> Result<(), Box<dyn Error>> {
    let examples: &[(EntrySpec, &str)] = &[
        (Pass {}.into(), "pass"),
        (Stall {}.into(), "stall"),
        (Drop::default().into(), "drop"),
        (Blackhole { close_after: Some(Duration::from_secs(5)), how: How::Reset, ..Blackhole::default() }.into(), "blackhole:close_after=5s,how=reset"),
        (Latency { jitter: Duration::from_millis(10), ..Latency::new(Duration::from_millis(100)) }.into(), "latency:delay=100ms,jitter=10ms"),
        (Bandwidth { burst: Some(ByteSize::new(10000)), ..Bandwidth::new("1MB/s")? }.into(), "bandwidth:rate=1MB/s,burst=10kB"),
        (Slice { variation: ByteSize::new(3), pause: Duration::from_millis(1), ..Slice::new(10)? }.into(), "slice:size=10B,variation=3B,pause=1ms"),
        (Coalesce { size: ByteSize::new(4096), max_wait: Duration::from_millis(200) }.into(), "coalesce:size=4KiB,max_wait=200ms"),
        (Corrupt { ratio: Ratio::new(0.01)?, how: Corruption::Random }.into(), "corrupt:ratio=0.01,how=random"),
        (Loss { ratio: Ratio::new(0.05)?, correlation: Ratio::new(0.25)? }.into(), "loss:ratio=0.05,correlation=0.25"),
        (BurstLoss::new(0.00337, 0.333)?.into(), "burst_loss:good_to_bad=0.00337,bad_to_good=0.333"),
        (Duplicate { ratio: Ratio::new(0.05)?, copies: Count::new(2)? }.into(), "duplicate:ratio=0.05,copies=2"),
        (Reorder { gap: Some(Count::new(3)?), ..Reorder::new(0.02)? }.into(), "reorder:ratio=0.02,gap=3"),
        (Truncate { size: ByteSize::new(512), how: TooLarge::Drop }.into(), "truncate:size=512B,how=drop"),
        (CloseOnData { how: How::Reset, after: ByteSize::new(1000) }.into(), "close_on_data:how=reset,after=1kB"),
        (LimitBytes { how: How::Reset, ..LimitBytes::new(65536) }.into(), "limit_bytes:bytes=64KiB,how=reset"),
        (Lifetime { jitter: Duration::from_millis(500), how: How::Reset, ..Lifetime::new(Duration::from_secs(2)) }.into(), "lifetime:timeout=2s,jitter=500ms,how=reset"),
        (Idle { at: At::NextData, then: Then::Reset, ..Idle::new(Duration::from_secs(30)) }.into(), "idle:timeout=30s,at=next_data,then=reset"),
        (SlowClose { delay: Duration::from_secs(5) }.into(), "slow_close:delay=5s"),
        (Reset { after: Duration::from_millis(100), since: Since::FirstData }.into(), "reset:after=100ms,since=first_data"),
        (EntrySpec::new(Latency::new(Duration::from_secs(1))).named("slow").with_probability(Ratio::new(0.05)?).lasting(Duration::from_secs(30)).connections("2..5".parse()?).client("10.0.0.0/8".parse()?).start_after(Duration::from_millis(500)).after_bytes(ByteSize::new(1000)).on("COMMIT".parse()?).on_other("BEGIN".parse()?).nth("2".parse()?).span("match".parse()?).times(Count::new(3)?).match_size(NonZeroByteSize::new(1000)?).match_wait(Duration::from_millis(50)), "latency:delay=1s,name=slow,probability=5%,for=30s,connections=2..5,client=10.0.0.0/8,start_after=500ms,after_bytes=1kB,on=COMMIT,on_other=BEGIN,nth=2,span=match,times=3,match_size=1kB,match_wait=50ms"),
    ];
    for (in_rust, written) in examples {
        assert_eq!(*in_rust, written.parse()?);
    }
    Ok(())
}
