#![allow(clippy::unwrap_used)]
use super::*;

const DIMENSIONS: usize = 384;

/// Vectors of length 1 about some centres, the same every time.
fn vectors(count: usize) -> Vec<Vec<f32>> {
    let mut state = 1_u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    };
    let centres: Vec<Vec<f32>> = (0..count.div_ceil(50)).map(|_| (0..DIMENSIONS).map(|_| next()).collect()).collect();
    (0..count)
        .map(|at| {
            let vector: Vec<f32> = centres[at % centres.len()].iter().map(|c| c + 0.8 * next() + 0.5).collect();
            let length = vector.iter().map(|n| n * n).sum::<f32>().sqrt();
            vector.into_iter().map(|n| n / length).collect()
        })
        .collect()
}

fn fill(table: &Table, vectors: &[Vec<f32>]) {
    table.reset(7, [vec![0.0; DIMENSIONS], vec![0.0; DIMENSIONS]]).unwrap();
    let written: Vec<Written> = vectors
        .iter()
        .enumerate()
        .map(|(row, vector)| Written { row: row as u32, hash: row as u64 + 1, owner: row as u64 / 2, vector })
        .collect();
    table.write(&written).unwrap();
}

fn all(count: usize) -> Bits {
    let mut bits = Bits::new();
    (0..count as u32).for_each(|row| bits.insert(row));
    bits
}

fn rows(table: &Table, vector: &[f32], allowed: &Bits, most: usize) -> Vec<u32> {
    table.nearest(&[Asked { vector, allowed, most }])[0].iter().map(|found| found.row).collect()
}

#[test]
fn the_nearest_of_the_allowed_rows_are_found_in_memory_and_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let vectors = vectors(500);
    let (file, _) = Table::open(&folder.path().join("v")).unwrap();
    for table in [Table::memory(), file] {
        fill(&table, &vectors);
        let mut allowed = all(500);
        assert_eq!(rows(&table, &vectors[17], &allowed, 3)[0], 17);
        allowed.remove(17);
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let mut exact: Vec<usize> = allowed.iter().map(|row| row as usize).collect();
        exact.sort_by(|a, b| dot(&vectors[*b], &vectors[17]).total_cmp(&dot(&vectors[*a], &vectors[17])));
        let found = table.nearest(&[Asked { vector: &vectors[17], allowed: &allowed, most: 10 }]).remove(0);
        assert!(found.iter().filter(|found| exact[..10].contains(&(found.row as usize))).count() >= 9);
        let first = found[0];
        assert!((first.score - dot(&vectors[first.row as usize], &vectors[17])).abs() < 0.01);
        assert_eq!((first.hash, first.owner), (u64::from(first.row) + 1, u64::from(first.row) / 2));
    }
}

#[test]
fn what_was_written_is_there_after_opening_again_and_a_torn_row_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("v");
    let vectors = vectors(10);
    let (table, reason) = Table::open(&path).unwrap();
    assert_eq!((table.model(), reason), (None, None));
    fill(&table, &vectors);
    table.erase([3]).unwrap();
    drop(table);
    let mut bytes = std::fs::read(&path).unwrap();
    let at = 4096 + 5 * (HEAD + DIMENSIONS) + 200;
    bytes[at] ^= 1;
    bytes.extend_from_slice(&[1; 100]);
    std::fs::write(&path, bytes).unwrap();
    let (table, reason) = Table::open(&path).unwrap();
    assert_eq!((table.model(), reason), (Some(7), None));
    assert_eq!((table.hash(2), table.hash(3), table.hash(5)), (Some(3), None, None));
    assert!(table.vector(2, 3).unwrap().iter().zip(&vectors[2]).all(|(a, b)| (a - b).abs() < 0.01));
    assert_eq!(table.vector(2, 4), None);
    assert!(!rows(&table, &vectors[5], &all(10), 10).contains(&5));
}

#[test]
fn a_file_that_is_no_table_is_emptied_and_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("v");
    let (table, _) = Table::open(&path).unwrap();
    fill(&table, &vectors(3));
    drop(table);
    let good = std::fs::read(&path).unwrap();
    let mut old = good.clone();
    old[8] = 9;
    let mut torn = good.clone();
    torn[50] ^= 1;
    for bad in [&b"what is this"[..], &good[..2000], &old, &torn, &[0; 9000]] {
        std::fs::write(&path, bad).unwrap();
        let (table, reason) = Table::open(&path).unwrap();
        assert!(reason.is_some());
        assert_eq!((table.model(), table.hash(0)), (None, None));
        fill(&table, &vectors(3));
        assert_eq!(table.hash(0), Some(1));
    }
}

#[test]
fn signatures_find_nearly_what_comparing_all_finds() {
    let folder = tempfile::tempdir().unwrap();
    let vectors = vectors(20_000);
    let (table, _) = Table::open(&folder.path().join("v")).unwrap();
    fill(&table, &vectors[..19_900]);
    let allowed = all(20_000);
    table.exact_up_to(1_000);
    table.prepare().unwrap();
    // What comes after the signatures were made has one too.
    let late: Vec<Written> =
        (19_900..20_000).map(|row| Written { row: row as u32, hash: 1, owner: 1, vector: &vectors[row] }).collect();
    table.write(&late).unwrap();
    let near: Vec<Vec<u32>> = (0..50).map(|at| rows(&table, &vectors[at * 400 + 399], &allowed, 10)).collect();
    table.exact_up_to(usize::MAX);
    let mut met = 0;
    for (at, near) in near.iter().enumerate() {
        let exact = rows(&table, &vectors[at * 400 + 399], &allowed, 10);
        met += exact.iter().filter(|row| near.contains(row)).count();
    }
    assert!(met >= 475, "{met} of 500");
}

proptest::proptest! {
    #[test]
    fn any_bytes_may_be_opened(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..6000)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("v");
        std::fs::write(&path, bytes).unwrap();
        let (table, _) = Table::open(&path).unwrap();
        proptest::prop_assert_eq!(table.hash(0), None);
        table.nearest(&[Asked { vector: &[0.5; 384], allowed: &all(10), most: 3 }]);
    }
}
