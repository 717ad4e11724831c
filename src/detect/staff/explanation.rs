//! What `explain` says of the staff detector.

use crate::detect::detector::Explanation;
use crate::model::text::Bilingual;

/// Measures, honest causes, settings and sources.
pub fn explanation() -> Explanation {
    Explanation {
        measures: vec![
            ("assessors", Bilingual::new("技能考评人员配备不足", "too few assessors of the skill component")),
            (
                "certificate_not_recorded",
                Bilingual::new("名册未载资格证的考评人员", "assessors without a certificate on the roster"),
            ),
            (
                "certificate_scope",
                Bilingual::new("资格证职业或等级不符的考评人员", "assessors with a certificate for something else"),
            ),
            (
                "certificate_term",
                Bilingual::new("资格证当日无效的考评人员", "assessors whose certificate was not valid that day"),
            ),
            ("contract", Bilingual::new("合同期不含当日的考评人员", "assessors not under contract that day")),
            ("invigilators", Bilingual::new("监考人员配备不足", "too few invigilators")),
            ("not_on_roster", Bilingual::new("不在名册上的考评人员", "assessors who are not on the roster")),
            ("review_panel", Bilingual::new("综合评审人员配备不足", "review panel too small or even")),
            ("sign_in_missing", Bilingual::new("在安排之列而未签到", "on the list without a sign-in")),
            ("two_bodies", Bilingual::new("同一编号同时在两家机构", "one number with two bodies at overlapping times")),
            ("two_places", Bilingual::new("一人同时在两处", "one person in two places at overlapping times")),
        ],
        looks_for: Bilingual::new(
            "考评资格：签到表中的考评人员、阅卷人员和评分记录中的每个考评员编号，按人员编号或资格证号（从不按姓名）与考务人员名册核对：是否在册\
             （staff.not_on_roster）；合同期是否含考试日期（staff.contract）；资格证在考试日期是否有效，首末日均有效（staff.certificate_term）；\
             资格证的职业、等级是否与批次相符（staff.certificate_scope；名称互相包含而不相同的不判断）；名册是否载有资格证\
             （staff.certificate_not_recorded）。一人有多行（多个证书、续证）的，任一行相符即可。\
             配备：各考场答题卡人数与签到的监考人数（staff.invigilators）；技能考核的考评人员，每场人数与单数、合计配比（staff.assessors）；\
             名称含“评审”“答辩”的考场为综合评审（staff.review_panel）。记为未签到的不计入。同一考场时间相接的为两场；分场考生数未知时，\
             只有各场合计仍不足的才列出。签到：在安排之列而记为未签到的（staff.sign_in_missing）。一人两处：时间重叠（首尾相接不算）而考场或考点不同\
             （staff.two_places，跨批次；跨机构仅以资格证号相连者）；仅人员编号相同而机构不同的另列（staff.two_bodies）。督导巡视各考场，不计。",
            "Qualification: every assessor and rater of the sign-in list, and every rater whose marks are on record, is looked up on the roster by \
             person or certificate number, never by name: whether on it (staff.not_on_roster); whether the contract holds the examination day \
             (staff.contract); whether the certificate does, first and last day included (staff.certificate_term); whether it is for the \
             occupation and level of the batch (staff.certificate_scope; names that hold one another without being equal are left open); whether \
             the roster has one (staff.certificate_not_recorded). Of several rows of a person one that fits is enough. \
             Provision: sheets of a room against the invigilators who signed in (staff.invigilators); assessors of the skill component, number and \
             oddness of each session and the ratio over all (staff.assessors); rooms named for a review or defence (staff.review_panel). Who is \
             recorded as absent does not count. Times that only touch are two sessions of a room; where candidates of each are not known, a ratio \
             is listed only if all sessions together fall short. Sign-ins: on the list, and recorded as not signed in (staff.sign_in_missing). \
             Two places: overlapping times (touching is no overlap) in another room or site (staff.two_places; over bodies only where the \
             certificate number joins them); one number with two bodies stands apart (staff.two_bodies). Supervisors go round and do not count.",
        ),
        honest_causes: Bilingual::new(
            "名册是旧版，新聘或续证尚未登记；编号录错一位；外聘考评人员的合同由派出单位保存；职业名称更新前后写法不同；机构各自编号，同一编号并非一人；\
             考生分批轮流进场而签到表只记一场，配比便显得不足；一名考评人员因病缺席由他人补位；监考只在自己考场签到却登记为整层；该职业标准另有配比\
             （写入设置）；某机构的名册没有提供时，其人员不判断为不在册。",
            "The roster is an old one, and a new contract or a renewed certificate is not yet entered; one digit of a number is mistyped; the contract of \
             an outside assessor is kept elsewhere; an occupation is written by its old name; bodies number their own people, and one number is two \
             persons; candidates came one after the other while the list has one session, so that the ratio looks short; somebody fell ill and was \
             replaced; the standard of an occupation has ratios of its own (which belong in the settings). Where the roster of a body was not handed \
             in, none of its people counts as not on it.",
        ),
        settings: vec![(
            "staff.ratio",
            Bilingual::new(
                "按职业代码（或其前段；every 为全部）的配比：candidates_an_invigilator（默认 15）、invigilators_a_room（2）、\
                 candidates_an_assessor（5）、assessors（3）、assessors_odd（true）、reviewers（3）、reviewers_odd（true）",
                "ratios by occupation code or its beginning (`every` = all): candidates_an_invigilator (15 by default), invigilators_a_room (2), \
                 candidates_an_assessor (5), assessors (3), assessors_odd (true), reviewers (3), reviewers_odd (true)",
            ),
        )],
        sources: vec![
            "《荆州市职业技能等级认定评价机构监督管理办法》第七条、第二十条第（三）项",
            "国家职业标准编制技术规程（监考人员与考生配比不低于1:15，每个考场不少于2名；考评人员与考生配比不低于1:5，且为3人（含）以上单数；综合评审委员为3人（含）以上单数）",
        ],
    }
}
