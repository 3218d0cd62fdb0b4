//! On which line of a pack's text something stands: for the person who wrote the pack.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The line of `path` (`checklist[3].theme`, `roles.0.needs`) in `json`; of the last part of it that is there.
pub(super) fn line(json: &str, path: &str) -> usize {
    let mut found = json;
    for step in path.split(['.', '[', ']']).filter(|step| !step.is_empty()) {
        match within(found, step) {
            Some(inner) => found = inner,
            None => break,
        }
    }
    let before = found.as_ptr().addr().saturating_sub(json.as_ptr().addr());
    1 + json.bytes().take(before).filter(|byte| *byte == b'\n').count()
}

fn within<'j>(json: &'j str, step: &str) -> Option<&'j str> {
    let value = match step.parse::<usize>() {
        Ok(n) => serde_json::from_str::<Vec<&RawValue>>(json).ok()?.into_iter().nth(n)?,
        Err(_) => serde_json::from_str::<BTreeMap<String, &RawValue>>(json).ok()?.remove(step)?,
    };
    Some(value.get())
}
