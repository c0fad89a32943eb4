local id, worker, entity, revision = unpack(ARGV)

if call('SISMEMBER', inflight .. ':' .. worker, id) == 0 then
    return 'lost'
end
local latest = call('HGET', newest, entity)
if latest and is_newer(latest, revision) then
    return 'obsolete'
end
local holder = call('HGET', held, entity)
if holder and holder ~= id and call('HGET', meta(holder), 'status') == 'Running' then
    return 'busy'
end
local before = call('HGET', meta(id), 'entity')
if before and before ~= entity and call('HGET', held, before) == id then
    call('HDEL', held, before)
end
call('HSET', held, entity, id)
call('HSET', meta(id), 'entity', entity, 'revision', revision)
return 'yours'
