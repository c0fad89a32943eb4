//! What the server is asked to do, one script for each operation.

use redis::Script;

/// The scripts. A server that has restarted has forgotten them, and that is how it is noticed.
pub(super) struct Scripts {
    pub(super) push: Script,
    pub(super) take: Script,
    pub(super) turn: Script,
    pub(super) settle: Script,
    pub(super) keep_alive: Script,
    pub(super) status: Script,
    pub(super) dead: Script,
    pub(super) redrive: Script,
    pub(super) prune: Script,
    pub(super) load: Script,
}

impl Scripts {
    pub(super) fn new(secured: bool) -> Self {
        // So that those of a store that checks nothing are not found by one that does.
        let mark = if secured { "" } else { "-- volatile\n" };
        let script = |body: &str| Script::new(&[mark, include_str!("prelude.lua"), body].concat());
        Self {
            push: script(include_str!("push.lua")),
            take: script(include_str!("take.lua")),
            turn: script(include_str!("turn.lua")),
            settle: script(include_str!("settle.lua")),
            keep_alive: script(include_str!("keep_alive.lua")),
            status: script(include_str!("status.lua")),
            dead: script(include_str!("dead.lua")),
            redrive: script(include_str!("redrive.lua")),
            prune: script(include_str!("prune.lua")),
            load: script(include_str!("load.lua")),
        }
    }
}
