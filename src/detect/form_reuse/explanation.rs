//! What `explain` prints of the form-reuse detector.

use crate::detect::detector::Explanation;
use crate::model::text::Bilingual;

/// The words.
pub fn explanation() -> Explanation {
    Explanation {
        measures: vec![
            ("same_paper", Bilingual::new("同一份试卷再次使用", "one paper used again")),
            ("alike_papers", Bilingual::new("高度重合的试卷再次使用", "papers that overlap widely, used again")),
            ("papers_on_record", Bilingual::new("各批次试卷在案", "papers of every batch on record")),
        ],
        looks_for: Bilingual::new(
            "同一机构、同一职业与等级的各批次试卷逐对比较。一个批次的全部试卷（A/B 卷、平行考场）视为一份试卷、一次使用；同一天的多个批次视为一次使用。\
             试题按内容比较：题干去掉题号、全半角、空格、标点和不可见字符，选项不计顺序，答案按正确选项的文字比较；没有题干时按试题编号，只有答案时只比较整份答案串，并注明依据。\
             相近指题干与选项的编辑距离相似度达到设定值且数值、单位、否定一致（MinHash 找候选，逐对核实）；仅数值不同的是变式题，不算相同。\
             两份试卷全部试题相同为事实（form_reuse.same_paper）；专业试题重合达到设定份额为迹象（form_reuse.alike_papers），通用知识题另计。与首次使用者比较，不因逐步变化的试卷连成一串。",
            "The papers of one body for one occupation and level are compared pair by pair. All forms of a batch (A and B forms, parallel rooms) are one paper and one use; batches of one day are one use. \
             Items are compared by content: the stem without numbering, width, spaces, punctuation and characters that do not show, the options in no order, the key by the text of the keyed option; by identifier where there is no stem; where there are keys only, the whole string of keys; which of these it was is stated. \
             Near means an edit-distance likeness of stem and options at the setting or above, with the same numbers, units and negations (MinHash finds candidates, each is verified); an item with another number is a variant and not the same. \
             Papers of which all items are the same are a fact (form_reuse.same_paper); a share of the specific items at the setting or above is a sign (form_reuse.alike_papers), common knowledge being counted apart. Every paper is held against the first one that it repeats, so that no chain of changing papers joins two that differ.",
        ),
        honest_causes: Bilingual::new(
            "补考或延期考生按规定使用备用卷；统一命题（由主管部门下发的同一试卷）；同一批次拆分录入为两个批次；题库很小或按规定抽取的公共试题；导出试卷时误附了其他批次的试卷。",
            "A spare paper used for resits or postponed candidates as the rules allow; a paper set centrally and sent to all; one evaluation entered as two batches; a small bank, or common items drawn as the rules say; the paper of another batch attached to the export by mistake.",
        ),
        settings: vec![
            (
                "form_reuse.overlap_percent",
                Bilingual::new(
                    "两份试卷视为高度重合的份额（相同与相近的专业试题占较小试卷专业试题的百分数），默认 80；条文没有数字。",
                    "Share from which papers overlap widely (same and near specific items of the smaller paper's, per cent), 80 by default; the text has no number.",
                ),
            ),
            (
                "form_reuse.near_percent",
                Bilingual::new(
                    "试题视为相近的相似度百分数，默认 90。",
                    "Likeness from which items are near, per cent, 90 by default.",
                ),
            ),
            (
                "form_reuse.common_domains",
                Bilingual::new(
                    "通用知识领域，其试题另计，默认“职业道德”“基础知识”。",
                    "Domains of common knowledge, whose items are counted apart; 职业道德 and 基础知识 by default.",
                ),
            ),
        ],
        sources: vec![
            "Art. 20(4): 雷同卷 used twice or more within 12 months, read as a paper used again",
            "Broder (1997), On the resemblance and containment of documents, Compression and Complexity of Sequences, 21-29 (MinHash)",
            "Boytsov (2011), Indexing methods for approximate dictionary searching, Journal of Experimental Algorithmics 16 (restricted Damerau-Levenshtein distance)",
            "Fredman (1975), On computing the length of longest increasing subsequences, Discrete Mathematics 11, 29-35",
        ],
    }
}
