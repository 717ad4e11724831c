//! A wall around readers of binary formats that are not ours: a panic in one becomes a value.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

static QUIET_HOOK: Once = Once::new();

/// What `work` gives, or `None` when it panics. Nothing is printed of that panic; panics elsewhere,
/// also at the same time on other threads, are reported as ever.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    QUIET_HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |information| {
            if !GUARDED.get() {
                before(information);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    // The work owns or rebuilds all it touches, and what it leaves half made is dropped unseen.
    let outcome = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    outcome.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_nothing() {
        assert_eq!(guarded(|| 1 + 1), Some(2));
        assert_eq!(guarded(|| -> u32 { std::iter::empty().next().unwrap() }), None);
        assert!(!GUARDED.get());
    }
}
