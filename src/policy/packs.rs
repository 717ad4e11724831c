//! The rule packs of one run, and which of them was in force on a day.

use crate::model::basis::Basis;
use crate::model::batch::Batch;
use crate::policy::built_in::BUILT_IN;
use crate::policy::check::Vocabulary;
use crate::policy::error::PolicyError;
use crate::policy::pack::{PACK_FILE, RulePack};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// One or more packs that do not contradict each other, by region and first day in force.
#[derive(Clone, Debug)]
pub struct RulePacks {
    packs: Vec<RulePack>,
}

/// The pack that judges something.
#[derive(Clone, Debug)]
pub struct Chosen<'a> {
    /// The pack.
    pub pack: &'a RulePack,
    /// Its dates, and whether it was in force.
    pub basis: Basis,
}

impl RulePacks {
    /// The founding regulation.
    ///
    /// # Errors
    /// Only when the files built in are wrong, which a test rules out.
    pub fn built_in() -> Result<Self, PolicyError> {
        let files = BUILT_IN.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        Self::of(vec![RulePack::from_files("", PACK_FILE, files)?])
    }

    /// Packs from folders or files; each path may be a pack's folder, a pack in one file, or a folder of these.
    ///
    /// # Errors
    /// A file that cannot be read or is refused, or packs that contradict each other.
    pub fn load(paths: &[PathBuf]) -> Result<Self, PolicyError> {
        let mut packs = Vec::new();
        for path in paths {
            load_into(path, &mut packs)?;
        }
        Self::of(packs)
    }

    /// Packs that do not contradict each other.
    ///
    /// # Errors
    /// Two packs with one id, or in force for the same place on the same day.
    pub fn of(mut packs: Vec<RulePack>) -> Result<Self, PolicyError> {
        packs.sort_by(|a, b| {
            (&a.region, a.effective_from, &a.id, &a.file).cmp(&(&b.region, b.effective_from, &b.id, &b.file))
        });
        for (index, second) in packs.iter().enumerate() {
            for first in &packs[..index] {
                let (files, id) = ((first.file.clone(), second.file.clone()), second.id.clone());
                if first.id == second.id && first.version == second.version {
                    return Err(PolicyError::SameId { id, first: files.0, second: files.1 });
                }
                let ends_before = |one: &RulePack, other: &RulePack| matches!((one.effective_to, other.effective_from), (Some(to), Some(from)) if to < from);
                if first.region == second.region && !ends_before(first, second) && !ends_before(second, first) {
                    return Err(PolicyError::Overlap { first: files.0, second: files.1 });
                }
            }
        }
        Ok(Self { packs })
    }

    /// All packs, by region and first day in force.
    pub fn all(&self) -> &[RulePack] {
        &self.packs
    }

    /// Refuses packs that speak of what nothing measures or no table holds.
    ///
    /// # Errors
    /// The first such rule.
    pub fn check_names(&self, vocabulary: &Vocabulary) -> Result<(), PolicyError> {
        self.packs.iter().try_for_each(|pack| pack.check_names(vocabulary))
    }

    /// The pack that judges a batch: of its region, on its examination date.
    pub fn for_batch(&self, batch: Option<&Batch>) -> Option<Chosen<'_>> {
        self.on(batch.and_then(|batch| batch.region.as_deref()), batch.and_then(|batch| batch.exam_date))
    }

    /// The pack in force in a place on a day.
    ///
    /// Without a day it is the latest pack of the place. On a day without any, it is the nearest one, and the
    /// basis says that it was not in force. A region that no pack names is judged by the pack without a region;
    /// where all packs are of one region, they judge everything. `None` only where there is no pack at all.
    pub fn on(&self, region: Option<&str>, day: Option<NaiveDate>) -> Option<Chosen<'_>> {
        let of = |wanted: &dyn Fn(&RulePack) -> bool| -> Vec<&RulePack> {
            self.packs.iter().filter(|pack| wanted(pack)).collect()
        };
        let named = |pack: &RulePack| {
            region.zip(pack.region.as_deref()).is_some_and(|(found, of_pack)| found.contains(of_pack))
        };
        let regions: BTreeSet<&Option<String>> = self.packs.iter().map(|pack| &pack.region).collect();
        let mut candidates = of(&named);
        if candidates.is_empty() {
            candidates = of(&|pack| pack.region.is_none());
        }
        let is_of_place = !candidates.is_empty() || regions.len() == 1;
        if candidates.is_empty() {
            candidates = of(&|_| true);
        }
        let (pack, in_force) = match day {
            None => (*candidates.iter().max_by_key(|pack| pack.effective_from)?, is_of_place),
            Some(day) => match candidates.iter().find(|pack| pack.is_in_force(day)) {
                Some(pack) => (*pack, is_of_place),
                // The next one to come, or else the last that has ended.
                None => {
                    let next = candidates.iter().find(|pack| pack.effective_from.is_some_and(|from| day < from));
                    (*next.or(candidates.last())?, false)
                }
            },
        };
        let basis = Basis {
            version: pack.version.clone(),
            effective_from: pack.effective_from,
            effective_to: pack.effective_to,
            judged_on: day,
            in_force,
        };
        Some(Chosen { pack, basis })
    }
}

fn unreadable(path: &Path) -> impl FnOnce(std::io::Error) -> PolicyError {
    let path = path.to_owned();
    move |source| PolicyError::Unreadable { path, source }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn load_into(path: &Path, packs: &mut Vec<RulePack>) -> Result<(), PolicyError> {
    let is_file = fs::metadata(path).map_err(unreadable(path))?.is_file();
    if is_file && name_of(path) != PACK_FILE {
        packs.push(load_file(path)?);
        return Ok(());
    }
    // The head of a folder stands for the folder.
    let folder = if is_file { path.parent().unwrap_or(Path::new(".")) } else { path };
    let entries = entries(folder)?;
    let is_pack = entries.iter().any(|entry| name_of(entry) == PACK_FILE);
    let heads: Vec<&PathBuf> = entries.iter().filter(|entry| entry.join(PACK_FILE).is_file()).collect();
    if is_pack || heads.is_empty() && !entries.iter().any(|entry| holds_pack(entry)) {
        packs.push(load_folder(folder, &entries)?);
        return Ok(());
    }
    for entry in &entries {
        if entry.join(PACK_FILE).is_file() {
            packs.push(load_folder(entry, &self::entries(entry)?)?);
        } else if holds_pack(entry) {
            packs.push(load_file(entry)?);
        }
    }
    Ok(())
}

/// Whether a TOML file has rules of its own below a head.
fn holds_pack(path: &Path) -> bool {
    let is_toml = path.extension().is_some_and(|extension| extension == "toml");
    is_toml && fs::read_to_string(path).is_ok_and(|text| text.lines().any(|line| line.trim() == "[[rule]]"))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, PolicyError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        found.push(entry.map_err(unreadable(folder))?.path());
    }
    found.sort();
    Ok(found)
}

fn load_file(path: &Path) -> Result<RulePack, PolicyError> {
    let text = fs::read_to_string(path).map_err(unreadable(path))?;
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut files = texts(&entries(folder)?)?;
    files.push((name_of(path), text));
    let place = path.parent().map(shown).unwrap_or_default();
    RulePack::from_files(&place, &name_of(path), files)
}

fn load_folder(folder: &Path, entries: &[PathBuf]) -> Result<RulePack, PolicyError> {
    let mut files = texts(entries)?;
    for path in entries {
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push((name_of(path), fs::read_to_string(path).map_err(unreadable(path))?));
        }
    }
    RulePack::from_files(&shown(folder), PACK_FILE, files)
}

/// The texts that rules may quote.
fn texts(entries: &[PathBuf]) -> Result<Vec<(String, String)>, PolicyError> {
    let is_text = |path: &&PathBuf| path.is_file() && path.extension().is_some_and(|extension| extension == "txt");
    entries
        .iter()
        .filter(is_text)
        .map(|path| Ok((name_of(path), fs::read_to_string(path).map_err(unreadable(path))?)))
        .collect()
}
