//! `kaojian draw`: bodies and their inspectors by lot, so that anyone can draw again.

use crate::cli::draw_arguments::DrawArguments;
use crate::cli::draw_files::{DOCUMENT, files_of};
use crate::cli::draw_lists::{Read, read};
use crate::cli::error::CliError;
use crate::cli::exit::{CLEAN, FOUND};
use crate::cli::written::{shown_path, written};
use crate::draw::document::DrawDocument;
use crate::draw::lists::{Lists, Terms};
use crate::model::text::{Bilingual, Language};
use std::io::Write;
use std::path::Path;

/// Draws and publishes, or verifies what was published.
///
/// # Errors
/// A list that cannot be used or drawn from, a document that is none, a folder that cannot be written.
pub fn draw(arguments: &DrawArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    if let Some(document) = &arguments.verify {
        return verify(document, arguments, language, output);
    }
    let (Some(bodies), Some(inspectors), Some(out)) = (&arguments.body_list, &arguments.inspector_list, &arguments.out)
    else {
        // The parser asks for them.
        return Err(CliError::Data(Bilingual::new("缺少名单或输出文件夹", "lists or the output folder are missing")));
    };
    let terms = Terms {
        bodies: arguments.bodies.unwrap_or(0),
        inspectors_per_body: arguments.inspectors_per_body.unwrap_or(0),
        stratify: arguments.stratify.clone(),
        seed: arguments.seed.clone().unwrap_or_default(),
    };
    let Read { bodies, inspectors, conflicts, files } = read(bodies, inspectors, terms.stratify.as_deref(), arguments)?;
    let lists = Lists::new(bodies, inspectors, conflicts, &terms)?;
    let document = DrawDocument::of(&lists, &terms, files);
    written(out, &files_of(&document, &lists, &terms)?)?;
    let shown = shown_path(out);
    let idle = document.idle_conflicts();
    let (drawn, listed) = (document.drawn.len(), document.listed_bodies.len());
    match language {
        Language::Chinese => {
            writeln!(output, "名单{listed}家，抽中{drawn}家；结果在 {shown}")?;
            writeln!(output, "名单 SHA-256：{}\n文件 SHA-256：{}", document.list_sha256, document.content_sha256())?;
            if idle > 0 {
                writeln!(output, "注意：{idle}条回避记录中的机构或人员不在名单上，未起作用；请核对 draw.json")?;
            }
        }
        Language::English => {
            writeln!(output, "{drawn} of {listed} bodies drawn; the result is in {shown}")?;
            writeln!(
                output,
                "list SHA-256: {}\ndocument SHA-256: {}",
                document.list_sha256,
                document.content_sha256()
            )?;
            if idle > 0 {
                writeln!(
                    output,
                    "note: {idle} conflicts name a body or a person that is not listed and had no effect; compare draw.json"
                )?;
            }
        }
    }
    Ok(CLEAN)
}

/// Draws again and compares.
fn verify(path: &Path, arguments: &DrawArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let shown = shown_path(path);
    let text = std::fs::read(path).map_err(|source| {
        CliError::Data(Bilingual::new(format!("无法读取 {shown}：{source}"), format!("cannot read {shown}: {source}")))
    })?;
    let document: DrawDocument = serde_json::from_slice(&text).map_err(|error| {
        CliError::Data(Bilingual::new(
            format!("{shown} 不是抽取结果：{error}"),
            format!("{shown} is no document of a draw: {error}"),
        ))
    })?;
    let (again, lists, terms) = document.again()?;
    let mut different: Vec<Bilingual> = Vec::new();
    let folder = path.parent().unwrap_or(Path::new("."));
    for (name, bytes) in files_of(&again, &lists, &terms)? {
        let found = if name == DOCUMENT { Some(text.clone()) } else { std::fs::read(folder.join(name)).ok() };
        // A file that is not there cannot mislead; the document itself always is.
        if found.is_some_and(|found| found != bytes) {
            different.push(Bilingual::new(
                format!("{name} 与重新抽取的结果不同"),
                format!("{name} is not what drawing again gives"),
            ));
        }
    }
    if let Some((bodies, inspectors)) = arguments.body_list.as_deref().zip(arguments.inspector_list.as_deref()) {
        different.extend(other_lists(&document, &terms, bodies, inspectors, arguments)?);
    }
    if different.is_empty() {
        match language {
            Language::Chinese => writeln!(output, "重新抽取，结果相同；文件 SHA-256：{}", again.content_sha256())?,
            Language::English => {
                writeln!(output, "drawn again with the same result; document SHA-256: {}", again.content_sha256())?;
            }
        }
        return Ok(CLEAN);
    }
    for line in &different {
        writeln!(output, "{}", line.get(language))?;
    }
    Ok(FOUND)
}

/// Whether the document speaks of these lists.
fn other_lists(
    document: &DrawDocument,
    terms: &Terms,
    bodies: &Path,
    inspectors: &Path,
    arguments: &DrawArguments,
) -> Result<Vec<Bilingual>, CliError> {
    let Read { bodies, inspectors, conflicts, files } = read(bodies, inspectors, terms.stratify.as_deref(), arguments)?;
    let sha256 = Lists::new(bodies, inspectors, conflicts, terms)?.sha256(terms);
    let mut different = Vec::new();
    if sha256 != document.list_sha256 {
        different.push(Bilingual::new(
            format!("名单的 SHA-256 不同：{sha256}"),
            format!("the lists have another SHA-256: {sha256}"),
        ));
    }
    for file in &files {
        let recorded = document.files.iter().find(|recorded| recorded.list == file.list);
        if recorded.is_none_or(|recorded| recorded.sha256 != file.sha256) {
            different.push(Bilingual::new(
                format!("{} 的文件 SHA-256 不同：{}", file.name, file.sha256),
                format!("{} has another file SHA-256: {}", file.name, file.sha256),
            ));
        }
    }
    Ok(different)
}
