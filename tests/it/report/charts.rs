//! Charts: the same bytes every time, whole and harmless SVG, PNG with something on it.

mod random;
mod sample;

use kaojian::model::dataset::Dataset;
use kaojian::model::observation::MeasureNames;
use kaojian::model::run::{Inspection, RunRecord};
use kaojian::report::chart::font::FontFace;
use kaojian::report::chart::kind::{Chart, ChartSection};
use kaojian::report::chart::raster;
use kaojian::report::chart::set::{charts, charts_with};
use resvg::{tiny_skia, usvg};
use std::collections::BTreeSet;

fn drawings(charts: &[Chart]) -> impl Iterator<Item = (String, &str)> {
    charts.iter().flat_map(|chart| {
        [(format!("{}.zh", chart.name), &*chart.svg.zh), (format!("{}.en", chart.name), &*chart.svg.en)]
    })
}

fn empty() -> Inspection {
    Inspection {
        run: RunRecord::default(),
        dataset: Dataset::default(),
        quarantine: Vec::new(),
        findings: Vec::new(),
        evidence: Vec::new(),
        measure_names: MeasureNames::new(),
        credit: Vec::new(),
        inspection_items: Vec::new(),
    }
}

/// Whole, self-contained and without anything that runs or loads.
fn check_svg(name: &str, svg: &str) {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(tree.size().width() == 900.0 && tree.size().height() > 50.0, "{name}: {:?}", tree.size());
    for harmful in ["<script", "<foreignObject", "<image", "<style", "<text", "style=", "javascript:", "onload"] {
        assert!(!svg.contains(harmful), "{name} holds {harmful}");
    }
    // Links stay inside the document, and the only address is the name space.
    for part in svg.split("href=\"").skip(1).chain(svg.split("url(").skip(1)) {
        assert!(part.starts_with('#'), "{name} links outside: {}", &part[..20]);
    }
    assert_eq!(svg.matches("://").count(), 1, "{name} names an address");
    assert!(svg.contains("role=\"img\"") && svg.contains("<title id=") && svg.contains("<desc id="), "{name}");
    assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{name} has a coordinate that is no number");
}

#[test]
fn every_kind_of_chart_is_drawn_in_both_languages() {
    let charts = charts(&sample::inspection());
    let names: Vec<&str> = charts.iter().map(|chart| chart.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "clause-matrix",
            "city-overview",
            "funnel-unqualified",
            "clauses-over-time-91350100M000100Y43",
            "unqualified-ratio",
            "pass-lines",
            "scores-overview",
            "scores-B003-theory",
            "scores-B005-theory",
            "scores-B005-skill",
            "pass-line-B003",
            "pass-line-B007",
            "line-heaping-91350100M000100Y43-theory",
            "score-changes-B006",
            "rater-severity-skill-91350100M000100Y43",
            "rater-effects-skill-91350100M000100Y43",
            "rater-control-R11-skill-91350100M000100Y43",
            "rater-control-R00-skill-91350100M000100Y43",
            "rater-control-R01-skill-91350100M000100Y43",
            "score-change-operators",
            "raters",
            "rater-agreement",
            "remark-queue-B002",
            "similarity-network-F-A",
            "similarity-heatmap-F-A",
            "similarity-calibration-F-A",
        ]
    );
    for (name, svg) in drawings(&charts) {
        check_svg(&name, svg);
    }
    for chart in &charts {
        assert!(!chart.title.zh.is_empty() && !chart.title.en.is_empty());
        assert!(chart.caption.zh.contains("n =") || chart.caption.zh.contains("共"), "{}", chart.name);
        assert!(!chart.data.rows.is_empty(), "{} has no data", chart.name);
        for row in &chart.data.rows {
            assert_eq!(row.len(), chart.data.header.len(), "{}", chart.name);
        }
    }
    let named = |name: &str| charts.iter().find(|chart| chart.name == name).expect("it is drawn");
    assert_eq!(named("unqualified-ratio").section, ChartSection::Qualification);
    assert_eq!(named("scores-B003-theory").batch_id.as_ref().map(|batch| batch.as_str()), Some("B003"));
    // Windows that were counted and measures taken are in the data and in the drawing.
    let time = named("clauses-over-time-91350100M000100Y43");
    let kinds = |kind: &str| time.data.rows.iter().filter(|row| row[2] == kind).count();
    assert_eq!((kinds("conclusion"), kinds("window"), kinds("measure")), (48, 1, 1));
    assert!(time.data.rows.iter().any(|row| row[4..6] == ["2026-05-01", "2027-05-01"]));
    // A funnel has its batches and its limits beside it.
    let funnel = named("funnel-unqualified");
    assert_eq!(funnel.data.rows.iter().filter(|row| row[0] == "batch").count(), 12);
    assert_eq!(funnel.data.rows.iter().filter(|row| row[0] == "limit").count(), 3);
    assert!(funnel.caption.en.contains("outside 99.8 %: 1.") && funnel.caption.zh.contains("99.8 % 界外 1 个"));
    // The city by name, with the counts of every verdict.
    let city = named("city-overview");
    assert_eq!(city.data.rows.len(), 4);
    assert!(city.data.rows.iter().all(|row| row[1].starts_with("福州市")), "{:?}", city.data.rows);
    let total: usize =
        city.data.rows.iter().flat_map(|row| &row[3..8]).map(|count| count.parse::<usize>().unwrap()).sum();
    assert_eq!(total, 48);
}

#[test]
fn the_same_inspection_gives_the_same_bytes_on_any_number_of_threads() {
    let inspection = sample::inspection();
    let draw = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| charts(&inspection))
    };
    let (one, three) = (draw(1), draw(3));
    for (a, b) in drawings(&one).zip(drawings(&three)) {
        assert!(a == b, "{} differs", a.0);
    }
    assert_eq!(raster::png(&one[0].svg.zh).unwrap(), raster::png(&three[0].svg.zh).unwrap());
}

#[test]
fn nothing_to_draw_gives_no_charts() {
    assert!(charts(&empty()).is_empty());
}

#[test]
fn ids_do_not_collide_on_one_page() {
    let charts = charts(&sample::inspection());
    let mut seen = BTreeSet::new();
    for (name, svg) in drawings(&charts) {
        for part in svg.split(" id=\"").skip(1) {
            let id = part.split('"').next().unwrap();
            assert!(seen.insert(id.to_owned()), "{name} repeats the id {id}");
        }
    }
}

#[test]
fn crowded_and_harmful_data_stay_within_limits() {
    let charts = charts(&sample::crowded());
    assert!(charts.len() < 60, "{} charts", charts.len());
    let stems: BTreeSet<String> = charts.iter().map(|chart| chart.name.to_ascii_lowercase()).collect();
    assert_eq!(stems.len(), charts.len());
    for chart in &charts {
        assert!(chart.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{}", chart.name);
    }
    for (name, svg) in drawings(&charts) {
        check_svg(&name, svg);
        assert!(!svg.contains("19491231"), "{name} shows an identity number");
        assert!(svg.len() < 600_000, "{name} has {} bytes", svg.len());
    }
    let ratio = charts.iter().find(|chart| chart.name == "unqualified-ratio").unwrap();
    assert!(ratio.caption.zh.contains("只画 30 行，共 600 行") && ratio.caption.en.contains("30 of 600 rows"));
    assert_eq!(ratio.data.rows.len(), 1200, "the data file has every batch and denominator");
    assert!(ratio.data.rows.iter().flatten().all(|cell| !cell.contains("19491231")));
    assert!(charts.iter().any(|chart| chart.svg.zh.contains("&lt;script&gt;")));
}

#[test]
fn pictures_have_something_on_them() {
    let charts = charts(&sample::inspection());
    for chart in charts.iter().step_by(4) {
        let png = raster::png(&chart.svg.zh).unwrap();
        let pixels = tiny_skia::Pixmap::decode_png(&png).unwrap();
        let marked = pixels.pixels().iter().filter(|pixel| pixel.red() < 200 && pixel.alpha() == 255).count();
        assert!(marked > 3000, "{} has {marked} dark pixels", chart.name);
        assert!(pixels.pixels().iter().all(|pixel| pixel.alpha() == 255), "{} is not opaque", chart.name);
    }
}

/// A character that the font lacks is drawn as a box, and another font can be asked for.
#[test]
fn another_font_may_be_given() {
    let bytes =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/fonts/KaojianSans-Regular.ttf")).unwrap();
    let font = FontFace::from_bytes(bytes).unwrap();
    let inspection = sample::inspection();
    assert!(charts_with(&inspection, &font)[0].svg.zh == charts(&inspection)[0].svg.zh);
}

/// For looking at the charts: `KAOJIAN_CHARTS=folder cargo test --test it dump_charts -- --ignored`.
#[test]
#[ignore = "writes pictures for a person to look at"]
fn dump_charts() {
    let folder = std::env::var_os("KAOJIAN_CHARTS").map_or_else(std::env::temp_dir, std::path::PathBuf::from);
    for (part, inspection) in [("usual", sample::inspection()), ("crowded", sample::crowded())] {
        let folder = folder.join(part);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, svg) in drawings(&charts(&inspection)) {
            std::fs::write(folder.join(format!("{name}.svg")), svg).unwrap();
            std::fs::write(folder.join(format!("{name}.png")), raster::png(svg).unwrap()).unwrap();
        }
    }
}
