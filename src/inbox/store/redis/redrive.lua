local id, now = unpack(ARGV)

local received_at, rank, length, most = unpack(call('HMGET', meta(id), 'received_at', 'rank', 'bytes', 'max_attempts'))
if not length or call('ZREM', dead, id) == 0 then
    return 0
end
call('HSET', meta(id), 'status', 'Pending', 'attempts', 0, 'changed', now, 'due', now)
call('HDEL', meta(id), 'done_at')
call('ZADD', open, received_at, id)
call('INCRBY', bytes, length)
wait(id, rank, now, tonumber(most) > 0)
return 1
