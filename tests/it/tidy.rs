//! The architecture's invariants, checked on the source text.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What each top-level module may import of ours. What is not listed here may import nothing.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    // The commands that work on one file alone join reading and statistics themselves, as the pipeline does for a folder.
    (
        "cli",
        &[
            "cli",
            "pipeline",
            "config",
            "credit",
            "ingest",
            "detect",
            "draw",
            "policy",
            "report",
            "ledger",
            "simulate",
            "model",
            "psychometrics",
            "stats",
        ],
    ),
    ("pipeline", &["config", "credit", "ingest", "detect", "policy", "report", "ledger", "model"]),
    ("config", &["config", "ingest", "detect", "report", "model"]),
    ("ingest", &["ingest", "model"]),
    ("detect", &["detect", "model", "psychometrics", "stats", "kernels", "text"]),
    ("draw", &["draw", "model"]),
    ("credit", &["credit", "model"]),
    ("policy", &["policy", "model"]),
    ("report", &["report", "model"]),
    ("ledger", &["ledger", "model"]),
    ("simulate", &["simulate", "model", "psychometrics", "stats"]),
    ("psychometrics", &["psychometrics", "stats"]),
    ("model", &["model"]),
    ("stats", &["stats"]),
    ("kernels", &["kernels"]),
    ("text", &["text"]),
];

/// Modules that may touch the disk.
const MAY_USE_FILES: &[&str] = &["ingest", "report", "ledger", "simulate", "cli", "config", "policy"];

const LONGEST_FILE: usize = 600;

struct SourceFile {
    /// `detect/registry.rs`.
    path: String,
    text: String,
}

impl SourceFile {
    /// `detect`, or the file's own name at the top.
    fn module(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// The text without unit tests and comments.
    fn code(&self) -> String {
        let text = self.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    }

    /// Every path after `crate::`, groups unfolded.
    fn imports(&self) -> BTreeSet<String> {
        let code = self.code();
        let mut found = BTreeSet::new();
        for (index, _) in code.match_indices("crate::") {
            if code[..index].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':') {
                continue;
            }
            let rest = &code[index + "crate::".len()..];
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
            let (path, behind) = rest.split_at(end);
            if behind.starts_with('{') && path.ends_with("::") {
                let group = behind[1..].split('}').next().unwrap_or_default();
                for part in group.split(',') {
                    found.insert(format!(
                        "{path}{}",
                        part.trim().trim_end_matches("::self").split('{').next().unwrap_or("")
                    ));
                }
            } else {
                found.insert(path.to_owned());
            }
        }
        found
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, base: &Path, found: &mut Vec<SourceFile>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, base, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(base).expect("below the base").to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&path).expect("UTF-8").replace("\r\n", "\n");
            found.push(SourceFile { path: relative, text });
        }
    }
}

fn sources() -> Vec<SourceFile> {
    let mut found = Vec::new();
    rust_files(&root().join("src"), &root().join("src"), &mut found);
    assert!(found.len() > 40, "the source is not where this test looks");
    found
}

#[test]
fn imports_run_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut wrong = Vec::new();
    for file in sources() {
        for import in file.imports() {
            let target = import.split("::").next().unwrap_or_default();
            // Only names of modules count: `crate::` in a macro or a string names none.
            if allowed.contains_key(target) && !allowed.get(file.module()).is_some_and(|list| list.contains(&target)) {
                wrong.push(format!("src/{} imports crate::{import}", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The file that a path names: the longest prefix that is one.
fn file_of(import: &str, files: &BTreeSet<String>) -> Option<String> {
    let parts: Vec<&str> = import.split("::").filter(|part| !part.is_empty()).collect();
    (1..=parts.len())
        .rev()
        .map(|length| parts[..length].join("/"))
        .find_map(|stem| [format!("{stem}.rs"), format!("{stem}/mod.rs")].into_iter().find(|path| files.contains(path)))
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let sources = sources();
    let files: BTreeSet<String> = sources.iter().map(|file| file.path.clone()).collect();
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in &sources {
        let imports = file.imports();
        let targets = imports.iter().filter_map(|import| file_of(import, &files)).filter(|path| *path != file.path);
        graph.insert(file.path.clone(), targets.collect());
    }
    // Files that import none or are imported by none are peeled off until only circles are left.
    loop {
        let imported: BTreeSet<String> = graph.values().flatten().cloned().collect();
        let ends: Vec<String> = graph
            .iter()
            .filter(|(path, targets)| targets.is_empty() || !imported.contains(*path))
            .map(|(path, _)| path.clone())
            .collect();
        if ends.is_empty() {
            break;
        }
        for end in ends {
            graph.remove(&end);
            graph.values_mut().for_each(|targets| {
                targets.remove(&end);
            });
        }
    }
    assert!(graph.is_empty(), "files in circles: {graph:#?}");
}

#[test]
fn files_hold_one_idea() {
    let mut files = sources();
    rust_files(&root().join("tests"), &root(), &mut files);
    rust_files(&root().join("benches"), &root(), &mut files);
    let long: Vec<String> = files
        .iter()
        .map(|file| (file.text.lines().count(), &file.path))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "past {LONGEST_FILE} lines: {long:#?}");
}

#[test]
fn tables_of_contents_hold_nothing_else() {
    for file in sources().iter().filter(|file| file.path.ends_with("mod.rs") || file.path == "lib.rs") {
        for line in file.text.lines().filter(|line| !line.trim().is_empty()) {
            let table = line.strip_prefix("pub ").unwrap_or(line);
            let allowed = line.starts_with("//!")
                || line.starts_with("#[cfg(")
                || table.starts_with("mod ") && table.ends_with(';');
            assert!(allowed, "src/{} has more than docs and `pub mod`: {line}", file.path);
        }
    }
}

#[test]
fn unsafe_code_stays_in_the_kernels() {
    for file in sources().iter().filter(|file| file.module() != "kernels") {
        let code = file.code();
        let found = ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern"].iter().any(|word| code.contains(word));
        assert!(!found, "src/{} has unsafe code", file.path);
    }
}

#[test]
fn detectors_and_statistics_touch_no_file() {
    for file in sources().iter().filter(|file| !MAY_USE_FILES.contains(&file.module())) {
        assert!(!file.code().contains("std::fs"), "src/{} touches the disk", file.path);
    }
}

#[test]
fn every_file_says_what_it_is() {
    for file in sources() {
        assert!(file.text.starts_with("//!"), "src/{} has no head", file.path);
    }
}

#[test]
fn nothing_is_left_behind() {
    let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"]].map(|parts| parts.concat());
    for file in sources() {
        for mark in &marks {
            assert!(!file.text.contains(mark.as_str()), "src/{} holds {mark}", file.path);
        }
    }
}
