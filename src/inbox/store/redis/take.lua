local worker, store = ARGV[1], ARGV[2]
local ticket, limit, now, now_seconds, room = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], ARGV[6], tonumber(ARGV[7])
local mine, mark = inflight .. ':' .. worker, takes .. ':' .. worker

-- This one was given up before it got here, and a later one has put its jobs back.
if ticket <= tonumber(call('HGET', mark, store) or 0) then
    return { 0, {} }
end

-- The rest of the arguments are the tickets whose answers were lost, from and to: what they took is in nobody's hand.
local function is_lost(of, number)
    for i = 8, #ARGV, 2 do
        if of == store and number >= tonumber(ARGV[i]) and number <= tonumber(ARGV[i + 1]) then
            return true
        end
    end
    return false
end

if #ARGV > 7 then
    for _, id in ipairs(call('SMEMBERS', mine)) do
        local key = meta(id)
        local taken, attempts, most, at, rank, error =
            unpack(call('HMGET', key, 'ticket', 'attempts', 'max_attempts', 'due', 'rank', 'error'))
        local of, number = string.match(taken or '', '^(%S+) (%d+)$')
        if of and is_lost(of, tonumber(number)) then
            attempts = tonumber(attempts) - 1
            call('SREM', mine, id)
            let_go(id)
            call('HSET', key, 'attempts', attempts, 'changed', now,
                'status', attempts > 0 and error and 'Failed' or 'Pending')
            wait(id, rank, at, attempts < tonumber(most))
        end
    end
    call('HSET', mark, store, ticket)
    call('EXPIRE', mark, 86400)
end

local ranks = call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, limit)
local jobs, size, seen = {}, 0, 0
for _, rank in ipairs(ranks) do
    if size >= room then
        break
    end
    seen = seen + 1
    local id = string.sub(rank, 22)
    call('ZREM', due, rank)
    call('ZREM', scheduled, id)
    local event = call('HGET', data, id)
    if event then
        local key = meta(id)
        local attempt = call('HINCRBY', key, 'attempts', 1)
        call('HSET', key, 'status', 'Running', 'locked_by', worker, 'locked_at', now_seconds, 'changed', now,
            'ticket', store .. ' ' .. ARGV[3])
        call('SADD', mine, id)
        jobs[#jobs + 1] = { id, event, attempt, tonumber(call('HGET', key, 'max_attempts')) }
        size = size + #event
    else
        -- Somebody else's broom was here.
        call('ZREM', open, id)
    end
end
if #jobs > 0 then
    call('SADD', holders, worker)
end
return { (seen < #ranks or #ranks == limit) and 1 or 0, jobs }
