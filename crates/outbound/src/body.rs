//! The body of a response, unpacked and counted as it comes.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;

/// Why a body is not read on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BodyFault {
    /// More bytes than the limit, as sent or unpacked.
    TooLarge,
    /// What says to be gzip is not, or ends in the middle.
    NotGzip(String),
}

/// Unpacks a body piece by piece and never holds more than the limit, so that a small file that unpacks to a terabyte costs
/// nothing.
pub(crate) struct Unpacking {
    form: Form,
    /// Bytes that may still come.
    packed_left: u64,
}

enum Form {
    Plain,
    Gzip(Box<MultiGzDecoder<Capped>>),
}

/// How a body is packed (`Content-Encoding`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
}

impl Unpacking {
    /// At most `limit` bytes, as sent and unpacked.
    pub fn new(packing: Packing, limit: u64) -> Self {
        let form = match packing {
            Packing::Plain => Form::Plain,
            Packing::Gzip => {
                Form::Gzip(Box::new(MultiGzDecoder::new(Capped { out: Vec::new(), left: limit, full: false })))
            }
        };
        Self { form, packed_left: limit }
    }

    /// Takes what came and gives what it unpacks to, which may be nothing yet.
    pub fn push(&mut self, piece: Bytes) -> Result<Bytes, BodyFault> {
        let length = piece.len() as u64;
        self.packed_left = self.packed_left.checked_sub(length).ok_or(BodyFault::TooLarge)?;
        let Form::Gzip(decoder) = &mut self.form else { return Ok(piece) };
        // Flushed, so that a slow stream is given on as it comes.
        let outcome = decoder.write_all(&piece).and_then(|()| decoder.flush());
        finished(outcome, decoder)
    }

    /// Says that all came; gives the rest.
    pub fn end(&mut self, came: u64) -> Result<Bytes, BodyFault> {
        match &mut self.form {
            // A response without a body may name an encoding all the same.
            Form::Gzip(decoder) if came > 0 => {
                let outcome = decoder.try_finish();
                finished(outcome, decoder)
            }
            _ => Ok(Bytes::new()),
        }
    }
}

fn finished(outcome: io::Result<()>, decoder: &mut MultiGzDecoder<Capped>) -> Result<Bytes, BodyFault> {
    let sink = decoder.get_mut();
    match outcome {
        _ if sink.full => Err(BodyFault::TooLarge),
        Err(why) => Err(BodyFault::NotGzip(why.to_string())),
        Ok(()) => Ok(Bytes::from(std::mem::take(&mut sink.out))),
    }
}

/// Takes bytes up to a limit.
struct Capped {
    out: Vec<u8>,
    left: u64,
    full: bool,
}

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(left) = self.left.checked_sub(bytes.len() as u64) else {
            self.full = true;
            return Err(io::Error::other("larger than the limit"));
        };
        self.left = left;
        self.out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Unpacks all of a gzip file.
pub(crate) fn gunzip(bytes: &[u8], limit: u64) -> Result<Vec<u8>, BodyFault> {
    let mut sink = MultiGzDecoder::new(Capped { out: Vec::new(), left: limit, full: false });
    let outcome = sink.write_all(bytes).and_then(|()| sink.try_finish());
    finished(outcome, &mut sink).map(Vec::from)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpack(packed: &[u8], piece: usize, limit: u64) -> Result<Vec<u8>, BodyFault> {
        let mut unpacking = Unpacking::new(Packing::Gzip, limit);
        let mut out = Vec::new();
        for piece in packed.chunks(piece) {
            out.extend(unpacking.push(Bytes::copy_from_slice(piece))?);
        }
        out.extend(unpacking.end(packed.len() as u64)?);
        Ok(out)
    }

    #[test]
    fn a_body_is_the_same_however_it_is_cut() {
        let text = "退货与退款 returns and refunds ".repeat(500).into_bytes();
        let packed = gzip(&text);
        for piece in [1, 7, 100, packed.len()] {
            assert_eq!(unpack(&packed, piece, 100_000).unwrap(), text);
        }
        let twice = [packed.clone(), packed].concat();
        assert_eq!(unpack(&twice, 50, 100_000).unwrap().len(), text.len() * 2);
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        let bomb = gzip(&vec![0; 50_000_000]);
        assert!(bomb.len() < 60_000);
        assert_eq!(unpack(&bomb, bomb.len(), 100_000), Err(BodyFault::TooLarge));
        assert_eq!(gunzip(&bomb, 100_000), Err(BodyFault::TooLarge));
    }

    #[test]
    fn endless_emptiness_is_stopped_too() {
        let nothing = gzip(b"").repeat(10_000);
        assert_eq!(unpack(&nothing, 1_000, 100_000), Err(BodyFault::TooLarge));
    }

    #[test]
    fn a_torn_or_false_gzip_is_no_body() {
        let packed = gzip(&[7; 10_000]);
        assert!(matches!(unpack(&packed[..packed.len() - 9], 10, 100_000), Err(BodyFault::NotGzip(_))));
        assert!(matches!(unpack(b"<html>", 10, 100_000), Err(BodyFault::NotGzip(_))));
        assert_eq!(unpack(b"", 10, 100_000), Ok(Vec::new()));
    }
}
