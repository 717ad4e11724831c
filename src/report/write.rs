//! Writing a report whole: everything goes into a folder beside the old one, and only when all of it is
//! there does it take the old one's place.

use crate::model::progress::Progress;
use crate::model::run::Inspection;
use crate::model::text::{Bilingual, Language};
use crate::report::chart::kind::{Chart, ChartData};
use crate::report::chart::raster::png;
use crate::report::chart::set::charts;
use crate::report::checklist::checklist_csv;
use crate::report::clean::shown_drawing;
use crate::report::error::ReportError;
use crate::report::excel_csv::text_csv;
use crate::report::json::{run_json, write_findings};
use crate::report::page::render::page;
use crate::report::parameters::ReportParameters;
use crate::report::quarantine::quarantine_csv;
use crate::report::remark::remark_csv;
use crate::report::workbook::assemble::evidence_xlsx;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The file by which an earlier report is known.
const MARKER: &str = "run.json";
/// Every finding.
const FINDINGS: &str = "findings.json";

/// Writes every output of a run into the folder `out` and returns the files, sorted.
///
/// An earlier report there is replaced as a whole; a folder that holds anything else is refused. When
/// something fails, what was in `out` before is there again.
///
/// # Errors
/// [`ReportError`]; nothing of the new report is then left behind.
pub fn write_report(
    inspection: &Inspection,
    out: &Path,
    parameters: &ReportParameters,
    progress: &dyn Progress,
) -> Result<Vec<PathBuf>, ReportError> {
    check_target(out)?;
    progress.begin("report", 8);
    let mut charts = charts(inspection);
    for chart in &mut charts {
        chart.svg = Bilingual::new(shown_drawing(&chart.svg.zh), shown_drawing(&chart.svg.en));
    }
    progress.advance(1);
    let parent = parent_of(out);
    fs::create_dir_all(parent).map_err(|source| failed("create the folder", parent, source))?;
    // Beside the target: a rename across file systems would not be one step.
    let workplace = tempfile::Builder::new()
        .prefix(".kaojian-")
        .tempdir_in(parent)
        .map_err(|source| failed("create a temporary folder in", parent, source))?;
    let fresh = workplace.path().join("new");
    let mut names = write_files(inspection, &charts, &fresh, parameters, progress)?;
    let aside = workplace.path().join("old");
    if let Err(error) = replace(&fresh, out, &aside) {
        if aside.exists() {
            // Neither move worked: the temporary folder must not take the old report with it when it goes.
            let _kept = workplace.keep();
        }
        return Err(error);
    }
    progress.finish();
    names.sort();
    Ok(names.into_iter().map(|name| out.join(name)).collect())
}

fn failed(action: &'static str, path: &Path, source: io::Error) -> ReportError {
    ReportError::File { action, path: path.to_owned(), source }
}

/// The folder that holds `out`; the working folder for a bare name.
fn parent_of(out: &Path) -> &Path {
    match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Refuses to replace anything but an earlier report.
fn check_target(out: &Path) -> Result<(), ReportError> {
    if out.file_name().is_none() {
        return Err(ReportError::NoFolderName(out.to_owned()));
    }
    let metadata = match fs::metadata(out) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("look at", out, error)),
    };
    if !metadata.is_dir() {
        return Err(ReportError::NotAFolder(out.to_owned()));
    }
    if out.join(MARKER).is_file() && out.join(FINDINGS).is_file() {
        return Ok(());
    }
    let mut entries = fs::read_dir(out).map_err(|source| failed("look into", out, source))?;
    if entries.next().is_some() { Err(ReportError::ForeignFolder(out.to_owned())) } else { Ok(()) }
}

/// Writes all files below `folder`; the names are relative to it.
fn write_files(
    inspection: &Inspection,
    charts: &[Chart],
    folder: &Path,
    parameters: &ReportParameters,
    progress: &dyn Progress,
) -> Result<Vec<PathBuf>, ReportError> {
    let chart_folder = folder.join("charts");
    fs::create_dir_all(&chart_folder).map_err(|source| failed("create the folder", &chart_folder, source))?;
    write_findings_file(inspection, folder)?;
    progress.advance(1);
    let mut names = vec![PathBuf::from(FINDINGS)];
    let mut write = |name: &str, bytes: &[u8]| {
        write_file(folder, name, bytes)?;
        names.push(PathBuf::from(name));
        progress.advance(1);
        Ok::<(), ReportError>(())
    };
    write("report.html", page(inspection, charts, parameters)?.as_bytes())?;
    write("quarantine.csv", &quarantine_csv(inspection)?)?;
    write("checklist.csv", &checklist_csv(inspection)?)?;
    write("remark_queue.csv", &remark_csv(inspection)?)?;
    write("evidence.xlsx", &evidence_xlsx(inspection, parameters)?)?;
    let written: Result<Vec<Vec<PathBuf>>, ReportError> =
        charts.par_iter().map(|chart| write_chart(folder, chart)).collect();
    names.extend(written?.into_iter().flatten());
    // Last, because its presence is what marks a whole report.
    write_file(folder, MARKER, &run_json(inspection)?)?;
    names.push(PathBuf::from(MARKER));
    progress.advance(1);
    Ok(names)
}

/// Writes finding by finding: those of a province would take more memory than all else.
fn write_findings_file(inspection: &Inspection, folder: &Path) -> Result<(), ReportError> {
    let path = folder.join(FINDINGS);
    let at_path = |source| failed("write", &path, source);
    let mut output = BufWriter::new(fs::File::create(&path).map_err(at_path)?);
    write_findings(inspection, &mut output).map_err(|error| at_path(error.into()))?;
    output.flush().map_err(at_path)
}

fn write_file(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), ReportError> {
    let path = folder.join(name);
    fs::write(&path, bytes).map_err(|source| failed("write", &path, source))
}

/// The drawing in both languages as SVG and PNG, and its numbers.
fn write_chart(folder: &Path, chart: &Chart) -> Result<Vec<PathBuf>, ReportError> {
    let mut names = Vec::new();
    let mut write = |name: String, bytes: &[u8]| {
        write_file(folder, &name, bytes)?;
        names.push(PathBuf::from(name));
        Ok::<(), ReportError>(())
    };
    for language in Language::ALL {
        let svg = chart.svg.get(language);
        let stem = format!("charts/{}.{}", chart.name, language.code());
        write(format!("{stem}.svg"), svg.as_bytes())?;
        write(format!("{stem}.png"), &png(svg)?)?;
    }
    write(format!("charts/{}.csv", chart.name), &chart_csv(&chart.data)?)?;
    Ok(names)
}

/// The numbers of a chart.
fn chart_csv(data: &ChartData) -> Result<Vec<u8>, ReportError> {
    text_csv(&data.header, &data.rows)
}

/// Moves `fresh` to `out`. The old report waits in `aside` and comes back when the move fails.
fn replace(fresh: &Path, out: &Path, aside: &Path) -> Result<(), ReportError> {
    let had_one = out.exists();
    if had_one {
        fs::rename(out, aside).map_err(|source| failed("move the earlier report aside", out, source))?;
    }
    if let Err(source) = fs::rename(fresh, out) {
        if had_one && fs::rename(aside, out).is_err() {
            return Err(failed("put the report in place; the earlier one is now at", aside, source));
        }
        return Err(failed("put the report in place", out, source));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{check_target, replace};
    use crate::report::error::ReportError;
    use std::fs;
    use std::path::Path;

    #[test]
    fn a_failed_move_brings_the_old_report_back() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("report");
        fs::create_dir(&out).unwrap();
        fs::write(out.join("run.json"), "old").unwrap();
        let absent = folder.path().join("absent");
        assert!(replace(&absent, &out, &folder.path().join("aside")).is_err());
        assert_eq!(fs::read_to_string(out.join("run.json")).unwrap(), "old");
        assert!(!folder.path().join("aside").exists());
    }

    #[test]
    fn only_a_new_an_empty_or_a_report_folder_is_a_target() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        assert!(check_target(&at("new")).is_ok());
        fs::create_dir(at("empty")).unwrap();
        assert!(check_target(&at("empty")).is_ok());
        fs::create_dir(at("foreign")).unwrap();
        fs::write(at("foreign").join("letter.docx"), "x").unwrap();
        assert!(matches!(check_target(&at("foreign")), Err(ReportError::ForeignFolder(_))));
        assert!(matches!(check_target(&at("foreign").join("letter.docx")), Err(ReportError::NotAFolder(_))));
        assert!(matches!(check_target(Path::new("..")), Err(ReportError::NoFolderName(_))));
    }
}
