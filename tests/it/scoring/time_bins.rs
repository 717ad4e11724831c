//! Time as a facet or an interaction: in stretches, never as the text of each moment.

use crate::scoring::commands::{drifting_ratings, simulated};
use crate::support::kaojian;
use std::fs;
use std::path::Path;

fn rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn summary(out: &Path) -> serde_json::Value {
    serde_json::from_str(&fs::read_to_string(out.join("summary.json")).unwrap()).unwrap()
}

#[test]
fn rater_by_time_shows_who_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = drifting_ratings(folder.path());
    for (bins, rule, count) in [("4", "equal-numbers", 4), ("6", "days", 6)] {
        let out = folder.path().join(bins);
        let words = ["--language", "en", "raters", path.to_str().unwrap(), "-o", out.to_str().unwrap()];
        let ran = kaojian(words.into_iter().chain(["--interaction", "rater:time", "--time-bins", bins]));
        assert_eq!((ran.code, ran.errors.as_str()), (0, ""));
        assert!(ran.output.contains("12 rows left out"), "{}", ran.output);
        let summary = summary(&out);
        let found = &summary["time_bins"];
        assert_eq!(found["rule"], rule);
        let listed = found["bins"].as_array().unwrap();
        assert_eq!(listed.len(), count);
        let sizes: Vec<u64> = listed.iter().map(|bin| bin["ratings"].as_u64().unwrap()).collect();
        assert_eq!(sizes.iter().sum::<u64>(), 3_588);
        // A person's twelve ratings have one time and stay together.
        assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 12, "{sizes:?}");
        assert_eq!(listed[0]["first"], "2026-05-01 09:00:00");
        assert_eq!(listed[count - 1]["last"], "2026-05-06 09:49:00");
        assert!(summary["left_out"][0]["zh"].as_str().unwrap().contains("不能归入时段"), "{}", summary["left_out"]);
        // Time is crossed with the raters without being a facet of the model.
        assert!(summary["facets"].as_array().unwrap().iter().all(|facet| facet["facet"] != "time"));
        assert!(!out.join("times.csv").exists());
        let cells: Vec<Vec<String>> =
            rows(&out.join("interactions.csv")).into_iter().filter(|row| row[1] == "time").collect();
        assert_eq!(cells.len(), 6 * count);
        for cell in &cells {
            let bin = listed.iter().position(|bin| bin["level"] == cell[2].as_str()).unwrap();
            let (bias, adjusted): (f64, f64) = (cell[4].parse().unwrap(), cell[7].parse().unwrap());
            if cell[0] == "r4" {
                assert_eq!(bias > 0.0, bin < count / 2, "{cell:?}");
                // A day has 88 ratings of a rater, too few to tell this change on each of them.
                assert!(adjusted < 0.05 || rule == "days", "{cell:?}");
            }
        }
        // What is left to the others is their share of the persons' measures, and smaller in every bin.
        for bin in listed.iter().filter(|_| rule != "days") {
            let of_bin = cells.iter().filter(|cell| bin["level"] == cell[2].as_str());
            let size = |cell: &&Vec<String>| cell[4].parse::<f64>().unwrap().abs();
            let largest = of_bin.max_by(|a, b| size(a).total_cmp(&size(b))).unwrap();
            assert_eq!(largest[0], "r4", "{cells:?}");
        }
    }
}

#[test]
fn time_is_a_facet_in_bins() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ratings.csv");
    let (input, _) = simulated(200, 6, 4, 6);
    let mut text = String::from("person,rater,criterion,score,time\n");
    for rating in 0..input.ratings() {
        let (person, levels) = (input.person[rating], input.levels_of(rating));
        text += &format!(
            "p{person:03},r{},c{},{},{}\n",
            levels[0],
            levels[1],
            input.score[rating],
            (person * 37 + levels[0] * 131) % 1000
        );
    }
    // The same mark a moment later, in the same bin, is a duplicate; without a facet of time it is one anywhere.
    fs::write(&path, text + "same,r0,c0,1,10\nsame,r0,c0,2,11\napart,r0,c0,1,10\napart,r0,c0,2,990\n").unwrap();
    for (option, value, left_out) in [("--facets", "time", 2), ("--interaction", "rater:time", 4)] {
        let out = folder.path().join(value.replace(':', "-"));
        let ran = kaojian(["raters", path.to_str().unwrap(), "-o", out.to_str().unwrap(), option, value]);
        assert_eq!((ran.code, ran.errors.as_str()), (0, ""));
        let summary = summary(&out);
        assert_eq!(summary["left_out"].as_array().unwrap().len(), left_out, "{}", summary["left_out"]);
        assert_eq!(summary["time_bins"]["rule"], "equal-numbers");
        assert_eq!(summary["time_bins"]["asked_for"], 4);
        assert_eq!(out.join("times.csv").exists(), option == "--facets");
        if option == "--facets" {
            let levels: Vec<String> = rows(&out.join("times.csv")).into_iter().map(|row| row[0].clone()).collect();
            assert_eq!(levels.len(), 4);
            assert!(levels[0].starts_with("1: 1 – ") && levels[3].starts_with("4: "), "{levels:?}");
        }
    }
}
