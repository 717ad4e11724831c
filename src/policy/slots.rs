//! The names that a sentence asks for.

/// Every `{name}` of a sentence, those within `{name?text}` and before `|` included.
///
/// ```
/// use kaojian::policy::slots::slots;
/// assert_eq!(slots("{n} of {all}{signs?, {signs} {signs|sign|signs}}."), ["n", "all", "signs", "signs", "signs"]);
/// ```
pub fn slots(sentence: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = sentence;
    while let Some((_, after)) = rest.split_once('{') {
        let Some(end) = after.find(['}', '?', '|']) else { break };
        found.push(&after[..end]);
        // What follows a `?` is a sentence of its own; its closing brace opens nothing.
        rest = &after[end + 1..];
    }
    found
}
