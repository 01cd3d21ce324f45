//! No files of a crate import each other in a ring: what two need stands where both may look.
//!
//! Read from the text: paths that begin with `crate`, `super`, `self` or a module beside the file. What a
//! module only passes on, by `pub use`, is looked up where it comes from. Code for tests does not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The way from the root of a crate to a module.
type Module = Vec<String>;

/// The modules of a crate, each with what its file says.
#[derive(Default)]
struct Sources(BTreeMap<Module, Source>);

struct Source {
    file: PathBuf,
    /// The paths that the file uses, as they are written.
    used: Vec<Module>,
    /// What it passes on, and under which name.
    passed_on: Vec<(String, Module)>,
}

impl Sources {
    fn read(root: &Path) -> Self {
        let mut sources = Sources::default();
        sources.add(root, &[]);
        sources
    }

    fn add(&mut self, directory: &Path, module: &[String]) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                self.add(&path, &[module, &[stem]].concat());
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let is_own = ["lib", "main", "mod"].contains(&stem.as_str());
                let name = if is_own { module.to_vec() } else { [module, &[stem]].concat() };
                self.0.insert(name, Source::read(path));
            }
        }
    }

    /// The module that a path leads to, from the file of another.
    fn target(&self, from: &[String], path: &[String]) -> Option<Module> {
        let beside = [from, &path[..1]].concat();
        let (mut module, rest): (Module, _) = match path[0].as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "self" => (from.to_vec(), &path[1..]),
            "super" => {
                let up = path.iter().take_while(|step| *step == "super").count();
                (from[..from.len().checked_sub(up)?].to_vec(), &path[up..])
            }
            _ if self.0.contains_key(&beside) => (from.to_vec(), path),
            _ => return None,
        };
        // What is no module and not passed on stands there itself.
        for (number, step) in rest.iter().enumerate() {
            let further = [module.as_slice(), std::slice::from_ref(step)].concat();
            if self.0.contains_key(&further) {
                module = further;
                continue;
            }
            let passed_on = &self.0.get(&module)?.passed_on;
            let Some((_, origin)) = passed_on.iter().find(|(name, _)| name == step) else { break };
            let origin = [origin.as_slice(), &rest[number + 1..]].concat();
            return self.target(&module, &origin);
        }
        Some(module)
    }

    /// What a file looks at by this path: a module that is imported itself stands for all that it passes on.
    fn looked_at(&self, from: &[String], path: &[String]) -> Vec<Module> {
        let Some(module) = self.target(from, path) else { return Vec::new() };
        let is_module = path.last() == module.last();
        let passed_on = self.0[&module].passed_on.iter().filter(|_| is_module);
        let further = passed_on.filter_map(|(_, origin)| self.target(&module, origin));
        further.chain([module.clone()]).collect()
    }

    /// Which modules look at which.
    fn arrows(&self) -> BTreeMap<&Module, BTreeSet<Module>> {
        let of = |(module, source): (&Module, &Source)| {
            let targets = source.used.iter().flat_map(|path| self.looked_at(module, path));
            targets.filter(|target| target != module).collect()
        };
        self.0.iter().map(|(module, source)| (module, of((module, source)))).collect()
    }

    /// A ring, if there is one, from a module to itself again.
    fn ring(&self) -> Option<Vec<&Path>> {
        let arrows = self.arrows();
        let mut done = BTreeSet::new();
        let mut way = Vec::new();
        for module in arrows.keys() {
            if walk(module, &arrows, &mut done, &mut way) {
                let begin = way.iter().position(|step| Some(step) == way.last())?;
                return Some(way[begin..].iter().map(|step| &*self.0[step].file).collect());
            }
        }
        None
    }
}

/// Whether a ring is found from here on; `way` then ends where it has been before.
fn walk(
    module: &Module,
    arrows: &BTreeMap<&Module, BTreeSet<Module>>,
    done: &mut BTreeSet<Module>,
    way: &mut Vec<Module>,
) -> bool {
    let is_ring = way.contains(module);
    way.push(module.clone());
    if is_ring {
        return true;
    }
    if done.insert(module.clone())
        && arrows[module].iter().any(|next| walk(next, arrows, done, way))
    {
        return true;
    }
    way.pop();
    false
}

impl Source {
    fn read(file: PathBuf) -> Self {
        let code = code(&fs::read_to_string(&file).unwrap());
        let (mut used, mut passed_on) = (Vec::new(), Vec::new());
        for statement in code.split_inclusive([';', '{', '}']) {
            let statement = statement.trim_start();
            let Some((before, _)) = statement.split_once("use ") else { continue };
            let Some(is_passed_on) = import(before) else { continue };
            let place = before.len();
            // A tree has braces of its own, so it is read from the whole text.
            let begin = statement.as_ptr().addr() - code.as_ptr().addr() + place + "use ".len();
            let tree = code[begin..].split(';').next().unwrap_or_default();
            let mut paths = Vec::new();
            tree_paths(tree, &mut Vec::new(), &mut paths);
            if is_passed_on {
                passed_on.extend(
                    paths.into_iter().filter_map(|path| Some((path.last()?.clone(), path))),
                );
            } else {
                used.extend(paths);
            }
        }
        // Of an import's tree only the stem is left here.
        let words = code.split(|letter: char| !letter.is_alphanumeric() && !"_:".contains(letter));
        let words = words.filter(|word| !word.ends_with(':'));
        let paths = words.filter(|word| word.starts_with("crate::") || word.starts_with("super::"));
        used.extend(paths.map(|path| path.split("::").map(str::to_owned).collect()));
        Source { file, used, passed_on }
    }
}

/// Whether this before `use` makes it an import that is passed on, or one of the file's own.
fn import(before: &str) -> Option<bool> {
    match before.lines().last().unwrap_or_default().trim() {
        "" => Some(false),
        "pub" | "pub(crate)" | "pub(super)" => Some(true),
        other => other.starts_with("pub(in ").then_some(true),
    }
}

/// All paths of the tree of an import.
fn tree_paths(tree: &str, prefix: &mut Module, paths: &mut Vec<Module>) {
    let length = prefix.len();
    let (mut depth, mut begin) = (0_usize, 0);
    let mut branches = Vec::new();
    for (place, letter) in tree.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                branches.push(&tree[begin..place]);
                begin = place + 1;
            }
            _ => {}
        }
    }
    branches.push(&tree[begin..]);
    for branch in branches.into_iter().map(str::trim).filter(|branch| !branch.is_empty()) {
        let (path, inner) = match branch.split_once('{') {
            Some((path, inner)) => (path, inner.rsplit_once('}').map(|(inner, _)| inner)),
            None => (branch, None),
        };
        let path = path.split(" as ").next().unwrap_or_default();
        let steps = path.split("::").map(str::trim).filter(|step| !step.is_empty() && *step != "*");
        prefix.extend(steps.map(str::to_owned));
        match inner {
            Some(inner) => tree_paths(inner, prefix, paths),
            None => paths.push(
                prefix
                    .iter()
                    .filter(|step| *step != "self" || prefix[0] == "self")
                    .cloned()
                    .collect(),
            ),
        }
        prefix.truncate(length);
    }
}

/// The code of a file, without comments and without what is for tests.
fn code(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.split("//").next().unwrap_or_default();
        if line.trim_start().starts_with("#[cfg(") && line.contains("test") {
            let item = lines.next().unwrap_or_default();
            // Tests stand at the end; another item for them is an import, or has no arrows of its own.
            if item.trim_start().starts_with("mod ") && item.ends_with('{') {
                break;
            }
            continue;
        }
        code.push_str(line);
        code.push('\n');
    }
    // Who may look is no import.
    code.replace("(in crate::", "(in ").replace("(in super::", "(in ")
}

#[test]
fn no_files_of_a_crate_import_each_other_in_a_ring() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let crates = fs::read_dir(root.join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let mut rings = Vec::new();
    for source in crates.chain([root.join("xtask")]).map(|one| one.join("src")) {
        if let Some(ring) = Sources::read(&source).ring() {
            let files: Vec<_> = ring.iter().map(|file| file.display().to_string()).collect();
            rings.push(files.join("\n  looks at "));
        }
    }
    assert!(rings.is_empty(), "{}", rings.join("\n"));
}

#[test]
fn a_ring_is_found_also_through_what_a_module_passes_on() {
    let crate_of = |files: &[(&str, &str)]| {
        let directory = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let path = directory.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let sources = Sources::read(directory.path());
        sources.ring().map(|ring| ring.len())
    };
    let lib = ("lib.rs", "mod a;\nmod b;\npub use a::A;\nuse b::B;");
    let through =
        [lib, ("a/mod.rs", "mod inner;\npub use inner::A;"), ("b.rs", "use crate::a::{self, A};")];
    let ring = [&through[..], &[("a/inner.rs", "// A.\nuse crate::{b::B, other};")]].concat();
    assert_eq!(crate_of(&ring), Some(4), "back to the first of three");
    let none = [
        &through[..],
        &[("a/inner.rs", "use std::fmt;\n#[cfg(test)]\nmod tests {\nuse crate::b::B;")],
    ];
    assert_eq!(crate_of(&none.concat()), None);
    let inline = [&through[..], &[("a/inner.rs", "fn f() { crate::b::f() }")]].concat();
    assert_eq!(crate_of(&inline), Some(3));
}
