local worker, now, now_seconds, silent_since, error, result, limit = unpack(ARGV)
limit = tonumber(limit)

call('ZADD', heard, now, worker)
if not call('ZSCORE', workers, worker) then
    call('HSET', workers .. ':metadata:' .. worker, 'backend_name', 'tower-webhook', 'service', 'inbox')
    -- Where apalis looks for queues.
    call('ZADD', 'core:apalis:queues:list', now_seconds, workers)
end
call('ZADD', workers, now_seconds, worker)

for _, silent in ipairs(call('ZRANGEBYSCORE', heard, '-inf', silent_since, 'LIMIT', 0, limit)) do
    call('ZREM', heard, silent)
    call('ZREM', workers, silent)
    call('DEL', workers .. ':metadata:' .. silent)
end

local freed = 0
for _, holder in ipairs(call('SMEMBERS', holders)) do
    if freed < limit and not call('ZSCORE', heard, holder) then
        local theirs = inflight .. ':' .. holder
        for _, id in ipairs(call('SPOP', theirs, limit - freed)) do
            local key = meta(id)
            local attempts, most, rank, length =
                unpack(call('HMGET', key, 'attempts', 'max_attempts', 'rank', 'bytes'))
            if length then
                let_go(id)
                call('HSET', key, 'changed', now, 'error', error, 'result', result)
                if tonumber(attempts) < tonumber(most) then
                    call('HSET', key, 'status', 'Failed', 'due', now)
                    wait(id, rank, now, true)
                else
                    close(id, length)
                    call('HSET', key, 'status', 'Killed', 'done_at', now_seconds)
                    call('ZADD', dead, seconds(now), id)
                end
            end
            freed = freed + 1
        end
        if call('EXISTS', theirs) == 0 then
            call('SREM', holders, holder)
            call('DEL', takes .. ':' .. holder)
        end
    end
end
return freed
