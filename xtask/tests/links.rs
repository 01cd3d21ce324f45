//! Every link in a document of the repository leads somewhere.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// What a document links to, and the anchors that it has.
#[derive(Default)]
struct Document {
    links: Vec<String>,
    anchors: Vec<String>,
}

impl Document {
    fn read(text: &str) -> Self {
        let mut document = Document::default();
        let mut heading: Option<String> = None;
        for event in Parser::new_ext(text, pulldown_cmark::Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    document.links.push(dest_url.into_string());
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    document.anchors.extend(heading.take().map(|heading| anchor(&heading)));
                }
                Event::Text(part) | Event::Code(part) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&part);
                    }
                }
                _ => {}
            }
        }
        document
    }
}

/// The name that a heading has in an address, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || [' ', '-', '_'].contains(letter);
    heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
}

/// All documents below the directory, but those of others and what is built.
fn documents(directory: &Path, found: &mut HashMap<PathBuf, Document>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        let is_ours = !name.starts_with('.') && !["target", "node_modules"].contains(&&*name);
        if path.is_dir() && is_ours {
            documents(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let text = fs::read_to_string(&path).unwrap();
            found.insert(path.canonicalize().unwrap(), Document::read(&text));
        }
    }
}

#[test]
fn every_link_of_a_document_leads_to_a_file_and_a_heading_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut all = HashMap::new();
    documents(root, &mut all);
    let mut followed = 0;
    for (path, document) in &all {
        for link in document.links.iter().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let beside = path.parent().unwrap().join(file);
            let target = if file.is_empty() { path.clone() } else { beside };
            let told = format!("{} links to {link}", path.display());
            assert!(target.exists(), "{told}, which is not there");
            if !anchor.is_empty() {
                let anchors = &all[&target.canonicalize().unwrap()].anchors;
                assert!(anchors.iter().any(|one| one == anchor), "{told}: {anchors:?}");
            }
            followed += 1;
        }
    }
    assert!(followed > 50, "only {followed} links");
}

#[test]
fn a_link_is_found_in_text_and_tables_and_not_in_code() {
    let document =
        Document::read("[a](b.md#c) `[d](e)`\n\n| [`f`](#g) |\n|---|\n\n```\n[h](i)\n```\n");
    assert_eq!(document.links, ["b.md#c", "#g"]);
}

#[test]
fn an_anchor_is_the_heading_in_small_letters_with_hyphens() {
    let document = Document::read("## How to *add* a `fault`, or two\n\ntext\n\n# burst_loss\n");
    assert_eq!(document.anchors, ["how-to-add-a-fault-or-two", "burst_loss"]);
}
