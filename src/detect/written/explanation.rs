//! What `explain` prints of the detector of written answers.

use crate::detect::detector::Explanation;
use crate::model::text::Bilingual;

/// The words.
pub fn explanation() -> Explanation {
    Explanation {
        measures: vec![
            ("alike_answers", Bilingual::new("书面作答雷同", "written answers that are alike")),
            (
                "hidden_characters",
                Bilingual::new("作答含不可见或形近字符", "characters that do not show or look alike"),
            ),
            ("shared_by_many", Bilingual::new("多人同一作答", "one text of many candidates")),
            ("earlier_answers", Bilingual::new("与历史作答雷同", "written answers like earlier ones")),
        ],
        looks_for: Bilingual::new(
            "同一题目（职业、等级、考核项目与评分要素，或试题编号、附件题目）的书面作答逐对比较，跨批次也比较。作答来自评分记录的作答内容、逐题作答表的长文本，以及附件文件夹中一名考生一个的文档。\
             文字先归一（全半角、大小写、空格、标点、不可见与形近字符），再去掉题干、选项与参考答案中的文字，以及许多考生都写到的段落（通用表述）；其余部分中达到设定字数的相同段落全部找出，不漏不误：每个窗口按散列排序分类并逐字核实，相同的作答先合并。\
             较短作答（除给定文字外）被相同段落覆盖的份额和字数都达到设定值的一对为迹象（written.alike_answers），相互关联的考生为一组。含零宽字符、改变文字方向的字符或形近字母的作答逐人列出（written.hidden_characters）。\
             许多考生同一全文的，不计为对，另行列出（written.shared_by_many）。使用历史库时，与以往批次作答的指纹比较（written.earlier_answers）；历史库只存指纹，不存文字。",
            "Written answers to one question (occupation, level, component and criterion, or the item, or the question of an attachment) are compared pair by pair, across batches too. They come from `response_text` of the ratings, long free texts among the answers, and folders of attachments with one document a candidate. \
             Texts are brought to one form (width, case, spaces, punctuation, characters that do not show or look alike); what stands in stems, options and reference answers, and passages that many candidates wrote (stock phrases), are taken out. In the rest every shared passage of the set length is found, none missed and none invented: windows are sorted into classes by hash and verified character by character, and equal texts are joined first. \
             A pair of which the covered share and length of the shorter text (beside what was given) both reach the settings is a sign (written.alike_answers); candidates that hang together are a cluster. Texts with zero-width characters, characters that turn the reading direction, or letters that only look alike are listed by candidate (written.hidden_characters). \
             A whole text that many candidates share is not counted as pairs and is listed apart (written.shared_by_many). With a history, answers are held against the fingerprints of earlier batches (written.earlier_answers); the history keeps fingerprints and no text.",
        ),
        honest_causes: Bilingual::new(
            "同一培训教材、讲义或教师口授的范文；背诵标准操作规程；题目要求照抄或列举法规条文；同一考生补考时沿用自己的文字；录入或导出时重复了作答；从 PDF 或网页复制自己的文字时带入不可见字符、部首代用字。",
            "One textbook, hand-out or model text dictated by a teacher; a standard procedure learnt by heart; a question that asks for the words of a law; a candidate who uses his or her own text again in a resit; an answer repeated on entry or export; invisible characters and radicals that come along when a candidate copies own text out of a PDF or a web page.",
        ),
        settings: vec![
            (
                "written.passage",
                Bilingual::new(
                    "相同段落的最少字数（归一后），默认 20。",
                    "Fewest characters of a passage (in normal form), 20 by default.",
                ),
            ),
            (
                "written.given_passage",
                Bilingual::new(
                    "视为引自题干或参考答案的最少连续字数，默认 10。",
                    "Fewest characters in a row that count as taken from the stem or the reference answer, 10 by default.",
                ),
            ),
            (
                "written.share_percent",
                Bilingual::new(
                    "较短作答被覆盖的百分数，默认 50；条文没有数字。",
                    "Share of the shorter text that is covered, per cent, 50 by default; the text has no number.",
                ),
            ),
            (
                "written.minimum_length",
                Bilingual::new("被覆盖的最少字数，默认 40。", "Fewest characters covered, 40 by default."),
            ),
            (
                "written.common_percent",
                Bilingual::new(
                    "达到该百分数的考生都写到的段落视为通用表述，默认 10。",
                    "Share of the candidates from which a passage counts as a stock phrase, per cent, 10 by default.",
                ),
            ),
            (
                "written.common_least",
                Bilingual::new(
                    "视为通用表述的最少人数，默认 5。",
                    "Fewest candidates for a stock phrase, 5 by default.",
                ),
            ),
            (
                "written.maximum_length",
                Bilingual::new(
                    "每份作答比较的最多字数，默认 100000；超出部分不比较并注明。",
                    "Characters of one answer that are compared, 100,000 by default; what is beyond is not, and this is said.",
                ),
            ),
            (
                "written.maximum_pairs_reported",
                Bilingual::new(
                    "每题并排显示的最多对数，默认 200。",
                    "Most pairs of a question kept with both texts, 200 by default.",
                ),
            ),
        ],
        sources: vec![
            "Art. 20(4): 雷同卷, read as alike answer sheets",
            "Karp & Rabin (1987), Efficient randomized pattern-matching algorithms, IBM Journal of Research and Development 31, 249-260",
            "Wise (1993), String similarity via greedy string tiling and running Karp-Rabin matching",
            "Schleimer, Wilkerson & Aiken (2003), Winnowing: local algorithms for document fingerprinting, SIGMOD, 76-85",
            "Unicode Technical Standard 39, Unicode security mechanisms (characters that look alike)",
        ],
    }
}
