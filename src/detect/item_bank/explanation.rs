//! What `explain` says of the item-bank detector.

use crate::detect::detector::Explanation;
use crate::model::text::Bilingual;

/// Measures, honest causes, settings and sources.
pub fn explanation() -> Explanation {
    Explanation {
        measures: vec![
            ("easier_items", Bilingual::new("多次使用后变易的试题", "items that became easier over their uses")),
            ("exposure", Bilingual::new("使用次数超过要求的试题", "items used more often than is allowed")),
            ("item_age", Bilingual::new("久未更新的试题", "items older than is allowed")),
            ("new_items", Bilingual::new("新题比例低于要求的试卷", "forms with fewer new items than is required")),
            ("retired_items", Bilingual::new("停用后仍在使用的试题", "items used after they were retired")),
        ],
        looks_for: Bilingual::new(
            "条文要求更新题库而没有写比例，因此不设默认数值：只有在设置中写明要求，才会判断；否则只列数据并记为资料不足。各批次试卷的试题按试题编号与题库\
             对照：自编写或最近修订至考试日期的整月数（item_bank.item_age）；新题数，即该机构此前同职业同等级批次未用过、或上次使用后修订过的试题\
             （item_bank.new_items；没有更早的试卷则无从比较）；到考试日期为止该机构有多少个批次用过该题（item_bank.exposure；同一批次的多个考场为一次）。\
             停用日期之后仍在试卷上的试题（item_bank.retired_items）不需要数值，作为需查证的情形列出。\
             多次使用的试题还比较首次与其后各次的答对率（item_bank.easier_items）：先以各次共有试题的得分把考生分层，层内比较（Mantel–Haenszel，单侧），\
             明显变易的试题第二遍不计入得分，对全部试题校正错误发现率；须达到 C 类差异（delta 不小于 1.5 且显著大于 1）。这是迹象，不是结论；\
             整卷各题同步变易只见于平均差，不成迹象。修订之后的试题视为新题。",
            "The text asks for a bank that is renewed and names no rate, so that no number is set by default: only a requirement written into the \
             settings is judged; otherwise the figures are shown and the rule stays undetermined. Items of a batch's forms are looked up in the bank by \
             number: whole months since an item was made or last revised, on the examination day (item_bank.item_age); new items, which the body had \
             not used in an earlier batch, or which were revised since (item_bank.new_items; without an earlier form of the occupation and level \
             there is nothing to compare with); batches of the body that used an item up to that day (item_bank.exposure; rooms of one batch are one \
             use). An item on a form after it was retired (item_bank.retired_items) needs no number, and is to be looked into. Of items used more \
             than once the first use is compared with the later ones together (item_bank.easier_items): people are put into strata by their score on \
             the items that the uses have in common, and shares right are compared within strata (Mantel-Haenszel, one-sided); items that are far \
             easier are left out of that score in a second pass; the false discovery rate is adjusted over all items, and the gain must be of class C \
             (1.5 or more on the delta scale, and more than 1 beyond chance). It is a sign, not a conclusion; where all items of a form gain alike, \
             the mean difference shows it and no sign is raised. A revised item counts as a new one.",
        ),
        honest_causes: Bilingual::new(
            "试题由国家或省级题库统一命制，机构无权更新；修订只记在纸上；编号随题库换代而改变，旧题便显得是新题；停用日期填的是计划日期；\
             锚题（等值用）本来就应重复使用；试题变易可因教学改进、所考内容被重点讲授或成为常识、考生来源改变，而非外泄。",
            "Items come from a national or provincial bank that the body may not change; a revision is on paper only; numbers changed with a new edition \
             of the bank, so that old items look new; the day of retirement is a planned one; anchor items are meant to be used again; an item may become easier because teaching improved, its matter was stressed or became common \
             knowledge, or other people came to be examined, and not because it leaked.",
        ),
        settings: vec![
            (
                "item_bank.new_share_percent",
                Bilingual::new(
                    "每批次试卷新题的最低百分比，默认不设",
                    "least share of new items, percent; not set by default",
                ),
            ),
            (
                "item_bank.maximum_age_months",
                Bilingual::new(
                    "试题自编写或修订起的最长月数，默认不设",
                    "most months since an item was made or revised; not set by default",
                ),
            ),
            (
                "item_bank.maximum_exposure",
                Bilingual::new(
                    "一题最多用于同一机构几个批次，默认不设",
                    "most batches of a body that an item may stand in; not set by default",
                ),
            ),
            (
                "item_bank.drift_significance_level",
                Bilingual::new(
                    "试题变易的错误发现率，默认 0.01。",
                    "False discovery rate of items that became easier, 0.01 by default.",
                ),
            ),
            (
                "item_bank.drift_minimum_delta_hundredths",
                Bilingual::new(
                    "变易的最小幅度（delta 尺度的百分之一），默认 150（C 类）；低于 150 时不再要求 C 类。",
                    "Least gain in hundredths of the delta scale, 150 by default (class C); below 150 class C is no longer required.",
                ),
            ),
            (
                "item_bank.drift_minimum_candidates",
                Bilingual::new(
                    "首次使用、其后各次合计至少的答卷数，默认 30。",
                    "Fewest sheets of the first use, and of later ones together, 30 by default.",
                ),
            ),
            (
                "item_bank.drift_minimum_common_items",
                Bilingual::new(
                    "各次使用至少共有的试题数，默认 10。",
                    "Fewest items that the uses have in common, 10 by default.",
                ),
            ),
        ],
        sources: vec![
            "《荆州市职业技能等级认定评价机构监督管理办法》第十条、第二十条第（六）项",
            "Holland, P. W. & Thayer, D. T. (1988), in Wainer & Braun (eds.), Test Validity, 129-145",
            "Zieky, M. (1993), in Holland & Wainer (eds.), Differential Item Functioning, 337-347",
            "Robins, J., Breslow, N. & Greenland, S. (1986), Biometrics 42, 311-323",
            "Newcombe, R. G. (1998), Statistics in Medicine 17, 873-890",
            "Benjamini, Y. & Hochberg, Y. (1995), JRSS B 57, 289-300",
        ],
    }
}
