local id, event, length, attempts, received_at, rank, index, jobs, room, now, endpoint, scheme = unpack(ARGV)

if call('EXISTS', known .. ':' .. id) == 1 or call('HEXISTS', data, id) == 1 then
    return 'known'
end
if call('ZCARD', open) >= tonumber(jobs) then
    return 'full'
end
if tonumber(call('GET', bytes) or 0) + tonumber(length) > tonumber(room) then
    return 'full'
end

call('HSET', data, id, event)
call('SET', known .. ':' .. id, id)
call('HSET', meta(id), 'attempts', 0, 'max_attempts', attempts, 'status', 'Pending', 'idempotency_key', id,
    'endpoint', endpoint, 'scheme', scheme, 'received_at', received_at, 'changed', now, 'due', now, 'rank', rank,
    'bytes', length, 'event', index)
call('ZADD', open, received_at, id)
call('INCRBY', bytes, length)
call('ZADD', events .. ':' .. index, received_at, id)
wait(id, rank, now, tonumber(attempts) > 0)
return 'new'
