//! The pages of the documentation: their tests in Rust run, and their faults are what they say.
//!
//! | page | what of it |
//! |---|---|
//! | `README.md`, `docs/rust.md` | the tests: each is a file beside this one, with a server of its own in place of the Redis |
//! | `README.md` | the conditions, in `conditions.rs` |
//! | `docs/failures.md` | the faults for each failure, in `failures.rs` |

mod blocking;
mod conditions;
mod failures;
mod redis;
mod suite;
mod texts;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

/// What stands on a page.
fn page(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(name)).expect("the page")
}

/// The cells of each row of the table that follows this text.
fn table<'a>(page: &'a str, after: &str) -> Vec<Vec<&'a str>> {
    let (_, text) = page.split_once(after).expect("what stands before the table");
    let rows = text.lines().skip_while(|line| !line.starts_with('|'));
    let rows = rows.take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// Where a server is that answers as Redis does to a `PING`.
fn redis() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address").to_string();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            thread::spawn(move || {
                while client.read_exact(&mut [0; "PING\r\n".len()]).is_ok() {
                    client.write_all(b"+PONG\r\n")?;
                }
                std::io::Result::Ok(())
            });
        }
    });
    address
}

#[test]
fn each_test_in_rust_is_a_file_that_is_run() {
    for (page_name, count) in [("README.md", 1), ("docs/rust.md", 3)] {
        let page = page(page_name);
        let blocks: Vec<_> = page.split("```rust\n// tests/").skip(1).collect();
        assert_eq!(blocks.len(), count, "{page_name}: a block begins with the name of its file");
        assert_eq!(page.matches("```rust").count(), count, "{page_name}");
        for block in blocks {
            let (name, code) = block.split_once('\n').expect("a name and code");
            let code = code.split("```").next().expect("code");
            let code = code.replace("\"localhost:6379\"", "crate::redis()");
            let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
            let file = fs::read_to_string(tests.join(name)).expect(name);
            assert_eq!(code, file, "{page_name}: {name}");
            let module = format!("\nmod {};\n", name.trim_end_matches(".rs"));
            assert!(include_str!("main.rs").contains(&module), "{name} is not run");
        }
    }
}
