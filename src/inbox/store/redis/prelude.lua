-- In front of every script, which is one step, and may go on in any order with the others.
-- The first eight keys are apalis' (layout of apalis-redis 1.0), the others ours.
local data, metas, scheduled, inflight, done, dead, workers, known,
    open, due, bytes, heard, holders, events, held, newest, handled, takes = unpack(KEYS)
local call = redis.call

local function meta(id)
    return metas .. ':' .. id
end

-- apalis keeps seconds; a fraction of them does no harm.
local function seconds(millis)
    return string.format('%.3f', tonumber(millis) / 1000)
end

-- One whose attempts are used up waits in `scheduled` alone: what is taken is taken from `due`.
local function wait(id, rank, at, may_be_taken)
    call('ZADD', scheduled, seconds(at), id)
    if may_be_taken then
        call('ZADD', due, at, rank)
    end
end

local function close(id, length)
    call('ZREM', open, id)
    call('DECRBY', bytes, length)
end

-- What was noted while the job was in hand. Returns the entity that was held for it and its revision.
local function let_go(id)
    local key = meta(id)
    local entity, revision = unpack(call('HMGET', key, 'entity', 'revision'))
    call('HDEL', key, 'locked_by', 'locked_at', 'ticket', 'entity', 'revision')
    if entity and call('HGET', held, entity) == id then
        call('HDEL', held, entity)
        return entity, revision
    end
end

-- Revisions are twenty digits: too many for a number here, so they are compared by halves.
local function is_newer(revision, than)
    local high, other = tonumber(string.sub(revision, 1, 10)), tonumber(string.sub(than, 1, 10))
    if high ~= other then
        return high > other
    end
    return tonumber(string.sub(revision, 11)) > tonumber(string.sub(than, 11))
end

