-- What apalis' tables have no column for. Here is the truth about a job; the row of apalis follows it, so that the tools
-- of apalis can read where a job is. Times are milliseconds since 1970.

CREATE FUNCTION tower_webhook.moment(millis bigint) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT
RETURN to_timestamp(LEAST(GREATEST(millis, 0), 253402300799999) / 1000.0);

CREATE TABLE tower_webhook.jobs (
    job text PRIMARY KEY REFERENCES apalis.jobs (id) ON DELETE CASCADE,
    -- A digest of whose event it is and of its public id.
    lookup bytea NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'in hand', 'done', 'dead')),
    due_at bigint CHECK ((due_at IS NOT NULL) = (state = 'waiting')),
    worker text CHECK ((worker IS NOT NULL) = (state = 'in hand')),
    attempt bigint NOT NULL DEFAULT 0,
    attempts bigint NOT NULL,
    bytes bigint NOT NULL,
    received_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    error text,
    obsolete boolean NOT NULL DEFAULT false
);
CREATE INDEX jobs_lookup ON tower_webhook.jobs (lookup, received_at DESC, job DESC);
CREATE INDEX jobs_due ON tower_webhook.jobs (due_at, received_at) WHERE state = 'waiting';
CREATE INDEX jobs_in_hand ON tower_webhook.jobs (worker) WHERE state = 'in hand';
CREATE INDEX jobs_open ON tower_webhook.jobs (received_at) INCLUDE (bytes) WHERE state IN ('waiting', 'in hand');
CREATE INDEX jobs_done ON tower_webhook.jobs (changed_at) WHERE state = 'done';
CREATE INDEX jobs_dead ON tower_webhook.jobs (changed_at, job) WHERE state = 'dead';

CREATE FUNCTION tower_webhook.follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- apalis' jobs refer to apalis' workers.
    IF NEW.worker IS NOT NULL THEN
        INSERT INTO apalis.workers (id, worker_type, storage_name, last_seen)
        VALUES (NEW.worker, 'tower_webhook', 'tower-webhook', tower_webhook.moment(NEW.changed_at))
        ON CONFLICT (id) DO NOTHING;
    END IF;
    UPDATE apalis.jobs SET
        status = CASE
            WHEN NEW.state = 'in hand' THEN 'Running'
            WHEN NEW.state = 'done' THEN 'Done'
            WHEN NEW.state = 'dead' THEN 'Killed'
            WHEN NEW.attempt > 0 AND NEW.error IS NOT NULL THEN 'Failed'
            ELSE 'Pending'
        END,
        attempts = LEAST(NEW.attempt, 2147483647),
        run_at = COALESCE(tower_webhook.moment(NEW.due_at), run_at),
        lock_by = NEW.worker,
        lock_at = CASE WHEN NEW.state = 'in hand' THEN tower_webhook.moment(NEW.changed_at) END,
        done_at = CASE WHEN NEW.state IN ('done', 'dead') THEN tower_webhook.moment(NEW.changed_at) END,
        last_result = CASE
            WHEN NEW.state = 'done' THEN '{"Ok": null}'::jsonb
            WHEN NEW.error IS NOT NULL THEN jsonb_build_object('Err', NEW.error)
        END,
        job = CASE WHEN NEW.state = 'done' THEN ''::bytea ELSE job END
    WHERE id = NEW.job;
    -- Whatever ends an attempt ends the hold.
    IF OLD.worker IS NOT NULL AND NEW.worker IS NULL THEN
        IF NEW.state = 'done' AND NOT NEW.obsolete THEN
            UPDATE tower_webhook.entities SET holder = NULL, held = NULL,
                newest = GREATEST(newest, held), handled_at = NEW.changed_at
            WHERE holder = NEW.job;
        ELSE
            UPDATE tower_webhook.entities SET holder = NULL, held = NULL
            WHERE holder = NEW.job AND newest IS NOT NULL;
            DELETE FROM tower_webhook.entities WHERE holder = NEW.job;
        END IF;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER follow AFTER UPDATE ON tower_webhook.jobs FOR EACH ROW EXECUTE FUNCTION tower_webhook.follow();

-- One row. Whoever adds open jobs locks it, and counts in it what was ever added.
CREATE TABLE tower_webhook.added (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    jobs bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0
);
INSERT INTO tower_webhook.added DEFAULT VALUES;

CREATE TABLE tower_webhook.workers (
    worker text PRIMARY KEY,
    heard_at bigint NOT NULL
);

CREATE TABLE tower_webhook.entities (
    -- A digest of its name.
    entity bytea PRIMARY KEY,
    -- The newest revision that was handled.
    newest bigint,
    handled_at bigint,
    -- The job in hand that it is held for, and its revision.
    holder text,
    held bigint
);
CREATE INDEX entities_holder ON tower_webhook.entities (holder) WHERE holder IS NOT NULL;
CREATE INDEX entities_handled ON tower_webhook.entities (handled_at);
