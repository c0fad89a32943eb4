//! Processes that share a file, and are killed.

use super::{at, event, folder, sqlite::open};
use std::{
    collections::{HashMap, HashSet},
    path::Path,
    process::Stdio,
    sync::Arc,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};
use tower_webhook::inbox::{
    End, EventSink, EventState, EventStatus, JobStore, PushTerms, SqliteJobStore, StatusScope, WorkerName,
};

const KILLS: usize = 50;
/// Of the victim: each takes up to [`TAKEN`] jobs in hand.
const WORKERS: usize = 2;
const TAKEN: usize = 3;

fn terms() -> PushTerms {
    PushTerms::new(1_000_000, 1 << 30, 1000, at(0))
}

/// Runs in a process of its own, which is killed: pushes, takes and settles, and says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "is started by the tests beside it"]
async fn victim() {
    let (Ok(path), Ok(name)) = (std::env::var("INBOX_PATH"), std::env::var("INBOX_NAME")) else { return };
    let store = Arc::new(open(Path::new(&path)).await);
    let pushers = (0..8).map(|pusher| {
        let (store, name) = (Arc::clone(&store), name.clone());
        tokio::spawn(async move {
            for number in 0.. {
                let id = format!("{name}-{pusher}-{number}");
                store.push(&event(&id), &terms()).await.unwrap();
                println!("pushed {id}");
            }
        })
    });
    let workers = (0..WORKERS).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let worker = WorkerName::unique();
            loop {
                for job in store.take(&worker, TAKEN, at(1)).await.unwrap() {
                    println!("began {}", job.event.public_id());
                    assert!(store.settle(job.event.job(), &worker, &End::Done, at(1)).await.unwrap());
                    println!("ended {}", job.event.public_id());
                }
                tokio::task::yield_now().await;
            }
        })
    });
    for task in pushers.chain(workers).collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

struct Victim {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Victim {
    fn start(path: &Path, name: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::victim", "--ignored", "--nocapture"])
            .env("INBOX_PATH", path)
            .env("INBOX_NAME", name)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    /// The next thing it has done.
    async fn next(&mut self) -> Option<(String, String)> {
        while let Some(line) = self.lines.next_line().await.unwrap() {
            if let Some((what, id)) =
                line.split_once(' ').filter(|(what, _)| ["pushed", "began", "ended"].contains(what))
            {
                return Some((what.to_owned(), id.to_owned()));
            }
        }
        None
    }

    /// Kills it after it has done so much, and returns all it had.
    async fn killed_after(mut self, steps: usize) -> Vec<(String, String)> {
        let mut done = Vec::new();
        while done.len() < steps {
            done.push(self.next().await.expect("it goes on until it is killed"));
        }
        self.process.start_kill().unwrap();
        while let Some(step) = self.next().await {
            done.push(step);
        }
        self.process.wait().await.unwrap();
        done
    }
}

async fn status(store: &SqliteJobStore, id: &str) -> Option<EventStatus> {
    store.status(&StatusScope::Endpoint("hooks".into()), id).await.unwrap()
}

#[tokio::test]
async fn however_often_it_is_killed_nothing_is_missing_and_only_what_was_in_hand_runs_again() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let (mut pushed, mut ended) = (HashSet::new(), HashSet::new());
    let (mut began, mut let_go) = (HashMap::<String, u32>::new(), HashMap::<String, u32>::new());
    for kill in 0..KILLS {
        let steps = Victim::start(&path, &kill.to_string()).killed_after(kill * 7 % 97).await;
        for (what, id) in steps {
            match what.as_str() {
                "pushed" => drop(pushed.insert(id)),
                "began" => *began.entry(id).or_default() += 1,
                _ => drop(ended.insert(id)),
            }
        }
        let store = open(&path).await;
        let mut lost = 0;
        for id in pushed.iter().chain(began.keys()).collect::<HashSet<_>>() {
            let status = status(&store, id).await.unwrap_or_else(|| panic!("{id} was acknowledged and is missing"));
            assert!(status.state != EventState::Processing, "{id} is in the hands of nobody");
            assert!(!ended.contains(id) || status.state == EventState::Done, "{id} has ended and was taken back");
            // What was begun after it had been let go was let go again, or is done.
            let known = let_go.get(id).copied().unwrap_or_default();
            if status.state == EventState::Failed && status.attempts > known {
                assert_eq!(status.attempts, known + 1, "{id} was in hand once in a process");
                let_go.insert(id.clone(), status.attempts);
                lost += 1;
            }
        }
        assert!(lost <= WORKERS * TAKEN, "{lost} were let go, more than can have been in hand");
    }
    let store = open(&path).await;
    let worker = WorkerName::unique();
    loop {
        let jobs = store.take(&worker, 100, at(1)).await.unwrap();
        if jobs.is_empty() {
            break;
        }
        for job in jobs {
            *began.entry(job.event.public_id().to_owned()).or_default() += 1;
            assert!(store.settle(job.event.job(), &worker, &End::Done, at(1)).await.unwrap());
        }
    }
    assert!(!pushed.is_empty());
    for id in &pushed {
        let status = status(&store, id).await.unwrap();
        assert_eq!(status.state, EventState::Done);
        let in_hand = let_go.get(id).copied().unwrap_or_default();
        assert_eq!(status.attempts, 1 + in_hand, "{id} was tried again only if it was in hand at a kill");
        assert!(
            began.get(id).is_none_or(|began| *began <= status.attempts),
            "{id} ran no more often than it was tried"
        );
    }
    assert_eq!(store.load().await.unwrap().jobs, 0);
}

#[tokio::test]
async fn who_stays_takes_over_from_a_process_that_was_killed() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let stays = open(&path).await;
    let mut victim = Victim::start(&path, "victim");
    while victim.next().await.unwrap().0 != "began" {}
    let steps = victim.killed_after(50).await;
    let pushed: HashSet<_> = steps.iter().filter(|(what, _)| what == "pushed").map(|(_, id)| id).collect();
    for id in &pushed {
        assert!(status(&stays, id).await.is_some(), "{id} was acknowledged by one process and is seen by the other");
    }
    // Another one that comes cannot know that the victim is dead, but those that stay find it silent.
    let before = stays.load().await.unwrap();
    let comes = open(&path).await;
    assert_eq!(comes.load().await.unwrap(), before);
    let later = at(1).saturating_add(tower_webhook::inbox::store::SILENCE);
    let freed = stays.keep_alive(&WorkerName::unique(), later).await.unwrap();
    assert!(freed <= (WORKERS * TAKEN) as u64, "{freed} were let go, more than can have been in hand");
    assert_eq!(comes.keep_alive(&WorkerName::unique(), later).await.unwrap(), 0);
    let all = comes.take(&WorkerName::unique(), 100_000, later).await.unwrap();
    assert_eq!(all.len() as u64, before.jobs, "everything that has not ended can be taken");
}
