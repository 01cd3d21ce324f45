//! The examples of `docs/when.md` do what stands beside them.

use std::fs;
use std::path::Path;

use chaosgate_faults::EntrySpec;
use chaosgate_faults::virtual_time::run;

#[test]
fn every_example_does_what_stands_beside_it() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/when.md");
    let page = fs::read_to_string(page).expect("the page");
    let blocks = page.split("```text\n").skip(1).map(|block| block.split("```").next());
    let lines: Vec<_> = blocks.flatten().flat_map(str::lines).collect();
    assert!(lines.len() > 10, "{lines:?}");
    for line in lines {
        let columns: Vec<_> =
            line.split("   ").map(str::trim).filter(|text| !text.is_empty()).collect();
        let [fault, input, output] = columns[..] else { panic!("{line}") };
        assert_eq!(run([fault.parse::<EntrySpec>().expect(fault)], input), output, "{line}");
    }
}
