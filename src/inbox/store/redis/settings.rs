//! The settings of the server on which it depends what a power cut leaves.

use super::keys;
use crate::{inbox::Durability, observe};
use redis::{AsyncTypedCommands as _, RedisError, aio::ConnectionManager, cmd};
use std::fmt;

/// What each must be, in the order in which they are set.
const WANTED: [(&str, &str); 3] =
    [("appendfsync", "always"), ("no-appendfsync-on-rewrite", "no"), ("appendonly", "yes")];

/// Why the server is not used.
#[derive(Debug)]
pub(super) enum Unsafe {
    /// It said so, or nothing.
    Failed(RedisError),
    /// Its settings are not safe and cannot be made so.
    Refused(String),
    /// Its settings are safe, and it has not written everything yet that it had before.
    NotYet,
}

impl fmt::Display for Unsafe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::Refused(why) => f.write_str(why),
            Self::NotYet => f.write_str("the Redis server has not yet written its first append-only file"),
        }
    }
}

impl std::error::Error for Unsafe {}

impl From<RedisError> for Unsafe {
    fn from(error: RedisError) -> Self {
        Self::Failed(error)
    }
}

/// Reads the settings, and sets those that are not safe. What it has set holds until the server restarts: then it goes
/// by its configuration again, and reads back what that made it write.
pub(super) async fn secure(server: &mut ConnectionManager) -> Result<Durability, Unsafe> {
    let info: String = cmd("INFO").query_async(server).await?;
    if field(&info, "redis_mode") == "cluster" {
        return Err(Unsafe::Refused("a Redis Cluster cannot keep an inbox: its steps are on several keys".into()));
    }
    let run = field(&info, "run_id");
    let noted = server.get(keys::settings_key()).await?.unwrap_or_default();
    let (noted_run, noted_state) = noted.split_once(' ').unwrap_or_default();
    let mut lasting = !run.is_empty() && noted_run != run;

    let wrong = wrong_settings(server).await?;
    if !wrong.is_empty() {
        lasting = false;
        // Before, so that whoever comes next is not misled if this goes no further.
        server.set(keys::settings_key(), format!("{run} set")).await?;
        for (name, value) in &wrong {
            let set = cmd("CONFIG").arg("SET").arg(name).arg(value).exec_async(server).await;
            set.map_err(|error| refuse(&wrong, &error))?;
            observe::warning(
                name,
                &format!(
                    "was not safe at the Redis server and is `{value}` until it restarts; \
                     what a power cut leaves is decided by its configuration: set it there"
                ),
            );
        }
        let still_wrong = wrong_settings(server).await?;
        if !still_wrong.is_empty() {
            return Err(refuse(&still_wrong, "set, but not kept"));
        }
    }
    if lasting {
        return Ok(Durability::PowerLoss);
    }
    if noted_state != "written" || !wrong.is_empty() {
        let info: String = cmd("INFO").arg("persistence").query_async(server).await?;
        let idle = ["aof_rewrite_in_progress", "aof_rewrite_scheduled"].iter().all(|name| field(&info, name) == "0");
        if !idle || field(&info, "aof_last_bgrewrite_status") != "ok" {
            return Err(Unsafe::NotYet);
        }
        server.set(keys::settings_key(), format!("{run} written")).await?;
    }
    Ok(Durability::ProcessEnd)
}

async fn wrong_settings(server: &mut ConnectionManager) -> Result<Vec<(&'static str, &'static str)>, Unsafe> {
    let mut wrong = Vec::new();
    for (name, value) in WANTED {
        if setting(server, name).await? != value {
            wrong.push((name, value));
        }
    }
    // The `volatile` policies evict what expires, and no job does.
    if setting(server, "maxmemory").await? != "0" && setting(server, "maxmemory-policy").await?.starts_with("allkeys") {
        wrong.push(("maxmemory-policy", "noeviction"));
    }
    Ok(wrong)
}

async fn setting(server: &mut ConnectionManager, name: &str) -> Result<String, Unsafe> {
    let answer: Result<Vec<String>, _> = cmd("CONFIG").arg("GET").arg(name).query_async(server).await;
    match answer {
        Ok(answer) => Ok(answer.into_iter().nth(1).unwrap_or_default()),
        Err(error) if error.is_io_error() => Err(error.into()),
        Err(error) => Err(Unsafe::Refused(format!(
            "the Redis server does not say whether it keeps its data at a power cut (CONFIG GET {name}: {error}); \
             permit CONFIG GET, or open it with `RedisJobStore::insecure_volatile`"
        ))),
    }
}

fn refuse(wrong: &[(&str, &str)], error: impl fmt::Display) -> Unsafe {
    let mut text = "the Redis server would lose acknowledged events; set in its configuration:".to_owned();
    for (name, value) in wrong {
        text.push_str(&format!(" `{name} {value}`"));
    }
    Unsafe::Refused(format!("{text} (CONFIG SET: {error})"))
}

fn field<'a>(info: &'a str, name: &str) -> &'a str {
    let value = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    value.unwrap_or_default().trim()
}
