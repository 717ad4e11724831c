//! The local-polynomial density test against rddensity 2.6: bandwidths, densities, errors, windows.

use crate::scoring::golden_lines::{column, folder, near, number, records};
use kaojian::stats::density_kernel::{DensityKernel, SideCurves};
use kaojian::stats::density_test::{DensityBandwidth, DensityTestSettings, density_bandwidths, density_test};
use kaojian::stats::local_density::DensityErrors;
use kaojian::stats::window_counts::window_counts;

fn kernel(name: &str) -> DensityKernel {
    match name {
        "triangular" => DensityKernel::Triangular,
        "uniform" => DensityKernel::Uniform,
        _ => DensityKernel::Epanechnikov,
    }
}

/// Which scores, line and settings a case of the reference has.
fn settings(case: &str) -> DensityTestSettings {
    let mut settings = DensityTestSettings::default();
    let fixed = |below, above| DensityBandwidth::Fixed([below, above]);
    match case {
        "senate_p1_q2" => (settings.order, settings.bandwidth) = (1, DensityBandwidth::EachSide),
        "senate_p3" => settings.order = 3,
        "senate_restricted" => settings.model.curves = SideCurves::SameBends,
        "senate_uniform" => settings.model.kernel = DensityKernel::Uniform,
        "senate_epan" => settings.model.kernel = DensityKernel::Epanechnikov,
        "senate_bw_each" => settings.bandwidth = DensityBandwidth::EachSide,
        "senate_bw_diff" => settings.bandwidth = DensityBandwidth::Difference,
        "senate_bw_sum" => settings.bandwidth = DensityBandwidth::Sum,
        "senate_h10_20" => settings.bandwidth = fixed(10.0, 20.0),
        _ if case.ends_with("_h8") => settings.bandwidth = fixed(8.0, 8.0),
        _ if case.ends_with("_nomass") => settings.mass_points = false,
        _ => {}
    }
    settings
}

#[test]
fn twenty_settings_and_their_windows_equal_rddensity() {
    let Some(folder) = folder("g07_rddensity") else { return };
    let senate = column(folder.join("in_senate_margin.csv"), "margin");
    let clean = column(folder.join("in_exam_integer_scores.csv"), "score_clean");
    let moved = column(folder.join("in_exam_integer_scores.csv"), "score_manip");
    let windows = records(&folder.join("out_binomial.csv"));
    let rows = records(&folder.join("out_tests.csv"));
    assert_eq!((rows.len(), windows.len()), (20, 200));
    for row in rows {
        let case = row["case"].as_str();
        let scores = match case {
            _ if case.starts_with("senate") => &senate,
            _ if case.starts_with("exam_clean") => &clean,
            _ => &moved,
        };
        let line = match case {
            "senate_c5" => 5.0,
            _ if case.starts_with("senate") => 0.0,
            _ if case.ends_with("c59.5") => 59.5,
            _ => 60.0,
        };
        let found = density_test(scores, line, &settings(case)).unwrap();
        let whole = |count: usize| count as f64;
        for (found, name) in [
            (found.bandwidths[0], "h_l"),
            (found.bandwidths[1], "h_r"),
            (whole(found.scores[0]), "n_l"),
            (whole(found.scores[1]), "n_r"),
            (whole(found.effective[0]), "neff_l"),
            (whole(found.effective[1]), "neff_r"),
            (found.robust.densities[0], "f_l"),
            (found.robust.densities[1], "f_r"),
            (found.robust.difference, "diff"),
            (found.robust.standard_errors[0], "se_l"),
            (found.robust.standard_errors[1], "se_r"),
            (found.robust.standard_error, "se_diff"),
            (found.robust.t, "T_jk"),
            (found.robust.p_value, "p_jk"),
        ] {
            near(found, number(&row[name]), &format!("{case} {name}"));
        }
        let expected: Vec<_> = windows.iter().filter(|window| window["case"] == case).collect();
        let found = window_counts(scores, line, found.bandwidths);
        assert_eq!((found.len(), expected.len()), (10, 10));
        for (found, expected) in found.iter().zip(expected) {
            for (found, name) in [
                (found.reach[0], "wl"),
                (found.reach[1], "wr"),
                (whole(found.counts[0]), "nl"),
                (whole(found.counts[1]), "nr"),
                (found.p_value, "p"),
            ] {
                near(found, number(&expected[name]), &format!("{case} window {name}"));
            }
        }
    }
}

#[test]
fn bandwidths_equal_rddensity() {
    let Some(folder) = folder("g07_rddensity") else { return };
    let senate = column(folder.join("in_senate_margin.csv"), "margin");
    let rows = records(&folder.join("out_bandwidths_senate.csv"));
    assert_eq!(rows.len(), 36);
    for row in rows {
        let mut settings = DensityTestSettings { order: row["p"].parse().unwrap(), ..DensityTestSettings::default() };
        settings.model.kernel = kernel(&row["kernel"]);
        let found = density_bandwidths(&senate, 0.0, &settings).unwrap();
        let place = ["l", "r", "diff", "sum"].iter().position(|name| *name == row["which"]).unwrap();
        let what = format!("{} {} {}", row["kernel"], row["p"], row["which"]);
        near(found.bandwidths[place], number(&row["bw"]), &what);
        near(found.variances[place], number(&row["variance"]), &what);
        // Tiny numbers: compared as shares of themselves.
        near(found.squared_biases[place] / number(&row["biassq"]), 1.0, &what);
    }
}

/// The summary with plug-in errors is printed with three or four decimals.
#[test]
fn plug_in_errors_equal_the_printed_summary() {
    let Some(folder) = folder("g07_rddensity") else { return };
    let senate = column(folder.join("in_senate_margin.csv"), "margin");
    let mut settings = DensityTestSettings::default();
    settings.model.errors = DensityErrors::PlugIn;
    let found = density_test(&senate, 0.0, &settings).unwrap();
    assert_eq!(found.effective, [410, 470]);
    let printed = |value: f64, decimals: usize| format!("{value:.decimals$}");
    assert_eq!(found.bandwidths.map(|h| printed(h, 3)), ["20.351", "27.975"]);
    assert_eq!([found.conventional, found.robust].map(|c| printed(c.t, 4)), ["-1.5622", "-0.8611"]);
    assert_eq!([found.conventional, found.robust].map(|c| printed(c.p_value, 4)), ["0.1182", "0.3892"]);
}
