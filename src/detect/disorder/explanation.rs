//! What `explain` prints of the disorder detector.

use crate::detect::detector::Explanation;
use crate::model::text::Bilingual;

/// Name of the detector.
pub(super) const NAME: &str = "disorder";

/// The words.
pub(super) fn explanation() -> Explanation {
    Explanation {
        measures: vec![
            ("easier_items", Bilingual::new("再次使用时明显变易的试题", "items much easier when used again")),
            ("void_marks", Bilingual::new("作弊、违纪或作废标记偏多", "more voided results than elsewhere")),
            ("absences", Bilingual::new("缺考偏多", "more absences than elsewhere")),
        ],
        looks_for: Bilingual::new(
            "三项统计迹象，均不单独成为结论。其一（disorder.easier_items）：同一试题编号、同一答案的试题在先后不同日期使用时，先按共同试题的答对数\
             把两次的考生分层，再比较各层答对的比例（Mantel–Haenszel 检验，单侧），对全部检验校正错误发现率；须同时超过变易的最小幅度。考生整体\
             水平较高不构成迹象；整卷外泄时各题同步变易，本项看不出来。每次使用只与先前共同试题最多的一次相比。其二、其三（disorder.void_marks、\
             disorder.absences）：每个批次作弊、违纪、作废标记与缺考的比例，与其他批次合计相比（Fisher 精确检验，单侧），对全部批次校正错误发现率。",
            "Three statistical signs, none of them a conclusion. First (disorder.easier_items): where an item with one identifier and one key was \
             used on different days, the candidates of both are put into strata by their number right on the common items, and the shares \
             right within strata are compared (Mantel–Haenszel, one-sided), with the false discovery rate adjusted over all tests; the shift must \
             also exceed a least size. Better candidates are no sign; where a whole form is known all items gain alike, which does not show here. \
             Each use is compared with the earlier one that shares most items. Second and third (disorder.void_marks, disorder.absences): the \
             share of voided results, and of absences, of each batch beside all others together (Fisher's exact test, one-sided), with the false \
             discovery rate adjusted over all batches.",
        ),
        honest_causes: Bilingual::new(
            "试题所考内容在培训中重点讲过，或成为时事热点；试题文字、图片修订而编号未改；考生来自同一培训机构；监考严格而记录作弊较多，正是尽责；\
             天气、交通、用工单位临时调班使缺考增多；作废是因技术故障而非纪律。",
            "The matter was taught with emphasis or was in the news; the item was revised under its old number; the candidates come from one training \
             provider; invigilators were strict and recorded more, which is their duty; weather, traffic or shifts at work kept people away; \
             results were void for technical reasons.",
        ),
        settings: vec![
            (
                "disorder.significance_level",
                Bilingual::new("错误发现率，默认 0.01。", "False discovery rate, 0.01 by default."),
            ),
            (
                "disorder.minimum_delta_hundredths",
                Bilingual::new(
                    "变易的最小幅度（delta 尺度的百分之一），默认 150，即 1.5（C 类差异的界限）。",
                    "Least shift in hundredths of the delta scale, 150 by default: 1.5, the border of a class C difference.",
                ),
            ),
            (
                "disorder.minimum_common_items",
                Bilingual::new(
                    "两次使用至少共有的试题数，默认 10。",
                    "Fewest items that two uses have in common, 10 by default.",
                ),
            ),
        ],
        sources: vec![
            "Mantel, N. & Haenszel, W. (1959), Journal of the National Cancer Institute 22, 719-748",
            "Holland, P. W. & Thayer, D. T. (1988), in Wainer & Braun (eds.), Test Validity, 129-145",
            "Benjamini, Y. & Hochberg, Y. (1995), JRSS B 57, 289-300",
            "Art. 22(2) 泄露评价内容或私自公开试题的",
            "Art. 22(3) 考务组织不规范,发生严重违反考风考纪行为的",
        ],
    }
}
