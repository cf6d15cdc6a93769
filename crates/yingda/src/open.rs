//! Opening the data of an installation.

use std::fs;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use yingda_bus::Bus;
use yingda_desk::{Desk, SystemWorld};
use yingda_model::Scope;
use yingda_store::{MasterKey, Store, StoreConfig, WorkspaceInfo};

use crate::failure::Failure;

/// Where an installation keeps its data.
#[derive(Args, Clone, Debug)]
pub struct DataOptions {
    /// Folder for the database, files and keys; made when absent
    #[arg(long, value_name = "DIR", default_value = "data", env = "YINGDA_DATA")]
    pub data: PathBuf,
    /// Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME [default: sqlite:DIR/yingda.db]
    #[arg(long, value_name = "URL", env = "YINGDA_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
}

/// Which workspace a command is about.
#[derive(Args, Clone, Debug)]
pub struct WorkspaceOption {
    /// Short name of the workspace
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub workspace: String,
}

impl DataOptions {
    /// The database address, given or made from the folder.
    pub fn url(&self) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite:{}", self.data.join("yingda.db").display()))
    }

    /// Where uploaded files are kept.
    pub fn files(&self) -> PathBuf {
        self.data.join("files")
    }

    /// Where search indexes are kept.
    pub fn indexes(&self) -> PathBuf {
        self.data.join("index")
    }

    /// Opens the store, making folder, key and database where they are absent.
    pub async fn open(&self) -> Result<Store, Failure> {
        // Nobody else on the machine needs to look into it.
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.data)
            .map_err(|error| Failure::failed(format!("the folder {} cannot be made: {error}", self.data.display())))?;
        let master_key = master_key(&self.data)?;
        Ok(Store::open(StoreConfig { url: self.url(), master_key }).await?)
    }

    /// Opens the store of an installation that is there: commands other than `serve` do not make one by mistake.
    pub async fn open_existing(&self) -> Result<Store, Failure> {
        let absent = self.database.is_none() && !self.data.join("yingda.db").exists();
        if absent {
            return Err(Failure::failed(format!(
                "there is no installation in {}: start one with `yingda serve`, or name its folder with --data",
                self.data.display()
            )));
        }
        // A new key beside an old database would fit nothing.
        let key = self.data.join("master.key");
        if std::env::var_os("YINGDA_MASTER_KEY").is_none() && !key.exists() {
            return Err(Failure::failed(format!(
                "{} is missing: put it back (it is needed to read what is stored), or give YINGDA_MASTER_KEY",
                key.display()
            )));
        }
        self.open().await
    }
}

/// Finds a workspace by its short name.
pub async fn workspace(store: &Store, slug: &str) -> Result<WorkspaceInfo, Failure> {
    store
        .directory()
        .workspace(slug)
        .await?
        .ok_or_else(|| Failure::failed(format!("there is no workspace {slug:?}: `yingda workspace list` shows all")))
}

/// A desk over a store, for a command that does its work and ends.
pub async fn desk_over(store: Store) -> Result<Desk, Failure> {
    Ok(Desk::new(store, Bus::connect("memory:").await?, Arc::new(SystemWorld)))
}

/// A desk over the installation, and the right to everything in one workspace of it.
pub async fn desk(data: &DataOptions, named: &WorkspaceOption) -> Result<(Desk, Scope), Failure> {
    let store = data.open_existing().await?;
    let found = workspace(&store, &named.workspace).await?;
    Ok((desk_over(store).await?, Scope::system(found.id)))
}

/// The master key: from YINGDA_MASTER_KEY, or from the data folder, where a new one is made on the first start.
pub fn master_key(data: &Path) -> Result<MasterKey, Failure> {
    if let Ok(text) = std::env::var("YINGDA_MASTER_KEY") {
        return Ok(MasterKey::parse(&text)?);
    }
    let path = data.join("master.key");
    match fs::read_to_string(&path) {
        Ok(text) => Ok(MasterKey::parse(&text)?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = MasterKey::generate()?;
            write_key(&path, &key.to_text())
                .map_err(|error| Failure::failed(format!("{} cannot be written: {error}", path.display())))?;
            Ok(key)
        }
        Err(error) => Err(Failure::failed(format!("{} cannot be read: {error}", path.display()))),
    }
}

/// Writes the key so that only the owner can read it, durably: data sealed with a key that was lost in a power cut is lost.
pub fn write_key(path: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    if let Some(folder) = path.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}
