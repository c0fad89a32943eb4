//! Which takes got no answer. What such a take took is in hand of a worker that does not know of it, so the worker's next
//! take puts it back.

use crate::inbox::WorkerName;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

#[derive(Default)]
pub(super) struct Tickets {
    workers: Mutex<HashMap<WorkerName, Takes>>,
}

#[derive(Default)]
struct Takes {
    latest: u64,
    /// From and to, oldest first.
    lost: Vec<(u64, u64)>,
}

/// One take. Lost unless it is told that it was answered: also when whoever waited for the answer has gone.
pub(super) struct Ticket<'a> {
    tickets: &'a Tickets,
    worker: &'a WorkerName,
    pub(super) number: u64,
    /// The ones that are put back with it.
    pub(super) lost: Vec<(u64, u64)>,
    answered: bool,
}

impl Tickets {
    pub(super) fn draw<'a>(&'a self, worker: &'a WorkerName) -> Ticket<'a> {
        let mut workers = self.lock();
        let takes = workers.entry(worker.clone()).or_default();
        takes.latest += 1;
        Ticket { tickets: self, worker, number: takes.latest, lost: takes.lost.clone(), answered: false }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<WorkerName, Takes>> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket<'_> {
    pub(super) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut workers = self.tickets.lock();
        let takes = workers.entry(self.worker.clone()).or_default();
        if self.answered {
            takes.lost.retain(|range| !self.lost.contains(range));
            return;
        }
        match takes.lost.last_mut() {
            Some((_, to)) if to.checked_add(1) == Some(self.number) => *to = self.number,
            _ => takes.lost.push((self.number, self.number)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_one_range_however_long_and_is_put_back_once() {
        let tickets = Tickets::default();
        let worker = WorkerName::unique();
        tickets.draw(&worker).answered();
        for _ in 0..100 {
            drop(tickets.draw(&worker));
        }
        let ticket = tickets.draw(&worker);
        assert_eq!(ticket.lost, [(2, 101)]);
        ticket.answered();
        assert!(tickets.draw(&worker).lost.is_empty());
    }

    #[test]
    fn a_range_that_grew_meanwhile_stays_to_be_put_back() {
        let tickets = Tickets::default();
        let worker = WorkerName::unique();
        drop(tickets.draw(&worker));
        let (first, second) = (tickets.draw(&worker), tickets.draw(&worker));
        drop(first);
        second.answered();
        assert_eq!(tickets.draw(&worker).lost, [(1, 2)]);
    }
}
