//! What `explain` prints of the answer-similarity detector.

use crate::detect::detector::Explanation;
use crate::model::text::Bilingual;

/// The explanation in both languages.
pub fn explanation() -> Explanation {
    Explanation {
        measures: vec![
            ("identical_sheets", Bilingual::new("作答完全相同的答卷", "identical answer sheets")),
            ("room_clusters", Bilingual::new("同一考场相似答卷成组", "alike sheets of one room in a cluster")),
            ("similar_pairs", Bilingual::new("高度相似的答卷对", "pairs of near-identical answer sheets")),
        ],
        looks_for: Bilingual::new(
            "同一试卷的答卷中，作答完全相同的两份（事实），以及相同作答多到独立作答难以解释的两份（统计迹象）。同一试卷的全部配对都比较，\
             包括跨批次使用同一试卷的情形；概率为反应模型下相同作答数的精确上尾（GBT），并按全部比较过的配对作 Holm 校正。\
             提示还须有相同的错误作答支持：两份满分或高分答卷仅因正确作答相同，不会被提示。\
             同一考场内三份以上经由这些配对连成一组的，另列（similarity.room_clusters）。结果是供人核查的线索，不是结论。",
            "Among the sheets of one form: two sheets that are the same in every response (a fact), and two sheets with more \
             identical responses than independent work explains (a statistical sign). All pairs of a form are compared, also \
             across batches that used it; the probability is the exact upper tail of the number of identical responses under a \
             response model (GBT), adjusted by Holm over all pairs compared. A flag also needs identical wrong responses: two \
             perfect or high scorers never flag on right answers alone. Three or more sheets of one room that hang together \
             through such pairs are listed as a cluster (similarity.room_clusters). The result is a reason to look, not a conclusion.",
        ),
        honest_causes: Bilingual::new(
            "同一教师或同一教材造成的共同误解；试题容易，多数人作答相同；两人都接近满分；标准答案或选项有误，使许多人选同一“错误”选项；\
             同一答卷重复扫描或录入（准考证号相同时会注明）；A/B 卷选项顺序未对应；题目很少或考生很少，模型粗略；\
             泄露的答案使整组人相似，而彼此并未抄袭。须由专家组结合座位、监考记录和原始答卷确认。",
            "A shared misconception from one trainer or textbook; an easy test on which most people answer alike; two candidates \
             near full marks; a wrong key or a flawed option that draws many people to the same \"wrong\" answer; one sheet scanned \
             or entered twice (said where the candidate numbers agree); versions A and B whose options were not mapped to each \
             other; few items or few sheets, so that the model is coarse; a leaked key, which makes a whole group alike without any \
             copying among them. To be confirmed by the expert group with seating, invigilation records and the original sheets.",
        ),
        settings: vec![
            (
                "significance_level",
                Bilingual::new(
                    "每份试卷全部配对合计的错误提示概率上限（默认 0.01）。",
                    "Family-wise level over all pairs compared within one form (default 0.01).",
                ),
            ),
            (
                "minimum_items",
                Bilingual::new(
                    "两份答卷共同作答的最少题数（默认 10）；不足者不比较，并列出原因。",
                    "Fewest items both sheets must have answered (default 10); others are not compared, and named.",
                ),
            ),
            (
                "rule",
                Bilingual::new(
                    "提示所依据的统计量（默认 single）：single 为相同作答（GBT）；act 须相同作答与相同错误作答两项均超过水平，用于准备采取行动；\
                     monitor 任一项超过即可，用于日常监测，错误提示概率的上限为水平的两倍。",
                    "Which statistics a flag rests on (default single): single, identical responses (GBT); act, identical responses \
                     and identical wrong responses must both be past the level, for cases to be acted on; monitor, one of them \
                     is enough, for watching: the chance of a false flag is then at most twice the level.",
                ),
            ),
            (
                "maximum_pairs_reported",
                Bilingual::new(
                    "每份试卷最多详细列出的配对数（默认 500）；计数不受影响。",
                    "Most pairs of a form that are spelt out (default 500); counts are not affected.",
                ),
            ),
        ],
        sources: vec![
            "van der Linden, W. J. & Sotaridona, L. (2006). Detecting answer copying when the regular response process follows a \
             known response model. Journal of Educational and Behavioral Statistics 31, 283-304.",
            "Bock, R. D. (1972). Estimating item parameters and latent ability when responses are scored in two or more nominal \
             categories. Psychometrika 37, 29-51.",
            "Wesolowsky, G. O. (2000). Detecting excessive similarity in answers on multiple choice exams. Journal of Applied \
             Statistics 27, 909-921.",
            "Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 65-70.",
        ],
    }
}
