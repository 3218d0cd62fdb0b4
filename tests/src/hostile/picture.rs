//! A JPEG, bent where its readers believe it: sizes, tables, the order of its parts, how often it is scanned.

use super::Chance;

/// A picture like `seed`, bent.
#[must_use]
pub fn bent(seed: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut parts = parts(seed);
    for _ in 0..=chance.below(3) {
        let n = chance.below(parts.len());
        match chance.below(9) {
            // Nothing to take apart: something that is no picture at all.
            _ if parts.is_empty() => parts.push(vec![0xff, 0xd8, chance.byte()]),
            0 if parts.len() > 2 => drop(parts.remove(n)),
            1 => parts.extend_from_within(n..(n + 1).min(parts.len())),
            2 => {
                let to = chance.below(parts.len());
                parts.swap(n, to);
            }
            3 => frame(&mut parts, chance),
            4 if chance.once_in(10) => {
                // The same scan hundreds of times: small on the way, long to decode.
                if let Some(scan) = parts.iter().rposition(|part| part.get(1) == Some(&0xda)) {
                    let again = parts.get(scan).cloned().unwrap_or_default();
                    let times = 1 << chance.below(10);
                    parts.splice(scan..scan, std::iter::repeat_n(again, times));
                }
            }
            5 => {
                let marker = [0xff, 0xc0 | (chance.byte() & 0x3f)];
                let length = chance.below(30) as u16 + 2;
                let body = (2..length).map(|_| chance.byte());
                let part = marker.into_iter().chain(length.to_be_bytes()).chain(body).collect();
                parts.insert(n, part);
            }
            _ => {
                if let Some(part) = parts.get_mut(n) {
                    chance.bend(part);
                }
            }
        }
    }
    let mut bytes = parts.concat();
    if chance.once_in(8) {
        bytes.truncate(chance.below(bytes.len()));
    }
    bytes
}

/// Other sides, precision, number of components or way of sampling in the frame's header.
fn frame(parts: &mut [Vec<u8>], chance: &mut Chance) {
    let frame = parts.iter_mut().find(|part| matches!(part.get(1), Some(0xc0..=0xc2)));
    let Some(frame) = frame else { return };
    if chance.once_in(3)
        && let Some(marker) = frame.get_mut(1)
    {
        *marker = 0xc0 | (chance.byte() & 3);
    }
    let at = 4 + chance.below(frame.len().saturating_sub(4));
    let to = if chance.once_in(2) {
        chance.byte()
    } else {
        chance.of(&[0, 1, 0x11, 0x22, 0x44, 0x41, 0x17, 0x7f, 0xff]).copied().unwrap_or_default()
    };
    if let Some(byte) = frame.get_mut(at) {
        *byte = to;
    }
}

/// The marker segments, each with what follows it up to the next.
fn parts(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let mut at = 0;
    while let Some(marker) = bytes.get(at..at + 2) {
        let length = match marker {
            [0xff, 0xd8 | 0xd9] => 2,
            _ => {
                let length = bytes.get(at + 2..).and_then(|rest| rest.first_chunk::<2>());
                length.map_or(2, |length| 2 + usize::from(u16::from_be_bytes(*length)))
            }
        };
        let mut end = (at + length).min(bytes.len());
        if marker == [0xff, 0xda] {
            let is_next = |pair: &[u8]| matches!(pair, [0xff, marker] if !matches!(marker, 0 | 0xd0..=0xd7));
            let rest = bytes.get(end..).unwrap_or_default();
            end += rest.windows(2).position(is_next).unwrap_or(rest.len());
        }
        parts.push(bytes.get(at..end).unwrap_or_default().to_vec());
        at = end.max(at + 1);
    }
    parts
}
