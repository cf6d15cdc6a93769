//! Which rows are near each other, exactly.

use std::cmp::Ordering;
use std::num::NonZero;

use ndarray::{Array2, Axis, Slice};

/// Rows that are compared with as many others at a time: what the processor's caches hold.
const BLOCK: usize = 512;

/// The nearest rows of one row.
type Near = Vec<(f32, u32)>;

/// For each row of length one its at most `most` nearest other rows with a cosine of at least `at_least`, the nearest
/// first. Compares all with all (n²·columns multiplications: 20,000 rows of 512 take seconds) on all processors.
pub(crate) fn neighbours(rows: &Array2<f32>, at_least: f32, most: usize) -> Vec<Near> {
    let count = rows.nrows();
    let blocks = count.div_ceil(BLOCK);
    let pairs: Vec<(usize, usize)> = (0..blocks).flat_map(|i| (i..blocks).map(move |j| (i, j))).collect();
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(pairs.len()).max(1);
    let parts: Vec<Vec<Near>> = std::thread::scope(|scope| {
        let work: Vec<_> = (0..threads)
            .map(|thread| {
                let pairs = &pairs;
                scope.spawn(move || {
                    let mut near: Vec<Near> = vec![Vec::new(); count];
                    for (i, j) in pairs.iter().skip(thread).step_by(threads) {
                        compare(rows, i * BLOCK, j * BLOCK, at_least, most, &mut near);
                    }
                    near
                })
            })
            .collect();
        work.into_iter().filter_map(|work| work.join().ok()).collect()
    });
    let mut near: Vec<Near> = vec![Vec::new(); count];
    for part in parts {
        for (near, part) in near.iter_mut().zip(part) {
            near.extend(part);
        }
    }
    for near in &mut near {
        near.sort_by(nearer);
        near.truncate(most);
    }
    near
}

fn compare(rows: &Array2<f32>, i: usize, j: usize, at_least: f32, most: usize, near: &mut [Near]) {
    let (to_i, to_j) = ((i + BLOCK).min(rows.nrows()), (j + BLOCK).min(rows.nrows()));
    let cosines =
        rows.slice_axis(Axis(0), Slice::from(i..to_i)).dot(&rows.slice_axis(Axis(0), Slice::from(j..to_j)).t());
    for (a, line) in cosines.outer_iter().enumerate() {
        for (b, &cosine) in line.iter().enumerate() {
            let (a, b) = (i + a, j + b);
            if cosine >= at_least && a < b {
                put(&mut near[a], (cosine, b as u32), most);
                put(&mut near[b], (cosine, a as u32), most);
            }
        }
    }
}

/// Keeps the nearest `most`; of equals those with the lower number, so that the order of work does not matter.
fn put(near: &mut Near, found: (f32, u32), most: usize) {
    if near.len() >= 2 * most {
        near.sort_by(nearer);
        near.truncate(most);
    }
    near.push(found);
}

fn nearer(a: &(f32, u32), b: &(f32, u32)) -> Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}
