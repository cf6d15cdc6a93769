//! Full-text search over entries, in memory.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query as TantivyQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TokenizerManager;
use tantivy::{IndexReader, ReloadPolicy, TantivyDocument, Term};
use thiserror::Error;
use yingda_language::{Corrected, Lang, Segmenter, Speller, detect, tokens};

use crate::Entry;
use crate::fulltext::{WordTokenizer, forms};
use crate::phrase::{Phrase, Query, distinct, normal};
use crate::score::{Answer, Fit, Scorer, confidences};
use crate::vocabulary::{Vocabulary, Word, WordId};

/// The search engine failed; nothing that a different text or file would cure.
#[derive(Debug, Error)]
pub enum IndexError {
    /// Two entries have one id.
    #[error("two entries have the id {0:?}; ids must be unique")]
    DuplicateId(String),
    /// Tantivy reported an error.
    #[error("full-text search failed: {0}")]
    Search(#[from] tantivy::TantivyError),
}

/// An entry that may answer what was asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// [`Entry::id`].
    pub entry_id: String,
    /// The entry's main question.
    pub question: String,
    /// The wording that fits best: the question or one of its variants.
    pub matched: String,
    /// BM25 score of the entry (its wordings and its answer); comparable within one search only.
    pub bm25: f32,
    /// The probability that this entry is meant, from 0 to 1; close rivals lower it. Hits come sorted by it.
    pub confidence: f32,
    /// What was asked, word by word, for an explanation of the confidence.
    pub terms: Vec<TermWeight>,
}

/// A word of what was asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TermWeight {
    /// The word as compared (normalised, stemmed).
    pub term: String,
    /// How much it says, from 0 to 1: rare words more than common ones.
    pub weight: f32,
    /// How near the matched wording comes to it: 1 the same, 0 absent, between: synonym, part, slip.
    pub matched: f32,
}

/// The size of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Number of entries.
    pub entries: usize,
    /// Number of wordings: questions and variants.
    pub phrasings: usize,
    /// Number of different words.
    pub words: usize,
    /// Bytes of the full-text index in memory.
    pub bytes: u64,
}

/// Searches entries; shared between threads as it is. Made once from all entries; see [`Index::build`].
pub struct Index {
    entries: Vec<Indexed>,
    by_id: HashMap<String, usize>,
    vocabulary: Vocabulary,
    speller: Speller,
    reader: IndexReader,
    fields: Fields,
    bytes: u64,
}

struct Indexed {
    entry: Entry,
    phrases: Box<[Phrase]>,
    answer: Answer,
    /// The language of the entry, when it can be told.
    lang: Option<Lang>,
}

#[derive(Clone, Copy)]
struct Fields {
    question: Field,
    answer: Field,
}

/// Tantivy's buffer while building, given back afterwards.
const BUILD_BYTES: usize = 15_000_000;
/// Documents taken from the full-text search for scoring.
const CANDIDATES: usize = 64;
/// Words of a query that the full-text search looks for; the comparison afterwards sees more.
const LONGEST_SEARCH: usize = 32;
/// What BM25 (k1 = 1.2) gives a word that is in a field of average length once, or a little more often,
/// relative to its rarity.
const BM25_REACH: f32 = 1.3;
/// Weight of a word in the answer, relative to one in a question.
const ANSWER_BOOST: f32 = 0.5;

impl Index {
    /// Indexes the entries. An entry whose question and variants contain no word is kept, but only found
    /// through its answer.
    ///
    /// # Errors
    /// Two entries have one id.
    pub fn build(entries: impl IntoIterator<Item = Entry>) -> Result<Self, IndexError> {
        let text = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(WordTokenizer::NAME)
                .set_index_option(IndexRecordOption::WithFreqs),
        );
        let mut schema = Schema::builder();
        let fields = Fields {
            question: schema.add_text_field("question", text.clone()),
            answer: schema.add_text_field("answer", text),
        };
        let tokenizers = TokenizerManager::new();
        tokenizers.register(WordTokenizer::NAME, WordTokenizer::default());
        let directory = tantivy::directory::RamDirectory::create();
        let mut writer = tantivy::Index::builder()
            .schema(schema.build())
            .tokenizers(tokenizers)
            .single_segment_index_writer::<TantivyDocument>(directory.clone(), BUILD_BYTES)?;

        let mut vocabulary = Vocabulary::default();
        let mut indexed = Vec::new();
        let mut by_id = HashMap::new();
        for entry in entries {
            let number = indexed.len();
            if by_id.insert(entry.id.clone(), number).is_some() {
                return Err(IndexError::DuplicateId(entry.id));
            }
            let answer_text = normal(&entry.answer);
            let mut document = TantivyDocument::new();
            document.add_text(fields.answer, &answer_text);
            let mut phrases = Vec::with_capacity(1 + entry.variants.len());
            for phrasing in entry.phrasings() {
                let phrasing = normal(phrasing);
                document.add_text(fields.question, &phrasing);
                phrases.push(Phrase::new(&phrasing, &mut vocabulary));
            }
            writer.add_document(document)?;
            let answer: Vec<WordId> = distinct(tokens(&answer_text)).map(|word| vocabulary.learn(word)).collect();
            let asked: HashSet<WordId> = phrases.iter().flat_map(|p| p.words.iter().copied()).collect();
            vocabulary.count(&asked.into_iter().collect::<Vec<_>>(), &answer);
            let lang = language(&entry);
            indexed.push(Indexed { entry, phrases: phrases.into(), answer: Answer::new(answer, &vocabulary), lang });
        }
        let texts = indexed.iter().flat_map(|i: &Indexed| i.entry.phrasings().chain([i.entry.answer.as_str()]));
        let speller = Speller::new(texts);
        let reader = writer.finalize()?.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self {
            entries: indexed,
            by_id,
            vocabulary,
            speller,
            reader,
            fields,
            bytes: directory.total_mem_usage() as u64,
        })
    }

    /// The entry with this id.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.by_id.get(id).map(|&number| &self.entries[number].entry)
    }

    /// All entries, in the order they were given.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|indexed| &indexed.entry)
    }

    /// The size of the index.
    pub fn stats(&self) -> Stats {
        Stats {
            entries: self.entries.len(),
            phrasings: self.entries.iter().map(|indexed| indexed.phrases.len()).sum(),
            words: self.vocabulary.len(),
            bytes: self.bytes,
        }
    }

    /// The entries that fit `query` best, at most `limit`, the most confident first. Full-text search
    /// (BM25) proposes candidates; each is then compared with the query word by word. Slips in the query are
    /// corrected first ([`corrected`](Self::corrected)), traditional and simplified characters are the same, and of
    /// entries that fit about as well those in the query's language come first. Text beyond the first 2,000
    /// characters of a query is left out.
    ///
    /// # Errors
    /// Only when the search engine fails.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, IndexError> {
        let query = Query::new(&self.corrected(query).text, &self.vocabulary);
        let lang = detect(&query.normal);
        let mut scorer = Scorer::new(&query, &self.vocabulary);
        let candidates = self.candidates(&query)?;
        let (phrases, fits): (Vec<usize>, Vec<Fit>) = candidates
            .iter()
            .map(|candidate| {
                let indexed = &self.entries[candidate.number];
                let (phrase, fit) = scorer.fit(&indexed.phrases, &indexed.answer, candidate.share);
                (phrase, if is_other(lang, indexed.lang) { fit.in_another_language() } else { fit })
            })
            .unzip();
        let confidences = confidences(&fits, scorer.foreign());
        let mut found: Vec<Scored> = candidates
            .into_iter()
            .zip(phrases)
            .zip(confidences)
            .map(|((candidate, phrase), confidence)| Scored { candidate, phrase, confidence })
            .collect();
        found.sort_by(|a, b| {
            b.confidence
                .total_cmp(&a.confidence)
                .then(b.candidate.bm25.total_cmp(&a.candidate.bm25))
                .then(a.candidate.number.cmp(&b.candidate.number))
        });
        found.truncate(limit);
        Ok(found.into_iter().map(|scored| self.hit(&scored, &query, &mut scorer)).collect())
    }

    /// What is searched for when somebody asks `query`: with its slips corrected by the words of the entries, and
    /// pinyin turned into characters.
    pub fn corrected(&self, query: &str) -> Corrected {
        self.speller.correct(query)
    }

    /// Entries by number, each with its BM25 score and that as a share of what the query could reach.
    fn candidates(&self, query: &Query) -> Result<Vec<Candidate>, IndexError> {
        let terms = self.full_text(query);
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let searcher = self.reader.searcher();
        let mut reach = 0.0;
        let mut parts: Vec<(Occur, Box<dyn TantivyQuery>)> = Vec::with_capacity(terms.len());
        for (term, boost) in terms {
            let found = searcher.doc_freq(&term)? as f32;
            let idf = (1.0 + (self.entries.len() as f32 - found + 0.5) / (found + 0.5)).ln();
            reach += boost * idf * BM25_REACH;
            if found > 0.0 {
                let part = TermQuery::new(term, IndexRecordOption::WithFreqs);
                parts.push((Occur::Should, Box::new(BoostQuery::new(Box::new(part), boost))));
            }
        }
        let top = searcher.search(&BooleanQuery::new(parts), &TopDocs::with_limit(CANDIDATES).order_by_score())?;
        Ok(top
            .into_iter()
            .map(|(bm25, address)| Candidate { number: address.doc_id as usize, bm25, share: (bm25 / reach).min(1.0) })
            .collect())
    }

    /// What to look for, each with its weight.
    fn full_text(&self, query: &Query) -> Vec<(Term, f32)> {
        let mut parts = Vec::new();
        let mut seen = HashSet::new();
        let mut add = |field: Field, text: &str, boost: f32| {
            if seen.insert((field, text.to_owned())) {
                parts.push((Term::from_field_text(field, text), boost));
            }
        };
        for asked in &query.words {
            if asked.id.is_none() {
                for near in self.vocabulary.spellings(&asked.word) {
                    add(self.fields.question, &self.vocabulary.word(near).text, 0.8);
                }
            }
        }
        let mut tokens = Segmenter::new().search_tokens(&query.normal);
        if tokens.iter().any(|token| !token.stop) {
            tokens.retain(|token| !token.stop);
        }
        for token in tokens.into_iter().take(LONGEST_SEARCH) {
            for term in forms(&Word::from(token)) {
                add(self.fields.question, &term.text, term.boost);
                add(self.fields.answer, &term.text, term.boost * ANSWER_BOOST);
            }
        }
        parts
    }

    fn hit(&self, scored: &Scored, query: &Query, scorer: &mut Scorer) -> Hit {
        let indexed = &self.entries[scored.candidate.number];
        let matches = scorer.matches(&indexed.phrases[scored.phrase]);
        let matched = indexed.entry.phrasings().nth(scored.phrase).unwrap_or_default();
        Hit {
            entry_id: indexed.entry.id.clone(),
            question: indexed.entry.question.clone(),
            matched: matched.to_owned(),
            bm25: scored.candidate.bm25,
            confidence: scored.confidence,
            terms: query
                .words
                .iter()
                .zip(matches)
                .map(|(asked, matched)| TermWeight { term: asked.word.text.clone(), weight: asked.weight, matched })
                .collect(),
        }
    }
}

/// The language of an entry: as it says, or else as its question is written.
fn language(entry: &Entry) -> Option<Lang> {
    match entry.lang.as_deref().and_then(|tag| tag.split(['-', '_']).next()) {
        Some(tag) if tag.eq_ignore_ascii_case("zh") => Some(Lang::Zh),
        Some(tag) if tag.eq_ignore_ascii_case("en") => Some(Lang::En),
        Some(_) => Some(Lang::Other),
        None => Some(detect(&entry.question)).filter(|&lang| lang != Lang::Other),
    }
}

/// Whether it is plain that an entry is in another language than the question.
fn is_other(asked: Lang, entry: Option<Lang>) -> bool {
    asked != Lang::Other && entry.is_some_and(|entry| entry != asked)
}

/// An entry that full-text search proposes.
struct Candidate {
    number: usize,
    bm25: f32,
    /// The score as a share of what the query could reach.
    share: f32,
}

struct Scored {
    candidate: Candidate,
    phrase: usize,
    confidence: f32,
}
