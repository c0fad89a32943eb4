//! What the handler of the gateway wrote down.

use crate::process::Folder;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) job: String,
    pub(crate) pid: u32,
}

/// What the handler wrote: `start EVENT JOB ATTEMPT PID`, `end EVENT`.
pub(crate) struct Run {
    starts: BTreeMap<String, Vec<Start>>,
    ended: BTreeSet<String>,
}

impl Run {
    pub(crate) fn read(folder: &Folder) -> Self {
        let mut run = Self { starts: BTreeMap::new(), ended: BTreeSet::new() };
        for line in folder.read("handled").lines() {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["start", id, job, _, pid] => {
                    let start = Start { job: job.to_owned(), pid: pid.parse().unwrap() };
                    run.starts.entry(id.to_owned()).or_default().push(start);
                }
                ["end", id] => {
                    run.ended.insert(id.to_owned());
                }
                _ => panic!("the handler wrote {line:?}"),
            }
        }
        run
    }

    pub(crate) fn starts(&self) -> impl Iterator<Item = (&String, &Vec<Start>)> {
        self.starts.iter()
    }

    pub(crate) fn ended(&self) -> BTreeSet<String> {
        self.ended.clone()
    }

    pub(crate) fn missing(&self, sent: &BTreeSet<String>) -> Vec<String> {
        sent.difference(&self.ended).cloned().collect()
    }
}
