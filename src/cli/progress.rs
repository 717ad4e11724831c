//! Progress on the terminal; silent where standard error is no terminal.

use crate::model::progress::Progress;
use crate::model::text::Language;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A bar a stage, on standard error.
pub struct Bars {
    language: Language,
    current: Mutex<Option<ProgressBar>>,
}

impl Bars {
    /// Draws in one language.
    pub fn new(language: Language) -> Self {
        Self { language, current: Mutex::new(None) }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Option<ProgressBar>) -> T) -> T {
        act(&mut self.current.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Progress for Bars {
    fn begin(&self, stage: &'static str, steps: u64) {
        let bar = ProgressBar::with_draw_target((steps > 0).then_some(steps), ProgressDrawTarget::stderr());
        let template = if steps > 0 { "{msg} {bar:32} {pos}/{len}" } else { "{msg} {spinner} {pos}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(stage_name(stage, self.language).to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        self.with(|current| {
            if let Some(earlier) = current.replace(bar) {
                earlier.finish_and_clear();
            }
        });
    }

    fn advance(&self, steps: u64) {
        self.with(|current| {
            if let Some(bar) = current {
                bar.inc(steps);
            }
        });
    }

    fn finish(&self) {
        self.with(|current| {
            if let Some(bar) = current.take() {
                bar.finish_and_clear();
            }
        });
    }
}

/// Stages by their stable names; one without a translation is shown as it is.
fn stage_name(stage: &'static str, language: Language) -> &'static str {
    if language == Language::English {
        return stage;
    }
    match stage {
        "reading files" => "读取文件",
        "mapping rows" => "对应行列",
        "similarity" => "比较答卷",
        "scoring" => "核对评分",
        "pass_line" => "核对合格线",
        "score_change" => "核对成绩修改",
        "qualification" => "核对资格",
        "writing report" => "写出报告",
        "drawing charts" => "绘制图表",
        "bootstrap" => "自助法模拟",
        "simulating" => "生成数据",
        other => other,
    }
}
