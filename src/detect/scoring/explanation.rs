//! What the detector says of itself.

use crate::detect::detector::Explanation;
use crate::model::text::Bilingual;

/// For `explain`.
pub(super) fn explanation() -> Explanation {
    Explanation {
        measures: vec![
            (
                "recomputed_mark",
                Bilingual::new("复算与记录不同的客观题成绩", "objective marks that differ from the key"),
            ),
            (
                "same_response",
                Bilingual::new("相同作答得分不同的试题", "items whose same response got different scores"),
            ),
            (
                "component_total",
                Bilingual::new("不符合评分规则的项目成绩", "final marks that do not follow the declared rule"),
            ),
            ("off_rubric", Bilingual::new("不在评分档上的评分", "marks off the rubric")),
            ("second_rater", Bilingual::new("缺少第二评的作品", "works without a second rater")),
            ("third_rater", Bilingual::new("应有第三评而没有的作品", "works without the third mark they need")),
            (
                "adjudication",
                Bilingual::new("不符合所声明裁定规则的最终成绩", "final marks at odds with the declared adjudication"),
            ),
            (
                "same_answer_one_rater",
                Bilingual::new("同一考评员对相同作答评分不同", "one rater, the same answer, different marks"),
            ),
            (
                "same_answer_raters",
                Bilingual::new(
                    "相同或相近作答评分差异过大",
                    "the same answer, marks further apart than severity explains",
                ),
            ),
            ("agreement", Bilingual::new("评分有差异的考评员对", "rater pairs that differ")),
            ("severity", Bilingual::new("偏严或偏宽的考评员", "severe or lenient raters")),
            ("drift", Bilingual::new("宽严随时间变化的考评员", "raters whose severity moves over time")),
            ("halo", Bilingual::new("各评分项评分过于接近的考评员", "raters whose criteria get nearly one mark")),
            ("centrality", Bilingual::new("评分集中在中间档的考评员", "raters whose marks crowd into the middle")),
            (
                "range_restriction",
                Bilingual::new("评分全距过窄的考评员", "raters whose marks of different works lie close"),
            ),
        ],
        looks_for: Bilingual::new(
            "评分不规范的事实与统计迹象。事实（任何人打开原始行即可复核）：按答案复算的客观题得分与记录不同（recomputed_mark）；同一试题的相同作答记录了不同得分，无需答案即可核对，有答案的试题按复算列出（same_response）；\
             技能、综合评审的最终成绩不符合所声明的规则：两评差异低于容差取平均，达到容差由第三评分或最接近两评的平均决定，专家评分优先（component_total）；\
             评分低于 0、高于配分或不在步长上（off_rubric）；考评员少于要求（second_rater）；差异达到容差而无第三评分（third_rater）；\
             在设置中声明了裁定规则时，最终成绩与该规则不符或缺少其要求的专家评分（adjudication）；同一考评员对同一评分项内容完全相同的作答评分相差达到所声明的份额（same_answer_one_rater）。\
             迹象（仅供人判断，本身不是结论）：两名考评员的总分平均差异显著（agreement）；某考评员在联合模型（作品效应 + 考评员效应）中\
             明显偏严或偏宽（severity）；某考评员的宽严随其评分顺序变化，或有一段评分明显偏离其自身平均（drift）；与同组考评员相比，某考评员对同一作品各评分项的评分过于接近（halo）、评分集中在中间档（centrality）、对不同作品的评分过于接近（range_restriction）；同一评分项相同或相近的作答，扣除考评员宽严后评分相差仍大于评分误差所能解释的范围（same_answer_raters）。\
             比较作答时不计全半角、大小写、空格、标点与不可见字符；数字、单位、否定词不同即为不同作答；相近以编辑距离（strsim，受限 Damerau–Levenshtein）衡量，由 MinHash 预选。比较单位是一名考生的一个考核项目（作品），同一作品的多个评分项合并为一个值，避免把相关的评分当作独立证据。\
             宽严的迹象只看这一联合模型；另对每个机构的每个考核项目拟合一个多面 Rasch 模型（作品、考评员、评分项），供考评员一览表、控制图与复评队列使用：\
             分值多于评分所能支撑时，相邻分值合并为至多 10 档；两者结论不同时在数据项中列名。漂移检验中，趋势占检验水平的五分之四，控制图占五分之一：\
             CUSUM（k = 0.5，h = 5，平均每 465 个作品一次虚警）高度的概率按作品数计算，两者分别经 Holm 法对全部考评员校正；EWMA（λ = 0.2，L = 2.962，平均每 500 个作品一次虚警）只供查看。\
             晕轮、趋中、全距过窄需至少 20 个作品、三名考评员，Holm 校正后显著，且与同组中位数之比分别不高于 0.6、不低于 1.25、不高于 0.75。两人一组评分时，趋中还须在逐一去掉与每位搭档共同评分的作品之后仍然成立：与评分异常者搭档不算趋中。",
            "Facts and signs of nonstandard marking. Facts (anyone who opens the rows can recount them): an objective mark recomputed from the key that is not the recorded one (recomputed_mark); one response to one item with different recorded scores, which needs no key and is listed as recomputed where there is one (same_response); \
             a final mark of a rated component that does not follow the declared rule: mean of two marks below the tolerance, third mark or mean of the closest pair at or above it, an expert's mark above all (component_total); \
             a mark below 0, above the maximum or between the steps (off_rubric); fewer raters than required (second_rater); a difference at or above the tolerance without a third mark (third_rater); \
             where the settings declare a rule of adjudication, a final mark at odds with it, or an expert's mark that it asks for and that is missing (adjudication); \
             marks that one rater gave exactly the same answer to one criterion and that differ by the declared share (same_answer_one_rater). \
             Signs (for a person to decide, never a conclusion): two raters whose totals differ on average (agreement); a rater who is severe or lenient in a joint model of work and rater effects (severity); \
             a rater whose severity moves along the order of marking, or who stood elsewhere for a stretch of it (drift); beside the other raters of a panel, a rater whose marks of the criteria of one work lie close together (halo), whose marks crowd into the middle categories (centrality), or whose marks of different works lie close together (range_restriction); answers to one criterion that are the same or nearly so and whose marks, less the raters' severities, lie further apart than errors of marking explain (same_answer_raters). \
             Answers are compared without width, case, spaces, punctuation and invisible characters; another number, unit or negation is another answer; near is measured by edit distance (strsim, restricted Damerau–Levenshtein) among candidates of MinHash. The unit is the work: one candidate's component. The criteria of one work are joined into one value, so that marks which hang together do not count as independent evidence. \
             The sign of severity rests on this joint model alone; beside it a many-facet Rasch model (work, rater, criterion) is fitted for every component of every body, for the panel of raters, the control charts and the re-mark queue: \
             where there are more different marks than the data can carry, neighbouring ones are joined into at most 10 categories, and raters on whom both models part are named in the figures. Of drift the trend has four fifths of the level and the charts one fifth: \
             the probability of the height of the CUSUM (k = 0.5, h = 5, one false signal in 465 works) is taken for the number of works, and each is adjusted over all raters by Holm; the EWMA (λ = 0.2, L = 2.962, one false signal in 500 works) is for looking only. \
             Halo, centrality and restricted range need 20 works and three raters, significance after Holm, and a ratio to the panel's median of at most 0.6, at least 1.25 and at most 0.75. Where two mark each work, centrality must also stand without the works of each partner in turn: to have been paired with a rater who marks unusually is not centrality.",
        ),
        honest_causes: Bilingual::new(
            "对全体考生更正答案、送分题或多选题部分给分（合并为一个案例并注明）；经批准的复核；按“四舍五入”或 GB/T 8170“四舍六入五成双”取整（不算差异，并注明该批次采用哪一种）；\
             机构另有备案的评分规则，如去掉最高分和最低分（全批一致时合并为一个案例）；评分记录导出不全或重复导出；评分中途更正答案、同一试题在未载明的不同试卷中答案不同；考评员被分到不同的考场、项目或考生群体；评分细则在评分期间有正式更新；\
             只有两名考评员互评时，数据无法分辨是谁偏严；评分依据不只文字（操作、图样、字迹），或导出的作答被截断、替换为附件名；评分细则对该要点规定了另一种得分。",
            "A key correction for everyone, an item given to all, or partial credit on multiple answers (joined into one case that says so); an approved re-check; rounding half up or half to even as GB/T 8170 (no difference, and the rule the batch follows is stated); \
             another rule on file with the body, such as leaving out the highest and lowest mark (one case when the whole batch follows it); an incomplete or repeated export of the marks; a key corrected midway through the marking, or forms with other keys that the data do not name; raters assigned to other rooms, tasks or groups of candidates; a rubric that was formally revised during marking. \
             Where only two raters mark each other's works, the data cannot tell which of the two is severe. A mark may rest on more than the text (a performance, a drawing), the exported text may be cut off, or the rubric may give the point elsewhere.",
        ),
        settings: vec![
            (
                "required_raters",
                Bilingual::new(
                    "每个作品要求的考评员人数；评次不大于它的是常规评分，其后是第三评分，再后是专家。",
                    "Raters that every work needs; markings numbered up to it are regular, the next is the third mark, later ones are the expert's.",
                ),
            ),
            (
                "tolerance_share",
                Bilingual::new(
                    "需要第三评分的差异，占该项目满分的份额（分子/分母，整数比较，等于即达到）；按考核项目总分比较。",
                    "Difference that needs a third mark, as share of the component's maximum (numerator/denominator, compared in whole numbers, equal counts as reached); totals of the component are compared.",
                ),
            ),
            (
                "mark_step",
                Bilingual::new(
                    "评分的最小步长；相邻一致指总分相差不超过步长与满分 5% 中较大者。",
                    "Smallest step of a mark; adjacent agreement means totals no further apart than the larger of the step and 5 % of the maximum.",
                ),
            ),
            (
                "significance_level",
                Bilingual::new(
                    "检验水平，经 Holm 法对所有考评员（或所有考评员对）校正。",
                    "Level of the tests, after Holm over all raters (or all pairs of raters).",
                ),
            ),
            (
                "rater_effects",
                Bilingual::new(
                    "考评员效应值得提示的界限：minimum_works 最少作品数；halo_percent、centrality_percent、range_percent 与同组通常水平之比；misfit_percent 加权拟合（infit）与模型预期之比，均以百分数计。",
                    "From where an effect of a rater is worth a sign: minimum_works; halo_percent, centrality_percent and range_percent against what is usual in the panel; misfit_percent of infit against what the model expects; in per cent.",
                ),
            ),
            (
                "remark_minimum_percent",
                Bilingual::new(
                    "再评一次使合格结论改变的概率达到该百分数的作品进入复评队列。",
                    "A work stands in the re-mark queue when one more marking would turn its decision with this probability or more, in per cent.",
                ),
            ),
            (
                "same_answer.similarity_percent",
                Bilingual::new(
                    "两份作答视为相近的相似度：1 − 编辑距离 / 较长者的字数，以百分数计。",
                    "Likeness from which two answers count as near: 1 − edit distance / characters of the longer one, in per cent.",
                ),
            ),
            (
                "same_answer.minimum_length",
                Bilingual::new(
                    "可视为相近的最少字数；更短的作答只比较是否相同，“略”“不会”等不比较。",
                    "Fewest characters of an answer that may be near another; shorter ones are the same or not, and 略, 不会 and the like are not compared.",
                ),
            ),
            (
                "same_answer.difference_percent",
                Bilingual::new(
                    "相同作答评分之差值得列出的份额（占该评分项配分，等于即达到）。",
                    "Difference between marks of one answer that is worth a case, as share of the criterion's maximum (equal counts as reached).",
                ),
            ),
            (
                "adjudication",
                Bilingual::new(
                    "按项目声明的裁定规则（every、theory、skill、review）：third = closest_pair | third | mean_of_all，expert_needed，rounding = none | half_up | half_even，decimals。未声明时不判定，只列出该批次成绩符合哪一规则。",
                    "Declared rule of adjudication by component (every, theory, skill, review): third = closest_pair | third | mean_of_all, expert_needed, rounding = none | half_up | half_even, decimals. Without one nothing is judged, and only the rule that the batch's marks follow is stated.",
                ),
            ),
            (
                "minimum_deviation_rate",
                Bilingual::new(
                    "值得提示的最小平均偏差（占满分的份额）；显著但更小的偏差不提示。",
                    "Smallest mean deviation worth a sign, as share of the maximum; a significant but smaller one raises none.",
                ),
            ),
        ],
        sources: vec![
            "Art. 20(5): marking irregular, standards not uniform",
            "GB/T 8170-2008, Rules of rounding off for numerical values",
            "Cohen (1968), Weighted kappa, Psychological Bulletin 70, 213-220",
            "Fleiss, Cohen & Everitt (1969), Large sample standard errors of kappa and weighted kappa, Psychological Bulletin 72, 323-327",
            "Searle (1971), Linear Models, ch. 7: two-way additive model with unequal numbers, connectedness",
            "Liang & Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika 73, 13-22 (cluster-robust standard errors)",
            "Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6, 65-70",
            "Linacre (1989), Many-Facet Rasch Measurement",
            "Myford & Wolfe (2004), Detecting and measuring rater effects using many-facet Rasch measurement: Part II, Journal of Applied Measurement 5, 189-227",
            "Page (1954), Continuous inspection schemes, Biometrika 41, 100-115; Siegmund (1985), Sequential Analysis",
            "Roberts (1959), Control chart tests based on geometric moving averages, Technometrics 1, 239-250",
            "Broder (1997), On the resemblance and containment of documents, Compression and Complexity of Sequences, 21-29 (MinHash)",
            "Besag & Clifford (1991), Sequential Monte Carlo p-values, Biometrika 78, 301-304",
            "Spearman (1904), The proof and measurement of association between two things, American Journal of Psychology 15, 72-101",
        ],
    }
}
