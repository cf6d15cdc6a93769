//! From a question to hits: candidates by words and by meaning, then a closer look at each.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tantivy::columnar::Column;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query as TantivyQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Term};
use yingda_embedding::nearest::{Asked as Wanted, Table};
use yingda_language::{Kind, Lang, Segmenter, detect};

use crate::allowed::{Allowed, allowed};
use crate::cut::{Passage, sentences};
use crate::document::{Head, Part, column, head_key, is_question};
use crate::filter::{Sieve, language};
use crate::fulltext::forms;
use crate::index::Centres;
use crate::model::{TEXT, VECTORS, probabilities};
use crate::phrase::{Content, Word};
use crate::query::Evidence;
use crate::reading::{Reading, ReadyHead, ReadyPassage};
use crate::score::{Asked, Fit, Scorer};
use crate::similar::is_slip;
use crate::vote::{Near, WORDINGS, votes};
use crate::{Hit, IndexError, Query, Sentence, TermWeight};

/// Heads and passages that words propose, and wordings and passages that meaning proposes.
const BY_WORDS: usize = 32;
const BY_MEANING: usize = 32;
/// Entries that are looked at closely.
const CANDIDATES: usize = 40;
/// Passages of one entry that are looked at.
const MOST_PASSAGES: usize = 3;
/// Words of a question that the full-text search looks for; the comparison afterwards sees more.
const LONGEST_SEARCH: usize = 32;
/// What BM25 (k1 = 1.2) gives a word that is in a field of average length once, or a little more often, relative to its
/// rarity.
const BM25_REACH: f32 = 1.3;
/// Documents from which on only whole words are looked for.
const COMMON: f32 = 20_000.0;
/// Words of a vocabulary that are looked through for one that was meant by a slip.
const MOST_SPELLINGS: usize = 50_000;
/// What being changed last and being chosen most is worth, in units of evidence: they decide between entries that fit
/// alike, and nothing else.
const FRESH: f32 = 0.15;
const POPULAR: f32 = 0.15;
/// Half a year in milliseconds.
const HALF_YEAR: f32 = 182.0 * 86_400_000.0;

/// What a search goes through.
pub(crate) struct Search<'a> {
    pub reading: &'a Reading,
    pub table: &'a Table,
    pub centres: &'a Centres,
    pub query: &'a Query,
    /// The question with its slips corrected.
    pub text: &'a str,
}

/// An entry that may be meant.
#[derive(Default)]
struct Candidate {
    head: Option<DocAddress>,
    bm25: f32,
    question_share: f32,
    /// Passages by key where it is known, with their share.
    passages: Vec<(Proposed, f32)>,
    nearness: f32,
}

#[derive(Clone, Copy, PartialEq)]
enum Proposed {
    At(DocAddress),
    Key(u64),
}

/// A candidate that was looked at.
struct Compared {
    ready: Arc<ReadyHead>,
    wording: usize,
    fit: Fit,
    passage: Option<(Part, Arc<ReadyPassage>)>,
    bm25: f32,
    cosine: Option<f32>,
    /// Its wordings nearest to the question.
    near: Vec<Near>,
}

impl Search<'_> {
    pub fn hits(&self) -> Result<Vec<Hit>, IndexError> {
        let asked = Asked::new(self.text, self.reading);
        let mut scorer = Scorer::new(&asked, self.reading);
        let compared = self.compare(&mut scorer)?;
        let none = asked.none_features(&compared.iter().map(|one| &one.fit).collect::<Vec<_>>());
        let evidences: Vec<f32> = compared
            .iter()
            .map(|one| {
                // An entry without vectors yet is judged by its words, so that what is new is found at once.
                let weights = if one.cosine.is_some() { &VECTORS } else { &TEXT };
                let fit = &one.fit;
                weights.entry(&fit.features()) - weights.none(&none) + FRESH * fit.fresh + POPULAR * fit.popular
            })
            .collect();
        let mut found: Vec<(f32, f32, Compared)> = probabilities(&evidences)
            .into_iter()
            .zip(evidences)
            .zip(compared)
            .map(|((probability, evidence), one)| (if one.fit.is_same() { 1.0 } else { probability }, evidence, one))
            .collect();
        found.sort_by(|a, b| {
            let id = |one: &Compared| one.ready.head.entry.id.clone();
            b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)).then_with(|| id(&a.2).cmp(&id(&b.2)))
        });
        found.truncate(self.query.limit);
        Ok(found.into_iter().map(|(confidence, _, one)| self.hit(confidence, one, &mut scorer)).collect())
    }

    pub fn evidence(&self) -> Result<Evidence, IndexError> {
        let asked = Asked::new(self.text, self.reading);
        let mut scorer = Scorer::new(&asked, self.reading);
        let compared = self.compare(&mut scorer)?;
        let none = asked.none_features(&compared.iter().map(|one| &one.fit).collect::<Vec<_>>());
        let candidates = compared.iter().map(|one| (one.ready.head.entry.id.clone(), one.fit.features())).collect();
        Ok(Evidence { candidates, none })
    }

    fn compare(&self, scorer: &mut Scorer) -> Result<Vec<Compared>, IndexError> {
        let lang = detect(&scorer.asked.normal);
        let vector = self.query.vector.as_ref().filter(|vector| self.centres.fit(vector));
        let allowed = match vector {
            None if Sieve::of(&self.query.filter).is_open() && self.query.filter.valid_at.is_none() => Arc::default(),
            _ => allowed(self.reading, &self.query.filter)?,
        };
        let mut candidates = HashMap::new();
        self.by_words(scorer.asked, &allowed, &mut candidates)?;
        let turned = vector.map(|vector| {
            [minus(&vector.values, &self.centres.wordings), minus(&vector.values, &self.centres.passages)]
        });
        if let Some([wording, passage]) = &turned {
            self.by_meaning(wording, passage, &allowed, &mut candidates);
        }
        let mut ranked: Vec<(u64, Candidate)> = candidates.into_iter().collect();
        let rank = |one: &Candidate| {
            let body = one.passages.iter().map(|(_, share)| *share).fold(0.0, f32::max);
            2.0 * one.question_share + body + 3.0 * one.nearness
        };
        ranked.sort_by(|a, b| rank(&b.1).total_cmp(&rank(&a.1)).then(a.0.cmp(&b.0)));
        ranked.truncate(CANDIDATES);
        let mut compared = Vec::with_capacity(ranked.len());
        for (entry, candidate) in ranked {
            compared.extend(self.look(entry, candidate, lang, turned.as_ref(), scorer)?);
        }
        let voted = votes(&compared.iter().map(|one| one.near.as_slice()).collect::<Vec<_>>());
        for (one, vote) in compared.iter_mut().zip(voted) {
            one.fit.vote = vote;
        }
        let most = compared.iter().map(|one| one.ready.head.entry.popularity).fold(0.0, f32::max);
        for one in &mut compared {
            let own = one.ready.head.entry.popularity.max(0.0);
            one.fit.popular = if most > 0.0 { own.ln_1p() / most.ln_1p() } else { 0.0 };
        }
        Ok(compared)
    }

    /// Proposes entries whose wordings or passages have the words.
    fn by_words(
        &self,
        asked: &Asked,
        allowed: &Allowed,
        candidates: &mut HashMap<u64, Candidate>,
    ) -> Result<(), IndexError> {
        let fields = self.reading.fields;
        let entries: Vec<Column<u64>> = self
            .reading
            .searcher
            .segment_readers()
            .iter()
            .map(|segment| segment.fast_fields().u64(column::ENTRY))
            .collect::<Result<_, _>>()?;
        let entry_of = |at: DocAddress| entries[at.segment_ord as usize].first(at.doc_id);
        let terms = self.terms(asked)?;
        for field in [fields.question, fields.body] {
            let (query, reach) = self.full_text(&terms, field)?;
            for (score, at) in self.reading.best(&query, field, allowed, BY_WORDS)? {
                let Some(entry) = entry_of(at) else { continue };
                let candidate: &mut Candidate = candidates.entry(entry).or_default();
                let share = (score / reach).min(1.0);
                if field == fields.question {
                    candidate.head = Some(at);
                    candidate.question_share = share;
                    candidate.bm25 += score;
                } else {
                    if candidate.passages.is_empty() {
                        candidate.bm25 += score;
                    }
                    candidate.passages.push((Proposed::At(at), share));
                }
            }
        }
        Ok(())
    }

    /// Proposes entries by the vectors nearest to the question's.
    fn by_meaning(
        &self,
        wording: &[f32],
        passage: &[f32],
        allowed: &Allowed,
        candidates: &mut HashMap<u64, Candidate>,
    ) {
        let found = self.table.nearest(&[
            Wanted { vector: wording, allowed: &allowed.wordings, most: BY_MEANING },
            Wanted { vector: passage, allowed: &allowed.passages, most: BY_MEANING },
        ]);
        let in_common = [dot(wording, &self.centres.wordings), dot(passage, &self.centres.passages)];
        for ((list, in_common), of_passages) in found.into_iter().zip(in_common).zip([false, true]) {
            for near in list {
                let candidate = candidates.entry(near.owner).or_default();
                candidate.nearness = candidate.nearness.max(near.score - in_common);
                if of_passages {
                    candidate.passages.push((Proposed::Key(near.hash), 0.0));
                }
            }
        }
    }

    fn look(
        &self,
        entry: u64,
        candidate: Candidate,
        lang: Lang,
        turned: Option<&[Vec<f32>; 2]>,
        scorer: &mut Scorer,
    ) -> Result<Option<Compared>, IndexError> {
        let at = match candidate.head {
            Some(at) => Some(at),
            None => self.reading.find(&self.reading.fields.of_key(head_key(entry)))?,
        };
        let Some(at) = at else { return Ok(None) };
        let Some(ready) = self.reading.ready_head(at)? else { return Ok(None) };
        let head = &ready.head;
        let (wording, mut fit, met) = scorer.wordings(&ready.phrases);
        fit.question_share = candidate.question_share;
        let near = turned.map(|[turned, _]| self.near_wordings(head, turned)).unwrap_or_default();
        let wording_cosine = near.first().map(|near| near.cosine);
        let best = &near[..near.len().min(3)];
        let wordings_cosine = best.iter().map(|near| near.cosine).sum::<f32>() / best.len().max(1) as f32;
        let wordings_cosine = wording_cosine.map(|_| wordings_cosine);
        let passage =
            self.best_passage(head, &candidate.passages, turned.map(|[_, turned]| turned.as_slice()), scorer.asked)?;
        let mut passage_cosine = None;
        let mut found = None;
        if let Some(best) = passage {
            fit.answered = scorer.asked.share(&best.met);
            fit.body_share = best.share;
            let both: Vec<f32> = best.met.iter().zip(&met).map(|(a, b)| a.max(*b)).collect();
            fit.covered = scorer.asked.share(&both);
            passage_cosine = best.cosine;
            found = Some((best.part, best.ready));
        } else {
            fit.covered = fit.anywhere;
        }
        let cosine = wording_cosine.into_iter().chain(passage_cosine).reduce(f32::max);
        // What has no vector of its kind is taken to be as near as what it has.
        fit.wording_cosine = wording_cosine.or(cosine).unwrap_or(0.0);
        fit.passage_cosine = passage_cosine.or(cosine).unwrap_or(0.0);
        fit.wordings_cosine = wordings_cosine.or(cosine).unwrap_or(0.0);
        let own = language(&head.entry);
        fit.foreign = if lang != Lang::Other && own != lang && !(own == Lang::Other && head.entry.lang.is_none()) {
            1.0
        } else {
            0.0
        };
        if !is_question(head.entry.kind) {
            // A title is no question: what a text is about, its passages say.
            fit.text = 1.0;
            fit.wording_cosine = cosine.unwrap_or(0.0);
            fit.wordings_cosine = cosine.unwrap_or(0.0);
            fit.anywhere = fit.covered;
            fit.question_share = fit.question_share.max(fit.body_share);
        }
        if let Some(now) = self.query.now.filter(|_| head.entry.updated_at > 0) {
            let age = now.saturating_sub(head.entry.updated_at).max(0) as f32;
            fit.fresh = 0.5_f32.powf(age / HALF_YEAR);
        }
        let near = if is_question(head.entry.kind) { near } else { Vec::new() };
        Ok(Some(Compared { wording, fit, passage: found, bm25: candidate.bm25, cosine, near, ready }))
    }

    /// The wordings nearest to the question, the nearest first.
    fn near_wordings(&self, head: &Head, turned: &[f32]) -> Vec<Near> {
        let near = head.wordings.iter().filter_map(|wording| {
            let mut vector = self.table.vector(wording.row, wording.hash)?;
            vector.iter_mut().zip(&self.centres.wordings).for_each(|(number, centre)| *number -= centre);
            let own = dot(&vector, &vector).sqrt().max(f32::MIN_POSITIVE);
            vector.iter_mut().for_each(|number| *number /= own);
            let cosine = dot(&vector, turned) / dot(turned, turned).sqrt().max(f32::MIN_POSITIVE);
            Some(Near { cosine, vector })
        });
        let mut near: Vec<Near> = near.collect();
        near.sort_by(|a, b| b.cosine.total_cmp(&a.cosine));
        near.truncate(WORDINGS);
        near
    }

    fn best_passage(
        &self,
        head: &Head,
        proposed: &[(Proposed, f32)],
        turned: Option<&[f32]>,
        asked: &Asked,
    ) -> Result<Option<BestPassage>, IndexError> {
        let fields = self.reading.fields;
        let mut places: Vec<(DocAddress, f32)> = Vec::new();
        let first = [(head.parts.first().map(|part| Proposed::Key(part.key)), 0.0)];
        let first = first.iter().filter_map(|(part, share)| Some(((*part)?, *share)));
        // Some by words and some by meaning; the first passage when nothing was proposed.
        let by_words = proposed.iter().filter(|(one, _)| matches!(one, Proposed::At(_))).take(MOST_PASSAGES - 1);
        let by_meaning = proposed.iter().filter(|(one, _)| matches!(one, Proposed::Key(_))).take(MOST_PASSAGES - 1);
        let several = head.parts.len() > 1 && !proposed.is_empty();
        for (one, share) in by_words.chain(by_meaning).copied().chain(first.filter(|_| !several)) {
            let at = match one {
                Proposed::At(at) => Some(at),
                Proposed::Key(key) => self.reading.find(&fields.of_key(key))?,
            };
            if let Some(at) = at
                && !places.iter().any(|(known, _)| *known == at)
            {
                places.push((at, share));
            }
        }
        let mut best: Option<BestPassage> = None;
        for (at, share) in places {
            let Some(ready) = self.reading.ready_passage(at)? else { continue };
            let rows = self.reading.searcher.segment_reader(at.segment_ord).fast_fields().u64(column::HASH)?;
            let key = rows.first(at.doc_id);
            let Some(part) = head.parts.iter().find(|part| Some(part.key) == key).copied() else { continue };
            let met = asked.met_by(&ready.content);
            let cosine = turned.and_then(|turned| {
                let vector = self.table.vector(part.row, part.key)?;
                Some(cosine(turned, &vector, &self.centres.passages))
            });
            let score = asked.share(&met) + share + 3.0 * cosine.unwrap_or(0.0);
            if best.as_ref().is_none_or(|best| score > best.score) {
                best = Some(BestPassage { part, ready, met, share, cosine, score });
            }
        }
        Ok(best)
    }

    /// What to look for, each with its weight.
    fn terms(&self, asked: &Asked) -> Result<Vec<(String, f32)>, IndexError> {
        let mut terms: Vec<(String, f32)> = Vec::new();
        let mut seen = HashSet::new();
        let mut add = |text: String, boost: f32| {
            if seen.insert(text.clone()) {
                terms.push((text, boost));
            }
        };
        for word in asked.words.iter().filter(|word| !word.known) {
            for near in self.spellings(&word.word)? {
                add(near, 0.8);
            }
        }
        let mut tokens = Segmenter::new().search_tokens(&asked.normal);
        if tokens.iter().any(|token| !token.stop) {
            tokens.retain(|token| !token.stop);
        }
        for token in tokens.into_iter().take(LONGEST_SEARCH) {
            for form in forms(&Word::from(token)) {
                add(form.text, form.boost);
            }
        }
        Ok(terms)
    }

    /// The query for one field, and what it could reach.
    fn full_text(&self, terms: &[(String, f32)], field: Field) -> Result<(BooleanQuery, f32), IndexError> {
        let counts = &self.reading.counts;
        let all = if field == self.reading.fields.question { counts.entries } else { counts.passages } as f32;
        let mut reach = f32::MIN_POSITIVE;
        let mut parts: Vec<(Occur, Box<dyn TantivyQuery>)> = Vec::with_capacity(terms.len());
        for (text, boost) in terms {
            let term = Term::from_field_text(field, text);
            let found = self.reading.searcher.doc_freq(&term)? as f32;
            // In so many documents a character or a group of synonyms finds everything and costs the most; the word itself
            // is looked for.
            if *boost < 0.7 && found > COMMON {
                continue;
            }
            let idf = (1.0 + ((all - found).max(0.0) + 0.5) / (found + 0.5)).ln();
            reach += boost * idf * BM25_REACH;
            if found > 0.0 {
                let part = TermQuery::new(term, IndexRecordOption::WithFreqs);
                parts.push((Occur::Should, Box::new(BoostQuery::new(Box::new(part), *boost))));
            }
        }
        Ok((BooleanQuery::new(parts), reach))
    }

    /// Words of questions that an unknown word in letters may be a slip of the finger for, at most four.
    fn spellings(&self, word: &Word) -> Result<Vec<String>, IndexError> {
        let mut found = Vec::new();
        if word.kind != Kind::Word || word.text.len() < 4 || !word.text.is_char_boundary(1) {
            return Ok(found);
        }
        let first = &word.text[..1];
        for segment in self.reading.searcher.segment_readers() {
            let inverted = segment.inverted_index(self.reading.fields.question)?;
            let mut known =
                inverted.terms().range().ge(first.as_bytes()).into_stream().map_err(tantivy::TantivyError::from)?;
            let mut seen = 0;
            while found.len() < 4 && seen < MOST_SPELLINGS && known.advance() {
                seen += 1;
                let Ok(text) = std::str::from_utf8(known.key()) else { continue };
                if !text.starts_with(first) {
                    break;
                }
                if is_slip(&word.text, text) && !found.iter().any(|one| one == text) {
                    found.push(text.to_owned());
                }
            }
        }
        Ok(found)
    }

    fn hit(&self, confidence: f32, one: Compared, scorer: &mut Scorer) -> Hit {
        let head = &one.ready.head;
        let entry = &head.entry;
        let (_, matches) = match one.ready.phrases.get(one.wording) {
            Some(phrase) => scorer.wording(phrase),
            None => (Fit::default(), vec![0.0; scorer.asked.words.len()]),
        };
        let passage = one.passage.as_ref().map(|(part, ready)| passage(head, part, ready));
        let sentence = passage.as_ref().and_then(|passage| sentence(&passage.text, scorer.asked));
        let lang = entry.lang.clone().or_else(|| match language(entry) {
            Lang::Other => None,
            lang => Some(lang.tag().to_owned()),
        });
        Hit {
            entry_id: entry.id.clone(),
            kind: entry.kind,
            lang,
            question: entry.question.clone(),
            matched: entry.wordings().nth(one.wording).unwrap_or_default().to_owned(),
            passage,
            sentence,
            bm25: one.bm25,
            cosine: one.cosine,
            confidence,
            exact: one.fit.is_same(),
            terms: scorer
                .asked
                .words
                .iter()
                .zip(matches)
                .map(|(asked, matched)| TermWeight { term: asked.word.text.clone(), weight: asked.weight, matched })
                .collect(),
        }
    }
}

struct BestPassage {
    part: Part,
    ready: Arc<ReadyPassage>,
    met: Vec<f32>,
    share: f32,
    cosine: Option<f32>,
    score: f32,
}

pub(crate) fn passage(head: &Head, part: &Part, ready: &ReadyPassage) -> Passage {
    let before: usize = head.parts.iter().take_while(|one| one.key != part.key).map(|one| one.bytes as usize).sum();
    let stored = &ready.stored;
    Passage {
        id: format!("{:016x}", part.key),
        headings: stored.headings.clone(),
        anchor: stored.anchor.clone(),
        place: stored.place.clone(),
        start: before + stored.from,
        text: stored.text(),
    }
}

/// The sentence of a passage that has most of what was asked; with the next when that goes on about it.
fn sentence(text: &str, asked: &Asked) -> Option<Sentence> {
    let ranges = sentences(text);
    let shares: Vec<f32> = ranges
        .iter()
        .map(|range| asked.share(&asked.met_by(&Content::new(std::iter::once(&text[range.clone()])))))
        .collect();
    let best = (0..ranges.len()).max_by(|a, b| shares[*a].total_cmp(&shares[*b]).then(b.cmp(a)))?;
    let range = ranges[best].clone();
    let trimmed = text[range.clone()].trim();
    let start = range.start + text[range.clone()].find(trimmed)?;
    (!trimmed.is_empty()).then(|| Sentence { start, end: start + trimmed.len(), text: trimmed.to_owned() })
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn minus(vector: &[f32], centre: &[f32]) -> Vec<f32> {
    vector.iter().zip(centre).map(|(a, b)| a - b).collect()
}

/// Cosine of what is turned to the centre already with what is not.
fn cosine(turned: &[f32], vector: &[f32], centre: &[f32]) -> f32 {
    let (mut product, mut own, mut other) = (0.0, 0.0, 0.0);
    for ((a, b), c) in turned.iter().zip(vector).zip(centre) {
        let b = b - c;
        product += a * b;
        own += a * a;
        other += b * b;
    }
    if own > 0.0 && other > 0.0 { product / (own * other).sqrt() } else { 0.0 }
}
