//! Folders: order, what is passed over, links, limits, parallel reading.

use super::rows;
use kaojian::ingest::error::IngestError;
use kaojian::ingest::files::{FileList, list_files, read_files};
use kaojian::ingest::limits::Limits;
use kaojian::model::progress::Progress;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

fn folder(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, format!("name\n{file}\n")).unwrap();
    }
    folder
}

fn list(folder: &Path) -> FileList {
    list_files(folder, &Limits::default()).unwrap()
}

fn names(list: &FileList) -> Vec<&str> {
    list.files.iter().map(|file| &*file.relative).collect()
}

#[derive(Default)]
struct Counter(AtomicU64, AtomicU64);

impl Progress for Counter {
    fn begin(&self, _stage: &'static str, steps: u64) {
        self.0.store(steps, Ordering::Relaxed);
    }

    fn advance(&self, steps: u64) {
        self.1.fetch_add(steps, Ordering::Relaxed);
    }

    fn finish(&self) {}
}

#[test]
fn sorted_by_relative_path_and_read_in_that_order() {
    let folder = folder(&["b/2.csv", "b/10.csv", "a.CSV", "b.csv", "批次/答题卡.csv"]);
    let list = list(folder.path());
    let expected = ["a.CSV", "b.csv", "b/10.csv", "b/2.csv", "批次/答题卡.csv"];
    assert_eq!(names(&list), expected);
    let counter = Counter::default();
    let files = read_files(&list, &Limits::default(), &counter);
    for (file, name) in files.iter().zip(expected) {
        assert_eq!((&*file.source.path, &*rows(file, 0)[1].1[0]), (name, name));
    }
    assert_eq!((counter.0.into_inner(), counter.1.into_inner()), (5, 5));
}

#[test]
fn what_is_no_data_is_passed_over_with_a_note() {
    let folder = folder(&[
        "answers.csv",
        ".hidden.csv",
        "~$answers.xlsx",
        "kaojian.toml",
        "README.md",
        "readme.csv",
        "truth.json",
        "photo.jpg",
        "data.zip",
        ".git/config.csv",
        "report/run.json",
        "report/findings.json",
        "report/quarantine.csv",
        "Thumbs.db",
    ]);
    let list = list(folder.path());
    assert_eq!(names(&list), ["answers.csv", "data.zip"]);
    let skipped: Vec<_> = list.skipped.iter().map(|file| &*file.relative).collect();
    let expected = [
        ".git",
        ".hidden.csv",
        "README.md",
        "Thumbs.db",
        "kaojian.toml",
        "photo.jpg",
        "readme.csv",
        "report",
        "truth.json",
        "~$answers.xlsx",
    ];
    assert_eq!(skipped, expected);
    assert!(list.skipped.iter().all(|file| !file.reason.zh.is_empty() && !file.reason.en.is_empty()));
}

#[test]
fn a_file_instead_of_a_folder() {
    let folder = folder(&["x/scores.csv"]);
    let path = folder.path().join("x/scores.csv");
    assert_eq!(names(&list(&path)), ["scores.csv"]);
    let missing = list_files(&folder.path().join("none"), &Limits::default());
    assert!(matches!(missing, Err(IngestError::NotFound { .. })));
    assert!(missing.unwrap_err().message().zh.contains("不存在"));
}

#[test]
fn too_many_files_and_too_deep_folders() {
    let folder = folder(&["1.csv", "2.csv", "a/b/c/3.csv"]);
    let limits = |max_files, max_folder_depth| Limits { max_files, max_folder_depth, ..Limits::default() };
    assert!(matches!(list_files(folder.path(), &limits(2, 9)), Err(IngestError::TooManyFiles { limit: 2, .. })));
    assert_eq!(names(&list_files(folder.path(), &limits(3, 3)).unwrap()), ["1.csv", "2.csv", "a/b/c/3.csv"]);
    let list = list_files(folder.path(), &limits(9, 2)).unwrap();
    assert_eq!(names(&list), ["1.csv", "2.csv", "a/b/c"]);
    assert!(list.files[2].refusal.as_ref().is_some_and(|reason| reason.en.contains("limit of 2")));
}

#[cfg(unix)]
#[test]
fn links_are_refused_or_passed_over_and_never_followed() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let outside = folder(&["secret.csv", "sub/other.csv"]);
    let inside = folder(&["data/answers.csv"]);
    let root = inside.path();
    symlink(outside.path().join("secret.csv"), root.join("file.csv")).unwrap();
    symlink(outside.path(), root.join("out")).unwrap();
    symlink(root, root.join("data/circle")).unwrap();
    symlink(root.join("data/answers.csv"), root.join("again.csv")).unwrap();
    symlink(root.join("nowhere"), root.join("dangling.csv")).unwrap();
    let list = list(root);
    let refused: Vec<_> = list.files.iter().filter(|file| file.refusal.is_some()).map(|file| &*file.relative).collect();
    assert_eq!(refused, ["dangling.csv", "file.csv", "out"]);
    assert_eq!(names(&list), ["dangling.csv", "data/answers.csv", "file.csv", "out"]);
    assert_eq!(list.skipped.iter().map(|file| &*file.relative).collect::<Vec<_>>(), ["again.csv", "data/circle"]);
    let files = read_files(&list, &Limits::default(), &kaojian::model::progress::Silent);
    assert!(
        files[2].sheets.is_empty()
            && files[2].source.error.as_ref().is_some_and(|error| error.zh.contains("文件夹之外"))
    );

    // A folder that is itself a link is what the user asked for.
    let doors = tempfile::tempdir().unwrap();
    symlink(root, doors.path().join("door")).unwrap();
    assert_eq!(names(&self::list(&doors.path().join("door"))), names(&list));

    let odd = folder(&[]);
    std::fs::write(odd.path().join(std::ffi::OsStr::from_bytes(b"gbk\xD0\xD5.csv")), "a\n1\n").unwrap();
    let list = self::list(odd.path());
    assert_eq!(names(&list), ["gbk\u{FFFD}\u{FFFD}.csv"]);
    assert_eq!(rows(&read_files(&list, &Limits::default(), &kaojian::model::progress::Silent)[0], 0).len(), 2);
}
