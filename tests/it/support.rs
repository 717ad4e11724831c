//! What several test modules share.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The package's folder.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The demonstration data that come with the package.
pub fn demo() -> PathBuf {
    root().join("datasets").join("demo")
}

/// What the program printed and how it ended.
pub struct Ran {
    pub code: u8,
    pub output: String,
    pub errors: String,
}

/// Runs the program in this process.
pub fn kaojian<I: IntoIterator<Item = S>, S: Into<OsString>>(words: I) -> Ran {
    let words: Vec<OsString> = std::iter::once("kaojian".into()).chain(words.into_iter().map(Into::into)).collect();
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let code = kaojian::cli::run::run(&words, &mut output, &mut errors);
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran { code, output: text(output), errors: text(errors) }
}

/// Every file below a folder by its path with `/`, with its bytes.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    fn collect(folder: &Path, base: &Path, found: &mut Vec<(String, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).expect("the folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, base, found);
            } else {
                let name = path.strip_prefix(base).expect("below").to_string_lossy().replace('\\', "/");
                found.push((name, std::fs::read(&path).expect("the file")));
            }
        }
    }
    let mut found = Vec::new();
    collect(folder, folder, &mut found);
    found.sort();
    found
}
