//! Model files that are damaged or made to do harm: an error in words or an encoder that works, never a panic, never
//! much more memory than the file has bytes.
#![allow(clippy::unwrap_used, unsafe_code)]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use proptest::prelude::*;
use support::{Numbers, Tiny, at};
use yingda_embedding::{Encoder, ModelError, Purpose};

thread_local! {
    /// The most bytes that this thread asked for at once.
    static LARGEST: Cell<usize> = const { Cell::new(0) };
}

struct Watched;

#[global_allocator]
static ALLOCATOR: Watched = Watched;

// SAFETY: the system's allocator does everything; what is kept beside it allocates nothing.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = LARGEST.try_with(|largest| largest.set(largest.get().max(layout.size())));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }
}

/// The encoder of `bytes`, after it has shown that it works; else why there is none.
fn open(bytes: Vec<u8>) -> Result<Encoder, String> {
    let file = bytes.len();
    LARGEST.set(0);
    let opened = Encoder::from_bytes(bytes);
    let largest = LARGEST.get();
    assert!(largest <= 4 * file + 100_000, "{largest} bytes at once for a file of {file}");
    match opened {
        Ok(encoder) => {
            for text in ["", "怎么退款", "abc\u{3000}😀 ABC\t㏠ <s>"] {
                let embedding = encoder.embed(text, Purpose::Query);
                assert_eq!(embedding.len(), encoder.dimensions());
                let length = embedding.iter().map(|x| x * x).sum::<f32>().sqrt();
                assert!((length - 1.0).abs() < 1e-3 || length == 0.0, "{text:?} has length {length}");
            }
            Ok(encoder)
        }
        Err(ModelError::Broken { detail, .. }) => Err(detail),
        Err(other) => panic!("bytes cannot fail to be read: {other}"),
    }
}

fn refused(bytes: Vec<u8>) -> String {
    open(bytes).map(|_| ()).expect_err("the file is wrong")
}

/// The file with four bytes replaced.
fn with(place: usize, value: u32) -> Vec<u8> {
    let mut bytes = Tiny::new(1).bytes();
    bytes[place..place + 4].copy_from_slice(&value.to_le_bytes());
    bytes
}

fn tiny(change: impl FnOnce(&mut Tiny)) -> Vec<u8> {
    let mut tiny = Tiny::new(1);
    change(&mut tiny);
    tiny.bytes()
}

#[test]
fn the_untouched_model_works() {
    assert!(open(Tiny::new(1).bytes()).is_ok());
}

#[test]
fn another_kind_of_file_is_named_as_such() {
    assert!(refused(Vec::new()).contains("magic"));
    assert!(refused(b"GGUF\x03\0\0\0".to_vec()).contains("E5S1"));
    assert!(refused(with(at::VERSION, 2)).contains("version 1, got 2"));
    let shown = Encoder::from_bytes(b"GGUF".to_vec()).unwrap_err().to_string();
    assert!(shown.contains("yingda models pull"), "says what to do: {shown}");
}

#[test]
fn every_size_in_the_header_has_bounds() {
    let sizes = [
        ("hidden size", at::HIDDEN),
        ("layers", at::LAYERS),
        ("heads", at::HEADS),
        ("inner size", at::INNER),
        ("vocabulary", at::VOCABULARY),
        ("positions", at::POSITIONS),
        ("token types", at::TYPES),
        ("block", at::BLOCK),
        ("pieces", at::PIECES),
        ("token <s>", at::BEGIN),
        ("token </s>", at::END),
        ("token <pad>", at::PADDING),
        ("token <unk>", at::UNKNOWN),
    ];
    for (name, place) in sizes {
        for value in [u32::MAX, i32::MAX as u32, 1 << 31, 5_000_000] {
            assert!(refused(with(place, value)).contains(name), "{name} = {value}");
        }
        // Whatever is in bounds does not fit the rest, or is another model that works.
        for value in (0..200).chain([255, 256, 1024, 8192, 8193, 32_768, 65_536, 1_000_000, 4_000_000]) {
            let _ = open(with(place, value));
        }
    }
    for epsilon in [0.0, -1.0, 1.0, f32::NAN, f32::INFINITY] {
        assert!(refused(with(at::EPSILON, epsilon.to_bits())).contains("epsilon"), "{epsilon}");
    }
    // As much as can be multiplied: 4,000,000 × 8,192 is more than 32 bits hold.
    let mut bytes = with(at::HIDDEN, 8192);
    bytes[at::VOCABULARY..at::VOCABULARY + 4].copy_from_slice(&4_000_000_u32.to_le_bytes());
    assert!(refused(bytes).contains("emb.word"));
}

#[test]
fn a_file_that_ends_early_is_refused_wherever_it_ends() {
    let whole = Tiny::new(1).bytes();
    let few = (0..2048).chain((2048..whole.len()).step_by(64)).chain(whole.len() - 64..whole.len());
    for length in few {
        assert!(open(whole[..length].to_vec()).is_err(), "{length} of {} bytes", whole.len());
    }
}

#[test]
fn lengths_that_reach_beyond_the_file_are_refused() {
    for length in [u64::MAX, 1 << 63, 1 << 32, 1_000_000] {
        let mut bytes = Tiny::new(1).bytes();
        bytes[at::BLOB_LENGTH..at::BLOB_LENGTH + 8].copy_from_slice(&length.to_le_bytes());
        assert!(refused(bytes).contains("pieces"), "{length}");
    }
    assert!(refused(with(at::PIECE_OFFSETS + 8, u32::MAX)).contains("ascend"));
    assert!(refused(with(at::PIECE_OFFSETS, 9)).contains("ascend"));
}

#[test]
fn tensors_lie_behind_the_directory_and_not_on_each_other() {
    let whole = Tiny::new(1).bytes();
    let name = b"l0.k.w";
    let entry = whole.windows(name.len()).position(|window| window == name).unwrap() + name.len();
    let [count, offset, length] = [entry + 1, entry + 5, entry + 13];
    let place = |at: usize| u64::from_le_bytes(whole[at..at + 8].try_into().unwrap());
    for value in
        [place(offset) - 1, place(offset) + 1, 0, 64, whole.len() as u64, u64::MAX, u64::MAX - place(length) + 1]
    {
        let mut bytes = whole.clone();
        bytes[offset..offset + 8].copy_from_slice(&value.to_le_bytes());
        refused(bytes);
    }
    for (at, value) in
        [(count, 0), (count, 33), (count, u32::MAX), (count, u32::MAX - 31), (length, u32::MAX), (entry, 7)]
    {
        let mut bytes = whole.clone();
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        refused(bytes);
    }
    let twice = tiny(|tiny| tiny.tensors.push(tiny.tensors[3].clone()));
    assert!(refused(twice).contains("twice"));
    let missing = tiny(|tiny| tiny.tensors.retain(|tensor| tensor.name != "l1.fo.b"));
    assert!(refused(missing).contains("no tensor l1.fo.b"));
    let more = tiny(|tiny| {
        let mut more = tiny.tensors[3].clone();
        more.name = "more".into();
        tiny.tensors.push(more);
    });
    assert!(open(more).is_ok(), "a tensor that is not needed does no harm");
}

#[test]
fn pieces_have_a_score_that_is_a_logarithm_of_a_probability() {
    for score in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MIN, 0.1] {
        assert!(refused(tiny(|tiny| tiny.pieces[9].1 = score)).contains("scores"), "{score}");
    }
    assert!(open(tiny(|tiny| tiny.pieces.iter_mut().for_each(|(_, score)| *score = 0.0))).is_ok());
    assert!(open(tiny(|tiny| tiny.pieces.iter_mut().for_each(|(_, score)| *score = -1000.0))).is_ok());
}

#[test]
fn strange_pieces_are_refused_or_never_found() {
    let same = tiny(|tiny| tiny.pieces[9].0 = tiny.pieces[8].0.clone());
    assert!(refused(same).contains("the same piece"));
    let expected = open(Tiny::new(1).bytes()).unwrap().count_tokens("abc", Purpose::Query);
    for piece in [b"".as_slice(), b"\xFF\xFE", b"\xE2\x96", &[b'a'; 65], &[b'a'; 200_000]] {
        // The last but one, 。, is not in the text.
        let encoder = open(tiny(|tiny| tiny.pieces[42].0 = piece.to_vec())).unwrap();
        assert_eq!(encoder.count_tokens("abc", Purpose::Query), expected);
    }
    let all_empty = open(tiny(|tiny| tiny.pieces.iter_mut().for_each(|(piece, _)| piece.clear()))).unwrap();
    assert_eq!(all_empty.count_tokens("abc", Purpose::Query), 3, "everything is one unknown token");
}

#[test]
fn rewrites_are_characters_in_order_and_not_long() {
    let with = |rewrites: Vec<(u32, Vec<u32>)>| tiny(|tiny| tiny.rewrites = rewrites);
    assert!(refused(with(vec![(200, vec![0xD800])])).contains("D800"));
    assert!(refused(with(vec![(200, vec![0x11_0000])])).contains("110000"));
    assert!(refused(with(vec![(200, vec![97]), (200, vec![98])])).contains("sorted"));
    assert!(refused(with(vec![(200, vec![97; 33])])).contains("at most 32"));
    assert!(open(with(vec![(u32::MAX, vec![97])])).is_ok());
    assert!(open(with(vec![(0x2581, vec![]), (0x9000, vec![0x2581; 32])])).is_ok());
    // A count that the bytes cannot hold.
    let mut bytes = with(Vec::new());
    let pieces = Tiny::new(1).pieces;
    let place = at::PIECE_OFFSETS + 8 * pieces.len() + 4 + pieces.iter().map(|(piece, _)| piece.len()).sum::<usize>();
    assert_eq!(bytes[place..place + 8], [0; 8]);
    bytes[place..place + 4].copy_from_slice(&199_999_u32.to_le_bytes());
    assert!(refused(bytes).contains("a rewrite"));
}

#[test]
fn a_rewrite_cannot_blow_a_text_up_without_end() {
    let encoder =
        open(tiny(|tiny| tiny.rewrites = vec![(u32::from('一'), vec![0x9000; 32]), (u32::from('丁'), vec![97; 32])]))
            .unwrap();
    for text in ["一", "丁"] {
        assert!(encoder.count_tokens(&text.repeat(400_000), Purpose::Query) <= 66 * 1024);
    }
}

#[test]
fn weights_that_are_no_numbers_are_refused() {
    for name in ["emb.pos", "emb.type", "emb.ln.w", "l0.q.b", "l1.oln.b"] {
        for wrong in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, -2e4] {
            let bytes = tiny(|tiny| {
                let Numbers::F32(numbers) = tiny.tensor(name) else { panic!("{name} has floats") };
                numbers[5] = wrong;
            });
            assert!(refused(bytes).contains(name), "{name} with {wrong}");
        }
    }
}

#[test]
fn scales_that_are_no_numbers_count_as_nothing_and_large_ones_stay_finite() {
    for scale in [0x7C00_u16, 0xFC00, 0x7E00, 0x7BFF, 0xFBFF, 0x0001, 0x0000] {
        let bytes = tiny(|tiny| {
            for tensor in &mut tiny.tensors {
                if let Numbers::Q4(bytes) = &mut tensor.numbers {
                    bytes.chunks_exact_mut(18).for_each(|block| block[..2].copy_from_slice(&scale.to_le_bytes()));
                }
            }
        });
        assert!(open(bytes).is_ok(), "{scale:x}");
    }
    // With the largest norms and biases too, nothing is infinite.
    let bytes = tiny(|tiny| {
        for tensor in &mut tiny.tensors {
            match &mut tensor.numbers {
                Numbers::Q4(bytes) => {
                    bytes.chunks_exact_mut(18).for_each(|block| block[..2].copy_from_slice(&[0xFF, 0x7B]))
                }
                Numbers::F32(numbers) => numbers.iter_mut().for_each(|number| *number = number.signum() * 1e4),
            }
        }
    });
    assert!(open(bytes).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn flipped_bits_do_no_harm(flips in proptest::collection::vec((any::<prop::sample::Index>(), 0..8_u8), 1..20), early: bool) {
        let mut bytes = Tiny::sized(1, 32, 2, 8).bytes();
        // Most of the file is weights; half of the time only what comes before is hit.
        let part = if early { 2500 } else { bytes.len() };
        for (index, bit) in flips {
            bytes[index.index(part)] ^= 1 << bit;
        }
        let _ = open(bytes);
    }

    #[test]
    fn any_bytes_after_the_magic_do_no_harm(start in 4..100_usize, bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
        let tiny = Tiny::sized(1, 32, 2, 8).bytes();
        let _ = open([&tiny[..start], &bytes].concat());
    }
}
