//! The files of a data set: found, and read as far as rows of cells. Symbolic links are never followed, so nothing outside the
//! folder is read and no walk can run in a circle.

use crate::ingest::content::read_into;
use crate::ingest::documents::{is_document, is_refused_document};
use crate::ingest::error::{IngestError, refusal};
use crate::ingest::limits::Limits;
use crate::ingest::raw::RawFile;
use crate::ingest::sniff;
use crate::model::progress::Progress;
use crate::model::provenance::SourceFile;
use crate::model::text::Bilingual;
use compact_str::CompactString;
use rayon::prelude::*;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files of a data set in the order of their relative paths.
#[derive(Clone, Debug, Default)]
pub struct FileList {
    /// To be read, or refused by name.
    pub files: Vec<ListedFile>,
    /// Documents of candidates: what lies in a folder of attachments.
    pub attachments: Vec<ListedFile>,
    /// Passed over, each with the reason.
    pub skipped: Vec<SkippedFile>,
}

/// A file that belongs to the data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFile {
    /// Path below the folder, with `/` between folders on every system; characters that are not
    /// Unicode are shown as U+FFFD.
    pub relative: String,
    /// Where it is.
    pub path: PathBuf,
    /// Why it must not be opened (a link out of the folder, a folder too deep); `None` when it may.
    pub refusal: Option<Bilingual>,
}

/// A file that is known not to hold data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedFile {
    /// As [`ListedFile::relative`].
    pub relative: String,
    /// Why it is passed over.
    pub reason: Bilingual,
}

/// Lists the files of `folder` and the folders below it; a single file is listed alone.
///
/// Hidden files, lock files of spreadsheet programs, `kaojian.toml`, read-me files, `truth.json`,
/// folders that hold an earlier report and files of other kinds are passed over with a note.
pub fn list_files(folder: &Path, limits: &Limits) -> Result<FileList, IngestError> {
    let shown = folder.display().to_string();
    let unreadable = |source| IngestError::Unreadable { path: shown.clone(), source };
    let metadata = fs::metadata(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => IngestError::NotFound { path: shown.clone() },
        _ => unreadable(error),
    })?;
    let mut list = FileList::default();
    if metadata.is_file() {
        let relative = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
        list.files.push(ListedFile { relative, path: folder.to_owned(), refusal: None });
        return Ok(list);
    }
    let root = fs::canonicalize(folder).map_err(unreadable)?;
    fs::read_dir(folder).map_err(unreadable)?;
    let mut walk = Walk { root, limits, list, attachments: None, too_many: false };
    walk.folder(folder, "", 0);
    if walk.too_many {
        return Err(IngestError::TooManyFiles { path: shown, limit: limits.max_files });
    }
    let mut list = walk.list;
    list.files.sort_by(|a, b| (&a.relative, &a.path).cmp(&(&b.relative, &b.path)));
    list.attachments.sort_by(|a, b| (&a.relative, &a.path).cmp(&(&b.relative, &b.path)));
    list.skipped.sort_by(|a, b| a.relative.cmp(&b.relative));
    Ok(list)
}

/// Reads every listed file, in parallel; the order of the list is kept.
pub fn read_files(list: &FileList, limits: &Limits, progress: &dyn Progress) -> Vec<RawFile> {
    progress.begin("read", list.files.len() as u64);
    let files = list
        .files
        .par_iter()
        .map(|file| {
            let read = read_listed(file, limits);
            progress.advance(1);
            read
        })
        .collect();
    progress.finish();
    files
}

fn read_listed(file: &ListedFile, limits: &Limits) -> RawFile {
    match &file.refusal {
        None => read_file(&file.relative, &file.path, limits),
        Some(reason) => {
            let source =
                SourceFile { path: file.relative.clone(), error: Some(reason.clone()), ..SourceFile::default() };
            RawFile { source, sheets: Vec::new() }
        }
    }
}

/// Reads one file. Never fails: what stopped it stands in `source.error`.
pub fn read_file(relative: &str, path: &Path, limits: &Limits) -> RawFile {
    let extension =
        path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let mut source =
        SourceFile { path: relative.to_owned(), format: CompactString::from(&extension), ..SourceFile::default() };
    match read_into(&mut source, path, &extension, limits) {
        Ok(sheets) => {
            // A damaged workbook may still open, with its list of sheets lost.
            if sheets.is_empty() {
                source.error = Some(no_sheet());
            }
            RawFile { source, sheets }
        }
        Err(reason) => {
            source.error = Some(reason);
            RawFile { source, sheets: Vec::new() }
        }
    }
}

struct Walk<'a> {
    root: PathBuf,
    limits: &'a Limits,
    list: FileList,
    /// The folder of attachments that is being walked.
    attachments: Option<String>,
    too_many: bool,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) {
        let entries: io::Result<Vec<fs::DirEntry>> = fs::read_dir(folder).and_then(Iterator::collect);
        let Ok(entries) = entries else {
            self.refuse(prefix.trim_end_matches('/'), folder, unreadable_folder());
            return;
        };
        if depth > 0 && ["findings.json", "run.json"].iter().all(|name| folder.join(name).is_file()) {
            self.skip(prefix.trim_end_matches('/'), earlier_report());
            return;
        }
        for entry in entries {
            if self.too_many {
                return;
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            let relative = format!("{prefix}{name}");
            self.entry(&entry, &name, relative, depth);
        }
    }

    fn entry(&mut self, entry: &fs::DirEntry, name: &str, relative: String, depth: usize) {
        let path = entry.path();
        if let Some(reason) = passed_over(name) {
            self.skip(&relative, reason);
            return;
        }
        let Ok(kind) = entry.file_type() else {
            self.refuse(&relative, &path, unreadable_folder());
            return;
        };
        if kind.is_symlink() {
            match fs::canonicalize(&path) {
                Ok(target) if target.starts_with(&self.root) => self.skip(&relative, link_inside()),
                Ok(_) => self.refuse(&relative, &path, link_outside()),
                Err(_) => self.refuse(&relative, &path, link_to_nothing()),
            }
        } else if kind.is_dir() {
            if depth >= self.limits.max_folder_depth {
                self.refuse(&relative, &path, too_deep(self.limits));
            } else {
                let is_outermost = self.attachments.is_none() && is_attachment_folder(name);
                if is_outermost {
                    self.attachments = Some(relative.clone());
                }
                self.folder(&path, &format!("{relative}/"), depth + 1);
                if is_outermost {
                    self.attachments = None;
                }
            }
        } else if !kind.is_file() {
            self.skip(&relative, no_file());
        } else if self.attachments.is_some() {
            if is_document(&path) || is_refused_document(&path) {
                self.list.attachments.push(ListedFile { relative, path, refusal: None });
                self.count();
            } else {
                self.skip(&relative, other_kind());
            }
        } else if is_table(&path) {
            self.add(ListedFile { relative, path, refusal: None });
        } else {
            self.skip(&relative, other_kind());
        }
    }

    fn add(&mut self, file: ListedFile) {
        self.list.files.push(file);
        self.count();
    }

    fn refuse(&mut self, relative: &str, path: &Path, reason: Bilingual) {
        self.add(ListedFile { relative: relative.to_owned(), path: path.to_owned(), refusal: Some(reason) });
    }

    fn skip(&mut self, relative: &str, reason: Bilingual) {
        self.list.skipped.push(SkippedFile { relative: relative.to_owned(), reason });
        self.count();
    }

    fn count(&mut self) {
        self.too_many |=
            self.list.files.len() + self.list.attachments.len() + self.list.skipped.len() > self.limits.max_files;
    }
}

/// Extensions of tables, and of what may hold tables and must be refused aloud.
fn is_table(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    extension.is_some_and(|extension| sniff::READ.iter().chain(&sniff::REFUSED).any(|known| *known == extension))
}

/// Names of folders that hold documents of candidates, not tables.
pub const ATTACHMENT_FOLDERS: [&str; 5] = ["attachments", "附件", "作答附件", "书面作答", "written_answers"];

/// Whether a folder of this name holds documents of candidates.
pub fn is_attachment_folder(name: &str) -> bool {
    ATTACHMENT_FOLDERS.contains(&name.to_lowercase().as_str())
}

fn passed_over(name: &str) -> Option<Bilingual> {
    let lower = name.to_lowercase();
    if name.starts_with('.') || ["thumbs.db", "desktop.ini", "__macosx"].contains(&lower.as_str()) {
        return Some(Bilingual::new("隐藏文件或系统文件", "hidden or system file"));
    }
    if name.starts_with("~$") || name.starts_with(".~") {
        return Some(Bilingual::new("表格软件的临时锁定文件", "lock file of a spreadsheet program"));
    }
    if lower == "kaojian.toml" {
        return Some(Bilingual::new("本工具的设置文件", "settings of this tool"));
    }
    if lower == "truth.json" {
        return Some(Bilingual::new("模拟数据的答案文件", "the answers to simulated data"));
    }
    if lower.starts_with("readme") {
        return Some(Bilingual::new("说明文件", "read-me file"));
    }
    None
}

fn other_kind() -> Bilingual {
    Bilingual::new("不是表格文件", "not a table file")
}

fn no_file() -> Bilingual {
    Bilingual::new("不是普通文件", "not a regular file")
}

fn link_inside() -> Bilingual {
    Bilingual::new(
        "指向本文件夹内的链接，其目标已在原处处理",
        "a link to a place inside the folder, which is handled there",
    )
}

fn earlier_report() -> Bilingual {
    Bilingual::new("以前的检查报告", "an earlier report")
}

fn no_sheet() -> Bilingual {
    refusal(
        "文件中没有任何工作表",
        "文件可能已损坏，请重新导出",
        "the file holds no sheet",
        "it may be damaged: export it again",
    )
}

fn link_outside() -> Bilingual {
    refusal(
        "链接指向文件夹之外，不予打开",
        "请将所需文件复制到文件夹内",
        "the link leads out of the folder and is not followed",
        "copy the file into the folder",
    )
}

fn link_to_nothing() -> Bilingual {
    refusal(
        "链接的目标不存在或无法确定",
        "请删除该链接，或将所需文件复制到文件夹内",
        "the link leads nowhere or in a circle",
        "remove it, or copy the file into the folder",
    )
}

fn too_deep(limits: &Limits) -> Bilingual {
    let limit = limits.max_folder_depth;
    refusal(
        &format!("文件夹嵌套超过上限 {limit} 层"),
        "请把文件移到上层文件夹",
        &format!("folders are nested deeper than the limit of {limit}"),
        "move the files up",
    )
}

fn unreadable_folder() -> Bilingual {
    refusal("无法打开该文件夹或文件", "请检查权限", "the folder or file cannot be opened", "check its permissions")
}
