//! Finds streams that unpack to too much, before the library unpacks them unbounded.

use std::io::{BufRead, BufReader, Read};

use flate2::read::{DeflateDecoder, ZlibDecoder};

use crate::error::Fault;
use crate::{Limits, Reason};

/// Streams shorter than this cannot unpack to much: deflate gives at most 1032 times.
const SMALL: usize = 32 << 10;

/// LZW gives at most about 1400 times, run lengths 64 times.
const LARGEST_LZW: usize = 512 << 10;
const LARGEST_RUN_LENGTH: usize = 8 << 20;

/// Filters that may stand one behind the other.
const CHAIN: usize = 4;

/// Looks at every stream of a file.
///
/// # Errors
/// When a stream, or all of them but pictures, unpack to more than the limit.
pub(super) fn check_file(bytes: &[u8], limits: &Limits) -> Result<(), Fault> {
    let mut total = 0;
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], b"stream") {
        let keyword = at + found;
        at = keyword + b"stream".len();
        if keyword >= 3 && &bytes[keyword - 3..keyword] == b"end" {
            continue;
        }
        let head = dictionary(&bytes[keyword.saturating_sub(4096)..keyword]);
        let data = &bytes[at..];
        let data = data.strip_prefix(b"\r\n").or_else(|| data.strip_prefix(b"\n")).unwrap_or(data);
        let length = find(data, b"endstream").unwrap_or(data.len());
        check_stream(head, &data[..length], &mut total, limits)?;
    }
    Ok(())
}

/// Looks at one stream: its dictionary as written, and its bytes as packed.
///
/// # Errors
/// As for [`check_file`].
pub(super) fn check_stream(head: &[u8], data: &[u8], total: &mut u64, limits: &Limits) -> Result<(), Fault> {
    let has = |word: &[u8]| find(head, word).is_some();
    let bomb = || Fault::file(Reason::UnpackedTooLarge { limit: limits.unpacked_bytes });
    // The library never unpacks pictures, but a stream that calls itself one may be something else.
    let picture = has(b"/Image") && has(b"/Width") && has(b"/Height");
    if !picture && (has(b"/LZW") && data.len() > LARGEST_LZW || has(b"/RunLength") && data.len() > LARGEST_RUN_LENGTH) {
        return Err(bomb());
    }
    if !picture && has(b"/LZW") && has(b"/Flate") && data.len() > 1024 {
        return Err(bomb());
    }
    if !has(b"/Fl") && !has(b"/ObjStm") && !has(b"/XRef") {
        return Ok(());
    }
    let decoded = if has(b"/ASCII85Decode") || has(b"/A85") {
        ascii85(data)
    } else if has(b"/ASCIIHexDecode") || has(b"/AHx") {
        ascii_hex(data)
    } else {
        Vec::new()
    };
    let data = if decoded.is_empty() { data } else { &decoded };
    let chained = head.windows(3).filter(|window| window == b"/Fl").count() > 1;
    if data.len() < SMALL && !chained {
        *total += data.len() as u64 * 4;
        return Ok(());
    }
    let (size, whole) = unpacked(data, limits.unpacked_bytes)?;
    if size > limits.unpacked_bytes {
        return Err(bomb());
    }
    // The library reads on behind damage, where this look ends.
    if !whole && !picture && data.len() as u64 * 1032 > limits.unpacked_bytes * 4 {
        return Err(Fault::file(Reason::Broken { detail: "a large stream is damaged".to_owned() }));
    }
    if !picture {
        *total += size;
    }
    if *total > limits.unpacked_bytes {
        return Err(bomb());
    }
    Ok(())
}

/// How much `data` unpacks to, up to just above `limit`, and whether it ended well.
fn unpacked(data: &[u8], limit: u64) -> Result<(u64, bool), Fault> {
    let mut reader: Box<dyn BufRead + '_> = Box::new(data);
    let mut counted = 0;
    for depth in 0..=CHAIN {
        let start = reader.fill_buf().unwrap_or_default();
        let zlib = start.len() >= 2
            && start[0] & 0x0f == 8
            && (u16::from(start[0]) << 8 | u16::from(start[1])).is_multiple_of(31);
        if depth > 0 && !zlib {
            break;
        }
        if depth == CHAIN {
            return Err(Fault::file(Reason::Bomb { ratio: 1032 }));
        }
        reader = if zlib {
            Box::new(BufReader::new(ZlibDecoder::new(reader)))
        } else {
            Box::new(BufReader::new(DeflateDecoder::new(reader)))
        };
    }
    let mut buffer = vec![0; 64 << 10];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok((counted, true)),
            Ok(count) => counted += count as u64,
            Err(_) => return Ok((counted, false)),
        }
        if counted > limit {
            return Ok((counted, true));
        }
    }
}

/// The dictionary that ends where a stream begins.
fn dictionary(before: &[u8]) -> &[u8] {
    let start = before.windows(4).rposition(|window| window == b" obj" || window == b"\nobj").unwrap_or(0);
    &before[start..]
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|b| *b == word[0])?;
        if bytes[at..].starts_with(word) {
            return Some(at);
        }
        at += 1;
    }
}

fn ascii_hex(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> =
        data.iter().take_while(|b| **b != b'>').filter_map(|b| char::from(*b).to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

fn ascii85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / 5 * 4);
    let mut group = [0_u8; 5];
    let mut filled = 0;
    for &byte in data {
        match byte {
            b'~' => break,
            b'z' if filled == 0 => out.extend([0; 4]),
            b'!'..=b'u' => {
                group[filled] = byte - b'!';
                filled += 1;
                if filled == 5 {
                    out.extend(word85(&group));
                    filled = 0;
                }
            }
            _ => {}
        }
    }
    if filled > 1 {
        group[filled..].fill(84);
        out.extend(&word85(&group)[..filled - 1]);
    }
    out
}

fn word85(group: &[u8; 5]) -> [u8; 4] {
    group.iter().fold(0_u32, |word, digit| word.wrapping_mul(85).wrapping_add(u32::from(*digit))).to_be_bytes()
}
