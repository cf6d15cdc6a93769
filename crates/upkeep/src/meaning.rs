//! Embeddings that are compared.

use yingda_language::Lang;

/// With fewer embeddings of a language than this their mean says more about them than about the language.
const LEAST: usize = 12;

/// Makes `row` of length one, unless it is zero.
pub(crate) fn unit(row: &mut [f32]) {
    let length = dot(row, row).sqrt();
    if length > 1e-12 {
        row.iter_mut().for_each(|x| *x /= length);
    }
}

/// The sum of products, in eight lanes.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 8];
    let (mut left, mut right) = (a.chunks_exact(8), b.chunks_exact(8));
    for (x, y) in (&mut left).zip(&mut right) {
        for lane in 0..8 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    let rest: f32 = left.remainder().iter().zip(right.remainder()).map(|(x, y)| x * y).sum();
    lanes.iter().sum::<f32>() + rest
}

/// The embeddings less the mean of their language, of length one. Embeddings of one model all point in about one
/// direction, another one for each language; what is left tells the meanings apart, and compares across languages.
///
/// `None` for each that is missing, not finite, or of another size than most; and for those of a language with fewer than
/// twelve: then there is no mean to speak of, and the mean of another language would make all of this one look alike.
pub(crate) fn centred(vectors: &[(Lang, Option<&[f32]>)]) -> Vec<Option<Vec<f32>>> {
    let mut sizes: Vec<(usize, usize)> = Vec::new();
    for (_, vector) in vectors {
        if let Some(vector) = vector.filter(|vector| is_sound(vector)) {
            match sizes.iter_mut().find(|(size, _)| *size == vector.len()) {
                Some((_, count)) => *count += 1,
                None => sizes.push((vector.len(), 1)),
            }
        }
    }
    let Some(&(size, _)) = sizes.iter().max_by_key(|(size, count)| (*count, *size)) else {
        return vec![None; vectors.len()];
    };
    let sound = |vector: &Option<&[f32]>| vector.is_some_and(|vector| vector.len() == size && is_sound(vector));
    let mean = |of: Lang| -> Option<Vec<f32>> {
        let (mut sum, mut count) = (vec![0.0_f64; size], 0_usize);
        for vector in vectors.iter().filter(|(lang, vector)| *lang == of && sound(vector)).filter_map(|(_, v)| *v) {
            sum.iter_mut().zip(vector).for_each(|(sum, x)| *sum += f64::from(*x));
            count += 1;
        }
        (count >= LEAST).then(|| sum.into_iter().map(|sum| (sum / count as f64) as f32).collect())
    };
    let of = [Lang::Zh, Lang::En, Lang::Other].map(mean);
    vectors
        .iter()
        .map(|(lang, vector)| {
            let mean = of[*lang as usize].as_ref()?;
            let mut row: Vec<f32> =
                vector.filter(|_| sound(vector))?.iter().zip(mean).map(|(x, mean)| x - mean).collect();
            unit(&mut row);
            Some(row)
        })
        .collect()
}

fn is_sound(vector: &[f32]) -> bool {
    !vector.is_empty() && vector.iter().all(|x| x.is_finite() && x.abs() < 1e6) && vector.iter().any(|x| *x != 0.0)
}
