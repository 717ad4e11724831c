//! Workbooks are zip archives: what is inside is measured by really inflating it, piece by piece and
//! to nowhere, before a reader that keeps it all in memory may see it.

use crate::ingest::error::refusal;
use crate::ingest::limits::{Limits, bytes_shown};
use crate::model::text::Bilingual;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Names of the parts.
pub(super) fn names(bytes: &[u8], limits: &Limits) -> Result<Vec<String>, Bilingual> {
    let mut archive = open(bytes, limits)?;
    (0..archive.len())
        .map(|index| archive.by_index_raw(index).map(|part| String::from_utf8_lossy(part.name_raw()).into_owned()))
        .collect::<Result<_, _>>()
        .map_err(|error| broken(&error.to_string()))
}

/// Inflates every part once, within the limits (any part may be named as a sheet, whatever its name);
/// `inspect` sees each part that passes `wanted` piece by piece, in order.
pub(super) fn check(
    bytes: &[u8],
    limits: &Limits,
    wanted: impl Fn(&str) -> bool,
    mut inspect: impl FnMut(&[u8]) -> Result<(), Bilingual>,
) -> Result<(), Bilingual> {
    const PIECE_BYTES: usize = 64 << 10;
    let mut archive = open(bytes, limits)?;
    let mut total: u64 = 0;
    let mut piece = vec![0; PIECE_BYTES];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| broken(&error.to_string()))?;
        let name = String::from_utf8_lossy(part.name_raw()).to_ascii_lowercase();
        let wanted = wanted(&name);
        loop {
            let length = part.read(&mut piece).map_err(|error| broken(&error.to_string()))?;
            if length == 0 {
                break;
            }
            total = total.saturating_add(length as u64);
            if total > limits.max_inflated_bytes {
                return Err(too_large(limits));
            }
            let ratio = total / (bytes.len() as u64).max(1);
            if total > Limits::RATIO_FLOOR_BYTES && ratio > limits.max_inflation_ratio {
                return Err(too_dense(limits));
            }
            if wanted {
                inspect(&piece[..length])?;
            }
        }
    }
    Ok(())
}

pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<ZipArchive<Cursor<&'a [u8]>>, Bilingual> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error.to_string()))?;
    if archive.len() > limits.max_archive_entries {
        let limit = limits.max_archive_entries;
        return Err(refusal(
            &format!("工作簿内的部件超过上限 {limit} 个"),
            "请用 Excel 或 WPS 重新另存",
            &format!("the workbook has more parts than the limit of {limit}"),
            "save it again in Excel or WPS",
        ));
    }
    Ok(archive)
}

pub(super) fn broken(detail: &str) -> Bilingual {
    refusal(
        &format!("工作簿已损坏，无法读取（{detail}）"),
        "请重新取得该文件，或用 Excel、WPS 修复后另存",
        &format!("the workbook is damaged and cannot be read ({detail})"),
        "get the file again, or let Excel or WPS repair and save it",
    )
}

pub(super) fn too_large(limits: &Limits) -> Bilingual {
    let limit = bytes_shown(limits.max_inflated_bytes);
    refusal(
        &format!("文件解压后超过上限 {limit}"),
        "请拆分为多个文件，或改用 CSV、Parquet",
        &format!("unpacked, the file is larger than the limit of {limit}"),
        "split it, or use CSV or Parquet",
    )
}

fn too_dense(limits: &Limits) -> Bilingual {
    let limit = limits.max_inflation_ratio;
    refusal(
        &format!("文件解压后超过原大小的 {limit} 倍，疑似压缩炸弹"),
        "如确为正常数据，请另存为 CSV",
        &format!("unpacked, the file is more than {limit} times as large, as a zip bomb is"),
        "if the data are genuine, save them as CSV",
    )
}

pub(super) fn too_many_cells(limits: &Limits) -> Bilingual {
    let limit = limits.max_cells;
    refusal(
        &format!("表格的单元格超过上限 {limit} 个"),
        "请删除远处的空白格式或多余内容，或拆分文件",
        &format!("the table has more cells than the limit of {limit}"),
        "delete stray content far from the table, or split the file",
    )
}
