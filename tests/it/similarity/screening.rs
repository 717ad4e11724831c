//! The screen equals the plain double loop; order and threads change nothing.

use super::data::{dataset, honest};
use kaojian::detect::detector::Detector;
use kaojian::detect::parameters::DetectParameters;
use kaojian::detect::similarity::detector::SimilarityDetector;
use kaojian::detect::similarity::grouping::form_groups;
use kaojian::detect::similarity::matrix::build;
use kaojian::detect::similarity::pair_family::pairs_compared;
use kaojian::detect::similarity::response_model::estimate;
use kaojian::detect::similarity::screen::{screened_pairs, screened_pairs_plain};
use kaojian::detect::similarity::screening::{ScreenStatistic, Screening};
use kaojian::kernels::dispatch::Path;
use kaojian::kernels::plain::compare;
use kaojian::model::dataset::Dataset;
use kaojian::model::observation::Detected;
use kaojian::model::progress::Silent;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Responses of a form on which M4 is compared pair by pair.
const MOST_RESPONSES_OF_M4: usize = 7000;

/// Screened and plain results of one form, on every path, and the number of pairs compared.
fn check(data: &Dataset, minimum_items: u32, retention: f64) {
    let groups = form_groups(data);
    let matrix = build(&groups[0], &data.answers, minimum_items);
    let model = estimate(&matrix, &[]);
    for statistic in [ScreenStatistic::Identical, ScreenStatistic::IdenticalIncorrect, ScreenStatistic::MatchPattern] {
        // An exact M4 takes the third power of the items.
        if statistic == ScreenStatistic::MatchPattern && matrix.items.len() * matrix.sheets.len() > MOST_RESPONSES_OF_M4
        {
            continue;
        }
        let screening = |path| Screening { statistic, minimum_items, retention, path };
        let plain = screened_pairs_plain(&matrix, &model, &screening(Path::Portable));
        for path in Path::available() {
            let found = screened_pairs(&matrix, &model, &screening(path), &Silent);
            assert_eq!(found, plain, "{statistic:?}, {path:?}");
        }
    }
    let mut family = 0;
    for a in 0..matrix.sheets.len() {
        for b in a + 1..matrix.sheets.len() {
            family += u64::from(compare(matrix.row(a), matrix.row(b), &matrix.key).common >= minimum_items);
        }
    }
    assert_eq!(pairs_compared(&matrix, minimum_items), family);
}

/// Uniform responses with this many options, blanks at random.
fn random(sheets: usize, items: usize, options: u8, blank_share: f64, seed: u64) -> Vec<Vec<u8>> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut response = |_| if random.random_bool(blank_share) { 0 } else { random.random_range(1..=options) };
    (0..sheets).map(|_| (0..items).map(&mut response).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_screen_equals_the_plain_loop_at_random(
        sheets in 1usize..90, items in 1usize..70, options in 2u8..=10, blank_share in 0.0f64..0.6,
        minimum_items in 1u32..20, exponent in 0.3f64..4.0, seed: u64
    ) {
        let codes = random(sheets, items, options, blank_share, seed);
        check(&dataset(&codes, usize::from(options)), minimum_items, 10f64.powf(-exponent));
    }
}

#[test]
fn the_screen_equals_the_plain_loop_on_model_data() {
    for (sheets, items) in [(63, 1), (64, 60), (65, 100), (513, 30), (520, 12)] {
        check(&dataset(&honest(sheets, items, 3), 4), 1, 1e-3);
    }
    // As long as tests get.
    check(&dataset(&random(5, 500, 4, 0.02, 8), 4), 10, 0.05);
    check(&dataset(&random(30, 500, 4, 0.02, 8), 4), 10, 0.05);
}

/// Everything an observer can see, as text.
fn shown(detected: &Detected) -> String {
    format!("{detected:#?}")
}

fn copied() -> Vec<Vec<u8>> {
    let mut codes = honest(120, 60, 21);
    codes[7] = codes[3].clone();
    let source = codes[50].clone();
    codes[90][..45].copy_from_slice(&source[..45]);
    codes[11][5..20].fill(0);
    codes[12].fill(0);
    codes
}

#[test]
fn the_order_of_sheets_and_the_number_of_threads_change_nothing() {
    let data = dataset(&copied(), 4);
    let parameters = DetectParameters::default();
    let expected = shown(&SimilarityDetector.detect(&data, &parameters, &Silent));
    assert!(expected.contains("C000003") && expected.contains("flagged: true"));
    let mut permuted = data.clone();
    permuted.answers.sheets.reverse();
    permuted.answers.sheets.swap(4, 60);
    assert_eq!(shown(&SimilarityDetector.detect(&permuted, &parameters, &Silent)), expected);
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| SimilarityDetector.detect(&data, &parameters, &Silent));
        assert_eq!(shown(&found), expected, "{threads} threads");
    }
}

#[test]
fn threads_change_nothing_under_the_nominal_model() {
    let mut codes = honest(700, 40, 5);
    codes[1] = codes[600].clone();
    let data = dataset(&codes, 4);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        shown(&pool.install(|| SimilarityDetector.detect(&data, &DetectParameters::default(), &Silent)))
    };
    assert_eq!(run(1), run(4));
}
