local id, worker, how, now, now_seconds, at, error, result = unpack(ARGV)
local mine, key = inflight .. ':' .. worker, meta(id)

if call('SREM', mine, id) == 0 then
    return 0
end
if call('EXISTS', mine) == 0 then
    call('SREM', holders, worker)
end
local entity, revision = let_go(id)
local attempts, most, rank, length, before =
    unpack(call('HMGET', key, 'attempts', 'max_attempts', 'rank', 'bytes', 'error'))
if not length then
    -- Somebody else's broom was here.
    call('ZREM', open, id)
    return 1
end
attempts, most = tonumber(attempts), tonumber(most)
if how == 'retry' and attempts >= most then
    how = 'dead'
end
call('HSET', key, 'changed', now)

if how == 'done' or how == 'obsolete' then
    close(id, length)
    call('HSET', key, 'status', 'Done', 'done_at', now_seconds, 'result', result)
    if how == 'obsolete' then
        call('HSET', key, 'obsolete', 1)
    end
    call('HSET', data, id, '')
    call('ZADD', done, seconds(now), id)
elseif how == 'dead' then
    close(id, length)
    call('HSET', key, 'status', 'Killed', 'done_at', now_seconds, 'error', error, 'result', result)
    call('ZADD', dead, seconds(now), id)
elseif how == 'retry' then
    call('HSET', key, 'status', 'Failed', 'error', error, 'result', result, 'due', at)
    wait(id, rank, at, true)
else
    attempts = attempts - 1
    call('HSET', key, 'status', attempts > 0 and before and 'Failed' or 'Pending', 'attempts', attempts, 'due', at)
    wait(id, rank, at, attempts < most)
end

if how == 'done' and entity then
    local latest = call('HGET', newest, entity)
    if not (latest and is_newer(latest, revision)) then
        call('HSET', newest, entity, revision)
    end
    call('ZADD', handled, now, entity)
end
return 1
